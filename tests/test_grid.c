#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "ask/grid.h"
#include "ask/question.h"
#include "model/model.h"

/* ---- a list of values ---- */

static const struct {
	const char *text;
	int nr;
	double x[5];
} lists[] = {
	{ "8", 1, { 8 } },
	{ "8,16,2", 3, { 8, 16, 2 } },
	{ "32..34", 3, { 32, 33, 34 } },
	{ "7..7", 1, { 7 } },
	{ "1,4..6", 4, { 1, 4, 5, 6 } },
	{ " 8, 16 ,\t4..6 ", 5, { 8, 16, 4, 5, 6 } },
	{ "1..10+4", 3, { 1, 5, 9 } },		/* 13 is beyond */
	{ "1..9+4", 3, { 1, 5, 9 } },
	{ "1..8*2", 4, { 1, 2, 4, 8 } },	/* what is hit is in */
	{ "1..9*2", 4, { 1, 2, 4, 8 } },
	{ "3..80*3", 3, { 3, 9, 27 } },		/* 81 is beyond */
	/* (.3 - .1) / .1 is 1.9999999999999998: rounding costs no value */
	{ "0.1..0.3+0.1", 3, { .1, .2, .3 } },
	{ "1..2+0.25", 5, { 1, 1.25, 1.5, 1.75, 2 } },
};

START_TEST(a_list_is_items_and_ranges)
{
	struct grid_list l;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(grid_list_make(&l, lists[_i].text, 0, &why), 0);
	ck_assert_int_eq(l.nr, lists[_i].nr);
	for (int i = 0; i < l.nr; i++)
		ck_rel(l.value[i].x, lists[_i].x[i], 1e-12);
	grid_list_release(&l);
	ck_assert_int_eq(l.nr, 0);
}
END_TEST

static const char *const blanks[] = { "8,,16", "8,", ",8", " , 8" };

/* A comma too many is no value that stands at its default. */
START_TEST(a_blank_in_a_list_is_said_so)
{
	struct grid_list l;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(grid_list_make(&l, blanks[_i], _i % 2, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "is blank"));
	ck_assert_ptr_nonnull(strstr(why.remedy, "leave out the comma"));
	grid_list_release(&l);
}
END_TEST

static const char *const no_ranges[] = { "5..4", "1..4+0", "1..4*1", "0..4*2",
	"1..4+-1", "a..4", "1..b", "1..4+x", "..4", "1..", "8,5..4" };

START_TEST(what_is_no_range_is_said_so)
{
	struct grid_list l;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(grid_list_make(&l, no_ranges[_i], 0, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "is no range"));
	ck_assert_ptr_nonnull(strstr(why.remedy, "A up to B"));
	grid_list_release(&l);
}
END_TEST

/* Counted, not walked: 1 .. 10,000,001 is one too many. */
static const struct { const char *text, *count; } too_long[] = {
	{ "1..10000001", "10000001 values" },
	{ "1e18..2e18", "1000000000000000000 values" },
	{ "0..1e7+0.5", "20000001 values" },
};

START_TEST(a_range_of_too_many_values_is_refused_by_its_count)
{
	struct grid_list l;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(grid_list_make(&l, too_long[_i].text, 0, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, too_long[_i].count));
	ck_assert_int_eq(l.nr, 0);
	grid_list_release(&l);
}
END_TEST

/* A number of 64 letters is none; one of 63 may be. */
START_TEST(a_number_in_a_range_has_room_or_is_none)
{
	char text[80];
	struct grid_list l;
	struct fault why = { .row = 0 };

	memset(text, '0', 64);
	strcpy(text + 63, "..1");
	ck_assert_int_eq(grid_list_make(&l, text, 0, &why), 0);
	ck_assert_int_eq(l.nr, 2);
	grid_list_release(&l);
	memset(text, '0', 64);
	strcpy(text + 64, "..1");
	ck_assert_int_eq(grid_list_make(&l, text, 0, &why), -1);
	grid_list_release(&l);
}
END_TEST

START_TEST(words_are_taken_as_they_stand)
{
	struct grid_list l;
	struct fault why = { .row = 0 };

	ck_assert_int_eq(grid_list_make(&l, "a..b, 8 ", 1, &why), 0);
	ck_assert_int_eq(l.nr, 2);
	ck_assert_str_eq(l.value[0].text, "a..b");
	ck_assert(isnan(l.value[0].x));
	ck_assert_str_eq(l.value[1].text, "8");
	grid_list_release(&l);
}
END_TEST

