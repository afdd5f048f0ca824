#include "tests/tests.h"

#include <stdlib.h>

#include "traffic/arrive.h"

/* What a drawn load holds, where luck has no part in it or is averaged out. */

static struct arrive_spec plain(enum arrive_how how, int requests)
{
	return (struct arrive_spec){ .how = how, .requests = requests,
		.clients = 4, .rate = 4, .spread = 1, .prompt_tok = 25,
		.output_tok = 10, .turns = 1, .block_tok = 10, .seed = 7 };
}

/* Four a second: .25, .5, .75 s. */
START_TEST(constant_arrivals_are_evenly_apart)
{
	struct arrive_spec a = plain(ARRIVE_CONSTANT, 8);
	struct serve_load l;

	a.hit = .25;
	arrive_draw(&l, &a);
	ck_assert_int_eq(l.nr, 8);
	for (int i = 0; i < 8; i++) {
		ck_rel(l.request[i].at_s, (i + 1) / 4.0, 1e-12);
		ck_assert_int_eq(l.request[i].prompt_tok, 25);
		ck_assert_int_eq(l.request[i].output_tok, 10);
		ck_assert_int_eq(l.request[i].steps, 9);
		ck_assert_int_eq(l.request[i].cached_tok, 6);	/* of 6.25 */
		ck_assert_int_eq(l.request[i].after, -1);
		ck_assert_int_eq(l.request[i].blocks, 0);
	}
	serve_load_release(&l);
}
END_TEST

static const struct {
	enum arrive_how how;
	enum serve_client client;
	int clients;
} ways[] = {
	{ ARRIVE_CLOSED, SERVE_CLOSED, 4 },
	{ ARRIVE_WAVES, SERVE_WAVES, 4 },
	{ ARRIVE_SEQUENTIAL, SERVE_CLOSED, 1 },
	{ ARRIVE_OFFLINE, SERVE_OPEN, 4 },
	{ ARRIVE_POISSON, SERVE_OPEN, 4 },
	{ ARRIVE_DAY, SERVE_OPEN, 4 },
};

START_TEST(each_way_to_arrive_has_its_clients)
{
	struct arrive_spec a = plain(ways[_i].how, 8);
	struct serve_load l;

	a.day_s = 100;
	arrive_draw(&l, &a);
	ck_assert_int_eq(l.client, ways[_i].client);
	ck_assert_int_eq(l.clients, ways[_i].clients);
	if (ways[_i].how == ARRIVE_OFFLINE)
		ck_assert_double_eq(l.request[7].at_s, 0);
	serve_load_release(&l);
}
END_TEST

START_TEST(each_way_to_arrive_is_found_by_its_name)
{
	for (int i = 0; i < ARRIVE_NR; i++)
		ck_assert_int_eq(arrive_how_of(arrive_names[i]), i);
	ck_assert_int_eq(arrive_how_of("soon"), -1);
}
END_TEST

/*
 * A turn says again what was said: prompts of 25, 25 + 10 + 25 = 60, 95; whole
 * blocks of 10 in them 2, 6, 9; with their outputs 3, 7, 10.
 */
START_TEST(a_turn_says_again_what_was_said)
{
	static const struct { int prompt, blocks, first; } k[] = {
		{ 25, 2, 0 }, { 60, 6, 3 }, { 95, 9, 10 } };
	struct arrive_spec a = plain(ARRIVE_CONSTANT, 6);
	struct serve_load l;

	a.turns = 3;
	arrive_draw(&l, &a);
	for (int i = 0; i < 6; i++) {
		const struct serve_request *r = &l.request[i];

		ck_assert_int_eq(r->prompt_tok, k[i % 3].prompt);
		ck_assert_int_eq(r->blocks, k[i % 3].blocks);
		ck_assert_int_eq(r->tail, 1);
		ck_assert_int_eq(r->after, i % 3 ? i - 1 : -1);
		ck_assert_int_eq((int)r->first, k[i % 3].first + i / 3 * 20);
		/* no think time; sessions come four a second */
		ck_rel(1 + r->at_s, i % 3 ? 1 : 1 + (i / 3 + 1) / 4.0, 1e-12);
		/* the same blocks as the session's first turn */
		for (int j = 0; j < r->blocks + r->tail; j++)
			ck_assert(l.hash[r->first + (size_t)j] ==
				  l.hash[i / 3 * 20 + 10 + j]);
	}
	ck_assert_int_eq((int)l.hashes, 40);	/* 3 + 7 + 10, twice */
	ck_assert(l.hash[0] != l.hash[20]);
	serve_load_release(&l);
}
END_TEST

