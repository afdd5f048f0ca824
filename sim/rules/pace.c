#include "rules/rule.h"

#include <math.h>
#include <stdio.h>

/* What a claim about one request's tokens is about, in its unit. */
struct pace {
	const char *noun;	/* a token, or a step */
	double tokens;		/* that it brings a sequence */
	struct amount ms;	/* as claimed */
	bool time;		/* the metric is one */
};

static bool pace_of(const struct claim *c, struct pace *p)
{
	*p = (struct pace){ "token", 1, account_of(&c->all, Q_TPOT_MS)->amount,
			    c->metric != Q_TOK_S_USER };
	if (c->metric == Q_STEP_MS) {
		p->ms = c->value;
		p->noun = "step";
	} else if (c->metric == Q_TPOT_P90_MS || c->metric == Q_TPOT_P99_MS) {
		p->ms = c->value;
	} else if (c->metric != Q_TOK_S_USER && c->metric != Q_TPOT_MS) {
		return false;
	}
	return p->ms.known && p->ms.value > 0;
}

/* Tokens of one sequence's step, in the unit of the pace. */
static double step_tokens(const struct pace *p, double tokens)
{
	return p->noun[0] == 's' ? tokens : p->tokens;
}

/* A token's or step's ms in the metric's unit. */
static double in_unit(const struct pace *p, double ms)
{
	return p->time ? ms : MS / ms;
}

/*
 * In the band of the stack named, for one request? What is drawn is what known
 * software reaches, in the metric's unit.
 */
static bool inside(const struct ceiling *l, const struct pace *p,
		   struct finding *f)
{
	double n = step_tokens(p, l->tokens) * MS;
	double high = n / l->low, low = n / l->high;

	f->low = in_unit(p, p->time ? n / l->most : high);
	f->high = in_unit(p, p->time ? high : n / l->most);
	return p->ms.high >= low && p->ms.low <= high;
}

static void pace_needs(const struct claim *c, double more, struct finding *f)
{
	const struct ceiling *l = &c->limits->user;

	if (c->metric == Q_STEP_MS)
		finding_say(f->needs, "%.3g times the %s of these GPUs", more,
			    bound_resource(l->bound));
	else
		finding_say(f->needs, "%.3g times the %s of these GPUs, or "
			    "%.3g tokens a step instead of %.3g", more,
			    bound_resource(l->bound), more * l->light_tokens,
			    l->light_tokens);
}

static void too_fast(const struct claim *c, const struct pace *p, double own,
		     struct finding *f)
{
	char said[HUMAN], least[HUMAN];

	if (c->metric == Q_TOK_S_USER)
		finding_say(f->reason, "%s are %.3g times the %s at which "
			    "the hardware can read and compute for one "
			    "request", claim_figure(c, said),
			    own / p->ms.value, quantity_say(Q_TOK_S_USER,
			    MS / own, least, sizeof(least)));
	else
		finding_say(f->reason, "A %s takes %.3g ms, less than the "
			    "%.3g ms in which the hardware can read and "
			    "compute it", p->noun, p->ms.value, own);
	pace_needs(c, own / p->ms.value, f);
}

static void unknown_software(const struct claim *c, const struct pace *p,
			     double known, struct finding *f)
{
	const char *where = c->gpus_taken > 0 ?
		"on any number of these GPUs" : "there";
	char said[HUMAN];

	if (c->metric == Q_TOK_S_USER)
		finding_say(f->reason, "%s are %.3g times the %.4g that any "
			    "known software reaches %s",
			    claim_figure(c, said), known / p->ms.value,
			    MS / known, where);
	else
		finding_say(f->reason, "A %s takes %.3g ms; no known software "
			    "gets below %.3g ms %s", p->noun, p->ms.value,
			    known, where);
	finding_say(f->needs, "software that is %.3g times as fast as any "
		    "known here, or so many times the tokens a step",
		    known / p->ms.value);
}

/* Of one request: tok_s_user or tpot_ms; and step_ms. */
bool rule_decode(const struct claim *c, struct finding *f)
{
	const struct ceiling *l = &c->limits->user;
	struct pace p;
	double own, known;

	if (!c->limits->timed || !pace_of(c, &p))
		return false;
	own = MS / l->sol * step_tokens(&p, l->light_tokens);
	known = MS / l->most * step_tokens(&p, l->tokens);
	f->by = l;
	f->side = p.time ? SIDE_ABOVE : SIDE_BELOW;
	f->at = in_unit(&p, own);
	finding_say(f->arithmetic, "a %s takes %.3g ms; %.3g ms predicted%s; "
		    "%.3g ms at the speed of light: %s%s", p.noun, p.ms.value,
		    l->step_s / l->tokens * step_tokens(&p, l->tokens) * MS,
		    l->light_tokens > 1 && l->tokens <= 1 ?
		    " without drafts" : "", own, l->setting,
		    c->limits->open_batch ? ", the fewest there can be" : "");
	finding_say(f->limit, "%s: %.3g ms a %s", bound_name(l->bound),
		    own, p.noun);
	if (standing_of(c, &p.ms, own, SIDE_ABOVE) == STANDS_BEYOND &&
	    !(c->gpus_taken > 0)) {
		too_fast(c, &p, own, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (standing_of(c, &p.ms, known, SIDE_ABOVE) == STANDS_BEYOND) {
		unknown_software(c, &p, known, f);
		inside(l, &p, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (inside(l, &p, f))
		return finding_says(f, VERDICT_HOLDS, limits_sureness(c), "The "
				    "figure is what known software reaches "
				    "there: a %s in %.3g to %.3g ms", p.noun,
				    MS / l->high * step_tokens(&p, l->tokens),
				    MS / l->low * step_tokens(&p, l->tokens));
	if (standing_of(c, &p.ms, known, SIDE_ABOVE) == STANDS_AT)
		finding_say(f->reason, "The figure is at the limit of what "
			    "known software reaches, %.3g ms", known);
	else
		finding_say(f->reason, "%.3g ms a %s: the hardware needs %.3g "
			    "ms at least, the best known software %.3g ms",
			    p.ms.value, p.noun, own, known);
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}
