/*
 * table: a CSV file in memory: a header and rows of text cells. Reading files
 * is read/'s; this holds, finds and writes.
 */
#ifndef BASE_TABLE_H
#define BASE_TABLE_H

#include "base/text.h"

struct table {
	char *name;	/* path it came from, for faults; owned */
	char **head;	/* column names, owned */
	int columns;
	int *slot;	/* hash of names to column + 1; owned */
	int slots;	/* a power of two, twice the columns or more; or 0 */
	char **cell;	/* rows x columns, row-major; owned; NULL: blank */
	int *line;	/* line of each row in its file; 0 if made here */
	int rows;
	int cap;
};

void table_init(struct table *, const char *name);
void table_release(struct table *);

/* Index of a column, or -1. */
int table_column(const struct table *, const char *name);

/* The column's index; it is added (blank in every row) when missing. */
int table_need(struct table *, const char *name);

/* A new row of blank cells; returns its index. */
int table_add_row(struct table *, int line);

/* The cell's text; "" when blank or when column is -1. Not owned. */
const char *table_get(const struct table *, int row, int column);

/* Likewise of the column of a name; "" where there is none. */
const char *table_cell(const struct table *, int row, const char *name);

void table_set(struct table *, int row, int column, const char *text);
void table_setf(struct table *, int row, int column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/*
 * A number of six digits in the column of this name, made where it is not
 * there yet; not finite leaves the cell blank.
 */
void table_put(struct table *, int row, const char *column, double);

/* The cell as a number; NaN when blank or not a number. */
double table_number(const struct table *, int row, int column);

/* The whole table as CSV, header first, "\n" at line ends. */
void table_write(const struct table *, struct text *out);

/* One row, or the header, as a CSV line. */
void table_write_head(const struct table *, struct text *out);
void table_write_row(const struct table *, int row, struct text *out);

#endif
