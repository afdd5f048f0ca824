/* What each figure says of itself, and that its texts stand level. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plots/canvas.h"
#include "plots/figure.h"
#include "plots/labels.h"
#include "plots/legend.h"
#include "tests/drawing.h"
#include "tests/picture.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
	const char *kind, *head, *row;
	int slanted;		/* texts along a line of the figure */
	const char *title, *subtitle, *source;
} kinds[] = {
	{ "roofline", "op,math,intensity,flops,bound,peak_flops,hbm_Bps",
	  "a,bf16,50,4e13,hbm,1e14,1e12", 1,
	  "Where the ops of a decode step stand under the roofs",
	  "Each dot is an op of one step", "Model: deeproof step" },
	{ "parity", "id,hw,measured_step_ms,predicted_step_ms", "a,t,5,5", 2,
	  "Predicted against measured step time", "Decode step, 1 run; the "
	  "bands are \xc2\xb1" "10 % and \xc2\xb1" "20 %",
	  "Predicted: deeproof. Measured: published runs." },
	{ "ep", "hw,ep,tok_s_gpu,fits", "t,8,100,yes", 0,
	  "Decode throughput against expert parallelism", "Predicted",
	  "Model: deeproof sweep" },
	{ "traffic", "id,nvlink_bytes_per_token,rdma_bytes_per_token",
	  "a,1,2", 0, "What one output token costs on the wires",
	  "Bytes sent by all GPUs of a replica", "Model: deeproof sweep" },
	{ "ladder", "mechanism,us_added,us_per_token,tok_s_gpu", "a,1,1,1", 0,
	  "From the speed of light to the prediction", "What each mechanism "
	  "adds to the GPU time of an output token",
	  "Model: deeproof explain" },
	{ "waits", "mechanism,ms_added,ms_total", "a,1,1", 0,
	  "What a first token waits for", "Median time to the first token, "
	  "one mechanism more at a time", "Model: deeproof run" },
	{ "versus", "mechanism,us_difference,us_per_token,"
	  "us_per_token_versus", "a,1,1,2", 0,
	  "Where the other layout gains and loses", "Difference in the GPU "
	  "time of an output token, by mechanism",
	  "Model: deeproof explain --versus" },
	{ "sensitivity", "key,tok_s_gpu,err_down,err_up,tenth_down,tenth_up",
	  "k,1000,900,1100,,", 0, "What the answer hangs on", "Throughput "
	  "when one fact moves and the others stay; the facts that move it "
	  "most", "Model: deeproof explain --sensitivity" },
	{ "timeline", "lane,micro,stage,kind,from_us,to_us",
	  "compute,0,gate,busy,0,9", 0, "One layer of a decode step",
	  "What the lanes of one GPU do; numbers are microseconds",
	  "Model: deeproof run --timeline" },
	{ "latency", "rate,median_ttft_ms", "1,100", 0,
	  "Waiting for the first token against load", "",
	  "Model: deeproof run" },
	{ "pareto", "tok_s_user,tok_s_gpu", "10,100", 0,
	  "Throughput against interactivity", "", "Model: deeproof" },
	{ "occupancy", "at_s,running,kv_tokens", "1,1,1", 0,
	  "What runs, waits and is held", "",
	  "Model: deeproof run --occupancy" },
	{ "lines", "series,x,y", "a,1,1", 0, "", "", "Model: deeproof" },
	{ "panels", "panel,x,claimed,predicted", "a,1,1,1", 0,
	  "Claimed and simulated", "", "Model: deeproof run" },
};

/* The texts at the heading's places. */
static const char *at(const struct picture *p, double y)
{
	for (int i = 0; i < p->nr; i++)
		if (p->item[i].kind == ITEM_TEXT &&
		    fabs(p->item[i].at[0].x - 36) < 0.01 &&
		    fabs(p->item[i].at[0].y - y) < 0.01)
			return p->item[i].words;
	return "";
}

START_TEST(a_figure_says_what_it_is)
{
	struct picture p;
	char csv[512];

	snprintf(csv, sizeof(csv), "%s\n%s\n", kinds[_i].head, kinds[_i].row);
	picture_draw(&p, kinds[_i].kind, csv);
	ck_assert_str_eq(at(&p, 38), kinds[_i].title);
	ck_assert_str_eq(at(&p, 62), kinds[_i].subtitle);
	ck_assert_str_eq(at(&p, p.height - 16), kinds[_i].source);
	picture_release(&p);
}
END_TEST

START_TEST(a_table_says_what_its_figure_is)
{
	struct picture p;
	char csv[512];

	snprintf(csv, sizeof(csv), "%s,title,subtitle,source_line\n"
		 "%s,We found it,and how,from there\n", kinds[_i].head,
		 kinds[_i].row);
	picture_draw(&p, kinds[_i].kind, csv);
	ck_assert_str_eq(at(&p, 38), "We found it");
	ck_assert_str_eq(at(&p, 62), "and how");
	ck_assert_str_eq(at(&p, p.height - 16), "from there");
	picture_release(&p);
}
END_TEST

