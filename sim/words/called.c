#include "words/called.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "ask/scenario.h"
#include "base/near.h"

static const struct synonym {
	enum quantity q;
	const char *unit, *names;
} synonyms[] = {
#include "words/synonyms.inc"
};

/* Words of names, with bars between, that mean another, or nothing of their
   own (""). */
static const struct plain_word { const char *words, *is; } plain_words[] = {
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

/* Words that may stand beside a name and change nothing of it. */
static const char asides[] =
	"model|total|aggregate|layer|tok|gpu|time|p50|peak|gross|capacity"
	"|system|cluster|rack|node|server|request|llm|inference|serving"
	"|average|user|hosting|infrastructure|hardware|nvidia|service"
	"|estimate|figure|value|level|full|effective|all|raw|final|api|usage"
	"|required|needed|count|spot|list|committed|reserved|supported"
	"|selected|attention|blended|token";

/* What several words say together. */
static const struct plain_word shorts[] = {
	{ "time to first tok", "ttft" }, { "latency to first tok", "ttft" },
	{ "first tok latency", "ttft" }, { "first tok time", "ttft" },
	{ "time out tok", "tpot" }, { "inter tok latency", "itl" },
	{ "end to end", "e2e" }, { "electricity", "grid" },
	{ "power usd", "grid usd" }, { "energy usd", "grid usd" },
};

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

enum { CALLED = 96 /* size: a name in plain words */ };

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

/* "time to first tok" is a ttft. */
static void shorten(struct plain *p)
{
	for (int i = 0; i < NR(shorts); i++) {
		size_t n = strlen(shorts[i].words), k = strlen(shorts[i].is);
		char *s = strstr(p->text, shorts[i].words);

		if (!s || (s > p->text && s[-1] != ' ') ||
		    (s[n] && s[n] != ' '))
			continue;
		memcpy(s, shorts[i].is, k);
		memmove(s + k, s + n, strlen(s + n) + 1);
	}
	p->at = (int)strlen(p->text);
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
		for (int i = 0; i < NR(plain_words); i++)
			if (near_is(word, (size_t)n, plain_words[i].words))
				is = plain_words[i].is;
		add(p, twice(p, is));
		if (*name && !isalnum((unsigned char)*name))
			name++;
	}
	fold(p->text);
	shorten(p);
}

