#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/prefill.h"
#include "answer/sweep.h"
#include "answer/where.h"
#include "read/sheet.h"
#include "requests/serving.h"
#include "tests/tests.h"
#include "tests/toy_question.h"
#include "time/prefill.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* The toy's question of a layout, all that no sheet says left at nothing. */
static void make(struct question *q, struct toy *t, const struct toy_plan *p)
{
	toy_init(t);
	toy_plan(t, p);
	toy_question(q, t);
	q->scenario.price = (double)NAN;
}

/* ---- what bounds a step ---- */

/* Each part of the GPU a million times as slow as it is, one by one. */
static const struct {
	enum bound bound;
	int gpus;
} bounds[] = {
	{ BOUND_HBM, 16 }, { BOUND_COMPUTE, 16 }, { BOUND_NVLINK, 8 },
	{ BOUND_RDMA, 16 }, { BOUND_LATENCY, 16 },
};

START_TEST(a_step_is_bound_by_what_is_slow)
{
	struct question q;
	struct answer a;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = bounds[_i].gpus,
					 .batch = 8 });
	switch (bounds[_i].bound) {
	case BOUND_HBM:
		t.gpu.hbm_Bps /= 1e6;
		break;
	case BOUND_COMPUTE:
		t.gpu.flops[MATH_BF16] /= 1e6;
		break;
	case BOUND_NVLINK:
		t.gpu.nvlink_Bps /= 1e6;
		break;
	case BOUND_RDMA:
		t.gpu.nic_Bps /= 1e6;
		break;
	default:
		for (int r = 0; r < ROLE_NR; r++)
			t.stack.law[r].t0_s *= 1e6;
	}
	answer_step(&a, &q, NULL);
	ck_assert(a.fits);
	ck_assert_int_eq(a.bound, bounds[_i].bound);
}
END_TEST

/*
 * Whatever is exchanged, every second of a step is bound by something; what
 * wires expose is theirs or their start's, what is fixed is latency.
 */
static const struct toy_plan told[] = {
	{ .batch = 8 },
	{ .gpus = 16, .batch = 8, .balance = BALANCE_SKEWED, .sigma = 1 },
	{ .gpus = 16, .batch = 64, .two_batch = true },
	{ .gpus = 8, .batch = 64, .exchange = EXCHANGE_FUSED },
	{ .gpus = 8, .tp = 8, .batch = 8, .mtp = 1 },
	{ .gpus = 8, .batch = 8, .exchange = EXCHANGE_GATHER },
	{ .gpus = 4, .pp = 4, .batch = 8 },
	{ .gpus = 16, .batch = 64, .exchange = EXCHANGE_NODE },
	{ .gpus = 8, .tp = 4, .dcp = 4, .batch = 8, .ctx_tok = 10000 },
};

START_TEST(every_second_is_bound_by_something)
{
	for (int beside = 0; beside < 2; beside++) {
		struct toy t;
		struct step st;
		double s = 0;

		toy_init(&t);
		for (int r = ROLE_FUSED_FP8; r <= ROLE_FUSED_MXFP4; r++)
			t.stack.law[r].kernel = "toy";
		if (told[_i].exchange == EXCHANGE_FUSED)
			t.model.kept = kept_all(FORMAT_FP8, FORMAT_FP8);
		t.stack.shared_beside = t.stack.shared_exchange = beside;
		t.stack.head_s = 1e-5;
		toy_plan(&t, &told[_i]);
		step_time(&st, &t.ask);
		for (int b = 0; b < BOUND_NR; b++) {
			ck_assert_double_ge(st.bound_s[b], 0);
			s += st.bound_s[b];
		}
		ck_rel(s, st.s, 1e-9);
		ck_assert_double_ge(st.bound_s[BOUND_LATENCY], 1e-5);
		ck_assert_double_le(st.bound_s[BOUND_NVLINK] +
				    st.bound_s[BOUND_RDMA],
				    st.exposed_s * (1 + 1e-12));
	}
}
END_TEST

/* 10 us to start are latency, and nothing is where wires start at once. */
START_TEST(what_wires_expose_is_their_ports_and_their_start)
{
	struct toy t;
	struct step st;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .tp = 8, .batch = 64 });
	step_time(&st, &t.ask);
	ck_assert_double_lt(st.bound_s[BOUND_NVLINK], 0.9 * st.exposed_s);
	for (int w = 0; w < WIRE_NR; w++)
		t.stack.wire[w].alpha_s = 0;
	step_time(&st, &t.ask);
	ck_assert_double_gt(st.exposed_s, 0);
	ck_rel(st.bound_s[BOUND_NVLINK], st.exposed_s, 1e-12);
}
END_TEST

