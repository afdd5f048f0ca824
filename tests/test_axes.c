/* Scales, notches, and where a chart's grid, axes and numbers stand. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/chart.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- scales ---- */

static const struct {
	struct scale scale;
	double value, share;
} shares[] = {
	{ { 0, 10, false }, 0, 0 }, { { 0, 10, false }, 10, 1 },
	{ { 0, 10, false }, 2.5, 0.25 }, { { 0, 10, false }, -5, -0.5 },
	{ { 0, 10, false }, 15, 1.5 }, { { 20, 60, false }, 30, 0.25 },
	{ { -10, 10, false }, 0, 0.5 },
	/* on a log scale by ratios: 1 to 10 000 is four decades */
	{ { 1, 1e4, true }, 1, 0 }, { { 1, 1e4, true }, 10, 0.25 },
	{ { 1, 1e4, true }, 1000, 0.75 }, { { 1, 1e4, true }, 0.1, -0.25 },
	{ { 1, 1e4, true }, 1e5, 1.25 }, { { 2, 8, true }, 4, 0.5 },
	{ { 0.5, 32, true }, 1, 1.0 / 6 },
};

START_TEST(a_scale_shares_out_its_length)
{
	double got = scale_share(&shares[_i].scale, shares[_i].value);

	ck_assert_msg(fabs(got - shares[_i].share) < 1e-12, "%g", got);
}
END_TEST

/*
 * A step is the 1, 2 or 5 that is not below high x 64 / px; the end is the
 * next whole step.
 */
static const struct {
	double high, px, end;
} from_zero[] = {
	{ 10, 640, 10 },	/* 1: ten steps */
	{ 9.2, 640, 10 },	/* 0.92: steps of 1 */
	{ 10.1, 640, 12 },	/* 1.01: of 2 */
	{ 19, 640, 20 },	/* 1.9: of 2 */
	{ 21, 640, 25 },	/* 2.1: of 5 */
	{ 51, 640, 60 },	/* 5.1: of 10 */
	{ 97, 640, 100 },	/* 9.7: of 10 */
	{ 0.3, 64, 0.5 },	/* 0.3: one step of 0.5 */
	{ 3, 320, 3 },		/* 0.6: of 1, three of them */
	{ 0, 640, 1 },		/* nothing: as if 1, steps of 0.1 */
	{ -7, 640, 1 }, { NAN, 640, 1 },
	{ 1234, 128, 2000 },	/* 617: of 1000 */
	{ 2e9, 640, 2e9 },	/* 2e8: ten of them */
};

START_TEST(a_linear_axis_ends_at_a_whole_step)
{
	struct scale s = scale_from_zero(from_zero[_i].high,
					 from_zero[_i].px);

	ck_assert(s.low >= 0 && s.low <= 0 && !s.is_log);
	ck_rel(s.high, from_zero[_i].end, 1e-12);
}
END_TEST

static const struct {
	double from, to, low, high;
} rounds[] = {
	{ 1, 10, 1, 10 }, { 1.01, 10, 1, 10 }, { 0.99, 10, 0.5, 10 },
	{ 2, 4.9, 2, 5 }, { 1.99, 5.01, 1, 10 }, { 5, 20, 5, 20 },
	{ 4.99, 20.1, 2, 50 }, { 0.3, 0.6, 0.2, 1 },
	{ 999, 1001, 500, 2000 }, { 7e-4, 7e-4, 5e-4, 1e-3 },
	{ 1, 1, 1, 2 },		/* one value: up to the 1.5's end */
	{ 2, 2, 2, 5 },		/* 3 ends at 5 */
	{ 10, 10, 10, 20 }, { 5, 5, 5, 10 }, { 1e6, 2e8, 1e6, 2e8 },
};

START_TEST(a_log_axis_begins_and_ends_at_one_two_or_five)
{
	struct scale s = scale_log_round(rounds[_i].from, rounds[_i].to);

	ck_assert(s.is_log);
	ck_rel(s.low, rounds[_i].low, 1e-12);
	ck_rel(s.high, rounds[_i].high, 1e-12);
}
END_TEST

/* Any range lies within its axis, which is no longer than it must be. */
START_TEST(a_log_axis_covers_what_it_was_made_of)
{
	double low = 1e-6 * pow(1.37, _i), high = low * (1 + _i % 7);
	struct scale s = scale_log_round(low, high);

	ck_assert(s.low <= low * (1 + 1e-8) && s.high >= high * (1 - 1e-8));
	ck_assert(s.low > low / 2.5 * (1 - 1e-8));
	ck_assert(s.high < high * 2.5 * (1 + 1e-8) ||
		  s.high <= s.low * 2.5 * (1 + 1e-8));
}
END_TEST

