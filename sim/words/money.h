/*
 * money: currencies as people write them. Amounts of any are read as if they
 * were dollars; what one is in another is not known here, so that they are only
 * set against one another.
 */
#ifndef WORDS_MONEY_H
#define WORDS_MONEY_H

#include <stdbool.h>

struct money {
	const char *said, *is;	/* as dollars are said */
	const char *of;		/* its name, "EUR" */
};

/* What s begins with, and its letters; NULL: no money. */
const struct money *money_at(const char *s, int *letters);

/* Letters of a sign that may stand before a figure; 0: none. */
int money_sign(const char *s);

/* The currency of a text that is no dollar, "" where there is none; mixed: it
   has another beside it. */
const char *money_of(const char *text, bool *mixed);

#endif
