#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/confidence.h"
#include "plan/search.h"
#include "read/shelf.h"
#include "say/plan_text.h"
#include "tests/fleets.h"
#include "tests/tests.h"

static int sheets_of(void *of, const struct scenario *s,
		     struct plan_sheets *out)
{
	struct fault why;

	(void)of;
	out->gpu = shelf_gpu_facts(fleet_shelf, s->hw);
	out->stack = shelf_stack_facts(fleet_shelf, s->stack, s->date);
	out->model = shelf_model_facts(fleet_shelf, s->model);
	out->config = shelf_model(fleet_shelf, s->model, &why);
	return 0;
}

/*
 * Prompts of 4,000 tokens and answers of 1,000: four prompt tokens an output
 * token, so servers for prompts read 4 x tok/s at least; with half of each
 * prompt cached their rate (with what is cached) is higher.
 */
START_TEST(prompts_have_the_gpus_that_their_rate_needs)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p, half;

	a.base.ctx = (double)NAN;
	a.base.isl = 4000;
	a.base.osl = 1000;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		const struct choice *c = &p.choice[i];
		const struct pool *pool;

		ck_assert_double_le(c->prefill_gpus + c->decode_gpus, 320);
		ck_assert(c->colocated == (c->pool < 0));
		if (c->colocated)
			continue;
		pool = &p.pool[c->pool];
		ck_assert_double_ge(c->prefill_gpus * pool->tok_s_gpu,
				    4 * c->tok_s);
		ck_rel(fmod(c->prefill_gpus, pool->scenario.gpus) + 1, 1,
		       1e-12);
	}
	a.cached_share = 0.5;
	fleet_made(&half, &a);
	ck_assert_double_gt(half.pool[0].tok_s_gpu,
			    1.4 * p.pool[0].tok_s_gpu);
	fleet_release(&p);
	fleet_release(&half);
}
END_TEST

/*
 * One group of 8 GPUs, 8,000 tokens a second, 1 s a prompt. At random arrivals
 * and a fixed service time one server that is busy a share u of the time lets
 * wait u / (2 (1 - u)) of it (Pollaczek and Khinchine): all of it at u = 2/3,
 * 5,333 tokens a second; a quarter at u = 1/3, 2,667. Eight groups of a GPU
 * each pool their queues: the wait is u^(sqrt(18) - 1) / (16 (1 - u)), which
 * at u = 0.9 is 0.711 / 1.6 = 0.44, so one server still does 7,200.
 */
static const struct { double tp, load, limit, servers; } queues[] = {
	{ 8, 5300, INFINITY, 1 }, { 8, 5400, INFINITY, 2 },
	{ 8, 2650, 1.25, 1 }, { 8, 2700, 1.25, 2 },
	{ 1, 7200, INFINITY, 1 }, { 1, 7200, 1.45, 1 }, { 1, 7200, 1.43, 2 },
	{ 8, 0, INFINITY, 1 } };

START_TEST(prompts_wait_no_longer_than_they_may)
{
	struct pool p = { .tok_s_gpu = 1000, .ttft_s = 1 };

	p.scenario.gpus = 8;
	p.scenario.tp = queues[_i].tp;
	ck_rel(pool_servers(&p, queues[_i].load, queues[_i].limit),
	       queues[_i].servers, 1e-12);
}
END_TEST

/*
 * 100 sequences of 4 groups in a replica of 4 GPUs that reads 5,000 prompt
 * tokens a second and GPU, prompts 2,000 and answers 500: an output token of
 * each of 400 brings 400 / 500 prompts of 2,000 tokens at 20,000 a second:
 * 0.08 s beside the 0.02 s that decoding takes, five times as slow.
 */
START_TEST(prompts_in_the_same_gpus_take_their_time)
{
	struct search *s = calloc(1, sizeof(*s));
	struct answer a = { .tpot_s = 0.02, .tok_s_gpu = 5000,
			    .tok_s_user = 50, .tok_s_total = 20000,
			    .low = 4000, .high = 6000, .usd_mtok = 1 };

	s->question.scenario.batch = 100;
	s->question.scenario.isl = 2000;
	s->question.scenario.osl = 500;
	s->question.on.layout.gpus = 4;
	s->question.on.layout.pp = 1;
	s->question.on.layout.dp = 4;
	s->beside.prompt_tok_s_gpu = 5000;
	prompts_beside(s, &a);
	ck_rel(a.tpot_s, 0.1, 1e-12);
	ck_rel(a.tok_s_gpu, 1000, 1e-12);
	ck_rel(a.tok_s_total, 4000, 1e-12);
	ck_rel(a.high, 1200, 1e-12);
	ck_rel(a.usd_mtok, 5, 1e-12);
	free(s);
}
END_TEST

/*
 * A replica of 8 GPUs makes 1,000 tokens a second of a load of 2,500: three of
 * them, 24 GPUs; a quarter faster 1,250 and two, 16; a quarter slower 750 and
 * four, 32. Prompts have 8, which are as they were.
 */
