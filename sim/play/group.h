/*
 * group: what each attention group's own sequences cost: the stages of every
 * part, and the exchange of the tokens that start there.
 */
#ifndef PLAY_GROUP_H
#define PLAY_GROUP_H

#include "skew/loads.h"
#include "play/program.h"
#include "time/step.h"

struct group_costs {
	int groups, micro;
	double *stage_s;	/* [micro][groups][parts][stages]; owned */
	double *tok;		/* [micro][groups] tokens of the group; owned */
};

void group_costs_make(struct group_costs *, const struct step_spec *,
		const struct loads *);
void group_costs_release(struct group_costs *);

/* Kernel seconds of an item, whose layer is not looked at, for a group. */
double group_costs_s(const struct group_costs *, const struct item *,
		     int group);

/*
 * The same op by op: op_s[GRAPH_OPS], for at = micro x groups + group. Those
 * of a stage add up to group_costs_s.
 */
void group_costs_ops(double *op_s, const struct step_spec *,
		     const struct loads *, int at);

#endif
