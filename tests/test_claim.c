#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "judge/report.h"
#include "rules/rule.h"
#include "judge/verdict.h"
#include "read/sheet.h"
#include "library/shelf.h"
#include "tests/tests.h"

/* ---- amounts ---- */

static const struct {
	enum quantity q;
	const char *text, *unit;
	double low, value, high;
} amounts[] = {
	/* a figure is as good as its digits */
	{ Q_TPM, "550000", "", 545000, 550000, 555000 },
	{ Q_TOK_S_USER, "79.3", "tok/s/user", 79.25, 79.3, 79.35 },
	{ Q_TOK_S_USER, "105.0", "", 104.95, 105, 105.05 },
	{ Q_TPM, "6.30e3", "tok/min", 6295, 6300, 6305 },
	{ Q_TOKENS_PER_DAY, "2.6e9", "tok/day", 2.55e9, 2.6e9, 2.65e9 },
	/* numbers of things are exact */
	{ Q_GPUS, "320", "GPUs", 320, 320, 320 },
	{ Q_ISL, "2048", "", 2048, 2048, 2048 },
	/* ranges and bounds */
	{ Q_HOURS_PER_DAY, "8..12", "h/day", 8, 10, 12 },
	{ Q_TTFT_MS, "<700", "ms", 0, 700, 700 },
	/* units: 4.2 s are 4200 ms; 1 tok/s is 60 a minute; MiB are not MB */
	{ Q_TTFT_MS, "4.2", "s", 4150, 4200, 4250 },
	{ Q_TPM, "10", "tok/s", 570, 600, 630 },	/* 9.5 to 10.5 */
	{ Q_KV_GB, "334", "MB", 0.3335, 0.334, 0.3345 },
	{ Q_KV_GB, "1.0", "GiB", 1.0200547328, 1.073741824, 1.1274289152 },
	/* two digits count at least of a whole number that ends in zeros */
	{ Q_TOK_S_USER, "100", "", 95, 100, 105 },
	{ Q_TOK_S_USER, "1,000", "", 950, 1000, 1050 },
	{ Q_TOK_S_USER, "1000.0", "", 999.95, 1000, 1000.05 },
	{ Q_TOK_S_USER, "1001", "", 1000.5, 1001, 1001.5 },
	{ Q_TOK_S_USER, "99", "", 98.5, 99, 99.5 },
	/* as people write them */
	{ Q_TOK_S_TOTAL, "3,872", "", 3871.5, 3872, 3872.5 },
	{ Q_TOK_S_TOTAL, "3.8k", "", 3750, 3800, 3850 },
	{ Q_TOK_S_TOTAL, "18K", "tokens/s", 17500, 18000, 18500 },
	{ Q_TOK_S_TOTAL, "1M", "", 950000, 1000000, 1050000 },
	{ Q_TOKENS_PER_DAY, "2.6 billion", "", 2.55e9, 2.6e9, 2.65e9 },
	/* around: five per cent */
	{ Q_TOK_S_TOTAL, "~3872", "", 3678.4, 3872, 4065.6 },
	{ Q_TOK_S_USER, "30-40", "", 30, 35, 40 },
	{ Q_TOK_S_USER, "30 to 40", "tok/s/user", 30, 35, 40 },
	{ Q_TOK_S_TOTAL, "30-40k", "", 30000, 35000, 40000 },
	{ Q_TTFT_MS, "under 700", "ms", 0, 700, 700 },
	{ Q_TTFT_MS, "4.2 s", "", 4150, 4200, 4250 },
	{ Q_TOK_S_USER, "up to 30", "", 29.5, 30, 30.5 },
	{ Q_TPM, "550000 tokens per minute", "", 545000, 550000, 555000 },
	{ Q_USD_PER_MTOK, "$0.28", "USD per million tokens", 0.275, 0.28,
	  0.285 },
	{ Q_PARAMS_TOTAL, "671B", "", 670.5, 671, 671.5 },
	/* of one digit: ten */
	{ Q_TOK_S_USER, "~30", "", 27, 30, 33 },
	{ Q_TTFT_MS, "12,5 ms", "", 12.45, 12.5, 12.55 },
	{ Q_TTFT_MS, "sub-50", "", 0, 50, 50 },
	{ Q_TOKENS_PER_DAY, "2.1 x 10^8", "", 2.05e8, 2.1e8, 2.15e8 },
	/* 128k is 128,000 or 131,072 */
	{ Q_CTX, "128k", "", 128000, 128000, 131072 },
};

