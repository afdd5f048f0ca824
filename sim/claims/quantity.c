#include "claims/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"

enum kind {
	K_RATE, K_TIME, K_MTOK, K_MONEY, K_USD, K_SHARE, K_COUNT, K_DAILY,
	K_HOURS, K_B, K_BPS, K_HZ, K_PARAMS, K_CHARS, K_NR
};

static const struct kind_row {
	const char *name;
} kinds[K_NR] = {
	[K_RATE] = { "tokens over time" }, [K_TIME] = { "time" },
	[K_MTOK] = { "money per million tokens" },
	[K_MONEY] = { "money over time" }, [K_USD] = { "money" },
	[K_SHARE] = { "ratio" }, [K_COUNT] = { "count" },
	[K_DAILY] = { "count a day" }, [K_HOURS] = { "hours a day" },
	[K_B] = { "bytes" }, [K_BPS] = { "bytes over time" },
	[K_HZ] = { "count a second" }, [K_PARAMS] = { "parameters" },
	[K_CHARS] = { "characters" },
};

#define MIN_S 60.0		/* units: */
#define HOUR_S 3600.0		/* units: */
#define DAY_S 86400.0		/* units: */
#define MONTH_S (30 * DAY_S)	/* units: a month of 30 days */
#define DAY_H 24.0		/* units: */
#define MONTH_H (30 * DAY_H)	/* units: */
#define KILO 1e3		/* units: */
#define MEGA 1e6		/* units: */
#define GIGA 1e9		/* units: */
#define TERA 1e12		/* units: */
#define KIBI 1024.0		/* units: */
#define MIBI (KIBI * KIBI)
#define GIBI (MIBI * KIBI)

static const struct unit_row {
	const char *name;
	enum kind kind;
	double factor;
} units[] = {
	{ "tok/s", K_RATE, 1 }, { "tok/s/GPU", K_RATE, 1 },
	{ "tok/s/user", K_RATE, 1 }, { "tok/s/node", K_RATE, 1 },
	{ "tok/min", K_RATE, 1 / MIN_S }, { "tok/h", K_RATE, 1 / HOUR_S },
	{ "tok/day", K_RATE, 1 / DAY_S },
	{ "tok/month", K_RATE, 1 / MONTH_S },
	{ "ms", K_TIME, 1 / KILO }, { "us", K_TIME, 1 / MEGA },
	{ "s", K_TIME, 1 }, { "min", K_TIME, MIN_S }, { "h", K_TIME, HOUR_S },
	{ "USD/Mtok", K_MTOK, 1 }, { "USD/tok", K_MTOK, MEGA },
	{ "USD/h", K_MONEY, 1 }, { "USD/day", K_MONEY, 1 / DAY_H },
	{ "USD/month", K_MONEY, 1 / MONTH_H }, { "USD", K_USD, 1 },
	{ "1", K_SHARE, 1 }, { "x", K_SHARE, 1 },
	{ "%", K_SHARE, 0.01 },		/* units: per cent */
	{ "1", K_COUNT, 1 }, { "GPUs", K_COUNT, 1 },
	{ "requests", K_COUNT, 1 }, { "users", K_COUNT, 1 },
	{ "tok", K_COUNT, 1 }, { "experts", K_COUNT, 1 },
	{ "nodes", K_COUNT, 1 }, { "samples", K_COUNT, 1 },
	{ "ranks", K_COUNT, 1 },
	{ "requests/day", K_DAILY, 1 }, { "h/day", K_HOURS, 1 },
	{ "B", K_B, 1 }, { "kB", K_B, KILO }, { "MB", K_B, MEGA },
	{ "GB", K_B, GIGA }, { "TB", K_B, TERA }, { "KiB", K_B, KIBI },
	{ "MiB", K_B, MIBI }, { "GiB", K_B, GIBI },
	{ "B/s", K_BPS, 1 }, { "GB/s", K_BPS, GIGA },
	{ "TB/s", K_BPS, TERA }, { "1/s", K_HZ, 1 },
	{ "params", K_PARAMS, 1 }, { "Gparams", K_PARAMS, GIGA },
	{ "chars", K_CHARS, 1 },
};

