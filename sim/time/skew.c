#include "time/skew.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define SQRT_2PI 2.5066282746310002	/* math: sqrt(2 pi) */
#define PI_2_12 0.8224670334241132	/* math: pi^2 / 12 */
#define V_TWO 0.6817	/* math: variance of the larger of two normals */
#define BLOM 0.375	/* math: Blom's plotting position */
#define WIDE 3.0	/* math: normal tail beyond 3 sd is dropped */

static double normal_cdf(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

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
		double u = (p - normal_cdf(x)) * SQRT_2PI * exp(x * x / 2);

		x += u / (1 - x * u / 2);
	}
	return x;
}

double skew_largest(int n)
{
	return n <= 1 ? 0 : skew_quantile((n - BLOM) / (n + 1 - 2 * BLOM));
}

/* Gumbel's limit pi^2 / 12 ln n; never above that of two. */
static double largest_variance(int n)
{
	return n <= 1 ? 1 : fmin(V_TWO, PI_2_12 / log(n));
}

/* ---- placing ---- */

static void replicate(const struct placing *a)
{
	for (int e = 0; e < a->experts; e++)
		a->copies[e] = 1;
	for (int extra = a->slots - a->experts; extra > 0; extra--) {
		int hot = 0;

		for (int e = 1; e < a->experts; e++)
			if (a->popularity[e] * a->copies[hot] >
			    a->popularity[hot] * a->copies[e])
				hot = e;
		a->copies[hot]++;
	}
}

struct slot {
	double load;
	int expert;
};

/* Heaviest first; ties in order of expert. */
static int slot_compare(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	if (x->load != y->load)
		return x->load < y->load ? 1 : -1;
	return x->expert - y->expert;
}

/* The least loaded rank that has room. */
static int rank_lightest(const double *load, const int *used, int ranks,
			 int room)
{
	int best = -1;

	for (int r = 0; r < ranks; r++)
		if (used[r] < room && (best < 0 || load[r] < load[best]))
			best = r;
	return best;
}

void skew_place(const struct placing *a)
{
	struct slot *slot = mem_zeroed((size_t)a->slots, sizeof(*slot));
	double *load = mem_zeroed((size_t)a->ranks, sizeof(*load));
	int *used = mem_zeroed((size_t)a->ranks, sizeof(*used));
	int room = a->slots / a->ranks, nr = 0;

	replicate(a);
	for (int e = 0; e < a->experts; e++)
		for (int c = 0; c < a->copies[e]; c++)
			slot[nr++] = (struct slot){
				a->popularity[e] / a->copies[e], e };
	assert(nr == a->slots);
	qsort(slot, (size_t)nr, sizeof(*slot), slot_compare);
	for (int i = 0; i < nr; i++) {
		int r = rank_lightest(load, used, a->ranks, room);

		a->slot_expert[r * room + used[r]++] = slot[i].expert;
		load[r] += slot[i].load;
	}
	free(used);
	free(load);
	free(slot);
}

/* ---- the part that no batch changes ---- */

