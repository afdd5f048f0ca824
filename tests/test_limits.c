#include <stdio.h>
#include <string.h>

#include "tests/judged.h"
#include "tests/rule_cases.h"
#include "tests/tests.h"

/*
 * What a rule says the limit is, and what it says there would have to be:
 * numbers of a person with a pencil, by the claim's own figures.
 */
static const struct {
	const char *rule, *rows;
	double at;		/* 0: none is drawn */
	const char *says;	/* in its arithmetic, limit or needs */
} cases[] = {
	/* 550,000 x 1440 = 792 million; 900 million / 1440 = 625,000 */
	{ "capacity", PLAIN("tokens_per_day", "900e6", "tpm=550000"), 792e6,
	  "625,000 tok/min without a pause" },
	/* 730 / 24 such days */
	{ "capacity", PLAIN("tokens_per_month", "20e9", "tpm=550000"),
	  24.09e9, "550,000 tok/min x 1440 min = 792 million" },
	/* 10,000 x 86,400 = 864 million */
	{ "capacity", PLAIN("tokens_per_day", "900e6", "tok_s_total=10000"),
	  864e6, "864 million" },
	{ "breakeven", PLAIN("break_even_tokens_per_day", "1584e6",
	  "tpm=550000"), 792e6, "2 times the rate at the same fee: 1.1 "
	  "million tok/min" },
	/* two and a half systems are three; two are two */
	{ "demand", PLAIN("demand_tpm", "1000000", "peak_tpm=400000"),
	  400000, "3 of these systems" },
	{ "demand", PLAIN("demand_tpm", "800000", "peak_tpm=400000"),
	  400000, "2 of these systems" },
	{ "demand", PLAIN("demand_tpm", "1480000", "peak_tpm=400000"),
	  400000, "4 of these systems" },
	/* a day's 1440 million are a million a minute */
	{ "demand", PLAIN("demand_tokens_per_day", "1440e6",
	  "peak_tpm=400000"), 576e6, "= 2.5" },

	/* a second's wait and 51 tokens at 51 a second: 2 s for 52 tokens;
	   1000 x 2 / 52 = 38.46 in flight, and 10 have 1000 / 3.846 = 260 */
	{ "little", BARE ",10,,,,tok_s_total,1000,ttft_ms=1000; "
	  "tok_s_user=51; osl=52\n", 260, "concurrency of 39, or 260 tok/s" },
	{ "little", BARE ",64,,,,tok_s_total,1000,ttft_ms=1000; "
	  "tok_s_user=51; osl=52\n", 1664, "38.46 requests in flight, of 64" },
	{ "little", PLAIN("concurrency", "10", "tok_s_total=1000; "
	  "ttft_ms=1000; tok_s_user=51; osl=52"), 38.4615, "Little" },
	/* told whole: 1000 x 4 / 50 = 80 */
	{ "little", BARE ",10,,,,tok_s_total,1000,e2e_ms=4000; osl=50\n",
	  125, "80.00 requests in flight, of 10" },

	/* 10 x 50 x 60 = 30,000; a second's wait and 50 tokens at 50 a second
	   are 2 s for 51: 10 x 51 / 2 x 60 = 15,300 */
	{ "product", BARE ",10,,,,tpm,30000,ttft_ms=1000; tok_s_user=50; "
	  "osl=51; tpot_ms=20\n", 15300, "tpm = 15,300, or a TTFT of 0" },

	/* 64 x 1024 x 60 / 300 = 13,107.2; 304,100 are 23.2 of them */
	{ "quantum", ROW("64", "tpm", "304100", "window_s=300; together=64"),
	  0, "301,466 or 314,573 tok/min" },

	/* 24 x 4 = 96: the 24th wave begins before 50 s are over */
	{ "samples", PLAIN("ttft_p99_ms", "1000", "window_s=50; together=4; "
	  "e2e_ms=2100; osl=100"), 0, "4 at a time: 96 samples" },
	{ "samples", PLAIN("ttft_p99_ms", "1000", "window_s=48; together=4; "
	  "e2e_ms=2000; osl=100"), 0, "4 at a time: 96 samples" },

	/* half a request a second that stays for 8 s */
	{ "admission", PLAIN("concurrency", "10", "refill_tok_s=1000; "
	  "charge_tok=2000; e2e_ms=8000"), 4, "refill_tok_s of 2500" },

	{ "prompt", PLAIN("isl", "1000", "prompt_chars=1500"), 0,
	  "4000 characters or more" },
	{ "prompt", PLAIN("isl", "1000", "prompt_chars=2000"), 0,
	  "= 2.00 characters a token" },

	{ "share", PLAIN("savings_pct", "217", ""), 100,
	  "a ratio, not a share" },
	{ "share", "x,s,A,,,,,,,,,,,,,,cache_hit,1.2,\n", 1,
	  "a ratio, not a share" },

	/* A over C by way of B: 2 x 3 = 6 */
	{ "savings", COST("A", "B", "cost_ratio", "2.0", "")
		     COST("B", "C", "cost_ratio", "3.0", "")
		     COST("A", "C", "cost_ratio", "4.0", ""), 6,
	  "cost_ratio = 6" },
	/* said the other way round: 1 / 0.5 */
	{ "savings", COST("B", "A", "cost_ratio", "0.50", "")
		     COST("A", "B", "cost_ratio", "4.0", ""), 2,
	  "cost_ratio 2 by x" },
	{ "speedup", COST("A", "", "tok_s_gpu", "300", "")
		     COST("B", "", "tok_s_gpu", "100.0", "")
		     COST("A", "B", "speedup_x", "5.0", ""), 3, "= 3" },

	/* 8.50 x 24 / 69 = 2.957 */
	{ "identity", PLAIN("usd_per_mtok", "5.00", "usd_per_hour=8.50; "
	  "tokens_per_day=69e6"), 2.9565, "usd_per_mtok = " },
};

