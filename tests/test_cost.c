#include "tests/tests.h"

#include "library/shelf.h"
#include "tests/toy.h"
#include "cost/rate.h"
#include "work/exchange.h"

#define US 1e-6

static struct cost cost_of(struct toy *t, const struct op *op)
{
	struct machine m = { .gpu = &t->gpu, .stack = &t->stack };
	struct cost c;

	cost_op(&m, op, &c);
	return c;
}

/* 3 us of HBM, 4 rows of 1 us of tensor cores. */
static struct op kernel(void)
{
	return (struct op){ .name = "toy", .role = ROLE_GEMM_BF16,
		.count = 1, .m = 4, .k = 2048, .flop_row = 1e8,
		.weight_B = 1e6, .kv_B = 1e6, .act_B = 1e6, .ctas = 50 };
}

/* The toy's law but for this; t in us. */
static const struct {
	struct law law;
	double us;
	enum bound bound;
} laws[] = {
	/* t0 and the longer */
	{ { .p = 0 }, 1 + 4, BOUND_COMPUTE },
	/* 3 + 4 */
	{ { .p = 1 }, 1 + 7, BOUND_COMPUTE },
	/* (3^1.5 + 4^1.5)^(2/3) = 13.19615^(2/3) */
	{ { .p = 1.5 }, 1 + 5.58425, BOUND_COMPUTE },
	/* sqrt(9 + 16) */
	{ { .p = 2 }, 1 + 5, BOUND_COMPUTE },
	/* cbrt(27 + 64) */
	{ { .p = 3 }, 1 + 4.49794, BOUND_COMPUTE },
	/* a tile has 16 rows */
	{ { .pad = 16 }, 1 + 16, BOUND_COMPUTE },
	/* half of the peak */
	{ { .e_f = 0.5 }, 1 + 8, BOUND_COMPUTE },
	{ { .e_b = 0.5 }, 1 + 6, BOUND_HBM },
	/* 5 us per 1024 of K, K is 2048 */
	{ { .kappa_s = 5 * US }, 1 + 10, BOUND_LATENCY },
	/* 50 blocks on 100 SMs */
	{ { .c_s = 8 * US }, 1 + 4 + 4, BOUND_LATENCY },
	/* 241.56 x 100 / 132 x 1 / 1.83 = 100 TFLOP/s beside the tensor's */
	{ { .rho_flops = 241.56e12 }, 1 + 8, BOUND_COMPUTE },
};

static struct law filled(struct law law)
{
	law.kernel = "toy";
	law.t0_s = US;
	law.e_b = law.e_b > 0 ? law.e_b : 1;
	law.e_f = law.e_f > 0 ? law.e_f : 1;
	law.pad = law.pad > 0 ? law.pad : 1;
	return law;
}

/*
 * A loop over 2048^2 tokens at 2.5 ns / 1024, 10.24 us; two blocks a sequence
 * on 100 SMs: 50 sequences take what one does, 51 twice that.
 */
START_TEST(sequences_that_are_not_split_come_in_waves)
{
	struct op op = kernel();
	struct toy t;

	toy_init(&t);
	t.stack.law[ROLE_GEMM_BF16] = filled((struct law){
		.kappa_s = 2.5e-9, .whole = 1 });
	for (int seqs = 1; seqs < 150; seqs++) {
		op.ctas = 2 * seqs;
		ck_rel(cost_of(&t, &op).s, US + (seqs > 100 ? 3 :
		       seqs > 50 ? 2 : 1) * 10.24 * US, 1e-9);
	}
}
END_TEST

START_TEST(a_kernel_takes_what_its_law_says)
{
	struct op op = kernel();
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.law[ROLE_GEMM_BF16] = filled(laws[_i].law);
	c = cost_of(&t, &op);
	ck_rel(c.s, laws[_i].us * US, 1e-6);
	ck_assert_int_eq(c.bound, laws[_i].bound);
	ck_assert(c.nvlink_B == 0 && c.rdma_B == 0);
}
END_TEST

/*
 * 64 rows with padding are 4 tiles of 16; of 2 x 512 + 1024 columns, 2 x 1024:
 * 8 times 50 us on 100 SMs are 4 us beside 1 of t0.
 */
