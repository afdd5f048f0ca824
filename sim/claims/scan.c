#include "claims/scan.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "claims/item.h"
#include "claims/metric.h"
#include "claims/naming.h"
#include "claims/several.h"
#include "claims/sides.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- sentences ---- */

/* Where the next clause begins: letters of what stands between. */
static size_t ends_here(const char *s)
{
	static const char *const ends[] = { "; ", ";", ", ", ": ", " (", ") ",
		")", " - ", ". ", " is ", " are ", " so ", " that's ",
		" i.e. ", " which ", " means ", " gives ", " makes ",
		" yields ", " equals ", " = ", " works out at ", " costs ",
		" cost ", " and ", " with ", " at ", " using ", " when ",
		" while ", " under ",
		" but ", " or ", " in ", " on ", " for ", " out of ",
		" buys ", " takes ", " / ", " vs ", " vs. ",
		" versus ", " against ", " compared to ", " compared with " };

	for (int i = 0; i < NR(ends); i++) {
		int n = near_begins(s, ends[i]);

		/* "$0.55 in / $2.19 out", "4K in, 1K out" are no places */
		if (n > 0 && !(near_same(ends[i], " in ") &&
			       (strchr("/,;", s[n]) ||
				near_begins(s + n, "and "))))
			return (size_t)n;
	}
	return 0;
}

/* Words that a figure follows from what stands before. */
static bool is_result(const char *s)
{
	static const char *const words[] = { " is ", " are ", " so ",
		" that's ", " means ", " gives ", " makes ", " yields ",
		" equals ", " = ", " works out at ", " costs ", " cost ",
		": " };

	for (int i = 0; i < NR(words); i++)
		if (near_begins(s, words[i]))
			return true;
	return false;
}

/* ---- one clause ---- */

static void found(struct scan *s, const struct given *g, bool bare)
{
	if (s->nr < FOUND)
		s->found[s->nr++] = (struct found){ .g = *g, .bare = bare };
}

static bool has(const struct scan *s, enum quantity q)
{
	for (int i = 0; i < s->nr; i++)
		if (!s->found[i].bare && s->found[i].g.q == q)
			return true;
	return false;
}

/* "$2 an hour each", "40 tok/s each": of one of what was counted. */
static void of_each(const struct scan *s, struct given *g)
{
	bool users = has(s, Q_CONCURRENCY);
	bool gpus = s->counted || has(s, Q_GPUS);

	if (g->q == Q_TOK_S_TOTAL && users)
		g->q = Q_TOK_S_USER;
	else if (g->q == Q_TOK_S_TOTAL && gpus)
		g->q = Q_TOK_S_GPU;
	else if (g->q == Q_USD_PER_HOUR && gpus)
		g->q = Q_USD_PER_GPU_HOUR;
	else if (g->q == Q_SYSTEM_W && gpus)
		g->q = Q_GPU_W;
}

/* The clause is several figures of one name: "P50/P90: 210/480 ms". */
static bool read_several(struct scan *s, const char *name, const char *clause)
{
	char unit[QUANTITY_UNIT];
	struct several all;
	struct given g;
	struct fault no;

	if (!several_read(&all, name, clause, ""))
		return false;
	for (int k = 0; k < all.nr; k++) {
		const struct said_cell *c = &all.said[k];

		if (metric_called(c->metric, c->unit, &g.q, unit, &no) < 0)
			return false;
		snprintf(g.value, sizeof(g.value), "%s", c->value);
		snprintf(g.unit, sizeof(g.unit), "%s", c->unit);
		found(s, &g, false);
	}
	return true;
}

static size_t word_end(const char *s)
{
	return strcspn(s, " \t");
}

/*
 * As much of the text as reads as an item: words go from its begin and from
 * its end until it does.
 */
