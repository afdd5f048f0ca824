#include "words/measure.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "base/near.h"

static const char *const kinds[K_NR] = {
	[K_RATE] = "tokens over time", [K_TIME] = "time",
	[K_RATE_W] = "tokens over time and power",
	[K_MTOK] = "money per million tokens", [K_MONEY] = "money over time",
	[K_USD] = "money", [K_SHARE] = "ratio", [K_COUNT] = "count",
	[K_DAILY] = "count over time", [K_HOURS] = "hours a day",
	[K_B] = "bytes", [K_BPS] = "bytes over time",
	[K_HZ] = "count a second", [K_PARAMS] = "parameters",
	[K_CHARS] = "characters", [K_FLOPS] = "FLOPs over time",
	[K_FLOP] = "FLOPs", [K_W] = "power", [K_J] = "energy a token",
	[K_USD_KWH] = "money over energy", [K_ENERGY] = "energy over time",
	[K_WORD] = "one of hbm compute nvlink rdma latency host capacity",
};

#define MONTH_S (30 * DAY_S)	/* units: a month of 30 days */
#define DAY_H 24.0		/* units: */
#define THIRTY_DAYS_H (30 * DAY_H)	/* units: */
#define KILO 1e3		/* units: */
#define MEGA 1e6		/* units: */
#define GIGA 1e9		/* units: */
#define TERA 1e12		/* units: */
#define PETA 1e15		/* units: */
#define EXA 1e18		/* units: */
#define BITS 8.0		/* units: of a byte */
#define YEAR_S (365 * DAY_S)	/* units: */
#define KIBI 1024.0		/* units: */
#define MIBI (KIBI * KIBI)
#define GIBI (MIBI * KIBI)
#define TIBI (GIBI * KIBI)

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
	{ "tok/year", K_RATE, 1 / YEAR_S },
	{ "tok/week", K_RATE, 1 / (7 * DAY_S) },	/* units: */
	{ "tok/s/MW", K_RATE_W, 1 }, { "tok/s/kW", K_RATE_W, KILO },
	{ "tok/s/W", K_RATE_W, MEGA },
	{ "tok/kWh", K_RATE_W, 1 / (HOUR_S * KILO / MEGA) },
	{ "ms", K_TIME, 1 / KILO }, { "us", K_TIME, 1 / MEGA },
	{ "s", K_TIME, 1 }, { "min", K_TIME, MIN_S }, { "h", K_TIME, HOUR_S },
	{ "day", K_TIME, DAY_S },
	{ "week", K_TIME, 7 * DAY_S },		/* units: */
	{ "USD/Mtok", K_MTOK, 1 }, { "USD/tok", K_MTOK, MEGA },
	{ "USD/ktok", K_MTOK, KILO },
	{ "cent/Mtok", K_MTOK, 0.01 },		/* units: of a USD */
	{ "USD/h", K_MONEY, 1 }, { "USD/day", K_MONEY, 1 / DAY_H },
	{ "USD/month", K_MONEY, 1 / THIRTY_DAYS_H },
	{ "USD/year", K_MONEY, HOUR_S / YEAR_S }, { "USD", K_USD, 1 },
	{ "cent", K_USD, 0.01 },		/* units: of a USD */
	{ "1", K_SHARE, 1 }, { "x", K_SHARE, 1 },
	{ "%", K_SHARE, 0.01 },		/* units: per cent */
	{ "1", K_COUNT, 1 }, { "GPUs", K_COUNT, 1 },
	{ "requests", K_COUNT, 1 }, { "users", K_COUNT, 1 },
	{ "tok", K_COUNT, 1 }, { "ktok", K_COUNT, KILO },
	{ "tok/USD", K_COUNT, 1 },
	{ "experts", K_COUNT, 1 },
	{ "nodes", K_COUNT, 1 }, { "samples", K_COUNT, 1 },
	{ "ranks", K_COUNT, 1 }, { "tok/step", K_COUNT, 1 },
	{ "bits", K_COUNT, 1 }, { "GPU-hours", K_COUNT, 1 },
	{ "GPU-days", K_COUNT, DAY_H },
	{ "requests/day", K_DAILY, 1 }, { "requests/s", K_DAILY, DAY_S },
	{ "requests/min", K_DAILY, DAY_S / MIN_S },
	{ "requests/h", K_DAILY, DAY_H }, { "h/day", K_HOURS, 1 },
	{ "B", K_B, 1 }, { "kB", K_B, KILO }, { "MB", K_B, MEGA },
	{ "GB", K_B, GIGA }, { "TB", K_B, TERA }, { "KiB", K_B, KIBI },
	{ "MiB", K_B, MIBI }, { "GiB", K_B, GIBI }, { "TiB", K_B, TIBI },
	{ "B/s", K_BPS, 1 }, { "GB/s", K_BPS, GIGA },
	{ "TB/s", K_BPS, TERA }, { "MB/s", K_BPS, MEGA },
	{ "Gbit/s", K_BPS, GIGA / BITS }, { "Tbit/s", K_BPS, TERA / BITS },
	{ "1/s", K_HZ, 1 },
	{ "params", K_PARAMS, 1 }, { "Mparams", K_PARAMS, MEGA },
	{ "Gparams", K_PARAMS, GIGA }, { "Tparams", K_PARAMS, TERA },
	{ "chars", K_CHARS, 1 },
	{ "GFLOP/s", K_FLOPS, GIGA }, { "TFLOP/s", K_FLOPS, TERA },
	{ "PFLOP/s", K_FLOPS, PETA }, { "EFLOP/s", K_FLOPS, EXA },
	{ "FLOP", K_FLOP, 1 }, { "GFLOP", K_FLOP, GIGA },
	{ "TFLOP", K_FLOP, TERA },
	{ "W", K_W, 1 }, { "kW", K_W, KILO }, { "MW", K_W, MEGA },
	{ "J/tok", K_J, 1 }, { "kWh/Mtok", K_J, HOUR_S * KILO / MEGA },
	{ "Wh/Mtok", K_J, HOUR_S / MEGA }, { "mJ/tok", K_J, 1 / KILO },
	{ "mJ", K_J, 1 / KILO },
	{ "USD/kWh", K_USD_KWH, 1 }, { "USD/MWh", K_USD_KWH, 1 / KILO },
	{ "cent/kWh", K_USD_KWH, 0.01 },	/* units: of a USD */
	{ "kWh/day", K_ENERGY, 1 }, { "kWh/h", K_ENERGY, DAY_H },
	{ "MWh/day", K_ENERGY, KILO }, { "MWh/h", K_ENERGY, KILO * DAY_H },
	{ "kWh/month", K_ENERGY, DAY_H / THIRTY_DAYS_H },
	{ "MWh/month", K_ENERGY, KILO * DAY_H / THIRTY_DAYS_H },
	{ "MWh/year", K_ENERGY, KILO * DAY_S / YEAR_S },
	{ "GWh/year", K_ENERGY, MEGA * DAY_S / YEAR_S },
	{ "word", K_WORD, 1 },
};

