/*
 * measured: the figures of a sentence with their units, whatever they are of.
 */
#ifndef RULES_MEASURED_H
#define RULES_MEASURED_H

#include <stdbool.h>

enum { TOK, SEC, USD, BYTE, JOULE, DIMS };

enum {
	FIGURES = 4,	/* size: of a sentence; of more, chance closes some */
	READINGS = 3	/* size: of a figure */
};

/* One way to read a figure, in base units and what they are of. */
struct reading {
	double value, low, high;
	double times;		/* base units of one of its own */
	int dim[DIMS];
};

/* A figure and its unit. */
struct measured {
	struct reading as[READINGS];
	int nr;
	double share;		/* it is so much of one, in per cent; 0: not */
	bool bare;		/* nothing counts it */
	char words[48];		/* size: it, as the sentence has it */
};

struct sentence {
	struct measured of[FIGURES];
	int nr;
	bool more;		/* than there is room for, */
	bool worded;		/* or in words */
};

void measured_read(struct sentence *, const char *text);

#endif
