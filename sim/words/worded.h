/*
 * worded: a number in words: "two thousand", "half a million", "three dozen",
 * and parts and multiples of something else: "half", "two-thirds", "3/4",
 * "twice", "tenfold".
 */
#ifndef WORDS_WORDED_H
#define WORDS_WORDED_H

struct worded {
	double value;		/* without a thousand or million behind it */
	int place;		/* power of ten of its last digit */
	int zeros;		/* at the end of a whole number */
	enum part {
		PART_NONE,
		PART_OF,	/* a share, in the unit "of" */
		PART_TIMES	/* a multiple, in the unit "x" */
	} part;
};

/* Behind the number that s begins with; NULL: s begins with no such word. */
const char *worded_read(struct worded *, const char *s);

#endif
