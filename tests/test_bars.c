/* Bars and boxes: traffic by its lengths, a timeline by its lanes. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "tests/drawing.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- traffic: bars of 22 px, 40 px apart, the first middle at 132 ---- */

/* The vertical axis. */
static double left_of(const struct picture *p)
{
	for (int i = p->nr - 1; i >= 0; i--) {
		const struct item *it = &p->item[i];

		if (it->kind == ITEM_LINE && it->stroke == FAINT &&
		    fabs(it->at[0].x - it->at[1].x) < 0.01 &&
		    it->at[1].y - it->at[0].y > 30)
			return it->at[0].x;
	}
	ck_abort_msg("no axis");
	return 0;
}

static const char traffic_csv[] =
	"label,gpus,tp,ep,nvlink_bytes_per_token,rdma_bytes_per_token,fits,"
	"id\n"
	"one node,8,1,8,2000000,0,yes,a\n,16,1,16,1500000,3000000,yes,second\n"
	"alone,1,,,9e9,9e9,no,c\nwire,,2,,0,1e6,,d\n";

static void has_bar(const struct picture *p, long colour, int nth, int row,
		    const double *range)
{
	item_box(picture_nth(p, ITEM_AREA, colour, nth), (struct box){
		range[0], 132 + 40 * row - 11, range[1] - range[0], 22 });
}

/* The longest, 4.5 MB, ends 34 + 96 px before the page does. */
START_TEST(a_bar_is_nvlink_and_then_rdma)
{
	struct picture p;
	double left, px;

	picture_draw(&p, "traffic", traffic_csv);
	left = left_of(&p);
	px = (900 - left - 34 - 96) / 4.5;
	ck_rel(p.height, 124 + 96 + 40 * 4, 0);
	has_bar(&p, SKY, 1, 0, (double[]){ left, left + 2 * px });
	has_bar(&p, SKY, 2, 1, (double[]){ left, left + 1.5 * px });
	has_bar(&p, BLUE, 1, 1, (double[]){ left + 1.5 * px,
					    left + 4.5 * px });
	has_bar(&p, BLUE, 2, 3, (double[]){ left, left + px });
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, SKY), 3);
	ck_assert_int_eq(picture_count(&p, ITEM_AREA, BLUE), 3);
	item_at(picture_words(&p, "2.00 MB"), 0, left + 2 * px + 8, 136.5);
	item_at(picture_words(&p, "4.50 MB"), 0, left + 4.5 * px + 8, 176.5);
	item_at(picture_words(&p, "does not fit"), 0, left + 8, 216.5);
	item_at(picture_words(&p, "1.00 MB"), 0, left + px + 8, 256.5);
	picture_words(&p, "Sent per output token (MB)");
	ck_assert(!(fabs(picture_words(&p, "does not fit")->angle) > 0));
	ck_assert_int_eq(picture_words(&p, "does not fit")->fill, FAINT);
	picture_release(&p);
}
END_TEST

START_TEST(a_bar_has_its_label_and_its_layout)
{
	struct picture p;
	double x;

	picture_draw(&p, "traffic", traffic_csv);
	x = left_of(&p) - 12;
	item_at(picture_words(&p, "one node"), 0, x, 131);
	item_at(picture_words(&p, "8 GPUs, TP 1, EP 8"), 0, x, 145);
	item_at(picture_words(&p, "second"), 0, x, 171);	/* its id */
	item_at(picture_words(&p, "1 GPU"), 0, x, 225);
	item_at(picture_words(&p, "TP 2"), 0, x, 265);
	picture_release(&p);
	picture_draw(&p, "traffic", "id,nvlink_bytes_per_token,"
		     "rdma_bytes_per_token,ep\na,1,2,\nb,1,2,4\n");
	/* nothing in small print: 4.5 px below the middle */
	item_at(picture_words(&p, "a"), 0, left_of(&p) - 12, 136.5);
	picture_words(&p, "EP 4");
	picture_release(&p);
}
END_TEST

/* One unit for the figure, by its longest bar; three digits of a number. */
static const struct {
	double nvlink, rdma;
	const char *text;
} totals[] = {
	{ 1, 2, "3.00 B" }, { 500, 499, "999 B" }, { 500, 500, "1.00 kB" },
	{ 9.5, 0.49, "9.99 B" }, { 9.99, 0.01, "10.0 B" },
	{ 99, 0.9, "99.9 B" }, { 99, 0.96, "100 B" },
	{ 1e5, 5e4, "150 kB" }, { 5e5, 499999, "1000 kB" },
	{ 5e5, 5e5, "1.00 MB" }, { 1.5e7, 0, "15.0 MB" }, { 0, 0, "0 B" },
};

