/* Lines over an axis: lines, panels, latency, pareto, occupancy. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "tests/drawing.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- lines ---- */

/*
 * Without stars the frame is 664 by 376 from (86, 88). x from 0 to 10 x 1.02;
 * y: 9 x 1.02 = 9.18 over 376 px is a step of 9.18 x 64 / 376 = 1.56, so 2,
 * and the axis ends at 10.
 */
static const char lines_csv[] =
	"series,x,y,x_label,y_label\n"
	"one,0,1,far,high\none,5,4,,\ntwo,0,9,,\none,10,6,,\ntwo,10,3,,\n"
	"two,x,3,,\n";

static double lx(double x)
{
	return 86 + 664 * x / 10.2;
}

static double ly(double y)
{
	return 88 + 376 * (1 - y / 10);
}

START_TEST(a_line_joins_its_rows_in_their_order)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "lines", lines_csv);
	it = picture_stroke(&p, BLUE, 2.4, 0);
	ck_assert_int_eq(it->points, 3);
	item_at(it, 0, lx(0), ly(1));
	item_at(it, 1, lx(5), ly(4));
	item_at(it, 2, lx(10), ly(6));
	it = picture_stroke(&p, VERMILION, 2.4, 0);
	ck_assert_int_eq(it->points, 2);
	item_at(it, 0, lx(0), ly(9));
	item_at(it, 1, lx(10), ly(3));
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 3);
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 1), 0, lx(5), ly(4));
	ck_rel(picture_nth(&p, ITEM_CIRCLE, BLUE, 1)->radius, 3.5, 1e-9);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, VERMILION), 2);
	item_at(picture_words(&p, "far"), 0, 86 + 332, 464 + 45);
	picture_words(&p, "high");
	picture_release(&p);
}
END_TEST

/* Names in a column 14 px right of the frame, a leader from each end. */
START_TEST(a_line_is_named_at_its_end)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "lines", lines_csv);
	it = picture_words(&p, "one");
	item_at(it, 0, 750 + 14, ly(6) + 4.5);
	ck_assert_int_eq(it->fill, canvas_text_colour(BLUE));
	ck_assert(it->bold);
	item_at(picture_words(&p, "two"), 0, 750 + 14, ly(3) + 4.5);
	it = picture_stroke(&p, FAINT, 0.8, 0);
	item_at(it, 0, lx(10) + 7, ly(6));
	item_at(it, 1, 750 + 10, ly(6));
	picture_release(&p);
}
END_TEST

/* Ends of one height: names 17 px apart, in the order of the alphabet. */
START_TEST(names_of_one_height_stand_apart)
{
	struct picture p;

	picture_draw(&p, "lines", "series,x,y\nc,0,1\nc,10,5\na,0,2\na,10,5\n"
		     "b,0,3\nb,10,5\n");
	/* 5 x 1.02 over 376 px: steps of 1, up to 6 */
	for (int i = 0; i < 3; i++) {
		char name[2] = { (char)('a' + i), '\0' };

		item_at(picture_words(&p, name), 0, 764,
			88 + 376 * (1 - 5 / 6.0) + 17 * i + 4.5);
	}
	picture_release(&p);
}
END_TEST

/* At the foot of the frame names climb: the last one stands at its edge. */
START_TEST(names_stay_within_the_frame)
{
	struct picture p;

	picture_draw(&p, "lines", "series,x,y\na,0,6\na,10,0\nb,0,2\nb,10,0\n"
		     "c,0,3\nc,10,0\n");
	for (int i = 0; i < 3; i++) {
		char name[2] = { (char)('a' + i), '\0' };

		item_at(picture_words(&p, name), 0, 764,
			464 - 17 * (2 - i) + 4.5);
	}
	picture_release(&p);
}
END_TEST

/*
 * "two" ends at 4 of 10.2, two fifths of the way: no thread to the right edge,
 * but both names in a legend, and the frame is 860 - 86 = 774 px wide from 112.
 */
START_TEST(names_of_lines_that_end_early_are_a_legend)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "lines", "series,x,y\none,0,1\none,10,6\ntwo,0,9\n"
		     "two,4,3\n");
	it = picture_words(&p, "one");
	item_at(it, 0, 86 + 26, 94);
	ck_assert(picture_words(&p, "two")->at[0].x < 86 + 774);
	it = picture_stroke(&p, BLUE, 2.4, 1);	/* behind the legend's */
	item_at(it, 1, 86 + 774 / 1.02, 112 + 352 * (1 - 6 / 10.0));
	for (int i = 0; i < p.nr; i++)
		ck_assert(p.item[i].kind != ITEM_LINE ||
			  p.item[i].stroke != FAINT ||
			  fabs(p.item[i].width - 0.8) > 1e-9);
	picture_release(&p);
}
END_TEST

