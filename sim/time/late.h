/*
 * late: what the busiest rank adds to an op's mean time, in expectation.
 */
#ifndef TIME_LATE_H
#define TIME_LATE_H

#include "time/step.h"

/* Seconds of one pass, on top of the mean rank's cost; 0 for most ops. */
double late_s(const struct step_spec *, const struct op *,
	      const struct spread *, const struct cost *mean);

#endif
