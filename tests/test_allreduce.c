#include "tests/tests.h"

#include "tests/toy.h"
#include "cost/cost.h"

#define US 1e-6
#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static struct cost cost_of(struct toy *t, const struct op *op)
{
	struct machine m = { .gpu = &t->gpu, .stack = &t->stack };
	struct cost c;

	cost_op(&m, op, &c);
	return c;
}

/*
 * The toy's NVLink moves 100 kB a us; starting is 10 us. Of 8 ranks one-shot
 * sends 7 S, two-shot 7/4 S and starts twice; the switch takes S up and S
 * down. A NIC moves 10 kB a us: 16 GPUs are 2 nodes, where one kernel starts
 * in 10 us and sends 7/4 S inside, and each GPU its eighth once around
 * outside, 2 x 1/2 x S/8.
 */
static const struct {
	int ranks;
	bool in_switch;
	double S, us, nvlink_B, rdma_B;
} sums[] = {
	{ 8, false, 80e3, 10 + 5.6, 560e3, 0 },		/* one-shot */
	{ 8, false, 800e3, 20 + 14, 1400e3, 0 },	/* two-shot */
	{ 2, false, 800e3, 10 + 8, 800e3, 0 },
	{ 8, true, 800e3, 10 + 16, 800e3, 0 },		/* the switch */
	{ 16, false, 80e3, 10 + 1.4 + 1, 140e3, 10e3 },
	{ 16, true, 80e3, 10 + 1.4 + 1, 140e3, 10e3 },
	{ 16, false, 800e3, 10 + 14 + 10, 1400e3, 100e3 },
};

/* NVLink bytes and NVLink time of one sum are those of one algorithm. */
START_TEST(a_sum_beyond_a_domain_fills_its_port_once)
{
	struct op op = { .kind = OP_ALLREDUCE, .stage = STAGE_ATTN_SUM,
		.count = 1, .ranks = 32 };
	struct toy t;
	struct cost c;

	toy_init(&t);
	for (op.payload_B = 1; op.payload_B < 1e9; op.payload_B *= 10) {
		c = cost_of(&t, &op);
		ck_rel(c.nvlink_s, c.nvlink_B / t.gpu.nvlink_Bps, 1e-12);
		ck_rel(c.rdma_s, c.rdma_B / t.gpu.nic_Bps, 1e-12);
		ck_rel(c.s, c.fixed_s + c.nvlink_s + c.rdma_s, 1e-12);
	}
}
END_TEST

START_TEST(a_sum_takes_the_fastest_way)
{
	struct op op = { .kind = OP_ALLREDUCE, .stage = STAGE_ATTN_SUM,
		.count = 1, .ranks = sums[_i].ranks,
		.payload_B = sums[_i].S };
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.stack.wire[WIRE_ALLREDUCE].two_shot = 2;
	t.gpu.in_switch = sums[_i].in_switch;
	c = cost_of(&t, &op);
	ck_rel(c.s, sums[_i].us * US, 1e-9);
	ck_rel(c.nvlink_B, sums[_i].nvlink_B, 1e-9);
	ck_rel(c.rdma_B, sums[_i].rdma_B, 1e-9);
}
END_TEST

/* 80 kB among 4 of 8: two starts, and 2 x 3/4 of them. */
START_TEST(halves_start_twice_and_send_one_sum)
{
	struct op op = { .kind = OP_HALVES, .stage = STAGE_ATTN_SUM,
		.count = 1, .ranks = 4, .payload_B = 80e3 };
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.gpu.in_switch = true;
	c = cost_of(&t, &op);
	ck_rel(c.s, (2 * 10 + 1.2) * US, 1e-9);
	ck_rel(c.nvlink_B, 120e3, 1e-9);
	ck_assert(c.rdma_B == 0);
}
END_TEST

/* A GPU without NVLink sums over its NIC alone: 10 + 10 + 2 x 1/2 x 80 / 10. */
START_TEST(without_nvlink_a_sum_goes_by_nic)
{
	struct op op = { .kind = OP_ALLREDUCE, .stage = STAGE_ATTN_SUM,
		.count = 1, .ranks = 2, .payload_B = 80e3 };
	struct toy t;
	struct cost c;

	toy_init(&t);
	t.gpu.nvlink_Bps = 0;
	t.gpu.nvlink_gpus = 1;
	c = cost_of(&t, &op);
	ck_rel(c.s, 18 * US, 1e-9);
	ck_assert(c.nvlink_B == 0);
	ck_assert_int_eq(c.bound, BOUND_LATENCY);
}
END_TEST

/*
 * Beyond a domain every GPU adds to the start-up: 10, and 2 for each of n
 * GPUs but one: 10 + 2 x 15 = 40 us of 16, 136 of 64.
 */
START_TEST(a_sum_over_more_nodes_starts_later)
{
	static const struct { int ranks; double us; } far[] = {
		{ 16, 40 }, { 32, 72 }, { 64, 136 } };
	struct toy t;

	toy_init(&t);
	t.stack.wire[WIRE_ALLREDUCE].alpha_node_peer_s = 2 * US;
	for (unsigned i = 0; i < sizeof(far) / sizeof(*far); i++) {
		struct op op = { .kind = OP_ALLREDUCE, .count = 1,
			.stage = STAGE_ATTN_SUM, .ranks = far[i].ranks };

		ck_rel(cost_of(&t, &op).s, far[i].us * US, 1e-9);
	}
}
END_TEST

/*
 * Of 16 ranks each GPU sends S/8 to the other node. A short message takes that
 * at a tenth of 10 kB a us; a long one starts 27 us later and takes all of it:
 * 8 kB, 10 + 0.14 + 1; 240 kB, 10 + 4.2 + 30, where a long one would be 30 too;
 * 800 kB, 10 + 14 + 27 + 10.
 */
START_TEST(between_nodes_the_protocol_that_is_done_first_runs)
{
	static const struct { double S, us; } far[] = {
		{ 8e3, 11.14 }, { 240e3, 44.2 }, { 800e3, 61 } };
	struct toy t;

	toy_init(&t);
	t.stack.wire[WIRE_ALLREDUCE].e_short = 0.1;
	t.stack.wire[WIRE_ALLREDUCE].alpha_long_s = 27 * US;
	for (unsigned i = 0; i < sizeof(far) / sizeof(*far); i++) {
		struct op op = { .kind = OP_ALLREDUCE, .count = 1,
			.stage = STAGE_ATTN_SUM, .ranks = 16,
			.payload_B = far[i].S };

		ck_rel(cost_of(&t, &op).s, far[i].us * US, 1e-9);
	}
}
END_TEST

Suite *suite_allreduce(void)
{
	Suite *s = suite_create("allreduce");
	TCase *tc = tcase_create("allreduce");

	tcase_add_test(tc, a_sum_beyond_a_domain_fills_its_port_once);
	tcase_add_loop_test(tc, a_sum_takes_the_fastest_way, 0, NR(sums));
	tcase_add_test(tc, halves_start_twice_and_send_one_sum);
	tcase_add_test(tc, without_nvlink_a_sum_goes_by_nic);
	tcase_add_test(tc, a_sum_over_more_nodes_starts_later);
	tcase_add_test(tc,
		       between_nodes_the_protocol_that_is_done_first_runs);
	suite_add_tcase(s, tc);
	return s;
}
