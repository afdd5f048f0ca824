/*
 * next: `calibrate --next`.
 */
#ifndef TASKS_NEXT_H
#define TASKS_NEXT_H

#include "options/options.h"

/* Of the question that the options are. The exit status. */
int next_answer(const struct options *, const struct scenario *);

#endif
