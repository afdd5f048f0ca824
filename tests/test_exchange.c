#include "tests/tests.h"

#include "tests/toy.h"
#include "work/exchange.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* What each of n ranks sends to sum 80 B. */
static const struct {
	enum allreduce how;
	int n;
	double sent_B;
} sums[] = {
	{ ALLREDUCE_ONE_SHOT, 1, 0 },
	{ ALLREDUCE_ONE_SHOT, 2, 80 },
	{ ALLREDUCE_ONE_SHOT, 8, 560 },		/* 7 x 80 */
	{ ALLREDUCE_TWO_SHOT, 1, 0 },
	{ ALLREDUCE_TWO_SHOT, 2, 80 },		/* 2 x 1/2 x 80 */
	{ ALLREDUCE_TWO_SHOT, 8, 140 },		/* 2 x 7/8 x 80 */
	{ ALLREDUCE_IN_SWITCH, 1, 0 },
	{ ALLREDUCE_IN_SWITCH, 2, 80 },
	{ ALLREDUCE_IN_SWITCH, 8, 80 },
};

START_TEST(a_sum_puts_so_many_bytes_on_the_wire)
{
	ck_assert(exchange_allreduce_B(sums[_i].how, sums[_i].n, 80) ==
		  sums[_i].sent_B);
}
END_TEST

/*
 * V3: 8 of 256 experts; with the limit, 4 of 8 groups (models: DeepSeek V3
 * report 2.1.2). Without it EP8 is 8 (1 - C(224, 8) / C(256, 8)) = 5.29. With
 * it a group is kept half of the time and is then hit by some of 8 draws from
 * 128: EP8 4 (1 - C(96, 8) / C(128, 8)) = 3.63. Four ranks hold two groups
 * each: one of them is kept 40 times of 70, both 15 times of 70.
 */
static const struct { int ep; bool limit; double hit; } hits[] = {
	{ 1, false, 1 },
	{ 1, true, 1 },
	{ 8, false, 5.29 },
	{ 32, false, 7.27 },	/* 32 (1 - C(248, 8) / C(256, 8)) */
	{ 256, false, 8 },	/* an expert a rank: no two on one */
	{ 4, true, 2.93 },
	{ 8, true, 3.63 },
	{ 32, true, 6.60 },
	{ 256, true, 8 },
};

START_TEST(a_token_meets_so_many_ranks)
{
	struct model m;

	toy_v3(&m);
	ck_assert_double_eq_tol(exchange_ranks_hit(&m, hits[_i].ep,
						   hits[_i].limit),
				hits[_i].hit, 0.005);
}
END_TEST

static int bits(unsigned x)
{
	int n = 0;

	for (; x; x &= x - 1)
		n++;
	return n;
}

/* Does a set of 12 experts lie in a set of 4 groups of three? */
static bool lies_in(unsigned experts, unsigned groups)
{
	for (int e = 0; e < 12; e++)
		if (experts >> e & 1 && !(groups >> e / 3 & 1))
			return false;
	return true;
}

static int ranks_of(unsigned experts, int ep)
{
	unsigned ranks = 0;

	for (int e = 0; e < 12; e++)
		if (experts >> e & 1)
			ranks |= 1u << e * ep / 12;
	return bits(ranks);
}

/*
 * Every choice of 2 of 4 groups, then of 3 of their 6 experts, counted. Three
 * ranks of four experts and six of two lie across groups.
 */
START_TEST(the_ranks_hit_are_those_of_every_choice_counted)
{
	static const int eps[] = { 1, 2, 3, 4, 6, 12 };
	struct model m;
	double ranks = 0;
	int ep = eps[_i], ways = 0;

	toy_model(&m);
	m.n_routed_experts = 12;
	m.num_experts_per_tok = 3;
	m.n_group = 4;
	m.topk_group = 2;
	for (unsigned groups = 0; groups < 16; groups++)
		for (unsigned e = 0; e < 4096; e++)
			if (bits(groups) == 2 && bits(e) == 3 &&
			    lies_in(e, groups)) {
				ranks += ranks_of(e, ep);
				ways++;
			}
	ck_assert_int_eq(ways, 120);	/* C(4, 2) x C(6, 3) */
	ck_rel(exchange_ranks_hit(&m, ep, true), ranks / ways, 1e-12);
}
END_TEST

