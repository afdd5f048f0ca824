#include "claims/sums.h"

#include <assert.h>
#include <math.h>

#include "base/units.h"

#define PER_CENT 100.0			/* units: */

/* A percentage is not a product. */
static void percent(struct known *k, enum quantity pct, struct amount left)
{
	struct amount *a = &k->amounts.of[pct];

	if (a->known)
		return;
	*a = (struct amount){ true, PER_CENT * (1 - left.value),
		PER_CENT * (1 - left.high), PER_CENT * (1 - left.low),
		SAID_PLAIN };
	k->by[pct] = KNOWN_BY_SUM;
	k->from_metric[pct] = k->from_metric[Q_COST_RATIO];
}

static void not_saved(struct known *k)
{
	const struct amount *s = &k->amounts.of[Q_SAVINGS_PCT];

	k->amounts.of[Q_COST_RATIO] = (struct amount){ true,
		1 - s->value / PER_CENT, 1 - s->high / PER_CENT,
		1 - s->low / PER_CENT, SAID_PLAIN };
	k->by[Q_COST_RATIO] = KNOWN_BY_SUM;
	k->from_metric[Q_COST_RATIO] = k->from_metric[Q_SAVINGS_PCT];
}

static void savings(struct known *k)
{
	const struct amount *of = k->amounts.of;
	struct amount left, old;

	if (of[Q_COST_RATIO].known)
		percent(k, Q_SAVINGS_PCT, of[Q_COST_RATIO]);
	else if (of[Q_SAVINGS_PCT].known &&
		 of[Q_SAVINGS_PCT].high < PER_CENT)
		not_saved(k);
	if (!of[Q_BEFORE].known || !of[Q_AFTER].known)
		return;
	left = of[Q_AFTER];
	old = of[Q_BEFORE];
	if (!(old.low > 0))
		return;
	left.value /= old.value;
	left.low /= old.high;
	left.high /= old.low;
	percent(k, Q_CHANGE_PCT, left);
	percent(k, Q_SAVINGS_PCT, left);
}

/* a / b, times k, less `less` of it: b is above 0. */
static void quotient(struct known *k, enum quantity q, const struct amount *a,
		     const struct amount *b)
{
	bool change = q == Q_INCREASE_PCT;
	double less = change ? 1 : 0, times = change ? PER_CENT : 1;

	if (k->amounts.of[q].known || !a->known || !b->known ||
	    !(b->low > 0))
		return;
	k->amounts.of[q] = (struct amount){ true,
		times * (a->value / b->value - less),
		times * (a->low / b->high - less),
		times * (a->high / b->low - less), SAID_PLAIN };
	k->by[q] = KNOWN_BY_SUM;
}

/* Before and after, one over the other: how much more, how many times. */
static void changes(struct known *k)
{
	const struct amount *of = k->amounts.of;

	quotient(k, Q_INCREASE_PCT, &of[Q_AFTER], &of[Q_BEFORE]);
	quotient(k, Q_INCREASE_PCT, &of[Q_NUMERATOR], &of[Q_DENOMINATOR]);
	quotient(k, Q_SPEEDUP_X, &of[Q_AFTER], &of[Q_BEFORE]);
	quotient(k, Q_CHEAPER_X, &of[Q_BEFORE], &of[Q_AFTER]);
	quotient(k, Q_RATIO, &of[Q_BEFORE], &of[Q_AFTER]);
	quotient(k, Q_PART, &of[Q_AFTER], &of[Q_BEFORE]);
	quotient(k, Q_COST_RATIO, &of[Q_AFTER], &of[Q_BEFORE]);
}

static void revenue(struct known *k)
{
	struct amount *of = k->amounts.of, *r = &of[Q_REVENUE_DAY];
	const struct amount *c = &of[Q_USD_PER_DAY], *m = &of[Q_MARKUP_PCT];

	*r = (struct amount){ true, c->value * (1 + m->value / PER_CENT),
		c->low * (1 + m->low / PER_CENT),
		c->high * (1 + m->high / PER_CENT), SAID_PLAIN };
	k->by[Q_REVENUE_DAY] = KNOWN_BY_SUM;
}

/* Less b, into q, where that is not known. */
static void less(struct known *k, enum quantity q, enum quantity a,
		 enum quantity b)
{
	struct amount *of = k->amounts.of;

	if (of[q].known || !of[a].known || !of[b].known)
		return;
	of[q] = (struct amount){ true, of[a].value - of[b].value,
		of[a].low - of[b].high, of[a].high - of[b].low, SAID_PLAIN };
	k->by[q] = KNOWN_BY_SUM;
}

/* What is earned beside what is spent: over the one, over the other. */
static void margins(struct known *k)
{
	const struct amount *of = k->amounts.of;
	const struct amount *r = &of[Q_REVENUE_DAY], *c = &of[Q_USD_PER_DAY];

	if (!r->known && c->known && of[Q_MARKUP_PCT].known)
		revenue(k);
	less(k, Q_PROFIT_DAY, Q_REVENUE_DAY, Q_USD_PER_DAY);
	less(k, Q_USD_PER_DAY, Q_REVENUE_DAY, Q_PROFIT_DAY);
	if (!r->known || !c->known || !(c->low > 0) || !(r->low > 0))
		return;
	percent(k, Q_MARGIN_PCT, (struct amount){ true, c->value / r->value,
		c->low / r->high, c->high / r->low, SAID_PLAIN });
	if (of[Q_MARKUP_PCT].known)
		return;
	k->amounts.of[Q_MARKUP_PCT] = (struct amount){ true,
		PER_CENT * (r->value / c->value - 1),
		PER_CENT * (r->low / c->high - 1),
		PER_CENT * (r->high / c->low - 1), SAID_PLAIN };
	k->by[Q_MARKUP_PCT] = KNOWN_BY_SUM;
}

