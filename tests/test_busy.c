#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/tests.h"
#include "tests/toy.h"
#include "play/play.h"
#include "work/exchange.h"

/*
 * Ports: what an exchange gives each of them to carry, how long a played step
 * keeps them busy, and whose port is waited for.
 */

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* ---- what is sent, and what stays ---- */

static const struct toy_plan plans[] = {
	{ .gpus = 8, .batch = 40, .exchange = EXCHANGE_PAIR },
	{ .gpus = 8, .batch = 40, .exchange = EXCHANGE_RANK },
	{ .gpus = 16, .batch = 40, .exchange = EXCHANGE_PAIR },
	{ .gpus = 32, .tp = 2, .batch = 40, .exchange = EXCHANGE_PAIR },
	{ .gpus = 32, .ep = 16, .batch = 40, .exchange = EXCHANGE_RANK },
	{ .gpus = 64, .batch = 400, .exchange = EXCHANGE_NODE_OUT },
	{ .gpus = 64, .batch = 400, .exchange = EXCHANGE_NODE },
	/* within a node there is nobody to go on from */
	{ .gpus = 8, .batch = 40, .exchange = EXCHANGE_NODE_OUT },
	{ .gpus = 8, .batch = 40, .exchange = EXCHANGE_NODE },
};

static const struct op *op_of(const struct step *st, enum op_kind kind)
{
	for (int i = 0; i < st->graph.ops; i++)
		if (st->graph.op[i].kind == kind)
			return &st->graph.op[i];
	return NULL;
}

/*
 * 40 tokens (20 of each GPU of two), 4 experts each: a copy a pair is 4 rows
 * of 2000 B, all of a rank that shares an expert out among two GPUs 8. Of
 * copies sent straight one in so many GPUs stays; one port or the other has
 * the rest.
 */
START_TEST(what_is_not_sent_stays)
{
	struct step *st = step_room();
	const enum op_kind kinds[] = { OP_DISPATCH, OP_COMBINE };
	struct toy t;

	toy_make(&t, &plans[_i]);
	step_time(st, &t.ask);
	for (int k = 0; k < 2; k++) {
		const struct op *op = op_of(st, kinds[k]);
		const struct layout *l = &t.on.layout;
		double tok = plans[_i].batch / l->tp;

		ck_assert_ptr_nonnull(op);
		ck_assert(op->payload_B > 0);
		if (l->exchange == EXCHANGE_PAIR)
			ck_rel(op->payload_B, tok * 4 * l->moe_tp * 2000,
			       1e-12);
		if (l->exchange == EXCHANGE_RANK)
			ck_rel(op->payload_B, tok * l->ranks_hit * l->moe_tp *
			       2000, 1e-12);
		if (!op->forwarded)
			ck_rel(op->nvlink_B + op->rdma_B +
			       op->payload_B / l->gpus, op->payload_B, 1e-12);
		ck_rel(op->messages * 2000, op->nvlink_B + op->rdma_B, 1e-12);
		ck_assert((op->rdma_B > 0) == (l->nodes > 1));
		ck_assert(op->nvlink_least_B <= op->nvlink_B &&
			  op->rdma_least_B <= op->rdma_B);
		ck_assert(op->forwarded == (l->nodes > 1 &&
			(l->exchange == EXCHANGE_NODE ||
			 (l->exchange == EXCHANGE_NODE_OUT && k == 0))));
	}
	free(st);
}
END_TEST

/* ---- how long ports are kept ---- */

struct game {
	struct toy t;
	struct step *st;
	struct loads loads;
};

static void game_of(struct game *g, const struct toy_plan *plan)
{
	struct toy_plan even = *plan;

	even.balance = BALANCE_EVEN;
	toy_init(&g->t);
	g->t.stack.overhead = 1.5;
	toy_plan(&g->t, &even);
	g->st = step_room();
	step_time(g->st, &g->t.ask);
	loads_init(&g->loads, &g->t.on, g->t.ask.batch.micro);
	loads_even(&g->loads, &g->st->graph, &g->t.ask.batch);
}

static void game_over(struct game *g)
{
	loads_release(&g->loads);
	free(g->st);
}

static const struct toy_plan games[] = {
	{ .gpus = 16, .tp = 2, .batch = 400, .two_batch = true },
	{ .gpus = 16, .tp = 4, .dcp = 2, .batch = 40, .two_batch = true },
	{ .gpus = 16, .tp = 2, .batch = 40 },
	{ .gpus = 8, .tp = 8, .batch = 10, .mtp = 1 },
	{ .gpus = 64, .batch = 100, .exchange = EXCHANGE_NODE_OUT },
	{ .gpus = 64, .batch = 100, .exchange = EXCHANGE_NODE, .mtp = 1,
	  .two_batch = true },
	{ .gpus = 16, .tp = 4, .ep = 1, .batch = 40,
	  .exchange = EXCHANGE_GATHER },
	{ .gpus = 32, .tp = 16, .ep = 8, .batch = 40 },
};

/* What all ops keep a port for: exchanges within NVLink by an overhead. */
static double kept_s(const struct step *st, double overhead, bool nic)
{
	double s = 0;

	for (int i = 0; i < st->graph.ops; i++) {
		const struct op *op = &st->graph.op[i];
		bool exchange = op->kind == OP_DISPATCH ||
				op->kind == OP_COMBINE;
		double once = nic ? st->cost[i].rdma_s : st->cost[i].nvlink_s;

		s += step_passes(&st->graph, i) * once *
		     (exchange && !(op->rdma_B > 0) ? overhead : 1);
	}
	return s;
}

/*
 * Even loads: each port is busy for what the closed form says it is, where an
 * exchange stays on NVLink by the layers' overhead of 1.5. Without overlap
 * kernels run whenever nothing that is exposed does.
 */
