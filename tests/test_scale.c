#include "traffic/arrive.h"
#include "tests/tests.h"

#include <stdlib.h>

#include "requests/serving.h"
#include "serve/scale.h"
#include "serve/tally.h"
#include "tests/toy_serve.h"

/* A prompt takes half a second, each of ten tokens after it a tenth. */
static const struct toy_price slow = { .1, 0, 0, .5, 0, 1 };

/* Looks with so many requests present, or sent since the last one. */
START_TEST(it_calls_for_what_the_target_needs_and_holds_what_was_called)
{
	static const struct { int present, wants; } k[] = {
		{ 0, 2 },	/* never below the least */
		{ 31, 4 },	/* ceil(31 / 10) */
		{ 500, 6 },	/* never above the most */
		{ 10, 6 },	/* held for 30 s: two looks more */
		{ 10, 6 },
		{ 10, 2 },
	};
	const struct serve_scale is = { .look_s = 15, .target = 10,
		.least = 2, .hold_s = 30 };
	struct scaler c;

	scaler_init(&c, &is, 6);
	for (size_t i = 0; i < sizeof(k) / sizeof(k[0]); i++)
		ck_assert_int_eq(scaler_wants(&c, k[i].present), k[i].wants);
	scaler_release(&c);
}
END_TEST

/* 45 in 15 s are three a second; the next 15 s had none. */
START_TEST(requests_are_counted_from_look_to_look)
{
	const struct serve_scale is = { .look_s = 15, .target = 1, .least = 1,
		.by = SERVE_BY_REQUESTS };
	struct scaler c;

	scaler_init(&c, &is, 6);
	c.sent = 45;
	ck_assert_int_eq(scaler_wants(&c, 1000), 3);
	ck_assert_int_eq(scaler_wants(&c, 1000), 1);
	scaler_release(&c);
}
END_TEST

struct fleet {
	struct serve_load l;
	struct serve_engine e;
	struct serve_spec s;
	struct serve_log log;
};

/*
 * Two requests at 0 and one at 19 s. Of at most two engines one is there, runs
 * one request at a time (1.5 s), and is to have one in the system.
 */
static void play(struct fleet *f, const struct serve_scale *is)
{
	static const double at_s[] = { 0, 0, 19 };

	toy_load(&f->l, 3, &(struct toy_lengths){ 100, 1, 11, 1 });
	f->l.client = SERVE_OPEN;
	for (int i = 0; i < 3; i++)
		f->l.request[i].at_s = at_s[i];
	f->e = serve_engine_plain;
	f->e.max_seqs = 1;
	f->s = toy_spec(&f->l, &f->e, &slow);
	f->s.fleet.replicas = 2;
	f->s.scale = *is;
	serve_run(&f->log, &f->s);
}

static void release(struct fleet *f)
{
	serve_log_release(&f->log);
	serve_load_release(&f->l);
}

/*
 * Looked at every second. At 1 s two are in the system: a second engine is
 * called, and starts at 6 s, when both are answered, at 1.5 and 3 s. From 2 s
 * on one is wanted, but two were within the last 10 s, to the look of 11 s: it
 * goes at 12 s. So it was paid for from 1 to 12 s, and the first until the
 * last look, at 21 s after the answer of 20.5 s.
 */
START_TEST(an_engine_that_starts_takes_nothing_and_is_paid_for)
{
	struct fleet f;

	play(&f, &(struct serve_scale){ .look_s = 1, .target = 1, .least = 1,
					.start_s = 5, .hold_s = 10 });
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(f.log.of[i].replica, 0);
	ck_assert_double_eq_tol(ticks_to_s(f.log.of[1].last), 3, 1e-9);
	ck_assert_double_eq_tol(ticks_to_s(f.log.of[2].last), 20.5, 1e-9);
	ck_assert_double_eq_tol(ticks_to_s(f.log.now.at), 21, 1e-9);
	ck_assert_double_eq_tol(f.log.replica_s, 21 + 11, 1e-9);
	release(&f);
}
END_TEST