/*
 * 5 sequences in a graph of 8 take longer, and their floor is that of 5: rows
 * that nobody asked for are no part of it.
 */
START_TEST(padding_is_no_part_of_a_floor)
{
	struct question q;
	struct answer a, padded;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .tp = 8, .batch = 5 });
	answer_step(&a, &q, NULL);
	t.stack.padding.pads = 1;
	captured_parse(&t.stack.padding.sizes, "4 8 16");
	answer_step(&padded, &q, NULL);
	ck_assert_double_gt(padded.step_s, a.step_s);
	ck_rel(padded.sol_tok_s_gpu, a.sol_tok_s_gpu, 1e-12);
}
END_TEST

/* ---- steps that are not played ---- */

/* Kernels of a minute each: some 50 of them are under a day, of an hour not. */
START_TEST(a_step_of_days_is_not_played)
{
	struct question q;
	struct answer a;
	struct played p;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .batch = 8 });
	for (int r = 0; r < ROLE_NR; r++)
		t.stack.law[r].t0_s = 60;
	answer_run(&a, &q, &(struct run_spec){ .seed = 1, .steps = 1 }, &p);
	ck_assert(a.fits && a.step_s > 600 && a.step_s < 86400 && p.s > 0);
	for (int r = 0; r < ROLE_NR; r++)
		t.stack.law[r].t0_s = 36000;
	answer_step(&a, &q, NULL);
	ck_assert_double_gt(a.step_s, 86400);
	answer_run(&a, &q, &(struct run_spec){ .seed = 1, .steps = 1 }, &p);
	ck_assert(!a.fits && isnan(a.step_s) && isnan(a.tok_s_gpu));
	ck_assert(!(p.s > 0));
	ck_assert_ptr_nonnull(strstr(a.refusal, "days is not played"));
	/* what does not fit anyway says that first */
	t.gpu.hbm_B = 1e6;
	answer_run(&a, &q, &(struct run_spec){ .seed = 1, .steps = 1 }, &p);
	ck_assert(!a.fits);
	ck_assert_ptr_null(strstr(a.refusal, "played"));
}
END_TEST

/*
 * A billion events are played, and no more: of e events a step, 1e9 / e steps,
 * rounded down. One step alone always is, and what is refused says so at once.
 */
START_TEST(steps_without_end_are_not_played)
{
	struct run_spec r = { .seed = 1, .steps = 1 };
	struct question q;
	struct answer a;
	struct played p;
	struct toy t;
	char most[64];

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .batch = 8 });
	answer_run(&a, &q, &r, &p);
	ck_assert_msg(a.fits && p.events > 9, "%s %.0f", a.refusal,
		      (double)p.events);
	snprintf(most, sizeof(most), "; at most %.0f of them are",
		 floor(1e9 / (double)p.events));
	r.steps = (int)(1e9 / (double)p.events) + 1;
	answer_run(&a, &q, &r, &p);
	ck_assert(!a.fits && isnan(a.step_s) && isnan(a.tok_s_gpu));
	ck_assert_msg(strstr(a.refusal, most) != NULL, "%s", a.refusal);
	t.gpu.hbm_B = 1e6;
	answer_run(&a, &q, &r, &p);
	ck_assert_ptr_null(strstr(a.refusal, "of them are"));
}
END_TEST

/*
 * Seven sequences a group in four stages go as 2, 2, 2 and 1: 1.75 in the
 * mean of a round, 11 / 6 where its first two are played again. Asked for six
 * steps it is two rounds, and a token sends what the closed form says.
 */
START_TEST(pipelines_are_played_in_whole_rounds)
{
	struct run_spec r = { .seed = 1, .steps = 6 };
	struct question q;
	struct answer step, run;
	struct played p;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 16, .pp = 4, .batch = 7 });
	q.batch.seqs = 7;
	answer_step(&step, &q, NULL);
	answer_run(&run, &q, &r, &p);
	ck_assert_int_eq(p.steps, 8);
	ck_assert_double_gt(step.nvlink_B_tok, 0);
	ck_rel(run.nvlink_B_tok, step.nvlink_B_tok, 1e-9);
	ck_rel(run.rdma_B_tok, step.rdma_B_tok, 1e-9);
}
END_TEST

/* ---- prompts ---- */

static const struct { double prompt, cached; bool ok; } prompts[] = {
	{ 1, 0, true }, { 2, 1, true }, { 0.5, 0, false }, { 0, 0, false },
	{ 10, -1, false }, { 10, 10, false }, { 10, 9, true },
	{ NAN, 0, false }, { 10, NAN, false },
};