enum { CASES = sizeof(cases) / sizeof(cases[0]) };

static bool says(const struct finding *f, const char *what)
{
	return strstr(f->arithmetic, what) || strstr(f->limit, what) ||
	       strstr(f->needs, what);
}

START_TEST(a_rule_draws_its_limit_where_a_pencil_does)
{
	struct judged j;
	const struct finding *f;
	char csv[2048];

	snprintf(csv, sizeof(csv), "%s%s", HEAD, cases[_i].rows);
	judged_make(&j, csv);
	f = judged_by(judged_last(&j), cases[_i].rule);
	ck_assert_msg(says(f, cases[_i].says), "%s; %s; %s", f->arithmetic,
		      f->limit, f->needs);
	ck_rel(f->at, cases[_i].at, 1e-4);
	judged_release(&j);
}
END_TEST

/* Ranks, experts a token, and the least and most of all-reduce over EP. */
static const struct { const char *given; double low, high; } wires[] = {
	/* one peer, half the time: 2 x 2 / (1/2 x 4), 2 x 2 / (1/2 x 3) */
	{ "ranks=2; experts_per_token=1", 2, 8 / 3.0 },
	/* 3 peers by 1 - (3/4)^2 = 7/16: 8 / 5.25 and 12 / 3.9375 */
	{ "ranks=4; experts_per_token=2", 8 / 5.25, 12 / 3.9375 },
};

START_TEST(a_saving_on_the_wires_is_what_the_bytes_allow)
{
	struct judged j;
	const struct finding *f;
	char csv[512];

	snprintf(csv, sizeof(csv), HEAD PLAIN("comm_ratio", "9.0", "%s"),
		 wires[_i].given);
	judged_make(&j, csv);
	f = judged_by(judged_last(&j), "collective");
	ck_rel(f->low, wires[_i].low, 1e-12);
	ck_rel(f->high, wires[_i].high, 1e-12);
	judged_release(&j);
}
END_TEST

/* ---- first tokens ---- */

