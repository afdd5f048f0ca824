/* Points among lines: the parity figure and the roofline, by their pixels. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- parity ---- */

/*
 * A page of 720 by 780; below a legend of one row the frame is 600 by 576
 * from (86, 112). 10 / 1.1 and 40 x 1.1 lie within 5 and 50, which are both
 * axes: a decade.
 */
static const char parity_csv[] =
	"id,hw,measured_step_ms,predicted_step_ms,label,mape_pct,within20,"
	"rows\n"
	"near,toy-a,10,11,,12.34,2,3\nfar,toy-b,20,30,,,,\n"
	"fair,toy-b,40,38,,,,\nlow,toy-a,30,20,named,,,\n";

static double px(double ms)
{
	return 86 + 600 * axis_log(ms, 5, 50);
}

static double py(double ms)
{
	return 112 + 576 * (1 - axis_log(ms, 5, 50));
}

START_TEST(a_run_stands_at_its_measured_and_predicted_time)
{
	const struct item *it;
	struct picture p;
	double x = 0, y = 0;

	picture_draw(&p, "parity", parity_csv);
	/* the legend's mark is the first of its colour */
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 0), 0, 96, 89.5);
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 1), 0, px(10), py(11));
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 2), 0, px(30), py(20));
	ck_rel(picture_nth(&p, ITEM_CIRCLE, BLUE, 1)->radius, 5, 1e-9);
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 3);
	it = picture_nth(&p, ITEM_AREA, VERMILION, 1);	/* a square */
	for (int i = 0; i < 4; i++) {
		x += it->at[i].x / 4;
		y += it->at[i].y / 4;
	}
	ck_assert(fabs(x - px(20)) < 0.02 && fabs(y - py(30)) < 0.02);
	item_at(picture_words(&p, "TOY A"), 0, 86 + 26, 94);
	picture_words(&p, "TOY B");
	picture_release(&p);
}
END_TEST

/*
 * y = 1.2 x enters at the left (5, 6) and leaves at the top (41.67, 50);
 * y = 0.8 x enters below (6.25, 5) and leaves at the right (50, 40).
 */
static const struct {
	double share;
	unsigned fill;
} bands[] = { { 0.2, 0xf0f7fa }, { 0.1, 0xdeedf5 } };

START_TEST(bands_of_ten_and_twenty_per_cent_are_cut_at_the_frame)
{
	double up = 1 + bands[_i].share, down = 1 - bands[_i].share;
	const struct item *it;
	struct picture p;

	picture_draw(&p, "parity", parity_csv);
	it = picture_nth(&p, ITEM_AREA, (long)bands[_i].fill, 0);
	ck_assert_int_eq(it->points, 6);
	item_at(it, 0, 86, py(5 * up));
	item_at(it, 1, px(50 / up), 112);
	item_at(it, 2, 686, 112);
	item_at(it, 3, 686, py(50 * down));
	item_at(it, 4, px(5 / down), 688);
	item_at(it, 5, 86, 688);
	picture_release(&p);
}
END_TEST

/*
 * The dashed edges of 20 %, named 16 px along and 6 px above; below the lower
 * one, 6 px and the height of its capitals, 0.72 x 12. The diagonal is solid.
 */
START_TEST(edges_are_dashed_and_named)
{
	double length = hypot(600, 576), cosine = 600 / length,
	       sine = 576 / length, foot = 6 + 0.72 * 12;
	const long edge = canvas_mix(BLUE, WHITE, 0.5);
	const struct item *it;
	struct picture p;

	picture_draw(&p, "parity", parity_csv);
	it = picture_nth(&p, ITEM_LINE, edge, 0);
	item_at(it, 0, 86, py(6));
	item_at(it, 1, px(50 / 1.2), 112);
	ck_rel(it->dash, 7, 1e-9);
	it = picture_nth(&p, ITEM_LINE, edge, 1);
	item_at(it, 0, px(6.25), 688);
	item_at(it, 1, 686, py(40));
	it = picture_nth(&p, ITEM_LINE, INK, 0);
	item_at(it, 0, 86, 688);
	item_at(it, 1, 686, 112);
	ck_assert(!(it->dash > 0));
	it = picture_words(&p, "+20 %");
	item_at(it, 0, 86 + 16 * cosine - 6 * sine,
		py(6) - 16 * sine - 6 * cosine);
	ck_rel(it->angle, atan2(576, 600) * 180 / acos(-1), 1e-4);
	it = picture_words(&p, "\xe2\x88\x92" "20 %");
	item_at(it, 0, px(6.25) + 16 * cosine + foot * sine,
		688 - 16 * sine + foot * cosine);
	picture_release(&p);
}
END_TEST

