#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "requests/serving.h"
#include "tests/tests.h"
#include "tests/toy_question.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define Z80 1.2815515655446004

/* The toy's question of a layout, all that no sheet says left at nothing. */
static void make(struct question *q, struct toy *t, const struct toy_plan *p)
{
	toy_init(t);
	toy_plan(t, p);
	toy_question(q, t);
	q->scenario.price = 3.6;
}

/* ---- the ends of 80 % ---- */

/* A factor of exp(1.2816 sd) either way, and nothing above the floor's. */
static const struct { double rate, sol, sd, low, high; } bands[] = {
	{ 100, 1000, 0, 100, 100 },
	{ 100, 1000, 1 / Z80, 36.787944117144233, 271.82818284590452 },
	{ 100, 200, 1 / Z80, 36.787944117144233, 200 },
	{ 100, 100, 1 / Z80, 36.787944117144233, 100 },
	/* a step played beats the mean's floor: no end is below it */
	{ 100, 90, 1 / Z80, 36.787944117144233, 100 },
	{ 50, 1000, 0.5 / Z80, 30.326532985631671, 82.436063535006407 },
};

START_TEST(a_band_ends_at_the_speed_of_light)
{
	struct answer a = { .tok_s_gpu = bands[_i].rate,
			    .sol_tok_s_gpu = bands[_i].sol };

	answer_band(&a, bands[_i].sd);
	ck_rel(a.low, bands[_i].low, 1e-12);
	ck_rel(a.high, bands[_i].high, 1e-12);
}
END_TEST

/*
 * An overhead of 1.5 give or take 0.3; before any dated row 0.15 more; drafts
 * 0.6, an architecture that nobody measured 0.75. 8000 tokens where 1000 were
 * seen are three doublings of 0.05.
 */
static const struct {
	double overhead_err;
	bool before;
	int drafts;
	double arch, ctx, seen_ctx, want;
} beyonds[] = {
	{ 0, false, 0, 0, 0, 0, 0 },
	{ 0.3, false, 0, 0, 0, 0, 0.2 },
	{ 0.3, true, 0, 0, 0, 0, 0.25 },
	{ 0.3, true, 1, 0, 0, 0, 0.65 },
	{ 0, true, 0, 0, 0, 0, 0.15 },
	{ 0, false, 1, 0, 0, 0, 0.6 },
	{ 0, false, 0, 0.75, 0, 0, 0.75 },
	{ 0.3, true, 1, 0.72, 0, 0, 0.97 },
	{ 0, false, 0, 0, 0.05, 1000, 0.15 },
	{ 0, false, 0, 0, 0.05, 8000, 0 },
	{ 0, false, 0, 0, 0.05, 9000, 0 },
	{ 0, false, 0, 0, 0.05, 0, 0 },	/* nobody says what was */
	{ 0.3, false, 0, 0, 0.05, 1000, 0.25 },
};

START_TEST(what_was_not_measured_widens_a_band)
{
	struct question q;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .tp = 2, .batch = 64,
					 .ctx_tok = 8000 });
	t.stack.overhead = 1.5;
	t.stack.overhead_err = beyonds[_i].overhead_err;
	t.stack.before = beyonds[_i].before ? "2025-01-01" : NULL;
	t.stack.band_before = 0.15;
	q.on.layout.drafts = beyonds[_i].drafts;
	t.stack.beyond = (struct bands){ .arch = { beyonds[_i].arch },
		.drafts = 0.6, .ctx = beyonds[_i].ctx,
		.seen_ctx = beyonds[_i].seen_ctx };
	q.accepted_log_sd = 0;
	ck_rel(answer_beyond_sd(&q), beyonds[_i].want, 1e-12);
	if (q.on.layout.drafts == 0 || beyonds[_i].overhead_err > 0)
		return;
	q.accepted_log_sd = 0.8;	/* of a text like another: 0.6, 0.8 */
	ck_rel(answer_beyond_sd(&q), 1, 1e-12);
}
END_TEST

/*
 * Of errors up to 0.1 half is left where steps were measured, and all of what
 * is beyond: 0.05 + 0.2 of 0.3. Where none was, 0.3. Launches and tokens that
 * go together are in the whole of theirs.
 */
