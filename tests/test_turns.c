#include "tests/tests.h"

#include "tests/toy_rank.h"

/* ---- who comes in ---- */

/* 25 tokens by 10: 10 x 5, 10 x 15, 5 x 22.5 pairs; together 25^2 / 2. */
START_TEST(a_prompt_is_cut_at_the_budget)
{
	static const struct { int tok; double pairs; } k[] = {
		{ 10, 50 }, { 10, 150 }, { 5, 112.5 } };
	struct group g;

	begin(&g, 100);
	g.engine.budget_tok = 10;
	open_rank(&g);
	come(&g, 0, 25, 3);
	for (int i = 0; i < 3; i++) {
		rank_choose(&g.rank);
		ck_assert_int_eq(g.rank.takes, 1);
		ck_assert_int_eq(g.rank.take[0].tok, k[i].tok);
		ck_assert_double_eq(g.rank.attend_tok2, k[i].pairs);
		ck_assert_int_eq(rank_prompted(&g.rank, g.rank.take, 0),
				 i == 2);
		g.rank.takes = 0;
		rank_turn(&g.rank);
		ck_assert_int_eq(g.rank.part, i < 2 ? 0 : -1);
		g.rank.new_tok = g.rank.attend_tok2 = 0;
	}
	ck_assert_int_eq(g.rank.running, 1);
	rank_release(&g.rank);
}
END_TEST

/*
 * Of the first 20 of 25 are there and its last 5 leave 5 of the budget. The
 * second's 5, and a token for each of the two prompts, come to 25 + 7.
 */
START_TEST(a_cut_prompt_is_counted_whole_when_the_next_is_weighed)
{
	for (int room = 31; room <= 32; room++) {
		struct group g;

		begin(&g, room);
		g.engine.budget_tok = 10;
		open_rank(&g);
		come(&g, 0, 25, 3);
		ck_assert_int_eq(prompt_step(&g), 1);
		ck_assert_int_eq(prompt_step(&g), 1);
		come(&g, 1, 5, 3);
		ck_assert_int_eq(prompt_step(&g), room == 32 ? 2 : 1);
		rank_release(&g.rank);
	}
}
END_TEST

/* Four that decode take four tokens of a mixed step's budget of 10. */
START_TEST(those_that_decode_are_in_the_budget_of_a_mixed_step)
{
	static const struct { enum serve_batching how; int tok; } k[] = {
		{ SERVE_MIXED, 6 }, { SERVE_ALONE, 10 } };

	for (int i = 0; i < 2; i++) {
		struct group g;

		begin(&g, 1000);
		open_rank(&g);
		for (int32_t j = 0; j < 4; j++)
			come(&g, j, 8, 50);
		ck_assert_int_eq(prompt_step(&g), 4);
		g.engine.budget_tok = 10;
		g.engine.batching = k[i].how;
		come(&g, 4, 30, 5);
		rank_choose(&g.rank);
		ck_assert_int_eq(g.rank.takes, 1);
		ck_assert_int_eq(g.rank.take[0].tok, k[i].tok);
		rank_release(&g.rank);
	}
}
END_TEST

/* Uncut prompts at a budget of 10: who is taken of those that wait. */
START_TEST(an_uncut_prompt_waits_or_goes_alone)
{
	static const struct { int32_t prompt[3]; int takes; } k[] = {
		{ { 4, 6, 1 }, 2 },	/* 10 is full, nothing left for 1 */
		{ { 8, 5, 1 }, 1 },	/* 5 > 2; nobody overtakes */
		{ { 8, 15, 1 }, 1 },	/* too long, and not alone */
		{ { 15, 1, 1 }, 1 },	/* too long, alone */
		{ { 4, 3, 3 }, 3 },
	};

	for (unsigned i = 0; i < sizeof(k) / sizeof(*k); i++) {
		struct group g;

		begin(&g, 1000);
		g.engine.chunked = false;
		g.engine.budget_tok = 10;
		open_rank(&g);
		for (int32_t j = 0; j < 3; j++)
			come(&g, j, k[i].prompt[j], 5);
		rank_choose(&g.rank);
		ck_assert_int_eq(g.rank.takes, k[i].takes);
		ck_assert_int_eq(g.rank.take[0].tok, k[i].prompt[0]);
		rank_release(&g.rank);
	}
}
END_TEST

