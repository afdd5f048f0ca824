#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "claims/quantity.h"

enum { CALLED = 96 /* size: a name in plain words */ };

/* What else a quantity is called, as plain() has it; and then in what unit. */
static const struct synonym {
	const char *name;
	enum quantity q;
	const char *unit;	/* NULL: its own */
} synonyms[] = {
	/* from chunk to chunk: a step, which may bring several tokens */
	{ "itl", Q_STEP_MS, NULL }, { "inter tok latency", Q_STEP_MS, NULL },
	{ "time out tok", Q_TPOT_MS, NULL }, { "tbt", Q_TPOT_MS, NULL },
	{ "time between tok", Q_TPOT_MS, NULL },
	{ "tpot p50", Q_TPOT_MS, NULL }, { "itl p50", Q_STEP_MS, NULL },
	{ "itl p90", Q_TPOT_P90_MS, NULL }, { "itl p99", Q_TPOT_P99_MS, NULL },
	{ "time to first tok", Q_TTFT_MS, NULL },
	{ "first tok latency", Q_TTFT_MS, NULL },
	{ "step time", Q_STEP_MS, NULL }, { "step latency", Q_STEP_MS, NULL },
	{ "latency", Q_E2E_MS, NULL }, { "e2e latency", Q_E2E_MS, NULL },
	{ "end to end latency", Q_E2E_MS, NULL },
	{ "end to end", Q_E2E_MS, NULL }, { "e2el", Q_E2E_MS, NULL },
	{ "request latency", Q_E2E_MS, NULL },
	{ "response time", Q_E2E_MS, NULL },
	{ "latency tok", Q_TPOT_MS, NULL },
	{ "tok s", Q_TOK_S_TOTAL, NULL }, { "system tok s", Q_TOK_S_TOTAL,
	  NULL },
	{ "aggregate tok s", Q_TOK_S_TOTAL, NULL },
	{ "tok min", Q_TPM, NULL }, { "tok h", Q_TPM, "tok/h" },
	{ "tok day", Q_TOKENS_PER_DAY, NULL },
	{ "tok month", Q_TOKENS_PER_MONTH, NULL },
	{ "interactivity", Q_TOK_S_USER, NULL },
	{ "user out", Q_TOK_S_USER, NULL },
	{ "out", Q_TOK_S_TOTAL, NULL }, { "in", Q_IN_TOK_S_TOTAL, NULL },
	{ "tok s mw", Q_TOK_S_MW, NULL }, { "tok mw", Q_TOK_S_MW, NULL },
	{ "tok s kw", Q_TOK_S_MW, "tok/s/kW" },
	{ "tok s w", Q_TOK_S_MW, "tok/s/W" },
	{ "tok s watt", Q_TOK_S_MW, "tok/s/W" },
	{ "tok s request", Q_TOK_S_USER, NULL },
	{ "tok s stream", Q_TOK_S_USER, NULL },
	{ "in tok s", Q_IN_TOK_S_TOTAL, NULL },
	{ "in tok s total", Q_IN_TOK_S_TOTAL, NULL },
	/* as llama.cpp and its like print them */
	{ "in processing", Q_IN_TOK_S_TOTAL, NULL },
	{ "pp512", Q_IN_TOK_S_TOTAL, NULL },
	{ "tok out", Q_TOK_S_USER, NULL }, { "tg128", Q_TOK_S_USER, NULL },
	{ "single user tok s", Q_TOK_S_USER, NULL },
	{ "peak tok s", Q_TOK_S_TOTAL, NULL },
	{ "in throughput", Q_IN_TOK_S_TOTAL, NULL },
	{ "total tok s gpu", Q_ALL_TOK_S_GPU, NULL },
	{ "total tok s", Q_ALL_TOK_S_TOTAL, NULL },
	{ "request tok s", Q_REQUESTS_PER_S, NULL },	/* throughput of them */
	{ "rps", Q_REQUESTS_PER_S, NULL }, { "qps", Q_REQUESTS_PER_S, NULL },
	{ "request min", Q_REQUESTS_PER_S, "requests/min" },
	{ "request h", Q_REQUESTS_PER_S, "requests/h" },
	{ "cache hit share", Q_CACHE_HIT, NULL },
	{ "cache hit rate", Q_CACHE_HIT, NULL },
	{ "kv cache hit rate", Q_CACHE_HIT, NULL },
	{ "hit rate", Q_CACHE_HIT, NULL },
	{ "prefix cache hit rate", Q_CACHE_HIT, NULL },
	{ "usd gpu h", Q_USD_PER_GPU_HOUR, NULL },
	{ "usd gpu", Q_USD_PER_GPU_HOUR, NULL },
	{ "gpu usd", Q_USD_PER_GPU_HOUR, NULL },
	{ "gpu h usd", Q_USD_PER_GPU_HOUR, NULL },
	{ "gpu usd h", Q_USD_PER_GPU_HOUR, NULL },
	{ "usd tok", Q_USD_PER_MTOK, "USD/tok" },
	{ "usd ktok", Q_USD_PER_MTOK, "USD/ktok" },
	{ "usd in mtok", Q_USD_PER_MTOK_IN, NULL },
	{ "usd out mtok", Q_USD_PER_MTOK_OUT, NULL },
	{ "out usd", Q_USD_PER_MTOK, NULL },
	{ "usd h", Q_USD_PER_HOUR, NULL }, { "revenue", Q_REVENUE_DAY, NULL },
	{ "revenue day", Q_REVENUE_DAY, NULL },
	{ "income day", Q_REVENUE_DAY, NULL },
	{ "theoretical day income", Q_REVENUE_DAY, NULL },
	{ "in usd", Q_USD_PER_MTOK_IN, NULL },
	{ "tok usd", Q_USD_PER_MTOK, NULL },
	{ "gpu flops", Q_GPU_TFLOPS, NULL }, { "flops", Q_GPU_TFLOPS, NULL },
	{ "peak flops", Q_GPU_TFLOPS, NULL },
	{ "tflops", Q_GPU_TFLOPS, NULL },
	{ "peak tflops", Q_GPU_TFLOPS, NULL },
	{ "compute", Q_GPU_TFLOPS, NULL }, { "peak compute", Q_GPU_TFLOPS,
	  NULL }, { "fp8 compute", Q_GPU_TFLOPS, NULL },
	{ "fp4 compute", Q_GPU_TFLOPS, NULL },
	{ "bf16 compute", Q_GPU_TFLOPS, NULL },
	{ "pflops", Q_GPU_TFLOPS, "PFLOP/s" },
	{ "flop tok", Q_FLOP_TOK, NULL }, { "flops tok", Q_FLOP_TOK, NULL },
	{ "gflop tok", Q_FLOP_TOK, NULL }, { "gflops tok", Q_FLOP_TOK, NULL },
	{ "bytes tok", Q_BYTES_TOK, NULL }, { "byte tok", Q_BYTES_TOK, NULL },
	{ "binds", Q_BOUND, NULL }, { "bottleneck", Q_BOUND, NULL },
	{ "speedup", Q_SPEEDUP_X, NULL }, { "speed up", Q_SPEEDUP_X, NULL },
	{ "faster", Q_SPEEDUP_X, NULL }, { "times faster", Q_SPEEDUP_X, NULL },
	{ "cheaper", Q_CHEAPER_X, NULL },
	{ "savings", Q_SAVINGS_PCT, NULL },
	{ "usd savings", Q_SAVINGS_PCT, NULL },
	{ "usd reduction", Q_SAVINGS_PCT, NULL },
	{ "reduction", Q_CHANGE_PCT, NULL },
	{ "power", Q_GPU_W, NULL }, { "power w", Q_GPU_W, NULL },
	{ "gpu power", Q_GPU_W, NULL }, { "gpu kw", Q_GPU_W, "kW" },
	{ "power draw", Q_GPU_W, NULL }, { "tgp", Q_GPU_W, NULL },
	{ "board power", Q_GPU_W, NULL },
	{ "power consumption", Q_GPU_W, NULL },
	{ "power gpu", Q_GPU_W, NULL }, { "tok s w", Q_TOK_S_MW, "tok/s/W" },
	{ "tok w", Q_TOK_S_MW, "tok/s/W" },
	{ "tok watt", Q_TOK_S_MW, "tok/s/W" },
	{ "tdp", Q_GPU_W, NULL }, { "power kw", Q_SYSTEM_W, "kW" },
	{ "system power", Q_SYSTEM_W, NULL },
	{ "system kw", Q_SYSTEM_W, "kW" },
	{ "rack kw", Q_SYSTEM_W, "kW" }, { "rack power", Q_SYSTEM_W, NULL },
	{ "joule tok", Q_JOULES_TOK, NULL },
	{ "joules tok", Q_JOULES_TOK, NULL }, { "j tok", Q_JOULES_TOK, NULL },
	{ "energy tok", Q_JOULES_TOK, NULL }, { "energy", Q_JOULES_TOK, NULL },
	{ "kwh mtok", Q_JOULES_TOK, "kWh/Mtok" },
	{ "gross margin", Q_MARGIN_PCT, NULL },
	{ "margin", Q_MARGIN_PCT, NULL }, { "profit margin", Q_MARGIN_PCT,
	  NULL },
	{ "usd profit margin", Q_MARKUP_PCT, NULL },
	{ "markup", Q_MARKUP_PCT, NULL },
	{ "bits weight", Q_WEIGHT_BITS, NULL }, { "bpw", Q_WEIGHT_BITS, NULL },
	{ "bits", Q_WEIGHT_BITS, NULL },
	{ "acceptance", Q_ACCEPTANCE, NULL },
	{ "acceptance ratio", Q_ACCEPTANCE, NULL },
	{ "accept rate", Q_ACCEPTANCE, NULL },
	{ "mtp acceptance", Q_ACCEPTANCE, NULL },
	{ "mtp acceptance rate", Q_ACCEPTANCE, NULL },
	{ "draft acceptance", Q_ACCEPTANCE, NULL },
	{ "draft acceptance rate", Q_ACCEPTANCE, NULL },
	/* "second" is an s by then */
	{ "s tok acceptance", Q_ACCEPTANCE, NULL },
	{ "acceptance s tok", Q_ACCEPTANCE, NULL },
	{ "acceptance rate s tok", Q_ACCEPTANCE, NULL },
	{ "s tok acceptance rate", Q_ACCEPTANCE, NULL },
	{ "acceptance length", Q_TOKENS_PER_STEP, NULL },
	{ "accepted length", Q_TOKENS_PER_STEP, NULL },
	{ "accept length", Q_TOKENS_PER_STEP, NULL },
	{ "mean acceptance length", Q_TOKENS_PER_STEP, NULL },
	{ "tau", Q_TOKENS_PER_STEP, NULL },
	{ "hbm", Q_HBM_GB, NULL }, { "hbm3", Q_HBM_GB, NULL },
	{ "hbm3e", Q_HBM_GB, NULL }, { "nvlink", Q_NVLINK_GB_S, NULL },
	{ "nvlink bandwidth", Q_NVLINK_GB_S, NULL }, { "vram", Q_HBM_GB, NULL },
	{ "gpu memory", Q_HBM_GB, NULL }, { "memory", Q_HBM_GB, NULL },
	{ "hbm memory", Q_HBM_GB, NULL },
	{ "hbm capacity", Q_HBM_GB, NULL }, { "hbm size", Q_HBM_GB, NULL },
	{ "memory capacity", Q_HBM_GB, NULL },
	{ "memory size", Q_HBM_GB, NULL }, { "vram gpu", Q_HBM_GB, NULL },
	{ "memory gpu", Q_HBM_GB, NULL }, { "hbm gpu", Q_HBM_GB, NULL },
	{ "gpu memory capacity", Q_HBM_GB, NULL },
	{ "nvlink speed", Q_NVLINK_GB_S, NULL },
	{ "interconnect bandwidth", Q_NVLINK_GB_S, NULL },
	{ "gpu to gpu bandwidth", Q_NVLINK_GB_S, NULL },
	{ "hbm bandwidth", Q_HBM_TB_S, NULL },
	{ "peak bandwidth", Q_HBM_TB_S, NULL },
	{ "peak memory bandwidth", Q_HBM_TB_S, NULL },
	{ "gpu memory bandwidth", Q_HBM_TB_S, NULL },
	{ "memory bandwidth", Q_HBM_TB_S, NULL },
	{ "bandwidth", Q_HBM_TB_S, NULL },
	{ "params", Q_PARAMS_TOTAL, NULL },
	{ "parameters", Q_PARAMS_TOTAL, NULL },
	{ "total parameters", Q_PARAMS_TOTAL, NULL },
	{ "active parameters", Q_PARAMS_ACTIVE, NULL },
	{ "active params", Q_PARAMS_ACTIVE, NULL },
	{ "total params", Q_PARAMS_TOTAL, NULL },
	{ "weights size", Q_WEIGHTS_GB, NULL },
	{ "weight memory", Q_WEIGHTS_GB, NULL },
	{ "disk size", Q_WEIGHTS_GB, NULL },
	{ "download size", Q_WEIGHTS_GB, NULL },
	{ "memory footprint", Q_WEIGHTS_GB, NULL },
	{ "weights", Q_WEIGHTS_GB, NULL }, { "model size", Q_WEIGHTS_GB, NULL },
	{ "checkpoint", Q_WEIGHTS_GB, NULL },
	{ "checkpoint size", Q_WEIGHTS_GB, NULL },
	{ "kv cache", Q_KV_GB, NULL }, { "kv cache request", Q_KV_GB, NULL },
	{ "kv cache memory", Q_KV_GB, NULL }, { "kv cache size", Q_KV_GB,
	  NULL }, { "kv size", Q_KV_GB, NULL }, { "kv tok", Q_KV_B_TOK, NULL },
	{ "kv bytes tok", Q_KV_B_TOK, NULL },
	{ "kv cache tok", Q_KV_B_TOK, NULL },
	{ "context", Q_CTX, NULL }, { "context length", Q_CTX, NULL },
	{ "max context", Q_CTX, NULL }, { "context window", Q_CTX, NULL },
	{ "clients", Q_CONCURRENCY, NULL },
	{ "concurrent users", Q_CONCURRENCY, NULL },
	{ "concurrent request", Q_CONCURRENCY, NULL },
	{ "batch gpu", Q_USERS, NULL }, { "users gpu", Q_USERS, NULL },
	{ "batch size", Q_CONCURRENCY, NULL },
	{ "simultaneous users", Q_CONCURRENCY, NULL },
	{ "min gpu", Q_GPUS, NULL }, { "minimum gpu", Q_GPUS, NULL },
	{ "gpu required", Q_GPUS, NULL }, { "gpu needed", Q_GPUS, NULL },
	{ "minimum gpu required", Q_GPUS, NULL },
	{ "load time", Q_LOAD_S, NULL },
};

