#include "tests/tests.h"

#include "tests/toy_rank.h"

/* ---- room ---- */

/* 33 tokens take three blocks of 16; one token more than 48 a fourth. */
START_TEST(what_a_request_will_hold_is_whole_blocks)
{
	struct group g;

	begin(&g, 48);
	g.engine.block_tok = 16;
	open_rank(&g);
	come(&g, 0, 30, 3);
	ck_assert(!rank_never(&g.rank, 0));	/* 48 */
	come(&g, 1, 30, 18);
	ck_assert(!rank_never(&g.rank, 1));	/* 48 */
	come(&g, 2, 30, 19);
	ck_assert(rank_never(&g.rank, 2));	/* 64 */
	g.engine.room_tok = 47;
	ck_assert(rank_never(&g.rank, 0));
	rank_release(&g.rank);
}
END_TEST

/* 30 tokens at a budget of 29: never in one piece, unless all is there. */
START_TEST(a_prompt_beyond_the_budget_must_be_cut_or_be_there)
{
	struct group g;

	begin(&g, 100);
	g.engine.chunked = false;
	g.engine.budget_tok = 30;
	open_rank(&g);
	come(&g, 0, 30, 3);
	ck_assert(!rank_never(&g.rank, 0));
	g.engine.budget_tok = 29;
	ck_assert(rank_never(&g.rank, 0));
	g.live[0].here = true;
	ck_assert(!rank_never(&g.rank, 0));
	g.live[0].here = false;
	g.engine.chunked = true;
	ck_assert(!rank_never(&g.rank, 0));
	rank_release(&g.rank);
}
END_TEST

/*
 * A running sequence's last block of 16 is half empty: of the 15 places that
 * may be, 7.5. 32 + 7.5 with one, 32 + 20 + 15 with two.
 */
START_TEST(each_that_runs_wastes_half_a_block)
{
	struct group g;

	begin(&g, 1000);
	g.engine.block_tok = 16;
	open_rank(&g);
	come(&g, 0, 32, 5);
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_double_eq(rank_held_tok(&g.rank), 39.5);
	come(&g, 1, 20, 5);
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_double_eq(rank_held_tok(&g.rank), 67);
	ck_assert_int_eq(decode(&g, 1), 0);	/* each gains a token */
	ck_assert_double_eq(rank_held_tok(&g.rank), 69);
	rank_release(&g.rank);
}
END_TEST

/*
 * Whatever its length a sequence holds 100 tokens: 33 and 100 fit into 133. The
 * first holds 32 + 100; a second of 20 needs 20 + 100, and what both gain, 2:
 * at 254 it comes, and both hold 252.
 */
START_TEST(a_sequence_holds_what_no_token_of_it_does)
{
	struct group g;

	begin(&g, 133);
	g.engine.seq_tok = 100;
	open_rank(&g);
	come(&g, 0, 32, 1);
	ck_assert(!rank_never(&g.rank, 0));	/* 33 + 100 */
	come(&g, 1, 32, 2);
	ck_assert(rank_never(&g.rank, 1));	/* 34 + 100 */
	rank_release(&g.rank);
	for (int room = 253; room <= 254; room++) {
		begin(&g, room);
		g.engine.seq_tok = 100;
		open_rank(&g);
		come(&g, 0, 32, 5);
		ck_assert_int_eq(prompt_step(&g), 1);
		ck_assert_double_eq(rank_held_tok(&g.rank), 132);
		come(&g, 1, 20, 5);
		ck_assert(rank_ready(&g.rank) == (room == 254));
		ck_assert_int_eq(prompt_step(&g), room == 254);
		ck_assert_double_eq(rank_held_tok(&g.rank),
				    room == 254 ? 252 : 132);
		rank_release(&g.rank);
	}
}
END_TEST

/*
 * A budget of 10 tokens a step, 4 of them a running sequence's with its three
 * drafts: 6 are left to a prompt, and 9 where it drafts none.
 */
