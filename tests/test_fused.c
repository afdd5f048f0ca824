#include "tests/tests.h"

#include "skew/draw.h"
#include "tests/toy.h"

#define US 1e-6

static struct cost cost_of(struct toy *t, const struct op *op)
{
	struct cost c;

	cost_op(&t->on.machine, op, &c);
	return c;
}

/*
 * 8 GPUs, 100 toy tokens each, 4 experts a token: 400 rows come, 50 to each of
 * 8 experts. HBM: 8 experts of 3 x 1000 x 400 B = 9.6 MB
 * and 4 B of scale a 128 x 128: 9.602344 MB; a row moves 1000 in,
 * 400 x (4 + 2) between and 2000 out = 5400 B, 2.16 MB: 11.762344 us at 1 TB/s.
 * 400 x 2.4 MFLOP at 200 TFLOP/s: 4.8 us. Wires: 7/8 of 400 rows of 2000 B out
 * (bf16) and 2000 B back are 1.4 MB, 14 us at 100 GB/s: the longer. It starts
 * in 1 us and its first wave takes 1.024 x (1000 + 400) / 1024 = 1.4 us.
 */
static const struct { double nvlink_Bps, us; enum bound bound; } fusions[] = {
	{ 100e9, 1 + 14 + 1.4, BOUND_NVLINK },
	{ 1000e9, 1 + 11.76234375 + 1.4, BOUND_HBM },
};

START_TEST(a_fused_exchange_takes_the_longer_of_wire_and_gemm)
{
	struct toy t;
	struct step st;
	struct op *op = NULL;
	struct cost c;

	toy_init(&t);
	t.gpu.nvlink_Bps = fusions[_i].nvlink_Bps;
	t.stack.overhead = 2;	/* of what is between kernels */
	toy_plan(&t, &(struct toy_plan){ .gpus = 8, .batch = 100,
		.exchange = EXCHANGE_FUSED });
	step_time(&st, &t.ask);
	for (int i = 0; i < st.graph.ops; i++) {
		ck_assert_int_ne(st.graph.op[i].kind, OP_DISPATCH);
		if (st.graph.op[i].stage == STAGE_EXPERTS)
			op = &st.graph.op[i];
	}
	ck_assert_ptr_nonnull(op);
	op_set_load(op, &(struct load){ 8, 400, 400 });
	c = cost_of(&t, op);
	ck_rel(c.s, fusions[_i].us * US, 1e-9);
	ck_rel(c.nvlink_B, 1.4e6, 1e-9);
	ck_assert_int_eq(c.bound, fusions[_i].bound);
}
END_TEST

/* Beside the fused kernel, 3 us of HBM are 3 us, and no launch is. */
START_TEST(what_runs_beside_takes_its_roofs_alone)
{
	struct op op = { .role = ROLE_GEMM_BF16, .count = 1, .m = 4,
		.weight_B = 2e6, .act_B = 1e6 };
	struct toy t;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 1 });
	op.beside = true;
	ck_rel(cost_of(&t, &op).s, 3 * US, 1e-12);
}
END_TEST

/* One micro-batch alone, and an exchange that leaves the SMs. */
static const struct {
	enum exchange exchange;
	bool two_batch, flag, beside;
} streams[] = {
	{ EXCHANGE_PAIR, false, true, true },
	{ EXCHANGE_PAIR, false, false, false },
	{ EXCHANGE_PAIR, true, true, false },
	{ EXCHANGE_GATHER, false, true, false },
};

START_TEST(a_shared_expert_runs_beside_a_lone_exchange)
{
	struct toy t;
	struct step st;
	int seen = 0;

	toy_make(&t, &(struct toy_plan){ .gpus = 8, .batch = 8,
		.two_batch = streams[_i].two_batch,
		.exchange = streams[_i].exchange });
	t.stack.shared_exchange = streams[_i].flag;
	step_count(&st, &t.ask);
	for (int i = 0; i < st.graph.ops; i++) {
		if (st.graph.op[i].stage != STAGE_SHARED)
			continue;
		ck_assert_int_eq(st.graph.op[i].beside, streams[_i].beside);
		seen++;
	}
	ck_assert_int_eq(seen, 3);	/* up, act, down */
}
END_TEST

