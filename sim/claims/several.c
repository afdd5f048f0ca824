#include "claims/several.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "words/item.h"
#include "words/metric.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- figures of a cell ---- */

/* A part of the cell with one figure in it: words, it, words. */
struct piece {
	char before[SAID_LONG], behind[SAID_LONG];
	char value[FIGURE_LONG];
	bool shares;		/* the unit of the next: "350/20 ms" */
};

struct pieces {
	struct piece piece[SEVERAL];
	int nr;
};

/* What stands between two figures; the last of them also in a unit. */
static const char *const between[] = { "; ", ", ", " and ", " with ", " at ",
	" & ", " + ", " | ", " of which ", " (", " / ", "/" };

/* "$0.55/1M tokens": what the figure is for. */
static bool is_per(const char *from, const char *s)
{
	return memchr(from, '$', (size_t)(s - from)) && *s == '/' &&
	       s[1] == '1' && isalpha((unsigned char)s[2]);
}

/* Letters of the separator that s begins with, where a figure may follow. */
static size_t separator(const char *from, const char *s)
{
	if (is_per(from, s))
		return 0;
	for (int i = 0; i < NR(between); i++) {
		size_t n = (size_t)near_begins(s, between[i]);

		/* a unit has a slash as well: "tok/s" */
		if (n == 0 || (n == 1 && !strpbrk(s + 1, "0123456789")) ||
		    (n == 1 && isalpha((unsigned char)s[1])))
			continue;
		return n;
	}
	return 0;
}

/* Between two figures stands but a slash. */
static bool shares(const char *s, size_t n)
{
	return memchr(s, '/', n) != NULL;
}

static bool piece_of(const char *text, size_t n, struct piece *p)
{
	char part[SAID_LONG];

	said_copy(part, sizeof(part), text, n);
	if (!said_figure(part, p->before, p->value, p->behind))
		return false;
	said_cut(p->before);
	return true;
}

/* Each up to the next separator that a figure stands on both sides of. */
static bool cut(const char *text, struct pieces *all)
{
	struct piece rest;
	size_t n;

	all->nr = 0;
	for (const char *from = text, *s = text; ; s++) {
		n = *s ? separator(from, s) : 0;
		if (*s && (n == 0 || s == from))
			continue;
		if (all->nr == SEVERAL)
			return false;
		if (!piece_of(from, (size_t)(s - from),
			      &all->piece[all->nr])) {
			if (!*s)
				return false;
			continue;
		}
		if (*s && !piece_of(s + n, strlen(s + n), &rest))
			continue;	/* the last has all that is left */
		all->piece[all->nr++].shares = *s && shares(s, n);
		if (!*s)
			return all->nr > 1;
		s += n - 1;
		from = s + 1;
	}
}

/* ---- a name for each ---- */

/* The n-th part of a name that is cut at slashes; false: it has none. */
static bool part_of(const char *name, int nth, char *out, size_t size)
{
	const char *end;

	for (; nth > 0; nth--) {
		name += strcspn(name, "/&+,");
		if (!*name)
			return false;
		name++;
	}
	end = name + strcspn(name, "/&+,");
	name += strspn(name, " ");
	while (end > name && end[-1] == ' ')
		end--;
	said_copy(out, size, name, end > name ? (size_t)(end - name) : 0);
	return *out;
}

static int parts_in(const char *name)
{
	int nr = 1;

	for (; *name; name++)
		nr += strchr("/&+,", *name) != NULL;
	return nr;
}

/* "Throughput (input/output)": what stands in brackets, and what does not. */
static void brackets(const char *name, char *in, char *out, size_t size)
{
	const char *open = strchr(name, '('), *shut = open ?
		strchr(open, ')') : NULL;

	*in = '\0';
	said_copy(out, size, name, open ? (size_t)(open - name) :
		  strlen(name));
	if (shut)
		said_copy(in, size, open + 1, (size_t)(shut - open - 1));
	said_cut(out);
}

/* Behind the figure the first n letters are its unit, the rest of its name. */
static bool as_unit(const struct piece *p, size_t n, const char *name,
		    struct said_cell *c)
{
	char unit[64], own[QUANTITY_UNIT], rest[SAID_LONG];	/* size: */
	enum quantity q;
	struct fault why;

	said_copy(unit, sizeof(unit), p->behind, n);
	said_cut(unit);
	if (strlen(p->behind) - n >= sizeof(rest))
		return false;
	snprintf(rest, sizeof(rest), "%s", said_less(p->behind + n));
	said_cut(rest);
	snprintf(c->metric, sizeof(c->metric), "%.31s%s%.31s%s%.31s",
		 p->before, *p->before ? " " : "", rest, *rest ? " " : "",
		 name);
	said_cut(c->metric);
	if (!*c->metric || metric_called(c->metric, *unit ? unit : c->unit,
					 &q, own, &why) < 0)
		return false;
	if (*unit)
		snprintf(c->unit, sizeof(c->unit), "%s", unit);
	else if (!*c->unit)
		snprintf(c->unit, sizeof(c->unit), "%s", own);
	snprintf(c->value, sizeof(c->value), "%s", p->value);
	return said_is(q, c->value, c->unit);
}

