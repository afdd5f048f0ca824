/*
 * grid: the product of lists of values, "8,16,32..64" for a column, as
 * scenarios; made one at a time, so that a grid takes no room for its rows.
 */
#ifndef ASK_GRID_H
#define ASK_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "ask/scenario.h"

struct grid_value {
	char *text;	/* owned */
	double x;	/* of a number; NaN where it is none */
};

struct grid_list {	/* the values of one scenario column */
	int column;
	struct grid_value *value;	/* owned */
	int nr, cap;
};

struct grid {
	struct grid_list *list;	/* owned; the last runs fastest */
	int nr;
	int load;		/* scenario_first_load */
	bool gpus_are_ep;	/* gpus not given and ep given */
};

/*
 * Split one column's text into values: items between commas; a number range
 * A..B (every whole number), A..B+S (in steps) or A..B*F (by a factor, B
 * included when it is hit). Words are taken as they stand; blanks around a
 * value are none of it. 0, or -1 and the fault: no range, or one of over 10
 * million values. To be released either way.
 */
int grid_list_make(struct grid_list *, const char *text, int is_word,
		   struct fault *);
void grid_list_release(struct grid_list *);

/* text[i]: of scenario column i, NULL when not given. As above. */
int grid_make(struct grid *, const char *const *text, struct fault *);
void grid_release(struct grid *);

/* How many rows it has: a whole number, perhaps beyond any use. */
double grid_rows(const struct grid *);

/* The row-th, from 0. 0, or -1 and the fault: a value that is no number. */
int grid_scenario(const struct grid *, int64_t row, struct scenario *,
		  struct fault *);

/*
 * The same where what stands there is the row before, sound, defaults filled
 * in or not: if the two differ in their load alone (scenario_is_load), it is
 * written, with the id. false: in more, or a value is no plain number, and
 * nothing is written.
 */
bool grid_follow(const struct grid *, int64_t row, struct scenario *);

#endif
