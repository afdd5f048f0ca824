#include "spoken/phrase.h"
#include "spoken/reworded.h"
#include "words/called.h"
#include "tests/tests.h"

/* Claims as they are said, and the cells that they are. */
static const struct {
	const char *text, *metric, *value, *unit, *given, *hw;
} said[] = {
	{ "over 250 tokens per second per user", "tok_s_user", "over 250",
	  "tokens per second per user", "", "" },
	{ "1,850 tok/s/GPU", "tok_s_gpu", "1,850", "tok/s/GPU", "", "" },
	{ "it reaches up to 3.8k tokens/s", "tok_s_total", "up to 3.8k",
	  "tokens/s", "", "" },
	{ "TTFT under 500 ms", "ttft_ms", "under 500", "ms", "", "" },
	{ "TPOT of 35 ms", "tpot_ms", "35", "ms", "", "" },
	{ "P99 time to first token is 2 s", "ttft_p99_ms", "2", "s", "", "" },
	{ "tok/s/user: 25-30", "tok_s_user", "25-30", "", "", "" },
	{ "4.8 TB/s of memory bandwidth", "hbm_tb_s", "4.8", "TB/s", "", "" },
	{ "67B active parameters", "params_active", "67B",
	  "active parameters", "", "" },
	{ "75% cheaper, from $4 to $1", "savings_pct", "75", "% cheaper",
	  "before=$4; before=$1", "" },
	{ "saves 90%, from $2 to $1", "change_pct", "saves 90%", "",
	  "before=$2; before=$1", "" },
	{ "latency cut by half, from 100 ms to 80 ms", "change_pct",
	  "cut by half", "", "before=100 ms; before=80 ms", "" },
	{ "throughput up 50%, from 2,000 to 3,000 tok/s", "increase_pct",
	  "up 50%", "", "before=2,000 tok/s; "
	  "before=3,000 tok/s", "" },
	{ "a 3x speedup from 20 to 60 tok/s", "speedup_x", "3", "x speedup",
	  "before=20 tok/s; before=60 tok/s", "" },
	{ "64 users at 3,000 tok/s each", "tok_s_user", "3,000", "tok/s",
	  "concurrency=64", "" },
	{ "8 GPUs at $2 per GPU-hour cost $384 per day", "usd_per_day",
	  "$384", "per day",
	  "gpus=8 GPUs; usd_per_gpu_hour=$2 per GPU hour", "" },
	{ "73.7k input tokens/s per node with 56% cache hit rate",
	  "input_tok_s_node", "73.7k", "input tokens/s per node",
	  "cache_hit=56 %", "" },
	{ "fits on 16 GPUs", "fits", "1", "", "gpus=16 GPUs", "" },
	{ "128K context", "ctx", "128K", "", "", "" },
	{ "draws 120 kW", "system_w", "120", "kW", "", "" },
	{ "between 20 and 30 tok/s/user", "tok_s_user", "between 20 and 30",
	  "tok/s/user", "", "" },
	{ "it fits", "fits", "1", "", "", "" },
	{ "does not fit in memory", "fits", "0", "", "", "" },
	{ "memory-bound", "bound", "memory", "", "", "" },
	/* what is stated beside it */
	{ "$1.50 per million tokens at $2 per GPU-hour", "usd_per_mtok",
	  "$1.50", "per million tokens", "usd_per_gpu_hour=$2 per GPU hour",
	  "" },
	{ "3,000 tok/s with 64 concurrent users, TTFT of 1 s", "tok_s_total",
	  "3,000", "tok/s", "concurrency=64; ttft_ms=1 s", "" },
	{ "50 tok/s/user means a TPOT of 20 ms", "tpot_ms", "20", "ms",
	  "tok_s_user=50 tok/s/user", "" },
	{ "14.8k tok/s per node (1,850 tok/s/GPU)", "tok_s_node", "14.8k",
	  "tok/s per node", "tok_s_gpu=1,850 tok/s/GPU", "" },
	{ "about 25 t/s for a single user", "tok_s_total", "about 25", "t/s",
	  "concurrency=1", "" },
	{ "5,842 tok/s per GPU in MLPerf offline", "tok_s_gpu", "5,842",
	  "tok/s per GPU", "", "" },
	{ "148 TFLOPS of FP16", "gpu_tflops", "148", "TFLOPS of FP16", "",
	  "" },
	{ "weights of 671 GB in FP8", "weights_gb", "671", "GB", "", "" },
	{ "900 GB/s of NVLink bandwidth", "nvlink_gb_s", "900", "GB/s", "",
	  "" },
	{ "3872 tok/s on 8x H200", "tok_s_total", "3872", "tok/s", "",
	  "8x H200" },
	{ "3872 tok/s on 8x H200 ...", "tok_s_total", "3872", "tok/s", "",
	  "8x H200" },
};

