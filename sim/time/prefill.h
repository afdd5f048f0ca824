/*
 * prefill: the time of one pass over a chunk of prompts, in closed form.
 *
 * A layer's exchanges run beside the other micro-batch's compute, which then
 * has the SMs that they leave (struct stack, prefill_sms); or, not
 * overlapped, after it.
 */
#ifndef TIME_PREFILL_H
#define TIME_PREFILL_H

#include "time/step.h"

struct prefill_pass {
	struct graph graph;
	struct cost cost[GRAPH_OPS];
	double s;
	double flop;		/* of one GPU */
	double peak_s;		/* those at the peak of each */
	double wire_s;		/* collectives, hidden or not */
	double exposed_s;
	double late_s;		/* of s: waiting for the busiest rank */
};

/* ask->batch is not looked at, nor is ctx_cv. */
void prefill_pass(struct prefill_pass *, const struct step_spec *,
		  const struct chunk *);

/* The first role or wire that it needs and the stack lacks; NULL: none. */
const char *prefill_lacks(const struct step_spec *, const struct chunk *);

#endif