static int amount(int i, struct amount *a, struct fault *why)
{
	return quantity_amount(amounts[i].q, &(struct written){
		amounts[i].text, amounts[i].unit, NULL }, a, why);
}

START_TEST(an_amount_is_what_its_digits_allow)
{
	struct fault why = { .row = 0 };
	struct amount a;

	ck_assert_int_eq(amount(_i, &a, &why), 0);
	ck_rel(a.low, amounts[_i].low, 1e-9);
	ck_rel(a.value, amounts[_i].value, 1e-9);
	ck_rel(a.high, amounts[_i].high, 1e-9);
}
END_TEST

START_TEST(more_than_has_no_upper_end)
{
	struct fault why = { .row = 0 };
	struct amount a;

	static const char *const said[] = { ">5", ">=5", "over 5", "5+",
		"at least 5", "\xe2\x89\xa5 5", "more than 5" };

	for (unsigned i = 0; i < sizeof(said) / sizeof(*said); i++) {
		ck_assert_int_eq(quantity_amount(Q_RATIO, &(struct written){
			said[i], "x", NULL }, &a, &why), 0);
		ck_assert_msg(isinf(a.high) && a.low > 4.9, "%s", said[i]);
	}
}
END_TEST

static const struct {
	const char *given, *what, *remedy;
} malformed[] = {
	{ "tpm", "given has \"tpm\"", "name=value unit" },
	{ "tpm=", "given has \"tpm=\"", "name=value unit" },
	{ "isl=2048; tmp=3", "\"tmp\" is no quantity",
	  "did you mean tpm" },
	{ "isl=2048; tpm=fast", "tpm is \"fast\"",
	  "write a number" },
	{ "isl=2048; batch=3", "\"batch\" is no quantity", "it is a column: "
	  "give it there, or as --batch" },
	{ "tpm=3 parsec", "tpm is in \"parsec\"",
	  "write one of: tok/s" },
	{ "hours_per_day=12..8", "a range that falls",
	  "smaller number first" },
	{ "tpm=-1", "tpm is \"-1\"", "write a number" },
};

START_TEST(a_malformed_given_says_where_and_what)
{
	struct stated a = { .unread = "" };
	struct fault why = { 0 };

	ck_assert_int_eq(quantity_given(malformed[_i].given, &a, &why), -1);
	ck_assert_msg(strstr(why.what, malformed[_i].what) != NULL, "%s",
		      why.what);
	ck_assert_msg(strstr(why.remedy, malformed[_i].remedy) != NULL, "%s",
		      why.remedy);
}
END_TEST

START_TEST(given_is_read_into_amounts)
{
	struct stated a = { .unread = "" };
	struct fault why = { .row = 0 };

	ck_assert_int_eq(quantity_given(" tpm=550000 tok/min;isl=2048 ;"
		"utilization=50 %; ", &a, &why), 0);
	ck_rel(a.first.of[Q_TPM].value, 550000, 1e-12);
	ck_rel(a.first.of[Q_ISL].value, 2048, 1e-12);
	ck_rel(a.first.of[Q_UTILIZATION].value, 0.5, 1e-12);
	ck_assert(!a.first.of[Q_OSL].known);
}
END_TEST

START_TEST(every_quantity_has_a_name_a_unit_and_a_sentence)
{
	struct text out = TEXT_INIT;
	int lines = 0;

	quantity_vocabulary(&out);
	for (const char *s = out.buf; *s; s++)
		lines += *s == '\n';
	ck_assert_int_eq(lines, Q_NR + 1);
	ck_assert(strstr(out.buf, ",,") == NULL);
	for (int q = 0; q < Q_NR; q++) {
		enum quantity back;
		struct fault why;

		ck_assert_int_eq(quantity_parse(quantity_name(
			(enum quantity)q), &back, &why), 0);
		ck_assert_int_eq((int)back, q);
		ck_rel(quantity_factor(back, quantity_unit(back)), 1, 0);
	}
	text_release(&out);
}
END_TEST

static const struct {
	double x;
	const char *words;
} humans[] = {
	{ 792e6, "792 million" }, { 792e9, "792 billion" },
	{ 4e12, "4 trillion" }, { 304100, "304,100" }, { 1000, "1,000" },
	{ 999.9, "1,000" }, { 12000, "12,000" }, { 0.3046, "0.3046" },
	{ 1007, "1,007" },
};

