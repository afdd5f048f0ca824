#include "claims/phrase.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "claims/metric.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

enum { LONG = 200 /* size: a sentence */ };

/* ---- words ---- */

/* Words that stand about a figure and say nothing of it. */
static const char *const links[] = { "of", "is", "was", "are", "at", "to",
	"a", "an", "the", "it", "we", "with", "has", "have", "in", "for",
	"takes", "take", "reaches", "reach", "hits", "hit", "gets", "get",
	"got", "achieves", "achieved", "delivers", "delivered", "serves",
	"runs", "needs", "need", "requires", "weighs",
	"occupies", "costs", "cost", "uses", "use", "draws",
	"handles", "supports", "sees", "saw", "measured", "=", ":", "up",
	"generates", "produces", "decodes", "processes", "per", "stays",
	"each", "total" };

static bool among(const char *const *list, int nr, const char *s, size_t n)
{
	for (int i = 0; i < nr; i++)
		if (near_begins(s, list[i]) == (int)n && n > 0)
			return true;
	return false;
}

static size_t word_length(const char *s)
{
	return strcspn(s, " \t:");
}

/* Text without such words at its begin. */
static const char *less_links(const char *s)
{
	while (*s) {
		size_t n = word_length(s);

		if (n > 0 && !among(links, NR(links), s, n))
			break;
		s += n;
		s += strspn(s, " \t:");
	}
	return s;
}

/* And at its end. */
static void cut_links(char *s)
{
	size_t n = strlen(s);

	while (n > 0) {
		size_t from;

		while (n > 0 && strchr(" \t:=,.)", s[n - 1]))
			n--;
		for (from = n; from > 0 && !strchr(" \t:", s[from - 1]);)
			from--;
		if (from == n || !among(links, NR(links), s + from, n - from))
			break;
		n = from;
	}
	s[n] = '\0';
}

static void copy(char *out, size_t size, const char *s, size_t n)
{
	assert(size > 0);
	n = n < size ? n : size - 1;
	memcpy(out, s, n);
	out[n] = '\0';
}

/* ---- what a unit alone is of ---- */

static bool has_word(const char *text, const char *word)
{
	for (; *text; text++)
		if (near_begins(text, word))
			return true;
	return false;
}

static enum quantity of_money(const char *unit)
{
	static const enum quantity over[] = { Q_USD_PER_HOUR, Q_USD_PER_DAY,
		Q_USD_PER_MONTH };

	if (has_word(unit, "gpu"))
		return Q_USD_PER_GPU_HOUR;
	for (int i = 0; i < NR(over); i++) {
		double f = quantity_factor(over[i], unit);

		if (f >= 1 && f <= 1)	/* its own */
			return over[i];
	}
	return Q_USD_PER_HOUR;
}

/* "concurrent users", "requests in flight", "streams". */
static bool is_people(const char *unit)
{
	static const char *const people[] = { "user", "users", "client",
		"clients", "stream", "streams", "session", "sessions",
		"request", "requests", "concurrency" };
	static const char *const words[] = { "concurrent", "simultaneous",
		"parallel", "in", "flight", "at", "once", "active" };
	bool any = false;

	while (*unit) {
		size_t n = strcspn(unit, " ");
		bool one = among(people, NR(people), unit, n);

		if (!one && !among(words, NR(words), unit, n))
			return false;
		any |= one;
		unit += n;
		unit += strspn(unit, " ");
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

	if (is_people(unit))
		return Q_CONCURRENCY;
	if (kind_factor(K_TIME, unit) > 0)
		return has_word(unit, "tok") ? Q_TPOT_MS : Q_NR;
	if (kind_factor(K_MONEY, unit) > 0)
		return of_money(unit);
	if (kind_factor(K_W, unit) > 0)
		return has_word(unit, "gpu") ? Q_GPU_W : Q_SYSTEM_W;
	for (int i = 0; i < NR(kinds); i++)
		if (kind_factor(kinds[i].kind, unit) > 0)
			return kinds[i].q;
	return Q_NR;
}

/* ---- one item ---- */

/* "It needs 1.3 TB." */
static bool is_need(const char *before)
{
	static const char *const needs[] = { "need", "takes", "require",
		"weighs", "occupies" };

	for (int i = 0; i < NR(needs); i++)
		if (has_word(before, needs[i]))
			return true;
	return false;
}

/* A figure in its text: what stands before, it, and what stands behind. */
struct parts {
	char before[LONG], value[64], behind[LONG];	/* size: of an item */
	bool need;		/* it says what it takes */
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

			copy(p->before, sizeof(p->before), text,
			     (size_t)(s - text));
			if (n >= sizeof(p->value))
				return false;
			copy(p->value, sizeof(p->value), s, n);
			while (n > 0 && p->value[n - 1] == ' ')
				p->value[--n] = '\0';
			copy(p->behind, sizeof(p->behind), own ? f.rest : "",
			     own ? strlen(f.rest) : 0);
			return true;
		}
		s += word_length(s);
		s += strspn(s, " \t:");
	}
	return false;
}

