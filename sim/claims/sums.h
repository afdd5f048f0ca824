/*
 * sums: what follows by more than a product: a request's time, percentages,
 * prompt and output tokens together. A formula each, as it is printed, computed
 * from its letters.
 */
#ifndef CLAIMS_SUMS_H
#define CLAIMS_SUMS_H

#include "claims/identity.h"

/* Of + - x / and brackets, numbers, million; @ is the next of `of`. */
struct sum {
	enum quantity is;
	const char *says;
	enum quantity of[7];	/* size: amounts of the longest */
};

extern const struct sum sums[];
extern const int sums_nr;

/* How many @ it has. */
int sum_terms(const struct sum *);

/* Tokens in and out; it feeds the products, so it is asked with them. */
void sums_tokens(struct known *);

/* What nothing else follows from. */
void sums_close(struct known *);

/* Which way leans what two amounts make that lean so. */
enum leaning sums_leaned(enum leaning, enum leaning);

#endif
