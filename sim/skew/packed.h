/*
 * packed: ranks as a balancer fills them, of popularities that are known but
 * for how they move until the next placement and how hot a layer's hottest
 * expert is.
 */
#ifndef SKEW_PACKED_H
#define SKEW_PACKED_H

#include "skew/skew.h"

/* Where the busiest rank stands, over the mean. */
struct high {
	double busiest;
	double sd;	/* between layers */
	double chance;	/* that it is the one with the hottest expert, */
	double hot;	/* which brings that much there */
	double level;	/* of all others' busiest */
	double common;	/* see struct spread */
	double z[LARGEST_PARTS];	/* see struct largest_share */
};

/*
 * Of experts from the least popular on: the chance of each slot to be hit,
 * rank after rank, and of skew what is of packed ranks.
 */
void packed_make(struct skew *, const struct skew_spec *,
		 const double *popularity, double *slot_p);

/* Of ranks with so many rows in the mean. */
struct high packed_busiest(const struct skew *, double rank_rows);

#endif
