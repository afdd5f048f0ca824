#include <math.h>
#include <string.h>

#include "own/measure.h"
#include "own/steady.h"
#include "tests/tests.h"
#include "tests/toy.h"

/* What is measured here stands in the table `out`, said in `said`. */
static struct table out;
static struct text said, bytes;
static struct fault why;
static struct scenario given;

static char *hw_names[] = { "b200-sxm", "gb200-nvl72", "h20-141g", "h20-96g",
			    "h200-sxm" };
static char *stack_names[] = { "generic", "sglang", "trtllm", "vllm" };
static char *model_names[] = { "deepseek-r1", "deepseek-v3", "deepseek-v3.2",
			       "deepseek-v4-pro" };

static void setup(void)
{
	table_init(&out, "");
	said = bytes = (struct text)TEXT_INIT;
	memset(&why, 0, sizeof(why));
	scenario_init(&given);
}

static void teardown(void)
{
	table_release(&out);
	text_release(&said);
	text_release(&bytes);
}

static void give(const char *column, const char *text)
{
	ck_assert_int_eq(scenario_set(&given, column, text, &why), 0);
}

static void give_layout(void)
{
	give("hw", "h200-sxm");
	give("model", "deepseek-r1");
	give("gpus", "8");
	give("tp", "1");
	give("ep", "8");
}

static int measure(void)
{
	struct place_names hw = { hw_names, 5, 5 };
	struct place_names stacks = { stack_names, 4, 4 };
	struct place_names models = { model_names, 4, 4 };
	struct measure_spec ask = { "a/run.log", &given, &hw, &stacks,
				    &models };

	return measure_bytes(&ask, &bytes, &out, &said, &why);
}

static const char *cell(int row, const char *column)
{
	return table_get(&out, row, table_column(&out, column));
}

static double number(int row, const char *column)
{
	return table_number(&out, row, table_column(&out, column));
}

/* ---- SGLang ---- */

static void decode(int rank, int running, double tok_s, const char *accept)
{
	text_addf(&bytes, "[2025-09-26 10:00:00 DP%d TP%d] Decode batch. "
		  "#running-req: %d, #token: %d, token usage: 0.10, %scuda "
		  "graph: True, gen throughput (token/s): %.2f, #queue-req: "
		  "0, \n", rank, rank, running, running * 1000, accept, tok_s);
}

static void prefill(int rank)
{
	text_addf(&bytes, "[2025-09-26 10:00:00 DP%d TP%d] Prefill batch. "
		  "#new-seq: 1, #new-token: 8192, #cached-token: 0, token "
		  "usage: 0.10, #running-req: 9, #queue-req: 0, \n", rank,
		  rank);
}

START_TEST(a_step_is_the_sequences_by_their_rate)
{
	give_layout();
	decode(0, 10, 100, "");		/* the first says not since when */
	decode(0, 10, 500, "");
	decode(0, 10, 400, "");
	decode(0, 10, 200, "");
	ck_assert_int_eq(measure(), 0);
	ck_assert_int_eq(out.rows, 1);
	/* 10 sequences a step: 20, 25 and 50 ms, and the median is 25 */
	ck_rel(number(0, "value"), 25, 1e-6);
	ck_assert_str_eq(cell(0, "metric"), "step_ms");
	ck_rel(number(0, "batch"), 10, 1e-9);
	ck_rel(number(0, "ctx"), 1000, 1e-9);	/* 10,000 tokens of 10 */
	ck_assert_str_eq(cell(0, "stack"), "sglang");
	ck_assert_str_eq(cell(0, "mode"), "decode");
	ck_assert_str_eq(cell(0, "date"), "2025-09-26");
	ck_assert(strstr(said.buf, "1 of 4 dropped: 1 the first of their rank "
			 "(1 ramp-up, 0 tail)"));
}
END_TEST

START_TEST(drafts_are_in_the_rate_and_not_in_the_step)
{
	give_layout();
	give("mtp", "1");
	decode(0, 10, 100, "accept len: 1.80, ");
	decode(0, 10, 360, "accept len: 1.80, ");
	ck_assert_int_eq(measure(), 0);
	/* 10 sequences gain 18 tokens a step, 360 a second: 50 ms */
	ck_rel(number(0, "value"), 50, 1e-6);
	ck_rel(number(0, "tokens_per_step"), 1.8, 1e-9);
}
END_TEST

