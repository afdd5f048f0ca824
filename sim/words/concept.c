#include "words/concept.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "words/called.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

enum { TEXT = 192 /* size: plain words of a name and a unit */ };

/* The first of the kind whose words all stand there; words are plain ones, with
   bars between those of which one will do. */
static const struct concept {
	enum kind kind;
	const char *words;
	enum quantity q;
} concepts[] = {
	{ K_RATE, "in month", Q_NR }, { K_RATE, "in day", Q_NR },
	{ K_RATE, "month", Q_TOKENS_PER_MONTH },
	{ K_RATE, "day", Q_TOKENS_PER_DAY },
	{ K_RATE, "in out gpu", Q_ALL_TOK_S_GPU },
	{ K_RATE, "in out", Q_ALL_TOK_S_TOTAL },
	{ K_RATE, "in gpu", Q_IN_TOK_S_GPU },
	{ K_RATE, "in node", Q_IN_TOK_S_NODE },
	{ K_RATE, "in", Q_IN_TOK_S_TOTAL }, { K_RATE, "out gpu", Q_TOK_S_GPU },
	{ K_RATE, "out node", Q_TOK_S_NODE },
	{ K_RATE, "user|stream|session|interactivity|request|single",
	  Q_TOK_S_USER },
	{ K_RATE, "gpu", Q_TOK_S_GPU }, { K_RATE, "node", Q_TOK_S_NODE },
	{ K_RATE, "speed|rate|pace", Q_TOK_S_USER },
	{ K_RATE, "tok s", Q_TOK_S_TOTAL },
	{ K_RATE, "out|performance|perf|capacity|goodput", Q_TOK_S_TOTAL },
	{ K_TIME, "ttft|first", Q_TTFT_MS }, { K_TIME, "tpot", Q_TPOT_MS },
	{ K_TIME, "itl", Q_STEP_MS }, { K_TIME, "tbt|between", Q_TPOT_MS },
	{ K_TIME, "step", Q_STEP_MS },
	{ K_TIME, "load|loading|startup|start", Q_LOAD_S },
	{ K_TIME, "training", Q_WALL_H }, { K_TIME, "latency tok", Q_TPOT_MS },
	{ K_TIME, "e2e|latency|response|completion|request", Q_E2E_MS },
	{ K_TIME, "time tok", Q_E2E_MS },
	{ K_BPS, "nvlink|interconnect", Q_NVLINK_GB_S },
	{ K_BPS, "network|nic|networking|rdma|infiniband|roce|ethernet|ib",
	  Q_NIC_GB_S },
	{ K_BPS, "storage|disk|ssd|nvme", Q_STORAGE_GB_S },
	{ K_BPS, "pcie", Q_NR },
	{ K_BPS, "memory|hbm|vram|bandwidth", Q_HBM_TB_S },
	{ K_B, "kv tok", Q_KV_B_TOK }, { K_B, "kv", Q_KV_GB },
	{ K_B, "host|cpu|dram|ram", Q_HOST_GB },
	{ K_B, "weights|weight|checkpoint|file|disk|download|model|footprint",
	  Q_WEIGHTS_GB },
	{ K_B, "vram|hbm|memory", Q_HBM_GB }, { K_FLOPS, "", Q_GPU_TFLOPS },
	{ K_DAILY, "", Q_REQUESTS_PER_S },
	{ K_W, "system|rack|node|server|cluster|total", Q_SYSTEM_W },
	{ K_W, "power|gpu|tdp", Q_GPU_W }, { K_MTOK, "grid", Q_GRID_USD_MTOK },
	{ K_MTOK, "in", Q_USD_PER_MTOK_IN }, { K_MTOK, "", Q_USD_PER_MTOK },
	{ K_J, "energy|tok", Q_JOULES_TOK },
	{ K_PARAMS, "active", Q_PARAMS_ACTIVE },
	{ K_PARAMS, "parameters|params|size", Q_PARAMS_TOTAL },
	{ K_USD_KWH, "", Q_USD_PER_KWH }, { K_ENERGY, "day|month", Q_KWH_DAY },
	{ K_MONEY, "grid", Q_GRID_USD_HOUR }, { K_SHARE, "hit", Q_CACHE_HIT },
	{ K_SHARE, "acceptance", Q_ACCEPTANCE },
	{ K_SHARE, "margin", Q_MARGIN_PCT },
	{ K_SHARE, "markup", Q_MARKUP_PCT },
	{ K_SHARE, "utilization memory bandwidth", Q_MBU },
	{ K_SHARE, "utilization bandwidth", Q_MBU },
	{ K_SHARE, "utilization flops", Q_MFU },
	{ K_SHARE, "utilization compute", Q_MFU },
	{ K_SHARE, "speed up", Q_SPEEDUP_X },
};

static bool has_one(const char *text, const char *words, size_t n)
{
	size_t k;

	for (const char *end = words + n; words < end; words += k + 1) {
		k = strcspn(words, "| ");
		if (called_has(text, words, k))
			return true;
	}
	return false;
}

static bool has_all(const char *text, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");

		if (!has_one(text, words, n))
			return false;
		words += n;
		words += *words == ' ';
	}
	return true;
}

/* Of a latency the percentile that the name has; Q_NR: none that is known. */
static enum quantity ranked(enum quantity q, const char *text)
{
	static const struct { enum quantity mean; const char *rank;
			      enum quantity is; } ranks[] = {
		{ Q_TTFT_MS, "p50", Q_TTFT_P50_MS },
		{ Q_TTFT_MS, "p90", Q_TTFT_P90_MS },
		{ Q_TTFT_MS, "p95", Q_TTFT_P95_MS },
		{ Q_TTFT_MS, "p99", Q_TTFT_P99_MS },
		{ Q_TPOT_MS, "p90", Q_TPOT_P90_MS },
		{ Q_TPOT_MS, "p99", Q_TPOT_P99_MS },
		{ Q_STEP_MS, "p90", Q_TPOT_P90_MS },
		{ Q_STEP_MS, "p99", Q_TPOT_P99_MS },
		{ Q_E2E_MS, "p90", Q_E2E_P90_MS },
		{ Q_E2E_MS, "p95", Q_E2E_P95_MS },
		{ Q_E2E_MS, "p99", Q_E2E_P99_MS } };

	for (int i = 0; i < NR(ranks); i++)
		if (ranks[i].mean == q && has_all(text, ranks[i].rank))
			return ranks[i].is;
	return has_all(text, "p90|p95|p99|p999") ? Q_NR : q;
}

enum quantity concept_called(const char *name, const char *unit)
{
	char text[TEXT], beside[TEXT / 2];
	enum kind kind = K_NR;
	bool is = false;	/* the unit is one of the kind */

	assert(name && unit);
	if (!*unit)
		return Q_NR;
	called_plain(name, text, TEXT / 2);
	called_plain(unit, beside, (int)sizeof(beside));
	strcat(strcat(text, " "), beside);
	for (int i = 0; i < NR(concepts); i++) {
		const struct concept *c = &concepts[i];

		if (c->kind != kind)
			is = kind_factor(kind = c->kind, unit) > 0;
		if (is && has_all(text, c->words))
			return c->kind == K_TIME ? ranked(c->q, text) : c->q;
	}
	return Q_NR;
}