START_TEST(no_more_run_than_may)
{
	struct group g;

	begin(&g, 1000);
	g.engine.max_seqs = 3;
	open_rank(&g);
	for (int32_t i = 0; i < 5; i++)
		come(&g, i, 8, 5);
	ck_assert_int_eq(prompt_step(&g), 3);
	ck_assert_int_eq(prompt_step(&g), 0);
	ck_assert_int_eq(rank_load(&g.rank), 5);
	ck_assert_int_eq(decode(&g, 4), 3);
	ck_assert_int_eq(prompt_step(&g), 2);
	rank_release(&g.rank);
}
END_TEST

/* The first has room whatever it needs; the next needs 8 + 8 + 1 + 1. */
START_TEST(an_empty_group_takes_whoever_comes)
{
	for (int room = 17; room <= 18; room++) {
		struct group g;

		begin(&g, room);
		g.engine.max_seqs = 1;
		open_rank(&g);
		come(&g, 0, 8, 50);
		come(&g, 1, 8, 50);
		ck_assert_int_eq(prompt_step(&g), 1);
		g.engine.max_seqs = 2;
		ck_assert_int_eq(prompt_step(&g), room == 18);
		rank_release(&g.rank);
	}
}
END_TEST

/* As if it had not looked: the queue in its order, nothing reserved. */
START_TEST(what_was_taken_can_be_put_back)
{
	struct group g;

	begin(&g, 1000);
	open_rank(&g);
	for (int32_t i = 0; i < 3; i++)
		come(&g, i, 8 + i, 5);
	rank_choose(&g.rank);
	ck_assert_int_eq(g.rank.takes, 3);
	/* 8 + 9 + 10 of prompts and 5 each to come */
	ck_assert_double_eq(g.rank.prompt_tok, 27);
	ck_assert_double_eq(g.rank.whole_tok, 42);
	rank_put_back(&g.rank);
	ck_assert_int_eq(g.rank.takes, 0);
	ck_assert_int_eq(g.rank.newest_nr, 0);
	ck_assert_double_eq(g.rank.whole_tok, 0);
	ck_assert_double_eq(g.rank.prompt_tok, 0);
	ck_assert_double_eq(g.rank.new_tok, 0);
	ck_assert_double_eq(g.rank.attend_tok2, 0);
	for (int32_t i = 0; i < 3; i++) {
		ck_assert_int_eq(g.live[i].state, LIVE_WAITING);
		ck_assert_int_eq(fifo_pop(&g.rank.wait), i);
	}
	rank_release(&g.rank);
}
END_TEST

/* ---- who goes out ---- */

static void two_that_grow(struct group *g)
{
	begin(g, 60);
	open_rank(g);
	come(g, 0, 20, 30);
	ck_assert_int_eq(prompt_step(g), 1);
	come(g, 1, 20, 30);
	ck_assert_int_eq(prompt_step(g), 1);
}

/*
 * 40 + 2 a step, in 60: after ten steps the next would be 62. The second has
 * had its first token and ten more: 31 to compute again, 19 to come, the first
 * of these with the prompt.
 */
START_TEST(the_newest_goes_when_room_ends)
{
	struct group g;

	two_that_grow(&g);
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(rank_preempt(&g.rank), 0);
		decode(&g, 1);
	}
	ck_assert_int_eq(rank_preempt(&g.rank), 1);
	ck_assert_int_eq(g.live[1].state, LIVE_WAITING);
	ck_assert_int_eq(g.live[1].need_tok, 31);
	ck_assert_int_eq(g.live[1].left_tok, 19);
	ck_assert_int_eq(g.live[1].left_steps, 18);
	ck_assert_int_eq(g.live[1].done_tok, 0);
	ck_assert_int_eq(g.rank.running, 1);
	ck_assert_double_eq(rank_held_tok(&g.rank), 30);
	ck_assert_double_eq(g.rank.gain_tok, 1);
	ck_assert_double_eq(g.rank.whole_tok, 50);
	ck_assert_double_eq(g.rank.prompt_tok, 20);
	rank_release(&g.rank);
}
END_TEST

/*
 * Steps 29 would have ended both. The second came back at step 10 with 18
 * steps to go after its 31 were computed: it ends at 28, before the first, and
 * what was noted of its old end ends nobody.
 */