static const struct op *named(const struct graph *g, const char *name)
{
	for (int i = 0; i < g->ops; i++)
		if (!strcmp(g->op[i].name, name))
			return &g->op[i];
	ck_abort_msg("no op %s", name);
	return NULL;
}

/*
 * 8 groups of one GPU. Whole, shared_down is 400 wide and sees a GPU's own
 * tokens, at least a row; in 8 parts it is 50 wide and sees all of them. Both
 * times a GPU computes 2 x 1000 x 400 FLOPs for each of its own tokens.
 */
static const struct { bool cut; double batch, rows, k; } gathered[] = {
	{ false, 10, 10, 400 },
	{ true, 10, 80, 50 },
	{ false, 0.25, 1, 400 },
	{ true, 0.25, 2, 50 },
};

static void gather(struct toy *t, enum exchange how, bool cut, double batch)
{
	toy_init(t);
	t->stack.shared_gathered = cut;
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .batch = batch,
					.exchange = how });
}

START_TEST(a_shared_expert_in_parts_sees_all_that_was_gathered)
{
	const struct op *down;
	struct step st;
	struct toy t;

	gather(&t, EXCHANGE_GATHER, gathered[_i].cut, gathered[_i].batch);
	step_count(&st, &t.ask);
	down = named(&st.graph, "shared_down");
	ck_assert(down->m == gathered[_i].rows);
	ck_assert(down->k == gathered[_i].k);
	ck_rel(down->flop, gathered[_i].batch * 800e3, 1e-12);
	ck_assert(named(&st.graph, "gate")->m == fmax(1, gathered[_i].batch));
}
END_TEST

/*
 * 4 layers x 3 x 1000 x 400 x 2 B = 9.6 MB whole, an eighth of that in parts;
 * rows that are sent to their experts alone leave nobody the others' tokens.
 */
START_TEST(a_shared_expert_in_parts_takes_its_part_of_memory)
{
	struct held whole, part, sent;
	struct toy t;

	gather(&t, EXCHANGE_GATHER, false, 1);
	deployment_store(&t.on, &whole);
	gather(&t, EXCHANGE_GATHER, true, 1);
	deployment_store(&t.on, &part);
	gather(&t, EXCHANGE_PAIR, true, 1);
	deployment_store(&t.on, &sent);
	ck_rel(whole.weights_B - part.weights_B, 8.4e6, 1e-9);
	ck_assert_int_eq(t.on.layout.shared_tp, 1);
	ck_rel(sent.weights_B, whole.weights_B, 1e-12);
}
END_TEST

/*
 * One group of 8 GPUs and 10 tokens: an eighth of its 400 is on each, or all of
 * it, of the same tokens; 4 layers of 3 x 1000 x 350 x 2 B more.
 */
START_TEST(a_shared_expert_that_tp_leaves_whole_is_so)
{
	double was_B = 0;

	for (int whole = 0; whole < 2; whole++) {
		struct held held;
		struct step st;
		struct toy t;

		toy_init(&t);
		t.stack.shared_whole = whole;
		toy_plan(&t, &(struct toy_plan){ .gpus = 8, .tp = 8,
						 .batch = 10 });
		step_count(&st, &t.ask);
		ck_assert(named(&st.graph, "shared_down")->m == 10);
		ck_assert(named(&st.graph, "shared_down")->k ==
			  (whole ? 400 : 50));
		deployment_store(&t.on, &held);
		if (whole)
			ck_rel(held.weights_B - was_B, 8.4e6, 1e-9);
		was_B = held.weights_B;
	}
}
END_TEST

/*
 * One group of 8 GPUs, one expert on each, and 100 tokens, 4 experts a token.
 * All give all tokens to the fused kernel: 8 x 100 x 4 / 8 = 400 rows a GPU, of
 * which 50 are of use; with shares, 12.5 tokens each, 50 come. Then no sum
 * follows and the shared expert is whole. 2 x 1000 x 400 FLOP: shared_down's of
 * 100 tokens in 8 parts, or of 12.5 whole: 10 MFLOP.
 */
