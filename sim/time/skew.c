#include "time/skew.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"
#include "time/placing.h"

#define SQRT_2PI 2.5066282746310002	/* math: sqrt(2 pi) */
#define BLOM 0.375	/* math: Blom's plotting position */
#define WIDE 3.0	/* math: normal tail beyond 3 sd is dropped */

/*
 * Abramowitz & Stegun 26.2.22, good to 3e-3, then two steps of Halley's
 * method, each of which cubes the error.
 */
double skew_quantile(double p)
{
	double t, x;

	assert(p > 0 && p < 1);
	if (p < 0.5)	/* math: by symmetry */
		return -skew_quantile(1 - p);
	t = sqrt(-2 * log(1 - p));
	x = t - (2.30753 + 0.27061 * t) /		/* math: 26.2.22 */
		(1 + t * (0.99229 + 0.04481 * t));	/* math: 26.2.22 */
	for (int i = 0; i < 2; i++) {
		double u = (p - normal_below(x)) * SQRT_2PI * exp(x * x / 2);

		x += u / (1 - x * u / 2);
	}
	return x;
}

double skew_largest(int n)
{
	return n <= 1 ? 0 : skew_quantile((n - BLOM) / (n + 1 - 2 * BLOM));
}

/* ---- the part that no batch changes ---- */

/* The expected place of the e-th lowest of nr normals (Blom), its variance. */
static double order(int e, int nr, double *var)
{
	double at = (e + 1 - BLOM) / (nr + 1 - 2 * BLOM);
	double z = skew_quantile(at);
	double phi = exp(-z * z / 2) / SQRT_2PI;

	*var = at * (1 - at) / (nr + 2) / phi / phi;
	return z;
}

/*
 * Expected order statistics of a lognormal sample, scaled to sum to topk: the
 * normal's stand at Blom's positions with a variance of
 * P (1 - P) / ((E + 2) phi^2), which is more at either end, and
 * E exp(sigma Z) = exp(sigma E Z + sigma^2 Var Z / 2).
 */
static void popularities(const struct skew_spec *a, double *p)
{
	double sum = 0;

	for (int e = 0; e < a->experts; e++) {
		double var, z = order(e, a->experts, &var);

		p[e] = exp(a->sigma * z + a->sigma * a->sigma * var / 2);
		sum += p[e];
	}
	for (int e = 0; e < a->experts; e++)
		p[e] = fmin(1, p[e] * a->topk / sum);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Keep the mean of each of SKEW_NODES slices of the sorted chances. */
static void nodes_of(struct skew *s, double *p, int nr)
{
	qsort(p, (size_t)nr, sizeof(*p), ascending);
	s->nodes = nr < SKEW_NODES ? nr : SKEW_NODES;
	for (int i = 0; i < s->nodes; i++) {
		int from = nr * i / s->nodes, to = nr * (i + 1) / s->nodes;

		s->p[i] = 0;
		for (int j = from; j < to; j++)
			s->p[i] += p[j] / (to - from);
	}
}

/*
 * The highest 1, 2, 4, ... and all of some ranks' packed loads, over the mean
 * of all: how many, their mean and variance.
 */
static void tops_of(struct skew *s, double *x, int nr, double mean)
{
	double sum = 0, squares = 0;
	int next = 1;

	qsort(x, (size_t)nr, sizeof(*x), ascending);
	s->tops = 0;
	for (int i = 1; i <= nr; i++) {
		double level = x[nr - i] / mean;

		sum += level;
		squares += level * level;
		if (i < next && i < nr)
			continue;
		next = 2 * i;
		s->top[s->tops++] = (struct top){ skew_largest(i), sum / i,
			fmax(0, squares / i - sum / i * sum / i) };
	}
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
		int e = i % a->experts;
		double copy = 1.0 / (a->slots / a->experts +
				     (e < a->slots % a->experts));

		m.mean += copy;
		m.var += copy * copy * v;
		m.third += copy * copy * copy * v * v *
			   (v + 3);	/* math: a lognormal's */
	}
	return m;
}

/* Ranks without copies are the heaviest: the busiest is mostly one of them. */
static struct moments heaviest(const struct skew_spec *a)
{
	struct moments top = rank_moments(a, 0);

	for (int r = 1; r < a->ranks; r++) {
		struct moments m = rank_moments(a, r);

		if (m.mean > top.mean)
			top = m;
	}
	return top;
}

/*
 * Lighter ranks count by their chance to be above where the largest of all
 * that are like the heaviest would stand, against that of the heaviest.
 */
static double like_heaviest(const struct skew_spec *a,
			    const struct moments *top)
{
	double level = moments_quantile(top, skew_largest(a->ranks));
	double above = moments_above(top, level), n = 0;

	for (int r = 0; r < a->ranks; r++) {
		struct moments m = rank_moments(a, r);

		n += m.mean < top->mean ? moments_above(&m, level) / above : 1;
	}
	return n;
}

