#include "time/step.h"

#include <assert.h>

#include "time/totals.h"
#include "work/exchange.h"

/* The fewest bytes that an all-reduce can put on the wires. */
static void fewest(const struct gpu *g, const struct op *op, struct cost *c)
{
	int nodes = (op->ranks + g->nvlink_gpus - 1) / g->nvlink_gpus;
	int inside = (op->ranks + nodes - 1) / nodes;	/* as in cost */

	c->nvlink_B = exchange_allreduce_B(g->in_switch ?
		ALLREDUCE_IN_SWITCH : ALLREDUCE_TWO_SHOT, inside,
		op->payload_B);
	c->rdma_B = exchange_allreduce_B(ALLREDUCE_TWO_SHOT, nodes,
					 op->payload_B / inside);
}

static void half_B(const struct gpu *g, const struct op *op, struct cost *c)
{
	double B = exchange_allreduce_B(ALLREDUCE_TWO_SHOT, op->ranks,
					op->payload_B) / 2;

	*(op->ranks > g->nvlink_gpus ? &c->rdma_B : &c->nvlink_B) = B;
}

/* Seconds of n passes of it on the wires, by roof. */
static void add_wires(double *need, const struct op *op, const struct gpu *g,
		      double n)
{
	struct cost c = { .nvlink_B = op->nvlink_least_B,
			  .rdma_B = op->rdma_least_B };

	if (op->kind == OP_HALF)
		half_B(g, op, &c);
	if (op->kind == OP_ALLREDUCE || op->kind == OP_HALVES)
		fewest(g, op, &c);
	if (c.nvlink_B > 0)
		need[BOUND_NVLINK] += n * c.nvlink_B / g->nvlink_Bps;
	if (c.rdma_B > 0)
		need[BOUND_RDMA] += n * c.rdma_B / g->nic_Bps;
}

/* Seconds of n passes of it, by roof. */
static void add_op(double *need, const struct op *op, const struct gpu *g,
		   double n)
{
	need[BOUND_HBM] += n * op_hbm_B(op) / g->hbm_Bps;
	if (op->flop > 0)
		need[BOUND_COMPUTE] += n * op->flop / g->flops[op->math];
	add_wires(need, op, g, n);
}

static double largest(const double *need, enum bound *which)
{
	*which = BOUND_HBM;
	for (int i = 0; i < BOUND_LATENCY; i++)
		if (need[i] > need[*which])
			*which = (enum bound)i;
	return need[*which];
}

/* Only ops apart send. */
double step_light_s(const struct step *st, const struct gpu *g,
		    enum bound *which)
{
	double need[BOUND_LATENCY] = { 0 };
	struct work_done work;

	assert(st->graph.micro == 1 && st->graph.ops > 0);
	totals_work(st, &work);
	need[BOUND_HBM] = work.hbm_B / g->hbm_Bps;
	for (int m = 0; m < MATH_NR; m++)
		if (work.flop[m] > 0)
			need[BOUND_COMPUTE] += work.flop[m] / g->flops[m];
	for (int j = 0; j < st->apart; j++) {
		int i = st->apart_op[j];

		add_wires(need, &st->graph.op[i], g, st->launches[i]);
	}
	return largest(need, which);
}

double graph_floor_s(const struct graph *graph, const struct gpu *g,
		     enum bound *which)
{
	double need[BOUND_LATENCY] = { 0 };

	assert(graph->micro == 1 && graph->ops > 0);
	for (int p = 0; p < graph->parts; p++) {
		const struct part *part = &graph->part[p];
		double passes = step_passes(graph, part->first);

		for (int i = part->first; i < part->first + part->nr; i++)
			add_op(need, &graph->op[i], g,
			       passes * graph->op[i].count);
	}
	return largest(need, which);
}