START_TEST(tiles_of_experts_take_their_sms)
{
	struct op op = { .role = ROLE_GEMM_BF16, .stage = STAGE_EXPERTS,
		.count = 1, .m = 4, .n = 512, .k = 1024,
		.load = { .padded = 64 } };
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.law[ROLE_GEMM_BF16] = filled((struct law){ .p = 2, .pad = 16,
		.tile_s = 50 * US, .kappa_s = 9 * US });
	c = cost_of(&t, &op);
	ck_rel(c.s, (1 + 4) * US, 1e-9);
	ck_rel(c.serial_s, 4 * US, 1e-9);
}
END_TEST

START_TEST(the_parts_of_a_cost_are_its_roofs)
{
	struct op op = kernel();
	struct toy t;
	struct cost c;

	toy_init(&t);
	op.count = 2;
	c = cost_of(&t, &op);
	ck_rel(c.s, 10 * US, 1e-12);		/* 2 x (1 + 4) */
	ck_rel(c.hbm_s, 6 * US, 1e-12);
	ck_rel(c.flop_s, 8 * US, 1e-12);
	ck_rel(c.fixed_s, 2 * US, 1e-12);
	ck_assert(c.serial_s == 0);
}
END_TEST

START_TEST(a_stream_of_kernels_hides_part_of_each_start)
{
	struct op op = kernel();
	struct toy t;

	toy_init(&t);
	t.stack.launch = 0.5;
	ck_rel(cost_of(&t, &op).s, 4.5 * US, 1e-12);
}
END_TEST

START_TEST(a_whole_layer_gains_and_the_head_does_not)
{
	struct op op = kernel();
	struct toy t;

	toy_init(&t);
	t.stack.overhead = 2;
	op.stage = STAGE_FFN;
	ck_rel(cost_of(&t, &op).s, 10 * US, 1e-12);
	op.stage = STAGE_HEAD;
	ck_rel(cost_of(&t, &op).s, 5 * US, 1e-12);
}
END_TEST

/* Touched slots are read, padded rows are computed. */
START_TEST(experts_cost_by_their_load)
{
	struct op op = { .kind = OP_KERNEL, .stage = STAGE_EXPERTS,
		.role = ROLE_MOE_BF16, .count = 1, .flop_row = 1e8,
		.expert_B = 1e6 };
	struct load load = { .touched = 2, .rows = 3, .padded = 16 };
	struct machine m;
	struct toy t;

	toy_init(&t);
	m = (struct machine){ .gpu = &t.gpu, .stack = &t.stack };
	ck_rel(cost_load_s(&m, &op, &load), 17 * US, 1e-12);
	load.touched = 20;
	ck_rel(cost_load_s(&m, &op, &load), 21 * US, 1e-12);
	op_set_load(&op, &load);
	ck_rel(cost_of(&t, &op).s, 21 * US, 1e-12);
	ck_rel(op.flop, 3e8, 1e-12);		/* without padding */
}
END_TEST

/* Both ports at once: 200 kB at 100 kB/us, 80 kB at 10 kB/us. */
START_TEST(a_gather_takes_its_longer_port)
{
	struct op op = { .kind = OP_GATHER, .stage = STAGE_DISPATCH,
		.count = 1, .ranks = 16, .nvlink_B = 200e3, .rdma_B = 80e3 };
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.wire[WIRE_GATHER].alpha_peer_s = 0.2 * US;
	c = cost_of(&t, &op);
	ck_rel(c.s, (10 + 3 + 8) * US, 1e-9);	/* 15 peers */
	ck_assert(c.pack_s == 0);
	op.sms = 0.25;		/* of the SMs, which compute beside it lacks */
	ck_rel(cost_of(&t, &op).pack_s, 5.25 * US, 1e-9);
	op.kind = OP_SCATTER;
	ck_rel(cost_of(&t, &op).s, 18 * US, 1e-9);
	op.rdma_B = 0;
	ck_rel(cost_of(&t, &op).s, 12 * US, 1e-9);
}
END_TEST

/*
 * 4 nodes: 2 us a doubling of them, 1 us a doubling of the 32 ranks, and the
 * NIC reaches 4^-0.5 = half: 10 + 4 + 5 + 200 / 10 / 0.5.
 */