/* What a sum leans to, of two parts. */
enum leaning sums_leaned(enum leaning a, enum leaning b)
{
	if (a == LEANS_NOT || b == LEANS_NOT)
		return a == LEANS_NOT ? b : a;
	return a == b ? a : LEANS_BOTH;
}

/* Prompt and output tokens together. */
void sums_tokens(struct known *k)
{
	struct amount *of = k->amounts.of, *all = &of[Q_ALL_TOK_S_TOTAL];
	const struct amount *in = &of[Q_IN_TOK_S_TOTAL];
	const struct amount *out = &of[Q_TOK_S_TOTAL];
	double share = of[Q_OSL].value /
		(of[Q_OSL].value + of[Q_ISL].value);

	assert(k);
	if (!all->known && in->known && out->known) {
		*all = (struct amount){ true, in->value + out->value,
			in->low + out->low, in->high + out->high,
			SAID_PLAIN };
		k->by[Q_ALL_TOK_S_TOTAL] = KNOWN_BY_SUM;
		k->from_metric[Q_ALL_TOK_S_TOTAL] =
			k->from_metric[Q_IN_TOK_S_TOTAL] ||
			k->from_metric[Q_TOK_S_TOTAL];
		k->leans[Q_ALL_TOK_S_TOTAL] = sums_leaned(
			k->leans[Q_IN_TOK_S_TOTAL], k->leans[Q_TOK_S_TOTAL]);
		return;
	}
	if (!all->known || out->known || !of[Q_ISL].known || !(share > 0))
		return;
	of[Q_TOK_S_TOTAL] = (struct amount){ true, all->value * share,
		all->low * share, all->high * share, SAID_PLAIN };
	k->by[Q_TOK_S_TOTAL] = KNOWN_BY_SUM;
	k->from_metric[Q_TOK_S_TOTAL] = k->from_metric[Q_ALL_TOK_S_TOTAL];
	k->leans[Q_TOK_S_TOTAL] = k->leans[Q_ALL_TOK_S_TOTAL];
}

/* A request takes its TTFT and then a TPOT for each further token. */
static void end_to_end(struct known *k)
{
	struct amount *of = k->amounts.of, *e = &of[Q_E2E_MS];
	double more = of[Q_OSL].value - 1;

	if (e->known || !of[Q_TPOT_MS].known || k->leans[Q_TPOT_MS] ||
	    !of[Q_TTFT_MS].known || !of[Q_OSL].known)
		return;
	*e = (struct amount){ true,
		of[Q_TTFT_MS].value + more * of[Q_TPOT_MS].value,
		of[Q_TTFT_MS].low + more * of[Q_TPOT_MS].low,
		of[Q_TTFT_MS].high + more * of[Q_TPOT_MS].high, SAID_PLAIN };
	k->by[Q_E2E_MS] = KNOWN_BY_SUM;
}

/* hit x a + (1 - hit) x b. */
static struct amount mixed(const struct amount *hit, const struct amount *a,
			   const struct amount *b)
{
	const double least = fmin(hit->low, 1), most = fmin(hit->high, 1);
	bool cheap = a->value < b->value;	/* the more hits, the less */
	double low = cheap ? most : least, high = cheap ? least : most;

	return (struct amount){ true,
		hit->value * a->value + (1 - hit->value) * b->value,
		low * a->low + (1 - low) * b->low,
		high * a->high + (1 - high) * b->high, SAID_PLAIN };
}

/* Prompts by what a cache has of them: of both, where neither is a list's. */
static void prompt_price(struct known *k)
{
	struct amount *of = k->amounts.of;

	if (of[Q_USD_PER_MTOK_IN].known || !of[Q_CACHE_HIT].known ||
	    !of[Q_USD_PER_MTOK_CACHED].known || !of[Q_USD_PER_MTOK_MISS].known)
		return;
	of[Q_USD_PER_MTOK_IN] = mixed(&of[Q_CACHE_HIT],
		&of[Q_USD_PER_MTOK_CACHED], &of[Q_USD_PER_MTOK_MISS]);
	k->by[Q_USD_PER_MTOK_IN] = KNOWN_BY_SUM;
}

/* A list price for each direction, and for what a cache has of prompts. */
static void request_price(struct known *k)
{
	struct amount *of = k->amounts.of;
	struct amount in = of[Q_USD_PER_MTOK_IN];
	const struct amount *out = &of[Q_USD_PER_MTOK_OUT];

	if (of[Q_USD_PER_REQUEST].known || !of[Q_ISL].known ||
	    !of[Q_OSL].known || !in.known || !out->known)
		return;
	if (of[Q_CACHE_HIT].known && of[Q_USD_PER_MTOK_CACHED].known &&
	    !of[Q_USD_PER_MTOK_MISS].known)
		in = mixed(&of[Q_CACHE_HIT], &of[Q_USD_PER_MTOK_CACHED], &in);
	of[Q_USD_PER_REQUEST] = (struct amount){ true,
		(of[Q_ISL].value * in.value + of[Q_OSL].value * out->value) /
			MILLION,
		(of[Q_ISL].low * in.low + of[Q_OSL].low * out->low) / MILLION,
		(of[Q_ISL].high * in.high + of[Q_OSL].high * out->high) /
			MILLION, SAID_PLAIN };
	k->by[Q_USD_PER_REQUEST] = KNOWN_BY_SUM;
}

void sums_close(struct known *k)
{
	assert(k);
	end_to_end(k);
	savings(k);
	changes(k);
	margins(k);
	prompt_price(k);
	request_price(k);
}
