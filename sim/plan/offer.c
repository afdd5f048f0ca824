#include "plan/offer.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>

#include "base/units.h"

static int check(const struct offer *o, struct fault *why)
{
	fault_at(why, "", 0, 0);
	if (!(o->discount >= 0 && o->discount < 1)) {
		fault_what(why, "the discount of %s is %g", o->name,
			   o->discount);
		return fault_remedy(why, "write a share below 1");
	}
	if (!(o->capacity_tok_s > 0)) {
		fault_what(why, "%s has no capacity", o->name);
		return fault_remedy(why, "write the output tokens of a block, "
				    "or leave it out where there is no "
				    "bound");
	}
	if (!(o->blocks >= 0) || o->blocks != floor(o->blocks)) {
		fault_what(why, "%s has %g blocks", o->name, o->blocks);
		return fault_remedy(why, "write a whole number, or leave it "
				    "out");
	}
	return 0;
}

int offer_take(struct offer *o, struct facts *f, struct fault *why)
{
	const double none = (double)NAN;
	struct {
		const char *key;
		enum dim dim;
		double *to;
	} rows[] = {
		{ "fixed", DIM_USD_H, &o->fixed_usd_h },
		{ "discount", DIM_RATIO, &o->discount },
		{ "team", DIM_USD_H, &o->team_usd_h },
		{ "capacity", DIM_TOK_S, &o->capacity_tok_s },
		{ "blocks", DIM_COUNT, &o->blocks },
		{ "in", DIM_USD_TOK, &o->inside.in },
		{ "out", DIM_USD_TOK, &o->inside.out },
		{ "cached", DIM_USD_TOK, &o->inside.cached },
		{ "over.in", DIM_USD_TOK, &o->outside.in },
		{ "over.out", DIM_USD_TOK, &o->outside.out },
		{ "over.cached", DIM_USD_TOK, &o->outside.cached },
	};

	*o = (struct offer){ .name = f->name, .capacity_tok_s = INFINITY,
			     .outside = { none, none, none } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (facts_maybe(f, rows[i].key, rows[i].dim, rows[i].to, why))
			return -1;
	return facts_all_taken(f, why) || check(o, why) ? -1 : 0;
}

/* Of an output token with its prompt. */
static double blend(const struct token_price *p, const struct offer_use *u)
{
	return p->out + u->prompt_tok * ((1 - u->cached_share) * p->in +
					 u->cached_share * p->cached);
}

double offer_usd_h(const struct offer *o, const struct offer_use *u,
		   double tok_s)
{
	double blocks = o->blocks, within, usd;

	assert(tok_s >= 0 && u->prompt_tok >= 0);
	if (!(blocks > 0))
		blocks = isfinite(o->capacity_tok_s) ?
			fmax(1, ceil(tok_s / o->capacity_tok_s)) : 1;
	within = fmin(tok_s, blocks * o->capacity_tok_s);
	usd = blocks * o->fixed_usd_h * (1 - o->discount) + o->team_usd_h +
	      within * blend(&o->inside, u) * HOUR_S;
	if (within < tok_s)
		usd += (tok_s - within) * blend(&o->outside, u) * HOUR_S;
	return usd;
}

double offer_break_even(const struct offer *fixed, const struct offer *other,
			const struct offer_use *u)
{
	double low = 0, high = fmax(1, fixed->blocks) * fixed->capacity_tok_s;

	assert(isfinite(fixed->capacity_tok_s));
	if (!(offer_usd_h(fixed, u, high) <= offer_usd_h(other, u, high)))
		return (double)NAN;
	for (int i = 0; i < 60; i++) {	/* size: halvings, to the last digit */
		double middle = (low + high) / 2;

		*(offer_usd_h(fixed, u, middle) <=
		  offer_usd_h(other, u, middle) ? &high : &low) = middle;
	}
	return high;
}