static bool read_some(const char *text, struct given *g)
{
	char part[SAID_LONG];
	size_t len = strlen(text);

	for (size_t to = len; to > 0; to--) {
		if (to < len && text[to] != ' ')
			continue;
		for (size_t from = 0; from < to;
		     from += word_end(text + from) + 1) {
			said_copy(part, sizeof(part), text + from, to - from);
			if (phrase_item(part, g))
				return true;
		}
	}
	return false;
}

/* With words in front of it. */
static bool read_behind(const char *name, size_t n, const char *clause,
			struct given *g)
{
	char text[2 * SAID_LONG];

	if (n == 0)
		return false;
	snprintf(text, sizeof(text), "%.*s %s", (int)n, name, clause);
	return strlen(text) < SAID_LONG && phrase_item(text, g);
}

/* A figure alone, or "2,000/100" of lengths. */
static bool read_bare(struct scan *s, const char *value, const char *behind)
{
	struct given g = { Q_BEFORE, "", "" };
	size_t n = strcspn(behind, " ");

	snprintf(g.value, sizeof(g.value), "%s", value);
	said_copy(g.unit, sizeof(g.unit), behind, n < sizeof(g.unit) ? n : 0);
	if (!said_is(Q_BEFORE, g.value, g.unit))
		*g.unit = '\0';
	if (!said_is(Q_BEFORE, g.value, g.unit))
		return false;
	found(s, &g, true);
	return true;
}

/* "2000/100 prompts", "8k/1k": tokens in, and out. */
static bool read_lengths(struct scan *s, const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	const char *words[] = { "prompt", "random", "length", "token", "seq",
		"context", "workload", "isl", "in/out", "input" };
	bool said = false;

	if (!said_figure(clause, before, value, behind) || *behind != '/' ||
	    !isdigit((unsigned char)behind[1]) || strchr(value, '$') ||
	    strpbrk(value, ".%"))
		return false;
	for (int i = 0; i < NR(words); i++)
		said |= said_has(clause, words[i]);
	said |= strpbrk(value, "kK") && strpbrk(behind, "kK");
	snprintf(value + strlen(value), sizeof(value) - strlen(value), "%.*s",
		 (int)(1 + strcspn(behind + 1, " ")), behind);
	return said && read_several(s, "ISL/OSL", value);
}

/* Words of a change: what of them a figure in x or % is. */
static bool read_change(const char *clause, const char *value,
			const char *behind, struct given *g)
{
	static const char *const lesses[] = { "less", "lower", "cheaper",
		"reduc", "off", "sav", "drop", "cut", "fewer", "smaller",
		"decrease", "down" };
	static const char *const mores[] = { "more", "higher", "faster", "up",
		"increase", "gain", "improve", "boost", "better", "rise",
		"jump", "uplift", "+" };
	bool less = false, more = false, part = *behind == '%';

	if (!part && !near_begins(behind, "x") &&
	    !near_begins(behind, "\xc3\x97") && !near_begins(behind, "times"))
		return false;
	for (int i = 0; i < NR(lesses); i++)
		less |= said_has(clause, lesses[i]);
	for (int i = 0; i < NR(mores); i++)
		more |= said_has(clause, mores[i]);
	if (part && (said_has(clause, "cache") || said_has(clause, " hit"))) {
		g->q = Q_CACHE_HIT;
		snprintf(g->value, sizeof(g->value), "%s", value);
		snprintf(g->unit, sizeof(g->unit), "%%");
		return said_is(g->q, g->value, g->unit);
	}
	g->q = !part ? Q_SPEEDUP_X : less ? Q_CHANGE_PCT : more ?
		Q_INCREASE_PCT : Q_PART;
	snprintf(g->value, sizeof(g->value), "%s", value);
	snprintf(g->unit, sizeof(g->unit), "%s", part ? "%" : "x");
	return said_is(g->q, g->value, g->unit);
}

