#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "traffic/arrive.h"
#include "traffic/client.h"
#include "serve/queue.h"
#include "serve/sample.h"

/* ---- queues ---- */

/* 0 .. 11 in, 0 .. 9 out, 12 .. 31 in: the ring has turned and grown. */
START_TEST(a_queue_gives_what_came_first_however_it_grows)
{
	struct fifo q = { .nr = 0 };

	for (int32_t i = 0; i < 12; i++)
		fifo_push(&q, i);
	for (int32_t i = 0; i < 10; i++)
		ck_assert_int_eq(fifo_pop(&q), i);
	for (int32_t i = 12; i < 32; i++)
		fifo_push(&q, i);
	ck_assert_int_eq(q.nr, 22);
	for (int32_t i = 10; i < 32; i++) {
		ck_assert_int_eq(fifo_first(&q), i);
		ck_assert_int_eq(fifo_pop(&q), i);
	}
	ck_assert_int_eq(q.nr, 0);
	fifo_release(&q);
}
END_TEST

START_TEST(who_is_pushed_first_is_next)
{
	struct fifo q = { .nr = 0 };

	for (int32_t i = 0; i < 40; i++)
		fifo_push_first(&q, i);
	fifo_push(&q, 40);
	for (int32_t i = 39; i >= 0; i--)
		ck_assert_int_eq(fifo_pop(&q), i);
	ck_assert_int_eq(fifo_pop(&q), 40);
	fifo_release(&q);
}
END_TEST

/* Steps 0 .. 6 seven times over, ids shuffled by 29 i mod 49 (7 x 7). */
START_TEST(who_ends_first_is_on_top_and_of_equals_the_smaller_id)
{
	struct enders h = { .nr = 0 };
	struct ender last = { -1, -1 };

	for (int32_t i = 0; i < 49; i++)
		enders_push(&h, (struct ender){ 29 * i % 49 / 7,
						29 * i % 49 });
	for (int i = 0; i < 49; i++) {
		ck_assert(h.at[0].step > last.step ||
			  (h.at[0].step == last.step &&
			   h.at[0].id > last.id));
		ck_assert_int_eq(h.at[0].id, i);
		last = h.at[0];
		enders_pop(&h);
	}
	ck_assert_int_eq(h.nr, 0);
	enders_release(&h);
}
END_TEST

/* ---- what is seen of a run ---- */

/*
 * Two are there for 6 s; one runs from 1 to 3 s, one waits from 1 s; 10 tokens
 * are held for 2 s and 6 for 3 s.
 */
START_TEST(a_state_counts_for_as_long_as_it_lasts)
{
	struct serve_log l = { .stride = 1 };
	const struct sampler_delta in = { .running = 1, .waiting = 1,
					  .kv_tok = 10 };
	const struct sampler_delta out = { .running = -1, .kv_tok = -4 };

	l.sample = calloc(SERVE_SAMPLES, sizeof(*l.sample));
	sampler_present(&l, 0, 2);
	sampler_change(&l, ticks_of_s(1), &in);
	sampler_change(&l, ticks_of_s(3), &out);
	sampler_end(&l, ticks_of_s(6));
	ck_assert_double_eq(l.present_s, 12);
	ck_assert_double_eq(l.running_s, 2);
	ck_assert_double_eq(l.waiting_s, 5);
	ck_assert_double_eq(l.kv_tok_s, 20 + 18);
	ck_assert_int_eq(l.running_most, 1);
	ck_assert_int_eq(l.waiting_most, 1);
	ck_assert_double_eq(l.kv_most_tok, 10);
	ck_assert_int_eq(l.samples, 2);
	ck_assert_double_eq(l.sample[0].kv_tok, 10);
	ck_assert_double_eq(l.sample[1].kv_tok, 6);
	ck_assert_int_eq(l.sample[1].running, 0);
	ck_assert_int_eq(l.sample[1].waiting, 1);
	free(l.sample);
}
END_TEST

