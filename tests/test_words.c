#include <math.h>
#include <string.h>

#include "cost/cost.h"
#include "words/compared.h"
#include "words/metric.h"
#include "words/quantity.h"
#include "claims/spelt.h"
#include "tests/tests.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* What people call it; ours; the unit that the name ends in. */
static const struct { const char *name; enum quantity q; const char *unit; }
names[] = {
	{ "tok_s_gpu", Q_TOK_S_GPU, "" },
	{ "output_tokens_per_second_per_gpu", Q_TOK_S_GPU, "" },
	{ "throughput per GPU", Q_TOK_S_GPU, "" },
	{ "tokens/s/user", Q_TOK_S_USER, "" },
	{ "tps", Q_TOK_S_TOTAL, "" }, { "throughput", Q_TOK_S_TOTAL, "" },
	{ "tok_s_total", Q_TOK_S_TOTAL, "" },
	{ "total_tok_s", Q_ALL_TOK_S_TOTAL, "" },
	{ "prefill_tokens_per_second_per_gpu", Q_IN_TOK_S_GPU, "" },
	{ "prefill throughput", Q_IN_TOK_S_TOTAL, "" },
	{ "requests_per_second", Q_REQUESTS_PER_S, "" },
	{ "req/s", Q_REQUESTS_PER_S, "" }, { "QPS", Q_REQUESTS_PER_S, "" },
	{ "requests_per_minute", Q_REQUESTS_PER_S, "requests/min" },
	{ "cost_per_million_tokens", Q_USD_PER_MTOK, "" },
	{ "price per token", Q_USD_PER_MTOK, "USD/tok" },
	{ "gpu_hour_price", Q_USD_PER_GPU_HOUR, "" },
	{ "price_per_gpu", Q_USD_PER_GPU_HOUR, "" },
	{ "time_to_first_token", Q_TTFT_MS, "" },
	{ "ttft_s", Q_TTFT_MS, "s" }, { "TTFT", Q_TTFT_MS, "" },
	{ "median_ttft_ms", Q_TTFT_P50_MS, "ms" },
	{ "p99 ttft", Q_TTFT_P99_MS, "" },
	{ "inter_token_latency_ms", Q_STEP_MS, "ms" },
	{ "mean_tpot_ms", Q_TPOT_MS, "ms" },
	{ "e2e_latency_s", Q_E2E_MS, "s" },
	{ "gpu_flops", Q_GPU_TFLOPS, "" }, { "peak_pflops", Q_GPU_TFLOPS,
	  "PFLOP/s" },
	{ "flops_per_token", Q_FLOP_TOK, "" },
	{ "bytes_per_token", Q_BYTES_TOK, "" },
	{ "power_kw", Q_SYSTEM_W, "kW" }, { "gpu_power_w", Q_GPU_W, "w" },
	{ "energy_per_token", Q_JOULES_TOK, "" },
	{ "profit_margin", Q_MARGIN_PCT, "" },
	{ "cost_savings", Q_SAVINGS_PCT, "" }, { "speed-up", Q_SPEEDUP_X, "" },
	{ "cache hit rate", Q_CACHE_HIT, "" },
	{ "hbm_bandwidth_gb_s", Q_HBM_TB_S, "gb/s" },
	/* as vllm bench and sglang.bench_serving print them */
	{ "Mean TTFT (ms)", Q_TTFT_MS, "" }, { "P99 TTFT (ms)", Q_TTFT_P99_MS,
	  "" }, { "Median TPOT (ms)", Q_TPOT_MS, "" },
	{ "P99 ITL (ms)", Q_TPOT_P99_MS, "" },
	{ "Mean E2E (s)", Q_E2E_MS, "s" },
	{ "Mean E2E Latency (ms)", Q_E2E_MS, "" },
	{ "Request throughput (req/s)", Q_REQUESTS_PER_S, "" },
	{ "Output token throughput (tok/s)", Q_TOK_S_TOTAL, "" },
	{ "Input token throughput (tok/s)", Q_IN_TOK_S_TOTAL, "" },
	{ "Total Token throughput (tok/s)", Q_ALL_TOK_S_TOTAL, "" },
	{ "context_length", Q_CTX, "" }, { "bottleneck", Q_BOUND, "" },
};

