#include "words/item.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "words/compared.h"
#include "words/concept.h"
#include "words/metric.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- words ---- */

/* Words that stand about a figure and say nothing of it. */
static const char links[] =
	"of|is|was|are|at|to|a|an|the|it|we|with|has|have|in|for|takes|take"
	"|reaches|reach|hits|hit|gets|get|got|achieves|achieved|delivers"
	"|delivered|serves|runs|needs|need|requires|weighs|occupies|costs"
	"|cost|uses|use|draws|handles|supports|sees|saw|measured|=|:|up"
	"|generates|produces|decodes|processes|per|stays|total|our|its|my"
	"|their|this|that|each|which";

static bool is_one(const char *s, const char *words)
{
	return near_is(s, strlen(s), words);
}

static size_t word_length(const char *s)
{
	return strcspn(s, " \t:");
}

const char *said_less(const char *s)
{
	while (*s) {
		size_t n = word_length(s);

		if (n > 0 && !near_is(s, n, links))
			break;
		s += n;
		s += strspn(s, " \t:");
	}
	return s;
}

void said_cut(char *s)
{
	size_t n = strlen(s);

	while (n > 0) {
		size_t from;

		while (n > 0 && strchr(" \t:=,.)", s[n - 1]))
			n--;
		for (from = n; from > 0 && !strchr(" \t:", s[from - 1]);)
			from--;
		if (!near_is(s + from, n - from, links))
			break;
		n = from;
	}
	s[n] = '\0';
}

void said_copy(char *out, size_t size, const char *s, size_t n)
{
	assert(size > 0);
	n = strnlen(s, n < size ? n : size - 1);
	memcpy(out, s, n);
	out[n] = '\0';
}

/* ---- what a unit alone is of ---- */

/* "concurrent users", "requests in flight", "streams". */
static bool is_people(const char *unit)
{
	bool any = false;

	for (; *unit; unit += strspn(unit, " ")) {
		size_t n = strcspn(unit, " ");
		bool one = near_is(unit, n, "user|users|client|clients|stream|"
			"streams|session|sessions|request|requests|"
			"concurrency");

		if (!one && !near_is(unit, n, "concurrent|simultaneous|"
				     "parallel|in|flight|at|once|active"))
			return false;
		any |= one;
		unit += n;
	}
	return any;
}

/* Q_NR: many things are counted in it. */
static enum quantity by_unit(const char *unit)
{
	static const struct { enum kind kind; enum quantity q; } kinds[] = {
		{ K_MTOK, Q_USD_PER_MTOK }, { K_FLOPS, Q_GPU_TFLOPS },
		{ K_BPS, Q_HBM_TB_S }, { K_J, Q_JOULES_TOK },
		{ K_RATE_W, Q_TOK_S_MW }, { K_DAILY, Q_REQUESTS_PER_S } };
	enum quantity q;

	if (is_people(unit))
		return Q_CONCURRENCY;
	if (near_has(unit, "gpu") && near_has(unit, "hours") &&
	    kind_factor(K_COUNT, unit) > 0)
		return Q_GPU_HOURS;
	q = kind_factor(K_RATE, unit) > 0 || kind_factor(K_MONEY, unit) > 0 ||
		kind_factor(K_W, unit) > 0 ? Q_NR : concept_called("", unit);
	if (q != Q_NR)
		return q;
	if (kind_factor(K_TIME, unit) > 0)
		return near_has(unit, "tok") ? Q_TPOT_MS : Q_NR;
	if (kind_factor(K_MONEY, unit) > 0) {
		q = compared_cost(unit);
		return q == Q_NR ? Q_USD_PER_HOUR : q;
	}
	if (kind_factor(K_W, unit) > 0)
		return near_has(unit, "gpu") ? Q_GPU_W : Q_SYSTEM_W;
	for (int i = 0; i < NR(kinds); i++)
		if (kind_factor(kinds[i].kind, unit) > 0)
			return kinds[i].q;
	return Q_NR;
}

/* ---- one item ---- */

/* A figure in its text: what stands before, it, and what stands behind. */
struct parts {
	char before[SAID_LONG], behind[SAID_LONG];
	char value[FIGURE_LONG];
	bool need;		/* it says what it takes */
	const char *change;	/* "saves 90 %": what the figure is in; or "" */
};

static bool cut(const char *text, struct parts *p)
{
	struct figure f;
	const char *s = text;

	while (*s) {
		size_t end = strlen(s);

		if (figure_read(&f, s) == 0) {
			bool own = f.rest >= s && f.rest <= s + end;
			size_t n = own ? (size_t)(f.rest - s) : end;

			said_copy(p->before, sizeof(p->before), text,
				  (size_t)(s - text));
			if (n >= sizeof(p->value))
				return false;
			said_copy(p->value, sizeof(p->value), s, n);
			p->change = own ? "" : f.rest;
			said_copy(p->behind, sizeof(p->behind), s + n,
				  own ? end - n : 0);
			while (n > 0 && p->value[n - 1] == ' ')
				p->value[--n] = '\0';
			return true;
		}
		s += word_length(s);
		s += strspn(s, " \t:");
	}
	return false;
}

