#include <math.h>
#include <stdlib.h>

#include "tests/toy.h"
#include "tests/tests.h"
#include "time/doubt.h"
#include "time/together.h"

#define US 1e-6

static void make(struct toy *t, struct step *st, const struct toy_plan *plan)
{
	toy_make(t, plan);
	t->stack.pack_share = (double)INFINITY;
	t->stack.beyond.facts = 1;
	step_time(st, &t->ask);
}

/* Seconds of the ops by their weights are the step, overlapped or not. */
static const struct { int gpus; bool two_batch; } plans[] = {
	{ 1, false }, { 16, false }, { 8, true }, { 16, true }, { 64, true },
};

START_TEST(a_step_is_its_ops_by_weight)
{
	struct step st;
	struct toy t;
	double sum = 0;

	make(&t, &st, &(struct toy_plan){ .gpus = plans[_i].gpus,
		.two_batch = plans[_i].two_batch, .batch = 64 });
	for (int i = 0; i < st.graph.ops; i++)
		sum += st.weight[i] * (st.cost[i].s + st.late_s[i]);
	ck_rel(sum, st.s, 1e-9);
}
END_TEST

/*
 * One kernel plays all roles: 1 us more of its t0 is 1 us a launch, all at
 * once. 3 and 4 ms of the host, and 1 ms for each of 2 sequences: 5.385 ms.
 */
START_TEST(an_error_moves_all_that_it_touches)
{
	struct step st;
	struct toy t;
	double launches = 0;

	make(&t, &st, &(struct toy_plan){ .gpus = 1, .batch = 2 });
	ck_rel(doubt_log_sd(&st, &t.ask), 0, 0);
	for (int i = 0; i < st.graph.ops; i++)
		if (st.graph.op[i].kind == OP_KERNEL)
			launches += step_passes(&st.graph, i) *
				    st.graph.op[i].count;
	for (int r = 0; r < ROLE_NR; r++)
		t.stack.law_err[r].t0_s = 1 * US;
	ck_rel(doubt_log_sd(&st, &t.ask), launches * US / st.s, 1e-9);
	for (int r = 0; r < ROLE_NR; r++)
		t.stack.law_err[r].t0_s = 0;
	t.stack.host_err_s = 3000 * US;
	t.stack.host_seq_err_s = 2000 * US;
	ck_rel(doubt_log_sd(&st, &t.ask), 5000 * US / st.s, 1e-9);
}
END_TEST

/* 3 ms of what drafts wait for and 4 ms of the host between steps: 5 ms. */
START_TEST(what_drafts_wait_for_is_in_doubt)
{
	struct step st;
	struct toy t;

	make(&t, &st, &(struct toy_plan){ .gpus = 1, .batch = 2, .mtp = 1 });
	t.stack.drafting.turn_s[TURN_NEAR] = 9000 * US;
	t.stack.drafting.turn_err_s[TURN_NEAR] = 3000 * US;
	t.stack.host_err_s = 4000 * US;
	step_time(&st, &t.ask);
	ck_rel(doubt_log_sd(&st, &t.ask), 5000 * US / st.s, 1e-9);
}
END_TEST

/* Nothing but HBM: exp(0.1) slower is exp(0.1) longer. */
START_TEST(a_rate_in_doubt_is_a_step_in_doubt)
{
	struct step st;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 1, .batch = 1 });
	for (int r = 0; r < ROLE_NR; r++)
		t.stack.law[r].t0_s = 0;
	t.gpu.flops[MATH_BF16] = t.gpu.flops[MATH_FP8] = 1e30;
	t.gpu.hbm_err = 0.1;
	step_time(&st, &t.ask);
	ck_rel(doubt_log_sd(&st, &t.ask), expm1(0.1), 1e-6);
}
END_TEST

