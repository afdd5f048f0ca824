#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "library/shelf.h"
#include "requests/serving.h"
#include "time/host.h"
#include "tests/tests.h"
#include "tests/toy.h"
#include "time/prefill.h"

static double step_of(struct toy *t, double launch_s, double norm)
{
	struct step *st = step_room();
	double s;

	t->stack.launch_s = launch_s;
	t->stack.launch_norm = norm;
	step_time(st, &t->ask);
	s = st->s;
	free(st);
	return s;
}

/*
 * p = 1 is the sum: twice the time a kernel adds twice as much. p = 3 of GPU
 * and host alike is 2^(1/3) of either. A host of a third of the speed takes
 * three times as long a kernel.
 */
START_TEST(a_host_that_launches_is_overlapped_by_the_norm)
{
	struct toy t;
	double gpu, host;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1, .mtp = 2 });
	gpu = step_of(&t, 0, 1);
	host = step_of(&t, 1e-6, 1) - gpu;
	ck_assert_double_gt(host, 20e-6);	/* 5 layers of many kernels */
	ck_rel(step_of(&t, 2e-6, 1) - gpu, 2 * host, 1e-9);
	t.gpu.host_slower = 3;
	ck_rel(step_of(&t, 1e-6, 1) - gpu, 3 * host, 1e-9);
	t.gpu.host_slower = 1;
	ck_rel(step_of(&t, gpu / host * 1e-6, 3), gpu * cbrt(2), 1e-9);
	ck_assert_double_lt(step_of(&t, gpu / host * 1e-7, 3), gpu * 1.001);
}
END_TEST

/*
 * Of TP attention in one NVLink domain a quarter of a launch is left, whether
 * it slices experts or not; over two domains, and of DP attention, all of it. A
 * share known to 0.5 of 0.25, and the host alone: twice its share of the step.
 */
START_TEST(a_launch_of_tp_attention_in_one_domain_takes_its_share)
{
	static const struct toy_plan plans[] = {
		{ .gpus = 8, .tp = 8, .ep = 1, .batch = 1 },
		{ .gpus = 8, .tp = 8, .ep = 8, .batch = 1 },
		{ .gpus = 16, .tp = 16, .ep = 1, .batch = 1 },
		{ .gpus = 8, .tp = 1, .ep = 8, .batch = 1 },
	};
	double share = plans[_i].tp == 8 ? 0.25 : 1;
	struct step *st = step_room();
	struct toy t;
	double gpu, host;

	toy_make(&t, &plans[_i]);
	gpu = step_of(&t, 0, 1);
	host = step_of(&t, 1e-6, 1) - gpu;
	t.stack.launch_tp = 0.25;
	ck_rel(step_of(&t, 1e-6, 1) - gpu, share * host, 1e-9);
	t.stack.launch_tp_err = 0.5;
	step_time(st, &t.ask);
	ck_rel(st->launch_log_sd, share < 1 ?
	       2 * share * host / (gpu + share * host) : 0, 1e-9);
	free(st);
}
END_TEST

/*
 * 3 ms in one NVLink domain, 7 ms over two, 1 ms where the host is ahead, once
 * a step however many drafts; nothing without drafts. The error is that of the
 * wait that there is: 0.3, 0.7 and 0.1 ms.
 */
