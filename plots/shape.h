/*
 * shape: the outlines of marks. libplot's own have a hairline for an edge.
 */
#ifndef PLOTS_SHAPE_H
#define PLOTS_SHAPE_H

#include "plots/canvas.h"

#define SHAPE_CORNERS 10

/* The corners of a mark that has some; returns their number. */
int shape_ring(const struct mark *, struct point at, struct point *ring);

#endif