START_TEST(drafts_count_against_the_tokens_of_a_step)
{
	for (int drafts = 0; drafts <= 3; drafts += 3) {
		struct group g;

		begin(&g, 1000);
		g.engine.batching = SERVE_MIXED;
		g.engine.chunked = true;
		g.engine.budget_tok = 10;
		g.engine.step_tok = 1 + drafts;
		open_rank(&g);
		come(&g, 0, 10, 50);
		ck_assert_int_eq(prompt_step(&g), 1);
		come(&g, 1, 30, 5);
		rank_choose(&g.rank);
		ck_assert_int_eq(g.rank.takes, 1);
		ck_assert_int_eq(g.rank.take[0].tok, 9 - drafts);
		rank_release(&g.rank);
	}
}
END_TEST

/*
 * Both ask the same 30 tokens in blocks of 10. The second finds all of them
 * held: 30 there + 30 it needs + 1 that the first gains + 1 of its own - 30
 * that are shared = 32.
 */
START_TEST(what_is_held_already_takes_no_new_room)
{
	for (int room = 31; room <= 32; room++) {
		struct group g;

		begin(&g, room);
		g.engine.reuse = true;
		open_rank(&g);
		for (int32_t i = 0; i < 2; i++) {
			come(&g, i, 30, 10);
			g.request[i].blocks = 3;
		}
		g.engine.max_seqs = 1;
		ck_assert_int_eq(prompt_step(&g), 1);
		g.engine.max_seqs = 2;
		ck_assert_int_eq(prompt_step(&g), room == 32);
		/* held once, however many run on it */
		ck_assert_double_eq(rank_held_tok(&g.rank), 30);
		/* the last token of a prompt is always computed */
		ck_assert_int_eq(g.live[1].hit_tok, room == 32 ? 29 : 0);
		rank_release(&g.rank);
	}
}
END_TEST

/* The same when all is held from the start: 40 + 40 - 30 = 50. */
START_TEST(what_is_held_already_is_not_reserved_twice)
{
	for (int room = 49; room <= 50; room++) {
		struct group g;

		begin(&g, room);
		g.engine.reuse = true;
		g.engine.reserve = SERVE_WHOLE;
		open_rank(&g);
		for (int32_t i = 0; i < 2; i++) {
			come(&g, i, 30, 10);
			g.request[i].blocks = 3;
		}
		g.engine.max_seqs = 1;
		ck_assert_int_eq(prompt_step(&g), 1);
		g.engine.max_seqs = 2;
		ck_assert_int_eq(prompt_step(&g), room == 50);
		rank_release(&g.rank);
	}
}
END_TEST

/* 25 tokens in blocks of 10: the third holds 5. */
START_TEST(a_prompts_last_block_holds_what_is_left)
{
	struct group g;

	begin(&g, 1000);
	g.engine.reuse = true;
	open_rank(&g);
	come(&g, 0, 25, 10);
	g.request[0].blocks = 3;
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_double_eq(g.rank.in_pool_tok, 25);
	ck_assert_double_eq(g.rank.pool.held_tok, 25);
	rank_release(&g.rank);
}
END_TEST

/* 25 + 10 tokens: two whole blocks of the prompt, one more of the output. */
START_TEST(the_blocks_of_an_output_stay_for_the_next_turn)
{
	struct group g;

	begin(&g, 1000);
	g.engine.reuse = true;
	open_rank(&g);
	come(&g, 0, 25, 10);
	g.request[0].blocks = 2;
	g.request[0].tail = 1;
	ck_assert_int_eq(prompt_step(&g), 1);
	ck_assert_double_eq(g.rank.pool.held_tok, 30);
	ck_assert_int_eq(decode(&g, 9), 1);
	/* nobody runs on them: kept, not held */
	ck_assert_double_eq(g.rank.pool.held_tok, 0);
	ck_assert_double_eq(g.rank.pool.kept_tok[POOL_HOME], 30);
	ck_assert_double_eq(g.rank.in_pool_tok, 0);
	rank_release(&g.rank);
}
END_TEST

