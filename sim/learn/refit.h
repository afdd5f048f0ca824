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

/*
 * A standard error that has in it what the parameters' own is when all rows
 * are fitted (with), if they are fitted without the row's group: independent
 * errors, of which one gives way to the other.
 */
double refit_known(double known, double without, double with);

/* A row that a band is learned from, and how much it says. */
struct lesson {
	double error;		/* log(predicted / measured), left out */
	double known;		/* standard error of what else it is off by */
	double grows;		/* its band over the class's, above 0 */
	double weight;		/* above 0 */
	double common;		/* standard error of what it is off by with */
	int draw;		/* all rows of this number, 0 .. nr - 1 */
};

/*
 * The class's band s under which the errors are likeliest. That of a row is
 * common c + a normal error of variance v = (s grows)^2 + known^2, where c is
 * one draw of a standard normal for all rows of its number: a stack that no
 * row knew is as fast or as slow for each of its rows. Given s the rows tell
 * c to be
 *
 *	m = u sum(common error / v), of variance
 *	u = 1 / (1 + sum(common^2 / v)),
 *
 * and the slope of the likelihood is that of what is left (Fisher's identity),
 * so that s is where this is 0:
 *
 *	sum(weight grows^2 (v - (error - common m)^2 - common^2 u) / v^2)
 *
 * Without common errors it is the root mean square of what known leaves, and
 * steadier than a quantile (of normal errors that of 80 % has twice its
 * variance). 0: known is enough, or there is no row.
 */
double refit_likeliest(const struct lesson *, int nr);


#endif
