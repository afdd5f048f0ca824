/* A rule on both sides of its boundary, and its line of arithmetic. */
#include "tests/tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "judge/report.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/judged.h"
#include "tests/rule_cases.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static const struct {
	const char *rule, *metric, *value, *given;
	enum claim_verdict verdict;
	const char *arithmetic, *reason, *needs;	/* a part; NULL: any */
} cases[] = {
	/* a wave of 10 requests of 100 tokens in a minute: 1000 tok/min */
	{ "quantum", "tpm", "3000", "window_s=60; together=10; osl=100",
	  VERDICT_PLAUSIBLE, "a wave of 10 requests of 100 tokens in 60 s is "
	  "1000 tok/min; the figure is 3.00 waves", "a whole number of waves",
	  "" },
	{ "quantum", "tpm", "3410", "window_s=60; together=10; osl=100",
	  VERDICT_INCONSISTENT, "the figure is 3.41 waves",
	  "this is 3.41 of them", "3000 or 4000 tok/min, or another script" },
	{ "quantum", "tpm", "3410", "window_s=30; together=10; osl=100",
	  VERDICT_INCONSISTENT, "in 30 s is 2000 tok/min; the figure is 1.71 "
	  "waves", NULL, "2000 or 4000 tok/min, or another script" },

	/* a hundred samples have a 99th percentile, 99 have not */
	{ "samples", "ttft_p99_ms", "512", "samples=100", VERDICT_PLAUSIBLE,
	  "100 samples", "enough requests", "" },
	{ "samples", "ttft_p99_ms", "512", "samples=99", VERDICT_UNKNOWN,
	  "99 samples", "99 requests have no 99th percentile: the figure is "
	  "the slowest of them", "100 requests or more" },
	/* 24 waves of 4 in 60 s, each 2.5 s; at 2.4 s there are 25 */
	{ "samples", "ttft_p99_ms", "512", "window_s=60; together=4; "
	  "e2e_ms=2500; osl=100", VERDICT_UNKNOWN, "60 s / 2.50 s a request, "
	  "4 at a time: 96 samples", NULL, NULL },
	{ "samples", "ttft_p99_ms", "512", "window_s=60; together=4; "
	  "e2e_ms=2400; osl=100", VERDICT_PLAUSIBLE, "60 s / 2.40 s a request,"
	  " 4 at a time: 100 samples", NULL, NULL },
	/* a request by its parts: 0.4 s and 200 gaps of 1/100 s */
	{ "samples", "ttft_p99_ms", "512", "window_s=60; together=4; "
	  "ttft_ms=400; tok_s_user=100; osl=201", VERDICT_PLAUSIBLE,
	  "60 s / 2.40 s a request", NULL, NULL },

	/* 512 says 511.5 to 512.5 */
	{ "sla", "ttft_p99_ms", "512", "sla_ttft_p99_ms=512",
	  VERDICT_PLAUSIBLE, "ttft_p99_ms 512, promised 512", "is kept", "" },
	{ "sla", "ttft_p99_ms", "512", "sla_ttft_p99_ms=511.6",
	  VERDICT_PLAUSIBLE, NULL, NULL, NULL },
	{ "sla", "ttft_p99_ms", "512", "sla_ttft_p99_ms=511.4",
	  VERDICT_INCONSISTENT, NULL, "promise is broken",
	  "a load at which ttft_p99_ms is 511.4 or less" },

	/* 1000 tok/s / 500 a request x 5.12 s: 10.24 requests */
	{ "admission", "concurrency", "10", "refill_tok_s=1000; "
	  "charge_tok=500; e2e_ms=5120", VERDICT_PLAUSIBLE, "1000 tok/s / 500 "
	  "tok a request x 5.12 s = 10.2 requests in flight",
	  "lets this many in", "" },
	{ "admission", "concurrency", "11", "refill_tok_s=1000; "
	  "charge_tok=500; e2e_ms=5120", VERDICT_INCONSISTENT, NULL,
	  "admits about 10 requests at a time, not 11",
	  "refill_tok_s of 1074" },	/* 1000 x 11 / 10.24 */

	/* two characters a token are the least */
	{ "prompt", "isl", "1000", "prompt_chars=2000", VERDICT_PLAUSIBLE,
	  "2000 characters / 1000 tokens = 2.00 characters a token",
	  "long enough", "" },
	{ "prompt", "isl", "1000", "prompt_chars=1990", VERDICT_INCONSISTENT,
	  "= 1.99 characters a token", "too short",
	  "a prompt of 4000 characters or more" },

	/* 10.24 s of 1024 tokens: a hundredth of the tok/s in flight */
	{ "little", "tok_s_total", "100", "concurrency=1; osl=1024; "
	  "e2e_ms=10240", VERDICT_PLAUSIBLE, "100 tok/s x 10.24 s / 1024 tok "
	  "= 1.00 requests in flight, of 1", "go together", "" },
	{ "little", "tok_s_total", "151", "concurrency=1; osl=1024; "
	  "e2e_ms=10240", VERDICT_INCONSISTENT, "= 1.51 requests in flight, "
	  "of 1", "1.5 requests are served at once, and there are 1",
	  "concurrency of 2, or 100 tok/s in all" },
	/* 0.2 % too many, of which the digits explain 0.1 % */
	{ "little", "tok_s_total", "100.2", "concurrency=1; osl=1024; "
	  "e2e_ms=10240", VERDICT_INCONSISTENT, NULL, NULL, NULL },
	{ "little", "tok_s_total", "100.05", "concurrency=1; osl=1024; "
	  "e2e_ms=10240", VERDICT_PLAUSIBLE, NULL, NULL, NULL },
	{ "little", "concurrency", "2", "tok_s_total=151; osl=1024; "
	  "e2e_ms=10240", VERDICT_PLAUSIBLE, "= 1.51 requests in flight, of 2",
	  NULL, NULL },

	/* no length: 10.0 a second x 1.3 s are 13; the time may be 0.2 / 1.3 =
	   15 % off, the rate 9 or 11: 10 %, and 12 x 1.16 is 13.9 */
	{ "little", "concurrency", "12", "requests_per_s=10.0; "
	  "e2e_ms=1100-1500", VERDICT_PLAUSIBLE, "10 requests/s x 1.3 s = 13 "
	  "in flight, of 12", "go together", "" },
	{ "little", "concurrency", "12", "requests_per_s=9-11; "
	  "e2e_ms=1300.0", VERDICT_PLAUSIBLE, NULL, NULL, "" },
	{ "little", "concurrency", "12", "requests_per_s=10.0; "
	  "e2e_ms=1300.0", VERDICT_INCONSISTENT, NULL, "13 are served at "
	  "once, and there are 12", "concurrency of 13" },

	/* 1,000 x $0.10: what a request costs knows no hours */
	{ "identity", "usd_per_day", "100", "requests_per_day=1000; "
	  "usd_per_request=0.100; hours_per_day=8", VERDICT_HOLDS, NULL,
	  NULL, "" },
	/* 10 x 8, not x 24; and of that many hours */
	{ "identity", "usd_per_day", "80", "usd_per_hour=10.0; "
	  "hours_per_day=8", VERDICT_HOLDS, "usd_per_hour 10 x 8 = 80 USD/day",
	  NULL, "" },
	/* 8 x $2.00 x 24: the rent is of each, if it is of one */
	{ "identity", "usd_per_day", "384", "usd_per_hour=2.00; gpus=8",
	  VERDICT_PLAUSIBLE, NULL, "With the rent of an hour that of each of "
	  "its 8 GPUs", "" },

	/* more than all there is: 101 says 100.5 or more */
	{ "share", "savings_pct", "101", "", VERDICT_INCONSISTENT,
	  "101 % of at most 100 %", "101 % is more than all there is",
	  "another measure: a ratio, not a share" },

	/* what follows: 550,000 x 1440 is 792 million a day */
	{ "identity", "tokens_per_day", "792e6", "tpm=550000",
	  VERDICT_HOLDS, NULL, "follows from the others", "" },
	{ "identity", "tokens_per_day", "396e6", "tpm=550000",
	  VERDICT_PLAUSIBLE, NULL, "what 50 % of full use around the clock "
	  "gives", "" },
	/* 2.00 x (1 - 0.68) = 0.64 */
	{ "identity", "usd_per_mtok", "0.64", "savings_pct=68.0; "
	  "versus_usd_per_mtok=2.00", VERDICT_HOLDS, "cost_ratio = (1 - "
	  "savings_pct 68 / 100) = 0.32 x; usd_per_mtok = cost_ratio 0.32 x ",
	  NULL, "" },
	{ "identity", "tok_s_gpu", "250", "tok_s_total=1000; gpus=4",
	  VERDICT_HOLDS, NULL, NULL, "" },
	{ "identity", "tok_s_gpu", "500", "tok_s_total=1000; gpus=4",
	  VERDICT_INCONSISTENT, NULL, "a factor of 2 between them",
	  "tok_s_gpu = 250 tok/s/GPU" },
	{ "identity", "tok_s_gpu", "125", "tok_s_total=1000; gpus=4",
	  VERDICT_INCONSISTENT, NULL, "a factor of 2 between them", NULL },
	/* 8 clients at 50 tok/s make 400 at most: 390 is some wait */
	{ "identity", "tok_s_total", "390", "concurrency=8; tok_s_user=50.0",
	  VERDICT_PLAUSIBLE, NULL, "98 % of what so many requests at this "
	  "pace make without a wait", "" },
	{ "identity", "tok_s_total", "490", "concurrency=8; tok_s_user=50.0",
	  VERDICT_INCONSISTENT, NULL, "make at most 400 tok/s", NULL },
	/* from half of it on; who waits longer has another trouble */
	{ "identity", "tok_s_total", "205", "concurrency=8; tok_s_user=50.0",
	  VERDICT_PLAUSIBLE, NULL, "51 % of what so many requests", "" },
};

