/*
 * own: a stack's few end-to-end parameters updated by a user's own steps, from
 * where the sheets stand.
 *
 * The parameters are the rows of the stack's sheet that hw/stacks/prior.csv
 * names (overhead, launch, ...), whatever their origin. Each moves in its
 * logarithm. What is believed before is the sheet's value; its error is the
 * sheet's (0 where the sheet has none) and, independently, what moves the row
 * that depends on it most by a part of the band (the rows' answer_log_sd): the
 * sheets' values are means over deployments, and one's own stands off that
 * mean, nobody knows in which parameter. Of the band's variance
 * own.share of prior.csv is of that kind, common to the rows of a layout; the
 * rest is a row's own. So one row moves the prediction by a part of its error,
 * three by nearly all that they have in common.
 *
 * Least squares with that prior on log(predicted / measured), weights of a
 * soft L1, Gauss-Newton until nothing moves.
 */
#ifndef LEARN_OWN_H
#define LEARN_OWN_H

#include "learn/calibrate.h"

struct own_row {
	const struct question *question;	/* not owned; has its stack */
	double measured_step_s;
	/* out: log(predicted / measured) */
	double before, after;
	double left_out;	/* by a fit without this row; NaN: it is the
				   only one */
	double sd_before, sd_after;	/* log standard error of a prediction
					   of this row, by the sheets and by
					   what was learned */
};

/* A fact that would have to move by many of its errors. */
struct strain {
	const struct parameter *parameter;	/* the calibration's */
	double errors;		/* signed */
};

struct own {
	struct calibration c;	/* value, err: moved; prior, prior_err: the
				   sheet's, its err in the log */
	double band;		/* of the rows, rms */
	double share;		/* of its variance: an offset of the layout */
	double scatter;		/* of a row: the rest, or what the rows are
				   off by when left out, if that is more */
	double own_band[CLASS_NR];	/* for one's own sheet; NaN: no row */
	struct strain *strain;	/* owned: moved by over three errors */
	int strains;
};

/*
 * 0; or -1 and a fault: no parameter that a row depends on, a singular fit.
 * Rows without a measured step (NaN) take no part. Release it in either case.
 */
struct own_spec {
	struct shelf *shelf;
	struct own_row *row;
	int rows;
};

/* Has it a measured step? */
bool own_takes_part(const struct own_row *);

/*
 * The bands of what was learned (own_make does it): a class's is what a
 * prediction of its rows is off by, less the error of overhead, which every
 * answer adds.
 */
void own_bands(struct own *, const struct own_spec *);

int own_make(struct own *, const struct own_spec *, struct fault *);
void own_release(struct own *);

/*
 * As a sheet of one's own: base,STACK, the rows that moved with what they were
 * in their note, and the bands of the classes that were measured. source: what
 * they rest on.
 */
void own_sheet(const struct own *, const char *stack, const char *source,
	       struct text *out);

/*
 * Facts of the stack (and of the GPU's classes none) whose own error would
 * explain a row's error with the least strain, the first best: for a strain
 * says that something else is wrong. At most nr; returns how many.
 */
struct suspect {
	const struct fact *fact;	/* the shelf's */
	double errors;			/* that it would have to move by */
};

int own_suspects(const struct own_spec *, const struct own_row *,
		 struct suspect *, int nr);

#endif
