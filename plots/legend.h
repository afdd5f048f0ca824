/*
 * legend: what the colours and the marks of a figure stand for, in a row that
 * wraps. It stands above the frame, where no point can be.
 */
#ifndef PLOTS_LEGEND_H
#define PLOTS_LEGEND_H

#include "plots/canvas.h"

struct legend_item {
	const char *text;	/* not owned */
	struct mark mark;	/* radius 0: none */
	struct pen line;	/* width 0: none */
	unsigned patch;		/* colour of a box; 0: none */
};

/* Items in a row from a point, wrapped at width. */
struct legend {
	struct point at;	/* of the first baseline */
	double width;
	const struct legend_item *item;	/* not owned */
	int nr;
};

/* Returns the y of the last baseline (the first when there are no items). */
double legend_draw(struct canvas *, const struct legend *);

#endif