START_TEST(a_rule_judges_by_its_arithmetic)
{
	struct judged j;
	const struct finding *f;
	char csv[1024];

	snprintf(csv, sizeof(csv), HEAD BARE ",,,,,%s,%s,\"%s\"\n",
		 cases[_i].metric, cases[_i].value, cases[_i].given);
	judged_make(&j, csv);
	f = judged_by(judged_last(&j), cases[_i].rule);
	ck_assert_msg(f->verdict == cases[_i].verdict, "%s %s: %s: %s (%s)",
		      cases[_i].metric, cases[_i].value,
		      verdict_name(f->verdict), f->reason, f->arithmetic);
	if (cases[_i].arithmetic)
		ck_assert_msg(strstr(f->arithmetic, cases[_i].arithmetic) !=
			      NULL, "%s", f->arithmetic);
	if (cases[_i].reason)
		ck_assert_msg(strstr(f->reason, cases[_i].reason) != NULL,
			      "%s", f->reason);
	if (cases[_i].needs && !*cases[_i].needs)
		ck_assert_str_eq(f->needs, "");
	else if (cases[_i].needs)
		ck_assert_msg(strstr(f->needs, cases[_i].needs) != NULL, "%s",
			      f->needs);
	judged_release(&j);
}
END_TEST

/* Of these a rule says nothing. */
static const struct {
	const char *rule, *metric, *value, *given;
} silent[] = {
	{ "share", "savings_pct", "100", "" },	/* no more than all */
	{ "identity", "tok_s_total", "195", "concurrency=8; tok_s_user=50.0" },
	{ "quantum", "tok_s_total", "50", "window_s=60; together=10; osl=9" },
	{ "quantum", "tpm", "3000", "window_s=60; together=10" },
	{ "samples", "ttft_ms", "512", "samples=99" },
	{ "samples", "ttft_p99_ms", "512", "window_s=60; together=4" },
	{ "sla", "ttft_p99_ms", "512", "" },
	{ "admission", "concurrency", "10", "refill_tok_s=1000; e2e_ms=5" },
	{ "admission", "concurrency", "10", "charge_tok=500; e2e_ms=5120" },
	{ "admission", "ttft_ms", "10", "refill_tok_s=1000; charge_tok=500; "
	  "e2e_ms=5120" },
	{ "prompt", "isl", "1000", "" },
	{ "sla", "ttft_ms", "512", "sla_ttft_p99_ms=511.4" },
	{ "share", "mtp", "3", "" },
	{ "samples", "tok_s_gpu", "512", "samples=99" },
	{ "prompt", "osl", "1000", "prompt_chars=5" },
	{ "little", "tok_s_total", "151", "concurrency=1; osl=1024" },
};

