#include "skew/unplaced.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"

/* ---- the part that no batch changes ---- */

/* What a slot has of its expert, of those in order. */
static double copy_of(const struct skew_spec *a, int slot)
{
	int e = slot % a->experts;

	return 1.0 / (a->slots / a->experts + (e < a->slots % a->experts));
}

/*
 * Experts in order fall on ranks by chance. Spare slots repeat the first
 * experts, whoever they are: a copy has half of its expert's popularity.
 * What a rank's slots have together, in units of a mean expert:
 */
static struct moments rank_moments(const struct skew_spec *a, int rank)
{
	double v = expm1(a->sigma * a->sigma);
	int room = a->slots / a->ranks;
	struct moments m = { 0, 0, 0 };

	for (int i = rank * room; i < (rank + 1) * room; i++) {
		double copy = copy_of(a, i);

		m.mean += copy;
		m.var += copy * copy * v;
		m.third += copy * copy * copy * v * v *
			   (v + 3);	/* math: a lognormal's */
	}
	return m;
}

/*
 * How many draws a rank is: its slots' experts are as popular wherever they
 * have another copy.
 */
static double own_draw(const struct skew_spec *a, int rank)
{
	int room = a->slots / a->ranks;
	double own = 0, all = 0;

	for (int i = rank * room; i < (rank + 1) * room; i++) {
		double copy = copy_of(a, i);

		all += copy * copy;
		own += copy * copy * copy;
	}
	return own / all;
}

/* Ranks with as much of as many experts. */
struct kind {
	struct moments of;
	double ranks;
	double draws;
};

/* Those in a row that are alike; the heaviest first. */
static int kinds_of(const struct skew_spec *a, struct kind *kind)
{
	int nr = 0;

	for (int r = 0; r < a->ranks; r++) {
		struct kind k = { rank_moments(a, r), 1, own_draw(a, r) };

		if (nr > 0 && !memcmp(&k.of, &kind[nr - 1].of, sizeof(k.of))) {
			kind[nr - 1].ranks++;
			kind[nr - 1].draws += k.draws;
			continue;
		}
		kind[nr++] = k;
		if (k.of.mean > kind[0].of.mean) {
			kind[nr - 1] = kind[0];
			kind[0] = k;
		}
	}
	return nr;
}

/* Minus the logarithm of the chance that all ranks are below x. */
static double some_above(const struct kind *kind, int nr, double x)
{
	double sum = 0;

	for (int i = 0; i < nr; i++)
		sum -= kind[i].draws *
		       log1p(-moments_above(&kind[i].of, x));
	return sum;
}

/*
 * Ranks without copies are the heaviest, and the busiest is mostly one of
 * them: as many of those as have the same median of their largest.
 */
static double like_heaviest(const struct kind *kind, int nr)
{
	const double half = log(2);
	double low = 0, high = 8;	/* math: 1e-15 are above it */

	while (high - low > 1e-6) {	/* math: of a standard deviation */
		double z = (low + high) / 2;
		double x = moments_quantile(&kind[0].of, z);

		if (some_above(kind, nr, x) > half)
			low = z;
		else
			high = z;
	}
	return fmax(1, half / -log1p(-normal_below(-low)));
}

/* The same where each rank is a draw. */
static double ranks_alike(struct kind *kind, int nr)
{
	for (int i = 0; i < nr; i++)
		kind[i].draws = kind[i].ranks;
	return like_heaviest(kind, nr);
}

void unplaced_make(struct skew *s, const struct skew_spec *a, const double *p,
		   double *slot_p)
{
	double unit = (double)a->ranks / a->experts;
	struct kind *kind = mem_zeroed((size_t)a->ranks, sizeof(*kind));
	int kinds = kinds_of(a, kind), nr = 0;
	struct moments top = kind[0].of;

	for (int e = 0; e < a->experts; e++) {
		int upto = (int)((long)a->slots * (e + 1) / a->experts);
		int copies = upto - nr;

		while (nr < upto)
			slot_p[nr++] = p[e] / copies;
	}
	largest_make(&s->largest, like_heaviest(kind, kinds));
	s->ranks_alike = ranks_alike(kind, kinds);
	free(kind);
	s->rank = (struct moments){ top.mean * unit, top.var * unit * unit,
				    top.third * unit * unit * unit };
}

/* ---- one batch ---- */

/*
 * Ranks that hold a copy each of an expert are one draw of popularity, and each
 * its own of tokens. Where the largest stands, at z of the normal in it,
 * popularity x moves by x'(z), and R x tokens by the root of that. With a share
 * c of that variance alike, two are as good as independent: when one is there,
 * the other is with a chance of about erfc(z sqrt((1 - c) / (1 + c) / 2)).
 */
static double draws_of(const struct skew *s, double rank_rows)
{
	double n = s->largest.n, z = skew_largest(n);
	double x = moments_quantile(&s->rank, z);
	double moves = (moments_quantile(&s->rank, z + 1) -
			moments_quantile(&s->rank, z - 1)) / 2;
	double own = x / rank_rows, alike = moves * moves;

	return n + (s->ranks_alike - n) *
		   erf(z * sqrt(own / (own + 2 * alike) / 2));
}

/*
 * Rows of the busiest rank over the mean. Placed by chance, a rank's rows are
 * Poisson around a sum of lognormal popularities; in units of the mean rank,
 * of R rows, that adds M / R to the variance V and M / R^2 + 3 V / R to the
 * third moment.
 */
struct high unplaced_busiest(const struct skew *s, double rank_rows)
{
	struct moments m = s->rank;
	struct high h = { .busiest = 1, .level = 1 };
	struct largest more;

	assert(s->tops == 0 && rank_rows > 0);
	h.common = m.var / (m.var + m.mean / rank_rows);
	m.third += (m.mean / rank_rows + 3 * m.var) /	/* math: above */
		   rank_rows;
	m.var += m.mean / rank_rows;
	if (s->ranks_alike > s->largest.n)
		largest_make(&more, draws_of(s, rank_rows));
	else
		more = s->largest;
	h.busiest = h.level = s->ranks * largest_share(&more, &m,
		larger(0, s->ranks - more.n * m.mean));
	return h;
}
