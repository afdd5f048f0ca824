/*
 * own: a stack's few end-to-end parameters updated by a user's own steps, from
 * where the sheets stand.
 *
 * What a row is off by is, in its logarithm,
 *
 *	what the stack's parameters are off by: the rows of its sheet that
 *	hw/stacks/prior.csv names (overhead, launch, ...) and that no measured
 *	step was fitted to; value and err of the sheet are the prior;
 *	what one's own layout stands off the mean of all by, and how that bends
 *	with the batch (own/own_bend), which is most of the band (the rows'
 *	answer_log_sd, less the error of an overhead that is a parameter):
 *	own.share of its variance is common to the rows of a layout and an
 *	image (own/gather), and own.near of that to those of like batches
 *	alone;
 *	the row's own: the rest.
 *
 * These three are means of their posterior by the errors of left-out layouts,
 * from a flat prior (experiments/13-calibrate).
 *
 * So one row moves the prediction at its batch by most of its error and far
 * from it by a third of that; three that agree by nearly all. Offsets of
 * several layouts of one stack on one GPU are not alike
 * (experiments/13-calibrate), so another class of layouts moves by what moves
 * the parameters alone.
 *
 * Least squares with that prior on log(predicted / measured), Gauss-Newton
 * until nothing moves: first with weights of a soft L1, then, from there, with
 * those of solve_weight, by which one row that is wild moves no other.
 */
#ifndef OWN_OWN_H
#define OWN_OWN_H

#include "learn/calibrate.h"
#include "own/own_bend.h"

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
	const struct parameter *parameter;	/* the calibration's; NULL: what
						   the layout has of its own */
	double errors;		/* signed */
};

struct own {
	struct calibration c;	/* value, err: moved; prior, prior_err: the
				   sheet's, its err in the log */
	double band;		/* of the rows, rms */
	double share;		/* of its variance: common to the layout */
	double near;		/* of that, what like batches share */
	struct own_bend bend;
	double scatter;		/* of a row: the rest */
	double wide;		/* times all of this: what the rows are off by
				   when left out over what they say, or 1 */
	double own_band[CLASS_NR];	/* for one's own sheet; NaN: no row */
	struct strain *strain;	/* owned: would move by over three errors */
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