START_TEST(a_rule_is_silent_where_it_has_nothing_to_go_by)
{
	struct judged j;
	const struct claim *c;
	char csv[1024];

	snprintf(csv, sizeof(csv), HEAD BARE ",,,,,%s,%s,\"%s\"\n",
		 silent[_i].metric, silent[_i].value, silent[_i].given);
	judged_make(&j, csv);
	c = judged_last(&j);
	for (int k = 0; k < c->findings; k++)
		ck_assert_str_ne(c->finding[k].rule, silent[_i].rule);
	judged_release(&j);
}
END_TEST

START_TEST(verdicts_and_confidences_have_names)
{
	static const char *const verdicts[] = { "plausible", "holds",
		"unknown", "implausible", "inconsistent", "impossible" };
	static const char *const sure[] = { "low", "medium", "high" };

	for (int v = 0; v < VERDICT_NR; v++)
		ck_assert_str_eq(verdict_name((enum claim_verdict)v),
				 verdicts[v]);
	for (int c = 0; c < 3; c++)
		ck_assert_str_eq(confidence_name((enum confidence)c),
				 sure[c]);
}
END_TEST

/* Over twice the 700 W of one it is of all of them, where there are several. */
static const struct {
	const char *metric, *gpus, *watts;
	enum quantity is;
} powers[] = {
	{ "power", "1", "1600", Q_GPU_W },
	{ "power", "2", "1600", Q_SYSTEM_W },
	{ "power", "2", "1400", Q_GPU_W },
	{ "GPU power", "2", "1600", Q_GPU_W },
};