static double first_token_at(const char *metric, const char *given)
{
	struct judged j;
	double at;
	char csv[512];

	snprintf(csv, sizeof(csv), HEAD ON("h20-96g", "fp8", "8", "",
		 ",,,2048,1024,%s,5000,%s\n"), metric, given);
	judged_make(&j, csv);
	at = judged_by(judged_last(&j), "prefill")->at;
	judged_release(&j);
	return at;
}

/*
 * Twenty prompts at once, one after the other: the mean waits for (1 + ... +
 * 20) / 20 = 10.5 of them, the median for ten, the others for their rank.
 */
static const struct { const char *metric; double prompts; } waits[] = {
	{ "ttft_ms", 10.5 }, { "ttft_p50_ms", 10 }, { "ttft_p90_ms", 18 },
	{ "ttft_p95_ms", 19 }, { "ttft_p99_ms", 20 },
};

START_TEST(a_percentile_waits_for_its_rank)
{
	double one = first_token_at("ttft_ms", "together=1");

	ck_assert(one > 0);
	ck_rel(first_token_at(waits[_i].metric, "together=20"),
	       waits[_i].prompts * one, 1e-12);
}
END_TEST

/* Half a prompt from a cache is half the work; of all but a thousandth still
   a hundredth is computed: the last token is. */
START_TEST(a_cache_saves_what_it_holds)
{
	double all = first_token_at("ttft_ms", "");

	ck_rel(first_token_at("ttft_ms", "cache_hit=0.40..0.50"), all / 2,
	       1e-12);
	ck_rel(first_token_at("ttft_ms", "cache_hit=0.9990"), all / 100,
	       1e-12);
}
END_TEST

/* ---- the host ---- */

/* V3 in 4 bits: 671.03 G x 4 / 8 = 335.5 GB; the rest of a GPU's 85.9. */
static const struct {
	const char *row;
	double at;
	const char *says;
} hosts[] = {
	/* 335.5 - 2 x 85.9 = 163.7 GB */
	{ ON("a100-80g", "", "2", "", ",,,,,host_gb,64,weight_bits=4.000\n"),
	  163.7, "host_gb of 164" },
	/* it is in the GPUs already: any host will do */
	{ ON("a100-80g", "", "8", "", ",,,,,host_gb,64,weight_bits=4.000\n"), 1,
	  "memory of GPUs and host" },
	/* 335.5 / 10 GB/s; in 11 s it is 30.5 GB/s,
	   and in 11.05 s, which is 11.0 as well, 30.4 */
	{ ON("a100-80g", "", "2", "", ",,,,,load_s,11.0,weight_bits=4.000; "
	  "storage_gb_s=10\n"), 33.55, "storage of 30.5 GB/s" },
	{ ON("a100-80g", "", "2", "", ",,,,,load_s,11.0,weight_bits=4.000\n"),
	  0, "storage_gb_s of 30.4" },
};

START_TEST(what_the_gpus_do_not_hold_the_host_does)
{
	struct judged j;
	const struct finding *f;
	char csv[512];

	snprintf(csv, sizeof(csv), "%s%s", HEAD, hosts[_i].row);
	judged_make(&j, csv);
	f = judged_by(judged_last(&j), _i < 2 ? "offload" : "loading");
	ck_rel(f->at, hosts[_i].at, 1e-3);
	ck_assert_msg(says(f, hosts[_i].says), "%s; %s; %s", f->arithmetic,
		      f->limit, f->needs);
	judged_release(&j);
}
END_TEST

/* ---- how far a claim can go ---- */

#define FULL "hw,stack,model,weights,kv,gpus,tp,ep,concurrency,ctx,mtp," \
	"tokens_per_step,metric,value\n"
#define V3(mtp, tokens) "h200-sxm,sglang,deepseek-v3,fp8,bf16,16,1,16,512," \
	"2048," mtp "," tokens ",tok_s_user,20\n"

