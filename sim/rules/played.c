#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/band.h"
#include "limits/pool.h"
#include "rules/rule.h"

/* What a claim is about, of what a run tallies. */
static const struct seen {
	enum quantity q;
	enum serve_metric of;
	int at;			/* of serve_percents; -1: the mean, and the
				   median where that suits the claim */
} seens[] = {
	{ Q_TTFT_MS, SERVE_TTFT, -1 }, { Q_TTFT_P50_MS, SERVE_TTFT, 1 },
	{ Q_TTFT_P90_MS, SERVE_TTFT, 3 },	/* size: index */
	{ Q_TTFT_P95_MS, SERVE_TTFT, 4 },	/* size: index */
	{ Q_TTFT_P99_MS, SERVE_TTFT, 5 },	/* size: index */
	{ Q_TPOT_P90_MS, SERVE_TPOT, 3 },	/* size: index */
	{ Q_TPOT_P99_MS, SERVE_TPOT, 5 },	/* size: index */
	{ Q_E2E_MS, SERVE_E2E, -1 },
	{ Q_E2E_P90_MS, SERVE_E2E, 3 },		/* size: index */
	{ Q_E2E_P95_MS, SERVE_E2E, 4 },		/* size: index */
	{ Q_E2E_P99_MS, SERVE_E2E, 5 },		/* size: index */
};

static const struct seen *seen_of(enum quantity q)
{
	for (unsigned i = 0; i < sizeof(seens) / sizeof(*seens); i++)
		if (seens[i].q == q)
			return &seens[i];
	return NULL;
}

/* The least, or the most, that the tally allows for the figure, ms. */
static double tallied(const struct serve_tally *t, const struct seen *s,
		      bool most)
{
	const struct serve_dist *d = &t->of[s->of];

	if (s->at >= 0)
		return d->at[s->at] * MS;
	return (most ? fmax(d->mean, d->at[1]) : fmin(d->mean, d->at[1])) *
		MS;
}

/* ---- the load ---- */

/* The claim's own load generator; false: it states none. */
static bool load_of(const struct claim *c, struct played_spec *a)
{
	const struct amount *of = c->stated.of;
	const struct scenario *s = &c->scenario;

	memset(a, 0, sizeof(*a));
	a->limits = c->limits;
	if (of[Q_CACHE_HIT].known)
		a->hit = of[Q_CACHE_HIT].high;
	if (of[Q_SAMPLES].known)
		a->requests = (int)fmin(of[Q_SAMPLES].value, 1e4); /* size: */
	if (of[Q_TOGETHER].known) {
		a->how = PLAYED_WAVES;
		a->clients = of[Q_TOGETHER].value;
	} else if (s->concurrency >= 1) {
		a->how = PLAYED_CLOSED;
		a->clients = s->concurrency;
	} else if (of[Q_REQUESTS_PER_S].known) {
		a->how = PLAYED_OPEN;
		a->rate = of[Q_REQUESTS_PER_S].low;
		if (of[Q_WINDOW_S].known && a->requests == 0)
			a->requests = (int)fmin(a->rate *
				of[Q_WINDOW_S].value, 1e4); /* size: */
	}
	return a->clients >= 1 || a->rate > 0;
}

/* Prompts computed elsewhere, or a request without an end: nothing to play. */
static bool playable(const struct claim *c)
{
	const struct scenario *s = &c->scenario;

	return !(c->gpus_taken > 0) && c->limits->timed && c->limits->fits &&
	       !c->limits->lawless && s->isl >= 1 && s->osl >= 1 &&
	       isnan(s->batch) && strcmp(s->mode, "decode");
}

/* Tokens a second of all GPUs, or requests, in the unit of the metric. */
static bool flow_unit(const struct claim *c, double *in, double *out,
		      double *times)
{
	const double osl = c->scenario.osl, minute = 60;	/* units: s */

	*out = *times = 1;
	*in = 0;
	switch (c->metric) {
	case Q_ALL_TOK_S_GPU: case Q_ALL_TOK_S_TOTAL:
		*in = 1;
		break;
	case Q_TPM:
		*times = minute;
		break;
	case Q_REQUESTS_PER_S:
		*times = 1 / osl;
		break;
	case Q_TOK_S_TOTAL: case Q_TOK_S_GPU:
		break;
	default:
		return false;
	}
	if (c->metric == Q_TOK_S_GPU || c->metric == Q_ALL_TOK_S_GPU)
		*times = 1 / claim_gpus(c);
	return true;
}

