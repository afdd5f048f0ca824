#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "words/tolerance.h"

/* The share of a prompt that no cache held. */
static double computed(const struct claim *c)
{
	const struct amount *hit = &c->stated.of[Q_CACHE_HIT];
	const double some = 0.01;	/* math: the last token is computed */

	return hit->known ? fmax(some, 1 - hit->high) : 1;
}

/* A prompt, and a token after the other: no queue, nothing shared. */
bool rule_request(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;
	double prompt = l->prompt_s * MS * computed(c);
	double more = c->scenario.osl - 1, least;
	bool any = c->gpus_taken > 0;	/* the best number of them */

	assert(!c->malformed && !(prompt < 0));
	if (c->metric < Q_E2E_MS || c->metric > Q_E2E_P99_MS || !l->timed ||
	    !(more >= 0))
		return false;
	least = any ? l->ttft_s * MS * computed(c) /
		l->granted->prompt_sooner +
		more * MS / l->user.most : prompt + more * MS / l->user.sol;
	f->by = &l->user;
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->arithmetic, "prompt %.4g ms + %.0f tokens x %.3g ms "
		    "= %.4g ms %s; %s", any ? l->ttft_s * MS : prompt, more,
		    MS / (any ? l->user.most : l->user.sol), least,
		    any ? "or half of the prompt's, by known software" :
		    "at the speed of light", l->user.setting);
	finding_say(f->limit, "a request: %.4g ms", least);
	if (standing_of(c, &c->value, least, SIDE_ABOVE) != STANDS_BEYOND)
		return plausible(f, LOW, "The hardware can serve a request in "
				 "that time; what it waits in a queue takes a "
				 "request-level run");
	finding_say(f->reason, "A whole request in %.4g ms is faster than the "
		    "%.4g ms in which %s", c->value.value, least, any ?
		    "known software serves it on any number of these GPUs" :
		    "the hardware can read and compute its tokens");
	finding_say(f->needs, "answers of %.0f tokens",
		    fmax(0, floor(1 + (c->value.value - prompt) *
				  (any ? l->user.most : l->user.sol) / MS)));
	return finding_is(f, any ? VERDICT_IMPLAUSIBLE : VERDICT_IMPOSSIBLE,
			  limits_sureness(c));
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
bool rule_prefill(const struct claim *c, struct finding *f)
{
	const struct amount *t = &c->stated.of[Q_TOGETHER];
	const struct granted *g = c->limits->granted;
	double n = t->known ? t->value : 1, each, least, known;

	if (!quantity_in(c->metric, Q_TTFT_MS,
					  Q_TTFT_P99_MS) || !c->limits->sound ||
	    !(c->limits->prompt_s > 0))
		return false;
	each = c->limits->prompt_s * MS * computed(c);
	known = c->limits->ttft_s * MS * computed(c);
	least = each * waited_for(c->metric, n);
	f->side = SIDE_ABOVE;
	f->at = least;
	prefill_line(c, each, n, f);
	if (standing_of(c, &c->value, least, SIDE_ABOVE) == STANDS_BEYOND &&
	    !(c->gpus_taken > 0)) {
		too_early(c, least, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (c->value.high * g->prompt_peak < least && !(c->gpus_taken > 0)) {
		finding_say(f->reason, "The first token comes after %.4g ms: "
			    "that asks for %.0f %% of the peak of all GPUs, "
			    "and no known software keeps prompts above "
			    "%.0f %%",
			    c->value.value,
			    units_percent(least / c->value.value),
			    units_percent(g->prompt_peak));
		cache_needs(c, least / g->prompt_peak, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (c->value.high < known / g->prompt_sooner) {
		finding_say(f->reason, "The first token comes after %.4g ms; "
			    "known software takes %.4g ms for such a prompt, "
			    "with nothing else to do", c->value.value, known);
		cache_needs(c, known, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	return finding_says(f, VERDICT_PLAUSIBLE, limits_sureness(c), "The "
			    "prompt can be computed in that time (%.0f %% of "
			    "the peak)", units_percent(least / c->value.value));
}

/*
 * Whose prompts are computed in the GPUs named: decoding says nothing of it.
 * Of prompts and answers together, where it is not said how many are which,
 * none is a token the quicker for being an answer's.
 */
static enum quantity input_of(const struct claim *c)
{
	bool open = isnan(c->scenario.isl) || isnan(c->scenario.osl);

	switch (c->metric) {
	case Q_IN_TOK_S_GPU: case Q_IN_TOK_S_TOTAL: case Q_IN_TOK_S_NODE:
		return Q_IN_TOK_S_GPU;
	case Q_ALL_TOK_S_GPU: case Q_ALL_TOK_S_TOTAL:
		return open ? Q_ALL_TOK_S_GPU : Q_NR;
	default:
		return Q_NR;
	}
}

/* Of prompts that a cache holds more are answered. */
static void input_needs(const struct claim *c, double share, struct finding *f)
{
	double hit = c->stated.of[Q_CACHE_HIT].value;

	finding_say(f->needs, "%.0f %% of the prompts from a cache",
		    units_percent(1 - (1 - hit) * share));
}

static bool input_verdict(const struct claim *c, const struct amount *a,
			  double most, struct finding *f)
{
	bool beyond = standing_of(c, a, most, SIDE_BELOW) == STANDS_BEYOND;
	double peak = c->limits->granted->prompt_peak;

	if (a->low > most * peak && !beyond) {
		finding_say(f->reason, "%.4g prompt tokens a second and GPU "
			    "are %.0f %% of what its peak computes; no known "
			    "software keeps prompts above %.0f %%", a->value,
			    units_percent(a->value / most),
			    units_percent(peak));
		input_needs(c, most * peak / a->value, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (!beyond)
		return finding_says(f, VERDICT_PLAUSIBLE, limits_sureness(c),
				    "The GPUs can compute that many prompt "
				    "tokens (%.0f %% of the peak)",
				    units_percent(a->value / most));
	finding_say(f->reason, "%.4g prompt tokens a second and GPU are "
		    "%.3g times what its peak computes", a->value,
		    a->value / most);
	input_needs(c, most / a->value, f);
	return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
}

/* A prompt over its first token is how fast it was computed. */
static bool by_first_token(const struct claim *c, struct finding *f)
{
	const struct amount *ttft = &c->stated.of[Q_TTFT_MS];
	double rate = c->scenario.isl * MS / ttft->value;

	if (c->metric != Q_IN_TOK_S_TOTAL || !ttft->known ||
	    c->scenario.concurrency > 1 ||
	    !(fabs(c->value.value / rate - 1) <= TOLERANCE_QUOTIENT))
		return false;
	finding_say(f->arithmetic, "%.0f tokens / %.4g s = %.4g tok/s",
		    c->scenario.isl, ttft->value / MS, rate);
	return holds(f, MEDIUM, "The prompt over the time to its first token "
		     "is that rate");
}

/* Prompt tokens a second and GPU, those of the peak. */
bool rule_input(const struct claim *c, struct finding *f)
{
	enum quantity q = input_of(c);
	const struct amount *a = q == Q_NR ? NULL : claim_has(c, q);
	double most;

	if (!a || !account_of(&c->all, q)->from_metric ||
	    !(c->limits->prompt_s > 0))
		return by_first_token(c, f);
	most = claim_isl(c) / c->limits->prompt_s / claim_gpus(c) /
	       computed(c);
	f->side = SIDE_BELOW;
	f->at = c->value.value * most / a->value;
	finding_say(f->arithmetic, "prompts of %.0f tokens: %.4g tok/s a GPU "
		    "at its peak, %.4g are claimed", claim_isl(c), most,
		    a->value);
	finding_say(f->limit, "compute: %.4g prompt tok/s a GPU", most);
	return input_verdict(c, a, most, f);
}

/* ---- requests, of nobody knows how many tokens ---- */

/* So many tokens of a request are known: its prompt, or that there is one. */
static double fewest(const struct claim *c)
{
	return c->scenario.isl >= 1 ? c->scenario.isl : 1;
}

static void requests_line(const struct claim *c, double tok, double most,
			  struct finding *f)
{
	finding_say(f->arithmetic, "%.0f GPUs compute %.4g tok/s at their "
		    "peak / %.0f token%s a request = %.4g requests/s",
		    claim_gpus(c), tok, fewest(c), fewest(c) > 1 ? "s" : "",
		    most);
	finding_say(f->limit, "compute: %.4g requests/s", most);
	finding_say(f->needs, "isl and osl, the tokens of its prompts and "
		    "answers");
}

/* A request takes no less than its prompt, or than one token. */
bool rule_requests(const struct claim *c, struct finding *f)
{
	const struct amount *rate = claim_has(c, Q_REQUESTS_PER_S);
	double tok, most;

	if (!claim_is_of_requests(c) || !rate || c->gpus_taken > 0 ||
	    claim_has(c, Q_TOK_S_TOTAL) || !(c->limits->prompt_s > 0))
		return false;
	tok = claim_isl(c) / c->limits->prompt_s / computed(c);
	most = tok / fewest(c);
	f->side = SIDE_BELOW;
	f->at = c->value.value * most / rate->value;
	requests_line(c, tok, most, f);
	if (standing_of(c, rate, most, SIDE_BELOW) == STANDS_BEYOND) {
		finding_say(f->reason, "%.4g requests a second are %.3g times "
			    "what the peak of all GPUs computes of %s",
			    rate->value, rate->value / most,
			    c->scenario.isl >= 1 ? "such prompts" :
			    "requests of one token");
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (c->scenario.isl >= 1)
		return plausible(f, LOW, "The GPUs can compute that many "
				 "prompts (%.3g %% of the peak); the claim "
				 "does not say how long the answers are",
				 units_percent(rate->value / most));
	return unknown(f, LOW, "The claim does not say how many tokens a "
		       "request has: of one token the GPUs compute %.4g a "
		       "second, of thousands a few", most);
}

/* ---- a total, of nobody knows how many GPUs ---- */

/* Tokens a second of all, and what known software does of them on a GPU. */
static const struct amount *total_of(const struct claim *c, double *each)
{
	enum quantity q = Q_TOK_S_TOTAL;
	const struct entry *e;

	*each = c->limits->total.most;
	if (input_of(c) != Q_NR) {
		q = c->metric;
		*each = c->limits->prompt_s > 0 ? claim_isl(c) *
			c->limits->granted->prompt_peak / c->limits->prompt_s /
			claim_gpus(c) / computed(c) : 0;
	}
	e = account_of(&c->all, q);
	return e->amount.known && e->from_metric && e->leans != LEANS_UP &&
	       e->leans != LEANS_BOTH ? &e->amount : NULL;
}

/* So many at a time, each at the pace of one. */
static bool of_users(const struct claim *c, const struct amount *a,
		     struct finding *f)
{
	const struct limits *l = c->limits;
	double users = c->scenario.concurrency;
	double most = fmax(l->user.most * users,
			   l->total.most * claim_gpus(c));
	char said[HUMAN];

	f->by = &l->user;
	f->side = SIDE_BELOW;
	f->at = c->value.value * most / a->value;
	finding_say(f->arithmetic, "%.5g tok/s / %.0f requests at a time = "
		    "%.4g tok/s each; known software reaches %.4g on %.0f "
		    "GPUs; %s", a->value, users, a->value / users,
		    most / users, claim_gpus(c), l->user.setting);
	finding_say(f->limit, "known software: %.5g tok/s", most);
	if (standing_of(c, a, most, SIDE_BELOW) == STANDS_BEYOND) {
		finding_say(f->needs, "%.0f requests at a time or more",
			    ceil(users * a->value / most));
		return implausible(f, MEDIUM, "The claim says %s; so many "
				   "requests at a time make %.5g tok/s at most "
				   "with known software, on any number of "
				   "these GPUs", claim_figure(c, said), most);
	}
	return plausible(f, LOW, "So many requests at a time make that with "
			 "GPUs enough; the claim does not say how many there "
			 "are");
}

/*
 * Any total takes but GPUs enough, of which there are so many; at the speed of
 * the best known software, it takes so many at least.
 */
bool rule_count(const struct claim *c, struct finding *f)
{
	const struct amount *a;
	double each, gpus, held, most = c->limits->granted->cluster;
	char said[HUMAN];

	if (!(c->gpus_taken > 0) || !c->limits->timed || !c->limits->fits ||
	    claim_has(c, Q_TOK_S_GPU) || claim_has(c, Q_IN_TOK_S_GPU) ||
	    claim_has(c, Q_ALL_TOK_S_GPU))
		return false;
	a = total_of(c, &each);
	if (!a || !(each > 0) || !(a->value > 0))
		return false;
	if (c->scenario.concurrency >= 1 && input_of(c) == Q_NR)
		return of_users(c, a, f);
	held = fmax(1, ceil(c->limits->gpus_needed));
	gpus = fmax(held, ceil(a->low / each));
	f->by = input_of(c) == Q_NR ? &c->limits->total : NULL;
	f->side = SIDE_BELOW;
	f->at = c->value.value * most * each / a->value;
	finding_say(f->arithmetic, "%.5g tok/s / %.5g tok/s a GPU, the most "
		    "of known software: %.0f GPUs; %.0f hold the model",
		    a->low, each, fmax(1, ceil(a->low / each)), held);
	finding_say(f->limit, "known software: %.5g tok/s a GPU", each);
	finding_say(f->needs, "%.0f of these GPUs or more", gpus);
	if (gpus > most)
		return implausible(f, MEDIUM, "The claim says %s; known "
				   "software needs %.0f GPUs for it, more than "
				   "any cluster has", claim_figure(c, said),
				   gpus);
	return plausible(f, LOW, "With known software %.0f of these GPUs or "
			 "more make that; the claim does not say how many "
			 "there are", gpus);
}
