/*
 * spreads: how tokens fall on ranks, kept for the next batch of as many. A
 * sweep asks for the same thing in every row that differs in something else:
 * the context, the GPU, the overlap.
 *
 * Of one thread. What is kept is found by value, so it changes how long an
 * answer takes and never what it is.
 */
#ifndef TIME_SPREADS_H
#define TIME_SPREADS_H

#include "skew/skew.h"

enum {
	SPREADS = 2048,		/* size: pairs kept; a power of two */
	SPREADS_OTHERS = 16	/* size: skews with something changed */
};

/* Popularities p ~ exp(sigma z) to another sigma, and more drift. */
struct skew_change {
	double sigma, to;
	double drift_cv;	/* added */
};

struct spread_kept {
	unsigned of;	/* the skew's id; 0: nothing is kept here */
	struct fallen by;
	struct spread spread;
};

struct spreads {
	struct spread_kept kept[SPREADS][2];
	struct {
		unsigned of;
		struct skew_change by;
		struct skew skew;
	} other[SPREADS_OTHERS];
	unsigned others;	/* made so far */
};

/* 0.5 MB, empty; free(). */
struct spreads *spreads_new(void);

struct step_spec;

/*
 * skew_spread of a step's skew, or what it said before to the same spreads.
 * Without those, or of a skew without id: anew.
 */
void spreads_get(const struct step_spec *, const struct fallen *,
		 struct spread *);

/*
 * The skew so changed, kept with an id of its own; or in room,
 * without one, where nothing is kept.
 */
const struct skew *spreads_other(struct spreads *, const struct skew *,
				 const struct skew_change *,
				 struct skew *room);

#endif
