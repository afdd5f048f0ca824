#include "words/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "cost/cost.h"

static const struct quantity_row {
	const char *name, *unit;
	enum kind kind;
	bool exact;		/* a number of things, not a figure */
	const char *says;
} rows[Q_NR] = {
	[Q_TOK_S_GPU] = { "tok_s_gpu", "tok/s/GPU", K_RATE, false,
		"output tokens a second, over all GPUs of the replica" },
	[Q_TOK_S_USER] = { "tok_s_user", "tok/s/user", K_RATE, false,
		"output tokens a second that one request sees" },
	[Q_TOK_S_TOTAL] = { "tok_s_total", "tok/s", K_RATE, false,
		"output tokens a second of the whole system" },
	[Q_TOK_S_NODE] = { "tok_s_node", "tok/s/node", K_RATE, false,
		"output tokens a second of one node" },
	[Q_IN_TOK_S_GPU] = { "input_tok_s_gpu", "tok/s/GPU", K_RATE, false,
		"prompt tokens a second, over all GPUs named" },
	[Q_IN_TOK_S_TOTAL] = { "input_tok_s_total", "tok/s", K_RATE, false,
		"prompt tokens a second of the whole system" },
	[Q_IN_TOK_S_NODE] = { "input_tok_s_node", "tok/s/node", K_RATE, false,
		"prompt tokens a second of one node" },
	[Q_ALL_TOK_S_GPU] = { "all_tok_s_gpu", "tok/s/GPU", K_RATE, false,
		"prompt and output tokens a second, over all GPUs" },
	[Q_ALL_TOK_S_TOTAL] = { "all_tok_s_total", "tok/s", K_RATE, false,
		"prompt and output tokens a second of the whole system" },
	[Q_SOL_TOK_S_GPU] = { "sol_tok_s_gpu", "tok/s/GPU", K_RATE, false,
		"an upper bound that the source computes, not a result" },
	[Q_TPM] = { "tpm", "tok/min", K_RATE, false,
		"output tokens a minute of the whole system" },
	[Q_PEAK_TPM] = { "peak_tpm", "tok/min", K_RATE, false,
		"the largest tpm that the system is said to reach" },
	[Q_DEMAND_TPM] = { "demand_tpm", "tok/min", K_RATE, false,
		"tokens a minute that a workload is said to need" },
	[Q_DEMAND_DAY] = { "demand_tokens_per_day", "tok/day", K_RATE, false,
		"tokens a day that a workload is said to need" },
	[Q_TOKENS_PER_DAY] = { "tokens_per_day", "tok/day", K_RATE, false,
		"tokens of a day" },
	[Q_TOKENS_PER_MONTH] = { "tokens_per_month", "tok/month", K_RATE,
		false, "tokens of a month, of 30 to 31 days" },
	[Q_BREAK_EVEN] = { "break_even_tokens_per_day", "tok/day", K_RATE,
		false, "tokens a day above which a flat fee is cheaper" },
	[Q_REQUESTS_PER_S] = { "requests_per_s", "requests/s", K_DAILY, false,
		"requests a second of the whole system" },
	[Q_REQUESTS_PER_DAY] = { "requests_per_day", "requests/day", K_DAILY,
		true, "requests of a day" },
	[Q_TOKENS_PER_REQUEST] = { "tokens_per_request", "tok", K_COUNT, true,
		"tokens of a request, prompt and output" },
	[Q_TTFT_MS] = { "ttft_ms", "ms", K_TIME, false,
		"time to first token, mean or median" },
	[Q_TTFT_P50_MS] = { "ttft_p50_ms", "ms", K_TIME, false,
		"time to first token, median where the mean is given too" },
	[Q_TTFT_P90_MS] = { "ttft_p90_ms", "ms", K_TIME, false,
		"time to first token, 90th percentile" },
	[Q_TTFT_P95_MS] = { "ttft_p95_ms", "ms", K_TIME, false,
		"time to first token, 95th percentile" },
	[Q_TTFT_P99_MS] = { "ttft_p99_ms", "ms", K_TIME, false,
		"time to first token, 99th percentile" },
	[Q_TPOT_MS] = { "tpot_ms", "ms", K_TIME, false,
		"time per output token after the first" },
	[Q_TPOT_P90_MS] = { "tpot_p90_ms", "ms", K_TIME, false,
		"time per output token, 90th percentile" },
	[Q_TPOT_P99_MS] = { "tpot_p99_ms", "ms", K_TIME, false,
		"time per output token, 99th percentile" },
	[Q_STEP_MS] = { "step_ms", "ms", K_TIME, false, "one decode step" },
	[Q_E2E_MS] = { "e2e_ms", "ms", K_TIME, false,
		"a request from start to last token" },
	[Q_E2E_P90_MS] = { "e2e_p90_ms", "ms", K_TIME, false,
		"a request from start to last token, 90th percentile" },
	[Q_E2E_P95_MS] = { "e2e_p95_ms", "ms", K_TIME, false,
		"a request from start to last token, 95th percentile" },
	[Q_E2E_P99_MS] = { "e2e_p99_ms", "ms", K_TIME, false,
		"a request from start to last token, 99th percentile" },
	[Q_SLA_TTFT_P99_MS] = { "sla_ttft_p99_ms", "ms", K_TIME, true,
		"the TTFT that 99 of 100 requests are promised" },
	[Q_LOAD_S] = { "load_s", "s", K_TIME, false,
		"time in which the weights are loaded" },
	[Q_WINDOW_S] = { "window_s", "s", K_TIME, true,
		"length of a benchmark" },
	[Q_USD_PER_MTOK] = { "usd_per_mtok", "USD/Mtok", K_MTOK, false,
		"price of a million tokens" },
	[Q_TOK_PER_USD] = { "tok_per_usd", "tok/USD", K_COUNT, false,
		"tokens that a dollar buys" },
	[Q_USD_PER_MTOK_IN] = { "usd_per_mtok_in", "USD/Mtok", K_MTOK, true,
		"list price of a million prompt tokens" },
	[Q_USD_PER_MTOK_OUT] = { "usd_per_mtok_out", "USD/Mtok", K_MTOK, true,
		"list price of a million output tokens" },
	[Q_VERSUS_USD_PER_MTOK] = { "versus_usd_per_mtok", "USD/Mtok", K_MTOK,
		false, "the same of what the claim compares with" },
	[Q_USD_PER_REQUEST] = { "usd_per_request", "USD", K_USD, false,
		"price of a request" },
	[Q_USD_PER_GPU_HOUR] = { "usd_per_gpu_hour", "USD/h", K_MONEY, false,
		"rent of one GPU" },
	[Q_USD_PER_HOUR] = { "usd_per_hour", "USD/h", K_MONEY, false,
		"rent of the whole system" },
	[Q_USD_PER_DAY] = { "usd_per_day", "USD/day", K_MONEY, false,
		"cost of a day" },
	[Q_USD_PER_MONTH] = { "usd_per_month", "USD/month", K_MONEY, false,
		"cost of a month, of 30 to 31 days" },
	[Q_REVENUE_DAY] = { "revenue_usd_per_day", "USD/day", K_MONEY, false,
		"what a day's tokens are sold for" },
	[Q_PROFIT_DAY] = { "profit_usd_per_day", "USD/day", K_MONEY, false,
		"that less what they cost" },
	[Q_MARKUP_PCT] = { "markup_pct", "%", K_SHARE, false,
		"profit over cost" },
	[Q_MARGIN_PCT] = { "margin_pct", "%", K_SHARE, false,
		"profit over revenue" },
	[Q_COST_RATIO] = { "cost_ratio", "x", K_SHARE, false,
		"cost per token over that of `versus`" },
	[Q_CHEAPER_X] = { "cheaper_x", "x", K_SHARE, false,
		"cost per token of `versus` over the own" },
	[Q_SAVINGS_PCT] = { "savings_pct", "%", K_SHARE, false,
		"what is saved of the cost of `versus`" },
	[Q_CHANGE_PCT] = { "change_pct", "%", K_SHARE, false,
		"how much less `after` is than `before`" },
	[Q_INCREASE_PCT] = { "increase_pct", "%", K_SHARE, false,
		"how much more `after` is than `before`" },
	[Q_RATIO] = { "ratio", "x", K_SHARE, false,
		"numerator over denominator" },
	[Q_PART] = { "part", "x", K_SHARE, false,
		"`after` over `before`; numerator over denominator" },
	[Q_SPEEDUP_X] = { "speedup_x", "x", K_SHARE, false,
		"speed over that of `versus`; numerator over denominator" },
	[Q_NUMERATOR] = { "numerator", "1", K_SHARE, false,
		"what a ratio divides" },
	[Q_DENOMINATOR] = { "denominator", "1", K_SHARE, false,
		"what a ratio divides by, same unit" },
	[Q_BEFORE] = { "before", "1", K_SHARE, false, "a figure before" },
	[Q_AFTER] = { "after", "1", K_SHARE, false,
		"the same figure after, same unit" },
	[Q_COMM_RATIO] = { "comm_ratio", "x", K_SHARE, false,
		"bytes on the wires: experts split by TP over split by EP" },
	[Q_UTILIZATION] = { "utilization", "1", K_SHARE, true,
		"share of the peak, mean of the hours in use" },
	[Q_BREAK_EVEN_USE] = { "break_even_utilization", "1", K_SHARE, false,
		"use above which reserved capacity is cheaper" },
	[Q_HOURS_PER_DAY] = { "hours_per_day", "h/day", K_HOURS, true,
		"hours in use" },
	[Q_SCALING] = { "scaling", "1", K_SHARE, false,
		"throughput over concurrency times that of one request" },
	[Q_CACHE_HIT] = { "cache_hit", "1", K_SHARE, false,
		"share of the prompt tokens found in a cache" },
	[Q_GPUS] = { "gpus", "GPUs", K_COUNT, true, "GPUs" },
	[Q_NODES] = { "nodes", "nodes", K_COUNT, true, "nodes" },
	[Q_GPUS_PER_NODE] = { "gpus_per_node", "GPUs", K_COUNT, true,
		"GPUs of a node" },
	[Q_CONCURRENCY] = { "concurrency", "requests", K_COUNT, true,
		"requests in flight" },
	[Q_VERSUS_CONCURRENCY] = { "versus_concurrency", "requests", K_COUNT,
		true, "requests in flight in what the claim compares with" },
	[Q_USERS] = { "users", "users", K_COUNT, false,
		"sequences on one GPU" },
	[Q_TOGETHER] = { "together", "requests", K_COUNT, true,
		"requests that start at the same moment" },
	[Q_SAMPLES] = { "samples", "samples", K_COUNT, true,
		"requests behind a percentile" },
	[Q_ISL] = { "isl", "tok", K_COUNT, true, "prompt tokens" },
	[Q_OSL] = { "osl", "tok", K_COUNT, true, "output tokens" },
	[Q_CTX] = { "ctx", "tok", K_COUNT, true, "mean KV length" },
	[Q_TOKENS_PER_STEP] = { "tokens_per_step", "tok", K_COUNT, false,
		"tokens that a sequence gains a step, drafts included" },
	[Q_ACCEPTANCE] = { "acceptance_rate", "1", K_SHARE, false,
		"share of the drafts that are accepted" },
	[Q_PROMPT_CHARS] = { "prompt_chars", "chars", K_CHARS, true,
		"characters of the prompt" },
	[Q_RANKS] = { "ranks", "ranks", K_COUNT, true,
		"GPUs that the experts are spread over" },
	[Q_EXPERTS_PER_TOKEN] = { "experts_per_token", "experts", K_COUNT,
		true, "routed experts that a token meets" },
	[Q_WEIGHTS_GB] = { "weights_gb", "GB", K_B, false,
		"weights on one GPU" },
	[Q_WEIGHT_BITS] = { "weight_bits", "bits", K_COUNT, false,
		"bits a weight, mean of the checkpoint" },
	[Q_KV_GB] = { "kv_gb", "GB", K_B, false, "KV cache of one sequence" },
	[Q_KV_B_TOK] = { "kv_b_tok", "B", K_B, true,
		"KV cache of one token, all layers" },
	[Q_HBM_GB] = { "hbm_gb", "GB", K_B, false, "memory of one GPU" },
	[Q_HBM_TB_S] = { "hbm_tb_s", "TB/s", K_BPS, false,
		"memory bandwidth of one GPU" },
	[Q_NVLINK_GB_S] = { "nvlink_gb_s", "GB/s", K_BPS, false,
		"NVLink of one GPU, one way or both" },
	[Q_GPU_TFLOPS] = { "gpu_tflops", "TFLOP/s", K_FLOPS, false,
		"peak FLOPs of one GPU, in any format" },
	[Q_MEM_SHARE] = { "mem_share", "1", K_SHARE, true,
		"share of the memory that the engine may use" },
	[Q_HOST_GB] = { "host_gb", "GB", K_B, false, "host memory" },
	[Q_STORAGE_GB_S] = { "storage_gb_s", "GB/s", K_BPS, false,
		"rate at which weights come from storage" },
	[Q_SWEEPS_PER_S] = { "sweeps_per_s", "1/s", K_HZ, false,
		"times a second that the whole memory can be read" },
	[Q_PARAMS_TOTAL] = { "params_total", "Gparams", K_PARAMS, false,
		"parameters" },
	[Q_PARAMS_ACTIVE] = { "params_active", "Gparams", K_PARAMS, false,
		"parameters that a token meets" },
	[Q_FLOP_TOK] = { "flop_tok", "GFLOP", K_FLOP, false,
		"FLOPs of an output token" },
	[Q_BYTES_TOK] = { "bytes_tok", "GB", K_B, false,
		"bytes read from memory for an output token" },
	[Q_BOUND] = { "bound", "word", K_WORD, true,
		"what decoding waits for" },
	[Q_FITS] = { "fits", "1", K_COUNT, true,
		"1: the claim is that the model can be served there; 0: that "
		"it cannot" },
	[Q_GPU_W] = { "gpu_w", "W", K_W, false, "power of one GPU" },
	[Q_SYSTEM_W] = { "system_w", "W", K_W, false,
		"power of the whole system" },
	[Q_JOULES_TOK] = { "joules_tok", "J/tok", K_J, false,
		"energy of an output token" },
	[Q_TOK_S_MW] = { "tok_s_mw", "tok/s/MW", K_RATE_W, false,
		"tokens a second of a megawatt" },
	[Q_BUCKET_TOK] = { "bucket_tok", "tok", K_COUNT, true,
		"tokens in a rate limiter's bucket" },
	[Q_REFILL_TOK_S] = { "refill_tok_s", "tok/s", K_RATE, false,
		"tokens a second that refill it" },
	[Q_CHARGE_TOK] = { "charge_tok", "tok", K_COUNT, true,
		"tokens that a request takes from it" },
	[Q_NIC_GB_S] = { "nic_gb_s", "GB/s", K_BPS, false,
		"network of one GPU, one way or both" },
	[Q_LAYERS] = { "layers", "1", K_COUNT, true, "layers of the model" },
	[Q_EXPERTS] = { "experts", "experts", K_COUNT, true,
		"routed experts of a layer" },
	[Q_HEADS] = { "attention_heads", "1", K_COUNT, true,
		"heads of its attention" },
	[Q_HIDDEN] = { "hidden_size", "1", K_COUNT, true,
		"numbers that a layer hands to the next of a token" },
	[Q_VOCAB] = { "vocab_size", "1", K_COUNT, true,
		"tokens that there are" },
	[Q_MFU] = { "mfu", "1", K_SHARE, false,
		"FLOPs of the tokens over the peak of the GPUs" },
	[Q_MBU] = { "mbu", "1", K_SHARE, false,
		"bytes read for the tokens over the memory bandwidth" },
	[Q_GPU_HOURS] = { "gpu_hours", "GPU-hours", K_COUNT, false,
		"GPUs times hours of a run" },
	[Q_WALL_H] = { "wall_h", "h", K_TIME, false, "hours of a run" },
	[Q_USD_TOTAL] = { "usd_total", "USD", K_USD, false,
		"cost of a run" },
	[Q_DRAFTS] = { "drafts", "1", K_COUNT, true,
		"tokens that are drafted a step" },
	[Q_TOKENS] = { "run_output_tokens", "tok", K_COUNT, true,
		"output tokens of a whole run" },
	[Q_TOKENS_IN] = { "run_input_tokens", "tok", K_COUNT, true,
		"prompt tokens of a whole run" },
	[Q_USD_PER_KWH] = { "usd_per_kwh", "USD/kWh", K_USD_KWH, false,
		"price of electricity" },
	[Q_GRID_USD_HOUR] = { "electricity_usd_per_hour", "USD/h", K_MONEY,
		false, "cost of the electricity of the whole system" },
	[Q_GRID_USD_MTOK] = { "electricity_usd_per_mtok", "USD/Mtok", K_MTOK,
		false, "cost of the electricity of a million tokens" },
	[Q_KWH_DAY] = { "kwh_per_day", "kWh/day", K_ENERGY, false,
		"electricity of a day" },
	[Q_PUE] = { "pue", "1", K_COUNT, false,
		"power drawn in all over that of the machines" },
	[Q_DAYS_PER_MONTH] = { "days_per_month", "1", K_COUNT, true,
		"days of a month in use; 30 to 31 where none are said" },
	[Q_IN_FLIGHT] = { "in_flight", "requests", K_COUNT, false,
		"requests that are under way at a time, in the mean" },
	[Q_HBM_TOTAL_GB] = { "all_hbm_gb", "GB", K_B, false,
		"memory of all GPUs" },
};

