/*
 * doubt: what the errors of the facts make of a step's time.
 *
 * Each term of a law or a wire that has one, the GPU's bandwidths, the host's
 * time and the spread of expert popularity are moved by one standard error,
 * alone, and the ops that they touch are costed again; what overlap hides
 * counts as often as step.weight says. Errors of different facts are taken as
 * independent. The stack's overhead is not among them (answer/answer).
 */
#ifndef TIME_DOUBT_H
#define TIME_DOUBT_H

#include "time/step.h"

/* One standard error of the logarithm of a timed step. */
double doubt_log_sd(const struct step *, const struct step_spec *);

/*
 * The same, sooner where the step is like the last one's, for an op that was
 * in that is not costed again. Of one thread; it changes how long an answer
 * takes, never what it is. The GPUs and stacks that it is asked about stay
 * where and as they are.
 *
 * name: of a step that differs from others of that name in its context alone
 * (step_retime), so that only what sees it need be looked at; 0: it has
 * none.
 */
struct doubts;

struct doubts *doubts_new(void);	/* 0.1 MB; free() */
double doubts_log_sd(struct doubts *, const struct step *,
		     const struct step_spec *, unsigned name);

#endif
