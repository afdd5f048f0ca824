#include "time/doubt.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/terms.h"
#include "time/late.h"

enum {
	ALONE = ROLE_NR + WIRE_NR	/* an op follows no law */
};

/* A stack and a GPU of which one number at a time is another. */
struct desk {
	const struct step *st;
	const struct step_spec *ask;
	struct stack stack;
	struct gpu gpu;
	struct machine machine;	/* those two */
	int law[GRAPH_OPS];	/* that its ops follow, see below */
	int first[ALONE + 1];	/* op of a law; -1: none is left */
	int next[GRAPH_OPS];	/* after that */
	double var;		/* of the step's seconds */
};

/* The first role whose kernel plays this one: as one law they err. */
static int lead_of(const struct stack *s, enum role role)
{
	const char *kernel = s->law[role].kernel;

	for (int r = 0; r < (int)role; r++)
		if (s->law[r].kernel && !strcmp(s->law[r].kernel, kernel))
			return r;
	return (int)role;
}

/* Whose law an op follows: a leading role, or beyond them a wire; or ALONE. */
static void follow(struct desk *d)
{
	const struct graph *g = &d->st->graph;
	int lead[ROLE_NR];

	for (int r = 0; r < ROLE_NR; r++)
		lead[r] = -1;
	for (int i = 0; i < g->ops; i++) {
		int role = (int)g->op[i].role;

		d->law[i] = ROLE_NR + (int)cost_wire(&d->machine, &g->op[i]);
		if (g->op[i].kind != OP_KERNEL)
			continue;
		if (lead[role] < 0)
			lead[role] = lead_of(&d->stack, g->op[i].role);
		d->law[i] = lead[role];
	}
	for (int l = 0; l <= ALONE; l++)
		d->first[l] = -1;
	for (int i = g->ops - 1; i >= 0; i--) {
		d->next[i] = d->first[d->law[i]];
		d->first[d->law[i]] = i;
	}
}

/* ---- what goes with what: the time of the rest is the same to the bit ---- */

static bool is_kernel(const struct op *op)
{
	return op->kind == OP_KERNEL;
}

static bool is_wired(const struct op *op)
{
	return !is_kernel(op) || op->row_nvlink_B > 0;
}

/* A kernel's time goes with this term of its law. */
static bool law_counts(const struct op *op, size_t term)
{
	switch (term) {
	case offsetof(struct law, e_f):
	case offsetof(struct law, rho_flops):
		return op->flop_row > 0;
	case offsetof(struct law, kappa_s):
		return op->k > 0;
	case offsetof(struct law, c_s):
		return op->ctas > 0;
	case offsetof(struct law, e_nvlink):
	case offsetof(struct law, fill_s):
		return op->row_nvlink_B > 0;
	default:
		return true;
	}
}

static bool is_launch(size_t term)
{
	return term == offsetof(struct law, t0_s) ||
	       term == offsetof(struct law, c_s);
}

/* What an op adds to the step on the desk as it is. */
static double longer_s(const struct desk *d, int i, bool launch)
{
	const struct op *op = &d->st->graph.op[i];
	const struct cost *was = &d->st->cost[i];
	struct cost c;

	if (!(was->s > 0))
		return 0;
	if (launch)
		c.s = cost_launched_s(&d->machine, op, was);
	else
		cost_op(&d->machine, op, &c);
	return d->st->weight[i] * (c.s - was->s) *
	       (1 + d->st->late_s[i] / was->s);
}

/* An independent error: what a step takes longer, in the ops of one law. */
static void add_law(struct desk *d, int law, size_t term)
{
	double sum = 0;

	for (int i = d->first[law]; i >= 0; i = d->next[i])
		if (law_counts(&d->st->graph.op[i], term))
			sum += longer_s(d, i, is_launch(term));
	d->var += sum * sum;
}

static void add_wire(struct desk *d, int law)
{
	double sum = 0;

	for (int i = d->first[law]; i >= 0; i = d->next[i])
		sum += longer_s(d, i, false);
	d->var += sum * sum;
}

/* And in all that are so. */
static void add_all(struct desk *d, bool (*counts)(const struct op *),
		    bool launch)
{
	const struct graph *g = &d->st->graph;
	double sum = 0;

	for (int i = 0; i < g->ops; i++)
		if (counts(&g->op[i]))
			sum += longer_s(d, i, launch);
	d->var += sum * sum;
}

/* One standard error further: a time longer, a reach or a rate lower. */
static double further(const struct want *w, double x, double err)
{
	return w->dim == DIM_S ? x + err : x * exp(-err / x);
}

static double *at(void *of, const struct want *w)
{
	return (double *)(void *)((char *)of + w->at);
}

static double of(const void *err, const struct want *w)
{
	double x;

	memcpy(&x, (const char *)err + w->at, sizeof(x));
	return x;
}

/* ---- laws ---- */

/* The roles that one kernel plays have one law. */
static void set_law(struct desk *d, int lead, const struct want *w, double x)
{
	const struct op *op = d->st->graph.op;

	for (int i = d->first[lead]; i >= 0; i = d->next[i])
		*at(&d->stack.law[op[i].role], w) = x;
}