START_TEST(rows_are_those_of_deepep)
{
	struct stack s;
	struct model m;

	toy_stack(&s);
	toy_v3(&m);
	s.dispatch_B = 1;
	s.row_header_B = 16;
	/* 16 + 7168 + 4 x 7168/128; 2 x 7168 */
	ck_assert(exchange_dispatch_row_B(&m, &s) == 7408);
	ck_assert(exchange_combine_row_B(&m) == 14336);
	s.dispatch_B = 2;
	ck_assert(exchange_dispatch_row_B(&m, &s) == 16 + 14336);
}
END_TEST

/* Fill one exchange of a layout. */
static struct op filled(struct toy *t, enum op_kind kind, double tok)
{
	struct op op = { .kind = kind };

	exchange_fill(&op, &(struct exchange_spec){ &t->on, tok, false });
	return op;
}

/*
 * TP over 32 GPUs sums a token's 14,336 B twice a layer's worth of network
 * bytes 2 x 31 x 14336 = 888,832. EP over 32 sends 8 copies, 31/32 of them
 * off the GPU: 7.75 x (7408 + 14336) = 168,516, 5.27 times fewer. A copy a
 * rank: 7.27 x 31/32 = 7.04 x 21744 = 153,122, 5.81 times fewer. Summed in
 * the switch, 32 x 14336 = 458,752 is 3.00 times that.
 */
START_TEST(tp_moves_five_times_the_bytes_of_ep_at_32)
{
	double ring = 32 * exchange_allreduce_B(ALLREDUCE_TWO_SHOT, 32, 14336);
	double in_switch = 32 * exchange_allreduce_B(ALLREDUCE_IN_SWITCH, 32,
						     14336);
	double sent[EXCHANGE_NR];

	for (int e = EXCHANGE_PAIR; e < EXCHANGE_NR; e++) {
		struct op out, back;
		struct toy t;

		toy_init(&t);
		toy_v3(&t.model);
		t.model.n_group = 1;	/* no group limit */
		t.stack.dispatch_B = 1;
		t.stack.row_header_B = 16;
		toy_plan(&t, &(struct toy_plan){ .gpus = 32,
			.exchange = (enum exchange)e });
		out = filled(&t, OP_DISPATCH, 1);
		back = filled(&t, OP_COMBINE, 1);
		sent[e] = out.nvlink_B + out.rdma_B + back.nvlink_B +
			  back.rdma_B;
	}
	ck_assert_double_eq_tol(ring / sent[EXCHANGE_PAIR], 5.27, 0.005);
	ck_assert_double_eq_tol(ring / sent[EXCHANGE_RANK], 5.81, 0.005);
	ck_assert_double_eq_tol(in_switch / sent[EXCHANGE_RANK], 3.00, 0.005);
}
END_TEST

/*
 * 10 tokens, 4 experts each, rows of 2000 B: 40 rows, 80 kB. Of 16 GPUs 7
 * are peers on NVLink and 8 beyond it. With experts split over 2 GPUs each
 * row goes to both.
 */
static const struct {
	int gpus, ep;
	double nvlink_B, rdma_B, messages;
} carries[] = {
	{ 8, 8, 70e3, 0, 35 },			/* 7/8 */
	{ 16, 16, 35e3, 40e3, 37.5 },		/* 7/16, 8/16 */
	{ 16, 8, 70e3, 80e3, 75 },		/* twice that */
	{ 4, 4, 60e3, 0, 30 },			/* 3/4 */
};

START_TEST(pairs_go_to_every_gpu_alike)
{
	struct toy t;
	struct op op;

	toy_make(&t, &(struct toy_plan){ .gpus = carries[_i].gpus,
		.ep = carries[_i].ep, .exchange = EXCHANGE_PAIR });
	op = filled(&t, OP_DISPATCH, 10);
	ck_rel(op.nvlink_B, carries[_i].nvlink_B, 1e-12);
	ck_rel(op.rdma_B, carries[_i].rdma_B, 1e-12);
	ck_rel(op.messages, carries[_i].messages, 1e-12);
	ck_assert_int_eq(op.ranks, carries[_i].gpus);
}
END_TEST

