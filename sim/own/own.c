#include "own/own.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "base/mem.h"
#include "learn/moved.h"
#include "learn/solve.h"
#include "own/gather.h"

enum { STEPS = 8 /* size: Gauss-Newton steps, of which two or three move */ };

#define NUDGE 0.05	/* math: finite difference in a logarithm */
#define STILL 1e-4	/* math: a step that moves nothing */
#define MATTERS 1e-4	/* math: a slope below it is none */
#define SOFT 1.5	/* math: soft L1 bends at this many sd */
#define FAR 3		/* math: errors that a fact does not move by */

/* What a row counts that is off by more than rows are. */
enum counts {
	COUNTS_ALIKE,		/* as any other */
	COUNTS_LESS,		/* soft L1: it pulls as any other */
	COUNTS_NOTHING		/* solve_weight: the further the less */
};

/* A fit at work. */
struct work {
	struct own *to;
	const struct own_spec *ask;
	double *residual, *weight;	/* [rows]; owned, as all below */
	int params;		/* parameters, and knots of what bends */
	double *jacobian;		/* [rows][params] */
	double *at, *trial, *away, *err, *step;	/* [params] */
	struct moves moves;
	enum counts far;
	struct fault *why;
};

static int singular(struct fault *why)
{
	fault_what(why, "the measured rows do not determine the parameters");
	return fault_remedy(why, "give rows that were measured at other "
			    "batches");
}

/* ---- what is predicted ---- */

static int residual(struct work *w, int row, const double *by, double *out)
{
	const struct own_row *r = &w->ask->row[row];
	const struct moved_row is = { .shelf = w->ask->shelf,
		.question = r->question, .measured = r->measured_step_s,
		.own = own_bend_at(&w->to->bend, row,
				   by + w->to->c.parameters) };

	return moves_error(&w->moves, &is, by, out, w->why);
}

static double weight_of(const struct work *w, double residual)
{
	double band = w->to->band;	/* what a row may be off by */

	switch (w->far) {
	case COUNTS_ALIKE:
		return 1;
	case COUNTS_LESS:
		return 1 / hypot(1, residual / (SOFT * band));
	case COUNTS_NOTHING:
		break;
	}
	return solve_weight(residual, band);
}

/* All residuals at `at`, with their weights. */
static int residuals(struct work *w, const double *at)
{
	for (int r = 0; r < w->ask->rows; r++) {
		w->weight[r] = w->residual[r] = 0;
		if (!own_takes_part(&w->ask->row[r]))
			continue;
		if (residual(w, r, at, &w->residual[r]))
			return -1;
		w->weight[r] = weight_of(w, w->residual[r]);
	}
	return 0;
}

/* What each row does where p is nudged. */
static int slope(struct work *w, const double *at, int p)
{
	memcpy(w->trial, at, (size_t)w->params * sizeof(*at));
	w->trial[p] += NUDGE;
	for (int r = 0; r < w->ask->rows; r++) {
		double *to = &w->jacobian[r * w->params + p], there;

		*to = 0;
		if (!own_takes_part(&w->ask->row[r]))
			continue;
		if (residual(w, r, w->trial, &there))
			return -1;
		*to = (there - w->residual[r]) / NUDGE;
	}
	return 0;
}

static int slopes(struct work *w, const double *at)
{
	for (int p = 0; p < w->params; p++)
		if (slope(w, at, p))
			return -1;
	return 0;
}

/* ---- the fit ---- */

static struct solve_spec problem(struct work *w)
{
	struct calibration *c = &w->to->c;

	for (int p = 0; p < w->params; p++) {
		w->away[p] = -w->at[p];
		w->err[p] = p < c->parameters ? c->parameter[p].prior_err : 1;
	}
	return (struct solve_spec){ w->ask->rows, w->params, w->jacobian,
		w->residual, w->weight, w->to->scatter, w->away, w->err };
}

/* From where it is to where it moves no more. */
static int settle(struct work *w)
{
	int n = w->params;
	double moved = 1;

	for (int i = 0; i < STEPS && moved > STILL; i++) {
		struct solve_spec s;

		if (residuals(w, w->at) || slopes(w, w->at))
			return -1;
		s = problem(w);
		if (solve_step(&s, w->step, NULL))
			return singular(w->why);
		moved = 0;
		for (int p = 0; p < n; p++) {
			w->at[p] += w->step[p];
			moved = fmax(moved, fabs(w->step[p]));
		}
	}
	return residuals(w, w->at);
}

