#include "time/doubt.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "facts/terms.h"
#include "time/host.h"
#include "time/late.h"

enum {
	LAWS = ROLE_NR + WIRE_NR,
	ALONE = LAWS,	/* an op follows no law */
	UNKNOWN = -1,
	SKEWS = 2	/* size: changes of the popularities */
};

/* What an op goes with beside its law. */
enum rate { RATE_HBM, RATE_NVLINK, RATE_NIC, RATE_LAUNCH, RATE_NR };

/* A number of the desk's machine, and what it is one error further. */
struct move {
	double *x, to;
	size_t term;	/* of a law */
};

struct law_moves {
	int nr;		/* UNKNOWN: nobody has asked */
	struct move move[TERMS_MOST];
};

/* What an op takes longer by each move. */
struct touch {
	struct op op;		/* as it was, and took then: */
	double s, late_s;
	double grows;	/* what is late grows with it: 1 + late_s / s, or 0 */
	int law;		/* a role, or beyond them a wire, or ALONE */
	int terms;		/* of it, that have an error */
	double term_s[TERMS_MOST];
	double rate_s[RATE_NR];
	double skew_s[SKEWS];	/* with what is late */
	bool skewed[SKEWS];	/* that is there */
	double weight;		/* the step's of it, and what that makes */
	double term_w[TERMS_MOST];	/* of each of those, all that is late */
	double rate_w[RATE_NR];		/* with it, */
	double all_w;			/* and of the op itself */
};

/* How tokens fell under another skew, and all else that lateness goes by. */
struct fall {
	struct spread spread;
	double largest;
	int slots_rank;
};

/* A stack and a GPU of which one number at a time is another. */
struct doubts {
	const struct gpu *of_gpu;	/* whose copies these are; not owned */
	const struct stack *of_stack;	/* NULL: nobody's yet */
	struct stack stack;
	struct gpu gpu;
	struct machine machine;		/* those two */
	int lead[ROLE_NR];		/* UNKNOWN, or see below */
	struct law_moves law[LAWS];
	struct move rate[RATE_NR];	/* to: 0 where it has no error */
	int known;			/* ops */
	unsigned known_as;		/* that step's name */
	struct touch touch[GRAPH_OPS];
	struct fall fall[SKEWS];
	/* of one step: */
	const struct step *st;
	const struct step_spec *ask;
	bool again;			/* known by name, but for attention */
	double var;			/* of the step's seconds */
};

/* ---- what goes with what: the time of the rest is the same to the bit ---- */

