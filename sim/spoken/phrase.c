#include "spoken/phrase.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "words/item.h"
#include "words/money.h"
#include "spoken/naming.h"
#include "spoken/reworded.h"
#include "spoken/scan.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- several ---- */

enum {
	ITEMS = 8,	/* size: figures of a sentence */
	BREAKS = 10	/* size: words between them, of which any may be none */
};

enum { PARTS = 80 /* size: of a sentence, from any break to any */ };

/* A part's item is the same however the rest is read. */
struct parts {
	struct part {
		size_t from, letters;
		bool read;
		struct given g;
	} part[PARTS];
	int nr;
	const char *text;	/* all of it */
};

struct reading {
	struct given item[ITEMS];
	bool result[ITEMS];	/* "gives": it follows from the others */
	int nr;
	bool counted;		/* hardware is */
	char note[128];		/* size: phrase's */
};

/* Words that stand between items; the last of them before a result. */
static const char *const between[] = { ";", ", ", " at ", " with ", " for ",
	" and ", " on ", " using ", " when ", " while ", " i.e. ", " (",
	" in ", " under ", " from ", " out of ", " means ", " gives ",
	" give ", " makes ", " make ", " yields ", " equals ", " cost " };
enum { RESULTS = 7 };	/* size: the last of them */

/* Where the next begins that one of them separates, from `from` on; its
   letters. */
static const char *next_break(const char *from, size_t *letters)
{
	for (const char *s = from; *s; s++)
		for (int i = 0; i < NR(between); i++)
			if (near_begins(s, between[i])) {
				*letters = strlen(between[i]);
				return s;
			}
	return NULL;
}

static int breaks_in(const char *text)
{
	size_t letters;
	int nr = 0;

	for (const char *s = next_break(text, &letters); s;
	     s = next_break(s + letters, &letters))
		nr++;
	return nr;
}

static bool is_result(const char *word)
{
	for (int i = NR(between) - RESULTS; i < NR(between); i++)
		if (near_begins(word, between[i]))
			return true;
	return false;
}

static bool keep(struct reading *r, const struct given *g, const char *word)
{
	if (r->nr == ITEMS)
		return false;
	r->result[r->nr] = is_result(word);
	r->item[r->nr++] = *g;
	return true;
}

static bool counts(const struct reading *r, enum quantity q)
{
	for (int i = 0; i < r->nr; i++)
		if (r->item[i].q == q)
			return true;
	return false;
}

/* "64 users at 30 tok/s each": of one of what was counted before. */
static void of_each(const struct reading *r, struct given *g)
{
	static const struct { enum quantity all, of, one; } ones[] = {
		{ Q_TOK_S_TOTAL, Q_CONCURRENCY, Q_TOK_S_USER },
		{ Q_TOK_S_TOTAL, Q_GPUS, Q_TOK_S_GPU },
		{ Q_USD_PER_HOUR, Q_GPUS, Q_USD_PER_GPU_HOUR },
		{ Q_SYSTEM_W, Q_GPUS, Q_GPU_W } };

	for (int i = 0; i < NR(ones); i++)
		if (g->q == ones[i].all && (counts(r, ones[i].of) ||
		    (r->counted && ones[i].of == Q_GPUS))) {
			g->q = ones[i].one;
			return;
		}
}

/* "from 20 to 60 tok/s", of a ratio: before and after. */
static bool from_to(struct reading *r, const char *word, const char *part)
{
	struct given g = { Q_BEFORE, "", "" };
	int from = near_begins(part, "from ");
	const char *to;

	part += from;
	for (to = part; *to && !near_begins(to, " to "); to++)
		;
	if ((from == 0 && !near_begins(word, " from ")) || !*to ||
	    r->nr == 0 ||
	    quantity_kind(r->item[r->nr - 1].q) != K_SHARE)
		return false;
	said_copy(g.value, sizeof(g.value), part, (size_t)(to - part));
	if (!said_is(g.q, g.value, "") || !keep(r, &g, ""))
		return false;
	g.q = Q_AFTER;
	to += strlen(" to ");
	said_copy(g.value, sizeof(g.value), to, strlen(to));
	return said_is(g.q, g.value, "") && keep(r, &g, "");
}

/* "for a single user": one request. */
static bool is_single(struct reading *r, const char *part)
{
	static const char *const ones[] = { "single user", "a single user",
		"one user", "a single request", "a single stream",
		"single stream", "one request" };
	struct given g = { Q_CONCURRENCY, "1", "" };

	for (int i = 0; i < NR(ones); i++)
		if (near_same(part, ones[i]))
			return keep(r, &g, "");
	return false;
}

/* Words without a figure are told that they are not read. */
static bool is_aside(struct reading *r, const char *part)
{
	size_t at = strlen(r->note);

	if (strpbrk(part, "0123456789"))
		return false;
	return !*part || snprintf(r->note + at, sizeof(r->note) - at, "%s%s",
			at ? ", " : "", part) < (int)(sizeof(r->note) - at);
}