START_TEST(a_step_with_drafts_waits_for_the_host_once)
{
	static const struct {
		int gpus, mtp;
		double ahead, wait_s, err_s;
	} k[] = {
		{ 8, 0, 0, 0, 0 }, { 8, 1, 0, 3e-3, 0.3e-3 },
		{ 8, 3, 0, 3e-3, 0.3e-3 }, { 16, 3, 0, 7e-3, 0.7e-3 },
		{ 16, 3, 1, 1e-3, 0.1e-3 }, { 8, 0, 1, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++) {
		struct toy t;
		double gpu;

		toy_make(&t, &(struct toy_plan){ .gpus = k[i].gpus,
			 .batch = 1, .mtp = k[i].mtp });
		gpu = step_of(&t, 0, 1);
		t.stack.drafting = (struct drafting){ k[i].ahead,
			{ 3e-3, 7e-3, 1e-3 }, { 0.3e-3, 0.7e-3, 0.1e-3 } };
		ck_rel(step_of(&t, 0, 1) - gpu, k[i].wait_s, 1e-9);
		ck_rel(host_between_s(&t.on, 1), t.stack.host_s +
		       t.stack.host_seq_s + k[i].wait_s, 1e-12);
		ck_rel(host_turn_err_s(&t.on), k[i].err_s, 0);
	}
}
END_TEST

/*
 * The norm is 1, and the host alone: its share of the step is host / both, of
 * which a launch of 1.5 ms is known to a third.
 */
START_TEST(what_is_not_known_of_a_host_is_a_share_of_the_step)
{
	struct toy t;
	struct step *st = step_room();
	double gpu, each;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1, .mtp = 2 });
	gpu = step_of(&t, 0, 1);
	each = (step_of(&t, 1e-6, 1) - gpu) / 1e-6;	/* kernels */
	t.stack.launch_s = 1.5e-3 / each;
	t.stack.each_err = 1.0 / 3;
	step_time(st, &t.ask);
	ck_rel(st->launch_log_sd, 0.5e-3 / (gpu + 1.5e-3), 1e-9);
	t.stack.each_err = 0;
	t.gpu.host_slower_err = 1.0 / 3; /* the host's speed, not the row's */
	step_time(st, &t.ask);
	ck_rel(st->launch_log_sd, 0.5e-3 / (gpu + 1.5e-3), 1e-9);
	free(st);
}
END_TEST

/*
 * A host of 1 s a layer is all of a pass: known to 0.3 s, and its speed to
 * 0.4, it is known to half. Where work takes as long as the launches do,
 * (1 + 1)^(1/3), a percent of one is half a percent of both.
 */
START_TEST(what_a_host_is_not_known_by_widens_prompts)
{
	struct question q = { .mem_share = 0.9 };
	struct toy t;
	struct serving_price p;
	double layers, work_s;
	struct price_step s = { .new_tok = 1024, .attend_tok2 = 524288 };

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	q.on = t.on;
	q.skew = t.skew;
	q.batch = t.ask.batch;
	layers = t.on.model->num_hidden_layers;
	t.stack.prefill_tok = 1024;
	t.stack.host_s = 0;
	t.gpu.host_slower_err = 0.4;
	serving_price_init(&p, &q);
	ck_rel(p.prompts_sd, 0, 0);
	s.all_new_tok = 1024 * p.groups;
	work_s = price_s(p.of, &s);
	serving_price_release(&p);
	t.stack.eager_s = t.stack.eager_fp4_s = 1;
	t.stack.eager_err_s = t.stack.eager_fp4_err_s = 0.3;
	serving_price_init(&p, &q);
	ck_rel(p.prompts_sd, 0.5, 1e-3);
	serving_price_release(&p);
	t.stack.eager_s = t.stack.eager_fp4_s = work_s / layers;
	t.stack.eager_err_s = t.stack.eager_fp4_err_s = 0;
	serving_price_init(&p, &q);
	ck_rel(p.prompts_sd, 0.4 / 2, 1e-9);
	serving_price_release(&p);
}
END_TEST

static void ask(struct question *q, struct answer *a, struct shelf *shelf,
		const char *date)
{
	struct scenario s;
	struct fault why;

	scenario_init(&s);
	fault_at(&why, "", 0, 0);
	ck_assert_int_eq(scenario_override(&s, "hw=h200-sxm,stack=sglang,"
		"model=deepseek-r1,gpus=8,tp=8,ep=1,batch=64,ctx=4096",
		&why), 0);
	ck_assert_int_eq(scenario_set(&s, "date", date, &why), 0);
	ck_assert_msg(!question_make(q, &s, shelf_library(shelf), &why), "%s",
		      why.what);
	answer_step(a, q, NULL);
}

