#include "words/metric.h"
#include "words/item.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ask/scenario.h"
#include "base/near.h"
#include "base/text.h"
#include "claims/several.h"

static int malformed(struct fault *why, const char *item)
{
	fault_what(why, "given has \"%.40s\"", item);
	return fault_remedy(why, "write name=value unit; name=value unit");
}

/* From s to end into out, blanks at both ends left away. -1: too long. */
static int word(const char *s, const char *end, char *out, size_t size)
{
	while (s < end && *s == ' ')
		s++;
	while (end > s && end[-1] == ' ')
		end--;
	if ((size_t)(end - s) >= size)
		return -1;
	memcpy(out, s, (size_t)(end - s));
	out[end - s] = '\0';
	return 0;
}

/* Where the name ends: a sign of what it is. */
static size_t name_length(const char *s)
{
	return strcspn(s, ";=:<>~\xe2");
}

/* "64 concurrent users": no sign stands between a name and a figure. */
static bool as_said(const char *s, const char *end, struct given *g)
{
	char text[128];		/* size: an item */

	return s + strcspn(s, ";=:") == end && !word(s, end, text,
		sizeof(text)) && phrase_item(text, g);
}

/*
 * A name, of several words too, then = or a bound's sign, which belongs to the
 * value; then all up to the next semicolon.
 */
int quantity_item(const char **text, struct given *g, struct fault *why)
{
	const char *s = *text + strspn(*text, " "), *from = s, *to = s, *end;
	char name[64];		/* size: a quantity */

	assert(*text);
	end = s + strcspn(s, ";");
	*text = end;
	to += name_length(s);
	if (as_said(s, end, g))
		return 0;
	if (word(s, to, name, sizeof(name)) || !*name)
		return malformed(why, from);
	if (*to == '=' || *to == ':')
		to++;
	else if (!strchr("<>~\xe2", *to) || !*to)
		return malformed(why, from);
	if (word(to, end, g->value, sizeof(g->value)) || !*g->value)
		return malformed(why, from);
	return metric_called(name, figure_unit(g->value), &g->q, g->unit,
			     why) < 0 ? -1 : 0;
}

/* A rate or a number of none: nothing is asked, and nothing follows. */
static bool nothing(enum quantity q, const struct amount *a)
{
	enum kind kind = quantity_kind(q);

	return !(a->value > 0) && q != Q_FITS &&
	       (kind == K_RATE || kind == K_DAILY || kind == K_HZ ||
		kind == K_COUNT || kind == K_B || kind == K_BPS ||
		kind == K_FLOPS || kind == K_PARAMS || kind == K_CHARS);
}

/* A figure of it; once more, it is kept beside. */
static int keep(struct stated *all, const struct given *from,
		struct fault *why)
{
	struct given g = *from;
	struct written w = { g.value, g.unit, NULL };
	struct amount a;

	if (quantity_amount(g.q, &w, &a, why))
		return -1;
	g.q = quantity_meant(g.q, &w, &a);
	if (nothing(g.q, &a)) {
		fault_what(why, "%s is 0, and nothing follows from none",
			   quantity_name(g.q));
		return fault_remedy(why, "write what it is, or leave it away");
	}
	if (!all->first.of[g.q].known) {
		all->first.of[g.q] = a;
	} else {
		all->thrice[g.q] = all->again.of[g.q].known;
		all->again.of[g.q] = a;
	}
	return 0;
}

/* "ISL/OSL=1k/1k", "P50/P99 TTFT: 200/450 ms". */
static int keep_several(struct stated *all, const char *from, const char *end,
			struct fault *why)
{
	const char *to = from + name_length(from);
	char name[64], value[64];	/* size: of cells */
	struct several several;
	struct given g;

	if (to >= end || word(from, to, name, sizeof(name)) ||
	    word(to + 1, end, value, sizeof(value)) ||
	    !several_read(&several, name, value, ""))
		return -1;
	for (int k = 0; k < several.nr; k++)
		if (!several_item(&several.said[k], &g) || keep(all, &g, why))
			return -1;
	return 0;
}

/* Two of them may be what a comparison compares. */
static void side(struct stated *all, const char *from, const char *end)
{
	char value[64];		/* size: a figure */
	struct written w = { value, "", NULL };
	struct amount a;
	struct fault no;

	if (word(from, end, value, sizeof(value)) ||
	    quantity_amount(Q_BEFORE, &w, &a, &no))
		return;
	if (all->sides < 2)
		all->side[all->sides] = a;
	all->sides++;
}

/* A name that is none, nor nearly: what it says is left, and said to be. */
static bool left_unread(struct stated *all, const char *from, const char *end)
{
	size_t n = (size_t)(end - from);
	const char *to = from + name_length(from);
	char name[64];		/* size: a quantity */

	while (n > 0 && from[n - 1] == ' ')
		n--;
	if (to >= end || !strchr("=:", *to) ||
	    word(from, to, name, sizeof(name)) || !*name ||
	    quantity_near(name) || scenario_column_find(name) >= 0)
		return false;
	side(all, to + 1, end);
	text_list(all->unread, sizeof(all->unread), "; ", "%.*s", (int)n,
		  from);
	return true;
}

/*
 * "from=$4; to=$1", "without: 20; with: 30": before and after; "cost=$4" beside
 * what is earned, of the same time.
 */
static bool as_side(const char *from, const char **end, struct given *g,
		    bool earned)
{
	static const struct { const char *names; enum quantity q; } sides[] = {
		{ "cost|costs|expenses", Q_USD_PER_DAY },
		{ "price", Q_REVENUE_DAY },
		{ "from|was|prior|without|start", Q_BEFORE },
		{ "to|now|current|with|end", Q_AFTER } };
	const char *to = from + name_length(from);
	const char *stop = from + strcspn(from, ";");
	char name[64];		/* size: a quantity */

	if (to >= stop || !strchr("=:", *to) ||
	    word(from, to, name, sizeof(name)))
		return false;
	for (unsigned i = 0; i < sizeof(sides) / sizeof(*sides); i++) {
		if (!near_is(name, strlen(name), sides[i].names) ||
		    ((sides[i].q == Q_USD_PER_DAY ||
		      sides[i].q == Q_REVENUE_DAY) && !earned))
			continue;
		g->q = sides[i].q;
		*g->unit = '\0';
		*end = stop;
		return word(to + 1, stop, g->value, sizeof(g->value)) == 0;
	}
	return false;
}

/* Of what all of it is about: of gains, a cost is no side of a comparison. */
static bool is_earned(const char *text)
{
	return near_has(text, "revenue|profit|income|margin|markup") ||
	       (near_has(text, "price=") && near_has(text, "cost="));
}

static int item(const char **s, struct stated *all, const char *text,
		struct fault *why)
{
	const char *from = *s + strspn(*s, " ");
	struct fault no;
	struct given g;

	if (as_side(from, s, &g, is_earned(text)) ||
	    quantity_item(s, &g, why) == 0)
		return keep(all, &g, why) ? keep_several(all, from, *s, &no) :
		       0;
	return keep_several(all, from, *s, &no) == 0 ||
	       left_unread(all, from, *s) ? 0 : -1;
}

int quantity_given(const char *text, struct stated *all, struct fault *why)
{
	const char *s = text;

	assert(text && all);
	while (*(s += strspn(s, " "))) {
		if (item(&s, all, text, why))
			return -1;
		if (*s == ';')
			s++;
	}
	return 0;
}
