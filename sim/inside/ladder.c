#include "inside/ladder.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/units.h"

const struct rung_words rung_words[RUNG_NR] = {
	{ "kv", "KV cache", "the KV cache once, at the peak of HBM",
	  "bytes at peak" },
	{ "weights", "weights", "every weight once a step", "bytes at peak" },
	{ "again", "second micro-batch",
	  "weights once more for the second micro-batch", "bytes at peak" },
	{ "activations", "activations", "activations in and out of HBM",
	  "bytes at peak" },
	{ "tensor", "tensor roof",
	  "each kernel the longer of HBM and tensor peak", "kernels" },
	{ "reach-hbm", "reach of HBM", "what kernels reach of HBM", "kernels" },
	{ "reach-tensor", "reach of tensor",
	  "what kernels reach of the tensor peak", "kernels" },
	{ "padding", "padding", "rows rounded up to tiles and to CUDA graphs",
	  "kernels" },
	{ "serial", "serial loops", "the serial loop of a GEMM along K",
	  "kernels" },
	{ "blend", "roofs add", "roofs that overlap only in part", "kernels" },
	{ "launch", "launches", "launching kernels and thread blocks",
	  "kernels" },
	{ "small", "small kernels",
	  "norms, rope, quantisation, top-k, activations", "kernels" },
	{ "allreduce", "all-reduces", "all-reduces of tensor parallelism",
	  "network" },
	{ "wire", "exchange: bytes",
	  "expert exchange: bytes that nothing hides", "network" },
	{ "start-up", "exchange: start-up",
	  "expert exchange: start-up that nothing hides", "network" },
	{ "pack", "exchange: copies",
	  "expert exchange: copies on the SMs, never hidden", "network" },
	{ "imbalance", "busiest expert rank",
	  "waiting for the busiest rank's experts and ports", "uneven ranks" },
	{ "straggler", "longest sequences",
	  "waiting for the group with the longest KV", "uneven ranks" },
	{ "sampling", "sampling", "sampling and what follows the LM head",
	  "engine" },
	{ "overhead", "engine's overhead",
	  "the stack's whole-layer time over its kernels", "engine" },
	{ "host", "host", "host time between steps", "engine" },
};

/* ---- switching off ---- */

static void strip_law(struct law *l, unsigned off)
{
	if (off & RUNG_BIT(RUNG_REACH_HBM))
		l->e_b = 1;
	if (off & RUNG_BIT(RUNG_REACH_TENSOR)) {
		l->e_f = 1;
		l->rho_flops = 0;
	}
	if (off & RUNG_BIT(RUNG_PADDING))
		l->pad = 1;
	if (off & RUNG_BIT(RUNG_SERIAL))
		l->kappa_s = l->tile_s = 0;
	if (off & RUNG_BIT(RUNG_BLEND))
		l->p = 0;
	if (off & RUNG_BIT(RUNG_LAUNCH))
		l->t0_s = l->c_s = 0;
}

/* Bytes take no time at an infinite rate. */
static void strip_bytes(struct wire *w)
{
	w->e_nvlink = w->e_two_shot = w->e_rdma = (double)INFINITY;
	if (w->e_short > 0)
		w->e_short = (double)INFINITY;
	if (w->e_switch > 0)
		w->e_switch = (double)INFINITY;
}

static void strip_alpha(struct wire *w)
{
	w->alpha_s = w->alpha_peer_s = w->alpha_log_s = w->alpha_rank_s =
		w->alpha_node_s = w->alpha_node_peer_s =
		w->alpha_long_s = w->alpha_switch_s = 0;
}

static void strip_wire(struct wire *w, enum wire_kind kind, unsigned off)
{
	if (kind == WIRE_ALLREDUCE) {
		if (off & (RUNG_BIT(RUNG_ALLREDUCE) | LADDER_BANDWIDTH))
			strip_bytes(w);
		if (off & RUNG_BIT(RUNG_ALLREDUCE))
			strip_alpha(w);
		return;
	}
	if (off & (RUNG_BIT(RUNG_WIRE) | LADDER_BANDWIDTH))
		strip_bytes(w);
	if (off & RUNG_BIT(RUNG_STARTUP))
		strip_alpha(w);
}

static void strip_host(struct stack *s)
{
	s->host_s = s->host_seq_s = s->launch_s = 0;
	for (int i = 0; i < TURN_NR; i++)
		s->drafting.turn_s[i] = 0;
}

static void strip_stack(struct stack *s, unsigned off)
{
	for (int i = 0; i < ROLE_NR; i++)
		strip_law(&s->law[i], off);
	for (int i = 0; i < WIRE_NR; i++)
		strip_wire(&s->wire[i], (enum wire_kind)i, off);
	if (off & RUNG_BIT(RUNG_PADDING))
		s->padding.pads = 0;
	if (off & RUNG_BIT(RUNG_PACK)) {
		s->pack_share = (double)INFINITY;
		s->pack_s = s->forward_sms = s->rank_sms =
			s->gather_sms = 0;
	}
	if (off & RUNG_BIT(RUNG_STARTUP))
		s->forward_s = 0;
	if (off & RUNG_BIT(RUNG_SAMPLING))
		s->head_s = 0;
	if (off & RUNG_BIT(RUNG_GAIN))
		s->overhead = 1;
	if (off & RUNG_BIT(RUNG_HOST))
		strip_host(s);
}

static bool is_small(const struct op *op)
{
	return op->kind == OP_KERNEL && op->role == ROLE_STREAM;
}

