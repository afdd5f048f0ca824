/*
 * unplaced: ranks whose experts nobody placed by popularity: in order, they
 * fall there by chance.
 */
#ifndef SKEW_UNPLACED_H
#define SKEW_UNPLACED_H

#include "skew/packed.h"

/* Of experts from the least popular on, as packed_make. */
void unplaced_make(struct skew *, const struct skew_spec *,
		   const double *popularity, double *slot_p);

/* Of ranks with so many rows in the mean; equal experts are of this too. */
struct high unplaced_busiest(const struct skew *, double rank_rows);

#endif
