#include "skew/skew.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"
#include "skew/packed.h"

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

double skew_largest(double n)
{
	return n <= 1 ? 0 : skew_quantile((n - BLOM) / (n + 1 - 2 * BLOM));
}

/* ---- the part that no batch changes ---- */

double skew_order(int e, int nr, double *var)
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
		double var, z = skew_order(e, a->experts, &var);

		p[e] = exp(a->sigma * z + a->sigma * a->sigma * var / 2);
		sum += p[e];
	}
	for (int e = 0; e < a->experts; e++)
		p[e] = fmin(1, p[e] * a->topk / sum);
}

/*
 * Where slice i of nr sorted slots begins: the more popular, the finer. What
 * touches a slot and what fills a tile bends most there.
 */
static int slice_from(int i, int nodes, int nr)
{
	int left = nodes - i;
	int from = nr - (int)((long)nr * left * left / nodes / nodes);

	return from < nr - left ? from : nr - left;
}

/* Keep the mean of each of SKEW_NODES slices of the sorted chances. */
static void nodes_of(struct skew *s, double *p, int nr)
{
	qsort(p, (size_t)nr, sizeof(*p), ascending);
	s->nodes = nr < SKEW_NODES ? nr : SKEW_NODES;
	for (int i = 0; i < s->nodes; i++) {
		int from = slice_from(i, s->nodes, nr);
		int to = slice_from(i + 1, s->nodes, nr);

		s->share[i] = (double)(to - from) / nr;
		s->p[i] = 0;
		for (int j = from; j < to; j++)
			s->p[i] += p[j] / (to - from);
	}
}

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
	double draws;
};

