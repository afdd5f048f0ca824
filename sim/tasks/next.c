#include "tasks/next.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/band.h"
#include "answer/answer.h"
#include "base/mem.h"
#include "options/emit.h"
#include "options/verb.h"
#include "own/next.h"
#include "say/words.h"

static double band_pct(double log_sd)
{
	return units_percent(expm1(Z80 * log_sd));
}

static void head(const struct next *n, struct text *out)
{
	text_addf(out, "The band of this question is +-%.1f %%. Of %d layouts, "
		  "batches and contexts that run on what there is, one "
		  "measurement would leave:\n\n", band_pct(n->sd_before),
		  n->tried);
	text_addf(out, "%-12s %5s %4s %4s %7s %7s %9s  %s\n", "hw", "gpus",
		  "tp", "ep", "batch", "ctx", "band", "what it tells most");
}

static void line(const struct candidate *c, struct text *out)
{
	const struct scenario *s = &c->question.scenario;

	text_addf(out, "%-12s %5g %4g %4g %7g %7.0f  +-%4.1f %%  %s\n",
		  c->question.on.machine.gpu->name, s->gpus, s->tp, s->ep,
		  s->batch, c->question.batch.ctx_tok, band_pct(c->sd_after),
		  c->tells ? c->tells->key :
		  "how far this layout stands off the mean");
}

static int print(const struct options *o, const struct next *n)
{
	struct text out = TEXT_INIT;

	head(n, &out);
	for (int i = 0; i < n->nr; i++)
		line(&n->best[i], &out);
	text_add(&out, "\nThe first, on three engines:\n\n");
	next_commands(&n->best[0], &out);
	return emit(&out, o->out, EXIT_YES);
}

/* hw=NAME,gpus=N. 0, or -1 and the fault. */
static int have_of(const struct options *o, const struct next_spec *a,
		   struct scenario *have, struct fault *why)
{
	scenario_init(have);
	fault_at(why, "--next", 0, 0);
	if (scenario_given(have, o->next, why))
		return -1;
	if (!*have->hw)
		snprintf(have->hw, sizeof(have->hw), "%s",
			 a->question->scenario.hw);
	if (have->gpus >= 1)
		return scenario_ranges_given(have, why) ||
		       !shelf_gpu(a->shelf, have->hw, why) ? -1 : 0;
	fault_at(why, "--next", 0, 0);
	fault_what(why, "\"%s\" does not say how many GPUs there are",
		   o->next);
	return fault_remedy(why, "write hw=NAME,gpus=N");
}

/* What does not fit has no band to narrow. */
static bool fits(const struct options *o, const struct question *q, int *status)
{
	struct text out = TEXT_INIT;
	struct answer a;

	answer_step(&a, q, NULL);
	if (a.fits)
		return true;
	words_question(q, &out);
	words_answer(q, &a, &out);
	*status = emit(&out, o->out, EXIT_NO);
	return false;
}

int next_answer(const struct options *o, const struct scenario *s)
{
	struct shelf *shelf = shelf_open();
	struct question *q = mem_zeroed(1, sizeof(*q));
	struct scenario have;
	const struct next_spec ask = { shelf, q, &have };
	struct next n = { 0 };
	struct fault why = { 0 };
	int status;

	assert(o && s);
	if (question_make(q, s, shelf_library(shelf), &why)) {
		status = options_refused(o, q, &why);
	} else if (!fits(o, q, &status)) {
		;	/* it is said */
	} else if (have_of(o, &ask, &have, &why) ||
		   next_make(&n, &ask, &why)) {
		status = options_fault(&why);
		if (n.none)
			status = EXIT_NO;
	} else {
		status = print(o, &n);
	}
	next_release(&n);
	free(q);
	shelf_free(shelf);
	return status;
}