START_TEST(a_prompt_of_any_rank_delays_them_all)
{
	give_layout();
	decode(0, 10, 500, "");
	decode(1, 10, 500, "");
	prefill(1);
	decode(0, 10, 100, "");		/* a prompt in between */
	decode(1, 10, 100, "");
	decode(0, 10, 500, "");
	decode(1, 10, 500, "");
	ck_assert_int_eq(measure(), 0);
	ck_rel(number(0, "value"), 20, 1e-6);
	ck_assert(strstr(said.buf, "4 of 6 dropped: 2 the first of their "
			 "rank, 2 with prompts in between (4 ramp-up, 0 "
			 "tail)"));
}
END_TEST

START_TEST(each_batch_that_was_held_is_a_row)
{
	give_layout();
	decode(0, 64, 640, "");
	decode(0, 64, 1280, "");	/* 50 ms */
	decode(0, 30, 900, "");		/* changed from 64: dropped */
	decode(0, 4, 400, "");		/* and from 30 */
	decode(0, 4, 400, "");		/* 10 ms */
	decode(0, 0, 0, "");
	ck_assert_int_eq(measure(), 0);
	ck_assert_int_eq(out.rows, 2);
	ck_rel(number(0, "batch"), 4, 1e-9);
	ck_rel(number(0, "value"), 10, 1e-6);
	ck_rel(number(1, "batch"), 64, 1e-9);
	ck_rel(number(1, "value"), 50, 1e-6);
	ck_assert(strstr(said.buf, "2 while sequences came or went, 1 idle (1 "
			 "ramp-up, 1 tail)"));
}
END_TEST

/* ---- vLLM and TensorRT-LLM ---- */

START_TEST(vllm_says_its_context_as_a_share_of_the_pool)
{
	const char *line = "(APIServer pid=158) INFO 09-02 13:08:10 "
		"[loggers.py:123] Engine 003: Avg prompt throughput: 0.0 "
		"tokens/s, Avg generation throughput: 400.0 tokens/s, "
		"Running: 10 reqs, Waiting: 0 reqs, GPU KV cache usage: 2.0%, "
		"Prefix cache hit rate: 0.0%\n";

	give_layout();
	text_add(&bytes, "GPU KV cache size: 1,000,000 tokens\n");
	text_add(&bytes, line);
	text_add(&bytes, line);
	ck_assert_int_eq(measure(), 0);
	ck_assert_str_eq(cell(0, "stack"), "vllm");
	ck_assert_str_eq(cell(0, "date"), "");	/* it has no year */
	ck_rel(number(0, "value"), 25, 1e-6);	/* 10 / 400 s */
	ck_rel(number(0, "ctx"), 2000, 1e-9);	/* 20,000 tokens of 10 */
}
END_TEST

START_TEST(trtllm_says_the_step_itself)
{
	const char *line = "[TRT-LLM] [I] [_torch][RANK 0] iter = %d, "
		"global_rank = 0, rank = 0, num_scheduled_requests = 32, "
		"kv_cache_util = 0.1, currank_total_requests = 0/1, "
		"host_step_time = %gms, prev_device_step_time = 9.0ms, "
		"timestamp = 2026-08-04 19:08:13, states = "
		"{'num_ctx_requests': %d, 'num_ctx_tokens': 0, "
		"'num_generation_tokens': 32}\n";

	give_layout();
	give("ctx", "4000");
	text_addf(&bytes, line, 1, 10.0, 0);
	text_addf(&bytes, line, 2, 90.0, 1);	/* with a prompt in it */
	text_addf(&bytes, line, 3, 11.0, 0);
	text_addf(&bytes, line, 4, 13.0, 0);
	ck_assert_int_eq(measure(), 0);
	ck_assert_str_eq(cell(0, "stack"), "trtllm");
	ck_assert_str_eq(cell(0, "date"), "2026-08-04");
	ck_rel(number(0, "value"), 12, 1e-6);	/* of 11 and 13 */
	ck_rel(number(0, "batch"), 32, 1e-9);
}
END_TEST

