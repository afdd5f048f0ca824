/*
 * series: the GPUs in a table, each with a colour and a shape, in the order
 * of their first rows.
 */
#ifndef PLOTS_SERIES_H
#define PLOTS_SERIES_H

#include "base/table.h"

#define SERIES_MAX 24

struct series {
	const struct table *table;	/* not owned */
	int first[SERIES_MAX];		/* the row that names each */
	int nr;
};

/* The series of a row's hw; beyond SERIES_MAX the last one takes all. */
int series_of(struct series *, int row);

/* Its GPU's name as people write it. Returns out. */
char *series_name(const struct series *, int series, char *out, int size);

#endif