const char *quantity_name(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].name;
}

const char *quantity_unit(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].unit;
}

enum kind quantity_kind(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].kind;
}

/* Of a ratio, or of a change: in whatever unit the other side is in. */
static bool is_side(enum quantity q)
{
	return q == Q_NUMERATOR || q == Q_DENOMINATOR || q == Q_BEFORE ||
	       q == Q_AFTER;
}

static double any_factor(const char *unit)
{
	double factor = kind_factor(K_COUNT, unit);	/* so many tokens */

	for (int k = 0; k < K_NR && !(factor > 0); k++)
		factor = kind_factor((enum kind)k, unit);
	return factor;
}

/* Its name says of what time it is: "a million tokens" of a day. */
static bool over_time(enum quantity q)
{
	return q == Q_TOKENS_PER_DAY || q == Q_TOKENS_PER_MONTH ||
	       q == Q_DEMAND_DAY || q == Q_BREAK_EVEN;
}

double quantity_factor(enum quantity q, const char *unit)
{
	enum kind kind = rows[q].kind;
	double factor;

	assert(q < Q_NR && unit);
	if (!*unit)
		return 1;
	if (kind == K_RATE && over_time(q) && quantity_factor(Q_OSL, unit) > 0)
		return quantity_factor(Q_OSL, unit);
	factor = kind_factor(kind, unit) / kind_factor(kind, rows[q].unit);
	if (!(factor > 0) && (kind == K_MONEY || kind == K_MTOK))
		factor = kind_factor(K_USD, unit);	/* the name says of
							   what */
	return factor > 0 || !is_side(q) ? factor : any_factor(unit);
}

