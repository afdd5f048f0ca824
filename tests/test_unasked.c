/* What a plan would gain by what it was not asked for. */
#include <math.h>
#include <string.h>

#include "say/plan_text.h"
#include "tests/fleets.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* V3 on H200, TP8 alone: each GPU of a node has the KV of every sequence. */
static struct fleet_spec long_answers(double ctx, double tpot_s)
{
	struct fleet_spec a = fleet_asked();

	strcpy(a.base.stack, "generic");
	a.base.ctx = ctx;
	a.tpot_s = tpot_s;
	a.gpus = INFINITY;
	a.word[FLEET_HW][0] = "h200-sxm";
	a.word[FLEET_TP][0] = "8";
	a.word[FLEET_TP][1] = NULL;
	return a;
}

static const struct unasked *of_option(const struct unasked *u, int nr,
				       const char *option)
{
	for (int i = 0; i < nr; i++)
		if (strstr(u[i].option, option))
			return &u[i];
	return NULL;
}

/* Asked for, it is as much better as was said, and not said again. */
static const struct {
	const char *option, *value[5];
	enum fleet_words word;
} ones[] = {
	{ "--kv native,fp8", { "native", "fp8" }, FLEET_KV },
	{ "--dcp 1,2,4,8",	/* 16 parts no TP8 */
	  { "1", "2", "4", "8" }, FLEET_DCP },
};

START_TEST(what_is_not_asked_for_gains_what_it_does_when_asked)
{
	struct fleet_spec a = long_answers(131072, 0.02);
	struct unasked u[UNASKED_NR];
	const struct unasked *is;
	struct fleet without, with;
	int nr;

	fleet_made(&without, &a);
	nr = unasked_make(u, &without, &a);
	is = of_option(u, nr, ones[_i].option);
	ck_assert_ptr_nonnull(is);
	ck_assert_str_eq(is->option, ones[_i].option);
	for (int i = 1; i < nr; i++)
		ck_assert(u[i - 1].gain >= u[i].gain);
	memcpy(a.word[ones[_i].word], ones[_i].value, sizeof(ones[_i].value));
	fleet_made(&with, &a);
	ck_rel(is->gain, with.choice[0].tok_s_gpu /
	       without.choice[0].tok_s_gpu, 1e-12);
	nr = unasked_make(u, &with, &a);
	ck_assert_ptr_null(of_option(u, nr, ones[_i].option));
	fleet_release(&without);
	fleet_release(&with);
}
END_TEST

/* By GPUs, half as many are twice as good. */
START_TEST(fewer_gpus_are_a_gain)
{
	struct fleet_spec a = long_answers(131072, 0.02);
	struct unasked u[UNASKED_NR];
	struct fleet without, with;
	const struct unasked *is;
	int nr;

	a.load_tok_s = 20000;
	fleet_made(&without, &a);
	ck_assert_int_eq(without.order, FLEET_BY_GPUS);
	nr = unasked_make(u, &without, &a);
	is = of_option(u, nr, "--dcp");
	memcpy(a.word[FLEET_DCP], ones[1].value, sizeof(ones[1].value));
	fleet_made(&with, &a);
	ck_assert_ptr_nonnull(is);
	ck_rel(is->gain, without.choice[0].decode_gpus /
	       with.choice[0].decode_gpus, 1e-12);
	fleet_release(&without);
	fleet_release(&with);
}
END_TEST

/*
 * K2 at 131,072 tokens reads 131,072 x 1,152 B x 61 layers = 9.2 GB of KV for
 * one sequence, 1.9 ms of an H200 whose peak is 4.8 TB/s; shared out over
 * eight 0.24. At 10 ms that is the difference between none and some.
 */
START_TEST(what_alone_would_serve_is_said)
{
	struct fleet_spec a = long_answers(131072, 0.010);
	struct unasked u[UNASKED_NR];
	const struct unasked *is;
	struct fleet p;
	int nr;

	strcpy(a.base.model, "kimi-k2");
	a.word[FLEET_TP][1] = "16";
	fleet_made(&p, &a);
	ck_assert_int_eq(p.nr, 0);
	nr = unasked_make(u, &p, &a);
	is = of_option(u, nr, "--dcp");
	ck_assert_ptr_nonnull(is);
	ck_assert(isinf(is->gain));
	fleet_release(&p);
}
END_TEST

/* ---- in words ---- */

static const struct unasked by_half = { "--a", "x", 1.5 },
	by_a_tenth = { "--b", "y", 1.1 }, by_little = { "--c", "z", 1.05 },
	alone = { "--d", "w", INFINITY };

static const struct {
	const struct unasked *of[2];
	int nr;
	const char *says;
} words[] = {
	{ { &by_half, &by_a_tenth }, 2, "\nNot asked for, and better by it: "
	  "--a by 50 % (x), --b by 10 % (y).\n" },
	{ { &by_a_tenth, &by_little }, 2, "\nNot asked for, and better by it: "
	  "--b by 10 % (y).\n" },
	{ { &by_little }, 1, "" }, { { NULL }, 0, "" },
	{ { &alone }, 1, "\nNot asked for, and would serve: --d (w).\n" },
};

START_TEST(a_gain_of_a_twentieth_and_more_is_said)
{
	struct unasked of[2] = { { "", NULL, 0 } };
	struct text out = TEXT_INIT;

	for (int i = 0; i < words[_i].nr; i++)
		of[i] = *words[_i].of[i];
	text_add(&out, "");
	plan_unasked(of, words[_i].nr, &out);
	ck_assert_str_eq(out.buf, words[_i].says);
	text_release(&out);
}
END_TEST

Suite *suite_unasked(void)
{
	Suite *s = suite_create("unasked");
	TCase *tc = tcase_create("unasked");

	tcase_add_checked_fixture(tc, fleet_setup, fleet_teardown);
	tcase_add_loop_test(tc,
		what_is_not_asked_for_gains_what_it_does_when_asked, 0,
		NR(ones));
	tcase_add_test(tc, fewer_gpus_are_a_gain);
	tcase_add_test(tc, what_alone_would_serve_is_said);
	tcase_add_loop_test(tc, a_gain_of_a_twentieth_and_more_is_said, 0,
			    NR(words));
	suite_add_tcase(s, tc);
	return s;
}