START_TEST(an_exchange_slows_with_the_nodes_it_spans)
{
	struct op op = { .kind = OP_DISPATCH, .stage = STAGE_DISPATCH,
		.count = 1, .ranks = 32, .nodes = 4, .nvlink_B = 200e3,
		.rdma_B = 200e3 };
	struct wire *w;
	struct toy t;
	struct cost c;

	toy_init(&t);
	w = &t.stack.wire[WIRE_DISPATCH];
	w->alpha_log_s = 2 * US;
	w->alpha_rank_s = US;
	w->droop = 0.5;
	c = cost_of(&t, &op);
	ck_rel(c.s, 59 * US, 1e-9);
	ck_rel(c.rdma_s, 40 * US, 1e-9);
	ck_rel(c.nvlink_s, 2 * US, 1e-9);
	ck_assert_int_eq(c.bound, BOUND_RDMA);
	ck_assert(c.pack_s == 0);
}
END_TEST

/* Which wire an exchange takes, each told by its start-up. */
static const struct {
	enum op_kind kind;
	double rdma_B, pack_B;
	bool rack;
	enum wire_kind wire;
} wires[] = {
	{ OP_DISPATCH, 1, 1, true, WIRE_DISPATCH },
	{ OP_COMBINE, 1, 0, true, WIRE_COMBINE },
	{ OP_DISPATCH, 0, 1, true, WIRE_DISPATCH_NODE },
	{ OP_COMBINE, 0, 1, true, WIRE_COMBINE_NODE },
	{ OP_DISPATCH, 0, 0, true, WIRE_DISPATCH_RACK },
	{ OP_COMBINE, 0, 0, true, WIRE_COMBINE_RACK },
	{ OP_COMBINE, 0, 0, false, WIRE_COMBINE_NODE },
};

START_TEST(an_exchange_takes_the_wire_of_its_reach)
{
	struct op op = { .kind = wires[_i].kind, .stage = STAGE_DISPATCH,
		.count = 1, .ranks = 8, .rdma_B = wires[_i].rdma_B,
		.pack_B = wires[_i].pack_B };
	struct toy t;

	toy_init(&t);
	for (int w = 0; w < WIRE_NR; w++)
		t.stack.wire[w].alpha_s = (100 + w) * US;
	if (!wires[_i].rack)
		t.stack.wired[WIRE_DISPATCH_RACK] = false;
	ck_assert_double_eq_tol(cost_of(&t, &op).s / US,
				100 + (int)wires[_i].wire, 0.01);
}
END_TEST

/* 1 MB of copies at a tenth of HBM is 10 us, and a kernel on each side. */
START_TEST(what_an_exchange_does_on_the_sms_is_part_of_it)
{
	struct op op = { .kind = OP_DISPATCH, .stage = STAGE_DISPATCH,
		.count = 1, .ranks = 8, .nvlink_B = 5e6, .pack_B = 1e6 };
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.pack_s = 2 * US;
	t.stack.pack_share = 0.1;
	c = cost_of(&t, &op);
	ck_rel(c.s, 60 * US, 1e-9);		/* 10 + 50 */
	ck_rel(c.pack_s, 14 * US, 1e-9);
	op.nvlink_B = 0;			/* 10 us: no more than all */
	ck_rel(cost_of(&t, &op).pack_s, 10 * US, 1e-9);
	t.stack.ideal = 1;
	ck_assert(cost_of(&t, &op).pack_s == 0);
}
END_TEST

/* Twice the bytes on the longer port, the start-up once. */
START_TEST(a_busy_port_is_late_by_its_bytes)
{
	struct op op = { .kind = OP_COMBINE, .stage = STAGE_COMBINE,
		.count = 1, .ranks = 16, .nvlink_B = 100e3, .rdma_B = 80e3 };
	struct machine m;
	struct toy t;
	struct cost c;

	toy_init(&t);
	m = (struct machine){ .gpu = &t.gpu, .stack = &t.stack };
	c = cost_of(&t, &op);
	ck_rel(c.s, 18 * US, 1e-9);
	ck_rel(cost_late_s(&m, &op, &c, 2), 8 * US, 1e-9);
	ck_assert(cost_late_s(&m, &op, &c, 1) == 0);
	op.nvlink_B *= 2;
	op.rdma_B *= 2;
	ck_rel(c.s + cost_late_s(&m, &op, &c, 2), cost_of(&t, &op).s, 1e-12);
}
END_TEST

