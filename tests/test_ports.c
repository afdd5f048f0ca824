#include <stdlib.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"
#include "cost/cost.h"
#include "time/host.h"
#include "play/lane.h"
#include "skew/loads.h"
#include "time/power.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))
#define US 1e-6

/*
 * NVLink of 100 GB/s among 8 GPUs, a NIC of 10 GB/s. No two numbers of a wire
 * are alike, so that none stands for another.
 */
static void machine_of(struct toy *t, struct machine *m)
{
	toy_init(t);
	t->stack.wire[WIRE_ALLREDUCE] = (struct wire){ .alpha_s = 1 * US,
		.alpha_peer_s = 0.1 * US, .alpha_node_s = 20 * US,
		.alpha_node_peer_s = 0.2 * US, .alpha_long_s = 5 * US,
		.alpha_switch_s = 3 * US, .two_shot = 1.5, .e_nvlink = 0.5,
		.e_two_shot = 0.8, .e_switch = 0.4, .e_rdma = 0.5,
		.e_short = 0.25 };
	t->stack.wire[WIRE_GATHER] = (struct wire){ .alpha_s = 4 * US,
		.alpha_peer_s = 0.5 * US, .e_nvlink = 0.5, .e_rdma = 0.8 };
	t->stack.wire[WIRE_SCATTER] = (struct wire){ .alpha_s = 6 * US,
		.alpha_peer_s = 0.25 * US, .e_nvlink = 0.4, .e_rdma = 0.2 };
	t->stack.wire[WIRE_DISPATCH] = (struct wire){ .alpha_s = 10 * US,
		.alpha_log_s = 3 * US, .alpha_rank_s = 0.5 * US,
		.e_nvlink = 0.5, .e_rdma = 0.8, .droop = 0.5 };
	t->stack.forward_s = 7 * US;
	*m = (struct machine){ .gpu = &t->gpu, .stack = &t->stack };
}

static struct op op_of(enum op_kind kind, int ranks, double payload_B)
{
	return (struct op){ .name = "op", .kind = kind, .ranks = ranks,
		.stage = STAGE_ATTN_SUM, .count = 1, .useful = 1,
		.payload_B = payload_B };
}

/* ---- a sum ---- */

/*
 * One-shot: 1 + 0.1 (n - 1) us and (n - 1) S at 50 GB/s. Two-shot: 1.5 + as
 * much, 2 (n - 1) / n S at 80 GB/s. In the switch: 3 us and 2 S at 40 GB/s.
 * Times in us, bytes as sent.
 */
