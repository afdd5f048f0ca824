#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts/gpu.h"
#include "facts/launch.h"
#include "facts/launch_wants.h"
#include "facts/service.h"
#include "facts/set.h"
#include "facts/terms.h"
#include "facts/want.h"
#include "tests/rows.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- which values make sense ---- */

static const struct {
	enum limit limit;
	const char *says;
	double in[4], out[4];	/* NaN: no more of them */
} limits[] = {
	{ LIMIT_FROM_ZERO, "0 or more", { 0, 1e-300, 2, NAN },
	  { -1e-300, -1, NAN } },
	{ LIMIT_POSITIVE, "more than 0", { 1e-300, 1, 1e300, NAN },
	  { 0, -1, NAN } },
	{ LIMIT_REACH, "more than 0 and at most 1", { 1e-300, 0.5, 1, NAN },
	  { 0, 1.0000001, -0.5, NAN } },
	{ LIMIT_SHARE, "between 0 and 1", { 0, 0.5, 1, NAN },
	  { -1e-9, 1.0000001, NAN } },
	{ LIMIT_FROM_ONE, "1 or more", { 1, 1.5, 1e9, NAN },
	  { 0.9999999, 0, -1, NAN } },
	{ LIMIT_NORM, "0 (the largest term counts), or 1 or more",
	  { 0, 1, 1.5, NAN }, { 0.5, -1, 0.9999999, NAN } },
	{ LIMIT_COUNT, "a whole number, 1 or more", { 1, 2, 1e6, NAN },
	  { 0, 1.5, -1, NAN } },
	{ LIMIT_FLAG, "0 or 1", { 0, 1, NAN }, { 0.5, 2, -1, NAN } },
};

START_TEST(a_limit_has_its_ends_and_says_them)
{
	const struct want w = { "k", DIM_RATIO, limits[_i].limit, 0, false };

	ck_assert_int_eq((int)limits[_i].limit, _i);
	ck_assert_int_eq(NR(limits), LIMIT_NR);
	for (int i = 0; i < 4 && !isnan(limits[_i].in[i]); i++)
		ck_assert_msg(!want_beyond(&w, limits[_i].in[i]), "%g",
			      limits[_i].in[i]);
	for (int i = 0; i < 4 && !isnan(limits[_i].out[i]); i++)
		ck_assert_str_eq(want_beyond(&w, limits[_i].out[i]),
				 limits[_i].says);
	ck_assert_str_eq(want_beyond(&w, (double)NAN), limits[_i].says);
}
END_TEST

