/*
 * fit: parameters of a law from measurements, with standard errors.
 *
 * Least squares on log(predicted / measured) by GSL's trust-region
 * Levenberg-Marquardt. Positive parameters are searched as logarithms,
 * reaches, which lie in (0, 1), as logits. The loss is soft-L1: it counts a
 * residual r as r^2 up to about FIT_SOFT and as |r| beyond, so that a glitch
 * of a factor of 3 pulls no harder than its neighbours. The covariance is
 * (J'J)^-1 times the sum of squares over the degrees of freedom. Rows of one
 * table are not independent: an error is what these rows can tell apart, not
 * how far another machine may be.
 */
#ifndef FIT_FIT_H
#define FIT_FIT_H

#include <stdbool.h>

#include "base/fault.h"

enum { FIT_PARAMS = 12 /* size: parameters of a fit */ };

struct fit_param {
	const char *name;	/* not owned */
	bool reach;		/* in (0, 1): a logit; else > 0: a logarithm */
	double value;		/* in: where to start; out: fitted */
	double err;		/* out: one standard error */
};

/* log(predicted / measured) of every row at these values. */
typedef void fit_log_fn(void *of, const double *value, double *log_ratio);

struct fit {
	struct fit_param param[FIT_PARAMS];
	int params;
	int rows;
	const double *weight;	/* of each row; not owned; NULL: 1 */
	fit_log_fn *log_ratio;
	void *of;
	double condition;	/* out: of the Jacobian, columns of length 1 */
};

/*
 * 0 with values and errors; or -1 and a fault that says why not: fewer rows
 * than parameters, no convergence, or a parameter that the rows do not
 * identify, by name.
 */
int fit_solve(struct fit *, struct fault *);

#endif
