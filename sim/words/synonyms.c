#include "words/synonyms.h"

#include <stddef.h>

const struct synonym synonyms[] = {
	/* from chunk to chunk: a step, which may bring several tokens */
	{ Q_STEP_MS, NULL, "itl\0step time\0step latency\0" },
	{ Q_TPOT_MS, NULL, "tpot\0tbt\0time between tok\0tpot p50\0"
	  "latency tok\0" },
	{ Q_TTFT_MS, NULL, "ttft\0" }, { Q_TPOT_P90_MS, NULL, "itl p90\0" },
	{ Q_TPOT_P99_MS, NULL, "itl p99\0" },
	{ Q_E2E_MS, NULL, "latency\0e2e latency\0e2e\0e2el\0request latency\0"
	  "response time\0total time\0completion time\0out time\0"
	  "time to complete\0time to finish\0" },
	{ Q_E2E_P90_MS, NULL, "p90 e2e latency\0" },
	{ Q_E2E_P95_MS, NULL, "p95 e2e latency\0" },
	{ Q_E2E_P99_MS, NULL, "p99 e2e latency\0" },
	{ Q_TOK_S_TOTAL, NULL, "tok s\0aggregate tok s\0out\0peak tok s\0"
	  "total out tok s\0rack tok s\0tok s rack\0tok s system\0"
	  "server tok s\0batch tok s\0" },
	{ Q_TPM, NULL, "tok min\0" }, { Q_TPM, "tok/h", "tok h\0" },
	{ Q_TOK_S_USER, NULL, "interactivity\0user out\0tok s request\0"
	  "tok s stream\0tok out\0tg128\0single user tok s\0" },
	{ Q_IN_TOK_S_TOTAL, NULL, "in\0in tok s\0in processing\0pp512\0"
	  "total in tok s\0" },
	{ Q_TOK_S_MW, NULL, "tok mw\0" },
	{ Q_TOK_S_MW, "tok/s/kW", "tok s kw\0" },
	{ Q_TOK_S_MW, "tok/s/W", "tok s watt\0tok s w\0tok w\0tok watt\0tok j\0"
	  "tok joule\0" },
	{ Q_ALL_TOK_S_GPU, NULL, "total tok s gpu\0" },
	{ Q_ALL_TOK_S_TOTAL, NULL, "total tok s\0" },
	{ Q_TOK_S_GPU, NULL, "total out tok s gpu\0tgs\0out tgs\0" },
	{ Q_REQUESTS_PER_S, NULL, "request tok s\0rps\0qps\0" },
	{ Q_REQUESTS_PER_S, "requests/min", "request min\0rpm\0qpm\0" },
	{ Q_REQUESTS_PER_S, "requests/h", "request h\0" },
	{ Q_CACHE_HIT, NULL, "cache hit share\0cache hit rate\0"
	  "kv cache hit rate\0hit rate\0prefix cache hit rate\0from cache\0"
	  "cached\0cache hits\0" },
	{ Q_USD_PER_GPU_HOUR, NULL, "gpu usd\0" },
	{ Q_USD_PER_MTOK, "USD/tok", "usd tok\0" },
	{ Q_USD_PER_MTOK, "USD/ktok", "usd ktok\0usd 1k tok\0usd 1000 tok\0"
	  "usd thousand tok\0" },
	{ Q_USD_PER_MTOK_IN, NULL, "usd 1m in tok\0in usd\0" },
	{ Q_USD_PER_MTOK_CACHED, NULL, "cached usd\0cached in usd\0"
	  "cache hit usd\0cache read usd\0usd hit\0usd mtok hit\0"
	  "usd mtok in hit\0usd mtok in cached\0" },
	{ Q_USD_PER_MTOK_MISS, NULL, "cache miss usd\0uncached in usd\0"
	  "usd miss\0usd mtok in miss\0" },
	{ Q_USD_PER_MTOK, NULL, "out usd\0" },
	{ Q_REVENUE_DAY, NULL, "revenue\0revenue day\0income day\0"
	  "theoretical day income\0" },
	{ Q_PROFIT_DAY, NULL, "profit\0net profit\0profit day\0" },
	{ Q_GPU_TFLOPS, NULL, "gpu flops\0flops\0peak flops\0tflops\0"
	  "peak tflops\0compute\0fp8 compute\0fp4 compute\0bf16 compute\0" },
	{ Q_GPU_TFLOPS, "PFLOP/s", "pflops\0" },
	{ Q_FLOP_TOK, NULL, "flops tok\0gflop tok\0gflops tok\0" },
	{ Q_BYTES_TOK, NULL, "byte tok\0" },
	{ Q_BOUND, NULL, "binds\0bottleneck\0" },
	{ Q_SPEEDUP_X, NULL, "speed up\0faster\0times faster\0" },
	{ Q_SAVINGS_PCT, NULL, "usd savings\0usd reduction\0" },
	{ Q_CHANGE_PCT, NULL, "reduction\0" },
	{ Q_GPU_W, NULL, "power\0power w\0power draw\0tgp\0board power\0"
	  "power consumption\0power gpu\0tdp\0" },
	{ Q_GPU_W, "kW", "gpu kw\0" },
	{ Q_SYSTEM_W, "kW", "power kw\0system kw\0rack kw\0" },
	{ Q_SYSTEM_W, NULL, "node power\0server power\0cluster power\0"
	  "total power\0system power\0rack power\0" },
	{ Q_JOULES_TOK, NULL, "joule tok\0j tok\0energy\0" },
	{ Q_JOULES_TOK, "kWh/Mtok", "kwh mtok\0energy mtok\0" },
	{ Q_MARGIN_PCT, NULL, "profit margin\0" },
	{ Q_MARKUP_PCT, NULL, "usd profit margin\0" },
	{ Q_WEIGHT_BITS, NULL, "bpw\0bits\0" },
	{ Q_ACCEPTANCE, NULL, "acceptance\0acceptance ratio\0accept rate\0"
	  "mtp acceptance\0mtp acceptance rate\0draft acceptance\0"
	  "draft acceptance rate\0acceptance s tok\0s tok acceptance rate\0" },
	{ Q_TOKENS_PER_STEP, NULL, "acceptance length\0accepted length\0"
	  "accept length\0tau\0" },
	{ Q_HBM_GB, NULL, "hbm\0vram\0memory\0hbm memory\0hbm capacity\0"
	  "hbm size\0memory capacity\0memory size\0vram gpu\0memory gpu\0"
	  "hbm gpu\0gpu memory capacity\0" },
	{ Q_NVLINK_GB_S, NULL, "nvlink\0nvlink bandwidth\0nvlink speed\0"
	  "interconnect bandwidth\0gpu to gpu bandwidth\0"
	  "scale up bandwidth\0" },
	{ Q_HBM_TB_S, NULL, "hbm bandwidth\0memory bandwidth\0bandwidth\0" },
	{ Q_PARAMS_TOTAL, NULL, "params\0parameters\0" },
	{ Q_PARAMS_ACTIVE, NULL, "active parameters\0" },
	{ Q_WEIGHTS_GB, NULL, "weights size\0weight memory\0disk size\0"
	  "download size\0memory footprint\0weights\0checkpoint\0"
	  "checkpoint size\0file size\0size\0gguf size\0size on disk\0"
	  "disk space\0storage size\0vram required\0vram needed\0"
	  "vram requirement\0vram requirements\0memory required\0"
	  "memory needed\0memory requirement\0memory requirements\0"
	  "gpu memory required\0" },
	{ Q_KV_GB, NULL, "kv cache\0kv cache request\0kv cache memory\0"
	  "kv cache size\0kv size\0" },
	{ Q_KV_B_TOK, NULL, "kv tok\0kv bytes tok\0kv cache tok\0" },
	{ Q_CTX, NULL, "context\0context length\0context window\0" },
	{ Q_CONCURRENCY, NULL, "clients\0concurrent users\0concurrent request\0"
	  "batch size\0simultaneous users\0" },
	{ Q_USERS, NULL, "batch gpu\0" },
	{ Q_GPUS, NULL, "min gpu\0minimum gpu\0gpu required\0gpu needed\0" },
	{ Q_LOAD_S, NULL, "load time\0loading time\0weight load time\0"
	  "weight loading time\0cold start\0startup time\0" },
	{ Q_STORAGE_GB_S, NULL, "storage bandwidth\0disk bandwidth\0" },
	{ Q_FITS, NULL, "fits in memory\0fits memory\0fit\0deployable\0"
	  "servable\0" },
	/* wires */
	{ Q_NIC_GB_S, NULL, "network bandwidth\0network\0nic\0nic bandwidth\0"
	  "nic speed\0infiniband\0infiniband bandwidth\0ib bandwidth\0"
	  "rdma bandwidth\0scale out bandwidth\0" },
	/* how a model is built */
	{ Q_LAYERS, NULL, "transformer layers\0hidden layers\0" },
	{ Q_EXPERTS, NULL, "routed experts\0experts layer\0total experts\0" },
	{ Q_EXPERTS_PER_TOKEN, NULL, "active experts\0" },
	{ Q_HEADS, NULL, "heads\0" },
	{ Q_HIDDEN, NULL, "hidden dim\0hidden dimension\0d model\0"
	  "model dimension\0" },
	{ Q_VOCAB, NULL, "vocab\0vocabulary\0vocabulary size\0" },
	/* how much of the hardware is used */
	{ Q_MFU, NULL, "model flops utilization\0flops utilization\0"
	  "compute utilization\0" },
	{ Q_MBU, NULL, "bandwidth utilization\0memory bandwidth utilization\0"
	  "model bandwidth utilization\0hbm utilization\0"
	  "hbm bandwidth utilization\0" },
	/* time and money of a run */
	{ Q_GPU_HOURS, NULL, "training gpu h\0" },
	{ Q_GPU_HOURS, "GPU-days", "gpu day\0" },
	{ Q_WALL_H, NULL, "h\0training time\0wall time\0wall clock time\0"
	  "duration\0" },
	{ Q_WALL_H, "day", "day\0training day\0" },
	{ Q_USD_TOTAL, NULL, "training usd\0total training usd\0"
	  "usd training\0" },
	{ Q_USD_PER_MONTH, "USD/year", "year usd\0" },
	{ Q_TOKENS_PER_DAY, "tok/year", "tok year\0" },
	{ Q_JOULES_TOK, "Wh/Mtok", "wh mtok\0" },
	{ Q_TOK_S_NODE, NULL, "tok s server\0" },
	{ Q_OSL, NULL, "out tok\0out length\0answer length\0" },
	{ Q_ISL, NULL, "in tok\0in length\0" },
	{ Q_DRAFTS, NULL, "draft tok\0speculative tok\0num speculative tok\0"
	  "mtp\0mtp depth\0" },
	{ Q_BEFORE, NULL, "baseline\0old\0previous\0original\0" },
	{ Q_AFTER, NULL, "optimized\0new\0improved\0" },
	{ Q_TOKENS_PER_DAY, "tok/week", "week tok\0" },
	{ Q_TOK_S_MW, "tok/kWh", "tok kwh\0" },
	/* electricity, "grid" for short */
	{ Q_GRID_USD_HOUR, NULL, "grid usd\0" },
	{ Q_GRID_USD_HOUR, "USD/day", "grid usd day\0" },
	{ Q_GRID_USD_HOUR, "USD/month", "grid usd month\0" },
	{ Q_GRID_USD_HOUR, "USD/year", "grid usd year\0" },
	{ Q_USD_PER_KWH, NULL, "grid usd kwh\0" },
	{ Q_GRID_USD_MTOK, NULL, "grid mtok\0" },
	{ Q_KWH_DAY, NULL, "grid day\0energy day\0energy consumption day\0" },
	{ Q_KWH_DAY, "kWh/month", "energy month\0kwh month\0" },
	{ Q_KWH_DAY, "MWh/month", "mwh month\0" },
	{ Q_KWH_DAY, "MWh/day", "mwh day\0" },
	{ Q_KWH_DAY, "MWh/year", "mwh year\0" },
	/* of a run */
	{ Q_TOKENS, NULL, "total out tok\0out tok total\0"
	  "total generated tok\0" },
	{ Q_TOKENS_IN, NULL, "total in tok\0" },
	{ Q_SAMPLES, NULL, "request\0total request\0successful request\0"
	  "completed request\0request completed\0prompts\0num prompts\0" },
	{ Q_WINDOW_S, NULL, "benchmark duration\0benchmark duration s\0"
	  "test duration\0" },
	{ Q_IN_TOK_S_GPU, NULL, "in tgs\0" },
};