START_TEST(power_beyond_two_of_a_gpu_s_is_a_system_s)
{
	struct judged j;
	char csv[1024];

	snprintf(csv, sizeof(csv), HEAD "x,s,A,,h200-sxm,,,,%s,,,,,,,,%s,%s,\n",
		 powers[_i].gpus, powers[_i].metric, powers[_i].watts);
	judged_make(&j, csv);
	ck_assert_int_eq(judged_last(&j)->metric, powers[_i].is);
	judged_release(&j);
}
END_TEST

/*
 * What no known software does a version may that is not known: as far beyond as
 * nine of ten versions of a stack are from another, e^(1.28 sd).
 */
START_TEST(a_version_more_may_do_a_little_more)
{
	double least = 1, sd = 0;

	for (int i = 0; i <= 2; i++) {	/* size: far beyond, and about it */
		double beyond = exp((i == 1 ? 0.9 : 1.1) * Z80 * sd);
		const struct finding *f;
		struct judged j;
		char csv[1024];

		snprintf(csv, sizeof(csv), HEAD ON("h200-sxm", "fp8", "8", "",
			 ",16,,2048,64,ttft_ms,%.6g,\n"), least / beyond);
		judged_make(&j, csv);
		f = judged_by(judged_last(&j), "played");
		ck_assert_int_eq(f->verdict, i == 1 ? VERDICT_PLAUSIBLE :
				 VERDICT_IMPLAUSIBLE);
		least = f->at;
		sd = judged_last(&j)->limits->granted->versions;
		judged_release(&j);
	}
}
END_TEST

/* What is no claim, and the sentence that says so. */
static const struct { const char *row, *what; } nones[] = {
	{ "x,s,A,,h200-sxm,,deepseek-v3,,8,,,,,,,,fits,0.5,\n", "fits is 0.5" },
	{ "x,s,A,,h200-sxm,,deepseek-v3,,8,,,,,,,,tok_s_gpu,9,gpus=16\n",
	  "gpus is 8 in its column and 16 in given" },
	{ "x,s,A,,h200-sxm,,deepseek-v3,,8,,,,,,,,gpus,16,\n",
	  "gpus is the metric, 16, and the column says 8" },
	{ "x,s,A,,,,,,,,,,,,,,bound,gremlins,\n", "bound is \"gremlins\"" },
	{ "x,s,A,,h200-sxm,,deepseek-v3,,8,,,,0.5,,,,tok_s_gpu,9,\n",
	  "concurrency is 0.5" },
};

START_TEST(what_is_no_claim_is_told_so)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;
	char csv[1024];

	snprintf(csv, sizeof(csv), HEAD "%s", nones[_i].row);
	ck_assert(!table_parse(&t, "nones", csv, strlen(csv), &why));
	ck_assert(!claims_judge(&all, &t, shelf_library(shelf), &why));
	ck_assert(all.claim[0].malformed);
	ck_assert_str_eq(all.claim[0].fault.what, nones[_i].what);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

/* 8 x 1,000 W of a GPU of 700 W: all that is drawn may be 8,000 and has it. */
START_TEST(a_gpu_s_part_of_all_that_is_drawn_may_be_all_of_it)
{
	static const char *const all[] = { "7000-8000", "7000-7990" };

	for (int i = 0; i < NR(all); i++) {
		struct judged j;
		char csv[1024];

		snprintf(csv, sizeof(csv), HEAD "x,s,A,,h200-sxm,,,,8,,,,,,,,"
			 "gpu_w,1000-1400,system_w=%s\n", all[i]);
		judged_make(&j, csv);
		ck_assert_int_eq(judged_by(judged_last(&j), "power")->verdict,
				 i == 0 ? VERDICT_PLAUSIBLE :
				 VERDICT_IMPLAUSIBLE);
		judged_release(&j);
	}
}
END_TEST

