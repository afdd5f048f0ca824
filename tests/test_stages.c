#include "tests/tests.h"

#include "traffic/arrive.h"
#include "tests/toy_serve.h"

/*
 * Served requests of a pipeline, by hand. Steps of any kind take so many
 * seconds from the first stage to the last, whatever is in them.
 */

enum { MOST = 8 /* size: requests */ };

struct line {
	struct serve_request request[MOST];
	struct serve_load load;
	struct serve_engine e;
	struct toy_price price;
	struct serve_spec spec;
	struct serve_log log;
};

/* nr of them come at 0, of a prompt of 10 and an answer of so many tokens. */
static void begin(struct line *l, double step_s, int nr, int output)
{
	*l = (struct line){ .e = serve_engine_plain,
		.price = { .decode_s = step_s, .prompt_s = step_s,
			   .groups = 1 } };
	l->load = (struct serve_load){ .request = l->request, .nr = nr,
		.client = SERVE_CLOSED, .clients = nr, .hash_tok = 1 };
	for (int i = 0; i < nr; i++)
		l->request[i] = (struct serve_request){
			.prompt_tok = 10,	/* size: any */
			.output_tok = output, .steps = output - 1,
			.after = -1 };
	l->spec = toy_spec(&l->load, &l->e, &l->price);
}

static void play(struct line *l, int stages)
{
	l->spec.fleet.stages = stages;
	serve_run(&l->log, &l->spec);
	ck_assert_int_eq(l->log.done, l->load.nr);
}

static void ck_first(const struct line *l, int id, double s)
{
	ck_rel(ticks_to_s(l->log.of[id].first), s, 1e-9);
}

static void ck_last(const struct line *l, int id, double s)
{
	ck_rel(ticks_to_s(l->log.of[id].last), s, 1e-9);
}

/* ---- tokens ---- */

/*
 * A second for its prompt and one for each of 4 tokens, in one stage or in
 * many; and it keeps one of them busy.
 */
START_TEST(a_lone_request_takes_the_whole_pipeline_a_token)
{
	struct line l;

	begin(&l, 1, 1, 5);
	play(&l, _i);
	ck_first(&l, 0, 1);
	ck_last(&l, 0, 5);
	ck_rel(l.log.busy_s, 5.0 / _i, 1e-9);
	ck_assert_int_eq((int)l.log.steps, 5);
	serve_log_release(&l.log);
}
END_TEST

/*
 * 4 s through 4 stages, a place in each of four steps: the i-th is i seconds
 * behind the first in every stage. Five tokens each: the first is done at 20,
 * the last at 23, and in between a token leaves each second.
 */
START_TEST(as_many_requests_as_stages_keep_all_of_them_busy)
{
	struct line l;

	begin(&l, 4, 4, 5);
	l.e.max_seqs = 4;
	play(&l, 4);
	for (int i = 0; i < 4; i++) {
		ck_first(&l, i, 4 + i);
		ck_last(&l, i, 20 + i);
	}
	ck_rel(l.log.gap[0].s, 4, 1e-9);
	ck_assert_int_eq(l.log.gaps, 1);	/* and all are alike */
	serve_log_release(&l.log);
}
END_TEST

/* Two for four stages: a token each in 4 s, where four stages would give 2. */
START_TEST(fewer_requests_than_stages_wait_for_the_whole_way)
{
	struct line l;

	begin(&l, 4, 2, 5);
	l.e.max_seqs = 4;
	play(&l, 4);
	ck_last(&l, 0, 20);
	ck_last(&l, 1, 21);
	ck_rel(l.log.busy_s, 10 * 4 / 4.0, 1e-9);
	serve_log_release(&l.log);
}
END_TEST

/*
 * Two stages, a place in each, three tokens. Of 3 layers they take 2 and 1 of 3
 * s: A enters at 0, B at 2; A is out at 3 and enters again when B has left the
 * first stage, at 4, and B at 6: a round is two turns of the slow stage, 4 s.
 *
 * Of 3.5 s .5 are the last one's own, beside 1.5 for its layers: A leaves at
 * 3.5; B, who enters at 1.5, waits for it and leaves at 5.5; so on every 2 s.
 *
 * Of 2.5 s .5 are the host's: A leaves the stages at 2 and is planned again at
 * 2.5; B has left the first at 2 and leaves the host at 3.5. A round is 2.5 s,
 * one host's time and no more.
 */