/* A GPU's 10 tokens hit 8 (1 - C(56, 4) / C(64, 4)) = 3.375 of 8 ranks. */
START_TEST(a_copy_a_rank_is_fewer_than_a_copy_a_pair)
{
	double miss = 56.0 / 64 * 55 / 63 * 54 / 62 * 53 / 61;
	struct toy t;
	struct op op;

	toy_make(&t, &(struct toy_plan){ .gpus = 8,
					 .exchange = EXCHANGE_RANK });
	op = filled(&t, OP_COMBINE, 10);
	ck_rel(op.nvlink_B, 10 * 8 * (1 - miss) * 7 / 8 * 2000, 1e-12);
	ck_assert(op.pack_B == 0);
}
END_TEST

/*
 * On the SMs, a token of 1000 numbers and 4 experts: out, 2000 B are read
 * and an fp8 copy is written, received and read a pair, 3 x 4 x 1000; back,
 * bf16 rows likewise, 3 x 4 x 2000, and one sum of 2000 is written.
 */
START_TEST(pairs_are_packed_on_the_sms)
{
	struct toy t;
	struct op op;

	toy_make(&t, &(struct toy_plan){ .gpus = 8,
					 .exchange = EXCHANGE_PAIR });
	op = filled(&t, OP_DISPATCH, 1);
	ck_assert(op.pack_B == 14000);
	op = filled(&t, OP_COMBINE, 1);
	ck_assert(op.pack_B == 26000);
}
END_TEST

/* V3 in FP8 rows of 7408 B out and 14336 B back: 21744 B a copy. */
static void v3(struct toy *t, const struct toy_plan *p)
{
	toy_init(t);
	toy_v3(&t->model);
	t->stack.dispatch_B = 1;
	t->stack.row_header_B = 16;
	toy_plan(t, p);
}

/*
 * Copies of a V3 token that leave its node of 8. A pair each: 8 (1 - 8/n). A
 * node each: EP16's nodes hold 4 of 8 groups, of which 4 are kept: none of
 * the other node's once in 70, one 16 times (then hit by 1 - C(96, 8) /
 * C(128, 8) = 0.9075), two 36 times (0.9967), three 16, four 1:
 * (16 x 0.9075 + 36 x 0.9967 + 16 + 1) / 70 = 0.963. EP64's hold one group,
 * kept half of the time: 7 x 0.9075 / 2 = 3.176. EP128's half of one: 15/2 x
 * (1 - C(112, 8) / C(128, 8) = 0.6675) = 5.006.
 */
static const struct { int gpus; double pair, node; } remote[] = {
	{ 8, 0, 0 },
	{ 16, 4, 0.963 },
	{ 32, 6, 2.20 },
	{ 64, 7, 3.176 },
	{ 128, 7.5, 5.006 },
};

START_TEST(a_copy_a_node_is_fewer_than_a_copy_a_pair)
{
	static const struct { enum exchange e; bool out, back; } kinds[] = {
		{ EXCHANGE_PAIR, false, false },
		{ EXCHANGE_NODE_OUT, true, false },
		{ EXCHANGE_NODE, true, true },
	};

	for (int k = 0; k < NR(kinds); k++) {
		struct toy t;
		struct op out, back;

		v3(&t, &(struct toy_plan){ .gpus = remote[_i].gpus,
					   .exchange = kinds[k].e });
		out = filled(&t, OP_DISPATCH, 10);
		back = filled(&t, OP_COMBINE, 10);
		ck_assert_double_eq_tol(out.rdma_B / 74080, kinds[k].out ?
			remote[_i].node : remote[_i].pair, 0.005);
		ck_assert_double_eq_tol(back.rdma_B / 143360, kinds[k].back ?
			remote[_i].node : remote[_i].pair, 0.005);
		ck_assert_double_eq_tol(out.rdma_least_B / 74080,
					remote[_i].node, 0.005);
	}
}
END_TEST

/*
 * At EP64 all 8 copies of a V3 token go on over NVLink but the eighth that
 * its node's first GPU keeps: 7 of 8; straight pairs send 8 x 7/64 = 0.875
 * there. Both ways by node a rank gets one: 6.60-odd of 64, 7/8 of them.
 * A row is read once more where it goes on: 3.176 x 7168 B.
 */