/* ---- the product ---- */

enum { COLUMNS_MOST = 64 };

static const char **columns(void)
{
	static const char *text[COLUMNS_MOST];

	ck_assert_int_le(scenario_columns_nr, COLUMNS_MOST);
	memset(text, 0, sizeof(text));
	return text;
}

/* Three columns of 2, 2 and 3: 12 rows, the last column runs fastest. */
START_TEST(a_grid_is_the_product_with_its_last_column_fastest)
{
	const char **text = columns();
	struct scenario s;
	struct grid g;
	struct fault why = { .row = 0 };

	text[scenario_column_find("hw")] = "a,b";
	text[scenario_column_find("gpus")] = "8,16";
	text[scenario_column_find("batch")] = "1..3";
	ck_assert_int_eq(grid_make(&g, text, &why), 0);
	ck_assert_double_eq(grid_rows(&g), 12);
	for (int row = 0; row < 12; row++) {
		char id[8];

		ck_assert_int_eq(grid_scenario(&g, row, &s, &why), 0);
		snprintf(id, sizeof(id), "%d", row + 1);
		ck_assert_str_eq(s.id, id);
		ck_assert_str_eq(s.hw, row < 6 ? "a" : "b");
		ck_assert_double_eq(s.gpus, row / 3 % 2 ? 16 : 8);
		ck_assert_double_eq(s.batch, 1 + row % 3);
		ck_assert(isnan(s.ep) && isnan(s.ctx) && !*s.model);
	}
	grid_release(&g);
}
END_TEST

START_TEST(gpus_that_are_not_given_are_those_of_ep)
{
	const char **text = columns();
	struct scenario s;
	struct grid g;
	struct fault why = { .row = 0 };

	text[scenario_column_find("ep")] = "8,16";
	ck_assert_int_eq(grid_make(&g, text, &why), 0);
	ck_assert_int_eq(grid_scenario(&g, 1, &s, &why), 0);
	ck_assert_double_eq(s.gpus, 16);
	grid_release(&g);
	text[scenario_column_find("gpus")] = "32";
	ck_assert_int_eq(grid_make(&g, text, &why), 0);
	ck_assert_int_eq(grid_scenario(&g, 1, &s, &why), 0);
	ck_assert_double_eq(s.gpus, 32);
	ck_assert_double_eq(s.ep, 16);
	grid_release(&g);
}
END_TEST

/* Which rows differ from the one before in their load alone, as text. */
static const struct {
	const char *hw, *gpus, *batch, *concurrency, *ctx, *mtp, *follow;
} follows[] = {
	/* batch before ctx, of two and three: a row in six begins with hw */
	{ "a,b", "8", "1,2", NULL, "5..7", NULL, "011111011111" },
	{ "a", "8,16", "1..3", NULL, "9", "1", "011011" },
	{ "a", NULL, NULL, "10,20", "5", NULL, "01" },
	{ "a", NULL, "1..4", NULL, "5", "0,1", "00000000" },
	{ "a", NULL, "1,many,3", NULL, "5", NULL, "001" },
	/* a list of lengths is no plain number, and ends with its row */
	{ "a", NULL, "1", NULL, "5,1:0.5;3:0.5,7,9", NULL, "0001" },
};

START_TEST(a_row_follows_where_its_load_alone_differs)
{
	const char **text = columns();
	const char *want = follows[_i].follow;
	struct scenario s, before;
	struct grid g;
	struct fault why = { .row = 0 };

	text[scenario_column_find("hw")] = follows[_i].hw;
	text[scenario_column_find("gpus")] = follows[_i].gpus;
	text[scenario_column_find("batch")] = follows[_i].batch;
	text[scenario_column_find("concurrency")] = follows[_i].concurrency;
	text[scenario_column_find("ctx")] = follows[_i].ctx;
	text[scenario_column_find("mtp")] = follows[_i].mtp;
	ck_assert_int_eq(grid_make(&g, text, &why), 0);
	for (int row = 1; row < (int)grid_rows(&g); row++) {
		want++;
		if (grid_scenario(&g, row - 1, &before, &why))
			continue;	/* nothing follows what is none */
		before.requests = 77;	/* as an answer leaves it */
		if (isnan(before.concurrency))
			before.concurrency = 88;
		ck_assert_int_eq(grid_follow(&g, row, &before), *want == '1');
		if (*want == '1') {
			ck_assert(!grid_scenario(&g, row, &s, &why));
			ck_assert(!memcmp(&s, &before, sizeof(s)));
		}
	}
	grid_release(&g);
}
END_TEST

