/*
 * compared: names that need the unit beside them: "2.5x faster", "47 % more",
 * "66 % cheaper", a cost of "$0.21/1M tokens".
 */
#ifndef WORDS_COMPARED_H
#define WORDS_COMPARED_H

#include "words/quantity.h"

/*
 * By the words of a name that is none of the vocabulary's, and by the unit
 * behind the figure: more of something is a speed-up, less of it a change,
 * less of a cost a saving, a cost is one of what its unit says, a speed what a
 * user sees. Q_NR: neither.
 */
enum quantity compared_called(const char *name, const char *unit);

/* What money in this unit is: a token's, a GPU's, a day's; Q_NR: open. */
enum quantity compared_cost(const char *unit);

/* The quantity that a figure in this unit is of: "x" or "%". */
enum quantity compared_in(enum quantity, const char *unit);

#endif