/* ---- results ---- */

/*
 * Two clients, tokens 0.1 s apart: one decodes from 1 to 11 s (101 tokens),
 * the other from 2 to 12 s. Both run from 2 to 11 s.
 */
static const char detailed[] =
	"{\"model_id\": \"deepseek-ai/DeepSeek-R1\", \"completed\": 2,\n"
	"\"date\": \"20260804-101010\", \"max_concurrency\": 2,\n"
	"\"total_input_tokens\": 2000, \"total_output_tokens\": 202,\n"
	"\"output_throughput\": 20, \"median_tpot_ms\": 100,\n"
	"\"median_ttft_ms\": 1000, \"input_lens\": [1000, 1000],\n"
	"\"output_lens\": [101, 101], \"ttfts\": [1, 1],\n"
	"\"start_times\": [0, 1], \"itls\": [[10], [10]]}";

START_TEST(a_detailed_result_is_used_while_all_decode)
{
	give_layout();
	give("stack", "vllm");
	give("mode", "decode");
	text_add(&bytes, detailed);
	ck_assert_int_eq(measure(), 0);
	ck_assert_int_eq(out.rows, 1);
	ck_assert_str_eq(cell(0, "metric"), "tpot_ms");
	ck_rel(number(0, "value"), 100, 1e-6);
	/* 2 decode at once, over the 8 groups of 8 GPUs */
	ck_rel(number(0, "batch"), 0.25, 1e-9);
	ck_rel(number(0, "ctx"), 1050.5, 1e-9);	/* 1000 and half of 101 */
	ck_assert_str_eq(cell(0, "date"), "2026-08-04");
	ck_assert(strstr(said.buf, "1 to 10 s of 11 s used"));
}
END_TEST

START_TEST(a_colocated_result_keeps_its_medians)
{
	give_layout();
	give("stack", "vllm");
	give("mode", "colocated");
	text_add(&bytes, detailed);
	ck_assert_int_eq(measure(), 0);
	ck_assert_int_eq(out.rows, 2);
	ck_rel(number(0, "concurrency"), 2, 1e-9);
	ck_rel(number(0, "isl"), 1000, 1e-9);
	ck_rel(number(0, "osl"), 101, 1e-9);
	ck_assert_str_eq(cell(1, "metric"), "ttft_ms");
	ck_rel(number(1, "value"), 1000, 1e-9);
}
END_TEST

START_TEST(an_inferencex_row_says_its_layout)
{
	text_add(&bytes, "{\"data\": [{\"hardware\": \"h200\", \"framework\": "
		 "\"dynamo-trt\", \"model\": \"DeepSeek-R1-0528\", "
		 "\"precision\": \"fp8\", \"spec_method\": \"none\", "
		 "\"disagg\": true, \"decode_tp\": 8, \"decode_ep\": 8, "
		 "\"decode_dp_attention\": true, \"num_decode_gpu\": 64, "
		 "\"isl\": 8192, \"osl\": 1024, \"conc\": 128, \"date\": "
		 "\"2026-05-01\", \"metrics\": {\"median_tpot\": 0.04, "
		 "\"median_ttft\": 1.5, \"output_tput_per_gpu\": 400}}]}");
	ck_assert_int_eq(measure(), 0);
	ck_assert_int_eq(out.rows, 1);
	ck_assert_str_eq(cell(0, "hw"), "h200-sxm");
	ck_assert_str_eq(cell(0, "stack"), "trtllm");
	ck_assert_str_eq(cell(0, "model"), "deepseek-r1");
	ck_assert_str_eq(cell(0, "weights"), "fp8");
	ck_rel(number(0, "gpus"), 8, 1e-9);	/* not tp times ep */
	ck_rel(number(0, "tp"), 1, 1e-9);	/* attention is data parallel */
	ck_rel(number(0, "value"), 40, 1e-6);
	ck_rel(number(0, "batch"), 16, 1e-6);	/* 400 tok/s x 0.04 s a GPU */
}
END_TEST

