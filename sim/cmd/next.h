/*
 * next: `calibrate --next`.
 */
#ifndef CMD_NEXT_H
#define CMD_NEXT_H

#include "options/options.h"

/* Of the question that the options are. The exit status. */
int next_answer(const struct options *, const struct scenario *);

#endif
