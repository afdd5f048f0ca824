/*
 * pace: a step that keeps what no batch changes says to the bit what one says
 * that is timed anew, whatever the deployment.
 */
#include "tests/tests.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "tests/toy.h"

enum { DEPLOYMENTS = 400, STEPS = 6 };

/* 64 bits of Knuth's MMIX generator; the highest are the best. */
static uint64_t drawn;

static int draw(int below)
{
	drawn = drawn * 6364136223846793005u + 1442695040888963407u;
	return (int)((drawn >> 33) % (uint64_t)below);
}

#define ONE_OF(list) list[draw((int)(sizeof(list) / sizeof(*list)))]

static void draw_machine(struct toy *t)
{
	static const double powers[] = { 0, 1, 1.5, 2.2, 3 };
	static const double pads[] = { 1, 16, 64 };
	struct stack *s = &t->stack;

	for (int r = 0; r < ROLE_NR; r++) {
		s->law[r].p = ONE_OF(powers);
		s->law[r].pad = ONE_OF(pads);
		s->law[r].kappa_s = draw(2) * 1e-6;
		s->law[r].rho_flops = draw(2) * 5e15;
		s->law[r].c_s = draw(2) * 1e-6;
	}
	for (int w = 0; w < WIRE_NR; w++) {
		s->wire[w].droop = draw(2) * 0.06;
		s->wire[w].alpha_log_s = draw(2) * 1e-6;
	}
	s->launch_s = draw(4) == 0 ? 2e-6 : 0;
	s->launch_norm = 3;
	s->host_seq_s = draw(2) * 1e-6;
	s->padding.pads = draw(2);
	s->padding.routed = s->padding.routed_ep = draw(2);
	s->padding.ranks = draw(2);
	captured_parse(&s->padding.sizes, "1 2 4 8..256+8 512");
}

static void draw_model(struct model *m)
{
	static void (*const models[])(struct model *) = { toy_model, toy_v3,
		toy_v32, toy_v4_flash, toy_v4_pro };

	ONE_OF(models)(m);
}

static void draw_deployment(struct toy *t)
{
	static const enum exchange ways[] = { EXCHANGE_GATHER, EXCHANGE_PAIR,
		EXCHANGE_RANK, EXCHANGE_NODE_OUT, EXCHANGE_NODE };
	static const enum balance balances[] = { BALANCE_UNIFORM,
		BALANCE_EPLB, BALANCE_SKEWED, BALANCE_EVEN };
	struct toy_plan p = { .gpus = 4 << draw(3), .tp = 1 << draw(3),
		.mtp = draw(2), .exchange = ONE_OF(ways),
		.balance = ONE_OF(balances), .sigma = 0.5, .batch = 8,
		.two_batch = draw(2) };

	toy_init(t);
	draw_machine(t);
	draw_model(&t->model);
	p.dcp = t->model.family == FAMILY_MLA && p.tp > 1 ? 1 + draw(2) : 1;
	p.pp = p.gpus / p.tp > 1 ? 1 + draw(2) : 1;
	toy_plan(t, &p);
}

/* Another batch, another context, or both. */
static void draw_batch(struct toy *t, struct lengths *lengths)
{
	int what = 1 + draw(3);

	if (what & 1) {
		t->ask.batch.seqs = (1 + draw(600)) / (draw(2) ? 1.0 : 3.0);
		t->ask.batch.fullest = draw(2) * t->ask.batch.seqs * 1.3;
		t->on.machine.own = draw(3) * 0.01;
	}
	if (what & 2) {
		t->ask.batch.ctx_tok = 1 + draw(100000);
		t->ask.ctx_cv = draw(3) * 0.2;
		t->ask.batch.lengths = draw(3) ? NULL : lengths;
		lengths_spread(lengths, t->ask.batch.ctx_tok, 0.5);
	}
}

static void alike(const struct step *a, const struct step *b)
{
	size_t from = offsetof(struct step, s);

	ck_assert_int_eq(a->graph.ops, b->graph.ops);
	for (int i = 0; i < a->graph.ops; i++) {
		const struct op *x = &a->graph.op[i], *y = &b->graph.op[i];

		ck_assert_msg(a->cost[i].s == b->cost[i].s, "%s", x->name);
		ck_assert_msg(a->late_s[i] == b->late_s[i], "%s", x->name);
		ck_assert(a->weight[i] == b->weight[i]);
		ck_assert(x->m == y->m && x->flop == y->flop &&
			  x->useful == y->useful && x->kv_B == y->kv_B &&
			  x->act_B == y->act_B && x->ctas == y->ctas &&
			  x->payload_B == y->payload_B &&
			  x->nvlink_least_B == y->nvlink_least_B);
	}
	ck_assert(!memcmp((const char *)a + from, (const char *)b + from,
			  offsetof(struct step, whole) - from));
}

/* Lanes are loops over what cost_op says of one op after the other. */
static void costed_alike(const struct step *st)
{
	for (int i = 0; i < st->graph.ops; i++) {
		const struct op *op = &st->graph.op[i];
		const struct cost *was = &st->cost[i];
		struct cost c;

		cost_op(&st->graph.machine, op, &c);
		ck_assert_msg(c.s == was->s, "%s", op->name);
		ck_assert(c.hbm_s == was->hbm_s && c.flop_s == was->flop_s &&
			  c.serial_s == was->serial_s &&
			  c.fixed_s == was->fixed_s &&
			  c.roofs_s == was->roofs_s && c.bound == was->bound);
	}
}

START_TEST(a_step_timed_again_is_one_timed_anew)
{
	struct toy t;
	struct lengths lengths;
	struct step *st = step_room(), *anew = step_room();

	drawn = 17 + (uint64_t)_i;
	for (int i = 0; i < DEPLOYMENTS; i++) {
		draw_deployment(&t);
		step_time(st, &t.ask);
		for (int k = 0; k < STEPS; k++) {
			draw_batch(&t, &lengths);
			st->s = st->imbalance = 0;	/* whoever mixes */
			step_retime(st, &t.ask);
			step_list(st);
			step_time(anew, &t.ask);
			alike(st, anew);
			costed_alike(st);
		}
	}
	free(st);
	free(anew);
}
END_TEST

Suite *suite_pace(void)
{
	Suite *s = suite_create("pace");
	TCase *tc = tcase_create("again");

	tcase_add_loop_test(tc, a_step_timed_again_is_one_timed_anew, 0, 4);
	suite_add_tcase(s, tc);
	return s;
}