START_TEST(a_port_is_busy_for_what_was_counted)
{
	struct game g;
	struct played out;

	game_of(&g, &games[_i]);
	play_step(&out, &g.t.ask, g.st, &g.loads);
	ck_rel(kept_s(g.st, 1, false), g.st->nvlink_s, 1e-12);
	ck_rel(out.busy_s[LANE_NVLINK], kept_s(g.st, 1.5, false), 1e-5);
	ck_rel(out.busy_s[LANE_NIC], g.st->rdma_s, 1e-5);
	if (!games[_i].two_batch)
		ck_rel(out.busy_s[LANE_COMPUTE], g.st->s - g.st->exposed_s -
		       g.st->host_s, 1e-5);
	game_over(&g);
}
END_TEST

/* ---- whose port ---- */

enum { DRAFT = 4, WATCHED = 2 };

/* Ticks of a dispatch on the NICs of ranks 0 and 5, by micro-batch. */
struct seen {
	const struct step *st;
	ticks main[WATCHED][2], draft[WATCHED];
};

static void begin(void *of, const struct step_spec *a, const struct step *st,
		  const struct loads *l)
{
	struct seen *s = of;

	(void)a;
	(void)l;
	s->st = st;
}

static void span(void *of, const struct span *sp)
{
	struct seen *s = of;
	const struct phase *ph = sp->phase;
	int who = sp->rank == 0 ? 0 : sp->rank == 5 ? 1 : -1;

	if (sp->kind != SPAN_PORT || sp->lane != LANE_NIC || who < 0 ||
	    s->st->graph.op[ph->wire].kind != OP_DISPATCH)
		return;
	if (ph->layer == DRAFT)
		s->draft[who] = sp->to - sp->from;
	else if (ph->layer == 0)
		s->main[who][ph->micro] = sp->to - sp->from;
}

/*
 * Of 100 sequences group 0 has 75 in its first micro-batch: that goes out by
 * its NIC in one and a half times the others' time, and the 25 of the second
 * wait for what comes in, as always. A draft is of all 100 at once: alike.
 */
START_TEST(a_draft_is_of_both_micro_batches)
{
	struct seen seen = { .st = NULL };
	const struct play_watch watch = { begin, span, &seen };
	struct game g;
	struct played out;

	game_of(&g, &(struct toy_plan){ .gpus = 16, .batch = 100, .mtp = 1,
		.two_batch = true, .exchange = EXCHANGE_PAIR });
	g.loads.seqs[0] *= 1.5;
	g.loads.kv_tok[0] *= 1.5;
	g.loads.seqs[16] *= 0.5;
	g.loads.kv_tok[16] *= 0.5;
	play_watched(&out, &(struct play_spec){ &g.t.ask, g.st, &g.loads,
						&watch });
	ck_assert(seen.main[1][0] > 0 && seen.draft[1] > 0);
	ck_rel((double)seen.main[0][0], 1.5 * (double)seen.main[1][0], 1e-6);
	ck_rel((double)seen.main[0][1], (double)seen.main[1][1], 1e-6);
	ck_rel((double)seen.draft[0], (double)seen.draft[1], 1e-6);
	game_over(&g);
}
END_TEST

/* ---- a pipeline's host ---- */

/*
 * The host's 5 ms come once a round, however many turns it has; and a stage
 * is no share of them.
 */
START_TEST(a_round_has_its_host_time_once)
{
	struct toy_plan plan = { .gpus = 4 * (_i + 1), .pp = 2 * (_i + 1),
				 .tp = 2, .batch = 40 };
	struct step *st = step_room();
	struct toy t;
	double without;

	toy_make(&t, &plan);
	step_time(st, &t.ask);
	without = st->s;
	t.stack.host_s = 5e-3;
	step_time(st, &t.ask);
	ck_rel(st->s, without + 5e-3, 1e-9);
	ck_rel(st->bound_s[BOUND_HOST], 5e-3, 1e-9);
	free(st);
}
END_TEST

/* What is waited for adds up to the step, whatever it is. */
START_TEST(a_step_waits_for_something_all_the_time)
{
	struct step *st = step_room();
	struct toy t;
	double sum = 0;

	toy_make(&t, &games[_i]);
	t.stack.host_s = 1e-3;
	t.stack.host_seq_s = 1e-6;
	t.stack.launch_s = 2e-6;
	t.stack.launch_norm = 2;
	step_time(st, &t.ask);
	for (int b = 0; b < BOUND_CAPACITY; b++)
		sum += st->bound_s[b];
	if (!games[_i].two_batch)
		ck_rel(sum, st->s, 1e-9);
	/* 1 ms, 1 us a sequence, and what launching adds to the GPU's time */
	ck_rel(st->bound_s[BOUND_HOST], 1e-3 + games[_i].batch * 1e-6 +
	       st->launch_s, 1e-9);
	ck_rel(st->host_s, st->bound_s[BOUND_HOST], 1e-9);
	free(st);
}
END_TEST

Suite *suite_busy(void)
{
	Suite *s = suite_create("busy");
	TCase *t = tcase_create("ports");

	tcase_add_loop_test(t, what_is_not_sent_stays, 0, NR(plans));
	tcase_add_loop_test(t, a_port_is_busy_for_what_was_counted, 0,
			    NR(games));
	tcase_add_test(t, a_draft_is_of_both_micro_batches);
	tcase_add_loop_test(t, a_round_has_its_host_time_once, 0, 2);
	tcase_add_loop_test(t, a_step_waits_for_something_all_the_time, 0,
			    NR(games));
	suite_add_tcase(s, t);
	return s;
}
