#include "tests/tests.h"

#include "tests/toy_engine.h"

/* ---- who is received ---- */

/* Four come to nobody: two each. A fifth goes where fewer are. */
START_TEST(who_comes_goes_where_fewest_are)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	e.is.max_seqs = 0;
	for (int32_t i = 0; i < 4; i++)
		toy_come(&e, i, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(e.r.rank[0].wait.nr, 2);
	ck_assert_int_eq(e.r.rank[1].wait.nr, 2);
	fifo_pop(&e.r.rank[1].wait);
	toy_come(&e, 4, 10, 0);
	e.r.received_ago = 1;
	toy_plan_step(&e, 0);
	ck_assert_int_eq(e.r.rank[1].wait.nr, 2);
	ck_assert_int_eq(e.r.waiting, 4);
	ck_assert_double_eq(e.plan.s, 0);	/* nothing to do */
	replica_release(&e.r);
}
END_TEST

START_TEST(what_comes_after_the_look_is_not_seen)
{
	struct toy_engine e;

	toy_begin(&e, 1);
	toy_come(&e, 0, 10, 5);
	toy_come(&e, 1, 10, 6);
	toy_come(&e, 2, 10, 7);
	toy_plan_step(&e, 6);
	ck_assert_int_eq(toy_taken(&e), 2);
	ck_assert_int_eq(e.r.inbox.nr, 1);
	replica_release(&e.r);
}
END_TEST

/* Every second decode step, and always when nothing is to be done. */
START_TEST(the_inbox_is_looked_at_every_so_many_steps)
{
	struct toy_engine e;

	toy_begin(&e, 1);
	toy_let_run(&e, 1, 0);
	e.is.recv_interval = 2;
	toy_come(&e, 1, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 0);
	toy_finish(&e);
	e.r.received_ago = 2;
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 1);
	ck_assert_int_eq(e.r.received_ago, 0);
	replica_release(&e.r);

	toy_begin(&e, 1);
	e.is.recv_interval = 2;
	e.r.received_ago = 0;
	toy_come(&e, 0, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 1);
	replica_release(&e.r);
}
END_TEST

/* ---- when prompts may ---- */

/* A cut prompt goes on though nobody waits: 10 + 10 + 5 of 25. */
START_TEST(a_cut_prompt_goes_on)
{
	struct toy_engine e;

	toy_begin(&e, 1);
	e.is.budget_tok = 10;
	toy_come(&e, 0, 25, 0);
	for (int i = 0; i < 3; i++) {
		toy_plan_step(&e, 0);
		ck_assert_double_eq(e.asked.last.new_tok, i < 2 ? 10 : 5);
		ck_assert_double_eq(e.asked.last.prompts, 1);
		toy_finish(&e);
	}
	ck_assert_int_eq(e.r.rank[0].running, 1);
	replica_release(&e.r);
}
END_TEST

/* Every third step may have prompts; one that only has prompts always. */
START_TEST(prompts_come_every_so_many_steps)
{
	struct toy_engine e;

	toy_begin(&e, 1);
	toy_let_run(&e, 1, 0);
	e.is.prefill_interval = 3;
	toy_come(&e, 1, 10, 0);
	for (int step = 1; step <= 3; step++) {
		e.r.steps = step;
		toy_plan_step(&e, 0);
		ck_assert_int_eq(toy_taken(&e), step == 3);
	}
	replica_release(&e.r);

	toy_begin(&e, 1);
	e.is.prefill_interval = 3;
	e.r.steps = 1;
	toy_come(&e, 0, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 1);
	replica_release(&e.r);
}
END_TEST

/* One group has a prompt and one has none: two passes it waits. */
START_TEST(a_lone_prompt_is_delayed_for_some_passes)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	toy_let_run(&e, 1, 1);
	e.is.delay_passes = 2;
	toy_come(&e, 2, 10, 0);
	for (int pass = 0; pass < 3; pass++) {
		toy_plan_step(&e, 0);
		ck_assert_int_eq(toy_taken(&e), pass == 2);
	}
	ck_assert_int_eq(e.r.delayed, 0);
	replica_release(&e.r);
}
END_TEST

START_TEST(a_prompt_for_each_group_is_not_delayed)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	toy_let_run(&e, 1, 1);
	e.is.delay_passes = 2;
	toy_come(&e, 2, 10, 0);
	toy_come(&e, 3, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 2);
	replica_release(&e.r);
}
END_TEST

/*
 * Four places a group, and two prompts have been in one pass: with three
 * running in a group only one is free, so prompts that all groups have wait.
 * For ever, where such a pass is not forgotten, and for two passes where each
 * leaves 0.9 of it: 2, 1.8 and 1.62 are more than the free place. Of 0.4, 0.8
 * is not. One prompt in a pass, as it has been, does not wait, and two places
 * are enough for two.
 */