/* The row that has it is at fault, not the rows beside. */
START_TEST(a_value_that_is_no_number_is_its_rows_fault)
{
	const char **text = columns();
	struct scenario s;
	struct grid g;
	struct fault why = { .row = 0 };

	text[scenario_column_find("batch")] = "8,many";
	ck_assert_int_eq(grid_make(&g, text, &why), 0);
	ck_assert_int_eq(grid_scenario(&g, 0, &s, &why), 0);
	ck_assert_int_eq(grid_scenario(&g, 1, &s, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "many"));
	grid_release(&g);
}
END_TEST

START_TEST(a_range_that_is_none_names_its_option)
{
	const char **text = columns();
	struct grid g;
	struct fault why = { .row = 0 };

	text[scenario_column_find("batch")] = "9..8";
	ck_assert_int_eq(grid_make(&g, text, &why), -1);
	ck_assert_str_eq(why.file, "--batch");
	grid_release(&g);
}
END_TEST

/* ---- ranges of numbers ---- */

static const struct {
	const char *column;
	double least, most;	/* both allowed */
	double below, above;	/* neither is */
} bounds[] = {
	{ "gpus", 1, 100000, 0, 100001 },
	{ "tp", 1, 100000, 0, 1.5 },
	{ "ep", 1, 100000, .5, 100001 },
	{ "dcp", 1, 100000, -1, 1e300 },
	{ "pp", 1, 100000, 0, 100001 },
	{ "mtp", 0, MODEL_DRAFTS, -1, MODEL_DRAFTS + 1 },
	{ "verify", 1, 1024, 0, 1025 },
	{ "redundant", 0, 100000, -1, .5 },
	{ "batch", .5, 1e9, 0, 1.1e9 },
	{ "concurrency", 1e-9, 1e9, -1, (double)INFINITY },
	{ "ctx", 1, 1e9, 0, 1.1e9 },
	{ "isl", 1, 1e9, 0, 1.1e9 },
	{ "osl", 1, 1e9, 0, 1.1e9 },
	{ "requests", 1, 1e9, 0, 1.1e9 },
	{ "price", .01, 300, 0, 4000 },
	{ "ctx_cv", 0, 10, -.01, 10.01 },
	{ "mem_share", .01, 1, 0, 1.01 },
};

static int range_of(int i, double x, struct fault *why)
{
	struct scenario s;
	int c = scenario_column_find(bounds[i].column);

	scenario_init(&s);
	memcpy((char *)&s + scenario_columns[c].offset, &x, sizeof(x));
	return scenario_ranges_given(&s, why);
}

START_TEST(each_number_has_its_bounds)
{
	struct fault why = { .row = 0 };

	ck_assert_int_eq(range_of(_i, bounds[_i].least, &why), 0);
	ck_assert_int_eq(range_of(_i, bounds[_i].most, &why), 0);
	ck_assert_int_eq(range_of(_i, (double)NAN, &why), 0);
	ck_assert_int_eq(range_of(_i, bounds[_i].below, &why), -1);
	ck_assert_str_eq(why.about, bounds[_i].column);
	ck_assert_int_eq(range_of(_i, bounds[_i].above, &why), -1);
	ck_assert_str_eq(why.about, bounds[_i].column);
	ck_assert(*why.remedy);
}
END_TEST

/* Three drafts are verified with the token before them: four at least. */
START_TEST(drafts_are_verified_all_of_them)
{
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	s.mtp = 3;
	s.verify = 3;
	ck_assert_int_eq(scenario_ranges_given(&s, &why), -1);
	ck_assert_str_eq(why.about, "verify");
	s.verify = 4;
	ck_assert_int_eq(scenario_ranges_given(&s, &why), 0);
}
END_TEST

/* Of a question that is filled in nothing that is counted may be blank. */
START_TEST(a_count_that_is_blank_is_no_count)
{
	struct scenario s;
	struct fault why = { .row = 0 };

	scenario_init(&s);
	ck_assert_int_eq(scenario_ranges_given(&s, &why), 0);
	ck_assert_int_eq(scenario_ranges(&s, &why), -1);
	s.gpus = s.tp = s.ep = s.dcp = s.pp = s.verify = 1;
	s.mtp = s.redundant = 0;
	ck_assert_int_eq(scenario_ranges(&s, &why), 0);
}
END_TEST

