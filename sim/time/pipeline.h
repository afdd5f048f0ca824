/*
 * pipeline: a round of batches through stages that wait for the fullest.
 */
#ifndef TIME_PIPELINE_H
#define TIME_PIPELINE_H

#include "time/step.h"

/* A step of one batch, whose sums are there, is made that of all in flight. */
void pipeline_round(struct step *, const struct step_spec *);

#endif
