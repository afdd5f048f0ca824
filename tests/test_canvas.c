#include "tests/tests.h"

#include <stdlib.h>
#include <string.h>

#include "plots/chart.h"
#include "plots/labels.h"
#include "plots/svg.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
	double value;
	const char *want;
} numbers[] = {
	{ 0, "0" }, { -0.0, "0" }, { 0.5, "0.5" }, { 2000, "2000" },
	{ 10000, "10\xc2\xa0" "000" }, { 250000, "250\xc2\xa0" "000" },
	{ 989.5, "989.5" },
};

START_TEST(a_notch_is_written_as_people_do)
{
	char out[16];

	ck_assert_str_eq(notch_text(numbers[_i].value, out, sizeof(out)),
			 numbers[_i].want);
}
END_TEST

START_TEST(a_log_scale_shares_by_ratio)
{
	struct scale log_scale = { 1, 100, true };
	struct scale linear = { 0, 100, false };

	ck_rel(scale_share(&log_scale, 10), 0.5, 1e-12);
	ck_rel(scale_share(&linear, 10), 0.1, 1e-12);
}
END_TEST

START_TEST(a_log_scale_ends_at_one_two_or_five)
{
	struct scale s = scale_log_round(0.3, 700);

	ck_rel(s.low, 0.2, 1e-12);
	ck_rel(s.high, 1000, 1e-12);
	s = scale_log_round(5, 5);	/* still a range */
	ck_rel(s.low, 5, 1e-12);
	ck_rel(s.high, 10, 1e-12);
}
END_TEST

/* 100 over 640 px with 64 px a label: at most ten steps, so steps of 10. */
START_TEST(a_linear_scale_has_round_steps)
{
	struct scale s = scale_from_zero(97, 640);
	struct notches n;

	ck_rel(s.high, 100, 1e-12);
	notches_of(&n, &s, 640);
	ck_assert_int_eq(n.nr, 11);
	ck_assert_str_eq(n.notch[10].text, "100");
}
END_TEST

/* Two decades over 400 px: 200 px each show 1, 2, 5 and mark 3 4 6 7 8 9. */
START_TEST(a_long_decade_shows_two_and_five)
{
	struct scale s = { 1, 100, true };
	struct notches n;
	int i, shown = 0;

	notches_of(&n, &s, 400);
	for (i = 0; i < n.nr; i++)
		shown += n.notch[i].text[0] != '\0';
	ck_assert_int_eq(n.nr, 9 + 9 + 1);
	ck_assert_int_eq(shown, 3 + 3 + 1);
}
END_TEST

/* From (-5,5) to (15,5) through the box from 0 to 10. */
START_TEST(a_line_is_cut_at_the_box)
{
	struct box box = { 0, 0, 10, 10 };
	struct point a = { -5, 5 }, b = { 15, 5 }, c = { 2, 3 }, d = { 4, 5 };

	ck_assert(clip_line(box, &a, &b));
	ck_assert(fabs(a.x) < 1e-12 && fabs(b.x - 10) < 1e-12);
	ck_assert(clip_line(box, &c, &d));	/* inside: as it was */
	ck_assert(c.x == 2 && d.y == 5);
	a = (struct point){ -5, 20 };
	b = (struct point){ 15, 20 };
	ck_assert(!clip_line(box, &a, &b));
}
END_TEST

/* A square from 5 to 15 leaves the quarter from 5 to 10. */
START_TEST(a_polygon_is_cut_at_the_box)
{
	struct box box = { 0, 0, 10, 10 };
	struct point ring[4] = { { 5, 5 }, { 15, 5 }, { 15, 15 }, { 5, 15 } };
	struct point out[24];
	int i, nr = clip_polygon(box, ring, 4, out);

	ck_assert_int_eq(nr, 4);
	for (i = 0; i < nr; i++)
		ck_assert(box_has(box_grown(box, 1e-9), out[i]) &&
			  out[i].x >= 5 && out[i].y >= 5);
	for (i = 0; i < 4; i++)
		ring[i].x += 20;
	ck_assert_int_eq(clip_polygon(box, ring, 4, out), 0);
}
END_TEST

/* Half of 0xff0000 in white: (255+255)/2, (0+255)/2 = 127.5, up. */
START_TEST(colours_mix_by_share)
{
	ck_assert_uint_eq(canvas_mix(0xff0000, 0xffffff, 0.5), 0xff8080);
	ck_assert_uint_eq(canvas_mix(0x123456, 0xffffff, 1), 0x123456);
	ck_assert_uint_eq(canvas_mix(0x123456, 0xffffff, 0), 0xffffff);
}
END_TEST

START_TEST(labels_never_overlap)
{
	struct canvas *c = canvas_open(600, 400);
	struct mark m = { SHAPE_CIRCLE, 5, BLUE };
	struct text out = TEXT_INIT;
	struct labels l;
	const char *at, *name = "a name of some length";
	int i, j, put = 0;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	for (i = 0; i < 40; i++)	/* all at one point */
		put += labels_put(&l, &m, (struct point){ 300, 200 },
				  name);
	ck_assert_int_ge(put, 8);
	for (i = 0; i < l.nr; i++)
		for (j = 0; j < i; j++)
			ck_assert(l.taken[i].kind != OBSTACLE_TEXT ||
				  l.taken[j].kind != OBSTACLE_TEXT ||
				  !box_meets(box_grown(l.taken[i].box, -2),
					     box_grown(l.taken[j].box, -2)));
	labels_release(&l);
	canvas_close(c, &out);
	for (i = 0, at = out.buf; (at = strstr(at, name)); at++)
		i++;
	ck_assert_int_eq(i, put);
	text_release(&out);
}
END_TEST

START_TEST(a_long_title_is_made_to_fit)
{
	struct canvas *c = canvas_open(300, 100);
	struct font f = { INK, 20, true, ANCHOR_START, 0 };
	const char *title = "a title of fifty letters, or a few more than so";
	double wide = canvas_text_width(c, title, &f);
	struct text out = TEXT_INIT;

	f = canvas_fit(c, title, f, wide * 0.8);
	ck_rel(f.size, 20 * 0.8, 1e-6);
	ck_rel(canvas_text_width(c, title, &f), wide * 0.8, 1e-3);
	canvas_close(c, &out);
	text_release(&out);
}
END_TEST

START_TEST(a_text_is_measured_in_latin_1)
{
	/* e acute is U+00E9; the hyphen is as narrow as a bracket; an arrow
	 * is as wide as an n. */
	char *s = svg_latin1("a\xc3\xa9-\xe2\x86\x92\\");

	ck_assert_str_eq(s, "a\xe9(n/");
	free(s);
}
END_TEST

Suite *suite_canvas(void)
{
	Suite *s = suite_create("canvas");
	TCase *tc = tcase_create("canvas");

	tcase_add_test(tc, a_text_is_measured_in_latin_1);
	tcase_add_loop_test(tc, a_notch_is_written_as_people_do, 0,
			    NR(numbers));
	tcase_add_test(tc, a_log_scale_shares_by_ratio);
	tcase_add_test(tc, a_log_scale_ends_at_one_two_or_five);
	tcase_add_test(tc, a_linear_scale_has_round_steps);
	tcase_add_test(tc, a_long_decade_shows_two_and_five);
	tcase_add_test(tc, a_line_is_cut_at_the_box);
	tcase_add_test(tc, a_polygon_is_cut_at_the_box);
	tcase_add_test(tc, colours_mix_by_share);
	tcase_add_test(tc, labels_never_overlap);
	tcase_add_test(tc, a_long_title_is_made_to_fit);
	suite_add_tcase(s, tc);
	return s;
}
