#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan/confidence.h"
#include "plan/search.h"
#include "library/shelf.h"
#include "say/plan_text.h"
#include "tests/fleets.h"
#include "tests/tests.h"

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
	a.base.price = 2;
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		const struct choice *c = &p.choice[i];
		const struct pool *pool;

		/* 8,760 h / 12, every GPU of it */
		ck_rel(c->usd_month, (c->decode_gpus + c->spare_gpus +
				      c->prefill_gpus) * 2 * 730, 1e-12);

		ck_assert_double_le(c->prefill_gpus + c->decode_gpus, 320);
		ck_assert(c->colocated == (c->pool < 0));
		ck_assert_str_eq(c->scenario.mode, c->colocated ?
				 "colocated" : "decode");
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

static void of_two(struct choice *c, double tok_s_gpu, double log_sd)
{
	c->decode_gpus = c->scenario.gpus;
	c->prefill_gpus = 0;
	c->tok_s_gpu = tok_s_gpu;
	c->tok_s = c->answer.tok_s_total = tok_s_gpu * c->decode_gpus;
	c->log_sd = log_sd;
}

/* How often the first of two layouts of V3 is the best. */
static double first_of_two(double ahead, double log_sd)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;
	struct confidence out;
	int of[CONFIDENCE_CHOICES], i = 1;

	fleet_made(&p, &a);
	while (i < p.nr && !(fabs(p.choice[i].scenario.gpus -
				  p.choice[0].scenario.gpus) > 0))
		i++;
	ck_assert_int_lt(i, p.nr);
	p.choice[1] = p.choice[i];
	p.nr = 2;
	p.order = FLEET_BY_RATE;
	of_two(&p.choice[0], 1000 * exp(ahead), log_sd);
	of_two(&p.choice[1], 1000, log_sd);
	confidence_make(&out, &(struct confidence_spec){ &p,
			SANITIZED ? 200 : 4000, 7, fleet_sheets, NULL }, of);
	ck_assert_int_eq(out.nr, 2);
	fleet_release(&p);
	return out.share[0];
}

/*
 * Known by its facts alone, layouts of a kind move together: 20 % ahead stays
 * ahead. What is unknown otherwise is half common to both, so that 1 of it
 * makes sqrt(2) / sqrt(2) of their difference: e ahead is the best in 84 of
 * 100 (a normal below 1), give or take what the facts take of it.
 */
START_TEST(what_facts_do_not_say_is_half_common)
{
	if (!SANITIZED)
		ck_assert_double_gt(first_of_two(0.2, 0.001), 0.97);
	ck_assert_double_eq_tol(first_of_two(1, 1), 0.8413,
				SANITIZED ? 0.13 : 0.03);
}
END_TEST

/* Time enough: as many as there is room for. */
START_TEST(the_largest_batch_is_what_fits)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;

	a.tpot_s = 10;
	fleet_made(&p, &a);
	ck_assert_int_gt(p.nr, 0);
	for (int i = 0; i < p.nr; i++)
		ck_rel(p.choice[i].scenario.batch,
		       floor(p.choice[i].answer.max_batch), 0);
	fleet_release(&p);
}
END_TEST

