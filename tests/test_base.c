#include "tests/tests.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/fault.h"
#include "base/mem.h"
#include "base/near.h"
#include "base/portion.h"
#include "base/table.h"
#include "base/text.h"
#include "tests/ends.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- date ---- */

static const struct { const char *text; bool valid; } days[] = {
	{ "2026-02-28", true }, { "2026-12-31", true }, { "2024-02-29", true },
	{ "2000-02-29", true }, { "1900-02-29", false },
	{ "2026-02-29", false }, { "2026-02-30", false },
	{ "2026-04-31", false }, { "2026-13-01", false },
	{ "2026-13-99", false }, { "2026-00-10", false },
	{ "2026-01-00", false }, { "2026-1-01", false },
	{ "2026-01-011", false }, { "2026-01-0x", false }, { "", false },
};

START_TEST(a_date_is_a_day_of_the_calendar)
{
	ck_assert_msg(date_valid(days[_i].text) == days[_i].valid, "%s",
		      days[_i].text);
}
END_TEST

/* ---- portion ---- */

/* Rows parts part from to: 7 = 3 + 2 + 2, 2 = 1 + 1 + 0, and no rows. */
static const int64_t cut_up[][5] = {
	{ 7, 3, 0, 0, 3 }, { 7, 3, 1, 3, 5 }, { 7, 3, 2, 5, 7 },
	{ 2, 3, 0, 0, 1 }, { 2, 3, 1, 1, 2 }, { 2, 3, 2, 2, 2 },
	{ 0, 3, 0, 0, 0 }, { 0, 3, 2, 0, 0 }, { 9, 1, 0, 0, 9 },
	{ 1000000000000, 100000, 99999, 999990000000, 1000000000000 },
};

START_TEST(the_first_parts_have_one_more)
{
	const int64_t *x = cut_up[_i];
	struct portion is = portion_of(x[0], x[2], x[1]);

	ck_assert_int_eq(is.from, x[3]);
	ck_assert_int_eq(is.to, x[4]);
}
END_TEST

/* ---- fault ---- */

static const struct {
	const char *file;
	int row, column;
	const char *remedy, *want;
} printed[] = {
	{ "a.csv", 3, 9, "fix", "a.csv:3:9: bad; fix" },
	{ "a.csv", 3, 0, "fix", "a.csv:3: bad; fix" },
	{ "a.csv", 0, 0, "fix", "a.csv: bad; fix" },
	{ "a.csv", 3, 9, "", "a.csv:3:9: bad" },
	{ "--ep", 0, 0, "", "--ep: bad" },
	{ "", 3, 9, "", "3:9: bad" },
	{ "", 0, 0, "", "bad" },
};

START_TEST(a_fault_prints_as_one_sentence)
{
	struct fault f;
	char out[80];

	fault_at(&f, printed[_i].file, printed[_i].row, printed[_i].column);
	fault_what(&f, "bad");
	if (printed[_i].remedy[0])
		fault_remedy(&f, "%s", printed[_i].remedy);
	fault_print(&f, out, sizeof(out));
	ck_assert_str_eq(out, printed[_i].want);
}
END_TEST

START_TEST(every_step_of_a_fault_returns_minus_one)
{
	struct fault f;

	ck_assert_int_eq(fault_at(&f, "x", 1, 2), -1);
	ck_assert_int_eq(fault_what(&f, "%d", 1), -1);
	ck_assert_int_eq(fault_remedy(&f, "%d", 2), -1);
}
END_TEST

START_TEST(a_fault_starts_anew_at_a_place)
{
	struct fault f;

	fault_at(&f, "x", 1, 2);
	fault_what(&f, "old");
	fault_remedy(&f, "old");
	fault_at(&f, "y", 0, 0);
	ck_assert_str_eq(f.what, "");
	ck_assert_str_eq(f.remedy, "");
	ck_assert_int_eq(f.row, 0);
}
END_TEST

