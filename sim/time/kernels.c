#include "time/kernels.h"

#include <assert.h>
#include <string.h>

#include "time/rate.h"

/* ---- which lane ---- */

static enum lane_kind kind_of(const struct graph *g, int i)
{
	const struct op *op = &g->op[i];

	if (op->kind != OP_KERNEL || op->row_nvlink_B > 0 || op->beside)
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
static enum norm norm_for(const struct op *op, double p,
			  const struct terms *t)
{
	return op->flop_row > 0 || t->serial_s > 0 ? norm_of(p) :
						     NORM_LARGEST;
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

static void lane_clear(struct kernels *k, int lane)
{
	k->rows[lane] = 0;
	k->weight_B[lane] = k->fixed_B[lane] = k->row_B[lane] = 0;
	k->row_flop[lane] = k->B_s[lane] = k->flop1_s[lane] = 0;
	k->hbm_s[lane] = k->flop_s[lane] = k->serial_s[lane] = 0;
	k->fixed_s[lane] = k->count[lane] = 0;
	k->p[lane] = 1;
	k->bare[lane] = true;
}

/* A lane of its own, or a spare of the op's. */
static void lane_make(struct kernels *k, int lane, const struct costed *of,
		      const struct terms *t)
{
	lane_clear(k, lane);
	k->p[lane] = machine_law(of->machine, of->op->role)->p;
	k->count[lane] = of->op->count;
	k->bare[lane] = !cost_has_overhead(of->op);
	k->serial_s[lane] = t->serial_s;
	k->fixed_s[lane] = t->fixed_s;
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
}

struct making {
	struct kernels *k;
	const struct graph *g;
	const struct rates *rates;
	enum norm norm[GRAPH_OPS];
	struct terms terms[GRAPH_OPS];
};

/* The lanes of one norm, which end at an even one: two go at a time. */
static void make_norm(struct making *m, enum norm norm)
{
	struct kernels *k = m->k;
	int at = k->from[norm];

	for (int i = 0; i < m->g->ops; i++) {
		const struct costed of = { &m->g->machine, &m->g->op[i],
					   &m->rates[i] };

		if (k->kind[i] == LANE_ALONE || m->norm[i] != norm)
			continue;
		k->lane[i] = at;
		for (int j = 0; j <= spares_of(k->kind[i]); j++) {
			assert(at < KERNEL_LANES);
			lane_make(k, at++, &of, &m->terms[i]);
		}
		if (k->kind[i] == LANE_ROWS)
			lane_fill(k, k->lane[i], &of, &m->g->row[i]);
	}
	assert(at < KERNEL_LANES);
	if (at % 2)
		lane_clear(k, at++);
	k->from[norm + 1] = at;
}

static void make_alone(struct kernels *k, const struct graph *g)
{
	k->end = k->from[NORM_NR];
	for (int i = 0; i < g->ops; i++)
		if (k->kind[i] == LANE_ALONE)
			k->lane[i] = k->end++;
	assert(k->end <= KERNEL_LANES);
}

void kernels_make(struct kernels *k, const struct graph *g,
		  const struct rates *rates)
{
	struct making m;	/* six kB, not cleared: written before read */

	assert(g->ops > 0 && g->ops <= GRAPH_OPS);
	m.k = k;
	m.g = g;
	m.rates = rates;
	for (int i = 0; i < g->ops; i++) {
		const struct costed of = { &g->machine, &g->op[i], &rates[i] };
		struct todo todo;

		k->kind[i] = kind_of(g, i);
		if (k->kind[i] == LANE_ALONE)
			continue;
		todo = todo_of(&of);
		cost_terms(&of, &todo, &m.terms[i]);
		m.norm[i] = norm_for(of.op, machine_law(of.machine,
			of.op->role)->p, &m.terms[i]);
	}
	k->sorts = 0;
	k->overhead = 0;
	k->from[0] = 0;
	for (int n = 0; n < NORM_NR; n++)
		make_norm(&m, (enum norm)n);
	make_alone(k, g);
}

/* ---- another batch ---- */

void kernels_rows(struct kernels *k, const struct graph *g)
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
	cost_terms(of, t, &x);
	k->hbm_s[lane] = x.hbm_s;
	k->flop_s[lane] = x.flop_s;
	k->serial_s[lane] = x.serial_s;
	k->fixed_s[lane] = x.fixed_s;
}

/* ---- seconds ---- */

static void join(struct kernels *k)
{
	const double *a = k->hbm_s, *b = k->flop_s, *c = k->serial_s;
	const int *from = k->from;
	double *s = k->roofs_s;

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
}

/* An overhead is a batch's own in part (machine.own). */
static void lift_all(struct kernels *k, double overhead)
{
	k->overhead = overhead;
	for (int i = 0; i < k->from[NORM_NR]; i++)
		k->lift[i] = k->bare[i] ? 1 : overhead;
}

void kernels_time(struct kernels *k, double overhead)
{
	assert(overhead > 0 && k->sorts <= GRAPH_OPS);
	if (k->overhead != overhead)
		lift_all(k, overhead);
	join(k);
	for (int i = 0; i < k->from[NORM_NR]; i++)
		k->s[i] = (k->fixed_s[i] + k->roofs_s[i]) * k->count[i] *
			  k->lift[i];
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
