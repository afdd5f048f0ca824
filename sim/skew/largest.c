#include "skew/largest.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

const double largest_part[LARGEST_PARTS] = {
	0.25, 0.25, 0.2, 0.2, 0.1	/* size: narrow where most are */
};

const double largest_gumbel[LARGEST_PARTS] = {
	-1.07481, -0.43475, 0.0806, 0.7539, 2.1049	/* math: means of
							   Gumbel's law */
};

#define NEVER 1e-5	/* math: chance below which nodes begin */

double normal_below(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

/* Chance that all n are under x. */
static double all_below(double n, double x)
{
	return pow(normal_below(x), n);
}

/* The first node: one step on and the chance is no longer negligible. */
double largest_from(double n)
{
	double z = -4;	/* math: the largest of one is under it 3e-5 */

	while (all_below(n, z + LARGEST_STEP) < NEVER)
		z += LARGEST_STEP;
	return z;
}

/* The chance between two middles stands at the node; the last has the tail. */
void largest_make(struct largest *l, double n)
{
	double z = largest_from(n), under = 0;

	assert(n >= 1);
	l->n = n;
	for (int i = 0; i < LARGEST_NODES; i++, z += LARGEST_STEP) {
		bool last = i == LARGEST_NODES - 1;
		double upto = last ? 1 : all_below(n, z + LARGEST_STEP / 2);

		l->z[i] = z;
		l->chance[i] = upto - under;
		l->below[i] = normal_below(z);
		under = upto;
	}
}

/*
 * X = mean + sd / u (exp(s Z - s^2 / 2) - 1), u^2 = exp(s^2) - 1: the variance
 * is sd^2, and the skewness of a lognormal, u^3 + 3 u, is to be that of X. By
 * u = 2 sinh t it is 2 sinh 3t.
 */
struct shifted {
	double scale, s;
};

static struct shifted shifted_of(const struct moments *m)
{
	double sd = sqrt(m->var);
	double skewness = m->third / (m->var * sd);
	double u = 2 * sinh(asinh(skewness / 2) / 3);	/* math: a cubic */

	u = fmax(u, NEVER);	/* a normal is its limit */
	return (struct shifted){ sd / u, sqrt(log1p(u * u)) };
}

/* The part that is being filled, by what is left of its chance. */
struct filling {
	double sum[LARGEST_PARTS];
	double left;
	int part;
};

static void fill(struct filling *f, double chance, double share)
{
	while (chance > f->left && f->part < LARGEST_PARTS - 1) {
		f->sum[f->part++] += f->left * share;
		chance -= f->left;
		f->left = largest_part[f->part];
	}
	f->sum[f->part] += chance * share;
	f->left -= chance;
}

static void alike(struct largest_share *out, double share)
{
	*out = (struct largest_share){ .mean = share };
	for (int i = 0; i < LARGEST_PARTS; i++)
		out->z[i] = largest_gumbel[i];
}

void largest_share(const struct largest *l, const struct moments *m,
		   double others, struct largest_share *out)
{
	struct filling f = { .left = largest_part[0] };
	double share = 0, squares = 0;
	struct shifted x;

	assert(l->n >= 1 && !(others < 0));
	if (!(m->var > 0)) {
		alike(out, m->mean / (l->n * m->mean + others));
		return;
	}
	x = shifted_of(m);
	for (int i = 0; i < LARGEST_NODES; i++) {
		double most = m->mean + x.scale *
			expm1(x.s * (l->z[i] - x.s / 2));
		double rest = m->mean + x.scale *
			(normal_below(l->z[i] - x.s) / l->below[i] - 1);

		most /= most + (l->n - 1) * rest + others;
		share += l->chance[i] * most;
		squares += l->chance[i] * most * most;
		fill(&f, l->chance[i], most);
	}
	alike(out, share);
	if (!(squares > share * share))
		return;
	out->sd = sqrt(squares - share * share);
	for (int i = 0; i < LARGEST_PARTS; i++)
		out->z[i] = (f.sum[i] / largest_part[i] - share) / out->sd;
}

double moments_quantile(const struct moments *m, double z)
{
	struct shifted x;

	if (!(m->var > 0))
		return m->mean;
	x = shifted_of(m);
	return m->mean + x.scale * expm1(x.s * (z - x.s / 2));
}

double moments_above(const struct moments *m, double x)
{
	struct shifted t;
	double y;

	if (!(m->var > 0))
		return m->mean > x;
	t = shifted_of(m);
	y = 1 + (x - m->mean) / t.scale;
	return y > 0 ? normal_below(-(log(y) / t.s + t.s / 2)) : 1;
}

/*
 * The price of an option (Black 1976): of mean H and log sd t,
 * H N(d) + level N(t - d), d = ln(H / level) / t + t / 2.
 */
double lognormal_or(double level, double mean, double log_sd)
{
	double d;

	assert(level > 0 && mean > 0 && log_sd > 0);
	d = log(mean / level) / log_sd + log_sd / 2;
	return mean * normal_below(d) + level * normal_below(log_sd - d);
}