static void make_skewed(struct skew *s, const struct skew_spec *a, double *p)
{
	double *slot = mem_zeroed((size_t)a->slots, sizeof(*slot));
	double unit = (double)a->ranks / a->experts;
	struct moments top = heaviest(a);
	int nr = 0;

	for (int e = 0; e < a->experts; e++) {
		int upto = (int)((long)a->slots * (e + 1) / a->experts);
		int copies = upto - nr;

		while (nr < upto)
			slot[nr++] = p[e] / copies;
	}
	nodes_of(s, slot, a->slots);
	free(slot);
	largest_make(&s->largest, like_heaviest(a, &top));
	s->rank = (struct moments){ top.mean * unit, top.var * unit * unit,
				    top.third * unit * unit * unit };
}

/*
 * The hottest expert of a layer, alone in its slot beside the least popular
 * ones: what they bring of a mean rank's load, and how far layers differ.
 */
static void hottest(struct skew *s, const struct skew_spec *a, const double *p,
		    const double *slot_p)
{
	double unit = (double)a->ranks / a->topk, var;

	order(a->experts - 1, a->experts, &var);
	s->hot = p[a->experts - 1] * unit;
	s->hot_sd = a->sigma * sqrt(var);
	for (int i = 0; i < s->slots_rank - 1; i++)
		s->beside += slot_p[i] * unit;
}

static void make_packed(struct skew *s, const struct skew_spec *a, double *p)
{
	double *slot_p = mem_zeroed((size_t)a->slots, sizeof(*slot_p));
	double *rank = mem_zeroed((size_t)a->ranks, sizeof(*rank));
	double mean = (double)a->topk / a->ranks;
	int ranks = a->ranks, home = 0;
	int *expert = mem_zeroed((size_t)a->slots, sizeof(*expert));
	int *copies = mem_zeroed((size_t)a->experts, sizeof(*copies));

	placing_pack(&(struct placing){ a->experts, a->slots, a->ranks, p,
				      expert, copies });
	for (int i = 0; i < a->slots; i++) {
		slot_p[i] = p[expert[i]] / copies[expert[i]];
		rank[i / s->slots_rank] += slot_p[i];
		if (expert[i] == a->experts - 1)
			home = i / s->slots_rank;
	}
	s->drift_cv = a->drift_cv;
	nodes_of(s, slot_p, a->slots);
	if (ranks > 1 && copies[a->experts - 1] == 1) {
		hottest(s, a, p, slot_p);
		rank[home] = rank[--ranks];
	}
	tops_of(s, rank, ranks, mean);
	free(copies);
	free(expert);
	free(rank);
	free(slot_p);
}

/*
 * Every pair falls on some slot: slices of unequal size, and slots beyond the
 * experts, must not change the mean.
 */
static void settle(struct skew *s, double mean)
{
	double sum = 0;

	for (int i = 0; i < s->nodes; i++)
		sum += s->p[i];
	for (int i = 0; i < s->nodes; i++) {
		s->p[i] = fmin(1, s->p[i] * mean * s->nodes / sum);
		s->miss[i] = log1p(-s->p[i]);
	}
}

static void make_nodes(struct skew *s, const struct skew_spec *a)
{
	double *p = mem_zeroed((size_t)a->experts, sizeof(*p));

	popularities(a, p);
	if (a->balance == BALANCE_EPLB)
		make_packed(s, a, p);
	else
		make_skewed(s, a, p);
	free(p);
}

void skew_make(struct skew *s, const struct skew_spec *a)
{
	*s = (struct skew){ .balance = a->balance, .ranks = a->ranks,
		.slots_rank = a->slots / a->ranks, .nodes = 1,
		.a = skew_largest(a->ranks), .rank = { 1, 0, 0 },
		.most = fmin(a->ranks, (double)a->slots / a->topk) };
	s->p[0] = 1;
	largest_make(&s->largest, a->ranks);
	if (a->sigma > 0 && a->balance != BALANCE_UNIFORM &&
	    a->balance != BALANCE_EVEN)
		make_nodes(s, a);
	settle(s, (double)a->topk / a->slots);
}

/* ---- one batch ---- */

/*
 * Sum over j of P(X > j pad), normal for j > 0, the tails cut. A normal wider
 * than half a tile has its remainder spread evenly over the tile: by Poisson's
 * summation formula to pad / pi exp(-2 pi^2 / 4), 0.2 % of a tile.
 */
double skew_padded(double rows, double pad)
{
	double sd = sqrt(rows), n, sure;

	assert(!(rows < 0));
	if (pad <= 1)
		return rows;
	if (sd > pad / 2)
		return rows + (pad - 1) / 2;
	n = -expm1(-rows);
	sure = floor((rows - WIDE * sd) / pad);
	if (sure < 0)
		sure = 0;
	n += sure;
	for (double j = sure + 1; j * pad < rows + WIDE * sd; j++)
		n += normal_below((rows - j * pad -
				 0.5) / sd);	/* math: between integers */
	return n * pad;
}