static const struct {
	enum op_kind kind;
	int ranks;
	double payload_B;
	bool in_switch;
	double s, fixed, nvlink_B, rdma_B;
	enum bound bound;
} sums[] = {
	/* 1.3 + 0.06 beside 1.8 + 0.01875 */
	{ OP_ALLREDUCE, 4, 1000, false, 1.36, 1.3, 3000, 0, BOUND_LATENCY },
	/* 1.3 + 60 beside 1.8 + 18.75 */
	{ OP_ALLREDUCE, 4, 1e6, false, 20.55, 1.8, 1.5e6, 0, BOUND_NVLINK },
	/* and beside 3 + 50 in a switch; of 8: 2.2 + 21.875 */
	{ OP_ALLREDUCE, 4, 1e6, true, 20.55, 1.8, 1.5e6, 0, BOUND_NVLINK },
	{ OP_ALLREDUCE, 8, 1e6, false, 24.075, 2.2, 1.75e6, 0,
	  BOUND_NVLINK },
	/* 8 of 200 B: 1.7 + 0.028; a switch 3.01 */
	{ OP_ALLREDUCE, 8, 200, true, 1.728, 1.7, 1400, 0, BOUND_LATENCY },
	/* halves start twice: 2 x 1.3 + 18.75 */
	{ OP_HALVES, 4, 1e6, false, 21.35, 2.6, 1.5e6, 0, BOUND_NVLINK },
	/* half of it, once: 1.3 + 9.375 */
	{ OP_HALF, 4, 1e6, false, 10.675, 1.3, 0.75e6, 0, BOUND_NVLINK },
	/* 16 by NIC: 1 + 1.5, 15 / 16 S at 5 GB/s */
	{ OP_HALF, 16, 1e6, false, 190, 2.5, 0, 937500, BOUND_RDMA },
	{ OP_HALF, 8, 100, false, 1.70109375, 1.7, 87.5, 0, BOUND_LATENCY },
	/*
	 * 16 on two nodes: 20 + 0.2 x 15; inside 1.75 S at 80 GB/s; between
	 * S / 8 at 5 GB/s and 5 us, or at 2.5 GB/s: 30 beside 50 us
	 */
	{ OP_ALLREDUCE, 16, 1e6, false, 28 + 21.875 + 25, 28, 1.75e6, 125e3,
	  BOUND_RDMA },
	{ OP_ALLREDUCE, 16, 8000, false, 23 + 0.175 + 0.4, 23, 14e3, 1000,
	  BOUND_LATENCY },
	/* halves beyond a domain are the same one kernel */
	{ OP_HALVES, 16, 1e6, false, 28 + 21.875 + 25, 28, 1.75e6, 125e3,
	  BOUND_RDMA },
	/* 12 are 6 and 6: 20 + 2.2; 2 x 5 / 6 S; S / 6 between */
	{ OP_ALLREDUCE, 12, 1.2e6, false, 27.2 + 25 + 40, 27.2, 2e6, 200e3,
	  BOUND_RDMA },
	/* 24 are three nodes: x = 4 / 3 S / 8 */
	{ OP_ALLREDUCE, 24, 1.2e6, false, 29.6 + 26.25 + 40, 29.6, 2.1e6,
	  200e3, BOUND_RDMA },
};

START_TEST(a_sum_takes_what_its_laws_say)
{
	struct op op = op_of(sums[_i].kind, sums[_i].ranks,
			     sums[_i].payload_B);
	struct machine m;
	struct toy t;
	struct cost c;

	machine_of(&t, &m);
	t.gpu.in_switch = sums[_i].in_switch;
	cost_op(&m, &op, &c);
	ck_rel(c.s, sums[_i].s * US, 1e-9);
	ck_rel(c.fixed_s, sums[_i].fixed * US, 1e-9);
	ck_rel(c.nvlink_B, sums[_i].nvlink_B, 1e-9);
	ck_rel(c.rdma_B, sums[_i].rdma_B, 1e-9);
	ck_assert_int_eq(c.bound, sums[_i].bound);
}
END_TEST

/* In the switch at its peak: 3 + 20 us beside 2.2 + 21.875; S goes up. */
START_TEST(a_switch_that_is_quicker_takes_the_sum)
{
	struct op op = op_of(OP_ALLREDUCE, 8, 1e6);
	struct machine m;
	struct toy t;
	struct cost c;

	machine_of(&t, &m);
	t.stack.wire[WIRE_ALLREDUCE].e_switch = 1;
	cost_op(&m, &op, &c);
	ck_rel(c.s, 24.075 * US, 1e-9);
	t.gpu.in_switch = true;
	cost_op(&m, &op, &c);
	ck_rel(c.s, 23 * US, 1e-9);
	ck_rel(c.nvlink_B, 1e6, 0);
	ck_rel(c.fixed_s, 3 * US, 1e-9);
}
END_TEST

/* ---- other collectives ---- */

/*
 * A gather of 8: 4 + 0.5 x 7 us; 1 MB at 50 GB/s, 0.4 MB at 8 GB/s: the
 * longer port. A scatter: 6 + 0.25 x 7; at 40 and at 2 GB/s. What is sent on
 * is one after the other, started once for each of the others.
 */
