#include "tests/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fit/lawterms.h"
#include "fit/untold.h"
#include "tests/rows.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static struct fault why;
static struct facts facts;
static struct table table;

static void setup(void)
{
	memset(&why, 0, sizeof(why));
	memset(&facts, 0, sizeof(facts));
	table_init(&table, "t.csv");
}

static void teardown(void)
{
	facts_release(&facts);
	table_release(&table);
}

/* ---- a law's name ---- */

static const struct {
	const char *text, *name, *arch, *root;
	bool wired;
	enum wire_kind kind;
} names[] = {
	{ "law.mla.sm90", "mla", "sm90", "law.mla.sm90", false, 0 },
	{ "mla.sm90", "mla", "sm90", "law.mla.sm90", false, 0 },
	{ "mla.any", "mla", "any", "law.mla.any", false, 0 },
	{ "lawful.any", "lawful", "any", "law.lawful.any", false, 0 },
	{ "wire.gather.sm100", "gather", "sm100", "wire.gather.sm100", true,
	  WIRE_GATHER },
	{ "wire.allreduce.any", "allreduce", "any", "wire.allreduce.any",
	  true, WIRE_ALLREDUCE },
	{ "wire.combine_rack.any", "combine_rack", "any",
	  "wire.combine_rack.any", true, WIRE_COMBINE_RACK },
	/* a kernel may be called as a wire is */
	{ "gather.sm90", "gather", "sm90", "law.gather.sm90", false, 0 },
};

START_TEST(a_law_is_a_kernel_or_a_wire_and_an_architecture)
{
	struct lawname n;

	ck_assert_msg(!lawname_parse(&n, names[_i].text, &why), "%s",
		      why.what);
	ck_assert_str_eq(n.name, names[_i].name);
	ck_assert_str_eq(n.arch, names[_i].arch);
	ck_assert_str_eq(n.root, names[_i].root);
	ck_assert(n.wired == names[_i].wired);
	ck_assert_int_eq(n.kind, names[_i].kind);
}
END_TEST

static const struct { const char *text, *says; } no_names[] = {
	{ "mla", "--law: \"mla\" is no law; write law.KERNEL.ARCH or "
	  "wire.WIRE.ARCH" },
	{ "law.mla", "--law: \"law.mla\" is no law; write law.KERNEL.ARCH or "
	  "wire.WIRE.ARCH" },
	{ "", "--law: \"\" is no law; write law.KERNEL.ARCH or "
	  "wire.WIRE.ARCH" },
	{ "law.mla.", "--law: \"law.mla.\" has no architecture at its end; "
	  "end it in one of the stack's sheet, as sm90, or any" },
	{ "law.mla.sm90.t0", "--law: \"law.mla.sm90.t0\" has no architecture "
	  "at its end; end it in one of the stack's sheet, as sm90, or any" },
	{ "wire.string.any", "--law: \"wire.string.any\" is no wire; see the "
	  "keys wire. of hw/stacks/generic.csv" },
	{ "wire..any", "--law: \"wire..any\" is no wire; see the keys wire. "
	  "of hw/stacks/generic.csv" },
};

START_TEST(what_names_no_law_is_refused)
{
	struct lawname n;

	ck_assert_int_eq(lawname_parse(&n, no_names[_i].text, &why), -1);
	rows_said(&why, no_names[_i].says);
}
END_TEST

/* 63 characters behind law. are a name, 64 are none: a key has 128. */
START_TEST(a_name_has_an_end)
{
	char text[128] = "law.";
	struct lawname n;

	memset(text + 4, 'k', 60);
	strcpy(text + 64, ".a9");
	ck_assert_int_eq(lawname_parse(&n, text, &why), 0);
	ck_assert_uint_eq(strlen(n.name), 60);
	memset(text + 4, 'k', 61);
	strcpy(text + 65, ".a9");
	ck_assert_int_eq(lawname_parse(&n, text, &why), -1);
}
END_TEST

/* ---- its terms ---- */