/* Mean 3 s of 4,000 exponentials: its deviation is 3 / sqrt(4000), .047. */
START_TEST(between_turns_people_think)
{
	struct arrive_spec a = plain(ARRIVE_CONSTANT, 8000);
	struct serve_load l;
	double sum = 0;

	a.turns = 2;
	a.think_s = 3;
	arrive_draw(&l, &a);
	for (int i = 1; i < 8000; i += 2)
		sum += l.request[i].at_s;
	ck_assert_double_eq_tol(sum / 4000, 3, 5 * .047);
	serve_load_release(&l);
}
END_TEST

/* Prompts of 20 to 40: all point to one list, 40 / 10 blocks long. */
START_TEST(the_same_prompt_shares_its_blocks)
{
	struct arrive_spec a = plain(ARRIVE_CONSTANT, 500);
	struct serve_load l;
	int shortest = 99, longest = 0;

	a.same = true;
	a.prompt_tok = 40;
	a.spread = .5;
	arrive_draw(&l, &a);
	ck_assert_int_eq((int)l.hashes, 4);
	for (int i = 0; i < 500; i++) {
		const struct serve_request *r = &l.request[i];

		ck_assert_int_eq(r->blocks, r->prompt_tok / 10);
		ck_assert_int_eq((int)r->first, 0);
		ck_assert_int_eq(r->tail, 0);
		if (r->prompt_tok < shortest)
			shortest = r->prompt_tok;
		if (r->prompt_tok > longest)
			longest = r->prompt_tok;
	}
	/* of 500 a length of 21 is missed with chance (20/21)^500 < 1e-10 */
	ck_assert_int_eq(shortest, 20);
	ck_assert_int_eq(longest, 40);
	serve_load_release(&l);
}
END_TEST

/*
 * Mean 1,000 whatever the spread: of 5,000 lognormals with .5 the deviation of
 * the mean is 1000 sqrt(e^.25 - 1) / sqrt(5000) = 7.5. The median is lower,
 * 1000 e^-.125 = 882, and half are below.
 */
START_TEST(lognormal_lengths_have_their_mean)
{
	struct arrive_spec a = plain(ARRIVE_CONSTANT, 5000);
	struct serve_load l;
	double sum = 0;
	int below = 0;

	a.lengths = LENGTHS_LOGNORMAL;
	a.spread = .5;
	a.prompt_tok = 1000;
	arrive_draw(&l, &a);
	for (int i = 0; i < 5000; i++) {
		sum += l.request[i].prompt_tok;
		below += l.request[i].prompt_tok < 882;
	}
	ck_assert_double_eq_tol(sum / 5000, 1000, 5 * 7.5);
	/* sd of a count of 5,000 halves: 35 */
	ck_assert_int_lt(abs(below - 2500), 5 * 36);
	serve_load_release(&l);
}
END_TEST

/* ---- drafts ---- */

