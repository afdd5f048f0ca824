#include <float.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/chance.h"
#include "base/near.h"
#include "base/table.h"
#include "base/text.h"
#include "base/units.h"
#include "tests/tests.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- numbers, of any digits, as printf writes them ---- */

static void spells(double x, int digits)
{
	char want[400], got[TEXT_SPELT + 1];

	snprintf(want, sizeof(want), "%.*g", digits, x);
	*text_spell(got, x, digits) = '\0';
	ck_assert_msg(strcmp(got, want) == 0, "%a to %d digits: %s, not %s",
		      x, digits, got, want);
}

static void fixes(double x, int decimals)
{
	struct text got = TEXT_INIT;
	char want[400];

	snprintf(want, sizeof(want), "%.*f", decimals, x);
	text_fixed(&got, x, decimals);
	ck_assert_msg(strcmp(got.buf, want) == 0,
		      "%a to %d decimals: %s, not %s", x, decimals, got.buf,
		      want);
	text_release(&got);
}

/* Powers of ten and their neighbours, where an exponent or a digit turns. */
START_TEST(a_power_of_ten_and_its_neighbours)
{
	for (int e = -30; e <= 30; e++)
		for (int digits = 1; digits <= 15; digits++) {
			double x = pow(10, e);

			spells(x, digits);
			spells(-x, digits);
			spells(nextafter(x, 0), digits);
			spells(nextafter(x, INFINITY), digits);
			spells(x * (1 - pow(10, -digits)), digits);
			spells(x * (1 - pow(10, -digits) / 2), digits);
		}
}
END_TEST

/* What stands for itself: the largest integer of a word is no such number. */
static const double whole[] = { 0, 1, 9, 10, 11, 99, 100, 101, 999, 1000,
	12345, 99999, 100000, 999999, 1000000, 1e9, 2147483646.0,
	2147483647.0, 2147483648.0, 4294967295.0, 4294967296.0, 1e15, 1e16,
	0.5, 1.5, 2.5, 0.25, 1e-4, 9.9999e-5, 1e-5, 123456789, 1e22, 1e23,
	DBL_MIN, DBL_MAX, DBL_TRUE_MIN, 5e-324, 1e-307, 1e-308 };

START_TEST(a_number_that_is_a_boundary_of_something)
{
	for (int digits = 1; digits <= 15; digits++) {
		spells(whole[_i], digits);
		spells(-whole[_i], digits);
	}
	for (int decimals = 0; decimals <= 6; decimals++) {
		fixes(whole[_i], decimals);
		fixes(-whole[_i], decimals);
	}
}
END_TEST

/* Numbers of up to 15 digits are spelt at those, and read back, the same. */
START_TEST(fifteen_digits_read_back_as_the_number)
{
	struct chance c;

	chance_fill(&c, 1);
	for (int i = 0; i < 3000; i++) {
		double x = (double)chance_below(&c, 1000000000000000u) *
			   pow(10, (int)chance_below(&c, 12) - 6), back;
		char text[TEXT_SPELT + 1];

		*text_spell(text, x, 15) = '\0';
		ck_assert_int_eq(units_number(text, &back), 0);
		ck_rel(back, x, 5e-15);
		spells(x, 1 + i % 15);
		fixes(x / 1e6, i % 7);
	}
}
END_TEST

/* A half of the last digit goes to the even one: printf's, exactly so. */
START_TEST(a_tie_goes_to_the_even_digit)
{
	for (int i = 0; i < 400; i++) {
		spells(i + 0.5, 1 + (i > 9) + (i > 99));
		fixes(i + 0.5, 0);
		fixes(i / 8.0, 2);	/* .125 .375 .625 .875 */
		fixes(i / 16.0, 3);
	}
}
END_TEST

static const struct {
	uint64_t n;
	const char *want;
} counts[] = { { 0, "0" }, { 7, "7" }, { 10, "10" }, { 99, "99" },
	{ 100, "100" }, { 101, "101" }, { 1000, "1000" }, { 12345, "12345" },
	{ 4294967296u, "4294967296" },
	{ UINT64_MAX, "18446744073709551615" } };	/* 2^64 - 1 */