static const struct { double facts, launch, arch, together, want; }
doubts[] = {
	{ 0, 0, 0, 0, 0 }, { 0.1, 0, 0, 0, 0.05 }, { 0.06, 0, 0, 0, 0.03 },
	{ 0.3, 0, 0, 0, 0.25 }, { 0.3, 0.6, 0, 0, 0.65 },
	{ 0, 0.6, 0, 0, 0.6 }, { 0.3, 0, 0.2, 0, 0.3 },
	{ 0.3, 0.4, 0.2, 0, 0.5 }, { 0.3, 0.4, 0.2, 1.2, 1.3 },
};

START_TEST(a_measured_step_made_up_for_part_of_the_facts)
{
	struct answer a = { .facts_log_sd = doubts[_i].facts,
			    .launch_log_sd = doubts[_i].launch,
			    .together_log_sd = doubts[_i].together };
	struct question q;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .batch = 4 });
	t.stack.beyond = (struct bands){ .facts = 0.5, .seen_facts = 0.1,
					 .arch = { doubts[_i].arch } };
	ck_rel(answer_doubt_sd(&a, &q), doubts[_i].want, 1e-12);
}
END_TEST

/* ---- what follows from a step's time ---- */

/*
 * 10 ms, 4 sequences a group, of each 2.5 tokens a step: 4 ms a token, 250 of
 * a user. Groups are gpus / tp; every GPU counts, those of all stages. At
 * $3.6 an hour a GPU-second is $0.001.
 */
static const struct {
	int gpus, tp, pp;
	double total, gpu;
} rates[] = {
	{ 1, 1, 1, 1000, 1000 }, { 8, 1, 1, 8000, 1000 },
	{ 8, 2, 1, 4000, 500 }, { 8, 8, 1, 1000, 125 },
	{ 8, 2, 2, 2000, 250 },
};

START_TEST(rates_follow_from_a_steps_time)
{
	struct answer a = { .step_s = 0.01, .sol_tok_s_gpu = 1e9 };
	struct question q;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = rates[_i].gpus,
		.tp = rates[_i].tp, .pp = rates[_i].pp, .batch = 4 });
	q.batch.seqs = 4;
	q.tokens_per_step = 2.5;
	answer_rates(&a, &q);
	ck_rel(a.tpot_s, 0.004, 1e-12);
	ck_rel(a.tok_s_user, 250, 1e-12);
	ck_rel(a.tok_s_total, rates[_i].total, 1e-12);
	ck_rel(a.tok_s_gpu, rates[_i].gpu, 1e-12);
	ck_rel(a.usd_mtok, 1000 / rates[_i].gpu, 1e-12);
	ck_assert_double_nan(a.watt_gpu);	/* the toy's sheet says none */
	t.gpu.idle_W = 300;
	answer_rates(&a, &q);
	ck_rel(a.watt_gpu, 300, 1e-12);
	ck_rel(a.j_per_tok, 300 / rates[_i].gpu, 1e-12);
}
END_TEST

/*
 * Shares are of the step's time, at 1 TB/s of HBM, 100 GB/s of NVLink and 10
 * of a NIC; bytes a token of what a GPU's part of the groups gains.
 */
START_TEST(shares_of_an_answer_are_its_steps_sums_over_its_time)
{
	static const struct toy_plan plans[] = { { .batch = 4 },
		{ .gpus = 8, .batch = 16 }, { .gpus = 16, .batch = 32 },
		{ .gpus = 16, .tp = 8, .batch = 8 } };

	for (int i = 0; i < NR(plans); i++) {
		struct step *st = step_room(), *own = step_room();
		struct step_spec ask;
		struct question q;
		struct answer a;
		struct toy t;
		double tok;

		make(&q, &t, &plans[i]);
		q.tokens_per_step = 1.5;
		ask = question_step(&q, plans[i].batch);
		step_time(own, &ask);
		answer_step(&a, &q, st);
		tok = 1.5 * plans[i].batch / t.on.layout.tp;
		ck_rel(a.step_s, own->s, 1e-12);
		ck_rel(a.mfu, own->peak_s / own->s, 1e-12);
		ck_rel(a.mbu, own->hbm_B / 1e12 / own->s, 1e-12);
		ck_rel(a.nvlink_util, own->nvlink_B / 100e9 / own->s, 1e-12);
		ck_rel(a.rdma_util, own->rdma_B / 10e9 / own->s, 1e-12);
		ck_rel(a.nvlink_B_tok, own->nvlink_B / tok, 1e-12);
		ck_rel(a.rdma_B_tok, own->rdma_B / tok, 1e-12);
		ck_rel(a.exposed_share, own->exposed_s / own->s, 1e-12);
		ck_rel(a.imbalance, own->imbalance, 1e-12);
		ck_assert(a.rdma_B_tok > 0 || plans[i].gpus < 16);
		free(st);
		free(own);
	}
}
END_TEST

