/*
 * oplist: the ops of a timed step, as a table and as text.
 */
#ifndef INSIDE_OPLIST_H
#define INSIDE_OPLIST_H

#include "ask/question.h"

/*
 * A row an op: what it counts, what it takes under each roof, which binds.
 * Counts are of one GPU and one pass (`count` launches); `passes` is how
 * often that happens in a step; time_share is of the sum over all ops.
 */
void oplist_table(const struct question *, const struct step *,
		  struct table *);

/* The same for a person, 78 columns wide. */
void oplist_text(const struct question *, const struct step *, struct text *);

#endif
