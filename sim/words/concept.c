#include "words/concept.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "words/synonyms.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

enum { TEXT = 192 /* size: plain words of a name and a unit */ };

/* The first of the kind whose words all stand there; words are plain ones. */
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
	{ K_RATE, "user", Q_TOK_S_USER }, { K_RATE, "stream", Q_TOK_S_USER },
	{ K_RATE, "session", Q_TOK_S_USER },
	{ K_RATE, "interactivity", Q_TOK_S_USER },
	{ K_RATE, "request", Q_TOK_S_USER },
	{ K_RATE, "single", Q_TOK_S_USER }, { K_RATE, "gpu", Q_TOK_S_GPU },
	{ K_RATE, "node", Q_TOK_S_NODE }, { K_RATE, "speed", Q_TOK_S_USER },
	{ K_RATE, "rate", Q_TOK_S_USER }, { K_RATE, "pace", Q_TOK_S_USER },
	{ K_RATE, "tok s", Q_TOK_S_TOTAL }, { K_RATE, "out", Q_TOK_S_TOTAL },
	{ K_RATE, "performance", Q_TOK_S_TOTAL },
	{ K_RATE, "perf", Q_TOK_S_TOTAL },
	{ K_RATE, "capacity", Q_TOK_S_TOTAL },
	{ K_RATE, "goodput", Q_TOK_S_TOTAL },
	{ K_TIME, "ttft", Q_TTFT_MS }, { K_TIME, "first", Q_TTFT_MS },
	{ K_TIME, "tpot", Q_TPOT_MS }, { K_TIME, "itl", Q_STEP_MS },
	{ K_TIME, "tbt", Q_TPOT_MS }, { K_TIME, "between", Q_TPOT_MS },
	{ K_TIME, "step", Q_STEP_MS }, { K_TIME, "load", Q_LOAD_S },
	{ K_TIME, "loading", Q_LOAD_S }, { K_TIME, "startup", Q_LOAD_S },
	{ K_TIME, "start", Q_LOAD_S }, { K_TIME, "training", Q_WALL_H },
	{ K_TIME, "latency tok", Q_TPOT_MS }, { K_TIME, "e2e", Q_E2E_MS },
	{ K_TIME, "latency", Q_E2E_MS }, { K_TIME, "response", Q_E2E_MS },
	{ K_TIME, "completion", Q_E2E_MS }, { K_TIME, "request", Q_E2E_MS },
	{ K_TIME, "time tok", Q_E2E_MS },
	{ K_BPS, "nvlink", Q_NVLINK_GB_S },
	{ K_BPS, "interconnect", Q_NVLINK_GB_S },
	{ K_BPS, "network", Q_NIC_GB_S }, { K_BPS, "nic", Q_NIC_GB_S },
	{ K_BPS, "networking", Q_NIC_GB_S }, { K_BPS, "rdma", Q_NIC_GB_S },
	{ K_BPS, "infiniband", Q_NIC_GB_S }, { K_BPS, "roce", Q_NIC_GB_S },
	{ K_BPS, "ethernet", Q_NIC_GB_S }, { K_BPS, "ib", Q_NIC_GB_S },
	{ K_BPS, "storage", Q_STORAGE_GB_S },
	{ K_BPS, "disk", Q_STORAGE_GB_S }, { K_BPS, "ssd", Q_STORAGE_GB_S },
	{ K_BPS, "nvme", Q_STORAGE_GB_S }, { K_BPS, "pcie", Q_NR },
	{ K_BPS, "memory", Q_HBM_TB_S }, { K_BPS, "hbm", Q_HBM_TB_S },
	{ K_BPS, "vram", Q_HBM_TB_S }, { K_BPS, "bandwidth", Q_HBM_TB_S },
	{ K_B, "kv tok", Q_KV_B_TOK }, { K_B, "kv", Q_KV_GB },
	{ K_B, "host", Q_HOST_GB }, { K_B, "cpu", Q_HOST_GB },
	{ K_B, "dram", Q_HOST_GB }, { K_B, "ram", Q_HOST_GB },
	{ K_B, "weights", Q_WEIGHTS_GB }, { K_B, "weight", Q_WEIGHTS_GB },
	{ K_B, "checkpoint", Q_WEIGHTS_GB }, { K_B, "file", Q_WEIGHTS_GB },
	{ K_B, "disk", Q_WEIGHTS_GB }, { K_B, "download", Q_WEIGHTS_GB },
	{ K_B, "model", Q_WEIGHTS_GB }, { K_B, "footprint", Q_WEIGHTS_GB },
	{ K_B, "vram", Q_HBM_GB }, { K_B, "hbm", Q_HBM_GB },
	{ K_B, "memory", Q_HBM_GB },
	{ K_FLOPS, "", Q_GPU_TFLOPS }, { K_DAILY, "", Q_REQUESTS_PER_S },
	{ K_W, "system", Q_SYSTEM_W }, { K_W, "rack", Q_SYSTEM_W },
	{ K_W, "node", Q_SYSTEM_W }, { K_W, "server", Q_SYSTEM_W },
	{ K_W, "cluster", Q_SYSTEM_W }, { K_W, "total", Q_SYSTEM_W },
	{ K_W, "power", Q_GPU_W }, { K_W, "gpu", Q_GPU_W },
	{ K_W, "tdp", Q_GPU_W },
	{ K_MTOK, "grid", Q_GRID_USD_MTOK },
	{ K_MTOK, "in", Q_USD_PER_MTOK_IN }, { K_MTOK, "", Q_USD_PER_MTOK },
	{ K_J, "energy", Q_JOULES_TOK }, { K_J, "tok", Q_JOULES_TOK },
	{ K_PARAMS, "active", Q_PARAMS_ACTIVE },
	{ K_PARAMS, "parameters", Q_PARAMS_TOTAL },
	{ K_PARAMS, "params", Q_PARAMS_TOTAL },
	{ K_PARAMS, "size", Q_PARAMS_TOTAL },
	{ K_USD_KWH, "", Q_USD_PER_KWH },
	{ K_ENERGY, "day", Q_KWH_DAY }, { K_ENERGY, "month", Q_KWH_DAY },
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

static bool has_all(const char *text, const char *words)
{
	while (*words) {
		size_t n = strcspn(words, " ");

		if (!called_has(text, words, n))
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
	static const char *const high[] = { "p90", "p95", "p99", "p999" };

	for (int i = 0; i < NR(ranks); i++)
		if (ranks[i].mean == q && has_all(text, ranks[i].rank))
			return ranks[i].is;
	for (int i = 0; i < NR(high); i++)
		if (has_all(text, high[i]))
			return Q_NR;
	return q;
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
