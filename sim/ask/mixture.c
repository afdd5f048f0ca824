#include <assert.h>
#include <math.h>

#include "ask/question.h"

#define SQRT_12 3.4641016151377544	/* math: sd of a uniform is 1/sqrt 12 */

/*
 * Sequences are seen anywhere in their output with equal chance, so the KV
 * length varies by osl / sqrt(12) around its mean.
 */
static double ctx_cv(const struct scenario *s)
{
	if (!isnan(s->ctx_cv))
		return s->ctx_cv;
	return s->osl > 0 ? s->osl / SQRT_12 / s->ctx : 0;
}

/*
 * A list says how long the sequences are; so does a coefficient of variation
 * that was asked for. An output in progress is too even to matter but to the
 * group that has the most KV.
 */
int question_lengths(struct question *q, struct fault *why)
{
	struct scenario *s = &q->scenario;

	q->lengths.nr = 0;
	if (*s->mix && !isnan(s->ctx_cv)) {
		fault_about(why, "ctx_cv");
		fault_what(why, "ctx_cv is given beside a list of lengths");
		return fault_remedy(why, "leave it out: the list says it");
	}
	if (*s->mix && lengths_parse(&q->lengths, s->mix, why))
		return -1;
	if (s->ctx_cv > 0)
		lengths_spread(&q->lengths, s->ctx, s->ctx_cv);
	q->ctx_cv = q->lengths.nr > 0 ? lengths_cv(&q->lengths) : ctx_cv(s);
	assert(q->ctx_cv >= 0);
	return 0;
}
