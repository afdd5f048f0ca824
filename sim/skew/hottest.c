#include "skew/hottest.h"

#include <assert.h>
#include <math.h>

#include "base/larger.h"

enum {
	HOT = 16,	/* size: experts of a layer that may be hot */
	LAYERS = 64,	/* size: layers they are summed over */
	APART = 8	/* size: of them, by which layers differ */
};

#define LEVEL 1e-9	/* math: variance of what hardly differs */

/* Layers in order; and Kronecker's lattice: what is behind the point of the
   first primes' square roots. */
static const double lattice[APART] = {
	1.0 / LAYERS, 0.41421356237, 0.73205080757,	/* math: above */
	0.23606797750, 0.64575131106, 0.31662479036,	/* math: above */
	0.60555127546, 0.12310562562	/* math: above */
};

static int hot_of(const struct skew_spec *a)
{
	return a->experts < HOT ? a->experts : HOT;
}

bool hottest_known(const struct skew_spec *a)
{
	return a->slots - a->experts <= hot_of(a) / 2;	/* math: of twice */
}

/*
 * Popularities of a layer's hottest experts, hottest first. The highest of E is
 * below P in P^E of all layers, the next one below so much of that in P^(E - 1)
 * of them, and so on: the first few where a lattice has them, the others where
 * they are expected. What is left has a lognormal's mean below the last.
 */
static void hot_layer(const struct skew_spec *a, int layer, double *p)
{
	double below = 1, all = 0, z = 0, sigma = a->sigma;
	int left = a->experts, nr = hot_of(a);

	for (int i = 0; i < nr; i++, left--) {
		double at = (layer + 0.5) *	/* math: a middle */
			    lattice[i % APART];

		below *= i < APART ? pow(at - floor(at), 1.0 / left) :
			 exp(-1.0 / left);
		z = skew_quantile(below);
		p[i] = exp(sigma * z);
		all += p[i];
	}
	all += left * exp(sigma * sigma / 2) * normal_below(z - sigma) / below;
	for (int i = 0; i < nr; i++)
		p[i] = fmin(1, p[i] * a->topk / all);
}

/* Of those, each spare slot to the one whose slots have most: the most then. */
static double most_of(const struct skew_spec *a, double *p)
{
	int copies[HOT] = { 0 }, nr = hot_of(a), most;

	for (int given = 0; ; given++) {
		most = 0;
		for (int i = 1; i < nr; i++)
			if (p[i] > p[most])
				most = i;
		if (given == a->slots - a->experts)
			return p[most];
		copies[most]++;
		p[most] *= (double)copies[most] / (copies[most] + 1);
	}
}

struct hottest hottest_slot(const struct skew_spec *a)
{
	double sum = 0, squares = 0;

	assert(hottest_known(a));
	for (int i = 0; i < LAYERS; i++) {
		double hot[HOT], most;

		hot_layer(a, i, hot);
		most = most_of(a, hot);
		sum += most;
		squares += most * most;
	}
	squares *= LAYERS / (sum * sum);
	return (struct hottest){ sum / LAYERS,
				 sqrt(log(larger(1 + LEVEL, squares))) };
}
