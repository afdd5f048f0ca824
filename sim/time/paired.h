/*
 * paired: the layers of two micro-batches, each hidden behind the other.
 */
#ifndef TIME_PAIRED_H
#define TIME_PAIRED_H

#include "time/step.h"

/* None yet: to copy it takes less than to clear one. */
extern const struct stage_times paired_none;

/*
 * L layers of the timeline: 2 L half layers, the first ATTN0 and ATTN1 before
 * them, and in the last half nothing left of the other micro-batch. The sum
 * under attention TP runs where ATTN1 does: an exchange hides under it, but
 * no kernel hides it.
 * The step's exposed_s, hidden_s and bound_s grow.
 */
double paired_s(struct step *, const struct stage_times *, int layers);

/* How often a stage's seconds count in that. */
void paired_weigh(const struct stage_times *, int layers, double w[STAGE_NR]);

#endif