/* Words of names that mean another, or nothing of their own (""). */
static const struct { const char *word, *is; } words[] = {
	{ "tokens", "tok" }, { "token", "tok" }, { "toks", "tok" },
	{ "mtoks", "mtok" }, { "per", "" }, { "a", "" }, { "the", "" },
	{ "second", "s" }, { "seconds", "s" }, { "sec", "s" },
	{ "minute", "min" }, { "hour", "h" }, { "hr", "h" },
	{ "tps", "tok s" }, { "throughput", "tok s" }, { "input", "in" },
	{ "tput", "tok s" }, { "thpt", "tok s" }, { "activated", "active" },
	{ "gen", "out" }, { "generation", "out" }, { "decode", "out" },
	{ "decoding", "out" }, { "generated", "out" },
	{ "monthly", "month" }, { "daily", "day" }, { "hourly", "h" },
	{ "megawatt", "mw" }, { "m", "1m" }, { "number", "" }, { "of", "" },
	{ "prompt", "in" }, { "prefill", "in" }, { "output", "out" },
	{ "cost", "usd" }, { "price", "usd" }, { "dollars", "usd" },
	{ "million", "1m" }, { "dollar", "usd" }, { "avg", "" },
	{ "average", "" },
	{ "mean", "" }, { "median", "p50" }, { "max", "" },
	{ "requests", "request" }, { "req", "request" },
	{ "reqs", "request" }, { "queries", "request" },
	{ "gpus", "gpu" }, { "pct", "" },
	{ "percent", "" }, { "x", "" },
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

struct plain {
	char text[CALLED];
	int at;
};

static void add(struct plain *p, const char *word)
{
	int n = (int)strlen(word);

	if (n == 0 || p->at + n + 2 > CALLED)
		return;
	if (p->at > 0)
		p->text[p->at++] = ' ';
	memcpy(p->text + p->at, word, (size_t)n + 1);
	p->at += n;
}

/* "1m tok" of a price is an mtok. */
static void fold(char *text)
{
	char *s = strstr(text, "1m tok"), *usd = strstr(text, "usd 1m");

	if (s) {
		s[0] = 'm';
		memmove(s + 1, s + strlen("1m "), strlen(s + strlen("1m ")) +
			1);
	} else if (usd && !usd[strlen("usd 1m")]) {
		strcpy(usd, "usd");
	}
}

/* "token throughput" is no more than a throughput: without the "tok". */
static const char *twice(const struct plain *p, const char *word)
{
	static const char tok[] = "tok";
	int n = (int)strlen(tok);

	if (p->at < n || strcmp(p->text + p->at - n, tok) ||
	    strncmp(word, "tok ", strlen("tok ")))
		return word;
	return word + strlen("tok ");
}

static void plain(const char *name, struct plain *p)
{
	char word[CALLED];

	p->text[p->at = 0] = '\0';
	while (*name && *name != '(') {
		const char *is = word;
		int n = 0;

		if (*name == '$')
			add(p, "usd");
		for (; isalnum((unsigned char)*name) && n < CALLED - 1; name++)
			word[n++] = (char)tolower((unsigned char)*name);
		word[n] = '\0';
		for (int i = 0; i < NR(words); i++)
			if (strcmp(words[i].word, word) == 0)
				is = words[i].is;
		add(p, twice(p, is));
		if (*name && !isalnum((unsigned char)*name))
			name++;
	}
	fold(p->text);
}

/* Kinds whose names end in a unit: ttft_ms, but usd_per_mtok says it all. */
static bool has_suffix(enum kind kind)
{
	return kind == K_TIME || kind == K_B || kind == K_BPS ||
	       kind == K_W || kind == K_FLOPS;
}

/* The last words of a name, when they are a unit of the kind: "ms", "gb s". */
static int unit_behind(enum kind kind, const char *text, char *unit)
{
	int len = (int)strlen(text), at = len;

	*unit = '\0';
	for (int many = 1; many <= 2 && has_suffix(kind); many++) {
		while (at > 0 && text[at - 1] != ' ')
			at--;
		if (at == 0 || len - at >= QUANTITY_UNIT)
			break;
		memcpy(unit, text + at, (size_t)(len - at) + 1);
		for (char *s = unit; *s; s++)
			if (*s == ' ')
				*s = '/';
		if (kind_factor(kind, unit) > 0)
			return at - 1;
		at--;
	}
	*unit = '\0';
	return len;
}

/* Is each word of a, n bytes long, in b, m bytes long? */
static bool within(const char *a, int n, const char *b, int m)
{
	for (int i = 0; i < n;) {
		int len = (int)strcspn(a + i, " ");
		bool met = false;

		len = len < n - i ? len : n - i;
		for (int k = 0; k < m && !met;) {
			int other = (int)strcspn(b + k, " ");

			other = other < m - k ? other : m - k;
			met = other == len && !memcmp(a + i, b + k,
						      (size_t)len);
			k += other + 1;
		}
		if (!met)
			return false;
		i += len + 1;
	}
	return true;
}

enum how { EXACT, IN_ORDER, IN_ANY, HOWS };

/* The same words, whatever units stand behind them? */
static bool same_name(const struct plain *p, const char *other,
		      enum quantity q, enum how how)
{
	char unit[QUANTITY_UNIT];
	int n = unit_behind(quantity_kind(q), p->text, unit);
	int m = unit_behind(quantity_kind(q), other, unit);

	if (strcmp(p->text, other) == 0)
		return true;
	if (how == EXACT)
		return false;
	if (how == IN_ORDER)
		return n == m && !memcmp(p->text, other, (size_t)n);
	return n > 0 && within(p->text, n, other, m) &&
	       within(other, m, p->text, n);
}

static bool find(const struct plain *p, enum how how, enum quantity *q,
		 char *unit)
{
	struct plain row;

	for (int i = 0; i < Q_NR; i++) {
		plain(quantity_name((enum quantity)i), &row);
		if (!same_name(p, row.text, (enum quantity)i, how))
			continue;
		*q = (enum quantity)i;
		unit_behind(quantity_kind(*q), p->text, unit);
		return true;
	}
	for (int i = 0; i < NR(synonyms); i++) {
		const struct synonym *s = &synonyms[i];

		if (!same_name(p, s->name, s->q, how))
			continue;
		*q = s->q;
		unit_behind(quantity_kind(*q), p->text, unit);
		if (s->unit)
			snprintf(unit, QUANTITY_UNIT, "%s", s->unit);
		return true;
	}
	return false;
}

/* What is said of output is said of tokens. */
static void less_out(struct plain *p)
{
	static const char out[] = "out ";
	char *s = strstr(p->text, out), *rest;

	if (!s || (s > p->text && s[-1] != ' '))
		return;
	rest = s + strlen(out);
	memmove(s, rest, strlen(rest) + 1);
	fold(p->text);
}

/* "Mean TTFT (ms)": what stands in brackets, when it is a unit of q. */
static void bracketed(const char *name, enum quantity q, char *unit)
{
	const char *from = strchr(name, '(');
	size_t n = from ? strcspn(from + 1, ")") : 0;

	if (*unit || n == 0 || n >= QUANTITY_UNIT)
		return;
	memcpy(unit, from + 1, n);
	unit[n] = '\0';
	if (!(quantity_factor(q, unit) > 0))
		*unit = '\0';
}

/* "FP8 PFLOPS", "dense BF16 TFLOPS": the format is one of the peaks'. */
static void less_format(struct plain *p)
{
	static const char *const formats[] = { "fp8 ", "fp4 ", "nvfp4 ",
		"bf16 ", "fp16 ", "int8 ", "int4 ", "tf32 ", "fp64 ",
		"dense ", "sparse ", "tensor ", "core ", "peak ", "ai " };

	for (int i = 0; i < NR(formats); i++) {
		size_t n = strlen(formats[i]);

		if (strncmp(p->text, formats[i], n) || !strstr(p->text, "flop"))
			continue;
		memmove(p->text, p->text + n, strlen(p->text + n) + 1);
		i = -1;
	}
}

int quantity_called(const char *name, enum quantity *q, char *unit,
		    struct fault *why)
{
	const char *names[Q_NR], *near;
	struct plain p;

	assert(name && q && unit);
	*unit = '\0';
	for (int i = 0; i < Q_NR; i++) {
		names[i] = quantity_name((enum quantity)i);
		if (near_same(name, names[i])) {
			*q = (enum quantity)i;
			return 0;
		}
	}
	plain(name, &p);
	less_format(&p);
	for (int pass = 0; pass < 2 && p.at > 0; pass++) {
		for (int how = 0; how < HOWS; how++)
			if (find(&p, (enum how)how, q, unit)) {
				bracketed(name, *q, unit);
				return 0;
			}
		less_out(&p);
	}
	near = near_word(name, names, Q_NR);
	fault_what(why, "\"%.40s\" is no quantity", name);
	return fault_remedy(why, near ? "did you mean %s" : "deeproof check "
			    "--vocabulary lists them%s", near ? near : "");
}

int quantity_parse(const char *name, enum quantity *q, struct fault *why)
{
	char unit[QUANTITY_UNIT];

	assert(name && q);
	return quantity_called(name, q, unit, why);
}
