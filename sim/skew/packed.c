#include "skew/packed.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"
#include "skew/hottest.h"
#include "skew/placing.h"

/* ---- the part that no batch changes ---- */

/* A rank as it was packed; loads are over the mean rank's. */
struct packed {
	double load;
	double squares;	/* of its slots' */
	double alone;	/* of which those of experts with one slot, and a
			   copy's share of the others */
	double most;	/* its heaviest slot */
};

static int lighter(const void *a, const void *b)
{
	double x = ((const struct packed *)a)->load;
	double y = ((const struct packed *)b)->load;

	return (x > y) - (x < y);
}

static void put(struct packed *to, double load, int copies)
{
	to->load += load;
	to->squares += load * load;
	to->alone += load * load / copies;
	to->most = fmax(to->most, load);
}

/*
 * The highest 1, 2, 4, ... and all of some ranks, lightest first: how many,
 * their loads' mean and variance. Popularities that move by a coefficient of
 * variation move a rank by the root of its slots' squares, for which a rank's
 * part of what moves with it elsewhere counts.
 */
static void tops_of(struct skew *s, const struct packed *x, int nr)
{
	double sum = 0, squares = 0, moved = 0, apart = 0;
	int next = 1;

	s->tops = 0;
	for (int i = 1; i <= nr; i++) {
		const struct packed *r = &x[nr - i];

		sum += r->load;
		squares += r->load * r->load;
		moved += r->squares;
		apart += r->squares > 0 ? r->alone / r->squares : 1;
		if (i < next && i < nr)
			continue;
		next = 2 * i;
		s->top[s->tops++] = (struct top){ skew_largest(i), sum / i,
			fmax(0, squares / i - sum / i * sum / i),
			skew_largest(apart), sqrt(moved / i * s->slots_rank) };
	}
}

/*
 * Ranks that one expert alone makes heavier than most ranks are are left out,
 * the hottest expert's among them: it is hotter than the others whatever the
 * layer.
 */
static int leave_out_hot(struct packed *x, int nr)
{
	double level = x[nr / 2].load;
	int left = 0;

	for (int i = 0; i < nr; i++)
		if (x[i].most <= level)
			x[left++] = x[i];
	return left;
}

/* The hottest slot of a layer beside the least popular ones: what they bring
   of a mean rank's load, and how far layers differ. */
static void hottest(struct skew *s, const struct skew_spec *a, const double *p)
{
	double unit = (double)a->ranks / a->topk;
	struct hottest slot = hottest_slot(a);

	s->hot = slot.share * unit;
	s->hot_sd = slot.log_sd;
	for (int i = 0; i < s->slots_rank - 1; i++)
		s->beside += p[i] * unit;
}

/*
 * What the rank that has most has beyond the others: those but the hottest
 * experts', or, where those have several slots, the eight that have most.
 */
static double stands_out(const struct skew *s)
{
	const int eight = 3;	/* math: its logarithm */
	int others = s->hot > 0 ? 0 : s->tops > eight ? eight : s->tops - 1;
	double more = s->always - 1, next = s->top[others].mean - 1;

	return more > 0 ? 1 - larger(0, next / more) : 0;
}

void packed_make(struct skew *s, const struct skew_spec *a, const double *p,
		 double *slot_p)
{
	struct packed *rank = mem_zeroed((size_t)a->ranks, sizeof(*rank));
	int *expert = mem_zeroed((size_t)a->slots, sizeof(*expert));
	int *copies = mem_zeroed((size_t)a->experts, sizeof(*copies));
	double mean = (double)a->topk / a->ranks;
	int ranks = a->ranks;

	placing_pack(&(struct placing){ a->experts, a->slots, a->ranks, p,
				      expert, copies });
	for (int i = 0; i < a->slots; i++) {
		int e = expert[i];

		slot_p[i] = p[e] / copies[e];
		put(&rank[i / s->slots_rank], slot_p[i] / mean, copies[e]);
	}
	for (int i = 0; i < s->slots_rank && i < SKEW_FEW; i++)
		s->first[i] = slot_p[i];
	s->drift_cv = a->drift_cv;
	qsort(rank, (size_t)ranks, sizeof(*rank), lighter);
	if (ranks > 1 && hottest_known(a)) {
		hottest(s, a, p);
		ranks = leave_out_hot(rank, ranks);
	}
	tops_of(s, rank, ranks);
	s->always = fmax(s->top[0].mean, s->hot > 0 ? s->hot + s->beside : 1);
	s->stays = stands_out(s);
	free(copies);
	free(expert);
	free(rank);
}

