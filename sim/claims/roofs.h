/*
 * roofs: the speed of light of the best choice under each roof alone.
 */
#ifndef CLAIMS_ROOFS_H
#define CLAIMS_ROOFS_H

#include "claims/ceiling.h"

/* Fill roof[] of timed limits. room is overwritten. */
void roofs_fill(struct limits *, struct graph *room);

#endif
