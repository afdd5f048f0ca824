#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "words/tolerance.h"

#define ENOUGH 100.0		/* math: 1 / (1 - 0.99) */

static bool is_throughput(enum quantity q)
{
	return q == Q_TPM || q == Q_TOK_S_TOTAL || q == Q_TOK_S_GPU ||
	       q == Q_REQUESTS_PER_S;
}

/* What the claim says itself, as its figure or beside it. */
static const struct amount *own(const struct claim *c, enum quantity q)
{
	return c->metric == q ? &c->value : &c->stated.of[q];
}

/* A request's seconds by the columns of its own row. */
static double request_s(const struct claim *c)
{
	const struct amount *e2e = own(c, Q_E2E_MS), *osl = own(c, Q_OSL);
	const struct amount *ttft = own(c, Q_TTFT_MS);
	const struct amount *user = own(c, Q_TOK_S_USER);

	if (e2e->known && osl->known)
		return e2e->value / MS;
	if (!ttft->known || !user->known || !osl->known)
		return (double)NAN;
	return ttft->value / MS + (osl->value - 1) / user->value;
}

/* Share by which digits leave a closed loop open. */
static double doubt(const struct claim *c, const struct amount *total)
{
	const struct amount *of = c->stated.of;
	const struct amount *time = of[Q_E2E_MS].known ? &of[Q_E2E_MS] :
				    &of[Q_TOK_S_USER];

	return (total->high - total->low) / total->value / 2 +
		(time->high - time->low) / time->value / 2;
}

/* Not what follows from the number of clients itself. */
static const struct amount *throughput(const struct claim *c)
{
	const struct entry *e = account_of(&c->rest, Q_TOK_S_TOTAL);

	if (c->metric != Q_CONCURRENCY)
		return claim_has(c, Q_TOK_S_TOTAL);
	return e->amount.known && !e->product ? &e->amount : NULL;
}

/* ---- what a rate of one request is of ---- */

/* Is the total so many requests at their rate, wait or not? */
static bool closes(const struct claim *c)
{
	const struct amount *total = claim_has(c, Q_TOK_S_TOTAL);
	const struct amount *n = claim_has(c, Q_CONCURRENCY);
	const struct amount *user = own(c, Q_TOK_S_USER);

	return total && n && user->known &&
	       fabs(total->value / (n->value * user->value) - 1) <=
	       doubt(c, total) + TOLERANCE_COLUMN;
}

/*
 * A rate that the total is a product of may be the total over the requests,
 * waits and all. It is the pace behind the first token where that is stated,
 * or where row after row of a table closes.
 */
static bool is_pace(const struct claims *all, const struct claim *c)
{
	const struct amount *tpot = &c->stated.of[Q_TPOT_MS];
	const struct amount *user = &c->stated.of[Q_TOK_S_USER];
	const int rows = 3;		/* size: of a table, no chance */
	struct amount own = *tpot;
	int nr = 0;

	if (tpot->known && tpot->low > 0) {
		own.value = MS / tpot->value;
		own.low = MS / tpot->high;
		own.high = MS / tpot->low;
		return amounts_meet(&own, user);
	}
	if (c->stated.of[Q_STEP_MS].known || !*c->source)
		return false;
	for (int j = c->first; j >= 0 && nr < rows; j = all->claim[j].next) {
		const struct claim *x = &all->claim[j];

		nr += x->system_nr == c->system_nr &&
		      x->stated.of[Q_TTFT_MS].known && closes(x);
	}
	return nr >= rows;
}