START_TEST(a_linear_axis_covers_what_it_was_made_of)
{
	double high = 1e-3 * pow(1.31, _i), px = 100 + 17 * _i;
	struct scale s = scale_from_zero(high, px);
	struct notches n;

	ck_assert(s.high >= high * (1 - 1e-8));
	notches_of(&n, &s, px);
	/* less than one step of the length beyond */
	ck_assert(s.high - high < n.notch[1].at * (1 + 1e-8));
	/* numbers have their 64 px, or what the end's step leaves of them */
	ck_assert(n.notch[1].at / s.high * px >= 64 * high / s.high - 1e-6);
}
END_TEST

/* ---- numbers as an axis shows them ---- */

#define NBSP "\xc2\xa0"

static const struct {
	double value;
	const char *text;
} numbers[] = {
	{ 1, "1" }, { 12, "12" }, { 999, "999" }, { 1000, "1000" },
	{ 9999, "9999" }, { 10000, "10" NBSP "000" },
	{ 12345, "12" NBSP "345" }, { 100000, "100" NBSP "000" },
	{ 999999, "999" NBSP "999" },
	{ 999999.5, "1" NBSP "M" }, { 1e6, "1" NBSP "M" },
	{ 2.5e6, "2.5" NBSP "M" }, { -1e9, "-1000" NBSP "M" },
	{ 0.001, "0.001" }, { 12345.6, "12345.6" }, { -12345, "-12345" },
	{ -5, "-5" }, { 0.25, "0.25" }, { 1e-7, "1e-07" }, { -0.0, "0" },
};

START_TEST(a_number_is_grouped_from_five_digits_on)
{
	char out[16];

	ck_assert_str_eq(notch_text(numbers[_i].value, out, sizeof(out)),
			 numbers[_i].text);
}
END_TEST

/* A short place keeps the beginning and never runs over. */
START_TEST(a_number_is_cut_at_its_room)
{
	char out[24];

	for (int size = 5; size < 12; size++) {
		memset(out, '#', sizeof(out));
		notch_text(123456, out, size);
		ck_assert_int_eq(out[size], '#');
		ck_assert_int_lt((int)strlen(out), size);
	}
	notch_text(12.5, out, 3);
	ck_assert_str_eq(out, "12");
}
END_TEST

/* ---- notches ---- */

struct notch_case {
	struct scale scale;
	double px;
	int nr;
	const char *texts;	/* of those that have one, blanks between */
};

static const struct notch_case notch_cases[] = {
	/* 10 over 640 px: steps of 1; over 128 px: 5 is not below 10/2 */
	{ { 0, 10, false }, 640, 11, "0 1 2 3 4 5 6 7 8 9 10" },
	{ { 0, 10, false }, 128, 3, "0 5 10" },
	{ { 0, 10, false }, 127, 2, "0 10" },	/* 5.04: steps of 10 */
	{ { 0, 1, false }, 320, 6, "0 0.2 0.4 0.6 0.8 1" },
	/* from 3 to 8 over 320: steps of 1 */
	{ { 3, 8, false }, 320, 6, "3 4 5 6 7 8" },
	{ { 2.5, 8.5, false }, 384, 6, "3 4 5 6 7 8" },
	{ { -2, 2, false }, 256, 5, "-2 -1 0 1 2" },
	/* a decade of 100 px: all nine marked, the ones named */
	{ { 1, 100, true }, 200, 19, "1 10 100" },
	{ { 1, 100, true }, 298, 19, "1 10 100" },	/* 149 px each */
	{ { 1, 100, true }, 300, 19, "1 2 5 10 20 50 100" },
	{ { 1, 10, true }, 699, 10, "1 2 5 10" },
	{ { 1, 10, true }, 700, 10, "1 2 3 4 5 6 7 8 9 10" },
	/* 34 px a decade: still marked; below that only the ones */
	{ { 1, 1e4, true }, 136, 37, "1 10 100 1000 10" NBSP "000" },
	{ { 1, 1e4, true }, 135, 3, "1 100 10" NBSP "000" },
	{ { 1, 1e4, true }, 68, 3, "1 100 10" NBSP "000" },
	{ { 1, 1e4, true }, 60, 2, "1 1000" },	/* 34 / 15: every third */
	/* from 2 to 50: 2 .. 9, 10 .. 50 */
	{ { 2, 50, true }, 140, 13, "10" },
	{ { 0.2, 5, true }, 420, 13, "0.2 0.5 1 2 5" },
	{ { 0.01, 0.1, true }, 200, 10, "0.01 0.02 0.05 0.1" },
};

static void texts_of(const struct notches *n, char *out, size_t size)
{
	*out = '\0';
	for (int i = 0; i < n->nr; i++) {
		size_t used = strlen(out);

		if (*n->notch[i].text)
			snprintf(out + used, size - used, "%s%s",
				 used ? " " : "", n->notch[i].text);
	}
}

