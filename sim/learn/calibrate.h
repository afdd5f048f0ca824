/*
 * calibrate: the few parameters of the stacks that rest on end-to-end
 * measurements, fitted again: to print them, or without a layout group, so
 * that a row is predicted by what was learned from others.
 *
 * A parameter is a row of a stack's sheet whose origin is `fitted` and that
 * has a prior: a row of hw/stacks/prior.csv with what was believed before,
 * under the same key without date, its architecture or `any`. Fitted is
 * the logarithm of the step's time, robustly (solve_weight), by Gauss-Newton
 * from where the sheets stand; a parameter moves in its logarithm, one whose
 * prior is a time in its own unit, and not below 0: what the rows want beyond
 * that is said of the rows.
 *
 * Of rows that were served, request by request, what users saw is fitted in
 * the step's place, and the parameters are those whose priors are under
 * `served.KEY` (learn/refit_served).
 */
#ifndef LEARN_CALIBRATE_H
#define LEARN_CALIBRATE_H

#include "ask/question.h"
#include "library/shelf.h"

/* A measured row that takes part. */
struct calibrate_row {
	struct question *question;	/* not owned; has its stack */
	double measured;		/* step's seconds, or what is predicted
					   instead; NaN: does not take part; set
					   to it when the row is dated before
					   `since` of the prior sheet */
	int group;			/* layout group, from 0 */
};

struct parameter {
	char key[96];		/* size: with its date, if it has one */
	const char *file;	/* not owned: the shelf's facts */
	const char *date;	/* likewise: of a dated row, else "" */
	int line;
	double value, err;	/* base unit */
	double prior, prior_err;
	bool is_log;		/* moves in its logarithm */
	bool is_time;		/* printed in us; else a ratio */
	bool held;		/* the rows want it below 0, where it stays */
};

struct calibration {
	struct parameter *parameter;	/* owned */
	int parameters;
	int rows;		/* that took part */
	int groups;
	double scatter;		/* of log residuals, from the prior sheet, as */
	double others;		/* is what a row of another class counts */
	double *shift;		/* [given rows] step without its own group
				   over step by the sheets; owned; NaN where
				   not asked for or no part taken */
	double *log_error;	/* [given rows] log(predicted / measured)
				   without its own group; likewise */
	double *shift_sd;	/* [given rows] standard error of the log of
				   that step, by what the parameters' is
				   without its own group; likewise */
	double *whole_sd;	/* [given rows] the same with it; likewise */
	double band[CLASS_NR];	/* the likeliest by class, when
				   layouts were left out */
	int band_rows[CLASS_NR];
	double seen_band[SEEN_KINDS];	/* likewise of what users see */
	int seen_rows[SEEN_KINDS];
};

/* What is predicted of a row instead of its step. */
struct calibrate_model {
	const char *prefix;	/* of its priors' keys */
	/* above 0, in the row's unit; the question's stack is a moved one */
	double (*predict)(void *of, int row, const struct question *);
	/* what a parameter's prior is a multiple of, by its own sheet */
	double (*unit)(const struct facts *, const struct fact *);
	void *of;		/* not owned */
	bool straight;		/* it takes long: what a group that is left out
				   moves is read off the slopes, but for the
				   group's own rows */
};

/*
 * Fit all parameters on all rows (two steps from the sheets), or, with
 * leave_out, predict every row from a fit without its group. 0, or -1 and a
 * fault: no prior for a parameter, a singular fit. Release in any case.
 */
struct calibrate_spec {
	struct shelf *shelf;
	struct calibrate_row *row;
	int rows;
	bool leave_out;
	const struct calibrate_model *model;	/* NULL: the step */
};

int calibrate(struct calibration *, const struct calibrate_spec *,
	      struct fault *);
void calibration_release(struct calibration *);

/*
 * The parameters as sheet rows: key,value,err,unit,origin,source,note, below
 * that head unless out has some already; the source of what is fitted to rows
 * is the name of their table.
 */
void calibration_sheet(const struct calibration *, const char *measured,
		       struct text *out);

#endif