/* Some bytes of the sentence. */
struct span {
	const char *text;
	size_t letters;
};

/* The item of a part, text's n bytes from `from`, cut at its ends. */
static bool item_of(struct parts *all, size_t from, const char *part,
		    struct given *g)
{
	size_t n = strlen(part);
	struct part *p;

	for (int i = 0; i < all->nr; i++) {
		p = &all->part[i];
		if (p->from != from || p->letters != n)
			continue;
		*g = p->g;
		return p->read;
	}
	if (all->nr == PARTS)
		return phrase_item(part, g);
	p = &all->part[all->nr++];
	*p = (struct part){ .from = from, .letters = n };
	p->read = phrase_item(part, &p->g);
	*g = p->g;
	return p->read;
}

static bool read_part(struct parts *all, struct reading *r, const char *word,
		      struct span at)
{
	char part[SAID_LONG];
	static const char each[] = " each";
	size_t n = at.letters, k = strlen(each), letters;
	struct given g;
	bool one;

	said_copy(part, sizeof(part), at.text, n);
	one = n > k && near_begins(part + n - k, each);
	said_cut(part);
	if (from_to(r, word, part))
		return true;
	if (item_of(all, (size_t)(at.text - all->text), part, &g)) {
		if (one)
			of_each(r, &g);
		return keep(r, &g, word);
	}
	return !next_break(part, &letters) &&
	       (is_single(r, part) || is_aside(r, part));
}

static bool read_from(struct parts *, struct reading *, const char *text,
		      const char *word);

/* What stands up to the break is read, and then the rest. */
static bool read_to(struct parts *all, struct reading *r, struct span at,
		    const char *word)
{
	struct reading was = *r;
	size_t letters = 0;
	const char *end = at.text + at.letters;
	const char *next = *end ? next_break(end, &letters) : NULL;

	if (read_part(all, r, word, at) &&
	    (!next || read_from(all, r, next + letters, next)))
		return true;
	*r = was;
	return false;
}

static bool read_from(struct parts *all, struct reading *r, const char *text,
		      const char *word)
{
	size_t letters = 0;

	text += strspn(text, " \t");
	if (!*text ||
	    read_to(all, r, (struct span){ text, strlen(text) }, word))
		return true;
	for (const char *at = next_break(text, &letters); at;
	     at = next_break(at + letters, &letters))
		if (read_to(all, r, (struct span){ text, (size_t)(at - text) },
			    word))
			return true;
	return false;
}

/* A rate beside one answer's length and time is that of one. */
static void meant(struct reading *r)
{
	for (int i = 0; i < r->nr; i++)
		if (r->item[i].q == Q_TOK_S_TOTAL && counts(r, Q_E2E_MS) &&
		    counts(r, Q_OSL) && !counts(r, Q_CONCURRENCY))
			r->item[i].q = Q_TOK_S_USER;
}

/* The claim: what follows, or the first that is no condition, or the first. */
static int claimed(const struct reading *r)
{
	for (int i = 0; i < r->nr; i++)
		if (r->result[i])
			return i;
	for (int i = 0; i < r->nr; i++)
		if (!said_is_set(r->item[i].q))
			return i;
	return 0;
}

static bool write_out(const struct reading *r, struct phrase *p)
{
	int own = claimed(r), at = 0;

	for (int i = 0; i < r->nr; i++) {
		const struct given *g = &r->item[i];
		size_t left = sizeof(p->given) - (size_t)at;

		if (i == own)
			continue;
		at += snprintf(p->given + at, left, "%s%s=%s%s%s", at ? "; " :
			       "", quantity_name(g->q), g->value,
			       *g->unit ? " " : "", g->unit);
		if (at >= (int)sizeof(p->given))
			return false;
	}
	snprintf(p->metric, sizeof(p->metric), "%s",
		 quantity_name(r->item[own].q));
	snprintf(p->value, sizeof(p->value), "%s", r->item[own].value);
	snprintf(p->unit, sizeof(p->unit), "%s", r->item[own].unit);
	snprintf(p->note, sizeof(p->note), "%s", r->note);
	return true;
}

/* Bytes a second beside those of a wire: of memory only if it is said. */
static bool is_vague_pair(enum quantity a, enum quantity b)
{
	return a == Q_HBM_TB_S && (b == Q_NVLINK_GB_S || b == Q_NIC_GB_S);
}

/* Two of one thing: of what each is, the words between say. */
static bool says_twice(const struct reading *r)
{
	for (int i = 0; i < r->nr; i++)
		for (int k = 0; k < i; k++)
			if (r->item[i].q == r->item[k].q ||
			    is_vague_pair(r->item[i].q, r->item[k].q) ||
			    is_vague_pair(r->item[k].q, r->item[i].q))
				return true;
	return false;
}