bool said_is_set(enum quantity q)
{
	return q == Q_CONCURRENCY || q == Q_GPUS || q == Q_NODES ||
	       q == Q_ISL || q == Q_OSL || q == Q_USD_PER_GPU_HOUR;
}

bool said_figure(const char *text, char *before, char *value, char *behind)
{
	struct parts p;

	assert(text && before && value && behind);
	if (strlen(text) >= SAID_LONG || !cut(text, &p))
		return false;
	strcpy(before, p.before);
	strcpy(value, p.value);
	strcpy(behind, p.behind);
	return true;
}

bool said_is(enum quantity q, const char *value, const char *unit)
{
	struct written w = { value, unit, NULL };
	struct amount a;
	struct fault why;

	return quantity_amount(q, &w, &a, &why) == 0;
}

/* Is it as many as there may be of it? "14B MTP parameters" are no drafts. */
static bool may_be(enum quantity q, const char *value, const char *unit)
{
	static const struct { enum quantity q; double most; } most[] = {
		{ Q_GPUS, 1e5 }, { Q_NODES, 1e5 },	/* size: of a system */
		{ Q_ISL, 1e8 }, { Q_OSL, 1e8 },		/* size: tokens */
		{ Q_CTX, 1e8 }, { Q_DRAFTS, 8 },	/* size: likewise */
		{ Q_CONCURRENCY, 1e7 } };		/* size: requests */
	struct written w = { value, unit, NULL };
	struct amount a;
	struct fault no;

	for (int i = 0; i < NR(most); i++)
		if (most[i].q == q && quantity_amount(q, &w, &a, &no) == 0 &&
		    a.low > most[i].most)
			return false;
	return true;
}

bool said_take(struct given *g, enum quantity q, const char *value,
	       const char *unit)
{
	if (!said_is(q, value, unit) || !may_be(q, value, unit))
		return false;
	g->q = q;
	snprintf(g->value, sizeof(g->value), "%s", value);
	snprintf(g->unit, sizeof(g->unit), "%.63s", unit);
	return true;
}

/* Another figure, or another item? "1M tokens" may be of a name. */
static bool has_more(const char *name)
{
	if (strpbrk(name, "(,;"))
		return true;
	name += strspn(name, " \t:");
	while (*name) {
		size_t n = word_length(name);
		bool one = n > 0 && *name == '1' && (n == 1 ||
			   (n == 2 && isalpha((unsigned char)name[1])));
		bool rank = n > 2 && (near_begins(name + n - 2, "th") > 0 ||
				      near_begins(name, "1M") > 0);

		if ((isdigit((unsigned char)*name) ||
		     (*name == '$' && name[1] != '/')) && !one && !rank)
			return true;
		name += n;
		name += strspn(name, " \t:");
	}
	return false;
}

/* "batch 32", "input 128": in a sentence a bare number of them is how many. */
static enum quantity bare_count(enum quantity q, const char *name,
				const struct parts *p, const char *unit)
{
	bool count = !*unit || kind_factor(K_COUNT, unit) > 0;
	struct figure f;

	if (!count || strpbrk(p->value, "$.") || figure_read(&f, p->value))
		return q;
	if (q == Q_IN_TOK_S_TOTAL && is_one(name, "in|input|prompt"))
		return Q_ISL;
	return q == Q_TOK_S_TOTAL && is_one(name, "out|output") ? Q_OSL : q;
}

/* What is in dollars is no number of anything else. */
static bool is_paid(enum quantity q)
{
	return kind_is_money(quantity_kind(q)) || q == Q_BEFORE ||
	       q == Q_AFTER || q == Q_NUMERATOR || q == Q_DENOMINATOR;
}

/* By a name, the figure in the unit; out gets it when it fits. */
static bool named(const char *name, const struct parts *p, const char *unit,
		  struct given *out)
{
	char own[QUANTITY_UNIT] = "";
	struct fault why;
	enum quantity q;

	if (is_one(name, "batch|bs|conc"))
		q = Q_CONCURRENCY;
	else if (!*name || has_more(name) ||
		 metric_called(name, unit, &q, own, &why) < 0)
		return false;
	q = bare_count(q, name, p, unit);
	if (strchr(p->value, '$') && !is_paid(q))
		return false;
	if (quantity_kind(q) == K_MTOK && near_begins(unit, "tok"))
		return false;	/* so many tokens, of no money */
	if (said_is_set(q) && q != Q_USD_PER_GPU_HOUR &&
	    ((strchr(p->value, '.') && q != Q_NODES) ||
	     near_begins(unit, "per ")) &&
	    !strpbrk(p->value, "kKmMbB"))
		return false;	/* "169.3 per GPU" counts none */
	if (!*unit)
		unit = own;
	return said_take(out, q, p->value, unit);
}

/* Behind a figure a name is one that is known, and no guess. */
static bool is_known(const char *name)
{
	char own[QUANTITY_UNIT];
	struct fault why;
	enum quantity q;

	return quantity_called(name, &q, own, &why) == 0;
}