/* The bytes of a step are those of all its tokens: four share them, or two. */
START_TEST(the_bytes_of_a_step_are_shared_by_its_tokens)
{
	struct judged two, four;

	judged_make(&two, FULL V3("3", "2"));
	judged_make(&four, FULL V3("3", "4"));
	ck_assert(limits_slope_s(judged_last(&four)->limits, 64, 512) > 0);
	ck_rel(limits_slope_s(judged_last(&two)->limits, 64, 512),
	       2 * limits_slope_s(judged_last(&four)->limits, 64, 512),
	       1e-12);
	judged_release(&two);
	judged_release(&four);
}
END_TEST

/*
 * Nothing left open but luck: the band of the day, 1.2816 standard errors for
 * 80 %, and versions of a stack, 0.15 in logs, are apart from one another, so
 * the error of both is in quadrature. 99 % are below 2.5758 of it.
 */
START_TEST(what_a_stack_may_reach_is_its_band_and_its_versions)
{
	const double z80 = 1.2815515655446004;	/* normal quantile of 0.9 */
	const double z99 = 2.5758293035489004;	/* of 0.995 */
	const struct ceiling *r;
	struct judged j;
	double day;

	judged_make(&j, "hw,stack,balance,overlap,model,weights,kv,gpus,tp,ep,"
		    "concurrency,ctx,mtp,metric,value\nh200-sxm,generic,"
		    "uniform,none,deepseek-v3,fp8,bf16,16,1,16,16,2048,0,"
		    "tok_s_user,20\n");
	r = &judged_last(&j)->limits->user;
	day = log(r->predicted / r->low) / z80;
	ck_assert(day > 0.02 && r->most < 0.7 * r->sol);
	ck_rel(log(r->most / r->predicted), z99 * hypot(day, 0.15), 1e-9);
	judged_release(&j);
}
END_TEST

#define NR(a) ((int)(sizeof(a) / sizeof((a)[0])))

/* The batch that is taken where none is stated, put back as one, just fits. */
START_TEST(as_many_as_fit_are_no_more)
{
	const char *const head = "hw,model,weights,kv,gpus,tp,ep,ctx,"
		"overlap,concurrency,metric,value\nb200-sxm,deepseek-r1,nvfp4,"
		"fp8,8,1,8,192,none,";
	struct text csv = TEXT_INIT;
	double most = 0;

	for (int i = 0; i < 3; i++) {	/* open, as many, and a group's more */
		struct judged j;
		const struct limits *l;

		csv.len = 0;
		text_addf(&csv, "%s", head);
		if (i > 0)
			text_addf(&csv, "%.0f", most + 8 * (i - 1));
		text_addf(&csv, ",step_ms,100\n");
		judged_make(&j, csv.buf);
		l = judged_last(&j)->limits;
		ck_assert_int_eq(l->fits, i < 2);
		most = i == 0 ? l->total.concurrency : most;
		judged_release(&j);
	}
	ck_assert(most > 8 * 1000);	/* 172 GB less weights; KV is small */
	text_release(&csv);
}
END_TEST

Suite *suite_limits(void)
{
	Suite *s = suite_create("limits");
	TCase *t = tcase_create("limits");

	tcase_add_loop_test(t, a_rule_draws_its_limit_where_a_pencil_does, 0,
			    CASES);
	tcase_add_loop_test(t, a_saving_on_the_wires_is_what_the_bytes_allow,
			    0, NR(wires));
	tcase_add_loop_test(t, a_percentile_waits_for_its_rank, 0, NR(waits));
	tcase_add_test(t, a_cache_saves_what_it_holds);
	tcase_add_loop_test(t, what_the_gpus_do_not_hold_the_host_does, 0,
			    NR(hosts));
	tcase_add_test(t, the_bytes_of_a_step_are_shared_by_its_tokens);
	tcase_add_test(t,
		what_a_stack_may_reach_is_its_band_and_its_versions);
	tcase_add_test(t, as_many_as_fit_are_no_more);
	suite_add_tcase(s, t);
	return s;
}