START_TEST(a_claim_is_read_as_it_is_said)
{
	struct phrase p;
	struct fault why;

	ck_assert_msg(phrase_read(&p, said[_i].text, &why) == 0, "%s: %s",
		      said[_i].text, why.what);
	ck_assert_str_eq(p.metric, said[_i].metric);
	ck_assert_str_eq(p.value, said[_i].value);
	ck_assert_str_eq(p.unit, said[_i].unit);
	ck_assert_str_eq(p.given, said[_i].given);
	ck_assert_str_eq(p.hw, said[_i].hw);
}
END_TEST

START_TEST(words_about_a_claim_are_told)
{
	struct phrase p;
	struct fault why;

	ck_assert_int_eq(phrase_read(&p, "5,842 tok/s per GPU in MLPerf "
				     "offline", &why), 0);
	ck_assert_str_eq(p.note, "MLPerf offline");
	ck_assert_int_eq(phrase_read(&p, "needs 1.3 TB in BF16", &why), 0);
	ck_assert_str_eq(p.weights, "BF16");
	ck_assert_str_eq(p.metric, "weights_gb");
	/* a range that falls is no figure, and told once */
	ck_assert_int_eq(phrase_read(&p, "3872 tok/s, 5-3 frogs", &why), 0);
	ck_assert_str_eq(p.note, "5-3 frogs");
	ck_assert_int_eq(phrase_read(&p, "8.6s TTFT for 128K prefill with "
		"dynamic chunking (1.07X-1.23X lower than GB200)", &why), 0);
	ck_assert_str_eq(p.note,
			 "dynamic chunking, 1.07X-1.23X lower than GB200");
	/* as many of them as there is room for */
	ck_assert_int_eq(phrase_read(&p, "50 ms TPOT, 3872 tok/s, "
		"applications like weather, bananas like medicine, "
		"gardens like kitchens, windows like doors, "
		"castles like islands, mothers like fathers, "
		"pictures like mirrors, letters like numbers, "
		"spoons like forks, shoulders like elbows, "
		"winters like summers, rivers like oceans", &why), 0);
	ck_assert_uint_lt(strlen(p.note), sizeof(p.note));
	ck_assert_uint_gt(strlen(p.note), sizeof(p.note) - 40);
}
END_TEST

/* In any order, with names and words between: the metric and the given. */
static const struct {
	const char *text, *metric, *value, *given, *hw, *model;
} sentences[] = {
	{ "DeepSeek-V3 on 8xH200: TTFT 1.2 s, TPOT 25 ms, 512 output tokens, "
	  "end-to-end 14 s", "ttft_ms", "1.2",
	  "tpot_ms=25 ms; osl=512 output tokens; e2e_ms=14 s", "8xH200",
	  "DeepSeek-V3" },
	{ "TTFT cut from 850 ms to 210 ms, a 305% reduction", "change_pct",
	  "305", "before=850 ms; before=210 ms", "", "" },
	{ "we rent 8 H200 at roughly $2 an hour each from a cloud",
	  "usd_per_gpu_hour", "$2", "", "8 H200", "" },
	{ "our cluster of 16 H100 serves 2,000 tok/s each", "tok_s_gpu",
	  "2,000", "", "16 H100", "" },
	{ "the API wants $0.55 per million input tokens and then $2.19 per "
	  "million output tokens", "usd_per_mtok_in", "$0.55",
	  "usd_per_mtok_out=$2.19", "", "" },
	{ "at a bill of $0.10 per kWh we burn $0.19 per million tokens",
	  "usd_per_kwh", "$0.10", "electricity_usd_per_mtok=$0.19 per million "
	  "tokens", "", "" },
	{ "we saw 2,674 tok/s for 978,825 tokens in 366 seconds",
	  "tok_s_total", "2,674",
	  "run_output_tokens=978,825 tokens; window_s=366 seconds", "", "" },
	{ "$562,027 daily revenue, cost $87,072", "revenue_usd_per_day",
	  "$562,027", "usd_per_day=$87,072", "", "" },
	{ "throughput rose from 100 tok/s to 200 tok/s", "tok_s_total", "200",
	  "", "", "" },			/* nothing compares: its end */
	{ "TTFT P50/P90/P99: 210/480/350 ms", "ttft_p50_ms", "210",
	  "ttft_p90_ms=480 ms; ttft_p99_ms=350 ms", "", "" },
	{ "10.2 kW node, 14,800 tokens/s, 1.45 J per token", "system_w",
	  "10.2", "tok_s_total=14,800 tokens/s; joules_tok=1.45 J per token",
	  "", "" },
	{ "0.69 joules per token, so 0.19 kWh per million tokens",
	  "joules_tok", "0.69", "joules_tok=0.19 kWh per million tokens", "",
	  "" },
	{ "batch 32, input 128, output 256: 760.52 token/s", "tok_s_total",
	  "760.52", "concurrency=32; isl=128 input tokens; "
	  "osl=256 output tokens", "", "" },
	{ "$5M buys $75M of token revenue, a 15x return", "speedup_x", "15",
	  "before=$5M; before=$75M", "", "" },
	{ "3,000 tokens per second for every single user", "tok_s_user",
	  "3,000", "", "", "" },
	{ "342B of 608B input tokens hit the cache (56.3%)", "part", "56.3",
	  "before=342B; before=608B", "", "" },
	{ "1,814 H800 at $2 an hour each cost $87,072 a day", "usd_per_day",
	  "$87,072", "usd_per_gpu_hour=$2 per GPU hour", "1814x H800", "" },
	{ "throughput went from 1.5k to 2.2k tok/s per H200, up 47%",
	  "increase_pct", "47", "before=1.5k tok/s per H200; "
	  "after=2.2k tok/s per H200", "", "" },
	{ "R1 1.58-bit at 14 tok/s", "tok_s_total", "14", "", "", "R1" },
	{ "12K total tokens/s with random 2000/100 prompts on vLLM",
	  "all_tok_s_total", "12K", "isl=2000 input tokens; "
	  "osl=100 output tokens", "", "" },
	{ "14.8k tokens/s per 8-GPU node is 1,850 tokens/s per GPU",
	  "tok_s_gpu", "1,850",
	  "tok_s_node=14.8k tokens/s per node; gpus_per_node=8", "", "" },
	{ "3,000 tok/s at 30 bananas", "tok_s_total", "3,000", "", "", "" },
};

