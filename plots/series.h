/*
 * series: the GPUs in a table, or what else a column tells apart, each with a
 * colour and a shape, in the order of their first rows.
 */
#ifndef PLOTS_SERIES_H
#define PLOTS_SERIES_H

#include "base/table.h"

#define SERIES_MAX 24

struct series {
	const struct table *table;	/* not owned */
	const char *by;			/* the column; NULL: hw */
	int first[SERIES_MAX];		/* the row that names each */
	int nr;
};

/* The series of a row; beyond SERIES_MAX the last one takes all. */
int series_of(struct series *, int row);

/* Its name as people write a GPU's. Returns out. */
char *series_name(const struct series *, int series, char *out, int size);

#endif
