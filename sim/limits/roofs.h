/*
 * roofs: the speed of light of the best choice under each roof alone.
 */
#ifndef LIMITS_ROOFS_H
#define LIMITS_ROOFS_H

#include "limits/ceiling.h"

/* Fill roof[] of timed limits. room is overwritten. */
void roofs_fill(struct limits *, struct graph *room);

#endif
