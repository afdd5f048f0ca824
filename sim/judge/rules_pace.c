#include "judge/rule.h"

#include <math.h>
#include <stdio.h>

#define MS 1e3			/* units: ms of a second */
#define SHORTER 2.0	/* math: than by known kernels; none measured is
			   even as short as by them */

/* What a claim about one request's tokens is about, in its unit. */
struct pace {
	const char *noun;	/* a token, or a step */
	double tokens;		/* that it brings a sequence */
	double ms, low_ms, high_ms;	/* as claimed */
	bool time;		/* the metric is one */
};

static bool pace_of(const struct claim *c, struct pace *p)
{
	const struct amount *a = &c->all.amounts.of[Q_TPOT_MS];

	*p = (struct pace){ "token", 1, 0, 0, 0, c->metric != Q_TOK_S_USER };
	if (c->metric == Q_STEP_MS) {
		a = &c->value;
		p->noun = "step";
		p->tokens = c->limits.best.tokens_per_step;
	} else if (c->metric != Q_TOK_S_USER && c->metric != Q_TPOT_MS) {
		return false;
	}
	p->ms = a->value;
	p->low_ms = a->low;
	p->high_ms = a->high;
	return a->known && a->value > 0;
}

/* A token's or step's ms in the metric's unit. */
static double in_unit(const struct pace *p, double ms)
{
	return p->time ? ms : MS / ms;
}

/* The band of the stack named, for one request, in the metric's unit. */
static bool inside(const struct limits *l, const struct pace *p,
		   struct finding *f)
{
	double at = l->step_s / l->tokens * p->tokens * MS;
	double high = at * l->predicted / l->low;
	double low = at * l->predicted / l->high;

	f->low = in_unit(p, p->time ? low : high);
	f->high = in_unit(p, p->time ? high : low);
	return p->high_ms >= low && p->low_ms <= high;
}

static void pace_needs(const struct claim *c, double more, struct finding *f)
{
	double tokens = c->limits.best.tokens_per_step;

	if (c->metric == Q_STEP_MS)
		finding_say(f->needs, "%.3g times the %s of these GPUs", more,
			    bound_resource(c->limits.bound));
	else
		finding_say(f->needs, "%.3g times the %s of these GPUs, or "
			    "%.2f tokens a step instead of %.2f", more,
			    bound_resource(c->limits.bound), more * tokens,
			    tokens);
}