/* A list of items, with words between them and nothing else. */
static bool read_list(struct phrase *p, const char *text,
		      const struct phrase *names)
{
	struct reading r = { .counted = isdigit((unsigned char)*names->hw) };
	struct parts all;

	all.nr = 0;
	all.text = text;
	*p = (struct phrase){ .metric = "" };
	if (breaks_in(text) > BREAKS || !read_from(&all, &r, text, "") ||
	    r.nr == 0)
		return false;
	meant(&r);
	return !says_twice(&r) && write_out(&r, p);
}

static void add(char *to, size_t size, const char *what)
{
	if (!*to)
		snprintf(to, size, "%s", what);
}

/* What a list of items has not said itself. */
static void add_names(struct phrase *p, const struct phrase *names)
{
	size_t at = strlen(p->given);

	add(p->hw, sizeof(p->hw), names->hw);
	add(p->weights, sizeof(p->weights), names->weights);
	add(p->model, sizeof(p->model), names->model);
	add(p->stack, sizeof(p->stack), names->stack);
	if (*names->given)
		snprintf(p->given + at, sizeof(p->given) - at, "%s%s",
			 at ? "; " : "", names->given);
}

static int too_long(struct fault *why)
{
	fault_what(why, "the claim is longer than %d letters",
		   SAID_LONG - 1);
	return fault_remedy(why, "give its figures alone, or as a row of a "
			    "file");
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

/*
 * "Concurrency: 10, TPOT (ms): 81.2, Output throughput (tok/s): 93.1", as
 * benchmark scripts print: the last is the claim. False: it is no such list.
 */
static bool read_lines(struct phrase *p, const char *text)
{
	struct reading r = { .nr = 0 };
	char line[SAID_LONG];
	int lines = 0;

	for (const char *s = text; *s; s += strspn(s, ",;| \n")) {
		const char *item = line;
		size_t n = line_length(s);
		struct given g;
		struct fault no;

		said_copy(line, sizeof(line), s, n);
		s += n;
		if (!strstr(line, ": "))
			return false;
		lines++;
		if (quantity_item(&item, &g, &no) == 0) {
			if (!keep(&r, &g, ""))
				return false;
		} else if (!is_aside(&r, line)) {
			return false;
		}
	}
	*p = (struct phrase){ .metric = "" };
	return lines > 1 && r.nr > 1 && write_out(&r, p);
}

static int read_any(struct phrase *p, const char *text, struct fault *why)
{
	char plain[SAID_LONG];
	struct phrase names = { .metric = "" }, other;
	bool list;

	if (strlen(text) >= SAID_LONG)
		return too_long(why);
	naming_take(text, plain, sizeof(plain), &names);
	if (read_lines(p, plain)) {
		add_names(p, &names);
		return 0;
	}
	list = read_list(p, plain, &names);
	if (list)
		add_names(p, &names);
	if (list && !*p->note)
		return 0;
	other = names;
	if (scan_read(&other, plain)) {
		*p = other;
		return 0;
	}
	if (list)
		return 0;
	fault_what(why, "\"%.80s\" is no claim that can be read", text);
	return fault_remedy(why, "write a figure and its unit, as 'over 250 "
			    "tokens per second per user' or 'TTFT under 500 "
			    "ms', or name=value unit; deeproof check "
			    "--vocabulary lists the names");
}

/* "During prefill", and nothing of output: its rates are those of prompts. */
static void of_prompts(struct phrase *p, const char *text)
{
	static const char *const rates[] = { "tok_s_total", "tok_s_gpu",
		"tok_s_node" };
	char given[sizeof(p->given)], metric[sizeof(p->metric)];
	struct out o = { given, 0, sizeof(given) };

	if (!said_has(text, "prefill") || said_has(text, "decod") ||
	    said_has(text, "output") || said_has(text, "generat"))
		return;
	*given = '\0';
	for (const char *s = p->given; *s; s++) {
		for (int i = 0; i < NR(rates); i++)
			if (near_begins(s, rates[i]) &&
			    (s == p->given || s[-1] == ' '))
				out_word(&o, "input_");
		out_put(&o, s, 1);
	}
	strcpy(p->given, given);
	for (int i = 0; i < NR(rates); i++)
		if (strcmp(p->metric, rates[i]) == 0) {
			snprintf(metric, sizeof(metric), "input_%s", rates[i]);
			strcpy(p->metric, metric);
			return;
		}
}

int phrase_read(struct phrase *p, const char *text, struct fault *why)
{
	bool mixed;
	int rc;

	assert(p && text && why);
	rc = read_any(p, text, why);
	if (rc == 0)
		of_prompts(p, text);
	p->money = money_of(text, &mixed);
	return rc;
}