START_TEST(a_total_is_in_the_unit_of_the_longest)
{
	struct picture p;
	char csv[160];

	snprintf(csv, sizeof(csv), "id,nvlink_bytes_per_token,"
		 "rdma_bytes_per_token\na,%.9g,%.9g\n", totals[_i].nvlink,
		 totals[_i].rdma);
	picture_draw(&p, "traffic", csv);
	picture_words(&p, totals[_i].text);
	picture_release(&p);
}
END_TEST

static const struct {
	const char *csv, *what, *remedy;
} refused[] = {
	{ "nvlink_bytes_per_token,rdma_bytes_per_token\n1,1\n",
	  "there is no column \"id\"", "a traffic figure reads id,"
	  "nvlink_bytes_per_token,rdma_bytes_per_token" },
	{ "label,nvlink_bytes_per_token\na,1\n",
	  "there is no column \"rdma_bytes_per_token\"", "a traffic figure "
	  "reads label,nvlink_bytes_per_token,rdma_bytes_per_token" },
	{ "id,nvlink_bytes_per_token,rdma_bytes_per_token\na,-1,1\nb,,1\n"
	  "c,1,nan\n", "none of 3 rows can be drawn", "a row needs "
	  "nvlink_bytes_per_token and rdma_bytes_per_token, 0 or more" },
	{ "id,nvlink_bytes_per_token,rdma_bytes_per_token,fits\na,1,1,no\n",
	  "none of 1 rows can be drawn", "a row needs "
	  "nvlink_bytes_per_token and rdma_bytes_per_token, 0 or more" },
};

START_TEST(traffic_that_is_not_known_is_a_fault)
{
	struct text out = TEXT_INIT;
	struct fault why;

	ck_assert_int_eq(drawing_try("traffic", refused[_i].csv, &out, &why),
			 -1);
	ck_assert_str_eq(why.what, refused[_i].what);
	ck_assert_str_eq(why.remedy, refused[_i].remedy);
	text_release(&out);
}
END_TEST

START_TEST(a_hundred_bars_can_be_read)
{
	struct text csv = TEXT_INIT, out = TEXT_INIT;
	struct fault why;

	text_add(&csv, "id,nvlink_bytes_per_token,rdma_bytes_per_token\n");
	for (int i = 0; i < 100; i++)
		text_add(&csv, "a,1,2\n");
	ck_assert_int_eq(drawing_try("traffic", csv.buf, &out, &why), 0);
	text_add(&csv, "a,1,2\n");
	ck_assert_int_eq(drawing_try("traffic", csv.buf, &out, &why), -1);
	ck_assert_str_eq(why.remedy, "at most 100 can be read");
	text_release(&csv);
	text_release(&out);
}
END_TEST

/* ---- a timeline: lanes of 74 px from 116, boxes of 46 px ---- */

/* 200 us over 1080 - 104 - 36 = 940 px: 4.7 px each. */
static const char timeline_csv[] =
	"lane,micro,stage,kind,from_us,to_us\n"
	"compute,0,attn1,busy,0,100\ncompute,1,experts,busy,100,160\n"
	"compute,0,experts,copies,160,200\nNIC,1,dispatch,wait,0,50\n"
	"NIC,0,combine,start-up,50,60\nNIC,0,combine,busy,60,64\n"
	"NIC,1,own,busy,100,200\nhost,0,head,busy,200,200\n";

static double tx(double us)
{
	return 104 + 4.7 * us;
}

static void has_slab(const struct picture *p, long colour, int nth, int lane,
		     const double *range)
{
	item_box(picture_nth(p, ITEM_AREA, colour, nth), (struct box){
		tx(range[0]), 116 + 74 * lane + 14,
		tx(range[1]) - tx(range[0]), 46 });
}