/* When there is no room every second goes, and every second is taken. */
START_TEST(samples_are_thinned_evenly)
{
	struct serve_log l = { .stride = 1 };
	const struct sampler_delta none = { .running = 0 };

	l.sample = calloc(SERVE_SAMPLES, sizeof(*l.sample));
	for (int i = 0; i < SERVE_SAMPLES + 3; i++)
		sampler_change(&l, i, &none);
	/* 0, 2, ... 2046 of the first, then 2048 and 2050 */
	ck_assert_int_eq(l.samples, SERVE_SAMPLES / 2 + 2);
	for (int i = 0; i < l.samples; i++)
		ck_assert_int_eq((int)l.sample[i].at, 2 * i);
	free(l.sample);
}
END_TEST

START_TEST(equal_gaps_in_a_row_are_one_entry)
{
	struct serve_log l = { .stride = 1 };

	sampler_gap(&l, .1, 2);
	sampler_gap(&l, .1, 3);
	sampler_gap(&l, .2, 1);
	sampler_gap(&l, .1, 1);
	ck_assert_int_eq(l.gaps, 3);
	ck_assert_double_eq(l.gap[0].seqs, 5);
	ck_assert_double_eq(l.gap[1].seqs, 1);
	ck_assert_double_eq(l.gap[2].seqs, 1);
	free(l.gap);
}
END_TEST

/* ---- clients ---- */

enum { ASKED = 6 };

static void asked_of(struct serve_load *l, struct serve_request *r,
		     enum serve_client how, int clients)
{
	*l = (struct serve_load){ .request = r, .nr = ASKED, .client = how,
				  .clients = clients };
	for (int i = 0; i < ASKED; i++)
		r[i] = (struct serve_request){ .at_s = i, .prompt_tok = 1,
			.output_tok = 1, .after = -1 };
}

/* 1 follows 0 by 1 s after its end; the others come by the clock. */
START_TEST(turns_follow_and_others_come_by_the_clock)
{
	struct serve_request r[ASKED];
	struct serve_load l;
	struct client c;
	struct sending next;

	asked_of(&l, r, SERVE_OPEN, 0);
	r[1].after = 0;
	client_init(&c, &l);
	ck_assert_int_eq(client_next_open(&c), 0);
	ck_assert_int_eq(client_next_open(&c), 2);
	ck_assert(client_answered(&c, 0, ticks_of_s(7), &next));
	ck_assert_int_eq(next.id, 1);
	ck_assert(next.at == ticks_of_s(8));
	ck_assert(!client_answered(&c, 2, ticks_of_s(7), &next));
	for (int i = 3; i < ASKED; i++)
		ck_assert_int_eq(client_next_open(&c), i);
	ck_assert_int_eq(client_next_open(&c), -1);
	client_release(&c);
}
END_TEST

/* At 3 s its clock says stop: what is due then is not begun. */
START_TEST(at_the_end_of_its_clock_a_client_begins_nothing)
{
	struct serve_request r[ASKED];
	struct serve_load l;
	struct client c;
	struct sending next;

	asked_of(&l, r, SERVE_OPEN, 0);
	l.reading.stop_s = 3;
	r[1].after = 0;
	client_init(&c, &l);
	ck_assert_int_eq(client_next_open(&c), 0);
	ck_assert_int_eq(client_next_open(&c), 2);
	ck_assert_int_eq(client_next_open(&c), -1);	/* of 3 s */
	/* it is due a second later: at 2.5 s, at 3 s */
	ck_assert(client_answered(&c, 0, ticks_of_s(1.5), &next));
	ck_assert(!client_answered(&c, 0, ticks_of_s(2), &next));
	client_release(&c);
}
END_TEST

START_TEST(a_client_asks_again_when_it_is_answered)
{
	struct serve_request r[ASKED];
	struct serve_load l;
	struct client c;
	int32_t id = -1;
	struct sending next;

	asked_of(&l, r, SERVE_CLOSED, 2);
	l.reading.stop_s = 9;
	client_init(&c, &l);
	ck_assert_int_eq(client_next_open(&c), -1);
	ck_assert(client_wave(&c, &id) && id == 0);
	ck_assert(client_wave(&c, &id) && id == 1);
	ck_assert(!client_wave(&c, &id));
	for (int32_t i = 2; i < 4; i++) {
		ck_assert(client_answered(&c, i - 2, ticks_of_s(8), &next));
		ck_assert_int_eq(next.id, i);
		ck_assert(next.at == ticks_of_s(8));
	}
	ck_assert(!client_answered(&c, 2, ticks_of_s(9), &next));
	l.reading.stop_s = 0;
	ck_assert(client_answered(&c, 2, ticks_of_s(9), &next));
	ck_assert(client_answered(&c, 3, ticks_of_s(9), &next));
	ck_assert(!client_answered(&c, 4, ticks_of_s(9), &next));
	client_release(&c);
}
END_TEST

