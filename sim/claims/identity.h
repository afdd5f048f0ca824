/*
 * identity: equations between quantities that hold whatever the hardware: a
 * day has 1440 minutes, a rate of a system is that of its GPUs times their
 * number. They check a claim's figure against the others that it states, and
 * carry a figure to the quantity that a limit is known for.
 */
#ifndef CLAIMS_IDENTITY_H
#define CLAIMS_IDENTITY_H

#include "words/quantity.h"

enum { KNOWN_BY_SUM = 1000 /* size: above any identity's number; and on from
				there, which of the sums */ };

/* Amounts, and how each came to be known. */
struct known {
	struct amounts amounts;
	double beside;		/* times what is drawn of what is said */
	int by[Q_NR];		/* identity that gave it, or sum; -1: stated */
	bool from_metric[Q_NR];	/* the claimed figure went into it */
	bool assumed[Q_NR];	/* a default: 24 hours, fully used */
	bool sheet[Q_NR];	/* a descriptor's */
	bool product[Q_NR];	/* by a product that leaves TTFT out */
	enum leaning {
		LEANS_NOT,	/* what follows is so */
		LEANS_UP,	/* is the most that it can be */
		LEANS_DOWN,	/* is the least */
		LEANS_BOTH	/* is neither */
	} leans[Q_NR];
};

/* beside: times what its GPUs draw, a system may (facts/granted); 1 or more. */
void known_init(struct known *, const struct amounts *stated, double beside);

/* What a descriptor says, where the claim says nothing else. */
void known_fact(struct known *, enum quantity, double);

/* Fill what follows. metric: what the claim is about, may be in or not. */
void known_close(struct known *, enum quantity metric);

/* ---- what is left of it ---- */

/* One that is known. */
struct entry {
	struct amount amount;
	enum quantity q;
	int by;			/* as above, likewise below */
	enum leaning leans;
	bool from_metric, assumed, sheet, product;
	double times;		/* the identity's number */
};

/* Those that are, in the order of quantities. */
struct account {
	struct entry *entry;	/* owned; free it */
	int nr;
	double beside;
};

void account_keep(struct account *, const struct known *);

/* Not known: one with an amount that is not. */
const struct entry *account_of(const struct account *, enum quantity);

/*
 * How the amount of q follows, one line with units, the steps before it
 * included: "tokens_per_day = 60 x tpm 550,000 x hours_per_day 24 = ...".
 */
void account_trail(const struct account *, enum quantity q, char *out,
		   int size);

/* Is that among what q follows from, the steps before it included? */
bool account_rests_on(const struct account *, enum quantity q,
		      enum quantity on);

#endif
