/*
 * roofs: the speed of light of the best choice under each roof alone.
 */
#ifndef LIMITS_ROOFS_H
#define LIMITS_ROOFS_H

#include "limits/choice.h"

/* What is asked of the best alone, when it is known: its bound and setting. */
void roofs_best(struct ceiling *, const struct choice *, struct graph *room);

/* Fill roof[] of timed limits. room is overwritten. */
void roofs_fill(struct limits *, struct graph *room);

#endif
