/*
 * beside: what a claim states beside its figure, in `given` and in the cell of
 * the figure itself.
 */
#ifndef CLAIMS_BESIDE_H
#define CLAIMS_BESIDE_H

#include "claims/claim.h"

/*
 * Of a claim whose scenario and figure are read; what is not read is noted.
 * 0, or -1 and the fault's what and remedy.
 */
int beside_read(struct claim *, const char *given, struct fault *);

/* The others of its cell are stated as well; its own is one of them. */
void beside_others(struct claim *, const struct several *, int own);

/*
 * Figures that a sentence gives beside its first are as those of a cell; of a
 * row's given those that come of the rest: a token's energy.
 */
void beside_given(struct claim *, const char *given);

/* A name that is none, in x or %: one figure of another. */
bool beside_metric(struct claim *, const char *unit, const char *given);

/* Power of nobody knows how many GPUs is that of all there is. */
void beside_settle(struct claim *);

/*
 * Parameters in a format, of no model that is named: their size is of weights,
 * with the format's scales or without.
 */
void beside_size(struct claim *);

/* The currency that a row's amounts are in; a sentence's are in its quote. */
void beside_money(struct claim *, const struct table *, int row);

#endif
