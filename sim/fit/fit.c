#include "fit/fit.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>

#include "base/mem.h"

#define FIT_SOFT 0.1	/* math: a residual of 10 % starts to count less */
#define TOLERANCE 1e-10	/* math: of a step, of the gradient */
#define MOST_CONDITION 1e4	/* math: beyond it two columns are one */
#define MOST_REACH 0.995	/* math: above it the rows ask for 1 */
#define FAR 0.3		/* math: another start, against the first */

enum {
	ITERATIONS = 400,	/* size: steps of the solver */
	STARTS = 4		/* size: searches */
};

/* What GSL hands back to us: f of a vector may have a stride. */
struct search {
	const struct fit *fit;
	double *log_ratio;	/* [rows] scratch */
};

/* ---- from the solver's numbers to the law's and back ---- */

static double outward(const struct fit_param *p, double x)
{
	return p->reach ? 1 / (1 + exp(-x)) : exp(x);
}

static double inward(const struct fit_param *p, double value)
{
	return p->reach ? log(value / (1 - value)) : log(value);
}

/* d value / d x */
static double slope(const struct fit_param *p)
{
	return p->reach ? p->value * (1 - p->value) : p->value;
}

/* r -> f with f^2 = 2 s^2 (sqrt(1 + (r/s)^2) - 1), and the sign of r. */
static double soften(double r)
{
	double z = r / FIT_SOFT;

	return r * sqrt(2 / (1 + sqrt(1 + z * z)));
}

static int residuals(const gsl_vector *x, void *of, gsl_vector *f)
{
	const struct search *s = of;
	const struct fit *fit = s->fit;
	double value[FIT_PARAMS];

	for (int i = 0; i < fit->params; i++)
		value[i] = outward(&fit->param[i],
				   gsl_vector_get(x, (size_t)i));
	fit->log_ratio(fit->of, value, s->log_ratio);
	for (size_t i = 0; i < f->size; i++) {
		double r = s->log_ratio[i];
		double w = fit->weight ? fit->weight[i] : 1;

		if (!isfinite(r))
			return GSL_EDOM;
		gsl_vector_set(f, i, sqrt(w) * soften(r));
	}
	return GSL_SUCCESS;
}

/* ---- what the rows do not tell ---- */

static int refuse(struct fault *why, const char *name, const char *what)
{
	fault_at(why, "", 0, 0);
	fault_what(why, "the rows do not identify %s: %s", name, what);
	return fault_remedy(why, "give it: --fix %s=VALUE", name);
}

/* Columns of length 1; a column of nothing is named. -1: none is. */
static int unit_columns(gsl_matrix *j)
{
	for (size_t c = 0; c < j->size2; c++) {
		gsl_vector_view v = gsl_matrix_column(j, c);
		double len = gsl_blas_dnrm2(&v.vector);

		if (!(len > sqrt(DBL_EPSILON)))
			return (int)c;
		gsl_vector_scale(&v.vector, 1 / len);
	}
	return -1;
}

/* The column with the largest part in the least singular vector. */
static int weakest(gsl_matrix *j, double *condition)
{
	size_t n = j->size2, worst = 0;
	gsl_matrix *v = gsl_matrix_alloc(n, n);
	gsl_vector *s = gsl_vector_alloc(n);
	double least;

	if (gsl_linalg_SV_decomp_jacobi(j, v, s))
		gsl_vector_set_zero(s);
	least = gsl_vector_get(s, n - 1);
	*condition = least > 0 ? gsl_vector_get(s, 0) / least : INFINITY;
	for (size_t i = 1; i < n; i++)
		if (fabs(gsl_matrix_get(v, i, n - 1)) >
		    fabs(gsl_matrix_get(v, worst, n - 1)))
			worst = i;
	gsl_matrix_free(v);
	gsl_vector_free(s);
	return (int)worst;
}

static int check_columns(struct fit *fit, const gsl_matrix *jacobian,
			 struct fault *why)
{
	gsl_matrix *j = gsl_matrix_alloc(jacobian->size1, jacobian->size2);
	int none, worst;

	gsl_matrix_memcpy(j, jacobian);
	fit->condition = INFINITY;
	none = unit_columns(j);
	worst = none < 0 ? weakest(j, &fit->condition) : none;
	gsl_matrix_free(j);
	if (none >= 0)
		return refuse(why, fit->param[none].name,
			      "no prediction depends on it "
			      "where they fit best");
	if (fit->condition > MOST_CONDITION)
		return refuse(why, fit->param[worst].name,
			      "another parameter can take its place");
	return 0;
}

/* A reach at its end is no longer felt: said before its column is seen. */
static int check_reaches(const struct fit *fit, struct fault *why)
{
	for (int i = 0; i < fit->params; i++) {
		const struct fit_param *p = &fit->param[i];

		if (p->reach && p->value > MOST_REACH)
			return refuse(why, p->name, "they ask for 1 or more");
	}
	return 0;
}

static int check_errors(const struct fit *fit, struct fault *why)
{
	for (int i = 0; i < fit->params; i++) {
		const struct fit_param *p = &fit->param[i];

		if (!(p->err < p->value))
			return refuse(why, p->name,
				      "its error is as large as itself");
	}
	return 0;
}