/* Whatever stood where an answer goes. */
START_TEST(an_answer_has_nothing_of_what_was_there)
{
	static const int was[] = { 0, 0xff };
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct fault why = { .what = "none" };

	for (int i = 0; i < 2; i++) {
		struct answer a;

		memset(&a, was[i], sizeof(a));
		ask(&q, &a, shelf, "");
		ck_assert(a.fits && !a.late);
		ck_assert_str_eq(a.refusal, "");
		memset(&a, was[i], sizeof(a));
		answer_none(&a, &q, &why);
		ck_assert(!a.fits && !a.late && isnan(a.step_s));
		ck_assert_str_eq(a.refusal, "none");
		ck_assert(!(fabs(a.log_sd) > 0) && !(fabs(a.moved_J) > 0));
	}
	shelf_free(shelf);
}
END_TEST

/* The oldest row of sglang is of 1 March 2025. */
START_TEST(a_day_before_every_row_widens_the_band)
{
	struct shelf *shelf = shelf_open();
	struct question q = { .lacks = false };
	struct answer now, then, before;

	ask(&q, &now, shelf, "");
	ck_assert_ptr_null(q.on.machine.stack->before);
	ask(&q, &then, shelf, "2025-07-01");
	ck_assert_ptr_null(q.on.machine.stack->before);
	ck_assert_double_gt(then.step_s, now.step_s);
	ask(&q, &before, shelf, "2025-02-28");
	ck_assert_ptr_nonnull(q.on.machine.stack->before);
	ck_assert_str_eq(q.on.machine.stack->before, "2025-03-01");
	ck_assert_double_gt(before.high / before.low, now.high / now.low);
	shelf_free(shelf);
}
END_TEST

/*
 * TensorRT-LLM's oldest row is a B200's of 1 May 2025; of Hopper the oldest are
 * runs of November 2025, so that the day between is before H200's rows alone.
 */
START_TEST(a_day_is_before_the_rows_of_its_own_architecture)
{
	static const struct { const char *hw, *date, *before; } k[] = {
		{ "h200-sxm", "2025-10-31", "2025-11-01" },
		{ "h200-sxm", "2025-11-01", NULL },
		{ "b200-sxm", "2025-10-31", NULL },
		{ "b200-sxm", "2025-04-30", "2025-05-01" },
	};
	struct shelf *shelf = shelf_open();

	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++) {
		const char *before;
		struct scenario s;
		struct question q = { .lacks = false };
		struct fault why;

		scenario_init(&s);
		fault_at(&why, "", 0, 0);
		ck_assert_int_eq(scenario_override(&s, "stack=trtllm,gpus=8,"
			"model=deepseek-r1,tp=8,ep=1,batch=64,ctx=4096",
			&why), 0);
		ck_assert_int_eq(scenario_set(&s, "hw", k[i].hw, &why), 0);
		ck_assert_int_eq(scenario_set(&s, "date", k[i].date, &why),
				 0);
		ck_assert_msg(!question_make(&q, &s, shelf_library(shelf),
					     &why), "%s", why.what);
		before = q.on.machine.stack->before;
		if (k[i].before)
			ck_assert_pstr_eq(before, k[i].before);
		else
			ck_assert_ptr_null(before);
	}
	shelf_free(shelf);
}
END_TEST

/* V3 by tensor over 8 GPUs: one group. 1 ms a step, 10 us a sequence. */
static void make(struct toy *t)
{
	toy_init(t);
	toy_v3(&t->model);
	t->stack.eager_fp4_s = t->stack.eager_s = 1e-4;
	t->stack.host_s = 1e-3;
	t->stack.host_seq_s = 1e-5;
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .tp = 8, .batch = 1 });
}

