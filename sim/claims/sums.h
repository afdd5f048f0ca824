/*
 * sums: what follows by more than a product: a request's time, percentages,
 * prompt and output tokens together.
 */
#ifndef CLAIMS_SUMS_H
#define CLAIMS_SUMS_H

#include "claims/identity.h"

/* Tokens in and out; it feeds the products, so it is asked with them. */
void sums_tokens(struct known *);

/* What nothing else follows from. */
void sums_close(struct known *);

/* Which way leans what two amounts make that lean so. */
enum leaning sums_leaned(enum leaning, enum leaning);

#endif
