/*
 * figure: a number as people write it. "3,872", "3.8k", "~3872", "30-40",
 * "8..12", ">= 250", "up to 18K", "250+", "$0.28", "4.2 s", "2.1 x 10^8",
 * "12,5 ms", "sub-50 ms", "two thousand", "half a million"; and of something
 * else, in the unit "of" or "x": "half", "2/3", "twice"; "a third less" is
 * "% less", as is "cut by a third"; "1.5x to 2x" is a range, and what falls,
 * "from 1.2 s to 0.4 s", is where it fell to.
 *
 * A figure is as good as its digits: 79.3 is 79.25 to 79.35. Zeros at the end
 * of a whole number need not count, but two digits always do: 100 is 95 to
 * 105, 550,000 is 545,000 to 555,000.
 */
#ifndef WORDS_FIGURE_H
#define WORDS_FIGURE_H

#include <stdbool.h>

enum said {
	SAID_PLAIN,
	SAID_RANGE,		/* 30-40 */
	SAID_AROUND,		/* ~32, about 32: five per cent; ~30: ten */
	SAID_LEAST,		/* > 30, over 30, 30+: no upper end */
	SAID_MOST,		/* < 30, under 30 */
	SAID_UP_TO,		/* up to 30: the best there is */
};

struct figure {
	enum said said;
	double value;
	double low, high;	/* what its digits, or its words, allow */
	int place;		/* power of ten of the last digit that counts */
	int digits;		/* that count */
	int shown;		/* without the zeros at its end */
	bool scaled;		/* k M B T or a word stood behind it */
	const char *rest;	/* a unit; points into the text, or is one
				   of the three above */
};

/* 0; 1: a range that falls; -1: no figure. */
int figure_read(struct figure *, const char *text);

/* What stands behind it; "": nothing, or no figure. */
const char *figure_unit(const char *text);

/*
 * More of the zeros at the end count when a figure of the same table shows
 * more: the looser of its place and of its number of digits.
 */
void figure_refine(struct figure *, int place, int digits);

#endif
