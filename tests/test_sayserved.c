/* A serving run in words, rows and the files of others: figures set by hand. */
#include "tests/tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/served.h"

#define NR(array) ((int)(sizeof(array) / sizeof((array)[0])))

static void has(const struct text *out, const char *words)
{
	ck_assert_msg(strstr(out->buf, words) != NULL, "\"%s\" is not in:\n%s",
		      words, out->buf);
}

static void lacks(const struct text *out, const char *words)
{
	ck_assert_msg(!strstr(out->buf, words), "\"%s\" is there", words);
}

/* P90, P95 and P99 are 2, 3 and 4 times the mean. */
START_TEST(a_run_is_said_in_times)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	serving_words(&f->s, &out);
	ck_assert_str_eq(out.buf,
		"requests   2 answered in 4.0 s; 1 never admitted: longer "
		"than the model's context, the KV room or the token budget; "
		"201 prompt and 22 output tokens\n\n"
		"                 mean        P50        P90        P95        "
		"P99\n"
		"TTFT           500.00     500.00    1000.00    1500.00    "
		"2000.00 ms\n"
		"TPOT            20.00      20.00      40.00      60.00      "
		"80.00 ms\n"
		"ITL             21.00      21.00      42.00      63.00      "
		"84.00 ms\n"
		"end to end    2500.00    2500.00    5000.00    7500.00   "
		"10000.00 ms\n\n"
		/* the pace's P90 is 80 ms a token */
		"tok/s      12.3 a GPU of 8, 50.0 a user (1 / median TPOT); "
		"end-to-end interactivity P90 12.5\n"
		"engine     busy 62.5 % of the time; 40 steps, 5 with prompts;"
		" 1 preempted\n"
		"on average 2.2 running, 0.5 waiting, 640 KV tokens; at most "
		"3, 2, 800\n"
		"launch     8192 tokens a group and step; by soft's sheet "
		"where no option says\n");
	text_release(&out);
	free(f);
}
END_TEST

START_TEST(a_run_says_all_that_there_is)
{
	struct service beside = { .name = "cloud" };
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	f->log.never = 0;
	f->log.overflowed = 4;
	f->log.refused = 1;
	f->log.hit_tok = 50.25;		/* of 201 */
	f->log.host_tok = 12;
	f->run.overflow = &beside;
	f->run.band = true;
	f->a.spare = 0.125;
	f->load.reading.stop_s = 60;
	f->a.as_is.tok_min = 330.4;
	f->a.as_is.tps = 25.04;
	f->a.good = 2;
	f->run.serve.scale = (struct serve_scale){ .look_s = 5, .least = 1 };
	f->run.serve.fleet.replicas = 4;
	f->a.engines = 2.125;
	f->engine.max_seqs = 64;
	f->engine.delay_passes = 30;
	f->price.ranks = (struct serving_ranks){ 3, { 1.01, 1.02, 1.25 } };
	f->a.watt_gpu = 432.1;
	f->a.j_mtok = 1234567;
	f->a.usd_mtok = 0.12345;
	f->q.on.layout.pp = 2;
	serving_words(&f->s, &out);
	has(&out, "requests   2 answered in 4.0 s; 4 overflowed to cloud; 1 "
	    "refused at the door: no quota left; 201 prompt");
	has(&out, "80 % band  TTFT P50 250.0 to 1000.0 ms, P99 1000.0 to "
	    "4000.0 ms; TPOT P50 10.00 to 40.00 ms (replays with other steps "
	    "and KV room, and what serving errs itself)\n"
	    "capacity   steps slower by 12.5 % would double the wait for the "
	    "first token\n");
	has(&out, "client     330 tokens a minute of its nominal time, 25.0 "
	    "tok/s a request on average\n"
	    "goodput    0.500 requests/s: 2 of 3 keep to the SLO\n"
	    "engines    2.12 on average, called or there, of 1 to 4\n"
	    "engine     busy 62.5 % of the time, near saturation; 40 steps");
	has(&out, "reuse      25.0 % of prompt tokens found, 12 of them in "
	    "host memory\n"
	    "pipeline   1.25 of 2 stages busy on average; batches are as "
	    "requests come into them, where a step has equal ones\n"
	    "launch     at most 64 sequences, 8192 tokens a group and step; "
	    "prompts wait 30 passes for other groups'; by soft's sheet where "
	    "no option says\n"
	    "ranks      all played: a decode step of 1 to 4 sequences a group"
	    " takes 1.010, 1.020, 1.250 times the closed form; prompts are in"
	    " closed form\n"
	    "power      432 W a GPU; 1235 kJ per million output tokens\n"
	    "cost       $0.123 per million output tokens\n");
	text_release(&out);
	free(f);
}
END_TEST

