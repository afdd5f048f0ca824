/*
 * degrees: over how many GPUs a model is shared, and which way, as people write
 * it: "TP8/EP8", "EP-64", "expert parallelism of 64", "16-way tensor
 * parallel", "PP2", "DEP8".
 */
#ifndef CLAIMS_DEGREES_H
#define CLAIMS_DEGREES_H

#include "claims/claim.h"

/* Without a number: in how many groups, is open. */
#define DP_ATTENTION "DP attention"

enum degree {
	DEGREE_TP, DEGREE_EP, DEGREE_PP, DEGREE_DCP,
	DEGREE_DP,		/* groups of attention, each with its own KV */
	DEGREES
};

/* 0: not said; less: two are, of two phases or systems. */
struct degrees {
	double of[DEGREES];
};

/* Behind those that s begins with, which are added; NULL: with none. */
const char *degrees_read(struct degrees *, const char *s);

/*
 * Blank columns by what a text says, where the claim's GPUs can be so shared;
 * what they cannot is noted. What takes more GPUs than there are is the
 * claim's `over`, and none of its columns then.
 */
void degrees_fill(struct claim *, const char *text);

#endif
