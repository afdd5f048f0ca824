#include "cost/kernels.h"

#include <assert.h>
#include <string.h>

#include "base/wide.h"
#include "cost/rate.h"

/* ---- which lane ---- */

static enum lane_kind kind_of(const struct graph *g, int i)
{
	const struct op *op = &g->op[i];

	if (op->kind == OP_FIXED)
		return LANE_ROWS;
	if (op->kind != OP_KERNEL || op->row_nvlink_B > 0 ||
	    g->row[i].beside > 0)
		return LANE_ALONE;
	if (op->stage == STAGE_EXPERTS)
		return LANE_LOAD;
	return g->row[i].recount ? LANE_CONTEXT : LANE_ROWS;
}

static int spares_of(enum lane_kind kind)
{
	return kind == LANE_LOAD ? KERNEL_SPARES : kind == LANE_CONTEXT;
}

/* A kernel that has nothing but bytes needs no root. */
static double power_of(const struct machine *m, const struct op *op)
{
	return op->flop_row > 0 || cost_serial_s(m, op) > 0 ?
		machine_law(m, op->role)->p : 0;
}

/* ---- what no batch changes ---- */

static int sort_of(struct kernels *k, const struct per_row *row, double pad)
{
	const struct lane_rows is = { row->whose, row->rows, row->m, pad, 0,
				      0 };
	int i;

	for (i = 0; i < k->sorts; i++)
		if (k->sort[i].whose == is.whose &&
		    k->sort[i].rows == is.rows && k->sort[i].m == is.m &&
		    k->sort[i].pad == is.pad)
			return i;
	k->sort[i] = is;
	return k->sorts++;
}

/* What is the same of every lane of an op. */
static void lane_make(struct kernels *k, int lane, const struct costed *of)
{
	k->p[lane] = power_of(of->machine, of->op);
	k->count[lane] = of->op->count;
	k->bare[lane] = !cost_has_overhead(of->op);
}

/* Nothing from rows: what there is to do is put, or it is a gap. */
static void lane_clear(struct kernels *k, int lane)
{
	k->rows[lane] = 0;
	k->weight_B[lane] = k->fixed_B[lane] = k->row_B[lane] = 0;
	k->row_flop[lane] = k->B_s[lane] = k->flop1_s[lane] = 0;
	k->serial_s[lane] = k->raised[lane] = k->fixed_s[lane] = 0;
}

/* What each row brings: of a kernel of LANE_ROWS no KV, no thread blocks. */
static void lane_fill(struct kernels *k, int lane, const struct costed *of,
		      const struct per_row *row)
{
	const struct op *op = of->op;

	assert(!(row->kv_B > 0) && !(row->ctas > 0));
	k->rows[lane] = sort_of(k, row, machine_law(of->machine,
						    op->role)->pad);
	k->weight_B[lane] = op->weight_B;
	k->fixed_B[lane] = row->fixed_B;
	k->row_B[lane] = row->act_B;
	k->row_flop[lane] = op->flop_row;
	k->B_s[lane] = of->rates->hbm_s;
	k->flop1_s[lane] = of->rates->flop_s;
	k->serial_s[lane] = cost_serial_s(of->machine, op);
	k->raised[lane] = norm_raise(k->p[lane], k->serial_s[lane]);
	k->fixed_s[lane] = cost_fixed_s(of->machine, op);
}

/* The lanes of op i, which begin where its own does; where they end. */
static int op_lanes(struct kernels *k, const struct costed *of,
		    const struct per_row *row, int i)
{
	int at = k->lane[i], end = at + 1 + spares_of(k->kind[i]);

	for (; at < end; at++) {
		lane_make(k, at, of);
		if (k->kind[i] == LANE_ROWS)
			lane_fill(k, at, of, row);
		else
			lane_clear(k, at);
	}
	return end;
}

/* A lane of no op. */
static void gap(struct kernels *k, int lane)
{
	lane_clear(k, lane);
	k->p[lane] = 1;
	k->count[lane] = 0;
	k->bare[lane] = true;
}

/*
 * Where the lanes of each norm begin, of so many: they end at an even one, as
 * two go at a time. Then those of the ops that are alone.
 */
static void lay_out(struct kernels *k, const int lanes[NORM_NR])
{
	k->from[0] = 0;
	for (int n = 0; n < NORM_NR; n++) {
		k->from[n + 1] = k->from[n] + lanes[n] + lanes[n] % 2;
		assert(k->from[n + 1] <= KERNEL_LANES);
		if (lanes[n] % 2)
			gap(k, k->from[n + 1] - 1);
	}
	k->end = k->from[NORM_NR];
}

/* Which kind each op is of, by which norm it goes, and lanes of each. */
static void sort_ops(struct kernels *k, const struct graph *g,
		     enum norm norm[GRAPH_OPS], int lanes[NORM_NR])
{
	for (int i = 0; i < g->ops; i++) {
		k->kind[i] = kind_of(g, i);
		if (k->kind[i] == LANE_ALONE)
			continue;
		norm[i] = norm_of(power_of(&g->machine, &g->op[i]));
		lanes[norm[i]] += 1 + spares_of(k->kind[i]);
	}
}