/* Half of the steps are of 4 sequences, half of 5. */
START_TEST(a_batch_between_two_is_their_mean)
{
	struct question q;
	struct answer at[3];
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .batch = 4 });
	for (int i = 0; i < 3; i++) {
		question_batch(&q, 4 + i / 2.0);
		answer_step(&at[i], &q, NULL);
	}
	ck_rel(at[1].step_s, (at[0].step_s + at[2].step_s) / 2, 1e-2);
	ck_rel(at[1].tok_s_total, 4.5 * 8 / at[1].step_s, 1e-12);
	ck_rel(at[1].imbalance, (at[0].imbalance + at[2].imbalance) / 2,
	       1e-2);
	ck_rel(4.5 / at[1].sol_tok_s_gpu, (4 / at[0].sol_tok_s_gpu +
	       5 / at[2].sol_tok_s_gpu) / 2, 1e-9);
}
END_TEST

/* ---- the largest batch that keeps a time ---- */

static double tpot_of(const struct question *q, double batch)
{
	struct question own = *q;
	struct answer a;

	question_batch(&own, batch);
	answer_step(&a, &own, NULL);
	return a.fits ? a.tpot_s : INFINITY;
}

/* So many keep it, one more does not; of a time that one misses, none. */
START_TEST(one_more_than_the_largest_batch_is_late)
{
	static const double at[] = { 1, 2, 7, 64, 100 };
	struct question q;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .batch = 1,
					 .sigma = 0 });
	ck_rel(answer_largest_batch(&q, tpot_of(&q, 1) * 0.99), 0, 0);
	for (int i = 0; i < NR(at); i++) {
		double limit = tpot_of(&q, at[i]);
		double most = answer_largest_batch(&q, limit);

		ck_assert_double_ge(most, at[i]);
		ck_assert_double_le(tpot_of(&q, most), limit);
		ck_assert_double_gt(tpot_of(&q, most + 1), limit);
	}
}
END_TEST

/* A time that all keep is that of the room: one more does not fit. */
START_TEST(the_largest_batch_of_all_is_the_room)
{
	struct question q;
	struct answer a;
	struct toy t;
	double most;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .batch = 1,
					 .ctx_tok = 100000 });
	t.gpu.hbm_B = 12e9;
	q.batch.ctx_tok = 100000;
	most = answer_largest_batch(&q, INFINITY);
	ck_assert_double_gt(most, 1);
	question_batch(&q, most);
	answer_step(&a, &q, NULL);
	ck_assert(a.fits);
	ck_rel(a.max_batch, most, 0);
	question_batch(&q, most + 1);
	answer_step(&a, &q, NULL);
	ck_assert(!a.fits);
	ck_assert_int_eq(a.lack.kind, REFUSAL_KV);
	ck_rel(a.lack.fit, most, 0);
	ck_assert_int_eq(a.bound, BOUND_CAPACITY);
}
END_TEST

/* ---- what is printed ---- */