START_TEST(a_slice_lies_in_its_lane_and_time)
{
	struct picture p;

	picture_draw(&p, "timeline", timeline_csv);
	ck_rel(p.width, 1080, 0);
	ck_rel(p.height, 140 + 92 + 74 * 2, 0);
	/* the legend has a patch of each kind first */
	has_slab(&p, BLUE, 1, 0, (double[]){ 0, 100 });
	has_slab(&p, AMBER, 1, 0, (double[]){ 100, 160 });
	has_slab(&p, canvas_mix(BLUE, INK, 0.6), 1, 0,
		 (double[]){ 160, 200 });
	has_slab(&p, canvas_mix(AMBER, WHITE, 0.18), 0, 1,
		 (double[]){ 0, 50 });
	has_slab(&p, canvas_mix(BLUE, WHITE, 0.42), 1, 1,
		 (double[]){ 50, 60 });
	has_slab(&p, BLUE, 2, 1, (double[]){ 60, 64 });
	has_slab(&p, AMBER, 2, 1, (double[]){ 100, 200 });
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, WHITE), 7);
	item_at(picture_nth(&p, ITEM_LINE, WHITE, 1), 0, tx(100), 130);
	item_at(picture_nth(&p, ITEM_LINE, WHITE, 1), 1, tx(100), 176);
	item_at(picture_words(&p, "compute"), 0, 92, 116 + 37 + 4.5);
	item_at(picture_words(&p, "NIC"), 0, 92, 116 + 111 + 4.5);
	ck_assert_int_eq(picture_says(&p, "host"), 0);	/* takes no time */
	picture_release(&p);
}
END_TEST

/* Words in 10 px: the axis has 13. */
static const struct item *small(const struct picture *p, const char *words)
{
	for (int i = 0; i < p->nr; i++)
		if (!strcmp(p->item[i].words, words) &&
		    fabs(p->item[i].size - 10) < 1e-6)
			return &p->item[i];
	ck_abort_msg("no small %s", words);
	return NULL;
}

/* A name at the middle, its time below; white on what is dark. */
START_TEST(a_slice_is_named_and_timed)
{
	static const struct {
		const char *name;
		double middle;
		int lane;
		unsigned colour;
	} names[] = {
		{ "ATTN-1", 50, 0, WHITE }, { "EXPERTS", 130, 0, INK },
		{ "copies", 180, 0, WHITE }, { "wait", 25, 1, INK },
		{ "own", 150, 1, INK },
	};
	const struct item *it;
	struct picture p;

	picture_draw(&p, "timeline", timeline_csv);
	for (int i = 0; i < NR(names); i++) {
		it = picture_words(&p, names[i].name);
		item_at(it, 0, tx(names[i].middle),
			116 + 37 + 74 * names[i].lane - 2);
		ck_assert_int_eq(it->fill, names[i].colour);
		ck_assert_int_eq(it->bold, i != 2 && i != 3);
	}
	it = small(&p, "60");	/* the time of EXPERTS */
	item_at(it, 0, tx(130), 116 + 37 + 12);
	/* 10 us are 47 px: start-up stands in them, upright in 18.8 px */
	it = picture_words(&p, "COMBINE");
	ck_rel(it->angle, 90, 1e-6);
	item_at(it, 0, tx(62) + 3.5, 116 + 111);
	picture_release(&p);
}
END_TEST

/* Each patch of the legend is of the colour that it stands for. */
START_TEST(a_legend_has_the_colours_that_are_drawn)
{
	static const struct { unsigned full, in; double share; } mixes[] = {
		{ BLUE, WHITE, 1 }, { AMBER, WHITE, 1 }, { BLUE, INK, 0.6 },
		{ BLUE, WHITE, 0.42 }, { BLUE, WHITE, 0.18 } };
	struct picture p;

	picture_draw(&p, "timeline", timeline_csv);
	for (int i = 0; i < NR(mixes); i++)
		ck_assert_int_eq(picture_nth(&p, ITEM_AREA, NO_COLOUR, i)
				 ->fill, canvas_mix(mixes[i].full,
				 mixes[i].in, mixes[i].share));
	picture_release(&p);
}
END_TEST

START_TEST(a_legend_has_what_is_drawn)
{
	struct picture p;

	picture_draw(&p, "timeline", timeline_csv);
	picture_words(&p, "micro-batch 0");
	picture_words(&p, "micro-batch 1");
	picture_words(&p, "copies of an exchange on the SMs");
	ck_assert_int_eq(picture_says(&p, "start-up") +
			 picture_says(&p, "wait for other ranks"), 3);
	picture_release(&p);
	picture_draw(&p, "timeline", "lane,micro,stage,kind,from_us,to_us\n"
		     "compute,0,gate,busy,0,9\n");
	picture_words(&p, "micro-batch 0");
	picture_words(&p, "gate");
	ck_assert_int_eq(picture_says(&p, "micro-batch 1"), 0);
	ck_assert_int_eq(picture_says(&p, "start-up"), 0);
	picture_release(&p);
}
END_TEST

