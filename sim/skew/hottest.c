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

/*
 * Where layers are, one chance beside the other: in order in the first, in the
 * others by Kronecker's lattice, what is behind the point of as many times a
 * prime's square root.
 */
static double lattice(int layer, int chance)
{
	static const int prime[APART + HOT] = {
		2, 3, 5, 7, 11, 13, 17, 19, 23, 29,	/* math: the first */
		31, 37, 41, 43, 47, 53, 59, 61, 67, 71,	/* math: the next */
		73, 79, 83, 89	/* math: and these */
	};
	double at = layer + 0.5;	/* math: a middle */

	at *= chance == 0 ? 1.0 / LAYERS : sqrt(prime[chance - 1]);
	return at - floor(at);
}

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
		below *= i < APART ? pow(lattice(layer, i), 1.0 / left) :
			 exp(-1.0 / left);
		z = skew_quantile(below);
		p[i] = exp(sigma * z);
		all += p[i];
	}
	all += left * exp(sigma * sigma / 2) * normal_below(z - sigma) / below;
	for (int i = 0; i < nr; i++)
		p[i] = fmin(1, p[i] * a->topk / all);
}

static int most_of(const double *p, int nr)
{
	int most = 0;

	for (int i = 1; i < nr; i++)
		if (p[i] > p[most])
			most = i;
	return most;
}

/*
 * Of those, each spare slot to the one whose slots have most; and the most
 * then, when popularities are others than the balancer saw: those of a rank's
 * slots by so much that the rank is by drift_cv.
 */
static double hot_slot(const struct skew_spec *a, int layer)
{
	double p[HOT], sd = a->drift_cv * sqrt(a->slots / a->ranks);
	int copies[HOT] = { 0 }, nr = hot_of(a);

	hot_layer(a, layer, p);
	for (int given = 0; given < a->slots - a->experts; given++) {
		int most = most_of(p, nr);

		copies[most]++;
		p[most] *= (double)copies[most] / (copies[most] + 1);
	}
	for (int i = 0; sd > 0 && i < nr; i++)
		p[i] *= exp(sd * skew_quantile(lattice(layer, APART + i)));
	return p[most_of(p, nr)];
}

struct hottest hottest_slot(const struct skew_spec *a)
{
	double sum = 0, squares = 0;

	assert(hottest_known(a));
	for (int i = 0; i < LAYERS; i++) {
		double most = hot_slot(a, i);

		sum += most;
		squares += most * most;
	}
	squares *= LAYERS / (sum * sum);
	return (struct hottest){ sum / LAYERS,
				 sqrt(log(larger(1 + LEVEL, squares))) };
}
