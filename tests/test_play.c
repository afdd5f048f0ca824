#include "tests/tests.h"

#include "tests/toy.h"
#include "play/play.h"
#include "play/program.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* A toy, its step in closed form, and loads to play. */
struct game {
	struct toy t;
	struct step st;
	struct loads loads;
};

static void game_start(struct game *g)
{
	step_time(&g->st, &g->t.ask);
	loads_init(&g->loads, &g->t.on, g->t.ask.batch.micro);
	loads_even(&g->loads, &g->st.graph, &g->t.ask.batch);
}

static struct played game_play(struct game *g)
{
	struct played out;

	play_step(&out, &g->t.ask, &g->st, &g->loads);
	return out;
}

/* Layouts of every kind, with layers and dense layers of the toy's. */
static const struct {
	struct toy_plan plan;
	int layers, dense;
	double overhead, host_s;
	bool in_switch;
} games[] = {
	{ { .gpus = 1, .batch = 10 }, 5, 1, 1, 0, false },
	{ { .gpus = 1, .batch = 10, .two_batch = true }, 5, 1, 1, 0, false },
	{ { .gpus = 8, .tp = 8, .batch = 10 }, 5, 1, 1, 0, false },
	{ { .gpus = 8, .tp = 8, .batch = 10 }, 5, 1, 1, 0, true },
	{ { .gpus = 16, .tp = 16, .batch = 10, .mtp = 1 }, 5, 1, 1, 0,
	  false },
	{ { .gpus = 8, .tp = 8, .dcp = 4, .batch = 10 }, 5, 1, 2, 0, false },
	{ { .gpus = 16, .tp = 4, .dcp = 2, .batch = 40, .two_batch = true },
	  5, 1, 1, 0, false },
	{ { .gpus = 4, .pp = 4, .batch = 40 }, 5, 1, 1, 0, false },
	{ { .gpus = 32, .pp = 2, .tp = 8, .batch = 40, .mtp = 1 }, 5, 1, 2,
	  1e-3, false },
	{ { .gpus = 16, .tp = 16, .batch = 10, .two_batch = true }, 5, 1, 1,
	  0, false },
	{ { .gpus = 8, .batch = 10, .exchange = EXCHANGE_PAIR }, 5, 1, 1, 0,
	  false },
	{ { .gpus = 8, .batch = 100, .exchange = EXCHANGE_RANK }, 5, 1, 1, 0,
	  false },
	{ { .gpus = 8, .ep = 1, .batch = 10, .exchange = EXCHANGE_GATHER },
	  5, 1, 1, 0, false },
	{ { .gpus = 8, .batch = 10, .exchange = EXCHANGE_FUSED }, 5, 1, 2, 0,
	  false },
	{ { .gpus = 8, .tp = 2, .batch = 400, .exchange = EXCHANGE_FUSED,
	    .mtp = 1, .two_batch = true }, 5, 1, 1, 0, false },
	{ { .gpus = 16, .batch = 10, .exchange = EXCHANGE_GATHER }, 5, 1, 1,
	  1e-3, false },
	{ { .gpus = 64, .batch = 100, .exchange = EXCHANGE_PAIR }, 5, 1, 2,
	  0, false },
	{ { .gpus = 64, .batch = 100, .exchange = EXCHANGE_NODE_OUT }, 5, 1,
	  2, 0, false },
	{ { .gpus = 64, .batch = 100, .exchange = EXCHANGE_NODE }, 5, 1, 2,
	  0, false },
	{ { .gpus = 64, .batch = 400, .exchange = EXCHANGE_NODE,
	    .two_batch = true }, 5, 1, 2, 0, false },
	{ { .gpus = 16, .tp = 2, .batch = 40, .exchange = EXCHANGE_PAIR },
	  5, 1, 1, 0, false },
	{ { .gpus = 32, .tp = 16, .ep = 8, .batch = 40 }, 5, 1, 1, 0, false },
	{ { .gpus = 16, .tp = 4, .ep = 1, .batch = 40,
	    .exchange = EXCHANGE_GATHER }, 5, 1, 1, 0, true },
	{ { .gpus = 16, .tp = 4, .batch = 2, .mtp = 1 }, 5, 1, 1, 0, false },
	{ { .gpus = 32, .ep = 16, .batch = 40, .exchange = EXCHANGE_RANK },
	  5, 1, 1, 0, false },
	{ { .gpus = 16, .batch = 200, .mtp = 2 }, 5, 1, 1, 0, false },
	{ { .gpus = 16, .batch = 0.3 }, 5, 1, 1, 0, false },
	/* two micro-batches */
	{ { .gpus = 8, .batch = 400, .two_batch = true }, 5, 1, 1, 0, false },
	{ { .gpus = 64, .batch = 40, .two_batch = true }, 5, 1, 1, 0, false },
	{ { .gpus = 64, .batch = 400, .two_batch = true,
	    .exchange = EXCHANGE_RANK }, 5, 1, 2, 1e-3, false },
	{ { .gpus = 16, .batch = 400, .two_batch = true,
	    .exchange = EXCHANGE_GATHER }, 5, 1, 1, 0, false },
	{ { .gpus = 16, .tp = 2, .batch = 400, .two_batch = true }, 5, 1, 1,
	  0, false },
	{ { .gpus = 32, .tp = 16, .batch = 4000, .two_batch = true }, 5, 1,
	  1, 0, true },
	{ { .gpus = 64, .batch = 400, .mtp = 1, .two_batch = true }, 5, 1, 1,
	  0, false },
	/* edges: all dense, none dense, one layer */
	{ { .gpus = 8, .batch = 40 }, 5, 5, 1, 0, false },
	{ { .gpus = 8, .batch = 40, .two_batch = true, .mtp = 1 }, 5, 5, 1,
	  0, false },
	{ { .gpus = 16, .batch = 40 }, 5, 0, 1, 0, false },
	{ { .gpus = 16, .batch = 40, .two_batch = true }, 1, 0, 1, 0, false },
	{ { .gpus = 16, .batch = 40, .two_batch = true }, 2, 1, 1, 0, false },
};

