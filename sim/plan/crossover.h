/*
 * crossover: up to how many sequences is attention split over all GPUs of a
 * replica quicker than each GPU with sequences of its own?
 *
 * Split, a GPU reads a part of attention's weights and a whole KV; alone it
 * reads all of the weights and a part of the sequences. Few sequences want the
 * first, many the second.
 */
#ifndef PLAN_CROSSOVER_H
#define PLAN_CROSSOVER_H

#include "plan/fleet.h"

struct crossover {
	double seqs;		/* in flight on the replica, where both take
				   the same time a token; NaN: nowhere */
	double tp;		/* GPUs that attention is split over */
	double tp_tpot_s, dp_tpot_s;	/* of one sequence */
	double tp_most, dp_most;	/* sequences there is room for */
};

/*
 * Of a choice's replica, its formats and drafts, one batch at a time and no
 * spares. 0; 1: there is nothing to compare (one GPU, over a board, or a
 * layout that is none).
 */
int crossover_make(struct crossover *, const struct choice *,
		   const struct fleet_spec *);

#endif