START_TEST(a_number_reads_as_people_write_it)
{
	char out[48];

	ck_assert_str_eq(quantity_human(humans[_i].x, out, sizeof(out)),
			 humans[_i].words);
}
END_TEST

/* ---- identities ---- */

/* 550,000 a minute, 1440 minutes: 792 million. Half of 8 hours: 132. */
START_TEST(a_day_follows_from_a_minute)
{
	struct amounts a = { 0 };
	struct account kept;
	struct known k;
	char line[400];

	a.of[Q_TPM] = amount_exact(550000);
	known_init(&k, &a, 1);
	known_close(&k, Q_TOKENS_PER_DAY);
	ck_rel(k.amounts.of[Q_TOKENS_PER_DAY].value, 792e6, 1e-12);
	ck_assert(k.assumed[Q_HOURS_PER_DAY]);
	ck_assert_int_eq(k.leans[Q_TOKENS_PER_DAY], LEANS_UP);
	account_keep(&kept, &k);
	account_trail(&kept, Q_TOKENS_PER_DAY, line, sizeof(line));
	free(kept.entry);
	ck_assert_str_eq(line, "tokens_per_day = tpm 550,000 x hours_per_day "
			 "24 x utilization 1 x 60 = 792 million tok/day");
	a.of[Q_HOURS_PER_DAY] = amount_exact(8);
	a.of[Q_UTILIZATION] = amount_exact(0.5);
	known_init(&k, &a, 1);
	known_close(&k, Q_TOKENS_PER_DAY);
	ck_rel(k.amounts.of[Q_TOKENS_PER_DAY].value, 132e6, 1e-12);
}
END_TEST

START_TEST(what_the_metric_gave_is_marked)
{
	struct amounts a = { 0 };
	struct known k;

	a.of[Q_TPM] = amount_exact(6000);
	a.of[Q_GPUS] = amount_exact(4);
	known_init(&k, &a, 1);
	known_close(&k, Q_TPM);
	/* 6000 a minute, 100 a second, 25 a GPU */
	ck_rel(k.amounts.of[Q_TOK_S_GPU].value, 25, 1e-12);
	ck_assert(k.from_metric[Q_TOK_S_GPU]);
	known_init(&k, &a, 1);
	known_close(&k, Q_GPUS);
	ck_assert(!k.from_metric[Q_TOK_S_TOTAL]);
}
END_TEST

static const struct {
	enum quantity q;
	double claimed, implied;
	const char *slip;
} slips[] = {
	{ Q_TOKENS_PER_DAY, 792e9, 792e6, "thousandfold" },
	{ Q_TOKENS_PER_DAY, 792e6, 792e9, "thousandfold" },
	{ Q_TOKENS_PER_DAY, 792e12, 792e6, "millionfold" },
	{ Q_USD_PER_MTOK, 1, 24, "factor of 24" },
	{ Q_TPM, 1, 60, "factor of 60" },
	{ Q_KV_GB, 1, 1.048576, "MiB for MB" },
	{ Q_KV_GB, 1, 1.073741824, "GiB for GB" },
	{ Q_TPM, 1, 1.048576, NULL },	/* tokens have no MiB */
	{ Q_TPM, 1, 2, NULL },
};

START_TEST(a_slip_has_a_name)
{
	struct amount a = amount_exact(slips[_i].claimed);
	struct amount b = amount_exact(slips[_i].implied);
	const char *name = slip_name(slips[_i].q, &a, &b);

	if (!slips[_i].slip)
		ck_assert(name == NULL);
	else
		ck_assert(name && strstr(name, slips[_i].slip));
}
END_TEST

/* ---- rows ---- */

