/*
 * spots: the rows of a sweep as points over the expert parallel degree.
 */
#ifndef PLOTS_SPOTS_H
#define PLOTS_SPOTS_H

#include <stdbool.h>

#include "base/fault.h"
#include "plots/series.h"

enum spot_kind { SPOT_ANSWER, SPOT_REFUSAL, SPOT_MEASURED };

/*
 * A measured row is its measurement alone: its prediction is of other
 * settings than the sweep's and does not join the line.
 */
struct spot {
	enum spot_kind kind;
	int row, series;
	double ep, value, low, high;
	bool best;		/* the first of its kind, series and EP */
	int below;		/* refusals of other series at this EP */
};

/* Sorted by series, kind, EP, the best first. */
struct spots {
	const struct table *table;	/* not owned */
	struct series series;
	struct spot *spot;		/* owned */
	int nr;
};

/* 0, or -1 and a fault; release in either case. */
int spots_read(struct spots *, const struct table *, struct fault *);
void spots_release(struct spots *);

int spots_count(const struct spots *, enum spot_kind);

/* The last point of a series' line, or NULL when it has none. */
const struct spot *spots_line_end(const struct spots *, int series);

#endif
