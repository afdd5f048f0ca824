/*
 * verdict: every rule heard on every claim, and the gravest finding kept.
 */
#ifndef JUDGE_VERDICT_H
#define JUDGE_VERDICT_H

#include "claims/claim.h"

/* claims_read, then judged. 0, or -1 and claims_read's fault. */
int claims_judge_by(struct claims *, const struct claims_spec *,
		    struct fault *);

/* The same by one hand. */
int claims_judge(struct claims *, const struct table *,
		 const struct library *, struct fault *);

#endif