/*
 * First each row pulls, and one that is far off as much as any: so that three
 * that agree are believed wherever they are. What is far off from there is of
 * something else, and counts the less the further it is.
 */
static int fit(struct work *w)
{
	memset(w->at, 0, (size_t)w->params * sizeof(*w->at));
	w->far = COUNTS_LESS;
	if (settle(w))
		return -1;
	w->far = COUNTS_NOTHING;
	return settle(w);
}

/* A parameter that no row depends on, or that is certain, is none. */
static void drop_idle(struct own *o, const struct work *w)
{
	struct calibration *c = &o->c;
	int kept = 0, n = c->parameters;

	for (int p = 0; p < n; p++) {
		double most = 0;

		for (int r = 0; r < w->ask->rows; r++)
			most = fmax(most, fabs(w->jacobian[r * w->params + p]));
		if (most > MATTERS && c->parameter[p].prior_err > 0)
			c->parameter[kept++] = c->parameter[p];
	}
	c->parameters = kept;
}

static void work_init(struct work *w)
{
	size_t rows = (size_t)w->ask->rows + 1;
	size_t n = (size_t)w->to->c.parameters +
		   (size_t)w->to->bend.knots + 1;
	double **const of_rows[] = { &w->residual, &w->weight };
	double **const of_all[] = { &w->at, &w->trial, &w->away, &w->err,
				    &w->step };

	for (unsigned i = 0; i < sizeof(of_rows) / sizeof(*of_rows); i++)
		*of_rows[i] = mem_zeroed(rows, sizeof(double));
	for (unsigned i = 0; i < sizeof(of_all) / sizeof(*of_all); i++)
		*of_all[i] = mem_zeroed(n, sizeof(double));
	w->params = (int)n - 1;
	w->jacobian = mem_zeroed(rows * n, sizeof(double));
	moves_init(&w->moves, &w->to->c);
}

static void work_release(struct work *w)
{
	double *const owned[] = { w->residual, w->weight, w->jacobian,
		w->at, w->trial, w->away, w->err, w->step };

	for (unsigned i = 0; i < sizeof(owned) / sizeof(*owned); i++)
		free(owned[i]);
	moves_release(&w->moves);
}

/* ---- what it says of the rows ---- */

/*
 * What a row is off by where it was not learned from, to first order from
 * where all rows lead, with their slopes and weights there; and of how many
 * of its standard errors, squared, that is.
 */
static int leave_out(struct work *w, struct own_row *row, int r, double *off)
{
	struct solve_spec s = problem(w);
	const double *slope = &w->jacobian[r * s.params];
	double scatter = w->to->scatter, var;

	if (solve_step(&s, w->step, NULL) || solve_variance(&s, slope, &var))
		return singular(w->why);
	row->left_out = w->residual[r];
	for (int p = 0; p < s.params; p++)
		row->left_out += slope[p] * w->step[p];
	*off = row->left_out * row->left_out / (var + scatter * scatter);
	return 0;
}

/*
 * All variances are believed to be so many times larger as the rows are off
 * by more, when left out, than they say: which moves nothing, but widens what
 * is said of it. Few rows cannot say that they are less. A row says of it as
 * much as it counts.
 */
static int leave_each_out(struct work *w)
{
	double sum = 0, all = 0, off;
	int rc = 0;

	w->to->wide = 1;
	for (int r = 0; r < w->ask->rows && rc == 0; r++) {
		struct own_row *row = &w->ask->row[r];
		double weight = w->weight[r];

		row->left_out = (double)NAN;
		if (!own_takes_part(row) || w->to->c.rows < 2)
			continue;
		w->weight[r] = off = 0;
		rc = leave_out(w, row, r, &off);
		w->weight[r] = weight;
		sum += rc ? 0 : weight * off;
		all += weight;
	}
	if (all > 0)
		w->to->wide = fmax(1, sqrt(sum / all));
	return rc;
}

/*
 * No band is wider than by the sheets alone: but where the rows are off by
 * more than those say, so many times.
 */
static double sheets_are_off(const struct work *w)
{
	double sum = 0, all = 0;

	for (int r = 0; r < w->ask->rows; r++) {
		const struct own_row *row = &w->ask->row[r];
		double off;

		if (!own_takes_part(row))
			continue;
		off = row->before / answer_log_sd(row->question);
		sum += w->weight[r] * off * off;
		all += w->weight[r];
	}
	return all > 0 ? fmax(1, sqrt(sum / all)) : 1;
}

