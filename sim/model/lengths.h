/*
 * lengths: how long the sequences of a batch are, where they are not alike:
 * a share of them at each length.
 */
#ifndef MODEL_LENGTHS_H
#define MODEL_LENGTHS_H

#include "base/fault.h"
#include "model/attention.h"

enum { LENGTHS = 16 /* size: lengths of a histogram */ };

struct lengths {
	int nr;			/* 0: all have the mean */
	double tok[LENGTHS];
	double share[LENGTHS];	/* sums to 1 */
};

/*
 * "1024:0.5;8192:0.4;131072:0.1". 0, or -1 and a fault: no such list, a length
 * or a share that is not above 0, more than LENGTHS of them, shares that do
 * not sum to 1 within a millionth.
 */
int lengths_parse(struct lengths *, const char *text, struct fault *);

/*
 * Lognormal, of this mean and coefficient of variation, by eighths: what is
 * kept of the variation is lengths_cv, 0.469 of 0.5 and 1.136 of 1.5: the
 * mean of the i-th is 8 (Phi(q(i + 1) - s) - Phi(q(i) - s)) times that of all,
 * with Phi(q(i)) = i / 8 and s^2 = ln(1 + cv^2).
 */
void lengths_spread(struct lengths *, double mean_tok, double cv);

double lengths_mean(const struct lengths *);
double lengths_cv(const struct lengths *);
double lengths_longest(const struct lengths *, double otherwise);

/* Mean of a count over the lengths; of ctx_tok where l is NULL or empty. */
typedef double lengths_fn(const struct model *, enum attn, double ctx_tok);

struct counted {
	const struct model *model;
	enum attn kind;
	double ctx_tok;
};

double lengths_over(const struct lengths *l, lengths_fn *,
		    const struct counted *);

#endif