bool rule_plays(const struct claim *c, struct played_spec *a)
{
	double in, out, times;
	bool flows = flow_unit(c, &in, &out, &times);

	assert(!c->malformed);
	return (flows || seen_of(c->metric)) && playable(c) &&
	       load_of(c, a) && !(flows && a->how == PLAYED_OPEN);
}

/* Of the ways, the one that suits the claim best. */
struct best {
	const struct played_way *way;
	double least, low, high;	/* ms: none does better; 80 % */
	bool few;			/* least is of fewer at a time */
};

/* Times the fastest run that a figure may be sooner. */
static double sooner(const struct claim *c, const struct seen *s)
{
	const struct granted *g = c->limits->granted;

	if (s->of != SERVE_TTFT)
		return g->faster;
	if (c->model->family != FAMILY_MLA)
		return g->sooner_sparse;
	return s->at > 1 ? g->sooner_high : g->sooner;
}

static void consider(struct best *b, const struct played_way *w,
		     const struct seen *s, const struct claim *c)
{
	const struct amount *a = &c->value;
	double low = tallied(&w->as_is, s, false);
	double high = tallied(&w->as_is, s, true);
	double least = fmin(low, tallied(&w->least, s, false));
	double wide = pow(low / least, w->share);
	bool inside;

	low /= wide;
	high *= wide;
	inside = a->high >= low && a->low <= high;
	least /= sooner(c, s);
	if (b->way && !inside && least >= b->least)
		return;
	if (b->way && inside && a->high >= b->low && a->low <= b->high)
		return;
	*b = (struct best){ w, least, low, high, false };
}

/*
 * A token's time says nothing of who waits at the door: an engine that runs
 * fewer at a time, as it may where no wait is stated, has the pace of few.
 */
static void of_few(const struct claim *c, const struct seen *s, struct best *b)
{
	const struct amount *of = c->stated.of;
	double few = MS / c->limits->user.most;

	if (s->of != SERVE_TPOT || of[Q_TTFT_MS].known || of[Q_E2E_MS].known ||
	    few >= b->least)
		return;
	b->least = few;
	b->few = true;
}

/* The rate as it was stated; where its digits allow less, that was played. */
static void rate_words(const struct claim *c, double played, char *out,
		       size_t size)
{
	const struct amount *said = &c->stated.of[Q_REQUESTS_PER_S];

	if (said->value > played)
		snprintf(out, size, "%.4g requests a second (%.4g, the least "
			 "that its digits allow)", said->value, played);
	else
		snprintf(out, size, "%.4g requests a second", played);
}

static void played_line(const struct claim *c, const struct played_spec *a,
			const struct best *b, struct finding *f)
{
	const struct serve_dist *t = &b->way->as_is.of[SERVE_TTFT];
	const struct serve_dist *o = &b->way->as_is.of[SERVE_TPOT];
	char load[96];		/* size: a load in words */

	if (a->how == PLAYED_OPEN)
		rate_words(c, a->rate, load, sizeof(load));
	else
		snprintf(load, sizeof(load), "%.0f client%s%s", a->clients,
			 a->clients > 1 ? "s" : "",
			 a->how == PLAYED_WAVES ? " in waves" : "");
	finding_say(f->arithmetic, "played: %d requests of %.0f and %.0f "
		    "tokens, %s; first token after %.0f ms in the mean, %.0f "
		    "median, %.0f P90, %.0f P99; %.3g ms a token (median); %s",
		    b->way->requests, c->scenario.isl, c->scenario.osl, load,
		    t->mean * MS, t->at[1] * MS, t->at[3] * MS, /* size: */
		    t->at[5] * MS /* size: index */, o->at[1] * MS,
		    b->way->setting);
}

/* ---- latencies ---- */

static bool too_soon(const struct claim *c, const struct best *b,
		     struct finding *f)
{
	char said[HUMAN], is[HUMAN];

