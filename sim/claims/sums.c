#include "claims/sums.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"

enum { TOKENS = 2 /* size: the first so many feed products */ };

const struct sum sums[] = {
	{ Q_ALL_TOK_S_TOTAL, "@ + @", { Q_IN_TOK_S_TOTAL, Q_TOK_S_TOTAL } },
	{ Q_TOK_S_TOTAL, "@ x @ / (@ + @)", { Q_ALL_TOK_S_TOTAL, Q_OSL, Q_OSL,
					      Q_ISL } },
	/* a request takes its TTFT and then a TPOT for each further token */
	{ Q_E2E_MS, "@ + (@ - 1) x @", { Q_TTFT_MS, Q_OSL, Q_TPOT_MS } },
	{ Q_SAVINGS_PCT, "100 x (1 - @)", { Q_COST_RATIO } },
	{ Q_COST_RATIO, "(1 - @ / 100)", { Q_SAVINGS_PCT } },
	{ Q_CHANGE_PCT, "100 x (1 - @ / @)", { Q_AFTER, Q_BEFORE } },
	{ Q_SAVINGS_PCT, "100 x (1 - @ / @)", { Q_AFTER, Q_BEFORE } },
	{ Q_INCREASE_PCT, "100 x (@ / @ - 1)", { Q_AFTER, Q_BEFORE } },
	{ Q_INCREASE_PCT, "100 x (@ / @ - 1)", { Q_NUMERATOR,
						 Q_DENOMINATOR } },
	{ Q_SPEEDUP_X, "@ / @", { Q_AFTER, Q_BEFORE } },
	{ Q_CHEAPER_X, "@ / @", { Q_BEFORE, Q_AFTER } },
	{ Q_RATIO, "@ / @", { Q_BEFORE, Q_AFTER } },
	{ Q_PART, "@ / @", { Q_AFTER, Q_BEFORE } },
	{ Q_COST_RATIO, "@ / @", { Q_AFTER, Q_BEFORE } },
	{ Q_REVENUE_DAY, "@ x (1 + @ / 100)", { Q_USD_PER_DAY,
						Q_MARKUP_PCT } },
	{ Q_PROFIT_DAY, "@ - @", { Q_REVENUE_DAY, Q_USD_PER_DAY } },
	{ Q_USD_PER_DAY, "@ - @", { Q_REVENUE_DAY, Q_PROFIT_DAY } },
	{ Q_MARGIN_PCT, "100 x (1 - @ / @)", { Q_USD_PER_DAY,
					       Q_REVENUE_DAY } },
	{ Q_MARKUP_PCT, "100 x (@ / @ - 1)", { Q_REVENUE_DAY,
					       Q_USD_PER_DAY } },
	/* a prompt by what a cache has of it: of both, where neither is a
	   list's */
	{ Q_USD_PER_MTOK_IN, "@ x @ + (1 - @) x @", { Q_CACHE_HIT,
		Q_USD_PER_MTOK_CACHED, Q_CACHE_HIT, Q_USD_PER_MTOK_MISS } },
	{ Q_USD_PER_REQUEST, "(@ x (@ x @ + (1 - @) x @) + @ x @) / million", {
		Q_ISL, Q_CACHE_HIT, Q_USD_PER_MTOK_CACHED, Q_CACHE_HIT,
		Q_USD_PER_MTOK_IN, Q_OSL, Q_USD_PER_MTOK_OUT } },
	{ Q_USD_PER_REQUEST, "(@ x @ + @ x @) / million", { Q_ISL,
		Q_USD_PER_MTOK_IN, Q_OSL, Q_USD_PER_MTOK_OUT } },
};

const int sums_nr = sizeof(sums) / sizeof(*sums);

int sum_terms(const struct sum *s)
{
	int nr = 0;

	for (const char *c = s->says; *c; c++)
		nr += *c == '@';
	assert(nr > 0);
	return nr;
}

/* ---- a formula, read ---- */

struct reading {
	const char *s;		/* what is left of it */
	const double *x;	/* what the next @ is */
	bool nothing;		/* something was divided by nothing */
};

static double added(struct reading *);

