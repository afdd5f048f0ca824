#include "answer/answer.h"
#include "tasks/solve.h"
#include "options/verb.h"
#include "say/words.h"

int options_refused(const struct options *o, const struct question *q,
		    const struct fault *why)
{
	struct text out = TEXT_INIT;
	struct answer a;

	if (!q->lacks)
		return solve_fault(o, why);
	answer_none(&a, q, why);
	if (o->csv) {
		words_row(q, &a, &out);
	} else {
		words_question(q, &out);
		words_answer(q, &a, &out);
	}
	return solve_emit(&out, o, EXIT_NO);
}
