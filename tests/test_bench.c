#include <math.h>
#include <stdio.h>
#include <string.h>

#include "logs/bench.h"
#include "tests/tests.h"

static struct bench bench;
static struct fault why;

/* Single quotes stand for double ones, to spare the eye. */
static int parse(const char *text)
{
	struct text bytes = TEXT_INIT;
	int rc;

	memset(&why, 0, sizeof(why));
	text_add(&bytes, text);
	for (size_t i = 0; i < bytes.len; i++)
		if (bytes.buf[i] == '\'')
			bytes.buf[i] = '"';
	rc = bench_parse(&bench, "run.json", &bytes, &why);
	text_release(&bytes);
	return rc;
}

static void teardown(void)
{
	bench_release(&bench);
}

#define VLLM(more) "{'date': '20250926-101500', 'model_id': 'org/R1'," \
	"'completed': 4, 'max_concurrency': 16, 'total_input_tokens': 4000," \
	"'total_output_tokens': 1000, 'median_tpot_ms': 25," \
	"'median_ttft_ms': 500, 'output_throughput': 400," \
	"'spec_decode_acceptance_length': 1.5" more "}"

/* 4 requests of 4,000 and 1,000 tokens; 400 tokens/s x 25 ms run at once. */
START_TEST(vllms_result_is_means_and_medians)
{
	const struct bench_run *r;

	ck_assert_msg(!parse(VLLM("")), "%s", why.what);
	ck_assert_int_eq(bench.nr, 1);
	r = bench.run;
	ck_assert_str_eq(r->client, "bench serve");
	ck_assert_str_eq(r->model, "org/R1");
	ck_assert_str_eq(r->date, "2025-09-26");
	ck_rel(r->requests, 4, 0);
	ck_rel(r->clients, 16, 0);
	ck_rel(r->in_tok, 1000, 1e-12);
	ck_rel(r->out_tok, 250, 1e-12);
	ck_rel(r->tpot_s, .025, 1e-12);
	ck_rel(r->ttft_s, .5, 1e-12);
	ck_rel(r->out_tok_s, 400, 0);
	ck_rel(r->accept, 1.5, 0);
	ck_rel(r->running, 10, 1e-12);
	/* what such a file never says */
	ck_assert(isnan(r->gpus) && isnan(r->tp) && isnan(r->ep) &&
		  isnan(r->mtp) && isnan(r->prefill_apart));
	ck_assert_str_eq(r->hw, "");
	ck_assert_int_eq(r->nr, 0);
	ck_assert_ptr_null(r->request);
}
END_TEST

/*
 * Of five requests the second gave one token, the third decoded in no time,
 * the fifth in more than a double holds. The first's token came at 10 + 0.5 s,
 * the last 0.1 + 0.2 + 0.3 s on.
 */
START_TEST(requests_that_decoded_are_kept)
{
	const struct bench_run *r;

	ck_assert_msg(!parse(VLLM(", 'start_times': [10, 11, 12, 14, 15],"
		"'ttfts': [0.5, 0.5, 0.5, 0.25, 1],"
		"'input_lens': [100, 101, 102, 104, 105],"
		"'output_lens': [4, 1, 3, 2, 3],"
		"'itls': [[0.1, 0.2, 0.3], [0.1], [], [0.5],"
		"[1e308, 1e308]]")), "%s",
		      why.what);
	r = bench.run;
	ck_assert_int_eq(r->nr, 2);
	ck_rel(r->request[0].first_s, 10.5, 1e-12);
	ck_rel(r->request[0].decode_s, .6, 1e-12);
	ck_rel(r->request[0].in_tok, 100, 0);
	ck_rel(r->request[0].out_tok, 4, 0);
	ck_rel(r->request[1].first_s, 14.25, 1e-12);
	ck_rel(r->request[1].decode_s, .5, 1e-12);
	ck_rel(r->request[1].in_tok, 104, 0);
}
END_TEST

