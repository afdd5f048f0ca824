#include "learn/calibrate.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "base/mem.h"
#include "sheet/want.h"
#include "learn/moved.h"
#include "learn/parameter.h"
#include "learn/solve.h"

enum { STEPS = 2 };		/* size: Gauss-Newton steps from the sheets */

#define NUDGE 0.05	/* math: finite difference in a logarithm */
#define HELD 1e-6	/* math: a prior so narrow that nothing moves it */

/* ---- the fit ---- */

struct fit {
	struct calibration *c;
	const struct calibrate_spec *a;
	double *residual;	/* [rows], log(predicted / measured) */
	double *jacobian;	/* [rows][parameters] */
	double *weight;		/* [rows] */
	double *at;		/* [parameters] moved from the sheets */
	double *trial;		/* [parameters] */
	double *away;
	double *prior_err;
	double *step;
	struct moves moves;
};

/* What a step is solved for. */
struct sample {
	const double *residual, *weight;	/* [rows] */
	double *err;			/* [parameters]; may be NULL */
};

static double *zeros(size_t n)
{
	return mem_zeroed(n, sizeof(double));
}

static void fit_init(struct fit *f, struct calibration *c,
		     const struct calibrate_spec *a)
{
	size_t rows = (size_t)a->rows, n = (size_t)c->parameters;

	*f = (struct fit){ c, a, zeros(rows), zeros(rows * n + 1), zeros(rows),
		zeros(n + 1), zeros(n + 1), zeros(n + 1), zeros(n + 1),
		zeros(n + 1), { 0 } };
	moves_init(&f->moves, c);
	for (int p = 0; p < c->parameters; p++)
		f->prior_err[p] = c->parameter[p].prior_err;
}

static void fit_release(struct fit *f)
{
	double *const owned[] = { f->residual, f->jacobian, f->weight, f->at,
		f->trial, f->away, f->prior_err, f->step };

	for (unsigned i = 0; i < sizeof(owned) / sizeof(*owned); i++)
		free(owned[i]);
	moves_release(&f->moves);
}

/* log(predicted / measured) with the parameters moved. */
static int residual(struct fit *f, int row, const double *by, double *out,
		    struct fault *why)
{
	const struct calibrate_row *r = &f->a->row[row];
	const struct moved_row is = { f->a->shelf, r->question, r->measured,
				      f->a->model, row, 0 };

	return moves_error(&f->moves, &is, by, out, why);
}

/* How far the parameters' priors are from `at`. */
static void set_away(struct fit *f, const double *at)
{
	for (int p = 0; p < f->c->parameters; p++) {
		const struct parameter *k = &f->c->parameter[p];

		f->away[p] = (k->is_log ? log(k->prior / k->value) :
			      k->prior - k->value) - at[p];
	}
}

static double nudge_of(const struct parameter *p)
{
	return p->is_log ? NUDGE : NUDGE * p->prior_err;
}

/* Does a parameter stand in the sheets of this row? */
static bool touches(const struct fit *f, int row, int p)
{
	const struct question *q = f->a->row[row].question;
	const struct facts *facts = facts_behind(f->a->shelf, q);

	for (int i = 0; i < facts->nr; i++)
		if (parameter_index(f->c, &facts->fact[i]) == p)
			return true;
	return false;
}

static bool takes_part(const struct fit *f, int row)
{
	return !isnan(f->a->row[row].measured);
}

/* One column of the Jacobian: one parameter nudged, every row it touches. */
static int linearise_one(struct fit *f, int p, struct fault *why)
{
	int n = f->c->parameters;
	double h = nudge_of(&f->c->parameter[p]), r;

	memcpy(f->trial, f->at, (size_t)n * sizeof(double));
	f->trial[p] += h;
	for (int row = 0; row < f->a->rows; row++) {
		f->jacobian[row * n + p] = 0;
		if (!takes_part(f, row) || !touches(f, row, p))
			continue;
		if (residual(f, row, f->trial, &r, why))
			return -1;
		f->jacobian[row * n + p] = (r - f->residual[row]) / h;
	}
	return 0;
}

