/* Where labels, legends and the names of lines find a place. */
#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "plots/ends.h"
#include "plots/labels.h"
#include "plots/legend.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- labels: 16 directions, eight distances ---- */

static struct picture page_of(struct canvas *c, struct labels *l)
{
	struct text out = TEXT_INIT;
	struct picture p;

	labels_release(l);
	canvas_close(c, &out);
	picture_read(&p, out.buf);
	text_release(&out);
	return p;
}

static const struct mark dot = { SHAPE_CIRCLE, 5, BLUE };

/* "name" in 12 px: n 556, a 556, m 833, e 556 of 1000. */
#define NAME_W 30.01

/* What is in the way on the right: then it stands above right, and so on. */
static const struct {
	struct box taken;
	double dx, dy;		/* of the text's left edge and baseline */
} places[] = {
	/* nothing in the way: 5 + 4 px to the right, 4.32 px below */
	{ { 0, 0, 1, 1 }, 9, 4.32 },
	/* the right is taken: up right, 6.3 px each, half a line higher */
	{ { 312, 198, 8, 6 }, 6.3, -12.6 + 4.32 },
	/* that too: down left, its right edge 6.3 px from the middle */
	{ { 310, 185, 20, 30 }, -6.3 - NAME_W, 12.6 + 4.32 },
	/* what is in its way elsewhere does not move it */
	{ { 290, 208, 1, 1 }, 9, 4.32 },
};

START_TEST(a_label_takes_the_first_free_place)
{
	struct canvas *c = canvas_open(600, 400);
	struct labels l;
	struct picture p;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	labels_avoid(&l, places[_i].taken);
	ck_assert(labels_put(&l, &dot, (struct point){ 300, 200 }, "name"));
	p = page_of(c, &l);
	item_at(picture_words(&p, "name"), 0, 300 + places[_i].dx,
		200 + places[_i].dy);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, FAINT), 0);
	picture_release(&p);
}
END_TEST

/* At the right edge of its box it turns to the left. */
START_TEST(a_label_stays_within_its_box)
{
	struct canvas *c = canvas_open(600, 400);
	struct font f = { INK, 12, false, ANCHOR_START, 0 };
	double wide = canvas_text_width(c, "name", &f);
	struct labels l;
	struct picture p;

	labels_init(&l, c, (struct box){ 100, 100, 200, 200 });
	ck_assert(labels_put(&l, &dot, (struct point){ 295, 200 }, "name"));
	p = page_of(c, &l);
	/* down left, before straight left: 6.3 px and its width */
	item_at(picture_words(&p, "name"), 0, 295 - 6.3 - wide,
		200 + 12.6 + 4.32);
	picture_release(&p);
}
END_TEST

/* No place within reach: nothing is drawn, and it says so. */
START_TEST(a_label_without_room_is_not_drawn)
{
	struct canvas *c = canvas_open(600, 400);
	struct labels l;
	struct picture p;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	labels_avoid(&l, (struct box){ 200, 100, 200, 200 });
	l.reach = 30;
	ck_assert(!labels_put(&l, &dot, (struct point){ 300, 200 }, "name"));
	l.reach = 140;		/* far out, with a leader */
	ck_assert(labels_put(&l, &dot, (struct point){ 300, 200 }, "name"));
	p = page_of(c, &l);
	picture_words(&p, "name");
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, FAINT), 1);
	picture_release(&p);
}
END_TEST

/* In a crowd of lines a label stands on one, on a white box. */
START_TEST(a_label_in_a_crowd_covers_the_least)
{
	struct canvas *c = canvas_open(600, 400);
	struct labels l;
	struct picture p;

	labels_init(&l, c, (struct box){ 200, 150, 200, 100 });
	for (int y = 150; y < 250; y += 4)
		labels_avoid_line(&l, (struct point){ 200, y },
				  (struct point){ 400, y });
	ck_assert(labels_put(&l, &dot, (struct point){ 300, 200 }, "name"));
	p = page_of(c, &l);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, WHITE), 1);
	item_at(picture_words(&p, "name"), 0, 309, 204.32);
	picture_release(&p);
}
END_TEST

/* A line in the way on the right: the label stands where there is none. */
START_TEST(a_label_keeps_off_lines_where_it_can)
{
	struct canvas *c = canvas_open(600, 400);
	struct labels l;
	struct picture p;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	labels_avoid_line(&l, (struct point){ 320, 0 },
			  (struct point){ 320, 400 });
	ck_assert(labels_put(&l, &dot, (struct point){ 300, 200 }, "name"));
	p = page_of(c, &l);
	ck_assert(picture_words(&p, "name")->at[0].x < 300);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, WHITE), 0);
	picture_release(&p);
}
END_TEST

