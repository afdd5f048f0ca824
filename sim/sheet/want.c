#include "sheet/want.h"

#include <assert.h>
#include <math.h>

#include "base/date.h"
#include "base/text.h"

static bool within(enum limit limit, double x)
{
	switch (limit) {
	case LIMIT_FROM_ZERO:
		return x >= 0;
	case LIMIT_POSITIVE:
		return x > 0;
	case LIMIT_REACH:
		return x > 0 && x <= 1;
	case LIMIT_SHARE:
		return x >= 0 && x <= 1;
	case LIMIT_INSIDE:
		return x > 0 && x < 1;
	case LIMIT_FROM_ONE:
		return x >= 1;
	case LIMIT_NORM:
		return x == 0 || x >= 1;
	case LIMIT_COUNT:
		return x >= 1 && x == floor(x);
	case LIMIT_FLAG:
		return x == 0 || x == 1;
	case LIMIT_LOG_SD:
		return x >= 0 && x <= 5;	/* math: far beyond any */
	default:
		return false;
	}
}

static const char *const limits[LIMIT_NR] = {
	[LIMIT_FROM_ZERO] = "0 or more",
	[LIMIT_POSITIVE] = "more than 0",
	[LIMIT_REACH] = "more than 0 and at most 1",
	[LIMIT_SHARE] = "between 0 and 1",
	[LIMIT_INSIDE] = "more than 0 and less than 1",
	[LIMIT_FROM_ONE] = "1 or more",
	[LIMIT_NORM] = "0 (the largest term counts), or 1 or more",
	[LIMIT_COUNT] = "a whole number, 1 or more",
	[LIMIT_FLAG] = "0 or 1",
	[LIMIT_LOG_SD] = "between 0 and 5, as logarithms differ",
};

const char *want_beyond(const struct want *w, double x)
{
	assert(w->limit >= 0 && w->limit < LIMIT_NR);
	return within(w->limit, x) ? NULL : limits[w->limit];
}

/*
 * Far beyond any figure of a machine, its software or a model there is a slip,
 * and arithmetic that ends at infinity. In base units, of what is not 0.
 */
static const struct { double least, most; } spans[DIM_NR] = {
	[DIM_RATIO] = { 1e-9, 1e6 },	/* units: 1 */
	[DIM_COUNT] = { 1e-9, 1e12 },	/* units: any */
	[DIM_B] = { 1e-9, 1e15 },	/* units: B */
	[DIM_BPS] = { 1, 1e18 },	/* units: B/s */
	[DIM_FLOPS] = { 1, 1e21 },	/* units: FLOP/s */
	[DIM_S] = { 0, 1e5 },		/* units: s */
	[DIM_HZ] = { 1, 1e15 },		/* units: Hz */
	[DIM_W] = { 0, 1e9 },		/* units: W */
	[DIM_USD_H] = { 0, 1e9 },	/* units: $/h */
	[DIM_USD_TOK] = { 0, 1e3 },	/* units: $/tok */
	[DIM_TOK_S] = { 0, 1e15 },	/* units: tok/s */
	[DIM_TOK] = { 0, 1e15 },	/* units: tok */
	[DIM_PARAMS] = { 0, 1e18 },	/* units: params */
};

static int in_span(const struct fact *f, struct fault *why)
{
	double x = fabs(f->value), least = spans[f->dim].least;
	double most = spans[f->dim].most;
	char from[32], to[32];	/* size: a number and a unit */

	assert(f->dim != DIM_NAME);
	if ((x == 0 || x >= least) && x <= most && f->err <= most)
		return 0;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is %s%s%s, its error %g, and nothing is known "
		   "to come near", f->key, f->text ? f->text : "beyond all",
		   f->dim == DIM_RATIO ? "" : " ",
		   f->dim == DIM_RATIO ? "" : f->unit, f->err);
	return fault_remedy(why, "is the unit right? 0, or from %s to %s is "
			    "taken", units_human(least, f->dim, from,
						 sizeof(from)),
			    units_human(most, f->dim, to, sizeof(to)));
}

int want_one(const struct want *w, struct facts *facts, const char *key,
	     double *out, struct fault *why)
{
	const struct fact *f;

	if (!key)
		key = w->key;
	f = facts_find(facts, key);
	if (!f && w->optional)
		return 0;
	if (facts_number(facts, key, w->dim, out, why) || in_span(f, why))
		return -1;
	if (!want_beyond(w, *out))
		return 0;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is %s", key, f->text ? f->text : "wrong");
	return fault_remedy(why, "write %s", limits[w->limit]);
}

/* What a row is missing of too, so that it is told once. */
static void missing_too(const struct want *w, int nr, struct facts *facts,
			struct fault *why)
{
	struct text list = TEXT_INIT;

	for (int i = 0; i < nr; i++)
		if (!w[i].optional && !facts_find(facts, w[i].key))
			text_addf(&list, "%s%s", list.len ? ", " : "",
				  w[i].key);
	if (list.len) {
		struct fault so_far = *why;

		fault_remedy(why, "%s; and rows of %s", so_far.remedy,
			     list.buf);
	}
	text_release(&list);
}

int want_all(const struct want *w, int nr, struct facts *facts,
	     void *descriptor, struct fault *why)
{
	/* What is asked for later is no slip of what is missing now. */
	for (int i = 0; i < nr; i++)
		facts_expect(facts, w[i].key);
	for (int i = 0; i < nr; i++) {
		double *out = (double *)(void *)((char *)descriptor + w[i].at);

		if (!want_one(&w[i], facts, NULL, out, why))
			continue;
		if (!facts_find(facts, w[i].key))
			missing_too(w + i + 1, nr - i - 1, facts, why);
		return -1;
	}
	return 0;
}

int want_day(struct facts *facts, const char *key, const char **day,
	     struct fault *why)
{
	assert(facts && key && day);
	*day = NULL;
	if (!facts_have(facts, key))
		return 0;
	if (facts_word(facts, key, day, why))
		return -1;
	if (date_valid(*day))
		return 0;
	fault_at_fact(why, facts_find(facts, key));
	fault_what(why, "\"%s\" is %s", key, *day);
	return fault_remedy(why, "write a day as YYYY-MM-DD");
}