static const struct {
	const char *csv, *what;
	int row, column;
} bad_rows[] = {
	{ "metric,value\nspeed,3\n", "\"speed\" is no quantity", 2, 1 },
	{ "metric,value\ntpm,fast\n", "tpm is \"fast\"", 2, 2 },
	{ "metric,value,unit\ntpm,3,GB\n", "tpm is in \"GB\"", 2, 3 },
	{ "metric,value,given\ntpm,3,isl\n", "given has \"isl\"", 2, 3 },
	{ "metric,value,isl,given\ntpm,3,9,isl=8\n", "isl is 9 in its column "
	  "and 8 in given", 2, 4 },
	{ "metric,value,hw\ntpm,3,no/such.csv\n", "no/such.csv", 2, 3 },
	{ "metric,value,stack\ntpm,3,sgland\n", "sgland", 2, 3 },
	{ "metric,value,weights\ntpm,3,fp3\n", "weights is \"fp3\"", 2, 3 },
	{ "metric,value,balance\ntpm,3,even\n", "balance is \"even\"", 2,
	  3 },
	{ "metric,value,tp\ntpm,3,1.5\n", "tp is 1.5", 2, 3 },
	{ "metric,value\nfits,0.5\n", "fits is 0.5", 2, 2 },
	{ "metric,value,hw,model,gpus,tp\ntpm,3,h800-sxm,deepseek-v3,8,3\n",
	  "tp = 3", 2, 6 },
	{ "metric,value,hw,model,gpus,batch,concurrency\n"
	  "tpm,3,h800-sxm,deepseek-v3,8,4,9\n",
	  "batch 4 on 8 groups is not concurrency 9", 2, 6 },
	{ "metric,value,isl\ntpm,3,many\n", "isl is \"many\"", 2, 3 },
};

static int judge(struct claims *all, struct table *t, const char *csv,
		 struct shelf *shelf, struct fault *why)
{
	ck_assert_int_eq(table_parse(t, "claims.csv", csv, strlen(csv), why),
			 0);
	return claims_judge(all, t, shelf_library(shelf), why);
}

START_TEST(a_malformed_claim_says_where_and_what)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;

	ck_assert_int_eq(judge(&all, &t, bad_rows[_i].csv, shelf, &why), 0);
	ck_assert(all.claim[0].malformed);
	why = all.claim[0].fault;
	ck_assert_msg(strstr(why.what, bad_rows[_i].what) != NULL, "%s",
		      why.what);
	ck_assert_str_eq(why.file, "claims.csv");
	ck_assert_int_eq(why.row, bad_rows[_i].row);
	ck_assert_int_eq(why.column, bad_rows[_i].column);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

START_TEST(the_rows_beside_a_malformed_one_are_judged)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t, out;

	/* what was written there before is of another check */
	ck_assert_int_eq(judge(&all, &t, "id,metric,value,given,verdict\n"
		"a,speed,3,,holds\nb,tpm,600,tok_s_total=10 tok/s,\n", shelf,
		&why), 0);
	ck_assert(all.claim[0].malformed);
	ck_assert_int_eq(all.claim[1].worst->verdict, VERDICT_HOLDS);
	table_init(&out, "");
	claims_table(&all, &t, &out);
	ck_assert_str_eq(table_get(&out, 0, table_column(&out, "verdict")),
			 "");
	ck_assert_str_eq(table_get(&out, 1, table_column(&out, "verdict")),
			 "holds");
	table_release(&out);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

START_TEST(a_file_without_metric_is_refused)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;

	ck_assert_int_eq(judge(&all, &t, "id,value\na,3\n", shelf, &why), -1);
	ck_assert_str_eq(why.what, "there is no column metric");
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