static const struct {
	double step_s;
	int layers;
	struct serve_parts parts;
	double a, b, round;
} turns[] = {
	{ 3, 3, { 0, 0 }, 3, 5, 4 },
	{ 3.5, 2, { .5, 0 }, 3.5, 5.5, 4 },
	{ 2.5, 2, { 0, .5 }, 2.5, 3.5, 2.5 },
};

static struct serve_parts parts;	/* of the test that runs */

static void own(const void *of, const struct serve_step *s,
		struct serve_parts *p)
{
	ck_assert(of && s);
	*p = parts;
}

START_TEST(the_slowest_stage_sets_the_pace)
{
	struct line l;

	begin(&l, turns[_i].step_s, 2, 3);
	parts = turns[_i].parts;
	l.e.max_seqs = 2;
	l.spec.fleet.layers = turns[_i].layers;
	l.spec.fleet.price.parts = own;
	play(&l, 2);
	ck_first(&l, 0, turns[_i].a);
	ck_first(&l, 1, turns[_i].b);
	ck_last(&l, 0, turns[_i].a + 2 * turns[_i].round);
	ck_last(&l, 1, turns[_i].b + 2 * turns[_i].round);
	serve_log_release(&l.log);
}
END_TEST

/* Two drafts that are all accepted: 3 tokens a step, 9 after the first in 3. */
START_TEST(drafts_come_with_their_step)
{
	struct line l;

	begin(&l, 2, 2, 10);
	l.e.max_seqs = 2;
	l.request[0].steps = l.request[1].steps = 3;
	play(&l, 2);
	ck_last(&l, 0, 2 + 3 * 2);
	ck_last(&l, 1, 3 + 3 * 2);
	serve_log_release(&l.log);
}
END_TEST

/* ---- prompts ---- */

/*
 * A prompt of 10 chunks of one token in 3 stages of a second: 10 + 3 - 1
 * stage times. One stage after the other would be 30.
 */
START_TEST(chunks_follow_each_other)
{
	struct line l;

	begin(&l, 3, 1, 2);
	l.e.budget_tok = 1;
	play(&l, 3);
	ck_first(&l, 0, 12);
	ck_last(&l, 0, 15);
	ck_rel(l.log.computed_tok, 10, 0);
	serve_log_release(&l.log);
}
END_TEST

/*
 * Two prompts of two chunks each and two stages of a second: chunks leave at
 * 2, 3, 4 and 5, whoever's they are.
 */
START_TEST(the_next_prompt_follows_the_last_chunk)
{
	struct line l;

	begin(&l, 2, 2, 1);
	l.e.budget_tok = 5;
	play(&l, 2);
	ck_first(&l, 0, 3);
	ck_first(&l, 1, 5);
	serve_log_release(&l.log);
}
END_TEST

/*
 * A decodes from 2 s on, alone in two stages of a second; B comes at 2.5 and
 * is seen when A's step leaves, at 4. In one step with A it has its token at 6;
 * in the next, where each has a place, at 7.
 */
START_TEST(who_comes_is_seen_when_a_step_leaves)
{
	for (int most = 2; most <= 4; most += 2) {
		struct line l;

		begin(&l, 2, 2, 5);
		l.load.client = SERVE_OPEN;
		l.request[1].at_s = 2.5;
		l.e.max_seqs = most;
		play(&l, 2);
		ck_first(&l, 1, most == 2 ? 7 : 6);
		ck_last(&l, 0, 10);
		serve_log_release(&l.log);
	}
}
END_TEST

/* ---- room ---- */

/*
 * Each holds 10 + 3 tokens. In a room for both they are a second apart; in one
 * of 25 the second waits for the first's end at 6, though stages are idle.
 */
START_TEST(all_steps_share_the_room)
{
	for (int room = 25; room <= 26; room++) {
		struct line l;

		begin(&l, 2, 2, 3);
		l.e.max_seqs = 2;
		l.e.room_tok = room;
		play(&l, 2);
		ck_last(&l, 0, 6);
		ck_last(&l, 1, room == 26 ? 7 : 12);
		serve_log_release(&l.log);
	}
}
END_TEST

