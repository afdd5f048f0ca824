/*
 * What drafts bring. Of n drafts a step, each accepted with probability a when
 * all before it were, a sequence gains 1 + a + a^2 + ... + a^n tokens; where a
 * is the share of all drafts, 1 + n a. With one draft both are 1 + a. A step
 * with drafts takes no less time than one without, so the speed-up is at most
 * the tokens of a step.
 */
#include "rules/rule.h"

#include <assert.h>
#include <math.h>

/* Tokens of a step that an acceptance allows. */
static struct amount gained(const struct claim *c, const struct amount *a)
{
	double low = fmin(a->low, 1), high = fmin(a->high, 1);
	double mtp = c->scenario.mtp, sum = 1, last = 1;

	if (!(mtp >= 1))	/* one draft or more */
		return amount_of(1 + a->value, 1 + low, (double)INFINITY);
	for (int k = 0; k < (int)mtp; k++)
		sum += last *= low;
	return amount_of(1 + mtp * fmin(a->value, 1), sum, 1 + mtp * high);
}

static void arithmetic(const struct claim *c, const struct amount *a,
		       const struct amount *t, struct finding *f)
{
	if (c->scenario.mtp >= 1)
		finding_say(f->arithmetic, "%.0f draft%s, %.3g to %.3g of "
			    "them accepted: %.3g to %.3g tokens a step",
			    c->scenario.mtp, c->scenario.mtp > 1 ? "s" : "",
			    a->low, fmin(a->high, 1), t->low, t->high);
	else
		finding_say(f->arithmetic, "one draft, %.3g to %.3g of them "
			    "accepted: %.3g to %.3g tokens a step", a->low,
			    fmin(a->high, 1), 1 + a->low,
			    1 + fmin(a->high, 1));
}

/* An acceptance with nothing to set it against but what was measured. */
static bool alone(const struct claim *c, const struct amount *a,
		  struct finding *f)
{
	double known = c->model ? c->model->tokens_per_step[1] - 1 : 0;
	const double slack = c->limits->granted->texts;

	if (!(known > 0) || a->high < known - slack ||
	    a->low > known + slack)
		return plausible(f, LOW, "A share of the drafts, no more than "
				 "all; how many are accepted depends on the "
				 "text");
	finding_say(f->reason, "Published for this model: %.0f %% of first "
		    "drafts", 100 * known);		/* units: per cent */
	return finding_is(f, VERDICT_HOLDS, CONFIDENCE_MEDIUM);
}

static bool against(const struct claim *c, const struct amount *t,
		    const struct amount *gain, struct finding *f)
{
	char said[HUMAN];

	f->side = t->low > gain->high ? SIDE_BELOW : SIDE_ABOVE;
	f->at = gain->high;
	finding_say(f->limit, "tokens a step: %.3g to %.3g", gain->low,
		    gain->high);
	if (amounts_meet(t, gain))
		return holds(f, HIGH, "What is accepted and what a step brings "
			     "agree");
	finding_say(f->needs, "%s", t->value > gain->high ?
		    "more drafts, or more of them accepted" :
		    "fewer of them accepted");
	return inconsistent(f, HIGH, "The claim says %s; drafts and their "
			    "acceptance give %.3g to %.3g tokens a step, not "
			    "%.3g", claim_figure(c, said), gain->low,
			    gain->high, t->value);
}

/* A speed-up by drafts. */
static bool faster(const struct claim *c, const struct amount *gain,
		   struct finding *f)
{
	char said[HUMAN];

	f->side = SIDE_BELOW;
	f->at = gain->high;
	claim_figure(c, said);
	finding_say(f->limit, "tokens a step: %.3g at most", gain->high);
	if (c->value.low > gain->high) {
		finding_say(f->needs, "more drafts, or another cause beside "
			    "them");
		return inconsistent(f, HIGH, "A speed-up of %s, but a step "
				    "brings %.3g tokens at most and takes no "
				    "less time with drafts", said, gain->high);
	}
	return plausible(f, MEDIUM, "No more than the tokens that a step "
			 "brings; a step with drafts takes longer, which costs "
			 "some of it");
}

bool rule_drafts(const struct claim *c, struct finding *f)
{
	const struct amount *a = claim_has(c, Q_ACCEPTANCE);
	const struct amount *t = claim_has(c, Q_TOKENS_PER_STEP);
	struct amount gain;

	assert(f != NULL);
	if (!a || a->low > 1)
		return false;
	gain = gained(c, a);
	arithmetic(c, a, &gain, f);
	if (c->metric == Q_SPEEDUP_X)
		return faster(c, &gain, f);
	if (c->metric != Q_ACCEPTANCE && c->metric != Q_TOKENS_PER_STEP)
		return false;
	return t ? against(c, t, &gain, f) : alone(c, a, f);
}