bool rule_product(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *total = claim_has(c, Q_TOK_S_TOTAL);
	const struct amount *n = claim_has(c, Q_CONCURRENCY);
	double user = c->stated.of[Q_TOK_S_USER].value, loop, product;

	assert(!c->malformed);
	if (!is_throughput(c->metric) || !total || !n ||
	    isnan(request_s(c)) || !c->stated.of[Q_TTFT_MS].known ||
	    !c->stated.of[Q_TOK_S_USER].known || !closes(c) ||
	    !is_pace(all, c))
		return false;
	product = n->value * user * MIN_S;
	loop = n->value * c->stated.of[Q_OSL].value / request_s(c) *
		MIN_S;
	if (total->value * MIN_S < loop * (1 + doubt(c, total)))
		return false;
	f->side = SIDE_BELOW;
	f->at = c->value.value * loop / (total->value * MIN_S);
	finding_say(f->arithmetic, "%.4g x %.4g tok/s x 60 = %.0f tok/min, "
		    "and %.0f are claimed; with a TTFT of %.4g ms a request "
		    "takes %.2f s: %.0f tok/min", n->value, user, product,
		    total->value * MIN_S,
		    c->stated.of[Q_TTFT_MS].value,
		    request_s(c), loop);
	finding_say(f->limit, "closed loop: %.0f tok/min", loop);
	finding_say(f->needs, "tpm = %.0f, or a TTFT of 0", loop);
	return inconsistent(f, HIGH, "The figure is the product of two columns "
			    "of its row and leaves out the wait for the first "
			    "token; a clock would have shown less");
}

/* So many a second, each so long: in flight at once. */
static bool by_requests(const struct claim *c, struct finding *f)
{
	const struct amount *rate = claim_has(c, Q_REQUESTS_PER_S);
	const struct amount *e2e = claim_has(c, Q_E2E_MS);
	const struct amount *n = claim_has(c, Q_CONCURRENCY);
	double flight, slack;

	if ((c->metric != Q_E2E_MS && c->metric != Q_REQUESTS_PER_S &&
	     c->metric != Q_CONCURRENCY) || !rate || !e2e || !n ||
	    c->stated.of[Q_OSL].known)
		return false;
	flight = rate->value * e2e->value / MS;
	slack = (rate->high - rate->low) / rate->value / 2 +
		(e2e->high - e2e->low) / e2e->value / 2;
	finding_say(f->arithmetic, "%.4g requests/s x %.4g s = %.4g in flight, "
		    "of %.4g", rate->value, e2e->value / MS, flight,
		    n->value);
	finding_say(f->limit, "Little's law: %.4g requests in flight",
		    n->value);
	if (flight <= n->value * (1 + slack))
		return plausible(f, HIGH, "Requests a second, their time and "
				 "their number go together");
	finding_say(f->needs, "concurrency of %.0f", ceil(flight));
	return inconsistent(f, HIGH, "At this rate and this time a request, "
			    "%.3g are served at once, and there are %.4g",
			    flight, n->value);
}

/*
 * So many requests, each so soon done, make many times the total: most of them
 * are not there, or one of the figures is of something else. Who only says how
 * many users there are does not say that all of them wait for an answer.
 */
static bool idles(const struct claim *c, double flight, struct finding *f)
{
	const struct amount *total = claim_has(c, Q_TOK_S_TOTAL);
	double n = claim_has(c, Q_CONCURRENCY)->value;

	if (c->metric == Q_CONCURRENCY ||
	    flight >= n * c->limits->granted->busy)
		return false;
	f->side = SIDE_EQUAL;
	f->at = 0;
	finding_say(f->reason, "At this speed and this time a request, the "
		    "total is that of %.3g requests at once, and %.4g are "
		    "said to be served", flight, n);
	finding_say(f->needs, "%.4g tok/s in all, or a longer wait for the "
		    "first token", total->value * n / flight);
	return finding_is(f, c->said ? VERDICT_UNKNOWN : VERDICT_INCONSISTENT,
			  CONFIDENCE_MEDIUM);
}

/* A figure of one request, that the total is made of. */
static bool is_of_one(enum quantity q)
{
	return q == Q_TOK_S_USER || q == Q_TTFT_MS || q == Q_E2E_MS;
}