static const struct {
	const char *stage, *words;
} stages[] = {
	{ "attn0", "ATTN-0" }, { "attn1", "ATTN-1" }, { "gate", "gate" },
	{ "shared", "SHARED" }, { "experts", "EXPERTS" },
	{ "dispatch", "DISPATCH" }, { "combine", "COMBINE" },
	{ "attn_sum", "sum" }, { "dense", "dense" },
};

START_TEST(a_stage_is_spelt_as_the_papers_do)
{
	struct picture p;
	char csv[128];

	snprintf(csv, sizeof(csv), "lane,micro,stage,kind,from_us,to_us\n"
		 "c,0,%s,busy,0,9\n", stages[_i].stage);
	picture_draw(&p, "timeline", csv);
	picture_words(&p, stages[_i].words);
	picture_release(&p);
}
END_TEST

/* Rows that end before they begin, or are not said, are no slices. */
static const char *const untimed[] = {
	"c,0,gate,busy,5,5", "c,0,gate,busy,5,4", "c,0,gate,busy,-1,4",
	"c,0,gate,busy,,4", "c,0,gate,busy,5,", "c,0,gate,busy,5,inf",
};

START_TEST(a_slice_without_time_is_not_drawn)
{
	struct text out = TEXT_INIT;
	struct fault why;
	char csv[128];

	snprintf(csv, sizeof(csv), "lane,micro,stage,kind,from_us,to_us\n%s\n",
		 untimed[_i]);
	ck_assert_int_eq(drawing_try("timeline", csv, &out, &why), -1);
	ck_assert_str_eq(why.remedy, "a row needs from_us and to_us above it");
	text_release(&out);
}
END_TEST

/* The ninth lane and more are drawn in the eighth. */
START_TEST(eight_lanes_are_drawn)
{
	struct text csv = TEXT_INIT;
	struct picture p;

	text_add(&csv, "lane,micro,stage,kind,from_us,to_us\n");
	for (int i = 0; i < 10; i++)
		text_addf(&csv, "lane%d,0,gate,busy,%d,%d\n", i, 20 * i,
			  20 * i + 20);
	picture_draw(&p, "timeline", csv.buf);
	ck_rel(p.height, 140 + 92 + 74 * 8, 0);
	has_slab(&p, BLUE, 1 + 7, 7, (double[]){ 140, 160 });
	has_slab(&p, BLUE, 1 + 9, 7, (double[]){ 180, 200 });
	picture_words(&p, "lane7");
	ck_assert_int_eq(picture_says(&p, "lane8"), 0);
	picture_release(&p);
	text_release(&csv);
}
END_TEST

static TCase *timeline_case(void)
{
	TCase *tc = tcase_create("timeline");

	tcase_add_test(tc, a_slice_lies_in_its_lane_and_time);
	tcase_add_test(tc, a_slice_is_named_and_timed);
	tcase_add_test(tc, a_legend_has_the_colours_that_are_drawn);
	tcase_add_test(tc, a_legend_has_what_is_drawn);
	tcase_add_loop_test(tc, a_stage_is_spelt_as_the_papers_do, 0,
			    NR(stages));
	tcase_add_loop_test(tc, a_slice_without_time_is_not_drawn, 0,
			    NR(untimed));
	tcase_add_test(tc, eight_lanes_are_drawn);
	return tc;
}

Suite *suite_bars(void)
{
	Suite *s = suite_create("bars");
	TCase *tc = tcase_create("traffic");

	tcase_add_test(tc, a_bar_is_nvlink_and_then_rdma);
	tcase_add_test(tc, a_bar_has_its_label_and_its_layout);
	tcase_add_loop_test(tc, a_total_is_in_the_unit_of_the_longest, 0,
			    NR(totals));
	tcase_add_loop_test(tc, traffic_that_is_not_known_is_a_fault, 0,
			    NR(refused));
	tcase_add_test(tc, a_hundred_bars_can_be_read);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, timeline_case());
	return s;
}