static double one(struct reading *r)
{
	static const char million[] = "million";
	double x;
	char *end;

	r->s += strspn(r->s, " ");
	if (*r->s == '@') {
		r->s++;
		return *r->x++;
	}
	if (*r->s == '(') {
		r->s++;
		x = added(r);
		r->s++;
		return x;
	}
	if (!strncmp(r->s, million, strlen(million))) {
		r->s += strlen(million);
		return MILLION;
	}
	x = strtod(r->s, &end);
	r->s = end;
	return x;
}

static double multiplied(struct reading *r)
{
	double x = one(r), y;

	while (*(r->s += strspn(r->s, " ")) == 'x' || *r->s == '/') {
		bool over = *r->s++ == '/';

		y = one(r);
		r->nothing |= over && !(y > 0);
		x = over ? x / y : x * y;
	}
	return x;
}

static double added(struct reading *r)
{
	double x = multiplied(r);

	while (*(r->s += strspn(r->s, " ")) == '+' || *r->s == '-')
		x += *r->s++ == '+' ? multiplied(r) : -multiplied(r);
	return x;
}

/* ---- what follows ---- */

/* Which of its terms is of the same quantity, the first. */
static int first_of(const struct sum *s, int i)
{
	int k = 0;

	while (s->of[k] != s->of[i])
		k++;
	return k;
}

/* Of no hit are there more than all. */
static double end_of(const struct known *k, enum quantity q, bool high)
{
	const struct amount *a = &k->amounts.of[q];

	return q == Q_CACHE_HIT ? fmin(high ? a->high : a->low, 1) :
	       high ? a->high : a->low;
}

/*
 * Each term rises or falls with what it is of, so the ends of the sum are at
 * ends of its amounts. False: something is divided by nothing.
 */
static bool computed(const struct known *k, const struct sum *s,
		     struct amount *is)
{
	int nr = sum_terms(s);
	double x[7];			/* size: as many as there may be */
	struct reading r;

	for (int i = 0; i < nr; i++)
		x[i] = k->amounts.of[s->of[i]].value;
	r = (struct reading){ s->says, x, false };
	*is = amount_of(added(&r), (double)INFINITY, -(double)INFINITY);
	for (int ends = 0; ends < 1 << nr; ends++) {
		double at;

		for (int i = 0; i < nr; i++)
			x[i] = end_of(k, s->of[i], ends >> first_of(s, i) & 1);
		r = (struct reading){ s->says, x, r.nothing };
		at = added(&r);
		is->low = fmin(is->low, at);
		is->high = fmax(is->high, at);
	}
	return !r.nothing;
}

enum leaning sums_leaned(enum leaning a, enum leaning b)
{
	if (a == LEANS_NOT || b == LEANS_NOT)
		return a == LEANS_NOT ? b : a;
	return a == b ? a : LEANS_BOTH;
}

/* All that it is of is known, and it says what it is of. */
static bool applies(const struct known *k, const struct sum *s)
{
	const struct amount *of = k->amounts.of;

	if (of[s->is].known || (s->is == Q_E2E_MS && k->leans[Q_TPOT_MS]) ||
	    /* the price of prompts has the cache in it */
	    (s->is == Q_USD_PER_REQUEST && s->of[1] == Q_CACHE_HIT &&
	     of[Q_USD_PER_MTOK_MISS].known))
		return false;
	for (int i = 0; i < sum_terms(s); i++)
		if (!of[s->of[i]].known)
			return false;
	return true;
}

static void close(struct known *k, const struct sum *s, bool leans)
{
	struct amount is;

	if (!applies(k, s) || !computed(k, s, &is) ||
	    (s->is == Q_COST_RATIO && !(is.low > 0)))
		return;
	k->amounts.of[s->is] = is;
	k->by[s->is] = KNOWN_BY_SUM + (int)(s - sums);
	for (int i = 0; i < sum_terms(s); i++) {
		k->from_metric[s->is] |= k->from_metric[s->of[i]];
		if (leans)
			k->leans[s->is] = sums_leaned(k->leans[s->is],
						      k->leans[s->of[i]]);
	}
}

void sums_tokens(struct known *k)
{
	assert(k);
	for (int i = 0; i < TOKENS; i++)
		close(k, &sums[i], true);
}

void sums_close(struct known *k)
{
	assert(k);
	for (int i = TOKENS; i < sums_nr; i++)
		close(k, &sums[i], false);
}
