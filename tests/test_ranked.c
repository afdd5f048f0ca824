/* What puts a plan's choices in order, and who is first among equals. */
#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "plan/fleet.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* By rate; then by GPUs in a replica, fewest first; then as they were asked. */
START_TEST(equal_choices_are_in_the_order_of_their_gpus_and_of_asking)
{
	static const struct { double tok_s_gpu, gpus; int place; } asked[] = {
		{ 400, 16, 3 }, { 500, 32, 1 }, { 500, 16, 0 },
		{ 500, 32, 2 }, { 300, 8, 4 } };
	struct fleet p = { .nr = NR(asked) };
	struct fleet_spec a = { .usd_h = INFINITY };

	p.choice = calloc(NR(asked), sizeof(*p.choice));
	for (int i = 0; i < NR(asked); i++) {
		struct choice *c = &p.choice[i];

		scenario_init(&c->scenario);
		c->pool = -1;
		c->decode_gpus = c->scenario.gpus = asked[i].gpus;
		c->tok_s_gpu = asked[i].tok_s_gpu;
		c->tok_s = c->decode_gpus * c->tok_s_gpu;
		c->answer.tok_s_total = c->tok_s;
		c->replicas = 1;
		c->spares = i;		/* to know it by */
		c->usd_mtok_out = (double)NAN;
	}
	fleet_rank(&p, &a);
	ck_assert_int_eq(p.order, FLEET_BY_RATE);
	for (int i = 0; i < NR(asked); i++)
		ck_rel(p.choice[asked[i].place].spares + 1, i + 1, 0);
	a.load_tok_s = 1;		/* by GPUs: all need one replica */
	for (int i = 0; i < NR(asked); i++)
		p.choice[i].load_tok_s = 1;
	fleet_rank(&p, &a);
	ck_assert_int_eq(p.order, FLEET_BY_GPUS);
	ck_rel(p.choice[0].scenario.gpus, 8, 0);
	ck_rel(p.choice[1].tok_s_gpu, 500, 0);
	ck_rel(p.choice[2].tok_s_gpu, 400, 0);
	free(p.choice);
}
END_TEST

/*
 * One that sends its prompts elsewhere: 101 tok/s a GPU, of which decoding
 * takes a 400th of a second; the other 100, all of it decoding. As they are the
 * first is ahead; twice as fast it would be behind, 116 to 200.
 */
START_TEST(choices_are_ranked_as_fast_as_they_are)
{
	const struct fleet_spec a = { .usd_h = INFINITY };
	struct fleet p = { .nr = 2 };

	p.choice = calloc(2, sizeof(*p.choice));
	for (int i = 0; i < 2; i++) {
		struct choice *c = &p.choice[i];

		scenario_init(&c->scenario);
		c->pool = -1;
		c->replicas = 1;
		c->decode_gpus = c->scenario.gpus = 8;
		c->tok_s_gpu = i ? 101 : 100;
		c->tok_s = c->answer.tok_s_total = 8 * (i ? 400 : 100);
		c->usd_mtok_out = (double)NAN;
	}
	ck_rel(fleet_worth(FLEET_BY_RATE, &p.choice[1], 2), 115.6, 1e-3);
	ck_rel(fleet_worth(FLEET_BY_RATE, &p.choice[0], 2), 200, 1e-9);
	fleet_rank(&p, &a);
	ck_rel(p.choice[0].tok_s_gpu, 101, 0);
	free(p.choice);
}
END_TEST

/* By cost where kinds are compared or a budget is given, and all are priced. */
static const struct {
	const char *second;
	double usd, usd_h, load, first_usd;
	enum fleet_order order;
} orders[] = {
	{ "one", 1, INFINITY, 0, 2, FLEET_BY_RATE },
	{ "two", 1, INFINITY, 0, 2, FLEET_BY_COST },
	{ "two", NAN, INFINITY, 0, 2, FLEET_BY_RATE },
	{ "two", NAN, INFINITY, 5, 2, FLEET_BY_GPUS },
	{ "one", 1, 500, 0, 2, FLEET_BY_COST },
	{ "one", NAN, 500, 0, 2, FLEET_BY_RATE },
	{ "one", 1, INFINITY, 5, 2, FLEET_BY_GPUS },
	{ "two", 1, INFINITY, 5, 2, FLEET_BY_COST },
	{ "two", 1, INFINITY, 0, NAN, FLEET_BY_RATE },
	{ "two", 1, INFINITY, 0, 0, FLEET_BY_RATE },
};

START_TEST(choices_are_put_in_order_by_what_is_asked)
{
	struct fleet p = { .nr = 2 };
	struct fleet_spec a = { .usd_h = orders[_i].usd_h,
				.load_tok_s = orders[_i].load };

	p.choice = calloc(2, sizeof(*p.choice));
	for (int i = 0; i < 2; i++) {
		struct choice *c = &p.choice[i];

		scenario_init(&c->scenario);
		strcpy(c->scenario.hw, i ? orders[_i].second : "one");
		c->pool = -1;
		c->decode_gpus = c->scenario.gpus = 8;
		c->tok_s = c->answer.tok_s_total = 800;
		c->tok_s_gpu = 100;
		c->replicas = 1;
		c->scenario.isl = c->scenario.osl = 1;
		c->load_tok_s = orders[_i].load;
		c->usd_mtok_out = i ? orders[_i].usd : orders[_i].first_usd;
		c->usd_mtok_in = (double)NAN;
	}
	fleet_rank(&p, &a);
	ck_assert_int_eq(p.order, orders[_i].order);
	if (p.order == FLEET_BY_COST)	/* the cheaper first */
		ck_rel(p.choice[0].usd_mtok_out, 1, 0);
	free(p.choice);
}
END_TEST

Suite *suite_ranked(void)
{
	Suite *s = suite_create("ranked");
	TCase *tc = tcase_create("ranked");

	tcase_add_test(tc,
		equal_choices_are_in_the_order_of_their_gpus_and_of_asking);
	tcase_add_test(tc, choices_are_ranked_as_fast_as_they_are);
	tcase_add_loop_test(tc, choices_are_put_in_order_by_what_is_asked, 0,
			    NR(orders));
	suite_add_tcase(s, tc);
	return s;
}
