#include "time/totals.h"

#include <assert.h>
#include <string.h>

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

/* What a second more of a block's stages makes of the step, to its ops. */
static void weigh(struct step *st, int part, const double w[STAGE_NR])
{
	const struct part *p;

	if (part < 0)
		return;
	p = &st->graph.part[part];
	for (int i = p->first; i < p->first + p->nr; i++)
		st->weight[i] += w[st->graph.op[i].stage];
}

static void weigh_all(struct step *st)
{
	const struct graph *g = &st->graph;

	memset(st->weight, 0, (size_t)g->ops * sizeof(*st->weight));
	for (int b = 0; b < g->blocks; b++) {
		weigh(st, g->block[b].attn, st->stage_w[b]);
		weigh(st, g->block[b].ffn, st->stage_w[b]);
	}
}

/* What ops come to in a step. */
struct totals {
	double flop, hbm_B, tensor_s;
	double nvlink_B, rdma_B, nvlink_s, rdma_s;
	double peak_flop[MATH_NR];	/* flop, by rate */
	double bound_s[BOUND_NR];	/* of kernels */
	double alpha_s;			/* start-up of wires */
};

static void total_ports(struct totals *t, const struct cost *c, double passes)
{
	t->nvlink_B += passes * c->nvlink_B;
	t->rdma_B += passes * c->rdma_B;
	t->nvlink_s += passes * c->nvlink_s;
	t->rdma_s += passes * c->rdma_s;
}

static void total_part(struct totals *t, const struct step *st, int part)
{
	const struct part *p = &st->graph.part[part];
	double passes = part_passes(&st->graph, part);

	for (int i = p->first; i < p->first + p->nr; i++) {
		const struct op *op = &st->graph.op[i];
		const struct cost *c = &st->cost[i];
		double n = passes * op->count;

		t->flop += n * op->flop;
		t->peak_flop[op->math] += n * op->flop;
		t->hbm_B += n * (op->weight_B + op->kv_B + op->act_B);
		t->tensor_s += passes * c->flop_s;
		if (is_wire(op))
			t->alpha_s += passes * c->fixed_s;
		else
			t->bound_s[c->bound] += passes *
						(c->s + st->late_s[i]);
		if (is_wire(op) || op->row_nvlink_B > 0)
			total_ports(t, c, passes);
	}
}

/* Exposed wire time by port; start-up counts as latency. */
static void bound_wires(struct step *st, double alpha_s)
{
	double all = st->nvlink_s + st->rdma_s + alpha_s;

	if (!(all > 0))
		return;
	st->bound_s[BOUND_NVLINK] += st->exposed_s * st->nvlink_s / all;
	st->bound_s[BOUND_RDMA] += st->exposed_s * st->rdma_s / all;
	st->bound_s[BOUND_LATENCY] += st->exposed_s * alpha_s / all;
}

void step_total(struct step *st, const struct step_spec *a)
{
	const double *peak = a->on->machine.gpu->flops;
	struct totals t = { 0 };

	assert(st->graph.ops > 0 && st->s >= st->host_s);
	weigh_all(st);
	memcpy(t.bound_s, st->bound_s, sizeof(t.bound_s));
	for (int p = 0; p < st->graph.parts; p++)
		total_part(&t, st, p);
	memcpy(st->bound_s, t.bound_s, sizeof(t.bound_s));
	st->flop = t.flop;
	st->hbm_B = t.hbm_B;
	st->tensor_s = t.tensor_s;
	st->nvlink_B = t.nvlink_B;
	st->rdma_B = t.rdma_B;
	st->nvlink_s = t.nvlink_s;
	st->rdma_s = t.rdma_s;
	for (int m = 0; m < MATH_NR; m++)
		if (t.peak_flop[m] > 0)
			st->peak_s += t.peak_flop[m] / peak[m];
	bound_wires(st, t.alpha_s);
	st->bound_s[BOUND_HOST] += st->host_s;
}