/* A kernel of sm90, whose sm100 sheet says sm90's laws are run there. */
#define SHEET ROW("arch.sm90", "any", "name") \
	ROW("arch.sm100", "sm90", "name") \
	ROW("law.mla.sm90.t0", "5", "us") ROW("law.mla.sm90.e_b", "0.9", "1") \
	ROW("law.mla.sm90.p", "3", "count") \
	ROW("law.mla.sm90.pad", "64", "count") \
	ROW("law.mla.sm90.rho", "800", "TFLOP/s") \
	ROW("wire.gather.any.alpha", "4", "us") \
	ROW("wire.gather.any.e_nvlink", "0.8", "1")

static int take(struct lawterms *l, const char *law, const char *arch,
		const char *fix, bool given)
{
	static struct lawname n;
	static char words[256];
	struct choices fixes = { .nr = 0 };

	snprintf(words, sizeof(words), "%s", fix);
	for (char *p = strtok(words, " "); p; p = strtok(NULL, " "))
		fixes.text[fixes.nr++] = p;
	ck_assert_int_eq(lawname_parse(&n, law, &why), 0);
	return lawterms_take(l, &(struct lawterms_spec){ &n, &facts, arch,
		&fixes, given }, &why);
}

/* "t0? e_b? p=3": sought, or given and what, in base units. */
static void said(const struct lawterms *l, char *out, size_t size)
{
	int len = 0;

	*out = '\0';
	for (int i = 0; i < l->nr; i++) {
		const struct lawterm *t = &l->term[i];

		len += snprintf(out + len, size - (size_t)len,
				t->fitted ? "%s%s?" : "%s%s=%g", i ? " " : "",
				t->want->key, t->value);
	}
}

/*
 * Of a law that the sheet has, its terms: the form (p, pad) is the sheet's,
 * the others are sought. Of one that it has not, every term but those of
 * experts, and the form must be given. What is given is in the sheet's unit.
 */
static const struct {
	const char *law, *arch, *fix;
	bool given;
	const char *terms;	/* NULL: refused */
} laws[] = {
	{ "law.mla.sm90", "sm90", "", false, "t0? e_b? p=3 pad=64 rho?" },
	{ "law.mla.sm100", "sm100", "", false, "t0? e_b? p=3 pad=64 rho?" },
	{ "law.mla.sm90", "sm90", "", true,
	  "t0=5e-06 e_b=0.9 p=3 pad=64 rho=8e+14" },
	{ "law.mla.sm90", "sm90", "rho=500 e_b=1 p=0", false,
	  "t0? e_b=1 p=0 pad=64 rho=5e+14" },
	/* a term that the sheet's law lacks is one more */
	{ "law.mla.sm90", "sm90", "kappa=2.5", false,
	  "t0? e_b? p=3 pad=64 rho? kappa=2.5e-06" },
	{ "law.new.sm90", "sm90", "p=0 pad=1", false,
	  "t0? e_b? e_f? p=0 pad=1 kappa? whole=0 rho? c?" },
	{ "law.new.sm90", "sm90", "p=0 pad=1 tile=3", false,
	  "t0? e_b? e_f? p=0 pad=1 kappa? whole=0 rho? c? tile=3e-06" },
	{ "law.new.sm90", "sm90", "p=0", false, NULL },
	{ "wire.gather.any", "sm90", "", false, "alpha? e_nvlink?" },
	{ "wire.gather.sm100", "sm100", "alpha=7", false,
	  "alpha=7e-06 e_nvlink?" },
	{ "wire.scatter.any", "sm90", "", false,
	  "alpha? alpha_peer? e_nvlink? e_rdma?" },
	{ "wire.dispatch_rack.any", "sm90", "alpha_rank=0", false,
	  "alpha? alpha_rank=0 e_nvlink?" },
};

START_TEST(terms_are_sought_or_given)
{
	struct lawterms l;
	char is[512];

	rows_facts(&facts, SHEET);
	if (!laws[_i].terms) {
		ck_assert_int_eq(take(&l, laws[_i].law, laws[_i].arch,
				      laws[_i].fix, laws[_i].given), -1);
		return;
	}
	ck_assert_msg(!take(&l, laws[_i].law, laws[_i].arch, laws[_i].fix,
			    laws[_i].given), "%s", why.what);
	said(&l, is, sizeof(is));
	ck_assert_str_eq(is, laws[_i].terms);
}
END_TEST

