/*
 * lawfit: a table of trials (fit/trial.h) to the parameters of one law or
 * wire of a stack's sheet, and how well that law then predicts the table.
 */
#ifndef FIT_LAWFIT_H
#define FIT_LAWFIT_H

#include "fit/lawterms.h"
#include "library/shelf.h"
#include "fit/trial.h"

struct lawfit_spec {
	const char *law;	/* law.KERNEL.ARCH, wire.WIRE.ARCH */
	const char *stack;	/* whose sheet says what terms there are */
	struct choices fix;	/* PARAM=VALUE */
	struct choices rows;	/* of the rows about the kernel, these */
	struct choices from;	/* and of these, fit to those alone */
	bool sheet;		/* fit nothing: how good is the sheet's law? */
};

struct lawfit {
	const struct table *table;	/* not owned */
	struct lawname name;
	struct lawterms terms;
	struct trial *trial;	/* owned: rows about the law, in order */
	bool *used;		/* owned: fitted to */
	double *predicted_s;	/* owned */
	int trials;
	struct fault *bad;	/* owned: rows that are malformed */
	int bads;
	double condition;	/* of the Jacobian; 1 is best, infinity:
				   the rows do not tell all terms */
	bool sheet;		/* as the spec: nothing was fitted */
	const char *held;	/* not owned: the stack whose sheet gave what
				   was not fitted; NULL: who asked did */
	bool refused;		/* the rows do not tell the parameters */
};

/*
 * 0; or -1 and a fault: nothing was fitted. Rows of an architecture that the
 * law is not about are predicted, not fitted to. Release it in either case.
 */
int lawfit(struct lawfit *, const struct lawfit_spec *,
	      const struct table *, struct shelf *, struct fault *);
void lawfit_release(struct lawfit *);

/*
 * Errors of predicted over measured, of the trials that were fitted to, or
 * of the others; of one hw, or of all (NULL).
 */
struct errors {
	int rows;
	double mape, bias;	/* shares */
};
void lawfit_errors(const struct lawfit *, bool used,
			const char *hw, struct errors *);

/* The law as rows of a sheet; command stands in the note of what is fitted. */
void lawfit_sheet(const struct lawfit *, const char *command,
		       struct table *out);

/* The table's rows about the law: predicted_us, error_pct, fitted. */
void lawfit_rows(const struct lawfit *, struct table *out);

#endif
