/*
 * together: what it makes of a step that nobody knows how far tokens of one
 * sequence go to the same experts.
 */
#ifndef TIME_TOGETHER_H
#define TIME_TOGETHER_H

#include "time/step.h"

/*
 * One standard error of the logarithm of a step that was timed and listed, from
 * that of routing.together; 0 where a step has one token a sequence.
 */
double together_log_sd(const struct step *, const struct step_spec *);

#endif