bool quantity_compares(enum quantity q)
{
	return q == Q_SPEEDUP_X || q == Q_RATIO || q == Q_PART ||
	       q == Q_COST_RATIO || q == Q_CHEAPER_X || q == Q_SAVINGS_PCT ||
	       q == Q_CHANGE_PCT || q == Q_INCREASE_PCT;
}

bool quantity_exact(enum quantity q)
{
	assert(q < Q_NR);
	return rows[q].exact;
}

/* ---- for readers ---- */

void quantity_vocabulary(struct text *out)
{
	char list[200];		/* size: units of a kind */

	text_add(out, "name,unit,dimension,units,exact,meaning\n");
	for (int i = 0; i < Q_NR; i++) {
		kind_units(rows[i].kind, list, (int)sizeof(list));
		text_addf(out, "%s,%s,%s,%s,%s,", rows[i].name, rows[i].unit,
			  kind_name(rows[i].kind), list,
			  rows[i].exact ? "yes" : "no");
		text_cell(out, rows[i].says);
		text_add(out, "\n");
	}
}

/* 304100 -> "304,100" */
static void grouped(double x, char *out, int size)
{
	char digits[32];	/* size: below a million */
	int thousands = (int)(floor(x / KILO) + 0.25);	/* math: safe cut */

	snprintf(digits, sizeof(digits), "%03.0f", x - thousands * KILO);
	snprintf(out, (size_t)size, "%d,%s", thousands, digits);
}