/* A column of an answer that the input has is not kept beside the answer's. */
START_TEST(a_head_has_every_column_once)
{
	struct sweep_sheet sheet;
	struct text out = TEXT_INIT;
	struct table in;
	const char *at;
	char name[64];

	table_init(&in, "in.csv");
	table_need(&in, "note");
	for (int i = 0; i < answer_columns_nr; i++)
		table_need(&in, answer_column(i));
	for (int i = 0; i < scenario_columns_nr; i++)
		table_need(&in, scenario_columns[i].name);
	table_need(&in, "x,y");
	sweep_sheet_init(&sheet, &in);
	text_add(&out, ",");
	sweep_head(&sheet, &out);
	out.buf[out.len - 1] = ',';	/* its newline */
	ck_assert_int_eq(sheet.owns, 2);
	for (int i = 0; i < answer_columns_nr + scenario_columns_nr + 1; i++) {
		snprintf(name, sizeof(name), ",%s,", i == 0 ? "note" :
			 i <= answer_columns_nr ? answer_column(i - 1) :
			 scenario_columns[i - 1 - answer_columns_nr].name);
		at = strstr(out.buf, name);
		ck_assert_msg(at != NULL, "%s", name);
		ck_assert_msg(!strstr(at + 1, name), "%s twice", name);
	}
	ck_assert_ptr_nonnull(strstr(out.buf, ",note,\"x,y\",fits,"));
	text_release(&out);
	sweep_sheet_release(&sheet);
	table_release(&in);
}
END_TEST

/* ---- what an engine is launched with ---- */

/*
 * 0.9 of HBM hold the weights and the buffers and half of a sequence's KV:
 * more is taken then, but not where that half is there.
 */
START_TEST(a_share_that_holds_no_sequence_is_raised)
{
	struct hold_spec hold = { .mem_share = 0.9, .seqs = 1,
				  .ctx_tok = 1000 };
	struct question q;
	struct held h;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .batch = 1 });
	t.stack.serve.mem = 0.9;
	t.stack.serve.mem_most = 0.97;
	deployment_hold(&q.on, &hold, &h);
	t.gpu.hbm_B = (h.weights_B + h.buffer_B + h.kv_B / 2) / 0.9;
	ck_rel(serving_mem_share(&q), 0.97, 0);
	t.gpu.hbm_B = (h.weights_B + h.buffer_B + h.kv_B * 2) / 0.9;
	ck_rel(serving_mem_share(&q), 0.9, 0);
	t.stack.serve.mem_most = 0.5;		/* it is never lowered */
	t.gpu.hbm_B = h.weights_B / 0.9;
	ck_rel(serving_mem_share(&q), 0.9, 0);
}
END_TEST

/*
 * A run in which nothing decodes and no prompt is computed draws what idling
 * does, whatever its steps; engines that come and go, and pools, are not
 * known.
 */
START_TEST(a_run_of_nothing_idles)
{
	struct serve_engine e = serve_engine_plain;
	struct serving_run r = { .serve = { .fleet = { .replicas = 1,
		.groups = 1 } } };
	struct serve_tally tally = { .s = 10, .busy = 0.5 };
	struct serve_log log = { .steps = 1000, .done = 1 };
	struct question q;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .batch = 1 });
	t.gpu.idle_W = 150;
	t.gpu.hbm_W = 100;
	r.serve.fleet.engine = &e;
	ck_rel(serving_watt_gpu(&q, &r, &tally, &log), 150, 1e-12);
	tally.running = 2;
	tally.kv_tok = 2000;
	ck_assert_double_gt(serving_watt_gpu(&q, &r, &tally, &log), 150);
	r.serve.scale.look_s = 1;
	ck_assert_double_nan(serving_watt_gpu(&q, &r, &tally, &log));
	r.serve.scale.look_s = 0;
	r.serve.prefill.replicas = 1;
	ck_assert_double_nan(serving_watt_gpu(&q, &r, &tally, &log));
}
END_TEST

/* 1, 1.2, 1.6 of 1, 2, 4 sequences: straight in the logarithm between. */
START_TEST(ranks_played_stand_at_powers_of_two)
{
	static const struct serving_ranks r = { 3, { 1, 1.2, 1.6 } };
	static const struct { double seqs, want; } at[] = {
		{ 0, 1 }, { 0.5, 1 }, { 1, 1 }, { 2, 1.2 }, { 4, 1.6 },
		{ 5, 1.6 }, { 1000, 1.6 }, { 1.4142135623730951, 1.1 },
		{ 2.8284271247461903, 1.4 } };
	static const struct serving_ranks one = { 1, { 1.3 } };

	for (int i = 0; i < NR(at); i++) {
		ck_rel(serving_ranks_over(&r, at[i].seqs), at[i].want, 1e-12);
		ck_rel(serving_ranks_over(&one, at[i].seqs), 1.3, 0);
	}
}
END_TEST

