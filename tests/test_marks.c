/* What a canvas draws: strokes, areas, marks and texts. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "plots/shape.h"
#include "tests/drawing.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void finish(struct canvas *c, struct picture *p)
{
	struct text out = TEXT_INIT;

	canvas_close(c, &out);
	picture_read(p, out.buf);
	text_release(&out);
}

/* ---- colours ---- */

static const struct {
	unsigned a, b;
	double share;
	unsigned want;
} mixes[] = {
	{ 0x000000, 0xffffff, 0.2, 0xcccccc },	/* 255 x 0.8 = 204 */
	{ 0xff0000, 0x0000ff, 0.5, 0x800080 },	/* 127.5 goes up */
	{ 0x102030, 0x102030, 0.7, 0x102030 },
	/* 255 - 0.13 x 255 = 221.85,
	 * 255 - 0.13 x 141 = 236.67, 255 - 0.13 x 77 = 244.99 */
	{ 0xff8000, 0x000000, 0.25, 0x402000 },	/* 63.75, 32, 0 */
	{ 0x010203, 0x030201, 0.5, 0x020202 },
};

START_TEST(a_mix_is_between_its_colours)
{
	ck_assert_uint_eq(canvas_mix(mixes[_i].a, mixes[_i].b,
				     mixes[_i].share), mixes[_i].want);
	ck_assert_uint_eq(canvas_mix(mixes[_i].b, mixes[_i].a, 1),
			  mixes[_i].b);
}
END_TEST

/* 0.7 of the colour, 0.3 of the ink 1b2733: 0072b2 is 8.1, 91.5, 139.9. */
START_TEST(text_is_darker_than_its_mark)
{
	ck_assert_uint_eq(canvas_text_colour(BLUE), 0x085c8c);
	ck_assert_uint_eq(canvas_text_colour(WHITE), 0xbbbec2);
	ck_assert_uint_eq(canvas_text_colour(INK), INK);
}
END_TEST

START_TEST(series_differ_by_colour_and_shape)
{
	for (int i = 0; i < 11; i++)
		for (int j = 0; j < i; j++)
			ck_assert(canvas_series_colour(i) !=
				  canvas_series_colour(j));
	for (int i = 0; i < 11; i++)	/* eleven, then again */
		ck_assert_uint_eq(canvas_series_colour(i),
				  canvas_series_colour(i + 11));
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq((int)canvas_series_shape(i), i);
	ck_assert_int_eq((int)canvas_series_shape(5), SHAPE_CIRCLE);
	ck_assert_int_eq((int)canvas_series_shape(9), SHAPE_WEDGE);
	ck_assert_uint_eq(canvas_series_colour(0), BLUE);
	ck_assert_uint_eq(canvas_series_colour(6), INK);
}
END_TEST

/* ---- marks: corners at 1.2 radii around (50, 40), radius 10 ---- */

#define R 12.0
#define H 10.3923		/* 12 sin 60 */
#define D 8.48528		/* 12 sin 45 */

static const struct {
	enum shape shape;
	int nr;
	struct point corner[4];
} rings[] = {
	{ SHAPE_SQUARE, 4, { { 50 + D, 40 - D }, { 50 - D, 40 - D },
			     { 50 - D, 40 + D }, { 50 + D, 40 + D } } },
	{ SHAPE_TRIANGLE, 3, { { 50, 40 - R }, { 50 - H, 46 },
			       { 50 + H, 46 } } },
	{ SHAPE_DIAMOND, 4, { { 50, 40 - R }, { 50 - R, 40 }, { 50, 40 + R },
			      { 50 + R, 40 } } },
	{ SHAPE_WEDGE, 3, { { 50, 40 + R }, { 50 + H, 34 },
			    { 50 - H, 34 } } },
};

START_TEST(a_mark_has_its_corners)
{
	struct mark m = { rings[_i].shape, 10, BLUE };
	struct point got[SHAPE_CORNERS];

	ck_assert_int_eq(shape_ring(&m, (struct point){ 50, 40 }, got),
			 rings[_i].nr);
	for (int i = 0; i < rings[_i].nr; i++) {
		ck_assert_msg(fabs(got[i].x - rings[_i].corner[i].x) < 1e-4 &&
			      fabs(got[i].y - rings[_i].corner[i].y) < 1e-4,
			      "%d: %g %g", i, got[i].x, got[i].y);
	}
}
END_TEST

/* Ten corners, every other at 0.45 of the reach, a tenth of a turn apart. */
START_TEST(a_star_has_five_points)
{
	struct mark m = { SHAPE_STAR, 10, BLUE };
	struct point got[SHAPE_CORNERS];

	ck_assert_int_eq(shape_ring(&m, (struct point){ 0, 0 }, got), 10);
	for (int i = 0; i < 10; i++) {
		double angle = acos(-1) * (0.5 + i / 5.0);
		double reach = i % 2 ? 5.4 : 12;

		ck_assert(fabs(got[i].x - reach * cos(angle)) < 1e-9);
		ck_assert(fabs(got[i].y + reach * sin(angle)) < 1e-9);
	}
}
END_TEST

