/*
 * grid: rows of scenarios from lists: "8,16,32..64" for a column.
 */
#ifndef ASK_GRID_H
#define ASK_GRID_H

#include "ask/scenario.h"

/*
 * Split one column's text into values: items between commas; a number range
 * A..B (every whole number), A..B+S (in steps) or A..B*F (by a factor, B
 * included when it is hit). Words are taken as they stand. Each value is
 * appended to out as a new row's first cell. 0, or -1 and the fault.
 */
int grid_values(const char *text, int is_word, struct table *out,
		struct fault *);

/*
 * The product of all lists, last column fastest, as rows of `rows` with the
 * scenario columns given. text[i]: of scenario column i, NULL when not given.
 * gpus not given and ep given: gpus = ep. Refused above a million rows.
 */
int grid_rows(const char *const *text, struct table *rows, struct fault *);

#endif