char *quantity_human(double x, char *out, int size)
{
	static const struct { double from; const char *word; } big[] = {
		{ TERA, "trillion" }, { GIGA, "billion" },
		{ MEGA, "million" } };

	assert(size > 0);
	if (x >= MEGA * TERA) {
		snprintf(out, (size_t)size, "over a million trillion");
		return out;
	}
	for (unsigned i = 0; i < sizeof(big) / sizeof(*big); i++)
		if (x >= big[i].from) {
			double n = x / big[i].from;
			char many[32];	/* size: below a million */

			snprintf(many, sizeof(many), "%.4g", n);
			if (n >= 1000 - 1 / 2.0)	/* units: thousands */
				grouped(floor(n + 1 / 2.0), many,
					(int)sizeof(many));
			snprintf(out, (size_t)size, "%s %s", many,
				 big[i].word);
			return out;
		}
	if (x >= MEGA - 1 / 2.0)
		snprintf(out, (size_t)size, "1 million");
	else if (x >= 1000 - 1 / 2.0)		/* units: thousands */
		grouped(floor(x + 1 / 2.0), out, size);
	else
		snprintf(out, (size_t)size, "%.4g", x);
	return out;
}

char *quantity_say(enum quantity q, double x, char *out, int size)
{
	char number[48];	/* size: a number */
	bool bare = strcmp(rows[q].unit, "1") == 0;

	assert(q < Q_NR && size > 0);
	if (rows[q].kind == K_WORD) {
		snprintf(out, (size_t)size, "%s",
			 bound_name((enum bound)x));
		return out;
	}
	if (q == Q_FITS) {
		snprintf(out, (size_t)size, "that it %s", x > 0 ? "fits" :
			 "does not fit");
		return out;
	}
	if (rows[q].kind == K_PARAMS) {
		quantity_human(x * GIGA, number, sizeof(number));
		snprintf(out, (size_t)size, "%s parameters", number);
		return out;
	}
	quantity_human(x, number, sizeof(number));
	snprintf(out, (size_t)size, "%s%s%s", number, bare ? "" : " ",
		 bare ? "" : rows[q].unit);
	return out;
}

char *quantity_read_as(enum quantity q, const struct amount *a, char *out,
		       int size)
{
	char low[48], high[48];		/* size: a number */

	assert(q < Q_NR && size > 0);
	*out = '\0';
	if (rows[q].kind == K_WORD || !(a->low < a->high))
		return out;
	quantity_human(a->low, low, sizeof(low));
	quantity_say(q, a->high, high, sizeof(high));
	if (isinf(a->high)) {
		quantity_say(q, a->low, low, sizeof(low));
		snprintf(out, (size_t)size, "%s or more", low);
	} else if (!(a->low > 0)) {
		snprintf(out, (size_t)size, "%s or less", high);
	} else {
		snprintf(out, (size_t)size, "%s to %s", low, high);
	}
	return out;
}
