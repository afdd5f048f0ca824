#include <math.h>
#include <stdio.h>
#include <string.h>

#include "spoken/phrase.h"
#include "judge/verdict.h"
#include "library/shelf.h"
#include "read/sheet.h"
#include "tests/claims.h"
#include "tests/tests.h"

/*
 * Sentences as people say them, with what options would say beside: `want` was
 * written down before they were judged, `why` is the arithmetic.
 */
static void put(struct table *t, int row, const char *column,
		const char *text)
{
	int c = table_need(t, column);

	if (!*table_get(t, row, c))
		table_set(t, row, c, text);
}

/* The sentence of a row as the claim's cells, where no option says other. */
static void read_row(const struct table *in, struct table *t, int row)
{
	static const char *const options[] = { "hw", "model", "weights",
		"gpus", "isl", "osl" };
	const char *text = table_get(in, row, table_column(in, "text"));
	struct fault why = { 0 };
	struct phrase p;
	char heard[sizeof(p)];

	ck_assert_msg(!phrase_read(&p, text, &why), "%s: %s", text, why.what);
	table_add_row(t, in->line[row]);
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		put(t, row, options[i], table_get(in, row,
						  table_column(in,
							options[i])));
	put(t, row, "quote", text);
	phrase_put(&p, t, row);
	snprintf(heard, sizeof(heard), "%s=%s %s; %s; %s; %s; %s; %s; %s",
		 p.metric, p.value, p.unit, p.given, p.hw, p.model, p.weights,
		 p.stack, p.note);
	table_set(t, row, table_need(t, "heard"), heard);
}

START_TEST(a_sentence_is_judged_by_all_its_figures)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table in, t;

	ck_assert_msg(!table_load(&in, "tests/said.csv", &why), "%s",
		      why.what);
	table_init(&t, "");
	for (int i = 0; i < in.rows; i++)
		read_row(&in, &t, i);
	ck_assert_int_eq(claims_judge_by(&all, &(struct claims_spec){
		.table = &t, .library = shelf_library(shelf), .said = true },
		&why), 0);
	ck_assert_int_eq(all.nr, in.rows);
	for (int i = 0; i < all.nr; i++)
		ck_assert_msg(!strcmp(claims_kind(&all.claim[i]),
			      table_get(&in, i, table_column(&in, "want"))),
			      "line %d: %s (%s)",
			      in.line[i], claims_kind(&all.claim[i]),
			      all.claim[i].malformed ?
			      all.claim[i].fault.what :
			      all.claim[i].worst->reason);
	ck_claims("tests/golden/said.out", &all, &t);
	claims_release(&all);
	table_release(&t);
	table_release(&in);
	shelf_free(shelf);
}
END_TEST

/* By all that a command knows of a sentence, its currency and its rest too. */
static const struct { const char *text, *want; } alone[] = {
	{ "8 H200 at $2.50 per GPU-hour cost $40 an hour", "fails" },
	{ "8 H200 at \xe2\x82\xac" "2.50 per GPU-hour cost \xe2\x82\xac"
	  "20 an hour", "stands" },		/* 8 x 2.50, whatever it is */
	{ "8 H200 at \xe2\x82\xac" "2.50 per GPU-hour cost \xe2\x82\xac"
	  "40 an hour", "fails" },
	{ "8 H200 at $2.50 per GPU-hour cost \xe2\x82\xac" "18.50 an hour",
	  "unknown" },				/* at which rate? */
	{ "8 H200 at $2.50 per GPU-hour cost \xc2\xa5" "145 an hour",
	  "unknown" },
	{ "8 GPUs at 14 yuan per GPU-hour: 112 yuan per hour", "stands" },
	{ "8 GPUs at 14 yuan per GPU-hour: 224 yuan per hour", "fails" },
	{ "8 GPUs at 14 yuan per GPU-hour: $16 per hour", "unknown" },
	{ "15 yen per million output tokens", "unknown" },
	/* no money is in it: 550 x 60, whatever beside it is in what */
	{ "550 tok/s make 33,000 tok/min, at $2 or \xe2\x82\xac" "1.85 an hour",
	  "stands" },
	{ "550 tok/s make 99,000 tok/min, at $2 or \xe2\x82\xac" "1.85 an hour",
	  "fails" },
	/* the data sheet is right; 37 / 4.8 is 7.7 ms, and was not looked at */
	{ "the model reads 37 GB of weights per token; at 4.8 TB/s that's "
	  "0.77 ms on one H200", "unknown" },
};