/* Waves of four of six: the second has two and is over when both are. */
START_TEST(a_wave_waits_for_its_slowest)
{
	struct serve_request r[ASKED];
	struct serve_load l;
	struct client c;
	int32_t id = -1;
	struct sending next;

	asked_of(&l, r, SERVE_WAVES, 4);
	client_init(&c, &l);
	for (int32_t i = 0; i < 4; i++)
		ck_assert(client_wave(&c, &id) && id == i);
	ck_assert(!client_wave(&c, &id));
	for (int32_t i = 0; i < 4; i++) {
		ck_assert(!c.wave_begins);
		ck_assert(!client_answered(&c, i, ticks_of_s(5 + i), &next));
	}
	ck_assert(c.wave_begins && c.wave_at == ticks_of_s(8));
	ck_assert(client_wave(&c, &id) && id == 4);
	ck_assert(client_wave(&c, &id) && id == 5);
	ck_assert(!client_wave(&c, &id));
	ck_assert(!c.wave_begins);
	client_answered(&c, 4, ticks_of_s(9), &next);
	ck_assert(!c.wave_begins);
	client_answered(&c, 5, ticks_of_s(9), &next);
	ck_assert(!client_wave(&c, &id));	/* nobody is left */
	client_release(&c);
}
END_TEST

START_TEST(a_wave_after_the_clock_is_none)
{
	struct serve_request r[ASKED];
	struct serve_load l;
	struct client c;
	int32_t id = -1;
	struct sending next;

	asked_of(&l, r, SERVE_WAVES, 1);
	l.reading.stop_s = 5;
	client_init(&c, &l);
	ck_assert(client_wave(&c, &id));
	ck_assert(!client_wave(&c, &id));
	client_answered(&c, 0, ticks_of_s(4), &next);
	ck_assert(client_wave(&c, &id));
	ck_assert(!client_wave(&c, &id));
	client_answered(&c, 1, ticks_of_s(5), &next);
	ck_assert(!c.wave_begins);
	client_release(&c);
}
END_TEST

/* Ticks reach 98 days: a turn two days after day 97 is due at day 98. */
START_TEST(a_turn_is_never_beyond_what_ticks_reach)
{
	const double day_s = 86400;
	struct serve_request r[ASKED];
	struct serve_load l;
	struct client c;
	struct sending next;

	asked_of(&l, r, SERVE_OPEN, 0);
	r[1].after = 0;
	r[1].at_s = 2 * day_s;
	client_init(&c, &l);
	client_answered(&c, 0, ticks_of_s(97 * day_s), &next);
	ck_rel(ticks_to_s(next.at), 98 * day_s, 1e-9);
	client_answered(&c, 0, ticks_of_s(95 * day_s), &next);
	ck_rel(ticks_to_s(next.at), 97 * day_s, 1e-9);
	client_release(&c);
}
END_TEST

Suite *suite_comes(void)
{
	Suite *s = suite_create("comes");
	TCase *tc = tcase_create("comes");

	tcase_add_test(tc, a_queue_gives_what_came_first_however_it_grows);
	tcase_add_test(tc, who_is_pushed_first_is_next);
	tcase_add_test(tc,
		who_ends_first_is_on_top_and_of_equals_the_smaller_id);
	tcase_add_test(tc, a_state_counts_for_as_long_as_it_lasts);
	tcase_add_test(tc, samples_are_thinned_evenly);
	tcase_add_test(tc, equal_gaps_in_a_row_are_one_entry);
	tcase_add_test(tc, turns_follow_and_others_come_by_the_clock);
	tcase_add_test(tc, at_the_end_of_its_clock_a_client_begins_nothing);
	tcase_add_test(tc, a_client_asks_again_when_it_is_answered);
	tcase_add_test(tc, a_wave_waits_for_its_slowest);
	tcase_add_test(tc, a_wave_after_the_clock_is_none);
	tcase_add_test(tc, a_turn_is_never_beyond_what_ticks_reach);
	suite_add_tcase(s, tc);
	return s;
}