/* Beyond 20 %: 30 for 20 and 20 for 30. 9 px right, 4.32 px below. */
START_TEST(outliers_have_their_names_beside_them)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "parity", parity_csv);
	it = picture_words(&p, "far");
	item_at(it, 0, px(20) + 9, py(30) + 4.32);
	ck_assert_int_eq(it->fill, canvas_text_colour(VERMILION));
	it = picture_words(&p, "named");
	item_at(it, 0, px(30) + 9, py(20) + 4.32);
	ck_assert_int_eq(picture_says(&p, "low"), 0);
	ck_assert_int_eq(picture_says(&p, "near"), 0);
	ck_assert_int_eq(picture_says(&p, "fair"), 0);
	picture_release(&p);
}
END_TEST

START_TEST(a_plate_says_the_error_where_the_table_does)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "parity", parity_csv);
	it = picture_words(&p, "MAPE 12.3 %, 2 of 3 within 20 %");
	item_at(it, 0, 686 - 28, 688 - 52 + 23);
	ck_assert_str_eq(it->anchor, "end");
	ck_assert_int_eq(picture_count(&p, ITEM_PATH, NO_COLOUR), 1);
	picture_words(&p, "Decode step, 4 runs; the bands are \xc2\xb1" "10 % "
		      "and \xc2\xb1" "20 %");
	picture_release(&p);
}
END_TEST

static const char *const unsaid[] = {
	"id,hw,measured_step_ms,predicted_step_ms,within20,rows\na,t,5,5,1,1\n",
	"id,hw,measured_step_ms,predicted_step_ms,mape_pct,rows\na,t,5,5,1,1\n",
	"id,hw,measured_step_ms,predicted_step_ms,mape_pct,within20\n"
	"a,t,5,5,1,1\n",
	"id,hw,measured_step_ms,predicted_step_ms,mape_pct,within20,rows\n"
	"a,t,5,5,,1,1\n",
};

START_TEST(no_plate_says_half_of_it)
{
	struct picture p;

	picture_draw(&p, "parity", unsaid[_i]);
	ck_assert_int_eq(picture_count(&p, ITEM_PATH, NO_COLOUR), 0);
	picture_words(&p, "Decode step, 1 run; the bands are \xc2\xb1" "10 % "
		      "and \xc2\xb1" "20 %");
	picture_release(&p);
}
END_TEST

/* Requests: ms alone are drawn, a series a metric; a step's time wins. */
START_TEST(a_metric_is_spelt_for_people)
{
	struct picture p;

	picture_draw(&p, "parity", "id,hw,metric,unit,value,predicted,"
		"measured_step_ms,predicted_step_ms\n"
		"a,t,ttft_p99_ms,ms,10,11,,\nb,t,tpot_ms,ms,20,30,,\n"
		"c,t,tpot_ms,s,20,900,,\n");
	picture_words(&p, "TTFT P99");
	picture_words(&p, "TPOT");
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 1), 0, px(10), py(11));
	ck_assert_int_eq(picture_says(&p, "b"), 1);
	ck_assert_int_eq(picture_says(&p, "c"), 0);
	picture_release(&p);
	picture_draw(&p, "parity", "id,hw,metric,unit,value,predicted,"
		"measured_step_ms,predicted_step_ms\n"
		"a,t,ttft_ms,ms,10,11,10,11\nb,t,ttft_ms,ms,20,30,,\n");
	ck_assert_int_eq(picture_says(&p, "b"), 0);
	ck_assert_int_eq(picture_says(&p, "TTFT"), 0);
	picture_release(&p);
}
END_TEST

/* ---- the roofline ---- */

/*
 * 1 TB/s, roofs of 100 and 200 TFLOP/s: ridges at 100 and 200 FLOP/B. x from
 * 100 / 10 to 200 x 6; y from 100 / 30 to 200 x 2. The frame: 780 by 412 from
 * (86, 112).
 */
static const char roofline_csv[] =
	"op,math,intensity,flops,bound,peak_flops,hbm_Bps,hw,model,time_share\n"
	"attend,bf16,50,4e13,hbm,1e14,1e12,toy-sxm,m,0.25\n"
	"expert,fp8,500,5e13,compute,2e14,1e12,toy-sxm,m,0.49\n"
	"norm,bf16,20,1e13,latency,1e14,1e12,toy-sxm,m,0.01\n";

static double rx(double intensity)
{
	return 86 + 780 * axis_log(intensity, 10, 1200);
}

static double ry(double tflops)
{
	return 112 + 412 * (1 - axis_log(tflops, 100 / 30.0, 400));
}

