/*
 * own_bend: what one's own layout is off by, and how that bends with the
 * batch.
 *
 * A deployment stands off the mean of all by a factor of its own; and where
 * some kernel's law is off at some batches, it is at batches nearby. So the
 * errors u(b) of the rows of a class of layouts, run by one image of the
 * software, are taken as a Gaussian process of the batch b a group,
 *
 *	cov(u(a), u(b)) = level^2 + near^2 exp(-(ln(a / b) / reach)^2 / 2)
 *
 * (Rasmussen and Williams, Gaussian Processes for Machine Learning, 2.2 and
 * 4.2.1). Its values at the measured batches, the knots, are a lower root of
 * their covariance times as many independent numbers z of variance 1: those
 * are what is solved for. Between and beyond the knots it is what they lead to
 * expect: u(b) = sum of cov(u(b), u(knot)) (root^-T z)[knot], which far from
 * all of them is the layout's own factor alone.
 */
#ifndef OWN_OWN_BEND_H
#define OWN_OWN_BEND_H

#include "facts/stack.h"
#include "base/text.h"

enum { OWN_KNOTS = 12 /* size: of a class; two less than a list has */ };

struct own_knot {
	const struct stack *stack;	/* whose class; not owned. NULL: a row
					   that takes no part */
	enum layout_class class;
	const char *image;		/* day since which its software is this
					   one, or ""; not owned */
	double log_batch;
	enum family family;		/* of the model that ran */
};

/* Of one class of layouts on one architecture, and one image. */
bool own_knot_alike(const struct own_knot *, const struct own_knot *);

/* How much log errors vary, and over which part of a batch's logarithm. */
struct own_varies {
	double level, near;	/* standard deviations of a logarithm */
	double reach;		/* of ln batch */
};

/* The covariance of two of a class, so far apart in their logarithm. */
double own_varies_apart(const struct own_varies *, double log_ratio);

struct own_bend {
	struct own_varies varies;
	struct own_knot *knot;	/* owned, as all below */
	int knots;
	int *of_row;		/* [rows]; -1: takes no part */
	double *root;		/* [knots][knots], below the diagonal */
	double *pull;		/* [knots] root^-T z */
};

/* Where each row stands; like batches are one knot. */
void own_bend_init(struct own_bend *, const struct own_knot *, int rows);

/* With how much they vary. 0, or -1: no covariance. */
int own_bend_root(struct own_bend *, const struct own_varies *);
void own_bend_release(struct own_bend *);

/* The u that is furthest from nothing, in its standard errors. */
double own_bend_strain(const struct own_bend *, const double *z);

/* u of a row's knot at z; 0 for a row that takes no part. */
double own_bend_at(const struct own_bend *, int row, const double *z);

/* What is learned is learned at z. */
void own_bend_take(struct own_bend *, const double *z);

/* A line a class: by what its layers take longer at the measured batches. */
void own_bend_say(const struct own_bend *, struct text *out);

/*
 * As rows of a sheet: own.ARCH.CLASS, what the stack had there in it, of every
 * class that is off by a thousandth at a knot; dated where its image is: an
 * older one knows nothing of it, and a newer one that was measured has its own,
 * be it nothing. source: of the row.
 */
void own_bend_rows(const struct own_bend *, const char *source,
		   struct text *out);

#endif