	quantity_say(c->metric, b->least, is, sizeof(is));
	finding_say(f->needs, "steps %.3g times faster than any known here, "
		    "fewer requests at a time, or prompts from a cache",
		    b->least / c->value.value);
	return implausible(f, MEDIUM, "The claim says %s; under this load "
			   "known software, played request by request, needs "
			   "%s or more", claim_figure(c, said), is);
}

/* No further beyond than nine of ten versions of a stack are from another. */
static double edge(const struct claim *c)
{
	return exp(Z80 * c->limits->granted->versions);
}

static bool at_edge(struct finding *f, const char *edge)
{
	return plausible(f, LOW, "At the limit of what known software, played "
			 "request by request, shows under this load: %s", edge);
}

/*
 * Requests a second that known software cannot do more of: all in the largest
 * batch there is, or nothing but prompts.
 */
static double carried(const struct claim *c, const struct played_spec *a)
{
	const struct limits *l = c->limits;
	double decode = l->total.most * claim_gpus(c) / c->scenario.osl;

	if (!(l->prompt_s > 0))
		return decode;
	return fmin(decode, l->granted->prompt_peak / (l->prompt_s *
		    (1 - fmin(a->hit, 0.99))));	/* math: last token is new */
}

/* What is not contradicted, in words. */
static bool acquitted(const struct claim *c, const struct played_spec *a,
		      const struct best *b, struct finding *f)
{
	char low[HUMAN], high[HUMAN], least[HUMAN];
	bool over = a->how == PLAYED_OPEN && a->rate > carried(c, a);

	quantity_human(b->low, low, sizeof(low));
	quantity_say(c->metric, b->high, high, sizeof(high));
	quantity_say(c->metric, b->least, least, sizeof(least));
	if (over && c->value.high >= b->low)
		return plausible(f, LOW, "More requests come than the %.3g a "
				 "second that known software answers: each "
				 "waits longer than the one before; the first "
				 "%d wait %s to %s", carried(c, a),
				 b->way->requests, low, high);
	if (c->value.high >= b->low && c->value.low <= b->high)
		return holds(f, MEDIUM, "Under this load known software, "
			     "played request by request, shows %s to %s", low,
			     high);
	if (c->value.low > b->high)
		finding_say(f->reason, "Known software, played request by "
			    "request, is faster there: %s to %s", low, high);
	else
		finding_say(f->reason, "Known software, played request by "
			    "request, shows %s to %s under this load; %s "
			    "leaves room down to %s", low, high, b->few ?
			    "an engine that runs fewer while the others wait" :
			    "what such a run may be off by", least);
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
}

/* One load too many: what is not played is not contradicted by it. */
static bool not_played(struct finding *f)
{
	finding_say(f->needs, "this row in a file with fewer loads before it");
	return plausible(f, LOW, "Within the limits, but not played request by "
			 "request: only the first %d different loads of a file "
			 "are", POOL_PLAYS);
}

bool rule_played(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct seen *s = seen_of(c->metric);
	const struct played_run *p;
	struct played_spec a;
	struct best b = { .way = NULL };
	char low[HUMAN], high[HUMAN], least[HUMAN];

	assert(!c->malformed);
	if (!s || !rule_plays(c, &a))
		return false;
	p = pool_played(all->pool, &a);
	if (!p)
		return not_played(f);
	for (int k = 0; k < p->ways; k++)
		consider(&b, &p->way[k], s, c);
	if (!b.way)
		return false;
	of_few(c, s, &b);
	f->side = SIDE_ABOVE;
	f->at = b.least;
	f->low = b.low;
	f->high = b.high;
	played_line(c, &a, &b, f);
	quantity_human(b.low, low, sizeof(low));
	quantity_say(c->metric, b.high, high, sizeof(high));
	quantity_say(c->metric, b.least, least, sizeof(least));
	finding_say(f->limit, "as played: %s to %s; at least %s", low, high,
		    least);
	if (c->value.high >= b.least)
		return acquitted(c, &a, &b, f);
	return c->value.high * edge(c) >= b.least ?
	       at_edge(f, least) : too_soon(c, &b, f);
}

/* ---- throughput ---- */