/* How near it is to what the engine can do. */
static const struct {
	double spare;
	const char *says;
	bool near;
} spares[] = {
	{ INFINITY, "capacity   far: steps twice as slow would not double "
	  "the wait for the first token\n", false },
	{ 0.25, "capacity   steps slower by 25.0 %", false },
	{ 0.249, "capacity   steps slower by 24.9 %", true },
	{ NAN, NULL, false },
};

START_TEST(how_near_saturation_is_said)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	f->run.band = true;
	f->a.spare = spares[_i].spare;
	f->a.slow.of[SERVE_TPOT].at[1] = (double)NAN;	/* one token each */
	serving_words(&f->s, &out);
	if (spares[_i].says)
		has(&out, spares[_i].says);
	else
		lacks(&out, "capacity");
	lacks(&out, "; TPOT P50");
	ck_assert_int_eq(strstr(out.buf, "near saturation") != NULL,
			 spares[_i].near);
	text_release(&out);
	free(f);
}
END_TEST

/* Answers of one token have no time a token, and no user's rate. */
START_TEST(what_has_no_time_has_a_dash)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	f->a.gpus = 0;			/* a service: no GPU is known */
	f->a.tok_s_user = (double)NAN;
	for (int k = 0; k < SERVE_RANKS; k++)
		f->a.as_is.of[SERVE_TPOT].at[k] = (double)NAN;
	f->a.as_is.of[SERVE_TPOT].mean = (double)NAN;
	serving_words(&f->s, &out);
	has(&out, "TPOT                -          -          -          -    "
	    "      - ms\n");
	has(&out, "tok/s      5.5 in all, end-to-end interactivity P90 12.5\n");
	text_release(&out);
	free(f);
}
END_TEST

static const struct {
	int done;
	const char *says;
} none[] = {
	{ 2, "none counts, as all were sent within the warm-up; give a "
	  "shorter --warmup, or more --requests\n" },
	{ 0, "no time is known, as none was answered; give more room, a "
	  "larger quota or shorter requests\n" },
};

START_TEST(a_run_of_which_none_counts_says_why)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	f->a.as_is.of[SERVE_E2E].mean = (double)NAN;
	f->log.done = none[_i].done;
	f->log.never = 0;
	f->log.refused = 1;
	f->log.cut = true;
	serving_words(&f->s, &out);
	has(&out, none[_i].says);
	has(&out, _i ? "; 2 not: the run would last over 90 days;" :
	    "; 0 not: the run would last over 90 days;");
	lacks(&out, "TTFT");
	text_release(&out);
	free(f);
}
END_TEST

START_TEST(a_service_is_said_by_its_curves)
{
	struct service v = { .name = "cloud", .rtt_s = 0.05,
		.first = { 0.3, 0.012, 1 }, .token = { 0.025, 0.0015, 1 } };
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	f->run.service = &v;
	service_words(&f->s, &out);
	ck_assert_str_eq(out.buf, "service cloud: no GPU is known of it; "
		"curves that were fitted to published rows\nwait for the "
		"first token 350 ms and 12.0 ms more a request in flight; a "
		"token 25.0 ms, from 1.50 ms a request in flight on\n\n");
	text_release(&out);
	free(f);
}
END_TEST

/* ---- rows ---- */

static const char *cell(const struct table *t, int row, const char *column)
{
	int c = table_column(t, column);

	ck_assert_msg(c >= 0, "no column %s", column);
	return table_get(t, row, c);
}