/*
 * 100 kB on NVLink and 80 kB beyond it: 10 us to start, 3 for the second
 * stretch, 8 on the NIC. The busiest rank is asked twice the mean: on NVLink
 * 2 us, but the NICs of its node share it. An exchange that keeps a tenth of
 * the SMs takes 2.1 us from them.
 */
START_TEST(a_copy_that_goes_on_starts_twice)
{
	struct op op = { .kind = OP_COMBINE, .stage = STAGE_COMBINE,
		.count = 1, .ranks = 16, .nodes = 2, .nvlink_B = 100e3,
		.rdma_B = 80e3, .forwarded = true, .sms = 0.1 };
	struct machine m;
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.forward_s = 3 * US;
	m = (struct machine){ .gpu = &t.gpu, .stack = &t.stack };
	c = cost_of(&t, &op);
	ck_rel(c.s, 21 * US, 1e-9);
	ck_rel(c.pack_s, 2.1 * US, 1e-9);
	ck_assert(cost_late_s(&m, &op, &c, 2) == 0);
	ck_rel(cost_late_s(&m, &op, &c, 10), 2 * US, 1e-9);
}
END_TEST

START_TEST(sampling_is_the_stacks_own_time)
{
	struct op op = { .kind = OP_FIXED, .stage = STAGE_HEAD, .count = 1 };
	struct toy t;

	toy_init(&t);
	t.stack.head_s = 50 * US;
	ck_rel(cost_of(&t, &op).s, 50 * US, 1e-12);
}
END_TEST

static const struct {
	enum op_kind kind;
	enum wire_kind wire;
	const char *what;
} lacks[] = {
	{ OP_ALLREDUCE, WIRE_ALLREDUCE, "all-reduce" },
	{ OP_GATHER, WIRE_GATHER, "all-gather" },
	{ OP_SCATTER, WIRE_SCATTER, "reduce-scatter" },
	{ OP_DISPATCH, WIRE_DISPATCH, "expert exchange" },
	{ OP_COMBINE, WIRE_COMBINE, "expert exchange" },
};

START_TEST(a_stack_says_what_it_lacks)
{
	struct op op = { .kind = lacks[_i].kind, .rdma_B = 1 };
	struct machine m;
	struct toy t;

	toy_init(&t);
	m = (struct machine){ .gpu = &t.gpu, .stack = &t.stack };
	ck_assert_ptr_null(machine_lacks(&m, &op));
	t.stack.wired[lacks[_i].wire] = false;
	ck_assert_str_eq(machine_lacks(&m, &op), lacks[_i].what);
	op = kernel();
	ck_assert_ptr_null(machine_lacks(&m, &op));
	t.stack.law[ROLE_GEMM_BF16].kernel = NULL;
	ck_assert_str_eq(machine_lacks(&m, &op), role_name(ROLE_GEMM_BF16));
	op.kind = OP_FIXED;
	ck_assert_ptr_null(machine_lacks(&m, &op));
}
END_TEST

/*
 * DeepEP, docs/legacy.md: low-latency kernels on H800 with ConnectX-7, 128
 * tokens a rank, hidden 7168, 8 experts a token, fp8 out and bf16 back.
 */
static const struct { int ep; double dispatch_us, combine_us; } deepep[] = {
	{ 8, 77, 114 }, { 16, 118, 195 }, { 32, 155, 273 },
	{ 64, 173, 314 }, { 128, 192, 369 }, { 256, 194, 360 },
};

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static double carry_us(struct toy *t, enum op_kind kind)
{
	struct op op = { .kind = kind, .count = 1, .stage = STAGE_DISPATCH };
	struct machine m = { .gpu = &t->gpu, .stack = &t->stack };
	struct cost c;

	exchange_fill(&op, &(struct exchange_spec){ &t->on, 128, false });
	cost_op(&m, &op, &c);
	return c.s / t->stack.overhead / US;
}