START_TEST(a_quantity_has_the_names_that_people_give_it)
{
	char unit[QUANTITY_UNIT];
	struct fault why;
	enum quantity q;

	if (quantity_called(names[_i].name, &q, unit, &why))
		ck_abort_msg("%s: %s", names[_i].name, why.what);
	ck_assert_msg(q == names[_i].q, "%s is taken as %s", names[_i].name,
		      quantity_name(q));
	ck_assert_msg(quantity_factor(q, unit) ==
		      quantity_factor(q, names[_i].unit), "%s: %s",
		      names[_i].name, unit);
}
END_TEST

/* And no others: a slip is no name. */
START_TEST(what_nobody_calls_it_is_no_name)
{
	static const char *const none[] = { "", " ", "_", "per", "tok", "ms",
		"s", "gpu s", "tok_s_gpu_user_node", "throughputs of it",
		"usd", "ttft_gb", "p98_ttft" };

	for (int i = 0; i < NR(none); i++) {
		char unit[QUANTITY_UNIT];
		struct fault why;
		enum quantity q;

		ck_assert_msg(quantity_called(none[i], &q, unit, &why) == -1,
			      "%s is taken as %s", none[i], quantity_name(q));
	}
}
END_TEST

/* In the quantity's own unit. */
static const struct { enum quantity q; const char *unit; double factor; }
units[] = {
	{ Q_TOK_S_GPU, "tokens/s per NPU", 1 },
	{ Q_TOK_S_GPU, "output tokens per second per GPU", 1 },
	{ Q_TOK_S_GPU, "TPS/GPU", 1 }, { Q_TOK_S_GPU, "ktok/s/GPU", 1e3 },
	{ Q_IN_TOK_S_GPU, "input tokens/s/GPU", 1 },
	{ Q_TOK_S_NODE, "tok/s per server", 1 },
	{ Q_TOKENS_PER_DAY, "billion tokens/day", 1e9 },
	{ Q_TOKENS_PER_DAY, "Mtok/day", 1e6 },
	{ Q_TPM, "k tokens/min", 1e3 },
	{ Q_USD_PER_MTOK, "$/1M tokens", 1 },
	{ Q_USD_PER_MTOK, "/1M tokens", 1 },
	{ Q_USD_PER_MTOK, "per million tokens", 1 },
	{ Q_USD_PER_MTOK, "USD per token", 1e6 },
	{ Q_USD_PER_MTOK, "cents per million tokens", 0.01 },
	{ Q_USD_PER_GPU_HOUR, "$/GPU-hr", 1 },
	{ Q_USD_PER_GPU_HOUR, "per GPU per hour", 1 },
	{ Q_USD_PER_MONTH, "$/mo", 1 },
	{ Q_TTFT_MS, "milliseconds", 1 }, { Q_TTFT_MS, "secs", 1e3 },
	{ Q_TTFT_MS, "\xce\xbcs", 1e-3 },
	{ Q_REQUESTS_PER_S, "queries per second", 1 },
	{ Q_GPU_TFLOPS, "PFLOPS", 1e3 }, { Q_GPU_TFLOPS, "petaFLOPS", 1e3 },
	{ Q_FLOP_TOK, "GFLOPs per token", 1 },
	{ Q_SYSTEM_W, "kilowatts", 1e3 }, { Q_JOULES_TOK, "joules", 1 },
	{ Q_PARAMS_TOTAL, "billion params", 1 },
	{ Q_PARAMS_TOTAL, "trillion", 1e3 },
	{ Q_WEIGHTS_GB, "GB of VRAM", 1 }, { Q_KV_B_TOK, "kB per token", 1e3 },
	{ Q_TOK_S_GPU, "ms", 0 }, { Q_TTFT_MS, "tok/s", 0 },
	{ Q_USD_PER_MTOK, "kg", 0 },
};