/* Under this name, in its own unit or else in this one. */
static bool named(const struct piece *p, const char *name, const char *unit,
		  struct said_cell *c)
{
	size_t len = strlen(p->behind);

	for (size_t n = len + 1; n-- > 0;) {
		if (n > 0 && n < len && p->behind[n] != ' ')
			continue;
		snprintf(c->unit, sizeof(c->unit), "%s", unit);
		if (as_unit(p, n, name, c))
			return true;
	}
	return false;
}

/* A piece is an item by itself: "4.8 TB/s". */
static bool by_itself(const struct piece *p, struct said_cell *c)
{
	char text[2 * SAID_LONG + 80];	/* size: a figure, and words */
	struct given g;

	snprintf(text, sizeof(text), "%s%s%s %s", p->before,
		 *p->before ? " " : "", p->value, p->behind);
	if (strlen(text) >= SAID_LONG || !phrase_item(text, &g))
		return false;
	snprintf(c->metric, sizeof(c->metric), "%s", quantity_name(g.q));
	snprintf(c->value, sizeof(c->value), "%s", g.value);
	snprintf(c->unit, sizeof(c->unit), "%s", g.unit);
	return true;
}

/* "1,500 tok/s (batch 32)" */
static bool is_set(const struct said_cell *c)
{
	char own[QUANTITY_UNIT];
	enum quantity q;
	struct fault why;

	return metric_called(c->metric, c->unit, &q, own, &why) == 0 &&
	       said_is_set(q);
}

/* Names that figures share out. */
struct shared {
	char in[SAID_LONG], out[SAID_LONG];
	int many;		/* that the name has a part for each of; or 0 */
	const char *unit;	/* of the figure that is read */
};

/* "Total / active parameters": a part, with the words that are of all. */
static bool by_part(const struct piece *p, const struct shared *s, int k,
		    struct said_cell *c)
{
	char part[64], last[64], name[2 * 64 + 1];	/* size: names */
	const char *own = *s->in ? s->in : s->out;
	const char *tail;

	if (!part_of(own, k, part, sizeof(part)) ||
	    !part_of(own, s->many - 1, last, sizeof(last)))
		return false;
	snprintf(name, sizeof(name), "%s%s%.63s", part, *s->in ? " " : "",
		 *s->in ? s->out : "");
	if (named(p, name, s->unit, c))
		return true;
	tail = strchr(last, ' ');
	if (!*s->in && tail) {
		snprintf(name, sizeof(name), "%s%s", part, tail);
		if (named(p, name, s->unit, c))
			return true;
	}
	if (*s->in || !part_of(own, 0, last, sizeof(last)))
		return false;
	last[strcspn(last, " ")] = '\0';
	snprintf(name, sizeof(name), "%s %s", last, part);
	return named(p, name, s->unit, c);
}

static bool read_one(const struct pieces *all, int k, const struct shared *s,
		     struct said_cell *c)
{
	const struct piece *p = &all->piece[k];

	if (s->many == all->nr && by_part(p, s, k, c))
		return true;
	return (k > 0 && by_itself(p, c) && is_set(c)) ||
	       named(p, s->out, s->unit, c) || by_itself(p, c);
}

/* "20,000/2,000 tok/s": the last one's is of those before; "671B/37B active"
   is not, whose figure says its own. */
static const char *shared_unit(const struct pieces *all, int k)
{
	struct figure f;

	if (*all->piece[k].behind || figure_read(&f, all->piece[k].value) ||
	    f.scaled)
		return "";
	while (k + 1 < all->nr && all->piece[k].shares)
		k++;
	return all->piece[k].behind;
}

/* "1.6T-A49B": of which so many are active. */
static void plain_active(const char *value, char *out, size_t size)
{
	const char *a = strstr(value, "-A");

	if (a && isdigit((unsigned char)a[2]))
		snprintf(out, size, "%.*s / %s active", (int)(a - value),
			 value, a + 2);
	else
		snprintf(out, size, "%s", value);
}

bool several_read(struct several *all, const char *metric, const char *value,
		  const char *unit)
{
	struct pieces pieces;
	struct shared s;
	char plain[SAID_LONG + 16];	/* size: and a few words */
	int many;

	assert(all && metric && value && unit);
	if (strlen(metric) >= SAID_LONG || strlen(value) >= SAID_LONG)
		return false;
	plain_active(value, plain, sizeof(plain));
	if (strlen(plain) >= SAID_LONG || !cut(plain, &pieces))
		return false;
	brackets(metric, s.in, s.out, sizeof(s.in));
	many = parts_in(*s.in ? s.in : s.out);
	s.many = many > 1 ? many : 0;
	for (int k = 0; k < pieces.nr; k++) {
		s.unit = *unit ? unit : shared_unit(&pieces, k);
		if (!read_one(&pieces, k, &s, &all->said[k]))
			return false;
	}
	all->nr = pieces.nr;
	return true;
}

bool several_item(const struct said_cell *c, struct given *g)
{
	char own[QUANTITY_UNIT];
	struct fault no;

	assert(c && g);
	snprintf(g->value, sizeof(g->value), "%s", c->value);
	snprintf(g->unit, sizeof(g->unit), "%s", c->unit);
	return metric_called(c->metric, c->unit, &g->q, own, &no) >= 0;
}
