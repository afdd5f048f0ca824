/*
 * arched: a ratio or a time of an architecture, a row KEY.ARCH and its error;
 * and what such rows say of a pass of prompts.
 */
#ifndef FACTS_ARCHED_H
#define FACTS_ARCHED_H

#include "facts/grammar.h"
#include "sheet/want.h"

struct arched {
	const char *key;
	double *value, *err;
};

/* What KEY.ARCH holds; NULL: no key of that form. */
const struct want *arched_want(const char *key);

/* Is there such a row? What stands for one that the sheet lacks is certain. */
bool arched_or(const struct arched *, const struct facts *,
	       const struct places *, double none);

/* Prompts: what nobody measured adds nothing. */
void arched_prompts(struct stack *, const struct facts *,
		    const struct places *);

#endif
