/* Options as people spell them, and those that are none. */
#include "tests/tests.h"

#include <stdio.h>

#include "options/given.h"
#include "options/verb.h"
#include "tests/verbs.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

/* ---- names that are none ---- */

static const struct {
	const char *line, *says;
	int (*verb)(int, char **);
} misnamed[] = {
	{ "step --nonsense", "step has no option --nonsense; deeproof help "
	  "step lists them", cmd_step },
	{ "step --concurency 64", "step has no option --concurency; did you "
	  "mean --concurrency?", cmd_step },
	{ "step --ctx -1 --hww x", "step has no option --hww; did you "
	  "mean --hw?", cmd_step },
	{ "step -hw h800-sxm", "-hw is no option; write --hw",
	  cmd_step },
	{ "show -csv", "-csv is no option; write --csv", cmd_show },
	{ "plot --titel x", "plot has no option --titel; did you mean "
	  "--title?", cmd_plot },
};

START_TEST(an_option_that_is_none_is_refused_with_the_nearest)
{
	char want[256];
	struct said s;

	verb_run(&s, misnamed[_i].verb, misnamed[_i].line);
	snprintf(want, sizeof(want), "deeproof: %s\n", misnamed[_i].says);
	ck_assert_str_eq(s.err.buf, want);
	ck_assert_int_eq(s.status, EXIT_MALFORMED);
	ck_assert_uint_eq(s.out.len, 0);
	said_release(&s);
}
END_TEST

/* What follows an option that takes a value is one, whatever it looks like. */
START_TEST(an_option_is_spelt_as_people_spell_it)
{
	static const struct argp_option list[] = {
		{ "mem_share", 'm', "X", 0, "", 0 },
		{ "max-context", 'c', NULL, 0, "", 0 },
		{ "max_num_seqs", 's', "N", 0, "", 0 },
		{ "output", 'o', "FILE", 0, "", 0 }, { 0 } };
	static const struct { const char *given, *meant; } cases[] = {
		{ "--mem-share=1", "--mem_share=1" },
		{ "--MEM_SHARE", "--mem_share" },
		{ "--Max_Context", "--max-context" },
		{ "--max-num", "--max_num" },
		{ "--max-", "--max-" },		/* of two: argp says so */
		{ "--max_", "--max_" },
		{ "-oA-B", "-oA-B" }, { "file-name", "file-name" },
	};
	struct fault why = { 0 };

	for (int i = 0; i < NR(cases); i++) {
		char verb[] = "deeproof step", word[32];
		char *argv[] = { verb, word, NULL };

		snprintf(word, sizeof(word), "%s", cases[i].given);
		ck_assert_int_eq(given_spell(list, 2, argv, &why), 0);
		ck_assert_str_eq(word, cases[i].meant);
	}
	for (int i = 0; i < 2; i++) {
		char verb[] = "deeproof step", word[] = "--mem-share";
		char value[] = "--Max_Context", o[] = "-o";
		char *argv[] = { verb, i ? o : word, value, NULL };

		ck_assert_int_eq(given_spell(list, 3, argv, &why), 0);
		ck_assert_str_eq(value, "--Max_Context");
	}
}
END_TEST

Suite *suite_given(void)
{
	Suite *s = suite_create("given");
	TCase *tc = tcase_create("core");

	tcase_add_loop_test(tc,
			    an_option_that_is_none_is_refused_with_the_nearest,
			    0, NR(misnamed));
	tcase_add_test(tc, an_option_is_spelt_as_people_spell_it);
	suite_add_tcase(s, tc);
	return s;
}