/* From the first request to the last, or as if it went on like that. */
static double flow(const struct claim *c, const struct played_way *w,
		   const struct serve_tally *t, bool steady)
{
	double in, out, times, tok, s = t->s;

	flow_unit(c, &in, &out, &times);
	tok = in * t->prompt_tok + out * t->output_tok;
	if (steady)
		s = t->of[SERVE_E2E].mean * t->of[SERVE_E2E].nr *
			w->replicas / fmax(1, c->scenario.concurrency);
	return tok / s * w->replicas * times;
}

/* The way that suits the claim best, else the fastest. */
static void consider_flow(struct best *b, const struct played_way *w,
			  const struct claim *c)
{
	double one = flow(c, w, &w->as_is, false);
	double two = flow(c, w, &w->as_is, true);
	double low = fmin(one, two), high = fmax(one, two);
	double most = fmax(high, fmax(flow(c, w, &w->least, false),
				      flow(c, w, &w->least, true)));
	double wide = pow(most / high, w->share);
	bool inside;

	low /= wide;
	high *= wide;
	inside = c->value.high >= low && c->value.low <= high;
	if (b->way && !inside && high <= b->high)
		return;
	if (b->way && c->value.high >= b->low && c->value.low <= b->high)
		return;
	*b = (struct best){ w, most * c->limits->granted->faster, low, high,
			    false };
}

/* Are its prompts computed in the GPUs that it names? */
static bool is_whole(const struct claim *c)
{
	const struct amount *of = c->stated.of;

	return c->metric == Q_ALL_TOK_S_GPU || of[Q_TTFT_MS].known ||
	       c->metric == Q_ALL_TOK_S_TOTAL || of[Q_E2E_MS].known ||
	       of[Q_IN_TOK_S_TOTAL].known || of[Q_IN_TOK_S_GPU].known;
}

static bool flow_verdict(const struct claim *c, const struct best *b,
			 struct finding *f)
{
	char low[HUMAN], high[HUMAN], most[HUMAN], said[HUMAN];

	quantity_human(b->low, low, sizeof(low));
	quantity_say(c->metric, b->high, high, sizeof(high));
	quantity_say(c->metric, b->least, most, sizeof(most));
	finding_say(f->limit, "as played: %s to %s; at most %s", low, high,
		    most);
	if (c->value.low > b->least && is_whole(c) &&
	    c->value.low <= b->least * claim_with_prompts(c))
		return plausible(f, LOW, "As output alone known software makes "
				 "%s at most; with prompts counted, which the "
				 "claim does not say, %.3g times that", most,
				 claim_with_prompts(c));
	if (c->value.low > b->least && is_whole(c) && c->value.low <=
	    b->least * edge(c))
		return at_edge(f, most);
	if (c->value.low > b->least && is_whole(c)) {
		finding_say(f->needs, "steps %.3g times faster than any known "
			    "here, more requests at a time, or prompts "
			    "computed elsewhere", c->value.value / b->least);
		return implausible(f, MEDIUM, "The claim says %s; under this "
				   "load, its prompts in the same GPUs, known "
				   "software makes %s at most",
				   claim_figure(c, said), most);
	}
	if (c->value.high >= b->low && c->value.low <= b->high)
		return holds(f, MEDIUM, "Under this load known software, "
			     "played request by request with its prompts, "
			     "makes %s to %s", low, high);
	if (c->value.high < b->low)
		finding_say(f->reason, "Known software, played request by "
			    "request with its prompts, makes more there: %s to "
			    "%s", low, high);
	else
		finding_say(f->reason, "Known software, played request by "
			    "request, makes %s to %s where the same GPUs "
			    "compute the prompts; more takes others for them, "
			    "or better luck", low, high);
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
}

bool rule_loaded(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct played_run *p;
	struct played_spec a;
	struct best b = { .way = NULL };
	double in, out, times;

	assert(!c->malformed);
	if (!flow_unit(c, &in, &out, &times) || !rule_plays(c, &a))
		return false;
	p = pool_played(all->pool, &a);
	if (!p)
		return not_played(f);
	for (int k = 0; k < p->ways; k++)
		consider_flow(&b, &p->way[k], c);
	if (!b.way)
		return false;
	f->side = SIDE_BELOW;
	f->at = b.least;
	f->low = b.low;
	f->high = b.high;
	played_line(c, &a, &b, f);
	return flow_verdict(c, &b, f);
}