START_TEST(a_sentence_is_looked_through_for_figures)
{
	struct phrase p;
	struct fault why;

	ck_assert_msg(phrase_read(&p, sentences[_i].text, &why) == 0, "%s",
		      sentences[_i].text);
	ck_assert_str_eq(p.metric, sentences[_i].metric);
	ck_assert_str_eq(p.value, sentences[_i].value);
	ck_assert_str_eq(p.given, sentences[_i].given);
	ck_assert_str_eq(p.hw, sentences[_i].hw);
	ck_assert_str_eq(p.model, sentences[_i].model);
}
END_TEST

/* No part of it is passed over. */
static const char *const unread[] = { "", "fast", "250", "25 bananas",
	"no fewer than", "the best in class" };

START_TEST(what_is_not_read_is_refused)
{
	struct phrase p;
	struct fault why;

	ck_assert_msg(phrase_read(&p, unread[_i], &why) == -1, "%s: %s=%s",
		      unread[_i], p.metric, p.value);
	ck_assert(*why.what && *why.remedy);
}
END_TEST

START_TEST(plain_names_are_the_names_in_plain_words)
{
	char plain[96];		/* size: a name */

	for (int i = 0; i < Q_NR; i++) {
		called_plain(quantity_name((enum quantity)i), plain,
			     (int)sizeof(plain));
		ck_assert_str_eq(quantity_plain((enum quantity)i), plain);
	}
}
END_TEST

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Of a name, and no verb; a bracket has none, nor has what no word follows. */
START_TEST(an_s_that_a_name_has_is_left_out)
{
	static const char *const names[][2] = {
		{ "DeepSeek-V3's speed", "DeepSeek-V3 speed" },
		{ "V3\xe2\x80\x99s speed", "V3 speed" },
		{ "that's about 20 ms", "that's about 20 ms" },
		{ "it's fast", "it's fast" },
		{ "(V3)'s speed", "(V3)'s speed" },
		{ "that's 20 ms", "that's 20 ms" },
	};
	char out[64];

	for (int i = 0; i < NR(names); i++) {
		reworded_plain(names[i][0], out, sizeof(out));
		ck_assert_str_eq(out, names[i][1]);
	}
}
END_TEST

Suite *suite_phrase(void)
{
	Suite *s = suite_create("phrase");
	TCase *t = tcase_create("phrase");

	tcase_add_loop_test(t, a_claim_is_read_as_it_is_said, 0, NR(said));
	tcase_add_loop_test(t, a_sentence_is_looked_through_for_figures, 0,
			    NR(sentences));
	tcase_add_test(t, plain_names_are_the_names_in_plain_words);
	tcase_add_test(t, words_about_a_claim_are_told);
	tcase_add_loop_test(t, what_is_not_read_is_refused, 0, NR(unread));
	tcase_add_test(t, an_s_that_a_name_has_is_left_out);
	suite_add_tcase(s, t);
	return s;
}