/* Level, but for what stands along a line and a y axis's upright label. */
START_TEST(texts_stand_level)
{
	struct picture p;
	char csv[512];
	int slanted = 0;

	snprintf(csv, sizeof(csv), "%s\n%s\n", kinds[_i].head, kinds[_i].row);
	picture_draw(&p, kinds[_i].kind, csv);
	for (int i = 0; i < p.nr; i++) {
		double angle = p.item[i].angle;

		if (p.item[i].kind != ITEM_TEXT || !(fabs(angle) > 1e-6) ||
		    fabs(angle - 90) < 1e-6)
			continue;
		slanted++;
		ck_assert(angle > 20 && angle < 70);
	}
	ck_assert_int_eq(slanted, kinds[_i].slanted);
	picture_release(&p);
}
END_TEST

/* Nothing is drawn beyond its page, and no number is none. */
START_TEST(a_figure_stays_on_its_page)
{
	struct picture p;
	char csv[512];

	snprintf(csv, sizeof(csv), "%s\n%s\n", kinds[_i].head, kinds[_i].row);
	picture_draw(&p, kinds[_i].kind, csv);
	for (int i = 0; i < p.nr; i++)
		for (int k = 0; k < p.item[i].points; k++)
			ck_assert(box_has((struct box){ 0, 0, p.width,
				p.height }, p.item[i].at[k]));
	picture_release(&p);
}
END_TEST

/* Each kind is found, says what it wants, and refuses a table without it. */
START_TEST(a_kind_wants_columns_and_says_which)
{
	const struct figure_kind *k = &figure_kinds[_i];
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_ptr_eq(figure_find(k->name), k);
	ck_assert(*k->wants && *k->shows);
	ck_assert_int_eq(drawing_try(k->name, "nothing\n1\n", &out, &why),
			 -1);
	ck_assert_int_eq(strncmp(why.what, "there is no column \"", 20), 0);
	ck_assert_int_eq(why.row, 1);
	text_release(&out);
}
END_TEST

/* 200 digits of 11 px, 6.116 px each, are 1223.2: on 900 px there are 828. */
START_TEST(a_heading_shrinks_to_its_page)
{
	char digits[201];
	struct heading h = { digits, digits, digits };
	struct text out = TEXT_INIT;
	struct canvas *c = canvas_open(900, 300);
	struct picture p;

	memset(digits, '0', 200);
	digits[200] = '\0';
	canvas_heading(c, &h);
	canvas_close(c, &out);
	picture_read(&p, out.buf);
	ck_rel(picture_nth(&p, ITEM_TEXT, FAINT, 0)->size, 11 * 828 / 1223.2,
	       1e-3);
	/* 20 and 14 px would have to shrink below 0.6 of themselves */
	ck_rel(picture_nth(&p, ITEM_TEXT, INK, 0)->size, 12, 1e-3);
	ck_rel(picture_nth(&p, ITEM_TEXT, GREY, 0)->size, 8.4, 1e-3);
	picture_release(&p);
	text_release(&out);
}
END_TEST

/* ---- what last time's mutants moved unseen ---- */

/* A text along a line is kept free, a box of its size each 6 px. */
START_TEST(a_text_along_a_line_is_kept_free)
{
	struct canvas *c = canvas_open(600, 400);
	struct font f = { INK, 20, false, ANCHOR_START, 0 };
	const struct baseline line = { { 100, 300 }, { 400, 300 }, 10 };
	struct text out = TEXT_INIT;
	struct labels l;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	/* "000" of 20 px: 33.36 px wide, so boxes at 0, 6, ... 30 */
	labels_along(&l, &line, "000", &f);
	ck_assert_int_eq(l.nr, 6);
	for (int i = 0; i < 6; i++) {
		struct box b = l.taken[i].box;

		/* 16 px along, 10 px above; the middle of its capitals */
		ck_rel(b.x + b.w / 2, 116 + 6 * i, 1e-9);
		ck_rel(b.y + b.h / 2, 300 - 10 - 0.72 * 10, 1e-9);
		ck_rel(b.w, 20, 1e-9);
		ck_rel(b.h, 20, 1e-9);
		ck_assert_int_eq((int)l.taken[i].kind, OBSTACLE_TEXT);
	}
	labels_release(&l);
	ck_assert(!l.taken && l.nr == 0);
	canvas_close(c, &out);
	text_release(&out);
}
END_TEST

