/*
 * A figure a little on either side of what a rule allows, and which finding of
 * several a claim is told.
 */
#include "tests/tests.h"

#include <stdio.h>

#include "tests/judged.h"
#include "tests/rule_cases.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

#define USERS(system, hw, gpus, total) \
	"x,s," system ",," hw ",,deepseek-v2-lite,," gpus \
	",,,,16,,1000,1000,tok_s_total," total ",\n"

static const struct {
	const char *rows, *rule;	/* that the last is told */
	enum claim_verdict verdict;
} cases[] = {
	/* 32 / 22 ms = 1,454.5 a second; a mean for a median is 3 % apart at
	   most: 1,498 */
	{ PLAIN("tok_s_total", "1480.0", "tpot_ms=22.00; concurrency=32"),
	  "identity", VERDICT_PLAUSIBLE },
	{ PLAIN("tok_s_total", "1510.0", "tpot_ms=22.00; concurrency=32"),
	  "identity", VERDICT_INCONSISTENT },
	/* of 1,500 a second each of 32 has 46.9 at least; 3 % less are 45.5 */
	{ PLAIN("tok_s_user", "46.0", "tok_s_total=1500.0; concurrency=32"),
	  "identity", VERDICT_PLAUSIBLE },
	{ PLAIN("tok_s_user", "45.0", "tok_s_total=1500.0; concurrency=32"),
	  "identity", VERDICT_INCONSISTENT },

	/* 1 x 3.35 TB/s and 1,979 TFLOP/s in FP8 beside 8 x 2.039 and 312 in
	   BF16, which the older has alone: 16.3 and 2,496 */
	{ USERS("A", "a100-80g", "8", "1000") USERS("B", "h100-sxm", "1",
	  "1500"), "dominance", VERDICT_IMPLAUSIBLE },
	/* and beside four of them, 8.2 and 1,248: more, though 989 in BF16
	   would be less */
	{ USERS("A", "a100-80g", "4", "1000") USERS("B", "h100-sxm", "1",
	  "1500"), "loaded", VERDICT_PLAUSIBLE },

	/* 64 x 20 = 1,280 a second of answers, of prompts and answers nine
	   times that: it may be of both. One GPU's memory, which holds a tenth
	   of the weights, grants that no more than without it. */
	{ ON("h200-sxm", "fp8", "8", "", ",64,,8000,1000,tok_s_total,10000,"
	  "tok_s_user=20\n"), "identity", VERDICT_PLAUSIBLE },
	{ ON("h200-sxm", "fp8", "1", "", ",64,,8000,1000,tok_s_total,10000,"
	  "tok_s_user=20\n"), "memory", VERDICT_IMPOSSIBLE },

	/* 2 x 37 G FLOP a token, 1,979 TFLOP/s: 27 thousand a second and GPU,
	   whether prompts or answers have no length */
	{ ON("h200-sxm", "fp8", "8", "", ",,,2048,,all_tok_s_gpu,90000,\n"),
	  "input", VERDICT_IMPOSSIBLE },
	{ ON("h200-sxm", "fp8", "8", "", ",,,,1024,all_tok_s_gpu,90000,\n"),
	  "input", VERDICT_IMPOSSIBLE },
	{ ON("h200-sxm", "fp8", "8", "", ",,,2048,1024,all_tok_s_gpu,90000,"
	  "\n"), "speed", VERDICT_IMPOSSIBLE },

	/* 8 x 4.8 TB/s over 37 GB are 1,040 steps a second: two currencies
	   leave that as it is, but of money nothing is known */
	{ ON("h200-sxm", "fp8", "8", "", ",64,,1000,1000,tok_s_user,20000,"
	  "usd_per_hour=16 EUR/h; usd_per_gpu_hour=$2\n"), "decode",
	  VERDICT_IMPOSSIBLE },
	{ ON("h200-sxm", "fp8", "8", "", ",64,,1000,1000,usd_per_mtok,"
	  "\xe2\x82\xac" "0.0001,usd_per_gpu_hour=$2\n"), "speed",
	  VERDICT_UNKNOWN },
	{ ON("h200-sxm", "fp8", "8", "", ",64,,1000,1000,usd_per_mtok,"
	  "$0.0001,usd_per_gpu_hour=$2\n"), "speed", VERDICT_IMPOSSIBLE },
};

START_TEST(a_claim_is_told_the_finding_that_weighs_most)
{
	struct judged j;
	const struct finding *f;
	char csv[1024];

	snprintf(csv, sizeof(csv), HEAD "%s", cases[_i].rows);
	judged_make(&j, csv);
	f = judged_last(&j)->worst;
	ck_assert_str_eq(f->rule, cases[_i].rule);
	ck_assert_msg(f->verdict == cases[_i].verdict, "%d: %s", f->verdict,
		      f->reason);
	judged_release(&j);
}
END_TEST

Suite *suite_weighed(void);

Suite *suite_weighed(void)
{
	Suite *s = suite_create("weighed");
	TCase *t = tcase_create("weighed");

	tcase_add_loop_test(t, a_claim_is_told_the_finding_that_weighs_most,
			    0, NR(cases));
	suite_add_tcase(s, t);
	return s;
}
