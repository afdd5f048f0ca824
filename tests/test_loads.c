/* Latency, throughput and occupancy over a load: by their pixels. */
#include "tests/tests.h"

#include "plots/canvas.h"
#include "tests/picture.h"

/* ---- serving: a frame of 774 by 348 from (86, 116) ---- */

/* x to 4 x 1.02; y by 100 / 1.2 = 83.3 and 900: from 50 to 1000. */
START_TEST(latency_is_drawn_over_the_load)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "latency", "rate,median_ttft_ms,p99_ttft_ms\n"
		     "1,100,200\n2,150,900\n4,300,\n");
	it = picture_stroke(&p, BLUE, 2, 1);		/* after the legend's */
	ck_assert_int_eq(it->points, 3);
	item_at(it, 0, 86 + 774 / 4.08, 116 + 348 * (1 - axis_log(100, 50,
		1000)));
	item_at(it, 2, 86 + 774 * 4 / 4.08, 116 + 348 * (1 - axis_log(300, 50,
		1000)));
	it = picture_stroke(&p, VERMILION, 2, 1);
	ck_assert_int_eq(it->points, 2);
	item_at(it, 1, 86 + 774 * 2 / 4.08, 116 + 348 * (1 - axis_log(900, 50,
		1000)));
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 3);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, VERMILION), 2);
	picture_words(&p, "P50");
	picture_words(&p, "P99");
	picture_release(&p);
}
END_TEST

/*
 * A measured pair is a star at its own two numbers. x to 60 x 1.02; y: 400 x
 * 1.02 = 408 over 348 px is a step of 75, so 100: to 500.
 */
START_TEST(what_was_measured_is_a_star_of_its_own)
{
	const struct item *it;
	struct picture p;
	double x = 86 + 774 * 60 / 61.2, y = 116 + 348 * (1 - 300 / 500.0);

	picture_draw(&p, "pareto", "tok_s_user,tok_s_gpu,measured_tok_s_user,"
		     "measured_tok_s_gpu\n10,400,,\n50,100,60,300\n");
	it = picture_stroke(&p, BLUE, 2, 1);
	item_at(it, 0, 86 + 774 * 10 / 61.2, 116 + 348 * 0.2);
	item_at(it, 1, 86 + 774 * 50 / 61.2, 116 + 348 * 0.8);
	it = picture_nth(&p, ITEM_AREA, VERMILION, 1);
	ck_assert_int_eq(it->points, 10);
	item_at(it, 0, x, y - 4.5 * 1.2);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, VERMILION), 0);
	picture_words(&p, "measured");
	picture_release(&p);
}
END_TEST

START_TEST(a_line_without_points_is_not_in_the_legend)
{
	struct picture p;

	picture_draw(&p, "pareto", "tok_s_user,tok_s_gpu,measured_tok_s_user,"
		     "measured_tok_s_gpu\n10,400,,\n");
	ck_assert_int_eq(picture_says(&p, "measured"), 0);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, VERMILION), 0);
	picture_release(&p);
}
END_TEST

/*
 * Two frames: requests from 116 to 290, KV from 324 to 464. 9 x 1.02 over 174
 * px: 3.4, steps of 5, to 10; 900 x 1.02 over 140 px: 420, of 500, to 1000.
 */
START_TEST(occupancy_has_a_frame_for_requests_and_one_for_kv)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "occupancy", "at_s,running,kv_tokens,waiting\n"
		     "0,1,100,0\n5,9,900,3\n");
	it = picture_stroke(&p, BLUE, 2, 1);
	item_at(it, 0, 86, 116 + 174 * 0.9);
	item_at(it, 1, 86 + 774 * 5 / 5.1, 116 + 174 * 0.1);
	it = picture_stroke(&p, VERMILION, 2, 1);
	item_at(it, 1, 86 + 774 * 5 / 5.1, 116 + 174 * 0.7);
	it = picture_stroke(&p, BLUE, 2, 2);
	item_at(it, 0, 86, 324 + 140 * 0.9);
	item_at(it, 1, 86 + 774 * 5 / 5.1, 324 + 140 * 0.1);
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, NO_COLOUR), 0);
	picture_words(&p, "Seconds from the first request");
	picture_release(&p);
}
END_TEST

/* Nothing but zeros: both axes to 1. */
START_TEST(zeros_have_an_axis)
{
	struct picture p;

	picture_draw(&p, "pareto", "tok_s_user,tok_s_gpu\n0,0\n");
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 0), 0, 86, 464);
	/* 1.02 over 348 px: 0.19, steps of 0.2, to 1.2; of that in 0.5 */
	item_at(picture_nth(&p, ITEM_LINE, GRID, picture_count(&p, ITEM_LINE,
		GRID) - 1), 0, 86, 116 + 348 * (1 - 1 / 1.2));
	picture_release(&p);
}
END_TEST

Suite *suite_loads(void)
{
	Suite *s = suite_create("loads");
	TCase *tc = tcase_create("loads");

	tcase_add_test(tc, latency_is_drawn_over_the_load);
	tcase_add_test(tc, what_was_measured_is_a_star_of_its_own);
	tcase_add_test(tc, a_line_without_points_is_not_in_the_legend);
	tcase_add_test(tc,
		       occupancy_has_a_frame_for_requests_and_one_for_kv);
	tcase_add_test(tc, zeros_have_an_axis);
	suite_add_tcase(s, tc);
	return s;
}
