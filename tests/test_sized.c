/* How many GPUs a choice takes, what they cost, how prompts wait: by pencil. */
#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "plan/search.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- passes of prompts ---- */

/*
 * 1 s of a group's own and 0.5 s more a prompt, 2 s and 1 s more of all; 3
 * prompts fill a pass; 0.25 s on the host. One group, P90: z = 1.28155, lengths
 * vary by 0.4 / 1.6 / sqrt(3) = 0.144338 of the mean, the longest 1.25.
 */
static struct pass_line line_of(double groups)
{
	struct pass_line l = { .groups = groups, .own_s = 1,
		.own_more_s = 0.5, .all_s = 2, .all_more_s = 1, .full = 3,
		.host_s = 0.25 };

	pass_line_make(&l, 0.9);
	return l;
}

START_TEST(a_pass_takes_what_its_prompts_do)
{
	struct pass_line l = line_of(1);

	ck_rel(l.rank_z, 1.2815516, 1e-6);
	ck_assert(!(l.most_z > 0));
	ck_rel(queue_lone_s(&l), 3.25, 1e-12);
	ck_rel(queue_takes_s(&l, 3, 3), 6, 1e-12);	/* 1 + 1, 2 + 2 */
	/* 1.184977 mean lengths: 3 + 0.184977 x 1.5, and the host */
	ck_rel(queue_alone_s(&l), 3.527466, 1e-5);
	l.rank_z = 3;				/* not beyond the longest */
	ck_rel(queue_alone_s(&l), 3 + 0.25 * 1.5 + 0.25, 1e-9);
}
END_TEST

/*
 * Of four groups one reads it: 1.184977 / 4 a group are all that the second
 * part has, 2 - 0.703756; a part is never below nothing.
 */
START_TEST(what_is_alone_has_the_groups_to_itself)
{
	struct pass_line l = line_of(4);

	ck_rel(queue_alone_s(&l), 1.0924885 + 1.2962442 + 0.25, 1e-5);
	/* of the mean length: 1 + (2 - 0.75) */
	ck_rel(queue_lone_s(&l), 1 + 1.25 + 0.25, 1e-12);
	l.all_s = 0.5;
	ck_rel(queue_alone_s(&l), 1.0924885 + 0.25, 1e-5);
	/* the largest of four: quantile of 3.625 / 4.25 = 0.852941 */
	ck_rel(l.most_z, 1.0491314, 1e-4);
}
END_TEST

/*
 * A full pass has 3 prompts in 6 s: 2.9 of them and the way are 17.65 s, and
 * where that is in time 0.5 a second are. In 9.75 s there is time for 2.9 of
 * 3.27586 s, 1.18391 prompts (3 + 1.5 x 0.18391), or 0.36140 a second; and for
 * 1.9 of 5 s, but one prompt, give or take 2, is all that 3 have room for. That
 * one in 3 s, a third a second, is in time in 5.95 s, and none in 5.9.
 */
static const struct {
	double limit_s, kept;
} kept[] = {
	{ INFINITY, 0.5 }, { 17.66, 0.5 }, { 9.75, 0.3614 },
	{ 5.9501, 1 / 3.0 }, { 5.9, 0 }, { 0.1, 0 },
};

START_TEST(shorter_passes_keep_a_shorter_limit)
{
	struct pass_line l = line_of(1);
	double got = queue_kept(&l, kept[_i].limit_s);

	ck_assert(fabs(got - kept[_i].kept) < 1e-4);
}
END_TEST

/*
 * Of two groups the busier has a quarter of a prompt more than its half. A pass
 * takes a second a prompt of it: in 5.8 / 2.9 = 2 s it has 2, of k / 2 + 1/4,
 * so that k is 3.5, or 1.75 a second. (One that leaves nothing behind has 2.401
 * in 1.4505 s: 1.655.)
 */
START_TEST(the_busier_group_has_a_part_of_a_prompt_more)
{
	struct pass_line l = { .groups = 2, .own_s = 1, .own_more_s = 1,
			       .full = 3, .rank = 0.9 };

	ck_rel(queue_kept(&l, 5.8), 1.75, 1e-5);
}
END_TEST

/* ---- servers of a pool ---- */

/*
 * A server reads up to 0.1 prompts a second, and up to 97 % of that in 3.5 s
 * whatever else comes.
 */
