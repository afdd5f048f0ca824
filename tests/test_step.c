#include "tests/tests.h"

#include <string.h>

#include "tests/toy.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Layouts of every kind. */
static const struct toy_plan plans[] = {
	{ .gpus = 1, .batch = 10 },
	{ .gpus = 1, .batch = 10, .two_batch = true },
	{ .gpus = 8, .tp = 8, .batch = 10 },
	{ .gpus = 16, .tp = 16, .batch = 10, .mtp = 1 },
	{ .gpus = 8, .batch = 10, .exchange = EXCHANGE_PAIR },
	{ .gpus = 8, .batch = 100, .exchange = EXCHANGE_RANK },
	{ .gpus = 8, .ep = 1, .batch = 10, .exchange = EXCHANGE_GATHER },
	{ .gpus = 16, .batch = 10, .exchange = EXCHANGE_GATHER },
	{ .gpus = 16, .tp = 2, .batch = 40, .exchange = EXCHANGE_PAIR },
	{ .gpus = 32, .ep = 16, .batch = 40, .exchange = EXCHANGE_RANK },
	{ .gpus = 64, .batch = 200, .two_batch = true,
	  .balance = BALANCE_SKEWED, .sigma = 1 },
	{ .gpus = 16, .tp = 4, .batch = 200, .two_batch = true },
	{ .gpus = 64, .batch = 300, .redundant = 8, .two_batch = true,
	  .balance = BALANCE_EPLB, .sigma = 1, .mtp = 1 },
	{ .gpus = 8, .batch = 300, .two_batch = true,
	  .exchange = EXCHANGE_GATHER },
};

static void timed(struct step *st, const struct toy_plan *p)
{
	struct toy t;

	toy_make(&t, p);
	t.ask.ctx_cv = 0.2;
	step_time(st, &t.ask);
}

/*
 * One token on one toy GPU, 1000 tokens of context. Weights at 1 TB/s, 2 B
 * each, of a layer's attention: 300,000 in qkv_a, 128,000 in q_b, 43,200 and
 * 57,600 absorbed, 640,000 in o_proj; and 200 kB of KV. Every kernel is 1 us
 * besides, and HBM is the longer roof of each: FLOPs of one row are nothing.
 *
 *	attention	5 x (9 kernels + 2.3376 us weights + 0.2 us KV)
 *	dense		4 kernels + 24 us
 *	MoE		4 x (8 kernels + 2 x (64,000 + 1.2 M + 4.8 M) B)
 *	head		2 kernels + 20 us
 *
 * Attention has 5 projections, mla, and 3 streams, 9 in all; dense norm, two
 * GEMMs and the activation, 4; MoE norm, gate, top-k twice, the shared
 * expert's 3, the experts, 8. Activations add under 1 %.
 */
static double speed_of_light_s(const struct toy *t, enum bound *which)
{
	static struct graph room;

	return step_floor_s(&t->ask, &room, which);
}

START_TEST(a_step_of_one_token_is_kernels_and_weights)
{
	double us = 5 * (9 + 2.3376 + 0.2) + (4 + 24) + 4 * (8 + 12.128) +
		    (2 + 20);
	struct step st;

	timed(&st, &(struct toy_plan){ .gpus = 1, .batch = 1 });
	ck_rel(st.s, us * 1e-6, 0.01);
	ck_assert_double_gt(st.s, us * 1e-6);
}
END_TEST

/* Step time is the sum of the ops' costs, each as often as it is passed. */
START_TEST(what_does_not_overlap_adds_up)
{
	struct step st;
	double s;

	if (plans[_i].two_batch)
		return;
	timed(&st, &plans[_i]);
	s = st.host_s;
	for (int i = 0; i < st.graph.ops; i++)
		s += step_passes(&st.graph, i) *
		     (st.cost[i].s + st.late_s[i]);
	ck_rel(st.s, s, 1e-12);
}
END_TEST

