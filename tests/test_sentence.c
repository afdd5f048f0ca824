#include "tests/tests.h"

#include <stdio.h>
#include <string.h>

#include "judge/report.h"
#include "rules/rule.h"
#include "tests/judged.h"
#include "tests/rule_cases.h"

/* Sentences about claims: their numbers, and on how many GPUs they are. */

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/*
 * Five digits are hard to read in one, and so are powers of ten; a number with
 * decimals is as it was written, and what is part of a name is no number.
 */
static const struct { const char *line, *says; } lines[] = {
	{ "1234 tok", "1234 tok" },
	{ "12345 tok", "12,345 tok" },
	{ "12345.6 GB", "12345.6 GB" },
	{ "1.25e+06 tok", "1.25 million tok" },
	{ "2e+09 and 3e-05", "2 billion and 3e-05" },
	{ "10e and 20e+", "10e and 20e+" },
	{ "h12345, x-12345, 12345", "h12345, x-12345, 12,345" },
	{ "12345. Then", "12,345. Then" },
	{ "inf times, info, -inf", "over a million trillion times, info, "
	  "-inf" },
	{ "10 of inf", "10 of over a million trillion" },
};

START_TEST(a_number_is_written_to_be_read)
{
	char line[128];

	finding_line(line, sizeof(line), "%s", lines[_i].line);
	ck_assert_str_eq(line, lines[_i].says);
}
END_TEST

/* Where a line is full no character is left in part: e-acute is two bytes. */
START_TEST(a_line_is_cut_between_characters)
{
	char line[6];

	finding_line(line, sizeof(line), "%s", "abcd\xc3\xa9");
	ck_assert_str_eq(line, "abcd");
	finding_line(line, sizeof(line), "%s", "abcdef");
	ck_assert_str_eq(line, "abcde");
	finding_line(line, sizeof(line), "%s", "ab\xe2\x82\xac\xe2\x82\xac");
	ck_assert_str_eq(line, "ab");
}
END_TEST

/*
 * Without GPUs a rate is judged on 64 of them, or on those of its layout; what
 * a user sees, and what a number of users makes, on the number that is best
 * for it; what is not of GPUs on none. One user is served soonest within
 * NVLink: by 8 H200, or by the 72 of a rack, which are no power of two.
 */
static const struct { const char *hw, *tp, *users, *metric, *value;
		      double gpus; } open[] = {
	{ "h200-sxm", "", "", "tok_s_gpu", "10", 64 },
	{ "h200-sxm", "", "", "tok_s_total", "10", 64 },
	{ "h200-sxm", "", "", "usd_per_mtok", "10", 64 },
	{ "h200-sxm", "4", "", "tok_s_gpu", "10", 64 },
	{ "h200-sxm", "", "", "weights_gb", "671", 0 },
	{ "h200-sxm", "", "", "kv_gb", "1", 0 },
	{ "h200-sxm", "", "", "load_s", "600", 0 },
	{ "h200-sxm", "", "", "params_total", "671", 0 },
	{ "h200-sxm", "", "1", "tok_s_total", "10", 8 },
	{ "h200-sxm", "", "1", "tpm", "600", 8 },
	{ "h200-sxm", "", "1", "peak_tpm", "600", 8 },
	{ "h200-sxm", "", "1", "requests_per_s", "0.01", 8 },
	{ "h200-sxm", "", "1", "usd_per_mtok", "10", 64 },
	{ "gb200-nvl72", "", "1", "tok_s_user", "10", 72 },
};

START_TEST(a_figure_is_of_as_many_gpus_as_its_kind_asks)
{
	struct judged j;
	char csv[512];

	snprintf(csv, sizeof(csv), HEAD "x,s,A,,%s,,deepseek-v3,,,%s,,,%s,"
		 "1000,,1000,%s,%s,\n", open[_i].hw, open[_i].tp,
		 open[_i].users, open[_i].metric, open[_i].value);
	judged_make(&j, csv);
	ck_rel(judged_last(&j)->gpus_taken, open[_i].gpus, 0);
	judged_release(&j);
}
END_TEST

/* 16 B parameters are in one GPU, and 100 tok/s need no second. */
START_TEST(a_small_model_is_held_by_one_gpu)
{
	struct judged j;
	const struct finding *f;
	char taken[CLAIM_TAKEN];

	judged_make(&j, HEAD "x,s,A,,h200-sxm,,deepseek-v2-lite,,,,,,,,1024,"
		    "1024,tok_s_total,100,\n");
	f = judged_by(judged_last(&j), "count");
	ck_assert_msg(strstr(f->arithmetic, ": 1 GPUs; 1 hold the model") !=
		      NULL, "%s", f->arithmetic);
	ck_assert_str_eq(f->needs, "1 of these GPUs or more");
	claim_taken(judged_last(&j), taken, sizeof(taken));
	ck_assert_ptr_nonnull(strstr(taken, "stated: 64 are taken"));
	judged_release(&j);
}
END_TEST