/*
 * Forty rows over 774 / 1.02 px, a 39th of that or 19.5 px from one to the
 * next: of those 45 px apart every third, 14 of them and the legend's. The
 * second of two lines ends early.
 */
START_TEST(lines_of_a_legend_are_told_by_shape)
{
	const struct item *it;
	struct text csv = TEXT_INIT;
	struct picture p;

	text_add(&csv, "series,x,y,measured\ntwo,0,3,\ntwo,4,3,\n");
	for (int i = 0; i < 40; i++)
		text_addf(&csv, "one,%d,5,\n", i);
	text_add(&csv, "one,20,9,yes\n");
	picture_draw(&p, "lines", csv.buf);
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 2 + 1);
	it = picture_nth(&p, ITEM_AREA, VERMILION, 0);	/* the legend's */
	ck_assert_int_eq(it->points, 4);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, VERMILION), 14 + 1 + 1);
	it = picture_nth(&p, ITEM_AREA, VERMILION, 15);
	ck_assert_int_eq(it->points, 10);	/* a star, and in it a square */
	ck_assert_int_eq(picture_nth(&p, ITEM_AREA, WHITE, 0)->points, 4);
	picture_release(&p);
	text_release(&csv);
}
END_TEST

/* There are five shapes, so the sixth line is dashed; and so in the legend. */
START_TEST(a_shapes_second_line_is_dashed)
{
	struct text csv = TEXT_INIT;
	struct picture p;

	text_add(&csv, "series,x,y\n");
	for (int i = 0; i < 6; i++)
		text_addf(&csv, "s%d,0,%d\ns%d,%d,9\n", i, i, i, i ? 10 : 1);
	picture_draw(&p, "lines", csv.buf);
	for (int n = 0; n < 2; n++) {
		ck_rel(picture_stroke(&p, BLUE, 2.4, n)->dash, 0, 0);
		ck_rel(picture_stroke(&p, PURPLE, 2.4, n)->dash, 0, 0);
		ck_rel(picture_stroke(&p, SKY, 2.4, n)->dash, 9, 1e-9);
	}
	picture_release(&p);
	text_release(&csv);
}
END_TEST

/*
 * With stars a legend: the frame is 352 px high from 112. x from 1 / 1.15 to
 * 16 x 1.15, doublings; y by 4 / 1.1 and 40 x 1.1: from 2 to 50.
 */
static const char starred_csv[] =
	"series,x,y,measured,label,x_scale,y_scale,x_notches,stars\n"
	"one,1,4,,,log,log,doublings,seen\none,16,40,,,,,,\n"
	"one,4,20,yes,here,,,,\none,8,0,,,,,,\none,0,8,,,,,,\n";

START_TEST(stars_are_measured_and_no_part_of_the_line)
{
	const struct item *it;
	struct picture p;
	double high = 16 * 1.15, low = 1 / 1.15;
	double x = 86 + 664 * axis_log(4, low, high);
	double y = 112 + 352 * (1 - axis_log(20, 2, 50));

	picture_draw(&p, "lines", starred_csv);
	it = picture_stroke(&p, BLUE, 2.4, 0);
	ck_assert_int_eq(it->points, 2);
	item_at(it, 0, 86 + 664 * axis_log(1, low, high),
		112 + 352 * (1 - axis_log(4, 2, 50)));
	item_at(it, 1, 86 + 664 * axis_log(16, low, high),
		112 + 352 * (1 - axis_log(40, 2, 50)));
	it = picture_nth(&p, ITEM_AREA, BLUE, 0);
	ck_assert_int_eq(it->points, 10);
	item_at(it, 0, x, y - 9 * 1.2);
	item_at(picture_words(&p, "here"), 0, x + 13, y + 4.32);
	picture_words(&p, "seen");
	ck_assert_int_eq(picture_nth(&p, ITEM_AREA, GREY, 0)->points, 10);
	for (int n = 1; n <= 16; n *= 2) {
		char text[16];

		snprintf(text, sizeof(text), "%d", n);
		if (n != 2 && n != 8)	/* numbers of the other axis, too */
			item_at(picture_words(&p, text), 0, 86 + 664 *
				axis_log(n, low, high), 464 + 21);
	}
	picture_release(&p);
}
END_TEST

/* A label keeps off every part of a line: here the first stands right of it. */
START_TEST(a_label_of_a_star_keeps_off_the_line)
{
	const struct item *it, *star;
	struct picture p;

	picture_draw(&p, "lines", "series,x,y,measured,label\none,5,0,,\n"
		     "one,5,10,,\none,10,10,,\none,4.8,5,yes,here\n");
	it = picture_words(&p, "here");
	star = picture_nth(&p, ITEM_AREA, BLUE, 0);
	ck_assert_int_eq(star->points, 10);
	ck_assert(it->at[0].x < star->at[0].x);
	picture_release(&p);
}
END_TEST