START_TEST(an_axis_has_notches_at_round_numbers)
{
	const struct notch_case *c = &notch_cases[_i];
	struct notches n;
	char got[256];

	notches_of(&n, &c->scale, c->px);
	texts_of(&n, got, sizeof(got));
	ck_assert_str_eq(got, c->texts);
	ck_assert_int_eq(n.nr, c->nr);
	for (int i = 0; i < n.nr; i++) {
		double share = scale_share(&c->scale, n.notch[i].at);
		char text[16];

		ck_assert(share > -1e-6 && share < 1 + 1e-6);
		if (i)
			ck_assert(n.notch[i].at > n.notch[i - 1].at);
		if (*n.notch[i].text)
			ck_assert_str_eq(notch_text(n.notch[i].at, text,
				sizeof(text)), n.notch[i].text);
	}
}
END_TEST

START_TEST(there_are_no_more_notches_than_there_is_room)
{
	struct notches n = { 0 };

	for (int i = 0; i < NOTCHES_MAX + 5; i++)
		notches_add(&n, i, "a text longer than its room");
	ck_assert_int_eq(n.nr, NOTCHES_MAX);
	ck_assert_str_eq(n.notch[NOTCHES_MAX - 1].text, "a text longer t");
	ck_rel(n.notch[NOTCHES_MAX - 1].at, NOTCHES_MAX - 1, 0);
}
END_TEST

/* ---- a chart on its page ---- */

/* A frame of 400 by 200 from (100, 50): the middle of both is (300, 150). */
static const struct {
	struct scale x, y;
	double at_x, at_y, page_x, page_y;
} spots[] = {
	{ { 0, 10, false }, { 0, 4, false }, 0, 0, 100, 250 },
	{ { 0, 10, false }, { 0, 4, false }, 10, 4, 500, 50 },
	{ { 0, 10, false }, { 0, 4, false }, 5, 1, 300, 200 },
	{ { 1, 100, true }, { 0, 4, false }, 10, 3, 300, 100 },
	{ { 1, 100, true }, { 1, 16, true }, 100, 2, 500, 200 },
	{ { 0, 10, false }, { 1, 16, true }, 2.5, 8, 200, 100 },
};

static const struct box frame = { 100, 50, 400, 200 };

START_TEST(values_stand_where_their_shares_say)
{
	struct chart c = { .frame = frame, .x = spots[_i].x,
			   .y = spots[_i].y };
	struct point p = chart_at(&c, spots[_i].at_x, spots[_i].at_y);

	ck_rel(p.x, spots[_i].page_x, 1e-12);
	ck_rel(p.y, spots[_i].page_y, 1e-12);
}
END_TEST

static void draw(struct picture *p, struct chart *c, const struct notches *x,
		 const struct notches *y)
{
	struct text out = TEXT_INIT;

	c->canvas = canvas_open(600, 320);
	c->frame = frame;
	chart_draw(c, x, y);
	canvas_close(c->canvas, &out);
	picture_read(p, out.buf);
	text_release(&out);
}

/*
 * x from 0 to 10 over 400 px: 10 x 64 / 400 = 1.6, steps of 2, 80 px apart.
 * y from 0 to 3 over 200 px: 0.96, steps of 1, 66.67 px apart.
 */
START_TEST(a_grid_a_stroke_and_a_number_stand_at_each_notch)
{
	struct chart c = { .x = { 0, 10, false }, .y = { 0, 3, false },
			   .x_label = "far", .y_label = "high" };
	const struct item *it;
	struct picture p;

	draw(&p, &c, NULL, NULL);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, GRID), 6 + 4);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, FAINT), 6 + 4 + 2);
	for (int i = 0; i < 6; i++) {
		it = picture_nth(&p, ITEM_LINE, GRID, i);
		item_at(it, 0, 100 + 80 * i, 50);
		item_at(it, 1, 100 + 80 * i, 250);
		it = picture_nth(&p, ITEM_LINE, FAINT, i);
		item_at(it, 0, 100 + 80 * i, 250);
		item_at(it, 1, 100 + 80 * i, 256);
		it = picture_nth(&p, ITEM_TEXT, GREY, i);
		item_at(it, 0, 100 + 80 * i, 271);
		ck_assert_str_eq(it->anchor, "middle");
		ck_assert_int_eq(atoi(it->words), 2 * i);
		ck_rel(it->size, 13, 1e-6);
	}
	for (int i = 0; i < 4; i++) {
		double y = 250 - 200.0 / 3 * i;

		it = picture_nth(&p, ITEM_LINE, GRID, 6 + i);
		item_at(it, 0, 100, y);
		item_at(it, 1, 500, y);
		it = picture_nth(&p, ITEM_LINE, FAINT, 6 + i);
		item_at(it, 0, 94, y);
		item_at(it, 1, 100, y);
		it = picture_nth(&p, ITEM_TEXT, GREY, 6 + i);
		item_at(it, 0, 90, y + 4.5);
		ck_assert_str_eq(it->anchor, "end");
		ck_assert_int_eq(atoi(it->words), i);
		ck_rel(it->size, 13, 1e-6);
	}
	it = picture_nth(&p, ITEM_LINE, FAINT, 10);	/* the axes */
	item_at(it, 0, 100, 50);
	item_at(it, 1, 100, 250);
	it = picture_nth(&p, ITEM_LINE, FAINT, 11);
	item_at(it, 0, 100, 250);
	item_at(it, 1, 500, 250);
	picture_release(&p);
}
END_TEST

