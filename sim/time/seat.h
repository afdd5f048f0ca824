/*
 * seat: what each attention group's own sequences cost: the stages of every
 * part, and the exchange of the tokens that start there.
 */
#ifndef TIME_SEAT_H
#define TIME_SEAT_H

#include "time/loads.h"
#include "time/step.h"

struct seats {
	int groups, micro;
	double *stage_s;	/* [micro][groups][parts][stages]; owned */
	double *tok;		/* [micro][groups] tokens of the group; owned */
};

void seats_make(struct seats *, const struct step_ask *,
		const struct loads *);
void seats_release(struct seats *);

/* Kernel seconds of a stage of a part for a group's micro-batch. */
double seats_s(const struct seats *, int micro, int group, int part,
	       enum stage);

/*
 * The same op by op: op_s[GRAPH_OPS], for seat = micro x groups + group. Those
 * of a stage add up to seats_s.
 */
void seat_ops(double *op_s, const struct step_ask *, const struct loads *,
	      int seat);

#endif