static const struct { double share, widest; int running, waits; } crowds[] = {
	{ 1, 2, 3, 100 }, { 0.9, 2, 3, 2 }, { 0.4, 2, 3, 1 }, { 1, 1, 3, 0 },
	{ 1, 2, 2, 0 }, { 0, 2, 3, 0 },
};

static void crowd_make(struct toy_engine *e, int i)
{
	toy_begin(e, TOY_GROUPS);
	e->is.max_seqs = 4;
	toy_let_run(e, crowds[i].running, 1);
	ck_assert(e->r.widest == crowds[i].running);	/* in one pass */
	e->is.delay_passes = 2;
	e->is.delay_slots = crowds[i].share;
	e->r.widest = crowds[i].widest;
	for (int g = 0; g < TOY_GROUPS; g++) {
		toy_come(e, 5 + g, 10, 0);
		fifo_push(&e->r.rank[g].wait, fifo_pop(&e->r.inbox));
	}
}

START_TEST(prompts_wait_for_places_for_a_pass_of_them)
{
	struct toy_engine e;
	int waited = 0;

	crowd_make(&e, _i);
	while (waited < 100) {
		toy_plan_step(&e, 0);
		if (toy_taken(&e))
			break;
		waited++;
	}
	ck_assert_int_eq(waited, crowds[_i].waits);
	replica_release(&e.r);
}
END_TEST

/* A prompt that was cut is asked of nobody; what waits behind it is. */
START_TEST(a_prompt_that_is_cut_goes_on_where_places_are_few)
{
	for (int few = 0; few <= 1; few++) {
		struct toy_engine e;
		struct rank *k;

		crowd_make(&e, few ? 0 : 4);
		k = &e.r.rank[0];
		e.is.chunked = true;
		k->part = fifo_pop(&k->wait);
		e.live[k->part].state = LIVE_PROMPT;
		toy_come(&e, 7, 10, 0);
		fifo_push(&k->wait, fifo_pop(&e.r.inbox));
		toy_plan_step(&e, 0);
		ck_assert_int_eq(k->takes, few ? 1 : 2);
		ck_assert_int_eq(k->take[0].id, k->part);
		ck_assert_int_eq(e.r.rank[1].takes, !few);
		ck_assert(e.r.widest == 2);
		replica_release(&e.r);
	}
}
END_TEST

/*
 * Both groups have a prompt, but two run in the first, which is all it may: a
 * prompt that finds no place is none to wait no longer for. Nor one that finds
 * no room: 20 tokens are held there, and 10 + 100 more are asked for.
 */
START_TEST(a_prompt_without_a_place_is_not_counted)
{
	for (int full = 0; full < 3; full++) {
		struct toy_engine e;

		toy_begin(&e, TOY_GROUPS);
		toy_let_run(&e, 2, 1);
		e.is.delay_passes = 5;
		e.is.reserve = SERVE_NOW;
		e.is.max_seqs = full == 1 ? 2 : 100;
		e.is.room_tok = full == 2 ? 120 : 1e6;
		for (int g = 0; g < TOY_GROUPS; g++) {
			toy_come(&e, 5 + g, g ? 10 : 100, 0);
			fifo_push(&e.r.rank[g].wait, fifo_pop(&e.r.inbox));
		}
		toy_plan_step(&e, 0);
		ck_assert_int_eq(toy_taken(&e), (full ? 0 : 2));
		replica_release(&e.r);
	}
}
END_TEST

/*
 * Balanced attention DP: with one prompt for two groups that both decode it
 * waits until ten decode steps are counted, the last of them.
 */
START_TEST(a_lone_prompt_waits_for_the_count_of_steps)
{
	static const struct { int since, balanced_at, takes; } k[] = {
		{ 0, 0, 0 }, { 8, 0, 0 }, { 9, 0, 1 }, { 10, 0, 0 },
		{ 19, 0, 1 }, { 19, 9, 0 }, { 18, 9, 1 } };

	for (unsigned i = 0; i < sizeof(k) / sizeof(*k); i++) {
		struct toy_engine e;

		toy_begin(&e, TOY_GROUPS);
		toy_let_run(&e, 1, 1);
		e.is.adp_balance = true;
		e.is.adp_timeout = 10;
		e.r.decode_steps = k[i].since;
		e.r.balanced_at = k[i].balanced_at;
		toy_come(&e, 2, 10, 0);
		toy_plan_step(&e, 0);
		ck_assert_int_eq(toy_taken(&e), k[i].takes);
		if (k[i].takes)
			ck_assert_int_eq((int)e.r.balanced_at, k[i].since);
		replica_release(&e.r);
	}
}
END_TEST