/*
 * Started at once, the second takes the request of 19 s where it is still
 * there (held for 100 s: round robin, it is its turn), and the first does
 * where it has gone.
 */
START_TEST(who_has_gone_is_sent_nothing)
{
	struct fleet stays, goes;

	play(&stays, &(struct serve_scale){ .look_s = 1, .target = 1,
		.least = 1, .hold_s = 100 });
	play(&goes, &(struct serve_scale){ .look_s = 1, .target = 1,
		.least = 1, .hold_s = 2 });
	ck_assert_int_eq(stays.log.of[2].replica, 1);
	ck_assert_int_eq(goes.log.of[2].replica, 0);
	ck_assert_int_eq(goes.log.done, 3);
	ck_assert_double_lt(goes.log.replica_s, stays.log.replica_s);
	release(&stays);
	release(&goes);
}
END_TEST

/*
 * Looked at every second, four requests an engine. Of five at 0 s a step of
 * half a second takes the first two, the next the others; eight steps of a
 * tenth later all are answered, at 1.7 and 1.8 s. The look of 1 s calls a
 * second engine for them, which is there at once. The two of 1.2 s go to it,
 * who has none: they run till 2.7 and, with five tokens more, 3.2 s. From the
 * look of 2 s on one engine would do, so the second is sent nothing more:
 * those of 2.6 s go to the first, who has more of them, till 4.5 and 4.6 s.
 * The second is paid for until 3.2 s, the first until the look of 5 s.
 */
START_TEST(an_engine_that_leaves_answers_first_and_is_paid_till_then)
{
	static const struct {
		double at_s;
		int output;
		double last_s;
		int replica;
	} of[] = {
		{ 0, 9, 1.7, 0 }, { 0, 9, 1.7, 0 }, { 0, 9, 1.8, 0 },
		{ 0, 9, 1.8, 0 }, { 0, 9, 1.8, 0 }, { 1.2, 11, 2.7, 1 },
		{ 1.2, 16, 3.2, 1 }, { 2.6, 11, 4.5, 0 }, { 2.6, 11, 4.5, 0 },
		{ 2.6, 11, 4.6, 0 } };
	struct fleet f;

	toy_load(&f.l, 10, &(struct toy_lengths){ 100, 1, 11, 1 });
	f.l.client = SERVE_OPEN;
	for (int i = 0; i < 10; i++) {
		f.l.request[i].at_s = of[i].at_s;
		f.l.request[i].output_tok = of[i].output;
		f.l.request[i].steps = of[i].output - 1;
	}
	f.e = serve_engine_plain;
	f.s = toy_spec(&f.l, &f.e, &slow);
	f.s.route = SERVE_LEAST_LOADED;
	f.s.fleet.replicas = 2;
	f.s.scale = (struct serve_scale){ .look_s = 1, .target = 4,
					  .least = 1 };
	serve_run(&f.log, &f.s);
	for (int i = 0; i < 10; i++) {
		ck_assert_int_eq(f.log.of[i].replica, of[i].replica);
		ck_assert_double_eq_tol(ticks_to_s(f.log.of[i].last),
					of[i].last_s, 1e-9);
	}
	ck_assert_double_eq_tol(f.log.replica_s, 5 + 2.2, 1e-9);
	release(&f);
}
END_TEST

/* Told of each that ends, whichever way. */
static int64_t told_done, told_of;
static int times;

static void tell(int64_t done, int64_t of)
{
	ck_assert_int_eq(done, told_done + 1);
	told_done = done;
	told_of = of;
	times++;
}

/* A bucket of 22 pays two of three answers of 11. */
START_TEST(progress_is_told_of_each_that_ends)
{
	struct fleet f;

	told_done = told_of = times = 0;
	toy_load(&f.l, 3, &(struct toy_lengths){ 100, 1, 11, 1 });
	f.l.client = SERVE_OPEN;
	f.l.door = (struct serve_door){ .bucket_tok = 22,
					.refill_tok_s = 1e-6 };
	f.e = serve_engine_plain;
	f.s = toy_spec(&f.l, &f.e, &slow);
	f.s.progress = tell;
	serve_run(&f.log, &f.s);
	ck_assert_int_eq(f.log.refused, 1);
	ck_assert_int_eq(times, 3);
	ck_assert_int_eq(told_of, 3);
	release(&f);
}
END_TEST