START_TEST(what_a_choice_is_worth_goes_in_whole_replicas)
{
	struct choice c = { .replicas = 3, .decode_gpus = 24,
			    .prefill_gpus = 8, .tok_s = 3000,
			    .load_tok_s = 2500, .tok_s_gpu = 3000 / 32.0,
			    .usd_mtok_out = 6, .usd_mtok_in = 1 };

	c.answer.tok_s_total = 1000;
	c.scenario.isl = 2;
	c.scenario.osl = 1;
	ck_rel(fleet_worth(FLEET_BY_GPUS, &c, 1), -32, 1e-12);
	ck_rel(fleet_worth(FLEET_BY_GPUS, &c, 1.25), -24, 1e-12);
	ck_rel(fleet_worth(FLEET_BY_GPUS, &c, 0.75), -40, 1e-12);
	/* 6 + 2 x 1 dollars; two thirds of the 6, and four thirds */
	ck_rel(fleet_worth(FLEET_BY_COST, &c, 1), -8, 1e-12);
	ck_rel(fleet_worth(FLEET_BY_COST, &c, 1.25), -6, 1e-12);
	ck_rel(fleet_worth(FLEET_BY_COST, &c, 0.75), -10, 1e-12);
	/* a token takes 8 ms of a GPU and 2.67 ms of one for prompts */
	ck_rel(fleet_worth(FLEET_BY_RATE, &c, 2),
	       1 / (0.004 + 32 / 3000.0 - 0.008), 1e-9);
}
END_TEST

/* 100 tokens a second ask prompts of 400: less than one server reads. */
START_TEST(one_server_for_prompts_is_one_server)
{
	struct fleet_spec a = fleet_asked();
	struct text out = TEXT_INIT;
	struct fleet p;
	int i = 0;

	a.base.ctx = (double)NAN;
	a.base.isl = 4096;
	a.base.osl = 1024;
	a.load_tok_s = 100;
	fleet_made(&p, &a);
	while (i < p.nr && p.choice[i].colocated)
		i++;
	ck_assert_int_lt(i, p.nr);
	p.choice[0] = p.choice[i];
	ck_rel(p.choice[0].prefill_gpus,
	       p.pool[p.choice[0].pool].scenario.gpus, 1e-12);
	plan_text(&p, &a, 1, &out);
	ck_assert_ptr_nonnull(strstr(out.buf, "Prompts: 1 server of"));
	text_release(&out);
	fleet_release(&p);
}
END_TEST

/* $5 an hour buys 2.5 H800 at $2, less than a node of 8: $16. */
START_TEST(a_budget_below_a_node_is_said_with_the_least)
{
	struct fleet_spec a = fleet_asked();
	struct fault why;
	struct fleet p;

	a.gpus = INFINITY;
	a.base.price = 2;
	a.usd_h = 5;
	ck_assert_int_eq(fleet_make(&p, &a, &why), -1);
	ck_assert_msg(strstr(why.what, "$16.00") != NULL, "%s", why.what);
	fleet_release(&p);
	a.usd_h = 16;
	fleet_made(&p, &a);	/* a node of H800 does not hold V3: no choice */
	ck_assert_int_eq(p.nr, 0);
	fleet_release(&p);
}
END_TEST

/*
 * More to choose from is never dearer: prompts on H20 beside H200, or beside
 * neither, when both are on offer.
 */
START_TEST(mixed_pools_never_cost_more)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p, mixed;
	const struct choice *x, *y;

	a.base.ctx = (double)NAN;
	a.base.isl = 4096;
	a.base.osl = 1024;
	a.base.price = 2;
	a.gpus = INFINITY;
	a.load_tok_s = 1e5;
	a.word[FLEET_HW][1] = "h20-96g";
	fleet_made(&p, &a);
	a.mix = true;
	fleet_made(&mixed, &a);
	ck_assert_int_eq(mixed.order, FLEET_BY_COST);
	x = &mixed.choice[0];
	y = &p.choice[0];
	ck_assert_double_ge(fleet_worth(FLEET_BY_COST, x, 1),
			    fleet_worth(FLEET_BY_COST, y, 1));
	ck_assert_int_gt(mixed.nr, p.nr);
	fleet_release(&p);
	fleet_release(&mixed);
}
END_TEST

/*
 * The leader of a load that any layout carries costs least whatever its pace:
 * where all others take more GPUs it stays the best in every draw.
 */
START_TEST(how_sure_is_said_of_what_is_ranked)
{
	struct fleet_spec a = fleet_asked();
	struct confidence c;
	int choice[CONFIDENCE_CHOICES];
	struct fleet p;

	a.gpus = INFINITY;
	a.load_tok_s = 10;
	fleet_made(&p, &a);
	confidence_make(&c, &(struct confidence_spec){ &p, 100, 7, sheets_of,
		NULL }, choice);
	ck_assert_int_gt(c.nr, 1);
	ck_assert_double_lt(p.choice[choice[0]].decode_gpus,
			    p.choice[choice[1]].decode_gpus);
	ck_rel(c.share[0], 1, 1e-12);
	ck_assert_int_eq(c.flips, 0);
	fleet_release(&p);
}
END_TEST

Suite *suite_prompts(void)
{
	Suite *s = suite_create("prompts");
	TCase *tc = tcase_create("pools");

	tcase_set_timeout(tc, 120);
	tcase_add_checked_fixture(tc, fleet_setup, fleet_teardown);
	tcase_add_test(tc, prompts_have_the_gpus_that_their_rate_needs);
	tcase_add_loop_test(tc, prompts_wait_no_longer_than_they_may, 0,
			    (int)(sizeof(queues) / sizeof(*queues)));
	tcase_add_test(tc, prompts_in_the_same_gpus_take_their_time);
	tcase_add_test(tc, what_a_choice_is_worth_goes_in_whole_replicas);
	tcase_add_test(tc, one_server_for_prompts_is_one_server);
	tcase_add_test(tc, a_budget_below_a_node_is_said_with_the_least);
	tcase_add_test(tc, mixed_pools_never_cost_more);
	tcase_add_test(tc, how_sure_is_said_of_what_is_ranked);
	suite_add_tcase(s, tc);
	return s;
}
