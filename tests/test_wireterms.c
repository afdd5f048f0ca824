#include <stdio.h>
#include <string.h>

#include "facts/terms.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

START_TEST(every_term_of_a_law_has_a_field_of_its_own)
{
	const struct want *list;
	struct law law = { .kernel = NULL };
	struct wire wire = { .alpha_s = 0 };

	int nr = law_all(&list);

	rows_land(list, nr, &law, sizeof(law) / sizeof(double));
	nr = wire_all(&list);
	rows_land(list, nr, &wire, sizeof(wire) / sizeof(double));
}
END_TEST

#define LAW(rest) \
	ROW("law.k.any.t0", "2", "us") ROW("law.k.any.e_b", "50", "%") \
	ROW("law.k.any.e_f", "0.25", "1") ROW("law.k.any.p", "1.5", "count") \
	ROW("law.k.any.pad", "16", "count") rest

/* Five rows a law must have, seven it may; what it has not is 0. */
START_TEST(a_law_is_five_rows_and_seven_more)
{
	struct facts f;
	struct fault why;
	struct law l;

	memset(&l, 0xff, sizeof(l));
	rows_facts(&f, LAW(""));
	ck_assert_int_eq(law_take(&l, "law.k.any", &f, &why), 0);
	ck_rel(l.t0_s, 2e-6, 1e-12);
	ck_rel(l.e_b, 0.5, 1e-12);
	ck_rel(l.e_f, 0.25, 0);
	ck_rel(l.p, 1.5, 0);
	ck_rel(l.pad, 16, 0);
	ck_assert(l.kappa_s == 0 && l.whole == 0 && l.rho_flops == 0 &&
		  l.c_s == 0 && l.tile_s == 0 && l.e_nvlink == 0 &&
		  l.fill_s == 0);
	ck_assert_int_eq(facts_all_taken(&f, &why), 0);
	facts_release(&f);
	rows_facts(&f, LAW(ROW("law.k.any.kappa", "3", "us")
		ROW("law.k.any.whole", "1", "count")
		ROW("law.k.any.rho", "40", "TFLOP/s")
		ROW("law.k.any.c", "4", "us") ROW("law.k.any.tile", "5", "us")
		ROW("law.k.any.e_nvlink", "0.75", "1")
		ROW("law.k.any.fill", "6", "us")));
	ck_assert_int_eq(law_take(&l, "law.k.any", &f, &why), 0);
	ck_rel(l.kappa_s, 3e-6, 1e-12);
	ck_rel(l.whole, 1, 0);
	ck_rel(l.rho_flops, 40e12, 1e-12);
	ck_rel(l.c_s, 4e-6, 1e-12);
	ck_rel(l.tile_s, 5e-6, 1e-12);
	ck_rel(l.e_nvlink, 0.75, 0);
	ck_rel(l.fill_s, 6e-6, 1e-12);
	ck_assert_int_eq(facts_all_taken(&f, &why), 0);
	facts_release(&f);
}
END_TEST

static const struct { const char *drop; } needed[] = {
	{ "t0" }, { "e_b" }, { "e_f" }, { "p" }, { "pad" } };

START_TEST(a_law_without_one_of_the_five_is_none)
{
	char rows[1024] = "", want[200];
	static const char *const all[] = { "t0,2,,us", "e_b,1,,1", "e_f,1,,1",
		"p,0,,count", "pad,1,,count" };
	struct facts f;
	struct fault why;
	struct law l;

	for (int i = 0; i < NR(all); i++)
		if (i != _i) {
			size_t len = strlen(rows);

			snprintf(rows + len, sizeof(rows) - len,
				 "law.k.any.%s,assumed,toy,\n", all[i]);
		}
	rows_facts(&f, rows);
	ck_assert_int_eq(law_take(&l, "law.k.any", &f, &why), -1);
	snprintf(want, sizeof(want), "missing key \"law.k.any.%s\"",
		 needed[_i].drop);
	ck_assert_str_eq(why.what, want);
	facts_release(&f);
}
END_TEST

/* One standard error each, where a row gives it; else 0. */
START_TEST(the_errors_of_a_law_are_its_rows)
{
	struct facts f;
	struct law l;
	struct wire w;

	rows_facts(&f, ROW_ERR("law.k.any.t0", "2", "0.5", "us")
		   ROW_ERR("law.k.any.e_b", "0.5", "10%", "1")
		   ROW("law.k.any.pad", "16", "count")
		   ROW_ERR("wire.gather.any.alpha", "10", "3", "us")
		   ROW_ERR("wire.gather.any.e_nvlink", "0.8", "0.02", "1"));
	memset(&l, 0xff, sizeof(l));
	memset(&w, 0xff, sizeof(w));
	law_errors(&l, "law.k.any", &f);
	ck_rel(l.t0_s, 0.5e-6, 1e-12);
	ck_rel(l.e_b, 0.05, 1e-12);
	ck_assert(l.pad == 0 && l.e_f == 0 && l.fill_s == 0);
	wire_errors(&w, "wire.gather.any", &f);
	ck_rel(w.alpha_s, 3e-6, 1e-12);
	ck_rel(w.e_nvlink, 0.02, 1e-12);
	ck_assert(w.e_rdma == 0 && w.droop == 0);
	facts_release(&f);
}
END_TEST

/*
 * What each wire must have, and what it may have besides (struct wire): terms
 * with a blank between.
 */