START_TEST(a_mark_is_drawn_in_its_colour_with_a_white_edge)
{
	struct canvas *c = canvas_open(100, 80);
	const struct item *it;
	struct picture p;

	canvas_mark(c, (struct point){ 30, 20 },
		    &(struct mark){ SHAPE_CIRCLE, 7, GREEN });
	canvas_mark(c, (struct point){ 50, 40 },
		    &(struct mark){ SHAPE_DIAMOND, 10, AMBER });
	canvas_mark(c, (struct point){ 70, 60 },
		    &(struct mark){ SHAPE_CROSS, 10, PURPLE });
	finish(c, &p);
	it = picture_nth(&p, ITEM_CIRCLE, GREEN, 0);
	item_at(it, 0, 30, 20);
	ck_rel(it->radius, 7, 1e-9);
	ck_assert_int_eq(it->stroke, WHITE);
	ck_rel(it->width, 1.2, 1e-9);
	it = picture_nth(&p, ITEM_AREA, AMBER, 0);
	item_at(it, 0, 50, 28);
	item_at(it, 1, 38, 40);
	ck_assert_int_eq(it->stroke, WHITE);
	it = picture_nth(&p, ITEM_LINE, PURPLE, 0);	/* 0.8 of the radius */
	item_at(it, 0, 62, 52);
	item_at(it, 1, 78, 68);
	ck_rel(it->width, 2, 1e-9);
	it = picture_nth(&p, ITEM_LINE, PURPLE, 1);
	item_at(it, 0, 62, 68);
	item_at(it, 1, 78, 52);
	ck_assert_int_eq(p.nr, 4);
	picture_release(&p);
}
END_TEST

/* ---- lines and areas ---- */

START_TEST(a_line_has_its_pen)
{
	struct canvas *c = canvas_open(100, 80);
	const struct item *it;
	struct picture p;

	canvas_line(c, (struct point){ 10, 20 }, (struct point){ 30, 60 },
		    &(struct pen){ VERMILION, 2.5, 0 });
	canvas_line(c, (struct point){ 10, 70 }, (struct point){ 90, 70 },
		    &(struct pen){ SKY, 1, 10 });
	finish(c, &p);
	it = picture_nth(&p, ITEM_LINE, VERMILION, 0);
	item_at(it, 0, 10, 20);
	item_at(it, 1, 30, 60);
	ck_rel(it->width, 2.5, 1e-9);
	ck_assert(!(it->dash > 0));
	it = picture_nth(&p, ITEM_LINE, SKY, 0);	/* 10 on, 7 off */
	item_at(it, 1, 90, 70);
	ck_rel(it->dash, 10, 1e-9);
	picture_release(&p);
}
END_TEST

/* A line that leaves its box and comes back is two. */
START_TEST(a_polyline_is_cut_where_it_leaves)
{
	const struct point zigzag[] = { { 10, 40 }, { 50, 40 }, { 50, 80 },
		{ 70, 80 }, { 70, 40 }, { 90, 40 } };
	struct canvas *c = canvas_open(200, 100);
	const struct item *it;
	struct picture p;

	canvas_clip(c, (struct box){ 20, 20, 60, 40 });
	canvas_polyline(c, zigzag, 6, &(struct pen){ BLUE, 1, 0 });
	canvas_unclip(c);
	canvas_polyline(c, zigzag, 3, &(struct pen){ GREEN, 1, 0 });
	finish(c, &p);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, BLUE), 2);
	it = picture_nth(&p, ITEM_LINE, BLUE, 0);
	ck_assert_int_eq(it->points, 3);
	item_at(it, 0, 20, 40);
	item_at(it, 1, 50, 40);
	item_at(it, 2, 50, 60);
	it = picture_nth(&p, ITEM_LINE, BLUE, 1);
	item_at(it, 0, 70, 60);
	item_at(it, 1, 70, 40);
	item_at(it, 2, 80, 40);
	it = picture_nth(&p, ITEM_LINE, GREEN, 0);	/* all of it again */
	ck_assert_int_eq(it->points, 3);
	item_at(it, 0, 10, 40);
	item_at(it, 2, 50, 80);
	picture_release(&p);
}
END_TEST

