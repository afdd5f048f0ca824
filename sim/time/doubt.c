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
	double var;		/* of the step's seconds */
};

/* Does an op follow this law, or this wire? */
typedef bool follows_fn(const struct desk *, const struct op *, int which);

static bool is_same(const struct stack *s, int a, int b)
{
	return s->law[a].kernel && s->law[b].kernel &&
	       !strcmp(s->law[a].kernel, s->law[b].kernel);
}

static bool follows_law(const struct desk *d, const struct op *op, int role)
{
	return op->kind == OP_KERNEL &&
	       is_same(&d->stack, (int)op->role, role);
}

static bool follows_wire(const struct desk *d, const struct op *op, int kind)
{
	return (int)cost_wire(&d->machine, op) == kind;
}

static bool follows(const struct desk *d, const struct op *op, int which)
{
	(void)d, (void)op, (void)which;
	return true;
}

/* An independent error: what a step takes longer on the desk as it is. */
static void add(struct desk *d, follows_fn *does, int which)
{
	const struct graph *g = &d->st->graph;
	double sum = 0;

	for (int i = 0; i < g->ops; i++) {
		double was = d->st->cost[i].s;
		struct cost c;

		if (!(was > 0) || !does(d, &g->op[i], which))
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

static void set_law(struct stack *s, int role, const struct want *w, double x)
{
	for (int r = role; r < ROLE_NR; r++)
		if (is_same(s, r, role))
			*at(&s->law[r], w) = x;
}

static void doubt_law(struct desk *d, int role)
{
	const char *list[TERMS_MOST];
	int nr = law_terms(list);

	for (int i = 0; i < nr; i++) {
		const struct want *w = law_term(list[i]);
		double x = *at(&d->stack.law[role], w);
		double err = of(&d->stack.law_err[role], w);

		if (!(err > 0))
			continue;
		set_law(&d->stack, role, w, further(w, x, err));
		add(d, follows_law, role);
		set_law(&d->stack, role, w, x);
	}
}

/* Roles that one kernel plays are doubted together, once. */
static void doubt_laws(struct desk *d)
{
	const struct graph *g = &d->st->graph;
	bool done[ROLE_NR] = { false };

	for (int i = 0; i < g->ops; i++) {
		int role = (int)g->op[i].role, first = 0;

		if (g->op[i].kind != OP_KERNEL ||
		    !d->stack.law[role].kernel)
			continue;
		while (!is_same(&d->stack, first, role))
			first++;
		if (!done[first])
			doubt_law(d, first);
		done[first] = true;
	}
}

static void doubt_wire(struct desk *d, int kind)
{
	const char *list[TERMS_MOST];
	int nr = wire_terms((enum wire_kind)kind, list);

	for (int i = 0; i < nr; i++) {
		const struct want *w = wire_term(list[i]);
		double *x = at(&d->stack.wire[kind], w), was = *x;
		double err = of(&d->stack.wire_err[kind], w);

		if (!(err > 0))
			continue;
		*x = further(w, was, err);
		add(d, follows_wire, kind);
		*x = was;
	}
}

static void doubt_wires(struct desk *d)
{
	const struct graph *g = &d->st->graph;
	bool done[WIRE_NR + 1] = { [WIRE_NR] = true };

	for (int i = 0; i < g->ops; i++) {
		int kind = (int)cost_wire(&d->machine, &g->op[i]);

		if (!done[kind])
			doubt_wire(d, kind);
		done[kind] = true;
	}
}

/* ---- the machine ---- */

static void doubt_rate(struct desk *d, double *rate, double err)
{
	double was = *rate;

	if (!(err > 0) || !(was > 0))
		return;
	*rate = was * exp(-err);
	add(d, follows, 0);
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
	struct desk *d = mem_resize(NULL, 1, sizeof(*d));
	double s = st->launch_s + a->on->machine.stack->host_s, sd;

	assert(st->s > 0);
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
	doubt_laws(d);
	doubt_wires(d);
	doubt_machine(d);
	doubt_popularity(d);
	for (int i = 0; i < st->graph.ops; i++)
		s += st->weight[i] * (st->cost[i].s + st->late_s[i]);
	sd = sqrt(d->var) / s;
	free(d);
	return sd;
}