static const struct {
	enum wire_kind kind;
	const char *must, *may;
} wires[] = {
	{ WIRE_ALLREDUCE, " alpha alpha_peer alpha_node two_shot e_nvlink "
	  "e_two_shot e_rdma ", " alpha_node_peer alpha_long alpha_switch "
	  "e_switch e_short " },
	{ WIRE_GATHER, " alpha alpha_peer e_nvlink e_rdma ", " " },
	{ WIRE_SCATTER, " alpha alpha_peer e_nvlink e_rdma ", " " },
	{ WIRE_DISPATCH, " alpha alpha_log e_nvlink e_rdma droop ",
	  " alpha_rank " },
	{ WIRE_COMBINE, " alpha alpha_log e_nvlink e_rdma droop ",
	  " alpha_rank " },
	{ WIRE_DISPATCH_NODE, " alpha e_nvlink ", " alpha_rank " },
	{ WIRE_COMBINE_NODE, " alpha e_nvlink ", " alpha_rank " },
	{ WIRE_DISPATCH_RACK, " alpha alpha_rank e_nvlink ", " " },
	{ WIRE_COMBINE_RACK, " alpha alpha_rank e_nvlink ", " " },
};

static bool names(const char *list, const char *term)
{
	char word[40];

	snprintf(word, sizeof(word), " %s ", term);
	return strstr(list, word) != NULL;
}

/* A sheet of all terms but `out`, each worth 0.25 of its unit. */
static void wire_sheet(struct facts *f, const char *out, bool all)
{
	const struct want *list;
	int nr = wire_all(&list);
	char rows[2048] = "";

	for (int i = 0; i < nr; i++) {
		size_t len = strlen(rows);

		if (strcmp(list[i].key, out) == 0 ||
		    !(all || names(wires[0].must, list[i].key) ||
		      names(wires[3].must, list[i].key) ||
		      names(wires[7].must, list[i].key)))
			continue;
		snprintf(rows + len, sizeof(rows) - len,
			 "w.%s,0.25,,%s,assumed,toy,\n", list[i].key,
			 list[i].dim == DIM_S ? "s" : "1");
	}
	rows_facts(f, rows);
}

static double term_of(const struct wire *w, const struct want *of)
{
	return *(const double *)(const void *)((const char *)w + of->at);
}

START_TEST(a_wire_has_its_own_terms_and_no_other)
{
	const struct want *list;
	const char *terms[TERMS_MOST];
	int nr = wire_all(&list), known = wire_terms(wires[_i].kind, terms);
	struct facts f;
	struct fault why;
	struct wire w;

	ck_assert_int_eq((int)wires[_i].kind, _i);
	ck_assert_int_eq(NR(wires), WIRE_NR);
	wire_sheet(&f, "", true);
	ck_assert_int_eq(wire_take(&w, wires[_i].kind, "w", &f, &why), 0);
	for (int i = 0; i < nr; i++) {
		bool is = names(wires[_i].must, list[i].key) ||
			  names(wires[_i].may, list[i].key), listed = false;

		for (int k = 0; k < known; k++)
			listed |= !strcmp(terms[k], list[i].key);
		ck_assert_msg(listed == is, "%s", list[i].key);
		ck_assert_msg(term_of(&w, &list[i]) == (is ? 0.25 : 0), "%s",
			      list[i].key);
	}
	facts_release(&f);
}
END_TEST

START_TEST(a_wire_without_what_it_must_have_is_none)
{
	const struct want *list;
	int nr = wire_all(&list);

	for (int i = 0; i < nr; i++) {
		struct facts f;
		struct fault why;
		struct wire w;

		wire_sheet(&f, list[i].key, false);
		ck_assert_msg(wire_take(&w, wires[_i].kind, "w", &f, &why) ==
			      (names(wires[_i].must, list[i].key) ? -1 : 0),
			      "%s", list[i].key);
		facts_release(&f);
	}
}
END_TEST

/* A switch that reduces has a start-up of its own: it must be said. */
START_TEST(a_switch_that_reduces_says_how_long_it_takes_to_start)
{
	struct facts f;
	struct fault why;
	struct wire w;

	wire_sheet(&f, "alpha_switch", true);
	ck_assert_int_eq(wire_take(&w, WIRE_ALLREDUCE, "w", &f, &why), -1);
	ck_assert_str_eq(why.what, "missing key \"w.alpha_switch\"");
	ck_assert_int_eq(wire_take(&w, WIRE_GATHER, "w", &f, &why), 0);
	facts_release(&f);
	wire_sheet(&f, "e_switch", true);
	ck_assert_int_eq(wire_take(&w, WIRE_ALLREDUCE, "w", &f, &why), 0);
	facts_release(&f);
}
END_TEST

START_TEST(a_term_is_found_by_its_name)
{
	ck_assert_str_eq(law_term("kappa")->key, "kappa");
	ck_assert_str_eq(wire_term("droop")->key, "droop");
	ck_assert_ptr_null(law_term("droop"));
	ck_assert_ptr_null(wire_term("kappa"));
	ck_assert_ptr_null(law_term("kappa."));
}
END_TEST

Suite *suite_wireterms(void)
{
	Suite *s = suite_create("wireterms");
	TCase *t = tcase_create("terms");

	tcase_add_test(t, every_term_of_a_law_has_a_field_of_its_own);
	tcase_add_test(t, a_law_is_five_rows_and_seven_more);
	tcase_add_loop_test(t, a_law_without_one_of_the_five_is_none, 0,
			    NR(needed));
	tcase_add_test(t, the_errors_of_a_law_are_its_rows);
	tcase_add_loop_test(t, a_wire_has_its_own_terms_and_no_other, 0,
			    NR(wires));
	tcase_add_loop_test(t, a_wire_without_what_it_must_have_is_none, 0,
			    NR(wires));
	tcase_add_test(t,
		a_switch_that_reduces_says_how_long_it_takes_to_start);
	tcase_add_test(t, a_term_is_found_by_its_name);
	suite_add_tcase(s, t);
	return s;
}
