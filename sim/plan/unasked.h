/*
 * unasked: what a plan would gain by what nobody asked it for.
 *
 * KV in fewer bytes changes answers, and one sequence's KV shared out over GPUs
 * or layers in stages is not what every engine runs: a plan tries none of them
 * unasked. At long contexts each may be worth more than all that it tries.
 */
#ifndef PLAN_UNASKED_H
#define PLAN_UNASKED_H

#include "plan/fleet.h"

enum { UNASKED_NR = 3 /* size: columns: kv, dcp, pp */ };

struct unasked {
	char option[32];	/* size: to ask by: "--dcp 1,2,4,8,16", */
	const char *price;	/* and what it asks for */
	double gain;		/* times as good, by the plan's order; INFINITY:
				   without it nothing serves */
};

/*
 * Of the best choice's kind of GPU, weights, drafts and, but for dcp, TP (of
 * all where there is none), those that gain something, most first; how many. A
 * column that was asked for is none of them.
 */
int unasked_make(struct unasked[UNASKED_NR], const struct fleet *,
		 const struct fleet_spec *);

#endif