/* Units with other names; what stands here is spelt as plain() leaves it. */
static const struct alias {
	const char *name, *unit;
} aliases[] = {
	{ "tps", "tok/s" }, { "t/s", "tok/s" }, { "tokps", "tok/s" },
	{ "tpm", "tok/min" }, { "tok/m", "tok/min" }, { "tok/d", "tok/day" },
	{ "tok/mo", "tok/month" },
	{ "tok/s/card", "tok/s/gpu" }, { "tok/gpu/s", "tok/s/gpu" },
	{ "tok/user/s", "tok/s/user" }, { "tok/node/s", "tok/s/node" },
	{ "tok/s/request", "tok/s/user" }, { "tok/s/req", "tok/s/user" },
	{ "tok/s/stream", "tok/s/user" }, { "tok/s/session", "tok/s/user" },
	{ "t/s/user", "tok/s/user" }, { "t/s/gpu", "tok/s/gpu" },
	{ "ms/tok", "ms" }, { "s/tok", "s" },
	{ "usd/m", "usd/mtok" }, { "usd/1m", "usd/mtok" },
	{ "usd/1mtok", "usd/mtok" }, { "usd/h/gpu", "usd/h" },
	{ "mtok", "usd/mtok" }, { "/mtok", "usd/mtok" },
	{ "/m", "usd/mtok" }, { "/1m", "usd/mtok" }, { "/1mtok", "usd/mtok" },
	{ "tok", "usd/tok" }, { "/tok", "usd/tok" }, { "/ktok", "usd/ktok" },
	{ "cent/m", "cent/mtok" }, { "cent/1mtok", "cent/mtok" },
	{ "cents/mtok", "cent/mtok" }, { "cents/1mtok", "cent/mtok" },
	{ "usd/ktoks", "usd/ktok" }, { "usd/gpu/h", "usd/h" },
	{ "usd/gpuh", "usd/h" }, { "/h", "usd/h" }, { "usd/gpu-h", "usd/h" },
	{ "/gpu-h", "usd/h" }, { "/gpuh", "usd/h" }, { "/gpu/h", "usd/h" },
	{ "/h/gpu", "usd/h" }, { "/day", "usd/day" }, { "/d", "usd/day" },
	{ "usd/d", "usd/day" }, { "/month", "usd/month" },
	{ "/mo", "usd/month" }, { "usd/mo", "usd/month" },
	{ "times", "x" }, { "fold", "x" }, { "-fold", "x" },
	{ "\xc3\x97", "x" }, { "of", "1" },
	{ "pct", "%" }, { "gpu", "gpus" },
	{ "request", "requests" },
	{ "req", "requests" }, { "reqs", "requests" }, { "user", "users" },
	{ "clients", "requests" }, { "node", "nodes" },
	{ "req/s", "requests/s" }, { "rps", "requests/s" },
	{ "qps", "requests/s" }, { "request/s", "requests/s" },
	{ "req/day", "requests/day" }, { "req/min", "requests/min" },
	{ "bytes", "b" }, { "byte", "b" }, { "b/tok", "b" },
	{ "bit", "bits" }, { "bits/weight", "bits" }, { "bpw", "bits" },
	{ "b", "gparams" }, { "bn", "gparams" }, { "bparams", "gparams" },
	{ "t", "tparams" }, { "m", "mparams" },
	{ "tflops", "tflop/s" }, { "pflops", "pflop/s" },
	{ "tf", "tflop/s" }, { "pf", "pflop/s" }, { "tflop", "tflop/s" },
	{ "pflop", "pflop/s" }, { "teraflops", "tflop/s" },
	{ "petaflops", "pflop/s" }, { "flops", "flop" },
	{ "flops/tok", "flop" }, { "tflops/tok", "tflop" },
	{ "gflop/tok", "gflop" }, { "gflops/tok", "gflop" },
	{ "gflops", "gflop" }, { "watt", "w" }, { "watts", "w" },
	{ "kilowatt", "kw" }, { "kilowatts", "kw" }, { "w/gpu", "w" },
	{ "kw/gpu", "kw" }, { "kw/node", "kw" },
	{ "gb/gpu", "gb" }, { "gb/node", "gb" }, { "gigabytes", "gb" },
	{ "terabytes", "tb" }, { "kb/tok", "kb" }, { "mb/tok", "mb" },
	{ "gb/tok", "gb" }, { "kib/tok", "kib" },
	{ "j", "j/tok" }, { "joule", "j/tok" }, { "joules", "j/tok" },
	{ "joules/tok", "j/tok" }, { "tok/iteration", "tok/step" },
	{ "characters", "chars" }, { "parameters", "params" },
	{ "active", "params" }, { "activated", "params" },
	{ "activeparameters", "params" }, { "activeparams", "params" },
	{ "activatedparameters", "params" },
	{ "concurrentusers", "users" }, { "concurrentrequests", "requests" },
	{ "tok/$", "tok/usd" }, { "mins", "min" }, { "days", "day" },
	{ "weeks", "week" },
	{ "gpuh", "gpu-hours" }, { "gpu-h", "gpu-hours" },
	{ "h800gpuh", "gpu-hours" }, { "h100gpuh", "gpu-hours" },
	{ "h20gpuh", "gpu-hours" }, { "gpudays", "gpu-days" },
	{ "gbps", "gb/s" }, { "tbps", "tb/s" }, { "gbit", "gbit/s" },
	{ "eflops", "eflop/s" }, { "ef", "eflop/s" }, { "eflop", "eflop/s" },
	{ "exaflops", "eflop/s" }, { "exaflop", "eflop/s" },
	{ "exaflop/s", "eflop/s" }, { "petaflop/s", "pflop/s" },
	{ "petaflop", "pflop/s" }, { "teraflop", "tflop/s" },
	{ "teraflop/s", "tflop/s" }, { "kwh", "kwh/mtok" },
	{ "wh", "wh/mtok" },
	{ "rpm", "requests/min" }, { "qpm", "requests/min" },
	{ "tok/s/rack", "tok/s" }, { "tok/s/system", "tok/s" },
	{ "tok/s/cluster", "tok/s" }, { "usd/yr", "usd/year" },
	{ "/year", "usd/year" }, { "/yr", "usd/year" }, { "layers", "1" },
	{ "heads", "1" },
	{ "msec", "ms" }, { "us/tok", "us" },
	{ "/1ktok", "usd/ktok" }, { "usd/1ktok", "usd/ktok" },
	{ "/1,000tok", "usd/ktok" }, { "/1000tok", "usd/ktok" },
	{ "/gpu/year", "usd/year" }, { "/gpu/month", "usd/month" },
	{ "/gpu/day", "usd/day" }, { "usd/gpu/year", "usd/year" },
	{ "usd/gpu/month", "usd/month" }, { "/gpuyear", "usd/year" },
	{ "j/s", "w" }, { "tgs", "tok/s/gpu" }, { "kwhaday", "kwh/day" },
	{ "requestsaday", "requests/day" },
	{ "anh", "usd/h" }, { "aday", "usd/day" }, { "amonth", "usd/month" },
	{ "ayear", "usd/year" }, { "tok/gpu-h", "tok/h" },
	{ "tok/gpuh", "tok/h" }, { "tok/h/gpu", "tok/h" },
	{ "tok/gpu/h", "tok/h" }, { "/kwh", "usd/kwh" }, { "/mwh", "usd/mwh" },
	{ "cents/kwh", "cent/kwh" }, { "\xc2\xa2/kwh", "cent/kwh" },
	{ "kwh", "kwh/day" }, { "mwh", "mwh/day" }, { "kwh/d", "kwh/day" },
	{ "times/s", "1/s" }, { "x/s", "1/s" },
	{ "tok/request", "tok" }, { "tok/req", "tok" },
};

