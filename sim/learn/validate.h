/*
 * validate: measured rows beside what is predicted for them.
 *
 * A measured row is a scenario with metric, value and unit. Metrics:
 * tpot_ms, step_ms, tok_s_gpu, and of colocated rows, which are played request
 * by request (learn/served), ttft_ms, tpot_ms, tok_s_gpu as a closed loop's
 * medians and ttft_p99_ms. Others, whatever their name, are not predicted,
 * which is no fault; nor are colocated rows that nobody plays, nor those that
 * need more than all of the GPU's HBM.
 */
#ifndef LEARN_VALIDATE_H
#define LEARN_VALIDATE_H

#include "learn/calibrate.h"
#include "answer/sweep.h"

enum metric {
	METRIC_TPOT_MS,
	METRIC_STEP_MS,
	METRIC_TOK_S_GPU,
	METRIC_POWER_W,		/* of a GPU; implies no step, nor do */
	METRIC_J_PER_TOK,	/* joules of all GPUs an output token */
	METRIC_TTFT_MS,		/* of colocated rows alone; and */
	METRIC_TTFT_P99_MS,
	METRIC_OTHER		/* not predicted */
};

/* A row's. The table that it is of stays. */
struct comparison {
	enum metric metric;
	const char *word;		/* the metric as the row has it */
	double measured;
	double predicted, low, high;	/* NaN: not answered */
	double error;			/* predicted / measured - 1 */
	bool inside;
	double measured_step_s, predicted_step_s;	/* NaN for others */
	const char *missing;		/* why not answered; NULL: answered */
	struct fault fault;		/* of the measurement */
};

/*
 * The verdict on a row that was swept. 0, or -1 and a fault: no metric, a
 * unit that is not the metric's own, a value that is none or not above 0.
 */
int validate_row(const struct table *, int row, const struct swept *,
		 struct comparison *, struct fault *);

/* Of what users saw, a metric's figure, in its unit. */
double validate_seen(const struct seen *, enum metric);

/* The measurement or the scenario is at fault, and somebody must mend it. */
bool validate_malformed(const struct swept *, const struct comparison *);

/* Why a row is not predicted, appended to out; nothing when it is. */
void validate_reason(const struct swept *, const struct comparison *,
		     struct text *out);

/* What is left out together when a row is predicted from the others. */
enum refit_by {
	REFIT_NOTHING,		/* all rows are learned from */
	REFIT_LAYOUT,		/* hw, stack, gpus, tp and ep */
	REFIT_HW,
	REFIT_MODEL,
	REFIT_STACK,
	REFIT_NR
};

/* "layout", "hw", "model", "stack"; NULL: nothing is left out. */
const char *refit_by_name(enum refit_by);

/*
 * Fit the stacks' end-to-end parameters to these rows. leave_out: and put in
 * place of every row's answer and verdict the one that the rows of other
 * layouts, GPUs, models or stacks give. 0, or -1 and a fault; release the
 * calibration in any case.
 */
struct refit_spec {
	struct shelf *shelf;
	const struct table *table;
	struct swept *swept;
	struct comparison *verdict;
	enum refit_by leave_out;
	uint64_t seed;		/* of plays */
};

int validate_refit(const struct refit_spec *, struct calibration *,
		   struct fault *);

/* The input with predicted, low, high, error_pct, inside, fits, refusal,
   measured_step_ms, predicted_step_ms. */
void validate_table(const struct table *in, const struct swept *,
		    const struct comparison *, struct table *out);

/*
 * Errors by group: a row `all`, then one for each hw, stack, layout, and
 * batch range: columns by,group,rows,mape_pct,median_pct,bias_pct,
 * within10_pct,within20_pct,inside_pct. Of rows played request by request
 * apart from those, by metric: all, each stack, each GPU.
 */
void validate_summary(const struct swept *, const struct comparison *, int rows,
		      struct table *out);

#endif