START_TEST(a_fault_is_one_line_and_is_cut_to_fit)
{
	struct fault f;
	char out[12], lengthy[1000];

	memset(lengthy, 'x', sizeof(lengthy) - 1);
	lengthy[sizeof(lengthy) - 1] = '\0';
	fault_at(&f, lengthy, 1, 0);
	ck_assert_uint_eq(strlen(f.file), sizeof(f.file) - 1);
	fault_what(&f, "%s", lengthy);
	ck_assert_uint_eq(strlen(f.what), sizeof(f.what) - 1);
	fault_what(&f, "a\nb\tc");
	ck_assert_str_eq(f.what, "a b c");
	fault_remedy(&f, "d\re\nf");
	ck_assert_str_eq(f.remedy, "d e f");
	fault_at(&f, "file", 0, 0);
	ck_assert_str_eq(f.remedy, "");
	fault_what(&f, "%s", lengthy);
	fault_print(&f, out, sizeof(out));
	ck_assert_str_eq(out, "file: xxxxx");
}
END_TEST

/* ---- mem ---- */

START_TEST(an_array_grows_and_keeps_what_it_holds)
{
	int *array = NULL, nr = 0, cap = 0;

	for (; nr < 1000; nr++) {
		array = mem_grow(array, nr, &cap, sizeof(*array));
		ck_assert_int_gt(cap, nr);
		array[nr] = nr;
	}
	for (int i = 0; i < nr; i++)
		ck_assert_int_eq(array[i], i);
	free(array);
}
END_TEST

START_TEST(memory_is_never_null_and_zeroed_is_zero)
{
	char *zero = mem_zeroed(100, 1), *none = mem_zeroed(0, 8);
	char *nothing = mem_resize(NULL, 0, 8), *copy = mem_copy("word");

	for (int i = 0; i < 100; i++)
		ck_assert_int_eq(zero[i], 0);
	ck_assert_ptr_nonnull(none);
	ck_assert_ptr_nonnull(nothing);
	ck_assert_str_eq(copy, "word");
	free(zero);
	free(none);
	free(nothing);
	free(copy);
}
END_TEST

static void resize_past_all(const void *none)
{
	(void)none;
	free(mem_resize(NULL, SIZE_MAX / 2, 4));
}

START_TEST(a_size_that_overflows_ends_the_program)
{
	ck_assert_int_eq(ends_with(resize_past_all, NULL), 2);
}
END_TEST

/* ---- text ---- */

START_TEST(text_grows_and_stays_terminated)
{
	struct text t = TEXT_INIT;

	for (int i = 0; i < 5000; i++)
		text_add(&t, "ab");
	text_addn(&t, "cdef", 2);
	text_addf(&t, "%d%%", 57);
	ck_assert_uint_eq(t.len, 10005);
	ck_assert_uint_eq(strlen(t.buf), 10005);
	ck_assert_str_eq(t.buf + 9998, "abcd57%");
	text_release(&t);
	ck_assert_ptr_null(t.buf);
}
END_TEST

START_TEST(a_formatted_piece_may_be_longer_than_the_room)
{
	struct text t = TEXT_INIT;

	text_addf(&t, "%5000d", 7);
	ck_assert_uint_eq(t.len, 5000);
	ck_assert_int_eq(t.buf[4999], '7');
	text_release(&t);
}
END_TEST

START_TEST(adding_nothing_makes_the_empty_string)
{
	struct text t = TEXT_INIT;

	text_add(&t, "");
	ck_assert_str_eq(t.buf, "");
	text_release(&t);
	text_xml(&t, "");
	ck_assert_str_eq(t.buf, "");
	text_release(&t);
	text_cell(&t, "");
	ck_assert_str_eq(t.buf, "");
	text_release(&t);
}
END_TEST

static const struct {
	const char *cell, *want;
} cells[] = {
	{ "plain", "plain" },
	{ "two words", "two words" },
	{ "3.35e12", "3.35e12" },
	{ "a,b", "\"a,b\"" },
	{ "say \"so\"", "\"say \"\"so\"\"\"" },
	{ "a\nb", "\"a\nb\"" },
	{ "a\rb", "\"a\rb\"" },
	{ " edge", "\" edge\"" },
	{ "edge\t", "\"edge\t\"" },
	{ "# no comment", "\"# no comment\"" },
	{ "C#", "C#" },
	{ "\xef\xbb\xbf" "id", "\"\xef\xbb\xbf" "id\"" },
	{ "\xef\xbb" "id", "\xef\xbb" "id" },	/* not all of it */
};

