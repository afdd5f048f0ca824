/*
 * gather: what may be learned from a user's rows: the parameters of the
 * stack's sheet that they rest on, their own scatter, and the knots of what
 * their layouts are off by.
 *
 * Which software a row ran is known as far as the sheet tells its days apart:
 * by the row of overhead that holds on the row's day. What layouts are off by
 * is alike within one such image alone (experiments/13-calibrate).
 */
#ifndef OWN_GATHER_H
#define OWN_GATHER_H

#include "own/own.h"

/* The row of overhead of an architecture. */
const struct fact *own_overhead(const struct facts *, const char *arch);

/* own.share of the prior sheet, within 0 and 1. 0, or -1 and the fault. */
int own_share(struct facts *prior, double *share, struct fault *);

/*
 * Everything of `own` that is known before a fit. 0; or -1 and the fault:
 * of the prior sheet, or what varies has no root.
 */
int own_gather(struct own *, const struct own_spec *, struct fault *);

#endif