static const struct { const char *law, *fix, *says; } unfixed[] = {
	{ "law.mla.sm90", "rho", "--fix: \"rho\" gives no parameter a value; "
	  "write PARAM=VALUE, as --fix e_f=0.82, in the unit of a sheet: us, "
	  "TFLOP/s or 1" },
	{ "law.mla.sm90", "rho=x", "--fix: \"rho=x\" gives no parameter a "
	  "value; write PARAM=VALUE, as --fix e_f=0.82, in the unit of a "
	  "sheet: us, TFLOP/s or 1" },
	{ "law.mla.sm90", "t0=-1", "--fix: \"t0=-1\" gives no parameter a "
	  "value; write PARAM=VALUE, as --fix e_f=0.82, in the unit of a "
	  "sheet: us, TFLOP/s or 1" },
	{ "law.mla.sm90", "alpha=1", "--fix: \"alpha=1\" is about no term of "
	  "such a law; write PARAM=VALUE, as --fix e_f=0.82, in the unit of a "
	  "sheet: us, TFLOP/s or 1" },
	{ "wire.gather.any", "t0=1", "--fix: \"t0=1\" is about no term of "
	  "such a law; write PARAM=VALUE, as --fix e_f=0.82, in the unit of a "
	  "sheet: us, TFLOP/s or 1" },
	{ "law.new.sm90", "pad=1", "--fix: the stack's sheet does not say "
	  "what p of law.new.sm90 is; give it: --fix p=VALUE" },
	{ "law.new.sm90", "p=0", "--fix: the stack's sheet does not say what "
	  "pad of law.new.sm90 is; give it: --fix pad=VALUE" },
};

START_TEST(what_fixes_nothing_is_refused)
{
	struct lawterms l;

	rows_facts(&facts, SHEET);
	ck_assert_int_eq(take(&l, unfixed[_i].law, "sm90", unfixed[_i].fix,
			      false), -1);
	rows_said(&why, unfixed[_i].says);
}
END_TEST

/* Beyond what a term may be: a reach is not above 1, p is 0 or at least 1. */
START_TEST(a_term_has_its_limit)
{
	static const char *const beyond[] = { "e_b=1.5", "e_b=0", "p=0.5",
		"pad=0", "pad=1.5", "whole=2" };
	struct lawterms l;
	char want[64];

	rows_facts(&facts, SHEET);
	for (int i = 0; i < NR(beyond); i++) {
		const char *value = strchr(beyond[i], '=') + 1;

		ck_assert_int_eq(take(&l, "law.mla.sm90", "sm90", beyond[i],
				      false), -1);
		snprintf(want, sizeof(want), "%.*s is %s",
			 (int)(value - 1 - beyond[i]), beyond[i], value);
		ck_assert_str_eq(why.what, want);
		ck_assert(*why.remedy);
	}
}
END_TEST

START_TEST(a_term_has_the_unit_that_a_sheet_writes)
{
	static const struct {
		const char *param, *unit;
		double factor;
		bool wire;
	} want[] = {
		{ "t0", "us", 1e-6, false }, { "rho", "TFLOP/s", 1e12, false },
		{ "pad", "count", 1, false }, { "e_b", "1", 1, false },
		{ "alpha", "us", 1e-6, true }, { "droop", "1", 1, true },
	};

	for (int i = 0; i < NR(want); i++) {
		const struct want *w = want[i].wire ?
			wire_term(want[i].param) : law_term(want[i].param);

		ck_assert_str_eq(lawterm_unit(w), want[i].unit);
		ck_rel(lawterm_factor(w), want[i].factor, 1e-12);
	}
	ck_assert(lawterm_of_experts("tile") && lawterm_of_experts("fill") &&
		  lawterm_of_experts("e_nvlink"));
	ck_assert(!lawterm_of_experts("t0") && !lawterm_of_experts("rho"));
}
END_TEST