/* ---- lengths of sequences ---- */

static struct question asked;	/* too large for a stack */

/* Half 1,024 and half 3,072: 1,024 from 2,048 on either side. */
START_TEST(a_list_says_how_long_sequences_are)
{
	struct fault why = { .row = 0 };

	scenario_init(&asked.scenario);
	strcpy(asked.scenario.mix, "1024:0.5;3072:0.5");
	asked.scenario.ctx = 2048;
	ck_assert_int_eq(question_lengths(&asked, &why), 0);
	ck_assert_int_eq(asked.lengths.nr, 2);
	ck_rel(asked.ctx_cv, .5, 1e-12);
	asked.scenario.ctx_cv = .5;
	ck_assert_int_eq(question_lengths(&asked, &why), -1);
	ck_assert_str_eq(why.about, "ctx_cv");
	asked.scenario.ctx_cv = (double)NAN;
	strcpy(asked.scenario.mix, "1024:0.5;3072:0.4");
	ck_assert_int_eq(question_lengths(&asked, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "sum to 0.9"));
}
END_TEST

/* Seen anywhere in an output of 1,200: sd 1200 / sqrt 12 of a mean of 1,000. */
START_TEST(an_output_in_progress_spreads_lengths_evenly)
{
	struct fault why = { .row = 0 };

	scenario_init(&asked.scenario);
	asked.scenario.ctx = 1000;
	asked.scenario.osl = 1200;
	ck_assert_int_eq(question_lengths(&asked, &why), 0);
	ck_assert_int_eq(asked.lengths.nr, 0);
	ck_rel(asked.ctx_cv, 1.2 / sqrt(12), 1e-12);
	asked.scenario.osl = (double)NAN;
	ck_assert_int_eq(question_lengths(&asked, &why), 0);
	ck_assert_double_eq(asked.ctx_cv, 0);
	asked.scenario.ctx_cv = 0;	/* asked for: all alike */
	asked.scenario.osl = 1200;
	ck_assert_int_eq(question_lengths(&asked, &why), 0);
	ck_assert_double_eq(asked.ctx_cv, 0);
	ck_assert_int_eq(asked.lengths.nr, 0);
	/* eighths keep most of it, and all of the mean */
	asked.scenario.ctx_cv = .5;
	ck_assert_int_eq(question_lengths(&asked, &why), 0);
	ck_assert_int_eq(asked.lengths.nr, 8);
	ck_assert(asked.ctx_cv > .45 && asked.ctx_cv < .5);
	ck_rel(lengths_mean(&asked.lengths), 1000, 1e-12);
}
END_TEST

Suite *suite_grid(void)
{
	Suite *s = suite_create("grid");
	TCase *tc = tcase_create("grid");

	tcase_add_loop_test(tc, a_list_is_items_and_ranges, 0,
			    sizeof(lists) / sizeof(*lists));
	tcase_add_loop_test(tc, a_blank_in_a_list_is_said_so, 0,
			    sizeof(blanks) / sizeof(*blanks));
	tcase_add_loop_test(tc, what_is_no_range_is_said_so, 0,
			    sizeof(no_ranges) / sizeof(*no_ranges));
	tcase_add_loop_test(tc,
			    a_range_of_too_many_values_is_refused_by_its_count,
			    0, sizeof(too_long) / sizeof(*too_long));
	tcase_add_test(tc, a_number_in_a_range_has_room_or_is_none);
	tcase_add_test(tc, words_are_taken_as_they_stand);
	tcase_add_test(tc,
		       a_grid_is_the_product_with_its_last_column_fastest);
	tcase_add_test(tc, gpus_that_are_not_given_are_those_of_ep);
	tcase_add_loop_test(tc, a_row_follows_where_its_load_alone_differs, 0,
			    sizeof(follows) / sizeof(*follows));
	tcase_add_test(tc, a_value_that_is_no_number_is_its_rows_fault);
	tcase_add_test(tc, a_range_that_is_none_names_its_option);
	tcase_add_loop_test(tc, each_number_has_its_bounds, 0,
			    sizeof(bounds) / sizeof(*bounds));
	tcase_add_test(tc, drafts_are_verified_all_of_them);
	tcase_add_test(tc, a_count_that_is_blank_is_no_count);
	tcase_add_test(tc, a_list_says_how_long_sequences_are);
	tcase_add_test(tc, an_output_in_progress_spreads_lengths_evenly);
	suite_add_tcase(s, tc);
	return s;
}
