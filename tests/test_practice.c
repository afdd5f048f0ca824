#include <math.h>
#include <stdio.h>
#include <string.h>

#include "answer/answer.h"
#include "answer/prefill.h"
#include "ask/practice.h"
#include "library/shelf.h"
#include "tests/tests.h"

/*
 * What is left blank is as the stack is run: 256 experts of V3 and the 32
 * spares of the sheets from EP64 on, in whole slots of a rank.
 */

static struct shelf *shelf;

static void set_up(void)
{
	shelf = shelf_open();
}

static void tear_down(void)
{
	shelf_free(shelf);
}

static struct scenario on(const char *hw, double gpus, double batch)
{
	struct scenario s;

	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "%s", hw);
	snprintf(s.model, sizeof(s.model), "deepseek-v3");
	s.gpus = gpus;
	s.batch = batch;
	s.ctx = 4096;
	return s;
}

static struct question made(const struct scenario *s)
{
	struct question q;
	struct fault why = { 0 };

	ck_assert_msg(!question_make(&q, s, shelf_library(shelf), &why),
		      "%s", why.what);
	return q;
}

/*
 * 288 = 9 x 32 = 4 x 72 = 3 x 96 = 2 x 144; the least multiple of 64 that is
 * 288 or more is 320, of 128 384, of 320 320. EP8 is one node.
 */
static const struct { double gpus, spares; const char *balance; } spread[] = {
	{ 8, 0, "skewed" }, { 16, 0, "eplb" }, { 32, 0, "eplb" },
	{ 48, 32, "eplb" },	/* 256 in slots of 48: 6 x 48 = 288 */
	{ 64, 64, "eplb" }, { 72, 32, "eplb" }, { 96, 32, "eplb" },
	{ 128, 128, "eplb" }, { 144, 32, "eplb" }, { 320, 64, "eplb" },
};

START_TEST(the_fewest_spares_that_fill_every_rank)
{
	struct scenario s = on("h800-sxm", spread[_i].gpus, 8);
	struct question q = made(&s);

	ck_assert_double_eq(q.scenario.redundant, spread[_i].spares);
	ck_assert_int_eq(q.on.layout.slots, 256 + (int)spread[_i].spares);
	ck_assert_str_eq(q.scenario.balance, spread[_i].balance);
}
END_TEST

START_TEST(what_is_given_is_played)
{
	struct scenario s = on("h800-sxm", 144, 64);
	struct question q;

	s.redundant = 0;
	q = made(&s);
	ck_assert_str_eq(q.scenario.balance, "skewed");
	ck_assert_double_eq(q.scenario.redundant, 0);
	snprintf(s.balance, sizeof(s.balance), "uniform");
	snprintf(s.overlap, sizeof(s.overlap), "two-batch");
	s.redundant = 176;	/* 432 = 3 x 144 */
	q = made(&s);
	ck_assert_int_eq(q.on.layout.slots_rank, 3);
	ck_assert_int_eq((int)q.skew_spec.balance, BALANCE_UNIFORM);
	ck_assert(q.two_batch);
}
END_TEST

static double step_s(const struct question *q)
{
	struct answer a;

	answer_step(&a, q, NULL);
	return a.step_s;
}

/*
 * A micro-batch without a sequence hides nothing: one batch, until there are
 * two of a group again. Two stages of a pipeline have a batch each on its way,
 * of half the sequences.
 */
static const struct { double batch, pp; bool two; } asked[] = {
	{ 1, 1, false }, { 1.5, 1, false }, { 2, 1, true }, { 64, 1, true },
	{ 1, 2, false }, { 2, 2, false }, { 3, 2, false }, { 4, 2, true },
};

START_TEST(two_batches_want_two_sequences)
{
	struct scenario s = on("h800-sxm", 144, 64);
	struct question q;
	struct answer a;

	s.pp = asked[_i].pp;
	s.gpus *= s.pp;
	snprintf(s.overlap, sizeof(s.overlap), "two-batch");
	q = made(&s);
	ck_assert(q.two_batch);
	question_batch(&q, asked[_i].batch);
	ck_assert(q.two_batch == asked[_i].two);
	ck_assert_int_eq(q.batch.micro, asked[_i].two ? 2 : 1);
	ck_assert_str_eq(q.scenario.overlap, asked[_i].two ? "two-batch" :
			 "none");
	answer_step(&a, &q, NULL);
	question_batch(&q, 64);
	ck_assert(q.two_batch);
	snprintf(s.overlap, sizeof(s.overlap), "none");
	s.batch = asked[_i].batch;
	q = made(&s);
	ck_assert(asked[_i].two || !(step_s(&q) < a.step_s ||
				     step_s(&q) > a.step_s));
}
END_TEST

/*
 * A prompt can be cut where a decoding sequence cannot: how many of those a
 * group has is nothing to a pass of prompts, which hides its exchanges then.
 */