/* Of what an op has, and of what each of its rows brings. */
static void strip_op(struct op *op, struct per_row *row, unsigned off)
{
	if (is_small(op)) {
		if (off & RUNG_BIT(RUNG_SMALL))
			op->count = 0;
		return;
	}
	if (off & RUNG_BIT(RUNG_KV))
		op->kv_B = row->kv_B = 0;
	if (off & RUNG_BIT(RUNG_WEIGHTS))
		op->weight_B = op->expert_B = 0;
	if (off & RUNG_BIT(RUNG_ACTIVATIONS))
		op->act_B = op->row_act_B = row->act_B = row->fixed_B = 0;
	if (off & RUNG_BIT(RUNG_TENSOR))
		op->flop = op->flop_row = row->flop = row->flop_row = 0;
	if ((off & RUNG_BIT(RUNG_PADDING)) && row->m > 0)
		op->flop_row = row->flop_row = row->flop / row->m;
}

/* ---- the step without them ---- */

static double once_s(const struct question *q, double seqs, unsigned off)
{
	struct step_spec a = question_step(q, seqs);
	struct stack *stack = mem_resize(NULL, 1, sizeof(*stack));
	struct deployment on = q->on;
	struct skew skew = q->skew;
	struct step *st = step_room();
	double s;

	*stack = *q->on.machine.stack;
	strip_stack(stack, off);
	on.machine.stack = stack;
	if (off & RUNG_BIT(RUNG_GAIN))
		on.machine.own = 0;
	a.on = &on;
	a.skew = &skew;
	if (off & RUNG_BIT(RUNG_IMBALANCE))
		skew.balance = BALANCE_EVEN;
	if (off & RUNG_BIT(RUNG_STRAGGLER))
		a.ctx_cv = a.batch.fullest = a.batch.fewer = 0;
	if (off & RUNG_BIT(RUNG_AGAIN)) {
		a.batch.micro = 1;
		a.two_batch = false;
	}
	step_count(st, &a);
	for (int i = 0; i < st->graph.ops; i++)
		strip_op(&st->graph.op[i], &st->graph.row[i], off);
	step_sum(st, &a);
	s = st->s;
	free(st);
	free(stack);
	return s;
}

/* A fractional batch alternates between its neighbours, as in answer.c. */
double ladder_without_s(const struct question *q, unsigned off)
{
	struct neighbours n = question_neighbours(q);
	double s = once_s(q, n.below, off);

	assert(off < 2 * LADDER_BANDWIDTH);
	if (n.part > 0)
		s += n.part * (once_s(q, n.above, off) - s);
	return s;
}

double ladder_tok(const struct question *q)
{
	assert(q->on.layout.dp >= 1 && q->batch.seqs > 0);
	return q->batch.seqs * q->tokens_per_step * q->on.layout.dp /
	       layout_gpus(&q->on.layout);
}

void ladder_climb(struct ladder *l, const struct question *q)
{
	unsigned off = RUNG_BIT(RUNG_NR) - 1;

	assert(q->on.model && q->tokens_per_step > 0);
	l->tok = ladder_tok(q);
	for (int i = 0; i < RUNG_NR; i++) {
		off &= ~RUNG_BIT(i);
		l->s[i] = ladder_without_s(q, off);
	}
}

double ladder_token_s(const struct ladder *l, int rung)
{
	assert(rung >= 0 && rung < RUNG_NR && l->tok > 0);
	return l->s[rung] / l->tok;
}

double ladder_added_s(const struct ladder *l, int rung)
{
	assert(rung >= 0 && rung < RUNG_NR && l->tok > 0);
	return (l->s[rung] - (rung > 0 ? l->s[rung - 1] : 0)) / l->tok;
}

/* ---- tables ---- */

static void put(struct table *t, int row, const char *column, double x)
{
	table_setf(t, row, table_need(t, column), "%.9g", x);
}

static void put_words(struct table *t, int row)
{
	table_setf(t, row, table_need(t, "rung"), "%d", row + 1);
	table_set(t, row, table_need(t, "name"), rung_words[row].name);
	table_set(t, row, table_need(t, "mechanism"),
		  rung_words[row].short_words);
	table_set(t, row, table_need(t, "group"), rung_words[row].group);
}

void ladder_table(const struct ladder *l, double measured, struct table *t)
{
	assert(!(measured <= 0));
	for (int i = 0; i < RUNG_NR; i++) {
		int row = table_add_row(t, 0);

		put_words(t, row);
		put(t, row, "us_added", units_us(ladder_added_s(l, i)));
		put(t, row, "us_per_token", units_us(ladder_token_s(l, i)));
		put(t, row, "tok_s_gpu", 1 / ladder_token_s(l, i));
		if (isnan(measured))
			continue;
		put(t, row, "measured_us_per_token", units_us(1 / measured));
		put(t, row, "measured_tok_s_gpu", measured);
	}
}

void ladder_versus(const struct ladder *a, const struct ladder *b,
		   struct table *t)
{
	for (int i = 0; i < RUNG_NR; i++) {
		double x = units_us(ladder_added_s(a, i));
		double y = units_us(ladder_added_s(b, i));
		int row = table_add_row(t, 0);

		put_words(t, row);
		put(t, row, "us_added", x);
		put(t, row, "us_added_versus", y);
		put(t, row, "us_difference", y - x);
		put(t, row, "us_per_token", units_us(ladder_token_s(a, i)));
		put(t, row, "us_per_token_versus",
		    units_us(ladder_token_s(b, i)));
		put(t, row, "tok_s_gpu", 1 / ladder_token_s(a, i));
		put(t, row, "tok_s_gpu_versus", 1 / ladder_token_s(b, i));
	}
}
