/*
 * solve: a small weighted least-squares step with a prior, through GSL.
 */
#ifndef LEARN_SOLVE_H
#define LEARN_SOLVE_H

struct solve_spec {
	int rows, params;
	const double *jacobian;	/* [rows][params] d residual / d param */
	const double *residual;	/* [rows] */
	const double *weight;	/* [rows]; 0 leaves a row out */
	double scatter;		/* standard deviation of a residual */
	const double *away;	/* [params] prior mean minus where we are */
	const double *prior_err;	/* [params] and its standard error */
};

/*
 * The step d that minimises sum w (r + J d)^2 / scatter^2 plus
 * sum ((d - away) / prior_err)^2. step[params] out; err[params], when not
 * NULL, one standard error of each. 0, or -1 when the matrix is singular.
 */
int solve_step(const struct solve_spec *, double *step, double *err);

/*
 * What a row with this residual counts: Cauchy's 1 / (1 + (r / 1.5 scatter)^2).
 * A row that is far off is of something else, and should not bend the rest.
 */
double solve_weight(double residual, double scatter);

/*
 * The variance of gradient' x, x the parameters as such a step leaves them:
 * g' C g, C the inverse of the matrix above. 0, or -1 when it is singular.
 */
int solve_variance(const struct solve_spec *, const double *gradient,
		   double *var);

#endif