/* Is that the figure's quantity, in that unit? */
static bool is_of(enum quantity q, const char *value, const char *unit)
{
	struct written w = { value, unit, NULL };
	struct amount a;
	struct fault why;

	return quantity_amount(q, &w, &a, &why) == 0;
}

/* By a name, the figure in the unit; out gets it when it fits. */
static bool named(const char *name, const struct parts *p, const char *unit,
		  struct given *out)
{
	char own[QUANTITY_UNIT];
	struct fault why;
	enum quantity q;

	if (!*name || strchr(name, '(') ||
	    metric_called(name, unit, &q, own, &why))
		return false;
	if (!*unit)
		unit = own;
	if (!is_of(q, p->value, unit))
		return false;
	out->q = q;
	snprintf(out->value, sizeof(out->value), "%s", p->value);
	snprintf(out->unit, sizeof(out->unit), "%.63s", unit);
	return true;
}

/* Nothing but a unit: it is the name as well, "tokens per second per user". */
static bool by_unit_alone(const struct parts *p, const char *unit,
			  struct given *out)
{
	enum quantity q = by_unit(unit);
	bool money = strpbrk(p->value, "$") || has_word(p->value, "cent");

	if (!is_people(unit) && !money && (named(unit, p, unit, out) ||
					   named(unit, p, "", out)))
		return true;
	if (kind_factor(K_RATE, unit) > 0)
		return named("throughput", p, unit, out);
	if (q == Q_NR && kind_factor(K_B, unit) > 0 && p->need)
		q = Q_WEIGHTS_GB;
	if (q == Q_NR)
		return false;
	if (q == Q_CONCURRENCY)
		unit = "";
	if (!is_of(q, p->value, unit))
		return false;
	out->q = q;
	snprintf(out->value, sizeof(out->value), "%s", p->value);
	snprintf(out->unit, sizeof(out->unit), "%.63s", unit);
	return true;
}

/* The first so many words of what stands behind are its unit. */
static bool split_at(const struct parts *p, size_t n, struct given *out)
{
	char unit[64], name[LONG];	/* size: of cells */
	const char *before = less_links(p->before);

	copy(unit, sizeof(unit), p->behind, n);
	cut_links(unit);
	copy(name, sizeof(name), less_links(p->behind + n),
	     strlen(less_links(p->behind + n)));
	cut_links(name);
	if (has_word(unit, " of ") && n < strlen(p->behind))
		return false;
	if (*name)
		return !*before && named(name, p, unit, out);
	if (*before)
		return named(p->before, p, unit, out) ||
		       named(before, p, unit, out);
	return *unit && by_unit_alone(p, unit, out);
}

/* "it fits", "does not fit in memory". */
static bool says_fits(const char *text, struct given *out)
{
	static const char *const nots[] = { " not ", "n't ", "cannot ",
		"too large", "too big" };
	bool no = false;

	if (!has_word(text, "fit"))
		return false;
	for (int i = 0; i < NR(nots); i++)
		no |= has_word(text, nots[i]);
	out->q = Q_FITS;
	snprintf(out->value, sizeof(out->value), "%d", !no);
	*out->unit = '\0';
	return true;
}

/* "memory-bound". */
static bool says_bound(const char *text, struct given *out)
{
	const char *s = less_links(text);
	size_t n = strcspn(s, " -");
	char word[32];			/* size: a word */

	copy(word, sizeof(word), s, n);
	if (strcmp(s + n + (s[n] != '\0'), "bound") ||
	    !is_of(Q_BOUND, word, ""))
		return false;
	out->q = Q_BOUND;
	snprintf(out->value, sizeof(out->value), "%s", word);
	*out->unit = '\0';
	return true;
}

bool phrase_item(const char *text, struct given *out)
{
	struct parts p;

	assert(text && out);
	if (strlen(text) >= LONG)
		return false;
	if (!cut(text, &p))
		return says_fits(text, out) || says_bound(text, out);
	p.need = is_need(p.before);
	cut_links(p.before);
	/* of a peak the format is a part */
	if (kind_factor(K_FLOPS, p.behind) > 0 &&
	    split_at(&p, strlen(p.behind), out))
		return true;
	for (size_t n = strlen(p.behind); n > 0; n--)
		if ((p.behind[n] == '\0' ? !has_word(p.behind, " of ") :
		     p.behind[n] == ' ') && split_at(&p, n, out))
			return true;
	return split_at(&p, 0, out) || split_at(&p, strlen(p.behind), out);
}

