#include "plan/confidence.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "skew/skew.h"

enum { SHEETS = 3 /* size: GPU, stack, model */ };

/* One fact that moves some choice. */
struct mover {
	const char *sheet;
	const struct fact *fact;
	double slope[CONFIDENCE_CHOICES];	/* d log rate for one error */
};

struct comparing {
	const struct confidence_spec *spec;
	const struct choice *choice[CONFIDENCE_CHOICES];
	struct plan_sheets sheets[CONFIDENCE_CHOICES];
	double log_rate[CONFIDENCE_CHOICES];
	int nr;
	struct mover *mover;	/* owned */
	int movers, cap;
	struct step *room;
	struct memo *memo;	/* owned */
	struct made *made;	/* owned */
};

/* Sheets that may be changed; their strings are the originals'. */
struct desk {
	const struct plan_sheets *of;
	struct facts own[SHEETS];
};

static void desk_init(struct desk *d, const struct plan_sheets *s)
{
	d->of = s;
	d->own[0] = facts_borrow(s->gpu);
	d->own[1] = facts_borrow(s->stack);
	d->own[2] = facts_borrow(s->model);
}

static void desk_release(struct desk *d)
{
	for (int i = 0; i < SHEETS; i++)
		free(d->own[i].fact);
}

/* ---- rates ---- */

/* Descriptors made of a desk, and room for a question about them. */
struct made {
	struct gpu gpu;
	struct stack stack;
	struct model model;
	struct question question;
	struct answer answer;
};

static bool make(struct made *m, struct desk *d)
{
	struct fault why;

	m->model = *d->of->config;
	memset(m->model.tokens_per_step, 0, sizeof(m->model.tokens_per_step));
	m->model.recipes = 0;
	return !gpu_take(&m->gpu, &d->own[0], &why) &&
	       !stack_take_checked(&m->stack, &d->own[1], m->gpu.arch, &why) &&
	       !model_take(&m->model, &d->own[2], &why);
}

/* log tok/s/GPU of a scenario at its batch; NaN where there is none. */
static double log_rate(struct comparing *c, const struct scenario *s)
{
	struct made *m = c->made;
	struct deployment sheets = { .machine = { .gpu = &m->gpu,
		.stack = &m->stack },
				     .model = &m->model };
	struct fault why;

	memo_lend(c->memo, &sheets);
	if (question_recall(&m->question, s, c->memo, &why))
		return (double)NAN;
	answer_step(&m->answer, &m->question, c->room);
	return log(m->answer.tok_s_gpu);
}

/* ---- slopes ---- */

static bool same_sheets(const struct plan_sheets *a,
			const struct plan_sheets *b)
{
	return a->gpu == b->gpu && a->stack == b->stack &&
	       a->model == b->model;
}

static struct mover *mover_of(struct comparing *c, const struct fact *f,
			      const char *sheet)
{
	for (int i = 0; i < c->movers; i++)
		if (c->mover[i].fact == f)
			return &c->mover[i];
	c->mover = mem_grow(c->mover, c->movers, &c->cap, sizeof(*c->mover));
	c->mover[c->movers] = (struct mover){ .sheet = sheet, .fact = f };
	return &c->mover[c->movers++];
}

/* Move one fact up, or down where it cannot go up, and time those it is of. */
static void nudge(struct comparing *c, struct desk *d, int sheet, int at)
{
	const struct plan_sheets *of = d->of;
	const struct facts *original[SHEETS] = { of->gpu, of->stack,
						 of->model };
	struct fact *f = &d->own[sheet].fact[at];
	double was = f->value, sign = 1;
	bool sound;

	f->value = was + f->err;
	sound = make(c->made, d);
	if (!sound) {
		sign = -1;
		f->value = was - f->err;
		sound = make(c->made, d);
	}
	for (int k = 0; sound && k < c->nr; k++) {
		double slope;

		if (!same_sheets(&c->sheets[k], of))
			continue;
		slope = sign * (log_rate(c, &c->choice[k]->scenario) -
				c->log_rate[k]);
		if (fabs(slope) > 1e-7)		/* math: above rounding */
			mover_of(c, &original[sheet]->fact[at],
				 original[sheet]->name)->slope[k] = slope;
	}
	f->value = was;
}

