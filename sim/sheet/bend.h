/*
 * bend: by what a step takes longer than predicted, by the batch of a group: a
 * list of BATCH:TIMES, straight in the logarithm of the batch between two, as
 * the nearest beyond the ends.
 */
#ifndef SHEET_BEND_H
#define SHEET_BEND_H

#include "base/fault.h"

enum { BEND_KNOTS = 14 /* size: batches of a list */ };

struct bend {
	int nr;			/* 0: nothing bends */
	double log_batch[BEND_KNOTS];	/* rising */
	double times[BEND_KNOTS];
};

/*
 * "1:1.02;16:0.97;128:1.01". 0; or -1 and a fault: no such list, a number that
 * is not above 0, batches that do not rise, more than BEND_KNOTS of them.
 */
int bend_parse(struct bend *, const char *text, struct fault *);

/* At a batch above 0; 1 where nothing bends. */
double bend_at(const struct bend *, double batch);

#endif
