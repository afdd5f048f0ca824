/*
 * offer: what somebody sells tokens for: an API by the token, reserved
 * capacity, a cluster by the month, GPUs with the people who run them.
 *
 * All are one formula. Capacity comes in blocks, each with a fixed price; so
 * many blocks are reserved, or as many as the load takes. Tokens within the
 * capacity have a price, tokens beyond it another:
 *
 *	$/h = blocks fixed (1 - discount) + team
 *	      + 3600 (within inside + beyond outside)
 *
 * where inside and outside are of an output token with the prompt tokens that
 * come with it, of which a share is cached.
 */
#ifndef PLAN_OFFER_H
#define PLAN_OFFER_H

#include "sheet/fact.h"

struct token_price {		/* $ a token */
	double in, out, cached;
};

struct offer {
	const char *name;	/* not owned: the sheet's */
	double fixed_usd_h;	/* of a block */
	double discount;	/* share off it */
	double team_usd_h;	/* whatever the blocks */
	double capacity_tok_s;	/* output of a block; INFINITY: no bound */
	double blocks;		/* reserved; 0: as many as it takes */
	struct token_price inside;
	struct token_price outside;	/* NaN: nothing is served beyond */
};

/* The tokens that come with an output token. */
struct offer_use {
	double prompt_tok;	/* of each output token: isl / osl */
	double cached_share;	/* of them */
};

/* 0, or -1 and a fault: a key that is none, or out of its range. */
int offer_take(struct offer *, struct facts *, struct fault *);

/* Dollars an hour for so many output tokens a second; NaN: more than it has. */
double offer_usd_h(const struct offer *, const struct offer_use *,
		   double tok_s);

/*
 * The fewest output tokens a second, up to the capacity of `fixed`'s blocks
 * (one block where it is not said how many), at which it costs no more than
 * `other`; NaN: not even full.
 */
double offer_break_even(const struct offer *fixed, const struct offer *other,
			const struct offer_use *);

#endif