/* One is one. */
START_TEST(a_gpu_alone_has_no_plural)
{
	static const char *const said[] = { "peak of 1 GPU;", "of 2 GPUs;" };
	struct judged j;
	char csv[1024];

	for (int i = 0; i < NR(said); i++) {
		snprintf(csv, sizeof(csv), HEAD "x,s,A,,h200-sxm,,deepseek-v2-"
			 "lite,bf16,%d,,,,1,,4096,,ttft_ms,1,\n", i + 1);
		judged_make(&j, csv);
		ck_assert_ptr_nonnull(strstr(judged_by(judged_last(&j),
			"prefill")->arithmetic, said[i]));
		judged_release(&j);
	}
}
END_TEST

/* All 72 GPUs of a domain may be a node. */
static const struct {
	const char *metric, *given;
} nodes[] = {
	{ "tok_s_node", "tok_s_gpu=1000" },
	{ "input_tok_s_node", "input_tok_s_gpu=1000" },
};

START_TEST(a_node_is_what_nvlink_joins)
{
	struct judged j;
	char csv[1024];

	snprintf(csv, sizeof(csv), HEAD "x,s,A,,gb200-nvl72,,,,,,,,,,,,%s,"
		 "72000,%s\n", nodes[_i].metric, nodes[_i].given);
	judged_make(&j, csv);
	ck_assert_int_eq(judged_by(judged_last(&j), "identity")->verdict,
			 VERDICT_HOLDS);
	judged_release(&j);
}
END_TEST

/*
 * What was taken, in what the figure follows from. $2 / 2,787 tok/s / 3,600 s
 * = 0.1993 $/Mtok is of a GPU that is used at all times; 1,000 tok/s make 43.2
 * million tokens in 12 hours of full use; and where use is what is claimed,
 * none is taken, whatever the name of the quantity.
 */
static const struct {
	const char *metric, *value, *given, *taken;
} takes[] = {
	{ "usd_per_mtok", "0.2", "usd_per_gpu_hour=2; tok_s_gpu=2787",
	  "full use is taken" },
	{ "usd_per_mtok", "0.2", "usd_per_gpu_hour=2; tok_s_gpu=2787; "
	  "utilization=1", "" },
	{ "hours_per_day", "12", "tok_s_total=1000; tokens_per_day=43200000",
	  "full use is taken" },
	{ "tokens_per_day", "86400000", "tok_s_total=1000",
	  "24 hours a day is taken; full use is taken" },
	{ "break_even_utilization", "0.3", "cost_ratio=3", "" },
	{ "tpm", "60000", "tok_s_total=1000", "" },
};

START_TEST(what_is_taken_is_what_the_figure_rests_on)
{
	struct judged j;
	char csv[1024], taken[CLAIM_TAKEN];

	snprintf(csv, sizeof(csv), HEAD BARE ",,,,,%s,%s,\"%s\"\n",
		 takes[_i].metric, takes[_i].value, takes[_i].given);
	judged_make(&j, csv);
	ck_assert_str_eq(claim_taken(judged_last(&j), taken,
				     (int)sizeof(taken)), takes[_i].taken);
	judged_release(&j);
}
END_TEST

Suite *suite_judges(void)
{
	Suite *s = suite_create("judges");
	TCase *tc = tcase_create("judges");

	tcase_add_loop_test(tc, a_rule_judges_by_its_arithmetic, 0,
			    NR(cases));
	tcase_add_loop_test(tc,
		a_rule_is_silent_where_it_has_nothing_to_go_by, 0,
		NR(silent));
	tcase_add_test(tc, verdicts_and_confidences_have_names);
	tcase_add_loop_test(tc, power_beyond_two_of_a_gpu_s_is_a_system_s, 0,
			    NR(powers));
	tcase_add_test(tc, a_version_more_may_do_a_little_more);
	tcase_add_loop_test(tc, what_is_no_claim_is_told_so, 0, NR(nones));
	tcase_add_test(tc,
		a_gpu_s_part_of_all_that_is_drawn_may_be_all_of_it);
	tcase_add_test(tc, a_gpu_alone_has_no_plural);
	tcase_add_loop_test(tc, a_node_is_what_nvlink_joins, 0, NR(nodes));
	tcase_add_loop_test(tc, what_is_taken_is_what_the_figure_rests_on, 0,
			    NR(takes));
	suite_add_tcase(s, tc);
	return s;
}
