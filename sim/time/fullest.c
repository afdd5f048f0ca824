#include "time/fullest.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/larger.h"
#include "skew/skew.h"

#define MANY 8.0	/* math: of the longest in a group, whose number is
			   normal then to 1 % of a group's KV */
#define WIDE 5.0	/* math: normal tail beyond 5 sd is dropped */
#define RARE 1e-4	/* math: chance below which no group has more */

enum {
	PARTS = 4,	/* math: of what the longest is longer; to 0.5 % */
	COUNTS = 40	/* size: of the longest, whose mean is 8 at most */
};

/* A length, over the mean: the longest, how likely it is, and the others. */
struct length {
	double longest, share;
	double mean, var;	/* of the others */
	double third;		/* central moment of all */
};

static struct length length_of(const struct lengths *l)
{
	double mean = lengths_mean(l), most = lengths_longest(l, 0);
	struct length of = { most / mean, 0, 0, 0, 0 };
	double squares = 0;

	for (int i = 0; i < l->nr; i++) {
		double x = l->tok[i] / mean;

		of.third += l->share[i] * (x - 1) * (x - 1) * (x - 1);
		if (l->tok[i] < most) {
			of.mean += l->share[i] * x;
			squares += l->share[i] * x * x;
		} else {
			of.share += l->share[i];
		}
	}
	of.mean /= 1 - of.share;
	of.var = larger(0, squares / (1 - of.share) - of.mean * of.mean);
	return of;
}

/* The longest are in a group by chance, binomially; the others are normal. */
struct counts {
	int nr;
	double chance[COUNTS], kv[COUNTS], sd[COUNTS];
};

static void count(struct counts *c, const struct length *of, double n)
{
	double odds = of->share / (1 - of->share);
	double chance = pow(1 - of->share, n);

	for (c->nr = 0; c->nr < COUNTS && c->nr <= n; c->nr++) {
		double others = n - c->nr;

		c->chance[c->nr] = chance;
		c->kv[c->nr] = c->nr * of->longest + others * of->mean;
		c->sd[c->nr] = sqrt(others * of->var);
		chance *= odds * others / (c->nr + 1);
	}
}

/* Chance of a group to have less. */
static double below(const struct counts *c, double kv)
{
	double chance = 0;

	for (int i = 0; i < c->nr; i++) {
		double x = kv - c->kv[i], wide = WIDE * c->sd[i];

		if (x < -wide)
			break;
		chance += c->chance[i] *
			  (x > wide ? 1 : normal_below(x / c->sd[i]));
	}
	return lesser(1, chance);
}

/*
 * The expected largest of G is the integral of 1 - F^G, by middles of strips
 * that begin and end where one more of the longest makes F jump: where the
 * others are alike that is exact. Where those vary by more F does not jump.
 */
static double few_longest(const struct length *of, double n, double groups)
{
	struct counts c;
	double strip, kv, from, some = 1;

	count(&c, of, n);
	strip = larger((of->longest - of->mean) / PARTS, c.sd[0] / 2);
	from = kv = c.kv[0] - strip * ceil(WIDE * c.sd[0] / strip);
	for (from += strip / 2; some > RARE || from < n; from += strip) {
		some = 1 - pow(below(&c, from), groups);
		kv += some * strip;
	}
	return kv;
}

/* With more of them in a group, by its first three moments (skew/largest). */
static double many_longest(const struct length *of, double cv, double n,
			   double a)
{
	struct moments m = { n, n * cv * cv, larger(0, n * of->third) };

	return lesser(n * of->longest, moments_quantile(&m, a));
}

/* Of so many groups of n. */
static double kv_of(const struct fullest_spec *f, double n, struct many m)
{
	struct length of;

	if (!(n > 0) || !(f->cv > 0) || !(m.groups > 1))
		return n;
	if (!f->lengths || f->lengths->nr == 0)
		return n * (1 + f->cv * fullest_even(n, m));
	of = length_of(f->lengths);
	if (n * of.share > MANY)
		return many_longest(&of, f->cv, n, m.a);
	return few_longest(&of, n, m.groups);
}

static double some_kv(const struct fullest_spec *f, double n, double groups)
{
	double some = larger(1, groups);

	return kv_of(f, n, (struct many){ some, skew_largest(some) });
}

/* Of all groups, n each. */
static double alike_kv(const struct fullest_spec *f, double n)
{
	return kv_of(f, n, (struct many){ f->groups, f->groups_a });
}

/*
 * Some groups have n, the others one less: the fullest of the ones or of the
 * others; or, where lengths vary by more than a sequence, of all alike.
 */
static double apart_kv(const struct fullest_spec *f, double n, double fewer)
{
	double with = f->groups * (1 - fewer), kv, less, alike;

	if (!(fewer > 0))
		return alike_kv(f, n);
	kv = some_kv(f, n, with);
	less = some_kv(f, n - 1, f->groups - with);
	alike = fewer * alike_kv(f, n - 1) + (1 - fewer) * alike_kv(f, n);
	return larger(alike, less + lesser(1, with) * larger(0, kv - less));
}

/*
 * N sequences in c pieces: of N - 1 = q c + r, r of the pieces have q + 1 and
 * the others q, and one of those has the N-th.
 */
double fullest_kv(const struct fullest_spec *f)
{
	double most = ceil(f->seqs), q = floor((most - 1) / f->cut);
	double r = most - 1 - q * f->cut, kv;

	assert(f->seqs > 0 && f->cut >= 1 && f->groups >= 1);
	kv = apart_kv(f, q + 1, most - f->seqs);
	if (r > 0)
		kv += r * alike_kv(f, q + 1);
	if (f->cut - 1 - r > 0)
		kv += (f->cut - 1 - r) * alike_kv(f, q);
	return kv;
}
