/*
 * refusal: why a deployment cannot be served, in words.
 */
#ifndef ASK_REFUSAL_H
#define ASK_REFUSAL_H

#include "work/layout.h"

/* One sentence into out; "" where nothing is refused. */
void refusal_words(const struct refusal *, const struct deployment *,
		   char *out, int size);

#endif