/* A kernel's law plays every role; a wire's is its own kind's. */
START_TEST(terms_are_set_into_a_stack)
{
	struct stack *s = calloc(1, sizeof(*s));
	struct lawterms l;
	struct lawname n;

	rows_facts(&facts, SHEET);
	s->law[0].kappa_s = 9;
	ck_assert_int_eq(take(&l, "law.mla.sm90", "sm90", "", true), 0);
	ck_assert_int_eq(lawname_parse(&n, "law.mla.sm90", &why), 0);
	lawterms_set(&l, &n, s);
	for (int r = 0; r < ROLE_NR; r++) {
		ck_assert_str_eq(s->law[r].kernel, "mla");
		ck_rel(s->law[r].t0_s, 5e-6, 1e-12);
		ck_rel(s->law[r].rho_flops, 8e14, 1e-12);
		ck_assert(!(s->law[r].kappa_s > 0));	/* nothing stays */
	}
	for (int k = 0; k < WIRE_NR; k++)
		ck_assert(!s->wired[k]);
	ck_assert_int_eq(take(&l, "wire.gather.any", "sm90", "", true), 0);
	ck_assert_int_eq(lawname_parse(&n, "wire.gather.any", &why), 0);
	lawterms_set(&l, &n, s);
	for (int k = 0; k < WIRE_NR; k++)
		ck_assert(s->wired[k] == (k == WIRE_GATHER));
	ck_rel(s->wire[WIRE_GATHER].alpha_s, 4e-6, 1e-12);
	ck_rel(s->wire[WIRE_GATHER].e_nvlink, 0.8, 1e-12);
	ck_rel(s->law[0].t0_s, 5e-6, 1e-12);
	ck_assert_ptr_nonnull(lawterms_find(&l, "alpha"));
	ck_assert_ptr_null(lawterms_find(&l, "alpha_peer"));
	free(s);
}
END_TEST

/* ---- a choice of rows ---- */

/* Rows m=8 f=bf16, m=80 f=fp8, blank m. */
static const struct { const char *first, *second; bool holds[3]; }
choices[] = {
	{ "m=8", NULL, { true, false, false } },
	{ "m=80", NULL, { false, true, false } },
	{ "m=80,8", NULL, { true, true, false } },
	{ "m=9,8,7", NULL, { true, false, false } },
	{ "m=", NULL, { false, false, true } },
	{ "m=8,", NULL, { true, false, true } },
	{ "m=8,80", "f=fp8", { false, true, false } },
	{ "f=bf16", "m=80", { false, false, false } },
	{ "f=fp", NULL, { false, false, false } },
	{ "f=fp8,bf16", NULL, { true, true, false } },
};

static void fill_table(void)
{
	static const char *const cells[][2] = { { "8", "bf16" },
		{ "80", "fp8" }, { "", "fp4" } };

	table_need(&table, "m");
	table_need(&table, "f");
	for (int i = 0; i < NR(cells); i++) {
		int row = table_add_row(&table, i + 2);

		table_set(&table, row, 0, cells[i][0]);
		table_set(&table, row, 1, cells[i][1]);
	}
}

START_TEST(a_choice_holds_of_the_rows_with_its_values)
{
	struct choices c = { { choices[_i].first, choices[_i].second },
			     choices[_i].second ? 2 : 1 };

	fill_table();
	ck_assert_int_eq(choices_check(&c, &table, "--rows", &why), 0);
	for (int r = 0; r < 3; r++)
		ck_assert_msg(choices_hold(&c, &table, r) ==
			      choices[_i].holds[r], "row %d", r);
}
END_TEST

START_TEST(no_choice_holds_of_all_and_one_of_no_column_is_refused)
{
	static const char *const bad[] = { "k=1", "m", "=8", "" };
	struct choices none = { .nr = 0 };
	char want[128];

	fill_table();
	ck_assert(choices_hold(&none, &table, 2));
	for (int i = 0; i < NR(bad); i++) {
		struct choices c = { { "m=8", bad[i] }, 2 };

		ck_assert_int_eq(choices_check(&c, &table, "--from", &why),
				 -1);
		snprintf(want, sizeof(want), "--from: \"%s\" names no column "
			 "of t.csv; write COLUMN=VALUE,VALUE", bad[i]);
		rows_said(&why, want);
	}
}
END_TEST

