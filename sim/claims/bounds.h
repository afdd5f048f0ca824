/*
 * bounds: what claims ask limits of (limits/ceiling), and on how many GPUs
 * where they do not say.
 */
#ifndef CLAIMS_BOUNDS_H
#define CLAIMS_BOUNDS_H

#include "claims/claim.h"

/*
 * Make the limits of each claim that is closed (claims/identity). One whose
 * scenario is none becomes malformed.
 */
void bounds_make(struct claims *, const struct claims_spec *);

/* A fault that arose behind the row is the row's. */
void claim_placed(struct fault *, const struct table *, int row);

/* A batch may be a mean, but of something: 0, or -1 and the claim's fault. */
int claim_in_flight(struct claim *);

#endif