const int synonyms_nr = sizeof(synonyms) / sizeof(*synonyms);

const struct plain_word plain_words[] = {
	{ "tokens|token|toks", "tok" }, { "mtoks", "mtok" },
	/* also how a figure came about, which is no part of what it is */
	{ "per|a|the|number|of|avg|average|mean|max|pct|percent|x|percentile"
	  "|offline|sustained|measured|maximum|achieved|estimated|reported"
	  "|typical|overall|observed|an", "" },
	{ "second|seconds|sec", "s" }, { "minute|minutes", "min" },
	{ "hour|hr|hourly|hours|hrs", "h" },
	{ "tps|throughput|tput|thpt", "tok s" },
	{ "input|prompt|prefill", "in" }, { "activated", "active" },
	{ "gen|generation|decode|decoding|generated|output", "out" },
	{ "monthly|months", "month" }, { "daily|days", "day" },
	{ "megawatt", "mw" }, { "m|million", "1m" },
	{ "cost|price|dollars|dollar|bill|spend|spending|rent|rental|fee"
	  "|pricing|costs", "usd" },
	{ "median|50th", "p50" }, { "requests|req|reqs|queries", "request" },
	{ "gpus|npu|accelerator|chip|card", "gpu" },
	{ "years|annual|annually|yearly", "year" }, { "weekly", "week" },
	{ "parameter", "parameters" }, { "param", "params" },
	{ "machine", "node" }, { "99th", "p99" }, { "95th", "p95" },
	{ "90th", "p90" }, { "utilisation", "utilization" },
	{ "combined", "total" }, { "loads", "load" },
	{ "hbm3|hbm3e|hbm2e", "hbm" },
};

const int plain_words_nr = sizeof(plain_words) / sizeof(*plain_words);

/* Words that may stand beside a name and change nothing of it. */
const char asides[] =
	"model|total|aggregate|layer|tok|gpu|time|p50|peak|gross|capacity"
	"|system|cluster|rack|node|server|request|llm|inference|serving"
	"|average|user|hosting|infrastructure|hardware|nvidia|service"
	"|estimate|figure|value|level|full|effective|all|raw|final|api|usage"
	"|required|needed|count|spot|list|committed|reserved|supported"
	"|selected|attention|blended|token";

/* What several words say together. */
const struct plain_word shorts[] = {
	{ "time to first tok", "ttft" }, { "latency to first tok", "ttft" },
	{ "first tok latency", "ttft" }, { "first tok time", "ttft" },
	{ "time out tok", "tpot" }, { "inter tok latency", "itl" },
	{ "end to end", "e2e" }, { "electricity", "grid" },
	{ "power usd", "grid usd" }, { "energy usd", "grid usd" },
};

const int shorts_nr = sizeof(shorts) / sizeof(*shorts);