static const struct {
	enum op_kind kind;
	double nvlink_B, rdma_B, s, fixed;
	enum bound bound;
} others[] = {
	{ OP_GATHER, 1e6, 0.4e6, 7.5 + 50, 7.5, BOUND_RDMA },
	{ OP_GATHER, 1e6, 0, 7.5 + 20, 7.5, BOUND_NVLINK },
	{ OP_GATHER, 1e3, 0, 7.52, 7.5, BOUND_LATENCY },
	{ OP_SCATTER, 1e6, 0.1e6, 7.75 + 50, 7.75, BOUND_RDMA },
	{ OP_SCATTER, 1e6, 0.01e6, 7.75 + 25, 7.75, BOUND_NVLINK },
	{ OP_SEND, 1e6, 0.4e6, 28 + 20 + 50, 28, BOUND_RDMA },
	{ OP_SEND, 2e6, 0, 28 + 40, 28, BOUND_NVLINK },
	{ OP_SEND, 1e6, 0.1e6, 28 + 20 + 12.5, 28, BOUND_LATENCY },
};

START_TEST(a_gather_a_scatter_and_a_send)
{
	struct op op = op_of(others[_i].kind, 8, 1);
	struct machine m;
	struct toy t;
	struct cost c;

	machine_of(&t, &m);
	op.nvlink_B = others[_i].nvlink_B;
	op.rdma_B = others[_i].rdma_B;
	cost_op(&m, &op, &c);
	ck_rel(c.s, others[_i].s * US, 1e-9);
	ck_rel(c.fixed_s, others[_i].fixed * US, 1e-9);
	ck_rel(c.nvlink_B, op.nvlink_B, 0);
	ck_rel(c.rdma_B, op.rdma_B, 0);
	ck_assert_int_eq(c.bound, others[_i].bound);
}
END_TEST

/*
 * 10 us, 3 for each doubling of nodes, 0.5 for each of ranks; the NIC reaches
 * 0.8 x 10 GB/s / sqrt(nodes). A copy that goes on starts 7 us later. The
 * fullest port carries what is over.
 */
static const struct {
	int nodes, ranks;
	bool forwarded;
	double nvlink_over, rdma_over, s;
} dispatched[] = {
	{ 1, 8, false, 0, 0, 10 + 1.5 + 50 },
	{ 4, 32, false, 0, 0, 10 + 6 + 2.5 + 100 },
	{ 4, 32, true, 0, 0, 10 + 6 + 2.5 + 7 + 100 },
	{ 4, 32, false, 0, 0.5, 10 + 6 + 2.5 + 150 },
	{ 4, 32, false, 9, 0, 10 + 6 + 2.5 + 200 },
};

START_TEST(a_dispatch_starts_later_the_farther_it_goes)
{
	struct op op = op_of(OP_DISPATCH, dispatched[_i].ranks, 1);
	struct machine m;
	struct toy t;
	struct cost c;

	machine_of(&t, &m);
	op.nodes = dispatched[_i].nodes;
	op.forwarded = dispatched[_i].forwarded;
	op.nvlink_B = 1e6;		/* 20 us */
	op.rdma_B = 0.4e6;		/* 50 us on one node */
	op.nvlink_over = dispatched[_i].nvlink_over;
	op.rdma_over = dispatched[_i].rdma_over;
	cost_op(&m, &op, &c);
	ck_rel(c.s, dispatched[_i].s * US, 1e-9);
}
END_TEST

