#include "claims/sums.h"

#include <assert.h>
#include <math.h>

#include "base/units.h"

#define PER_CENT 100.0			/* units: */

/* What follows by no product. */
static void put(struct known *k, enum quantity q, struct amount is)
{
	k->amounts.of[q] = is;
	k->by[q] = KNOWN_BY_SUM;
}

/* k a + b, the higher the lower where k is below 0. */
static struct amount linear(double times, const struct amount *a, double b)
{
	double low = times * (times < 0 ? a->high : a->low) + b;
	double high = times * (times < 0 ? a->low : a->high) + b;

	return amount_of(times * a->value + b, low, high);
}

static struct amount plus(const struct amount *a, const struct amount *b)
{
	return amount_of(a->value + b->value, a->low + b->low,
			 a->high + b->high);
}

/* A percentage is not a product. */
static void percent(struct known *k, enum quantity pct, struct amount left)
{
	if (k->amounts.of[pct].known)
		return;
	put(k, pct, linear(-PER_CENT, &left, PER_CENT));
	k->from_metric[pct] = k->from_metric[Q_COST_RATIO];
}

static void savings(struct known *k)
{
	const struct amount *of = k->amounts.of;

	if (of[Q_COST_RATIO].known) {
		percent(k, Q_SAVINGS_PCT, of[Q_COST_RATIO]);
	} else if (of[Q_SAVINGS_PCT].known &&
		   of[Q_SAVINGS_PCT].high < PER_CENT) {
		put(k, Q_COST_RATIO, linear(-1 / PER_CENT, &of[Q_SAVINGS_PCT],
					    1));
		k->from_metric[Q_COST_RATIO] = k->from_metric[Q_SAVINGS_PCT];
	}
	if (!of[Q_BEFORE].known || !of[Q_AFTER].known ||
	    !(of[Q_BEFORE].low > 0))
		return;
	percent(k, Q_CHANGE_PCT, amount_over(&of[Q_AFTER], &of[Q_BEFORE]));
	percent(k, Q_SAVINGS_PCT, amount_over(&of[Q_AFTER], &of[Q_BEFORE]));
}

/* Before and after, one over the other: how much more, how many times. */
static void changes(struct known *k)
{
	static const struct { enum quantity q, a, b; } all[] = {
		{ Q_INCREASE_PCT, Q_AFTER, Q_BEFORE },
		{ Q_INCREASE_PCT, Q_NUMERATOR, Q_DENOMINATOR },
		{ Q_SPEEDUP_X, Q_AFTER, Q_BEFORE },
		{ Q_CHEAPER_X, Q_BEFORE, Q_AFTER },
		{ Q_RATIO, Q_BEFORE, Q_AFTER }, { Q_PART, Q_AFTER, Q_BEFORE },
		{ Q_COST_RATIO, Q_AFTER, Q_BEFORE } };
	const struct amount *of = k->amounts.of;

	for (unsigned i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const struct amount *a = &of[all[i].a], *b = &of[all[i].b];
		struct amount is;

		if (of[all[i].q].known || !a->known || !b->known ||
		    !(b->low > 0))
			continue;
		is = amount_over(a, b);
		put(k, all[i].q, all[i].q == Q_INCREASE_PCT ?
		    linear(PER_CENT, &is, -PER_CENT) : is);
	}
}

/* Less b, into q, where that is not known. */
static void less(struct known *k, enum quantity q, enum quantity a,
		 enum quantity b)
{
	struct amount *of = k->amounts.of;

	if (!of[q].known && of[a].known && of[b].known)
		put(k, q, amount_of(of[a].value - of[b].value,
				    of[a].low - of[b].high,
				    of[a].high - of[b].low));
}

