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

#include "time/skew.h"

enum { SPREADS = 4096 /* size: kept; a power of two */ };

struct spreads {
	struct {
		unsigned of;	/* the skew's id; 0: nothing is kept here */
		double tok, pad;
		struct spread spread;
	} kept[SPREADS];
};

/* 0.5 MB, empty; free(). */
struct spreads *spreads_new(void);

/* skew_spread, or what it said before. NULL, or a skew without id: anew. */
void spreads_get(struct spreads *, const struct skew *, double tok, double pad,
		 struct spread *);

#endif
