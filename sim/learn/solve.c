#include "learn/solve.h"

#include <assert.h>
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

#define BEND 1.5	/* math: at this many scatters a row counts half */

/* J' W J / s^2 + 1 / prior^2 and its right-hand side. */
static void normal(const struct solve_spec *a, gsl_matrix *m, gsl_vector *b)
{
	double s2 = a->scatter * a->scatter;

	for (int i = 0; i < a->params; i++) {
		double p2 = a->prior_err[i] * a->prior_err[i];
		double rhs = a->away[i] / p2;

		for (int j = 0; j < a->params; j++) {
			double sum = i == j ? 1 / p2 : 0;

			for (int r = 0; r < a->rows; r++)
				sum += a->weight[r] / s2 *
				       a->jacobian[r * a->params + i] *
				       a->jacobian[r * a->params + j];
			gsl_matrix_set(m, (size_t)i, (size_t)j, sum);
		}
		for (int r = 0; r < a->rows; r++)
			rhs -= a->weight[r] / s2 * a->residual[r] *
			       a->jacobian[r * a->params + i];
		gsl_vector_set(b, (size_t)i, rhs);
	}
}

/* m step = b, and the errors of it; err may be NULL. m and b are used up. */
static int solved(gsl_matrix *m, gsl_vector *b, double *step, double *err)
{
	if (gsl_linalg_cholesky_decomp1(m) ||
	    gsl_linalg_cholesky_svx(m, b))
		return -1;
	for (size_t i = 0; i < b->size; i++)
		step[i] = gsl_vector_get(b, i);
	if (!err)
		return 0;
	if (gsl_linalg_cholesky_invert(m))
		return -1;
	for (size_t i = 0; i < b->size; i++)
		err[i] = sqrt(gsl_matrix_get(m, i, i));
	return 0;
}

/* The system with `right` for its right-hand side, where that is not NULL. */
static int solve(const struct solve_spec *a, const double *right, double *x,
		 double *err)
{
	size_t n = (size_t)a->params;
	gsl_matrix *m;
	gsl_vector *b;
	int status = -1;

	assert(a->rows >= 0 && a->params >= 0);
	if (!n)		/* GSL refuses an empty matrix */
		return 0;
	m = gsl_matrix_alloc(n, n);
	b = gsl_vector_alloc(n);
	if (m && b) {
		normal(a, m, b);
		for (size_t i = 0; right && i < n; i++)
			gsl_vector_set(b, i, right[i]);
		status = solved(m, b, x, err);
	}
	gsl_vector_free(b);
	gsl_matrix_free(m);
	return status;
}

int solve_step(const struct solve_spec *a, double *step, double *err)
{
	return solve(a, NULL, step, err);
}

double solve_weight(double residual, double scatter)
{
	double off = residual / (BEND * scatter);

	assert(scatter > 0);
	return 1 / (1 + off * off);
}

int solve_variance(const struct solve_spec *a, const double *gradient,
		   double *var)
{
	double *x = mem_resize(NULL, (size_t)a->params, sizeof(*x));
	int status = solve(a, gradient, x, NULL);

	*var = 0;
	for (int i = 0; !status && i < a->params; i++)
		*var += gradient[i] * x[i];
	free(x);
	return status;
}