START_TEST(who_was_preempted_ends_when_all_is_said)
{
	struct group g;
	int32_t done[MOST];

	two_that_grow(&g);
	decode(&g, 10);
	ck_assert_int_eq(rank_preempt(&g.rank), 1);
	g.engine.room_tok = 200;
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_double_eq(rank_held_tok(&g.rank), 61);	/* 30 + 31 */
	ck_assert_int_eq(decode(&g, 17), 0);
	ck_assert_int_eq(rank_decoded(&g.rank, done), 1);
	ck_assert_int_eq(done[0], 1);
	ck_assert_int_eq(rank_decoded(&g.rank, done), 1);
	ck_assert_int_eq(done[0], 0);
	ck_assert_int_eq((int)g.rank.step, 29);
	ck_assert_double_eq(rank_held_tok(&g.rank), 0);
	rank_release(&g.rank);
}
END_TEST

/*
 * 10 run and 10 of a prompt of 40 are in; 32 steps later 42 + 10 + 1 is more
 * than 52. The prompt goes, it came last, and begins again.
 */
START_TEST(a_cut_prompt_goes_before_those_that_ran_before_it)
{
	struct group g;

	begin(&g, 52);
	g.engine.batching = SERVE_ALONE;
	g.engine.budget_tok = 10;
	open_rank(&g);
	come(&g, 0, 10, 60);
	ck_assert_int_eq(prompt_step(&g), 1);
	come(&g, 1, 40, 5);
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_int_eq(g.rank.part, 1);
	decode(&g, 31);
	ck_assert_int_eq(rank_preempt(&g.rank), 0);	/* 41 + 10 + 1 */
	decode(&g, 1);
	ck_assert_int_eq(rank_preempt(&g.rank), 1);
	ck_assert_int_eq(g.rank.part, -1);
	ck_assert_int_eq(g.rank.running, 1);
	ck_assert_int_eq(g.live[1].state, LIVE_WAITING);
	ck_assert_int_eq(g.live[1].done_tok, 0);
	ck_assert_int_eq(g.live[1].need_tok, 40);
	ck_assert_int_eq(g.rank.wait.nr, 1);
	ck_assert_double_eq(g.rank.whole_tok, 70);	/* 10 + 60 */
	ck_assert_double_eq(rank_held_tok(&g.rank), 42);
	rank_release(&g.rank);
}
END_TEST

/* Alone it goes on beyond the room: nothing would be won. */
START_TEST(the_last_one_is_never_preempted)
{
	struct group g;

	begin(&g, 20);
	open_rank(&g);
	come(&g, 0, 20, 30);
	ck_assert_int_eq(prompt_step(&g), 1);
	decode(&g, 5);
	ck_assert_int_eq(rank_preempt(&g.rank), 0);
	ck_assert_int_eq(g.rank.running, 1);
	rank_release(&g.rank);
}
END_TEST

START_TEST(who_holds_all_from_the_start_is_never_preempted)
{
	struct group g;

	two_that_grow(&g);
	g.engine.reserve = SERVE_WHOLE;
	decode(&g, 20);
	ck_assert_int_eq(rank_preempt(&g.rank), 0);
	ck_assert_int_eq(g.rank.running, 2);
	rank_release(&g.rank);
}
END_TEST

/* Two fresh at one time are one entry; who goes leaves it. */
START_TEST(who_is_preempted_is_fresh_or_old)
{
	struct group g;

	two_that_grow(&g);
	ck_assert_int_eq(g.rank.freshes, 1);
	ck_assert_int_eq(g.rank.fresh[0].seqs, 2);
	decode(&g, 10);
	ck_assert_int_eq(rank_preempt(&g.rank), 1);
	ck_assert_int_eq(g.rank.fresh[0].seqs, 1);
	ck_assert_int_eq(g.rank.old, 0);
	rank_release(&g.rank);

	two_that_grow(&g);
	g.rank.freshes = 0;	/* a step made them old */
	g.rank.old = 2;
	decode(&g, 10);
	ck_assert_int_eq(rank_preempt(&g.rank), 1);
	ck_assert_int_eq(g.rank.old, 1);
	rank_release(&g.rank);
}
END_TEST

/* ---- a step is over ---- */

