#include "words/compared.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/near.h"

static const char mores[] =
	"more|higher|increase|increased|improvement|improved|gain|gains|uplift"
	"|boost|faster|better|efficiency|efficient|performance|perf|roi"
	"|advantage|outperforms|speedup|factor";
static const char lesses[] =
	"less|lower|reduction|reduced|reduces|decrease|decreased|fewer|smaller"
	"|cheaper|savings|saving|saved|cut|discount|off|drop";
static const char gains[] = "efficiency|efficient|throughput|performance|perf";
static const char costs[] =
	"cost|costs|price|usd|dollars|tco|cheaper|savings|saving|saved"
	"|discount|rate|rates|fee|fees|bill|expense|charge";

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

enum { WORD = 32 /* size: of a name */ };

/* The next run of letters, small; false: no more. */
static bool next(const char **text, char *word)
{
	const char *s = *text;
	int n = 0;

	while (*s && !isalpha((unsigned char)*s))
		s++;
	for (; isalpha((unsigned char)*s) && n < WORD - 1; s++)
		word[n++] = (char)tolower((unsigned char)*s);
	word[n] = '\0';
	*text = s;
	return n > 0;
}

static bool has(const char *name, const char *words)
{
	char word[WORD];

	while (next(&name, word))
		if (near_is(word, strlen(word), words))
			return true;
	return false;
}

enum quantity compared_cost(const char *unit)
{
	static const enum quantity over[] = { Q_USD_PER_HOUR, Q_USD_PER_DAY,
		Q_USD_PER_MONTH };
	static const char gpus[] = "gpu|card|accelerator";

	assert(unit);
	if (kind_factor(K_MTOK, unit) > 0)
		return Q_USD_PER_MTOK;
	if ((has(unit, gpus) || unit_of_what(unit) == OF_GPU) &&
	    kind_factor(K_MONEY, unit) > 0)
		return Q_USD_PER_GPU_HOUR;
	for (int i = 0; i < NR(over); i++) {
		double f = quantity_factor(over[i], unit);

		if (f >= 1 && f <= 1)	/* its own unit, however spelt */
			return over[i];
	}
	return Q_NR;
}

enum quantity compared_called(const char *name, const char *unit)
{
	/* of which less is better */
	static const char burdens[] =
		"latency|ttft|tpot|itl|time|memory|power|energy|size";
	bool less = has(name, burdens) &&
		!has(name, gains);
	bool cost = has(name, costs);

	assert(name && unit);
	if (!*unit)
		return Q_NR;
	if (unit_is_times(unit) || unit_is_percent(unit) ||
	    unit_is_part(unit)) {
		if (has(name, lesses))
			return cost ? Q_SAVINGS_PCT : Q_CHANGE_PCT;
		if (cost && unit_is_part(unit))
			return Q_COST_RATIO;
		if (cost && has(unit, lesses))
			return Q_SAVINGS_PCT;
		if (has(unit, lesses) && !cost)
			return unit_is_times(unit) ? Q_RATIO : Q_CHANGE_PCT;
		if (!has(name, mores))
			return has(unit, mores) ? Q_SPEEDUP_X :
			       Q_NR;
		if (less)
			return unit_is_times(unit) ? Q_RATIO : Q_CHANGE_PCT;
		return Q_SPEEDUP_X;
	}
	return cost ? compared_cost(unit) : Q_NR;
}

static bool is_money(enum quantity q)
{
	enum kind kind = quantity_kind(q);

	return kind == K_MTOK || kind == K_MONEY || kind == K_USD;
}

/* Of which less is better: "3x lower", "3x faster" are before over after. */
static bool is_burden(enum quantity q)
{
	enum kind kind = quantity_kind(q);

	return is_money(q) || kind == K_TIME || kind == K_J || kind == K_B ||
	       kind == K_W;
}

/* Of a figure that is no share: a change of it, by so many per cent. */
static enum quantity changed(enum quantity q, const char *unit)
{
	if (quantity_kind(q) == K_SHARE && q != Q_SPEEDUP_X)
		return q;
	if (has(unit, lesses))
		return is_money(q) ? Q_SAVINGS_PCT : Q_CHANGE_PCT;
	return has(unit, mores) ? Q_INCREASE_PCT : q;
}

enum quantity compared_in(enum quantity q, const char *unit)
{
	static const struct { enum quantity times, percent; } pairs[] = {
		{ Q_SPEEDUP_X, Q_INCREASE_PCT },
		{ Q_CHEAPER_X, Q_SAVINGS_PCT } };

	static const char longers[] =
		"more|higher|increase|longer|slower|larger";

	assert(q < Q_NR && unit);
	if (unit_is_percent(unit)) {
		for (int i = 0; i < NR(pairs); i++)
			if (pairs[i].times == q && !(q == Q_SPEEDUP_X &&
			    has(unit, lesses)))
				return pairs[i].percent;
		return changed(q, unit);
	}
	if (unit_is_part(unit)) {
		if (is_money(q))
			return Q_COST_RATIO;
		return quantity_kind(q) == K_SHARE && q != Q_SPEEDUP_X ? q :
		       Q_PART;
	}
	if (!unit_is_times(unit))
		return q;
	for (int i = 0; i < NR(pairs); i++)
		if (pairs[i].percent == q)
			return pairs[i].times;
	if (q == Q_CHANGE_PCT || (is_burden(q) && !has(unit, longers) &&
	    (has(unit, lesses) || has(unit, mores))))
		return is_money(q) ? Q_CHEAPER_X : Q_RATIO;
	return quantity_kind(q) == K_SHARE ? q : Q_SPEEDUP_X;
}
