#include "claims/metric.h"
#include "claims/item.h"

#include <assert.h>
#include <string.h>

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

static int item(const char **s, struct amounts *all, struct fault *why)
{
	struct given g;
	struct written w = { g.value, g.unit, NULL };
	struct amount a;

	if (quantity_item(s, &g, why) || quantity_amount(g.q, &w, &a, why))
		return -1;
	g.q = quantity_meant(g.q, &w, &a);
	if (all->of[g.q].known) {
		fault_what(why, "given has %s twice", quantity_name(g.q));
		return fault_remedy(why, "give it once");
	}
	all->of[g.q] = a;
	if (!nothing(g.q, &a))
		return 0;
	fault_what(why, "%s is 0, and nothing follows from none",
		   quantity_name(g.q));
	return fault_remedy(why, "write what it is, or leave it away");
}

int quantity_given(const char *text, struct amounts *all, struct fault *why)
{
	const char *s = text;

	assert(text && all);
	while (*(s += strspn(s, " "))) {
		if (item(&s, all, why))
			return -1;
		if (*s == ';')
			s++;
	}
	return 0;
}
