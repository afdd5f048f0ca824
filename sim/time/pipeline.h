/*
 * pipeline: a round of batches through stages that wait for the fullest.
 */
#ifndef TIME_PIPELINE_H
#define TIME_PIPELINE_H

#include "time/step.h"

/* Of one batch, what the last stage takes beside its layers: head, drafts. */
double pipeline_once_s(const struct step *);

/* A step of one batch, whose sums are there, is made that of all in flight. */
void pipeline_round(struct step *, const struct step_spec *);

#endif
