#include "time/paired.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/larger.h"

const struct stage_times paired_none = { .late_s = 0 };

/* What late experts add to a half layer, and by how much with either. */
struct lag {
	double s;
	double of_late, of_slack;
};

/*
 * An exchange that hides under kernels, with S seconds to spare, lets a rank
 * run ahead of the last one by S before it waits. With n ranks a late rank of
 * sd x then costs less than E max = a x, which I call D, a half layer: leads
 * over the last rank lie in 0 ... S with a density of exp(2 v l / x^2), where v
 * is what the last rank is slower than the mean; it is pushed on by those that
 * reach it, so v = n x^2 / 2 times the density at 0, or
 *
 *	v = x^2 ln(n + 1) / (2 S)  ~  x^2 a^2 / (4 S) ... D^2 / (2 S)
 *
 * for much slack (reflected Brownian motion; a^2 is between ln n and 2 ln n),
 * and v = D for none: D^2 / (D + 2 S) is both.
 *
 * What is popular in a layer is so for both of its halves. That makes one rank
 * late by D twice, which has not been so for long and leads by S: 2 D - S a
 * layer for large D, and (2 D)^2 / (2 D + S) has that. With a share c of the
 * variance common to the halves: l = (1 + c) D, D l / (l + (2 - c) S) a half.
 */
static struct lag lag_of(const struct stage_times *t, double slack)
{
	double late = t->late_s, c = t->common, l = (1 + c) * late, q;

	assert(!(late < 0) && c >= 0 && c <= 1);
	if (!(slack > 0) || !(late > 0))
		return (struct lag){ late, 1, 0 };
	q = l / (l + (2 - c) * slack);
	return (struct lag){ late * q, q * (2 - q),
			     -q * q * (2 - c) / (1 + c) };
}

/*
 * Weights of a lag: of the experts, whose lateness grows with them, and of the
 * stages that the slack is between.
 */
static void weigh_lag(const struct stage_times *t, const struct lag *lag,
		      bool first, double w[STAGE_NR])
{
	double experts = t->s[STAGE_EXPERTS], halves = w[STAGE_EXPERTS];
	double slack = halves * lag->of_slack;

	w[STAGE_EXPERTS] = halves *
		(experts - t->late_s + lag->of_late * t->late_s) / experts;
	if (first) {
		w[STAGE_ATTN0] += slack;
		w[STAGE_SHARED] += slack;
		w[STAGE_DISPATCH] -= slack;
		return;
	}
	w[STAGE_ATTN1] += slack;
	w[STAGE_GATE] += slack;
	w[STAGE_QUERIES] += slack;
	w[STAGE_MERGE] += slack;
	w[STAGE_ATTN_SUM] += slack;
	w[STAGE_COMBINE] -= slack;
}

double paired_s(struct step *st, const struct stage_times *t, int layers,
		double w[STAGE_NR])
{
	double a0 = t->s[STAGE_ATTN0], sh = t->s[STAGE_SHARED];
	double sum = t->s[STAGE_QUERIES] + t->s[STAGE_MERGE] +
		     t->s[STAGE_ATTN_SUM];
	double a1 = t->s[STAGE_ATTN1] + t->s[STAGE_GATE] + sum;
	double pack = t->send_pack_s + t->back_pack_s;
	double d = t->s[STAGE_DISPATCH] - t->send_pack_s;
	double c = t->s[STAGE_COMBINE] - t->back_pack_s;
	double half = larger(sh + a0, d) + larger(a1, c);
	double last = larger(sh, d) + c;
	int halves = 2 * layers - 1;
	struct lag lag = lag_of(t, lesser(sh + a0 - d, a1 - c));

	assert(layers >= 1);
	w[STAGE_ATTN0] = 1 + halves * (sh + a0 >= d);
	w[STAGE_SHARED] = halves * (sh + a0 >= d) + (sh >= d);
	w[STAGE_DISPATCH] = halves * (sh + a0 < d) + (sh < d);
	w[STAGE_ATTN1] = w[STAGE_GATE] = w[STAGE_QUERIES] = w[STAGE_MERGE] =
		w[STAGE_ATTN_SUM] = 1 + halves * (a1 >= c);
	w[STAGE_COMBINE] = 1 + halves * (a1 < c);
	w[STAGE_EXPERTS] = 2 * layers;
	if (lag.of_slack < 0)
		weigh_lag(t, &lag, sh + a0 - d < a1 - c, w);
	st->exposed_s += halves * (larger(0, d - (sh + a0)) +
				   larger(0, c - a1)) +
			 larger(0, d - sh) + c + 2 * layers * sum;
	st->bound_s[BOUND_LATENCY] += 2 * layers * pack;
	return a0 + a1 + halves * half + last + 2 * layers *
	       (t->s[STAGE_EXPERTS] - t->late_s + lag.s + pack);
}
