#include "tests/toy_question.h"

#include <string.h>

void toy_question(struct question *q, const struct toy *t)
{
	memset(q, 0, sizeof(*q));
	q->on = t->on;
	q->skew = t->skew;
	q->skew_spec = t->skew_spec;
	q->batch = t->ask.batch;
	q->two_batch = t->ask.two_batch;
	q->tokens_per_step = 1;
	q->mem_share = t->stack.mem_share;
}
