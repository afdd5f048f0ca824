/*
 * memory: what fills the memory of a GPU, as a bar of parts.
 */
#ifndef SAY_MEMORY_H
#define SAY_MEMORY_H

#include "answer/answer.h"

/* A bar of 72 columns over the whole HBM, and a line for each part. */
void memory_bar(const struct question *, const struct answer *,
		struct text *out);

#endif
