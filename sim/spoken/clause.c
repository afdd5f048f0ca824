#include "spoken/clause.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "words/item.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

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

/* Words of a change: what of them a figure in x or % is. */
static bool read_change(const struct scan *s, const char *clause,
			struct given *g)
{
	bool less = near_has(clause, "less|lower|cheaper|reduc|off|sav|drop|"
		"cut|fewer|smaller|decrease|down|shrink|slash");
	bool more = near_has(clause, "more|higher|faster|up|increase|gain|"
		"improve|boost|better|rise|jump|uplift|dearer|expensive|"
		"pricier|+");
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	bool part;

	if (!said_figure(clause, before, value, behind))
		return false;
	part = *behind == '%';
	if (!part && !near_any(behind, "x|\xc3\x97|times"))
		return false;
	if (part && near_has(clause, "cache| hit")) {
		g->q = Q_CACHE_HIT;
		snprintf(g->value, sizeof(g->value), "%s", value);
		snprintf(g->unit, sizeof(g->unit), "%%");
		return said_is(g->q, g->value, g->unit);
	}
	if (part && !less && !more && !s->parts)
		return false;	/* of what, is not said */
	g->q = !part ? Q_SPEEDUP_X : less ? Q_CHANGE_PCT : more ?
		Q_INCREASE_PCT : Q_PART;
	snprintf(g->value, sizeof(g->value), "%s", value);
	snprintf(g->unit, sizeof(g->unit), "%s", part ? "%" : "x");
	return said_is(g->q, g->value, g->unit);
}

/* Of prompts, of what a cache has of them, or of answers; Q_NR: of neither. */
static enum quantity price_of(const char *words)
{
	if (near_has(words, "cache"))
		return near_has(words, "uncached|miss|write") ? Q_NR :
		       Q_USD_PER_MTOK_CACHED;
	return near_begins(words, "in") ? Q_USD_PER_MTOK_IN :
	       near_begins(words, "out") ? Q_USD_PER_MTOK_OUT : Q_NR;
}

/*
 * "$0.55 in", "$2.19 out per million tokens", "cached input costs $0.07": a
 * list's prices.
 */
static bool read_price(const struct scan *s, const char *value,
		       const char *behind, struct given *g)
{
	if (!strchr(value, '$') || !s->priced)
		return false;
	g->q = price_of(*behind ? behind : s->name);
	snprintf(g->value, sizeof(g->value), "%s", value);
	*g->unit = '\0';
	return g->q != Q_NR && said_is(g->q, g->value, "");
}

/* "takes 30 seconds": all of an answer, where its length is said. */
static bool read_wait(const struct scan *s, const char *value,
		      const char *behind, struct given *g)
{
	if (!scan_has(s, Q_OSL) || !(kind_factor(K_TIME, behind) > 0))
		return false;
	return said_take(g, Q_E2E_MS, value, behind);
}

/* "1,354 tok/s (169.3 per GPU)": in the unit of the rate before. */
static bool read_of_one(const struct scan *s, const char *value,
			const char *behind, struct given *g)
{
	char unit[64], text[2 * FIGURE_LONG + 64];	/* size: of cells */
	const char *rate = "";

	for (int i = 0; i < s->nr; i++)
		if (!s->found[i].bare &&
		    quantity_kind(s->found[i].g.q) == K_RATE)
			rate = s->found[i].g.unit;
	said_copy(unit, sizeof(unit), behind, strcspn(behind, ",;("));
	if (!*rate || !unit_is_of_one(unit))
		return false;
	snprintf(text, sizeof(text), "%s %s %s", value, rate, unit);
	return phrase_item(text, g);
}

/* "4K in", "input 128", "1K out": how long prompts and answers are. */
static bool read_length(const char *before, const char *value,
			const char *behind, struct given *g)
{
	const char *word = *before ? before : behind;
	bool in = near_is(word, strlen(word), "in|input|prompt");

	if (strpbrk(value, "$.%") || (*before && *behind) ||
	    (!in && !near_is(word, strlen(word), "out|output")))
		return false;
	g->q = in ? Q_ISL : Q_OSL;
	snprintf(g->value, sizeof(g->value), "%s", value);
	*g->unit = '\0';
	return said_is(g->q, g->value, "");
}

