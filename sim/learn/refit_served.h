/*
 * refit_served: the facts that rest on served runs (overhead, prompts' passes
 * and launches of a stack, by what `served.KEY` of hw/stacks/prior.csv
 * believes), fitted to what users of measured rows saw: medians of the time to
 * first token and per output token, tokens a second.
 */
#ifndef LEARN_REFIT_SERVED_H
#define LEARN_REFIT_SERVED_H

#include "learn/validate.h"

/*
 * As validate_refit, of the rows that were played request by request; the
 * 99th percentile is never fitted. With leave_out their verdicts become those
 * that the other layout groups give, each with the band that these need, and
 * c->seen_band what the sheets should say. A few plays of every run.
 */
int refit_served(const struct refit_spec *, struct calibration *,
		 struct fault *);

#endif
