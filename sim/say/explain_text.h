/*
 * explain_text: ladders, what-ifs and sensitivities for a person, 80 columns.
 */
#ifndef SAY_EXPLAIN_TEXT_H
#define SAY_EXPLAIN_TEXT_H

#include "answer/answer.h"
#include "inside/ladder.h"
#include "inside/sensitivity.h"

void explain_ladder(const struct ladder *, const struct answer *,
		    struct text *);

/* What was measured, in tok/s/GPU, beside the last rung. */
void explain_measured(const struct ladder *, double measured, struct text *);

/* pairs: what --versus said. */
void explain_versus(const struct ladder *a, const struct ladder *b,
		    const char *pairs, struct text *);

/* A table of whatif_table. */
void explain_whatif(const struct table *, struct text *);

void explain_sensitivity(const struct sensitivity *, struct text *);

#endif
