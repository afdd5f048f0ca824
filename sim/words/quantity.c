#include "words/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "cost/cost.h"

static const struct quantity_row {
	const char *name, *plain, *unit;
	enum kind kind;
	bool exact;		/* a number of things, not a figure */
	const char *says;
} rows[] = {
#define Q(id, ...) [Q_##id] = { __VA_ARGS__ },
#include "words/quantities.inc"
#undef Q
};

const char *quantity_name(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].name;
}

const char *quantity_plain(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].plain;
}

const char *quantity_unit(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].unit;
}

enum kind quantity_kind(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].kind;
}

/* Of a ratio, or of a change: in whatever unit the other side is in. */
static bool is_side(enum quantity q)
{
	return q == Q_NUMERATOR || q == Q_DENOMINATOR || q == Q_BEFORE ||
	       q == Q_AFTER;
}

static double any_factor(const char *unit)
{
	double factor = kind_factor(K_COUNT, unit);	/* so many tokens */

	for (int k = 0; k < K_NR && !(factor > 0); k++)
		factor = kind_factor((enum kind)k, unit);
	return factor;
}

/* Its name says of what time it is: "a million tokens" of a day. */
static bool over_time(enum quantity q)
{
	return q == Q_TOKENS_PER_DAY || q == Q_TOKENS_PER_MONTH ||
	       q == Q_DEMAND_DAY || q == Q_BREAK_EVEN;
}

double quantity_factor(enum quantity q, const char *unit)
{
	enum kind kind = rows[q].kind;
	double factor;

	assert(q < Q_NR && unit);
	if (!*unit)
		return 1;
	if (kind == K_RATE && over_time(q) && quantity_factor(Q_OSL, unit) > 0)
		return quantity_factor(Q_OSL, unit);
	factor = kind_factor(kind, unit) / kind_factor(kind, rows[q].unit);
	if (!(factor > 0) && (kind == K_MONEY || kind == K_MTOK))
		factor = kind_factor(K_USD, unit);	/* the name says of
							   what */
	return factor > 0 || !is_side(q) ? factor : any_factor(unit);
}

bool quantity_compares(enum quantity q)
{
	return q == Q_SPEEDUP_X || q == Q_RATIO || q == Q_PART ||
	       q == Q_COST_RATIO || q == Q_CHEAPER_X || q == Q_SAVINGS_PCT ||
	       q == Q_CHANGE_PCT || q == Q_INCREASE_PCT;
}

bool quantity_exact(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].exact;
}

/* ---- for readers ---- */

void quantity_vocabulary(struct text *out)
{
	char list[200];		/* size: units of a kind */

	assert(out);
	text_add(out, "name,unit,dimension,units,exact,meaning\n");
	for (int i = 0; i < Q_NR; i++) {
		kind_units(rows[i].kind, list, (int)sizeof(list));
		text_addf(out, "%s,%s,%s,%s,%s,", rows[i].name, rows[i].unit,
			  kind_name(rows[i].kind), list,
			  rows[i].exact ? "yes" : "no");
		text_cell(out, rows[i].says);
		text_add(out, "\n");
	}
}

/* 304100 -> "304,100" */
static void grouped(double x, char *out, int size)
{
	char digits[32];	/* size: below a million */
	int thousands = (int)(floor(x / KILO) + 0.25);	/* math: safe cut */

	snprintf(digits, sizeof(digits), "%03.0f", x - thousands * KILO);
	snprintf(out, (size_t)size, "%d,%s", thousands, digits);
}

char *quantity_human(double x, char *out, int size)
{
	static const struct { double from; const char *word; } big[] = {
		{ TERA, "trillion" }, { GIGA, "billion" },
		{ MEGA, "million" } };

	assert(size > 0);
	if (x >= MEGA * TERA) {
		snprintf(out, (size_t)size, "over a million trillion");
		return out;
	}
	for (unsigned i = 0; i < sizeof(big) / sizeof(*big); i++)
		if (x >= big[i].from) {
			double n = x / big[i].from;
			char many[32];	/* size: below a million */

			snprintf(many, sizeof(many), "%.4g", n);
			if (n >= 1000 - 1 / 2.0)	/* units: thousands */
				grouped(floor(n + 1 / 2.0), many,
					(int)sizeof(many));
			snprintf(out, (size_t)size, "%s %s", many,
				 big[i].word);
			return out;
		}
	if (x >= MEGA - 1 / 2.0)
		snprintf(out, (size_t)size, "1 million");
	else if (x >= 1000 - 1 / 2.0)		/* units: thousands */
		grouped(floor(x + 1 / 2.0), out, size);
	else
		snprintf(out, (size_t)size, "%.4g", x);
	return out;
}

char *quantity_say(enum quantity q, double x, char *out, int size)
{
	char number[48];	/* size: a number */
	bool bare = strcmp(rows[q].unit, "1") == 0;

	assert(q < Q_NR && size > 0);
	if (rows[q].kind == K_WORD) {
		snprintf(out, (size_t)size, "%s",
			 bound_name((enum bound)x));
		return out;
	}
	if (q == Q_FITS) {
		snprintf(out, (size_t)size, "that it %s", x > 0 ? "fits" :
			 "does not fit");
		return out;
	}
	if (rows[q].kind == K_PARAMS) {
		quantity_human(x * GIGA, number, sizeof(number));
		snprintf(out, (size_t)size, "%s parameters", number);
		return out;
	}
	quantity_human(x, number, sizeof(number));
	snprintf(out, (size_t)size, "%s%s%s", number, bare ? "" : " ",
		 bare ? "" : rows[q].unit);
	return out;
}

char *quantity_read_as(enum quantity q, const struct amount *a, char *out,
		       int size)
{
	char low[48], high[48];		/* size: a number */

	assert(q < Q_NR && size > 0);
	*out = '\0';
	if (rows[q].kind == K_WORD || !(a->low < a->high))
		return out;
	quantity_human(a->low, low, sizeof(low));
	quantity_say(q, a->high, high, sizeof(high));
	if (isinf(a->high)) {
		quantity_say(q, a->low, low, sizeof(low));
		snprintf(out, (size_t)size, "%s or more", low);
	} else if (!(a->low > 0)) {
		snprintf(out, (size_t)size, "%s or less", high);
	} else {
		snprintf(out, (size_t)size, "%s to %s", low, high);
	}
	return out;
}
