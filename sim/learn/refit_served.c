#include "learn/refit_served.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "base/mem.h"
#include "learn/refit.h"
#include "learn/served.h"
#include "requests/serving.h"

struct fitting {
	const struct refit_spec *ask;
	struct question *question;	/* [rows] of those that take part */
	struct calibrate_row *row;
	struct calibration *c;
	double *known;			/* [rows] what put_all knows of bands */
	/* the run that was played last, on which stack: a run has several
	   rows, one a metric */
	struct scenario run;
	struct stack stack;
	struct seen seen;
	bool played;
};

static enum metric metric_of(const struct fitting *f, int row)
{
	return f->ask->verdict[row].metric;
}

/* One of what is fitted; -1: none of it. */
static int kind_of(enum metric m)
{
	switch (m) {
	case METRIC_TTFT_MS:
		return SEEN_TTFT;
	case METRIC_TPOT_MS:
		return SEEN_TPOT;
	case METRIC_TOK_S_GPU:
		return SEEN_TOK_S;
	default:
		return -1;
	}
}

static bool is_known(const struct fitting *f, const struct scenario *run,
		     const struct stack *on)
{
	return f->played && !memcmp(&f->run, run, sizeof(*run)) &&
	       !memcmp(&f->stack, on, sizeof(*on));
}

static double predict(void *of, int row, const struct question *q)
{
	struct fitting *f = of;
	struct scenario run = q->scenario;
	const struct stack *on = q->on.machine.stack;

	memset(run.id, 0, sizeof(run.id));
	if (!is_known(f, &run, on)) {
		served_play(&f->seen, q, f->ask->seed);
		f->run = run;
		f->stack = *on;
		f->played = true;
	}
	return validate_seen(&f->seen, metric_of(f, row));
}

/*
 * The overhead of served steps is believed to be near that of decode steps of
 * the same stack, which other rows tell.
 */
static double unit(const struct facts *facts, const struct fact *f)
{
	static const char served[] = "serve_overhead.", decode[] = "serve_";
	const struct fact *own;

	if (strncmp(f->key, served, strlen(served)))
		return 1;
	own = facts_find(facts, f->key + strlen(decode));
	if (!own)
		own = facts_find(facts, "overhead.any");
	return own ? own->value : 1;
}

static int rows_of(struct fitting *f, struct fault *why)
{
	const struct refit_spec *a = f->ask;
	struct grouping groups = { a->leave_out, 0 };

	for (int r = 0; r < a->table->rows; r++) {
		const struct comparison *v = &a->verdict[r];

		f->row[r] = (struct calibrate_row){ &f->question[r],
			(double)NAN,
			refit_group(a->swept, r, &groups, f->row) };
		if (v->missing || !a->swept[r].served ||
		    kind_of(v->metric) < 0)
			continue;
		if (question_make(&f->question[r], &a->swept[r].scenario,
				  shelf_library(a->shelf), why))
			return -1;
		f->row[r].measured = v->measured;
	}
	return 0;
}

/* ---- bands ---- */

static double band_fact(const struct fitting *f, int row, int kind)
{
	return serving_launch(&f->question[row])->band[kind];
}

/*
 * Of a row's band, all but what the sheet adds for serving. What is fitted
 * without its group is known less.
 */
static double known_sd(const struct fitting *f, int row)
{
	const struct comparison *v = &f->ask->verdict[row];
	double sd = log(v->high / v->low) / (2 * Z80);
	double fact = band_fact(f, row, kind_of(v->metric));

	sd = sqrt(fmax(0, sd * sd - fact * fact));
	return refit_known(sd, f->c->shift_sd[row], f->c->whole_sd[row]);
}

/* The band of a metric that its rows need; group (or -1) is left out. */
static double seen_band(const struct fitting *f, int kind, int group, int *n)
{
	int rows = f->ask->table->rows;
	double *need = mem_zeroed((size_t)rows + 1, sizeof(*need)), band;

	*n = 0;
	for (int r = 0; r < rows; r++) {
		double e = f->c->log_error[r] / Z80;

		if (isnan(e) || f->row[r].group == group ||
		    kind_of(metric_of(f, r)) != kind)
			continue;
		need[(*n)++] = sqrt(fmax(0, e * e - f->known[r] * f->known[r]));
	}
	band = refit_band(need, *n);
	free(need);
	return band;
}

static void put(const struct fitting *f, int row)
{
	struct comparison *v = &f->ask->verdict[row];
	int n;
	double sd = seen_band(f, kind_of(v->metric), f->row[row].group, &n);
	double wide = exp(Z80 * hypot(sd, f->known[row]));

	v->predicted = v->measured * exp(f->c->log_error[row]);
	v->low = v->predicted / wide;
	v->high = v->predicted * wide;
	v->error = v->predicted / v->measured - 1;
	v->inside = v->measured >= v->low && v->measured <= v->high;
}

static void put_all(const struct fitting *f)
{
	int rows = f->ask->table->rows;

	for (int r = 0; r < rows; r++)
		if (isfinite(f->c->log_error[r]))
			f->known[r] = known_sd(f, r);
	for (int r = 0; r < rows; r++)
		if (isfinite(f->c->log_error[r]))
			put(f, r);
	for (int k = 0; k < SEEN_KINDS; k++)
		f->c->seen_band[k] = seen_band(f, k, -1,
					       &f->c->seen_rows[k]);
}

int refit_served(const struct refit_spec *a, struct calibration *c,
		 struct fault *why)
{
	size_t nr = (size_t)a->table->rows + 1;
	struct fitting *f = mem_zeroed(1, sizeof(*f));
	struct calibrate_model model = { "served.", predict, unit, f,
		true };
	int status;

	assert(a->verdict != NULL && a->swept != NULL);
	f->ask = a;
	f->c = c;
	f->question = mem_zeroed(nr, sizeof(*f->question));
	f->row = mem_zeroed(nr, sizeof(*f->row));
	f->known = mem_zeroed(nr, sizeof(*f->known));
	*c = (struct calibration){ 0 };
	status = rows_of(f, why);
	if (status == 0)
		status = calibrate(c, &(struct calibrate_spec){ a->shelf,
			f->row, a->table->rows,
			a->leave_out != REFIT_NOTHING, &model }, why);
	if (status == 0 && a->leave_out != REFIT_NOTHING)
		put_all(f);
	free(f->known);
	free(f->row);
	free(f->question);
	free(f);
	return status;
}