START_TEST(a_unit_is_read_as_people_write_it)
{
	double f = quantity_factor(units[_i].q, units[_i].unit);

	ck_assert_msg(fabs(f - units[_i].factor) <= 1e-9 * units[_i].factor,
		      "%s of %s: %g", units[_i].unit,
		      quantity_name(units[_i].q), f);
}
END_TEST

static const struct { const char *text, *name; double many; } systems[] = {
	{ "8x NVIDIA H200 SXM5", "h200", 8 }, { "H200", "h200", 0 },
	{ "16 H100", "h100", 16 }, { "H200x8", "h200", 8 },
	{ "H200 x8", "h200", 8 }, { "H200 (8x)", "h200", 8 },
	{ "2x8 H100", "h100", 16 }, { "2x8xH100", "h100", 16 },
	{ "8*H800", "h800", 8 }, { "8 \xc3\x97 B200", "b200", 8 },
	{ "HGX B200 8-GPU", "b200", 8 }, { "8-GPU H200", "h200", 8 },
	{ "8x H200 141 GB", "h200141gb", 8 },
	{ "NVIDIA H200 Tensor Core GPU", "h200", 0 },
	{ "A100 40GB", "a10040gb", 0 }, { "H100 PCIe", "h100pcie", 0 },
	{ "RTX 6000 Ada", "rtx6000ada", 0 }, { "2x RTX 4090", "rtx4090", 2 },
	{ "RTX 4090 x 2", "rtx4090", 2 }, { "MI300X", "mi300x", 0 },
	{ "8x MI300X", "mi300x", 8 }, { "GB200 NVL72", "gb200nvl72", 0 },
	{ "", "", 0 }, { "x", "", 0 }, { "999999999999x H100",
	  "999999999999xh100", 0 }, { "90000x90000x H100", "h100", 0 },
};

START_TEST(a_system_is_a_name_and_how_many)
{
	struct spelt s;

	spelt_system(&s, systems[_i].text);
	ck_assert_str_eq(s.name, systems[_i].name);
	ck_assert_msg(fabs(s.many - systems[_i].many) <= 0, "%s: %g",
		      systems[_i].text, s.many);
}
END_TEST

