/* The waterfalls: ladder, waits, versus; and the tornado of sensitivities. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/waterfall.h"
#include "tests/drawing.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define MINUS "\xe2\x88\x92"

/*
 * A page of 900 by 128 + 92 + 25 a bar. The frame begins at 46 + the widest
 * name in bold and is 900 - left - 36 - 74 wide; the longest bar ends 52 px
 * before its end, and a number stands 6 px behind its bar. Bars are 16 px
 * thick, 25 px apart, the first one's middle 114 + 12.5 px down.
 */
enum { ABOVE = 114, PITCH = 25, THICK = 16 };

static double left_of(const struct picture *p)
{
	/* the horizontal axis: the last line in FAINT of the frame's width */
	for (int i = 0; i < p->nr; i++) {
		const struct item *it = &p->item[i];

		if (it->kind == ITEM_LINE && it->stroke == FAINT &&
		    it->at[1].x - it->at[0].x > 200)
			return it->at[0].x;
	}
	ck_abort_msg("no axis");
	return 0;
}

static double middle(int row)
{
	return ABOVE + PITCH * (row + 0.5);
}

/* Pixels of one unit where the longest bar is `longest`. */
static double scale_of(double left, double longest)
{
	return (900 - left - 36 - 74 - 52) / longest;
}

static void has_bar(const struct picture *p, long colour, int nth, int row,
		    double from, double to)
{
	item_box(picture_nth(p, ITEM_AREA, colour, nth), (struct box){ from,
		middle(row) - THICK / 2, to - from, THICK });
}

/* 100 us, then 60 more, then 40 less: 100, 160, 120, which is the total. */
static const char ladder_csv[] =
	"mechanism,group,us_added,us_per_token,tok_s_gpu,"
	"measured_us_per_token,measured_tok_s_gpu\n"
	"KV,bytes,100,100,10000,150,6667\nweights,bytes,60,160,6250,,\n"
	"overlap,wire,-40,120,8333,,\nsampling,wire,0.004,120,8333.4,,\n";

START_TEST(a_bar_begins_where_the_last_one_ended)
{
	struct picture p;
	double left, px;

	picture_draw(&p, "ladder", ladder_csv);
	ck_rel(p.width, 900, 0);
	ck_rel(p.height, 128 + 92 + 25 * 5, 0);
	left = left_of(&p);
	px = scale_of(left, 160);
	/* the legend's patches are drawn first: one a group */
	has_bar(&p, BLUE, 1, 0, left, left + 100 * px);
	has_bar(&p, BLUE, 2, 1, left + 100 * px, left + 160 * px);
	has_bar(&p, SKY, 1, 2, left + 120 * px, left + 160 * px);
	has_bar(&p, INK, 0, 4, left, left + 120.004 * px);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, BLUE), 3);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, SKY), 2);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, INK), 1);
	picture_release(&p);
}
END_TEST

/* Seams join the end of each bar with the next; nothing is a stroke alone. */
START_TEST(seams_join_the_bars)
{
	const double ends[] = { 100, 160, 120, 120 };
	const struct item *it;
	struct picture p;
	double left, px;
	int seams = 0;

	picture_draw(&p, "ladder", ladder_csv);
	left = left_of(&p);
	px = scale_of(left, 160);
	for (int i = 0; i < p.nr; i++) {
		it = &p.item[i];
		if (it->kind != ITEM_LINE || !(it->dash > 1.9) ||
		    it->dash > 2.1)
			continue;
		if (seams == 3) {	/* of 0.004 us: a stroke, no bar */
			item_at(it, 0, left + 120.004 * px, middle(3) - 8);
			item_at(it, 1, left + 120.004 * px, middle(3) + 8);
		} else {
			int row = seams > 3 ? 3 : seams;
			double x = left + ends[row] * px;

			ck_assert(fabs(it->at[0].x - x) < 0.05);
			ck_assert(fabs(it->at[1].x - x) < 0.05);
			ck_rel(it->at[0].y, middle(row) + 8, 1e-4);
			ck_rel(it->at[1].y, middle(row) + 17, 1e-4);
		}
		ck_assert_int_eq(it->stroke, FAINT);
		seams++;
	}
	ck_assert_int_eq(seams, 5);	/* none below the total */
	picture_release(&p);
}
END_TEST

