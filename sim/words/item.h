/*
 * item: one figure as it is said, with what stands about it: "64 concurrent
 * users", "TTFT under 500 ms"; and what spoken/phrase shares with it.
 */
#ifndef WORDS_ITEM_H
#define WORDS_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "words/quantity.h"

enum { SAID_LONG = 320 /* size: a sentence */ };

/* False: none is read. */
bool phrase_item(const char *text, struct given *);

/* Text without the words at its begin that say nothing of a figure. */
const char *said_less(const char *);

/* And at its end, in place. */
void said_cut(char *);

/* n bytes of s, or fewer where it ends before, as far as they go into out. */
void said_copy(char *out, size_t size, const char *s, size_t n);

/* What is set rather than claimed: how many, how long, for what rent. */
bool said_is_set(enum quantity);

/*
 * The first figure of a text into value, with what stands before it and
 * behind; each takes SAID_LONG bytes, value FIGURE_LONG. False: none.
 */
enum { FIGURE_LONG = 64 /* size: a figure */ };
bool said_figure(const char *text, char *before, char *value, char *behind);

/* Is that the figure's quantity, in that unit? */
bool said_is(enum quantity, const char *value, const char *unit);

/* It is given so, if it is such a quantity at all. */
bool said_take(struct given *, enum quantity, const char *value,
	       const char *unit);

#endif