/* A pinned hit rate counts like blocks that are found: the more of both. */
START_TEST(a_pinned_hit_is_not_computed)
{
	struct group g;

	begin(&g, 1000);
	open_rank(&g);
	come(&g, 0, 30, 4);
	g.request[0].cached_tok = 12;
	come(&g, 1, 30, 4);
	g.request[1].cached_tok = 30;
	rank_choose(&g.rank);
	ck_assert_int_eq(g.rank.takes, 2);
	ck_assert_int_eq(g.rank.take[0].tok, 18);	/* 30 - 12 */
	ck_assert_int_eq(g.rank.take[1].tok, 1);	/* not 0 */
	/* each new token meets what is before it: 18 (12 + 9), 29.5 */
	ck_assert_double_eq(g.rank.attend_tok2, 378 + 29.5);
	ck_assert_double_eq(g.rank.new_tok, 19);
	rank_release(&g.rank);
}
END_TEST

/* Its KV came over the wire: nothing is left to compute. */
START_TEST(a_prompt_that_is_here_takes_no_tokens)
{
	struct group g;

	begin(&g, 1000);
	open_rank(&g);
	come(&g, 0, 30, 4);
	g.live[0].here = true;
	rank_choose(&g.rank);
	ck_assert_int_eq(g.rank.takes, 1);
	ck_assert_int_eq(g.rank.take[0].tok, 0);
	ck_assert(rank_prompted(&g.rank, &g.rank.take[0], 0));
	ck_assert_double_eq(rank_held_tok(&g.rank), 30);
	rank_release(&g.rank);
}
END_TEST

/* ---- SGLang's ratio ---- */

/*
 * Request 0 holds 100 and owes 201 - of these half are counted at first:
 * 100 + 100.5. The newcomer of 20 + 5 is counted whole: 225.5.
 */
static void ratio_group(struct group *g, double room_tok)
{
	begin(g, room_tok);
	g->engine.reserve = SERVE_RATIO;
	g->engine.reserve_ratio = .5;
	g->engine.reserve_least = .1;
	g->engine.reserve_decay = 100;
	open_rank(g);
	come(g, 0, 100, 201);
	ck_assert_int_eq(prompt_step(g), 1);
}

/* Needs between room - 1 and room tokens: what does not fit there waits. */
static const struct {
	int steps;	/* decoded before the newcomer comes */
	int decay;
	double room;
} shares[] = {
	{ 0, 100, 226 },	/* .5: 100 + .5 x 201 + 25 = 225.5 */
	{ 50, 100, 221 },	/* .3: 150 + .3 x 151 + 25 = 220.3 */
	{ 100, 100, 236 },	/* .1: 200 + .1 x 101 + 25 = 235.1 */
	{ 150, 100, 281 },	/* .1, no less: 250 + .1 x 51 + 25 = 280.1 */
	{ 0, 0, 146 },		/* no decay, the least: 100 + 20.1 + 25 */
	{ 0, 1, 226 },		/* of one step, before it: as the first */
};

START_TEST(of_what_is_owed_a_share_is_reserved_that_falls_by_step)
{
	for (int less = 0; less <= 1; less++) {
		struct group g;

		ratio_group(&g, shares[_i].room - less);
		g.engine.reserve_decay = shares[_i].decay;
		decode(&g, shares[_i].steps);
		come(&g, 1, 20, 5);
		ck_assert_int_eq(prompt_step(&g), !less);
		rank_release(&g.rank);
	}
}
END_TEST

/*
 * A share of .4 learned at step 50 falls from there: at step 100 it is
 * .4 - 50 / 100 x (.5 - .1) = .2, and 200 + .2 x 101 + 25 = 245.2.
 */
