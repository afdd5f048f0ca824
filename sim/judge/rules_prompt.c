#include "judge/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define MS 1e3			/* units: ms of a second */
#define BUSIEST 0.75	/* math: of the peak; prompts were measured at 15 to 30
			   % of it (DeepSeek's day 6, SGLang on H100), GEMMs
			   alone at up to 85 */
#define SHORTER 2.0	/* math: than by known kernels; none measured is
			   even as short as by them */

/* The share of a prompt that no cache held. */
static double computed(const struct claim *c)
{
	const struct amount *hit = &c->stated.of[Q_CACHE_HIT];
	const double some = 0.01;	/* math: the last token is computed */

	return hit->known ? fmax(some, 1 - hit->high) : 1;
}

/* A prompt, and a token after the other: no queue, nothing shared. */
bool rule_request(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = c->limits;
	double prompt = l->prompt_s * MS * computed(c);
	double more = c->scenario.osl - 1, least;

	assert(!c->malformed && !(prompt < 0));
	if (c->metric != Q_E2E_MS || !l->timed || !(more >= 0))
		return false;
	least = prompt + more * MS / l->user.sol;
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->arithmetic, "prompt %.4g ms + %.0f tokens x %.3g ms "
		    "= %.4g ms at the speed of light; %s", prompt, more,
		    MS / l->user.sol, least, l->user.setting);
	finding_say(f->limit, "a request: %.4g ms", least);
	if (standing_of(&c->value, least, SIDE_ABOVE) != STANDS_BEYOND) {
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
				  l->user.sol / MS)));
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
		    ceil(claim_gpus(c) * least / c->value.value), cache);
}

/* Of n first tokens the one that this percentile waits for, from 1. */
static double waited_for(enum quantity q, double n)
{
	switch (q) {
	case Q_TTFT_MS:
		return (n + 1) / 2;
	case Q_TTFT_P50_MS:
		return ceil(n / 2);
	case Q_TTFT_P90_MS:
		return ceil(0.9 * n);	/* math: of a hundred, ninety */
	case Q_TTFT_P95_MS:
		return ceil(0.95 * n);	/* math: likewise */
	default:
		return n;
	}
}

static bool is_first_token(enum quantity q)
{
	return q == Q_TTFT_MS || (q >= Q_TTFT_P50_MS && q <= Q_TTFT_P99_MS);
}

static void prefill_line(const struct claim *c, double each, double n,
			 struct finding *f)
{
	char many[96] = "";	/* size: two figures in words */
	double least = each * waited_for(c->metric, n);

	if (n > 1)
		snprintf(many, sizeof(many), "; %.0f prompts at once: %.4g "
			 "ms for the %s", n, least, c->metric == Q_TTFT_MS ?
			 "mean" : c->metric == Q_TTFT_P99_MS ? "last" :
			 "percentile");
	finding_say(f->arithmetic, "%.0f prompt tokens take %.4g ms at the "
		    "peak of %.0f GPU%s%s; known kernels take %.4g ms for "
		    "one alone", c->scenario.isl, each, claim_gpus(c),
		    claim_gpus(c) > 1 ? "s" : "", many,
		    c->limits->ttft_s * MS);
	finding_say(f->limit, "prefill floor: %.4g ms", least);
}

/*
 * All of `together` prompts are there at once and GPUs are shared: the last
 * is done after all of them, the mean after (n + 1) / 2 at best, since first
 * come first served has the least mean.
 */
bool rule_prefill(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *t = &c->stated.of[Q_TOGETHER];
	double n = t->known ? t->value : 1, each, least, known;

	assert(!c->malformed);
	if (!is_first_token(c->metric) || !c->limits->sound ||
	    !(c->limits->prompt_s > 0))
		return false;
	each = c->limits->prompt_s * MS * computed(c);
	known = c->limits->ttft_s * MS * computed(c);
	least = each * waited_for(c->metric, n);
	f->side = SIDE_ABOVE;
	f->at = least;
	prefill_line(c, each, n, f);
	if (standing_of(&c->value, least, SIDE_ABOVE) == STANDS_BEYOND) {
		too_early(c, least, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (c->value.high * BUSIEST < least) {
		finding_say(f->reason, "The first token comes after %.4g ms: "
			    "that asks for %.0f %% of the peak of all GPUs, "
			    "and no known software keeps prompts above "
			    "%.0f %%",
			    c->value.value,
			    units_percent(least / c->value.value),
			    units_percent(BUSIEST));
		cache_needs(c, least / BUSIEST, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
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

/* Whose prompts are computed in the GPUs named: decoding says nothing of it. */
static bool is_input(enum quantity q)
{
	return q == Q_IN_TOK_S_GPU || q == Q_IN_TOK_S_TOTAL ||
	       q == Q_IN_TOK_S_NODE;
}

/* Prompt tokens a second and GPU, those of the peak. */
bool rule_input(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *a = claim_has(c, Q_IN_TOK_S_GPU);
	double most, hit = c->stated.of[Q_CACHE_HIT].value;

	assert(!c->malformed);
	if (!a || !c->all.from_metric[Q_IN_TOK_S_GPU] ||
	    !is_input(c->metric) || !(c->limits->prompt_s > 0))
		return false;
	most = c->scenario.isl / c->limits->prompt_s / claim_gpus(c) /
	       computed(c);
	f->side = SIDE_BELOW;
	f->at = c->value.value * most / a->value;
	finding_say(f->arithmetic, "prompts of %.0f tokens: %.4g tok/s a GPU "
		    "at its peak, %.4g are claimed", c->scenario.isl, most,
		    a->value);
	finding_say(f->limit, "compute: %.4g prompt tok/s a GPU", most);
	if (a->low > most * BUSIEST && standing_of(a, most, SIDE_BELOW) !=
	    STANDS_BEYOND) {
		finding_say(f->reason, "%.4g prompt tokens a second and GPU "
			    "are %.0f %% of what its peak computes; no known "
			    "software keeps prompts above %.0f %%", a->value,
			    units_percent(a->value / most),
			    units_percent(BUSIEST));
		finding_say(f->needs, "%.0f %% of the prompts from a cache",
			    units_percent(1 - (1 - hit) * most * BUSIEST /
					  a->value));
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (standing_of(a, most, SIDE_BELOW) != STANDS_BEYOND) {
		finding_say(f->reason, "The GPUs can compute that many prompt "
			    "tokens (%.0f %% of the peak)",
			    units_percent(a->value / most));
		return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
	}
	finding_say(f->reason, "%.4g prompt tokens a second and GPU are "
		    "%.3g times what its peak computes", a->value,
		    a->value / most);
	finding_say(f->needs, "%.0f %% of the prompts from a cache",
		    units_percent(1 - (1 - hit) * most / a->value));
	return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
}
