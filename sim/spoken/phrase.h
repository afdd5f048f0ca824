/*
 * phrase: a claim as it is said: "over 250 tokens per second per user", "TTFT
 * under 500 ms", "fits in memory", "4.8 TB/s of memory bandwidth", "$1.50 per
 * million tokens at $2 per GPU-hour with 64 concurrent users".
 *
 * Its first figure is the claim; what follows behind "at", "with", "for", "and"
 * or a comma is stated beside it.
 */
#ifndef SPOKEN_PHRASE_H
#define SPOKEN_PHRASE_H

#include <stdbool.h>

#include "base/table.h"
#include "words/quantity.h"

struct phrase {
	char metric[64];	/* size: of a cell */
	char value[96];		/* size: likewise */
	char unit[64];		/* size: likewise */
	char weights[32];	/* size: likewise; "in FP8" */
	char note[200];		/* size: words that were not read; "" */
	char given[400];	/* size: a few items, as a cell has them */
	char hw[64];	/* size: likewise; "8x H200", "": it names none */
	char model[64];		/* size: likewise */
	char stack[32];		/* size: likewise */
	char layout[64];	/* size: likewise; "TP8/EP8" */
	const char *money;	/* its currency that is no dollar; "" */
};

/* 0, or -1 and a fault that says which part was not read. */
int phrase_read(struct phrase *, const char *text, struct fault *);

/* As a claim's row, where its cells are blank. */
void phrase_put(const struct phrase *, struct table *, int row);

#endif