START_TEST(what_cannot_be_judged_names_what_is_missing)
{
	struct shelf *shelf = shelf_open();
	struct fault why = { 0 };
	struct claims all;
	struct table t;

	ck_assert_int_eq(judge(&all, &t, "metric,value\ntok_s_gpu,1850\n"
		"ttft_ms,80\n", shelf, &why), 0);
	ck_assert_int_eq(all.claim[0].worst->verdict, VERDICT_UNKNOWN);
	ck_assert(strstr(all.claim[0].worst->needs, "hw, model, gpus"));
	ck_assert_int_eq(all.claim[1].worst->verdict, VERDICT_UNKNOWN);
	ck_assert(strstr(all.claim[1].worst->needs, "request-level run"));
	ck_assert(strstr(all.claim[1].worst->needs, "isl"));
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

static void judge_one(struct claims *all, struct table *t, const char *csv,
		      struct shelf *shelf)
{
	struct fault why = { 0 };

	ck_assert_int_eq(judge(all, t, csv, shelf, &why), 0);
	ck_assert_msg(!all->claim[0].malformed, "%s",
		      all->claim[0].fault.what);
}

/*
 * 61 layers x 1152 B = 70,272 B a token in bf16: 9.21 GB of 131,072; in fp8
 * 61 x 576 B: 4.6 GB. What is kept in is open unless it is said.
 */
START_TEST(kv_in_fp8_is_not_held_against_bf16)
{
	static const struct { const char *kv; enum claim_verdict v; } by[] = {
		{ "fp8", VERDICT_HOLDS }, { "", VERDICT_HOLDS },
		{ "bf16", VERDICT_INCONSISTENT } };

	for (int i = 0; i < 3; i++) {
		struct shelf *shelf = shelf_open();
		struct claims all;
		struct table t;
		char csv[128];

		snprintf(csv, sizeof(csv), "metric,value,model,kv,ctx\n"
			 "kv_gb,4.6,deepseek-v3,%s,131072\n", by[i].kv);
		judge_one(&all, &t, csv, shelf);
		ck_assert_int_eq(all.claim[0].worst->verdict, by[i].v);
		claims_release(&all);
		table_release(&t);
		shelf_free(shelf);
	}
}
END_TEST

/* 989 TFLOP/s x 2 in fp8, 4.8 TB/s: the facts of an H200. */
START_TEST(a_verdict_names_the_facts_and_what_there_must_be_more_of)
{
	struct shelf *shelf = shelf_open();
	struct claims all;
	struct table t;
	char facts[320];

	judge_one(&all, &t, "hw,model,weights,gpus,batch,ctx,metric,value\n"
		"h200-sxm,deepseek-v3,fp8,32,128,4096,tok_s_gpu,50000\n",
		shelf);
	ck_assert_int_eq(all.claim[0].worst->verdict, VERDICT_IMPOSSIBLE);
	claim_facts(&all.claim[0], facts, (int)sizeof(facts));
	ck_assert_msg(strstr(facts, "at 4.8 TB/s") &&
		      strstr(facts, "1979 TFLOP/s fp8") &&
		      strstr(facts, "671 G parameters"), "%s", facts);
	ck_assert_msg(strstr(all.claim[0].worst->needs,
			     "times the memory bandwidth and") &&
		      strstr(all.claim[0].worst->needs, "times the FLOPs") &&
		      strstr(all.claim[0].worst->needs, "tokens a step"),
		      "%s", all.claim[0].worst->needs);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

/* Too fast for 8 in flight, not for the batch that it names. */
START_TEST(the_batch_that_is_needed_would_do)
{
	struct shelf *shelf = shelf_open();
	struct claims all;
	struct table t;
	const struct limits *l;
	double batch;

	judge_one(&all, &t, "hw,model,weights,kv,gpus,tp,ep,batch,ctx,mtp,"
		"metric,value\nh200-sxm,deepseek-v3,fp8,bf16,32,1,32,8,4096,0,"
		"tok_s_gpu,3000\n", shelf);
	l = all.claim[0].limits;
	ck_assert(l->total.sol < 3000);
	batch = limits_batch(l, 3000);
	ck_assert(batch > 8 && strstr(all.claim[0].worst->needs, "a batch"));
	ck_assert(limits_batch(l, 1e9) <= 0);
	claims_release(&all);
	table_release(&t);
	shelf_free(shelf);
}
END_TEST

#define NR(a) ((int)(sizeof(a) / sizeof((a)[0])))

Suite *suite_claim(void)
{
	Suite *s = suite_create("claim");
	TCase *t = tcase_create("claim");

	tcase_add_loop_test(t, an_amount_is_what_its_digits_allow, 0,
			    NR(amounts));
	tcase_add_test(t, more_than_has_no_upper_end);
	tcase_add_loop_test(t, a_malformed_given_says_where_and_what, 0,
			    NR(malformed));
	tcase_add_test(t, given_is_read_into_amounts);
	tcase_add_test(t, every_quantity_has_a_name_a_unit_and_a_sentence);
	tcase_add_loop_test(t, a_number_reads_as_people_write_it, 0,
			    NR(humans));
	tcase_add_test(t, a_day_follows_from_a_minute);
	tcase_add_test(t, what_the_metric_gave_is_marked);
	tcase_add_loop_test(t, a_slip_has_a_name, 0, NR(slips));
	tcase_add_loop_test(t, a_malformed_claim_says_where_and_what, 0,
			    NR(bad_rows));
	tcase_add_test(t, the_rows_beside_a_malformed_one_are_judged);
	tcase_add_test(t, a_file_without_metric_is_refused);
	tcase_add_test(t, what_cannot_be_judged_names_what_is_missing);
	tcase_add_test(t, kv_in_fp8_is_not_held_against_bf16);
	tcase_add_test(t,
		a_verdict_names_the_facts_and_what_there_must_be_more_of);
	tcase_add_test(t, the_batch_that_is_needed_would_do);
	suite_add_tcase(s, t);
	return s;
}
