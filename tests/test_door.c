#include "traffic/arrive.h"
#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "requests/serving.h"
#include "serve/tally.h"
#include "tests/toy_serve.h"

/* A prompt takes half a second, a token after the first a tenth. */
static const struct toy_price slow = { .1, 0, 0, .5, 0, 1 };

struct visit {
	struct serve_load l;
	struct serve_engine e;
	struct serve_spec s;
	struct serve_log log;
	struct serve_tally t;
};

/* nr requests of 100 tokens and 11: alone 0.5 s and 1.5 s. */
static void prepare(struct visit *p, int nr, enum serve_client client)
{
	toy_load(&p->l, nr, &(struct toy_lengths){ 100, 1, 11, 1 });
	p->l.client = client;
	p->e = serve_engine_plain;
}

static void play(struct visit *p)
{
	p->s = toy_spec(&p->l, &p->e, &slow);
	serve_run(&p->log, &p->s);
	serve_tally(&p->t, &p->s, &p->log);
}

static void release(struct visit *p)
{
	serve_log_release(&p->log);
	serve_load_release(&p->l);
}

/* One a second; 100 tokens at first, 10 a second, 50 a request. */
START_TEST(a_bucket_refuses_what_it_cannot_pay)
{
	static const int pays[] = { 1, 1, 0, 0, 0, 1, 0 };
	struct visit p;

	prepare(&p, 7, SERVE_OPEN);
	for (int i = 0; i < 7; i++)
		p.l.request[i].at_s = i;
	p.l.door = (struct serve_door){ .bucket_tok = 100, .refill_tok_s = 10,
					.charge_tok = 50 };
	play(&p);
	/* in it: 100, 50 + 10, 10 + 10, 30, 40, 50, 0 + 10 */
	for (int i = 0; i < 7; i++)
		ck_assert_int_eq(p.log.of[i].fate, pays[i] ? SERVE_DONE :
				 SERVE_REFUSED);
	ck_assert_int_eq(p.log.refused, 4);
	ck_assert_int_eq(p.log.done, 3);
	release(&p);
}
END_TEST

START_TEST(a_bucket_that_is_waited_for_lets_in_by_its_rate)
{
	static const double joins_s[] = { 0, 0, 5, 10, 15 };
	struct visit p;

	prepare(&p, 5, SERVE_OPEN);
	p.l.door = (struct serve_door){ .bucket_tok = 100, .refill_tok_s = 10,
					.charge_tok = 50, .waits = true };
	play(&p);
	/* 100 pay two; then 50 every 5 s */
	for (int i = 0; i < 5; i++)
		ck_assert(fabs(ticks_to_s(p.log.of[i].joined) - joins_s[i]) <
			  1e-9);
	ck_rel(p.t.little, 1, 1e-9);
	/* one that asks for more than it holds would wait for ever */
	release(&p);
	prepare(&p, 1, SERVE_OPEN);
	p.l.door = (struct serve_door){ .bucket_tok = 10, .refill_tok_s = 10,
					.waits = true };
	play(&p);
	ck_assert_int_eq(p.log.of[0].fate, SERVE_REFUSED);
	release(&p);
}
END_TEST

START_TEST(a_semaphore_keeps_the_others_outside)
{
	struct visit p;

	prepare(&p, 5, SERVE_OPEN);
	p.l.door.at_once = 2;
	play(&p);
	/* two at a time, 1.5 s each: they end at 1.5, 1.5, 3, 3, 4.5 */
	for (int i = 0; i < 5; i++)
		ck_rel(ticks_to_s(p.log.of[i].last), 1.5 * (i / 2 + 1), 1e-9);
	ck_assert_int_eq(p.log.running_most, 2);
	/* the clock of a request runs outside the door: TTFT .5, 2, 3.5 */
	ck_rel(p.t.of[SERVE_TTFT].mean, (2 * .5 + 2 * 2 + 3.5) / 5, 1e-9);
	ck_rel(p.t.little, 1, 1e-9);
	release(&p);
}
END_TEST

START_TEST(the_first_request_of_a_client_connects)
{
	struct visit p;

	prepare(&p, 3, SERVE_CLOSED);
	p.l.door.connect_s = .25;
	play(&p);
	ck_rel(ticks_to_s(p.log.of[0].first), .75, 1e-9);
	ck_rel(serve_seen(&p.s, &p.log, 1, SERVE_TTFT), .5, 1e-9);
	ck_rel(serve_seen(&p.s, &p.log, 2, SERVE_TTFT), .5, 1e-9);
	release(&p);
}
END_TEST

/*
 * Waves of 4 take 1.5 s; those begun before 4 s are at 0, 1.5 and 3, and the
 * last runs on to 4.5: 12 answers of 11 tokens in 4 s that were 4.5.
 */
START_TEST(a_wave_that_has_begun_is_counted_in_nominal_time)
{
	struct visit p;

	prepare(&p, 40, SERVE_WAVES);
	p.l.clients = 4;
	p.l.reading.stop_s = 4;
	play(&p);
	ck_assert_int_eq(p.log.done, 12);
	ck_assert_int_eq(p.log.unsent, 28);
	ck_rel(ticks_to_s(p.log.end), 4.5, 1e-9);
	ck_rel(p.t.tok_min, 12 * 11 / 4.0 * 60, 1e-9);
	ck_rel(p.t.output_tok / p.t.s, 12 * 11 / 4.5, 1e-9);
	release(&p);
	/* closed clients, each on its own, begin at 0, 1.5 and 3 as well */
	prepare(&p, 40, SERVE_CLOSED);
	p.l.clients = 4;
	p.l.reading.stop_s = 4;
	play(&p);
	ck_assert_int_eq(p.log.done, 12);
	release(&p);
	/* by the clock: at 0, 1, 2 and 3 */
	prepare(&p, 40, SERVE_OPEN);
	for (int i = 0; i < 40; i++)
		p.l.request[i].at_s = i;
	p.l.reading.stop_s = 4;
	play(&p);
	ck_assert_int_eq(p.log.done, 4);
	release(&p);
}
END_TEST