static int linearise(struct fit *f, struct fault *why)
{
	for (int row = 0; row < f->a->rows; row++) {
		double *r = &f->residual[row];

		if (!takes_part(f, row))
			continue;
		if (residual(f, row, f->at, r, why))
			return -1;
		f->weight[row] = solve_weight(*r, f->c->scatter);
	}
	for (int p = 0; p < f->c->parameters; p++)
		if (linearise_one(f, p, why))
			return -1;
	return 0;
}

/*
 * A time is not below 0 (a ratio cannot be: it moves in its logarithm).
 * Where the step would lead there, the parameter is held at 0 and the others
 * are solved for again. `at` is where the step starts. True: one was held.
 */
static bool hold(struct fit *f, const double *at)
{
	bool any = false;

	for (int p = 0; p < f->c->parameters; p++) {
		struct parameter *k = &f->c->parameter[p];

		if (k->is_log || k->value + at[p] + f->step[p] >= 0)
			continue;
		f->away[p] = -k->value - at[p];
		f->prior_err[p] = HELD * k->prior_err;
		any = k->held = true;
	}
	return any;
}

static void let_go(struct fit *f)
{
	for (int p = 0; p < f->c->parameters; p++) {
		f->prior_err[p] = f->c->parameter[p].prior_err;
		f->c->parameter[p].held = false;
	}
}

/* at + step, which rounding may leave a hair below 0. */
static void walk(const struct fit *f, double *at)
{
	for (int p = 0; p < f->c->parameters; p++) {
		const struct parameter *k = &f->c->parameter[p];

		at[p] += f->step[p];
		if (!k->is_log)
			at[p] = fmax(at[p], -k->value);
	}
}

static struct solve_spec spec_of(const struct fit *f, const struct sample *a)
{
	return (struct solve_spec){ f->a->rows, f->c->parameters, f->jacobian,
		a->residual, a->weight, f->c->scatter, f->away, f->prior_err };
}

static int undetermined(struct fault *why)
{
	fault_what(why, "the measured rows do not determine the parameters");
	return fault_remedy(why, "give more rows or narrower priors");
}

/*
 * One step from `at`, over the rows whose weight is not 0, and at is where it
 * leads.
 */
static int solve(struct fit *f, const struct sample *a, double *at,
		 struct fault *why)
{
	struct solve_spec s = spec_of(f, a);
	int status;

	let_go(f);
	set_away(f, at);
	status = solve_step(&s, f->step, a->err);
	if (status == 0 && hold(f, at))
		status = solve_step(&s, f->step, a->err);
	if (status)
		return undetermined(why);
	walk(f, at);
	return 0;
}

static int fit_all(struct fit *f, struct fault *why)
{
	int n = f->c->parameters;
	double *err = zeros((size_t)n + 1);
	int status = 0;

	for (int i = 0; i < STEPS && status == 0; i++) {
		status = linearise(f, why);
		if (status == 0)
			status = solve(f, &(struct sample){ f->residual,
				f->weight, err }, f->at, why);
	}
	for (int p = 0; p < n && status == 0; p++) {
		struct parameter *k = &f->c->parameter[p];

		k->value = parameter_moved(k, f->at[p]);
		k->err = k->is_log ? k->value * err[p] : err[p];
	}
	free(err);
	return status;
}

/* ---- without a group ---- */

/* Where the parameters are at trial: by the slopes, or predicted. */
static int residual_there(struct fit *f, int row, double *out,
			  struct fault *why)
{
	int n = f->c->parameters;

	if (!f->a->model || !f->a->model->straight)
		return residual(f, row, f->trial, out, why);
	*out = f->residual[row];
	for (int p = 0; p < n; p++)
		*out += f->jacobian[row * n + p] * (f->trial[p] - f->at[p]);
	return 0;
}

/* Residuals and robust weights of the rows that are not left out, at trial. */
static int residuals_without(struct fit *f, int group, double *r,
			     double *weight, struct fault *why)
{
	for (int i = 0; i < f->a->rows; i++) {
		weight[i] = r[i] = 0;
		if (!takes_part(f, i) || f->a->row[i].group == group)
			continue;
		if (residual_there(f, i, &r[i], why))
			return -1;
		weight[i] = solve_weight(r[i], f->c->scatter);
	}
	return 0;
}

