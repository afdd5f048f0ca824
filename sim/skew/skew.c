#include "skew/skew.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"
#include "skew/packed.h"
#include "skew/tiles.h"
#include "skew/unplaced.h"

#define SQRT_2PI 2.5066282746310002	/* math: sqrt(2 pi) */
#define BLOM 0.375	/* math: Blom's plotting position */

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

static double largest_sd(int n)
{
	double var = 0;

	if (n > 1)
		skew_order(n - 1, n, &var);
	return sqrt(var);
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
	double *slot_p = mem_zeroed((size_t)a->slots, sizeof(*slot_p));

	popularities(a, p);
	if (a->balance == BALANCE_EPLB)
		packed_make(s, a, p, slot_p);
	else
		unplaced_make(s, a, p, slot_p);
	nodes_of(s, slot_p, a->slots);
	free(slot_p);
	free(p);
}

void skew_make(struct skew *s, const struct skew_spec *a)
{
	*s = (struct skew){ .balance = a->balance, .ranks = a->ranks,
		.slots_rank = a->slots / a->ranks, .nodes = 1,
		.a = skew_largest(a->ranks), .always = 1,
		.a_sd = largest_sd(a->ranks), .rank = { 1, 0, 0 },
		.most = fmin(a->ranks, (double)a->slots / a->topk) };
	s->p[0] = s->share[0] = 1;
	largest_make(&s->largest, a->ranks);
	if (a->sigma > 0 && a->balance != BALANCE_UNIFORM &&
	    a->balance != BALANCE_EVEN)
		make_nodes(s, a);
	settle(s, (double)a->topk / a->slots);
}

/* ---- one batch ---- */

/*
 * By how much rows vary more than by chance, squared. X rows of s tokens apart
 * are followed by r X of the t - s = r s others, by chance: the variance is
 * (1 + r)^2 X + r X, over the (1 + r) X that there are 1 + r + r / (1 + r).
 */
static double clumped(const struct fallen *by)
{
	return by->tok / by->apart + (by->tok - by->apart) / by->tok;
}

static struct high busiest(const struct skew *s, double rank_rows)
{
	struct high level = { .busiest = 1, .level = 1 };

	memcpy(level.z, largest_gumbel, sizeof(level.z));
	if (s->ranks == 1 || s->balance == BALANCE_EVEN)
		return level;
	return s->tops > 0 ? packed_busiest(s, rank_rows) :
			     unplaced_busiest(s, rank_rows);
}

/* Means over the nodes, of one slot; hits and rows of tokens apart. */
struct slot_sums {
	double rows, squares, hit;
	double hit_var;		/* of whether a slot is hit: packed ranks are
				   alike, placed by chance they are not */
	double both;		/* rows times the chance of none */
	double all, padded;	/* rows of all tokens, without and with */
	struct tiles tiles;	/* room: the most of any */
	double tall, tall_hit;	/* padded and hit, of the busiest rank */
};

static double mean_rows(const struct skew *s, double tok)
{
	double rows = 0;

	for (int i = 0; i < s->nodes; i++)
		rows += s->share[i] * tok * s->p[i];
	return rows;
}

static void add_tiles(struct slot_sums *m, double share, const struct tiles *t)
{
	m->tiles.var += share * t->var;
	m->tiles.third += share * t->third;
	m->tiles.told += share * t->told;
	m->tiles.room = larger(m->tiles.room, t->room);
}