/* Nothing but a unit: it is the name as well, "tokens per second per user". */
static bool by_unit_alone(const struct parts *p, const char *unit,
			  struct given *out)
{
	enum quantity q = by_unit(unit);
	bool money = strpbrk(p->value, "$") || near_has(p->value, "cent");

	if (!is_people(unit) && !money && is_known(unit) &&
	    (named(unit, p, unit, out) ||
	     named(unit, p, strchr(unit, '%') ? "%" : "", out)))
		return true;
	if (kind_factor(K_RATE, unit) > 0)
		return named("throughput", p, unit, out);
	if (q == Q_NR && kind_factor(K_B, unit) > 0 && p->need)
		q = Q_WEIGHTS_GB;
	else if (q == Q_NR && kind_factor(K_B, unit) > 0)
		q = Q_HBM_GB;
	if (q == Q_NR)
		return false;
	if (q == Q_CONCURRENCY)
		unit = "";
	if (quantity_kind(q) == K_MTOK && near_begins(unit, "tok"))
		return false;
	return said_take(out, q, p->value, unit);
}

/* The first so many words of what stands behind are its unit. */
static bool split_at(const struct parts *p, size_t n, struct given *out)
{
	char unit[64], name[SAID_LONG];	/* size: of cells */
	const char *before = said_less(p->before);

	said_copy(unit, sizeof(unit), p->behind, n);
	said_cut(unit);
	said_copy(name, sizeof(name), said_less(p->behind + n),
	     strlen(said_less(p->behind + n)));
	said_cut(name);
	if (has_more(unit) ||
	    (near_has(unit, " of ") && n < strlen(p->behind)))
		return false;
	if (*name)
		return !*before && is_known(name) && named(name, p, unit, out);
	if (*before)
		return named(p->before, p, unit, out) ||
		       named(before, p, unit, out);
	return *unit && by_unit_alone(p, unit, out);
}

/* A word of the text begins so. */
static bool has_word(const char *text, const char *words)
{
	for (const char *s = text; *s; s++)
		if ((s == text || !isalpha((unsigned char)s[-1])) &&
		    near_any(s, words))
			return true;
	return false;
}

/* "it fits", "does not fit in memory". */
static bool says_fits(const char *text, struct given *out)
{
	bool no = near_has(text, " not |n't |cannot |too large|too big|out of "
		"memory|exceeds|no room|no chance") || has_word(text, "oom");

	if (!has_word(text, "fit|runs|can run|cannot run|can't run|won't run|"
		      "can be run|can be served|enough for|is enough|hold|too "
		      "large|too big|out of memory|oom") ||
	    strpbrk(text, "0123456789"))
		return false;
	out->q = Q_FITS;
	snprintf(out->value, sizeof(out->value), "%d", !no);
	*out->unit = '\0';
	return true;
}

/* "memory-bound". */
static bool says_bound(const char *text, struct given *out)
{
	const char *s = said_less(text);
	size_t n = strcspn(s, " -");
	char word[32];			/* size: a word */

	said_copy(word, sizeof(word), s, n);
	if (strcmp(s + n + (s[n] != '\0'), "bound") ||
	    !said_is(Q_BOUND, word, ""))
		return false;
	out->q = Q_BOUND;
	snprintf(out->value, sizeof(out->value), "%s", word);
	*out->unit = '\0';
	return true;
}

/* "saves 90 %", "doubled": by how much, of what is not said. */
static bool changes(const struct parts *p, struct given *out)
{
	const char *figure = p->value + strcspn(p->value, "0123456789");

	const char *name = said_less(p->before);
	char own[QUANTITY_UNIT];
	struct fault why;

	if (strchr(p->value, ',') || has_more(figure + word_length(figure)))
		return false;
	out->q = compared_in(Q_SPEEDUP_X, p->change);
	if (*name && metric_called(name, p->change, &out->q, own, &why) < 0)
		return false;
	snprintf(out->value, sizeof(out->value), "%s", p->value);
	*out->unit = '\0';
	return said_is(out->q, p->value, "");
}

bool phrase_item(const char *text, struct given *out)
{
	struct parts p;

	assert(text && out);
	if (strlen(text) >= SAID_LONG)
		return false;
	if (!cut(text, &p))
		return says_fits(text, out) || says_bound(text, out);
	p.need = near_has(p.before, "need|takes|require|weighs|occupies");
	if (*p.change && changes(&p, out))
		return true;
	said_cut(p.before);
	/* of a peak the format is a part */
	if (kind_factor(K_FLOPS, p.behind) > 0 &&
	    split_at(&p, strlen(p.behind), out))
		return true;
	for (size_t n = strlen(p.behind); n > 0; n--)
		if ((p.behind[n] == '\0' ? !near_has(p.behind, " of ") :
		     p.behind[n] == ' ') && split_at(&p, n, out))
			return true;
	return split_at(&p, 0, out) || split_at(&p, strlen(p.behind), out);
}