/* The number 6 px behind the bar, the name 10 px before the frame. */
START_TEST(numbers_and_names_stand_beside_their_bars)
{
	const struct {
		const char *text;
		double at;
		int row;
	} numbers[] = {
		{ "100.0", 100, 0 }, { "+60.0", 160, 1 },
		{ MINUS "40.0", 160, 2 }, { "120.0 \xc2\xb5s", 120.004, 4 },
	};
	const struct item *it;
	struct picture p;
	double left, px;

	picture_draw(&p, "ladder", ladder_csv);
	left = left_of(&p);
	px = scale_of(left, 160);
	for (int i = 0; i < NR(numbers); i++) {
		it = picture_words(&p, numbers[i].text);
		ck_assert_str_eq(it->anchor, "start");
		item_at(it, 0, left + numbers[i].at * px + 6,
			middle(numbers[i].row) + 4);
		ck_assert_int_eq(it->fill, INK);
		ck_assert_int_eq(it->bold, i == 3);
	}
	/* what adds 0.004 us, which prints as nothing: the first faint one
	 * that is no source line */
	it = picture_nth(&p, ITEM_TEXT, FAINT, 1);
	ck_assert_str_eq(it->words, "0");
	item_at(it, 0, left + 120.004 * px + 6, middle(3) + 4);
	it = picture_words(&p, "weights");
	item_at(it, 0, left - 10, middle(1) + 4);
	ck_assert_str_eq(it->anchor, "end");
	ck_assert(!it->bold && it->fill == INK);
	ck_rel(it->size, 12.5, 1e-6);
	it = picture_words(&p, "sampling");	/* adds nothing: faint */
	ck_assert_int_eq(it->fill, FAINT);
	it = picture_words(&p, "prediction");
	item_at(it, 0, left - 10, middle(4) + 4);
	ck_assert(it->bold);
	it = picture_words(&p, "6250");		/* the column at the right */
	item_at(it, 0, 864, middle(1) + 4);
	ck_assert(!it->bold);
	ck_assert_int_eq(picture_says(&p, "8333"), 3);
	it = picture_words(&p, "tok/s/GPU");
	item_at(it, 0, 864, 94);
	picture_release(&p);
}
END_TEST

/* The measured time as a dashed line over the frame, named at its left. */
START_TEST(what_was_measured_is_a_dashed_line)
{
	const struct item *it = NULL;
	struct picture p;
	double x;

	picture_draw(&p, "ladder", ladder_csv);
	x = left_of(&p) + 150 * scale_of(left_of(&p), 160);
	it = picture_nth(&p, ITEM_LINE, VERMILION, 0);
	item_at(it, 0, x, ABOVE);
	item_at(it, 1, x, ABOVE + 125);
	ck_rel(it->dash, 5, 1e-9);
	ck_rel(it->width, 1.5, 1e-9);
	it = picture_words(&p, "measured: 6667 tok/s");
	item_at(it, 0, x - 8, ABOVE + 15);
	ck_assert_str_eq(it->anchor, "end");
	picture_release(&p);
}
END_TEST

/* Beyond all bars it is what the axis must reach: 250 at 52 px from its end. */
START_TEST(what_was_measured_is_within_the_frame)
{
	struct picture p;
	double left;

	picture_draw(&p, "waits", "mechanism,ms_added,ms_total,measured_ms\n"
		     "step,100,100,250\n");
	left = left_of(&p);
	item_at(picture_nth(&p, ITEM_LINE, VERMILION, 0), 0,
		900 - 36 - 74 - 52, ABOVE);
	has_bar(&p, BLUE, 1, 0, left, left + 100 * scale_of(left, 250));
	picture_words(&p, "measured: 250 ms");
	picture_words(&p, "Time to first token (ms)");
	ck_assert_int_eq(picture_says(&p, "prediction"), 1);
	picture_release(&p);
}
END_TEST

