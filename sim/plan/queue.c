#include "plan/queue.h"

#include <assert.h>
#include <math.h>

/* x of which a share p of a normal distribution lies below. */
static double normal_quantile(double p)
{
	double low = -8, high = 8;	/* math: beyond it no double */

	for (int i = 0; i < 26; i++) {	/* size: halvings, to 2e-7 */
		double x = (low + high) / 2;

		*(erfc(-x / sqrt(2)) / 2 < p ? &low : &high) = x;
	}
	return low;
}

/* The largest of n draws: Blom (1958), (n - 3/8) / (n + 1/4). */
void pass_line_make(struct pass_line *l, double rank)
{
	assert(l->groups >= 1 && rank > 0 && rank < 1);
	l->rank = rank;
	l->rank_z = normal_quantile(rank);
	l->most_z = l->groups < 2 ? 0 : normal_quantile(
		(l->groups - 0.375) / (l->groups + 0.25));	/* math: */
}

/* x prompts of the busiest group, `mean` of each. */
static double takes_s(const struct pass_line *l, double x, double mean)
{
	return fmax(0, l->own_s + (x - 1) * l->own_more_s) +
	       fmax(0, l->all_s + (mean - 1) * l->all_more_s);
}

double queue_one_s(const struct pass_line *l)
{
	return takes_s(l, 1, 1);
}

double queue_full_s(const struct pass_line *l)
{
	return takes_s(l, l->full, l->full);
}

double queue_alone_s(const struct pass_line *l)
{
	double x = fmin(1 + l->rank_z * FLEET_CV, FLEET_LONGEST);

	return takes_s(l, x, x / l->groups) + l->host_s;
}

/*
 * The share of what a server reads in full passes that so many prompts a
 * second take. A token attends to those before it: of lengths that vary the
 * mean square counts, 1 + cv^2, and the group with the longest decides.
 */
static double use_of(const struct pass_line *l, double rate)
{
	double own_s = l->own_s + (l->full - 1) * l->own_more_s;
	double more = FLEET_CV * (FLEET_CV + l->most_z / sqrt(l->full));

	return rate * (queue_full_s(l) + own_s * more) / (l->groups * l->full);
}

/* ---- passes ---- */

/*
 * What passes leave, they being full: c servers of a fixed service time, a
 * share u of which is taken: the share of prompts that wait, and how long they
 * do on average, in service times. Sakasegawa (1977), An approximation formula
 * L_q = alpha rho^beta / (1 - rho), of M/M/c; of a fixed service time it is
 * half. Waits fall off exponentially.
 */
static double turn_s(const struct pass_line *l, double u, double takes_s)
{
	double slots = l->groups * l->full;
	double waiting = pow(u, sqrt(2 * (slots + 1)) - 1);
	double wait_s = takes_s / (slots * (1 - u)) / 2;

	assert(u >= 0 && u < 1 && slots >= 1);
	return wait_s * fmax(0, log(waiting / (1 - l->rank)));
}

/*
 * Prompts of the busiest group, in mean lengths, when k come to all: they are
 * shared out evenly, and rounded up; of the groups with most, one has the
 * longest. What is more than a pass holds waits for the next.
 */
static double busiest(const struct pass_line *l, double k)
{
	double n = fmax(1, k / l->groups + (1 - 1 / l->groups) / 2);

	n = fmin(n + l->most_z * FLEET_CV * sqrt(n), n * FLEET_LONGEST);
	return fmin(n, fmax(l->full, FLEET_LONGEST));
}

static double pass_s(const struct pass_line *l, double k)
{
	return takes_s(l, busiest(l, k), fmin(fmax(1, k) / l->groups,
					      l->full));
}

/*
 * A pass reads what came during the one before it: T = t(rate T), at most a
 * full one.
 */
static double steady_s(const struct pass_line *l, double rate)
{
	double s = pass_s(l, 1);

	for (int i = 0; i < 200; i++) {	/* size: steps; each nearer by u */
		double next = pass_s(l, rate * s);

		if (next - s < 1e-4 * s)	/* size: near enough */
			return next;
		s = next;
	}
	return INFINITY;
}

/* How long passes are, and how they vary. */
struct passing {
	double s, sd_s;
	double again;	/* of a pass's own variation, in the next */
};

/*
 * How many a pass reads varies: they are counted during the pass before, which
 * varied itself, by the share a that a prompt more adds to its time:
 * var k = k / (1 - a^2).
 */
