/*
 * totals: what the ops of a step come to beside its time: bytes, FLOPs, what
 * is waited for, and what a second more of each op makes of the step.
 */
#ifndef TIME_TOTALS_H
#define TIME_TOTALS_H

#include "time/step.h"

/* What no batch changes of them, of a graph that was built and its lanes. */
void totals_make(struct step *);

/* The weight of each op, of a step that has stage_w. */
void totals_weigh(struct step *);

/* What all ops read, and their useful FLOPs by rate; of one GPU, in a step. */
struct work_done {
	double hbm_B;
	double flop[MATH_NR];
};

void totals_work(const struct step *, struct work_done *);

/* Of a step that has its s, host_s and exposed_s. */
void step_total(struct step *, const struct step_spec *);

#endif
