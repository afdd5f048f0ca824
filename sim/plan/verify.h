/*
 * verify: a choice of a plan replayed, request by request, in the serving
 * simulator: pools and replicas as planned, requests whose lengths vary and
 * have the plan's means, what users see of them in percentiles. A plan without
 * prompts is replayed step by step in the event engine instead.
 *
 * Requests come at random, at the load's rate; where none is said, at that
 * which keeps the replicas full but for what the number in flight varies by.
 * Where no load is said and prompts are read beside decodes, as many clients as
 * there is room for ask again as soon as they are answered. Of four times as
 * many requests as are in flight the third quarter is looked at, when the start
 * is over and the end has not begun.
 */
#ifndef PLAN_VERIFY_H
#define PLAN_VERIFY_H

#include "plan/fleet.h"

enum { VERIFY_RANKS = 3 /* size: the percentiles below */ };

struct verified {
	bool by_steps;		/* no requests: steps of the event engine */
	double replicas;	/* played, of the choice's */
	double servers;		/* of its pool; 0: none */
	bool at_random;		/* so requests come; else clients ask again when
				   answered */
	double in_flight, requests;
	double rank[VERIFY_RANKS];	/* percent: 50, the plan's, 99 */
	double tpot_s[VERIFY_RANKS];	/* by steps: of the mean, all three */
	double ttft_s[VERIFY_RANKS];	/* NaN by steps */
	double answered;	/* share of the requests */
	double tpot_over, ttft_over;	/* share above what is asked for at the
				   plan's percentile; not positive: kept */
	double batch;		/* the largest that keeps the time a token; NaN:
				   not looked for */
	double enough;		/* servers for prompts that keep the first
				   token; NaN: likewise, or three times as many
				   do not */
};

struct verify_spec {
	const struct fleet *plan;
	const struct fleet_spec *of;
	double percent;		/* of requests that must keep the limits */
	uint64_t seed;
};

/* 0, or -1 and the fault: a stack that says too little of its engine. */
int verify_choice(struct verified *, const struct verify_spec *, int choice,
		  struct fault *);

#endif