/*
 * The x label is 45 px below the frame's middle; the y label stands upright,
 * 24 px and the widest number left of it: a digit of Helvetica is 0.556 of
 * its size wide, 7.228 px of 13.
 */
START_TEST(the_labels_stand_beside_the_numbers)
{
	struct chart c = { .x = { 0, 10, false }, .y = { 0, 3, false },
			   .x_label = "far", .y_label = "high" };
	const struct item *it;
	struct picture p;

	draw(&p, &c, NULL, NULL);
	it = picture_words(&p, "far");
	item_at(it, 0, 300, 295);
	ck_rel(it->size, 14, 1e-6);
	ck_rel(it->angle + 1, 1, 1e-9);
	ck_assert_int_eq(it->fill, INK);
	it = picture_words(&p, "high");
	ck_assert(fabs(it->at[0].x - (100 - 24 - 0.556 * 13)) < 0.1);
	ck_assert(fabs(it->at[0].y - 150) < 0.011);
	ck_rel(it->angle, 90, 1e-9);
	ck_rel(it->size, 14, 1e-6);
	ck_assert_str_eq(it->anchor, "middle");
	picture_release(&p);
}
END_TEST

/* Small notches have no text and no grid, and half the stroke. */
START_TEST(notches_of_ones_own_are_drawn_instead)
{
	struct chart c = { .x = { 1, 100, true }, .y = { 0, 4, false },
			   .x_label = "", .y_label = "" };
	struct notches x = { 0 }, y = { 0 };
	struct picture p;

	notches_add(&x, 10, "ten");
	notches_add(&x, 100, "");
	notches_add(&y, 1, "");
	notches_add(&y, 3, "three");
	draw(&p, &c, &x, &y);
	ck_assert_int_eq(p.nr, 2 + 2 + 4 + 2);	/* grid, words, strokes, axes */
	item_at(picture_nth(&p, ITEM_LINE, FAINT, 0), 1, 300, 256);
	item_at(picture_nth(&p, ITEM_LINE, FAINT, 1), 1, 500, 253);
	item_at(picture_nth(&p, ITEM_LINE, FAINT, 2), 0, 97, 200);
	item_at(picture_nth(&p, ITEM_LINE, FAINT, 3), 0, 94, 100);
	item_at(picture_words(&p, "ten"), 0, 300, 271);
	item_at(picture_words(&p, "three"), 0, 90, 104.5);
	picture_release(&p);
}
END_TEST

static TCase *scales_case(void)
{
	TCase *tc = tcase_create("scales");

	tcase_add_loop_test(tc, a_scale_shares_out_its_length, 0, NR(shares));
	tcase_add_loop_test(tc, a_linear_axis_ends_at_a_whole_step, 0,
			    NR(from_zero));
	tcase_add_loop_test(tc, a_log_axis_begins_and_ends_at_one_two_or_five,
			    0, NR(rounds));
	tcase_add_loop_test(tc, a_log_axis_covers_what_it_was_made_of, 0, 80);
	tcase_add_loop_test(tc, a_linear_axis_covers_what_it_was_made_of, 0,
			    60);
	return tc;
}

Suite *suite_axes(void)
{
	Suite *s = suite_create("axes");
	TCase *tc = tcase_create("notches");

	suite_add_tcase(s, scales_case());
	tcase_add_loop_test(tc, a_number_is_grouped_from_five_digits_on, 0,
			    NR(numbers));
	tcase_add_test(tc, a_number_is_cut_at_its_room);
	tcase_add_loop_test(tc, an_axis_has_notches_at_round_numbers, 0,
			    NR(notch_cases));
	tcase_add_test(tc, there_are_no_more_notches_than_there_is_room);
	tcase_add_loop_test(tc, values_stand_where_their_shares_say, 0,
			    NR(spots));
	tcase_add_test(tc,
		       a_grid_a_stroke_and_a_number_stand_at_each_notch);
	tcase_add_test(tc, the_labels_stand_beside_the_numbers);
	tcase_add_test(tc, notches_of_ones_own_are_drawn_instead);
	suite_add_tcase(s, tc);
	return s;
}
