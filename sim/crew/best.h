/*
 * best: the rows with the most tok/s/GPU of a sweep, with their lines.
 */
#ifndef CREW_BEST_H
#define CREW_BEST_H

#include <stdatomic.h>

#include "base/text.h"

struct best_row;

struct best {
	struct best_row *row;	/* owned; the most first */
	int nr, most;
	_Atomic double least;	/* of a full list: what a row must exceed */
};

void best_init(struct best *, int most);
void best_release(struct best *);

/* A row's rate and its line, appended as best_take reads them. */
void best_note(double rate, struct text *out);

/*
 * What was noted, each note with a line behind it. Of equals the first to
 * come stays.
 */
void best_take(struct best *, const struct text *noted);

/* Their lines, appended. */
void best_lines(const struct best *, struct text *out);

#endif