static bool is_wired(const struct op *op)
{
	return !op_is_kernel(op) || op->row_nvlink_B > 0;
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

/* ---- the machine, and what may be another in it ---- */

static void rate_move(struct doubts *d, enum rate rate, double *x, double err)
{
	d->rate[rate] = (struct move){ .x = x,
		.to = err > 0 && *x > 0 ? *x * exp(-err) : 0 };
}

/* Another machine's numbers on the desk: nothing is known of it. */
static void desk_clear(struct doubts *d, const struct machine *m)
{
	d->of_gpu = m->gpu;
	d->of_stack = m->stack;
	d->gpu = *m->gpu;
	d->stack = *m->stack;
	d->machine = (struct machine){ .gpu = &d->gpu, .stack = &d->stack,
		.serves = m->serves };
	d->known = 0;
	d->known_as = 0;
	for (int r = 0; r < ROLE_NR; r++)
		d->lead[r] = UNKNOWN;
	for (int l = 0; l < LAWS; l++)
		d->law[l].nr = UNKNOWN;
	rate_move(d, RATE_HBM, &d->gpu.hbm_Bps, d->gpu.hbm_err);
	rate_move(d, RATE_NVLINK, &d->gpu.nvlink_Bps, d->gpu.nvlink_err);
	rate_move(d, RATE_NIC, &d->gpu.nic_Bps, d->gpu.nic_err);
	rate_move(d, RATE_LAUNCH, &d->stack.launch, d->stack.launch_err);
}

/* The first role whose kernel plays this one: as one law they err. */
static int lead_of(struct doubts *d, enum role role)
{
	const struct law *law = d->stack.law;
	int r = 0;

	if (d->lead[role] != UNKNOWN)
		return d->lead[role];
	while (r < (int)role && !(law[r].kernel &&
				  !strcmp(law[r].kernel, law[role].kernel)))
		r++;
	return d->lead[role] = r;
}

/* The terms that have an error. */
static void moves_make(struct law_moves *m, void *law, const void *err,
		       bool is_wire)
{
	const struct want *w;
	int nr = is_wire ? wire_all(&w) : law_all(&w);

	assert(nr <= TERMS_MOST);
	m->nr = 0;
	for (int i = 0; i < nr; i++) {
		double *x = at(law, &w[i]), e = of(err, &w[i]);

		if (e > 0)
			m->move[m->nr++] = (struct move){ x,
				further(&w[i], *x, e), w[i].at };
	}
}

/* Of a role, or beyond them of a wire. */
static const struct law_moves *moves_of(struct doubts *d, int law)
{
	struct law_moves *m = &d->law[law];
	int wire = law - ROLE_NR;

	if (m->nr == UNKNOWN && wire < 0)
		moves_make(m, &d->stack.law[law], &d->stack.law_err[law],
			   false);
	else if (m->nr == UNKNOWN)
		moves_make(m, &d->stack.wire[wire], &d->stack.wire_err[wire],
			   true);
	return m;
}

/* ---- ops ---- */

/* What op i takes longer when a number is another. */
static inline double longer_s(const struct doubts *d, int i,
			      const struct move *m, bool launch)
{
	const struct op *op = &d->touch[i].op;
	const struct cost *was = &d->st->cost[i];
	double held = *m->x, s;

	*m->x = m->to;
	s = launch ? cost_launched_s(&d->machine, op, was) :
		     cost_op_s(&d->machine, op);
	*m->x = held;
	return s - was->s;
}

static void touch_terms(struct doubts *d, int i)
{
	struct touch *t = &d->touch[i];
	bool kernel = op_is_kernel(&t->op);
	const struct law_moves *m = t->law == ALONE ? NULL :
		moves_of(d, kernel ? (int)t->op.role : t->law);

	t->terms = m ? moves_of(d, t->law)->nr : 0;
	for (int k = 0; k < t->terms; k++) {
		bool goes = t->s > 0 && k < m->nr &&
			    (!kernel || law_counts(&t->op, m->move[k].term));

		t->term_s[k] = goes ? longer_s(d, i, &m->move[k],
			kernel && is_launch(m->move[k].term)) : 0;
	}
}

static void touch_rates(struct doubts *d, int i)
{
	struct touch *t = &d->touch[i];
	const bool kernel = op_is_kernel(&t->op), wired = is_wired(&t->op);
	const bool goes[RATE_NR] = { [RATE_HBM] = kernel,
		[RATE_NVLINK] = wired, [RATE_NIC] = wired,
		[RATE_LAUNCH] = kernel };

	for (int r = 0; r < RATE_NR; r++)
		t->rate_s[r] = t->s > 0 && goes[r] && d->rate[r].to > 0 ?
			longer_s(d, i, &d->rate[r], r == RATE_LAUNCH) : 0;
}

static void touch(struct doubts *d, int i)
{
	const struct op *op = &d->st->graph.op[i];
	struct touch *t = &d->touch[i];

	t->op = *op;
	t->s = d->st->cost[i].s;
	t->late_s = d->st->late_s[i];
	t->grows = t->s > 0 ? 1 + t->late_s / t->s : 0;
	t->law = op_is_kernel(op) ? lead_of(d, op->role) :
		 ROLE_NR + (int)cost_wire(&d->machine, op);
	touch_terms(d, i);
	touch_rates(d, i);
	for (int k = 0; k < SKEWS; k++)
		t->skewed[k] = false;
}

static bool is_known(const struct doubts *d, int i)
{
	const struct touch *t = &d->touch[i];

	return t->s == d->st->cost[i].s && t->late_s == d->st->late_s[i] &&
	       !memcmp(&t->op, &d->st->graph.op[i], sizeof(t->op));
}

/* When an op takes longer, the step: a weight mostly stays when the op does. */
static void weigh(struct doubts *d, int i)
{
	struct touch *t = &d->touch[i];

	t->weight = d->st->weight[i];
	for (int k = 0; k < t->terms; k++)
		t->term_w[k] = t->weight * t->term_s[k] * t->grows;
	for (int r = 0; r < RATE_NR; r++)
		t->rate_w[r] = t->weight * t->rate_s[r] * t->grows;
	t->all_w = t->weight * (t->s + t->late_s);
}

/* Those of an op's that are not as they were. */
static void look_at(struct doubts *d, int i, bool may_differ)
{
	bool other = may_differ && (i >= d->known || !is_known(d, i));

	if (other)
		touch(d, i);
	if (other || d->touch[i].weight != d->st->weight[i])
		weigh(d, i);
}

static void touch_all(struct doubts *d)
{
	const struct graph *g = &d->st->graph;

	assert(!d->again || d->known == g->ops);
	for (int p = 0; p < g->parts; p++) {
		const struct part *part = &g->part[p];

		for (int i = part->first; i < part->first + part->nr; i++)
			look_at(d, i, !d->again || g->row[i].recount);
	}
	d->known = g->ops;
}

/* ---- sums: what a step takes longer ---- */

/* Independent errors, each in all ops of one law; each law and wire once. */
static void add_laws(struct doubts *d)
{
	double sum[LAWS][TERMS_MOST];
	bool begun[ALONE + 1] = { false };
	int order[LAWS], laws = 0;

	for (int i = 0; i < d->known; i++) {
		const struct touch *t = &d->touch[i];

		if (t->terms > 0 && !begun[t->law]) {
			begun[t->law] = true;
			order[laws++] = t->law;
			memset(sum[t->law], 0, sizeof(sum[t->law]));
		}
		for (int k = 0; k < t->terms; k++)
			sum[t->law][k] += t->term_w[k];
	}
	for (int l = 0; l < laws; l++)
		for (int k = 0; k < d->law[order[l]].nr; k++)
			d->var += sum[order[l]][k] * sum[order[l]][k];
}

static void add_rates(struct doubts *d)
{
	double sum[RATE_NR] = { 0 };

	for (int i = 0; i < d->known; i++)
		for (int r = 0; r < RATE_NR; r++)
			sum[r] += d->touch[i].rate_w[r];
	for (int r = 0; r < RATE_NR; r++)
		d->var += sum[r] * sum[r];
}

static void add_host(struct doubts *d)
{
	double seqs = d->ask->batch.seqs * d->stack.host_seq_err_s;
	double turn = host_turn_err_s(d->ask->on);

	d->var += d->stack.host_err_s * d->stack.host_err_s + seqs * seqs +
		  turn * turn;
}

/* ---- popularity ---- */

static bool falls_same(struct fall *was, const struct step_spec *ask)
{
	struct loads_fall sp;
	struct fall is;
	bool same;

	step_fall(ask, &sp);
	memset(&is, 0, sizeof(is));
	is.spread = sp.main;
	is.largest = ask->skew->a;
	is.slots_rank = ask->on->layout.slots_rank;
	same = !memcmp(&is, was, sizeof(is));
	*was = is;
	return same;
}

/* Under another skew. */
static void add_skew(struct doubts *d, int which, const struct skew *skew)
{
	const struct step *st = d->st;
	struct step_spec ask = *d->ask;
	double sum = 0;
	bool same;

	ask.skew = skew;
	same = d->again || falls_same(&d->fall[which], &ask);
	for (int j = 0; j < st->apart; j++) {
		int i = st->apart_op[j];
		struct touch *t = &d->touch[i];

		if (!late_falls(&st->graph.op[i]))
			continue;
		if (!same || !t->skewed[which])
			t->skew_s[which] = late_otherwise_s(st, &ask,
				&d->fall[which].spread, i);
		t->skewed[which] = true;
		sum += st->weight[i] * t->skew_s[which];
	}
	d->var += sum * sum;
}

static void add_popularity(struct doubts *d)
{
	const struct model *m = d->ask->on->model;
	const struct skew *s = d->ask->skew;
	struct skew room;

	if (s->balance != BALANCE_EPLB && s->balance != BALANCE_SKEWED)
		return;
	if (m->routing_sigma_err > 0 && m->routing_sigma > 0) {
		const struct skew_change by = { m->routing_sigma,
			m->routing_sigma + m->routing_sigma_err, 0 };

		add_skew(d, 0, spreads_other(d->ask->spreads, s, &by, &room));
	}
	if (s->balance == BALANCE_EPLB && m->routing_drift_err > 0) {
		const struct skew_change by = { 0, 0, m->routing_drift_err };

		add_skew(d, 1, spreads_other(d->ask->spreads, s, &by, &room));
	}
}

/* ---- a step ---- */

static double log_sd(struct doubts *d)
{
	const struct step *st = d->st;
	double s = st->launch_s + d->stack.host_s + host_turn_s(d->ask->on);

	d->var = 0;
	touch_all(d);
	add_laws(d);
	add_rates(d);
	add_host(d);
	add_popularity(d);
	for (int i = 0; i < st->graph.ops; i++)
		s += d->touch[i].all_w;
	return sqrt(d->var) / s;
}

struct doubts *doubts_new(void)
{
	return mem_zeroed(1, sizeof(struct doubts));
}

double doubts_log_sd(struct doubts *d, const struct step *st,
		     const struct step_spec *a, unsigned name)
{
	const struct machine *m = &a->on->machine;

	assert(d && m->gpu && m->stack);
	if (!(st->s > 0) || !isfinite(st->s) || m->stack->ideal > 0)
		return 0;	/* no time, nothing to be wrong about */
	if (d->of_gpu != m->gpu || d->of_stack != m->stack ||
	    d->machine.serves != m->serves)
		desk_clear(d, m);
	d->st = st;
	d->ask = a;
	d->machine.own = m->own;
	d->again = name && name == d->known_as;
	d->known_as = name;
	return log_sd(d);
}

double doubt_log_sd(const struct step *st, const struct step_spec *a)
{
	struct doubts *d = doubts_new();
	double sd = doubts_log_sd(d, st, a, 0);

	free(d);
	return sd;
}
