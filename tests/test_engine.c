#include "tests/tests.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "play/engine.h"
#include "play/lane.h"
#include "tests/ends.h"

/* The time and whom of the next alarm are these. */
static void ck_rings(struct engine *e, ticks when, int32_t whom)
{
	int32_t got = -1;

	ck_assert(engine_next(e, &got));
	ck_assert_int_eq(engine_now(e), when);
	ck_assert_int_eq(got, whom);
}

static void ck_silent(struct engine *e)
{
	int32_t got = 77;

	ck_assert(!engine_next(e, &got));
	ck_assert_int_eq(got, 77);
}

START_TEST(alarms_ring_in_order)
{
	static const ticks when[] = { 50, 10, 40, 20, 30, 0, 60 };
	static const int32_t order[] = { 5, 1, 3, 4, 2, 0, 6 };
	struct engine e;

	engine_init(&e, 7);
	for (int i = 0; i < 7; i++)
		engine_set(&e, when[i], i);
	for (int i = 0; i < 7; i++)
		ck_rings(&e, when[order[i]], order[i]);
	ck_silent(&e);
	ck_assert_int_eq(engine_now(&e), 60);
	ck_assert_int_eq(engine_events(&e), 7);
	engine_release(&e);
}
END_TEST

START_TEST(ties_ring_in_the_order_set)
{
	struct engine e;

	engine_init(&e, 0);
	for (int i = 0; i < 100; i++)
		engine_set(&e, 5, (i * 37) % 100);
	for (int i = 0; i < 100; i++)
		ck_rings(&e, 5, (i * 37) % 100);
	engine_release(&e);
}
END_TEST

START_TEST(an_alarm_set_for_now_rings_after_those_already_set_for_now)
{
	struct engine e;

	engine_init(&e, 4);
	engine_set(&e, 8, 1);
	engine_set(&e, 8, 2);
	ck_rings(&e, 8, 1);
	engine_set(&e, 8, 3);
	ck_rings(&e, 8, 2);
	ck_rings(&e, 8, 3);
	ck_silent(&e);
	engine_release(&e);
}
END_TEST

START_TEST(an_engine_with_no_alarm_stays_where_it_is)
{
	struct engine e;

	engine_init(&e, 0);
	ck_silent(&e);
	ck_assert_int_eq(engine_now(&e), 0);
	ck_assert_int_eq(engine_events(&e), 0);
	engine_set(&e, 3, 9);
	ck_rings(&e, 3, 9);
	ck_silent(&e);
	ck_assert_int_eq(engine_now(&e), 3);
	ck_assert_int_eq(engine_events(&e), 1);
	engine_release(&e);
}
END_TEST

START_TEST(any_time_and_any_index_come_back_whole)
{
	static const int32_t whom[] = { INT32_MAX, INT32_MIN, -1, 0 };
	struct engine e;

	engine_init(&e, 4);
	for (int i = 0; i < 4; i++)
		engine_set(&e, INT64_MAX - 1, whom[i]);
	engine_set(&e, INT64_MAX, 6);
	for (int i = 0; i < 4; i++)
		ck_rings(&e, INT64_MAX - 1, whom[i]);
	ck_rings(&e, INT64_MAX, 6);
	engine_release(&e);
}
END_TEST

static void set_at_9(const void *engine)
{
	struct engine e = *(const struct engine *)engine;

	engine_set(&e, 9, 0);
}

START_TEST(an_alarm_in_the_past_is_our_bug)
{
	struct engine e;

	engine_init(&e, 1);
	engine_set(&e, 10, 0);
	ck_rings(&e, 10, 0);
	ck_assert_int_eq(ends_with(set_at_9, &e), 128 + SIGABRT);
	engine_release(&e);
}
END_TEST