START_TEST(a_page_cuts_what_is_beyond_it)
{
	struct canvas *c = canvas_open(200, 100);
	struct picture p;

	canvas_line(c, (struct point){ -50, 50 }, (struct point){ 250, 50 },
		    &(struct pen){ BLUE, 1, 0 });
	canvas_line(c, (struct point){ -50, -5 }, (struct point){ 250, -5 },
		    &(struct pen){ GREEN, 1, 0 });
	canvas_box(c, (struct box){ 150, 60, 100, 100 }, AMBER);
	finish(c, &p);
	item_at(picture_nth(&p, ITEM_LINE, BLUE, 0), 0, 0, 50);
	item_at(picture_nth(&p, ITEM_LINE, BLUE, 0), 1, 200, 50);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, GREEN), 0);
	item_box(picture_nth(&p, ITEM_AREA, AMBER, 0),
		 (struct box){ 150, 60, 50, 40 });
	ck_assert_int_eq(p.nr, 2);
	picture_release(&p);
}
END_TEST

START_TEST(an_area_has_three_corners_and_no_edge)
{
	const struct point ring[] = { { 10, 10 }, { 50, 10 }, { 30, 40 } };
	const struct point out[] = { { -10, 10 }, { -50, 10 }, { -30, 40 } };
	struct canvas *c = canvas_open(200, 100);
	const struct item *it;
	struct picture p;

	canvas_area(c, ring, 2, GREEN);		/* two corners: nothing */
	canvas_area(c, ring, 3, BLUE);
	canvas_area(c, out, 3, AMBER);		/* beside the page */
	canvas_box(c, (struct box){ 20, 30, 10, 5 }, PURPLE);
	finish(c, &p);
	ck_assert_int_eq(p.nr, 2);
	it = picture_nth(&p, ITEM_AREA, BLUE, 0);
	ck_assert_int_eq(it->points, 3);
	item_at(it, 0, 10, 10);
	item_at(it, 1, 50, 10);
	item_at(it, 2, 30, 40);
	ck_assert_int_eq(it->stroke, NO_COLOUR);
	item_box(picture_nth(&p, ITEM_AREA, PURPLE, 0),
		 (struct box){ 20, 30, 10, 5 });
	picture_release(&p);
}
END_TEST

/* A plate: white, an edge in GRID, corners of 5 px. */
START_TEST(a_plate_has_round_corners)
{
	struct canvas *c = canvas_open(200, 100);
	struct text out = TEXT_INIT;
	const char *d, *at;
	double x, y;

	canvas_plate(c, (struct box){ 20, 30, 100, 40 });
	canvas_close(c, &out);
	d = strstr(out.buf, "<path d=\"M");
	ck_assert_ptr_nonnull(d);
	/* from the lower left corner, 5 px along; up is up: 100 - 70 */
	ck_assert_int_eq(sscanf(d + 10, "%lf,%lf", &x, &y), 2);
	ck_rel(x, 25, 1e-9);
	ck_rel(y, 30, 1e-9);
	/* each side is as long as the box less two corners */
	ck_assert_ptr_nonnull(strstr(d, "H115 "));
	ck_assert_ptr_nonnull(strstr(d, "V65 "));
	ck_assert_ptr_nonnull(strstr(d, "H25 "));
	ck_assert_ptr_nonnull(strstr(d, "V35 "));
	ck_assert_ptr_nonnull(strstr(d, ",120,35 "));
	ck_assert_ptr_nonnull(strstr(d, ",115,70 "));
	ck_assert_ptr_nonnull(strstr(d, ",20,65 "));
	ck_assert_ptr_nonnull(strstr(d, ",25,30 "));
	ck_assert_int_eq(occurs(d, " C"), 4);
	at = strstr(d, "stroke=\"#e4e7ea\"");
	ck_assert_ptr_nonnull(at);
	ck_assert_ptr_nonnull(strstr(at, "fill=\"white\""));
	text_release(&out);
}
END_TEST

/* ---- text ---- */

static const struct {
	struct font font;
	const char *anchor;
} fonts[] = {
	{ { INK, 13, false, ANCHOR_START, 0 }, "start" },
	{ { BLUE, 20, true, ANCHOR_MIDDLE, 0 }, "middle" },
	{ { GREY, 9.5, false, ANCHOR_END, 90 }, "end" },
	{ { GREEN, 12, true, ANCHOR_START, 30 }, "start" },
	{ { AMBER, 12, false, ANCHOR_START, -45 }, "start" },
};

START_TEST(a_text_has_its_font)
{
	const struct font *f = &fonts[_i].font;
	struct canvas *c = canvas_open(200, 100);
	const struct item *it;
	struct picture p;

	canvas_text(c, (struct point){ 60, 70 }, "words", f);
	canvas_text(c, (struct point){ 60, 70 }, "", f);
	finish(c, &p);
	ck_assert_int_eq(p.nr, 1);
	it = picture_words(&p, "words");
	item_at(it, 0, 60, 70);
	ck_assert_str_eq(it->anchor, fonts[_i].anchor);
	ck_assert(it->bold == f->bold && it->fill == (long)f->colour);
	ck_rel(it->size, f->size, 1e-4);
	ck_assert(fabs(it->angle - f->angle) < 0.01);
	picture_release(&p);
}
END_TEST