START_TEST(what_a_step_waits_for_adds_up_to_it)
{
	struct step st;
	double s = 0;

	timed(&st, &plans[_i]);
	for (int i = 0; i < BOUND_NR; i++) {
		ck_assert_double_ge(st.bound_s[i], 0);
		s += st.bound_s[i];
	}
	ck_rel(s, st.s, 1e-9);
}
END_TEST

/* Stage times of the MoE layer, with what overlap does not hide apart. */
struct stages {
	double s[STAGE_NR], pack, late;
};

static void stages_of(struct stages *t, const struct step *st)
{
	const struct graph *g = &st->graph;

	memset(t, 0, sizeof(*t));
	for (int b = 0; b < g->blocks; b++) {
		const int part[] = { g->block[b].attn, g->block[b].ffn };

		if (g->block[b].kind != BLOCK_MOE)
			continue;
		for (int j = 0; j < 2; j++)
			for (int i = 0; i < g->part[part[j]].nr; i++) {
				int op = g->part[part[j]].first + i;
				double pack = st->cost[op].pack_s;

				t->s[g->op[op].stage] += st->cost[op].s +
					st->late_s[op] - pack;
				t->pack += pack;
				if (g->op[op].stage == STAGE_EXPERTS)
					t->late += st->late_s[op];
			}
	}
}

/* Everything outside the MoE layers of the main model. */
static double rest_s(const struct step *st)
{
	const struct graph *g = &st->graph;
	double s = st->host_s;

	for (int b = 0; b < g->blocks; b++) {
		const int part[] = { g->block[b].attn, g->block[b].ffn };
		double n = (double)g->block[b].layers * g->block[b].batches;

		if (g->block[b].kind == BLOCK_MOE)
			continue;
		for (int j = 0; j < 2; j++)
			for (int i = 0; part[j] >= 0 &&
			     i < g->part[part[j]].nr; i++) {
				int op = g->part[part[j]].first + i;

				s += n * (st->cost[op].s + st->late_s[op]);
			}
	}
	return s;
}

/* Batch and wires such that dispatch, combine, both or none is exposed. */
static const struct {
	double batch, nic_Bps;
	int tp, layers;
	enum balance balance;
} paired[] = {
	{ 40, 10e9, 1, 5, BALANCE_UNIFORM },
	{ 400, 10e9, 1, 5, BALANCE_UNIFORM },
	{ 400, 1000e9, 1, 5, BALANCE_UNIFORM },
	{ 4000, 1e9, 1, 61, BALANCE_UNIFORM },
	{ 400, 40e9, 2, 61, BALANCE_UNIFORM },
	{ 4000, 40e9, 4, 2, BALANCE_UNIFORM },
	{ 400, 1000e9, 1, 5, BALANCE_SKEWED },
};

/*
 * DeepSeek's timeline (profile-data, decode): a layer of two micro-batches is
 * T = 2 [max(sh + a0, disp) + mlp + max(a1, comb) + sr]. L of them, but that
 * the first ATTN0 and ATTN1 come before, and that in the last half nothing is
 * left to hide behind: max(sh, disp) + comb instead. With slack s where an
 * exchange hides, what late experts add is d^2 / (d + 2 s) of their d; with a
 * share c of it common to both halves of a layer, l = (1 + c) d, it is
 * d l / (l + (2 - c) s).
 */