/*
 * Where only what is held counts, a prompt of 10 that is in a step is: 10 and
 * 10, and one for the second's token, have no room in 20. It follows at 1, or
 * when the first has left, at 2.
 */
START_TEST(a_prompt_on_its_way_holds_its_room)
{
	for (int room = 20; room <= 21; room++) {
		struct line l;

		begin(&l, 2, 2, 1);
		l.e.reserve = SERVE_NOW;
		l.e.max_seqs = 2;
		l.e.room_tok = room;
		play(&l, 2);
		ck_first(&l, 0, 2);
		ck_first(&l, 1, room == 21 ? 3 : 4);
		serve_log_release(&l.log);
	}
}
END_TEST

/*
 * A and B fill a slot, C is in the other alone, from 2 s on; D comes at 2.5
 * and is seen at 4. Who decodes lets prompts in every second round: the first
 * two steps of all are round 0. C's that begin at 3, 5 and 7 are after 2, 3 and
 * 5 of them, rounds 1, 1 and 2, and the last brings D its token at 9.
 */
START_TEST(an_interval_is_of_rounds)
{
	struct line l;

	begin(&l, 2, 4, 10);
	l.load.client = SERVE_OPEN;
	l.request[1].at_s = .1;
	l.request[2].at_s = .1;
	l.request[3].at_s = 2.5;
	l.e.prefill_interval = 2;
	l.e.max_seqs = 4;
	play(&l, 2);
	ck_first(&l, 3, 9);
	serve_log_release(&l.log);
}
END_TEST

/*
 * A and B of 10 tokens in a room of 23, where only what is held counts. A's
 * first step after its prompt begins at 2, with B's prompt in a step: 10 + 10
 * and 1. B's at 3: 20 and one each is 22; A's second, at 4: 21 and 2, 23; B's
 * second, at 5: 22 and 2 is too much. B goes, the one that is in no step, and A
 * runs on to its end, at 2 + 9 x 2 = 20. Then B reads 12 tokens again, by 22,
 * the last of them its third; 7 more until 36.
 */
START_TEST(who_is_in_no_step_makes_room)
{
	struct line l;

	begin(&l, 2, 2, 10);
	l.e.reserve = SERVE_NOW;
	l.e.max_seqs = 2;
	l.e.room_tok = 23;
	play(&l, 2);
	ck_assert_int_eq(l.log.preemptions, 1);
	ck_last(&l, 0, 20);
	ck_last(&l, 1, 36);
	ck_rel(l.log.computed_tok, 10 + 10 + 12, 0);
	serve_log_release(&l.log);
}
END_TEST

/* ---- pools ---- */

/* ---- who joins which ---- */

/*
 * Two stages. Steps of n take .2 s + 1 ms n, so in a stage c = .1 s and k = .5
 * ms; answers have 49 steps, and come by chance. Alike, of x tokens a second, a
 * round T has x T / 2 in each step: T = .2 + .5 ms x T; of 500 .2 / .75, or
 * 267 ms, and by chance up to 4 % more. In one step of all, T = .2 + 1 ms x T:
 * 400 ms.
 *
 * 1200 a second want T = .2 / .4 = 500 ms; where a step takes 400 at most, they
 * have it within 2 (.1 + .5 ms 400) = 600. Where it takes all that come, c / k
 * = 200 stay in one and m gather in the other: T = 2 (.1 + .5 ms m) = 1 ms (200
 * + m), which is 1000 a second of any m.
 */
static const struct {
	bool greedy;
	double turn_s, asked_tok_s, tok_s, low_s, high_s;
} joining[] = {
	{ true, .001, 500, 500, .267, .278 },
	{ true, 0, 500, 500, .385, .415 },
	{ false, .001, 1200, 1200, .5, .6 },
	{ true, .001, 1200, 1000, 1, INFINITY },
};