static void passing_make(struct passing *p, const struct pass_line *l,
			 double rate)
{
	double more = (l->own_more_s + l->all_more_s) / l->groups;

	p->s = steady_s(l, rate);
	p->again = fmin(rate * more, use_of(l, rate));
	assert(p->again < 1);
	p->sd_s = fmin(more * sqrt(rate * p->s / (1 - p->again * p->again)),
		       fmax(0, queue_full_s(l) - p->s));
}

/*
 * Who comes meets a pass, at any moment of it, and rather a long one, longer
 * by var / mean; then takes the next. The moment and the length are
 * independent; their deviations from the median are added as such. What a pass
 * leaves waits on at the server that it came to: routers count requests, not
 * what is left of them.
 */
double queue_first_s(const struct pass_line *l, double servers,
		     double prompts_s)
{
	double rate = prompts_s / servers, u = use_of(l, rate);
	double busy, met, meets, late;
	struct passing p;

	assert(servers >= 1 && prompts_s >= 0 && l->full >= 1);
	if (!(u < 1))
		return INFINITY;
	passing_make(&p, l, rate);
	busy = pow(fmin(1, rate * p.s), servers);	/* else one is idle */
	if (busy <= 1 - l->rank)
		return fmax(queue_alone_s(l), p.s + l->host_s);
	met = p.s + p.sd_s * p.sd_s / p.s;
	meets = (1 - (1 - l->rank) / busy) * met;
	late = hypot(meets - met / 2, l->rank_z * p.sd_s * (1 + p.again / 2));
	return fmax(queue_alone_s(l), l->host_s +
		    p.s + p.again * (met - p.s) +
		    (meets > met / 2 ? met / 2 + late : meets) +
		    turn_s(l, u, p.s));
}

/* ---- prompts where others decode ---- */

/*
 * Alone and first: after a decode step the prompts that came are read; then
 * those that came meanwhile; others decode when a pass has ended and none has
 * come, which one in exp(rate T) does. So of a cycle's time
 *
 *	decode	t / (1 - exp(-rate t))	steps until somebody comes
 *	prompts	T exp(rate T)		passes until nobody does
 */
static double alone_s(const struct beside *b, double rate)
{
	double s = steady_s(&b->line, rate), t = b->step_s;
	double decode = t / -expm1(-rate * t);

	return t * (1 + s * exp(rate * s) / decode);
}

/* Mixed: a step holds what came during the one before it. */
static double mixed_s(const struct beside *b, double rate)
{
	double t = b->step_s;

	for (int i = 0; i < 200; i++) {	/* size: steps; each nearer by u */
		double some = -expm1(-rate * t);
		double next = b->step_s + some *
			      pass_s(&b->line, rate * t / some);

		if (rate * t > b->line.groups * b->line.full)
			return INFINITY;
		if (next - t < 1e-4 * t)	/* size: near enough */
			return next;
		t = next;
	}
	return INFINITY;
}

static double loaded_s(const struct beside *b, double step_s)
{
	double rate = b->seqs / (b->steps * step_s);

	return b->alone ? alone_s(b, rate) : mixed_s(b, rate);
}

/*
 * What prompts wait for beside decodes: the engine looks at what came every so
 * many steps, and may then wait for every group to have some. Prompts go to
 * groups as there is room, at random for that matter: all n have one after
 * n (1 + 1/2 + .. + 1/n) of them on average (the coupon collector's problem).
 */
static double held_s(const struct beside *b, double step_s, double rate)
{
	double even = b->even_steps * step_s, all = 0;

	assert(step_s > 0 && rate > 0);
	for (double i = 1; i <= b->line.groups; i++)
		all += b->line.groups / i;
	return b->line.rank * (fmax(1, b->look_steps) * step_s +
			       fmin(even, all / rate));
}

/*
 * seqs end every `steps` steps, and as many prompts come: the slower a step,
 * the fewer come while it lasts. Where both agree, by halving ratios.
 */
void beside_make(struct beside_times *out, const struct beside *b)
{
	double low = b->step_s, high = 1e3 * b->step_s;	/* size: hopeless */
	double rate;

	assert(b->seqs > 0 && b->steps > 0 && b->step_s > 0);
	for (int i = 0; i < 20; i++) {	/* size: halvings, to 1e-5 of it */
		double middle = sqrt(low * high);

		*(loaded_s(b, middle) > middle ? &low : &high) = middle;
	}
	rate = b->seqs / (b->steps * high);
	out->step_s = high;
	out->first_s = b->alone ?
		queue_first_s(&b->line, 1, rate) +
		held_s(b, b->step_s, rate) :
		held_s(b, high, rate) + b->step_s + b->line.host_s +
		pass_s(&b->line, rate * high);
}