/* seqs of ctx tokens, beside a prompt of new_tok; all in a graph. */
static struct price_step of_group(double seqs, double ctx, double new_tok)
{
	return (struct price_step){ seqs, seqs * ctx, new_tok,
		new_tok * new_tok / 2, 0, seqs, new_tok, seqs };
}

/* Nothing takes nothing; no graph takes 61 layers of 0.1 ms at least. */
START_TEST(a_step_without_a_graph_is_launched_by_the_host)
{
	struct toy t;
	struct price p;
	struct price_step s;

	make(&t);
	price_make(&p, &t.ask);
	s = of_group(0, 0, 0);
	ck_rel(price_s(&p, &s), 0, 0);
	t.stack.eager_fp4_s = t.stack.eager_s = 1;
	price_make(&p, &t.ask);
	s = of_group(2, 100, 0);
	ck_assert(price_s(&p, &s) < 10);
	s.graph_seqs = 0;
	ck_rel(price_s(&p, &s), 61 + 1e-3 + 2e-5, 1e-12);
	t.gpu.host_slower = 1.5;
	price_make(&p, &t.ask);
	ck_rel(price_s(&p, &s), 1.5 * 61 + 1e-3 + 2e-5, 1e-12);
}
END_TEST

/*
 * Where pieces of CUDA graphs take up to 2,048 rows, the host launches half of
 * such a step: 61 x 1 s / 2; of one row more all of it. A decode step without
 * a graph is no prompt. One of a million rows is, where any may be.
 */
START_TEST(pieces_of_graphs_take_so_many_rows)
{
	struct toy t;
	struct price p;
	struct price_step s;

	make(&t);
	t.stack.eager_fp4_s = t.stack.eager_s = 1;
	t.stack.host_s = t.stack.host_seq_s = 0;
	price_make(&p, &t.ask);
	price_pieces(&p, 2048, 0.5);
	s = of_group(48, 1, 2000);
	ck_rel(price_s(&p, &s), 30.5, 1e-3);
	s = of_group(49, 1, 2000);
	ck_rel(price_s(&p, &s), 61, 1e-3);
	s = of_group(2, 100, 0);
	s.graph_seqs = 0;
	ck_rel(price_s(&p, &s), 61, 1e-3);
	price_pieces(&p, INFINITY, 0.5);
	s = of_group(0, 0, 8192);
	ck_rel(price_s(&p, &s), 30.5, 1e-3);
}
END_TEST

/*
 * A family's layers have half as many kernels more than MLA's: 0.15 ms of 0.1,
 * on each of 61. Times of another family's are none of theirs. Of 0.1 ms known
 * to a tenth, of half as many more to 0.3 of 1.5: hypot(0.1, 0.2).
 */
START_TEST(a_family_may_have_more_kernels_to_launch)
{
	struct toy t;

	make(&t);
	t.stack.eager_times[FAMILY_V4] = 9;
	t.stack.eager_err_s = t.stack.eager_fp4_err_s = 1e-5;
	ck_rel(prefill_launch_s(&t.on), 61e-4, 1e-12);
	ck_rel(prefill_launch_sd(&t.on), 0.1, 1e-12);
	t.stack.eager_times[FAMILY_MLA] = 1.5;
	t.stack.eager_times_err[FAMILY_MLA] = 0.3;
	ck_rel(prefill_launch_s(&t.on), 61 * 1.5e-4, 1e-12);
	ck_rel(prefill_launch_sd(&t.on), hypot(0.1, 0.2), 1e-12);
	t.gpu.host_slower = 2;
	ck_rel(prefill_launch_s(&t.on), 61 * 3e-4, 1e-12);
}
END_TEST