START_TEST(two_micro_batches_run_as_deepseeks_timeline)
{
	struct toy t;
	struct step st;
	struct stages p;
	double a1, first, second, layer, edges, slack, late, lag;
	int layers = paired[_i].layers;

	toy_init(&t);
	t.gpu.nic_Bps = paired[_i].nic_Bps;
	t.model.num_hidden_layers = layers;
	toy_plan(&t, &(struct toy_plan){ .gpus = 16, .tp = paired[_i].tp,
		.batch = paired[_i].batch, .two_batch = true,
		.balance = paired[_i].balance, .sigma = 1 });
	step_time(&st, &t.ask);
	ck_assert((st.common > 0) == (paired[_i].balance > 0));
	stages_of(&p, &st);
	a1 = p.s[STAGE_ATTN1] + p.s[STAGE_ATTN_SUM] + p.s[STAGE_GATE];
	first = fmax(p.s[STAGE_SHARED] + p.s[STAGE_ATTN0],
		     p.s[STAGE_DISPATCH]);
	second = fmax(a1, p.s[STAGE_COMBINE]);
	slack = fmin(p.s[STAGE_SHARED] + p.s[STAGE_ATTN0] -
		     p.s[STAGE_DISPATCH], a1 - p.s[STAGE_COMBINE]);
	late = p.late;
	lag = (1 + st.common) * late;
	lag = slack > 0 ? late * lag / (lag + (2 - st.common) * slack) : late;
	layer = 2 * (first + p.s[STAGE_EXPERTS] - late + lag + second +
		     p.pack);
	edges = p.s[STAGE_ATTN0] + a1 - first - second +
		fmax(p.s[STAGE_SHARED], p.s[STAGE_DISPATCH]) +
		p.s[STAGE_COMBINE];
	ck_rel(st.s, rest_s(&st) + (layers - 1) * layer + edges, 1e-9);
}
END_TEST

START_TEST(overlap_hides_no_more_than_there_is)
{
	struct step st;
	double wires = 0, pack = 0;

	timed(&st, &plans[_i]);
	for (int i = 0; i < st.graph.ops; i++)
		if (st.graph.op[i].kind != OP_KERNEL &&
		    st.graph.op[i].kind != OP_FIXED) {
			double n = step_passes(&st.graph, i);

			wires += n * (st.cost[i].s + st.late_s[i]);
			pack += n * st.cost[i].pack_s;
		}
	ck_assert_double_ge(st.exposed_s, -1e-12);
	ck_assert_double_le(st.exposed_s, wires * (1 + 1e-9));
	if (!plans[_i].two_batch)
		ck_rel(st.exposed_s, wires, 1e-9);
	ck_assert_double_le(pack, wires);
}
END_TEST

START_TEST(no_step_is_faster_than_light)
{
	struct toy t;
	struct step st;
	enum bound which;

	toy_make(&t, &plans[_i]);
	step_time(&st, &t.ask);
	ck_assert_double_ge(st.s, speed_of_light_s(&t, &which));
	ck_assert_int_le(which, BOUND_RDMA);
}
END_TEST

/* Each peak of the toy GPU, 10 % up. */
static const size_t peaks[] = {
	offsetof(struct gpu, flops[MATH_BF16]), offsetof(struct gpu, hbm_Bps),
	offsetof(struct gpu, nvlink_Bps), offsetof(struct gpu, nic_Bps),
	offsetof(struct gpu, sms), offsetof(struct gpu, clock_Hz)
};

START_TEST(more_of_anything_is_never_slower)
{
	struct toy t;
	struct step st;
	enum bound which;

	toy_make(&t, &plans[_i]);
	t.stack.law[ROLE_MLA_BF16_H16].c_s = 1e-6;
	t.stack.law[ROLE_GEMM_BF16].rho_flops = 500e12;
	t.stack.law[ROLE_GEMM_BF16].p = 1.5;
	for (int i = 0; i < NR(peaks); i++) {
		double *peak = (double *)(void *)((char *)&t.gpu + peaks[i]);
		double s, floor_s, was = *peak;

		step_time(&st, &t.ask);
		s = st.s;
		floor_s = speed_of_light_s(&t, &which);
		*peak *= 1.1;
		step_time(&st, &t.ask);
		ck_assert_double_le(st.s, s * (1 + 1e-12));
		ck_assert_double_le(speed_of_light_s(&t, &which),
				    floor_s * (1 + 1e-12));
		*peak = was;
	}
}
END_TEST

START_TEST(a_larger_batch_takes_longer_and_serves_more)
{
	struct toy t;
	struct step st;
	double s = 0, rate = 0;

	toy_make(&t, &plans[_i]);
	for (double batch = 4; batch < 2000; batch *= 2) {
		t.ask.batch.seqs = batch;
		step_time(&st, &t.ask);
		ck_assert_double_ge(st.s, s);
		ck_assert_double_gt(batch / st.s, rate);
		s = st.s;
		rate = batch / st.s;
	}
}
END_TEST

