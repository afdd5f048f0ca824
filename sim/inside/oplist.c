#include "inside/oplist.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

struct line {
	const struct op *op;
	const struct cost *cost;
	double s;		/* a pass, the busiest rank's */
	double passes;
	double share;
};

static double all_s(const struct step *st)
{
	double s = 0;

	for (int i = 0; i < st->graph.ops; i++)
		s += (st->cost[i].s + st->late_s[i]) *
		     step_passes(&st->graph, i);
	return s;
}

static struct line line_of(const struct step *st, int i, double all)
{
	struct line l = { &st->graph.op[i], &st->cost[i],
			  st->cost[i].s + st->late_s[i],
			  step_passes(&st->graph, i), 0 };

	l.share = l.s * l.passes / all;
	return l;
}

static void put_word(struct table *t, int row, const char *column,
		     const char *word)
{
	table_set(t, row, table_need(t, column), word);
}

static void put_counts(struct table *t, int row, const struct line *l)
{
	const struct op *op = l->op;
	double flop = op->flop * op->count;
	double hbm_B = op_hbm_B(op) * op->count;

	table_put(t, row, "passes", l->passes);
	table_put(t, row, "count", op->count);
	table_put(t, row, "m", op->m);
	table_put(t, row, "n", op->n);
	table_put(t, row, "k", op->k);
	table_put(t, row, "groups", op->groups);
	table_put(t, row, "flop", flop);
	table_put(t, row, "hbm_B", hbm_B);
	table_put(t, row, "weight_B", op->weight_B * op->count);
	table_put(t, row, "kv_B", op->kv_B * op->count);
	table_put(t, row, "nvlink_B", l->cost->nvlink_B);
	table_put(t, row, "rdma_B", l->cost->rdma_B);
	table_put(t, row, "messages", op->messages);
	table_put(t, row, "intensity", hbm_B > 0 ? flop / hbm_B : 0);
	table_put(t, row, "flops", flop / l->s);
}

static void put_times(struct table *t, int row, const struct line *l)
{
	const struct cost *c = l->cost;

	table_put(t, row, "time_us", units_us(l->s));
	table_put(t, row, "hbm_us", units_us(c->hbm_s));
	table_put(t, row, "compute_us", units_us(c->flop_s));
	table_put(t, row, "serial_us", units_us(c->serial_s));
	table_put(t, row, "fixed_us", units_us(c->fixed_s));
	table_put(t, row, "nvlink_us", units_us(c->nvlink_s));
	table_put(t, row, "rdma_us", units_us(c->rdma_s));
	table_put(t, row, "imbalance_us", units_us(l->s - c->s));
	table_put(t, row, "time_share", l->share);
	put_word(t, row, "bound", bound_name(c->bound));
}

static const char *kernel_of(const struct question *q, const struct op *op)
{
	return op_is_kernel(op) ?
		machine_law(&q->on.machine, op->role)->kernel : "";
}

void oplist_table(const struct question *q, const struct step *st,
		  struct table *t)
{
	double all = all_s(st);

	assert(all > 0);
	for (int i = 0; i < st->graph.ops; i++) {
		struct line l = line_of(st, i, all);
		int row = table_add_row(t, 0);

		put_word(t, row, "op", l.op->name);
		put_word(t, row, "stage", stage_name(l.op->stage));
		put_word(t, row, "kind", op_kind_name(l.op->kind));
		put_word(t, row, "kernel", kernel_of(q, l.op));
		put_word(t, row, "math", op_is_kernel(l.op) && l.op->flop > 0 ?
			 math_name(l.op->math) : "");
		put_counts(t, row, &l);
		put_times(t, row, &l);
		table_put(t, row, "peak_flops",
			  q->on.machine.gpu->flops[l.op->math]);
		table_put(t, row, "hbm_Bps", q->on.machine.gpu->hbm_Bps);
		put_word(t, row, "hw", q->on.machine.gpu->name);
		put_word(t, row, "model", q->on.model->name);
	}
}

static void text_line(struct text *out, const struct line *l)
{
	char flop[32], hbm[32], wire[32]; /* size: a number and a unit */
	double sent = l->cost->nvlink_B + l->cost->rdma_B;
	double n = l->op->count;

	units_human(l->op->flop * n, DIM_FLOPS, flop, sizeof(flop));
	for (char *p = flop; *p; p++)	/* FLOP, not FLOP/s */
		if (*p == '/')
			*p = '\0';
	units_human(op_hbm_B(l->op) * n, DIM_B, hbm, sizeof(hbm));
	units_human(sent, DIM_B, wire, sizeof(wire));
	text_addf(out, "%-15s %-8s %4.0f  %11s %9s %9s %9.2f %6.1f %%  %s\n",
		  l->op->name, stage_name(l->op->stage), l->passes,
		  l->op->flop > 0 ? flop : "-", hbm,
		  sent > 0 ? wire : "-", units_us(l->s),
		  units_percent(l->share),
		  bound_name(l->cost->bound));
}

void oplist_text(const struct question *q, const struct step *st,
		 struct text *out)
{
	double all = all_s(st);

	assert(all > 0);
	text_addf(out, "%-15s %-8s %4s  %11s %9s %9s %9s %8s  %s\n", "op",
		  "stage", "x", "FLOP", "HBM", "wire", "us", "share",
		  "bound");
	for (int i = 0; i < st->graph.ops; i++) {
		struct line l = line_of(st, i, all);

		text_line(out, &l);
	}
	(void)q;
}
