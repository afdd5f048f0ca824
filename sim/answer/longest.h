/*
 * longest: the question that leaves its context open.
 */
#ifndef ANSWER_LONGEST_H
#define ANSWER_LONGEST_H

#include "ask/question.h"

/* Neither ctx nor isl is given: there is a context to look for. */
bool longest_open(const struct scenario *);

/*
 * question_recall of the longest context that the scenario's batch leaves room
 * for, at most the model's; of 1 token where it leaves none, which is refused
 * then. Where ctx or isl is given that is a fault.
 */
int question_longest(struct question *, const struct scenario *,
		     struct memo *, struct fault *);

#endif
