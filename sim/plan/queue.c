#include "plan/queue.h"

#include <assert.h>
#include <math.h>

double normal_share(double x)
{
	return erfc(-x / sqrt(2)) / 2;
}

double normal_quantile(double p)
{
	double low = -8, high = 8;	/* math: beyond it no double */

	for (int i = 0; i < 26; i++) {	/* size: halvings, to 2e-7 */
		double x = (low + high) / 2;

		*(normal_share(x) < p ? &low : &high) = x;
	}
	return low;
}

/* The largest of n draws: Blom (1958), (n - 3/8) / (n + 1/4). */
void pass_line_make(struct pass_line *l, double rank)
{
	assert(l->groups >= 1 && rank > 0 && rank < 1);
	l->rank = rank;
	l->rank_z = normal_quantile(rank);
	l->most_z = l->groups < 2 ? 0 : normal_quantile(
		(l->groups - 0.375) / (l->groups + 0.25));	/* math: */
}

double queue_takes_s(const struct pass_line *l, double x, double mean)
{
	return fmax(0, l->own_s + (x - 1) * l->own_more_s) +
	       fmax(0, l->all_s + (mean - 1) * l->all_more_s);
}

double queue_lone_s(const struct pass_line *l)
{
	return queue_takes_s(l, 1, 1 / l->groups) + l->host_s;
}

double queue_alone_s(const struct pass_line *l)
{
	double x = fmin(1 + l->rank_z * FLEET_CV, FLEET_LONGEST);

	return queue_takes_s(l, x, x / l->groups) + l->host_s;
}

/*
 * Prompts of the busiest group, in mean lengths, when k come to all: they are
 * shared out evenly, and rounded up; of the groups with most, one has the
 * longest. What is more than a pass holds waits for the next.
 */
static double busiest(const struct pass_line *l, double k)
{
	double n = fmax(1, k / l->groups + (1 - 1 / l->groups) / 2);

	n = fmin(n + l->most_z * FLEET_CV * sqrt(n), n * FLEET_LONGEST);
	return fmin(n, fmax(l->full, FLEET_LONGEST));
}

static double pass_s(const struct pass_line *l, double k)
{
	return queue_takes_s(l, busiest(l, k), fmin(fmax(1, k) / l->groups,
					      l->full));
}

/* Prompts a second, of up to `most` in passes that are so long at most. */
static double in_passes(const struct pass_line *l, double longest_s,
			double most)
{
	double low = 0, high = most;

	if (pass_s(l, most) <= longest_s)
		return most / pass_s(l, most);
	for (int i = 0; i < 20; i++) {	/* size: halvings, to a millionth */
		double k = (low + high) / 2;

		*(pass_s(l, k) <= longest_s ? &low : &high) = k;
	}
	return low / pass_s(l, low);
}

/*
 * A pass reads what comes during one: k prompts in T(k) are k / T a second. A
 * share p waits up to (p + 2) T, or (p + 1) T where no pass leaves anything
 * (readers.h): where what comes and two of its deviations, k + 2 sqrt(k), as
 * shared out and rounded up, have room.
 */
double queue_kept(const struct pass_line *l, double limit_s)
{
	double room = l->groups * l->full - (l->groups - 1) / 2;
	double root = sqrt(1 + room) - 1;

	assert(limit_s >= 0 && l->full >= 1);
	limit_s = fmax(0, limit_s - l->host_s);
	return fmax(in_passes(l, limit_s / (l->rank + 2),
			      l->groups * l->full),
		    in_passes(l, limit_s / (l->rank + 1), root * root));
}