/* What overlap hides may be as wrong as it likes. */
START_TEST(what_is_hidden_does_not_count)
{
	struct step st;
	struct toy t;

	make(&t, &st, &(struct toy_plan){ .gpus = 8, .two_batch = true,
		.batch = 64 });
	for (int i = 0; i < st.graph.ops; i++)
		if (st.graph.op[i].kind == OP_DISPATCH)
			st.weight[i] = 0;
	t.stack.wire_err[WIRE_DISPATCH_NODE].alpha_s = 50 * US;
	ck_rel(doubt_log_sd(&st, &t.ask), 0, 0);
	t.stack.wire_err[WIRE_COMBINE_NODE].alpha_s = 50 * US;
	ck_assert(doubt_log_sd(&st, &t.ask) > 0);
}
END_TEST

/* More spread of popularity, or more of its drift, is a longer step. */
static const enum balance uneven[] = { BALANCE_SKEWED, BALANCE_EPLB };

START_TEST(popularity_is_in_doubt)
{
	struct step st;
	struct toy t;

	make(&t, &st, &(struct toy_plan){ .gpus = 16, .batch = 64,
		.balance = uneven[_i], .sigma = 1 });
	t.model.routing_sigma = 1;
	ck_rel(doubt_log_sd(&st, &t.ask), 0, 0);
	t.model.routing_sigma_err = 0.3;
	t.model.routing_drift_err = 0.3;
	ck_assert(doubt_log_sd(&st, &t.ask) > 0.001);
	ck_assert(doubt_log_sd(&st, &t.ask) < 0.5);
}
END_TEST

/*
 * Where tokens of a sequence go together is as far in doubt as the step with
 * it moved by its error is off: from 0.1 by 0.3 to 0.4; from 0.9 there is no
 * more, so down to 0.6. With one token a sequence there is nothing to know.
 * V4's layers of three kinds of attention have the same experts.
 */
static const struct { double is, err, to; bool v4; } togethers[] = {
	{ 0.1, 0.3, 0.4, false }, { 0.9, 0.3, 0.6, false },
	{ 0.1, 0, 0.1, false }, { 0.1, 0.3, 0.4, true },
};

START_TEST(going_together_is_in_doubt)
{
	struct step st, other;
	struct toy t;
	double sd;

	toy_init(&t);
	if (togethers[_i].v4)
		toy_v4_flash(&t.model);
	toy_plan(&t, &(struct toy_plan){ .gpus = 16, .batch = 4, .mtp = 3 });
	t.model.routing_together = togethers[_i].is;
	t.model.routing_together_err = togethers[_i].err;
	ck_assert_int_gt(t.ask.batch.query_tok, 1);
	step_time(&st, &t.ask);
	sd = together_log_sd(&st, &t.ask);
	t.model.routing_together = togethers[_i].to;
	step_time(&other, &t.ask);
	ck_rel(sd, fabs(other.s / st.s - 1), 1e-9);
	ck_assert((sd > 0) == (togethers[_i].err > 0));
	t.ask.batch.query_tok = 1;
	step_time(&st, &t.ask);
	ck_rel(together_log_sd(&st, &t.ask), 0, 0);
}
END_TEST

/* Another t0, c or launch: the short way and the long one, to the bit. */
START_TEST(a_launch_costs_alike_by_either_way)
{
	struct step st;
	struct toy t;
	int kernels = 0;

	make(&t, &st, &(struct toy_plan){ .gpus = 16, .batch = 64 });
	t.stack.launch = 1.3;
	t.stack.overhead = 1.1;
	for (int r = 0; r < ROLE_NR; r++) {
		t.stack.law[r].c_s = 3e-9;
		t.stack.law[r].p = r % 2 ? 1.5 : 3;
	}
	step_time(&st, &t.ask);
	t.stack.launch = 1.7;
	for (int r = 0; r < ROLE_NR; r++) {
		t.stack.law[r].t0_s += 1 * US;
		t.stack.law[r].c_s = 5e-9;
	}
	for (int i = 0; i < st.graph.ops; i++) {
		const struct op *op = &st.graph.op[i];
		struct cost c;

		if (op->kind != OP_KERNEL)
			continue;
		cost_op(&t.on.machine, op, &c);
		ck_assert(c.s > st.cost[i].s);
		ck_assert(cost_launched_s(&t.on.machine, op, &st.cost[i]) ==
			  c.s);
		kernels++;
	}
	ck_assert(kernels > 0);
}
END_TEST