void called_plain(const char *name, char *out, int size)
{
	struct plain p;

	assert(name && out && size > 0);
	plain(name, &p);
	snprintf(out, (size_t)size, "%s", p.text);
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

bool called_has(const char *text, const char *word, size_t n)
{
	assert(text && word);
	while (strncmp(text, word, n) || (text[n] && text[n] != ' ')) {
		text = strchr(text, ' ');
		if (!text)
			return false;
		text++;
	}
	return true;
}

enum how { EXACT, IN_ORDER, IN_ANY, HOWS };

/* The same words, whatever units stand behind them? */
static bool same_name(const struct plain *p, const char *other,
		      enum quantity q, enum how how)
{
	char unit[QUANTITY_UNIT];
	int n, m;

	if (strcmp(p->text, other) == 0)
		return true;
	if (how == IN_ORDER ? *p->text != *other : how == EXACT ||
	    !called_has(p->text, other, strcspn(other, " ")))
		return false;
	n = unit_behind(quantity_kind(q), p->text, unit);
	m = unit_behind(quantity_kind(q), other, unit);
	if (how == IN_ORDER)
		return n == m && !memcmp(p->text, other, (size_t)n);
	return n > 0 && n == m && within(p->text, n, other, m) &&
	       within(other, m, p->text, n);
}

static bool find(const struct plain *p, enum how how, enum quantity *q,
		 char *unit)
{
	for (int i = 0; i < Q_NR; i++) {
		*q = (enum quantity)i;
		if (!same_name(p, quantity_plain(*q), *q, how))
			continue;
		unit_behind(quantity_kind(*q), p->text, unit);
		return true;
	}
	for (int i = 0; i < NR(synonyms); i++) {
		const struct synonym *s = &synonyms[i];
		const char *name = s->names;

		while (*name && !same_name(p, name, s->q, how))
			name += strlen(name) + 1;
		if (!*name)
			continue;
		*q = s->q;
		unit_behind(quantity_kind(*q), p->text, unit);
		if (s->unit)
			snprintf(unit, QUANTITY_UNIT, "%s", s->unit);
		return true;
	}
	return false;
}

/* ---- names with more about them ---- */

/*
 * How many words of a name stand in the text, when all do and what else stands
 * there changes nothing; 0: not so.
 */
static int covers(const char *text, const char *name)
{
	int words = 0;
	bool own = false;	/* one that is no aside */

	for (const char *s = name; *s;) {
		size_t n = strcspn(s, " ");

		if (!called_has(text, s, n))
			return 0;
		own |= !near_is(s, n, asides);
		words++;
		s += n;
		s += *s == ' ';
	}
	for (const char *s = text; *s;) {
		size_t n = strcspn(s, " ");

		if (!called_has(name, s, n) && !near_is(s, n, asides))
			return 0;
		s += n;
		s += *s == ' ';
	}
	return own ? words : 0;
}

/* Names that cover a text. */
struct covered {
	int words;		/* of the longest */
	enum quantity q;	/* Q_NR: as many words name another too */
	const char *unit;
};

static void cover(struct covered *c, int words, enum quantity q,
		  const char *unit)
{
	if (words < c->words || words == 0)
		return;
	if (words > c->words)
		*c = (struct covered){ words, q, unit };
	else if (c->q != q)
		c->q = Q_NR;
}

/* The name that most of the words are of. */
static bool find_within(const struct plain *p, enum quantity *q, char *unit)
{
	struct covered c = { 0, Q_NR, "" };

	for (int i = 0; i < Q_NR; i++)
		cover(&c, covers(p->text, quantity_plain((enum quantity)i)),
		      (enum quantity)i, "");
	for (int i = 0; i < NR(synonyms); i++)
		for (const char *name = synonyms[i].names; *name;
		     name += strlen(name) + 1)
			cover(&c, covers(p->text, name), synonyms[i].q,
			      synonyms[i].unit ? synonyms[i].unit : "");
	*q = c.q;
	snprintf(unit, QUANTITY_UNIT, "%s", c.unit);
	return c.q != Q_NR;
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
	int n;

	while (strstr(p->text, "flop") &&
	       (n = near_any(p->text, "fp8 |fp4 |nvfp4 |bf16 |fp16 |int8 |"
			     "int4 |tf32 |fp64 |dense |sparse |tensor |core |"
			     "peak |ai ")) > 0)
		memmove(p->text, p->text + n, strlen(p->text + n) + 1);
}

/* All words of it are a name's, with what is said of output or without. */
static bool find_whole(const char *name, enum quantity *q, char *unit)
{
	struct plain p;

	plain(name, &p);
	less_format(&p);
	for (int pass = 0; pass < 2 && p.at > 0; pass++) {
		for (int how = 0; how < HOWS; how++)
			if (find(&p, (enum how)how, q, unit))
				return true;
		if (pass == 0)
			less_out(&p);
	}
	return false;
}

const char *quantity_near(const char *name)
{
	const char *names[Q_NR];

	assert(name);
	for (int i = 0; i < Q_NR; i++)
		names[i] = quantity_name((enum quantity)i);
	return near_word(name, names, Q_NR);
}

static int called(const char *name, enum quantity *q, char *unit,
		  struct fault *why)
{
	const char *near;
	struct plain p;

	*unit = '\0';
	for (int i = 0; i < Q_NR; i++)
		if (near_same(name, quantity_name((enum quantity)i))) {
			*q = (enum quantity)i;
			return 0;
		}
	plain(name, &p);
	less_format(&p);
	if (find_whole(name, q, unit) || find_within(&p, q, unit)) {
		bracketed(name, *q, unit);
		return 0;
	}
	fault_what(why, "\"%.40s\" is no quantity", name);
	if (scenario_column_find(name) >= 0)
		return fault_remedy(why, "it is a column: give it there, or as "
				    "--%s", name);
	near = quantity_near(name);
	return fault_remedy(why, near ? "did you mean %s" : "deeproof check "
			    "--vocabulary lists them%s", near ? near : "");
}

/* "Parameters (active)": what stands in brackets is of the name. */
static bool open_brackets(const char *name, char *out, size_t size)
{
	const char *from = strchr(name, '(');
	size_t n = strlen(name);

	if (!from || n >= size)
		return false;
	for (size_t i = 0; i <= n; i++)
		out[i] = name[i] == '(' || name[i] == ')' ? ' ' : name[i];
	return true;
}

int quantity_called(const char *name, enum quantity *q, char *unit,
		    struct fault *why)
{
	char whole[CALLED], other[QUANTITY_UNIT];
	enum quantity is;

	assert(name && q && unit);
	if (open_brackets(name, whole, sizeof(whole)) &&
	    find_whole(whole, &is, other) && !*other) {
		*q = is;
		*unit = '\0';
		bracketed(name, is, unit);
		return 0;
	}
	return called(name, q, unit, why);
}

int quantity_parse(const char *name, enum quantity *q, struct fault *why)
{
	char unit[QUANTITY_UNIT];

	assert(name && q);
	return quantity_called(name, q, unit, why);
}
