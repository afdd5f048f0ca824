#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/longest.h"
#include "answer/prefill.h"
#include "answer/sweep.h"
#include "library/shelf.h"
#include "tests/tests.h"

static struct shelf *shelf;
static struct scenario asked;
static struct fault why;

static void ask(const char *pairs)
{
	memset(&why, 0, sizeof(why));
	scenario_init(&asked);
	ck_assert_msg(!scenario_override(&asked, pairs, &why), "%s",
		      why.what);
}

static void setup(void)
{
	shelf = shelf_open();
	ask("id=a,hw=h200-sxm,model=deepseek-v2-lite,gpus=1");
}

static void teardown(void)
{
	shelf_free(shelf);
}

static void give(const char *pairs)
{
	ck_assert_msg(!scenario_override(&asked, pairs, &why), "%s",
		      why.what);
}

static void make(struct question *q)
{
	ck_assert_msg(!question_make(q, &asked, shelf_library(shelf), &why),
		      "%s", why.what);
}

/* ---- searched rows ---- */

static struct swept one_row(const struct sweep_spec *spec)
{
	struct sweeper *w = malloc(sizeof(*w));
	struct swept row = { .scenario = asked };

	sweeper_init(w, spec, shelf_library(shelf));
	sweep_answer(&row, w);
	sweeper_release(w);
	free(w);
	return row;
}

/* The largest batch that keeps 8 ms a token: one more does not. */
START_TEST(a_blank_batch_is_the_largest_that_keeps_the_time)
{
	const struct sweep_spec spec = { .tpot_s = .008 };
	struct swept row;
	struct answer a;
	struct question q;

	give("ctx=4096");
	row = one_row(&spec);
	ck_assert(!row.malformed && row.searched && row.answer.fits);
	ck_assert_double_ge(row.scenario.batch, 2);
	ck_assert_double_le(row.answer.tpot_s, .008);
	asked.batch = row.scenario.batch;
	make(&q);
	answer_step(&a, &q, NULL);
	ck_rel(row.answer.tok_s_gpu, a.tok_s_gpu, 1e-9);
	ck_rel(answer_largest_batch(&q, .008), row.scenario.batch, 0);
	question_batch(&q, row.scenario.batch + 1);
	answer_step(&a, &q, NULL);
	ck_assert(!a.fits || a.tpot_s > .008);
}
END_TEST

/* A nanosecond keeps nobody: the row says so, and that one would fit. */
START_TEST(a_time_that_nobody_keeps_is_its_own_reason)
{
	const struct sweep_spec spec = { .tpot_s = 1e-9 };
	struct swept row;

	give("ctx=4096");
	row = one_row(&spec);
	ck_assert(!row.malformed && row.answer.late && !row.answer.fits);
	ck_assert_ptr_nonnull(strstr(row.answer.refusal, "one sequence of "
				     "4096 tokens takes "));
	ck_assert_ptr_nonnull(strstr(row.answer.refusal,
				     "above the 1e-06 ms asked for"));
	/* a batch that is given is answered, however long it takes */
	give("batch=4");
	row = one_row(&spec);
	ck_assert(!row.searched && row.answer.fits && !row.answer.late);
}
END_TEST

/* ---- rows played request by request ---- */

static int played;

static void play(struct swept *s, const struct question *q,
		 const struct run_spec *run)
{
	ck_assert_uint_eq(run->seed, 7);
	played++;
	s->answer.fits = true;
	s->answer.tok_s_gpu = 100 * q->scenario.batch;
	s->seen[SEEN_SLOW].ttft_s = played;
}

/* Rows that differ in their id alone are one run; another batch is not. */
START_TEST(a_run_that_several_rows_measure_is_played_once)
{
	static const char *const pairs[] = { "id=a,batch=2", "id=bb,batch=2",
		"id=c,batch=3", "id=a,batch=3", "id=a,batch=2" };
	static const int runs[] = { 1, 1, 2, 2, 3 };
	const struct sweep_spec spec = { .tpot_s = INFINITY, .serve = play,
		.run = { .seed = 7, .steps = 1 } };
	struct sweeper *w = malloc(sizeof(*w));

	played = 0;
	give("ctx=4096,mode=colocated");
	sweeper_init(w, &spec, shelf_library(shelf));
	for (int i = 0; i < 5; i++) {
		struct swept row = { .malformed = false };

		give(pairs[i]);
		row.scenario = asked;
		sweep_answer(&row, w);
		ck_assert(row.served && !row.malformed);
		ck_assert_int_eq(played, runs[i]);
		ck_rel(row.answer.tok_s_gpu, 100 * asked.batch, 0);
		ck_rel(row.seen[SEEN_SLOW].ttft_s, runs[i], 0);
		ck_assert_str_eq(row.scenario.id, asked.id);
	}
	sweeper_release(w);
	free(w);
}
END_TEST

START_TEST(colocated_rows_need_somebody_who_plays)
{
	const struct sweep_spec spec = { .tpot_s = INFINITY };
	struct swept row;

	give("ctx=4096,batch=2,mode=colocated");
	row = one_row(&spec);
	ck_assert(row.malformed && row.unsimulated && !row.served);
	ck_assert_str_eq(row.fault.what, "mode=colocated is not simulated "
			 "here");
}
END_TEST

/* ---- the longest context ---- */

