/*
 * totals: what the ops of a step come to beside its time: bytes, FLOPs, what
 * is waited for, and what a second more of each op makes of the step.
 */
#ifndef TIME_TOTALS_H
#define TIME_TOTALS_H

#include "time/step.h"

/* Of a step that has its s, host_s, exposed_s and stage_w. */
void step_total(struct step *, const struct step_spec *);

#endif