/* What a thread keeps of changed skews changes no number. */
START_TEST(a_doubt_is_the_same_from_what_is_kept)
{
	struct spreads *kept = spreads_new();
	struct step st;
	struct toy t;
	double alone;

	make(&t, &st, &(struct toy_plan){ .gpus = 16, .batch = 64,
		.balance = uneven[_i], .sigma = 1 });
	t.model.routing_sigma = 1;
	t.model.routing_sigma_err = 0.3;
	t.model.routing_drift_err = 0.2;
	alone = doubt_log_sd(&st, &t.ask);
	t.skew.id = 1;
	t.ask.spreads = kept;
	for (int i = 0; i < 2; i++)
		ck_assert(doubt_log_sd(&st, &t.ask) == alone);
	t.model.routing_sigma_err = 0.6;	/* another change, made anew */
	ck_assert(doubt_log_sd(&st, &t.ask) > alone);
	free(kept);
}
END_TEST

/*
 * Steps one after the other, each like the last in something: the batch, the
 * context, the spread of popularity, or nothing.
 */
START_TEST(a_doubt_is_the_same_after_another)
{
	static const struct { double seqs, ctx, sigma; } like[] = {
		{ 64, 4096, 1 }, { 64, 9000, 1 }, { 64, 9000, 1 },
		{ 8, 9000, 1 }, { 8, 9000, 2 }, { 64, 4096, 1 },
		{ 64, 4096, 2 } };
	struct doubts *kept = doubts_new();
	struct step st;
	struct toy t;

	make(&t, &st, &(struct toy_plan){ .gpus = 16, .batch = 64,
		.balance = uneven[_i], .sigma = 1 });
	t.model.routing_sigma_err = 0.3;
	t.model.routing_drift_err = 0.2;
	t.gpu.hbm_err = 0.1;
	for (int r = 0; r < ROLE_NR; r++)
		t.stack.law_err[r].e_b = 0.02;
	for (unsigned i = 0; i < sizeof(like) / sizeof(*like); i++) {
		t.ask.batch.seqs = like[i].seqs;
		t.ask.batch.ctx_tok = like[i].ctx;
		t.model.routing_sigma = like[i].sigma;
		step_time(&st, &t.ask);
		ck_assert(doubts_log_sd(kept, &st, &t.ask, 0) ==
			  doubt_log_sd(&st, &t.ask));
	}
	free(kept);
}
END_TEST

Suite *suite_doubt(void)
{
	Suite *s = suite_create("doubt");
	TCase *t = tcase_create("errors");

	tcase_add_loop_test(t, a_step_is_its_ops_by_weight, 0,
			    (int)(sizeof(plans) / sizeof(*plans)));
	tcase_add_test(t, an_error_moves_all_that_it_touches);
	tcase_add_test(t, what_drafts_wait_for_is_in_doubt);
	tcase_add_test(t, a_rate_in_doubt_is_a_step_in_doubt);
	tcase_add_test(t, what_is_hidden_does_not_count);
	tcase_add_loop_test(t, popularity_is_in_doubt, 0, 2);
	tcase_add_loop_test(t, going_together_is_in_doubt, 0, 4);
	tcase_add_test(t, a_launch_costs_alike_by_either_way);
	tcase_add_loop_test(t, a_doubt_is_the_same_from_what_is_kept, 0, 2);
	tcase_add_loop_test(t, a_doubt_is_the_same_after_another, 0, 2);
	suite_add_tcase(s, t);
	return s;
}
