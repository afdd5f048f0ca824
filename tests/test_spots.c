/* A sweep over expert parallelism: its points, lines, bands and names. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "plots/spots.h"
#include "read/sheet.h"
#include "tests/drawing.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/*
 * The frame below a legend of one row: 684 by 392 from (86, 112). EP from 8 /
 * 1.2 to 64 x 1.1; 170 x 1.02 = 173.4 over 392 px is a step of 28.3, so 50:
 * the axis ends at 200.
 */
static const char ep_csv[] =
	"hw,ep,tok_s_gpu,tok_s_gpu_low,tok_s_gpu_high,fits,metric,value,id,"
	"model\n"
	"toy-a,64,150,140,170,yes,,,,\ntoy-a,8,100,90,120,yes,,,,m\n"
	"toy-b,8,,,,no,,,,\ntoy-c,8,,,,no,,,,\n"
	"toy-b,16,50,40,60,yes,,,,\ntoy-b,16,30,20,40,yes,,,,\n"
	"toy-a,32,999,,,yes,tok_s_gpu,160,seen,\n";

static double ex(double ep)
{
	return 86 + 684 * axis_log(ep, 8 / 1.2, 64 * 1.1);
}

static double ey(double tok_s)
{
	return 112 + 392 * (1 - tok_s / 200);
}

START_TEST(a_line_goes_through_the_best_of_each_ep)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "ep", ep_csv);
	it = picture_stroke(&p, BLUE, 2.4, 0);
	ck_assert_int_eq(it->points, 2);	/* in the order of EP */
	item_at(it, 0, ex(8), ey(100));
	item_at(it, 1, ex(64), ey(150));
	item_at(picture_nth(&p, ITEM_CIRCLE, BLUE, 0), 0, ex(8), ey(100));
	ck_rel(picture_nth(&p, ITEM_CIRCLE, BLUE, 0)->radius, 4.5, 1e-9);
	/* the other row of EP16: small and light */
	it = picture_nth(&p, ITEM_CIRCLE, canvas_mix(VERMILION, WHITE, 0.45),
			 0);
	item_at(it, 0, ex(16), ey(30));
	ck_rel(it->radius, 3, 1e-9);
	picture_words(&p, "Predicted and measured; m; the line takes the best "
		      "row of each EP");
	picture_release(&p);
}
END_TEST

START_TEST(a_band_lies_between_low_and_high)
{
	const long band = canvas_mix(BLUE, WHITE, 0.13);
	const struct item *it;
	struct picture p;

	picture_draw(&p, "ep", ep_csv);
	it = picture_nth(&p, ITEM_AREA, band, 0);
	ck_assert_int_eq(it->points, 4);
	item_at(it, 0, ex(8), ey(90));
	item_at(it, 1, ex(64), ey(140));
	item_at(it, 2, ex(64), ey(170));
	item_at(it, 3, ex(8), ey(120));
	it = picture_stroke(&p, canvas_mix(BLUE, WHITE, 0.4), 0.8, 0);
	item_at(it, 0, ex(8), ey(90));
	item_at(it, 1, ex(64), ey(140));
	picture_words(&p, "predicted, low to high");
	picture_release(&p);
}
END_TEST

/* Refusals are crosses on the axis, 13 px upon each other. */
START_TEST(refusals_stand_on_the_axis)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "ep", ep_csv);
	it = picture_nth(&p, ITEM_LINE, GREEN, 0);
	item_at(it, 0, ex(8) - 4.8, 504 - 13 - 4.8);
	item_at(it, 1, ex(8) + 4.8, 504 - 13 + 4.8);
	picture_words(&p, "does not fit");
	picture_words(&p, "TOY C");		/* in the legend alone */
	picture_release(&p);
}
END_TEST

/*
 * A patch and a stroke for the bands, a star, a cross, and a patch of who never
 * fits: each picture 26 px before its words.
 */