/* "$0.55 in", "$2.19 out per million tokens": a list's prices. */
static bool read_price(const struct scan *s, const char *value,
		       const char *behind, struct given *g)
{
	bool in = near_begins(behind, "in") > 0;

	if (!strchr(value, '$') || (!in && !near_begins(behind, "out")) ||
	    !s->priced)
		return false;
	g->q = in ? Q_USD_PER_MTOK_IN : Q_USD_PER_MTOK_OUT;
	snprintf(g->value, sizeof(g->value), "%s", value);
	*g->unit = '\0';
	return said_is(g->q, g->value, "");
}

/* "takes 30 seconds": all of an answer, where its length is said. */
static bool read_wait(const struct scan *s, const char *value,
		      const char *behind, struct given *g)
{
	if (!has(s, Q_OSL) || !(kind_factor(K_TIME, behind) > 0))
		return false;
	g->q = Q_E2E_MS;
	snprintf(g->value, sizeof(g->value), "%s", value);
	snprintf(g->unit, sizeof(g->unit), "%.63s", behind);
	return said_is(g->q, g->value, g->unit);
}

/* The words of a figure's name, for the next that has none. */
static void remember(struct scan *s, const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];

	if (said_figure(clause, before, value, behind)) {
		if (*before)
			snprintf(s->name, sizeof(s->name), "%s", before);
	} else
		snprintf(s->name, sizeof(s->name), "%s", clause);
}

/* "342B of 608B input tokens": what one is of the other is said elsewhere. */
static bool read_part_of(struct scan *s, const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	char other[FIGURE_LONG], rest[SAID_LONG];
	int n;

	if (!said_figure(clause, before, value, behind))
		return false;
	n = near_begins(behind, "of ");
	if (n == 0 || !said_figure(behind + n, before, other, rest) ||
	    *before)
		return false;
	return read_bare(s, value, "") && read_bare(s, other, "");
}

/* "4K in", "input 128", "1K out": how long prompts and answers are. */
static bool read_length(const char *before, const char *value,
			const char *behind, struct given *g)
{
	static const struct { const char *word; enum quantity q; } words[] = {
		{ "in", Q_ISL }, { "input", Q_ISL }, { "prompt", Q_ISL },
		{ "out", Q_OSL }, { "output", Q_OSL } };
	const char *word = *before ? before : behind;

	if (strpbrk(value, "$.%") || (*before && *behind))
		return false;
	for (int i = 0; i < NR(words); i++) {
		if (!near_same(word, words[i].word))
			continue;
		g->q = words[i].q;
		snprintf(g->value, sizeof(g->value), "%s", value);
		*g->unit = '\0';
		return said_is(g->q, g->value, "");
	}
	return false;
}

/* Its unit alone says little of what it is: bytes, of anything, a second. */
static bool is_vague(const char *clause)
{
	struct given g;

	return phrase_item(clause, &g) && (g.q == Q_HBM_TB_S ||
					   g.q == Q_HBM_GB);
}

/* A clause with one figure in it. */
static void read_one(struct scan *s, const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	size_t n = strlen(s->name), first = word_end(s->name);
	struct given g;

	if (!said_figure(clause, before, value, behind))
		return;
	said_cut(before);
	if (read_length(before, value, behind, &g) ||
	    read_price(s, value, behind, &g) ||
	    (!*before && is_vague(clause) && !has(s, Q_KV_B_TOK) &&
	     read_behind(s->name, n, clause, &g)) || phrase_item(clause, &g) ||
	    read_behind(s->name, first, clause, &g) ||
	    read_behind(s->name, n, clause, &g) ||
	    read_change(clause, value, behind, &g) ||
	    (!*before && read_wait(s, value, behind, &g)) ||
	    read_some(clause, &g))
		found(s, &g, false);
	else if (!read_bare(s, value, behind))
		scan_unread(s, clause);
}

/* Letters up to the next figure behind the first; all of it: none is. */
static size_t to_next(const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	char after[SAID_LONG], more[SAID_LONG], other[FIGURE_LONG];
	size_t len = strlen(clause);

	if (!said_figure(clause, before, value, behind) ||
	    !said_figure(behind, more, other, after) || !strchr(more, ' ') ||
	    (*other == '1' && said_has(more, "per ")))
		return len;
	return len - strlen(behind) + strlen(more);
}