enum { UNITS = sizeof(units) / sizeof(*units) };

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
		false, "tokens of 30 days" },
	[Q_BREAK_EVEN] = { "break_even_tokens_per_day", "tok/day", K_RATE,
		false, "tokens a day above which a flat fee is cheaper" },
	[Q_REQUESTS_PER_DAY] = { "requests_per_day", "requests/day", K_DAILY,
		true, "requests of a day" },
	[Q_TOKENS_PER_REQUEST] = { "tokens_per_request", "tok", K_COUNT, true,
		"tokens of a request, prompt and output" },
	[Q_TTFT_MS] = { "ttft_ms", "ms", K_TIME, false,
		"time to first token, mean or median" },
	[Q_TTFT_P99_MS] = { "ttft_p99_ms", "ms", K_TIME, false,
		"time to first token, 99th percentile" },
	[Q_TPOT_MS] = { "tpot_ms", "ms", K_TIME, false,
		"time per output token after the first" },
	[Q_STEP_MS] = { "step_ms", "ms", K_TIME, false, "one decode step" },
	[Q_E2E_MS] = { "e2e_ms", "ms", K_TIME, false,
		"a request from start to last token" },
	[Q_SLA_TTFT_P99_MS] = { "sla_ttft_p99_ms", "ms", K_TIME, true,
		"the TTFT that 99 of 100 requests are promised" },
	[Q_LOAD_S] = { "load_s", "s", K_TIME, false,
		"time in which the weights are loaded" },
	[Q_WINDOW_S] = { "window_s", "s", K_TIME, true,
		"length of a benchmark" },
	[Q_USD_PER_MTOK] = { "usd_per_mtok", "USD/Mtok", K_MTOK, false,
		"price of a million tokens" },
	[Q_USD_PER_MTOK_IN] = { "usd_per_mtok_in", "USD/Mtok", K_MTOK, true,
		"list price of a million prompt tokens" },
	[Q_USD_PER_MTOK_OUT] = { "usd_per_mtok_out", "USD/Mtok", K_MTOK, true,
		"list price of a million output tokens" },
	[Q_VERSUS_USD_PER_MTOK] = { "versus_usd_per_mtok", "USD/Mtok", K_MTOK,
		false, "the same of what the claim compares with" },
	[Q_USD_PER_REQUEST] = { "usd_per_request", "USD", K_USD, false,
		"price of a request" },
	[Q_USD_PER_HOUR] = { "usd_per_hour", "USD/h", K_MONEY, false,
		"rent of the whole system" },
	[Q_USD_PER_DAY] = { "usd_per_day", "USD/day", K_MONEY, false,
		"cost of a day" },
	[Q_USD_PER_MONTH] = { "usd_per_month", "USD/month", K_MONEY, false,
		"cost of 30 days" },
	[Q_COST_RATIO] = { "cost_ratio", "x", K_SHARE, false,
		"cost per token over that of `versus`" },
	[Q_CHEAPER_X] = { "cheaper_x", "x", K_SHARE, false,
		"cost per token of `versus` over the own" },
	[Q_SAVINGS_PCT] = { "savings_pct", "%", K_SHARE, false,
		"what is saved of the cost of `versus`" },
	[Q_CHANGE_PCT] = { "change_pct", "%", K_SHARE, false,
		"how much less `after` is than `before`" },
	[Q_RATIO] = { "ratio", "x", K_SHARE, false,
		"numerator over denominator" },
	[Q_NUMERATOR] = { "numerator", "1", K_SHARE, false,
		"what a ratio divides" },
	[Q_DENOMINATOR] = { "denominator", "1", K_SHARE, false,
		"what a ratio divides by, same unit" },
	[Q_BEFORE] = { "before", "1", K_SHARE, false, "a figure before" },
	[Q_AFTER] = { "after", "1", K_SHARE, false,
		"the same figure after, same unit" },
	[Q_COMM_RATIO] = { "comm_ratio", "x", K_SHARE, false,
		"bytes on the wires: experts split by TP over split by EP" },
	[Q_UTILIZATION] = { "utilization", "1", K_SHARE, false,
		"share of the peak, mean of the hours in use" },
	[Q_BREAK_EVEN_USE] = { "break_even_utilization", "1", K_SHARE, false,
		"use above which reserved capacity is cheaper" },
	[Q_HOURS_PER_DAY] = { "hours_per_day", "h/day", K_HOURS, true,
		"hours in use" },
	[Q_SCALING] = { "scaling", "1", K_SHARE, false,
		"throughput over concurrency times that of one request" },
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
	[Q_PROMPT_CHARS] = { "prompt_chars", "chars", K_CHARS, true,
		"characters of the prompt" },
	[Q_RANKS] = { "ranks", "ranks", K_COUNT, true,
		"GPUs that the experts are spread over" },
	[Q_EXPERTS_PER_TOKEN] = { "experts_per_token", "experts", K_COUNT,
		true, "routed experts that a token meets" },
	[Q_WEIGHTS_GB] = { "weights_gb", "GB", K_B, false,
		"weights on one GPU" },
	[Q_KV_GB] = { "kv_gb", "GB", K_B, false, "KV cache of one sequence" },
	[Q_KV_B_TOK] = { "kv_b_tok", "B", K_B, true,
		"KV cache of one token, all layers" },
	[Q_HBM_GB] = { "hbm_gb", "GB", K_B, false, "memory of one GPU" },
	[Q_HBM_TB_S] = { "hbm_tb_s", "TB/s", K_BPS, false,
		"memory bandwidth of one GPU" },
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
	[Q_FITS] = { "fits", "1", K_COUNT, true,
		"1: the claim is that the model can be served there" },
	[Q_BUCKET_TOK] = { "bucket_tok", "tok", K_COUNT, true,
		"tokens in a rate limiter's bucket" },
	[Q_REFILL_TOK_S] = { "refill_tok_s", "tok/s", K_RATE, false,
		"tokens a second that refill it" },
	[Q_CHARGE_TOK] = { "charge_tok", "tok", K_COUNT, true,
		"tokens that a request takes from it" },
};