/* ---- several ---- */

/* Words that begin what is stated beside the claim. */
static const char *const beside[] = { ";", ", ", " at ", " with ", " for ",
	" and ", " on ", " using ", " when ", " while ", " means ", " i.e. ",
	" (", " in ", " under " };

/* Where the next begins that one of them separates, from `from` on; its
   letters. */
static const char *next_break(const char *from, size_t *letters)
{
	for (const char *s = from; *s; s++)
		for (int i = 0; i < NR(beside); i++)
			if (near_begins(s, beside[i])) {
				*letters = strlen(beside[i]);
				return s;
			}
	return NULL;
}

static bool add_beside(struct phrase *p, const struct given *g)
{
	size_t at = strlen(p->given);
	int n = snprintf(p->given + at, sizeof(p->given) - at, "%s%s=%s%s%s",
			 at ? "; " : "", quantity_name(g->q), g->value,
			 *g->unit ? " " : "", g->unit);

	return n > 0 && (size_t)n < sizeof(p->given) - at;
}

static bool add_item(struct phrase *p, const struct given *g)
{
	if (*p->metric)
		return add_beside(p, g);
	snprintf(p->metric, sizeof(p->metric), "%s", quantity_name(g->q));
	snprintf(p->value, sizeof(p->value), "%s", g->value);
	snprintf(p->unit, sizeof(p->unit), "%s", g->unit);
	return true;
}

/* "on 8x H200" */
static bool is_hw(struct phrase *p, const char *word, const char *part)
{
	if (!near_begins(word, " on ") || *p->hw || !strpbrk(part,
	    "0123456789"))
		return false;
	snprintf(p->hw, sizeof(p->hw), "%.63s", less_links(part));
	return true;
}

/* "in FP8", "in 4-bit": a word with a digit, and no figure of a quantity. */
static bool is_format(struct phrase *p, const char *word, const char *part)
{
	if (!near_begins(word, " in ") || *p->weights || strchr(part, ' ') ||
	    !strpbrk(part, "123456789") || strlen(part) >= sizeof(p->weights))
		return false;
	snprintf(p->weights, sizeof(p->weights), "%.31s", part);
	return true;
}

/* "for a single user": one request. */
static bool is_single(struct phrase *p, const char *part)
{
	static const char *const ones[] = { "single user", "a single user",
		"one user", "a single request", "a single stream",
		"single stream", "one request" };
	struct given g = { Q_CONCURRENCY, "1", "" };

	for (int i = 0; i < NR(ones); i++)
		if (near_same(part, ones[i]))
			return add_beside(p, &g);
	return false;
}

/* Words without a figure behind the claim are told that they are not read. */
static bool is_aside(struct phrase *p, const char *part)
{
	size_t at = strlen(p->note);

	if (!*p->metric || !*part || strpbrk(part, "0123456789"))
		return false;
	return snprintf(p->note + at, sizeof(p->note) - at, "%s%s",
			at ? ", " : "", part) < (int)(sizeof(p->note) - at);
}

static bool read_from(struct phrase *, const char *text, const char *word);

/* What stands up to the break is read, and then the rest. */
static bool read_to(struct phrase *p, const char *text, size_t n,
		    const char *word)
{
	struct phrase was = *p;
	char part[LONG];
	struct given g;
	size_t letters = 0;
	const char *next = text[n] ? next_break(text + n, &letters) : NULL;

	copy(part, sizeof(part), text, n);
	cut_links(part);
	if (phrase_item(part, &g) ? !add_item(p, &g) :
	    !is_hw(p, word, part) && !is_format(p, word, part) &&
	    !is_single(p, part) && !is_aside(p, part))
		return false;
	if (!next || read_from(p, next + letters, next))
		return true;
	*p = was;
	return false;
}

static bool read_from(struct phrase *p, const char *text, const char *word)
{
	size_t letters = 0;
	const char *at = text;

	text += strspn(text, " \t");
	if (!*text)
		return true;
	if (read_to(p, text, strlen(text), word))
		return true;
	for (at = next_break(text, &letters); at;
	     at = next_break(at + letters, &letters))
		if (read_to(p, text, (size_t)(at - text), word))
			return true;
	return false;
}

int phrase_read(struct phrase *p, const char *text, struct fault *why)
{
	assert(p && text && why);
	*p = (struct phrase){ .metric = "" };
	if (strlen(text) < LONG && read_from(p, text, "") && *p->metric)
		return 0;
	fault_what(why, "\"%.80s\" is no claim that can be read", text);
	return fault_remedy(why, "write a figure and its unit, as 'over 250 "
			    "tokens per second per user' or 'TTFT under 500 "
			    "ms', or name=value unit; deeproof check "
			    "--vocabulary lists the names");
}
