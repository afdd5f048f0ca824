#include "time/totals.h"

#include <assert.h>

static double part_passes(const struct graph *g, int part)
{
	double passes = 0;

	for (int i = 0; i < g->blocks; i++) {
		const struct block *b = &g->block[i];

		if (b->attn == part || b->ffn == part)
			passes += (double)b->layers * b->batches;
	}
	return passes;
}

double step_passes(const struct graph *g, int op)
{
	assert(op >= 0 && op < g->ops);
	for (int i = 0; i < g->parts; i++)
		if (op < g->part[i].first + g->part[i].nr)
			return part_passes(g, i);
	return 0;
}

static bool is_wire(const struct op *op)
{
	return op->kind != OP_KERNEL && op->kind != OP_FIXED;
}

/* What a second more of a part's stages makes of the step, to its ops. */
static void weigh(struct step *st, int part)
{
	const struct graph *g = &st->graph;
	const struct part *p = &g->part[part];
	double w[STAGE_NR] = { 0 };

	for (int b = 0; b < g->blocks; b++)
		for (int i = 0; i < STAGE_NR && (g->block[b].attn == part ||
						 g->block[b].ffn == part); i++)
			w[i] += st->stage_w[b][i];
	for (int i = p->first; i < p->first + p->nr; i++)
		st->weight[i] = w[g->op[i].stage];
}

/* Beside those of the step: useful FLOPs by rate, start-up of wires. */
struct totals {
	double flop[MATH_NR];
	double alpha;
};

/* Exposed wire time by port; start-up counts as latency. */
static void bound_wires(struct step *st, double alpha)
{
	double all = st->nvlink_s + st->rdma_s + alpha;

	if (!(all > 0))
		return;
	st->bound_s[BOUND_NVLINK] += st->exposed_s * st->nvlink_s / all;
	st->bound_s[BOUND_RDMA] += st->exposed_s * st->rdma_s / all;
	st->bound_s[BOUND_LATENCY] += st->exposed_s * alpha / all;
}

/* What an op adds to the sums in so many passes. */
static void total_op(struct step *st, int i, double passes,
		     struct totals *t)
{
	const struct op *op = &st->graph.op[i];
	const struct cost *c = &st->cost[i];
	double n = passes * op->count;

	t->flop[op->math] += n * op->flop;
	st->flop += n * op->flop;
	st->hbm_B += n * op_hbm_B(op);
	st->tensor_s += passes * c->flop_s;
	if (is_wire(op))
		t->alpha += passes * c->fixed_s;
	else
		st->bound_s[c->bound] += passes * (c->s + st->late_s[i]);
	if (!is_wire(op) && !(op->row_nvlink_B > 0))
		return;
	st->nvlink_B += passes * c->nvlink_B;
	st->rdma_B += passes * c->rdma_B;
	st->nvlink_s += passes * c->nvlink_s;
	st->rdma_s += passes * c->rdma_s;
}

void step_total(struct step *st, const struct step_spec *a)
{
	const struct graph *g = &st->graph;
	struct totals t = { 0 };

	assert(g->ops > 0 && st->s >= st->host_s);
	for (int p = 0; p < g->parts; p++) {
		double passes = part_passes(g, p);
		int end = g->part[p].first + g->part[p].nr;

		weigh(st, p);
		for (int i = g->part[p].first; i < end; i++)
			total_op(st, i, passes, &t);
	}
	for (int m = 0; m < MATH_NR; m++)
		if (t.flop[m] > 0)
			st->peak_s += t.flop[m] / a->on->machine.gpu->flops[m];
	bound_wires(st, t.alpha);
	st->bound_s[BOUND_HOST] += st->host_s;
}
