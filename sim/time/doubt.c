#include "time/doubt.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/terms.h"
#include "time/late.h"

/* A stack and a GPU of which one number at a time is another. */
struct desk {
	const struct step *st;
	const struct step_spec *ask;
	struct stack stack;
	struct gpu gpu;
	struct machine machine;	/* those two */
	int law[GRAPH_OPS];	/* that its ops follow, see below */
	double var;		/* of the step's seconds */
};

enum {
	ALONE = ROLE_NR + WIRE_NR,	/* an op follows no law */
	ANY				/* every op */
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
}

/*
 * An independent error: what a step takes longer on the desk as it is, in the
 * ops of one law, or (ANY) in all.
 */
static void add(struct desk *d, int law)
{
	const struct graph *g = &d->st->graph;
	double sum = 0;

	for (int i = 0; i < g->ops; i++) {
		double was = d->st->cost[i].s;
		struct cost c;

		if ((law != ANY && law != d->law[i]) || !(was > 0))
			continue;
		cost_op(&d->machine, &g->op[i], &c);
		sum += d->st->weight[i] * (c.s - was) *
		       (1 + d->st->late_s[i] / was);
	}
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
	const struct graph *g = &d->st->graph;

	for (int i = 0; i < g->ops; i++)
		if (d->law[i] == lead)
			*at(&d->stack.law[g->op[i].role], w) = x;
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
		add(d, lead);
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
		add(d, ROLE_NR + kind);
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

static void doubt_rate(struct desk *d, double *rate, double err)
{
	double was = *rate;

	if (!(err > 0) || !(was > 0))
		return;
	*rate = was * exp(-err);
	add(d, ANY);
	*rate = was;
}

static void doubt_machine(struct desk *d)
{
	double seqs = d->ask->batch.seqs * d->stack.host_seq_err_s;

	doubt_rate(d, &d->gpu.hbm_Bps, d->gpu.hbm_err);
	doubt_rate(d, &d->gpu.nvlink_Bps, d->gpu.nvlink_err);
	doubt_rate(d, &d->gpu.nic_Bps, d->gpu.nic_err);
	doubt_rate(d, &d->stack.launch, d->stack.launch_err);
	d->var += d->stack.host_err_s * d->stack.host_err_s + seqs * seqs;
}

/* ---- popularity ---- */

/* Moments of exp(sigma z) over its mean: e^v - 1, and (e^v - 1)^2 (e^v + 2). */
static void widen(struct moments *m, double sigma, double to)
{
	double was = exp(sigma * sigma), is = exp(to * to);
	double f = (is - 1) / (was - 1);

	m->var *= f;
	m->third *= f * f * (is + 2) / (was + 2);
}

/* Popularities p ~ exp(sigma z), the same in all: to another sigma. */
static void spread_out(struct skew *s, double sigma, double to)
{
	double all = 0, now = 0;

	for (int i = 0; i < s->nodes; i++)
		all += s->p[i];
	for (int i = 0; i < s->nodes; i++) {
		s->p[i] = pow(s->p[i], to / sigma);
		now += s->p[i];
	}
	for (int i = 0; i < s->nodes; i++) {
		s->p[i] = fmin(s->p[i] * all / now, 1 - DBL_EPSILON);
		s->miss[i] = log1p(-s->p[i]);
	}
	if (s->tops == 0)
		widen(&s->rank, sigma, to);
}

/* The ops whose time goes with the load, under another skew. */
static void add_skew(struct desk *d, const struct skew *skew)
{
	const struct graph *g = &d->st->graph;
	struct step_spec ask = *d->ask;
	struct loads_fall sp;
	double sum = 0;

	ask.skew = skew;
	ask.spreads = NULL;
	step_fall(&ask, &sp);
	for (int i = 0; i < g->ops; i++) {
		struct op op = g->op[i];
		struct cost c = d->st->cost[i];

		if (op.stage == STAGE_EXPERTS) {
			op_set_load(&op, &sp.main.mean);
			cost_op(&d->machine, &op, &c);
		} else if (op.kind != OP_DISPATCH && op.kind != OP_COMBINE) {
			continue;
		}
		sum += d->st->weight[i] * (c.s - d->st->cost[i].s +
			late_s(&ask, &op, &sp.main, &c) - d->st->late_s[i]);
	}
	d->var += sum * sum;
}

static void doubt_popularity(struct desk *d)
{
	const struct model *m = d->ask->on->model;
	struct skew s = *d->ask->skew;

	if (s.balance != BALANCE_EPLB && s.balance != BALANCE_SKEWED)
		return;
	if (m->routing_sigma_err > 0 && m->routing_sigma > 0) {
		spread_out(&s, m->routing_sigma,
			   m->routing_sigma + m->routing_sigma_err);
		add_skew(d, &s);
	}
	if (s.balance == BALANCE_SKEWED || !(m->routing_drift_err > 0))
		return;
	s = *d->ask->skew;
	s.drift_cv += m->routing_drift_err;
	add_skew(d, &s);
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