/* What is earned beside what is spent: over the one, over the other. */
static void margins(struct known *k)
{
	const struct amount *of = k->amounts.of;
	const struct amount *r = &of[Q_REVENUE_DAY], *c = &of[Q_USD_PER_DAY];
	const struct amount *m = &of[Q_MARKUP_PCT];
	struct amount up;

	if (!r->known && c->known && m->known)
		put(k, Q_REVENUE_DAY, amount_of(
			c->value * (1 + m->value / PER_CENT),
			c->low * (1 + m->low / PER_CENT),
			c->high * (1 + m->high / PER_CENT)));
	less(k, Q_PROFIT_DAY, Q_REVENUE_DAY, Q_USD_PER_DAY);
	less(k, Q_USD_PER_DAY, Q_REVENUE_DAY, Q_PROFIT_DAY);
	if (!r->known || !c->known || !(c->low > 0) || !(r->low > 0))
		return;
	percent(k, Q_MARGIN_PCT, amount_over(c, r));
	up = amount_over(r, c);
	if (!m->known)
		put(k, Q_MARKUP_PCT, linear(PER_CENT, &up, -PER_CENT));
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
		put(k, Q_ALL_TOK_S_TOTAL, plus(in, out));
		k->from_metric[Q_ALL_TOK_S_TOTAL] =
			k->from_metric[Q_IN_TOK_S_TOTAL] ||
			k->from_metric[Q_TOK_S_TOTAL];
		k->leans[Q_ALL_TOK_S_TOTAL] = sums_leaned(
			k->leans[Q_IN_TOK_S_TOTAL], k->leans[Q_TOK_S_TOTAL]);
		return;
	}
	if (!all->known || out->known || !of[Q_ISL].known || !(share > 0))
		return;
	put(k, Q_TOK_S_TOTAL, linear(share, all, 0));
	k->from_metric[Q_TOK_S_TOTAL] = k->from_metric[Q_ALL_TOK_S_TOTAL];
	k->leans[Q_TOK_S_TOTAL] = k->leans[Q_ALL_TOK_S_TOTAL];
}

/* A request takes its TTFT and then a TPOT for each further token. */
static void end_to_end(struct known *k)
{
	const struct amount *of = k->amounts.of;
	struct amount tokens;

	if (of[Q_E2E_MS].known || !of[Q_TPOT_MS].known ||
	    k->leans[Q_TPOT_MS] || !of[Q_TTFT_MS].known || !of[Q_OSL].known)
		return;
	tokens = linear(of[Q_OSL].value - 1, &of[Q_TPOT_MS], 0);
	put(k, Q_E2E_MS, plus(&of[Q_TTFT_MS], &tokens));
}

/* hit x a + (1 - hit) x b. */
static struct amount mixed(const struct amount *hit, const struct amount *a,
			   const struct amount *b)
{
	const double least = fmin(hit->low, 1), most = fmin(hit->high, 1);
	bool cheap = a->value < b->value;	/* the more hits, the less */
	double low = cheap ? most : least, high = cheap ? least : most;

	return amount_of(hit->value * a->value + (1 - hit->value) * b->value,
			 low * a->low + (1 - low) * b->low,
			 high * a->high + (1 - high) * b->high);
}

/* Prompts by what a cache has of them: of both, where neither is a list's. */
static void prompt_price(struct known *k)
{
	struct amount *of = k->amounts.of;

	if (of[Q_USD_PER_MTOK_IN].known || !of[Q_CACHE_HIT].known ||
	    !of[Q_USD_PER_MTOK_CACHED].known || !of[Q_USD_PER_MTOK_MISS].known)
		return;
	put(k, Q_USD_PER_MTOK_IN, mixed(&of[Q_CACHE_HIT],
		&of[Q_USD_PER_MTOK_CACHED], &of[Q_USD_PER_MTOK_MISS]));
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
	put(k, Q_USD_PER_REQUEST, amount_of(
		(of[Q_ISL].value * in.value + of[Q_OSL].value * out->value) /
			MILLION,
		(of[Q_ISL].low * in.low + of[Q_OSL].low * out->low) / MILLION,
		(of[Q_ISL].high * in.high + of[Q_OSL].high * out->high) /
			MILLION));
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
