/*
 * want: what a descriptor needs of its sheet: the key, the dimension, the
 * values that make sense, and where the number goes. A table of these is the
 * list of keys that a sheet may hold.
 */
#ifndef SHEET_WANT_H
#define SHEET_WANT_H

#include <stddef.h>

#include "sheet/fact.h"

enum limit {
	LIMIT_FROM_ZERO,	/* >= 0 */
	LIMIT_POSITIVE,		/* > 0 */
	LIMIT_REACH,		/* (0, 1] */
	LIMIT_SHARE,		/* [0, 1] */
	LIMIT_INSIDE,		/* (0, 1) */
	LIMIT_FROM_ONE,		/* >= 1 */
	LIMIT_NORM,		/* 0, or >= 1: the p of a p-norm */
	LIMIT_COUNT,		/* a whole number >= 1 */
	LIMIT_FLAG,		/* 0 or 1 */
	LIMIT_LOG_SD,		/* [0, 5]: e to it is 148 */
	LIMIT_NR
};

struct want {
	const char *key;
	enum dim dim;
	enum limit limit;
	size_t at;		/* offset of a double in the descriptor */
	bool optional;		/* without a row the double is left alone */
};

/* NULL where x is in its limit; else what to write, as "0 or 1". */
const char *want_beyond(const struct want *, double x);

/* Take one number under this key instead of want's own (NULL: its own). */
int want_one(const struct want *, struct facts *, const char *key,
	     double *out, struct fault *);

/* Take a day, where there is a row of it: YYYY-MM-DD; else NULL. */
int want_day(struct facts *, const char *key, const char **day,
	     struct fault *);

/* Take them all into a descriptor. 0, or -1 and the first fault. */
int want_all(const struct want *, int nr, struct facts *, void *descriptor,
	     struct fault *);

#endif
