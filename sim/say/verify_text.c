#include <assert.h>
#include <math.h>
#include <stdbool.h>

#include "base/units.h"
#include "say/plan_text.h"

/* Answers of one token have a first token and no time between tokens. */
static void ranks(const struct verified *v, const double *s, struct text *out)
{
	if (isnan(s[0])) {
		text_add(out, " none");
		return;
	}
	for (int i = 0; i < VERIFY_RANKS; i++)
		text_addf(out, "%s P%.4g %.1f", i ? "," : "", v->rank[i],
			  units_ms(s[i]));
	text_add(out, " ms");
}

/* What a plan has to keep, and by what share a replay is above it. */
struct limit {
	const char *what;
	double limit_s;		/* infinite: there is none */
	double over;		/* NaN: nobody knows */
};

/* By how much a limit is missed; false: there is none. */
static bool missed(const struct limit *l, const struct verified *v,
		   struct text *out)
{
	if (!isfinite(l->limit_s))
		return false;
	text_addf(out, "    %s of %.4g ms ", l->what, units_ms(l->limit_s));
	if (isnan(l->over))
		text_add(out, "is not known: no answer has one");
	else if (l->over <= 0)
		text_addf(out, "is kept, with %.1f %% to spare",
			  units_percent(fabs(l->over)));
	else
		text_addf(out, "is missed by %.1f %%", units_percent(l->over));
	if (!v->by_steps && !isnan(l->over))
		text_addf(out, " at P%.4g", v->rank[1]);
	return true;
}

static void one(const struct verified *v, const struct choice *c,
		const struct fleet_spec *a, struct text *out)
{
	const struct limit tpot = { "a time a token", a->tpot_s,
				    v->tpot_over };
	const struct limit ttft = { "a first token", a->ttft_s, v->ttft_over };

	if (v->by_steps) {
		text_addf(out, "%.0f steps played: %.2f ms a token\n",
			  v->requests, units_ms(v->tpot_s[0]));
	} else {
		text_addf(out, "%.0f of %.0f replicas", v->replicas,
			  c->replicas);
		if (v->servers > 0)
			text_addf(out, " and %.0f servers for prompts",
				  v->servers);
		text_addf(out, ", %.0f requests%s, %.0f in flight", v->requests,
			  v->at_random ? " at random" : "",
			  v->in_flight);
		if (v->answered < 1)
			text_addf(out, ", %.1f %% of them answered",
				  units_percent(v->answered));
		text_add(out, "\n    a token");
		ranks(v, v->tpot_s, out);
		text_add(out, "; the first");
		ranks(v, v->ttft_s, out);
		text_add(out, "\n");
	}
	if (missed(&tpot, v, out)) {
		if (v->batch >= 1)
			text_addf(out, "; a batch of %.0f keeps it",
				  v->batch);
		text_add(out, "\n");
	}
	if (!v->by_steps && missed(&ttft, v, out)) {
		if (v->enough >= 1)
			text_addf(out, "; %.0f servers for prompts keep it",
				  v->enough);
		text_add(out, "\n");
	}
}

void plan_verified(const struct fleet *p, const struct fleet_spec *a,
		   const struct plan_rows *r, struct text *out)
{
	assert(r->nr >= 0 && r->nr <= p->nr);
	text_add(out, "\nReplayed:\n");
	for (int i = 0; i < r->nr; i++) {
		text_addf(out, "%-3d ", i + 1);
		one(&r->replayed[i], &p->choice[i], a, out);
	}
}
