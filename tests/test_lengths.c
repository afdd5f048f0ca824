#include <math.h>

#include "tests/tests.h"

#include "ask/scenario.h"
#include "model/lengths.h"
#include "tests/toy.h"
#include "skew/draw.h"

/* 1024 x 0.5 + 8192 x 0.4 + 131072 x 0.1 = 512 + 3276.8 + 13107.2 */
#define MIX "1024:0.5;8192:0.4;131072:0.1"
#define MEAN 16896.0

START_TEST(a_list_of_lengths_has_a_mean_and_a_spread)
{
	struct lengths l;
	struct fault why;
	/* sd^2: 0.5 15872^2 + 0.4 8704^2 + 0.1 114176^2 = 38304^2 */
	double var = 0.5 * 15872 * 15872 + 0.4 * 8704 * 8704 +
		     0.1 * 114176.0 * 114176;

	ck_assert_int_eq(lengths_parse(&l, MIX, &why), 0);
	ck_rel(lengths_mean(&l), MEAN, 1e-12);
	ck_rel(lengths_cv(&l), sqrt(var) / MEAN, 1e-12);
	ck_assert(lengths_longest(&l, 1) == 131072);
}
END_TEST

static const struct { const char *text, *what; } wrong[] = {
	{ "1024:0.5;8192:0.4", "the shares of ctx sum to 0.9" },
	{ "1024:1;8192:0.1", "the shares of ctx sum to 1.1" },
	{ "1024:", "ctx is \"1024:\", which is no list of TOKENS:SHARE above "
	  "0" },
	{ "a:1", "ctx is \"a:1\", which is no list of TOKENS:SHARE above 0" },
	{ "0:1", "ctx is \"0:1\", which is no list of TOKENS:SHARE above 0" },
	{ "9:-1;8:2", "ctx is \"9:-1;8:2\", which is no list of TOKENS:SHARE "
	  "above 0" },
};

START_TEST(a_list_that_is_none_is_a_fault)
{
	struct scenario s;
	struct fault why = { 0 };

	scenario_init(&s);
	ck_assert_int_eq(scenario_set(&s, "ctx", wrong[_i].text, &why), -1);
	ck_assert_str_eq(why.what, wrong[_i].what);
}
END_TEST

START_TEST(a_plain_number_replaces_a_list)
{
	struct scenario s;
	struct fault why;

	scenario_init(&s);
	ck_assert_int_eq(scenario_set(&s, "ctx", MIX, &why), 0);
	ck_rel(s.ctx, MEAN, 1e-12);
	ck_assert_str_eq(s.mix, MIX);
	ck_assert_int_eq(scenario_set(&s, "ctx", "100", &why), 0);
	ck_assert(s.ctx == 100 && !*s.mix);
}
END_TEST

START_TEST(a_spread_has_its_mean_and_most_of_its_variation)
{
	struct lengths l;

	/* the top eighth of sigma 1.086 holds 0.474 of it: 3.79 means */
	lengths_spread(&l, 1000, 1.5);
	ck_rel(l.tok[7], 3795, 0.003);
	lengths_spread(&l, 1000, 0.5);
	ck_rel(lengths_mean(&l), 1000, 1e-12);
	/* eighths of s = 0.4724: 0.4186 0.5872 0.7100 0.8309 0.9646 1.1294
	   1.3682 1.9912 (their sum is 8); mean square 1.2196, less 1 */
	ck_rel(lengths_cv(&l), 0.4687, 1e-3);
	lengths_spread(&l, 1000, 1.5);
	ck_rel(lengths_cv(&l), 1.1356, 2e-3);
}
END_TEST

/*
 * DSA meets up to 2048 tokens: half of the sequences 1024, half 2048. A mean
 * length of 4608 would have said 2048 of all.
 */
START_TEST(attention_meets_what_each_sequence_has)
{
	static const struct lengths l = { 2, { 1024, 8192 }, { 0.5, 0.5 } };
	struct counted c = { NULL, ATTN_DSA, 4608 };
	struct model m;

	toy_v32(&m);
	c.model = &m;
	ck_rel(lengths_over(&l, attention_met, &c), 1536, 1e-12);
	ck_rel(lengths_over(NULL, attention_met, &c), 2048, 1e-12);
}
END_TEST

/* Latent attention is linear: the list takes what its mean takes. */
START_TEST(a_mixture_of_latents_takes_what_its_mean_does)
{
	static const struct lengths l = { 2, { 500, 1500 }, { 0.5, 0.5 } };
	struct toy t;
	struct step st;
	double mean;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 10 });
	step_time(&st, &t.ask);
	mean = st.s;
	t.ask.batch.lengths = &l;
	step_time(&st, &t.ask);
	ck_rel(st.s, mean, 1e-12);
}
END_TEST

/* 8000 sequences of 500 or 1500: 1000 each, give or take 500 / sqrt(8000). */
START_TEST(lengths_are_drawn_by_their_shares)
{
	static const struct lengths l = { 2, { 500, 1500 }, { 0.5, 0.5 } };
	struct toy t;
	struct loads drawn;
	double sum = 0;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1000 });
	t.ask.batch.lengths = &l;
	draw_loads(&drawn, &(struct draw_spec){ .on = &t.on,
		.skew = t.skew_spec, .batch = t.ask.batch, .pad = 1,
		.seed = 1 });
	for (int g = 0; g < 8; g++)
		sum += drawn.kv_tok[g];
	ck_assert_double_eq_tol(sum / 8000, 1000, 4 * 500 / sqrt(8000));
	loads_release(&drawn);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_lengths(void)
{
	Suite *s = suite_create("lengths");
	TCase *tc = tcase_create("lengths");

	tcase_add_test(tc, a_list_of_lengths_has_a_mean_and_a_spread);
	tcase_add_loop_test(tc, a_list_that_is_none_is_a_fault, 0, NR(wrong));
	tcase_add_test(tc, a_plain_number_replaces_a_list);
	tcase_add_test(tc, a_spread_has_its_mean_and_most_of_its_variation);
	tcase_add_test(tc, attention_meets_what_each_sequence_has);
	tcase_add_test(tc, a_mixture_of_latents_takes_what_its_mean_does);
	tcase_add_test(tc, lengths_are_drawn_by_their_shares);
	suite_add_tcase(s, tc);
	return s;
}