START_TEST(a_cell_is_quoted_only_if_it_must_be)
{
	struct text t = TEXT_INIT;

	text_cell(&t, cells[_i].cell);
	ck_assert_str_eq(t.buf, cells[_i].want);
	text_release(&t);
}
END_TEST

START_TEST(markup_is_escaped_for_xml)
{
	struct text t = TEXT_INIT;

	text_xml(&t, "a<b & \"c\">d");
	ck_assert_str_eq(t.buf, "a&lt;b &amp; &quot;c&quot;&gt;d");
	text_release(&t);
}
END_TEST

/* ---- near ---- */

static const struct {
	const char *word, *want;
} meant[] = {
	{ "hbm.bandwidth", "hbm.bandwidth" },	/* itself */
	{ "hbm.bandwith", "hbm.bandwidth" },	/* one letter left out */
	{ "hbm_bandwidth", "hbm.bandwidth" },	/* one letter changed */
	{ "HBM.Capacity", "hbm.capacity" },	/* case costs nothing */
	{ "nvlinkk.band", NULL },		/* 6 edits, 4 would do */
	{ "spm", "sms" },			/* 2 edits, at least 2 do */
	{ "to", "tp" },
	{ "xy", NULL },		/* 2 edits of 2: nothing in common */
	{ "", NULL },
	{ "price", NULL },
};

START_TEST(a_misspelt_word_finds_the_one_that_was_meant)
{
	static const char *const list[] = {
		"sms", "hbm.capacity", "hbm.bandwidth", "tp",
		"nvlink.bandwidth",
	};
	const char *got = near_word(meant[_i].word, list, NR(list));

	if (!meant[_i].want)
		ck_assert_ptr_null(got);
	else
		ck_assert_str_eq(got, meant[_i].want);
}
END_TEST

START_TEST(of_equally_near_words_the_first_is_taken)
{
	static const char *const list[] = { "fp16", "fp18", "fp8" };

	ck_assert_str_eq(near_word("fp1", list, 3), "fp16");
	ck_assert_ptr_null(near_word("fp1", NULL, 0));
}
END_TEST

/* ---- table ---- */

/* "id,ep" and the rows 1,8 and 2,16 of lines 2 and 3 */
static void small_table(struct table *t)
{
	table_init(t, "small.csv");
	ck_assert_int_eq(table_need(t, "id"), 0);
	ck_assert_int_eq(table_need(t, "ep"), 1);
	for (int row = 0; row < 2; row++) {
		ck_assert_int_eq(table_add_row(t, row + 2), row);
		table_setf(t, row, 0, "%d", row + 1);
		table_setf(t, row, 1, "%d", 8 << row);
	}
}

/* What the table writes is this. */
static void ck_writes(const struct table *t, const char *want)
{
	struct text out = TEXT_INIT;

	table_write(t, &out);
	ck_assert_str_eq(out.buf, want);
	text_release(&out);
}

START_TEST(a_table_holds_what_was_set)
{
	struct table t;

	small_table(&t);
	ck_assert_str_eq(t.name, "small.csv");
	ck_assert_int_eq(table_column(&t, "ep"), 1);
	ck_assert_int_eq(table_column(&t, "tp"), -1);
	ck_assert_str_eq(table_get(&t, 1, 1), "16");
	ck_assert_str_eq(table_get(&t, 1, -1), "");
	ck_assert_int_eq(t.line[1], 3);
	ck_writes(&t, "id,ep\n1,8\n2,16\n");
	table_release(&t);
}
END_TEST

START_TEST(a_new_column_is_blank_in_every_row)
{
	struct table t;

	small_table(&t);
	ck_assert_int_eq(table_need(&t, "ep"), 1);
	ck_assert_int_eq(table_need(&t, "tok/s, mean"), 2);
	ck_writes(&t, "id,ep,\"tok/s, mean\"\n1,8,\n2,16,\n");
	table_add_row(&t, 0);
	table_set(&t, 2, 2, "x");
	ck_writes(&t, "id,ep,\"tok/s, mean\"\n1,8,\n2,16,\n,,x\n");
	table_release(&t);
}
END_TEST

