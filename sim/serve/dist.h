/*
 * dist: how samples spread, exactly, from every one of them.
 */
#ifndef SERVE_DIST_H
#define SERVE_DIST_H

#include "serve/run.h"

enum { SERVE_RANKS = 7 };	/* size: percentiles that are kept */

/* 25 50 75 90 95 99 99.9, in percent, interpolated as numpy does. */
extern const double serve_percents[SERVE_RANKS];

struct serve_dist {
	double nr;		/* samples */
	double mean, sd, least, most;
	double at[SERVE_RANKS];
};

/*
 * Of x[0..nr), each seen seqs times: 1, 2, ... No sample: NaN. Takes time in
 * proportion to nr, and leaves x in another order.
 */
void serve_dist_make(struct serve_dist *, struct serve_gap *x, int nr);

#endif