/* ---- one batch ---- */

static double sd_of(double mean_square, double mean)
{
	return sqrt(fmax(0, mean_square - mean * mean));
}

/*
 * The mean over layers of the larger of that level and the hottest expert's
 * rank, b + h with h lognormal of mean H and log sd t. With x = level - b and
 * d = ln(H / x) / t + t / 2 it is above x in N(d - t) of the layers, and is
 * H N(d) / N(d - t) there.
 */
static struct high or_hottest(const struct skew *s, double level)
{
	double room = level - s->beside, t = s->hot_sd, d;
	struct high h = { s->beside + s->hot, s->hot * sqrt(expm1(t * t)), 1,
			  s->hot, level, 0, { 0 } };

	assert(s->hot > 0 && t > 0);
	if (!(room > 0))
		return h;
	d = log(s->hot / room) / t + t / 2;
	h.busiest = s->beside + lognormal_or(room, s->hot, t);
	h.sd = sd_of(lognormal_or(room * room, s->hot * s->hot * exp(t * t),
				  2 * t), h.busiest - s->beside);
	h.chance = normal_below(d - t);
	if (h.chance > 0)
		h.hot = s->hot * normal_below(d) / h.chance;
	return h;
}

/*
 * By how much the highest of n ranks stands above them, when they differ by
 * drift and the fall of tokens alone: drift is a factor, exp(x) of normals x,
 * and of R rows the quantile at a is R + a sqrt(R) + (a^2 - 1) / 6 (Cornish and
 * Fisher 1938, with the skewness of a Poisson, 1 / sqrt(R)).
 */
static double noise_of(const struct skew *s, const struct top *t,
		       double rank_rows)
{
	double drift = t->a_drift * s->drift_cv * t->drift;
	double skewed = larger(0, t->a * t->a - 1) / 6;	/* math: above */

	return both_sd(drift * (1 + drift / 2),
		       t->a * sqrt(t->mean / rank_rows) + skewed / rank_rows);
}

/*
 * Packed, the ranks' loads are known but for that. The highest n of them are
 * at least as high as n at their mean would come. At most they are n draws from
 * a normal of their mean and variance, and no higher than n of the very highest
 * would come. Whichever n makes either highest is nearest to the truth: 1 where
 * one rank stands out, all where all are level; it lies between the two.
 * Whether the rank of the hottest expert is higher still differs from layer to
 * layer.
 */
static struct high busiest(const struct skew *s, double rank_rows)
{
	double least = 1, most = 1;
	struct high h;

	for (int i = 0; i < s->tops; i++) {
		const struct top *t = &s->top[i];
		double noise = noise_of(s, t, rank_rows);
		double apart = t->mean + both_sd(t->a * sqrt(t->var), noise);
		double level = s->top[0].mean + noise;

		least = larger(least, t->mean + noise);
		most = larger(most, lesser(apart, level));
	}
	most = (least + most) / 2;
	h = s->hot > 0 ? or_hottest(s, most) :
			 (struct high){ .busiest = most, .level = most };
	h.sd = both_sd(h.sd, (1 - h.chance) * (most - s->top[0].mean) *
			     s->a_sd / s->a);
	return h;
}

/* Of all packed ranks but those that stand out. */
static double common(const struct skew *s, double rank_rows)
{
	const struct top *t = &s->top[s->tops - 1];
	double moved = s->drift_cv * t->drift;
	double stays = t->var + moved * moved;

	return stays / (stays + t->mean / rank_rows);
}

struct high packed_busiest(const struct skew *s, double rank_rows)
{
	struct high h;

	assert(s->tops > 0 && rank_rows > 0);
	h = busiest(s, rank_rows);
	h.common = h.chance + (1 - h.chance) * common(s, rank_rows);
	memcpy(h.z, largest_gumbel, sizeof(h.z));
	return h;
}