/* var: g' C g of a row's slopes, what is not known of the parameters. */
static int take_rows(struct work *w)
{
	struct own *o = w->to;
	struct solve_spec s = problem(w);
	double most = sheets_are_off(w);

	for (int r = 0; r < w->ask->rows; r++) {
		struct own_row *row = &w->ask->row[r];
		double var = 0;

		row->after = (double)NAN;
		if (!own_takes_part(row))
			continue;
		row->after = w->residual[r];
		if (solve_variance(&s, &w->jacobian[r * s.params], &var))
			return singular(w->why);
		row->sd_before = answer_log_sd(row->question);
		row->sd_after = fmin(o->wide * sqrt(var +
				     o->scatter * o->scatter),
				     most * row->sd_before);
	}
	return 0;
}

static void take_values(struct work *w, const double *err)
{
	struct own *o = w->to;

	for (int p = 0; p < o->c.parameters; p++) {
		struct parameter *k = &o->c.parameter[p];

		k->value = k->prior * exp(w->at[p]);
		k->err = k->value * err[p] * o->wide;
	}
	own_bend_take(&o->bend, w->at + o->c.parameters);
}

/*
 * How far the parameters would have to move if every row were right: to first
 * order, as what is no layer's time no factor of the layers explains.
 */
static int take_strains(struct work *w)
{
	struct own *o = w->to;
	struct solve_spec s;
	double bent;

	o->strain = mem_zeroed((size_t)o->c.parameters + 2,
			       sizeof(*o->strain));
	w->far = COUNTS_ALIKE;
	if (residuals(w, w->at) || slopes(w, w->at))
		return -1;
	s = problem(w);
	if (solve_step(&s, w->step, NULL))
		return singular(w->why);
	for (int p = 0; p < o->c.parameters; p++) {
		const struct parameter *k = &o->c.parameter[p];
		double errors = w->step[p] / k->prior_err;

		if (fabs(errors) > FAR)
			o->strain[o->strains++] = (struct strain){ k, errors };
	}
	bent = own_bend_strain(&o->bend, w->step + o->c.parameters);
	if (fabs(bent) > FAR)
		o->strain[o->strains++] = (struct strain){ NULL, bent };
	return 0;
}

static int learn(struct work *w)
{
	double *err = mem_zeroed((size_t)w->params + 1, sizeof(*err));
	struct solve_spec s;
	int rc = take_strains(w) || fit(w) || slopes(w, w->at) ||
		 leave_each_out(w) ? -1 : 0;

	if (rc == 0) {
		s = problem(w);
		rc = solve_step(&s, w->step, err) ? singular(w->why) : 0;
	}
	if (rc == 0)
		rc = take_rows(w);
	if (rc == 0)
		take_values(w, err);
	free(err);
	return rc;
}

/* ---- the whole ---- */

static int no_parameter(struct fault *why)
{
	fault_what(why, "no row of the stack's sheet that a deployment may "
		   "differ in has an effect on the measured rows");
	return fault_remedy(why, "give the stack that ran, not ideal");
}

/* Slopes at the sheets, to see which parameters count. */
static int look(struct work *w)
{
	int rc = residuals(w, w->at) || slopes(w, w->at) ? -1 : 0;

	for (int r = 0; r < w->ask->rows && rc == 0; r++)
		w->ask->row[r].before = own_takes_part(&w->ask->row[r]) ?
			w->residual[r] : (double)NAN;
	return rc;
}

int own_make(struct own *o, const struct own_spec *a, struct fault *why)
{
	struct work first = { .to = o, .ask = a, .why = why };
	struct work w = first;
	int rc;

	assert(o && a && a->row);
	*o = (struct own){ 0 };
	if (own_gather(o, a, why))
		return -1;
	work_init(&first);
	rc = look(&first);
	if (rc == 0)
		drop_idle(o, &first);
	work_release(&first);
	if (rc || !o->bend.knots)
		return rc ? rc : no_parameter(why);
	work_init(&w);
	rc = learn(&w);
	work_release(&w);
	if (rc == 0)
		own_bands(o, a);
	return rc;
}

void own_release(struct own *o)
{
	calibration_release(&o->c);
	own_bend_release(&o->bend);
	free(o->strain);
	o->strain = NULL;
}