enum {
	UNITS = sizeof(units) / sizeof(*units),
	ALIASES = sizeof(aliases) / sizeof(*aliases),
	PLAIN = 64,	/* size: a unit */
	LONGEST = 10	/* size: what a word of it becomes */
};

const char *kind_name(enum kind kind)
{
	assert(kind < K_NR);
	return kinds[kind];
}

/* Words that a unit is made of, and how a plain one has them. */
static const struct { const char *word, *plain; } words[] = {
	{ "throughput", "throughput" },	/* no hour is in it, */
	{ "perf", "perf" },		/* nor a per */
	{ "tokens", "tok" }, { "token", "tok" },
	{ "toks", "tok" }, { "tps", "tok/s" },
	{ "tpgs", "tok/s/gpu" }, { "tgs", "tok/s/gpu" },
	{ "seconds", "s" }, { "second", "s" }, { "secs", "s" },
	{ "sec", "s" }, { "minutes", "min" }, { "minute", "min" },
	{ "thousand", "k" }, { "million", "m" }, { "billion", "g" },
	{ "trillion", "t" }, { "milli", "m" }, { "micro", "u" },
	{ "hours", "h" }, { "hour", "h" }, { "hrs", "h" }, { "hr", "h" },
	{ "output", "" }, { "input", "" }, { "prompt", "" },
	{ "prefill", "" }, { "decode", "" }, { "generated", "" },
	{ "of vram", "" }, { "vram", "" }, { "of memory", "" },
	{ "npu", "gpu" }, { "chip", "gpu" }, { "accelerator", "gpu" },
	{ "card", "gpu" }, { "device", "gpu" }, { "server", "node" },
	{ "machine", "node" }, { "queries", "requests" },
	{ "percent", "%" }, { "us cents", "cent" },
	{ "cents", "cent" }, { "\xc2\xa2", "cent" },
	{ "per", "/" }, { "a ", "/" }, { "$", "usd" }, { "us dollars", "usd" },
	{ "dollars", "usd" }, { "dollar", "usd" }, { "bucks", "usd" },
	{ "\xc2\xb5", "u" }, { "\xce\xbc", "u" }, { "(", "" },
	{ ")", "" }, { " ", "" },
};

