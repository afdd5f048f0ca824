#include "learn/refit.h"

#include <assert.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"
#include "learn/validate.h"

#define LEAST 1e-6	/* math: a band that is none */
#define EXACT 1e-9	/* math: of a variance that is searched for */

struct refit {
	const struct refit_spec *ask;
	struct question *question;	/* [rows] of those that take part */
	struct calibrate_row *row;
	struct calibration *c;
};

const char *refit_by_name(enum refit_by by)
{
	static const char *const names[REFIT_NR] = { NULL, "layout", "hw",
		"model", "stack" };

	assert(by >= 0 && by < REFIT_NR);
	return names[by];
}

/* Rows of one layout on one system under one stack stand or fall together. */
static bool same_group(const struct scenario *a, const struct scenario *b,
		       enum refit_by by)
{
	if (by == REFIT_HW)
		return strcmp(a->hw, b->hw) == 0;
	if (by == REFIT_MODEL)
		return strcmp(a->model, b->model) == 0;
	if (by == REFIT_STACK)
		return strcmp(a->stack, b->stack) == 0;
	return strcmp(a->hw, b->hw) == 0 && strcmp(a->stack, b->stack) == 0 &&
	       a->gpus == b->gpus && a->tp == b->tp && a->ep == b->ep;
}

int refit_group(const struct swept *s, int row, struct grouping *g,
		const struct calibrate_row *rows)
{
	for (int r = 0; r < row; r++)
		if (same_group(&s[r].scenario, &s[row].scenario, g->by))
			return rows[r].group;
	return g->groups++;
}

static int rows_of(struct refit *f, struct fault *why)
{
	const struct refit_spec *a = f->ask;
	struct grouping groups = { a->leave_out, 0 };

	for (int r = 0; r < a->table->rows; r++) {
		f->row[r] = (struct calibrate_row){ &f->question[r],
			(double)NAN,
			refit_group(a->swept, r, &groups, f->row) };
		if (a->verdict[r].missing)
			continue;
		if (question_make(&f->question[r], &a->swept[r].scenario,
				  shelf_library(a->shelf), why))
			return -1;
		f->row[r].measured = a->verdict[r].measured_step_s;
	}
	return 0;
}

static enum layout_class class_of(const struct refit *f, int row)
{
	return deployment_class(&f->question[row].on);
}

/*
 * What is not known of the row's overhead, which all rows that have it share.
 * The sheet's error of one is that of a fit to this row too; what is fitted
 * without its group is known less, and where nothing is, the sheet's stands.
 */
static double overhead_sd(const struct refit *f, int row)
{
	const struct machine *m = &f->question[row].on.machine;

	return fmax(machine_overhead_log_sd(m), f->c->shift_sd[row]);
}

/* What a row's facts and its distance from the others' say of its error. */
static double alone_sd(const struct refit *f, int row)
{
	const struct question *q = &f->question[row];
	double sheet = machine_overhead_log_sd(&q->on.machine);
	double beyond = answer_beyond_sd(q);
	double doubt = answer_doubt_sd(&f->ask->swept[row].answer, q);

	assert(beyond >= sheet * (1 - DBL_EPSILON));
	return sqrt(fmax(0, beyond * beyond - sheet * sheet) + doubt * doubt);
}

static bool same_overhead(const struct machine *a, const struct machine *b)
{
	return a->stack->overhead == b->stack->overhead &&
	       a->serves == b->serves &&
	       strcmp(a->gpu->arch, b->gpu->arch) == 0;
}

/* The first row of this one's group that has its overhead. */
static int draw_of(const struct refit *f, int row)
{
	int r = 0;

	while (r < row && (isnan(f->c->log_error[r]) ||
			   f->row[r].group != f->row[row].group ||
			   !same_overhead(&f->question[r].on.machine,
					  &f->question[row].on.machine)))
		r++;
	return r;
}

double refit_band(double *need, int nr)
{
	int k = (int)ceil(REFIT_HELD * (nr + 1));

	assert(need != NULL && nr >= 0);
	qsort(need, (size_t)nr, sizeof(*need), ascending);
	return nr ? need[(k < nr ? k : nr) - 1] : 0;
}

double refit_known(double known, double without, double with)
{
	assert(known >= 0 && without >= 0 && with >= 0);
	return sqrt(known * known +
		    fmax(0, without * without - with * with));
}

static int rows_of_group(const struct refit *f, int group)
{
	int n = 0;

	for (int r = 0; r < f->ask->table->rows; r++)
		n += f->row[r].group == group && !isnan(f->c->log_error[r]);
	return n;
}

/* What rows tell of a draw: sums over them, of common^2 / v and
   common error / v. */
struct told {
	double sharp, lean;
};

static double variance(double var, const struct lesson *l)
{
	return var * l->grows * l->grows + l->known * l->known;
}

/* told: [nr], by draw */
static void tell(double var, const struct lesson *l, int nr, struct told *told)
{
	memset(told, 0, (size_t)nr * sizeof(*told));
	for (int i = 0; i < nr; i++) {
		struct told *t = &told[l[i].draw];
		double by = l[i].common / variance(var, &l[i]);

		t->sharp += by * l[i].common;
		t->lean += by * l[i].error;
	}
}

