/* What a roofline reads, and how series and GPUs are named. */
#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "plots/canvas.h"
#include "plots/dots.h"
#include "plots/reading.h"
#include "plots/series.h"
#include "read/sheet.h"
#include "tests/drawing.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- dots, before they are drawn ---- */

static void dots_of(struct dots *d, struct table *t, const char *csv)
{
	struct fault why = { 0 };

	ck_assert_int_eq(table_parse(t, "t.csv", csv, strlen(csv), &why), 0);
	ck_assert_msg(dots_read(d, t, &why) == 0, "%s", why.what);
}

static const char many_csv[] =
	"op,math,intensity,flops,bound,peak_flops,hbm_Bps,time_us,time_share\n"
	"a,bf16,1,1e12,rdma,1e14,,5,\n"		/* by time: 5 */
	"b,fp8,1,1e12,host,1.0005e14,2e12,,0.5\n"	/* the same peak */
	"c,fp4,1,1e12,hbm,4e14,3e12,,7\n"	/* no share, weight 7 */
	"d,bf16,1,1e12,compute,1e14,,,\n"	/* no weight */
	"e,,1,1e12,compute,9e14,,,\n"		/* no math: no roof */
	"f,int8,1,1e12,compute,,,,\n"		/* no peak: no roof */
	"g,fp8,1,1e12,compute,1e14,,,-1\n";

START_TEST(the_heavy_come_first)
{
	static const char *const order[] = { "c", "a", "b", "d", "e", "f",
					     "g" };
	struct table t;
	struct dots d;

	dots_of(&d, &t, many_csv);
	ck_assert_int_eq(d.nr, 7);
	for (int i = 0; i < 7; i++)
		ck_assert_str_eq(reading_text(&t, d.dot[i].row, "op"),
				 order[i]);
	ck_assert(isnan(d.dot[0].share) && isnan(d.dot[1].share));
	ck_rel(d.dot[2].share, 0.5, 0);
	ck_assert_uint_eq(d.dot[1].colour, PURPLE);
	ck_assert_uint_eq(d.dot[2].colour, FAINT);
	ck_assert_int_eq(d.roofs, 2);
	ck_assert_str_eq(d.roof[0].name, "BF16, FP8");
	ck_rel(d.roof[0].peak_flops, 1e14, 0);
	ck_assert_str_eq(d.roof[1].name, "FP4");
	ck_rel(d.hbm_Bps, 2e12, 0);		/* the first that is said */
	dots_release(&d);
	table_release(&t);
}
END_TEST

/* Peaks 0.09 % apart are one roof, 0.2 % apart two. */
START_TEST(peaks_that_differ_by_a_thousandth_are_one)
{
	static const struct { const char *peak; int roofs; } cases[] = {
		{ "1.0009e14", 1 }, { "0.9991e14", 1 }, { "1.002e14", 2 },
		{ "0.998e14", 2 } };
	char csv[256];
	struct table t;
	struct dots d;

	snprintf(csv, sizeof(csv), "op,math,intensity,flops,bound,peak_flops,"
		 "hbm_Bps\na,bf16,1,1e12,hbm,1e14,1e12\n"
		 "b,fp8,1,1e12,hbm,%s,1e12\n", cases[_i].peak);
	dots_of(&d, &t, csv);
	ck_assert_int_eq(d.roofs, cases[_i].roofs);
	dots_release(&d);
	table_release(&t);
}
END_TEST

/* Nine peaks: the ninth finds no room and is left out. */
START_TEST(eight_roofs_are_drawn)
{
	struct text csv = TEXT_INIT;
	struct table t;
	struct dots d;

	text_add(&csv, "op,math,intensity,flops,bound,peak_flops,hbm_Bps\n");
	for (int i = 1; i <= 9; i++)
		text_addf(&csv, "o,m%d,1,1e12,hbm,%de14,1e12\n", i, i);
	dots_of(&d, &t, csv.buf);
	ck_assert_int_eq(d.roofs, ROOFS_MAX);
	ck_assert_int_eq(d.nr, 9);
	ck_assert_str_eq(d.roof[7].name, "M8");
	dots_release(&d);
	table_release(&t);
	text_release(&csv);
}
END_TEST