/* level: of the busiest rank, over the mean. */
static void sum_slots(const struct skew *s, const struct fallen *by,
		      double level, struct slot_sums *m)
{
	const struct tiled tiled = { by->pad, sqrt(clumped(by)) };
	double thick = by->tok / by->apart;

	for (int i = 0; i < s->nodes; i++) {
		double share = s->share[i], rows = by->apart * s->p[i];
		double miss = by->apart * s->miss[i], hit = -expm1(miss);
		struct filled f = { rows * thick, hit };
		struct filled high = { f.rows * level, -expm1(miss * level) };
		struct tiles t = { 0 };

		m->rows += share * rows;
		m->all += share * f.rows;
		m->hit += share * hit;
		m->squares += share * rows * rows;
		m->hit_var += share * hit * (1 - hit);
		m->both += share * rows * (1 - hit);
		m->tall_hit += share * high.hit;
		if (!(by->pad > 1)) {
			m->padded += share * f.rows;
			m->tall += share * high.rows;
			continue;
		}
		m->padded += share * tiles_padded(&f, &tiled, &t);
		m->tall += share * tiles_padded(&high, &tiled, NULL);
		add_tiles(m, share, &t);
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
 * The most that a rank has of its k slots, each of them with a chance of h:
 * the sum of the chances that some rank has 1, 2, ... k, of ranks that are
 * binomial. Of more than a few slots Cornish and Fisher (1938) say the same:
 * a standard deviations, and (a^2 - 1) / 6 times the third moment over the
 * second, which is 1 - 2 h.
 */
static double most_of(const struct skew *s, double h, double var)
{
	int k = s->slots_rank;
	double chance = pow(1 - h, k), below = 0, most = 0, more;

	if (k > SKEW_FEW || !(h < 1)) {
		more = s->a * sqrt(k * var) + fmax(0, s->a * s->a - 1) *
		       (1 - 2 * h) / 6;	/* math: above */
		return fmin(k, k * h + fmax(0, more));
	}
	for (int i = 0; i < k; i++) {
		below += chance;
		most += 1 - pow(fmin(1, below), s->ranks);
		chance *= (k - i) * h / ((i + 1) * (1 - h));
	}
	return most;
}

/*
 * No rank touches more slots than it has: of those that are left, what the
 * busiest's rows touch, and by the root of the squares' difference the rest.
 */
static double room_apart(const struct skew *s, const struct slot_sums *m,
			 double most)
{
	double left = s->slots_rank * (1 - m->hit);
	double told = s->slots_rank * (m->tall_hit - m->hit);
	double more = most - s->slots_rank * m->hit;
	double room = sqrt(fmax(0, left * left - told * told));

	return more > 0 ? room / more : 1;
}

/*
 * Where a slot that is touched has one tile, a rank has as many as it touches:
 * what the busiest's rows do not tell of those makes up the rest.
 */
static double tiles_apart(const struct skew *s, const struct slot_sums *m,
			  double most, double pad)
{
	double told = s->slots_rank * (m->tall_hit - m->hit);
	double more = most - s->slots_rank * m->hit;

	return more > told ? m->hit * pad / m->padded *
			     sqrt(1 - told * told / (more * more)) : 0;
}

/*
 * The most tiles of a rank, over the mean: as many standard deviations of its
 * slots', which where most have their most is less (Cornish and Fisher), and no
 * more than all of them have. A tile that few slots have more than the others,
 * each with a chance of q and a variance of q (1 - q), has a third moment like
 * that; the most of those is known, but where they are the hottest experts',
 * whose ranks touch little else. What rows tell is the busiest's, by the root
 * of the squares' difference the rest is.
 */
static double most_tiles(const struct skew *s, const struct slot_sums *m,
			 double pad)
{
	const struct tiles *t = &m->tiles;
	double k = s->slots_rank, a = s->a, most = a * sqrt(k * t->var);
	double tall = k * (m->tall - m->padded) / pad;
	double told = lesser(a * a * k * t->told, tall * tall);
	double rare = t->var > 0 ? lesser(1, t->third / t->var) : 0;
	double v = lesser(1, 4 * t->var);	/* math: of 4 q (1 - q) */
	double q = (1 - sqrt(1 - v)) / 2;

	if (rare < 0) {
		most += larger(0, a * a - 1) / 6 *	/* math: above */
			rare;
	} else if (!(s->hot > 0)) {
		most += rare * (most_of(s, q, q * (1 - q)) - k * q - most);
		told += rare * (tall * tall - told);
	}
	most = larger(0, lesser(most, k * sqrt(t->room)));
	return pad * sqrt(larger(0, most * most - told));
}

/*
 * Rows with padding of the busiest rank: all of its slots as many times fuller
 * as it is, whose mean is tall; or the hottest expert's, whose other slots are
 * nearly empty and padded all the same, in layers where that is more.
 */
static double busiest_padded(const struct skew *s, const struct high *h,
			     const struct slot_sums *m, double pad)
{
	double rows = m->all * s->slots_rank;
	double tall = m->tall * s->slots_rank;
	int others = s->slots_rank - 1;
	double hot;

	if (!(h->chance > 0))
		return tall;
	hot = tiles_of_rows(h->hot * rows, pad);
	if (others > 0)
		hot += others * tiles_of_rows(s->beside * rows / others, pad);
	return (1 - h->chance) * tall +
	       h->chance * lognormal_or(tall, hot, s->hot_sd);
}

/* And the slots that it touches, by rows of tokens apart. */
static double busiest_touched(const struct skew *s, const struct high *h,
			      const struct slot_sums *m)
{
	double rows = m->rows * s->slots_rank, mean = m->hit * s->slots_rank;
	int others = s->slots_rank - 1;
	double hot = -expm1(-h->hot * rows);

	if (others > 0)
		hot -= others * expm1(-s->beside * rows / others);
	return mean + h->chance * (hot - mean);
}

/* The most that a rank touches, and tiles that nothing tells; var: of the most
   of a normal a rank. */
static double bound_of(double var, const struct spread *out, double pad)
{
	double touched = out->most_touched - out->mean.touched;
	double tiles = out->most_tiles / pad;

	return var > 0 ? lesser(1, (touched * touched + tiles * tiles) / var) :
			 1;
}

/*
 * A balancer packs the hottest slot first, on the first rank of every layer,
 * beside the coldest: what tiles that has more than the mean rank, of the most
 * that any has.
 */
static double tiles_stay(const struct skew *s, const struct fallen *by,
			 const struct spread *out)
{
	double more = out->mean.touched > 0 ? out->apart *
		(out->most_touched / out->mean.touched - 1) : 0;
	double most = out->mean.padded * more + out->most_tiles, first = 0;

	if (s->tops == 0 || s->slots_rank > SKEW_FEW || !(most > 0))
		return 0;
	for (int i = 0; i < s->slots_rank; i++)
		first += tiles_of_rows(by->tok * s->first[i], by->pad);
	return larger(0, lesser(1, (first - out->mean.padded) / most));
}

static double rows_bound(const struct skew *s, const struct slot_sums *m,
			 double pad)
{
	double tall = s->slots_rank * (m->tall - m->padded) / pad;
	double told = s->a * s->a * s->slots_rank * m->tiles.told;

	return told > 0 ? lesser(1, tall * tall / told) : 1;
}

void skew_spread(const struct skew *s, const struct fallen *by,
		 struct spread *out)
{
	struct slot_sums m = { 0 };
	double most, var;
	int slots = s->slots_rank;
	struct high h;

	assert(by->apart <= by->tok);
	h = busiest(s, mean_rows(s, by->tok / clumped(by)) * slots);
	most = fmin(s->most, h.level);
	out->busiest = fmin(s->most, h.busiest);
	out->busiest_sd = h.sd;
	memcpy(out->z, h.z, sizeof(out->z));
	out->common = h.common;
	sum_slots(s, by, most, &m);
	out->mean = (struct load){ m.hit * slots, m.all * slots,
				   m.padded * slots };
	out->busiest_load = (struct load){ busiest_touched(s, &h, &m),
		out->mean.rows * out->busiest,
		busiest_padded(s, &h, &m, by->pad) };
	out->most_tiles = 0;
	out->bound = out->rows_bound = 1;
	out->tiles_stay = 0;
	out->most_touched = out->mean.touched;
	out->apart = 1;
	if (s->balance == BALANCE_EVEN)
		return;
	out->most_touched = most_of(s, m.hit, m.hit_var);
	out->apart = fmin(apart(s, &m), room_apart(s, &m, out->most_touched));
	if (by->pad > 1)
		out->apart = fmax(out->apart, tiles_apart(s, &m,
			out->most_touched, by->pad));
	var = slots * m.hit_var;
	if (by->pad > 1 && slots > 1) {	/* rows of one slot tell its tiles */
		out->most_tiles = most_tiles(s, &m, by->pad);
		var += slots * (m.tiles.var - m.tiles.told);
	}
	out->bound = bound_of(s->a * s->a * var, out, by->pad);
	out->rows_bound = rows_bound(s, &m, by->pad);
	out->tiles_stay = tiles_stay(s, by, out);
}