/* Groups that decode, prompts, timeout: does it go at the first step? */
static const struct { int running[2], prompts, timeout, takes; } goes[] = {
	{ { 1, 1 }, 2, 10, 2 },		/* one each */
	{ { 1, 0 }, 1, 10, 1 },		/* a group has nothing to decode */
	{ { 1, 1 }, 1, 0, 1 },		/* no timeout: no waiting */
	{ { 1, 1 }, 1, 10, 0 },
};

START_TEST(balanced_groups_take_prompts_together)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	toy_let_run(&e, goes[_i].running[0], goes[_i].running[1]);
	e.is.adp_balance = true;
	e.is.adp_timeout = goes[_i].timeout;
	for (int32_t j = 0; j < goes[_i].prompts; j++)
		toy_come(&e, 4 + j, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), goes[_i].takes);
	replica_release(&e.r);
}
END_TEST

/* Then a step more, to fill the step, when all groups decode. */
START_TEST(balanced_prompts_wait_to_fill_their_step)
{
	struct toy_engine e;

	toy_begin(&e, TOY_GROUPS);
	toy_let_run(&e, 1, 1);
	e.is.adp_balance = true;
	e.is.adp_timeout = 10;
	e.is.adp_wait = 1;
	toy_come(&e, 2, 10, 0);
	toy_come(&e, 3, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 0);
	ck_assert_int_eq(e.r.filled, 1);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 2);
	ck_assert_int_eq(e.r.filled, 0);
	replica_release(&e.r);
}
END_TEST

/* Half of a budget of 100: 1 that decodes and 48 of a prompt wait. */
START_TEST(a_step_that_would_be_small_waits_for_more)
{
	static const struct { int prompt, waits; } k[] = {
		{ 20, 2 }, { 48, 2 }, { 49, 0 } };

	for (unsigned i = 0; i < sizeof(k) / sizeof(*k); i++) {
		struct toy_engine e;

		toy_begin(&e, 1);
		toy_let_run(&e, 1, 0);
		e.is.budget_tok = 100;
		e.is.wait_iters = 2;
		e.is.wait_ratio = .5;
		toy_come(&e, 1, k[i].prompt, 0);
		for (int step = 0; step <= k[i].waits; step++) {
			toy_plan_step(&e, 0);
			ck_assert_int_eq(toy_taken(&e), step == k[i].waits);
		}
		ck_assert_int_eq(e.r.rank[0].held_back, 0);
		replica_release(&e.r);
	}
}
END_TEST

/* With nothing to decode there is nothing to wait beside. */
START_TEST(who_has_nothing_to_decode_waits_for_no_more)
{
	struct toy_engine e;

	toy_begin(&e, 1);
	e.is.budget_tok = 100;
	e.is.wait_iters = 2;
	e.is.wait_ratio = .5;
	toy_come(&e, 0, 10, 0);
	toy_plan_step(&e, 0);
	ck_assert_int_eq(toy_taken(&e), 1);
	replica_release(&e.r);
}
END_TEST

Suite *suite_replica(void)
{
	Suite *s = suite_create("replica");
	TCase *tc = tcase_create("replica");

	tcase_add_test(tc, who_comes_goes_where_fewest_are);
	tcase_add_test(tc, what_comes_after_the_look_is_not_seen);
	tcase_add_test(tc, the_inbox_is_looked_at_every_so_many_steps);
	tcase_add_test(tc, a_cut_prompt_goes_on);
	tcase_add_test(tc, prompts_come_every_so_many_steps);
	tcase_add_test(tc, a_lone_prompt_is_delayed_for_some_passes);
	tcase_add_test(tc, a_prompt_for_each_group_is_not_delayed);
	tcase_add_loop_test(tc, prompts_wait_for_places_for_a_pass_of_them,
			    0, (int)(sizeof(crowds) / sizeof(*crowds)));
	tcase_add_test(tc, a_prompt_that_is_cut_goes_on_where_places_are_few);
	tcase_add_test(tc, a_prompt_without_a_place_is_not_counted);
	tcase_add_test(tc, a_lone_prompt_waits_for_the_count_of_steps);
	tcase_add_loop_test(tc, balanced_groups_take_prompts_together, 0,
			    sizeof(goes) / sizeof(*goes));
	tcase_add_test(tc, balanced_prompts_wait_to_fill_their_step);
	tcase_add_test(tc, a_step_that_would_be_small_waits_for_more);
	tcase_add_test(tc, who_has_nothing_to_decode_waits_for_no_more);
	suite_add_tcase(s, tc);
	return s;
}
