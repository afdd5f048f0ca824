#include <stdio.h>
#include <string.h>

#include "judge/report.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/tests.h"

/*
 * Claims that a checker got wrong once: true ones that it accused, false ones
 * that it acquitted. They are rows of one file, as they were.
 */
#define HEAD "id,source,system,hw,stack,model,weights,gpus,tp,ep," \
	"concurrency,ctx,isl,osl,mtp,tokens_per_step,metric,value,unit,given\n"

enum want { HOLDS, PLAUSIBLE, STANDS, UNKNOWN, INCONSISTENT, IMPOSSIBLE };

static const struct {
	const char *row;
	enum want want;
} cases[] = {
	/* one request alone: 820 tok/s at the speed of light without drafts */
	{ "case-open-batch,made,c1,h200-sxm,,deepseek-v3,fp8,8,,,,,,,,,"
	  "tok_s_user,100000,tok/s/user,", IMPOSSIBLE },
	/* NVIDIA, DeepSeek-R1 world record; MTP is left open */
	{ "case-drafts,\"nvidia\",c2,b200-sxm,trtllm,deepseek-r1,nvfp4,"
	  "8,,,1,,1024,2048,,,tok_s_user,>250,tok/s/user,", STANDS },
	/* 131 GB / 2 = 65.5 GB a GPU of 85.9 (unsloth.ai, 1.58 bits) */
	{ "case-stated-weights,unsloth.ai/blog/deepseekr1-dynamic,c3,h1"
	  "00-sxm,,deepseek-r1,,2,,,,,,,,,fits,1,1,weights_gb=65.5 GB",
	  STANDS },
	/* 51.5 + 382 GB hold 387 GB in four bits (KTransformers) */
	{ "case-offload,KTransformers tutorial,c4,rtx6000-ada,,deepseek"
	  "-r1,int4,1,,,,,,,,,host_gb,382,GB,", PLAUSIBLE },
	/* 14,800 x 226.75 x 86,400 s = 290 G a day: 58 % in use (DeepSeek) */
	{ "case-day,DeepSeek day 6,c5,h800-sxm,,deepseek-v3,,1814,,,,,,"
	  ",,,tokens_per_day,168000000000,tok/day,tok_s_node=14800 tok/"
	  "s/node; gpus_per_node=8 GPUs", PLAUSIBLE },
	/* 32 / 22 ms = 1,455 tok/s at most */
	{ "case-product,evokernel case-glm51-h200x8,c6,,,,,,,,,,,,,,tok"
	  "_s_total,2400,tok/s,tpot_ms=22 ms; concurrency=32 requests",
	  INCONSISTENT },
	/* the bound that deeproof itself prints */
	{ "sol-own,s1,m1,h800-sxm,,deepseek-v3,fp8,320,1,320,,5000,,,,,"
	  "sol_tok_s_gpu,5083,tok/s/GPU,", HOLDS },
	/* twice that, in whatever digits */
	{ "sol-round,s2,m2,h800-sxm,,deepseek-v3,fp8,320,1,320,,5000,,,"
	  ",,sol_tok_s_gpu,10000,tok/s/GPU,", IMPOSSIBLE },
	/* 671 GB in 640 */
	{ "not-fits,s3,m3,h100-sxm,,deepseek-v3,fp8,8,,,,,,,,,fits,0,1,",
	  HOLDS },
	/* 671 GB in 1.2 TB */
	{ "not-fits2,s3b,m3b,h200-sxm,,deepseek-v3,fp8,8,,,,,,,,,fits,0"
	  ",1,", INCONSISTENT },
	/* 377 GB in 687; what A100 cannot multiply is widened (croz.net) */
	{ "a100-int4,croz.net,m4,a100-80g,,deepseek-v3,int4,8,,,,,,,,,f"
	  "its,1,1,", HOLDS },
	/* the same on Hopper */
	{ "h100-int4,dzhsurf,m4b,h100-sxm,,deepseek-v3,int4,8,,,,,,,,,f"
	  "its,1,1,", HOLDS },
	/* as deeproof show prints it */
	{ "v4-kv,s5,m5,,,deepseek-v4-flash,,,,,,4096,,,,,kv_gb,17.6,MB,",
	  HOLDS },
	/* no metric has a figure without a bound */
	{ "peak-absurd,s6,m6,h200-sxm,,deepseek-v3,fp8,8,,,64,,1024,102"
	  "4,,,peak_tpm,1000000000001,tok/min,", IMPOSSIBLE },
	{ "node-absurd,s7,m7,h200-sxm,,deepseek-v3,fp8,8,,,64,,1024,102"
	  "4,,,tok_s_node,1000000001,tok/s/node,", IMPOSSIBLE },
	/* memory says nothing of speed */
	{ "ttft-no-isl,s8,m8,b200-sxm,,kimi-k2,nvfp4,8,,,,,,,,,ttft_ms,"
	  "1,ms,", UNKNOWN },
	/* 671 G x 4.5 bits = 377 GB */
	{ "weights-unjudged,madebyagents,m9,h100-sxm,,deepseek-r1,int4,"
	  "1,,,,,,,,,weights_gb,59.8,GB,", INCONSISTENT },
	/* mtp blank is not mtp 3 (BenHamm, GLM-5) */
	{ "eagle-off,BenHamm,m10,b200-sxm,,glm-5,fp8,8,8,,1,,1024,1024,"
	  ",,tpot_ms,20.22,ms,", PLAUSIBLE },
	{ "eagle-on,BenHamm,m10,b200-sxm,,glm-5,fp8,8,8,,1,,1024,1024,3"
	  ",3.52,tpot_ms,7.69,ms,", PLAUSIBLE },
	/* a figure said twice is said */
	{ "repeat-1,s11,m11,,,,,,,,,,,,,,tok_s_total,12345,tok/s,", UNKNOWN },
	{ "repeat-2,s11,m11,,,,,,,,,,,,,,tok_s_total,12345,tok/s,", UNKNOWN },
	/* the source measured more */
	{ "peak-under,s12,m12,,,,,,,,,,,,,,peak_tpm,18000,tok/min,",
	  PLAUSIBLE },
	{ "peak-row,s12,m12,,,,,,,,32,,,,,,tpm,18816,tok/min,", UNKNOWN },
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static bool is(enum claim_verdict v, enum want w)
{
	static const enum claim_verdict only[] = {
		[HOLDS] = VERDICT_HOLDS, [PLAUSIBLE] = VERDICT_PLAUSIBLE,
		[UNKNOWN] = VERDICT_UNKNOWN,
		[INCONSISTENT] = VERDICT_INCONSISTENT,
		[IMPOSSIBLE] = VERDICT_IMPOSSIBLE };

	return w == STANDS ? v <= VERDICT_HOLDS : v == only[w];
}

static void judge(const char *csv, struct claims *all, struct table *t,
		  struct shelf *shelf)
{
	struct fault why = { 0 };

	ck_assert_msg(table_parse(t, "fair.csv", csv, strlen(csv), &why) == 0,
		      "%s", why.what);
	ck_assert_int_eq(claims_judge(all, t, shelf_library(shelf), &why), 0);
}

START_TEST(each_case_is_judged_rightly)
{
	struct shelf *shelf = shelf_open();
	struct text csv = TEXT_INIT;
	struct claims all;
	struct table t;

	text_add(&csv, HEAD);
	for (int i = 0; i < CASES; i++)
		text_addf(&csv, "%s\n", cases[i].row);
	judge(csv.buf, &all, &t, shelf);
	for (int i = 0; i < CASES; i++) {
		const struct claim *c = &all.claim[i];

		ck_assert_msg(!c->malformed, "%s: %s", c->id, c->fault.what);
		ck_assert_msg(is(c->worst->verdict, cases[i].want),
			      "%s: %s: %s (%s)", c->id,
			      verdict_name(c->worst->verdict),
			      c->worst->reason, c->worst->arithmetic);
	}
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
	text_release(&csv);
}
END_TEST

static enum claim_verdict one(const char *columns, const char *row)
{
	struct shelf *shelf = shelf_open();
	enum claim_verdict v;
	struct claims all;
	struct table t;
	char csv[512];

	snprintf(csv, sizeof(csv), "%s\n%s\n", columns, row);
	judge(csv, &all, &t, shelf);
	ck_assert_msg(!all.claim[0].malformed, "%s", all.claim[0].fault.what);
	v = all.claim[0].worst->verdict;
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
	return v;
}

#define V3_H800 "hw,model,weights,gpus,tp,ep,ctx,metric,value"

/* Its verdict is that of its neighbours, however it is written. */
START_TEST(a_verdict_does_not_turn_on_digits)
{
	static const char *const near[] = { "5083", "5083.0", "5084",
		"\"5,083\"", "5.083k", "5100", "~5083", "5080..5090" };
	static const char *const far[] = { "10000", "10000.0", "10001",
		"\"10,000\"", "10k", "10001.00" };
	char row[128];

	for (unsigned i = 0; i < sizeof(near) / sizeof(*near); i++) {
		snprintf(row, sizeof(row), "h800-sxm,deepseek-v3,fp8,320,1,"
			 "320,5000,sol_tok_s_gpu,%s", near[i]);
		ck_assert_msg(one(V3_H800, row) == VERDICT_HOLDS, "%s",
			      near[i]);
	}
	for (unsigned i = 0; i < sizeof(far) / sizeof(*far); i++) {
		snprintf(row, sizeof(row), "h800-sxm,deepseek-v3,fp8,320,1,"
			 "320,5000,sol_tok_s_gpu,%s", far[i]);
		ck_assert_msg(one(V3_H800, row) == VERDICT_IMPOSSIBLE, "%s",
			      far[i]);
	}
}
END_TEST

START_TEST(names_and_formats_are_taken_as_people_write_them)
{
	static const char *const hw[] = { "h200-sxm", "H200", "H200-SXM",
		"NVIDIA H200", "8x H200", "HGX H200" };
	static const char *const format[] = { "fp8", "FP8", "fp-8", "FP-8",
		"Fp8", "float8" };
	char row[128];

	for (int i = 0; i < 6; i++) {
		snprintf(row, sizeof(row), "%s,DeepSeek-V3,%s,8,1,"
			 "tok_s_user,\"100,000 tokens/s\"", hw[i], format[i]);
		ck_assert_msg(one("hw,model,weights,gpus,concurrency,metric,"
				  "value", row) == VERDICT_IMPOSSIBLE, "%s %s",
			      hw[i], format[i]);
	}
}
END_TEST

/* The arithmetic is judged; what needs the sheet is not. */
START_TEST(hardware_without_a_sheet_is_unknown)
{
	ck_assert_int_eq(one("hw,model,gpus,concurrency,metric,value",
		"mi300x,deepseek-v3,8,1,tok_s_user,100000"), VERDICT_UNKNOWN);
	ck_assert_int_eq(one("hw,model,gpus,metric,value,given",
		"mi300x,deepseek-v3,8,tpm,600,tok_s_total=10"),
		VERDICT_HOLDS);
	ck_assert_int_eq(one("hw,model,gpus,metric,value,given",
		"mi300x,deepseek-v3,8,tpm,900,tok_s_total=10"),
		VERDICT_INCONSISTENT);
}
END_TEST

/* Clients for whom there is no room wait; sequences in flight do not. */
START_TEST(clients_may_wait_for_room)
{
	static const char head[] = "hw,model,weights,gpus,concurrency,ctx,"
		"metric,value";

	/* 8 x 150.8 GB less 685 GB of weights hold 1.7 k of 288 MB */
	ck_assert_int_le(one(head, "h200-sxm,deepseek-v3,fp8,8,100000,4096,"
			     "tok_s_total,9000"), VERDICT_HOLDS);
	ck_assert_int_eq(one("hw,model,weights,gpus,ctx,metric,value",
			     "h200-sxm,deepseek-v3,fp8,8,4096,concurrency,"
			     "100000"), VERDICT_IMPOSSIBLE);
	ck_assert_int_eq(one("hw,model,weights,gpus,batch,ctx,metric,value",
			     "h200-sxm,deepseek-v3,fp8,8,100000,4096,"
			     "tok_s_total,9000"), VERDICT_IMPOSSIBLE);
}
END_TEST

/* Two micro-batches have half the buffers: the claim is judged by that. */
START_TEST(what_fits_when_overlapped_is_judged)
{
	ck_assert_int_le(one("hw,model,weights,gpus,tp,ep,batch,ctx,mtp,"
			     "tokens_per_step,metric,value",
			     "h100-sxm,deepseek-r1,fp8,128,1,128,128,5000,1,"
			     "1.6,step_ms,73.4"), VERDICT_HOLDS);
}
END_TEST

/*
 * What was played is told as it was stated, 4.5, beside the least that its
 * digits allow, 4.45; and how far belief goes.
 */
START_TEST(a_load_is_told_as_it_was_stated)
{
	struct shelf *shelf = shelf_open();
	struct claims all;
	struct table t;

	judge("hw,model,gpus,isl,osl,metric,value,given\nh200-sxm,"
	      "deepseek-v3,8,1024,512,ttft_ms,300,requests_per_s=4.5\n",
	      &all, &t, shelf);
	ck_assert(strstr(all.claim[0].worst->arithmetic, "4.5 requests a "
			 "second (4.45, the least"));
	ck_assert(strstr(all.claim[0].worst->limit, "; at least "));
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

Suite *suite_fair(void)
{
	Suite *s = suite_create("fair");
	TCase *t = tcase_create("fair");

	tcase_add_test(t, each_case_is_judged_rightly);
	tcase_add_test(t, a_verdict_does_not_turn_on_digits);
	tcase_add_test(t, names_and_formats_are_taken_as_people_write_them);
	tcase_add_test(t, hardware_without_a_sheet_is_unknown);
	tcase_add_test(t, clients_may_wait_for_room);
	tcase_add_test(t, what_fits_when_overlapped_is_judged);
	tcase_add_test(t, a_load_is_told_as_it_was_stated);
	suite_add_tcase(s, t);
	return s;
}
