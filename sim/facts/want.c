#include "facts/want.h"

#include <assert.h>
#include <math.h>

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
};

const char *want_beyond(const struct want *w, double x)
{
	assert(w->limit >= 0 && w->limit < LIMIT_NR);
	return within(w->limit, x) ? NULL : limits[w->limit];
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
	if (facts_number(facts, key, w->dim, out, why))
		return -1;
	if (!want_beyond(w, *out))
		return 0;
	fault_at_fact(why, f);
	fault_what(why, "\"%s\" is %s", key, f->text ? f->text : "wrong");
	return fault_remedy(why, "write %s", limits[w->limit]);
}

int want_all(const struct want *w, int nr, struct facts *facts,
	     void *descriptor, struct fault *why)
{
	/* What is asked for later is no slip of what is missing now. */
	for (int i = 0; i < nr; i++)
		facts_expect(facts, w[i].key);
	for (int i = 0; i < nr; i++) {
		double *out = (double *)(void *)((char *)descriptor + w[i].at);

		if (want_one(&w[i], facts, NULL, out, why))
			return -1;
	}
	return 0;
}
