#include "spoken/scan.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "words/item.h"
#include "words/metric.h"
#include "spoken/clause.h"
#include "spoken/naming.h"
#include "spoken/reworded.h"
#include "claims/several.h"
#include "spoken/sides.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- sentences ---- */

/* What stands between two clauses, and what it makes of the second. */
enum link {
	LINK_NONE,
	LINK_IS,		/* its figure follows from those before, */
	LINK_SO,		/* and from no more than those */
	LINK_TIMES		/* it is of one of those before */
};

/* What is longer stands before what it begins with. */
static const struct { const char *said; enum link link; } links[] = {
	{ "; |;|, | (|) |)| - |. | i.e. | which | and | with | at | using "
	  "| when | while | but | or | in | on | for | out of | buys | takes "
	  "| / | vs | vs. | versus | against | compared to | compared with ",
	  LINK_NONE },
	{ ": | is | are | means | give | make | costs | cost ", LINK_IS },
	{ " so | that's | gives | makes | yields | equals | = | works out at ",
	  LINK_SO },
	{ " x | \xc3\x97 | times ", LINK_TIMES },
};

/* Letters of the link that s begins with. */
static size_t link_at(const char *s, enum link *link)
{
	for (int i = 0; i < NR(links); i++) {
		int n = near_any(s, links[i].said);

		if (n == 0)
			continue;
		/* "of cost is" has no verb */
		if (near_begins(s, " cost ") &&
		    !strchr("$0123456789~a", s[n]))
			continue;
		/* "$0.55 in / $2.19 out", "4K in, 1K out" are no places */
		if (near_begins(s, " in ") &&
		    (strchr("/,;", s[n]) || near_begins(s + n, "and ")))
			continue;
		*link = links[i].link;
		return (size_t)n;
	}
	return 0;
}

/* ---- one clause ---- */

/* The same figures are the same bytes, behind their ends too. */
static void found(struct scan *s, const struct given *g, bool bare)
{
	struct found *f = &s->found[s->nr];

	if (s->nr == FOUND)
		return;
	*f = (struct found){ .g = { .q = g->q }, .bare = bare };
	strcpy(f->g.value, g->value);
	strcpy(f->g.unit, g->unit);
	s->nr++;
}

/* "$2 an hour each", "40 tok/s each": of one of what was counted. */
static void of_each(const struct scan *s, struct found *f)
{
	struct given *g = &f->g;
	bool users = scan_has(s, Q_CONCURRENCY);
	bool gpus = s->counted || scan_has(s, Q_GPUS);

	if (f->bare && near_begins(g->unit, "tok") &&
	    (scan_has(s, Q_REQUESTS_PER_S) ||
	     scan_has(s, Q_REQUESTS_PER_DAY))) {
		g->q = Q_TOKENS_PER_REQUEST;
		f->bare = false;
	} else if (g->q == Q_TOK_S_TOTAL && users)
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
	struct several all;
	struct given g;

	if (!several_read(&all, name, clause, ""))
		return false;
	for (int k = 0; k < all.nr; k++) {
		if (!several_item(&all.said[k], &g))
			return false;
		found(s, &g, false);
	}
	return true;
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
		said |= near_has(clause, words[i]);
	said |= strpbrk(value, "kK") && strpbrk(behind, "kK");
	snprintf(value + strlen(value), sizeof(value) - strlen(value), "%.*s",
		 (int)(1 + strcspn(behind + 1, " ")), behind);
	return said && read_several(s, "ISL/OSL", value);
}

/* A clause with one figure in it. */
static void read_one(struct scan *s, const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	struct given g;

	if (!said_figure(clause, before, value, behind))
		return;
	if (clause_read(s, clause, &g))
		found(s, &g, false);
	else
		read_bare(s, value, behind);
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
	n += n > 0 ? near_begins(behind + n, "the ") : 0;
	if (n == 0 || !said_figure(behind + n, before, other, rest) ||
	    *before)
		return false;
	s->parts = read_bare(s, value, "") && read_bare(s, other, "");
	return s->parts;
}

/* Letters up to the next figure behind the first; all of it: none is. */
static size_t to_next(const char *clause)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	char after[SAID_LONG], more[SAID_LONG], other[FIGURE_LONG];
	size_t len = strlen(clause);

	if (!said_figure(clause, before, value, behind) ||
	    !said_figure(behind, more, other, after) || !strchr(more, ' ') ||
	    (*other == '1' && near_has(more, "per ")))
		return len;
	return len - strlen(behind) + strlen(more);
}

/* "Under 64 users": so many of them. */
static void under_load(struct given *g)
{
	size_t n = (size_t)near_begins(g->value, "under ");

	if (g->q == Q_CONCURRENCY && n > 0)
		memmove(g->value, g->value + n, strlen(g->value + n) + 1);
}