static const struct {
	const char *column, *want;
} columns[] = {
	{ "rate", "" }, { "answered", "2" }, { "never_admitted", "1" },
	{ "refused", "0" }, { "duration_s", "4" },
	{ "tok_s_gpu", "12.34" }, { "tok_s_user", "50" },
	{ "median_ttft_low_ms", "250" }, { "median_ttft_high_ms", "1000" },
	{ "median_tpot_low_ms", "10" }, { "median_tpot_high_ms", "40" },
	{ "spare_share", "0.125" }, { "goodput", "0.5" },
	{ "busy", "0.625" }, { "running", "2.25" }, { "waiting", "0.5" },
	{ "kv_tokens", "640.4" }, { "preemptions", "1" },
	{ "usd_per_mtok", "" }, { "mean_ttft_low_ms", "250" },
	{ "mean_ttft_high_ms", "1000" }, { "p99_ttft_low_ms", "1000" },
	{ "p99_ttft_high_ms", "4000" }, { "mean_ttft_ms", "500" },
	{ "p25_ttft_ms", "250" }, { "median_ttft_ms", "500" },
	{ "p75_ttft_ms", "750" }, { "p90_ttft_ms", "1000" },
	{ "p95_ttft_ms", "1500" }, { "p99_ttft_ms", "2000" },
	{ "p99.9_ttft_ms", "2500" }, { "mean_e2e_ms", "2500" },
	{ "p99_tpot_ms", "80" }, { "mean_pace_ms", "40" },
	{ "tpm_low", "10" }, { "tpm_high", "30" }, { "mean_tps_low", "5" },
	{ "mean_tps_high", "15" }, { "overflowed", "9" },
	{ "engines", "1.5" }, { "hw", "toy-gpu" },
};

START_TEST(a_run_is_a_row)
{
	struct service beside = { .name = "cloud" };
	struct served_toy *f = served_toy();
	struct table t;

	f->run.band = true;
	f->a.spare = 0.125;
	f->a.good = 2;
	f->a.slow.tok_min = 10;
	f->a.fast.tok_min = 30;
	f->a.slow.tps = 5;
	f->a.fast.tps = 15;
	f->a.engines = 1.5;
	f->run.overflow = &beside;
	f->log.overflowed = 9;
	f->run.serve.scale.look_s = 1;
	strcpy(f->q.scenario.hw, "toy-gpu");
	table_init(&t, "t");
	serving_row(&f->s, &t);
	ck_assert_int_eq(t.rows, 1);
	ck_assert_str_eq(cell(&t, 0, columns[_i].column), columns[_i].want);
	table_release(&t);
	free(f);
}
END_TEST

/* Without a band its ends are blank; without an overflow no column. */
START_TEST(a_row_without_a_band_has_no_ends)
{
	struct served_toy *f = served_toy();
	struct table t;

	f->s.rate = 2.5;
	table_init(&t, "t");
	serving_row(&f->s, &t);
	ck_assert_str_eq(cell(&t, 0, "median_ttft_low_ms"), "");
	ck_assert_str_eq(cell(&t, 0, "tpm_high"), "");
	ck_assert_str_eq(cell(&t, 0, "goodput"), "");
	ck_assert_str_eq(cell(&t, 0, "rate"), "2.5");
	ck_assert_int_lt(table_column(&t, "overflowed"), 0);
	ck_assert_int_lt(table_column(&t, "engines"), 0);
	table_release(&t);
	free(f);
}
END_TEST

START_TEST(each_request_is_a_row)
{
	static const char *const names[] = { "request", "sent_s",
		"prompt_tokens", "output_tokens", "hit_tokens", "replica",
		"group", "ttft_ms", "tpot_ms", "e2e_ms", "fate" };
	/* a first token after 0.5 s, ten more in the second behind it */
	static const char *const want[][NR(names)] = {
		{ "0", "0", "100", "11", "0", "0", "0", "500", "100", "1500",
		  "answered" },
		{ "1", "1", "101", "11", "7", "1", "0", "500", "100", "1500",
		  "answered" },
		{ "2", "2", "102", "11", "14", "0", "0", "", "", "",
		  "never admitted" } };
	struct served_toy *f = served_toy();
	struct table t;

	table_init(&t, "t");
	serving_requests(&f->s, &t);
	ck_assert_int_eq(t.rows, 3);
	for (int r = 0; r < 3; r++)
		for (int c = 0; c < NR(names); c++)
			ck_assert_msg(!strcmp(cell(&t, r, names[c]),
					      want[r][c]), "%s of %d: %s",
				      names[c], r, cell(&t, r, names[c]));
	ck_assert_int_lt(table_column(&t, "itl_ms"), 0);
	table_release(&t);
	free(f);
}
END_TEST

