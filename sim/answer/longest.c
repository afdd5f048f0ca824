#include "answer/longest.h"

#include <assert.h>
#include <math.h>

#include "answer/answer.h"

/* The choice of overlap moves the buffers, and they the room. */
enum { ROUNDS = 4 /* size: such moves at most */ };

bool longest_open(const struct scenario *s)
{
	return isnan(s->ctx) && isnan(s->isl);
}

static int given(struct fault *why)
{
	fault_about(why, "ctx");
	fault_what(why, "ctx or isl is given, and the longest context is "
		   "asked for");
	return fault_remedy(why, "leave out ctx and isl, or --max-context");
}

static double room(const struct question *q)
{
	struct hold_spec hold = { q->mem_share, q->batch.seqs,
				  q->batch.ctx_tok, q->batch.micro, NULL };
	struct held held;

	deployment_hold(&q->on, &hold, &held);
	return deployment_context(&q->on, &hold, &held);
}

/* The first guess is made where buffers are those of a context of 1. */
int question_longest(struct question *q, const struct scenario *s,
		     struct memo *memo, struct fault *why)
{
	struct scenario own = *s;

	assert(memo != NULL);
	if (!longest_open(s))
		return given(why);
	own.ctx = 1;
	for (int i = 0; i < ROUNDS; i++) {
		double most;

		if (question_recall(q, &own, memo, why))
			return -1;
		most = fmax(1, room(q));
		if (most == own.ctx || (i > 0 && most > own.ctx))
			break;
		own.ctx = most;
	}
	return 0;
}