START_TEST(nothing_measured_is_no_line)
{
	static const char *const csv[] = {
		"mechanism,ms_added,ms_total,measured_ms\nstep,9,100,\n",
		"mechanism,ms_added,ms_total,measured_ms\nstep,9,100,0\n",
		"mechanism,ms_added,ms_total,measured_ms\nstep,9,100,-3\n",
		"mechanism,ms_added,ms_total\nstep,9,100\n",
	};
	struct picture p;

	picture_draw(&p, "waits", csv[_i]);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, VERMILION), 0);
	for (int i = 0; i < p.nr; i++)
		ck_assert(!strstr(p.item[i].words, "measured"));
	picture_release(&p);
}
END_TEST

/* ---- versus: from one total to the other ---- */

START_TEST(versus_goes_from_one_total_to_the_other)
{
	struct picture p;
	double left, px;

	picture_draw(&p, "versus", "mechanism,us_difference,us_per_token,"
		"us_per_token_versus,tok_s_gpu,tok_s_gpu_versus\n"
		"KV,30,100,130,10000,7692\nwire,-50,200,180,5000,5556\n"
		"host,0,200,180,5000,5556\n");
	left = left_of(&p);
	px = scale_of(left, 230);	/* 200, 230, 180, 180 */
	ck_rel(p.height, 128 + 92 + 25 * 5, 0);
	has_bar(&p, INK, 0, 0, left, left + 200 * px);
	has_bar(&p, VERMILION, 1, 1, left + 200 * px, left + 230 * px);
	has_bar(&p, GREEN, 1, 2, left + 180 * px, left + 230 * px);
	has_bar(&p, INK, 1, 4, left, left + 180 * px);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, GREEN), 2);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, VERMILION), 2);
	picture_words(&p, "+30.0");
	picture_words(&p, MINUS "50.0");
	picture_words(&p, "this");
	picture_words(&p, "other");
	picture_words(&p, "5000");
	picture_words(&p, "5556");
	picture_words(&p, "costs the other more");
	picture_words(&p, "costs it less");
	picture_release(&p);
}
END_TEST

/* ---- groups ---- */

/* Colours in the order of their first bars; the ninth has the eighth's. */
START_TEST(groups_have_a_colour_each)
{
	static const unsigned want[] = { BLUE, SKY, VERMILION, AMBER, GREEN,
		PURPLE, GREY, FAINT, FAINT, FAINT };
	static const char *const name[] = { "a", "b", "c", "d", "e", "f", "g",
		"h", "i", "j" };
	struct waterfall w = { .falls = 0 };

	for (int i = 0; i < NR(want); i++)
		ck_assert_uint_eq(waterfall_group(&w, name[i]), want[i]);
	for (int i = 0; i < FALL_GROUPS; i++)
		ck_assert_uint_eq(waterfall_group(&w, name[i]), want[i]);
	ck_assert_int_eq(w.legends, FALL_GROUPS);
}
END_TEST

/* ---- refusals ---- */

static const struct {
	const char *kind, *csv, *what, *remedy;
} refused[] = {
	{ "ladder", "mechanism,us_added,us_per_token,tok_s_gpu\nKV,,1,1\n",
	  "none of 1 rows can be drawn", "a row needs us_added, a number" },
	{ "waits", "mechanism,ms_added,ms_total\nKV,nan,1\n",
	  "none of 1 rows can be drawn", "a row needs ms_added, a number" },
	{ "ladder", "mechanism,us_added,us_per_token\nKV,1,1\n",
	  "there is no column \"tok_s_gpu\"",
	  "a ladder reads mechanism,us_added,us_per_token,tok_s_gpu" },
	{ "waits", "mechanism,ms_added\nKV,1\n",
	  "there is no column \"ms_total\"",
	  "a figure of waits reads mechanism,ms_added,ms_total" },
	{ "versus", "mechanism,us_difference,us_per_token,"
	  "us_per_token_versus\nKV,1,,5\n", "none of 1 rows can be drawn",
	  "a row needs us_per_token and us_per_token_versus" },
	{ "versus", "mechanism,us_difference,us_per_token,"
	  "us_per_token_versus\nKV,1,5,\n", "none of 1 rows can be drawn",
	  "a row needs us_per_token and us_per_token_versus" },
	{ "versus", "mechanism,us_difference,us_per_token\nKV,1,5\n",
	  "there is no column \"us_per_token_versus\"",
	  "a versus figure reads mechanism,us_difference,us_per_token,"
	  "us_per_token_versus" },
	{ "sensitivity", "key,tok_s_gpu,err_down,err_up,tenth_down\nk,1,,,\n",
	  "there is no column \"tenth_up\"", "a sensitivity figure reads "
	  "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up" },
	{ "sensitivity", "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up\n"
	  "k,0,1,1,1,1\n", "none of 1 rows can be drawn",
	  "a row needs tok_s_gpu above 0" },
};