START_TEST(a_legend_shows_what_stands_there)
{
	const struct item *it;
	struct picture p;
	double x;

	picture_draw(&p, "ep", ep_csv);
	item_at(picture_words(&p, "predicted, low to high"), 0, 112, 94);
	item_box(picture_nth(&p, ITEM_AREA, canvas_mix(FAINT, WHITE, 0.3), 0),
		 (struct box){ 88, 83, 16, 13 });
	it = picture_stroke(&p, GREY, 2.4, 0);
	item_at(it, 0, 86, 89.5);
	item_at(it, 1, 106, 89.5);
	x = picture_words(&p, "measured")->at[0].x - 26;
	it = picture_nth(&p, ITEM_AREA, GREY, 0);
	ck_assert_int_eq(it->points, 10);
	item_at(it, 0, x + 10, 89.5 - 8 * 1.2);
	x = picture_words(&p, "does not fit")->at[0].x - 26;
	it = picture_stroke(&p, GREY, 2, 0);
	item_at(it, 0, x + 10 - 4.8, 89.5 - 4.8);
	item_at(it, 1, x + 10 + 4.8, 89.5 + 4.8);
	x = picture_words(&p, "TOY C")->at[0].x - 26;
	item_box(picture_nth(&p, ITEM_AREA, GREEN, 0),
		 (struct box){ x + 2, 83, 16, 13 });
	picture_release(&p);
}
END_TEST

/* A measurement is a star of its own number, whatever is predicted there. */
START_TEST(a_measured_row_is_a_star)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "ep", ep_csv);
	it = picture_nth(&p, ITEM_AREA, BLUE, 0);
	ck_assert_int_eq(it->points, 10);
	item_at(it, 0, ex(32), ey(160) - 8 * 1.2);
	picture_words(&p, "seen");
	picture_words(&p, "measured");
	picture_release(&p);
}
END_TEST

/* Named at the right where a line is the longest, else at its own end. */
START_TEST(a_line_that_ends_early_is_named_there)
{
	const struct item *it;
	struct picture p;

	picture_draw(&p, "ep", ep_csv);
	item_at(picture_words(&p, "TOY A"), 0, 770 + 14, ey(150) + 4.5);
	it = picture_words(&p, "TOY B");	/* a mark of 4.5 px, 4 px on */
	item_at(it, 0, ex(16) + 8.5, ey(50) + 13 * 0.36);
	picture_release(&p);
}
END_TEST

/* Powers of two within the axis, and what else there is room for. */
START_TEST(ep_is_told_in_powers_of_two)
{
	struct picture p;

	picture_draw(&p, "ep", "hw,ep,tok_s_gpu,fits\na,8,10,yes\n"
		     "a,24,10,yes\na,33,10,yes\na,72,10,yes\n");
	for (int ep = 8; ep <= 64; ep *= 2) {
		char text[16];

		snprintf(text, sizeof(text), "%d", ep);
		if (ep != 8)	/* which the other axis has too */
			item_at(picture_words(&p, text), 0, 86 + 684 * axis_log(
				ep, 8 / 1.2, 79.2), 504 + 21);
	}
	picture_words(&p, "24");
	ck_assert_int_eq(picture_says(&p, "33"), 0);	/* 9 px from 32 */
	ck_assert_int_eq(picture_says(&p, "4"), 1);	/* of the other axis */
	picture_release(&p);
}
END_TEST

/* ---- spots, before they are drawn ---- */

static void spots_of(struct spots *s, struct table *t, const char *csv)
{
	struct fault why = { 0 };

	ck_assert_int_eq(table_parse(t, "t.csv", csv, strlen(csv), &why), 0);
	ck_assert_msg(spots_read(s, t, &why) == 0, "%s", why.what);
}

