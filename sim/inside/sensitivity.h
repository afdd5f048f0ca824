/*
 * sensitivity: by how much tok/s/GPU moves when a fact does.
 *
 * Each number of the GPU's, the stack's and the model's sheets is moved alone,
 * by its standard error and by a tenth of itself, down and up, and the whole
 * question is made and timed again.
 */
#ifndef INSIDE_SENSITIVITY_H
#define INSIDE_SENSITIVITY_H

#include "ask/question.h"

enum nudge {
	NUDGE_ERR_DOWN,		/* one standard error */
	NUDGE_ERR_UP,
	NUDGE_TENTH_DOWN,
	NUDGE_TENTH_UP,
	NUDGE_NR
};

struct influence {
	const char *sheet;	/* "GPU", "stack", "model" */
	const struct fact *fact;	/* not owned: the sheet's */
	double tok_s_gpu[NUDGE_NR];	/* NaN: the fact has no error, or
					   cannot go there */
	double largest;		/* change, of all four, as a ratio */
};

struct sensitivity {
	double tok_s_gpu;	/* with every fact as it is */
	struct influence *moved;	/* owned; that matter, largest first */
	int nr, cap;
};

struct sensitivity_spec {
	const struct scenario *scenario;	/* as asked: blanks blank */
	const struct facts *gpu, *stack, *model;
	const struct model *config;	/* the model as it is */
};

/* The scenario is sound and its step has a time. */
void sensitivity_make(struct sensitivity *, const struct sensitivity_spec *);
void sensitivity_release(struct sensitivity *);

/*
 * sheet,key,value,err,unit,origin,tok_s_gpu,err_down,err_up,err_pct,
 * tenth_down,tenth_up,tenth_pct: err_down is tok/s/GPU with the fact one
 * standard error lower, err_pct the larger of both changes.
 */
void sensitivity_table(const struct sensitivity *, struct table *);

#endif