/*
 * A run ends at 90 days, 7,776,000 s, whatever still goes on: in a step of
 * that length, in one more than fits (two of 4 million s), or where prompts of
 * 100 tokens are read at 77,761 s each. Who had no answer has none.
 */
static const struct {
	double decode_s, prompt_s, tokenize_s;
	bool cut;
} long_runs[] = {
	{ 1, 7776000, 0, true }, { 1, 7775000, 0, false },
	{ 4e6, 4e6, 0, true }, { 3e6, 4e6, 0, false },
	{ 1, 1, 77761, true }, { 1, 1, 77000, false },
};

START_TEST(a_run_that_ticks_do_not_reach_is_cut)
{
	const struct toy_price p = { .decode_s = long_runs[_i].decode_s,
		.prompt_s = long_runs[_i].prompt_s, .groups = 1 };
	struct fleet f;

	toy_load(&f.l, 1, &(struct toy_lengths){ 100, 1, 2, 1 });
	f.e = serve_engine_plain;
	f.e.tokenize_s_tok = long_runs[_i].tokenize_s;
	f.s = toy_spec(&f.l, &f.e, &p);
	serve_run(&f.log, &f.s);
	ck_assert_int_eq(f.log.cut, long_runs[_i].cut);
	ck_assert_int_eq(f.log.of[0].fate, long_runs[_i].cut ? SERVE_PENDING :
			 SERVE_DONE);
	ck_assert_int_eq(f.log.done, !long_runs[_i].cut);
	ck_assert_int_eq(f.log.unsent, 0);
	release(&f);
}
END_TEST

/*
 * A quota of 11 tokens that gains one in a million seconds has the next 11 in
 * 127 days: the first request is answered, the other two are never let in.
 */
START_TEST(who_waits_beyond_the_end_is_cut_and_the_rest_goes_on)
{
	struct fleet f;

	toy_load(&f.l, 3, &(struct toy_lengths){ 100, 1, 11, 1 });
	f.l.client = SERVE_CLOSED;
	f.l.clients = 3;
	f.l.door = (struct serve_door){ .bucket_tok = 11, .waits = true,
					.refill_tok_s = 1e-6 };
	f.e = serve_engine_plain;
	f.s = toy_spec(&f.l, &f.e, &slow);
	serve_run(&f.log, &f.s);
	ck_assert(f.log.cut);
	ck_assert_int_eq(f.log.done, 1);
	ck_assert_int_eq(f.log.of[1].fate, SERVE_PENDING);
	ck_assert_int_eq(f.log.of[2].fate, SERVE_PENDING);
	release(&f);
}
END_TEST

/* The first comes at 5 s, the client stops at 2. */
START_TEST(a_client_that_stops_before_the_first_comes_sends_none)
{
	struct fleet f;

	toy_load(&f.l, 2, &(struct toy_lengths){ 100, 1, 11, 1 });
	f.l.client = SERVE_OPEN;
	f.l.request[0].at_s = f.l.request[1].at_s = 5;
	f.l.reading.stop_s = 2;
	f.e = serve_engine_plain;
	f.s = toy_spec(&f.l, &f.e, &slow);
	serve_run(&f.log, &f.s);
	ck_assert_int_eq(f.log.unsent, 2);
	ck_assert(!f.log.cut && f.log.end == 0);
	release(&f);
}
END_TEST

/* As many at least as at most are a fleet that stays: to the tick. */
START_TEST(a_fleet_that_cannot_scale_is_one_that_does_not)
{
	struct fleet a, b;

	play(&a, &(struct serve_scale){ .look_s = 0 });
	play(&b, &(struct serve_scale){ .look_s = 7, .target = 1, .least = 2,
					.start_s = 5 });
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(a.log.of[i].last, b.log.of[i].last);
		ck_assert_int_eq(a.log.of[i].replica, b.log.of[i].replica);
	}
	release(&a);
	release(&b);
}
END_TEST