START_TEST(what_cannot_be_drawn_is_said)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(drawing_try(refused[_i].kind, refused[_i].csv, &out,
				     &why), -1);
	ck_assert_str_eq(why.what, refused[_i].what);
	ck_assert_str_eq(why.remedy, refused[_i].remedy);
	ck_assert_str_eq(why.file, "t.csv");
	text_release(&out);
}
END_TEST

/* 62 rows and the two totals are the 64 that there is room for. */
START_TEST(sixty_two_rungs_can_be_read)
{
	static const struct { const char *kind, *head, *row; } how[] = {
		{ "ladder", "mechanism,us_added,us_per_token,tok_s_gpu\n",
		  "a,1,1,1\n" },
		{ "versus", "mechanism,us_difference,us_per_token,"
		  "us_per_token_versus\n", "a,1,1,1\n" },
	};
	struct text csv = TEXT_INIT, out = TEXT_INIT;
	struct fault why = { .row = 0 };

	text_add(&csv, how[_i].head);
	for (int i = 0; i < 62; i++)
		text_add(&csv, how[_i].row);
	ck_assert_int_eq(drawing_try(how[_i].kind, csv.buf, &out, &why), 0);
	text_add(&csv, how[_i].row);
	ck_assert_int_eq(drawing_try(how[_i].kind, csv.buf, &out, &why), -1);
	ck_assert_str_eq(why.what, "63 rows are too many rungs");
	ck_assert_str_eq(why.remedy, "at most 62 can be read");
	text_release(&csv);
	text_release(&out);
}
END_TEST

/* A row without a number is passed by: bars join over it. */
START_TEST(a_row_without_a_number_is_no_rung)
{
	struct picture p;
	double left, px;

	picture_draw(&p, "ladder", "mechanism,us_added,us_per_token,"
		     "tok_s_gpu\na,50,50,2\nb,x,50,2\nc,50,100,1\n");
	left = left_of(&p);
	px = scale_of(left, 100);
	ck_rel(p.height, 128 + 92 + 25 * 3, 0);
	has_bar(&p, BLUE, 2, 1, left + 50 * px, left + 100 * px);
	ck_assert_int_eq(picture_says(&p, "b"), 0);
	picture_release(&p);
}
END_TEST

/* ---- the tornado ---- */

/*
 * 1000 tok/s; the first fact from 800 to 1200 by a tenth, 950 to 1050 by an
 * error; the second only 1100 by an error up. The axis: 800 and 1200 with 6 %
 * of 400 on each side, 776 to 1224, over 900 - 270 - 36 = 594 px.
 */
static const char tornado_csv[] =
	"key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up,sheet,value,err,"
	"unit\n"
	"hbm.bandwidth,1000,950,1050,800,1200,GPU,4.8,0.1,TB/s\n"
	"reach,1000,,1100,,,stack,0.9,,1\n"
	"sms,1000,,,,,GPU,132,,count\n";

static double tornado_x(double value)
{
	return 270 + 594 * (value - 776) / 448;
}

static void has_slab(const struct picture *p, long colour, int nth, int row,
		     const double *range, double thick)
{
	double from = tornado_x(range[0]), to = tornado_x(range[1]);

	item_box(picture_nth(p, ITEM_AREA, colour, nth), (struct box){ from,
		ABOVE + 36 * (row + 0.5) - thick / 2, to - from, thick });
}