const char *quantity_name(enum quantity q)
{
	return rows[q].name;
}

const char *quantity_unit(enum quantity q)
{
	return rows[q].unit;
}

int quantity_parse(const char *name, enum quantity *q, struct fault *why)
{
	const char *names[Q_NR], *near;

	for (int i = 0; i < Q_NR; i++) {
		names[i] = rows[i].name;
		if (strcmp(name, names[i]) == 0) {
			*q = (enum quantity)i;
			return 0;
		}
	}
	near = near_word(name, names, Q_NR);
	fault_what(why, "\"%.40s\" is no quantity", name);
	return fault_remedy(why, near ? "did you mean %s" : "deeproof check "
			    "--vocabulary lists them%s", near ? near : "");
}

static double factor_of(enum kind kind, const char *unit)
{
	for (int i = 0; i < UNITS; i++)
		if (units[i].kind == kind && strcmp(units[i].name, unit) == 0)
			return units[i].factor;
	return 0;
}

static void unit_list(enum kind kind, char *out, size_t size)
{
	size_t at = 0;

	*out = '\0';
	for (int i = 0; i < UNITS && at < size; i++)
		if (units[i].kind == kind)
			at += (size_t)snprintf(out + at, size - at, "%s%s",
					       at ? " " : "", units[i].name);
}

double quantity_factor(enum quantity q, const char *unit)
{
	enum kind kind = rows[q].kind;

	if (!*unit)
		return 1;
	return factor_of(kind, unit) / factor_of(kind, rows[q].unit);
}

bool quantity_exact(enum quantity q)
{
	return rows[q].exact;
}

void quantity_units(enum quantity q, char *out, int size)
{
	unit_list(rows[q].kind, out, (size_t)size);
}

/* ---- for readers ---- */

void quantity_vocabulary(struct text *out)
{
	char list[160];		/* size: units of a kind */

	text_add(out, "name,unit,dimension,units,exact,meaning\n");
	for (int i = 0; i < Q_NR; i++) {
		unit_list(rows[i].kind, list, sizeof(list));
		text_addf(out, "%s,%s,%s,%s,%s,", rows[i].name, rows[i].unit,
			  kinds[rows[i].kind].name, list,
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

	for (unsigned i = 0; i < sizeof(big) / sizeof(*big); i++)
		if (x >= big[i].from) {
			snprintf(out, (size_t)size, "%.4g %s",
				 x / big[i].from, big[i].word);
			return out;
		}
	if (x >= 1000 - 1 / 2.0)		/* units: thousands */
		grouped(floor(x + 1 / 2.0), out, size);
	else
		snprintf(out, (size_t)size, "%.4g", x);
	return out;
}

char *quantity_say(enum quantity q, double x, char *out, int size)
{
	char number[48];	/* size: a number */
	bool bare = strcmp(rows[q].unit, "1") == 0;

	quantity_human(x, number, sizeof(number));
	snprintf(out, (size_t)size, "%s%s%s", number, bare ? "" : " ",
		 bare ? "" : rows[q].unit);
	return out;
}
