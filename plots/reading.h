/*
 * reading: what every figure asks of its table: the columns it needs, its
 * heading, the names in it.
 */
#ifndef PLOTS_READING_H
#define PLOTS_READING_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/table.h"
#include "plots/canvas.h"

/* What a missing column's fault says the figure reads. */
struct needs {
	const char *figure;		/* "a roofline" */
	const char *const *column;
	int nr;
};

/* 0, or -1 and a fault that names the first column that is missing. */
int reading_needs(const struct table *, const struct needs *,
		  struct fault *);

/* A fault: no row can be drawn, because no row has `what`. Returns -1. */
int reading_empty(const struct table *, const char *what, struct fault *);

/* The cell of a named column; "" when blank or when there is none. */
const char *reading_text(const struct table *, int row, const char *column);

/* The same as a number; NaN when blank, missing, no number or beyond 1e30,
   where no axis goes. */
double reading_number(const struct table *, int row, const char *column);

/* Can a log axis show it: finite, above 0, and of a size that things have. */
bool reading_is_shown(double value);

/*
 * The heading from the columns title, subtitle and source_line of the first
 * row; where these are blank or missing, what it is now stays.
 */
void reading_heading(const struct table *, struct heading *);

/*
 * A GPU's sheet name as people write it: "gb200-nvl72" to "GB200 NVL72". Of
 * a path the file's name stays, as it is spelt. Returns out.
 */
char *reading_hw(const char *name, char *out, int size);

#endif