/* A list that is shorter than the others, whichever. */
static const char *const shorter[] = {
	", 'start_times': [1, 2], 'ttfts': [1], 'input_lens': [1, 2],"
	"'output_lens': [1, 2], 'itls': [[], []]",
	", 'start_times': [1, 2], 'ttfts': [1, 2], 'input_lens': [1],"
	"'output_lens': [1, 2], 'itls': [[], []]",
	", 'start_times': [1, 2], 'ttfts': [1, 2], 'input_lens': [1, 2],"
	"'output_lens': [1], 'itls': [[], []]",
	", 'start_times': [1, 2], 'ttfts': [1, 2], 'input_lens': [1, 2],"
	"'output_lens': [1, 2], 'itls': [[]]",
	", 'start_times': [1, 2], 'ttfts': [1, 2], 'input_lens': [1, 2],"
	"'output_lens': [1, 2]",
};

START_TEST(lists_of_other_lengths_are_refused)
{
	char text[2048];

	snprintf(text, sizeof(text), "%s%s}", "{'completed': 2,"
		 "'output_throughput': 1", shorter[_i]);
	ck_assert_int_eq(parse(text), -1);
	ck_assert_ptr_nonnull(strstr(why.what, "lists of different lengths"));
	ck_assert(*why.remedy);
}
END_TEST

#define ROW(keys, metrics) "{'hardware': 'h200', 'framework': 'sglang'," \
	"'model': 'dsr1', 'precision': 'fp8', 'date': '2025-11-03T01:02'," \
	"'conc': 64, 'isl': 1024, 'osl': 512, 'decode_tp': 8" keys \
	", 'metrics': {'median_tpot': 0.02, 'median_ttft': 0.25," \
	"'output_tput_per_gpu': 300" metrics "}}"

/* 300 tokens/s of each of 8 GPUs, x 20 ms run at once. */
START_TEST(inferencexs_row_is_in_seconds)
{
	const struct bench_run *r;

	ck_assert_msg(!parse(ROW(", 'decode_ep': 2, 'spec_method': 'none',"
		"'disagg': true", "")), "%s", why.what);
	r = bench.run;
	ck_assert_str_eq(r->client, "InferenceX");
	ck_assert_str_eq(r->hw, "h200");
	ck_assert_str_eq(r->engine, "sglang");
	ck_assert_str_eq(r->model, "dsr1");
	ck_assert_str_eq(r->precision, "fp8");
	ck_assert_str_eq(r->date, "2025-11-03");
	ck_rel(r->clients, 64, 0);
	ck_rel(r->in_tok, 1024, 0);
	ck_rel(r->out_tok, 512, 0);
	ck_rel(r->gpus, 8, 0);
	ck_rel(r->tp, 8, 0);
	ck_rel(r->ep, 2, 0);
	ck_rel(r->mtp, 0, 0);
	ck_rel(r->prefill_apart, 1, 0);
	ck_rel(r->tpot_s, .02, 0);
	ck_rel(r->ttft_s, .25, 0);
	ck_rel(r->out_tok_s, 2400, 1e-12);
	ck_rel(r->running, 48, 1e-12);
	ck_assert(isnan(r->requests) && isnan(r->accept));
}
END_TEST

START_TEST(attention_apart_is_no_tensor_parallelism)
{
	ck_assert(!parse(ROW(", 'decode_dp_attention': true,"
			     "'spec_method': 'mtp', 'disagg': false", "")));
	ck_rel(bench.run->tp, 1, 0);
	ck_rel(bench.run->gpus, 8, 0);
	ck_rel(bench.run->prefill_apart, 0, 0);
	ck_assert(isnan(bench.run->mtp) && isnan(bench.run->ep));
	teardown();
	ck_assert(!parse(ROW(", 'decode_dp_attention': false", "")));
	ck_rel(bench.run->tp, 8, 0);
}
END_TEST