START_TEST(the_state_over_time_is_a_table)
{
	struct served_toy *f = served_toy();
	struct table t;

	table_init(&t, "t");
	serving_occupancy(&f->s, &t);
	ck_assert_int_eq(t.rows, 2);
	ck_assert_str_eq(cell(&t, 0, "at_s"), "0.5");
	ck_assert_str_eq(cell(&t, 1, "at_s"), "2");
	ck_assert_str_eq(cell(&t, 0, "running"), "3");
	ck_assert_str_eq(cell(&t, 1, "waiting"), "0");
	ck_assert_str_eq(cell(&t, 1, "kv_tokens"), "500");
	ck_assert_int_lt(table_column(&t, "engines"), 0);
	table_release(&t);
	f->run.serve.scale.look_s = 1;
	table_init(&t, "t");
	serving_occupancy(&f->s, &t);
	ck_assert_str_eq(cell(&t, 1, "engines"), "3");
	table_release(&t);
	free(f);
}
END_TEST

/* ---- files of others ---- */

START_TEST(vllms_file_has_its_keys_and_units)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	f->a.good = 2;
	serving_vllm(&f->s, &out);
	has(&out, "{\n  \"date\": \"\",\n  \"endpoint_type\": \"vllm\",\n"
	    "  \"backend\": \"deeproof\",\n  \"label\": null,\n"
	    "  \"model_id\": \"toy\",\n  \"tokenizer_id\": \"toy\",\n"
	    "  \"num_prompts\": 3,\n  \"request_rate\": \"inf\",\n"
	    "  \"max_concurrency\": null,\n  \"duration\": 4,\n"
	    "  \"completed\": 2,\n  \"failed\": 1,\n"
	    "  \"total_input_tokens\": 201,\n"
	    "  \"total_output_tokens\": 22,\n"
	    "  \"request_throughput\": 0.5,\n  \"request_goodput\": 0.5,\n"
	    "  \"output_throughput\": 5.5,\n"
	    "  \"total_token_throughput\": 55.75,\n"
	    "  \"max_concurrent_requests\": 5,\n  \"mean_ttft_ms\": 500,\n"
	    "  \"std_ttft_ms\": 125,\n  \"p25_ttft_ms\": 250,\n"
	    "  \"median_ttft_ms\": 500,\n  \"p75_ttft_ms\": 750,\n"
	    "  \"p90_ttft_ms\": 1000,\n  \"p95_ttft_ms\": 1500,\n"
	    "  \"p99_ttft_ms\": 2000,\n  \"p99.9_ttft_ms\": 2500,\n"
	    "  \"mean_tpot_ms\": 20,\n");
	has(&out, "  \"mean_itl_ms\": 21,\n");
	has(&out, "  \"mean_e2el_ms\": 2500,\n");
	has(&out, "  \"input_lens\": [100, 101],\n"
	    "  \"output_lens\": [11, 11],\n"
	    "  \"ttfts\": [0.5, 0.5],\n  \"start_times\": [0, 1],\n"
	    "  \"errors\": []\n}\n");
	text_release(&out);
	f->s.rate = 2.5;
	f->load.clients = 16;
	f->a.good = -1;
	serving_vllm(&f->s, &out);
	has(&out, "  \"request_rate\": 2.5,\n  \"max_concurrency\": 16,\n");
	has(&out, "  \"request_goodput\": null,\n");
	text_release(&out);
	free(f);
}
END_TEST

