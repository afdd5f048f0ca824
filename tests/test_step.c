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

static void timed_of(struct step *st, const struct toy_plan *p, double ctx_cv)
{
	struct toy t;

	toy_make(&t, p);
	t.ask.ctx_cv = ctx_cv;
	step_time(st, &t.ask);
}

static void timed(struct step *st, const struct toy_plan *p)
{
	timed_of(st, p, 0.2);
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

/*
 * Step time is the sum of the ops' costs, each as often as it is passed; but
 * that of a late group and a full port the later one is waited for, of which
 * weights tell.
 */
START_TEST(what_does_not_overlap_adds_up)
{
	static const double spread[] = { 0, 0.2 };
	struct step st;
	double s;

	for (int k = 0; k < 2 && !plans[_i].two_batch; k++) {
		timed_of(&st, &plans[_i], spread[k]);
		s = st.host_s;
		for (int i = 0; i < st.graph.ops; i++)
			s += (k ? st.weight[i] : step_passes(&st.graph, i)) *
			     (st.cost[i].s + st.late_s[i]);
		ck_rel(st.s, s, 1e-12);
	}
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

START_TEST(overlap_hides_no_more_than_there_is)
{
	struct step st;
	double wires = 0, pack = 0;

	timed_of(&st, &plans[_i], plans[_i].two_batch ? 0.2 : 0);
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

	toy_make(&t, &(struct toy_plan){ .gpus = 64, .batch = 100,
					 .balance = BALANCE_EVEN });
	step_time(&st, &t.ask);
	before = st.s;
	t.ask.ctx_cv = 0.5;
	step_time(&st, &t.ask);
	ck_rel(st.s - before, 5 * 2.34e-6, 0.01);
}
END_TEST

/*
 * And in 4 layers of 5 for the fullest port of the dispatch behind it, which
 * is another GPU's: 100 tokens to 4 of 64 experts, 7 of 8 beyond the node at
 * 2 kB, are 70 us at 10 GB/s, of which a port that is b times as full is late
 * by L = 70 (b - 1). Of two that vary by themselves the later one is
 * waited for, sqrt(2.34^2 + L^2).
 */
START_TEST(a_late_group_and_a_full_port_are_seldom_one)
{
	struct toy t;
	struct step st;
	double before, late;

	toy_make(&t, &(struct toy_plan){ .gpus = 64, .batch = 100 });
	step_time(&st, &t.ask);
	before = st.s;
	late = 70 * (st.imbalance - 1);
	t.ask.ctx_cv = 0.5;
	step_time(&st, &t.ask);
	ck_rel(st.s - before, (2.34 + 4 * (hypot(2.34, late) - late)) * 1e-6,
	       0.01);
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
	tcase_add_loop_test(tc, the_floor_names_its_roof, 0, NR(roofs));
	tcase_add_test(tc, the_floor_of_one_token_is_its_bytes);
	tcase_add_test(tc, host_time_counts_by_step_and_by_sequence);
	tcase_add_test(tc, uneven_experts_make_a_step_longer);
	tcase_add_test(tc, long_contexts_are_waited_for);
	tcase_add_test(tc, a_late_group_and_a_full_port_are_seldom_one);
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
