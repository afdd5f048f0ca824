/*
 * late: what the busiest rank adds to an op's mean time, in expectation.
 */
#ifndef TIME_LATE_H
#define TIME_LATE_H

#include <math.h>
#include <stdbool.h>

#include "time/step.h"

/* KV of the attention group that has most: by what part it is more than the
   mean. */
struct far {
	double pass;	/* of one micro-batch */
	double both;	/* share of it that all of them together have, too */
};

/*
 * groups_a: how many standard deviations the largest of as many groups as
 * there are is off (late_groups_a, which no batch changes).
 */
struct far late_far(const struct step_spec *, double groups_a);
double late_groups_a(const struct step_spec *);

/* Two that vary by themselves, together. */
static inline double late_both(double one, double other)
{
	return sqrt(one * one + other * other);
}

/*
 * The same where they are one by chance alone (apart: 1), and where many ranks
 * are as late as those (0).
 */
static inline double late_either(double one, double other, double apart)
{
	double larger = one > other ? one : other;

	return larger + (1 - apart) * (late_both(one, other) - larger);
}

/* A mean rank's load on as many slots as the rank has that touches most. */
struct load late_wide(const struct load *mean, const struct spread *);

/*
 * Seconds of one pass, on top of the mean rank's cost; 0 for most ops. The
 * spread is of the op's rows. Not of what reads the context (time/costs).
 */
struct cost_late {
	const struct cost *cost;	/* the mean rank's */
	double sd_s;			/* by which layers differ in the rest */
};

double late_s(const struct costed *, const struct spread *,
	      struct cost_late *);

/* An op whose time goes with how tokens fall on ranks. */
bool late_falls(const struct op *);

/* Of a step's busiest rank: chance, stays and apart_late. */
void late_fall(struct step *, const struct skew *);

/* Seconds of a late group and of a late port at its dispatch, together;
   send_sd: by which layers differ in the port's. */
double late_met_s(const struct step *, double group, double send,
		  double send_sd);

/* Of late experts, what is late in every layer. */
double late_always_s(const struct step *, int op);

/* Struct stage_times' bound, of what more slots and what more rows cost the
   experts. */
double late_bound(const struct step *, int op);

/* What such an op of a step that was listed adds, were that another spread. */
double late_otherwise_s(const struct step *, const struct step_spec *,
			const struct spread *, int op);

#endif
