/*
 * costs: what each op of a step takes, of the mean rank and of the busiest.
 */
#ifndef TIME_COSTS_H
#define TIME_COSTS_H

#include "time/step.h"

/* What no batch changes: of a graph that was built. */
void costs_make(struct step *, const struct step_spec *);

/* How much more the fullest group has: of what the graph has, or is to have. */
void costs_far(struct step *, const struct step_spec *);

/*
 * The seconds of all ops, and late_s, of the rows that the graph has. Where
 * only the context is another, that is nothing to experts, exchanges and what
 * has rows alone.
 */
void costs_all(struct step *, const struct step_spec *,
	       const struct loads_fall *);
void costs_context(struct step *, const struct step_spec *);

/* Op by op what they left: costs, and the counts of graph. */
void costs_list(struct step *);

#endif