static struct pool pool_of(void)
{
	struct pool p = { .tok_s_gpu = 5000, .ttft_s = 3,
			  .readers = { .prompts_s = 0.1, .limit_s = 100,
				       .alone_s = 3.5 } };

	for (int i = 0; i < READERS_SERVERS; i++) {
		p.readers.played[i] = READERS_LOADS;
		for (int k = 0; k < READERS_LOADS; k++)
			p.readers.first_s[i][k] = 3.5;
	}
	scenario_init(&p.scenario);
	strcpy(p.scenario.hw, "own");
	strcpy(p.scenario.weights, "native");
	strcpy(p.scenario.kv, "fp8");
	p.scenario.gpus = 8;
	p.scenario.isl = 1000;
	p.scenario.osl = 500;
	p.scenario.price = 1;
	return p;
}

/* Prompts of 1000 tokens: 97 tok/s are all that a server reads in 3.5 s. */
static const struct {
	double tok_s, limit_s, servers;
} pools[] = {
	{ 96.9, 3.5, 1 }, { 97.1, 3.5, 2 }, { 97.1, 90, 2 },
	{ 50, 3.49, INFINITY }, { 0, 3.5, 1 }, { 200, 3.5, 3 },
	{ 0, INFINITY, 1 }, { 9699, INFINITY, 100 }, { 9701, INFINITY, 101 },
};

START_TEST(a_pool_has_the_servers_that_its_prompts_want)
{
	struct pool p = pool_of();
	double got = pool_servers(&p, pools[_i].tok_s, pools[_i].limit_s);

	if (isinf(pools[_i].servers))
		ck_assert(isinf(got));
	else
		ck_rel(got, pools[_i].servers, 0);
}
END_TEST

/* ---- a search, as far as sizes need one ---- */

struct fixture {
	struct fleet_spec spec;
	struct fleet plan;
	struct pool pool[3];
	struct gpu gpu;
	struct search search;
	struct choice choice;
};

/* 16 GPUs at $2, 8000 tok/s; 1000 prompt tokens for 500 of output. */
static struct fixture *prepare(void)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct scenario *s = &f->choice.scenario;

	f->spec = (struct fleet_spec){ .tpot_s = 0.05, .ttft_s = INFINITY,
		.gpus = 100, .usd_h = INFINITY, .first_rank = 0.9 };
	for (int i = 0; i < 3; i++)
		f->pool[i] = pool_of();
	f->plan = (struct fleet){ .pool = f->pool, .pools = 1 };
	f->gpu.nvlink_gpus = 8;
	f->search.spec = &f->spec;
	f->search.plan = &f->plan;
	f->search.question.on.machine.gpu = &f->gpu;
	f->search.question.scenario = f->pool[0].scenario;
	scenario_init(s);
	s->gpus = 16;
	s->price = 2;
	s->isl = 1000;
	s->osl = 500;
	f->choice.pool = -1;
	f->choice.answer.tok_s_total = 8000;
	f->choice.answer.step_s = 0.1;
	return f;
}

static const struct {
	double gpus, usd_h, load;
	bool spare;
	double replicas, spares;	/* 0: none is to be had */
} sizes[] = {
	{ 100, INFINITY, 0, false, 6, 0 }, { 96, INFINITY, 0, false, 6, 0 },
	{ 95, INFINITY, 0, false, 5, 0 }, { 16, INFINITY, 0, false, 1, 0 },
	{ 15, INFINITY, 0, false, 0, 0 },
	{ 100, INFINITY, 0, true, 5, 8 }, { 24, INFINITY, 0, true, 1, 8 },
	{ 23, INFINITY, 0, true, 0, 8 },
	/* $32 an hour a replica */
	{ 100, 100, 0, false, 3, 0 }, { 100, 96, 0, false, 3, 0 },
	{ 100, 95, 0, false, 2, 0 }, { 100, 31, 0, false, 0, 0 },
	{ INFINITY, 100, 0, false, 3, 0 },
	{ INFINITY, INFINITY, 0, false, 1, 0 },
	/* of a load, as many as it takes or none at all */
	{ 100, INFINITY, 20000, false, 3, 0 },
	{ 100, INFINITY, 16000, false, 2, 0 },
	{ 100, INFINITY, 16001, false, 3, 0 },
	{ 47, INFINITY, 20000, false, 0, 0 },
	{ 48, INFINITY, 20000, false, 3, 0 },
	{ 48, INFINITY, 20000, true, 0, 0 },
	{ 100, 96, 20000, false, 3, 0 }, { 100, 95, 20000, false, 0, 0 },
	{ INFINITY, INFINITY, 20000, false, 3, 0 },
};