START_TEST(what_came_to_a_node_goes_on_over_nvlink)
{
	struct toy t;
	struct op op;
	double pack_B;

	v3(&t, &(struct toy_plan){ .gpus = 64, .exchange = EXCHANGE_PAIR });
	op = filled(&t, OP_DISPATCH, 1);
	ck_rel(op.nvlink_B, 0.875 * 7408, 1e-12);
	pack_B = op.pack_B;
	ck_assert(!op.forwarded);
	v3(&t, &(struct toy_plan){ .gpus = 64,
				   .exchange = EXCHANGE_NODE_OUT });
	op = filled(&t, OP_DISPATCH, 1);
	ck_rel(op.nvlink_B, 7 * 7408, 1e-12);
	ck_rel(op.pack_B, pack_B + 3.176 * 7168, 1e-3);
	ck_assert(op.forwarded);
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(op.nvlink_B, 0.875 * 14336, 1e-12);
	ck_assert(!op.forwarded);
	v3(&t, &(struct toy_plan){ .gpus = 64, .exchange = EXCHANGE_NODE });
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(op.nvlink_B, exchange_ranks_hit(&t.model, 64, true) *
	       7 / 8 * 14336, 1e-12);
	ck_assert(op.forwarded);
}
END_TEST

/*
 * By node both ways a rank gets one copy, written and received, and
 * makes the 8 of the pairs itself; 3.176 are read on their way.
 */
START_TEST(a_copy_a_rank_is_packed_once_and_made_a_pair_there)
{
	double hit, on, h = 7168;
	struct toy t;
	struct op op;

	v3(&t, &(struct toy_plan){ .gpus = 64, .exchange = EXCHANGE_NODE });
	hit = exchange_ranks_hit(&t.model, 64, true);
	ck_assert(hit > 5 && hit < 8);
	op = filled(&t, OP_DISPATCH, 1);
	on = op.rdma_B / 7408;
	ck_rel(on, 3.176, 1e-3);
	ck_rel(op.pack_B, 2 * h + (2 * hit + 8 + on) * h, 1e-12);
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(op.pack_B, 2 * h + (2 * hit + 8 + on) * 2 * h, 1e-12);
	/* of its node alone nothing goes on */
	v3(&t, &(struct toy_plan){ .gpus = 8, .exchange = EXCHANGE_NODE });
	hit = exchange_ranks_hit(&t.model, 8, true);
	op = filled(&t, OP_DISPATCH, 1);
	ck_rel(op.pack_B, 2 * h + (2 * hit + 8) * h, 1e-12);
	/* where no SM packs there is nothing of it */
	v3(&t, &(struct toy_plan){ .gpus = 64, .exchange = EXCHANGE_RANK });
	op = filled(&t, OP_DISPATCH, 1);
	ck_assert(!(op.pack_B > 0));
}
END_TEST

/*
 * 58 layers x 3.176 copies x 21744 B = 4.00 MB a V3 token at EP64: a NIC of
 * 50 GB/s lets 12,486 tokens a second through. The floor of a step of 512
 * sequences takes that, whatever exchange is asked for: the least NVLink
 * bytes are those of a copy a rank that stays in the node.
 */
START_TEST(the_least_is_that_of_any_known_exchange)
{
	static struct graph room;

	for (int e = EXCHANGE_GATHER; e < EXCHANGE_FUSED; e++) {
		enum bound which;
		struct toy t;

		v3(&t, &(struct toy_plan){ .gpus = 64, .batch = 512,
			.exchange = (enum exchange)e });
		t.gpu.hbm_Bps = t.gpu.nvlink_Bps = t.gpu.flops[MATH_BF16] =
			t.gpu.flops[MATH_FP8] = 1e30;
		t.gpu.nic_Bps = 50e9;
		ck_rel(512 / step_floor_s(&t.ask, &room, &which), 12486, 1e-3);
		ck_assert_int_eq(which, BOUND_RDMA);
	}
}
END_TEST

/*
 * Of 96 GPUs in domains of 72, 48 are in each of two: half of the rows leave
 * the domain, 4 copies of a V3 token. Five groups of 16 are 48 and 32 GPUs:
 * a mean GPU has (48 x 48 + 32 x 32) / 80 = 41.6 in its domain and sends
 * 38.4/80 away, but one of the 32 sends 48/80 (1.25 times that), and one of
 * the 48 47/80 over NVLink (47/40.6 of the mean). Filled one after the other,
 * 96 are 72 and 24: a mean GPU has (72 x 72 + 24 x 24) / 96 = 60 in its domain
 * and sends 3 copies away; one of the 24 sends 6.
 */