static void game_of(struct game *g, int i)
{
	struct toy_plan p = games[i].plan;

	p.balance = BALANCE_EVEN;
	toy_init(&g->t);
	g->t.model.num_hidden_layers = games[i].layers;
	g->t.model.first_k_dense_replace = games[i].dense;
	g->t.gpu.in_switch = games[i].in_switch;
	g->t.stack.host_s = games[i].host_s;
	g->t.stack.overhead = games[i].overhead;
	toy_plan(&g->t, &p);
	game_start(g);
}

START_TEST(even_loads_play_as_the_closed_form_says)
{
	struct game g;
	struct played out;

	game_of(&g, _i);
	out = game_play(&g);
	ck_rel(out.s, g.st.s, 1e-3);
	ck_rel(out.imbalance, 1, 1e-9);
	loads_release(&g.loads);
}
END_TEST

/*
 * 2,000 tokens of a micro-batch go to 4 experts, 7 of 8 beyond the node: 14 MB
 * at 10 GB/s are 1,400 us. Kernels of 100 us that copy at both ends are in
 * that, but for the 10 us of start-up: 190 us in which the port is free for the
 * other micro-batch.
 */
START_TEST(copies_keep_no_port_busy)
{
	struct toy_plan plan = { .gpus = 64, .batch = 4000,
		.two_batch = true, .balance = BALANCE_EVEN };
	struct game g;
	struct played out;

	toy_init(&g.t);
	g.t.stack.pack_s = 100e-6;
	toy_plan(&g.t, &plan);
	game_start(&g);
	out = game_play(&g);
	ck_rel(out.s, g.st.s, 1e-6);
	loads_release(&g.loads);
}
END_TEST

