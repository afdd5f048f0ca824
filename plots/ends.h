/*
 * ends: the names of lines in a column right of the frame, each joined to the
 * end of its line.
 */
#ifndef PLOTS_ENDS_H
#define PLOTS_ENDS_H

#include "plots/canvas.h"

#define END_NAME_MAX 32

struct line_end {
	struct point at;
	unsigned colour;
	char name[END_NAME_MAX];
};

/* Sorts the ends by height. */
void ends_draw(struct canvas *, struct box frame, struct line_end *, int nr);

#endif