bool rule_little(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *total = throughput(c);
	const struct amount *n = claim_has(c, Q_CONCURRENCY);
	double e2e = request_s(c), flight;

	assert(!c->malformed);
	if (by_requests(c, f))
		return true;
	if ((!is_throughput(c->metric) && c->metric != Q_CONCURRENCY &&
	     !is_of_one(c->metric)) || !total || !n || isnan(e2e))
		return false;
	flight = total->value * e2e / c->stated.of[Q_OSL].value;
	f->side = c->metric == Q_CONCURRENCY ? SIDE_ABOVE : SIDE_BELOW;
	f->at = c->metric == Q_CONCURRENCY ? flight :
		c->value.value * n->value / flight;
	finding_say(f->arithmetic, "%.6g tok/s x %.2f s / %.4g tok = %.2f "
		    "requests in flight, of %.4g", total->value, e2e,
		    c->stated.of[Q_OSL].value, flight, n->value);
	finding_say(f->limit, "Little's law: %.4g requests in flight",
		    n->value);
	if (idles(c, flight, f) || is_of_one(c->metric))
		return f->verdict > VERDICT_HOLDS;
	if (flight <= n->value * (1 + doubt(c, total)))
		return plausible(f, HIGH, "Throughput, latency and the number "
				 "of clients go together");
	if (!c->stated.of[Q_E2E_MS].known && closes(c) && !is_pace(all, c))
		return plausible(f, LOW, "The total is the rate of a request "
				 "times their number, its wait for the first "
				 "token in it: so a rate of a request is often "
				 "given");
	finding_say(f->needs, "concurrency of %.0f, or %.4g tok/s in all",
		    ceil(flight), total->value * n->value / flight);
	return inconsistent(f, HIGH, "At this speed and this time a request, "
			    "%.1f requests are served at once, and there are "
			    "%.4g", flight, n->value);
}

bool rule_quantum(const struct claim *c, struct finding *f)
{
	const struct amount *of = c->stated.of;
	double wave, waves, off;

	if (c->metric != Q_TPM || !of[Q_WINDOW_S].known ||
	    !of[Q_TOGETHER].known || !of[Q_OSL].known)
		return false;
	wave = of[Q_TOGETHER].value * of[Q_OSL].value * MIN_S /
		of[Q_WINDOW_S].value;
	waves = c->value.value / wave;
	off = fabs(waves - round(waves)) * wave;
	finding_say(f->arithmetic, "a wave of %.4g requests of %.4g tokens "
		    "in %.4g s is %.6g tok/min; the figure is %.2f waves",
		    of[Q_TOGETHER].value, of[Q_OSL].value,
		    of[Q_WINDOW_S].value, wave, waves);
	finding_say(f->limit, "whole waves of %.6g tok/min", wave);
	if (off <= c->value.high - c->value.value)
		return plausible(f, MEDIUM, "The figure is a whole number of "
				 "waves, as the script prints");
	finding_say(f->needs, "%.0f or %.0f tok/min, or another script",
		    floor(waves) * wave, ceil(waves) * wave);
	return inconsistent(f, MEDIUM, "The published script can only print "
			    "whole waves; this is %.2f of them", waves);
}

/* Whole waves in the window, each as long as a request. */
static double samples(const struct claim *c)
{
	const struct amount *of = c->stated.of;

	if (of[Q_SAMPLES].known)
		return of[Q_SAMPLES].value;
	if (!of[Q_WINDOW_S].known || !of[Q_TOGETHER].known ||
	    isnan(request_s(c)))
		return (double)NAN;
	return of[Q_TOGETHER].value *
		ceil(of[Q_WINDOW_S].value / request_s(c));
}

