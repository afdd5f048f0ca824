/*
 * agree: two blocks of a checkpoint that say how it is stored, and must say
 * the same of what the model has.
 */
#ifndef CHECKPOINT_AGREE_H
#define CHECKPOINT_AGREE_H

#include "base/fault.h"
#include "model/model.h"

struct agree_pair {
	const struct kept *a, *b;
	const char *const *where;	/* the two blocks' names */
};

/* 0; or -1 and a fault: the first module that they disagree on. */
int agree_check(const struct agree_pair *, const struct model *,
		struct fault *);

#endif