START_TEST(a_sentence_is_judged_by_what_was_read_of_it)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct phrase p;
	struct claims all;
	struct table t;

	ck_assert_int_eq(phrase_read(&p, alone[_i].text, &why), 0);
	table_init(&t, "");
	table_add_row(&t, 0);
	put(&t, 0, "quote", alone[_i].text);
	phrase_put(&p, &t, 0);
	ck_assert_int_eq(claims_judge_by(&all, &(struct claims_spec){
		.table = &t, .library = shelf_library(shelf), .said = true,
		.phrase = &p }, &why), 0);
	ck_assert_msg(!strcmp(claims_kind(&all.claim[0]), alone[_i].want),
		      "%s: %s", alone[_i].text, claims_kind(&all.claim[0]));
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

/* A name without a sheet, and the one that may be meant: the begin of it. */
START_TEST(a_name_without_a_sheet_is_told_what_is_alike)
{
	static const char *const names[][2] = {
		{ "h20x", "h20-96g" }, { "h201", "h20-96g" },
		{ "gb200x", "gb200-nvl72" }, { "gh200", "" },
		{ "mi300x", "" } };
	struct shelf *shelf = shelf_open();
	struct scenario s = { .id = "" };
	struct fault why = { 0 };
	struct names n = { 0 };

	snprintf(s.hw, sizeof(s.hw), "%s", names[_i][0]);
	ck_assert_int_eq(names_take(&n, &s, shelf_library(shelf), &why), 0);
	ck_assert_str_eq(n.missing, names[_i][0]);
	ck_assert_str_eq(n.near, names[_i][1]);
	shelf_free(shelf);
}
END_TEST

/* GPUs of so many boards; a rack's node has what is not known here: 0. */
static const struct { const char *hw; double gpus; } boxes[] = {
	{ "2 H100 nodes", 16 }, { "16 H200 nodes", 128 },
	{ "1x H200 node", 8 }, { "a single H100 server", 8 },
	{ "8x H200 node", 8 },		/* one of eight */
	{ "8x H200 nodes", 8 },		/* of eight each: how many, is open */
	{ "16x H100 (2 nodes)", 16 },	/* both are counted */
	{ "4x H200", 4 }, { "two DGX H100 nodes", 0 },
	{ "2 DGX H100 nodes", 16 }, { "2 GB200 nodes", 0 },
};

START_TEST(so_many_nodes_are_as_many_boards)
{
	struct shelf *shelf = shelf_open();
	struct scenario s;
	struct fault why = { 0 };
	struct names n = { 0 };

	scenario_init(&s);
	snprintf(s.hw, sizeof(s.hw), "%s", boxes[_i].hw);
	ck_assert_int_eq(names_take(&n, &s, shelf_library(shelf), &why), 0);
	ck_assert_msg(boxes[_i].gpus > 0 ? s.gpus == boxes[_i].gpus :
		      isnan(s.gpus), "%s: %g", s.hw, s.gpus);
	shelf_free(shelf);
}
END_TEST

Suite *suite_said(void)
{
	Suite *s = suite_create("said");
	TCase *t = tcase_create("said");

	tcase_add_test(t, a_sentence_is_judged_by_all_its_figures);
	tcase_add_loop_test(t, a_sentence_is_judged_by_what_was_read_of_it, 0,
			    sizeof(alone) / sizeof(*alone));
	tcase_add_loop_test(t, so_many_nodes_are_as_many_boards, 0,
			    sizeof(boxes) / sizeof(*boxes));
	tcase_add_loop_test(t, a_name_without_a_sheet_is_told_what_is_alike, 0,
			    5);		/* size: names */
	suite_add_tcase(s, t);
	return s;
}