/* What stands in a sheet is said as it stands there, where it stands. */
START_TEST(a_value_beyond_its_limit_is_named_by_its_line)
{
	static const struct want w = { "share", DIM_RATIO, LIMIT_SHARE, 0,
				       false };
	double x = 5;
	struct facts f;
	struct fault why;

	rows_facts(&f, ROW("other", "1", "1") ROW("share", "120", "%"));
	ck_assert_int_eq(want_one(&w, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv:3: \"share\" is 120; write between 0 and 1");
	ck_assert_int_eq(want_one(&w, &f, "other", &x, &why), 0);
	ck_rel(x, 1, 0);
	facts_release(&f);
}
END_TEST

START_TEST(what_is_optional_may_be_missing_and_no_more)
{
	const struct want may = { "k", DIM_S, LIMIT_POSITIVE, 0, true };
	const struct want must = { "k", DIM_S, LIMIT_POSITIVE, 0, false };
	double x = 7;
	struct facts f;
	struct fault why;

	rows_facts(&f, ROW("other", "1", "1"));
	ck_assert_int_eq(want_one(&may, &f, NULL, &x, &why), 0);
	ck_rel(x, 7, 0);
	ck_assert_int_eq(want_one(&must, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv: missing key \"k\"; add a row k,VALUE,ERR,"
		  "UNIT,ORIGIN,SOURCE,NOTE");
	facts_release(&f);
	rows_facts(&f, ROW("k", "0", "ms"));
	ck_assert_int_eq(want_one(&may, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv:2: \"k\" is 0; write more than 0");
	facts_release(&f);
	rows_facts(&f, ROW("k", "3", "B"));
	ck_assert_int_eq(want_one(&may, &f, NULL, &x, &why), -1);
	rows_said(&why, "toy.csv:2: \"k\" is a size in bytes (B), but must be "
		  "a time; write it in s, ms, us or ns");
	facts_release(&f);
}
END_TEST

/* ---- each row lands in a field of its own ---- */

/* 1, 2, 3, ... to every row of a list, as its limit allows; none is lost. */
static void lands(const struct want *w, int nr, void *descriptor,
		  size_t doubles)
{
	double *at = descriptor;

	for (int i = 0; i < nr; i++) {
		double *out = (double *)(void *)((char *)descriptor + w[i].at);

		ck_assert_msg(w[i].at % sizeof(double) == 0 &&
			      w[i].at / sizeof(double) < doubles, "%s",
			      w[i].key);
		ck_assert_msg(*out == 0, "%s shares a field", w[i].key);
		*out = 1 + i;
		for (int k = 0; k < i; k++)
			ck_assert_msg(strcmp(w[i].key, w[k].key), "%s twice",
				      w[i].key);
	}
	for (int i = 0; i < nr; i++)
		ck_assert(at[w[i].at / sizeof(double)] == 1 + i);
}

START_TEST(every_launch_row_has_a_field_of_its_own)
{
	struct serve_facts s;

	memset(&s, 0, sizeof(s));
	lands(launch_wants, launch_wants_nr, &s, sizeof(s) / sizeof(double));
}
END_TEST

static const struct {
	const char *key;
	size_t at;
	enum dim dim;
} launched[] = {
#define AT(key, field, dim) \
	{ "serve_" key, offsetof(struct serve_facts, field), dim }
	AT("alone", alone, DIM_COUNT), AT("reserve", reserve, DIM_RATIO),
	AT("seqs", seqs, DIM_COUNT), AT("tokens", tokens, DIM_COUNT),
	AT("tokens_fp4", tokens_fp4, DIM_COUNT),
	AT("tokens_many", tokens_many, DIM_COUNT),
	AT("tokens_short", tokens_short, DIM_COUNT),
	AT("tokens_dp", tokens_dp, DIM_COUNT), AT("many", many, DIM_COUNT),
	AT("recv", recv, DIM_COUNT), AT("recv_few", recv_few, DIM_COUNT),
	AT("recv_dp", recv_dp, DIM_COUNT), AT("few", few, DIM_COUNT),
	AT("wait", wait, DIM_COUNT), AT("wait_share", wait_share, DIM_RATIO),
	AT("graph", graph, DIM_COUNT), AT("piece_B", piece_B, DIM_B),
	AT("piece_share", piece_share, DIM_RATIO), AT("mem", mem, DIM_RATIO),
	AT("mem_most", mem_most, DIM_RATIO), AT("free", free, DIM_RATIO),
	AT("taken", taken_B, DIM_B), AT("in", in_s, DIM_S),
	AT("out", out_s, DIM_S), AT("tokenize", tokenize_s, DIM_S),
	AT("band_ttft", band[SEEN_TTFT], DIM_RATIO),
	AT("band_tpot", band[SEEN_TPOT], DIM_RATIO),
	AT("band_tok_s", band[SEEN_TOK_S], DIM_RATIO),
	AT("ran_ep", ran_ep, DIM_COUNT), AT("ran_dp", ran_dp, DIM_COUNT),
#undef AT
};

START_TEST(a_launch_row_is_of_the_field_of_its_name)
{
	int i = 0;

	while (i < launch_wants_nr &&
	       strcmp(launch_wants[i].key, launched[_i].key))
		i++;
	ck_assert_msg(i < launch_wants_nr, "%s", launched[_i].key);
	ck_assert_uint_eq(launch_wants[i].at, launched[_i].at);
	ck_assert_int_eq(launch_wants[i].dim, launched[_i].dim);
	ck_assert(launch_wants[i].optional);
}
END_TEST

/* ---- laws and wires ---- */

START_TEST(every_term_of_a_law_has_a_field_of_its_own)
{
	const struct want *list;
	struct law law = { .kernel = NULL };
	struct wire wire = { .alpha_s = 0 };

	lands(list, law_all(&list), &law, sizeof(law) / sizeof(double));
	lands(list, wire_all(&list), &wire, sizeof(wire) / sizeof(double));
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

/* ---- a service's curve ---- */

/*
 * (a^b + (n c)^b)^(1/b). 3 and 4 by 2: 5. Sharp, it is the longer of the two:
 * by 1000, of 0.05 and 0.1, 0.1 (1 + 2^-1000)^(1/1000); the powers themselves
 * are below every number there is.
 */
static const struct {
	struct service_curve c;
	double n, want;
} curves[] = {
	{ { 3, 4, 2 }, 0, 3 }, { { 3, 4, 2 }, 1, 5 },
	{ { 6, 4, 2 }, 2, 10 }, { { 0.5, 0.25, 1 }, 6, 2 },
	{ { 0, 2, 3 }, 5, 10 }, { { 0, 2, 3 }, 0, 0 },
	{ { 0.05, 0.01, 1000 }, 10, 0.1 }, { { 0.05, 0.01, 1000 }, 2, 0.05 },
	{ { 50, 10, 1000 }, 10, 100 },
	{ { 1e-3, 1e-3, 500 }, 1, 1.0013872557113347e-3 },	/* 2^(1/500) */
};

START_TEST(a_curve_is_a_norm_of_two_times)
{
	ck_rel(service_curve_s(&curves[_i].c, curves[_i].n), curves[_i].want,
	       1e-12);
}
END_TEST

/* More of anything is never quicker, and twice the times are twice as long. */
START_TEST(a_curve_rises_and_scales)
{
	for (double bend = 1; bend < 3000; bend *= 3)
		for (double n = 0; n < 300; n = 2 * n + 1) {
			struct service_curve c = { 0.02, 0.003, bend };
			struct service_curve twice = { 0.04, 0.006, bend };
			double s = service_curve_s(&c, n);

			ck_assert(s >= 0.02 * (1 - 1e-12) &&
				  s >= 0.003 * n * (1 - 1e-12));
			ck_assert(s <= 0.02 + 0.003 * n + 1e-12);
			ck_assert(service_curve_s(&c, n + 1) >= s);
			ck_rel(service_curve_s(&twice, n), 2 * s, 1e-12);
		}
}
END_TEST

/* ---- the suite ---- */

static void add_terms(Suite *s)
{
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
}

Suite *suite_wants(void)
{
	Suite *s = suite_create("wants");
	TCase *t = tcase_create("wants");

	tcase_add_loop_test(t, a_limit_has_its_ends_and_says_them, 0,
			    NR(limits));
	tcase_add_test(t, a_value_beyond_its_limit_is_named_by_its_line);
	tcase_add_test(t, what_is_optional_may_be_missing_and_no_more);
	tcase_add_test(t, every_launch_row_has_a_field_of_its_own);
	tcase_add_loop_test(t, a_launch_row_is_of_the_field_of_its_name, 0,
			    NR(launched));
	tcase_add_loop_test(t, a_curve_is_a_norm_of_two_times, 0, NR(curves));
	tcase_add_test(t, a_curve_rises_and_scales);
	suite_add_tcase(s, t);
	add_terms(s);
	return s;
}