static const struct {
	const char *csv, *what, *remedy;
} bare[] = {
	{ "op,math,intensity,flops,bound,peak_flops\n",
	  "there is no column \"hbm_Bps\"", "a roofline reads op,math,"
	  "intensity,flops,bound,peak_flops,hbm_Bps" },
	{ "op,math,intensity,flops,bound,peak_flops,hbm_Bps\n"
	  "a,bf16,1,1,hbm,1e14,\n", "none of 1 rows can be drawn",
	  "a row needs intensity, flops, peak_flops and hbm_Bps above 0" },
	{ "op,math,intensity,flops,bound,peak_flops,hbm_Bps\n"
	  "a,bf16,1,1,hbm,,1e12\nb,bf16,0,1,hbm,1e14,1e12\n",
	  "none of 2 rows can be drawn",
	  "a row needs intensity, flops, peak_flops and hbm_Bps above 0" },
	{ "op,math,intensity,flops,bound,peak_flops,hbm_Bps,hw\n"
	  "a,bf16,1,1,hbm,1e14,1e12,x\nb,bf16,1,1,hbm,1e14,1e12,x\n"
	  "c,bf16,1,1,hbm,1e14,1e12,y\n",
	  "this row is of y, the first of x", "draw one GPU at a time" },
};

START_TEST(a_table_without_dots_is_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why;

	ck_assert_int_eq(drawing_try("roofline", bare[_i].csv, &out, &why),
			 -1);
	ck_assert_str_eq(why.what, bare[_i].what);
	ck_assert_str_eq(why.remedy, bare[_i].remedy);
	text_release(&out);
}
END_TEST

/* ---- names ---- */

static const struct {
	const char *name, *text;
} hws[] = {
	{ "gb200-nvl72", "GB200 NVL72" }, { "h800", "H800" }, { "", "" },
	{ "my/own.csv", "own" }, { "my/Own-GPU.json", "Own-GPU" },
	{ "my/own.txt", "own.txt" }, { "a.csv", "a" }, { "dir/.csv", ".csv" },
	{ "v1.5-x", "v1.5-x" }, { "a/b/c", "c" },
};

START_TEST(a_gpu_is_named_as_people_do)
{
	char out[32];

	ck_assert_str_eq(reading_hw(hws[_i].name, out, sizeof(out)),
			 hws[_i].text);
}
END_TEST

static const struct {
	double value;
	bool shown;
} sizes[] = {
	{ 1e-30, true }, { 9e-31, false }, { 1e30, true }, { 1.1e30, false },
	{ 0, false }, { -1, false }, { NAN, false }, { INFINITY, false },
	{ 1, true },
};

START_TEST(an_axis_shows_sixty_decades)
{
	ck_assert_int_eq(reading_is_shown(sizes[_i].value), sizes[_i].shown);
}
END_TEST

/* The 25th name has the 24th's place. */
START_TEST(there_are_twenty_four_series)
{
	struct series s = { .by = "key" };
	struct table t;
	char name[16];

	table_init(&t, "t.csv");
	for (int i = 0; i < 26; i++)
		table_setf(&t, table_add_row(&t, i), table_need(&t, "key"),
			   "gpu-%d", i);
	s.table = &t;
	for (int i = 0; i < 26; i++)
		ck_assert_int_eq(series_of(&s, i), i < 24 ? i : 23);
	ck_assert_int_eq(s.nr, SERIES_MAX);
	ck_assert_int_eq(series_of(&s, 3), 3);
	ck_assert_str_eq(series_name(&s, 7, name, sizeof(name)), "GPU 7");
	table_release(&t);
}
END_TEST

Suite *suite_dots(void)
{
	Suite *s = suite_create("dots");
	TCase *tc = tcase_create("dots");

	tcase_add_test(tc, the_heavy_come_first);
	tcase_add_loop_test(tc, peaks_that_differ_by_a_thousandth_are_one, 0,
			    4);
	tcase_add_test(tc, eight_roofs_are_drawn);
	tcase_add_loop_test(tc, a_table_without_dots_is_a_fault, 0, NR(bare));
	tcase_add_loop_test(tc, a_gpu_is_named_as_people_do, 0, NR(hws));
	tcase_add_loop_test(tc, an_axis_shows_sixty_decades, 0, NR(sizes));
	tcase_add_test(tc, there_are_twenty_four_series);
	suite_add_tcase(s, tc);
	return s;
}