/* 1 ms between two steps, and 10 us for each of 64 sequences. */
START_TEST(an_engine_takes_its_time_beside_prompts)
{
	struct toy t;
	struct price p;
	struct price_step s;
	double with;

	make(&t);
	price_make(&p, &t.ask);
	s = of_group(64, 4096, 4096);
	with = price_s(&p, &s);
	t.stack.host_s = t.stack.host_seq_s = 0;
	price_make(&p, &t.ask);
	ck_rel(with - price_s(&p, &s), 1e-3 + 64e-5, 1e-9);
}
END_TEST

/* 5 ms that three drafts wait are in a step that decodes, not in a prompt. */
START_TEST(a_request_waits_for_drafts_as_a_step_does)
{
	struct price_step decode = of_group(8, 4096, 0);
	struct price_step prompt = of_group(0, 0, 4096);
	double s[2][2];

	for (int i = 0; i < 2; i++) {
		struct toy t;
		struct price p;

		make(&t);
		toy_plan(&t, &(struct toy_plan){ .gpus = 8, .tp = 8,
			.batch = 1, .mtp = 3 });
		t.stack.drafting.turn_s[TURN_NEAR] = i * 5e-3;
		price_make(&p, &t.ask);
		s[i][0] = price_s(&p, &decode);
		s[i][1] = price_s(&p, &prompt);
	}
	ck_rel(s[1][0] - s[0][0], 5e-3, 1e-9);
	ck_rel(s[1][1], s[0][1], 0);
}
END_TEST

/*
 * 61 layers of 30 kernels at 0.1 s, a host half as quick; an indexer's 3, 2
 * and 9 come beside them where there is one and the 30 are said, +- 6.
 */
START_TEST(an_indexers_kernels_are_launched_beside_its_layers)
{
	struct toy t;

	make(&t);
	t.stack.eager_fp4_s = t.stack.eager_s = 0.1;
	t.stack.index_gemms = 2;
	t.stack.index_streams = 9;
	t.stack.eager_kernels = 30;
	t.stack.eager_kernels_err = 6;
	t.gpu.host_slower = 2;
	ck_rel(prefill_launch_s(&t.on), 12.2, 1e-12);
	ck_rel(prefill_launch_sd(&t.on), 0, 0);
	toy_v32(&t.model);
	ck_rel(prefill_launch_s(&t.on), 12.2 * 44 / 30, 1e-12);
	ck_rel(prefill_launch_sd(&t.on), 0.2 * 14 / 44, 1e-12);
	t.stack.eager_kernels = 0;
	ck_rel(prefill_launch_s(&t.on), 12.2, 1e-12);
	ck_rel(prefill_launch_sd(&t.on), 0, 0);
}
END_TEST

Suite *suite_host(void)
{
	Suite *s = suite_create("host");
	TCase *t = tcase_create("host");

	tcase_add_test(t, what_is_not_known_of_a_host_is_a_share_of_the_step);
	tcase_add_test(t, what_a_host_is_not_known_by_widens_prompts);
	tcase_add_test(t, a_host_that_launches_is_overlapped_by_the_norm);
	tcase_add_loop_test(t,
		a_launch_of_tp_attention_in_one_domain_takes_its_share, 0, 4);
	tcase_add_test(t, a_step_with_drafts_waits_for_the_host_once);
	tcase_add_test(t, an_answer_has_nothing_of_what_was_there);
	tcase_add_test(t, a_day_before_every_row_widens_the_band);
	tcase_add_test(t, a_day_is_before_the_rows_of_its_own_architecture);
	tcase_add_test(t, a_step_without_a_graph_is_launched_by_the_host);
	tcase_add_test(t, pieces_of_graphs_take_so_many_rows);
	tcase_add_test(t, a_family_may_have_more_kernels_to_launch);
	tcase_add_test(t, an_engine_takes_its_time_beside_prompts);
	tcase_add_test(t, a_request_waits_for_drafts_as_a_step_does);
	tcase_add_test(t, an_indexers_kernels_are_launched_beside_its_layers);
	suite_add_tcase(s, t);
	return s;
}