static uint64_t xorshift(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

enum { LIST = 4096 };

/* The plainest queue there is: a list in order, ties behind. */
struct list {
	ticks when[LIST];
	int32_t whom[LIST];
	int nr;
};

static void list_set(struct list *l, ticks when, int32_t whom)
{
	int i = l->nr++;

	ck_assert_int_lt(i, LIST);
	for (; i > 0 && l->when[i - 1] > when; i--) {
		l->when[i] = l->when[i - 1];
		l->whom[i] = l->whom[i - 1];
	}
	l->when[i] = when;
	l->whom[i] = whom;
}

static void list_drop_first(struct list *l)
{
	size_t rest = (size_t)--l->nr;

	memmove(l->when, l->when + 1, rest * sizeof(*l->when));
	memmove(l->whom, l->whom + 1, rest * sizeof(*l->whom));
}

/* Set or ring at random; times are coarse so that ties are common. */
static void play_beside_list(struct engine *e, struct list *l, uint64_t seed)
{
	for (int i = 0; i < 20000; i++) {
		uint64_t dice = xorshift(&seed);
		ticks when = engine_now(e) + (ticks)(dice >> 8) % 50;

		if (l->nr == 0 || (dice % 100 < 55 && l->nr < LIST)) {
			engine_set(e, when, i);
			list_set(l, when, i);
		} else {
			ck_rings(e, l->when[0], l->whom[0]);
			list_drop_first(l);
		}
	}
	while (l->nr > 0) {
		ck_rings(e, l->when[0], l->whom[0]);
		list_drop_first(l);
	}
	ck_silent(e);
}

static const uint64_t seeds[] = { 1, 2, 3, 0x9e3779b97f4a7c15, UINT64_MAX };

START_TEST(the_engine_agrees_with_a_sorted_list)
{
	struct list *l = calloc(1, sizeof(*l));
	struct engine e;

	engine_init(&e, 1 << _i);
	play_beside_list(&e, l, seeds[_i]);
	engine_release(&e);
	free(l);
}
END_TEST

/* 32 bits of order run out within the first few of 20,000 settings. */
START_TEST(ties_keep_their_order_when_the_count_of_settings_wraps)
{
	struct list *l = calloc(1, sizeof(*l));
	struct engine e;

	engine_init(&e, 1);
	e.set = (uint64_t)UINT32_MAX - 200 * (uint64_t)_i;
	play_beside_list(&e, l, seeds[_i]);
	ck_assert_uint_lt(e.set, UINT32_MAX / 2);
	engine_release(&e);
	free(l);
}
END_TEST

START_TEST(time_never_goes_back)
{
	struct engine e;
	uint64_t state = 7;
	ticks last = 0;
	int32_t whom;

	engine_init(&e, 64);
	for (int i = 0; i < 64; i++)
		engine_set(&e, (ticks)(xorshift(&state) % 1000), i);
	for (int i = 0; i < 10000; i++) {
		ck_assert(engine_next(&e, &whom));
		ck_assert_int_ge(engine_now(&e), last);
		last = engine_now(&e);
		engine_set(&e, last + (ticks)(xorshift(&state) % 9), whom);
	}
	ck_assert_int_eq(engine_events(&e), 10000);
	engine_release(&e);
}
END_TEST

/* Fill to nr alarms and ring them all. */
static void fill_and_empty(struct engine *e, int nr)
{
	int32_t whom;

	for (int i = 0; i < nr; i++)
		engine_set(e, engine_now(e) + (i * 7) % 11, i);
	while (engine_next(e, &whom))
		;
}

START_TEST(a_warm_engine_allocates_nothing)
{
	struct engine e;
	void *block;

	engine_init(&e, 1);
	fill_and_empty(&e, 1000);
	block = e.block;
	for (int i = 0; i < 10; i++)
		fill_and_empty(&e, 1000);
	ck_assert_ptr_eq(e.block, block);
	engine_release(&e);
}
END_TEST

START_TEST(the_hint_makes_room_enough)
{
	struct engine e;
	void *block;

	for (int hint = 0; hint < 70; hint++) {
		engine_init(&e, hint);
		block = e.block;
		fill_and_empty(&e, hint);
		ck_assert_ptr_eq(e.block, block);
		engine_release(&e);
	}
}
END_TEST

START_TEST(siblings_share_a_cache_line)
{
	struct engine e;

	engine_init(&e, 1);
	for (int i = 0; i < 500; i++) {
		engine_set(&e, i, i);
		ck_assert_uint_eq((uintptr_t)e.slot % 64, 0);
		ck_assert_uint_eq(e.cap % 4, 0);
	}
	engine_release(&e);
}
END_TEST

START_TEST(an_idle_lane_starts_at_once)
{
	struct lane lane = { 0 };

	/* 100 + 5 */
	ck_assert_int_eq(lane_take(&lane, 100, 5, 64), 105);
	ck_assert_int_eq(lane.free_at, 105);
}
END_TEST

START_TEST(a_busy_lane_makes_the_next_job_wait)
{
	struct lane lane = { 0 };

	/* 0..10, then 10..14 though asked at 3, then a gap, then 20..21 */
	ck_assert_int_eq(lane_take(&lane, 0, 10, 0), 10);
	ck_assert_int_eq(lane_take(&lane, 3, 4, 0), 14);
	ck_assert_int_eq(lane_take(&lane, 20, 1, 0), 21);
}
END_TEST

START_TEST(a_lane_accounts_for_what_it_did)
{
	struct lane lane = { 0 };

	lane_take(&lane, 0, 10, 100);
	lane_take(&lane, 3, 4, 20);
	lane_take(&lane, 20, 1, 3);
	/* 10 + 4 + 1 ticks, gaps not counted; 100 + 20 + 3 bytes */
	ck_assert_int_eq(lane.busy, 15);
	ck_assert_double_eq(lane.bytes, 123);
	ck_assert_int_eq(lane.jobs, 3);
}
END_TEST

START_TEST(a_job_of_no_length_is_done_when_the_lane_is_free)
{
	struct lane lane = { 0 };

	ck_assert_int_eq(lane_take(&lane, 7, 0, 0), 7);
	ck_assert_int_eq(lane_take(&lane, 7, 3, 0), 10);
	ck_assert_int_eq(lane_take(&lane, 8, 0, 0), 10);
}
END_TEST

static void take_less_than_none(const void *none)
{
	struct lane lane = { 0 };

	(void)none;
	lane_take(&lane, 7, -1, 0);
}

START_TEST(a_job_of_negative_length_is_our_bug)
{
	ck_assert_int_eq(ends_with(take_less_than_none, NULL), 128 + SIGABRT);
}
END_TEST

static TCase *case_engine(void)
{
	TCase *tc = tcase_create("engine");
	int nr = (int)(sizeof(seeds) / sizeof(*seeds));

	tcase_add_test(tc, alarms_ring_in_order);
	tcase_add_test(tc, ties_ring_in_the_order_set);
	tcase_add_test(tc,
		an_alarm_set_for_now_rings_after_those_already_set_for_now);
	tcase_add_test(tc, an_engine_with_no_alarm_stays_where_it_is);
	tcase_add_test(tc, any_time_and_any_index_come_back_whole);
	tcase_add_test(tc, an_alarm_in_the_past_is_our_bug);
	tcase_add_loop_test(tc, the_engine_agrees_with_a_sorted_list, 0, nr);
	tcase_add_loop_test(tc,
		ties_keep_their_order_when_the_count_of_settings_wraps, 0, nr);
	tcase_add_test(tc, time_never_goes_back);
	tcase_add_test(tc, a_warm_engine_allocates_nothing);
	tcase_add_test(tc, the_hint_makes_room_enough);
	tcase_add_test(tc, siblings_share_a_cache_line);
	return tc;
}

static TCase *case_lane(void)
{
	TCase *tc = tcase_create("lane");

	tcase_add_test(tc, an_idle_lane_starts_at_once);
	tcase_add_test(tc, a_busy_lane_makes_the_next_job_wait);
	tcase_add_test(tc, a_lane_accounts_for_what_it_did);
	tcase_add_test(tc, a_job_of_no_length_is_done_when_the_lane_is_free);
	tcase_add_test(tc, a_job_of_negative_length_is_our_bug);
	return tc;
}

Suite *suite_engine(void)
{
	Suite *s = suite_create("engine");

	suite_add_tcase(s, case_engine());
	suite_add_tcase(s, case_lane());
	return s;
}
