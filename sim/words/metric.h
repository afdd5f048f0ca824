/*
 * metric: the quantity of a figure by its name and its unit: a throughput in
 * tokens/s/GPU is one GPU's, a latency "3x lower" a ratio.
 */
#ifndef WORDS_METRIC_H
#define WORDS_METRIC_H

#include "words/quantity.h"

/*
 * unit: as it stands beside or behind the figure, "": none. own takes
 * QUANTITY_UNIT bytes: the unit that the name ends in, or "". 0; 1: by single
 * words and the unit alone (words/concept); or -1 and the fault's what and
 * remedy.
 */
int metric_called(const char *name, const char *unit, enum quantity *,
		  char *own, struct fault *);

#endif