/* "h200", "gb300", "mi355x", "910c", "h200gpu": of a unit's last part. */
static bool is_gpu_name(const char *s)
{
	size_t letters = strspn(s, "abcdefghijklmnopqrstuvwxyz");
	size_t digits = strspn(s + letters, "0123456789");
	const char *rest = s + letters + digits;

	return letters <= 3 && digits >= 2 &&	/* size: of such names */
	       (letters > 0 || *rest) && strspn(rest,
			"abcdefghijklmnopqrstuvwxyz") == strlen(rest);
}

/* "tok/s/h200" is of a GPU. */
static void name_gpu(char *out)
{
	char *last = strrchr(out, '/');

	size_t n = strlen(out), node = strlen("node");

	/* "per H100 node" */
	if (last && last > out && n > node && last + 1 < out + n - node &&
	    strcmp(out + n - node, "node") == 0) {
		strcpy(last + 1, "node");
		return;
	}
	if (last && last > out && is_gpu_name(last + 1) &&
	    (size_t)(last - out) + sizeof("/gpu") <= PLAIN)
		strcpy(last + 1, "gpu");
}

/* Letters small, no blanks, "tokens per second" as "tok/s". */
static void plain(const char *unit, char *out)
{
	size_t at = 0;

	while (*unit && at + LONGEST < PLAIN) {
		bool met = false;

		for (unsigned i = 0; i < sizeof(words) / sizeof(*words) &&
		     !met; i++) {
			size_t n = strlen(words[i].word), k = 0;

			while (k < n && tolower((unsigned char)unit[k]) ==
			       (unsigned char)words[i].word[k])
				k++;
			met = k == n && (*words[i].word != 'a' || at > 0) &&
				!(*words[i].plain == '/' && at > 0 &&
				  isalpha((unsigned char)unit[-1]));
			if (met) {
				memcpy(out + at, words[i].plain,
				       strlen(words[i].plain));
				at += strlen(words[i].plain);
				unit += n;
			}
		}
		if (!met)
			out[at++] = (char)tolower((unsigned char)*unit++);
	}
	out[at] = '\0';
	name_gpu(out);
}