/* Of one request: tok_s_user or tpot_ms; and step_ms. */
bool rule_decode(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = &c->limits;
	struct pace p;
	double own, known;

	if (!l->timed || l->open_batch || !pace_of(c, &p))
		return false;
	own = MS / l->user_sol * p.tokens;
	known = MS / l->user_most * p.tokens;
	f->side = p.time ? SIDE_ABOVE : SIDE_BELOW;
	f->at = in_unit(&p, own);
	finding_say(f->arithmetic, "a %s takes %.2f ms; %.2f ms at the "
		    "speed of light, %.2f ms predicted; %s", p.noun, p.ms,
		    own, l->step_s / l->tokens * p.tokens * MS, l->setting);
	finding_say(f->limit, "%s: %.2f ms a %s", bound_name(l->bound),
		    own, p.noun);
	if (p.high_ms < own) {
		finding_say(f->reason, "A %s takes %.2f ms, less than the "
			    "%.2f ms in which the hardware can read and "
			    "compute it", p.noun, p.ms, own);
		pace_needs(c, own / p.ms, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (p.high_ms < known) {
		finding_say(f->reason, "A %s takes %.2f ms; no known "
			    "software gets below %.2f ms there", p.noun,
			    p.ms, known);
		finding_say(f->needs, "software that is %.3g times faster than "
			    "any known here", known / p.ms);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (inside(l, &p, f)) {
		finding_say(f->reason, "The figure is what known software "
			    "reaches there");
		return finding_is(f, VERDICT_HOLDS, limits_sureness(c));
	}
	finding_say(f->reason, "The hardware can read and compute a %s in "
		    "that time", p.noun);
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}

/* A prompt, and a token after the other: no queue, nothing shared. */
bool rule_request(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = &c->limits;
	double prompt = l->prompt_s * MS, more = c->scenario.osl - 1, least;

	if (c->metric != Q_E2E_MS || !l->timed || l->open_batch ||
	    !(more >= 0))
		return false;
	least = prompt + more * MS / l->user_sol;
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->arithmetic, "prompt %.4g ms + %.0f tokens x %.3g ms "
		    "= %.4g ms at the speed of light; %s", prompt, more,
		    MS / l->user_sol, least, l->setting);
	finding_say(f->limit, "a request: %.4g ms", least);
	if (c->value.high >= least) {
		finding_say(f->reason, "The hardware can serve a request in "
			    "that time; what it waits in a queue takes a "
			    "request-level run");
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_LOW);
	}
	finding_say(f->reason, "A whole request in %.4g ms is faster than the "
		    "%.4g ms in which the hardware can read and compute its "
		    "tokens", c->value.value, least);
	finding_say(f->needs, "answers of %.0f tokens",
		    fmax(0, floor(1 + (c->value.value - prompt) *
				  l->user_sol / MS)));
	return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
}

/* A time too short by as much: what shortens the prompts to it. */
static void cache_needs(const struct claim *c, double ms, struct finding *f)
{
	double share = c->value.value / ms;

	finding_say(f->needs, "%.0f %% of the prompt from a cache; or prompts "
		    "of %.0f tokens", units_percent(1 - share),
		    c->scenario.isl * share);
}

static void too_early(const struct claim *c, double least, struct finding *f)
{
	char cache[HUMAN * 2];

	finding_say(f->reason, "The first token comes after %.4g ms; the "
		    "prompts alone keep all GPUs busy for %.4g ms",
		    c->value.value, least);
	cache_needs(c, least, f);
	snprintf(cache, sizeof(cache), "%.90s", f->needs);
	finding_say(f->needs, "%.0f GPUs at their peak; or %s",
		    ceil(c->scenario.gpus * least / c->value.value), cache);
}

/*
 * All of `together` prompts are there at once and GPUs are shared: the last
 * is done after all of them, the mean after (n + 1) / 2 at best, since first
 * come first served has the least mean.
 */
bool rule_prefill(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *of = c->stated.of;
	const struct amount *t = &of[Q_TOGETHER];
	bool mean = c->metric == Q_TTFT_MS;
	double n = t->known ? t->value : 1, each, least, known;
	char many[96] = "";	/* size: two figures in words */

	if ((!mean && c->metric != Q_TTFT_P99_MS) || !c->limits.sound ||
	    !(c->limits.prompt_s > 0))
		return false;
	each = c->limits.prompt_s * MS;
	known = c->limits.ttft_s * MS;
	least = each * (mean ? (n + 1) / 2 : n);
	f->side = SIDE_ABOVE;
	f->at = least;
	if (n > 1)
		snprintf(many, sizeof(many), "; %.0f prompts at once: %.4g "
			 "ms for the %s", n, least, mean ? "mean" : "last");
	finding_say(f->arithmetic, "%.0f prompt tokens take %.4g ms at the "
		    "peak of %.0f GPUs%s; known kernels take %.4g ms for one "
		    "alone", c->scenario.isl, each, c->scenario.gpus, many,
		    known);
	finding_say(f->limit, "prefill floor: %.4g ms", least);
	if (c->value.high < least) {
		too_early(c, least, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (c->value.high < known / SHORTER) {
		finding_say(f->reason, "The first token comes after %.4g ms; "
			    "known software takes %.4g ms for such a prompt, "
			    "with nothing else to do", c->value.value, known);
		cache_needs(c, known, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	finding_say(f->reason, "The prompt can be computed in that time "
		    "(%.0f %% of the peak)",
		    units_percent(least / c->value.value));
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}