START_TEST(a_played_step_sends_what_was_counted)
{
	struct game g;
	struct played out;

	game_of(&g, _i);
	out = game_play(&g);
	ck_rel(out.nvlink_B, g.st.nvlink_B, 1e-9);
	ck_rel(out.rdma_B, g.st.rdma_B, 1e-9);
	ck_rel(out.received_B, out.nvlink_B + out.rdma_B, 1e-9);
	if (games[_i].plan.gpus == 1)
		ck_assert(out.received_B == 0);
	loads_release(&g.loads);
}
END_TEST

START_TEST(what_nothing_hides_is_what_the_closed_form_says)
{
	struct game g;
	struct played out;

	game_of(&g, _i);
	out = game_play(&g);
	ck_rel(out.exposed_s, g.st.exposed_s, 1e-3);
	loads_release(&g.loads);
}
END_TEST

/*
 * A rank that computes for longer is waited for, but not on the wire: one
 * rank's KV twice as long, 10 x 5,000 tokens of 200 B more at 1 TB/s, makes the
 * step 10 us a layer longer and exposes nothing more.
 */
START_TEST(waiting_for_compute_is_not_exposed)
{
	struct game g;
	struct played even, skewed;

	toy_make(&g.t, &(struct toy_plan){ .gpus = 8, .batch = 10,
		.balance = BALANCE_EVEN, .ctx_tok = 5000 });
	game_start(&g);
	even = game_play(&g);
	g.loads.kv_tok[0] *= 2;
	skewed = game_play(&g);
	ck_rel(skewed.s - even.s, 5 * 10e-6, 1e-3);
	ck_rel(skewed.exposed_s, even.exposed_s, 1e-6);
	loads_release(&g.loads);
}
END_TEST

START_TEST(no_lane_is_busy_for_longer_than_the_step)
{
	struct game g;
	struct played out;

	game_of(&g, _i);
	out = game_play(&g);
	ck_assert_double_gt(out.busy_s[LANE_COMPUTE], 0);
	for (int i = 0; i < LANE_NR; i++)
		ck_assert_double_le(out.busy_s[i], out.s);
	ck_assert_double_ge(out.s, step_floor_s(&g.t.ask, &g.st.graph,
						&(enum bound){ 0 }));
	loads_release(&g.loads);
}
END_TEST

START_TEST(the_same_step_plays_the_same_twice)
{
	struct game g;
	struct played a, b;

	game_of(&g, _i);
	a = game_play(&g);
	b = game_play(&g);
	ck_assert(a.s == b.s && a.events == b.events);
	loads_release(&g.loads);
}
END_TEST

/* Move a share of every rank's rows in a layer to its first rank. */
static void tilt(struct loads *l, int layer, double share)
{
	for (int m = 0; m < l->micro; m++)
		for (int r = 0; r < l->ranks; r++) {
			struct load *at = loads_at(l, m, layer, r);
			double to = r ? 1 - share :
				1 + share * (l->ranks - 1);

			at->rows *= to;
			at->padded *= to;
		}
}

START_TEST(uneven_loads_are_never_faster)
{
	struct game g;
	struct played even, tilted;

	game_of(&g, _i);
	even = game_play(&g);
	for (int y = 0; y < g.loads.layers; y++)
		tilt(&g.loads, y, 0.5);
	tilted = game_play(&g);
	ck_assert_double_ge(tilted.s, even.s);
	ck_rel(tilted.received_B, tilted.nvlink_B + tilted.rdma_B, 1e-9);
	ck_rel(tilted.received_B, even.received_B, 1e-9);
	/* the first of n ranks has 1 + (n - 1) / 2 of the mean */
	if (g.loads.layers && g.loads.ranks > 1)
		ck_rel(tilted.imbalance, 1 + 0.5 * (g.loads.ranks - 1), 1e-9);
	loads_release(&g.loads);
}
END_TEST

