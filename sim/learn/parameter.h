/*
 * parameter: which rows of the stacks' sheets a calibration may move, and what
 * was believed of them before.
 */
#ifndef LEARN_PARAMETER_H
#define LEARN_PARAMETER_H

#include "learn/calibrate.h"

/*
 * The parameters, rows and groups of an empty calibration: every fitted fact
 * that has a prior, of the sheet behind each question that takes part, with
 * what the question sets in it. 0, or -1 and the fault: a prior without err.
 */
int parameters_gather(struct calibration *, const struct calibrate_spec *,
		      const struct facts *prior, struct fault *);

#endif