/* What the group's rows shift by when it is not learned from. */
static int shift_group(struct fit *f, int group, const struct sample *a,
		       struct fault *why)
{
	const struct sample all = { f->residual, f->weight, NULL };
	struct solve_spec s = spec_of(f, a), whole = spec_of(f, &all);

	for (int i = 0; i < f->a->rows; i++) {
		double r, var, with;

		if (f->a->row[i].group != group || !takes_part(f, i))
			continue;
		if (residual(f, i, f->trial, &r, why))
			return -1;
		if (solve_variance(&s, &f->jacobian[i * s.params], &var) ||
		    solve_variance(&whole, &f->jacobian[i * s.params], &with))
			return undetermined(why);
		f->c->shift_sd[i] = sqrt(var);
		f->c->whole_sd[i] = sqrt(with);
		f->c->shift[i] = exp(r - f->residual[i]);
		f->c->log_error[i] = r;
	}
	return 0;
}

/* Gauss-Newton from the sheets; the slopes stay those at the sheets. */
static int without_group(struct fit *f, int group, double *r, double *weight,
			 struct fault *why)
{
	struct sample rest = { r, weight, NULL };
	int n = f->c->parameters;

	memcpy(f->trial, f->at, (size_t)n * sizeof(double));
	for (int i = 0; i < STEPS; i++) {
		if (residuals_without(f, group, r, weight, why) ||
		    solve(f, &rest, f->trial, why))
			return -1;
	}
	return shift_group(f, group, &rest, why);
}

static int leave_out(struct fit *f, struct fault *why)
{
	double *weight = zeros((size_t)f->a->rows + 1);
	double *r = zeros((size_t)f->a->rows + 1);
	int status = linearise(f, why);

	for (int g = 0; g < f->c->groups && status == 0; g++)
		status = without_group(f, g, r, weight, why);
	free(r);
	free(weight);
	return status;
}

/* ---- the whole ---- */

/* Rows of older software say little of today's. */
static void drop_old(const struct calibrate_spec *a, const char *since)
{
	for (int r = 0; r < a->rows; r++) {
		const char *date = a->row[r].question->scenario.date;

		if (*date && strcmp(date, since) < 0)
			a->row[r].measured = (double)NAN;
	}
}

static const struct want prior_wants[] = {
	{ "scatter", DIM_RATIO, LIMIT_POSITIVE,
	  offsetof(struct calibration, scatter), false },
	{ "band.others", DIM_RATIO, LIMIT_REACH,
	  offsetof(struct calibration, others), false },
};

static int prepare(struct calibration *c, const struct calibrate_spec *a,
		   struct facts *prior, struct fault *why)
{
	const char *since;

	c->shift = zeros((size_t)a->rows + 1);
	c->log_error = zeros((size_t)a->rows + 1);
	c->shift_sd = zeros((size_t)a->rows + 1);
	c->whole_sd = zeros((size_t)a->rows + 1);
	for (int r = 0; r < a->rows; r++)
		c->shift[r] = c->log_error[r] = c->shift_sd[r] =
			c->whole_sd[r] = (double)NAN;
	if (shelf_sheet(a->shelf, "hw/stacks", "prior", prior, why) ||
	    want_all(prior_wants, 2, prior, c, why) ||
	    facts_word(prior, "since", &since, why))
		return -1;
	drop_old(a, since);
	return parameters_gather(c, a, prior, why);
}

int calibrate(struct calibration *c, const struct calibrate_spec *a,
	      struct fault *why)
{
	struct facts prior = { 0 };
	struct fit f;
	int status;

	assert(c && a->shelf && a->rows >= 0);
	*c = (struct calibration){ 0 };
	status = prepare(c, a, &prior, why);
	if (status == 0) {
		fit_init(&f, c, a);
		status = a->leave_out ? leave_out(&f, why) :
			 fit_all(&f, why);
		fit_release(&f);
	}
	facts_release(&prior);
	return status;
}

void calibration_release(struct calibration *c)
{
	free(c->parameter);
	free(c->shift);
	free(c->log_error);
	free(c->shift_sd);
	free(c->whole_sd);
	*c = (struct calibration){ 0 };
}