/*
 * 16 GPUs, 100 tokens each: 400 rows of 2000 B a rank, of which 8/16 come by
 * NIC: 400 kB at 10 kB/us are 40 us. The first rank's port carries 1 + 0.1 x
 * 15 = 2.5 times that, out and back: 2 x 60 us more. Its 1,000 rows instead of
 * 400 of 2.4 MFLOP and 7200 B are at 100 TFLOP/s and 1 TB/s 14.4 us and
 * 4.32 us: HBM's 9.6 us of weights and 7.2 of rows against 24 us of FLOPs,
 * where it was 9.6 + 2.88 against 9.6.
 */
START_TEST(the_busiest_port_and_rank_are_waited_for)
{
	double before = 9.6 + 2.88, after = 24;
	struct game g;
	struct played even, tilted;

	toy_make(&g.t, &(struct toy_plan){ .gpus = 16, .batch = 100,
		.balance = BALANCE_EVEN, .exchange = EXCHANGE_RANK });
	g.t.on.layout.exchange = EXCHANGE_PAIR;	/* and no packing */
	g.t.stack.ideal = 1;
	game_start(&g);
	even = game_play(&g);
	tilt(&g.loads, 2, 0.1);
	tilted = game_play(&g);
	ck_rel(tilted.s - even.s, (2 * 60 + after - before) * 1e-6, 1e-3);
	loads_release(&g.loads);
}
END_TEST

/* A group with more sequences sends more: out by it, back to it. */
START_TEST(a_group_sends_what_starts_there)
{
	struct game g;
	struct played even, skewed;

	toy_make(&g.t, &(struct toy_plan){ .gpus = 16, .batch = 100,
		.balance = BALANCE_EVEN });
	game_start(&g);
	even = game_play(&g);
	g.loads.seqs[0] = 150;
	g.loads.kv_tok[0] *= 1.5;
	g.loads.seqs[1] = 50;
	g.loads.kv_tok[1] *= 0.5;
	skewed = game_play(&g);
	ck_assert_double_gt(skewed.s, even.s);
	ck_rel(skewed.nvlink_B, even.nvlink_B, 1e-9);
	ck_rel(skewed.rdma_B, even.rdma_B, 1e-9);
	ck_rel(skewed.received_B, even.received_B, 1e-9);
	loads_release(&g.loads);
}
END_TEST

/* Each peak of the toy GPU, 10 % up. */
static const size_t peaks[] = {
	offsetof(struct gpu, flops[MATH_BF16]), offsetof(struct gpu, hbm_Bps),
	offsetof(struct gpu, nvlink_Bps), offsetof(struct gpu, nic_Bps),
};

START_TEST(more_bandwidth_never_plays_slower)
{
	struct game g;

	game_of(&g, _i);
	for (int y = 0; y < g.loads.layers; y++)
		tilt(&g.loads, y, 0.1 * (y % 4));
	for (int i = 0; i < NR(peaks); i++) {
		double *peak = (double *)(void *)((char *)&g.t.gpu + peaks[i]);
		double was = *peak, s = game_play(&g).s;

		*peak *= 1.1;
		step_time(&g.st, &g.t.ask);
		ck_assert_double_le(game_play(&g).s, s * (1 + 1e-9));
		*peak = was;
		step_time(&g.st, &g.t.ask);
	}
	loads_release(&g.loads);
}
END_TEST

/* Phases that carry a stage on the wire. */
static int wires_of(const struct program *p, const struct graph *g,
		    enum stage stage)
{
	int nr = 0;

	for (int i = 0; i < p->nr; i++)
		nr += p->phase[i].wire >= 0 &&
		      g->op[p->phase[i].wire].stage == stage;
	return nr;
}

static int items_of(const struct program *p, enum stage stage)
{
	int nr = 0;

	for (int i = 0; i < p->nr; i++)
		for (int j = 0; j < p->phase[i].items; j++)
			nr += p->phase[i].item[j].stage == stage;
	return nr;
}

