#include "facts/service.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "sheet/want.h"

#define ROW(key, dim, limit, field) \
	{ key, dim, limit, offsetof(struct service, field), false }

static const struct want wants[] = {
	ROW("rtt", DIM_S, LIMIT_FROM_ZERO, rtt_s),
	ROW("first", DIM_S, LIMIT_FROM_ZERO, first.one_s),
	ROW("first.more", DIM_S, LIMIT_FROM_ZERO, first.more_s),
	ROW("first.bend", DIM_RATIO, LIMIT_FROM_ONE, first.bend),
	ROW("first.spread", DIM_RATIO, LIMIT_FROM_ZERO, spread),
	ROW("token", DIM_S, LIMIT_POSITIVE, token.one_s),
	ROW("token.more", DIM_S, LIMIT_FROM_ZERO, token.more_s),
	ROW("token.bend", DIM_RATIO, LIMIT_FROM_ONE, token.bend),
	ROW("error", DIM_RATIO, LIMIT_FROM_ZERO, err),
};

int service_take(struct service *s, struct facts *facts, struct fault *why)
{
	assert(s && facts && why);
	memset(s, 0, sizeof(*s));
	s->name = facts->name;
	if (want_all(wants, sizeof(wants) / sizeof(*wants), facts, s, why))
		return -1;
	return facts_all_taken(facts, why);
}

/* Of the longer of the two: a high power of either alone may be no number. */
double service_curve_s(const struct service_curve *c, double n)
{
	double more_s = n * c->more_s, most = fmax(c->one_s, more_s);

	assert(c->bend >= 1 && n >= 0);
	if (!(most > 0))
		return 0;
	return most * pow(pow(c->one_s / most, c->bend) +
			  pow(more_s / most, c->bend), 1 / c->bend);
}