/*
 * A bucket of 22 tokens pays two answers of 11; nothing comes in again. The
 * third and fourth go beside, whose bucket of 11 pays one of them.
 */
START_TEST(who_is_refused_overflows_until_that_is_full_too)
{
	static const int fate[] = { SERVE_DONE, SERVE_DONE, SERVE_DONE,
				    SERVE_REFUSED };
	static const struct toy_price quick = { .01, 0, 0, .05, 0, 1 };
	struct fleet f;

	toy_load(&f.l, 4, &(struct toy_lengths){ 100, 1, 11, 1 });
	f.l.client = SERVE_OPEN;
	f.l.door = (struct serve_door){ .bucket_tok = 22,
					.refill_tok_s = 1e-6 };
	f.e = serve_engine_plain;
	f.s = toy_spec(&f.l, &f.e, &slow);
	f.s.beside = toy_spec(&f.l, &f.e, &quick).fleet;
	f.s.beside_door = (struct serve_door){ .bucket_tok = 11,
					       .refill_tok_s = 1e-6 };
	serve_run(&f.log, &f.s);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(f.log.of[i].fate, fate[i]);
	ck_assert_int_eq(f.log.overflowed, 1);
	ck_assert_int_eq(f.log.refused, 1);
	ck_assert_int_eq(f.log.of[2].replica, 1);
	/* 0.05 s of a prompt and ten tokens of 0.01 s; the others 1.5 s */
	ck_assert_double_eq_tol(ticks_to_s(f.log.of[2].last), .15, 1e-9);
	ck_assert_double_gt(ticks_to_s(f.log.of[0].last), 1.4);
	ck_assert_double_eq_tol(f.log.beside_busy_s, .15, 1e-9);
	release(&f);
}
END_TEST

/* A wait of luck exp(1 - 1/2) at sd 1 is exp(.5 - .125) at sd .5. */
static double a_second(const void *of, int inside)
{
	(void)of;
	(void)inside;
	return 1;
}

START_TEST(luck_is_of_the_door_that_lets_in)
{
	struct fleet f;

	toy_load(&f.l, 1, &(struct toy_lengths){ 100, 1, 11, 1 });
	f.l.client = SERVE_OPEN;
	f.l.request[0].luck = (float)exp(.5);
	f.l.door = (struct serve_door){ .wait_s = a_second, .luck_sd = .5,
					.drawn_sd = 1 };
	f.e = serve_engine_plain;
	f.s = toy_spec(&f.l, &f.e, &slow);
	serve_run(&f.log, &f.s);
	ck_assert_double_eq_tol(ticks_to_s(f.log.of[0].first),
				exp(.375) + .5, 1e-6);
	release(&f);
}
END_TEST

Suite *suite_scale(void)
{
	Suite *s = suite_create("scale");
	TCase *t = tcase_create("scale");

	tcase_add_test(t,
		it_calls_for_what_the_target_needs_and_holds_what_was_called);
	tcase_add_test(t, requests_are_counted_from_look_to_look);
	tcase_add_test(t, an_engine_that_starts_takes_nothing_and_is_paid_for);
	tcase_add_test(t, who_has_gone_is_sent_nothing);
	tcase_add_test(t,
		an_engine_that_leaves_answers_first_and_is_paid_till_then);
	tcase_add_test(t, progress_is_told_of_each_that_ends);
	tcase_add_test(t,
		who_waits_beyond_the_end_is_cut_and_the_rest_goes_on);
	tcase_add_test(t,
		a_client_that_stops_before_the_first_comes_sends_none);
	tcase_add_loop_test(t, a_run_that_ticks_do_not_reach_is_cut, 0,
			    sizeof(long_runs) / sizeof(long_runs[0]));
	tcase_add_test(t, a_fleet_that_cannot_scale_is_one_that_does_not);
	tcase_add_test(t, who_is_refused_overflows_until_that_is_full_too);
	tcase_add_test(t, luck_is_of_the_door_that_lets_in);
	suite_add_tcase(s, t);
	return s;
}