START_TEST(a_line_of_many_rows_has_no_marks)
{
	struct text csv = TEXT_INIT;
	struct picture p;

	text_add(&csv, "series,x,y\n");
	for (int i = 0; i < 16; i++)
		text_addf(&csv, "one,%d,%d\n", i, i + 1);
	picture_draw(&p, "lines", csv.buf);
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 16);
	picture_release(&p);
	text_add(&csv, "one,16,17\n");
	picture_draw(&p, "lines", csv.buf);
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 0);
	picture_release(&p);
	text_release(&csv);
}
END_TEST

START_TEST(twelve_lines_can_be_drawn)
{
	struct text csv = TEXT_INIT, out = TEXT_INIT;
	struct fault why = { .row = 0 };

	text_add(&csv, "series,x,y\n");
	for (int i = 0; i < 12; i++)
		text_addf(&csv, "s%d,1,1\n", i);
	ck_assert_int_eq(drawing_try("lines", csv.buf, &out, &why), 0);
	text_add(&csv, "another,1,1\n");
	ck_assert_int_eq(drawing_try("lines", csv.buf, &out, &why), -1);
	ck_assert_str_eq(why.what, "over 12 series");
	ck_assert_str_eq(why.remedy, "draw fewer in one figure");
	ck_assert_int_eq(why.row, 14);
	text_release(&csv);
	text_release(&out);
}
END_TEST

static const struct {
	const char *kind, *csv, *remedy;
} blank[] = {
	{ "lines", "series,x,y\na,1,\nb,,2\n", "a row needs y" },
	{ "lines", "series,x,y\na,-1,1\nb,1,-1\n", "a row needs y" },
	{ "lines", "series,x,y\na,1,1e308\nb,2e30,1\n", "a row needs y" },
	{ "lines", "series,x,y,x_scale\na,0,1,log\n", "a row needs y" },
	{ "lines", "series,x,y,y_scale\na,1,-1,log\n", "a row needs y" },
	{ "panels", "panel,x,claimed,predicted\na,1,,\n",
	  "a row needs predicted" },
	{ "panels", "panel,x,claimed,predicted\na,0,1,1\n",
	  "a row needs predicted" },
	{ "latency", "rate,median_ttft_ms\n1,0\n",
	  "a row needs median_ttft_ms" },
	{ "panels", "panel,x,claimed,predicted\na,1e308,1,1\n",
	  "a row needs predicted" },
	{ "latency", "rate,median_ttft_ms\n-1,5\n",
	  "a row needs median_ttft_ms" },
	{ "pareto", "tok_s_user,tok_s_gpu\n5,-1\n", "a row needs tok_s_gpu" },
	{ "pareto", "tok_s_user,tok_s_gpu\n1e308,1\n",
	  "a row needs tok_s_gpu" },
	{ "occupancy", "at_s,running,kv_tokens\n1,1,\n",
	  "a row needs kv_tokens" },
	{ "occupancy", "at_s,running,kv_tokens\n1,,1\n",
	  "a row needs running" },
};

START_TEST(a_figure_without_a_point_is_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(drawing_try(blank[_i].kind, blank[_i].csv, &out,
				     &why), -1);
	ck_assert_str_eq(why.remedy, blank[_i].remedy);
	text_release(&out);
}
END_TEST

/* ---- panels: frames of 332 by 196, 438 px and 300 px from the first ---- */

static const char panels_csv[] =
	"panel,x,claimed,predicted,low,high,y_scale,x_label,y_label\n"
	"first,8,10,12,11,14,,GPUs,ms\nfirst,32,20,18,15,19,,,\n"
	"second,1,100,90,,,log,,\nsecond,2,5000,,,,,,\n"
	"third,4,1,,,,,,\n";

START_TEST(panels_stand_two_in_a_row)
{
	struct picture p;

	picture_draw(&p, "panels", panels_csv);
	ck_rel(p.height, 156 + 300 + 196 + 104, 0);
	item_at(picture_words(&p, "first"), 0, 86, 142);
	item_at(picture_words(&p, "second"), 0, 86 + 438, 142);
	item_at(picture_words(&p, "third"), 0, 86, 142 + 300);
	item_at(picture_words(&p, "GPUs"), 0, 86 + 166, 352 + 45);
	picture_release(&p);
}
END_TEST

/*
 * x from 8 / 1.25 to 32 x 1.25; y: 20 x 1.04 = 20.8 over 196 px is a step of
 * 6.79, so 10, and the axis ends at 30.
 */
static double qx(double x)
{
	return 86 + 332 * axis_log(x, 6.4, 40);
}

static double qy(double y)
{
	return 156 + 196 * (1 - y / 30);
}