/* ---- the search ---- */

static double spread(const gsl_vector *f)
{
	double chi2;

	gsl_blas_ddot(f, f, &chi2);
	return chi2;
}

static void take_values(struct fit *fit, const gsl_vector *x)
{
	for (int i = 0; i < fit->params; i++)
		fit->param[i].value = outward(&fit->param[i],
					      gsl_vector_get(x, (size_t)i));
}

static void take_errors(struct fit *fit, const gsl_matrix *jacobian,
			double chi2)
{
	size_t n = (size_t)fit->params;
	gsl_matrix *c = gsl_matrix_alloc(n, n);
	double dof = fit->rows - fit->params;

	gsl_multifit_nlinear_covar(jacobian, 0, c);
	for (size_t i = 0; i < n; i++)
		fit->param[i].err = slope(&fit->param[i]) *
			sqrt(gsl_matrix_get(c, i, i) * chi2 / dof);
	gsl_matrix_free(c);
}

/*
 * Roofs hide each other: where HBM binds, nothing pulls on the peak. So a
 * search starts with all parameters as given, all, every other or the rest of
 * them taken FAR times.
 */
static double far(int begin, int param)
{
	static const int moved[STARTS] = {
		0, 3, 1, 2 };	/* math: sets of bits */

	return moved[begin] & (1 << param % 2) ? FAR : 1;
}

/* 0 or GSL's error. */
static int search(struct fit *fit, int begin,
		  gsl_multifit_nlinear_workspace *w)
{
	size_t n = (size_t)fit->rows;
	struct search s = { fit, mem_zeroed(n, sizeof(*s.log_ratio)) };
	gsl_multifit_nlinear_fdf fdf = { .f = residuals, .n = n,
		.p = (size_t)fit->params, .params = &s };
	gsl_vector *x = gsl_vector_alloc(fdf.p);
	int info, rc;

	for (int i = 0; i < fit->params; i++)
		gsl_vector_set(x, (size_t)i, inward(&fit->param[i],
			fit->param[i].value * far(begin, i)));
	rc = gsl_multifit_nlinear_init(x, &fdf, w);
	if (!rc)
		rc = gsl_multifit_nlinear_driver(ITERATIONS, TOLERANCE,
			TOLERANCE, 0, NULL, NULL, &info, w);
	gsl_vector_free(x);
	free(s.log_ratio);
	/* No progress: at a kink the last step is as good as any. */
	return rc == GSL_ENOPROG || rc == GSL_EMAXITER ? 0 : rc;
}

/* The best of the starts stays in its workspace. */
static int search_all(struct fit *fit,
		      gsl_multifit_nlinear_workspace *w[STARTS], int *best)
{
	double chi2 = INFINITY;

	for (int i = 0; i < STARTS; i++) {
		double c;

		if (search(fit, i, w[i]))
			continue;
		c = spread(gsl_multifit_nlinear_residual(w[i]));
		if (!(c < chi2 * (1 - sqrt(DBL_EPSILON))))
			continue;
		chi2 = c;
		*best = i;
	}
	return isfinite(chi2) ? 0 : -1;
}

static int no_search(struct fault *why)
{
	fault_at(why, "", 0, 0);
	fault_what(why, "the fit did not converge");
	return fault_remedy(why, "check the rows, or fix a parameter: --fix");
}

static int conclude(struct fit *fit, gsl_multifit_nlinear_workspace *w,
		    struct fault *why)
{
	const gsl_matrix *j = gsl_multifit_nlinear_jac(w);

	take_values(fit, gsl_multifit_nlinear_position(w));
	if (check_reaches(fit, why) || check_columns(fit, j, why))
		return -1;
	take_errors(fit, j, spread(gsl_multifit_nlinear_residual(w)));
	return check_errors(fit, why);
}

static int enough_rows(const struct fit *fit, struct fault *why)
{
	if (fit->rows > fit->params)
		return 0;
	fault_at(why, "", 0, 0);
	fault_what(why, "%d rows cannot give %d parameters with errors",
		   fit->rows, fit->params);
	return fault_remedy(why, "add rows, or fix parameters: --fix");
}

int fit_solve(struct fit *fit, struct fault *why)
{
	gsl_multifit_nlinear_parameters how =
		gsl_multifit_nlinear_default_parameters();
	gsl_multifit_nlinear_workspace *w[STARTS];
	int best = 0, rc;

	assert(fit->params > 0 && fit->params <= FIT_PARAMS);
	if (enough_rows(fit, why))
		return -1;
	how.fdtype = GSL_MULTIFIT_NLINEAR_CTRDIFF;
	for (int i = 0; i < STARTS; i++)
		w[i] = gsl_multifit_nlinear_alloc(
			gsl_multifit_nlinear_trust, &how, (size_t)fit->rows,
			(size_t)fit->params);
	rc = search_all(fit, w, &best) ? no_search(why) :
	     conclude(fit, w[best], why);
	for (int i = 0; i < STARTS; i++)
		gsl_multifit_nlinear_free(w[i]);
	return rc;
}