/* 10 tokens: the first comes with the prompt, 9 in steps of `gain`. */
static const struct {
	int drafts;
	double gain;
	const double accept[3];	/* given when the first is >= 0 */
	int steps;
} taken[] = {
	{ 3, 4, { -1 }, 3 },		/* all accepted: 4 + 4 + 1 */
	{ 3, 1, { -1 }, 9 },		/* none */
	{ 1, 2, { -1 }, 5 },		/* 2 2 2 2 1 */
	{ 3, 2, { 1, 1, 0 }, 3 },	/* 3 3 3 */
	{ 3, 2, { 1, 0, 1 }, 5 },	/* what follows a refused one is lost */
	{ 3, 2, { 0, 1, 1 }, 9 },
	{ 0, 1, { -1 }, 9 },		/* no drafts: as it was drawn */
};

START_TEST(accepted_drafts_save_steps)
{
	struct arrive_spec a = plain(ARRIVE_OFFLINE, 3);
	struct accept_spec d = { taken[_i].drafts, taken[_i].gain,
		taken[_i].accept[0] >= 0 ? taken[_i].accept : NULL, 7 };
	struct serve_load l;

	arrive_draw(&l, &a);
	arrive_steps(&l, &d);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(l.request[i].steps, taken[_i].steps);
	serve_load_release(&l);
}
END_TEST

/*
 * 1 + p + p^2 = 1.75 at p = 1/2: 1,000 requests of 1,751 tokens take 1,000
 * steps each on average. 0, 1, 2 drafts with 1/2, 1/4, 1/4 have a variance of
 * 1/4 + 4/4 - .75^2 = .6875: over a million steps .08 % of a gain at most.
 */
START_TEST(a_step_gains_what_was_asked_for_on_average)
{
	struct arrive_spec a = plain(ARRIVE_OFFLINE, 1000);
	struct accept_spec d = { 2, 1.75, NULL, 7 };
	struct serve_load l;
	double sum = 0;

	a.output_tok = 1751;
	arrive_draw(&l, &a);
	arrive_steps(&l, &d);
	for (int i = 0; i < 1000; i++)
		sum += l.request[i].steps;
	ck_rel(sum / 1000, 1000, .003);
	serve_load_release(&l);
}
END_TEST

/* ---- luck ---- */

/* Mean 1: of 20,000 with .5 the mean's deviation is .533 / 141 = .0038. */
START_TEST(luck_is_one_on_average)
{
	struct arrive_spec a = plain(ARRIVE_OFFLINE, 20000);
	struct serve_load l;
	double sum = 0, least = 9;

	arrive_draw(&l, &a);
	arrive_luck(&l, .5, 7);
	for (int i = 0; i < 20000; i++) {
		sum += l.request[i].luck;
		least = fmin(least, l.request[i].luck);
	}
	ck_assert_double_gt(least, 0);
	ck_assert_double_eq_tol(sum / 20000, 1, 5 * .0038);
	arrive_luck(&l, 0, 7);
	for (int i = 0; i < 20000; i++)
		ck_assert_float_eq(l.request[i].luck, 1);
	serve_load_release(&l);
}
END_TEST

Suite *suite_drawn(void)
{
	Suite *s = suite_create("drawn");
	TCase *tc = tcase_create("drawn");

	tcase_add_test(tc, constant_arrivals_are_evenly_apart);
	tcase_add_loop_test(tc, each_way_to_arrive_has_its_clients, 0,
			    sizeof(ways) / sizeof(*ways));
	tcase_add_test(tc, each_way_to_arrive_is_found_by_its_name);
	tcase_add_test(tc, a_turn_says_again_what_was_said);
	tcase_add_test(tc, between_turns_people_think);
	tcase_add_test(tc, the_same_prompt_shares_its_blocks);
	tcase_add_test(tc, lognormal_lengths_have_their_mean);
	tcase_add_loop_test(tc, accepted_drafts_save_steps, 0,
			    sizeof(taken) / sizeof(*taken));
	tcase_add_test(tc, a_step_gains_what_was_asked_for_on_average);
	tcase_add_test(tc, luck_is_one_on_average);
	suite_add_tcase(s, tc);
	return s;
}
