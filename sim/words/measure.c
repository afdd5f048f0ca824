#include "words/measure.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"
#include "words/money.h"

#define EXA 1e18		/* units: */
#define YEAR_S (365 * DAY_S)	/* units: */
#define KIBI 1024.0		/* units: */
#define MIBI (KIBI * KIBI)
#define GIBI (MIBI * KIBI)
#define TIBI (GIBI * KIBI)

static const struct unit_row {
	const char *name;
	enum kind kind;
	double factor;		/* to the kind's base unit */
} unit_rows[] = {
#define UNIT_ROWS
#include "words/units.inc"
#undef UNIT_ROWS
};

/* Units with other names, bars between them, spelt as plain() leaves them. */
static const struct unit_alias { const char *names, *unit; } unit_aliases[] = {
#include "words/units.inc"
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

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

enum {
	PLAIN = 64,	/* size: a unit */
	LONGEST = 10	/* size: what a word of it becomes */
};

const char *kind_name(enum kind kind)
{
	assert(kind < K_NR);
	return kinds[kind];
}

bool kind_is_money(enum kind k)
{
	return k == K_MTOK || k == K_MONEY || k == K_USD || k == K_USD_KWH;
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
		int letters = 0;
		const struct money *m = money_at(unit, &letters);
		bool met = m && strcmp(m->of, "USD");

		if (met) {
			memcpy(out + at, "usd", strlen("usd"));
			at += strlen("usd");
			unit += letters;
		}
		for (unsigned i = 0; i < sizeof(words) / sizeof(*words) &&
		     !met; i++) {
			int n = near_begins(unit, words[i].word);

			met = n > 0 && (*words[i].word != 'a' || at > 0) &&
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
	static const char begin[] = "times|fold|-fold|x|\xc3\x97|%";
	static const char than[] = "more|less|faster|slower|higher|lower|"
		"better|cheaper|greater|smaller|fewer|improvement|increase|"
		"reduction|speedup|gain|the|of|over|vs|than|throughput|perf";
	int n = near_any(spelt, begin);

	if (strncmp(spelt, "of", strlen("of")) == 0)
		spelt[strlen("of")] = '\0';	/* "of the drafts" */
	if (n > 0 && near_any(spelt + n, than))
		spelt[n] = '\0';
}

static double factor_of(enum kind kind, const char *spelt)
{
	for (int i = 0; i < NR(unit_rows); i++)
		if (unit_rows[i].kind == kind &&
		    near_same(unit_rows[i].name, spelt))
			return unit_rows[i].factor;
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
	static const char of[] = "of|hbm|gddr|lpddr|ram|memory|nvlink|fp8|"
		"nvfp4|fp4|fp16|bf16|int8|dense|sparse|infiniband";

	if (kind != K_B && kind != K_BPS && kind != K_FLOPS && kind != K_W)
		return;
	for (char *s = spelt + (*spelt != '\0'); *s; s++)
		if (near_any(s, of))
			*s-- = '\0';
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
	for (int i = 0; i < NR(unit_rows); i++)
		if (unit_rows[i].kind == kind &&
		    strcmp(unit_rows[i].name, unit) == 0)
			return unit_rows[i].factor;
	plain(unit, spelt);
	if (kind == K_SHARE)
		compared(spelt);
	less_of(kind, spelt);
	less_gpu(kind, spelt);
	times = *spelt ? thousands(kind, &base) : 1;
	f = factor_of(kind, base);
	for (int i = 0; i < NR(unit_aliases) && !(f > 0); i++)
		if (near_is(base, strlen(base), unit_aliases[i].names))
			f = factor_of(kind, unit_aliases[i].unit);
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

bool unit_is_of_month(const char *unit)
{
	static const char *const said[] = { "month", "/mo" };
	char spelt[PLAIN];

	assert(unit);
	plain(unit, spelt);
	return strstr(spelt, said[0]) ||
	       (strlen(spelt) >= strlen(said[1]) &&
		!strcmp(spelt + strlen(spelt) - strlen(said[1]), said[1]));
}

static bool compares(const char *unit, const char *with)
{
	char spelt[PLAIN];

	plain(unit, spelt);
	compared(spelt);
	for (int i = 0; i < NR(unit_aliases); i++)
		if (near_is(spelt, strlen(spelt), unit_aliases[i].names) &&
		    strcmp(unit_aliases[i].unit, with) == 0)
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
	for (int i = 0; i < NR(unit_rows) && at < size; i++)
		if (unit_rows[i].kind == kind)
			at += snprintf(out + at, (size_t)(size - at), "%s%s",
				       at ? " " : "", unit_rows[i].name);
}