/* Three of 2, 5 and 2 tokens: 0 and 2 end at step 1, in their order. */
START_TEST(those_that_end_at_once_end_in_order)
{
	struct group g;
	int32_t done[MOST];

	begin(&g, 1000);
	open_rank(&g);
	come(&g, 0, 10, 2);
	come(&g, 1, 10, 5);
	come(&g, 2, 10, 2);
	ck_assert_int_eq(prompt_step(&g), 3);
	ck_assert_int_eq(rank_decoded(&g.rank, done), 2);
	ck_assert_int_eq(done[0], 0);
	ck_assert_int_eq(done[1], 2);
	/* the other has 10 and its first token's successor */
	ck_assert_double_eq(rank_held_tok(&g.rank), 11);
	ck_assert_double_eq(g.rank.whole_tok, 15);
	ck_assert_int_eq(decode(&g, 2), 0);
	ck_assert_int_eq(decode(&g, 1), 1);
	ck_assert_int_eq(rank_load(&g.rank), 0);
	rank_release(&g.rank);
}
END_TEST

/* With drafts 10 tokens after the first come in 4 steps: 2.5 each. */
START_TEST(a_step_gains_what_is_left_over_its_steps)
{
	struct group g;

	begin(&g, 1000);
	open_rank(&g);
	come(&g, 0, 10, 11);
	g.live[0].left_steps = 4;
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_int_eq(decode(&g, 3), 0);
	ck_assert_double_eq(rank_held_tok(&g.rank), 17.5);
	ck_assert_int_eq(decode(&g, 1), 1);
	ck_assert_double_eq(rank_held_tok(&g.rank), 0);
	rank_release(&g.rank);
}
END_TEST

/*
 * The same, preempted after one step: of 10 tokens 7.5 are to come, rounded up
 * to 8, so with its first it has had 3: 13 to compute again, 8 to come in 2
 * steps behind the one that comes with the prompt.
 */
START_TEST(a_part_of_a_token_that_was_gained_is_lost)
{
	struct group g;

	begin(&g, 1000);
	open_rank(&g);
	come(&g, 0, 10, 50);
	come(&g, 1, 10, 11);
	g.live[1].left_steps = 4;
	ck_assert_int_eq(prompt_step(&g), 2);
	decode(&g, 1);
	g.engine.room_tok = 20;
	ck_assert_int_eq(rank_preempt(&g.rank), 1);
	ck_assert_int_eq(g.live[1].need_tok, 13);
	ck_assert_int_eq(g.live[1].left_tok, 8);
	ck_assert_int_eq(g.live[1].left_steps, 2);
	ck_assert_double_eq(rank_held_tok(&g.rank), 11);
	rank_release(&g.rank);
}
END_TEST

START_TEST(an_answer_of_one_token_is_over_with_its_prompt)
{
	struct group g;

	begin(&g, 1000);
	open_rank(&g);
	come(&g, 0, 10, 1);
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_int_eq(g.live[0].state, LIVE_OVER);
	ck_assert_int_eq(g.rank.running, 0);
	ck_assert_double_eq(g.rank.whole_tok, 0);
	ck_assert_double_eq(rank_held_tok(&g.rank), 0);
	rank_release(&g.rank);
}
END_TEST

Suite *suite_turns(void)
{
	Suite *s = suite_create("turns");
	TCase *tc = tcase_create("turns");

	tcase_add_test(tc, a_prompt_is_cut_at_the_budget);
	tcase_add_test(tc,
		a_cut_prompt_is_counted_whole_when_the_next_is_weighed);
	tcase_add_test(tc, those_that_decode_are_in_the_budget_of_a_mixed_step);
	tcase_add_test(tc, an_uncut_prompt_waits_or_goes_alone);
	tcase_add_test(tc, no_more_run_than_may);
	tcase_add_test(tc, an_empty_group_takes_whoever_comes);
	tcase_add_test(tc, what_was_taken_can_be_put_back);
	tcase_add_test(tc, the_newest_goes_when_room_ends);
	tcase_add_test(tc, who_was_preempted_ends_when_all_is_said);
	tcase_add_test(tc, a_cut_prompt_goes_before_those_that_ran_before_it);
	tcase_add_test(tc, the_last_one_is_never_preempted);
	tcase_add_test(tc, who_holds_all_from_the_start_is_never_preempted);
	tcase_add_test(tc, who_is_preempted_is_fresh_or_old);
	tcase_add_test(tc, those_that_end_at_once_end_in_order);
	tcase_add_test(tc, a_step_gains_what_is_left_over_its_steps);
	tcase_add_test(tc, a_part_of_a_token_that_was_gained_is_lost);
	tcase_add_test(tc, an_answer_of_one_token_is_over_with_its_prompt);
	suite_add_tcase(s, tc);
	return s;
}
