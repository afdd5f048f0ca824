/*
 * curves: the lines and bands of a sweep over the expert parallel degree.
 */
#ifndef PLOTS_CURVES_H
#define PLOTS_CURVES_H

#include "plots/chart.h"
#include "plots/labels.h"
#include "plots/spots.h"

/* The light bands from low to high; they belong below the grid. */
void curves_bands(const struct chart *, const struct spots *);

/* The lines and the edges of their bands; labels keep off the lines. */
void curves_lines(const struct chart *, const struct spots *,
		  struct labels *);

#endif
