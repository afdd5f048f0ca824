#include "claims/sides.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"

void scan_unread(struct scan *s, const char *words)
{
	size_t at = strlen(s->p->note);

	assert(words);
	if (*words)
		snprintf(s->p->note + at, sizeof(s->p->note) - at, "%s%s",
			 at ? ", " : "", words);
}

static bool compares(enum quantity q)
{
	return q == Q_SPEEDUP_X || q == Q_RATIO || q == Q_PART ||
	       q == Q_COST_RATIO || q == Q_CHEAPER_X || q == Q_SAVINGS_PCT ||
	       q == Q_CHANGE_PCT || q == Q_INCREASE_PCT;
}

/* Two of one thing, or two of nothing that is known in units alike. */
static bool are_alike(const struct found *a, const struct found *b)
{
	bool money = strchr(a->g.value, '$') && strchr(b->g.value, '$');

	if (b->way && !said_is_set(b->g.q))
		return true;
	if (!a->bare && !b->bare)	/* "from 1.5k to 2.2k tok/s/GPU" */
		return !said_is_set(a->g.q) && (a->g.q == b->g.q ||
			(!*a->g.unit && quantity_kind(a->g.q) ==
			 quantity_kind(b->g.q)));
	if (a->bare && b->bare)
		return money || near_same(a->g.unit, b->g.unit) ||
		       !*a->g.unit;
	/* "from 54k to 2.7M tok/s": the second has the name of both */
	if (money && !*(a->bare ? a : b)->g.unit)
		return true;
	return a->bare && !*a->g.unit && !compares(b->g.q) &&
	       !said_is_set(b->g.q);
}

static void drop(struct scan *s, int i)
{
	s->nr--;
	memmove(&s->found[i], &s->found[i + 1],
		(size_t)(s->nr - i) * sizeof(*s->found));
}

/* Nothing but what compares them stands between. */
static bool is_before(const struct scan *s, int a, int b, int own)
{
	return b == a + 1 || (b == a + 2 && own == a + 1 && s->nr > b);
}

/* The figure that compares, and the two that it does: its number, or -1. */
static int sides(struct scan *s, int *a, int *b)
{
	int own = -1;

	for (int i = 0; i < s->nr && own < 0; i++)
		if (!s->found[i].bare && compares(s->found[i].g.q))
			own = i;
	for (*a = 0; own >= 0 && *a < s->nr; ++*a)
		for (*b = *a + 1; *b < s->nr; ++*b)
			if (*a != own && *b != own &&
			    (!s->found[*b].way || is_before(s, *a, *b, own)) &&
			    are_alike(&s->found[*a], &s->found[*b]))
				return own;
	return -1;
}

static bool add_given(struct phrase *p, const char *name,
		      const struct given *g)
{
	size_t at = strlen(p->given);

	return snprintf(p->given + at, sizeof(p->given) - at, "%s%s=%s%s%s",
			at ? "; " : "", name, g->value, *g->unit ? " " : "",
			g->unit) < (int)(sizeof(p->given) - at);
}

/* A range is one figure to those that read it: "from 1.5k to 2.2k tok/s". */
static void write_sides(struct scan *s, int own)
{
	struct given a, b;
	int i, k;

	if (own != sides(s, &i, &k))
		return;
	a = s->found[i].g;
	b = s->found[k].g;
	if (!*a.unit)
		snprintf(a.unit, sizeof(a.unit), "%s", b.unit);
	add_given(s->p, quantity_name(Q_BEFORE), &a);
	add_given(s->p, quantity_name(Q_BEFORE), &b);
	drop(s, k);
	drop(s, i);
}

/* The claim: what compares two others; what follows; what is not set. */
static int claimed(const struct scan *s, int own)
{
	if (own >= 0)
		return own;
	for (int i = s->nr - 1; i >= 0; i--)
		if (s->found[i].set && !s->found[i].bare)
			return i;
	for (int i = 0; i < s->nr; i++)
		if (!s->found[i].bare && !said_is_set(s->found[i].g.q))
			return i;
	for (int i = 0; i < s->nr; i++)
		if (!s->found[i].bare)
			return i;
	return -1;
}

/* "1,454 tok/s generated, 7,270 total": prompts and answers. */
static void totals(struct scan *s)
{
	int rates = 0, all = -1;

	for (int i = 0; i < s->nr; i++) {
		bool rate = !s->found[i].bare &&
			s->found[i].g.q == Q_TOK_S_TOTAL;

		rates += rate;
		if (rate && s->found[i].all)
			all = i;
	}
	if (rates > 1 && all >= 0)
		s->found[all].g.q = Q_ALL_TOK_S_TOTAL;
}

bool sides_write(struct scan *s)
{
	struct phrase *p = s->p;
	int a, b, own;
	const struct given *g;
	struct given of;

	assert(s && s->nr <= FOUND && p);
	totals(s);
	own = claimed(s, sides(s, &a, &b));
	if (own < 0)
		return false;
	of = s->found[own].g;
	write_sides(s, own);
	for (int i = 0; i < s->nr; i++) {
		g = &s->found[i].g;
		if (s->found[i].bare)
			scan_unread(s, g->value);
		else if (memcmp(g, &of, sizeof(of)))
			add_given(p, quantity_name(g->q), g);
	}
	snprintf(p->metric, sizeof(p->metric), "%s", quantity_name(of.q));
	snprintf(p->value, sizeof(p->value), "%s", of.value);
	snprintf(p->unit, sizeof(p->unit), "%s", of.unit);
	return true;
}