START_TEST(a_fact_moves_the_answer_both_ways)
{
	const double range[][2] = { { 800, 1000 }, { 1000, 1200 },
		{ 950, 1000 }, { 1000, 1050 }, { 1000, 1100 } };
	struct picture p;

	picture_draw(&p, "sensitivity", tornado_csv);
	ck_rel(p.height, 128 + 92 + 36 * 3, 0);
	/* of a tenth in half and 0.4 of the colour; the legend's first */
	has_slab(&p, canvas_mix(AMBER, WHITE, 0.5), 1, 0, range[0], 18);
	has_slab(&p, canvas_mix(BLUE, WHITE, 0.4), 1, 0, range[1], 18);
	has_slab(&p, AMBER, 1, 0, range[2], 7);
	has_slab(&p, BLUE, 1, 0, range[3], 7);
	has_slab(&p, BLUE, 2, 1, range[4], 7);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, AMBER), 2);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, BLUE), 3);
	item_at(picture_nth(&p, ITEM_LINE, INK, 0), 0, tornado_x(1000),
		ABOVE);
	item_at(picture_nth(&p, ITEM_LINE, INK, 0), 1, tornado_x(1000),
		ABOVE + 36 * 3);
	picture_release(&p);
}
END_TEST

START_TEST(a_fact_is_named_with_its_sheet_value_and_error)
{
	struct picture p;

	picture_draw(&p, "sensitivity", tornado_csv);
	item_at(picture_words(&p, "hbm.bandwidth"), 0, 258, ABOVE + 18);
	item_at(picture_words(&p, "GPU, 4.8 \xc2\xb1 0.1 TB/s"), 0, 258,
		ABOVE + 31);
	item_at(picture_words(&p, "stack, 0.9"), 0, 258, ABOVE + 36 + 31);
	item_at(picture_words(&p, "GPU, 132"), 0, 258, ABOVE + 72 + 31);
	picture_release(&p);
}
END_TEST

START_TEST(twenty_facts_are_drawn)
{
	struct text csv = TEXT_INIT;
	struct picture p;

	text_add(&csv, "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up\n");
	for (int i = 0; i < 23; i++)
		text_addf(&csv, "fact%d,1000,990,1010,,\n", i);
	picture_draw(&p, "sensitivity", csv.buf);
	ck_rel(p.height, 128 + 92 + 36 * 20, 0);
	ck_assert_int_eq(picture_says(&p, "fact19"), 1);
	ck_assert_int_eq(picture_says(&p, "fact20"), 0);
	text_release(&csv);
	picture_release(&p);
}
END_TEST

static TCase *tornado_case(void)
{
	TCase *tc = tcase_create("tornado");

	tcase_add_test(tc, a_fact_moves_the_answer_both_ways);
	tcase_add_test(tc, a_fact_is_named_with_its_sheet_value_and_error);
	tcase_add_test(tc, twenty_facts_are_drawn);
	return tc;
}

Suite *suite_falls(void)
{
	Suite *s = suite_create("falls");
	TCase *tc = tcase_create("falls");

	tcase_add_test(tc, a_bar_begins_where_the_last_one_ended);
	tcase_add_test(tc, seams_join_the_bars);
	tcase_add_test(tc, numbers_and_names_stand_beside_their_bars);
	tcase_add_test(tc, what_was_measured_is_a_dashed_line);
	tcase_add_test(tc, what_was_measured_is_within_the_frame);
	tcase_add_loop_test(tc, nothing_measured_is_no_line, 0, 4);
	tcase_add_test(tc, versus_goes_from_one_total_to_the_other);
	tcase_add_test(tc, groups_have_a_colour_each);
	tcase_add_loop_test(tc, what_cannot_be_drawn_is_said, 0, NR(refused));
	tcase_add_loop_test(tc, sixty_two_rungs_can_be_read, 0, 2);
	tcase_add_test(tc, a_row_without_a_number_is_no_rung);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, tornado_case());
	return s;
}