START_TEST(one_gpu_sends_nothing)
{
	struct step st;

	timed(&st, &plans[_i]);
	if (plans[_i].gpus > 1) {
		ck_assert(st.nvlink_B > 0);
		return;
	}
	ck_assert(st.nvlink_B == 0 && st.rdma_B == 0 && st.exposed_s == 0);
	ck_assert(st.nvlink_s == 0 && st.rdma_s == 0);
}
END_TEST

/* HBM, tensor cores, NVLink and NIC, each made the slowest by far. */
static const struct {
	double hbm_Bps, flops, nvlink_Bps, nic_Bps;
	enum bound which;
} roofs[] = {
	{ 1e6, 1e15, 1e12, 1e12, BOUND_HBM },
	{ 1e12, 1e6, 1e12, 1e12, BOUND_COMPUTE },
	{ 1e12, 1e15, 1e6, 1e12, BOUND_NVLINK },
	{ 1e12, 1e15, 1e12, 1e6, BOUND_RDMA },
};

START_TEST(the_floor_names_its_roof)
{
	struct toy t;
	enum bound which;

	toy_make(&t, &(struct toy_plan){ .gpus = 16, .batch = 10 });
	t.gpu.hbm_Bps = roofs[_i].hbm_Bps;
	t.gpu.flops[MATH_BF16] = roofs[_i].flops;
	t.gpu.nvlink_Bps = roofs[_i].nvlink_Bps;
	t.gpu.nic_Bps = roofs[_i].nic_Bps;
	speed_of_light_s(&t, &which);
	ck_assert_int_eq(which, roofs[_i].which);
}
END_TEST

/*
 * At the speed of light one token on one toy GPU reads 104.2 MB of weights
 * and 5 x 200 kB of KV at 1 TB/s: 105.2 us, and activations under 1 %.
 */
START_TEST(the_floor_of_one_token_is_its_bytes)
{
	struct toy t;
	enum bound which;

	toy_make(&t, &(struct toy_plan){ .gpus = 1, .batch = 1 });
	ck_rel(speed_of_light_s(&t, &which), 105.2e-6, 0.01);
	ck_assert_int_eq(which, BOUND_HBM);
}
END_TEST

START_TEST(host_time_counts_by_step_and_by_sequence)
{
	struct toy t;
	struct step st;
	double before;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 100 });
	step_time(&st, &t.ask);
	before = st.s;
	t.stack.host_s = 1e-3;
	t.stack.host_seq_s = 10e-6;
	step_time(&st, &t.ask);
	ck_rel(st.s - before, 2e-3, 1e-9);	/* 1 ms + 100 x 10 us */
	ck_rel(st.host_s, 2e-3, 1e-12);
	ck_rel(st.bound_s[BOUND_HOST], 2e-3, 1e-12);
}
END_TEST

START_TEST(uneven_experts_make_a_step_longer)
{
	struct toy_plan p = { .gpus = 64, .batch = 100,
			      .balance = BALANCE_EVEN, .sigma = 1 };
	struct step even, chance, skewed;

	timed(&even, &p);
	p.balance = BALANCE_UNIFORM;
	timed(&chance, &p);
	p.balance = BALANCE_SKEWED;
	timed(&skewed, &p);
	ck_assert(even.imbalance == 1);
	ck_assert_double_gt(chance.s, even.s);
	ck_assert_double_gt(skewed.s, chance.s);
	ck_assert_double_gt(skewed.imbalance, chance.imbalance);
}
END_TEST

/*
 * Attention waits for the longest context: with 64 groups the largest mean of
 * 100 sequences is 2.34 x 0.5 / 10 = 11.7 % above; KV of 20 MB at 1 TB/s is
 * 20 us, 2.34 us more, in 5 layers.
 */