/* 4 MoE layers of 5, two micro-batches: 8 exchanges each way, 10 attentions. */
START_TEST(a_program_does_every_pass_once)
{
	for (int paired = 0; paired < 2; paired++) {
		struct program p;
		struct step st;
		struct toy t;

		toy_make(&t, &(struct toy_plan){ .gpus = 16, .tp = 2,
			.batch = 40, .two_batch = true });
		step_time(&st, &t.ask);
		program_make(&p, &st.graph, paired);
		ck_assert_int_eq(wires_of(&p, &st.graph, STAGE_DISPATCH), 8);
		ck_assert_int_eq(wires_of(&p, &st.graph, STAGE_COMBINE), 8);
		ck_assert_int_eq(items_of(&p, STAGE_EXPERTS), 8);
		ck_assert_int_eq(items_of(&p, STAGE_SHARED), 8);
		ck_assert_int_eq(items_of(&p, STAGE_GATE), 8);
		ck_assert_int_eq(items_of(&p, STAGE_ATTN0), 10);
		ck_assert_int_eq(items_of(&p, STAGE_ATTN1), 10);
		ck_assert_int_eq(items_of(&p, STAGE_ATTN_SUM) +
			wires_of(&p, &st.graph, STAGE_ATTN_SUM), 10);
		ck_assert_int_eq(items_of(&p, STAGE_FFN), 2);
		ck_assert_int_eq(items_of(&p, STAGE_HEAD), 1);
		for (int i = 0; i < p.nr; i++)	/* none does nothing */
			ck_assert(p.phase[i].items > 0 ||
				  p.phase[i].wire >= 0);
		program_release(&p);
	}
}
END_TEST

START_TEST(even_loads_are_the_graphs_own)
{
	struct game g;

	toy_make(&g.t, &(struct toy_plan){ .gpus = 8, .mtp = 1, .batch = 10,
		.balance = BALANCE_EVEN });
	game_start(&g);
	/* 8 x 10 x 2 tokens x 4 experts on 8 ranks; a draft half of it */
	ck_rel(loads_at(&g.loads, 0, 0, 0)->rows, 80, 1e-12);
	ck_rel(loads_at(&g.loads, 0, 3, 7)->rows, 80, 1e-12);
	ck_rel(loads_at(&g.loads, 0, 4, 7)->rows, 40, 1e-12);
	ck_assert(g.loads.seqs[7] == 10 && g.loads.kv_tok[7] == 10000);
	loads_release(&g.loads);
}
END_TEST

static TCase *case_laws(void)
{
	TCase *tc = tcase_create("laws");

	tcase_add_test(tc, copies_keep_no_port_busy);
	tcase_add_loop_test(tc, even_loads_play_as_the_closed_form_says,
			    0, NR(games));
	tcase_add_loop_test(tc, a_played_step_sends_what_was_counted,
			    0, NR(games));
	tcase_add_loop_test(tc,
			    what_nothing_hides_is_what_the_closed_form_says,
			    0, NR(games));
	tcase_add_loop_test(tc, no_lane_is_busy_for_longer_than_the_step,
			    0, NR(games));
	tcase_add_loop_test(tc, the_same_step_plays_the_same_twice,
			    0, NR(games));
	tcase_add_loop_test(tc, uneven_loads_are_never_faster,
			    0, NR(games));
	tcase_add_loop_test(tc, more_bandwidth_never_plays_slower,
			    0, NR(games));
	return tc;
}

static TCase *case_numbers(void)
{
	TCase *tc = tcase_create("numbers");

	tcase_add_test(tc, the_busiest_port_and_rank_are_waited_for);
	tcase_add_test(tc, waiting_for_compute_is_not_exposed);
	tcase_add_test(tc, a_group_sends_what_starts_there);
	tcase_add_test(tc, a_program_does_every_pass_once);
	tcase_add_test(tc, even_loads_are_the_graphs_own);
	return tc;
}

Suite *suite_play(void)
{
	Suite *s = suite_create("play");

	suite_add_tcase(s, case_laws());
	suite_add_tcase(s, case_numbers());
	return s;
}