START_TEST(an_op_stands_at_what_it_reaches)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "roofline", roofline_csv);
	it = picture_nth(&p, ITEM_CIRCLE, BLUE, 1);
	item_at(it, 0, rx(50), ry(40));
	ck_rel(it->radius, 15, 1e-6);		/* 30 x sqrt(0.25) */
	it = picture_nth(&p, ITEM_CIRCLE, VERMILION, 1);
	item_at(it, 0, rx(500), ry(50));
	ck_rel(it->radius, 21, 1e-6);		/* 30 x 0.7 */
	it = picture_nth(&p, ITEM_CIRCLE, AMBER, 1);
	item_at(it, 0, rx(20), ry(10));
	ck_rel(it->radius, 3.5, 1e-6);		/* 30 x 0.1, at least 3.5 */
	/* right of the mark and 4 px, 4.32 px below its middle */
	item_at(picture_words(&p, "expert, 49 %"), 0, rx(500) + 25,
		ry(50) + 4.32);
	item_at(picture_words(&p, "attend, 25 %"), 0, rx(50) + 19,
		ry(40) + 4.32);
	picture_words(&p, "norm, 1.0 %");
	picture_words(&p, "area: share of the step's time");
	picture_words(&p, "Each dot is an op of one step; m on TOY SXM");
	picture_release(&p);
}
END_TEST

/* Roofs begin at their ridges; the highest has its name above, others below. */
START_TEST(roofs_begin_at_their_ridges)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "roofline", roofline_csv);
	/* in the order of the rows */
	it = picture_nth(&p, ITEM_LINE, INK, 0);
	item_at(it, 0, rx(100), ry(100));
	item_at(it, 1, 866, ry(100));
	it = picture_nth(&p, ITEM_LINE, INK, 1);
	item_at(it, 0, rx(200), ry(200));
	item_at(it, 1, 866, ry(200));
	it = picture_nth(&p, ITEM_LINE, INK, 2);	/* 10 at 10 FLOP/B */
	item_at(it, 0, 86, ry(10));
	item_at(it, 1, rx(200), ry(200));
	item_at(picture_words(&p, "FP8: 200 TFLOP/s"), 0, 862, ry(200) - 7);
	item_at(picture_words(&p, "BF16: 100 TFLOP/s"), 0, 862,
		ry(100) - 7 + 24);
	it = picture_words(&p, "HBM: 1 TB/s");
	/* both axes span a factor of 120 */
	ck_rel(it->angle, atan2(412, 780) * 180 / acos(-1), 1e-3);
	picture_release(&p);
}
END_TEST

/* Without shares marks are 6 px and have no per cent; bounds are listed. */
START_TEST(ops_without_a_share_are_of_one_size)
{
	struct picture p;

	picture_draw(&p, "roofline", "op,math,intensity,flops,bound,"
		     "peak_flops,hbm_Bps\n"
		     "a,bf16,50,4e13,hbm,1e14,1e12\n"
		     "b,bf16,20,1e13,nvlink,1e14,1e12\n"
		     "c,bf16,20,2e13,odd,1e14,1e12\n");
	ck_rel(picture_nth(&p, ITEM_CIRCLE, BLUE, 1)->radius, 6, 1e-9);
	ck_rel(picture_nth(&p, ITEM_CIRCLE, GREY, 0)->radius, 6, 1e-9);
	picture_words(&p, "a");
	picture_words(&p, "bound by memory");
	picture_words(&p, "by NVLink");
	ck_assert_int_eq(picture_says(&p, "by compute"), 0);
	ck_assert_int_eq(picture_says(&p, "area: share of the step's time"),
			 0);
	picture_words(&p, "Each dot is an op of one step");
	picture_release(&p);
}
END_TEST

Suite *suite_scatter(void)
{
	Suite *s = suite_create("scatter");
	TCase *tc = tcase_create("scatter");

	tcase_add_test(tc, a_run_stands_at_its_measured_and_predicted_time);
	tcase_add_loop_test(tc,
		bands_of_ten_and_twenty_per_cent_are_cut_at_the_frame, 0,
		NR(bands));
	tcase_add_test(tc, edges_are_dashed_and_named);
	tcase_add_test(tc, outliers_have_their_names_beside_them);
	tcase_add_test(tc, a_plate_says_the_error_where_the_table_does);
	tcase_add_loop_test(tc, no_plate_says_half_of_it, 0, NR(unsaid));
	tcase_add_test(tc, a_metric_is_spelt_for_people);
	tcase_add_test(tc, an_op_stands_at_what_it_reaches);
	tcase_add_test(tc, roofs_begin_at_their_ridges);
	tcase_add_test(tc, ops_without_a_share_are_of_one_size);
	suite_add_tcase(s, tc);
	return s;
}