START_TEST(a_choice_is_as_large_as_the_offer_or_the_load)
{
	struct fixture *f = prepare();
	struct choice *c = &f->choice;
	double n = sizes[_i].replicas, served = sizes[_i].load;

	f->spec.gpus = sizes[_i].gpus;
	f->spec.usd_h = sizes[_i].usd_h;
	f->spec.load_tok_s = served;
	f->spec.spare_node = sizes[_i].spare;
	ck_assert_int_eq(fleet_size(&f->search, c), n > 0);
	if (n > 0) {
		double own = n * 16 + sizes[_i].spares;

		served = served > 0 ? served : n * 8000;
		ck_rel(c->replicas, n, 0);
		ck_rel(c->decode_gpus, n * 16, 0);
		ck_assert(!(c->prefill_gpus > 0));
		ck_rel(c->spare_gpus + 1, sizes[_i].spares + 1, 0);
		ck_rel(c->tok_s, n * 8000, 0);
		ck_rel(c->tok_s_gpu, 500, 1e-12);	/* spares apart */
		ck_rel(c->usd_month, own * 2 * 730, 1e-12);
		ck_rel(c->usd_mtok_out, own * 2 / 3600 / served * 1e6,
		       1e-12);
		ck_assert(isnan(c->usd_mtok_in) && isnan(c->ttft_s));
		ck_assert(fabs(c->spare_share - (1 - served / (n * 8000))) <
			  1e-12);
	}
	free(f);
}
END_TEST

/*
 * 16 GPUs of 700 W draw 11.2 kW at their limits and a spare node of 8 5.6; a
 * load of 20,000 tok/s takes three replicas, and of 20 one with a server of 8
 * that read its prompts: at 1,000 W each 8 kW.
 */
static const struct {
	double most_W, load;
	bool spare;
	int pool;
	double replicas, limit_W;	/* 0: none is to be had */
} fed[] = {
	{ 34e3, 0, false, -1, 3, 33600 }, { 33600, 0, false, -1, 3, 33600 },
	{ 33599, 0, false, -1, 2, 22400 }, { 11199, 0, false, -1, 0, 0 },
	{ 16800, 0, true, -1, 1, 16800 }, { 16799, 0, true, -1, 0, 0 },
	{ 33600, 20000, false, -1, 3, 33600 },
	{ 33599, 20000, false, -1, 0, 0 },
	{ 19200, 20, false, 0, 1, 19200 }, { 19199, 20, false, 0, 0, 0 },
	{ 0, 0, false, -1, 6, 67200 },	/* no limit: 100 GPUs are on offer */
};

START_TEST(a_choice_is_as_large_as_can_be_fed)
{
	struct fixture *f = prepare();

	f->gpu.tdp_W = 700;
	f->pool[0].limit_W = 1000;
	f->choice.pool = fed[_i].pool;
	f->spec.most_W = fed[_i].most_W;
	f->spec.load_tok_s = fed[_i].load;
	f->spec.spare_node = fed[_i].spare;
	ck_assert_int_eq(fleet_size(&f->search, &f->choice),
			 fed[_i].replicas > 0);
	if (fed[_i].replicas > 0) {
		ck_rel(f->choice.replicas, fed[_i].replicas, 0);
		ck_rel(f->choice.limit_W, fed[_i].limit_W, 1e-12);
	}
	f->spec.gpus = INFINITY;	/* and by power alone */
	if (fed[_i].most_W > 0 && fleet_size(&f->search, &f->choice))
		ck_rel(f->choice.replicas, fed[_i].replicas, 0);
	free(f);
}
END_TEST

/*
 * A load of 16,000 tok/s at 50 ms a token is 800 in flight, give or take 28.3:
 * two replicas have 800 places, and 856.6 are to be had where prompts come at
 * random. At 14,900, 745 and 54.6, two are enough.
 */