START_TEST(who_is_fuller_gets_more)
{
	struct arrive_spec a = { .how = ARRIVE_POISSON, .requests = 60000,
		.burstiness = 1, .turns = 1, .prompt_tok = 1, .spread = 1,
		.output_tok = 50, .rate = joining[_i].asked_tok_s / 49,
		.seed = 5 };
	struct serve_engine e = serve_engine_plain;
	struct toy_price price = { .2, .001, 0, 1e-4, 0, 1 };
	double round_s = 0;
	struct serve_load l;
	struct serve_spec s;
	struct serve_log log;

	e.greedy = joining[_i].greedy;
	e.turn_s = joining[_i].turn_s;
	e.max_seqs = e.greedy ? (int)1e9 : 800;
	arrive_draw(&l, &a);
	s = toy_spec(&l, &e, &price);
	s.prefill = s.fleet;
	s.fleet.stages = 2;
	serve_run(&log, &s);
	for (int i = l.nr / 2; i < l.nr; i++)
		round_s += ticks_to_s(log.of[i].last - log.of[i].first) / 49;
	round_s /= l.nr - l.nr / 2;
	ck_assert_double_ge(round_s, joining[_i].low_s);
	ck_assert_double_le(round_s, joining[_i].high_s);
	ck_rel(49 * l.nr / ticks_to_s(log.end), joining[_i].tok_s, .04);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

/*
 * Two stages of 1 s and two places, three answers of 3 steps. Their prompts are
 * read elsewhere, by 1, 2 and 3 s, and each takes the wire for 3 s. A is there
 * at 4 and has steps to 10; B at 7, seen when A's step leaves, at 8.
 *
 * Each step keeps to a place: B is in the next, to 15; C is there at 10, as A
 * goes, and takes its steps to 16. A step takes all: B is in A's, to 14; C is
 * sent when A has gone, is there at 13 and seen at 14, as B goes: to 20.
 */
START_TEST(a_place_is_kept_for_what_is_sent)
{
	for (int greedy = 0; greedy < 2; greedy++) {
		struct line l;

		begin(&l, 2, 3, 4);
		l.e.max_seqs = 2;
		l.e.greedy = greedy;
		l.e.turn_s = .5;
		l.e.send_s = 3;
		l.e.budget_tok = 10;
		l.spec.prefill = l.spec.fleet;
		l.price.prompt_s = 1;
		play(&l, 2);
		ck_last(&l, 0, 10);
		ck_last(&l, 1, greedy ? 14 : 15);
		ck_last(&l, 2, greedy ? 20 : 16);
		serve_log_release(&l.log);
	}
}
END_TEST

/*
 * A prompt in two chunks, then 1 s for its KV, then two tokens more, a step of
 * 2 s each. Two stages of a second that read: 3 s; then 1 + 2 x 2. Two that
 * decode: 4 s, 1, 2 x 2.
 */
START_TEST(either_pool_may_be_a_pipeline)
{
	struct line l;

	begin(&l, 2, 1, 3);
	l.e.budget_tok = 5;
	l.e.send_s = 1;
	l.spec.prefill = l.spec.fleet;
	l.spec.prefill.stages = _i ? 1 : 2;
	play(&l, _i ? 2 : 1);
	ck_last(&l, 0, _i ? 9 : 8);
	serve_log_release(&l.log);
}
END_TEST

Suite *suite_stages(void)
{
	Suite *s = suite_create("stages");
	TCase *tc = tcase_create("by hand");

	tcase_add_loop_test(tc,
		a_lone_request_takes_the_whole_pipeline_a_token, 1, 5);
	tcase_add_test(tc, as_many_requests_as_stages_keep_all_of_them_busy);
	tcase_add_test(tc, fewer_requests_than_stages_wait_for_the_whole_way);
	tcase_add_loop_test(tc, the_slowest_stage_sets_the_pace, 0,
			    sizeof(turns) / sizeof(*turns));
	tcase_add_test(tc, drafts_come_with_their_step);
	tcase_add_test(tc, chunks_follow_each_other);
	tcase_add_test(tc, the_next_prompt_follows_the_last_chunk);
	tcase_add_test(tc, who_comes_is_seen_when_a_step_leaves);
	tcase_add_test(tc, all_steps_share_the_room);
	tcase_add_test(tc, a_prompt_on_its_way_holds_its_room);
	tcase_add_test(tc, an_interval_is_of_rounds);
	tcase_add_test(tc, who_is_in_no_step_makes_room);
	tcase_add_loop_test(tc, who_is_fuller_gets_more, 0,
			    sizeof(joining) / sizeof(*joining));
	tcase_add_test(tc, a_place_is_kept_for_what_is_sent);
	tcase_add_loop_test(tc, either_pool_may_be_a_pipeline, 0, 2);
	suite_add_tcase(s, tc);
	return s;
}
