#include "plan/beside.h"

#include <assert.h>
#include <math.h>

enum {
	LOOKS = 12,	/* size: waits for the next look that are told apart, */
	COMPANY = 16	/* size: and numbers of those who are there then */
};

#define HEAVY 0.9		/* size: of what is read, which queues fill */

/* ---- cycles of steps and a pass ---- */

struct cycle {
	double steps;		/* of decode, c, */
	double met_steps;	/* in one that somebody comes in */
	double prompts;		/* come in them, m */
	double some;		/* q: it has a pass */
	double decode_s;	/* a step */
	double pass_s;		/* one with prompts, the mean, */
	double one_s;		/* a stage of it, */
	double share;		/* and how many of all steps */
};

/*
 * The coupon collector's: the i-th group of g that has none yet takes g / i
 * draws, with a variance of (g / i)^2 - g / i. Who comes finds rather a long
 * cycle, longer by var / mean.
 */
static void even_steps(const struct beside *b, double a_step, struct cycle *c)
{
	double g = b->line.groups, all = 0, var = 0;

	for (double i = 1; i <= g; i++) {
		all += g / i;
		var += g / i * (g / i - 1);
	}
	c->steps = fmin(b->even_steps, all / a_step);
	c->met_steps = fmin(b->even_steps, (all + var / all) / a_step);
}

/*
 * Of k prompts those of the busiest group: they go where there is room, to a
 * group at random, and the largest of g Poisson counts is z deviations above
 * the mean.
 */
static double busiest(const struct beside *b, double k)
{
	double mean = k / b->line.groups;

	if (b->line.groups < 2)
		return k;
	return fmin(fmax(1, k), fmax(1, mean + b->line.most_z * sqrt(mean)));
}

/* A step with x prompts of the busiest group, `mean` of each. */
static double step_s(const struct beside *b, double x, double mean)
{
	double rows = b->alone ? 0 : b->rows;
	double s = queue_takes_s(&b->line, x + rows, mean + rows);

	return b->alone ? s : fmax(b->step_s, s + b->kv_s);
}

/*
 * In a pipeline of p stages p steps are under way, and all wait behind one
 * that is longer until it is out: it leaves p turns of its own after it came,
 * instead of p - 1 of the others and one. Not so where one as long is among
 * the p - 1 before it, which it follows.
 */
static double bubbles_s(const struct beside *b, const struct cycle *c,
			double one_s)
{
	double others = fmax(1, b->stages) - 1;

	return others * pow(1 - c->share, others) *
	       fmax(0, one_s - b->step_s);
}

/*
 * All steps that so many prompts are read in, as many as fill one in each; in a
 * pipeline each of its own share of places, which ended anywhere.
 */
static double with_s(const struct beside *b, const struct cycle *c, double k)
{
	double x = busiest(b, k), mean = k / b->line.groups, p = b->stages;
	double times = fmax(1, x / b->line.full), one;

	if (p >= 2)
		times = fmax(times, p * -expm1(x * log1p(-1 / p)));
	times = fmin(times, fmax(1, x));
	one = step_s(b, x / times, mean / times);
	return times * one + bubbles_s(b, c, one);
}

/*
 * Engines that look seldom look once more when a pass is over: who was answered
 * just before it, or in a pipeline by a step behind it, has a pass of its own.
 */
static double passes_s(const struct beside *b, const struct cycle *c,
		       double a_step)
{
	double steps = ceil(b->in_s / b->step_s) + fmax(1, b->stages) - 1;
	double after = a_step * steps, before = c->prompts - after;
	double some = -expm1(-after), first = -expm1(-before);

	if (!b->alone || steps < 1 || !(b->look_steps > steps))
		return with_s(b, c, c->prompts / c->some);
	return (first * with_s(b, c, before / first) +
		some * with_s(b, c, after / some)) / c->some;
}

static void cycle_make(struct cycle *c, const struct beside *b)
{
	double a_step = b->seqs / b->steps;

	c->steps = c->met_steps = 0;
	if (b->even_steps > 0)
		even_steps(b, a_step, c);
	if (c->steps < fmax(1, b->look_steps))
		c->steps = c->met_steps = fmax(1, b->look_steps);
	c->prompts = a_step * c->steps;
	c->some = -expm1(-c->prompts);
	c->decode_s = b->step_s;
	c->share = b->alone ? c->some / (c->steps + c->some) :
		   c->some / c->steps;
	c->one_s = step_s(b, fmin(busiest(b, c->prompts / c->some),
				  b->line.full), fmin(c->prompts / c->some /
				  b->line.groups, b->line.full));
	c->pass_s = passes_s(b, c, a_step);
}

/* With a share of the prompts that come. */
static double loaded_s(const struct beside *b, const struct cycle *c,
		       double share)
{
	return c->decode_s + share * c->some / c->steps *
	       (b->alone ? c->pass_s : c->pass_s - c->decode_s);
}

/* ---- one who waits ---- */

/*
 * A place in 0 to 1 of each of nr alike, in an order of its own for each `by`
 * that has no factor of nr.
 */
static double place(int i, int by, int nr)
{
	return ((i * by) % nr + 0.5) / nr;	/* math: the middle */
}

/* The n-th step, from 0, that x prompts of the busiest group are read in. */
static double nth_s(const struct beside *b, double x, double mean, double n)
{
	double most = b->cuts ? fmax(1, b->fit) : b->line.full;

	return step_s(b, fmax(0, fmin(x - n * most, most)),
		      fmax(0, fmin(mean - n * most, most)));
}