/*
 * The mean over layers of the larger of that level and the hottest expert's
 * rank, b + h with h lognormal of mean H and log sd t (the price of an option;
 * Black 1976): b + H N(d) + (level - b) N(t - d),
 * d = ln(H / (level - b)) / t + t / 2.
 */
static double or_hottest(const struct skew *s, double level)
{
	double room = level - s->beside, t = s->hot_sd, d;

	assert(s->hot > 0 && t > 0);
	if (!(room > 0))
		return s->beside + s->hot;
	d = log(s->hot / room) / t + t / 2;
	return s->beside + s->hot * normal_below(d) +
	       room * normal_below(t - d);
}

/*
 * Packed, the ranks' loads are known but for drift and the fall of tokens.
 * The highest n of them are taken as n draws from a normal of their mean and
 * variance, but no higher than n of the very highest would come by chance.
 * Whichever n makes the largest highest is nearest to the truth: 1 where one
 * rank stands out, all where all are level. Whether the rank of the hottest
 * expert is higher still differs from layer to layer.
 */
static double busiest_packed(const struct skew *s, double rank_rows)
{
	double most = 1;

	for (int i = 0; i < s->tops; i++) {
		const struct top *t = &s->top[i];
		double noise = hypot(s->drift_cv * t->mean,
				     sqrt(t->mean / rank_rows));
		double apart = t->mean + t->a * sqrt(t->var + noise * noise);
		double level = s->top[0].mean + t->a * noise;

		most = fmax(most, fmin(apart, level));
	}
	return s->hot > 0 ? or_hottest(s, most) : most;
}

/*
 * Rows of the busiest rank over the mean. Placed by chance, a rank's rows are
 * Poisson around a sum of lognormal popularities; in units of the mean rank,
 * of R rows, that adds M / R to the variance V and M / R^2 + 3 V / R to the
 * third moment.
 */
static double busiest(const struct skew *s, double rank_rows)
{
	struct moments m = s->rank;
	double top;

	if (s->ranks == 1 || s->balance == BALANCE_EVEN)
		return 1;
	if (s->tops > 0)
		return fmin(s->most, busiest_packed(s, rank_rows));
	m.third += (m.mean / rank_rows + 3 * m.var) /	/* math: above */
		   rank_rows;
	m.var += m.mean / rank_rows;
	top = s->ranks * largest_share(&s->largest, &m, s->ranks -
				       s->largest.n * m.mean);
	return fmin(s->most, top);
}

/* Sums over the nodes, of one slot: rows, their squares, and what is hit. */
struct slot_sums {
	double rows, squares, hit;
	double both;		/* rows times the chance of none */
};

/*
 * A rank's rows and the slots they touch vary together: of a slot that X rows
 * reach, Cov(X, X > 0) = E[X] - E[X] E[X > 0], which over the ranks is rows
 * (1 - hit) where slots are placed by chance, and the mean of each slot's own
 * where ranks are packed alike. X is Poisson around its popularity. What of
 * the touched slots' standard deviation the rows do not tell:
 */
static double apart(const struct skew *s, const struct slot_sums *m)
{
	bool packed = s->tops > 0;
	double var = packed ? m->rows :
		     m->rows + m->squares - m->rows * m->rows;
	double cov = packed ? m->both : m->rows * (1 - m->hit);
	double of = var * m->hit * (1 - m->hit);

	return of > 0 ? sqrt(fmax(0, 1 - cov * cov / of)) : 1;
}

void skew_spread(const struct skew *s, double tok, double pad,
		 struct spread *out)
{
	struct slot_sums m = { 0 };
	double padded = 0, tall = 0;

	for (int i = 0; i < s->nodes; i++)
		m.rows += tok * s->p[i] / s->nodes;
	out->busiest = busiest(s, m.rows * s->slots_rank);
	for (int i = 0; i < s->nodes; i++) {
		double rows = tok * s->p[i], hit = -expm1(tok * s->miss[i]);

		m.hit += hit / s->nodes;
		m.squares += rows * rows / s->nodes;
		m.both += rows * (1 - hit) / s->nodes;
		padded += skew_padded(rows, pad);
		tall += skew_padded(rows * out->busiest, pad);
	}
	out->mean.touched = m.hit * s->slots_rank;
	out->mean.rows = m.rows * s->slots_rank;
	out->mean.padded = padded / s->nodes * s->slots_rank;
	out->sd_touched = s->balance == BALANCE_EVEN ? 0 :
		sqrt(s->slots_rank * m.hit * (1 - m.hit));
	out->apart = apart(s, &m);
	out->busiest_load = (struct load){ out->mean.touched,
		out->mean.rows * out->busiest,
		tall / s->nodes * s->slots_rank };
}
