/*
 * late: what the busiest rank adds to an op's mean time, in expectation.
 */
#ifndef TIME_LATE_H
#define TIME_LATE_H

#include <math.h>

#include "time/step.h"

/* Where a step's tokens and contexts pile up. */
struct late {
	const struct skew *skew;
	int slots_rank;
	double far;	/* the group's that has the longest context, over all
			   others': by what part it is longer */
};

/*
 * groups_a: how many standard deviations the largest of as many groups as
 * there are is off (late_groups_a, which no batch changes).
 */
struct late late_of(const struct step_spec *, double groups_a);
double late_groups_a(const struct step_spec *);

/* Two that vary by themselves, together. */
static inline double late_both(double one, double other)
{
	return sqrt(one * one + other * other);
}

/* A mean rank's load on as many slots as the rank has that touches most. */
struct load late_wide(const struct late *, const struct load *mean,
		      const struct spread *);

/*
 * Seconds of one pass, on top of the mean rank's cost; 0 for most ops. The
 * spread is of the op's rows. Not of what reads the context (time/costs).
 */
double late_s(const struct late *, const struct costed *,
	      const struct spread *, const struct cost *mean);

#endif