/* A line of 20 px: boxes of 4 px at four places, 20 / 4 apart. */
START_TEST(a_line_is_kept_free_in_pieces)
{
	struct canvas *c = canvas_open(600, 400);
	struct text out = TEXT_INIT;
	struct labels l;

	labels_init(&l, c, (struct box){ 0, 0, 600, 400 });
	labels_avoid_line(&l, (struct point){ 100, 50 },
			  (struct point){ 112, 66 });
	ck_assert_int_eq(l.nr, 5);	/* 1 + 20 / 6 pieces, both ends */
	for (int i = 0; i < 5; i++) {
		ck_rel(l.taken[i].box.x, 98 + 3 * i, 1e-9);
		ck_rel(l.taken[i].box.y, 48 + 4 * i, 1e-9);
		ck_rel(l.taken[i].box.w, 4, 1e-9);
		ck_rel(l.taken[i].box.h, 4, 1e-9);
		ck_assert_int_eq((int)l.taken[i].kind, OBSTACLE_LINE);
	}
	labels_avoid_line(&l, (struct point){ 700, 50 },
			  (struct point){ 800, 50 });	/* beside the page */
	ck_assert_int_eq(l.nr, 5);
	labels_release(&l);
	canvas_close(c, &out);
	text_release(&out);
}
END_TEST

/* Without all of metric, unit, value and predicted, rows are of steps. */
static const char *const steps[] = {
	"id,hw,measured_step_ms,predicted_step_ms,unit,value,predicted\n"
	"a,t,,,ms,5,5\n",
	"id,hw,measured_step_ms,predicted_step_ms,metric,value,predicted\n"
	"a,t,,,ttft_ms,5,5\n",
	"id,hw,measured_step_ms,predicted_step_ms,metric,unit,predicted\n"
	"a,t,,,ttft_ms,ms,5\n",
	"id,hw,measured_step_ms,predicted_step_ms,metric,unit,value\n"
	"a,t,,,ttft_ms,ms,5\n",
};

START_TEST(requests_need_all_their_columns)
{
	struct text out = TEXT_INIT;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(drawing_try("parity", steps[_i], &out, &why), -1);
	ck_assert_str_eq(why.what, "none of 1 rows can be drawn");
	ck_assert_str_eq(why.remedy, "a row needs measured_step_ms and "
			 "predicted_step_ms above 0");
	text_release(&out);
}
END_TEST

/* Of equal misses the earlier row has the better place, whatever follows. */
START_TEST(equal_misses_are_named_in_the_tables_order)
{
	struct picture p;

	picture_draw(&p, "parity", "id,hw,measured_step_ms,predicted_step_ms\n"
		     "b,t,10,20\na,t,10,20\nc,t,10,20\n");
	ck_assert(picture_words(&p, "b")->at[0].x >
		  picture_nth(&p, ITEM_CIRCLE, BLUE, 1)->at[0].x);
	for (int i = 0; i < p.nr; i++)
		if (p.item[i].kind == ITEM_TEXT && !p.item[i].words[1] &&
		    strchr("abc", p.item[i].words[0])) {
			ck_assert_str_eq(p.item[i].words, "b");
			break;
		}
	picture_release(&p);
}
END_TEST

/* An op that takes all of its step: 30 px. A thin line in a legend, too. */
START_TEST(a_share_of_one_is_a_share)
{
	struct canvas *c = canvas_open(300, 100);
	const struct legend_item thin = { .text = "thin",
		.line = { BLUE, 0.8, 0 } };
	struct text out = TEXT_INIT;
	struct picture p;

	picture_draw(&p, "roofline", "op,math,intensity,flops,bound,"
		     "peak_flops,hbm_Bps,time_share\n"
		     "a,bf16,50,4e13,hbm,1e14,1e12,1\n");
	ck_rel(picture_nth(&p, ITEM_CIRCLE, BLUE, 1)->radius, 30, 1e-6);
	picture_words(&p, "a, 100 %");
	picture_release(&p);
	legend_draw(c, &(struct legend){ { 10, 50 }, 200, &thin, 1 });
	canvas_close(c, &out);
	picture_read(&p, out.buf);
	ck_assert_int_eq(picture_count(&p, ITEM_LINE, BLUE), 1);
	picture_release(&p);
	text_release(&out);
}
END_TEST

static TCase *unseen_case(void)
{
	TCase *tc = tcase_create("unseen");

	tcase_add_test(tc, a_text_along_a_line_is_kept_free);
	tcase_add_test(tc, a_line_is_kept_free_in_pieces);
	tcase_add_loop_test(tc, requests_need_all_their_columns, 0,
			    NR(steps));
	tcase_add_test(tc, equal_misses_are_named_in_the_tables_order);
	tcase_add_test(tc, a_share_of_one_is_a_share);
	return tc;
}

Suite *suite_headings(void)
{
	Suite *s = suite_create("headings");
	TCase *tc = tcase_create("headings");

	tcase_add_loop_test(tc, a_figure_says_what_it_is, 0, NR(kinds));
	tcase_add_loop_test(tc, a_table_says_what_its_figure_is, 0,
			    NR(kinds));
	tcase_add_loop_test(tc, texts_stand_level, 0, NR(kinds));
	tcase_add_loop_test(tc, a_figure_stays_on_its_page, 0, NR(kinds));
	tcase_add_loop_test(tc, a_kind_wants_columns_and_says_which, 0,
			    NR(kinds));
	tcase_add_test(tc, a_heading_shrinks_to_its_page);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, unseen_case());
	return s;
}