START_TEST(a_share_that_was_learned_falls_from_then_on)
{
	for (int less = 0; less <= 1; less++) {
		struct group g;

		ratio_group(&g, 246 - less);
		decode(&g, 50);
		g.rank.ratio = .4;
		g.rank.ratio_step = g.rank.step;
		decode(&g, 50);
		come(&g, 1, 20, 5);
		ck_assert_int_eq(prompt_step(&g), !less);
		rank_release(&g.rank);
	}
}
END_TEST

/* Two newcomers of 25: 100 + 25 + .5 x 201 + 25 = 250.5 for the second. */
START_TEST(newcomers_of_one_step_are_reserved_whole)
{
	for (int less = 0; less <= 1; less++) {
		struct group g;

		ratio_group(&g, 251 - less);
		come(&g, 1, 20, 5);
		come(&g, 2, 20, 5);
		ck_assert_int_eq(prompt_step(&g), 2 - less);
		rank_release(&g.rank);
	}
}
END_TEST

/*
 * Two of 20 + 30 in 60: at the tenth step 60 are there and two more come, so
 * the second goes. Of the first 30 are owed in all; 10 of them are there and
 * 1 a step comes in the 5 steps ahead: (10 + 5) / 30.
 */
START_TEST(a_retraction_learns_the_share_that_would_have_done)
{
	static const struct { int ahead; double share; } k[] = {
		{ 5, .5 }, { 2, .4 }, { 20, 1 }, { 40, 1 } };

	for (unsigned i = 0; i < sizeof(k) / sizeof(*k); i++) {
		struct group g;

		begin(&g, 60);
		g.engine.reserve = SERVE_RATIO;
		g.engine.reserve_decay = 100;
		g.engine.retract_ahead = k[i].ahead;
		open_rank(&g);
		come(&g, 0, 20, 30);
		come(&g, 1, 20, 30);
		g.engine.reserve_ratio = g.engine.reserve_least = 0;
		g.engine.room_tok = 70;	/* 20 + 50 lets it in */
		ck_assert_int_eq(prompt_step(&g), 1);
		ck_assert_int_eq(prompt_step(&g), 1);
		g.engine.room_tok = 60;
		decode(&g, 10);
		ck_assert_int_eq(rank_preempt(&g.rank), 1);
		ck_rel(g.rank.ratio, k[i].share, 1e-12);
		ck_assert_int_eq((int)g.rank.ratio_step, 10);
		rank_release(&g.rank);
	}
}
END_TEST

Suite *suite_rank(void)
{
	Suite *s = suite_create("rank");
	TCase *tc = tcase_create("rank");

	tcase_add_test(tc, what_a_request_will_hold_is_whole_blocks);
	tcase_add_test(tc, a_prompt_beyond_the_budget_must_be_cut_or_be_there);
	tcase_add_test(tc, each_that_runs_wastes_half_a_block);
	tcase_add_test(tc, a_sequence_holds_what_no_token_of_it_does);
	tcase_add_test(tc, drafts_count_against_the_tokens_of_a_step);
	tcase_add_test(tc, what_is_held_already_takes_no_new_room);
	tcase_add_test(tc, what_is_held_already_is_not_reserved_twice);
	tcase_add_test(tc, a_prompts_last_block_holds_what_is_left);
	tcase_add_test(tc, the_blocks_of_an_output_stay_for_the_next_turn);
	tcase_add_test(tc, a_pinned_hit_is_not_computed);
	tcase_add_test(tc, a_prompt_that_is_here_takes_no_tokens);
	tcase_add_loop_test(tc,
		of_what_is_owed_a_share_is_reserved_that_falls_by_step, 0,
		sizeof(shares) / sizeof(*shares));
	tcase_add_test(tc, a_share_that_was_learned_falls_from_then_on);
	tcase_add_test(tc, newcomers_of_one_step_are_reserved_whole);
	tcase_add_test(tc, a_retraction_learns_the_share_that_would_have_done);
	suite_add_tcase(s, tc);
	return s;
}