START_TEST(a_count_is_its_digits)
{
	char out[TEXT_DIGITS + 1] = "";

	*text_digits(out, counts[_i].n) = '\0';
	ck_assert_str_eq(out, counts[_i].want);
}
END_TEST

/* ---- words behind one another ---- */

static const struct {
	size_t size;
	const char *want;
} joined[] = { { 1, "" }, { 2, "l" }, { 4, "law" }, { 5, "law." },
	{ 7, "law.k." }, { 8, "law.k.t" }, { 9, "law.k.t0" },
	{ 10, "law.k.t0" }, { 64, "law.k.t0" } };

START_TEST(words_are_joined_as_far_as_there_is_room)
{
	char out[64];

	memset(out, '#', sizeof(out));
	text_join(out, joined[_i].size, (const char *const[]){ "law", ".",
		"k", "", ".", "t0", NULL });
	ck_assert_str_eq(out, joined[_i].want);
	if (joined[_i].size < sizeof(out))
		ck_assert_int_eq(out[joined[_i].size], '#');
}
END_TEST

/* FNV-1a of 32 bits: the offset, and values of its authors' test file. */
static const struct {
	const char *text;
	uint32_t hash;
} hashed[] = { { "", 0x811c9dc5u }, { "a", 0xe40c292cu },
	{ "b", 0xe70c2de5u }, { "foobar", 0xbf9cf968u } };

START_TEST(a_name_hashes_as_fnv_says)
{
	ck_assert_uint_eq(text_hash(hashed[_i].text), hashed[_i].hash);
}
END_TEST

/* ---- a slip, and the word that was meant ---- */

/*
 * A third of a word may be wrong, or two letters of it, and one letter must
 * be right. "bandwidth" has 9: three edits are a slip, four are not.
 */
static const struct {
	const char *word, *known;
	int edits;
	int is;
} slips[] = {
	{ "bandwidth", "bandwidth", 0, 1 },
	{ "bandwidth", "bandwith", 1, 1 },
	{ "bandwidth", "bendwith", 2, 1 },
	{ "bandwidth", "bendwit", 3, 1 },
	{ "bandwidth", "bendwi", 4, 0 },
	{ "bandwidth", "handwidthly", 3, 1 },
	{ "bandwidth", "handwidthlys", 4, 0 },
	{ "abcde", "abcxy", 2, 1 },		/* 5 / 3 is 1, but two may */
	{ "abcde", "abxyz", 3, 0 },
	{ "abc", "axy", 2, 1 },
	{ "abc", "xyz", 3, 0 },
	{ "ab", "ax", 1, 1 },
	{ "ab", "xy", 2, 0 },			/* no letter in common */
	{ "a", "a", 0, 1 },
	{ "a", "b", 1, 0 },
	{ "EP", "ep", 0, 1 },
	{ "abcd", "abcdef", 2, 1 },		/* as many as may be left out */
	{ "abcd", "abcdefg", 3, 0 },
};

START_TEST(a_slip_is_a_third_of_a_word_or_two_letters)
{
	const char *const list[] = { slips[_i].known };
	const char *found = near_word(slips[_i].word, list, 1);

	ck_assert_int_eq(near_distance(slips[_i].word, slips[_i].known),
			 slips[_i].edits);
	ck_assert_int_eq(near_distance(slips[_i].known, slips[_i].word),
			 slips[_i].edits);
	ck_assert_int_eq(found != NULL, slips[_i].is);
}
END_TEST

/* A metric: 0 to itself, symmetric, no shorter by way of a third. */
START_TEST(edits_are_a_distance)
{
	static const char *const words[] = { "", "a", "ep", "tp", "gpus",
		"gpu", "batch", "bath", "context", "ctx", "contexts" };

	for (int i = 0; i < NR(words); i++)
		for (int j = 0; j < NR(words); j++) {
			int d = near_distance(words[i], words[j]);

			ck_assert_int_eq(d == 0, i == j);
			ck_assert_int_eq(d, near_distance(words[j], words[i]));
			for (int k = 0; k < NR(words); k++)
				ck_assert_int_le(d,
					near_distance(words[i], words[k]) +
					near_distance(words[k], words[j]));
		}
}
END_TEST