bool rule_samples(const struct claim *c, struct finding *f)
{
	double n = samples(c);

	if (c->metric != Q_TTFT_P99_MS || isnan(n))
		return false;
	finding_say(f->limit, "1 / (1 - 0.99) = 100 requests");
	if (c->stated.of[Q_SAMPLES].known)
		finding_say(f->arithmetic, "%.0f samples", n);
	else
		finding_say(f->arithmetic, "%.4g s / %.2f s a request, "
			    "%.4g at a time: %.0f samples",
			    c->stated.of[Q_WINDOW_S].value, request_s(c),
			    c->stated.of[Q_TOGETHER].value, n);
	if (n >= ENOUGH)
		return plausible(f, MEDIUM, "There are enough requests for a "
				 "99th percentile");
	finding_say(f->needs, "100 requests or more, or a request-level run");
	return unknown(f, MEDIUM, "%.0f requests have no 99th percentile: the "
		       "figure is the slowest of them", n);
}

bool rule_sla(const struct claim *c, struct finding *f)
{
	const struct amount *sla = &c->stated.of[Q_SLA_TTFT_P99_MS];
	const struct amount *p99 = &account_of(&c->all, Q_TTFT_P99_MS)->amount;

	if (!sla->known || !p99->known)
		return false;
	finding_say(f->arithmetic, "ttft_p99_ms %.4g, promised %.4g",
		    p99->value, sla->value);
	finding_say(f->limit, "the promise: %.4g ms for 99 of 100 requests",
		    sla->value);
	if (p99->low <= sla->value)
		return plausible(f, HIGH, "The promised latency is kept at "
				 "this load");
	finding_say(f->needs, "a load at which ttft_p99_ms is %.4g or less",
		    sla->value);
	return inconsistent(f, HIGH, "At this load the source's own latency "
			    "promise is broken, so the throughput does not "
			    "count");
}

bool rule_admission(const struct claim *c, struct finding *f)
{
	const struct amount *of = c->stated.of;
	const struct amount *e2e = claim_has(c, Q_E2E_MS);
	double flight;

	if (c->metric != Q_CONCURRENCY || !of[Q_REFILL_TOK_S].known ||
	    !of[Q_CHARGE_TOK].known || !e2e)
		return false;
	flight = of[Q_REFILL_TOK_S].value / of[Q_CHARGE_TOK].value *
		e2e->value / MS;
	finding_say(f->arithmetic, "%.6g tok/s / %.4g tok a request x %.3g s "
		    "= %.3g requests in flight", of[Q_REFILL_TOK_S].value,
		    of[Q_CHARGE_TOK].value, e2e->value / MS, flight);
	f->side = SIDE_BELOW;
	f->at = flight;
	finding_say(f->limit, "the rate limiter: %.3g requests", flight);
	if (c->value.low <= flight)
		return plausible(f, HIGH, "The rate limiter lets this many in");
	finding_say(f->needs, "refill_tok_s of %.4g",
		    of[Q_REFILL_TOK_S].value * c->value.value / flight);
	return inconsistent(f, HIGH, "The server's own rate limiter admits "
			    "about %.0f requests at a time, not %.4g", flight,
			    c->value.value);
}

bool rule_prompt(const struct claim *c, struct finding *f)
{
	const struct amount *chars = &c->stated.of[Q_PROMPT_CHARS];
	double least = c->limits->granted->chars_token, ratio;

	if (c->metric != Q_ISL || !chars->known)
		return false;
	ratio = chars->value / c->value.value;
	finding_say(f->arithmetic, "%.0f characters / %.0f tokens = %.2f "
		    "characters a token", chars->value, c->value.value,
		    ratio);
	finding_say(f->limit, "English text: 4 to 7 characters a token");
	if (ratio >= least)
		return plausible(f, MEDIUM, "The text is long enough for that "
				 "many tokens");
	finding_say(f->needs, "a prompt of %.0f characters or more",
		    2 * least * c->value.value);
	return inconsistent(f, HIGH, "The text sent is too short for that many "
			    "tokens");
}