START_TEST(a_prompt_has_a_token_to_compute)
{
	struct question q;
	struct prefill p;
	struct fault why = { .row = 0 };
	struct toy t;
	int rc;

	make(&q, &t, &(struct toy_plan){ .batch = 1 });
	t.stack.prefill_tok = 8192;
	rc = prefill_answer(&p, &q, &(struct prefill_spec){
		.prompt_tok = prompts[_i].prompt,
		.cached_tok = prompts[_i].cached }, &why);
	ck_assert_int_eq(rc, prompts[_i].ok ? 0 : -1);
	if (!rc)
		ck_rel(p.prompt_tok - p.cached_tok, prompts[_i].prompt -
		       prompts[_i].cached, 0);
}
END_TEST

/*
 * Four chunks, each a little longer than the last, through five stages of a
 * layer: the first stage has a fifth of each, one after the other, and the
 * others a fifth each of the last. One GPU takes them one by one.
 */
START_TEST(chunks_follow_each_other_through_a_pipeline)
{
	struct prefill_pass *pass = calloc(1, sizeof(*pass));
	struct question q;
	struct prefill p;
	struct fault why = { .row = 0 };
	struct step_spec ask;
	struct toy t;

	for (int pp = 1; pp <= 5; pp += 4) {
		double sum = 0;

		make(&q, &t, &(struct toy_plan){ .gpus = pp, .pp = pp,
						 .batch = 1 });
		ck_assert(!prefill_answer(&p, &q, &(struct prefill_spec){
			.prompt_tok = 4000, .chunk_tok = 1000 }, &why));
		ask = question_pass(&q);
		for (int i = 0; i < 4; i++) {
			prefill_pass(pass, &ask, &(struct chunk){ 1, i * 1000,
								  1000 });
			sum += pass->s;
		}
		ck_rel(p.turn_share, 1.0 / pp, 1e-12);
		ck_rel(p.ttft_s, sum / pp + pass->s * (pp - 1) / pp, 1e-9);
	}
	free(pass);
}
END_TEST