/* What nothing judges needs what it does not state: of each kind its own. */
static const struct { const char *metric, *given, *needs; } bares[] = {
	{ "ttft_ms", "", "hw, model, gpus, isl, the load (concurrency, "
	  "together) for a request-level run" },
	{ "ttft_p50_ms", "", "hw, model, gpus, isl, the load" },
	{ "ttft_p99_ms", "", "hw, model, gpus, isl, the load" },
	{ "e2e_p99_ms", "", "hw, model, gpus, isl, the load" },
	{ "e2e_ms", "", "hw, model, gpus, isl, osl, the load" },
	{ "tpot_ms", "", "hw, model, gpus, or other quantities that tpot_ms "
	  "follows from" },
	{ "step_ms", "gpus=8", "hw, model, or other quantities that step_ms" },
	{ "tpm", "", "hw, model, gpus, or other" },
	{ "fits", "", "hw, model, gpus, or other" },
	{ "cache_hit", "", "other quantities that cache_hit follows from" },
};

START_TEST(what_nothing_judges_is_told_what_it_needs)
{
	struct judged j;
	char csv[256];

	snprintf(csv, sizeof(csv), HEAD BARE ",,,,,%s,1,%s\n",
		 bares[_i].metric, bares[_i].given);
	judged_make(&j, csv);
	ck_assert_msg(strstr(judged_by(judged_last(&j), "none")->needs,
			     bares[_i].needs) ==
		      judged_by(judged_last(&j), "none")->needs, "%s",
		      judged_by(judged_last(&j), "none")->needs);
	judged_release(&j);
}
END_TEST

/* One draft of 95 to 105 % is at most one token more. */
START_TEST(no_more_drafts_are_taken_than_there_are)
{
	struct judged j;

	judged_make(&j, HEAD ON("h200-sxm", "fp8", "8", "", ",64,1000,,,"
		    "tok_s_user,30,mtp=1; acceptance=95-105%\n"));
	ck_rel(judged_last(&j)->scenario.tokens_per_step, 2, 0);
	judged_release(&j);
	judged_make(&j, HEAD ON("h200-sxm", "fp8", "8", "", ",64,1000,,,"
		    "tok_s_user,30,mtp=2; acceptance=60-70%\n"));
	ck_rel(judged_last(&j)->scenario.tokens_per_step, 1 + 2 * 0.7, 1e-12);
	judged_release(&j);
}
END_TEST

/*
 * A step with drafts brings several tokens: known software takes as long for it
 * as for so many.
 */
START_TEST(a_step_of_several_tokens_takes_as_long_as_they_do)
{
	double known = 1e4, sheets = 0;	/* ms: far within, and about it */

	for (int i = 0; i <= 2; i++) {	/* size: within, beyond and at it */
		double ms = known * (i == 1 ? 0.9 - sheets : 1.1);
		struct judged j;
		char csv[512];

		snprintf(csv, sizeof(csv), HEAD ON("h200-sxm", "fp8", "8", "",
			 ",64,1000,,,step_ms,%.6g,mtp=3\n"), ms);
		judged_make(&j, csv);
		ck_assert_int_eq(judged_by(judged_last(&j), "decode")->verdict
				 == VERDICT_IMPLAUSIBLE, i == 1);
		ck_assert_double_gt(judged_last(&j)->limits->user.tokens, 1.5);
		known = 1e3 /* math: ms */ / judged_last(&j)->limits->user.most
			* judged_last(&j)->limits->user.tokens;
		sheets = judged_last(&j)->limits->granted->sheets;
		judged_release(&j);
	}
}
END_TEST

Suite *suite_sentence(void);

Suite *suite_sentence(void)
{
	Suite *s = suite_create("sentence");
	TCase *t = tcase_create("sentence");

	tcase_add_loop_test(t, a_number_is_written_to_be_read, 0, NR(lines));
	tcase_add_test(t, a_line_is_cut_between_characters);
	tcase_add_loop_test(t, a_figure_is_of_as_many_gpus_as_its_kind_asks,
			    0, NR(open));
	tcase_add_test(t, a_small_model_is_held_by_one_gpu);
	tcase_add_loop_test(t, what_nothing_judges_is_told_what_it_needs, 0,
			    NR(bares));
	tcase_add_test(t, no_more_drafts_are_taken_than_there_are);
	tcase_add_test(t, a_step_of_several_tokens_takes_as_long_as_they_do);
	suite_add_tcase(s, t);
	return s;
}
