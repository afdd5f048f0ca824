#include "requests/serving.h"

#include <assert.h>
#include <math.h>

/* What all ranks played take over the closed form, at a batch of `seqs`. */
static double played_over(const struct question *q, double seqs,
			  const struct serving_ranks_spec *s)
{
	struct question at = *q;
	struct answer closed, played;
	struct played sums;

	question_batch(&at, seqs);
	at.batch.ctx_tok = s->ctx_tok;
	answer_step(&closed, &at, NULL);
	answer_run(&played, &at, &s->run, &sums);
	return isfinite(played.step_s / closed.step_s) ?
		played.step_s / closed.step_s : 1;
}

void serving_play_ranks(struct serving_ranks *r, const struct question *q,
			const struct serving_ranks_spec *s)
{
	assert(s->most_seqs >= 1 && s->run.steps >= 1 && s->ctx_tok >= 1);
	r->nr = 0;
	for (double n = 1; r->nr < SERVING_RANKS; n *= 2) {
		r->over[r->nr++] = played_over(q, n, s);
		if (n >= s->most_seqs)
			return;
	}
}
