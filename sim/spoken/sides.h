/*
 * sides: the figures of a sentence, and what they are of one another: two of
 * one thing are what a speed-up or a saving compares.
 */
#ifndef SPOKEN_SIDES_H
#define SPOKEN_SIDES_H

#include <stdbool.h>

#include "words/item.h"
#include "spoken/phrase.h"

enum {
	FOUND = 10	/* size: figures of a sentence */
};

/* A figure that was found; bare: it is of nothing that is known. */
struct found {
	struct given g;
	bool bare;
	bool set;		/* it is the result of those before it */
	bool way;		/* from it, or to it */
	bool cost;		/* it speaks of costs */
	bool all;		/* "in total" */
	bool derived;		/* "so", "that's": of nothing but those */
};

struct scan {
	struct found found[FOUND];
	int nr;
	struct phrase *p;
	char name[SAID_LONG];	/* words before a figure that had none, or
				   those of the last figure */
	bool parts;		/* "342 of 608" was read */
	bool priced;		/* something is per million tokens */
	bool counted;		/* hardware is, or GPUs are */
	bool prompts;		/* of prefill, and of no output */
};

bool scan_has(const struct scan *, enum quantity);

/* Words of it that are not read are told. */
void scan_unread(struct scan *, const char *words);

/* The claim and what it states beside it into the phrase. False: none of its
   figures is of anything. */
bool sides_write(struct scan *);

#endif