START_TEST(the_longest_context_is_asked_of_a_sound_row)
{
	struct memo *memo = memo_new(shelf_library(shelf));
	struct question *q = malloc(sizeof(*q));
	struct answer a;

	give("batch=4");
	ck_assert_int_eq(question_longest(q, &asked, memo, &why), 0);
	answer_step(&a, q, NULL);
	ck_assert(a.fits || a.lack.kind == REFUSAL_CONTEXT);
	ck_assert_double_ge(q->batch.ctx_tok, 4096);
	ck_rel(a.max_context, q->batch.ctx_tok, 1e-3);
	give("tp=3");		/* which divides nothing */
	ck_assert_int_eq(question_longest(q, &asked, memo, &why), -1);
	give("tp=,ctx=100");
	ck_assert_int_eq(question_longest(q, &asked, memo, &why), -1);
	ck_assert_str_eq(why.about, "ctx");
	free(q);
	free(memo);
}
END_TEST

/* ---- prompts ---- */

static struct prefill prompt(const struct question *q, double tok,
			     double chunk)
{
	struct prefill p;

	ck_assert_msg(!prefill_answer(&p, q, &(struct prefill_spec){
		.prompt_tok = tok, .chunk_tok = chunk }, &why), "%s", why.what);
	return p;
}

/*
 * Four prompts of 1,024 fill a pass of 4,096: it takes one prompt's time and
 * three times what each more adds; prompts a second are four a pass.
 */
START_TEST(a_full_pass_is_one_prompt_and_what_each_more_adds)
{
	struct question q;
	struct prefill p;

	give("ctx=1024,batch=1");
	make(&q);
	p = prompt(&q, 1024, 4096);
	ck_rel(p.together, 4, 0);
	ck_rel(p.own_s + p.all_s, p.ttft_s, 1e-9);
	ck_rel(p.together / p.prompts_s, p.ttft_s +
	       3 * (p.own_more_s + p.all_more_s), 1e-9);
	ck_rel(p.prompt_tok_s_gpu, 1024 * p.prompts_s, 1e-9);
	ck_assert_double_ge(p.own_more_s, 0);
	ck_assert_double_ge(p.all_more_s, 0);
	ck_assert_double_lt(p.own_more_s, 1);
}
END_TEST

/*
 * A prompt in four passes does no less work than in one, so its share of the
 * peak times its time is no less; nothing of it is above the peak.
 */
START_TEST(passes_of_a_prompt_add_up)
{
	struct question q;
	struct prefill one, four;

	give("ctx=16384,batch=1");
	make(&q);
	one = prompt(&q, 16384, 16384);
	four = prompt(&q, 16384, 4096);
	ck_rel(one.passes, 1, 0);
	ck_rel(four.passes, 4, 0);
	ck_assert_double_ge(four.mfu * four.ttft_s,
			    .99 * one.mfu * one.ttft_s);
	ck_assert_double_ge(four.ttft_s, one.ttft_s);
	ck_assert_double_ge(four.flop_tok, .99 * one.flop_tok);
	ck_assert_double_lt(four.mfu, 1);
	ck_rel(four.together, 1, 0);
}
END_TEST

/* ---- played steps ---- */

/*
 * The mean of eight steps is near that of one; only events are counted
 * together. No lane is busy for longer than a step.
 */
START_TEST(a_run_is_the_mean_of_its_steps)
{
	struct question q;
	struct answer a;
	struct played one, many;

	ask("hw=h200-sxm,model=deepseek-v3,gpus=16,batch=16,ctx=4096");
	make(&q);
	answer_run(&a, &q, &(struct run_spec){ .seed = 1, .steps = 1 },
		   &one);
	answer_run(&a, &q, &(struct run_spec){ .seed = 1, .steps = 8 },
		   &many);
	ck_rel(many.s, one.s, .1);
	ck_rel(many.nvlink_B, one.nvlink_B, .1);
	ck_rel(many.rdma_B, one.rdma_B, .1);
	ck_rel(many.received_B, one.received_B, .1);
	ck_rel(many.exposed_s, one.exposed_s, .3);
	ck_rel(many.imbalance, one.imbalance, .3);
	ck_rel((double)many.events, 8 * (double)one.events, .1);
	for (int i = 0; i < LANE_NR; i++) {
		ck_rel(many.busy_s[i], one.busy_s[i], .2);
		ck_assert_double_le(many.busy_s[i], many.s * (1 + 1e-9));
	}
	ck_rel(a.step_s, many.s, 1e-12);
	ck_rel(a.tpot_s, many.s, 1e-12);
	ck_rel(a.tok_s_gpu, 16 / many.s, 1e-9);	/* 16 a GPU, each a token */
	ck_rel(a.nvlink_B_tok, many.nvlink_B / 16, 1e-9);
}
END_TEST

Suite *suite_swept(void)
{
	Suite *s = suite_create("swept");
	TCase *t = tcase_create("swept");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_blank_batch_is_the_largest_that_keeps_the_time);
	tcase_add_test(t, a_time_that_nobody_keeps_is_its_own_reason);
	tcase_add_test(t, a_run_that_several_rows_measure_is_played_once);
	tcase_add_test(t, colocated_rows_need_somebody_who_plays);
	tcase_add_test(t, the_longest_context_is_asked_of_a_sound_row);
	tcase_add_test(t, a_full_pass_is_one_prompt_and_what_each_more_adds);
	tcase_add_test(t, passes_of_a_prompt_add_up);
	tcase_add_test(t, a_run_is_the_mean_of_its_steps);
	suite_add_tcase(s, t);
	return s;
}