/* What is sent before 2 s is the waves of 0 and 1.5; one of 3 remains. */
START_TEST(a_warm_up_is_left_out)
{
	struct visit p;

	prepare(&p, 40, SERVE_WAVES);
	p.l.clients = 4;
	p.l.reading.stop_s = 4;
	p.l.reading.warm_s = 2;
	play(&p);
	ck_rel(p.t.of[SERVE_TTFT].nr, 4, 1e-9);
	ck_rel(p.t.tok_min, 4 * 11 / 2.0 * 60, 1e-9);
	release(&p);
}
END_TEST

/* The ten tokens after the first come in five steps: 0.5 s between them. */
START_TEST(a_client_that_counts_pieces_counts_too_few)
{
	static const struct {
		bool chunks, by_n;
		int more;
		double tpot_s;
	} ways[] = {
		{ false, false, 0, .5 / 10 },
		{ false, true, 0, .5 / 11 },
		{ true, false, 0, .5 / 5 },	/* 1 + 5 pieces */
		{ true, true, 0, .5 / 6 },
		{ true, true, 2, .5 / 8 },	/* and a role and an end */
		{ false, true, 2, .5 / 13 },
	};

	for (unsigned i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		struct visit p;

		prepare(&p, 1, SERVE_CLOSED);
		p.l.request[0].steps = 5;
		p.l.reading = (struct serve_reading){ 0, 0, ways[i].by_n,
			ways[i].chunks, ways[i].more };
		play(&p);
		ck_rel(p.t.of[SERVE_TPOT].mean, ways[i].tpot_s, 1e-9);
		ck_rel(p.t.tps, 1 / ways[i].tpot_s, 1e-9);
		release(&p);
	}
}
END_TEST

/* The first computes its 100 tokens, the others the last one of theirs. */
START_TEST(who_asks_the_same_is_found_but_for_its_last_token)
{
	struct arrive_spec a = { .how = ARRIVE_CLOSED, .requests = 20,
		.clients = 1, .spread = 1, .prompt_tok = 100, .output_tok = 3,
		.turns = 1, .block_tok = 1, .seed = 1, .same = true };
	struct serve_engine e = serve_engine_plain;
	struct serve_load l;
	struct serve_log log;
	struct serve_spec s;

	e.reuse = true;
	arrive_draw(&l, &a);
	s = toy_spec(&l, &e, &slow);
	serve_run(&log, &s);
	ck_rel(log.computed_tok, 100 + 19, 1e-9);
	ck_rel(log.hit_tok, 19 * 99, 1e-9);
	serve_log_release(&log);
	serve_load_release(&l);
}
END_TEST

START_TEST(a_door_that_makes_no_sense_is_refused)
{
	static const struct {
		const char *column, *text, *column2, *text2, *says;
	} bad[] = {
		{ "count", "pieces", NULL, NULL, "count is \"pieces\"" },
		{ "tpot_by", "2", NULL, NULL, "tpot_by is \"2\"" },
		{ "over", "later", NULL, NULL, "over is \"later\"" },
		{ "duration", "0", NULL, NULL, "duration is 0" },
		{ "duration", "60", "warmup", "60", "as long as the run" },
		{ "bucket", "10", NULL, NULL, "never filled" },
		{ "refill", "10", NULL, NULL, "no bucket" },
		{ "semaphore", "0", NULL, NULL, "nobody may pass" },
		{ "threads", "0", "semaphore", "9", "nobody may pass" },
	};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct serving_spec s;
		struct serve_load l = { 0 };
		struct fault why = { 0 };

		serving_init(&s);
		ck_assert_int_eq(serving_set(&s, bad[i].column, bad[i].text,
					     &why), 0);
		if (bad[i].column2)
			ck_assert_int_eq(serving_set(&s, bad[i].column2,
						     bad[i].text2, &why), 0);
		ck_assert_int_eq(serving_client(&l, &s, &why), -1);
		ck_assert_msg(strstr(why.what, bad[i].says), "%s", why.what);
		ck_assert(why.remedy[0]);
	}
}
END_TEST

Suite *suite_door(void)
{
	Suite *s = suite_create("door");
	TCase *d = tcase_create("door"), *c = tcase_create("client");

	tcase_add_test(d, a_bucket_refuses_what_it_cannot_pay);
	tcase_add_test(d, a_bucket_that_is_waited_for_lets_in_by_its_rate);
	tcase_add_test(d, a_semaphore_keeps_the_others_outside);
	tcase_add_test(d, the_first_request_of_a_client_connects);
	tcase_add_test(d, a_door_that_makes_no_sense_is_refused);
	tcase_add_test(c, a_wave_that_has_begun_is_counted_in_nominal_time);
	tcase_add_test(c, a_warm_up_is_left_out);
	tcase_add_test(c, a_client_that_counts_pieces_counts_too_few);
	tcase_add_test(c, who_asks_the_same_is_found_but_for_its_last_token);
	suite_add_tcase(s, d);
	suite_add_tcase(s, c);
	return s;
}