START_TEST(long_contexts_are_waited_for)
{
	struct toy t;
	struct step st;
	double before;

	toy_make(&t, &(struct toy_plan){ .gpus = 64, .batch = 100 });
	step_time(&st, &t.ask);
	before = st.s;
	t.ask.ctx_cv = 0.5;
	step_time(&st, &t.ask);
	ck_rel(st.s - before, 5 * 2.34e-6, 0.01);
}
END_TEST

START_TEST(a_count_leaves_the_costs_alone)
{
	struct toy t;
	struct step st, other;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 100 });
	step_time(&st, &t.ask);
	step_count(&other, &t.ask);
	ck_assert_int_eq(other.graph.ops, st.graph.ops);
	for (int i = 0; i < st.graph.ops; i++)
		ck_assert(other.graph.op[i].flop == st.graph.op[i].flop);
	t.ask.batch.seqs = 1;
	step_count(&st, &t.ask);
	ck_assert_double_gt(st.s, 0);
}
END_TEST

static TCase *case_laws(void)
{
	TCase *tc = tcase_create("laws");

	tcase_add_loop_test(tc, what_does_not_overlap_adds_up, 0, NR(plans));
	tcase_add_loop_test(tc, what_a_step_waits_for_adds_up_to_it,
			    0, NR(plans));
	tcase_add_loop_test(tc, overlap_hides_no_more_than_there_is,
			    0, NR(plans));
	tcase_add_loop_test(tc, no_step_is_faster_than_light, 0, NR(plans));
	tcase_add_loop_test(tc, more_of_anything_is_never_slower,
			    0, NR(plans));
	tcase_add_loop_test(tc, a_larger_batch_takes_longer_and_serves_more,
			    0, NR(plans));
	tcase_add_loop_test(tc, one_gpu_sends_nothing, 0, NR(plans));
	return tc;
}

/* Another context, to the bit, drafts and two micro-batches too. */
START_TEST(a_step_is_timed_again_for_another_context)
{
	struct toy t;
	struct step st, anew;

	toy_make(&t, &(struct toy_plan){ .gpus = 16, .batch = 32,
		.ctx_tok = 1000, .mtp = _i % 2, .two_batch = _i / 2 });
	t.ask.ctx_cv = 0.3;
	step_time(&st, &t.ask);
	t.ask.batch.ctx_tok = 9000;
	t.ask.ctx_cv = 0.1;
	step_time(&anew, &t.ask);
	ck_assert(anew.s > st.s);
	step_retime(&st, &t.ask);
	step_list(&st);
	ck_assert(st.s == anew.s && st.exposed_s == anew.exposed_s &&
		  st.hbm_B == anew.hbm_B && st.flop == anew.flop &&
		  st.peak_s == anew.peak_s && st.imbalance == anew.imbalance);
	for (int i = 0; i < st.graph.ops; i++)
		ck_assert(st.cost[i].s == anew.cost[i].s &&
			  st.late_s[i] == anew.late_s[i] &&
			  st.weight[i] == anew.weight[i]);
}
END_TEST

static TCase *case_numbers(void)
{
	TCase *tc = tcase_create("numbers");

	tcase_add_test(tc, a_step_of_one_token_is_kernels_and_weights);
	tcase_add_loop_test(tc, two_micro_batches_run_as_deepseeks_timeline,
			    0, NR(paired));
	tcase_add_loop_test(tc, the_floor_names_its_roof, 0, NR(roofs));
	tcase_add_test(tc, the_floor_of_one_token_is_its_bytes);
	tcase_add_test(tc, host_time_counts_by_step_and_by_sequence);
	tcase_add_test(tc, uneven_experts_make_a_step_longer);
	tcase_add_test(tc, long_contexts_are_waited_for);
	tcase_add_loop_test(tc, a_step_is_timed_again_for_another_context, 0,
			    4);
	tcase_add_test(tc, a_count_leaves_the_costs_alone);
	return tc;
}

Suite *suite_step(void)
{
	Suite *s = suite_create("step");

	suite_add_tcase(s, case_laws());
	suite_add_tcase(s, case_numbers());
	return s;
}