/* ---- what is none ---- */

static const struct { const char *text, *what; int row; } wrong[] = {
	{ "", "the file is empty", 0 },
	{ "hello\n", "none of its 1 lines is one that SGLang (Decode batch), "
	  "vLLM (Avg generation throughput) or TensorRT-LLM (iter = , "
	  "host_step_time = ) writes while it serves", 0 },
	{ "Decode batch. #running-req: 4, #token: 9, gen throughput "
	  "(token/s): 4\niter = 1, host_step_time = 3ms, "
	  "num_scheduled_requests = 4\n",
	  "a line of TensorRT-LLM in a log of SGLang", 2 },
	{ "Decode batch. #running-req: 4, #token: 9, gen throughput "
	  "(token/s): 4\n",
	  "no line is of a steady batch: 1 of 1 dropped: 1 the first of their "
	  "rank (1 ramp-up, 0 tail)", 0 },
	{ "{\"a\":\n 1,,}", "it is no JSON: string or '}' expected near ','",
	  2 },
	{ "{\"nvbandwidth\": {}}", "it is neither a result of vllm bench serve "
	  "(no output_throughput) nor a row of InferenceX (no metrics)", 0 },
	{ "{\"output_throughput\": 0, \"completed\": 0}",
	  "no request was completed", 0 },
	{ "[ ]", "its list of runs is empty", 0 },
};

START_TEST(what_is_no_measurement_is_a_fault)
{
	give_layout();
	text_add(&bytes, wrong[_i].text);
	ck_assert_int_eq(measure(), -1);
	ck_assert_str_eq(why.what, wrong[_i].what);
	ck_assert_int_eq(why.row, wrong[_i].row);
	ck_assert_str_eq(why.file, "a/run.log");
	ck_assert(*why.remedy);
	ck_assert_int_eq(out.rows, 0);
}
END_TEST

START_TEST(a_log_is_not_calibrated_as_another_engine_s)
{
	give_layout();
	give("stack", "vllm");
	decode(0, 10, 500, "");
	decode(0, 10, 500, "");
	ck_assert_int_eq(measure(), -1);
	ck_assert_str_eq(why.what, "its lines are SGLang's, and --stack is "
			 "vllm");
	ck_assert_str_eq(why.remedy, "leave it out, or give sglang or a sheet "
			 "of your own");
	give("stack", "vllm-of-mine.csv");
	ck_assert_int_eq(measure(), 0);
}
END_TEST

START_TEST(what_a_log_does_not_say_is_asked_for)
{
	give("hw", "h200-sxm");
	give("gpus", "8");
	decode(0, 10, 500, "");
	decode(0, 10, 500, "");
	ck_assert_int_eq(measure(), -1);
	ck_assert_str_eq(why.what, "the log does not say it all");
	ck_assert_str_eq(why.remedy, "give --model NAME, --tp N, --ep N");
	ck_assert_int_eq(out.rows, 0);
}
END_TEST

Suite *suite_measure(void)
{
	Suite *s = suite_create("measure");
	TCase *t = tcase_create("measure");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_step_is_the_sequences_by_their_rate);
	tcase_add_test(t, drafts_are_in_the_rate_and_not_in_the_step);
	tcase_add_test(t, a_prompt_of_any_rank_delays_them_all);
	tcase_add_test(t, each_batch_that_was_held_is_a_row);
	tcase_add_test(t, vllm_says_its_context_as_a_share_of_the_pool);
	tcase_add_test(t, trtllm_says_the_step_itself);
	tcase_add_test(t, a_detailed_result_is_used_while_all_decode);
	tcase_add_test(t, a_colocated_result_keeps_its_medians);
	tcase_add_test(t, an_inferencex_row_says_its_layout);
	tcase_add_test(t, a_log_is_not_calibrated_as_another_engine_s);
	tcase_add_loop_test(t, what_is_no_measurement_is_a_fault, 0,
			    (int)(sizeof(wrong) / sizeof(*wrong)));
	tcase_add_test(t, what_a_log_does_not_say_is_asked_for);
	suite_add_tcase(s, t);
	return s;
}