/* ---- what a tool did not say ---- */

#define DEEPEP "give --given tokens=128,hidden=7168,topk=8,experts=288, " \
	"which is what DeepEP's test runs when it is told nothing, or what " \
	"yours was"

static const struct {
	const char *op, *hw, *device, *tokens, *hidden, *topk, *experts, *says;
} untold[] = {
	{ "gemm", "h200-sxm", "", "", "", "", "", NULL },
	{ "dispatch", "h200-sxm", "", "1", "2", "3", "4", NULL },
	{ "dispatch", "h200-sxm", "", "", "2", "3", "4",
	  "t.csv:7: it does not say tokens; " DEEPEP },
	{ "combine", "h200-sxm", "", "1", "", "3", "",
	  "t.csv:7: it does not say hidden, experts; " DEEPEP },
	{ "combine", "h200-sxm", "", "", "", "", "",
	  "t.csv:7: it does not say tokens, hidden, topk, experts; " DEEPEP },
	{ "gather", "", "", "", "", "", "", "t.csv:7: it does not say on which "
	  "GPU this ran; give --given hw=NAME; deeproof show lists them" },
	{ "gemm", "", "NVIDIA H200", "", "", "", "", "t.csv:7: it ran on "
	  "\"NVIDIA H200\", and of which sheet that is it does not say; give "
	  "--given hw=h200-sxm" },
	{ "gemm", "", "h20", "", "", "", "", "t.csv:7: it ran on \"h20\", and "
	  "of which sheet that is it does not say; give --given hw=h20-141g "
	  "or h20-96g" },
	{ "gemm", "", "NVIDIA H2000 Ada", "", "", "", "", "t.csv:7: it does "
	  "not say on which GPU this ran; give --given hw=NAME; deeproof show "
	  "lists them" },
	{ "gemm", "", "XH200", "", "", "", "", "t.csv:7: it does not say on "
	  "which GPU this ran; give --given hw=NAME; deeproof show lists "
	  "them" },
};

START_TEST(what_a_file_does_not_say_is_asked_for)
{
	const char *const cells[] = { untold[_i].op, untold[_i].hw,
		untold[_i].device, untold[_i].tokens, untold[_i].hidden,
		untold[_i].topk, untold[_i].experts };
	static const char *const head[] = { "op", "hw", "device", "tokens",
		"hidden", "topk", "experts" };
	int row = table_add_row(&table, 7);

	for (int i = 0; i < NR(head); i++)
		table_set(&table, row, table_need(&table, head[i]), cells[i]);
	ck_assert_int_eq(untold_check(&table, row, &why),
			 untold[_i].says ? -1 : 0);
	if (untold[_i].says)
		rows_said(&why, untold[_i].says);
}
END_TEST

Suite *suite_terms(void)
{
	Suite *s = suite_create("terms");
	TCase *t = tcase_create("terms");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, a_law_is_a_kernel_or_a_wire_and_an_architecture,
			    0, NR(names));
	tcase_add_loop_test(t, what_names_no_law_is_refused, 0, NR(no_names));
	tcase_add_test(t, a_name_has_an_end);
	tcase_add_loop_test(t, terms_are_sought_or_given, 0, NR(laws));
	tcase_add_loop_test(t, what_fixes_nothing_is_refused, 0, NR(unfixed));
	tcase_add_test(t, a_term_has_its_limit);
	tcase_add_test(t, a_term_has_the_unit_that_a_sheet_writes);
	tcase_add_test(t, terms_are_set_into_a_stack);
	tcase_add_loop_test(t, a_choice_holds_of_the_rows_with_its_values, 0,
			    NR(choices));
	tcase_add_test(t,
		no_choice_holds_of_all_and_one_of_no_column_is_refused);
	tcase_add_loop_test(t, what_a_file_does_not_say_is_asked_for, 0,
			    NR(untold));
	suite_add_tcase(s, t);
	return s;
}
