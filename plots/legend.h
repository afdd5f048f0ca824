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

/*
 * A row of items from a point, wrapped at width. Returns the y of its last
 * baseline (that of the point when there are no items).
 */
double legend_draw(struct canvas *, struct point, double width,
		   const struct legend_item *, int nr);

#endif