START_TEST(aiperfs_file_has_its_keys_and_units)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;

	serving_aiperf(&f->s, &out);
	has(&out, "{\n  \"time_to_first_token\": {\n  \"unit\": \"ms\",\n"
	    "  \"avg\": 500,\n  \"min\": 62.5,\n  \"max\": 4000,\n"
	    "  \"p25\": 250,\n  \"p50\": 500,\n  \"p75\": 750,\n"
	    "  \"p90\": 1000,\n  \"p95\": 1500,\n  \"p99\": 2000,\n"
	    "  \"std\": 125,\n  \"count\": 10\n  },\n"
	    "  \"inter_token_latency\": {\n  \"unit\": \"ms\",\n"
	    "  \"avg\": 20,\n");
	has(&out, "  \"request_latency\": {\n  \"unit\": \"ms\",\n"
	    "  \"avg\": 2500,\n");
	has(&out, "  \"output_token_throughput\": {\n  \"unit\": "
	    "\"tokens/sec\",\n  \"avg\": 5.5\n  },\n"
	    "  \"output_token_throughput_per_user\": {\n  \"unit\": "
	    "\"tokens/sec/user\",\n  \"avg\": 50\n  },\n"
	    "  \"request_throughput\": {\n  \"unit\": \"requests/sec\",\n"
	    "  \"avg\": 0.5\n  },\n  \"benchmark_duration\": {\n"
	    "  \"unit\": \"sec\",\n  \"avg\": 4\n  },\n"
	    "  \"request_count\": {\n  \"unit\": \"requests\",\n"
	    "  \"avg\": 2\n  }\n}\n");
	lacks(&out, "goodput");
	lacks(&out, "p99.9");
	text_release(&out);
	f->a.good = 1;
	f->a.tok_s_user = (double)NAN;
	serving_aiperf(&f->s, &out);
	has(&out, "  \"goodput\": {\n  \"unit\": \"requests/sec\",\n"
	    "  \"avg\": 0.25\n  },\n");
	has(&out, "tokens/sec/user\",\n  \"avg\": 0\n");
	text_release(&out);
	free(f);
}
END_TEST

/* Lanes are taken in the order of sending, whatever that of the log. */
START_TEST(a_trace_is_in_the_order_of_sending)
{
	struct served_toy *f = served_toy();
	struct text out = TEXT_INIT;
	struct serve_outcome swap = f->of[0];

	f->of[0] = f->of[1];
	f->of[1] = swap;
	f->of[0].replica = f->of[1].replica = 0;
	serving_trace(&f->s, &out);
	/* request 1 is sent at 0 and read at 1.5 s; request 0 at 1 s: two
	 * slots of group 0, the earlier one's first */
	has(&out, "\"name\":\"group 0 slot 0\"}},\n{\"ph\":\"X\",\"name\":"
	    "\"request 1\",\"pid\":0,\"tid\":0,\"ts\":0.000000,\"dur\":"
	    "1500000.000000,");
	has(&out, "\"name\":\"group 0 slot 1\"}},\n{\"ph\":\"X\",\"name\":"
	    "\"request 0\",\"pid\":0,\"tid\":1,\"ts\":1000000.000000,");
	has(&out, "{\"ph\":\"X\",\"name\":\"wait\",\"pid\":0,\"tid\":0,"
	    "\"ts\":0.000000,\"dur\":250000.000000}");
	has(&out, "{\"ph\":\"X\",\"name\":\"prompt\",\"pid\":0,\"tid\":0,"
	    "\"ts\":250000.000000,\"dur\":250000.000000}");
	has(&out, "{\"ph\":\"X\",\"name\":\"decode\",\"pid\":0,\"tid\":0,"
	    "\"ts\":500000.000000,\"dur\":1000000.000000}");
	lacks(&out, "request 2");
	text_release(&out);
	free(f);
}
END_TEST

static TCase *rows_case(void)
{
	TCase *tc = tcase_create("rows");

	tcase_add_loop_test(tc, a_run_is_a_row, 0, NR(columns));
	tcase_add_test(tc, a_row_without_a_band_has_no_ends);
	tcase_add_test(tc, each_request_is_a_row);
	tcase_add_test(tc, the_state_over_time_is_a_table);
	tcase_add_test(tc, vllms_file_has_its_keys_and_units);
	tcase_add_test(tc, aiperfs_file_has_its_keys_and_units);
	tcase_add_test(tc, a_trace_is_in_the_order_of_sending);
	return tc;
}

Suite *suite_sayserved(void)
{
	Suite *s = suite_create("sayserved");
	TCase *tc = tcase_create("words");

	tcase_add_test(tc, a_run_is_said_in_times);
	tcase_add_test(tc, a_run_says_all_that_there_is);
	tcase_add_loop_test(tc, how_near_saturation_is_said, 0, NR(spares));
	tcase_add_test(tc, what_has_no_time_has_a_dash);
	tcase_add_loop_test(tc, a_run_of_which_none_counts_says_why, 0,
			    NR(none));
	tcase_add_test(tc, a_service_is_said_by_its_curves);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, rows_case());
	return s;
}
