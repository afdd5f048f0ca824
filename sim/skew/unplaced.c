#include "skew/unplaced.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"

/*
 * Of sums of 2 to 16 lognormals, the largest of 16 to 320 that are drawn is by
 * 1.4 to 2.9 % less above the mean than that of a shifted one.
 */
#define SUM_OF_FEW 0.02	/* math: above */
#define AMONG 4.4	/* math: below, of copies among others */

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

static struct kind *kind_like(struct kind *kind, int nr, const struct kind *k)
{
	while (nr-- > 0)
		if (!memcmp(&kind[nr].of, &k->of, sizeof(k->of)))
			return &kind[nr];
	return NULL;
}

/* The heaviest first. */
static int kinds_of(const struct skew_spec *a, struct kind *kind)
{
	int nr = 0, heaviest = 0;
	struct kind first;

	for (int r = 0; r < a->ranks; r++) {
		struct kind k = { rank_moments(a, r), 1, own_draw(a, r) };
		struct kind *like = kind_like(kind, nr, &k);

		if (like) {
			like->ranks++;
			like->draws += k.draws;
			continue;
		}
		if (k.of.mean > kind[heaviest].of.mean)
			heaviest = nr;
		kind[nr++] = k;
	}
	first = kind[heaviest];
	kind[heaviest] = kind[0];
	kind[0] = first;
	return nr;
}

/* Minus the logarithm of the chance that all ranks are below x. */
struct some_above {
	double draws;	/* each kind so many draws, */
	double ranks;	/* or as many as it has ranks */
};

static struct some_above some_above(const struct kind *kind, int nr, double x)
{
	struct some_above sum = { 0, 0 };

	for (int i = 0; i < nr; i++) {
		double one = -log1p(-moments_above(&kind[i].of, x));

		sum.draws += kind[i].draws * one;
		sum.ranks += kind[i].ranks * one;
	}
	return sum;
}

/*
 * Ranks without copies are the heaviest, and the busiest is mostly one of
 * them: where it stands is told by what is normal in theirs.
 */
static void largest_of(struct skew *s, const struct kind *kind, int nr)
{
	struct largest *l = &s->largest;
	double z = largest_from(kind[0].ranks);

	l->n = larger(1, kind[0].draws);
	s->alike = kind[0].ranks / l->n;
	for (int i = 0; i < LARGEST_NODES; i++, z += LARGEST_STEP) {
		struct some_above of = some_above(kind, nr,
			moments_quantile(&kind[0].of, z + LARGEST_STEP / 2));

		l->z[i] = z;
		l->below[i] = normal_below(z);
		s->above_draws[i] = of.draws;
		s->above_ranks[i] = of.ranks;
	}
}

/* The chances of where it is, each rank by so much a draw of its own. */
static double chances(const struct skew *s, struct largest *l, double own)
{
	double under = 0, z = 0;

	for (int i = 0; i < LARGEST_NODES; i++) {
		double draws = s->above_draws[i], ranks = s->above_ranks[i];
		double upto = i == LARGEST_NODES - 1 ? 1 :
			      exp(-(draws + own * (ranks - draws)));

		l->chance[i] = upto - under;
		z += l->chance[i] * l->z[i];
		under = upto;
	}
	return z;
}

/*
 * Copies of a rank's experts are on one other rank, which is as busy then;
 * elsewhere they are among others, and the busier of the two is more than that:
 * by AMONG of what the sum of few is less (SUM_OF_FEW), for each that is no
 * draw of its own where the largest stands (drawn at 96 to 320 ranks of three
 * and five, of 256 experts, within 0.8 %).
 */
static double few(const struct skew *s)
{
	const struct largest *l = &s->largest;
	int i = (int)((s->largest_z - l->z[0]) / LARGEST_STEP);

	return s->together ? 1 :
	       1 - AMONG * (1 - s->above_draws[i] / s->above_ranks[i]);
}

static bool together(const struct skew_spec *a)
{
	return a->experts % (a->slots / a->ranks) == 0;
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
	largest_of(s, kind, kinds);
	s->largest_z = chances(s, &s->largest, 0);
	for (int i = 0; i < kinds; i++)
		s->copies |= kind[i].draws < kind[i].ranks;
	s->together = !s->copies || together(a);
	s->few = few(s);
	if (!s->together)
		s->alike = 1;
	free(kind);
	s->always = top.mean * unit;
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
static double own_of(const struct skew *s, double rank_rows)
{
	double z = s->largest_z;
	double x = moments_quantile(&s->rank, z);
	double moves = (moments_quantile(&s->rank, z + 1) -
			moments_quantile(&s->rank, z - 1)) / 2;
	double own = x / rank_rows, alike = moves * moves;

	return z > 0 ? erf(z * sqrt(own / (own + 2 * alike) / 2)) : 1;
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
	struct largest l = s->largest;
	struct largest_share share;
	double above, alike = 1;

	assert(s->tops == 0 && rank_rows > 0);
	h.common = m.var / (m.var + m.mean / rank_rows);
	m.third += (m.mean / rank_rows + 3 * m.var) /	/* math: above */
		   rank_rows;
	m.var += m.mean / rank_rows;
	if (s->copies) {
		double own = own_of(s, rank_rows);

		chances(s, &l, own);
		alike = s->alike - own * (s->alike - 1);
		l.n *= s->alike / alike;
	}
	largest_share(&l, &m, larger(0, s->ranks / alike - l.n * m.mean),
		      &share);
	memcpy(h.z, share.z, sizeof(h.z));
	h.busiest = s->ranks / alike * share.mean;
	above = larger(0, h.busiest - s->always);
	if (s->slots_rank > 1)
		h.busiest -= s->few * SUM_OF_FEW * h.common * above;
	h.level = h.busiest;
	h.sd = s->ranks / alike * share.sd;
	return h;
}
