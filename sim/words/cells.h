/*
 * cells: the scenario of a claim, its numbers as people write them: "8k",
 * "1,024", "~64 requests".
 */
#ifndef WORDS_CELLS_H
#define WORDS_CELLS_H

#include "ask/scenario.h"

/*
 * As scenario_read; a number that step would not read is taken as a figure,
 * the easier end of it. 0, or -1 and scenario_read's fault.
 */
int cells_read(struct scenario *, const struct table *, int row,
	       struct fault *);

#endif