/* All facts of the sheets of one choice, for all choices that have them. */
static void slopes(struct comparing *c, const struct plan_sheets *of)
{
	struct desk d;

	desk_init(&d, of);
	if (make(c->made, &d)) {
		for (int k = 0; k < c->nr; k++)
			if (same_sheets(&c->sheets[k], of))
				c->log_rate[k] = log_rate(c,
					&c->choice[k]->scenario);
		for (int sheet = 0; sheet < SHEETS; sheet++)
			for (int i = 0; i < d.own[sheet].nr; i++)
				if (d.own[sheet].fact[i].err > 0)
					nudge(c, &d, sheet, i);
	}
	desk_release(&d);
}

/* ---- draws ---- */

/* splitmix64 (Steele, Lea, Flood 2014): a state and a mix. */
static double uniform(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;	/* math: */

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;	/* math: */
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;	/* math: */
	z ^= z >> 31;					/* math: */
	return ((double)(z >> 11) + 0.5) / 9007199254740992.0; /* math: 2^53 */
}

static double normal(uint64_t *state)
{
	return skew_quantile(uniform(state));
}

/* What stays unknown of a choice when its facts are known. */
static double rest_sd(const struct comparing *c, int k)
{
	double facts = 0, all = c->choice[k]->log_sd;

	for (int i = 0; i < c->movers; i++)
		facts += c->mover[i].slope[k] * c->mover[i].slope[k];
	return sqrt(fmax(0, all * all - facts));
}

/* A choice that decodes so many times as fast, as a logarithm. */
struct raced {
	int choice;
	double log_times;
};

static double worth(const struct comparing *c, enum fleet_order by,
		    const struct raced *r)
{
	return fleet_worth(by, c->choice[r->choice], exp(r->log_times));
}

static bool beats(const struct comparing *c, const struct raced *a,
		  const struct raced *b)
{
	enum fleet_order by = c->spec->plan->order;
	double x = worth(c, by, a), y = worth(c, by, b);

	if (x > y || x < y)
		return x > y;
	return worth(c, FLEET_BY_RATE, a) > worth(c, FLEET_BY_RATE, b);
}

static int best_drawn(const struct comparing *c, uint64_t *state,
		      const double *rest)
{
	struct raced r[CONFIDENCE_CHOICES];
	int best = 0;

	for (int k = 0; k < c->nr; k++)
		r[k] = (struct raced){ .choice = k };
	for (int i = 0; i < c->movers; i++) {
		double z = normal(state);

		for (int k = 0; k < c->nr; k++)
			r[k].log_times += z * c->mover[i].slope[k];
	}
	for (int k = 0; k < c->nr; k++) {
		r[k].log_times += rest[k] * normal(state);
		if (k && beats(c, &r[k], &r[best]))
			best = k;
	}
	return best;
}

static void draw(const struct comparing *c, struct confidence *out)
{
	uint64_t state = c->spec->seed;
	double rest[CONFIDENCE_CHOICES];

	for (int k = 0; k < c->nr; k++)
		rest[k] = rest_sd(c, k) / sqrt(2);	/* half is common */
	for (int i = 0; i < c->spec->draws; i++)
		out->share[best_drawn(c, &state, rest)] +=
			1.0 / c->spec->draws;
}

/* ---- flips ---- */

static void keep_flip(struct confidence *out, const struct flip *f)
{
	int at = out->flips;

	while (at > 0 && fabs(out->flip[at - 1].errors) > fabs(f->errors))
		at--;
	if (at == CONFIDENCE_FLIPS)
		return;
	if (out->flips < CONFIDENCE_FLIPS)
		out->flips++;
	assert(at >= 0 && at < CONFIDENCE_FLIPS);
	memmove(&out->flip[at + 1], &out->flip[at],
		(size_t)(out->flips - 1 - at) * sizeof(*f));
	out->flip[at] = *f;
}

/* A fact that is z errors off makes k better than the first. */
static bool passes(const struct comparing *c, const struct mover *m, int k,
		   double z)
{
	const struct raced it = { k, z * m->slope[k] };
	const struct raced first = { 0, z * m->slope[0] };

	return beats(c, &it, &first);
}

