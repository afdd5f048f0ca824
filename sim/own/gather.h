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

/*
 * What the prior sheet says of rows that vary: own.share, own.near, within 0
 * and 1, and own.reach. 0, or -1 and the fault.
 */
struct own_prior {
	double share, near, reach;
};

int own_prior_read(struct own_prior *, struct facts *prior, struct fault *);

/* Of a band, what rows of a layout have in common. */
struct own_varies own_prior_varies(const struct own_prior *, double band);

/*
 * Everything of `own` that is known before a fit. 0; or -1 and the fault:
 * of the prior sheet, or what varies has no root.
 */
int own_gather(struct own *, const struct own_spec *, struct fault *);

#endif