/* Those in a row that are alike; the heaviest first. */
static int kinds_of(const struct skew_spec *a, struct kind *kind)
{
	int nr = 0;

	for (int r = 0; r < a->ranks; r++) {
		struct kind k = { rank_moments(a, r), own_draw(a, r) };

		if (nr > 0 && !memcmp(&k.of, &kind[nr - 1].of, sizeof(k.of))) {
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

static void make_skewed(struct skew *s, const struct skew_spec *a, double *p)
{
	double *slot = mem_zeroed((size_t)a->slots, sizeof(*slot));
	double unit = (double)a->ranks / a->experts;
	struct kind *kind = mem_zeroed((size_t)a->ranks, sizeof(*kind));
	int kinds = kinds_of(a, kind), nr = 0;
	struct moments top = kind[0].of;

	for (int e = 0; e < a->experts; e++) {
		int upto = (int)((long)a->slots * (e + 1) / a->experts);
		int copies = upto - nr;

		while (nr < upto)
			slot[nr++] = p[e] / copies;
	}
	nodes_of(s, slot, a->slots);
	free(slot);
	largest_make(&s->largest, like_heaviest(kind, kinds));
	free(kind);
	s->rank = (struct moments){ top.mean * unit, top.var * unit * unit,
				    top.third * unit * unit * unit };
}

static void make_packed(struct skew *s, const struct skew_spec *a, double *p)
{
	double *slot_p = mem_zeroed((size_t)a->slots, sizeof(*slot_p));

	packed_make(s, a, p, slot_p);
	nodes_of(s, slot_p, a->slots);
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
		sum += s->share[i] * s->p[i];
	for (int i = 0; i < s->nodes; i++) {
		s->p[i] = fmin(1, s->p[i] * mean / sum);
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
	s->p[0] = s->share[0] = 1;
	largest_make(&s->largest, a->ranks);
	if (a->sigma > 0 && a->balance != BALANCE_UNIFORM &&
	    a->balance != BALANCE_EVEN)
		make_nodes(s, a);
	settle(s, (double)a->topk / a->slots);
}

/* ---- one batch ---- */

/* Tokens of all ranks, rows of a tile. */
struct tiled {
	double tok, pad;
};

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
 * Rows of the busiest rank over the mean. Placed by chance, a rank's rows are
 * Poisson around a sum of lognormal popularities; in units of the mean rank,
 * of R rows, that adds M / R to the variance V and M / R^2 + 3 V / R to the
 * third moment.
 */
static struct high busiest(const struct skew *s, double rank_rows)
{
	struct moments m = s->rank;
	struct high h = { .busiest = 1, .level = 1 };

	if (s->ranks == 1 || s->balance == BALANCE_EVEN)
		return h;
	if (s->tops > 0)
		return packed_busiest(s, rank_rows);
	h.common = m.var / (m.var + m.mean / rank_rows);
	m.third += (m.mean / rank_rows + 3 * m.var) /	/* math: above */
		   rank_rows;
	m.var += m.mean / rank_rows;
	h.busiest = h.level = s->ranks * largest_share(&s->largest, &m,
		s->ranks - s->largest.n * m.mean);
	return h;
}

/* Means over the nodes, of one slot. */
struct slot_sums {
	double rows, squares, hit;
	double hit_var;		/* of whether a slot is hit: packed ranks are
				   alike, placed by chance they are not */
	double both;		/* rows times the chance of none */
	double padded;
	double tiles_var;	/* of what is padded, in tiles */
	double tall, tall_hit;	/* padded and hit, of the busiest rank */
};

/*
 * Where in its last tile a slot's rows end is uniform once there are a few
 * tiles, a variance of 1/12; with fewer, whether there is one beyond the first
 * is a matter of chance.
 */
static double tiles_var(double padded, double hit, double pad)
{
	return fmin(fmax(0, padded / pad - hit),
		    1.0 / 12);	/* math: of a uniform */
}

static double mean_rows(const struct skew *s, double tok)
{
	double rows = 0;

	for (int i = 0; i < s->nodes; i++)
		rows += s->share[i] * tok * s->p[i];
	return rows;
}

/* level: of the busiest rank, over the mean. */
static void sum_slots(const struct skew *s, const struct tiled *by,
		      double level, struct slot_sums *m)
{
	for (int i = 0; i < s->nodes; i++) {
		double share = s->share[i], rows = by->tok * s->p[i];
		double miss = by->tok * s->miss[i], hit = -expm1(miss);
		double padded = skew_padded(rows, by->pad);

		m->rows += share * rows;
		m->hit += share * hit;
		m->squares += share * rows * rows;
		m->hit_var += share * hit * (1 - hit);
		m->both += share * rows * (1 - hit);
		m->padded += share * padded;
		m->tiles_var += share * tiles_var(padded, hit, by->pad);
		m->tall += share * skew_padded(rows * level, by->pad);
		m->tall_hit -= share * expm1(miss * level);
	}
	if (s->tops == 0)
		m->hit_var = m->hit * (1 - m->hit);
}

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
	double of = var * m->hit_var;

	return of > 0 ? sqrt(fmax(0, 1 - cov * cov / of)) : 1;
}

/*
 * No rank touches more slots than it has: of those that are left, what the
 * busiest's rows touch, and by the root of the squares' difference the rest.
 */
static double room_apart(const struct skew *s, const struct slot_sums *m,
			 double sd)
{
	double left = s->slots_rank * (1 - m->hit);
	double told = s->slots_rank * (m->tall_hit - m->hit);
	double more = fmin(left, s->a * sd);
	double room = sqrt(fmax(0, left * left - told * told));

	return more > 0 ? room / more : 1;
}

/*
 * Rows with padding of the busiest rank: all of its slots as many times fuller
 * as it is, whose mean is tall; or the hottest expert's, whose other slots are
 * nearly empty and padded all the same, in layers where that is more.
 */
static double busiest_padded(const struct skew *s, const struct high *h,
			     const struct slot_sums *m, double pad)
{
	double rows = m->rows * s->slots_rank;
	double tall = m->tall * s->slots_rank;
	int others = s->slots_rank - 1;
	double hot;

	if (!(h->chance > 0))
		return tall;
	hot = skew_padded(h->hot * rows, pad);
	if (others > 0)
		hot += others * skew_padded(s->beside * rows / others, pad);
	return (1 - h->chance) * tall +
	       h->chance * lognormal_or(tall, hot, s->hot_sd);
}

void skew_spread(const struct skew *s, double tok, double pad,
		 struct spread *out)
{
	const struct tiled by = { tok, pad };
	struct slot_sums m = { 0 };
	int slots = s->slots_rank;
	struct high h;

	h = busiest(s, mean_rows(s, tok) * slots);
	out->busiest = fmin(s->most, h.busiest);
	out->common = h.common;
	sum_slots(s, &by, fmin(s->most, h.level), &m);
	out->mean = (struct load){ m.hit * slots, m.rows * slots,
				   m.padded * slots };
	out->busiest_load = (struct load){ out->mean.touched,
		out->mean.rows * out->busiest,
		busiest_padded(s, &h, &m, pad) };
	if (s->balance == BALANCE_EVEN) {
		out->sd_touched = out->sd_tiles = 0;
		out->apart = 1;
		return;
	}
	out->sd_touched = sqrt(slots * m.hit_var);
	out->apart = fmin(apart(s, &m), room_apart(s, &m, out->sd_touched));
	out->sd_tiles = pad > 1 ? pad * sqrt(m.tiles_var * slots) : 0;
}