/*
 * The fewest errors in one direction at which k passes the first, within
 * `far`, by steps and then halving; `far` where it does not. What choices are
 * compared by may go in steps (whole replicas), so there is no formula.
 */
static double pass_at(const struct comparing *c, const struct mover *m, int k,
		      double far)
{
	const int steps = 80;	/* size: of far */
	double low = 0, high = far;
	int i = 1;

	while (i <= steps && !passes(c, m, k, i * far / steps))
		i++;
	if (i > steps)
		return far;
	low = (i - 1) * far / steps;
	high = i * far / steps;
	for (int n = 0; n < 20; n++) {	/* size: halvings */
		double middle = (low + high) / 2;

		*(passes(c, m, k, middle) ? &high : &low) = middle;
	}
	return high;
}

/* How far a fact must go for another choice to pass the first. */
static void flip_of(const struct comparing *c, const struct mover *m,
		    struct confidence *out)
{
	const double far = 4;	/* size: errors; beyond is no doubt */
	struct flip best = { .sheet = m->sheet, .fact = m->fact,
			     .errors = INFINITY };

	for (int k = 1; k < c->nr; k++)
		for (int sign = -1; sign <= 1; sign += 2) {
			double z;

			if (!(fabs(m->slope[k] - m->slope[0]) > 0))
				continue;
			z = pass_at(c, m, k, sign * far);
			if (fabs(z) < far && fabs(z) < fabs(best.errors)) {
				best.errors = z;
				best.choice = k;
			}
		}
	best.value = m->fact->value + best.errors * m->fact->err;
	if (fabs(best.errors) < far && best.value > 0)
		keep_flip(out, &best);
}

/* ---- which are compared ---- */

static bool alike(const struct choice *a, const struct choice *b)
{
	return !strcmp(a->scenario.hw, b->scenario.hw) &&
	       !(a->scenario.gpus < b->scenario.gpus) &&
	       !(a->scenario.gpus > b->scenario.gpus);
}

static void pick(struct comparing *c, const struct fleet *p, int *index)
{
	for (int i = 0; i < p->nr && c->nr < CONFIDENCE_CHOICES; i++) {
		const struct choice *x = &p->choice[i];
		bool new = true;

		for (int k = 0; k < c->nr; k++)
			new &= !alike(c->choice[k], x);
		if (!new || c->spec->sheets(c->spec->of, &x->scenario,
					    &c->sheets[c->nr]))
			continue;
		index[c->nr] = i;
		c->choice[c->nr++] = x;
	}
}

static void widest(const struct comparing *c, struct confidence *out)
{
	double most = 0;

	for (int i = 0; i < c->movers; i++) {
		double x = 0;

		for (int k = 1; k < c->nr; k++)
			x = fmax(x, fabs(c->mover[i].slope[k] -
					 c->mover[i].slope[0]));
		if (c->nr < 2)
			x = fabs(c->mover[i].slope[0]);
		if (x > most) {
			most = x;
			out->worst = c->mover[i].fact;
			out->worst_sheet = c->mover[i].sheet;
		}
	}
}

void confidence_make(struct confidence *out,
		     const struct confidence_spec *spec, int *choice)
{
	struct comparing *c = mem_zeroed(1, sizeof(*c));

	assert(spec->plan && spec->draws >= 1);
	*out = (struct confidence){ 0 };
	c->spec = spec;
	c->room = step_room();
	c->memo = memo_new(NULL);
	c->made = mem_zeroed(1, sizeof(*c->made));
	pick(c, spec->plan, choice);
	out->nr = c->nr;
	for (int k = 0; k < c->nr; k++) {
		bool done = false;

		for (int i = 0; i < k; i++)
			done |= same_sheets(&c->sheets[i], &c->sheets[k]);
		if (!done)
			slopes(c, &c->sheets[k]);
	}
	if (c->nr > 0)
		draw(c, out);
	for (int i = 0; i < c->movers; i++)
		flip_of(c, &c->mover[i], out);
	widest(c, out);
	free(c->mover);
	free(c->room);
	free(c->memo);
	free(c->made);
	free(c);
}