static const struct { double fused, own; int rows; double m, k; } groups[] = {
	{ 0, 0, 50, 100, 50 },
	{ 1, 0, 400, 100, 50 },
	{ 1, 1, 50, 12.5, 400 },
};

static void group_make(struct toy *t, int i)
{
	toy_init(t);
	t->stack.group_fused = groups[i].fused;
	t->stack.group_own = groups[i].own;
	t->model.first_k_dense_replace = 0;
	toy_plan(t, &(struct toy_plan){ .gpus = 8, .tp = 8, .ep = 8,
		.batch = 100, .exchange = EXCHANGE_FUSED });
}

static bool has(const struct graph *g, const char *name)
{
	for (int i = 0; i < g->ops; i++)
		if (!strcmp(g->op[i].name, name))
			return true;
	return false;
}

static int sums_of(const struct graph *g, enum stage stage)
{
	int sums = 0;

	for (int i = 0; i < g->ops; i++)
		sums += g->op[i].stage == stage;
	return sums;
}

/* What falls on all GPUs in a layer of experts that is drawn. */
static double drawn_rows(const struct toy *t)
{
	struct draw_spec d = { .on = &t->on, .skew = t->skew_spec,
		.batch = t->ask.batch, .pad = 1, .seed = 1 };
	struct loads l;
	double rows = 0;

	draw_loads(&l, &d);
	for (int r = 0; r < 8; r++)
		rows += loads_at(&l, 0, 0, r)->rows;
	loads_release(&l);
	return rows;
}

/* Of an expert's row. */
static double useful_of(const struct graph *g)
{
	for (int i = 0; i < g->ops; i++)
		if (g->op[i].stage == STAGE_EXPERTS)
			return g->op[i].useful;
	ck_abort_msg("no experts");
	return 0;
}

START_TEST(a_group_fuses_all_tokens_of_all_or_a_share_of_each)
{
	const bool own = groups[_i].own > 0;
	const struct op *down;
	struct step st;
	struct toy t;

	group_make(&t, _i);
	ck_assert_int_eq(t.on.layout.exchange, groups[_i].fused > 0 ?
			 EXCHANGE_FUSED : EXCHANGE_NONE);
	step_time(&st, &t.ask);
	ck_assert_int_eq((int)lround(batch_tok(&t.ask.batch, &t.on) * 4 / 8),
			 groups[_i].rows);
	ck_rel(useful_of(&st.graph), 50.0 / groups[_i].rows, 1e-12);
	ck_rel(drawn_rows(&t), 8 * groups[_i].rows, 1e-12);
	down = named(&st.graph, "shared_down");
	ck_assert(down->m == groups[_i].m);
	ck_assert(down->k == groups[_i].k);
	ck_rel(down->flop, 10e6, 1e-12);
	ck_assert(named(&st.graph, "gate")->m == groups[_i].m);
	ck_assert_int_eq(sums_of(&st.graph, STAGE_FFN_SUM) > 0, !own);
	ck_assert_int_eq(has(&st.graph, "attn_allreduce"), !own);
	ck_assert_int_eq(has(&st.graph, "attn_rs_ag"), own);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_fused(void)
{
	Suite *s = suite_create("fused");
	TCase *tc = tcase_create("fused");

	tcase_add_loop_test(tc,
		a_fused_exchange_takes_the_longer_of_wire_and_gemm,
		0, NR(fusions));
	tcase_add_test(tc, what_runs_beside_takes_its_roofs_alone);
	tcase_add_loop_test(tc, a_shared_expert_runs_beside_a_lone_exchange,
			    0, NR(streams));
	tcase_add_loop_test(tc,
		a_shared_expert_in_parts_sees_all_that_was_gathered,
		0, NR(gathered));
	tcase_add_test(tc,
		a_shared_expert_in_parts_takes_its_part_of_memory);
	tcase_add_test(tc, a_shared_expert_that_tp_leaves_whole_is_so);
	tcase_add_loop_test(tc,
		a_group_fuses_all_tokens_of_all_or_a_share_of_each,
		0, NR(groups));
	suite_add_tcase(s, tc);
	return s;
}