/* "x more efficient", "times faster than H100", "% less": what it is of is
   said by the metric. */
static void compared(char *spelt)
{
	static const char *const begin[] = { "times", "fold", "-fold",
		"x", "\xc3\x97", "%" };
	static const char *const than[] = { "more", "less", "faster",
		"slower", "higher", "lower", "better", "cheaper", "greater",
		"smaller",
		"fewer", "improvement", "increase", "reduction", "speedup",
		"gain", "the", "of", "over", "vs", "than", "throughput",
		"perf" };

	if (strncmp(spelt, "of", strlen("of")) == 0)
		spelt[strlen("of")] = '\0';	/* "of the drafts" */
	for (unsigned i = 0; i < sizeof(begin) / sizeof(*begin); i++) {
		size_t n = strlen(begin[i]);

		if (strncmp(spelt, begin[i], n))
			continue;
		for (unsigned k = 0; k < sizeof(than) / sizeof(*than); k++)
			if (strncmp(spelt + n, than[k], strlen(than[k])) == 0)
				spelt[n] = '\0';
	}
}

static bool same(const char *name, const char *spelt)
{
	size_t i = 0;

	while (name[i] && tolower((unsigned char)name[i]) == spelt[i])
		i++;
	return !name[i] && !spelt[i];
}

static double factor_of(enum kind kind, const char *spelt)
{
	for (int i = 0; i < UNITS; i++)
		if (units[i].kind == kind && same(units[i].name, spelt))
			return units[i].factor;
	return 0;
}

/* "ktok/s", "gtok/day": thousands and more of tokens, as plain() has them. */
static double thousands(enum kind kind, const char **spelt)
{
	static const struct { char letter; double times; } prefix[] = {
		{ 'k', KILO }, { 'm', MEGA }, { 'g', GIGA }, { 'b', GIGA },
		{ 't', TERA } };

	if (kind != K_RATE || strncmp(*spelt + 1, "tok", 3)) /* size: tok */
		return 1;
	for (unsigned i = 0; i < sizeof(prefix) / sizeof(*prefix); i++)
		if (prefix[i].letter == **spelt) {
			++*spelt;
			return prefix[i].times;
		}
	return 1;
}

