/*
 * moved: stacks whose calibrated parameters were moved, each made once for
 * as long as the parameters stay where they are.
 */
#ifndef LEARN_MOVED_H
#define LEARN_MOVED_H

#include "learn/calibrate.h"

struct moved_from {
	const struct facts *facts;	/* not owned */
	const char *arch;		/* likewise */
};

struct moved_stack {
	struct moved_from from;
	struct facts facts;	/* borrowed from those, some values moved */
	struct stack stack;
};

struct moves {
	const struct calibration *c;	/* not owned */
	double *by;		/* [parameters] where they are; owned */
	struct moved_stack **item;	/* each owned */
	int nr, cap;
	struct step *room;	/* for a row's step; owned */
};

void moves_init(struct moves *, const struct calibration *);
void moves_release(struct moves *);

/*
 * The stack of these facts with every parameter moved by `by`; valid until
 * another `by` is asked for. NULL and the fault when it makes no stack.
 */
const struct stack *moves_stack(struct moves *, const struct moved_from *,
				const double *by, struct fault *);

/*
 * The facts behind a question's stack, its own `set` in them; NULL when they
 * were never loaded.
 */
const struct facts *facts_behind(struct shelf *, const struct question *);

/* A measured row of a calibration, and how it is predicted. */
struct moved_row {
	struct shelf *shelf;		/* none owned */
	const struct question *question;
	double measured;	/* in the unit of its metric */
	const struct calibrate_model *model;	/* NULL: the step */
	int row;
	double own;		/* log of what its layers take longer */
};

/* log(predicted / measured) with every parameter moved by `by`: 0, or -1. */
int moves_error(struct moves *, const struct moved_row *, const double *by,
		double *out, struct fault *);

/* The parameter that a fact is, or -1; and its value moved. */
int parameter_index(const struct calibration *, const struct fact *);
double parameter_moved(const struct parameter *, double by);

#endif