START_TEST(the_exchange_of_deepep_takes_what_deepep_measured)
{
	struct shelf *shelf = shelf_open();
	const struct gpu *gpu;
	const struct stack *stack;
	double out = 0, back = 0;
	struct fault why;

	gpu = shelf_gpu(shelf, "h800-sxm", &why);
	ck_assert_msg(gpu, "%s", why.what);
	stack = shelf_stack(shelf, &(struct stack_spec){ "deepseek", "",
						     gpu->arch }, &why);
	ck_assert_msg(stack, "%s", why.what);
	for (int i = 0; i < NR(deepep); i++) {
		struct toy t;

		t.gpu = *gpu;
		t.stack = *stack;
		toy_v3(&t.model);
		toy_plan(&t, &(struct toy_plan){ .gpus = deepep[i].ep,
						 .exchange = EXCHANGE_PAIR });
		out += fabs(carry_us(&t, OP_DISPATCH) /
			    deepep[i].dispatch_us - 1) / NR(deepep);
		back += fabs(carry_us(&t, OP_COMBINE) /
			     deepep[i].combine_us - 1) / NR(deepep);
	}
	ck_assert_msg(out < 0.07, "dispatch is off by %.1f %%", 100 * out);
	ck_assert_msg(back < 0.08, "combine is off by %.1f %%", 100 * back);
	shelf_free(shelf);
}
END_TEST

START_TEST(a_rate_is_the_peak_times_what_is_reached)
{
	struct law law = { .e_b = 0.5, .e_f = 0.25 };
	struct gpu g;

	toy_gpu(&g);
	ck_rel(rate_hbm_s(&g, &law), 1 / 0.5e12, 1e-12);
	ck_rel(rate_flop_s(&g, &law, MATH_FP8), 1 / 50e12, 1e-12);
	ck_rel(rate_nvlink_s(&g, 0.5), 1 / 50e9, 1e-12);
	ck_rel(rate_nic_s(&g, 0.5), 1 / 5e9, 1e-12);
	ck_rel(rate_copy_s(&g, 0.1), 1 / 0.1e12, 1e-12);
	g.nvlink_Bps = 0;
	ck_assert(rate_nvlink_s(&g, 0.5) == 0);
}
END_TEST

START_TEST(bounds_have_the_names_of_the_answer)
{
	static const char *const name[] = { "hbm", "compute", "nvlink",
		"rdma", "latency", "host", "capacity" };

	ck_assert_int_eq(NR(name), BOUND_NR);
	for (int i = 0; i < BOUND_NR; i++)
		ck_assert_str_eq(bound_name((enum bound)i), name[i]);
}
END_TEST

static TCase *case_kernels(void)
{
	TCase *tc = tcase_create("kernels");

	tcase_add_test(tc, sequences_that_are_not_split_come_in_waves);
	tcase_add_test(tc, tiles_of_experts_take_their_sms);
	tcase_add_loop_test(tc, a_kernel_takes_what_its_law_says,
			    0, NR(laws));
	tcase_add_test(tc, the_parts_of_a_cost_are_its_roofs);
	tcase_add_test(tc, a_stream_of_kernels_hides_part_of_each_start);
	tcase_add_test(tc, a_whole_layer_gains_and_the_head_does_not);
	tcase_add_test(tc, experts_cost_by_their_load);
	tcase_add_test(tc, a_copy_that_goes_on_starts_twice);
	tcase_add_test(tc, sampling_is_the_stacks_own_time);
	tcase_add_test(tc, a_rate_is_the_peak_times_what_is_reached);
	tcase_add_test(tc, bounds_have_the_names_of_the_answer);
	return tc;
}

static TCase *case_wires(void)
{
	TCase *tc = tcase_create("wires");

	tcase_add_test(tc, a_gather_takes_its_longer_port);
	tcase_add_test(tc, an_exchange_slows_with_the_nodes_it_spans);
	tcase_add_loop_test(tc, an_exchange_takes_the_wire_of_its_reach,
			    0, NR(wires));
	tcase_add_test(tc, what_an_exchange_does_on_the_sms_is_part_of_it);
	tcase_add_test(tc, a_busy_port_is_late_by_its_bytes);
	tcase_add_loop_test(tc, a_stack_says_what_it_lacks, 0, NR(lacks));
	tcase_add_test(tc, the_exchange_of_deepep_takes_what_deepep_measured);
	return tc;
}

Suite *suite_cost(void)
{
	Suite *s = suite_create("cost");

	suite_add_tcase(s, case_kernels());
	suite_add_tcase(s, case_wires());
	return s;
}
