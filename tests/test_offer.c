#include <math.h>

#include "plan/offer.h"
#include "library/shelf.h"
#include "tests/tests.h"

/* Two prompt tokens an output token, half of them cached. */
static const struct offer_use use = { 2, 0.5 };

/* $1 in, $2 out, $0.1 cached a million: an output token with its prompt is
   2 + 2 (0.5 x 1 + 0.5 x 0.1) = $3.1 a million. */
static const struct offer api = { .name = "api", .capacity_tok_s = INFINITY,
	.inside = { 1e-6, 2e-6, 0.1e-6 },
	.outside = { (double)NAN, (double)NAN, (double)NAN } };

/* $100 an hour less 40 %, 1,000 tokens a second, one block, then the API's. */
static const struct offer tier = { .name = "tier", .fixed_usd_h = 100,
	.discount = 0.4, .capacity_tok_s = 1000, .blocks = 1,
	.outside = { 1e-6, 2e-6, 0.1e-6 } };

/* As many nodes as it takes, $10 an hour each, $20 of people. */
static const struct offer nodes = { .name = "nodes", .fixed_usd_h = 10,
	.team_usd_h = 20, .capacity_tok_s = 1000,
	.outside = { (double)NAN, (double)NAN, (double)NAN } };

static const struct { const struct offer *of; double tok_s, usd_h; }
costs[] = {
	{ &api, 0, 0 },
	{ &api, 1000, 3.1 * 3.6 },	/* 3.6 million tokens an hour */
	{ &tier, 0, 60 }, { &tier, 1000, 60 },
	{ &tier, 3000, 60 + 2 * 3.1 * 3.6 },
	{ &nodes, 0, 30 }, { &nodes, 1000, 30 }, { &nodes, 1001, 40 },
	{ &nodes, 5000, 70 } };

START_TEST(an_offer_costs_what_its_formula_says)
{
	ck_rel(offer_usd_h(costs[_i].of, &use, costs[_i].tok_s) + 1,
	       costs[_i].usd_h + 1, 1e-12);
}
END_TEST

/*
 * The API's 3.1 x 3.6 = $11.16 an hour for 1,000 tokens a second: a tier of
 * $60 is never level with it within its capacity. One of $60 and 10,000 is, at
 * 60 / 11.16 x 1,000 = 5,376.
 */
START_TEST(a_break_even_is_within_the_capacity_or_none)
{
	struct offer large = tier;

	ck_assert(isnan(offer_break_even(&tier, &api, &use)));
	large.capacity_tok_s = 5000;	/* level beyond it is never */
	ck_assert(isnan(offer_break_even(&large, &api, &use)));
	large.capacity_tok_s = 10000;
	ck_rel(offer_break_even(&large, &api, &use), 60 / 11.16 * 1000,
	       1e-12);
}
END_TEST

/*
 * The vendor's own: 4 MU1 at $14,562 a month, 304,100 output tokens a minute
 * with two prompt tokens each at $0.14 and $0.28: the API's $0.56 of an output
 * token. Full, 304,100 x 43,800 minutes x $0.56e-6 = $7,459 a month of API:
 * the Model Unit never pays, though its text has it "300x cheaper".
 */
START_TEST(the_model_unit_of_the_seed_never_pays)
{
	static const char *const names[] = { "token-api", "model-unit", "ptu",
					     "bare-metal" };
	const struct offer_use two = { 2, 0 };
	struct shelf *shelf = shelf_open();
	struct facts sheet[4];
	struct offer o[4];
	struct fault why;

	for (int i = 0; i < 4; i++) {
		ck_assert_int_eq(shelf_sheet(shelf, "hw/offers", names[i],
					     &sheet[i], &why), 0);
		ck_assert_msg(!offer_take(&o[i], &sheet[i], &why), "%s",
			      why.what);
	}
	ck_rel(offer_usd_h(&o[1], &two, 304100 / 60.0) * 730, 14562, 1e-6);
	ck_rel(offer_usd_h(&o[0], &two, 304100 / 60.0) * 730, 7459, 1e-4);
	for (int i = 1; i < 4; i++)
		ck_assert(isnan(offer_break_even(&o[i], &o[0], &two)));
	for (int i = 0; i < 4; i++)
		facts_release(&sheet[i]);
	shelf_free(shelf);
}
END_TEST

Suite *suite_offer(void)
{
	Suite *s = suite_create("offer");
	TCase *tc = tcase_create("offers");

	tcase_add_loop_test(tc, an_offer_costs_what_its_formula_says, 0,
			    (int)(sizeof(costs) / sizeof(*costs)));
	tcase_add_test(tc, a_break_even_is_within_the_capacity_or_none);
	tcase_add_test(tc, the_model_unit_of_the_seed_never_pays);
	suite_add_tcase(s, tc);
	return s;
}