/* Bytes of what the sentence is about, and "128K" of what a length is. */
static void settle(struct scan *s, struct found *f, const char *clause)
{
	size_t digits = strspn(f->g.value, "0123456789");
	bool kilo = digits > 0 && f->g.value[digits] &&
		strchr("kKM", f->g.value[digits]) && !f->g.value[digits + 1];

	bool named = said_has(clause, "ram") || said_has(clause, "memory") ||
		said_has(clause, "hbm");

	if (!f->bare && f->g.q == Q_HBM_GB && !named) {
		f->bare = !has(s, Q_KV_B_TOK);
		f->g.q = f->bare ? Q_BEFORE : Q_KV_GB;
	}
	/* beside another rate of bytes it is nobody's */
	if (!f->bare && f->g.q == Q_HBM_TB_S && !named &&
	    !said_has(clause, "bandwidth") &&
	    (has(s, Q_NVLINK_GB_S) || has(s, Q_NIC_GB_S))) {
		f->bare = true;
		f->g.q = Q_BEFORE;
	}
	if (f->bare && kilo && !*f->g.unit && (has(s, Q_KV_GB) ||
	    has(s, Q_KV_B_TOK) || said_has(clause, "context"))) {
		f->g.q = Q_CTX;
		f->bare = false;
	}
}

static void read_clause(struct scan *s, const char *text, bool result)
{
	static const char each[] = " each";
	char clause[SAID_LONG];
	size_t n = strlen(text), k = strlen(each), letters;
	struct given g;
	bool one = n > k && near_same(text + n - k, each);
	bool way = *text == *WAY;
	int from = s->nr;

	said_copy(clause, sizeof(clause), text + way, (one ? n - k : n) - way);
	if (!read_part_of(s, clause) && !read_several(s, s->name, clause) &&
	    !read_lengths(s, clause))
		for (const char *at = clause; *at; at += letters) {
			char part[SAID_LONG];

			letters = to_next(at);
			said_copy(part, sizeof(part), at, letters);
			read_one(s, part);
		}
	for (int i = from; i < s->nr; i++) {
		if (one)
			of_each(s, &s->found[i].g);
		settle(s, &s->found[i], clause);
		s->found[i].set = result;
		s->found[i].way = way;
		s->found[i].all = said_has(clause, "total");
	}
	if (s->nr == from && phrase_item(clause, &g))
		found(s, &g, false);	/* "it does not fit" */
	else if (s->nr == from)
		scan_unread(s, clause);
	remember(s, clause);
}

/* Blanks and signs at the end. */
static void blanks_off(char *s)
{
	size_t n = strlen(s);

	while (n > 0 && strchr(" \t,.;:", s[n - 1]))
		n--;
	s[n] = '\0';
}

static void read_clauses(struct scan *s, const char *text)
{
	char clause[SAID_LONG];
	const char *from = text, *before = "";

	for (const char *at = text;; at++) {
		size_t n = *at ? ends_here(at) : 0;

		if (*at && n == 0)
			continue;
		said_copy(clause, sizeof(clause), from, (size_t)(at - from));
		blanks_off(clause);
		if (*clause)
			read_clause(s, clause + strspn(clause, " "),
				    is_result(before));
		if (!*at)
			return;
		before = at;
		from = at + n;
		at = from - 1;
	}
}

bool scan_read(struct phrase *p, const char *text)
{
	struct scan s = { .nr = 0, .p = p };
	char plain[SAID_LONG];

	assert(p && text && strlen(text) < SAID_LONG);
	naming_ways(text, plain, sizeof(plain));
	s.priced = said_has(text, "per million") || said_has(text, "per 1M") ||
		said_has(text, "/M");
	s.counted = strpbrk(p->hw, "0123456789") == p->hw && *p->hw;
	read_clauses(&s, plain);
	return sides_write(&s);
}