/* More bytes, ranks or nodes are never sooner; twice of both twice as long. */
START_TEST(more_on_a_wire_is_never_sooner)
{
	static const enum op_kind kinds[] = { OP_ALLREDUCE, OP_HALVES, OP_HALF,
		OP_GATHER, OP_SCATTER, OP_SEND };
	struct machine m, half;
	struct toy t, slow;

	machine_of(&t, &m);
	machine_of(&slow, &half);
	slow.gpu.nvlink_Bps /= 2;
	slow.gpu.nic_Bps /= 2;
	for (int w = 0; w < WIRE_NR; w++) {
		double *s = &slow.stack.wire[w].alpha_s;

		for (int i = 0; i < 8; i++)	/* all that are times */
			s[i] *= 2;
	}
	for (int k = 0; k < NR(kinds); k++)
		for (int n = 2; n <= 64; n *= 2)
			for (double B = 100; B < 1e8; B *= 7) {
				struct op op = op_of(kinds[k], n, B);
				struct cost a, b;

				op.nvlink_B = B;
				op.rdma_B = B / 3;
				cost_op(&m, &op, &a);
				cost_op(&half, &op, &b);
				ck_rel(b.s, 2 * a.s, 1e-9);
				op.payload_B = op.nvlink_B = 2 * B;
				cost_op(&m, &op, &b);
				ck_assert(b.s >= a.s);
				op.ranks = 2 * n;
				cost_op(&m, &op, &a);
				ck_assert(a.s >= b.s);
			}
}
END_TEST

/* ---- lanes ---- */

START_TEST(a_lane_does_one_thing_after_the_other)
{
	struct lane l = { 0 };

	ck_assert(lane_take(&l, 10, 5, 100) == 15);
	ck_assert(lane_take(&l, 12, 4, 50) == 19);	/* waits to 15 */
	ck_assert(lane_take(&l, 19, 1, 0) == 20);
	ck_assert(lane_take(&l, 30, 0, 0) == 30);
	ck_assert(lane_take(&l, 40, 2, 1) == 42);
	ck_assert(l.free_at == 42 && l.busy == 12 && l.jobs == 5);
	ck_rel(l.bytes, 151, 0);
}
END_TEST

/* ---- loads ---- */

/*
 * Two ranks in two layers: 30 and 10 are 1.5 times their mean, 8 and 8 once:
 * 1.25; a layer without a row is not looked at, and less than a row is one.
 */
START_TEST(an_imbalance_is_the_mean_of_the_layers_that_have_rows)
{
	static const struct { double rows[6], want; } of[] = {
		{ { 30, 10, 8, 8, 0, 0 }, 1.25 }, { { 0 }, 1 },
		{ { 0.3, 0.1, 0.1, 0.1, 0.1, 0.1 }, (1.5 + 1 + 1) / 3 },
		{ { 0.2, 0, 0, 0.4, 0, 0 }, 2 },
		{ { 0, 5, 0, 0, 0, 0 }, 2 } };

	for (int i = 0; i < NR(of); i++) {
		const struct model model = { .num_hidden_layers = 3 };
		const struct deployment on = { .model = &model,
			.layout = { .ep = 2, .dp = 1 } };
		struct loads l;

		loads_init(&l, &on, 1);
		for (int k = 0; k < 6; k++)
			loads_at(&l, 0, k / 2, k % 2)->rows = of[i].rows[k];
		ck_rel(loads_imbalance(&l), of[i].want, 1e-12);
		loads_release(&l);
	}
}
END_TEST

/* ---- watts ---- */

/*
 * 200 W, and of each second of HBM, tensor cores and ports 100, 300 and 50 J:
 * half a second, a quarter and 0.2 + 0.1 are 50 + 75 + 15 J; in a second 340
 * W, in a tenth 1,600, which the limit of 1000 holds.
 */
START_TEST(a_gpu_draws_what_it_moves_up_to_its_limit)
{
	struct step *st = step_room();
	struct gpu g;

	toy_gpu(&g);
	g.idle_W = 200;
	g.hbm_W = 100;
	g.tensor_W = 300;
	g.wire_W = 50;
	st->hbm_B = 0.5e12;
	st->tensor_s = 0.25;
	st->nvlink_s = 0.2;
	st->rdma_s = 0.1;
	ck_rel(power_moved_J(st, &g), 140, 1e-12);
	ck_rel(power_W(&g, 140, 1), 340, 1e-12);
	ck_rel(power_W(&g, 140, 0.1), 1000, 1e-12);
	ck_rel(power_W(&g, 0, 1), 200, 1e-12);
	g.idle_W = 0;
	ck_assert_double_nan(power_W(&g, 140, 1));
	free(st);
}
END_TEST

