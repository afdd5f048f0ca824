#include "judge/verdict.h"

#include <math.h>
#include <stdio.h>

#include "judge/rule.h"

/* What nothing could be said about, and what would have to be known. */
static void nothing(struct claim *c, struct finding *f)
{
	const struct scenario *s = &c->scenario;

	f->rule = "none";
	f->verdict = VERDICT_UNKNOWN;
	f->confidence = CONFIDENCE_LOW;
	finding_say(f->reason, "The claim does not state what it could be "
		    "judged by");
	if (c->metric == Q_TTFT_MS || c->metric == Q_TTFT_P99_MS)
		finding_say(f->needs, "a request-level run;%s%s%s for its "
			    "floor", *s->hw ? "" : " hw",
			    isnan(s->gpus) ? " gpus" : "",
			    isnan(s->isl) ? " isl" : "");
	else
		finding_say(f->needs, "%s%s%s%sother quantities that %s "
			    "follows from", *s->hw ? "" : "hw, ",
			    *s->model ? "" : "model, ",
			    isnan(s->gpus) ? "gpus, " : "",
			    *s->hw && *s->model && !isnan(s->gpus) ? "" :
			    "or ", quantity_name(c->metric));
}

/* Of equals the first that accuses, but the last that acquits: it is the
   more special. */
static bool outweighs(const struct finding *f, const struct finding *than)
{
	if (f->verdict == than->verdict)
		return f->verdict <= VERDICT_HOLDS;
	return f->verdict > than->verdict;
}

static void judge(struct claims *all, int i)
{
	struct claim *c = &all->claim[i];

	if (c->malformed)
		return;
	for (int r = 0; r < rules_nr && c->findings < FINDINGS; r++) {
		struct finding *f = &c->finding[c->findings];

		*f = (struct finding){ .rule = rules[r].name,
					.sheets = rules[r].sheets };
		if (rules[r].judge(all, i, f))
			c->findings++;
	}
	if (c->findings == 0)
		nothing(c, &c->finding[c->findings++]);
	c->worst = c->finding;
	for (int k = 1; k < c->findings; k++)
		if (outweighs(&c->finding[k], c->worst))
			c->worst = &c->finding[k];
}

int claims_judge(struct claims *all, const struct table *t,
		 const struct library *lib, struct fault *why)
{
	if (claims_read(all, t, lib, why))
		return -1;
	for (int i = 0; i < all->nr; i++)
		judge(all, i);
	return 0;
}