/* Tokens of a step are those for four bits where experts have, if any. */
START_TEST(a_step_has_the_tokens_of_its_bits)
{
	static const struct { enum format experts; double fp4, want; } of[] = {
		{ FORMAT_NVFP4, 4096, 4096 }, { FORMAT_NVFP4, 0, 8192 },
		{ FORMAT_FP8, 4096, 8192 }, { FORMAT_BF16, 4096, 8192 } };

	for (int i = 0; i < NR(of); i++) {
		struct serving_spec s;
		struct serve_engine e;
		struct question q;
		struct toy t;
		struct fault why;

		toy_init(&t);
		t.model.kept = kept_all(FORMAT_BF16, of[i].experts);
		toy_plan(&t, &(struct toy_plan){ .batch = 1 });
		memset(&q, 0, sizeof(q));
		q.on = t.on;
		q.batch = t.ask.batch;
		q.scenario.isl = q.scenario.osl = 1000;
		t.stack.serve.tokens = 8192;
		t.stack.serve.tokens_fp4 = of[i].fp4;
		serving_init(&s);
		ck_assert_int_eq(serving_engine(&e, &q, &s, &why), 0);
		ck_rel(e.budget_tok, of[i].want, 0);
	}
}
END_TEST

/*
 * A step is as much slower as is asked; one with a prompt in it, be it of one
 * token, by another factor once more, and one without by none.
 */
START_TEST(a_price_is_slower_by_what_is_asked)
{
	static const double tok[] = { 0, 1, 500 };
	struct serving_price p = { .of = NULL };
	struct question q;
	struct toy t;

	make(&q, &t, &(struct toy_plan){ .gpus = 8, .batch = 4 });
	serving_price_init(&p, &q);
	for (int i = 0; i < NR(tok); i++) {
		struct serve_step s = { .seqs = 4, .kv_tok = 4000,
			.prompts = tok[i] > 0, .new_tok = tok[i],
			.attend_tok2 = tok[i] * tok[i] / 2, .all_seqs = 32,
			.all_kv_tok = 32000, .all_new_tok = tok[i],
			.graph_seqs = tok[i] > 0 ? 0 : 64 };
		double was = serving_step_s(&p, &s);

		p.slower = 3;
		ck_rel(serving_step_s(&p, &s), 3 * was, 1e-12);
		p.prompts = 2;
		ck_rel(serving_step_s(&p, &s), (tok[i] > 0 ? 6 : 3) * was,
		       1e-12);
		p.slower = p.prompts = 1;
	}
	serving_price_release(&p);
}
END_TEST

Suite *suite_margins(void)
{
	Suite *s = suite_create("margins");
	TCase *t = tcase_create("margins");

	tcase_add_loop_test(t, a_band_ends_at_the_speed_of_light, 0,
			    NR(bands));
	tcase_add_loop_test(t, what_was_not_measured_widens_a_band, 0,
			    NR(beyonds));
	tcase_add_loop_test(t, a_measured_step_made_up_for_part_of_the_facts,
			    0, NR(doubts));
	tcase_add_loop_test(t, rates_follow_from_a_steps_time, 0, NR(rates));
	tcase_add_test(t,
		shares_of_an_answer_are_its_steps_sums_over_its_time);
	tcase_add_test(t, a_batch_between_two_is_their_mean);
	tcase_add_test(t, one_more_than_the_largest_batch_is_late);
	tcase_add_test(t, the_largest_batch_of_all_is_the_room);
	tcase_add_test(t, a_head_has_every_column_once);
	tcase_add_test(t, a_share_that_holds_no_sequence_is_raised);
	tcase_add_test(t, a_run_of_nothing_idles);
	tcase_add_test(t, a_step_has_the_tokens_of_its_bits);
	tcase_add_test(t, a_price_is_slower_by_what_is_asked);
	tcase_add_test(t, ranks_played_stand_at_powers_of_two);
	suite_add_tcase(s, t);
	return s;
}