START_TEST(a_table_grows_by_rows_and_columns)
{
	struct table t;
	char name[16];

	table_init(&t, "");
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "c%d", i);
		ck_assert_int_eq(table_need(&t, name), i);
		ck_assert_int_eq(table_add_row(&t, 0), i);
		table_setf(&t, i, i, "%d", i);
	}
	for (int i = 0; i < 100; i++)
		for (int j = 0; j < 100; j++)
			ck_assert_int_eq(table_number(&t, i, j) == i, i == j);
	table_release(&t);
}
END_TEST

START_TEST(rows_may_come_before_columns)
{
	struct table t;

	table_init(&t, "");
	table_add_row(&t, 0);
	table_need(&t, "a");
	ck_assert_str_eq(table_get(&t, 0, 0), "");
	table_release(&t);
}
END_TEST

START_TEST(a_cell_may_be_set_to_itself)
{
	struct table t;

	small_table(&t);
	table_set(&t, 0, 1, table_get(&t, 0, 1));
	table_setf(&t, 1, 1, "%s!", table_get(&t, 1, 1));
	ck_writes(&t, "id,ep\n1,8\n2,16!\n");
	table_release(&t);
}
END_TEST

START_TEST(a_cell_that_is_no_number_reads_as_nan)
{
	struct table t;

	small_table(&t);
	ck_assert_double_eq(table_number(&t, 1, 1), 16);
	ck_assert_double_nan(table_number(&t, 1, -1));
	table_set(&t, 0, 1, "eight");
	ck_assert_double_nan(table_number(&t, 0, 1));
	table_set(&t, 0, 1, "");
	ck_assert_double_nan(table_number(&t, 0, 1));
	table_release(&t);
}
END_TEST

START_TEST(a_lone_blank_cell_is_not_a_blank_line)
{
	struct table t;

	table_init(&t, "");
	table_need(&t, "a");
	table_add_row(&t, 0);
	ck_writes(&t, "a\n\"\"\n");
	table_release(&t);
}
END_TEST

static void add_words(Suite *s)
{
	TCase *tc = tcase_create("words");

	tcase_add_loop_test(tc, a_fault_prints_as_one_sentence, 0,
			    NR(printed));
	tcase_add_test(tc, every_step_of_a_fault_returns_minus_one);
	tcase_add_loop_test(tc, a_date_is_a_day_of_the_calendar, 0, NR(days));
	tcase_add_test(tc, a_fault_starts_anew_at_a_place);
	tcase_add_test(tc, a_fault_is_one_line_and_is_cut_to_fit);
	tcase_add_test(tc, an_array_grows_and_keeps_what_it_holds);
	tcase_add_test(tc, memory_is_never_null_and_zeroed_is_zero);
	tcase_add_test(tc, a_size_that_overflows_ends_the_program);
	tcase_add_test(tc, text_grows_and_stays_terminated);
	tcase_add_test(tc, a_formatted_piece_may_be_longer_than_the_room);
	tcase_add_test(tc, adding_nothing_makes_the_empty_string);
	tcase_add_loop_test(tc, a_cell_is_quoted_only_if_it_must_be, 0,
			    NR(cells));
	tcase_add_test(tc, markup_is_escaped_for_xml);
	tcase_add_loop_test(tc, a_misspelt_word_finds_the_one_that_was_meant,
			    0, NR(meant));
	tcase_add_test(tc, of_equally_near_words_the_first_is_taken);
	tcase_add_loop_test(tc, the_first_parts_have_one_more, 0, NR(cut_up));
	suite_add_tcase(s, tc);
}

static void add_table(Suite *s)
{
	TCase *tc = tcase_create("table");

	tcase_add_test(tc, a_table_holds_what_was_set);
	tcase_add_test(tc, a_new_column_is_blank_in_every_row);
	tcase_add_test(tc, a_table_grows_by_rows_and_columns);
	tcase_add_test(tc, rows_may_come_before_columns);
	tcase_add_test(tc, a_cell_may_be_set_to_itself);
	tcase_add_test(tc, a_cell_that_is_no_number_reads_as_nan);
	tcase_add_test(tc, a_lone_blank_cell_is_not_a_blank_line);
	suite_add_tcase(s, tc);
}

Suite *suite_base(void)
{
	Suite *s = suite_create("base");

	add_words(s);
	add_table(s);
	return s;
}