/* How much likelier a larger band than sqrt(var) is: below 0. */
static double slope(double var, const struct lesson *l, int nr,
		    struct told *told)
{
	double sum = 0;

	tell(var, l, nr, told);
	for (int i = 0; i < nr; i++) {
		double g2 = l[i].grows * l[i].grows, k = l[i].common;
		double v = variance(var, &l[i]);
		double u = 1 / (1 + told[l[i].draw].sharp);
		double left = l[i].error - k * u * told[l[i].draw].lean;

		sum += l[i].weight * g2 * (v - left * left - k * k * u) /
		       (v * v);
	}
	return sum;
}

double refit_likeliest(const struct lesson *l, int nr)
{
	double low = LEAST * LEAST, high = low;
	struct told *told = mem_zeroed((size_t)nr + 1, sizeof(*told));

	assert(l != NULL && nr >= 0);
	for (int i = 0; i < nr; i++) {
		double e = l[i].error / l[i].grows;

		assert(l[i].grows > 0 && l[i].weight > 0);
		assert(l[i].common >= 0 && l[i].draw >= 0 && l[i].draw < nr);
		high = fmax(high, e * e);
	}
	if (slope(low, l, nr, told) >= 0)
		high = 0;
	while (high - low > EXACT * high) {
		double var = (low + high) / 2;

		*(slope(var, l, nr, told) < 0 ? &low : &high) = var;
	}
	free(told);
	return sqrt(high);
}

/* What a row says of the band of a class; at: where earlier rows' are. */
static struct lesson lesson_of(const struct refit *f, int row, bool own,
			       const int *at)
{
	double rows = rows_of_group(f, f->row[row].group);

	return (struct lesson){ f->c->log_error[row], alone_sd(f, row),
		answer_grows(&f->question[row]),
		(own ? 1 : f->c->others) / sqrt(rows),
		overhead_sd(f, row), at[draw_of(f, row)] };
}

/*
 * The likeliest band of a class of layouts, each row predicted without its own
 * group. Rows of a group err alike: n of them weigh as its root, neither as one
 * nor as n. A class has few groups, and classes differ little: rows of the
 * others count too, each band.others. group (or -1) is left out. *n: rows of
 * the class.
 */
static double class_band(const struct refit *f, enum layout_class class,
			 int group, int *n)
{
	int rows = f->ask->table->rows, all = 0;
	struct lesson *l = mem_zeroed((size_t)rows + 1, sizeof(*l));
	int *at = mem_zeroed((size_t)rows + 1, sizeof(*at));
	double band;

	*n = 0;
	for (int r = 0; r < rows; r++) {
		bool own;

		if (isnan(f->c->log_error[r]) || f->row[r].group == group)
			continue;
		own = class_of(f, r) == class;
		at[r] = all;
		l[all++] = lesson_of(f, r, own, at);
		*n += own;
	}
	assert(all <= rows);
	band = refit_likeliest(l, all);
	free(at);
	free(l);
	return band;
}

/* The answer shifted to another step time and its band to another width. */
static int put_step(const struct refit *f, int row, struct fault *why)
{
	struct answer *to = &f->ask->swept[row].answer;
	double by = f->c->shift[row], sd;
	int n;

	sd = class_band(f, class_of(f, row), f->row[row].group, &n);
	to->step_s *= by;
	to->tpot_s *= by;
	to->tok_s_user /= by;
	to->tok_s_total /= by;
	to->tok_s_gpu /= by;
	sd *= answer_grows(&f->question[row]);
	answer_band(to, hypot(sd, hypot(alone_sd(f, row),
				   overhead_sd(f, row))));
	return validate_row(f->ask->table, row, &f->ask->swept[row],
			    &f->ask->verdict[row], why);
}

static int put_all(const struct refit *f, struct fault *why)
{
	for (int r = 0; r < f->ask->table->rows; r++)
		if (isfinite(f->c->shift[r]) && put_step(f, r, why))
			return -1;
	for (int b = 0; b < CLASS_NR; b++)
		f->c->band[b] = class_band(f, (enum layout_class)b, -1,
					   &f->c->band_rows[b]);
	return 0;
}

int validate_refit(const struct refit_spec *a, struct calibration *c,
		   struct fault *why)
{
	size_t nr = (size_t)a->table->rows + 1;
	struct refit f = { a, mem_zeroed(nr, sizeof(*f.question)),
			   mem_zeroed(nr, sizeof(*f.row)), c };
	int status = rows_of(&f, why);

	*c = (struct calibration){ 0 };
	if (status == 0)
		status = calibrate(c, &(struct calibrate_spec){
			.shelf = a->shelf, .row = f.row,
			.rows = a->table->rows,
			.leave_out = a->leave_out != REFIT_NOTHING },
			why);
	if (status == 0 && a->leave_out != REFIT_NOTHING)
		status = put_all(&f, why);
	free(f.row);
	free(f.question);
	return status;
}
