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

/* Of what is late in a block's ops, what nobody waits for. */
static void weigh_met(struct step *st, const struct block *b, double met)
{
	double passes = (double)b->layers * b->batches;

	for (int j = 0; j < st->apart; j++) {
		int i = st->apart_op[j];
		const struct part *attn = &st->graph.part[b->attn];
		const struct part *ffn = &st->graph.part[b->ffn];
		bool group = i >= attn->first && i < attn->first + attn->nr;
		bool send = i >= ffn->first && i < ffn->first + ffn->nr &&
			    st->stage[i] == STAGE_DISPATCH;

		if ((group || send) && st->late_s[i] > 0)
			st->weight[i] -= passes * (1 - met) * st->late_s[i] /
				(st->cost[i].s + st->late_s[i]);
	}
}

void totals_weigh(struct step *st)
{
	const struct graph *g = &st->graph;

	assert(g->ops > 0);
	memcpy(st->weight, st->in_turn, (size_t)g->ops * sizeof(*st->weight));
	for (int k = 0; k < st->meets; k++)
		weigh_met(st, &g->block[st->meet[k]], st->met[k]);
	for (int b = 0; b < g->blocks; b++) {
		if (!st->paired[b])
			continue;
		weigh(st, g->block[b].attn, st->stage_w[b]);
		weigh(st, g->block[b].ffn, st->stage_w[b]);
	}
}

/* ---- what rows bring ---- */

static struct row_totals *rows_of(struct step *st, const struct per_row *row,
				  enum math math)
{
	struct row_totals *r = st->row_total;

	for (int i = 0; i < st->row_totals; i++)
		if (r[i].whose == row->whose && r[i].rows == row->rows &&
		    r[i].math == math)
			return &r[i];
	r += st->row_totals++;
	*r = (struct row_totals){ row->whose, row->rows, math, 0, 0 };
	return r;
}

/* An op that passes so often: of LANE_ROWS, what it brings. */
static void add_rows(struct step *st, int i)
{
	const struct op *op = &st->graph.op[i];
	const struct per_row *row = &st->graph.row[i];
	double n = st->launches[i];
	struct row_totals *r;

	if (st->kernels.kind[i] != LANE_ROWS)
		return;
	r = rows_of(st, row, op->math);
	st->still_B += n * (op->weight_B + row->fixed_B);
	r->B += n * row->act_B;
	r->flop += n * row->flop;
}

void totals_make(struct step *st)
{
	const struct graph *g = &st->graph;

	assert(g->ops > 0);
	st->row_totals = 0;
	st->still_B = st->all_launches = 0;
	for (int p = 0; p < g->parts; p++) {
		const struct part *part = &g->part[p];
		double passes = part_passes(g, p);

		for (int i = part->first; i < part->first + part->nr; i++) {
			st->passes[i] = passes;
			st->launches[i] = passes * g->op[i].count;
			st->all_launches += st->launches[i];
			add_rows(st, i);
		}
	}
}

/* ---- sums ---- */

void totals_work(const struct step *st, struct work_done *t)
{
	*t = (struct work_done){ .hbm_B = st->still_B };
	for (int i = 0; i < st->row_totals; i++) {
		const struct row_totals *r = &st->row_total[i];
		const struct rows_nr *of = &st->graph.nr[r->whose];
		double nr = of->nr[r->rows];

		t->hbm_B += nr * r->B;
		t->flop[r->math] += nr * of->useful[r->rows] * r->flop;
	}
	for (int j = 0; j < st->apart; j++) {
		int i = st->apart_op[j];
		const struct op *op = &st->graph.op[i];
		t->flop[op->math] += st->launches[i] * op->flop;
		t->hbm_B += st->launches[i] * op_hbm_B(op);
	}
}

static void total_ports(struct step *st, const struct cost *c, double passes)
{
	st->nvlink_B += passes * c->nvlink_B;
	st->rdma_B += passes * c->rdma_B;
	st->nvlink_s += passes * c->nvlink_s;
	st->rdma_s += passes * c->rdma_s;
}

/* Of what is no lane's; what wires take to start is said. */
static double total_alone(struct step *st, int i)
{
	const struct op *op = &st->graph.op[i];
	const struct cost *c = &st->cost[i];
	double passes = st->passes[i];

	st->tensor_s += passes * c->flop_s;
	if (op_is_wire(op) || op->row_nvlink_B > 0)
		total_ports(st, c, passes);
	if (op_is_wire(op))
		return passes * c->fixed_s;
	st->bound_s[c->bound] += passes * (c->s + st->late_s[i]);
	return 0;
}

static double total_apart(struct step *st)
{
	double alpha_s = 0;

	for (int j = 0; j < st->apart; j++)
		if (st->kernels.kind[st->apart_op[j]] == LANE_ALONE)
			alpha_s += total_alone(st, st->apart_op[j]);
	return alpha_s;
}

/* Kernels by what each waits for. */
static void total_lanes(struct step *st)
{
	const struct kernels *k = &st->kernels;
	double late_s = 0, hbm_s = 0, flop_s = 0, tensor_s = 0;

	for (int i = 0; i < st->graph.ops; i++) {
		int at = k->lane[i];
		double s = st->passes[i] * (k->s[at] + st->late_s[i]);
		enum bound bound;

		if (k->kind[i] == LANE_ALONE)
			continue;
		bound = roof_bound(k->fixed_s[at] + k->serial_s[at],
				   k->hbm_s[at], k->flop_s[at]);
		if (bound == BOUND_HBM)
			hbm_s += s;
		else if (bound == BOUND_COMPUTE)
			flop_s += s;
		else
			late_s += s;
		tensor_s += st->launches[i] * k->flop_s[at];
	}
	st->tensor_s += tensor_s;
	st->bound_s[BOUND_LATENCY] += late_s;
	st->bound_s[BOUND_HBM] += hbm_s;
	st->bound_s[BOUND_COMPUTE] += flop_s;
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

/* Of all kernels alike, that what is waited for adds up. */
static void hide(struct step *st)
{
	double *b = st->bound_s, left;

	if (!(st->hidden_s > 0))
		return;
	left = 1 - st->hidden_s / (b[BOUND_LATENCY] + b[BOUND_HBM] +
				   b[BOUND_COMPUTE]);
	b[BOUND_LATENCY] *= left;
	b[BOUND_HBM] *= left;
	b[BOUND_COMPUTE] *= left;
}

void step_total(struct step *st, const struct step_spec *a)
{
	const double *peak = a->on->machine.gpu->flops;
	struct work_done work;
	double alpha_s;

	assert(st->graph.ops > 0 && st->s >= st->host_s);
	total_lanes(st);
	alpha_s = total_apart(st);
	hide(st);
	totals_work(st, &work);
	st->hbm_B = work.hbm_B;
	for (int m = 0; m < MATH_NR; m++) {
		st->flop += work.flop[m];
		if (work.flop[m] > 0)
			st->peak_s += work.flop[m] / peak[m];
	}
	bound_wires(st, alpha_s);
	st->bound_s[BOUND_HOST] += st->host_s;
}