START_TEST(who_comes_has_a_place)
{
	struct fixture *f = prepare();

	f->choice.answer.tpot_s = 0.05;
	f->spec.load_tok_s = 16000;
	ck_assert(fleet_size(&f->search, &f->choice));
	ck_rel(f->choice.replicas, 2, 0);
	f->choice.colocated = true;
	ck_assert(fleet_size(&f->search, &f->choice));
	ck_rel(f->choice.replicas, 3, 0);
	ck_rel(fleet_least(&f->search, &f->choice), 48, 0);
	f->spec.load_tok_s = 14900;
	ck_assert(fleet_size(&f->search, &f->choice));
	ck_rel(f->choice.replicas, 2, 0);
	free(f);
}
END_TEST

/*
 * A load of 20 tok/s has 40 prompt tokens a second, 0.04 prompts: one server
 * of 8 at $1. For rates, 16,000 prompt tokens a second of 5,000 a GPU count.
 */
START_TEST(prompts_add_servers_and_their_cost)
{
	struct fixture *f = prepare();
	struct choice *c = &f->choice;

	f->spec.load_tok_s = 20;
	c->pool = 0;
	ck_assert(fleet_size(&f->search, c));
	ck_rel(c->replicas, 1, 0);
	ck_rel(c->prefill_gpus, 8, 0);
	ck_rel(c->tok_s_gpu, 8000 / (16 + 16000 / 5000.0), 1e-12);
	ck_rel(c->usd_month, (32 + 8) * 730, 1e-12);
	ck_rel(c->usd_mtok_out, 32 / 3600.0 / 20 * 1e6, 1e-12);
	ck_rel(c->usd_mtok_in, 8 / 3600.0 / 40 * 1e6, 1e-12);
	ck_rel(c->prefill_tok_s_gpu, 5000, 0);
	ck_rel(c->ttft_s, 3, 0);
	ck_rel(c->first_s, 3.5 + 1.9 * 0.1, 1e-12);
	ck_rel(fleet_least(&f->search, c), 24, 0);
	f->spec.spare_node = true;
	ck_rel(fleet_least(&f->search, c), 32, 0);
	f->spec.gpus = 31;
	ck_assert(!fleet_size(&f->search, c));
	f->spec.gpus = 32;
	ck_assert(fleet_size(&f->search, c));
	f->spec.usd_h = 56;		/* (16 + 8) x 2 + 8 x 1 */
	ck_assert(fleet_size(&f->search, c));
	f->spec.usd_h = 55.9;
	ck_assert(!fleet_size(&f->search, c));
	f->pool[0].scenario.price = 3;	/* 48 + 24 */
	f->spec.usd_h = 72;
	ck_assert(fleet_size(&f->search, c));
	f->spec.usd_h = 71.9;
	ck_assert(!fleet_size(&f->search, c));
	free(f);
}
END_TEST

/* Without a price of either nothing is said of money. */
START_TEST(a_pool_without_a_price_has_no_cost)
{
	struct fixture *f = prepare();
	struct choice *c = &f->choice;

	f->spec.load_tok_s = 20;
	c->pool = 0;
	f->pool[0].scenario.price = (double)NAN;
	ck_assert(fleet_size(&f->search, c));
	ck_assert(isnan(c->usd_month) && isnan(c->usd_mtok_out) &&
		  isnan(c->usd_mtok_in));
	f->pool[0].scenario.price = 1;
	c->scenario.price = 0;
	ck_assert(fleet_size(&f->search, c));
	ck_assert(isnan(c->usd_month));
	c->scenario.price = f->pool[0].scenario.price = 0.5;
	ck_assert(fleet_size(&f->search, c));	/* half a dollar is one */
	ck_rel(c->usd_month, (16 + 8) * 0.5 * 730, 1e-12);
	free(f);
}
END_TEST

/* A first token may take 3.5 s and 1.9 steps of 0.1 s. */
START_TEST(a_pool_and_a_step_may_be_too_late)
{
	struct fixture *f = prepare();

	f->choice.pool = 0;
	f->spec.ttft_s = 3.68;		/* 3.49 is left */
	ck_assert(fleet_late(&f->search, &f->choice));
	f->spec.ttft_s = 3.7;		/* 3.51 */
	ck_assert(!fleet_late(&f->search, &f->choice));
	f->choice.pool = -1;
	f->spec.ttft_s = 0.1;
	ck_assert(!fleet_late(&f->search, &f->choice));
	free(f);
}
END_TEST