START_TEST(the_fullest_port_decides_where_domains_differ)
{
	struct toy t;
	struct op op;

	toy_init(&t);
	toy_v3(&t.model);
	t.gpu.nvlink_gpus = 72;
	toy_plan(&t, &(struct toy_plan){ .gpus = 96,
					 .exchange = EXCHANGE_PAIR });
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(op.rdma_B, 4 * 14336, 1e-12);
	ck_assert(op.rdma_over == 0 && op.nvlink_over == 0);
	toy_plan(&t, &(struct toy_plan){ .gpus = 80, .tp = 16,
					 .exchange = EXCHANGE_PAIR });
	ck_assert_int_eq(t.on.layout.domain, 48);
	ck_assert_int_eq(t.on.layout.domain_least, 32);
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(op.rdma_B, 8 * 38.4 / 80 * 14336, 1e-12);
	ck_rel(1 + op.rdma_over, 1.25, 1e-12);
	ck_rel(1 + op.nvlink_over, 47 / 40.6, 1e-12);
	t.gpu.filled = true;
	toy_plan(&t, &(struct toy_plan){ .gpus = 96,
					 .exchange = EXCHANGE_PAIR });
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(op.rdma_B, 3 * 14336, 1e-12);
	ck_rel(1 + op.rdma_over, 2, 1e-12);
	/* by node the rows of 72 come in by 24 ports: three each */
	toy_plan(&t, &(struct toy_plan){ .gpus = 96,
					 .exchange = EXCHANGE_NODE });
	op = filled(&t, OP_COMBINE, 1);
	ck_rel(1 + op.rdma_over, 3, 1e-12);
	toy_plan(&t, &(struct toy_plan){ .gpus = 72,
					 .exchange = EXCHANGE_PAIR });
	ck_assert_int_eq(t.on.layout.domain_least, 72);
}
END_TEST

/* While it lasts an exchange keeps SMs, a low-latency one none. */
static const struct { enum exchange how; double sms; } kept[] = {
	{ EXCHANGE_GATHER, 0.3 },
	{ EXCHANGE_PAIR, 0 },
	{ EXCHANGE_RANK, 0.2 },
	{ EXCHANGE_NODE_OUT, 0 },
	{ EXCHANGE_NODE, 0.1 },
};

START_TEST(an_exchange_keeps_its_sms)
{
	struct step st;
	struct toy t;
	int seen = 0;

	toy_init(&t);
	t.stack.forward_sms = 0.1;
	t.stack.rank_sms = 0.2;
	t.stack.gather_sms = 0.3;
	toy_plan(&t, &(struct toy_plan){ .gpus = 16, .batch = 8,
					 .exchange = kept[_i].how });
	step_count(&st, &t.ask);
	for (int i = 0; i < st.graph.ops; i++) {
		enum stage at = st.graph.op[i].stage;

		if (at != STAGE_DISPATCH && at != STAGE_COMBINE)
			continue;
		ck_assert(st.graph.op[i].sms == kept[_i].sms);
		seen++;
	}
	ck_assert_int_eq(seen, 2);
}
END_TEST

Suite *suite_exchange(void)
{
	Suite *s = suite_create("exchange");
	TCase *tc = tcase_create("exchange");

	tcase_add_loop_test(tc, a_sum_puts_so_many_bytes_on_the_wire,
			    0, NR(sums));
	tcase_add_loop_test(tc, a_token_meets_so_many_ranks, 0, NR(hits));
	tcase_add_loop_test(tc,
		the_ranks_hit_are_those_of_every_choice_counted, 0, 6);
	tcase_add_test(tc, rows_are_those_of_deepep);
	tcase_add_test(tc, tp_moves_five_times_the_bytes_of_ep_at_32);
	tcase_add_loop_test(tc, pairs_go_to_every_gpu_alike, 0, NR(carries));
	tcase_add_test(tc, a_copy_a_rank_is_fewer_than_a_copy_a_pair);
	tcase_add_test(tc, pairs_are_packed_on_the_sms);
	tcase_add_loop_test(tc, a_copy_a_node_is_fewer_than_a_copy_a_pair,
			    0, NR(remote));
	tcase_add_test(tc,
		a_copy_a_rank_is_packed_once_and_made_a_pair_there);
	tcase_add_test(tc, what_came_to_a_node_goes_on_over_nvlink);
	tcase_add_test(tc, the_least_is_that_of_any_known_exchange);
	tcase_add_test(tc, the_fullest_port_decides_where_domains_differ);
	tcase_add_loop_test(tc, an_exchange_keeps_its_sms, 0, NR(kept));
	suite_add_tcase(s, tc);
	return s;
}