/* Along a line that rises by 45 degrees, 10 px above: and below. */
static const struct {
	double above, dx, dy;
} along[] = {
	/* (16 - 10) / sqrt(2) right, (16 + 10) / sqrt(2) up */
	{ 10, 4.2426, -18.3848 },
	/* below: its capitals, 14.4 px of 20, more */
	{ -10, 28.5671, 5.9397 },
};

START_TEST(a_text_stands_along_its_line)
{
	struct canvas *c = canvas_open(600, 400);
	struct font f = { INK, 20, false, ANCHOR_START, 0 };
	const struct baseline line = { { 100, 300 }, { 300, 100 },
				       along[_i].above };
	const struct item *it;
	struct labels l;
	struct picture p;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	labels_along(&l, &line, "words", &f);
	ck_assert_int_gt(l.nr, 5);
	p = page_of(c, &l);
	it = picture_words(&p, "words");
	item_at(it, 0, 100 + along[_i].dx, 300 + along[_i].dy);
	ck_rel(it->angle, 45, 1e-4);
	picture_release(&p);
}
END_TEST

/* ---- a legend wraps at its width ---- */

START_TEST(a_legend_wraps)
{
	struct canvas *c = canvas_open(600, 200);
	const struct legend_item item[] = {
		{ .text = "0123456789", .patch = AMBER },
		{ .text = "0123456789", .line = { BLUE, 2, 0 } },
		{ .text = "01", .mark = { SHAPE_CIRCLE, 5, GREEN } },
	};
	struct text out = TEXT_INIT;
	struct picture p;
	double y;

	/* ten digits of 13 px are 72.28; an item 98.28, 24 between: the
	 * second ends at 220.56 */
	y = legend_draw(c, &(struct legend){ { 50, 60 }, 221, item, 3 });
	ck_rel(y, 82, 1e-12);
	y = legend_draw(c, &(struct legend){ { 50, 160 }, 220, item, 2 });
	ck_rel(y, 182, 1e-12);
	y = legend_draw(c, &(struct legend){ { 50, 30 }, 1, item, 0 });
	ck_rel(y, 30, 1e-12);
	canvas_close(c, &out);
	picture_read(&p, out.buf);
	item_box(picture_nth(&p, ITEM_AREA, AMBER, 0),
		 (struct box){ 52, 49, 16, 13 });
	item_at(picture_nth(&p, ITEM_LINE, BLUE, 0), 0, 172.28, 55.5);
	item_at(picture_nth(&p, ITEM_LINE, BLUE, 0), 1, 192.28, 55.5);
	item_at(picture_nth(&p, ITEM_CIRCLE, GREEN, 0), 0, 60, 77.5);
	item_at(picture_words(&p, "01"), 0, 76, 82);
	text_release(&out);
	picture_release(&p);
}
END_TEST

/* ---- names at line ends ---- */

/* 30 names in a frame of 300 px: 10 px apart, not 17. */
START_TEST(many_names_share_out_the_frame)
{
	struct canvas *c = canvas_open(400, 400);
	struct line_end end[30];
	struct text out = TEXT_INIT;
	struct picture p;

	for (int i = 0; i < 30; i++) {
		end[i] = (struct line_end){ { 200, 150 }, BLUE, "" };
		snprintf(end[i].name, sizeof(end[i].name), "n%02d", 29 - i);
	}
	ends_draw(c, (struct box){ 50, 40, 200, 300 }, end, 30);
	canvas_close(c, &out);
	picture_read(&p, out.buf);
	for (int i = 0; i < 30; i++) {
		char name[8];

		snprintf(name, sizeof(name), "n%02d", i);
		item_at(picture_words(&p, name), 0, 264,
			340 - 10 * (29 - i) + 4.5);
	}
	text_release(&out);
	picture_release(&p);
}
END_TEST

Suite *suite_places(void)
{
	Suite *s = suite_create("places");
	TCase *tc = tcase_create("places");

	tcase_add_loop_test(tc, a_label_takes_the_first_free_place, 0,
			    NR(places));
	tcase_add_test(tc, a_label_stays_within_its_box);
	tcase_add_test(tc, a_label_without_room_is_not_drawn);
	tcase_add_test(tc, a_label_in_a_crowd_covers_the_least);
	tcase_add_test(tc, a_label_keeps_off_lines_where_it_can);
	tcase_add_loop_test(tc, a_text_stands_along_its_line, 0, NR(along));
	tcase_add_test(tc, a_legend_wraps);
	tcase_add_test(tc, many_names_share_out_the_frame);
	suite_add_tcase(s, tc);
	return s;
}
