/*
 * refit: what fits of steps and of served rows have in common when each row is
 * predicted without its own layout.
 */
#ifndef LEARN_REFIT_H
#define LEARN_REFIT_H

#include "learn/calibrate.h"
#include "learn/validate.h"

#define REFIT_HELD 0.8		/* math: of the rows are in their band */

/* Rows that are left out together, and how many such groups so far. */
struct grouping {
	enum refit_by by;
	int groups;
};

/* The group of a row among those before it. */
int refit_group(const struct swept *, int row, struct grouping *,
		const struct calibrate_row *rows);

/*
 * The least band that holds 80 % of nr rows and of one more: the
 * ceil(0.8 (n + 1))th of what they need (a conformal quantile; Vovk et al.
 * 2005). Few rows that are far off do not move it. need is sorted; 0 of none.
 */
double refit_band(double *need, int nr);

/* A row that a band is learned from, and how much it says. */
struct lesson {
	double error;		/* log(predicted / measured), left out */
	double known;		/* standard error of what else it is off by */
	double grows;		/* its band over the class's, above 0 */
	double weight;		/* above 0 */
};

/*
 * The class's band s under which the errors are likeliest, as normal ones of
 * variance (s grows)^2 + known^2: where the sum of
 *
 *	weight grows^2 (variance - error^2) / variance^2
 *
 * is 0. Root mean square of what known leaves, and steadier than a quantile
 * (of normal errors that of 80 % has twice its variance). 0: known is enough,
 * or there is no row.
 */
double refit_likeliest(const struct lesson *, int nr);

#endif
