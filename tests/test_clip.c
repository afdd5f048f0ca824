#include "plots/clip.h"
#include "tests/tests.h"

/* ---- boxes, of 10 by 20 from (100, 200) ---- */

static const struct box frame = { 100, 200, 10, 20 };

static const struct {
	double x, y;
	bool has;
} spots[] = {
	{ 100, 200, true }, { 110, 220, true }, { 105, 210, true },
	{ 99, 210, false }, { 111, 210, false }, { 105, 199, false },
	{ 105, 221, false }, { 110, 200, true }, { 100, 220, true },
};

START_TEST(a_box_has_its_edges)
{
	ck_assert_int_eq(box_has(frame, (struct point){ spots[_i].x,
		spots[_i].y }), spots[_i].has);
}
END_TEST

/* Boxes that share an edge do not meet. */
static const struct {
	struct box box;
	bool meets;
} boxes[] = {
	{ { 90, 200, 10, 20 }, false }, { { 90, 200, 11, 20 }, true },
	{ { 110, 200, 10, 20 }, false }, { { 109, 200, 10, 20 }, true },
	{ { 100, 190, 10, 10 }, false }, { { 100, 190, 10, 11 }, true },
	{ { 100, 220, 10, 10 }, false }, { { 100, 219, 10, 10 }, true },
	{ { 102, 205, 1, 1 }, true }, { { 0, 0, 500, 500 }, true },
	{ { 0, 205, 500, 1 }, true }, { { 120, 230, 5, 5 }, false },
};

START_TEST(boxes_meet_inside_their_edges)
{
	ck_assert_int_eq(box_meets(frame, boxes[_i].box), boxes[_i].meets);
	ck_assert_int_eq(box_meets(boxes[_i].box, frame), boxes[_i].meets);
}
END_TEST

START_TEST(a_box_grows_on_every_side)
{
	struct box b = box_grown(frame, 3);

	ck_rel(b.x, 97, 0);
	ck_rel(b.y, 197, 0);
	ck_rel(b.w, 16, 0);
	ck_rel(b.h, 26, 0);
}
END_TEST

/* ---- lines ---- */

static const struct {
	struct point from, to;
	bool there;
	struct point a, b;
} lines[] = {
	/* through from left to right, and back; up and down */
	{ { 95, 210 }, { 115, 210 }, true, { 100, 210 }, { 110, 210 } },
	{ { 115, 210 }, { 95, 210 }, true, { 110, 210 }, { 100, 210 } },
	{ { 105, 150 }, { 105, 300 }, true, { 105, 200 }, { 105, 220 } },
	{ { 105, 300 }, { 105, 150 }, true, { 105, 220 }, { 105, 200 } },
	/* inside, and half inside */
	{ { 101, 201 }, { 109, 219 }, true, { 101, 201 }, { 109, 219 } },
	{ { 105, 210 }, { 125, 210 }, true, { 105, 210 }, { 110, 210 } },
	/* from (95, 205), 2 up for 1 along: in at (100, 215) */
	{ { 95, 205 }, { 105, 225 }, true, { 100, 215 }, { 102.5, 220 } },
	/* beside it, and past its corner */
	{ { 95, 190 }, { 115, 190 }, false, { 0, 0 }, { 0, 0 } },
	{ { 95, 230 }, { 115, 230 }, false, { 0, 0 }, { 0, 0 } },
	{ { 90, 200 }, { 90, 220 }, false, { 0, 0 }, { 0, 0 } },
	{ { 120, 200 }, { 120, 220 }, false, { 0, 0 }, { 0, 0 } },
	{ { 95, 210 }, { 99, 210 }, false, { 0, 0 }, { 0, 0 } },
	{ { 90, 205 }, { 105, 190 }, false, { 0, 0 }, { 0, 0 } },
	{ { 105, 205 }, { 105, 205 }, true, { 105, 205 }, { 105, 205 } },
};

START_TEST(a_line_is_cut_to_its_part_inside)
{
	struct point a = lines[_i].from, b = lines[_i].to;

	ck_assert_int_eq(clip_line(frame, &a, &b), lines[_i].there);
	if (!lines[_i].there)
		return;
	ck_rel(a.x, lines[_i].a.x, 1e-12);
	ck_rel(a.y, lines[_i].a.y, 1e-12);
	ck_rel(b.x, lines[_i].b.x, 1e-12);
	ck_rel(b.y, lines[_i].b.y, 1e-12);
}
END_TEST

/* ---- polygons, by the area that is left of them ---- */

static double area(const struct point *p, int nr)
{
	double twice = 0;

	for (int i = 0; i < nr; i++) {
		struct point q = p[(i + 1) % nr];

		twice += p[i].x * q.y - q.x * p[i].y;
	}
	return fabs(twice) / 2;
}

static const struct {
	struct point ring[4];
	double area;
} rings[] = {
	/* all of it, half of it on each side, a quarter at a corner */
	{ { { 0, 0 }, { 500, 0 }, { 500, 500 }, { 0, 500 } }, 200 },
	{ { { 0, 0 }, { 105, 0 }, { 105, 500 }, { 0, 500 } }, 100 },
	{ { { 105, 0 }, { 500, 0 }, { 500, 500 }, { 105, 500 } }, 100 },
	{ { { 0, 0 }, { 500, 0 }, { 500, 210 }, { 0, 210 } }, 100 },
	{ { { 0, 210 }, { 500, 210 }, { 500, 500 }, { 0, 500 } }, 100 },
	{ { { 0, 0 }, { 105, 0 }, { 105, 210 }, { 0, 210 } }, 50 },
	{ { { 101, 201 }, { 103, 201 }, { 103, 204 }, { 101, 204 } }, 6 },
	/* a square on its corner, 10 wide: a quarter of its 50 is inside */
	{ { { 95, 200 }, { 100, 195 }, { 105, 200 }, { 100, 205 } }, 12.5 },
	{ { { 0, 0 }, { 50, 0 }, { 50, 500 }, { 0, 500 } }, 0 },
};

START_TEST(a_polygon_is_cut_to_its_area_inside)
{
	struct point out[24], back[4];
	int nr = clip_polygon(frame, rings[_i].ring, 4, out);

	ck_assert_msg(fabs(area(out, nr) - rings[_i].area) < 1e-9, "%g",
		      area(out, nr));
	for (int i = 0; i < nr; i++)
		ck_assert(box_has(box_grown(frame, 1e-9), out[i]));
	for (int i = 0; i < 4; i++)	/* the other way round */
		back[i] = rings[_i].ring[3 - i];
	nr = clip_polygon(frame, back, 4, out);
	ck_assert(fabs(area(out, nr) - rings[_i].area) < 1e-9);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_clip(void)
{
	Suite *s = suite_create("clip");
	TCase *t = tcase_create("clip");

	tcase_add_loop_test(t, a_box_has_its_edges, 0, NR(spots));
	tcase_add_loop_test(t, boxes_meet_inside_their_edges, 0, NR(boxes));
	tcase_add_test(t, a_box_grows_on_every_side);
	tcase_add_loop_test(t, a_line_is_cut_to_its_part_inside, 0,
			    NR(lines));
	tcase_add_loop_test(t, a_polygon_is_cut_to_its_area_inside, 0,
			    NR(rings));
	suite_add_tcase(s, t);
	return s;
}