/* "GB of HBM3e", "TB/s HBM", "TFLOPS of FP16": what it is of, names say. */
static void less_of(enum kind kind, char *spelt)
{
	static const char *const of[] = { "of", "hbm", "gddr", "lpddr", "ram",
		"memory", "nvlink", "fp8", "nvfp4", "fp4", "fp16", "bf16",
		"int8", "dense", "sparse", "infiniband" };

	if (kind != K_B && kind != K_BPS && kind != K_FLOPS && kind != K_W)
		return;
	for (unsigned i = 0; i < sizeof(of) / sizeof(*of); i++) {
		char *s = strstr(spelt, of[i]);

		if (s && s > spelt)
			*s = '\0';
	}
}

/* Of a thing's size, speed or power it says nothing that it is one GPU's. */
static void less_gpu(enum kind kind, char *spelt)
{
	static const char of[] = "/gpu";
	size_t n = strlen(spelt), k = strlen(of);

	if ((kind == K_B || kind == K_BPS || kind == K_FLOPS || kind == K_W) &&
	    n > k && strcmp(spelt + n - k, of) == 0)
		spelt[n - k] = '\0';
}

/* "Gb/s per GPU": bits, by the small letter that plain() makes of any. */
static bool in_bits(const char *unit)
{
	return (unit[0] == 'G' || unit[0] == 'T') && unit[1] == 'b' &&
	       (unit[2] == '/' || unit[2] == 'p');
}

double kind_factor(enum kind kind, const char *unit)
{
	char spelt[PLAIN];
	const char *base = spelt;
	double f, times;

	assert(kind < K_NR && unit);
	for (int i = 0; i < UNITS; i++)
		if (units[i].kind == kind && strcmp(units[i].name, unit) == 0)
			return units[i].factor;
	plain(unit, spelt);
	if (kind == K_SHARE)
		compared(spelt);
	less_of(kind, spelt);
	less_gpu(kind, spelt);
	times = *spelt ? thousands(kind, &base) : 1;
	f = factor_of(kind, base);
	for (int i = 0; i < ALIASES && !(f > 0); i++)
		if (strcmp(aliases[i].name, base) == 0)
			f = factor_of(kind, aliases[i].unit);
	return f * times / (kind == K_BPS && in_bits(unit) && f >= GIGA ?
			    BITS : 1);
}

static const struct { const char *end; enum of_what is; } ends[] = {
	{ "/gpu", OF_GPU }, { "/gpu-h", OF_GPU }, { "/gpuh", OF_GPU },
	{ "/gpu/h", OF_GPU }, { "/node", OF_NODE }, { "/user", OF_USER },
	{ "/request", OF_USER }, { "/req", OF_USER },
	{ "/stream", OF_USER }, { "/session", OF_USER } };

enum { ENDS = sizeof(ends) / sizeof(*ends) };

enum of_what unit_of_what(const char *unit)
{
	char spelt[PLAIN];
	size_t len, n;

	assert(unit);
	plain(unit, spelt);
	len = strlen(spelt);
	for (int i = 0; i < ENDS; i++) {
		n = strlen(ends[i].end);
		if (len > n && strcmp(spelt + len - n, ends[i].end) == 0)
			return ends[i].is;
	}
	return OF_ALL;
}

bool unit_is_of_one(const char *unit)
{
	char spelt[PLAIN];

	assert(unit);
	plain(unit, spelt);
	for (int i = 0; i < ENDS; i++)
		if (strcmp(spelt, ends[i].end) == 0)
			return true;
	return false;
}

static bool compares(const char *unit, const char *with)
{
	char spelt[PLAIN];

	plain(unit, spelt);
	compared(spelt);
	for (int i = 0; i < ALIASES; i++)
		if (strcmp(aliases[i].name, spelt) == 0 &&
		    strcmp(aliases[i].unit, with) == 0)
			return true;
	return strcmp(spelt, with) == 0;
}

bool unit_is_times(const char *unit)
{
	return compares(unit, "x");
}

bool unit_is_part(const char *unit)
{
	return near_same(unit, "of");
}

bool unit_is_percent(const char *unit)
{
	return compares(unit, "%");
}

void kind_units(enum kind kind, char *out, int size)
{
	int at = 0;

	assert(kind < K_NR && size > 0);
	*out = '\0';
	for (int i = 0; i < UNITS && at < size; i++)
		if (units[i].kind == kind)
			at += snprintf(out + at, (size_t)(size - at), "%s%s",
				       at ? " " : "", units[i].name);
}
