/*
 * prompts: how soon a first token can come: by the FLOPs of its prompt at the
 * peak of all GPUs, and by the kernels that are known.
 */
#ifndef LIMITS_PROMPTS_H
#define LIMITS_PROMPTS_H

#include "limits/choice.h"

struct prompt_ways {
	const struct way *way;	/* not owned */
	int nr;
};

/* Fill prompt_s and ttft_s; they stay 0 where no prompt is stated. */
void prompts_make(struct limits *, const struct limits_spec *, struct memo *,
		  const struct prompt_ways *);

#endif