static void doubt_law(struct desk *d, enum role role, int lead)
{
	const struct want *w;
	int nr = law_all(&w);

	for (int i = 0; i < nr; i++) {
		double x = *at(&d->stack.law[role], &w[i]);
		double err = of(&d->stack.law_err[role], &w[i]);

		if (!(err > 0))
			continue;
		set_law(d, lead, &w[i], further(&w[i], x, err));
		add_law(d, lead, w[i].at);
		set_law(d, lead, &w[i], x);
	}
}

static void doubt_wire(struct desk *d, int kind)
{
	const struct want *w;
	int nr = wire_all(&w);

	for (int i = 0; i < nr; i++) {
		double *x = at(&d->stack.wire[kind], &w[i]), was = *x;
		double err = of(&d->stack.wire_err[kind], &w[i]);

		if (!(err > 0))
			continue;
		*x = further(&w[i], was, err);
		add_wire(d, ROLE_NR + kind);
		*x = was;
	}
}

/* Each law and each wire once. */
static void doubt_laws(struct desk *d)
{
	const struct graph *g = &d->st->graph;
	bool done[ALONE + 1] = { [ALONE] = true };

	for (int i = 0; i < g->ops; i++) {
		int law = d->law[i];

		if (done[law])
			continue;
		done[law] = true;
		if (law < ROLE_NR)
			doubt_law(d, g->op[i].role, law);
		else
			doubt_wire(d, law - ROLE_NR);
	}
}

/* ---- the machine ---- */

static void doubt_rate(struct desk *d, double *rate, double err,
		       bool (*counts)(const struct op *))
{
	double was = *rate;

	if (!(err > 0) || !(was > 0))
		return;
	*rate = was * exp(-err);
	add_all(d, counts, rate == &d->stack.launch);
	*rate = was;
}

static void doubt_machine(struct desk *d)
{
	double seqs = d->ask->batch.seqs * d->stack.host_seq_err_s;

	doubt_rate(d, &d->gpu.hbm_Bps, d->gpu.hbm_err, is_kernel);
	doubt_rate(d, &d->gpu.nvlink_Bps, d->gpu.nvlink_err, is_wired);
	doubt_rate(d, &d->gpu.nic_Bps, d->gpu.nic_err, is_wired);
	doubt_rate(d, &d->stack.launch, d->stack.launch_err, is_kernel);
	d->var += d->stack.host_err_s * d->stack.host_err_s + seqs * seqs;
}

/* ---- popularity ---- */

/* What an op whose time goes with the load adds, where tokens fall so. */
static double otherwise_s(const struct desk *d, const struct step_spec *ask,
			  const struct spread *sp, int i)
{
	struct op op = d->st->graph.op[i];
	struct cost c = d->st->cost[i];

	if (op.stage == STAGE_EXPERTS) {
		op_set_load(&op, &sp->mean);
		cost_op(&d->machine, &op, &c);
	}
	return d->st->weight[i] * (c.s - d->st->cost[i].s +
		late_s(ask, &op, sp, &c) - d->st->late_s[i]);
}

/* Under another skew. */
static void add_skew(struct desk *d, const struct skew *skew)
{
	const struct graph *g = &d->st->graph;
	struct step_spec ask = *d->ask;
	struct loads_fall sp;
	double sum = 0;

	ask.skew = skew;
	step_fall(&ask, &sp);
	for (int i = 0; i < g->ops; i++)
		if (g->op[i].stage == STAGE_EXPERTS ||
		    g->op[i].kind == OP_DISPATCH ||
		    g->op[i].kind == OP_COMBINE)
			sum += otherwise_s(d, &ask, &sp.main, i);
	d->var += sum * sum;
}

static void doubt_popularity(struct desk *d)
{
	const struct model *m = d->ask->on->model;
	const struct skew *s = d->ask->skew;
	struct skew room;

	if (s->balance != BALANCE_EPLB && s->balance != BALANCE_SKEWED)
		return;
	if (m->routing_sigma_err > 0 && m->routing_sigma > 0) {
		const struct skew_change by = { m->routing_sigma,
			m->routing_sigma + m->routing_sigma_err, 0 };

		add_skew(d, spreads_other(d->ask->spreads, s, &by, &room));
	}
	if (s->balance == BALANCE_EPLB && m->routing_drift_err > 0) {
		const struct skew_change by = { 0, 0, m->routing_drift_err };

		add_skew(d, spreads_other(d->ask->spreads, s, &by, &room));
	}
}

double doubt_log_sd(const struct step *st, const struct step_spec *a)
{
	struct desk *d;
	double s = st->launch_s + a->on->machine.stack->host_s, sd;

	if (!(st->s > 0) || !isfinite(st->s))
		return 0;	/* no time, nothing to be wrong about */
	d = mem_resize(NULL, 1, sizeof(*d));
	d->st = st;
	d->ask = a;
	d->stack = *a->on->machine.stack;
	d->gpu = *a->on->machine.gpu;
	d->machine = (struct machine){ &d->gpu, &d->stack };
	d->var = 0;
	if (d->stack.ideal > 0) {
		free(d);
		return 0;
	}
	follow(d);
	doubt_laws(d);
	doubt_machine(d);
	doubt_popularity(d);
	for (int i = 0; i < st->graph.ops; i++)
		s += st->weight[i] * (st->cost[i].s + st->late_s[i]);
	sd = sqrt(d->var) / s;
	free(d);
	return sd;
}
