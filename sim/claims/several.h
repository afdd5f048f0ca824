/*
 * several: a cell with more figures than one: "671B total / 37B active", "1T
 * (32B active)", "20,000/2,000 tok/s" of a "Throughput (input/output)", "350 ms
 * / 20 ms" of "TTFT / TPOT".
 */
#ifndef CLAIMS_SEVERAL_H
#define CLAIMS_SEVERAL_H

#include <stdbool.h>

#include "words/quantity.h"

enum { SEVERAL = 8 /* size: figures of a cell */ };

/* One of them, as cells of its own. */
struct said_cell {
	char metric[96];	/* size: a name */
	char value[64];		/* size: item's */
	char unit[64];		/* size: of it */
};

struct several {
	struct said_cell said[SEVERAL];
	int nr;
};

/*
 * unit: beside the value, "": none. False: it is not several, or one of them
 * is none that can be read.
 */
bool several_read(struct several *, const char *metric, const char *value,
		  const char *unit);

/* One of them as an item; false: its name is none. */
bool several_item(const struct said_cell *, struct given *);

#endif
