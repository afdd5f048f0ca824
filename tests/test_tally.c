#include <math.h>
#include <stdlib.h>

#include "traffic/arrive.h"
#include "serve/rank.h"
#include "serve/tally.h"
#include "tests/tests.h"

/* ---- what users saw ---- */

enum { SEEN = 4, ASKED = 5 };

/*
 * Request i of four waits i + 1 s for its first token and gets ten more, one
 * every (i + 1) / 10 s; a fifth was never answered.
 */
static void four_answered(struct serve_load *l, struct serve_log *log)
{
	for (int i = 0; i < ASKED; i++) {
		ticks first = ticks_of_s(i + 1), rest = ticks_of_s(i + 1);

		l->request[i].prompt_tok = 100;
		l->request[i].output_tok = 11;
		log->of[i] = (struct serve_outcome){ .joined = first / 2,
			.first = first, .last = first + rest,
			.fate = i < SEEN ? SERVE_DONE : SERVE_NEVER };
	}
	l->nr = log->nr = ASKED;
	log->done = SEEN;
	log->end = ticks_of_s(20);
	log->present_s = 20;		/* 2 + 4 + 6 + 8 */
	log->busy_s = 5;
}

/*
 * Waits of 1, 2, 3, 4 s. numpy's linear percentile: the q-th lies q (4 - 1)
 * steps from the first, so 90 % is 1 + 2.7. Deviation: sqrt(1.25).
 */
START_TEST(percentiles_lie_between_neighbours)
{
	static const double at[SERVE_RANKS] = { 1.75, 2.5, 3.25, 3.7, 3.85,
						3.97, 3.997 };
	struct serve_request request[ASKED] = { { .prompt_tok = 0 } };
	struct serve_outcome of[ASKED];
	struct serve_load l = { .request = request };
	struct serve_log log = { .of = of };
	struct serve_engine engine = { .out_s = 0 };
	struct serve_spec s = { .load = &l,
		.fleet = { .engine = &engine, .replicas = 1 } };
	struct serve_tally t;

	four_answered(&l, &log);
	serve_tally(&t, &s, &log);
	ck_rel(t.of[SERVE_TTFT].mean, 2.5, 1e-9);
	ck_rel(t.of[SERVE_TTFT].sd, sqrt(1.25), 1e-9);
	for (int k = 0; k < SERVE_RANKS; k++) {
		ck_rel(t.of[SERVE_TTFT].at[k], at[k], 1e-9);
		/* the first of eleven tokens has no gap: tenths of a second */
		ck_rel(t.of[SERVE_TPOT].at[k], at[k] / 10, 1e-9);
		ck_rel(t.of[SERVE_E2E].at[k], 2 * at[k], 1e-9);
		ck_rel(t.of[SERVE_PACE].at[k], 2 * at[k] / 11, 1e-9);
	}
	ck_rel(t.tps, (10 + 5 + 10 / 3.0 + 2.5) / 4, 1e-9);
	ck_rel(t.tok_min, 44 / 20.0 * 60, 1e-9);
	ck_rel(t.queue_s, 1.25, 1e-9);
	ck_rel(t.little, 1, 1e-9);
	ck_rel(t.busy, 0.25, 1e-9);
}
END_TEST

/*
 * They come at 100, 200, 300 and 400 s, the clock counts from 250 on, the last
 * token comes at 401: two answers of 10 tokens in 151 s.
 */
START_TEST(a_warm_up_ends_before_what_is_counted_begins)
{
	struct serve_request request[SEEN];
	struct serve_outcome of[SEEN];
	struct serve_load l = { .request = request, .nr = SEEN,
				.reading = { .warm_s = 250 } };
	struct serve_log log = { .of = of, .nr = SEEN, .done = SEEN };
	struct serve_engine engine = { .out_s = 0 };
	struct serve_spec s = { .load = &l,
		.fleet = { .engine = &engine, .replicas = 1 } };
	struct serve_tally t;

	for (int i = 0; i < SEEN; i++) {
		ticks sent = ticks_of_s(100 * (i + 1));

		request[i] = (struct serve_request){ .output_tok = 10 };
		of[i] = (struct serve_outcome){ .sent = sent, .joined = sent,
			.first = sent + ticks_of_s(0.5), .fate = SERVE_DONE,
			.last = sent + ticks_of_s(1) };
	}
	log.end = ticks_of_s(401);
	serve_tally(&t, &s, &log);
	ck_rel(t.tok_min, 20 / 151.0 * 60, 1e-9);
	l.reading.warm_s = 0;
	serve_tally(&t, &s, &log);
	ck_rel(t.tok_min, 40 / 301.0 * 60, 1e-9);
	l.reading = (struct serve_reading){ .warm_s = 250, .stop_s = 350 };
	serve_tally(&t, &s, &log);
	ck_rel(t.tok_min, 20 / 100.0 * 60, 1e-9);
}
END_TEST