/* Helvetica, of 1000: digits 556, blank 278, i 222, m 833, A 667. */
static const struct {
	const char *text;
	bool bold;
	double wide;
} widths[] = {
	{ "0123456789", false, 5.56 }, { "  ", false, 0.556 },
	{ "iii", false, 0.666 }, { "mm", false, 1.666 },
	{ "AA", false, 1.334 }, { "-", false, 0.333 },
	{ "A", true, 0.722 }, { "0", true, 0.556 }, { "i", true, 0.278 },
	/* an arrow is as wide as an n, a backslash as a slash */
	{ "\xe2\x86\x92", false, 0.556 }, { "\\", false, 0.278 },
};

START_TEST(a_text_is_as_wide_as_helvetica)
{
	struct canvas *c = canvas_open(100, 100);
	struct font f = { INK, 100, widths[_i].bold, ANCHOR_START, 0 };
	struct text out = TEXT_INIT;

	ck_assert_msg(fabs(canvas_text_width(c, widths[_i].text, &f) -
			   100 * widths[_i].wide) < 0.2, "%g",
		      canvas_text_width(c, widths[_i].text, &f));
	f.size = 10;
	ck_assert(fabs(canvas_text_width(c, widths[_i].text, &f) -
		       10 * widths[_i].wide) < 0.1);
	canvas_close(c, &out);
	text_release(&out);
}
END_TEST

/* Ten digits of 20 px are 111.2 px: of 100 px room 0.9, of 50 no less than
 * 0.6 of the size. */
START_TEST(a_font_shrinks_to_fit_but_not_below_six_tenths)
{
	struct canvas *c = canvas_open(300, 100);
	struct font f = { INK, 20, false, ANCHOR_START, 0 };
	struct text out = TEXT_INIT;

	ck_rel(canvas_fit(c, "0123456789", f, 112).size, 20, 1e-12);
	ck_rel(canvas_fit(c, "0123456789", f, 100).size, 2000 / 111.2, 1e-3);
	ck_rel(canvas_fit(c, "0123456789", f, 50).size, 12, 1e-12);
	ck_rel(canvas_fit(c, "", f, 1).size, 20, 1e-12);
	canvas_close(c, &out);
	text_release(&out);
}
END_TEST

START_TEST(a_heading_stands_at_the_top_and_its_source_at_the_foot)
{
	struct heading h = { "Title", "Sub", "Source" };
	struct canvas *c = canvas_open(400, 300);
	const struct item *it;
	struct picture p;

	canvas_heading(c, &h);
	finish(c, &p);
	it = picture_words(&p, "Title");
	item_at(it, 0, 36, 38);
	ck_assert(it->bold && it->fill == INK);
	ck_rel(it->size, 20, 1e-6);
	it = picture_words(&p, "Sub");
	item_at(it, 0, 36, 62);
	ck_assert(!it->bold && it->fill == GREY);
	ck_rel(it->size, 14, 1e-6);
	it = picture_words(&p, "Source");
	item_at(it, 0, 36, 300 - 16);
	ck_assert(it->fill == FAINT);
	ck_rel(it->size, 11, 1e-6);
	picture_release(&p);
}
END_TEST

static TCase *text_case(void)
{
	TCase *tc = tcase_create("text");

	tcase_add_loop_test(tc, a_text_has_its_font, 0, NR(fonts));
	tcase_add_loop_test(tc, a_text_is_as_wide_as_helvetica, 0,
			    NR(widths));
	tcase_add_test(tc, a_font_shrinks_to_fit_but_not_below_six_tenths);
	tcase_add_test(tc,
		a_heading_stands_at_the_top_and_its_source_at_the_foot);
	return tc;
}

Suite *suite_marks(void)
{
	Suite *s = suite_create("marks");
	TCase *tc = tcase_create("marks");

	tcase_add_loop_test(tc, a_mix_is_between_its_colours, 0, NR(mixes));
	tcase_add_test(tc, text_is_darker_than_its_mark);
	tcase_add_test(tc, series_differ_by_colour_and_shape);
	tcase_add_loop_test(tc, a_mark_has_its_corners, 0, NR(rings));
	tcase_add_test(tc, a_star_has_five_points);
	tcase_add_test(tc, a_mark_is_drawn_in_its_colour_with_a_white_edge);
	tcase_add_test(tc, a_line_has_its_pen);
	tcase_add_test(tc, a_polyline_is_cut_where_it_leaves);
	tcase_add_test(tc, a_page_cuts_what_is_beyond_it);
	tcase_add_test(tc, an_area_has_three_corners_and_no_edge);
	tcase_add_test(tc, a_plate_has_round_corners);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, text_case());
	return s;
}