/* Lognormal weights at the middle of E equal slices, scaled to sum to topk. */
static void popularities(const struct skew_spec *a, double *p)
{
	double sum = 0;

	for (int e = 0; e < a->experts; e++) {
		p[e] = exp(a->sigma * skew_quantile((e + 0.5) /	/* math: */
						    a->experts));
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

static double cv_of(const double *x, int nr)
{
	double sum = 0, squares = 0;

	for (int i = 0; i < nr; i++)
		sum += x[i];
	for (int i = 0; i < nr; i++)
		squares += (x[i] - sum / nr) * (x[i] - sum / nr);
	return sqrt(squares / nr) / (sum / nr);
}

static double peak_of(const double *x, int nr)
{
	double sum = 0, most = 0;

	for (int i = 0; i < nr; i++) {
		sum += x[i];
		most = fmax(most, x[i]);
	}
	return most * nr / sum;
}

/*
 * Experts in order fall on ranks by chance: a sample without replacement.
 * Spare slots repeat the first experts, whoever they are, so copies are
 * dealt evenly along the sorted popularities and share them.
 */
static void make_skewed(struct skew *s, const struct skew_spec *a, double *p)
{
	double *slot = mem_zeroed((size_t)a->slots, sizeof(*slot));
	double left = (double)(a->slots - s->slots_rank);
	int nr = 0;

	for (int e = 0; e < a->experts; e++) {
		int upto = (int)((long)a->slots * (e + 1) / a->experts);
		int copies = upto - nr;

		while (nr < upto)
			slot[nr++] = p[e] / copies;
	}
	s->rank_cv = cv_of(slot, a->slots) / sqrt(s->slots_rank);
	s->rank_cv *= left > 0 ? sqrt(left / (a->slots - 1)) : 0;
	nodes_of(s, slot, a->slots);
	free(slot);
}

static void make_packed(struct skew *s, const struct skew_spec *a, double *p)
{
	double *slot_p = mem_zeroed((size_t)a->slots, sizeof(*slot_p));
	double *rank = mem_zeroed((size_t)a->ranks, sizeof(*rank));
	int *expert = mem_zeroed((size_t)a->slots, sizeof(*expert));
	int *copies = mem_zeroed((size_t)a->experts, sizeof(*copies));

	skew_place(&(struct placing){ a->experts, a->slots, a->ranks, p,
				      expert, copies });
	for (int i = 0; i < a->slots; i++) {
		slot_p[i] = p[expert[i]] / copies[expert[i]];
		rank[i / s->slots_rank] += slot_p[i];
	}
	s->rank_cv = a->drift_cv;
	s->rank_peak = peak_of(rank, a->ranks);
	nodes_of(s, slot_p, a->slots);
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
		.a = skew_largest(a->ranks),
		.v = largest_variance(a->ranks) };
	s->p[0] = 1;
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
		n += normal_cdf((rows - j * pad -
				 0.5) / sd);	/* math: between integers */
	return n * pad;
}

/*
 * Rows of the busiest rank over the mean. Placement and the chance fall of
 * tokens add in CV.
 *
 * Placed by chance, a rank's sum of lognormal popularities is taken as
 * lognormal (Fenton 1960), whose expected largest of n is
 * exp(a s + v s^2 / 2 - s^2 / 2). Packed, the peak is known and many ranks
 * stand near it: what chance and drift add to a level load, a x CV, is added
 * to what the peak has above the mean as independent errors are.
 */
static double busiest(const struct skew *s, double rank_rows)
{
	double noise = (1 - 1.0 / s->ranks) / rank_rows;
	double cv2 = noise + s->rank_cv * s->rank_cv;
	double s2 = log1p(cv2);

	if (s->ranks == 1 || s->balance == BALANCE_EVEN)
		return 1;
	if (s->rank_peak > 0)
		return fmin(s->ranks, 1 + hypot(s->rank_peak - 1,
						s->a * sqrt(cv2)));
	return fmin(s->ranks, exp(s->a * sqrt(s2) + (s->v - 1) * s2 / 2));
}

void skew_spread(const struct skew *s, double tok, double pad,
		 struct spread *out)
{
	double hit = 0, rows = 0, padded = 0, tall = 0;

	for (int i = 0; i < s->nodes; i++)
		rows += tok * s->p[i] / s->nodes;
	out->busiest = busiest(s, rows * s->slots_rank);
	for (int i = 0; i < s->nodes; i++) {
		hit += -expm1(tok * s->miss[i]);
		padded += skew_padded(tok * s->p[i], pad);
		tall += skew_padded(tok * s->p[i] * out->busiest, pad);
	}
	hit /= s->nodes;
	out->mean.touched = hit * s->slots_rank;
	out->mean.rows = rows * s->slots_rank;
	out->mean.padded = padded / s->nodes * s->slots_rank;
	out->sd_touched = s->balance == BALANCE_EVEN ? 0 :
		sqrt(s->slots_rank * hit * (1 - hit));
	out->busiest_load = (struct load){ out->mean.touched,
		out->mean.rows * out->busiest,
		tall / s->nodes * s->slots_rank };
}
