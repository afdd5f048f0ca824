/*
 * drawing: tables from text, and what a figure makes of them.
 */
#ifndef TESTS_DRAWING_H
#define TESTS_DRAWING_H

#include "base/fault.h"
#include "base/text.h"

/* Plain commas and newlines: no cell may need quotes. */
int drawing_try(const char *kind, const char *csv, struct text *out,
		struct fault *why);

/* The SVG of a table that can be drawn; owned by the caller. */
char *drawing(const char *kind, const char *csv);

/* How often a word stands in it. */
int occurs(const char *s, const char *word);

#endif