/* The nearest wins over an earlier one, and the earlier of equals. */
START_TEST(the_nearest_is_taken_wherever_it_stands)
{
	static const char *const list[] = { "contxt", "contex", "context",
					    "contexts" };

	ck_assert_str_eq(near_word("context", list, 4), "context");
	ck_assert_str_eq(near_word("contextx", list, 4), "context");
	ck_assert_str_eq(near_word("contex", list, 2), "contex");
	ck_assert_str_eq(near_word("conxtext", list, 2), "contxt");
	ck_assert_str_eq(near_word("contexts", list, 4), "contexts");
}
END_TEST

static const struct {
	const char *a, *b;
	int begins, same;
} alike[] = { { "", "", 0, 1 }, { "a", "", 0, 0 }, { "", "a", 0, 0 },
	{ "Mooncake", "moon", 4, 0 }, { "moon", "MOONCAKE", 0, 0 },
	{ "yes", "YES", 3, 1 }, { "yes", "no", 0, 0 } };

START_TEST(beginnings_and_wholes_in_any_case)
{
	ck_assert_int_eq(near_begins(alike[_i].a, alike[_i].b),
			 alike[_i].begins);
	ck_assert_int_eq(near_same(alike[_i].a, alike[_i].b), alike[_i].same);
}
END_TEST

/* ---- tables ---- */

/* Six digits; what is no number leaves the cell blank, whatever it held. */
START_TEST(a_number_is_put_to_six_digits_or_not_at_all)
{
	struct table t;

	table_init(&t, "t.csv");
	table_add_row(&t, 2);
	table_put(&t, 0, "x", 123456.7);
	ck_assert_str_eq(table_get(&t, 0, 0), "123457");
	table_put(&t, 0, "x", 1.0 / 3);
	ck_assert_str_eq(table_get(&t, 0, 0), "0.333333");
	table_put(&t, 0, "x", (double)NAN);
	ck_assert_str_eq(table_get(&t, 0, 0), "");
	table_put(&t, 0, "x", -1e10);
	ck_assert_str_eq(table_get(&t, 0, 0), "-1e+10");
	table_put(&t, 0, "x", INFINITY);
	ck_assert_str_eq(table_get(&t, 0, 0), "");
	table_put(&t, 0, "y", 0);
	ck_assert_int_eq(t.columns, 2);
	ck_assert_str_eq(table_get(&t, 0, 1), "0");
	table_release(&t);
}
END_TEST

/* A head, and any one row; of a lone blank cell a pair of quotes. */
START_TEST(a_row_is_written_by_itself)
{
	struct text out = TEXT_INIT;
	struct table t;

	table_init(&t, "t.csv");
	table_need(&t, "a,b");
	table_add_row(&t, 2);
	table_add_row(&t, 3);
	table_set(&t, 1, 0, "second");
	table_write_head(&t, &out);
	table_write_row(&t, 1, &out);
	table_write_row(&t, 0, &out);
	ck_assert_str_eq(out.buf, "\"a,b\"\nsecond\n\"\"\n");
	text_release(&out);
	table_release(&t);
}
END_TEST

/* A thousand names are found, each at its place, and no other is. */
START_TEST(a_column_is_found_among_a_thousand)
{
	char name[16];
	struct table t;

	table_init(&t, "");
	ck_assert_int_eq(table_column(&t, "c0"), -1);
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "c%d", i * 7);
		ck_assert_int_eq(table_column(&t, name), -1);
		ck_assert_int_eq(table_need(&t, name), i);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "c%d", i * 7);
		ck_assert_int_eq(table_column(&t, name), i);
		ck_assert_int_eq(table_need(&t, name), i);
		snprintf(name, sizeof(name), "c%d", i * 7 + 1);
		ck_assert_int_eq(table_column(&t, name), -1);
	}
	ck_assert_int_eq(t.columns, 1000);
	ck_assert_int_ge(t.slots, 2 * t.columns);
	table_release(&t);
}
END_TEST