START_TEST(a_panel_has_two_lines_and_a_band)
{
	const long band = canvas_mix(BLUE, WHITE, 0.16);
	const struct item *it;
	struct picture p;

	picture_draw(&p, "panels", panels_csv);
	it = picture_nth(&p, ITEM_AREA, band, 0);
	ck_assert_int_eq(it->points, 4);
	item_at(it, 0, qx(8), qy(11));
	item_at(it, 1, qx(32), qy(15));
	item_at(it, 2, qx(32), qy(19));
	item_at(it, 3, qx(8), qy(14));
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, band), 1);
	it = picture_stroke(&p, BLUE, 2.4, 1);		/* after the legend's */
	item_at(it, 0, qx(8), qy(12));
	item_at(it, 1, qx(32), qy(18));
	it = picture_stroke(&p, VERMILION, 1.4, 1);
	item_at(it, 0, qx(8), qy(10));
	item_at(it, 1, qx(32), qy(20));
	ck_rel(it->dash, 4, 1e-9);
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 1), 0, qx(8), qy(12));
	it = picture_nth(&p, ITEM_AREA, VERMILION, 1);
	item_at(it, 0, qx(8), qy(10) - 7.2);	/* a diamond of 6 px x 1.2 */
	item_at(picture_words(&p, "8"), 0, qx(8), 352 + 21);
	item_at(picture_words(&p, "32"), 0, qx(32), 352 + 21);
	picture_release(&p);
}
END_TEST

/* 90 / 1.1 = 81.8 and 5000: from 50 to 5000, two decades of 98 px. */
START_TEST(a_panel_may_be_logarithmic)
{
	const struct item *it;
	struct picture p;
	double x = 86 + 438 + 332 * axis_log(2, 0.8, 2.5);

	picture_draw(&p, "panels", panels_csv);
	it = picture_stroke(&p, VERMILION, 1.4, 2);
	item_at(it, 1, x, 156);
	item_at(picture_words(&p, "1000"), 0, 524 - 10,
		156 + 196 * (1 - axis_log(1000, 50, 5000)) + 4.5);
	/* the prediction has one point: a mark and no line */
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 3), 0, 86 + 438 + 332 *
		axis_log(1, 0.8, 2.5),
		156 + 196 * (1 - axis_log(90, 50, 5000)));
	ck_assert_int_eq(picture_count(&p, ITEM_CIRCLE, BLUE), 4);
	picture_release(&p);
}
END_TEST

START_TEST(eight_panels_can_be_drawn)
{
	struct text csv = TEXT_INIT, out = TEXT_INIT;
	struct fault why = { .row = 0 };

	text_add(&csv, "panel,x,claimed,predicted\n");
	for (int i = 0; i < 8; i++)
		text_addf(&csv, "p%d,1,1,1\n", i);
	ck_assert_int_eq(drawing_try("panels", csv.buf, &out, &why), 0);
	text_add(&csv, "p0,2,1,1\nanother,1,1,1\n");
	ck_assert_int_eq(drawing_try("panels", csv.buf, &out, &why), -1);
	ck_assert_str_eq(why.what, "over 8 panels");
	ck_assert_int_eq(why.row, 11);
	text_release(&csv);
	text_release(&out);
}
END_TEST

static TCase *panels_case(void)
{
	TCase *tc = tcase_create("panels");

	tcase_add_test(tc, panels_stand_two_in_a_row);
	tcase_add_test(tc, a_panel_has_two_lines_and_a_band);
	tcase_add_test(tc, a_panel_may_be_logarithmic);
	tcase_add_test(tc, eight_panels_can_be_drawn);
	return tc;
}

Suite *suite_lines(void)
{
	Suite *s = suite_create("lines");
	TCase *tc = tcase_create("lines");

	tcase_add_test(tc, a_line_joins_its_rows_in_their_order);
	tcase_add_test(tc, a_line_is_named_at_its_end);
	tcase_add_test(tc, names_of_one_height_stand_apart);
	tcase_add_test(tc, names_stay_within_the_frame);
	tcase_add_test(tc, names_of_lines_that_end_early_are_a_legend);
	tcase_add_test(tc, lines_of_a_legend_are_told_by_shape);
	tcase_add_test(tc, a_shapes_second_line_is_dashed);
	tcase_add_test(tc, stars_are_measured_and_no_part_of_the_line);
	tcase_add_test(tc, a_label_of_a_star_keeps_off_the_line);
	tcase_add_test(tc, a_line_of_many_rows_has_no_marks);
	tcase_add_test(tc, twelve_lines_can_be_drawn);
	tcase_add_loop_test(tc, a_figure_without_a_point_is_a_fault, 0,
			    NR(blank));
	suite_add_tcase(s, tc);
	suite_add_tcase(s, panels_case());
	return s;
}