/* The longest step that leaves the soonest pool in time. */
START_TEST(a_pool_leaves_a_step_its_time)
{
	struct fixture *f = prepare();

	f->spec.ttft_s = 5;
	ck_rel(pools_step_s(&f->search), (5 - 3.5) / 1.9, 1e-12);
	f->plan.pools = 0;
	ck_assert(isinf(pools_step_s(&f->search)));
	f->plan.pools = 1;
	f->spec.ttft_s = 1;		/* below nothing: none */
	ck_rel(pools_step_s(&f->search), -1, 0);
	free(f);
}
END_TEST

/* Its own kind first; of others, where asked for, the cheapest a token. */
START_TEST(a_layout_is_tried_with_its_own_pool_and_the_best_other)
{
	struct fixture *f = prepare();
	int pool[POOLS_TRIED];

	f->plan.pools = 3;
	strcpy(f->pool[0].scenario.hw, "dear");
	strcpy(f->pool[1].scenario.hw, "cheap");
	f->pool[0].scenario.price = 3;
	f->pool[1].tok_s_gpu = 2000;	/* $1 of 2000, $3 of 5000 */
	strcpy(f->search.question.scenario.hw, "own");
	ck_assert_int_eq(pools_for(&f->search, pool), 1);
	ck_assert_int_eq(pool[0], 2);
	f->spec.mix = true;
	ck_assert_int_eq(pools_for(&f->search, pool), 2);
	ck_assert_int_eq(pool[1], 1);
	f->pool[2].scenario.price = (double)NAN;	/* then by GPUs */
	ck_assert_int_eq(pools_for(&f->search, pool), 2);
	ck_assert_int_eq(pool[1], 0);
	strcpy(f->pool[0].scenario.kv, "bf16");	/* another KV: not sent */
	ck_assert_int_eq(pools_for(&f->search, pool), 2);
	ck_assert_int_eq(pool[1], 1);
	strcpy(f->pool[2].scenario.weights, "nvfp4");	/* not as they are */
	ck_assert_int_eq(pools_for(&f->search, pool), 1);
	ck_assert_int_eq(pool[0], 1);
	free(f);
}
END_TEST

START_TEST(the_least_time_is_kept)
{
	double least = 0;

	least_note(&least, 0);
	ck_assert(!(least > 0));
	least_note(&least, 5);
	ck_rel(least, 5, 0);
	least_note(&least, 7);
	ck_rel(least, 5, 0);
	least_note(&least, -1);
	ck_rel(least, 5, 0);
	least_note(&least, 3);
	ck_rel(least, 3, 0);
}
END_TEST

static TCase *queue_case(void)
{
	TCase *tc = tcase_create("queue");

	tcase_add_test(tc, a_pass_takes_what_its_prompts_do);
	tcase_add_test(tc, what_is_alone_has_the_groups_to_itself);
	tcase_add_test(tc, the_busier_group_has_a_part_of_a_prompt_more);
	tcase_add_loop_test(tc, shorter_passes_keep_a_shorter_limit, 0,
			    NR(kept));
	tcase_add_loop_test(tc, a_pool_has_the_servers_that_its_prompts_want,
			    0, NR(pools));
	return tc;
}

Suite *suite_sized(void)
{
	Suite *s = suite_create("sized");
	TCase *tc = tcase_create("size");

	suite_add_tcase(s, queue_case());
	tcase_add_loop_test(tc, a_choice_is_as_large_as_can_be_fed, 0,
			    NR(fed));
	tcase_add_loop_test(tc, a_choice_is_as_large_as_the_offer_or_the_load,
			    0, NR(sizes));
	tcase_add_test(tc, who_comes_has_a_place);
	tcase_add_test(tc, prompts_add_servers_and_their_cost);
	tcase_add_test(tc, a_pool_without_a_price_has_no_cost);
	tcase_add_test(tc, a_pool_and_a_step_may_be_too_late);
	tcase_add_test(tc, a_pool_leaves_a_step_its_time);
	tcase_add_test(tc,
		a_layout_is_tried_with_its_own_pool_and_the_best_other);
	tcase_add_test(tc, the_least_time_is_kept);
	suite_add_tcase(s, tc);
	return s;
}
