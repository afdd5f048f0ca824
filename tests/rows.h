/*
 * rows: a sheet of a few rows, and the facts that it says.
 */
#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include "sheet/want.h"

#define ROW(key, value, unit) key "," value ",," unit ",assumed,toy,\n"
#define ROW_ERR(key, value, err, unit) \
	key "," value "," err "," unit ",assumed,toy,\n"

/* Rows of toy.csv, whose header is line 1. 0, or -1 and the fault. */
int rows_read(struct facts *, const char *rows, struct fault *);

/* The same of rows that are in order. */
void rows_facts(struct facts *, const char *rows);

/*
 * 1, 2, 3, ... to every row of a list, as its limit allows, into a descriptor
 * that is all 0, of so many doubles: each has a field and a key of its own.
 */
void rows_land(const struct want *, int nr, void *descriptor, size_t doubles);

/* The whole sentence of a fault, as it is printed. */
void rows_said(const struct fault *, const char *want);

#endif