/* Rows of both clients, under any name that an API gives its list. */
START_TEST(a_list_of_rows_is_each_of_them)
{
	static const char *const before[] = { "[", "{'data': [",
		"{'rows': [", "{'results': [", "{'benchmarks': [" };
	static const char *const after[] = { "]", "]}", "]}", "]}", "]}" };
	char text[4096];

	snprintf(text, sizeof(text), "%s%s, %s%s", before[_i], ROW("", ""),
		 VLLM(""), after[_i]);
	ck_assert_msg(!parse(text), "%s", why.what);
	ck_assert_int_eq(bench.nr, 2);
	ck_assert_str_eq(bench.run[0].client, "InferenceX");
	ck_assert_str_eq(bench.run[1].client, "bench serve");
	/* nothing of one is the other's */
	ck_assert_str_eq(bench.run[1].hw, "");
	ck_assert(isnan(bench.run[1].gpus));
}
END_TEST

static const struct {
	const char *text, *date;
} days[] = {
	{ "20240229", "2024-02-29" }, { "2024-02-29 12:00", "2024-02-29" },
	{ "20230229", "" }, { "2024-2-29", "" }, { "2024", "" },
	{ "202402", "" }, { "", "" }, { "29.02.2024", "" },
};

START_TEST(a_day_is_one_of_the_calendar)
{
	char text[512];

	snprintf(text, sizeof(text), "{'date': '%s', 'completed': 1,"
		 "'output_throughput': 1}", days[_i].text);
	ck_assert_msg(!parse(text), "%s", why.what);
	ck_assert_str_eq(bench.run->date, days[_i].date);
}
END_TEST

static const struct {
	const char *text, *what;
	int row;
} bad[] = {
	{ "{\n'a': }", "it is no JSON", 2 },
	{ "", "it is no JSON", 1 },
	{ "{'a': 1}", "it is neither a result of vllm bench serve", 0 },
	{ "[1]", "it is neither a result of vllm bench serve", 0 },
	{ "[]", "its list of runs is empty", 0 },
	{ "{'data': []}", "its list of runs is empty", 0 },
	{ "{'output_throughput': 1, 'completed': 0}",
	  "no request was completed", 0 },
	{ "{'output_throughput': 1}", "no request was completed", 0 },
	{ "{'metrics': {'median_tpot': 0}}", "no median_tpot above 0", 0 },
	{ "{'metrics': {'median_tpot': 'x'}}", "no median_tpot above 0", 0 },
	{ "[{'output_throughput': 1, 'completed': 1}, {'metrics': {}}]",
	  "no median_tpot above 0", 0 },
};

START_TEST(what_is_no_result_is_refused_with_its_file)
{
	ck_assert_int_eq(parse(bad[_i].text), -1);
	ck_assert_msg(strstr(why.what, bad[_i].what) != NULL, "%s",
		      why.what);
	ck_assert_str_eq(why.file, "run.json");
	ck_assert_int_eq(why.row, bad[_i].row);
	ck_assert(*why.remedy);
}
END_TEST

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

Suite *suite_bench(void)
{
	Suite *s = suite_create("bench");
	TCase *t = tcase_create("bench");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, vllms_result_is_means_and_medians);
	tcase_add_test(t, requests_that_decoded_are_kept);
	tcase_add_loop_test(t, lists_of_other_lengths_are_refused, 0,
			    NR(shorter));
	tcase_add_test(t, inferencexs_row_is_in_seconds);
	tcase_add_test(t, attention_apart_is_no_tensor_parallelism);
	tcase_add_loop_test(t, a_list_of_rows_is_each_of_them, 0, 5);
	tcase_add_loop_test(t, a_day_is_one_of_the_calendar, 0, NR(days));
	tcase_add_loop_test(t, what_is_no_result_is_refused_with_its_file, 0,
			    NR(bad));
	suite_add_tcase(s, t);
	return s;
}