/* Bytes of what the sentence is about, and "128K" of what a length is. */
static void settle(struct scan *s, struct found *f, const char *clause)
{
	size_t digits = strspn(f->g.value, "0123456789");
	bool kilo = digits > 0 && f->g.value[digits] &&
		strchr("kKM", f->g.value[digits]) && !f->g.value[digits + 1];

	bool named = near_has(clause, "ram") || near_has(clause, "memory") ||
		near_has(clause, "hbm");

	if (!f->bare && f->g.q == Q_HBM_GB && !scan_has(s, Q_KV_B_TOK) &&
	    (near_has(clause, "need") ||
	    near_has(clause, "require") || near_has(clause, "takes"))) {
		f->g.q = Q_WEIGHTS_GB;
		return;
	}
	if (!f->bare && f->g.q == Q_HBM_GB && !named) {
		f->bare = !scan_has(s, Q_KV_B_TOK);
		f->g.q = f->bare ? Q_BEFORE : Q_KV_GB;
	}
	/* beside another rate of bytes it is nobody's */
	if (!f->bare && f->g.q == Q_HBM_TB_S && !named &&
	    !near_has(clause, "bandwidth") &&
	    (scan_has(s, Q_NVLINK_GB_S) || scan_has(s, Q_NIC_GB_S))) {
		f->bare = true;
		f->g.q = Q_BEFORE;
	}
	if (f->bare && kilo && !*f->g.unit && (scan_has(s, Q_KV_GB) ||
	    scan_has(s, Q_KV_B_TOK) || near_has(clause, "context"))) {
		f->g.q = Q_CTX;
		f->bare = false;
	}
}

static void read_clause(struct scan *s, const char *text, enum link link)
{
	static const char each[] = " each";
	char clause[SAID_LONG];
	size_t n = strlen(text), k = strlen(each), letters;
	struct given g;
	bool last = n > k && near_same(text + n - k, each);
	bool one = last || link == LINK_TIMES;
	bool way = *text == *WAY;
	int from = s->nr;

	said_copy(clause, sizeof(clause), text + way, (last ? n - k : n) - way);
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
			of_each(s, &s->found[i]);
		under_load(&s->found[i].g);
		settle(s, &s->found[i], clause);
		s->found[i].derived = link == LINK_SO && from > 0;
		s->found[i].set = s->found[i].derived ||
			(link == LINK_IS && from > 0);
		s->found[i].way = way && i == from;
		s->found[i].cost = near_has(clause, "cost");
		s->found[i].all = near_has(clause, "total");
	}
	if (s->nr == from && *said_less(clause) && phrase_item(clause, &g))
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
	enum link before = LINK_NONE, link = LINK_NONE;
	char clause[SAID_LONG];
	size_t n;

	for (const char *from = text, *at = text; ; at++) {
		n = *at ? link_at(at, &link) : 0;
		if (*at && n == 0)
			continue;
		said_copy(clause, sizeof(clause), from, (size_t)(at - from));
		blanks_off(clause);
		if (*clause)
			read_clause(s, clause + strspn(clause, " "), before);
		if (!*at)
			return;
		before = link;
		from = at + n;
		at = from - 1;
	}
}

/* Where an item of a list of lines ends: ", " behind which a name begins. */
static size_t line_length(const char *s)
{
	for (const char *at = s; *at; at++)
		if (strchr(";|\n", *at) ||
		    (near_begins(at, ", ") && isalpha((unsigned char)at[2])))
			return (size_t)(at - s);
	return strlen(s);
}

bool scan_lines(struct phrase *p, const char *text)
{
	struct phrase lines = *p;
	struct scan s = { .p = &lines };
	char line[SAID_LONG];

	assert(p && text && strlen(text) < SAID_LONG);
	for (const char *at = text; *at; at += strspn(at, ",;| \n")) {
		const char *item = line;
		size_t n = line_length(at);
		struct given g;
		struct fault no;

		said_copy(line, sizeof(line), at, n);
		at += n;
		if (!strstr(line, ": "))
			return false;
		if (quantity_item(&item, &g, &no) == 0)
			found(&s, &g, false);
		else if (strpbrk(line, "0123456789"))
			return false;
		else
			scan_unread(&s, line);
	}
	if (s.nr < 2 || !sides_write(&s))
		return false;
	*p = lines;
	return true;
}

bool scan_item(struct phrase *p, const char *text)
{
	struct scan s = { .p = p };
	char item[SAID_LONG];
	struct given g;

	assert(p && text && strlen(text) < SAID_LONG);
	said_copy(item, sizeof(item), text, strlen(text));
	blanks_off(item);
	said_cut(item);
	if (!phrase_item(item + strspn(item, "; "), &g))
		return false;
	found(&s, &g, false);
	return sides_write(&s);
}

bool scan_read(struct phrase *p, const char *text)
{
	struct scan s = { .nr = 0, .p = p };
	char plain[SAID_LONG];

	assert(p && text && strlen(text) < SAID_LONG);
	reworded_ways(text, plain, sizeof(plain));
	s.priced = near_has(text, "per million") || near_has(text, "per 1M") ||
		near_has(text, "/M");
	s.prompts = near_has(text, "prefill") && !near_has(text, "decod") &&
		!near_has(text, "output") && !near_has(text, "generat");
	s.counted = strpbrk(p->hw, "0123456789") == p->hw && *p->hw;
	read_clauses(&s, plain);
	return sides_write(&s);
}