void kernels_make(struct kernels *k, const struct graph *g,
		  const struct rates *rates)
{
	enum norm norm[GRAPH_OPS];
	int lanes[NORM_NR] = { 0 }, at[NORM_NR];

	assert(g->ops > 0 && g->ops <= GRAPH_OPS);
	sort_ops(k, g, norm, lanes);
	lay_out(k, lanes);
	memcpy(at, k->from, sizeof(at));
	k->sorts = 0;
	k->overhead = 0;
	for (int i = 0; i < g->ops; i++) {
		const struct costed of = { &g->machine, &g->op[i], &rates[i] };
		bool alone = k->kind[i] == LANE_ALONE;

		k->lane[i] = alone ? k->end++ : at[norm[i]];
		if (!alone)
			at[norm[i]] = op_lanes(k, &of, &g->row[i], i);
	}
	assert(k->end <= KERNEL_LANES);
}

/* ---- another batch ---- */

WIDE void kernels_rows(struct kernels *k, const struct graph *g)
{
	for (int i = 0; i < k->sorts; i++) {
		struct lane_rows *s = &k->sort[i];

		s->nr = g->nr[s->whose].nr[s->rows];
		s->tiled = s->m > 0 ? rate_rows(s->nr * s->m, s->pad) : 0;
	}
	for (int i = 0; i < k->from[NORM_NR]; i++) {
		k->nr[i] = k->sort[k->rows[i]].nr;
		k->tiled[i] = k->sort[k->rows[i]].tiled;
	}
	for (int i = 0; i < k->from[NORM_NR]; i++) {
		k->hbm_s[i] = (k->weight_B[i] + (k->nr[i] * k->row_B[i] +
						 k->fixed_B[i])) * k->B_s[i];
		k->flop_s[i] = k->tiled[i] * k->row_flop[i] * k->flop1_s[i];
	}
}

void kernels_put(struct kernels *k, int lane, const struct costed *of,
		 const struct todo *t)
{
	struct terms x;

	assert(lane >= 0 && lane < k->from[NORM_NR]);
	todo_terms(of, t, &x);
	k->hbm_s[lane] = x.hbm_s;
	k->flop_s[lane] = x.flop_s;
	k->serial_s[lane] = x.serial_s;
	k->raised[lane] = norm_raise(k->p[lane], x.serial_s);
	k->fixed_s[lane] = x.fixed_s;
}

/* ---- seconds ---- */

/* An overhead is a batch's own in part (machine.own). */
static void lift_all(struct kernels *k, double overhead)
{
	k->overhead = overhead;
	for (int i = 0; i < k->from[NORM_NR]; i++)
		k->lift[i] = k->bare[i] ? 1 : overhead;
}

WIDE void kernels_time(struct kernels *k, double overhead)
{
	const double *a = k->hbm_s, *b = k->flop_s, *c = k->raised;
	const int *from = k->from;
	double *s = k->roofs_s;

	assert(overhead > 0 && k->sorts <= GRAPH_OPS);
	if (k->overhead != overhead)
		lift_all(k, overhead);
	for (int i = from[NORM_LARGEST]; i < from[NORM_LARGEST + 1]; i++)
		s[i] = norm_largest(a[i], b[i], c[i]);
	for (int i = from[NORM_SUM]; i < from[NORM_SUM + 1]; i++)
		s[i] = a[i] + b[i] + c[i];
	for (int i = from[NORM_3_2]; i < from[NORM_3_2 + 1]; i++)
		s[i] = norm_3_2(a[i], b[i], c[i]);
	for (int i = from[NORM_3]; i < from[NORM_3 + 1]; i++)
		s[i] = norm_3(a[i], b[i], c[i]);
	for (int i = from[NORM_POWER]; i < from[NORM_POWER + 1]; i++)
		s[i] = norm_power(k->p[i], a[i], b[i], c[i]);
	for (int i = 0; i < k->from[NORM_NR]; i++)
		k->s[i] = (k->fixed_s[i] + s[i]) * k->count[i] * k->lift[i];
}

void kernels_time_lane(struct kernels *k, int lane)
{
	assert(lane >= 0 && lane < k->from[NORM_NR] && k->overhead > 0);
	k->roofs_s[lane] = norm_join(k->p[lane], k->hbm_s[lane],
				     k->flop_s[lane], k->raised[lane]);
	k->s[lane] = (k->fixed_s[lane] + k->roofs_s[lane]) * k->count[lane] *
		     k->lift[lane];
}

void kernels_cost(const struct kernels *k, int lane, struct cost *c)
{
	double n = k->count[lane];

	assert(lane >= 0 && lane < k->from[NORM_NR]);
	*c = (struct cost){ .s = k->s[lane], .roofs_s = k->roofs_s[lane] };
	c->hbm_s = k->hbm_s[lane] * n;
	c->flop_s = k->flop_s[lane] * n;
	c->serial_s = k->serial_s[lane] * n;
	c->fixed_s = k->fixed_s[lane] * n;
	c->bound = roof_bound(c->fixed_s + c->serial_s, c->hbm_s, c->flop_s);
}