/* Of two columns of one name the first is meant, as of a file's. */
START_TEST(cells_keep_their_row_when_columns_come)
{
	struct table t;

	table_init(&t, "");
	table_need(&t, "a");
	for (int i = 0; i < 40; i++) {
		char name[8];

		ck_assert_int_eq(table_add_row(&t, i + 2), i);
		table_setf(&t, i, 0, "%d", i);
		snprintf(name, sizeof(name), "n%d", i);
		table_setf(&t, i, table_need(&t, name), "%d", 100 + i);
	}
	for (int i = 0; i < 40; i++) {
		ck_assert_double_eq(table_number(&t, i, 0), i);
		for (int k = 1; k < t.columns; k++)
			if (k == i + 1)
				ck_assert_double_eq(table_number(&t, i, k),
						    100 + i);
			else
				ck_assert_str_eq(table_get(&t, i, k), "");
		ck_assert_int_eq(t.line[i], i + 2);
	}
	table_release(&t);
}
END_TEST

/* ---- numbers of so many characters ---- */

START_TEST(a_number_of_so_many_characters_is_read)
{
	char text[100];
	double x = -1;

	memset(text, '1', sizeof(text));
	ck_assert_int_eq(units_number_of("1234xyz", 4, &x), 0);
	ck_rel(x, 1234, 0);
	ck_assert_int_eq(units_number_of("1234xyz", 5, &x), -1);
	ck_assert_int_eq(units_number_of("1234", 0, &x), -1);
	ck_assert_int_eq(units_number_of(text, 63, &x), 0);
	ck_rel(x, 1.0 / 9 * 1e63, 1e-12);
	ck_assert_int_eq(units_number_of(text, 64, &x), -1);
}
END_TEST

/* ---- the suite ---- */

static void add_numbers(Suite *s)
{
	TCase *t = tcase_create("numbers");

	tcase_add_test(t, a_power_of_ten_and_its_neighbours);
	tcase_add_loop_test(t, a_number_that_is_a_boundary_of_something, 0,
			    NR(whole));
	tcase_add_test(t, fifteen_digits_read_back_as_the_number);
	tcase_add_test(t, a_tie_goes_to_the_even_digit);
	tcase_add_loop_test(t, a_count_is_its_digits, 0, NR(counts));
	tcase_add_test(t, a_number_of_so_many_characters_is_read);
	suite_add_tcase(s, t);
}

/* What stands between items does not begin a list, and its end is cut. */
START_TEST(a_list_has_what_is_between_its_items)
{
	char list[8] = "";		/* size: "a, 12, " and a NUL */

	text_list(list, sizeof(list), ", ", "%s", "a");
	ck_assert_str_eq(list, "a");
	text_list(list, sizeof(list), ", ", "%d", 12);
	ck_assert_str_eq(list, "a, 12");
	text_list(list, sizeof(list), ", ", "%s", "b");
	ck_assert_str_eq(list, "a, 12, ");
	text_list(list, sizeof(list), ", ", "%s", "c");
	ck_assert_str_eq(list, "a, 12, ");
}
END_TEST

Suite *suite_spelling(void)
{
	Suite *s = suite_create("spelling");
	TCase *t = tcase_create("words");

	add_numbers(s);
	tcase_add_loop_test(t, words_are_joined_as_far_as_there_is_room, 0,
			    NR(joined));
	tcase_add_loop_test(t, a_name_hashes_as_fnv_says, 0, NR(hashed));
	tcase_add_loop_test(t, a_slip_is_a_third_of_a_word_or_two_letters, 0,
			    NR(slips));
	tcase_add_test(t, edits_are_a_distance);
	tcase_add_test(t, the_nearest_is_taken_wherever_it_stands);
	tcase_add_loop_test(t, beginnings_and_wholes_in_any_case, 0,
			    NR(alike));
	tcase_add_test(t, a_number_is_put_to_six_digits_or_not_at_all);
	tcase_add_test(t, a_row_is_written_by_itself);
	tcase_add_test(t, a_column_is_found_among_a_thousand);
	tcase_add_test(t, cells_keep_their_row_when_columns_come);
	tcase_add_test(t, a_list_has_what_is_between_its_items);
	suite_add_tcase(s, t);
	return s;
}