/* An answer beside its prompts: every rate falls as the time a token rises. */
START_TEST(prompts_slow_all_rates_alike)
{
	struct search *s = calloc(1, sizeof(*s));
	struct fleet_spec of = { .ttft_s = INFINITY };
	struct fleet plan = { .first_s = 0 };
	struct answer a = { .fits = true,
			    .tpot_s = 0.02, .step_s = 0.02, .tok_s_gpu = 5000,
			    .tok_s_user = 50, .tok_s_total = 20000,
			    .low = 4000, .high = 6000, .usd_mtok = 1 };
	struct slower slower;

	s->spec = &of;
	s->plan = &plan;
	s->question.scenario.batch = 10;
	s->question.scenario.osl = 500;
	s->question.on.layout.pp = s->question.on.layout.dp = 1;
	s->beside.line = (struct pass_line){ .groups = 1, .own_s = 0.1,
		.own_more_s = 0.1, .full = 4 };
	pass_line_make(&s->beside.line, 0.9);
	s->beside.alone = true;
	ck_assert(prompts_beside(s, &a, &slower));
	/* 0.02 + 0.02 x 0.1, and nine tenths of that more */
	ck_rel(slower.answer, 1.1, 2e-3);
	ck_rel(slower.token, 1.09, 2e-3);
	prompts_slow(&a, &slower);
	ck_rel(a.tpot_s, 0.02 * slower.token, 1e-12);
	ck_rel(a.tok_s_user, 50 / slower.token, 1e-12);
	ck_rel(a.tok_s_gpu, 5000 / slower.answer, 1e-12);
	ck_rel(a.tok_s_total, 20000 / slower.answer, 1e-12);
	ck_rel(a.high, 6000 / slower.answer, 1e-12);
	ck_rel(a.usd_mtok, slower.answer, 1e-12);
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
	confidence_make(&c, &(struct confidence_spec){ &p,
		SANITIZED ? 10 : 100, 7, fleet_sheets, NULL }, choice);
	ck_assert_int_gt(c.nr, 1);
	ck_assert_double_lt(p.choice[choice[0]].decode_gpus,
			    p.choice[choice[1]].decode_gpus);
	ck_rel(c.share[0], 1, 1e-12);
	ck_assert_int_eq(c.flips, 0);
	fleet_release(&p);
}
END_TEST

/*
 * R1 on a node of H200 in SGLang, which keeps room for a tenth of the output
 * to come: prompts of 8,192 and answers of 512 hold 8,192 + 512 x 1.098 / 2
 * = 8,473.1 on average, and differ by hypot(0.14434 x 8,192, 512 x 0.902 /
 * sqrt(12)) = 1,189.9. Nobody asks for a pace: memory alone stops the batch,
 * four standard deviations of the sum below what there is.
 */
START_TEST(requests_that_differ_have_room)
{
	struct fleet_spec a = fleet_asked();
	struct fleet p;
	int bound = 0;

	strcpy(a.base.model, "deepseek-r1");
	strcpy(a.base.stack, "sglang");
	a.base.ctx = (double)NAN;
	a.base.isl = 8192;
	a.base.osl = 512;
	a.gpus = 64;
	a.tpot_s = INFINITY;
	a.word[FLEET_HW][0] = "h200-sxm";
	fleet_made(&p, &a);
	for (int i = 0; i < p.nr; i++) {
		const struct choice *c = &p.choice[i];
		double b = c->scenario.batch, room = c->answer.room_tok;

		if (b > 1)
			ck_assert_double_le(b * 8473.1 + 4 * sqrt(b) * 1189.9,
					    room * (1 + 1e-4));
		b++;
		bound += !c->colocated && b <= c->answer.max_batch &&
			 b * 8473.1 + 4 * sqrt(b) * 1189.9 >
			 room * (1 - 1e-4);
	}
	ck_assert_int_gt(bound, 0);
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
	tcase_add_test(tc, what_facts_do_not_say_is_half_common);
	tcase_add_test(tc, the_largest_batch_is_what_fits);
	tcase_add_test(tc, prompts_slow_all_rates_alike);
	tcase_add_test(tc, requests_that_differ_have_room);
	tcase_add_test(tc, what_a_choice_is_worth_goes_in_whole_replicas);
	tcase_add_test(tc, one_server_for_prompts_is_one_server);
	tcase_add_test(tc, a_budget_below_a_node_is_said_with_the_least);
	tcase_add_test(tc, mixed_pools_never_cost_more);
	tcase_add_test(tc, how_sure_is_said_of_what_is_ranked);
	suite_add_tcase(s, tc);
	return s;
}