START_TEST(a_long_name_is_cut)
{
	char text[400];
	struct spelt s;

	memset(text, 'h', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	spelt_system(&s, text);
	ck_assert_uint_eq(strlen(s.name), SPELT - 1);
	spelt_model(&s, text);
	ck_assert_uint_eq(strlen(s.name), SPELT - 1);
}
END_TEST

/* A figure in words: its least and most, and the unit behind it. */
static const struct { const char *text; double low, high; const char *rest; }
worded[] = {
	/* two digits of it count, as of 2,000 */
	{ "two thousand tokens per second", 1950, 2050, "tokens per second" },
	{ "a million tokens", 950e3, 1050e3, "tokens" },
	{ "half a million", 450e3, 550e3, "" },
	{ "two and a half", 2.45, 2.55, "" },
	{ "twenty-five ms", 24.5, 25.5, "ms" },
	{ "two hundred and fifty", 245, 255, "" },
	{ "three dozen", 35.5, 36.5, "" },
	{ "thirty to forty", 30, 40, "" },
	{ "half a second", 0.45, 0.55, "second" },
	/* of something else: as 0.5, and as 0.3 and 0.7 */
	{ "half", 0.45, 0.55, "of" }, { "half the cost", 0.45, 0.55, "of" },
	{ "a third", 1 / 3.0 - 0.05, 1 / 3.0 + 0.05, "of" },
	{ "two-thirds", 2 / 3.0 - 0.05, 2 / 3.0 + 0.05, "of" },
	{ "3/4", 0.7, 0.8, "of" }, { "halved", 0.45, 0.55, "of" },
	{ "over half", 0.5, INFINITY, "of" },
	{ "twice", 1.5, 2.5, "x" }, { "tenfold", 9.5, 10.5, "x" },
	{ "double to quadruple", 2, 4, "" },
	{ "a fourth to a half", 0.25, 0.5, "" },
	{ "three times", 2.5, 3.5, "times" },
	{ "a third less", 100 / 3.0 - 5, 100 / 3.0 + 5, "% less" },
	{ "a third more", 100 / 3.0 - 5, 100 / 3.0 + 5, "% more" },
};

START_TEST(numbers_are_read_in_words)
{
	const double grain = 1e-9;
	struct figure f;

	ck_assert_int_eq(figure_read(&f, worded[_i].text), 0);
	ck_assert_double_eq_tol(f.low, worded[_i].low,
				grain * worded[_i].low);
	if (isinf(worded[_i].high))
		ck_assert(isinf(f.high));
	else
		ck_assert_double_eq_tol(f.high, worded[_i].high,
					grain * worded[_i].high);
	ck_assert_str_eq(f.rest, worded[_i].rest);
}
END_TEST

/* Words that begin like a number, and what is no part of anything. */
START_TEST(what_only_begins_like_a_number_is_none)
{
	static const char *const none[] = { "a", "an", "tennis", "onerous",
		"hundreds", "thirdly", "halfway", "3/0", "4/3", "24/7" };
	struct figure f;

	for (int i = 0; i < NR(none); i++)
		ck_assert_msg(figure_read(&f, none[i]) || *f.rest == '/',
			      "%s is %g", none[i], f.value);
}
END_TEST

/* What a name, a unit or both compare: a cost, its burden, a gain. */
static const struct {
	const char *name, *unit;
	enum quantity want;
} called[] = {
	{ "latency", "x lower", Q_RATIO },
	{ "latency", "% lower", Q_CHANGE_PCT },
	{ "latency reduction", "%", Q_CHANGE_PCT },
	{ "cost reduction", "%", Q_SAVINGS_PCT },
	{ "cost", "of", Q_COST_RATIO },
	{ "price", "% lower", Q_SAVINGS_PCT }, { "output", "x", Q_NR },
	{ "output", "x faster", Q_SPEEDUP_X },
	{ "latency improvement", "x", Q_RATIO },
	{ "latency improvement", "%", Q_CHANGE_PCT },
	{ "TTFT efficiency", "x", Q_SPEEDUP_X },
	{ "throughput gain", "x", Q_SPEEDUP_X }, { "cost", "", Q_NR },
	{ "cost", "USD/Mtok", Q_USD_PER_MTOK }, { "fee", "ms", Q_NR },
	{ "cost", "USD/GPU/h", Q_USD_PER_GPU_HOUR },
	{ "cost", "USD/day", Q_USD_PER_DAY },
};

START_TEST(a_name_that_compares_is_known_by_its_unit)
{
	ck_assert_msg(compared_called(called[_i].name, called[_i].unit) ==
		      called[_i].want, "%s in %s", called[_i].name,
		      called[_i].unit);
}
END_TEST

static const struct {
	enum quantity of;
	const char *unit;
	enum quantity want;
} within[] = {
	{ Q_SPEEDUP_X, "%", Q_INCREASE_PCT },
	{ Q_SPEEDUP_X, "% less", Q_CHANGE_PCT },
	{ Q_CHEAPER_X, "%", Q_SAVINGS_PCT }, { Q_TTFT_MS, "%", Q_TTFT_MS },
	{ Q_TTFT_MS, "% lower", Q_CHANGE_PCT },
	{ Q_TTFT_MS, "% higher", Q_INCREASE_PCT },
	{ Q_USD_PER_MTOK, "% lower", Q_SAVINGS_PCT },
	{ Q_UTILIZATION, "% lower", Q_UTILIZATION },
	{ Q_USD_PER_MTOK, "of", Q_COST_RATIO }, { Q_TTFT_MS, "of", Q_PART },
	{ Q_UTILIZATION, "of", Q_UTILIZATION }, { Q_SPEEDUP_X, "of", Q_PART },
	{ Q_INCREASE_PCT, "x", Q_SPEEDUP_X },
	{ Q_SAVINGS_PCT, "x", Q_CHEAPER_X },
	{ Q_CHANGE_PCT, "x", Q_RATIO }, { Q_TTFT_MS, "x", Q_SPEEDUP_X },
	{ Q_TTFT_MS, "x lower", Q_RATIO }, { Q_TTFT_MS, "x faster", Q_RATIO },
	{ Q_TTFT_MS, "x more", Q_SPEEDUP_X },
	{ Q_USD_PER_MTOK, "x lower", Q_CHEAPER_X },
	{ Q_JOULES_TOK, "x less", Q_RATIO }, { Q_HBM_GB, "x less", Q_RATIO },
	{ Q_GPU_W, "x less", Q_RATIO }, { Q_TOK_S_GPU, "x less", Q_SPEEDUP_X },
	{ Q_UTILIZATION, "x", Q_UTILIZATION }, { Q_TTFT_MS, "ms", Q_TTFT_MS },
};

START_TEST(what_a_figure_compares_its_unit_says)
{
	ck_assert_msg(compared_in(within[_i].of, within[_i].unit) ==
		      within[_i].want, "%s in %s",
		      quantity_name(within[_i].of), within[_i].unit);
}
END_TEST

/* Tokens over time are a rate, whatever their name alone is of. */
START_TEST(a_unit_tells_a_rate_from_a_length)
{
	static const struct { const char *name, *unit; enum quantity is; }
	said[] = { { "output tokens", "tok/s", Q_TOK_S_TOTAL },
		{ "input tokens", "tok/s", Q_IN_TOK_S_TOTAL },
		{ "output tokens", "", Q_OSL }, { "input tokens", "", Q_ISL } };
	char own[QUANTITY_UNIT];
	struct fault why;
	enum quantity q;

	for (int i = 0; i < NR(said); i++) {
		ck_assert_int_ge(metric_called(said[i].name, said[i].unit, &q,
					       own, &why), 0);
		ck_assert_int_eq(q, said[i].is);
	}
}
END_TEST

/* What is a word, or a yes or no, is said as one. */
START_TEST(a_figure_that_is_a_word_is_said_as_one)
{
	char out[80];

	ck_assert_str_eq(quantity_say(Q_FITS, 1, out, sizeof(out)),
			 "that it fits");
	ck_assert_str_eq(quantity_say(Q_FITS, 0, out, sizeof(out)),
			 "that it does not fit");
	ck_assert_str_eq(quantity_say(Q_BOUND, BOUND_NVLINK, out, sizeof(out)),
			 bound_name(BOUND_NVLINK));
}
END_TEST

Suite *suite_words(void)
{
	Suite *s = suite_create("words");
	TCase *t = tcase_create("words");

	tcase_add_loop_test(t, a_quantity_has_the_names_that_people_give_it,
			    0, NR(names));
	tcase_add_test(t, what_nobody_calls_it_is_no_name);
	tcase_add_loop_test(t, a_unit_is_read_as_people_write_it, 0,
			    NR(units));
	tcase_add_loop_test(t, a_system_is_a_name_and_how_many, 0,
			    NR(systems));
	tcase_add_test(t, a_long_name_is_cut);
	tcase_add_loop_test(t, numbers_are_read_in_words, 0, NR(worded));
	tcase_add_test(t, what_only_begins_like_a_number_is_none);
	tcase_add_test(t, a_unit_tells_a_rate_from_a_length);
	tcase_add_test(t, a_figure_that_is_a_word_is_said_as_one);
	tcase_add_loop_test(t, a_name_that_compares_is_known_by_its_unit, 0,
			    NR(called));
	tcase_add_loop_test(t, what_a_figure_compares_its_unit_says, 0,
			    NR(within));
	suite_add_tcase(s, t);
	return s;
}