/* Without tensor cores for its format a prompt has no time, and is no fault. */
START_TEST(a_prompt_that_cannot_be_multiplied_has_no_time)
{
	struct question q;
	struct prefill p;
	struct fault why = { .row = 0 };
	struct step_spec ask;
	struct chunk c = { 1, 0, 1024 };
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	t.stack.prefill_tok = 8192;
	ask = question_step(&q, 1);
	ck_assert_ptr_null(prefill_lacks(&ask, &c));
	t.model.kept = kept_all(FORMAT_INT8, FORMAT_INT8);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	q.on = t.on;
	ck_assert(!prefill_answer(&p, &q, &(struct prefill_spec){
		.prompt_tok = 1024 }, &why));
	ck_assert(isnan(p.ttft_s) && isnan(p.prompts_s) &&
		  isnan(p.prompt_tok_s_gpu) && isnan(p.mfu) &&
		  isnan(p.tok_s_gpu) && isnan(p.exposed_share) &&
		  isnan(p.late_share) && isnan(p.own_s + p.all_s) &&
		  isnan(p.own_more_s + p.all_more_s));
	ck_rel(p.passes, 1, 0);
	/* that is no lack of a law; this is */
	toy_model(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	q.on = t.on;
	ask = question_step(&q, 1);
	ck_assert_ptr_null(prefill_lacks(&ask, &c));
	t.stack.law[ROLE_MOE_BF16].kernel = NULL;
	ck_assert_str_eq(prefill_lacks(&ask, &c), role_name(ROLE_MOE_BF16));
}
END_TEST

/*
 * Errors of what is added to prompts are independent: 3 % of 1.25, experts in
 * fp8 4 % of 1.5, together 5 %.
 */
START_TEST(experts_in_fp8_have_an_error_of_their_own)
{
	struct question q;
	struct toy t;

	toy_init(&t);
	toy_v3(&t.model);	/* which is kept in fp8 */
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	memset(&q, 0, sizeof(q));
	q.on = t.on;
	t.stack.overhead_prefill = 1.25;
	t.stack.overhead_prefill_err = .0375;
	t.stack.overhead_prefill_fp8 = 1.5;
	t.stack.overhead_prefill_fp8_err = .06;
	ck_rel(prefill_rate(&q.on), 1.875, 1e-12);
	ck_rel(prefill_rate_sd(&q.on), .05, 1e-12);
	toy_model(&t.model);	/* in bf16 */
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	q.on = t.on;
	ck_rel(prefill_rate(&q.on), 1.25, 1e-12);
	ck_rel(prefill_rate_sd(&q.on), .03, 1e-12);
}
END_TEST

/* A request of isl and osl is in the context; KV that lacks is no refusal. */
START_TEST(a_run_is_refused_for_what_one_request_lacks)
{
	static const struct { double isl, osl, hbm_B; bool refused; } of[] = {
		{ 90000, 10000, 100e9, false },	/* the toy's 100,000 */
		{ 90000, 10001, 100e9, true },
		{ 100000, NAN, 100e9, false },	/* what is asked: 1000 */
		{ 1000, 1, 1e6, true },		/* no room for weights */
	};

	for (int i = 0; i < NR(of); i++) {
		struct question q;
		struct answer a;
		struct toy t;

		make(&q, &t, &(struct toy_plan){ .batch = 1e5 });
		t.gpu.hbm_B = of[i].hbm_B;
		q.scenario.isl = of[i].isl;
		q.scenario.osl = of[i].osl;
		ck_assert_msg(serving_refused(&a, &q) == of[i].refused, "%d",
			      i);
	}
}
END_TEST

/* ---- rows of a table ---- */

/* Of a row that can be read its place is known, of another what is wrong. */
START_TEST(a_row_is_blamed_where_it_stands)
{
	static const char text[] = "id,gpus,batch\na,8,4\nb,eight,4\n";
	struct table t;
	struct fault why = { .row = 0 };
	struct swept s;

	ck_assert(!table_parse(&t, "in.csv", text, strlen(text), &why));
	sweep_read(&s, &t, 0);
	ck_assert(!s.malformed);
	ck_assert_str_eq(s.fault.file, "in.csv");
	ck_assert_int_eq(s.fault.row, 2);
	ck_assert_str_eq(s.fault.what, "");
	sweep_read(&s, &t, 1);
	ck_assert(s.malformed);
	ck_assert_str_eq(s.fault.file, "in.csv");
	ck_assert_int_eq(s.fault.row, 3);
	ck_assert_int_gt(s.fault.column, 0);
	ck_assert_ptr_nonnull(strstr(s.fault.what, "eight"));
	table_release(&t);
}
END_TEST

/* Sixteen conditions are kept, and no more. */
START_TEST(conditions_have_an_end)
{
	struct text all = TEXT_INIT;
	struct fault why = { .row = 0 };
	struct where w;

	text_add(&all, "gpus>=1");
	for (int i = 1; i < WHERE_MOST; i++)
		text_add(&all, " and gpus>=1");
	ck_assert_int_eq(where_parse(&w, all.buf, &why), 0);
	ck_assert_int_eq(w.nr, WHERE_MOST);
	text_add(&all, " and gpus>=1");
	ck_assert_int_eq(where_parse(&w, all.buf, &why), -1);
	ck_assert_str_eq(why.what, "more than 16 conditions");
	all.len = 0;	/* and no word that a scenario has no room for */
	text_add(&all, "hw=");
	for (int i = 0; i < SCENARIO_WORD; i++)
		text_add(&all, "h");
	ck_assert_int_eq(where_parse(&w, all.buf, &why), -1);
	text_release(&all);
}
END_TEST

Suite *suite_answered(void)
{
	Suite *s = suite_create("answered");
	TCase *t = tcase_create("answered");

	tcase_add_loop_test(t, a_step_is_bound_by_what_is_slow, 0,
			    NR(bounds));
	tcase_add_loop_test(t, every_second_is_bound_by_something, 0,
			    NR(told));
	tcase_add_test(t, padding_is_no_part_of_a_floor);
	tcase_add_test(t,
		       what_wires_expose_is_their_ports_and_their_start);
	tcase_add_test(t, a_step_of_days_is_not_played);
	tcase_add_test(t, steps_without_end_are_not_played);
	tcase_add_test(t, pipelines_are_played_in_whole_rounds);
	tcase_add_loop_test(t, a_prompt_has_a_token_to_compute, 0,
			    NR(prompts));
	tcase_add_test(t, a_prompt_that_cannot_be_multiplied_has_no_time);
	tcase_add_test(t, chunks_follow_each_other_through_a_pipeline);
	tcase_add_test(t, experts_in_fp8_have_an_error_of_their_own);
	tcase_add_test(t, a_run_is_refused_for_what_one_request_lacks);
	tcase_add_test(t, a_row_is_blamed_where_it_stands);
	tcase_add_test(t, conditions_have_an_end);
	suite_add_tcase(s, t);
	return s;
}