/*
 * Its own step: m others are there, give or take their root, z deviations from
 * the mean, some of them ahead of it in its group. Engines that cut end it in
 * the step that has room for the last of its tokens; others put off what has no
 * room for all of them, and may wait for every group again.
 */
static double own_s(const struct beside *b, const struct cycle *c, int i)
{
	double z = normal_quantile(place(i, 1, COMPANY)), s;
	double k = fmax(1, 1 + c->prompts + z * sqrt(c->prompts));
	double longer = FLEET_CV * sqrt(12) *	/* math: of even lengths */
			(place(i, 7, COMPANY) - 0.5);	/* math: odd; half */
	double ahead = place(i, 5, COMPANY) *	/* math: odd */
		       (k - 1) / b->line.groups;
	double x = fmax(busiest(b, k), 1 + ahead) + longer;
	double mean = (k + longer) / b->line.groups;
	double last = b->cuts ?
		ceil((1 + longer + ahead) / fmax(1, b->fit)) - 1 :
		floor(ahead / b->line.full);

	s = nth_s(b, x, mean, last);
	for (double n = 0; n < last; n++) {
		s += nth_s(b, x, mean, n);
		if (!b->cuts && b->even_steps > 0)
			s += c->steps * c->decode_s;
	}
	return s;
}

/* Steps of a pipeline that are out until it is seen, who is answered by one. */
static double gaps(const struct beside *b, const struct cycle *c)
{
	return 1 + ceil(b->in_s / c->decode_s);
}

/*
 * The step that it comes in, and the next, if each has prompts or has none. A
 * pipeline plans when a step is out, and not ahead: it comes between two that
 * are, far apart where the second has prompts, and one of those before it that
 * has some takes each stage first.
 */
static double met_s(const struct beside *b, const struct cycle *c, int which,
		    double place)
{
	double one = which & 1 ? c->pass_s : c->decode_s;
	double two = which & 2 ? c->pass_s : c->decode_s;

	if (b->stages >= 2) {
		two = which & 2 ? c->one_s - c->decode_s : 0;
		return (b->at_random ? place * one + b->in_s : which & 1 ?
			one : gaps(b, c) * one) + two;
	}
	if (b->at_random)
		return place * one + b->in_s + two;
	return one + ceil(fmax(0, b->in_s - one) / c->decode_s) *
	       c->decode_s + two;
}

static double weight(const struct beside *b, const struct cycle *c, int which)
{
	double p = c->share, longer = p, next = p;

	if (b->stages >= 2) {
		longer = -expm1(gaps(b, c) * log1p(-p));
		next = -expm1((b->stages - 1) * log1p(-p));
	}
	if (b->at_random)	/* rather a long one */
		longer = p * c->pass_s /
			 (p * c->pass_s + (1 - p) * c->decode_s);
	return (which & 1 ? longer : 1 - longer) *
	       (which & 2 ? next : 1 - next);
}

enum { MET = 4 /* math: two steps, with prompts or without */ };

/* All that may be, and how likely. */
struct fates {
	double s[MET * LOOKS * COMPANY], weight[MET * LOOKS * COMPANY];
	int nr;
};

static void add_fate(struct fates *f, double s, double weight)
{
	f->s[f->nr] = s;
	f->weight[f->nr++] = weight / (LOOKS * COMPANY);
}

static void fates_make(struct fates *f, const struct beside *b,
		       const struct cycle *c)
{
	double looks_s = (c->met_steps - 1) * c->decode_s;
	double own[COMPANY];

	for (int k = 0; k < COMPANY; k++)
		own[k] = own_s(b, c, k) + b->line.host_s - b->in_s;
	f->nr = 0;
	for (int which = 0; which < MET; which++)
		for (int i = 0; i < LOOKS; i++) {
			double met = met_s(b, c, which,
				place(i, 5, LOOKS));	/* math: prime to it */

			for (int k = 0; k < COMPANY; k++)
				add_fate(f, met + own[k] + looks_s *
					 place(i, 1, LOOKS),
					 weight(b, c, which));
		}
}

/* What a share of them stays below, by halving. */
static double fates_rank(const struct fates *f, double rank)
{
	double low = 0, high = 0;

	for (int i = 0; i < f->nr; i++)
		high = fmax(high, f->s[i]);
	for (int i = 0; i < 20; i++) {	/* size: to a millionth */
		double middle = (low + high) / 2, below = 0;

		for (int k = 0; k < f->nr; k++)
			below += f->s[k] <= middle ? f->weight[k] : 0;
		*(below < rank ? &low : &high) = middle;
	}
	return high;
}

void beside_make(struct beside_times *out, const struct beside *b)
{
	struct fates f;
	struct cycle c;

	assert(b->seqs > 0 && b->steps > 0 && b->step_s > 0);
	cycle_make(&c, b);
	out->step_s = loaded_s(b, &c, (b->seqs - 1) / b->seqs);
	out->every_s = loaded_s(b, &c, 1);
	if (!b->cuts && b->even_steps > 0 &&
	    c.prompts > HEAVY * b->line.groups * b->line.full) {
		out->first_s = INFINITY;
		return;
	}
	fates_make(&f, b, &c);
	out->first_s = fates_rank(&f, b->line.rank);
}