START_TEST(prompts_are_cut_in_two_at_any_batch)
{
	static const struct { const char *overlap; double batch; } asks[] = {
		{ "two-batch", 64 }, { "two-batch", 1 }, { "none", 1 } };
	const struct prefill_spec how = { .prompt_tok = 4096,
		.chunk_tok = 16384 };
	struct fault why = { .row = 0 };
	struct prefill p[3];

	for (int i = 0; i < 3; i++) {
		struct scenario s = on("h800-sxm", 32, asks[i].batch);
		struct question q;

		snprintf(s.overlap, sizeof(s.overlap), "%s", asks[i].overlap);
		q = made(&s);
		ck_assert(!prefill_answer(&p[i], &q, &how, &why));
		ck_assert(question_pass(&q).two_batch == (i < 2));
		ck_assert(question_step(&q, 64).two_batch == (i < 1));
		practice_prompts(&q);
		ck_assert_str_eq(q.scenario.overlap, asks[i].overlap);
	}
	ck_rel(p[1].tok_s_gpu, p[0].tok_s_gpu, 0);
	ck_assert(p[1].tok_s_gpu > p[2].tok_s_gpu);
	ck_assert(p[1].exposed_share < p[2].exposed_share);
}
END_TEST

/* Left open, overlap is never the slower of the two, at any batch. */
START_TEST(overlap_is_what_pays)
{
	struct scenario s = on("h100-sxm", 72, 1);
	struct question open, none, two;

	open = made(&s);
	snprintf(s.overlap, sizeof(s.overlap), "none");
	none = made(&s);
	snprintf(s.overlap, sizeof(s.overlap), "two-batch");
	two = made(&s);
	for (double batch = 1; batch < 100; batch *= 3) {
		question_batch(&open, batch);
		question_batch(&none, batch);
		question_batch(&two, batch);
		ck_assert_double_le(step_s(&open), step_s(&none));
		if (batch > 1)
			ck_assert_double_le(step_s(&open), step_s(&two));
		ck_assert_int_eq(open.batch.micro, open.two_batch ? 2 : 1);
	}
}
END_TEST

/* Nothing is exchanged, so nothing is balanced or overlapped. */
START_TEST(attention_all_tp_is_left_alone)
{
	struct scenario s = on("h200-sxm", 8, 64);
	struct question q;

	s.tp = 8;
	q = made(&s);
	ck_assert_str_eq(q.scenario.balance, "skewed");
	ck_assert_str_eq(q.scenario.overlap, "none");
	ck_assert_double_eq(q.scenario.redundant, 0);
}
END_TEST

/*
 * The sheets' 0.05 a doubling of 8,192 tokens, an acceptance of 1.85 give or
 * take 0.03, in quadrature on what there is anyway; 16,384 = 8,192 x 2.
 */
static const struct { double batch, ctx, mtp, more; } beyond[] = {
	{ 256, 8192, 0, 0 },
	{ 64, 16384, 0, 0.05 },
	{ 64, 4096, 1, 0.03 / 1.85 },
};

START_TEST(the_band_widens_beyond_what_was_measured)
{
	struct scenario s = on("h200-sxm", 8, 1);
	struct question q = made(&s);
	double was = answer_beyond_sd(&q);

	s.batch = beyond[_i].batch;
	s.ctx = beyond[_i].ctx;
	s.mtp = beyond[_i].mtp;
	q = made(&s);
	ck_rel(answer_beyond_sd(&q), hypot(was, beyond[_i].more), 1e-12);
}
END_TEST

/*
 * By the 0.12th power of the tokens a GPU: 64 sequences with one draft each are
 * 128 on every GPU under attention DP, and 8 under TP of 16.
 */
START_TEST(the_band_of_a_class_grows_with_the_tokens)
{
	struct scenario s = on("h200-sxm", 16, 1);
	struct question q = made(&s);
	double one = answer_class_sd(&q);

	s.batch = 64;
	s.mtp = 1;
	q = made(&s);
	ck_rel(answer_class_sd(&q) / one, pow(128, 0.12), 1e-12);
	s.tp = 16;
	q = made(&s);
	ck_rel(answer_grows(&q), pow(8, 0.12), 1e-12);
}
END_TEST

Suite *suite_practice(void)
{
	Suite *s = suite_create("practice");
	TCase *t = tcase_create("blanks");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_loop_test(t, the_fewest_spares_that_fill_every_rank, 0,
			    (int)(sizeof(spread) / sizeof(*spread)));
	tcase_add_test(t, the_band_of_a_class_grows_with_the_tokens);
	tcase_add_loop_test(t, the_band_widens_beyond_what_was_measured, 0,
			    (int)(sizeof(beyond) / sizeof(*beyond)));
	tcase_add_test(t, what_is_given_is_played);
	tcase_add_test(t, prompts_are_cut_in_two_at_any_batch);
	tcase_add_loop_test(t, two_batches_want_two_sequences, 0,
			    sizeof(asked) / sizeof(asked[0]));
	tcase_add_test(t, overlap_is_what_pays);
	tcase_add_test(t, attention_all_tp_is_left_alone);
	suite_add_tcase(s, t);
	return s;
}
