#include "tests/tests.h"

#include <string.h>

#include "base/near.h"

static const char *const shelf[] = { "h200", "h20", "gb200", "rtx6000-ada",
	"h800-pcie", "ada", "deepseek-v3", "deepseek-v4-pro" };

enum { SHELF = sizeof(shelf) / sizeof(*shelf) };

/* Whole parts between dashes come first, upper and lower case alike. */
static const struct {
	const char *word, *said;
	int found;
} names[] = {
	{ "h20", "\"h20\"", 1 },	/* not h200 and gb200 as well */
	{ "ada", "\"rtx6000-ada\" or \"ada\"", 2 },
	{ "ADA", "\"rtx6000-ada\" or \"ada\"", 2 },
	{ "pcie", "\"h800-pcie\"", 1 },
	{ "v4", "\"deepseek-v4-pro\"", 1 },
	{ "v4-pro", "\"deepseek-v4-pro\"", 1 },
	{ "deepseek", "\"deepseek-v3\" or \"deepseek-v4-pro\"", 2 },
	{ "rtx", "\"rtx6000-ada\"", 1 },	/* what begins with it */
	{ "seek-v3", "", 0 },		/* no part; 4 edits of 7 */
	{ "epseek-v3", "\"deepseek-v3\"", 1 },	/* 2 of 9 */
	{ "h201", "\"h200\"", 1 },	/* so is h20 */
	{ "pciz", "\"h800-pcie\"", 1 },	/* 6 edits, but 1 of a part */
	{ "h7", "", 0 },		/* of two letters none may be wrong */
	{ "zebra", "", 0 },
	{ "", "", 0 },
};

START_TEST(a_part_of_a_name_finds_those_that_have_it)
{
	struct text out = { 0 };

	ck_assert_int_eq(near_names(names[_i].word, shelf, SHELF, &out),
			 names[_i].found);
	ck_assert_str_eq(out.len ? out.buf : "", names[_i].said);
	text_release(&out);
}
END_TEST

/* All are counted, MOST_MEANT of them are said. */
START_TEST(of_many_that_are_meant_the_first_are_said)
{
	const char *many[MOST_MEANT + 2];
	struct text out = { 0 };
	int ors = 0;

	for (int i = 0; i < MOST_MEANT + 2; i++)
		many[i] = "a-b";
	ck_assert_int_eq(near_names("b", many, MOST_MEANT + 2, &out),
			 MOST_MEANT + 2);
	for (const char *at = out.buf; (at = strstr(at, " or ")); at++)
		ors++;
	ck_assert_int_eq(ors, MOST_MEANT - 1);
	text_release(&out);
}
END_TEST

/* Insertions, deletions and swaps of one letter each cost one. */
static const struct {
	const char *a, *b;
	int edits;
} pairs[] = {
	{ "", "", 0 },
	{ "abc", "", 3 },
	{ "", "abc", 3 },
	{ "kitten", "sitting", 3 },	/* k-s, e-i, +g */
	{ "flaw", "lawn", 2 },		/* -f, +n */
	{ "GPU", "gpu", 0 },
	{ "abcd", "acbd", 2 },		/* neighbours swapped are two */
	{ "abcdef", "bcdefa", 2 },
	{ "tp", "ep", 1 },
};

START_TEST(a_distance_is_the_fewest_edits)
{
	ck_assert_int_eq(near_distance(pairs[_i].a, pairs[_i].b),
			 pairs[_i].edits);
	ck_assert_int_eq(near_distance(pairs[_i].b, pairs[_i].a),
			 pairs[_i].edits);
}
END_TEST

START_TEST(what_begins_with_a_word_says_how_long_that_is)
{
	ck_assert_int_eq(near_begins("Tokens/s", "tok"), 3);
	ck_assert_int_eq(near_begins("tok", "tok"), 3);
	ck_assert_int_eq(near_begins("to", "tok"), 0);
	ck_assert_int_eq(near_begins("token", "tock"), 0);
	ck_assert_int_eq(near_begins("token", ""), 0);
}
END_TEST

START_TEST(the_same_is_whole_and_in_any_case)
{
	ck_assert(near_same("TPOT", "tpot"));
	ck_assert(!near_same("tpots", "tpot"));
	ck_assert(!near_same("tpo", "tpot"));
	ck_assert(!near_same("a", ""));
	ck_assert(!near_same("", "a"));
	ck_assert(near_same("", ""));
}
END_TEST

Suite *suite_near(void)
{
	Suite *s = suite_create("near");
	TCase *tc = tcase_create("near");

	tcase_add_loop_test(tc, a_part_of_a_name_finds_those_that_have_it, 0,
			    sizeof(names) / sizeof(*names));
	tcase_add_test(tc, of_many_that_are_meant_the_first_are_said);
	tcase_add_loop_test(tc, a_distance_is_the_fewest_edits, 0,
			    sizeof(pairs) / sizeof(*pairs));
	tcase_add_test(tc, what_begins_with_a_word_says_how_long_that_is);
	tcase_add_test(tc, the_same_is_whole_and_in_any_case);
	suite_add_tcase(s, tc);
	return s;
}
