/*
 * equations: products of quantities that are one whatever the hardware; the
 * table that claims/identity solves.
 */
#ifndef CLAIMS_EQUATIONS_H
#define CLAIMS_EQUATIONS_H

#include "words/quantity.h"

enum { TERMS = 5 /* size: of the longest identity */ };

struct term {
	enum quantity q;
	int power;
};

/* k times the product of the terms is 1; a power of 0 ends them. */
struct identity {
	double k;
	struct term term[TERMS];
};

extern const struct identity identities[];
extern const int identities_nr;

/*
 * The last two of the table bound what they are of: throughput by what so many
 * requests make that wait for no prompt, a token's time by a step's.
 */
#define PRODUCT (identities_nr - 1)
#define STEP (identities_nr - 2)

#endif