/* ---- what a step does ---- */

static const struct op *op_named(const struct graph *g, const char *name)
{
	for (int i = 0; i < g->ops; i++)
		if (strcmp(g->op[i].name, name) == 0)
			return &g->op[i];
	return NULL;
}

/*
 * Two GPUs split an expert of 400: 200 between the GEMMs, and of each row
 * 1000 in, 2 x 200 out of the first, what comes of them, 200, written and
 * read, 1000 out, all of 2 B; three matrices of 1000 x 200, a multiply and an
 * add a weight.
 */
START_TEST(a_gpu_computes_its_part_of_each_expert)
{
	struct step *st = step_room();
	const struct op *op;
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 4, .tp = 4, .ep = 2,
					 .batch = 8 });
	step_count(st, &t.ask);
	op = op_named(&st->graph, "experts");
	ck_rel(op->n, 200, 0);
	ck_rel(op->k, 1000, 0);
	ck_rel(op->flop_row, 2 * 600e3, 1e-12);
	ck_rel(op->expert_B, 2 * 600e3, 1e-12);
	ck_rel(op->row_act_B, 2 * (1000 + 2 * 200 + 2 * 200 + 1000), 1e-12);
	ck_rel(op->load.rows, 8 * 4 / 2.0, 1e-12);
	free(st);
}
END_TEST

/* Its sums are those of its ops, each as often as it is passed. */
START_TEST(the_sums_of_a_step_are_those_of_its_ops)
{
	static const struct toy_plan plans[] = { { .batch = 4 },
		{ .gpus = 8, .batch = 16 },
		{ .gpus = 4, .tp = 4, .ep = 2, .batch = 8, .mtp = 1 },
		{ .gpus = 8, .batch = 16, .two_batch = true } };

	for (int i = 0; i < NR(plans); i++) {
		double flop = 0, peak_s = 0, hbm_B = 0;
		struct step *st = step_room();
		struct toy t;

		toy_make(&t, &plans[i]);
		step_time(st, &t.ask);
		for (int k = 0; k < st->graph.ops; k++) {
			const struct op *op = &st->graph.op[k];
			double n = op->count * step_passes(&st->graph, k);

			flop += n * op->flop;
			hbm_B += n * op_hbm_B(op);
			if (op->flop > 0)
				peak_s += n * op->flop /
					  t.gpu.flops[op->math];
		}
		ck_rel(st->flop, flop, 1e-9);
		ck_rel(st->hbm_B, hbm_B, 1e-9);
		ck_rel(st->peak_s, peak_s, 1e-9);
		free(st);
	}
}
END_TEST

Suite *suite_ports(void)
{
	Suite *s = suite_create("ports");
	TCase *t = tcase_create("ports");

	tcase_add_loop_test(t, a_sum_takes_what_its_laws_say, 0, NR(sums));
	tcase_add_test(t, a_switch_that_is_quicker_takes_the_sum);
	tcase_add_loop_test(t, a_gather_a_scatter_and_a_send, 0, NR(others));
	tcase_add_loop_test(t, a_dispatch_starts_later_the_farther_it_goes, 0,
			    NR(dispatched));
	tcase_add_test(t, more_on_a_wire_is_never_sooner);
	tcase_add_test(t, a_gpu_computes_its_part_of_each_expert);
	tcase_add_test(t, the_sums_of_a_step_are_those_of_its_ops);
	tcase_add_test(t, a_lane_does_one_thing_after_the_other);
	tcase_add_test(t,
		an_imbalance_is_the_mean_of_the_layers_that_have_rows);
	tcase_add_test(t, a_gpu_draws_what_it_moves_up_to_its_limit);
	suite_add_tcase(s, t);
	return s;
}