/* A limit of 2 s is kept by who waits just as long. */
START_TEST(a_limit_is_kept_at_the_limit)
{
	struct serve_request request[ASKED] = { { .prompt_tok = 0 } };
	struct serve_outcome of[ASKED];
	struct serve_load l = { .request = request };
	struct serve_log log = { .of = of };
	struct serve_spec s = { .load = &l };
	double limit_s[SERVE_METRICS];

	four_answered(&l, &log);
	for (int m = 0; m < SERVE_METRICS; m++)
		limit_s[m] = (double)NAN;
	ck_assert_int_eq(serve_good(&s, &log, limit_s), SEEN);
	limit_s[SERVE_TTFT] = 2;
	ck_assert_int_eq(serve_good(&s, &log, limit_s), 2);
	limit_s[SERVE_TPOT] = 0.15;
	ck_assert_int_eq(serve_good(&s, &log, limit_s), 1);
}
END_TEST

/* ---- who comes in ---- */

/* 10 tokens of prompt and 7 of output: 17, two blocks of 16. */
START_TEST(a_block_that_is_begun_is_held)
{
	struct live live = { .need_tok = 10, .left_tok = 7 };
	struct serve_load load = { .nr = 1 };
	struct serve_engine e = serve_engine_plain;
	struct rank k;

	e.block_tok = 16;
	rank_init(&k, &(struct rank_spec){ &e, &load, &live });
	e.room_tok = 31;
	ck_assert(rank_never(&k, 0));
	e.room_tok = 32;
	ck_assert(!rank_never(&k, 0));
	rank_release(&k);
}
END_TEST

/*
 * One runs: 20 tokens there, 80 owed. The share kept for them falls from 0.7
 * to 0.1 in 600 steps: 0.4 at 300, so 20 + 0.4 x 80 = 52 are taken, and the
 * newcomer's 10 have room in 62; at 299 they have not. From 600 on 28 + 10.
 */
static const struct { int step, room, in; } decays[] = {
	{ 0, 85, 0 }, { 0, 86, 1 }, { 299, 62, 0 }, { 300, 62, 1 },
	{ 600, 38, 1 }, { 60000, 37, 0 }, { 60000, 38, 1 },
};

START_TEST(what_is_kept_for_the_running_decays_to_its_least)
{
	struct live live = { .need_tok = 9, .left_tok = 1 };
	struct serve_request request = { .prompt_tok = 9, .output_tok = 1 };
	struct serve_load load = { .request = &request, .nr = 1 };
	struct serve_engine e = { .reserve = SERVE_RATIO,
		.reserve_ratio = 0.7, .reserve_least = 0.1,
		.reserve_decay = 600, .chunked = true, .step_tok = 1,
		.budget_tok = 1000,
		.max_seqs = 10, .block_tok = 1,
		.room_tok = decays[_i].room + 1e-6 };
	struct rank k;

	rank_init(&k, &(struct rank_spec){ &e, &load, &live });
	k.running = 1;
	k.kv_tok = 20;
	k.whole_tok = 100;
	k.step = decays[_i].step;
	fifo_push(&k.wait, 0);
	rank_choose(&k);
	ck_assert_int_eq(k.takes, decays[_i].in);
	/* nine tokens that attend to 4.5 others each, no prior */
	ck_rel(1 + k.attend_tok2, 1 + decays[_i].in * 9 * 4.5, 1e-12);
	rank_release(&k);
}
END_TEST

/*
 * A rate of 1 - cos(2 pi t / day): of a day's requests 1/4 - 1/(2 pi), 9.08 %,
 * come in its first quarter, a half by noon; of 20,000 give or take 0.2 %.
 */
START_TEST(a_day_has_its_peak_at_noon)
{
	struct arrive_spec a = { .how = ARRIVE_DAY, .requests = 20000,
		.rate = 20000, .swing = 1, .day_s = 1, .spread = 1,
		.prompt_tok = 10, .output_tok = 10, .turns = 1, .seed = 3 };
	struct serve_load l;
	double quarter = 0, noon = 0;

	arrive_draw(&l, &a);
	for (int i = 0; i < l.nr; i++) {
		double s = l.request[i].at_s;

		quarter += s < 0.25;
		noon += s < 0.5;
	}
	ck_assert_double_eq_tol(quarter / 20000, 0.0908, 0.01);
	ck_assert_double_eq_tol(noon / 20000, 0.5, 0.02);
	serve_load_release(&l);
}
END_TEST

Suite *suite_tally(void)
{
	Suite *s = suite_create("tally");
	TCase *t = tcase_create("tally");

	tcase_add_test(t, percentiles_lie_between_neighbours);
	tcase_add_test(t, a_warm_up_ends_before_what_is_counted_begins);
	tcase_add_test(t, a_limit_is_kept_at_the_limit);
	tcase_add_test(t, a_block_that_is_begun_is_held);
	tcase_add_loop_test(t, what_is_kept_for_the_running_decays_to_its_least,
			    0, (int)(sizeof(decays) / sizeof(*decays)));
	tcase_add_test(t, a_day_has_its_peak_at_noon);
	suite_add_tcase(s, t);
	return s;
}