/* Its unit alone says little of what it is: bytes, of anything, a second. */
static bool is_vague(const char *clause)
{
	struct given g;

	return phrase_item(clause, &g) && (g.q == Q_HBM_TB_S ||
					   g.q == Q_HBM_GB);
}

static const char *const ranks[] = { "p50", "p90", "p95", "p99", "median",
	"mean", "average", "avg" };
static const char *const nouns[] = { "ttft", "tpot", "itl", "latency",
	"e2e" };

/* The last of them that the words have; NULL: none. */
static const char *last_of(const char *const *list, int nr, const char *words)
{
	const char *is = NULL;

	for (int i = 0; i < nr; i++)
		if (near_has(words, list[i]))
			is = list[i];
	return is;
}

/* What the last time was of that was found; else what was named before. */
static const char *noun_of(const struct scan *s)
{
	static const enum quantity first[] = { Q_TTFT_MS, Q_TPOT_MS,
		Q_STEP_MS, Q_E2E_MS }, last[] = { Q_TTFT_P99_MS,
		Q_TPOT_P99_MS, Q_STEP_MS, Q_E2E_P99_MS };

	for (int i = s->nr - 1; i >= 0; i--)
		for (int k = 0; k < NR(first); k++)
			if (!s->found[i].bare && s->found[i].g.q >= first[k] &&
			    s->found[i].g.q <= last[k])
				return nouns[k];
	return last_of(nouns, NR(nouns), s->name);
}

/* "our p50" of what "p95 TTFT" was of; the rank is among the words. */
static bool read_rank(const struct scan *s, const char *words,
		      const char *clause, struct given *g)
{
	char text[SAID_LONG + 16];	/* size: and a noun */
	const char *rank = last_of(ranks, NR(ranks), words);
	const char *noun = noun_of(s);

	if (!rank || !noun)
		return false;
	snprintf(text, sizeof(text), "%s %s %.300s", rank, noun, clause);
	return strlen(text) < SAID_LONG && phrase_item(text, g);
}

/* "P99 480 ms" behind "P50 TTFT": a rank of its own, and no name. */
static bool is_rank(const char *before)
{
	return last_of(ranks, NR(ranks), before) &&
	       !last_of(nouns, NR(nouns), before);
}

/* "96 GPUs decode": so many of them, whatever they do. */
static bool read_count(const char *value, const char *behind,
		       struct given *g)
{
	int n = near_any(behind, "GPUs |users |requests |nodes |clients |"
			 "streams |cards ");
	char text[FIGURE_LONG + 16];	/* size: and a thing */

	if (n == 0 || near_any(behind + n, "per|a"))
		return false;
	snprintf(text, sizeof(text), "%s %.*s", value, n - 1, behind);
	return phrase_item(text, g);
}

/* "improvement over" is no name of what was before; "before 20" is. */
static bool is_side(enum quantity q, const char *clause)
{
	return (q == Q_BEFORE || q == Q_AFTER || q == Q_NUMERATOR ||
		q == Q_DENOMINATOR) &&
	       !near_begins(clause, quantity_name(q));
}

bool clause_read(const struct scan *s, const char *clause, struct given *g)
{
	char before[SAID_LONG], behind[SAID_LONG], value[FIGURE_LONG];
	size_t n, first;

	assert(s && clause && g);
	n = strlen(s->name);
	first = word_end(s->name);
	if (!said_figure(clause, before, value, behind))
		return false;
	said_cut(before);
	if (is_rank(before)) {
		char figure[SAID_LONG];

		snprintf(figure, sizeof(figure), "%s %.200s", value, behind);
		if (read_rank(s, before, figure, g))
			return true;
		n = first = 0;		/* another's rank is none of its */
	}
	return read_length(before, value, behind, g) ||
	       read_price(s, value, behind, g) ||
	       read_of_one(s, value, behind, g) ||
	       read_count(value, behind, g) ||
	       (!*before && is_vague(clause) &&
		!scan_has(s, Q_KV_B_TOK) &&
		read_behind(s->name, n, clause, g)) ||
	       (phrase_item(clause, g) && !is_side(g->q, clause)) ||
	       read_behind(s->name, first, clause, g) ||
	       read_behind(s->name, n, clause, g) ||
	       read_rank(s, s->name, clause, g) ||
	       read_change(s, clause, g) ||
	       (!*before && read_wait(s, value, behind, g)) ||
	       read_some(clause, g);
}