START_TEST(spots_are_in_order_and_the_best_is_marked)
{
	static const struct {
		int row;
		bool best;
		int below;
	} want[] = {	/* toy-a's answers, its star; toy-b's answers, ... */
		{ 1, true, 0 }, { 0, true, 0 }, { 6, true, 0 },
		{ 4, true, 0 }, { 5, false, 0 }, { 2, true, 0 },
		{ 3, true, 1 },
	};
	struct spots s;
	struct table t;

	spots_of(&s, &t, ep_csv);
	ck_assert_int_eq(s.nr, NR(want));
	for (int i = 0; i < NR(want); i++) {
		ck_assert_int_eq(s.spot[i].row, want[i].row);
		ck_assert_int_eq(s.spot[i].best, want[i].best);
		ck_assert_int_eq(s.spot[i].below, want[i].below);
	}
	ck_assert_int_eq(s.series.nr, 3);
	ck_assert_int_eq(spots_count(&s, SPOT_REFUSAL), 2);
	ck_assert_int_eq(spots_count(&s, SPOT_MEASURED), 1);
	ck_assert_int_eq(spots_count(&s, SPOT_ANSWER), 4);
	ck_assert_int_eq(spots_line_end(&s, 0)->row, 0);
	ck_assert_int_eq(spots_line_end(&s, 1)->row, 4);
	ck_assert_ptr_null(spots_line_end(&s, 2));
	spots_release(&s);
	table_release(&t);
}
END_TEST

/* A band needs both ends; measured and refused rows have none. */
START_TEST(a_spot_has_its_band_or_none)
{
	struct spots s;
	struct table t;

	spots_of(&s, &t, "hw,ep,tok_s_gpu,fits,tok_s_gpu_low,tok_s_gpu_high,"
		 "metric,value\n"
		 "a,1,10,yes,8,12,,\na,2,10,yes,8,,,\na,3,10,yes,,12,,\n"
		 "a,4,10,yes,8,12,tok_s_gpu,11\na,5,10,no,8,12,,\n"
		 "a,6,10,yes,8,12,tok_s_gpu,0\na,,10,yes,,,,\n"
		 "a,7,0,yes,,,,\na,8,10,yes,8,12,other,11\n");
	ck_assert_int_eq(s.nr, 7);
	/* answers by EP: 1, 2, 3, 6 (not measured: 0), 8; refusal; star */
	ck_rel(s.spot[0].low, 8, 0);
	ck_rel(s.spot[0].high, 12, 0);
	for (int i = 1; i < 3; i++) {
		ck_rel(s.spot[i].low, 10, 0);
		ck_rel(s.spot[i].high, 10, 0);
	}
	ck_rel(s.spot[3].ep, 6, 0);
	ck_rel(s.spot[3].low, 8, 0);
	ck_rel(s.spot[4].ep, 8, 0);
	ck_assert_int_eq((int)s.spot[5].kind, SPOT_REFUSAL);
	ck_assert(!(s.spot[5].value > 0) && !(s.spot[5].high > 0));
	ck_rel(s.spot[6].value, 11, 0);
	ck_rel(s.spot[6].low, 11, 0);
	spots_release(&s);
	table_release(&t);
}
END_TEST

Suite *suite_spots(void)
{
	Suite *s = suite_create("spots");
	TCase *tc = tcase_create("ep");

	tcase_add_test(tc, a_line_goes_through_the_best_of_each_ep);
	tcase_add_test(tc, a_band_lies_between_low_and_high);
	tcase_add_test(tc, refusals_stand_on_the_axis);
	tcase_add_test(tc, a_legend_shows_what_stands_there);
	tcase_add_test(tc, a_measured_row_is_a_star);
	tcase_add_test(tc, a_line_that_ends_early_is_named_there);
	tcase_add_test(tc, ep_is_told_in_powers_of_two);
	tcase_add_test(tc, spots_are_in_order_and_the_best_is_marked);
	tcase_add_test(tc, a_spot_has_its_band_or_none);
	suite_add_tcase(s, tc);
	return s;
}
