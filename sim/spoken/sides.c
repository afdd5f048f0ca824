#include "spoken/sides.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/near.h"
#include "base/text.h"

void scan_unread(struct scan *s, const char *words)
{
	assert(words);
	if (*said_less(words) && !near_same(words, "on"))
		text_list(s->p->note, sizeof(s->p->note), ", ", "%s", words);
}

bool scan_has(const struct scan *s, enum quantity q)
{
	assert(q < Q_NR);
	for (int i = 0; i < s->nr; i++)
		if (!s->found[i].bare && s->found[i].g.q == q)
			return true;
	return false;
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
	if (*a->g.unit && *b->g.unit)	/* "141GB" beside another's memory */
		return (a->bare ? quantity_factor(b->g.q, a->g.unit) :
			quantity_factor(a->g.q, b->g.unit)) > 0;
	/* "from 54k to 2.7M tok/s": the second has the name of both */
	if (money && !*(a->bare ? a : b)->g.unit)
		return true;
	if (b->bare && !*b->g.unit)	/* "2.2k tok/s over the 1.5k before" */
		return !quantity_compares(a->g.q) && !said_is_set(a->g.q) &&
		       !strchr(a->g.value, '$') == !strchr(b->g.value, '$');
	return a->bare && !*a->g.unit && !quantity_compares(b->g.q) &&
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

/* How many pairs are alike, and the first of them. */
struct pairs {
	int nr, a, b;
};

static struct pairs pairs_of(const struct scan *s, int own, bool way)
{
	struct pairs p = { .nr = 0 };

	for (int i = 0; i < s->nr; i++)
		for (int k = i + 1; k < s->nr; k++) {
			if (i == own || k == own || s->found[k].way != way ||
			    (way && !is_before(s, i, k, own)) ||
			    !are_alike(&s->found[i], &s->found[k]))
				continue;
			if (p.nr++ == 0) {
				p.a = i;
				p.b = k;
			}
		}
	return p;
}

/*
 * The figure that compares, and the two that it does: its number, or -1. Where
 * several compare, or more than two might be meant, nothing is said of it.
 */
static int sides(const struct scan *s, int *a, int *b)
{
	struct pairs p;
	int own = -1, nr = 0;

	for (int i = 0; i < s->nr; i++)
		if (!s->found[i].bare && quantity_compares(s->found[i].g.q)) {
			own = own < 0 ? i : own;
			nr++;
		}
	if (nr != 1)
		return -1;
	p = pairs_of(s, own, true);
	if (p.nr != 1)
		p = pairs_of(s, own, false);
	*a = p.a;
	*b = p.b;
	return p.nr == 1 ? own : -1;
}

/* Of a way that nothing compares only its end is said. */
static void drop_ways(struct scan *s, const struct given *own)
{
	for (int i = s->nr - 1; i >= 0; i--) {
		bool more = false;

		for (int k = i + 1; k < s->nr; k++)
			more |= s->found[k].way;
		if (s->found[i].way && more &&
		    memcmp(&s->found[i].g, own, sizeof(*own)))
			drop(s, i);
	}
}

static bool add_given(struct phrase *p, const char *name,
		      const struct given *g)
{
	size_t at = strlen(p->given);

	return snprintf(p->given + at, sizeof(p->given) - at, "%s%s=%s%s%s",
			at ? "; " : "", name, g->value, *g->unit ? " " : "",
			g->unit) < (int)(sizeof(p->given) - at);
}

/*
 * Which of two was before, the words need not say: as the claim has it ("35x
 * lower", "3x faster").
 */
static void write_sides(struct scan *s, int i, int k)
{
	struct given a, b;

	a = s->found[i].g;
	b = s->found[k].g;
	if (!*a.unit)
		snprintf(a.unit, sizeof(a.unit), "%s", b.unit);
	add_given(s->p, quantity_name(a.q == Q_AFTER ? Q_AFTER : Q_BEFORE),
		  &a);
	add_given(s->p, quantity_name(b.q == Q_AFTER ? Q_AFTER : Q_BEFORE),
		  &b);
	drop(s, k);
	drop(s, i);
}

/* The claim: what compares two others; what follows; what is not set. */
static int claimed(const struct scan *s, int own)
{
	int ways = 0;

	if (own >= 0)
		return own;
	for (int i = s->nr - 1; i >= 0; i--)
		if (s->found[i].set && !s->found[i].bare)
			return i;
	for (int i = 0; i < s->nr; i++)
		ways += s->found[i].way;
	for (int i = s->nr - 1; i >= 0 && ways > 1; i--)
		if (s->found[i].way && !s->found[i].bare)
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

/* A time that is of nothing. */
static bool has_time(const struct scan *s)
{
	for (int i = 0; i < s->nr; i++)
		if (s->found[i].bare &&
		    kind_factor(K_TIME, s->found[i].g.unit) > 0)
			return true;
	return false;
}

/* Figures in bytes. */
static int sizes(const struct scan *s)
{
	int nr = 0;

	for (int i = 0; i < s->nr; i++)
		nr += kind_factor(K_B, s->found[i].g.unit) > 0;
	return nr;
}

/* What a figure is of shows in the others: a bill for power, a run's cost. */
static enum quantity among(const struct scan *s, const struct found *f)
{
	bool money = strchr(f->g.value, '$') || near_same(f->g.unit, "dollars");
	enum quantity q = f->bare ? Q_NR : f->g.q;

	if (scan_has(s, Q_USD_PER_KWH) && (q == Q_USD_PER_DAY ||
	    q == Q_USD_PER_HOUR || q == Q_USD_PER_MONTH))
		return Q_GRID_USD_HOUR;
	if (scan_has(s, Q_USD_PER_KWH) && q == Q_USD_PER_MTOK)
		return Q_GRID_USD_MTOK;
	if (f->bare && money && f->cost && scan_has(s, Q_REVENUE_DAY))
		return Q_USD_PER_DAY;
	if (f->bare && money && scan_has(s, Q_GPU_HOURS))
		return Q_USD_TOTAL;
	if (f->bare && money && scan_has(s, Q_USD_PER_MTOK_IN) &&
	    scan_has(s, Q_USD_PER_MTOK_OUT))
		return Q_USD_PER_REQUEST;
	/* "978,825 tokens in 366 seconds" */
	if ((q == Q_OSL || q == Q_TOKENS ||
	     (f->bare && near_begins(f->g.unit, "tok"))) && has_time(s) &&
	    scan_has(s, Q_TOK_S_TOTAL) && !scan_has(s, Q_REQUESTS_PER_S))
		return Q_TOKENS;
	if (f->bare && s->nr == 1 && near_begins(f->g.unit, "tok"))
		return Q_TOKENS;	/* of what, is not said */
	if (f->bare && kind_factor(K_B, f->g.unit) > 0 && sizes(s) == 1 &&
	    !scan_has(s, Q_FITS))
		return Q_HBM_GB;
	if (f->bare && kind_factor(K_TIME, f->g.unit) > 0 &&
	    scan_has(s, Q_TOKENS))
		return Q_WINDOW_S;
	if (q == Q_TOK_S_TOTAL && scan_has(s, Q_E2E_MS) && scan_has(s, Q_OSL) &&
	    !scan_has(s, Q_CONCURRENCY))
		return Q_TOK_S_USER;
	return q;
}

/* "During prefill": rates are those of prompts. */
static void prompts(struct scan *s)
{
	static const struct { enum quantity of, in; } rates[] = {
		{ Q_TOK_S_TOTAL, Q_IN_TOK_S_TOTAL },
		{ Q_TOK_S_GPU, Q_IN_TOK_S_GPU },
		{ Q_TOK_S_NODE, Q_IN_TOK_S_NODE } };

	for (int i = 0; i < s->nr && s->prompts; i++)
		for (unsigned k = 0; k < sizeof(rates) / sizeof(*rates); k++)
			if (!s->found[i].bare &&
			    s->found[i].g.q == rates[k].of) {
				s->found[i].g.q = rates[k].in;
				break;
			}
}

/*
 * "30 users at 50 tok/s are 1,500 tok/s": what is said of a number of them, and
 * then of all as what follows, is of one of them first. Where an engine is
 * named or words are left, the second may be of something else.
 */
static void products(struct scan *s)
{
	static const struct { enum quantity of, one; } ones[] = {
		{ Q_CONCURRENCY, Q_TOK_S_USER }, { Q_GPUS, Q_TOK_S_GPU } };

	for (unsigned k = 0; k < sizeof(ones) / sizeof(*ones); k++)
		if (s->nr == 3 &&	/* size: a number, one's, and all's */
		    s->found[0].g.q == ones[k].of && !s->found[0].bare &&
		    s->found[1].g.q == Q_TOK_S_TOTAL && !s->found[1].bare &&
		    s->found[2].g.q == Q_TOK_S_TOTAL && !s->found[2].bare &&
		    !s->found[1].set && s->found[2].set &&
		    strcmp(s->found[0].g.value, "1") && !*s->p->note &&
		    !*s->p->stack)
			s->found[1].g.q = ones[k].one;
}

/* "from 355B parameters to 744B": the second is of what the first is. */
static void ways(struct scan *s)
{
	for (int i = 0; i < s->nr; i++)
		for (int k = i + 1; k < s->nr; k++) {
			struct found *a = &s->found[i], *b = &s->found[k];

			if (!a->way || !b->way || a->bare || !b->bare ||
			    !said_is(a->g.q, b->g.value, b->g.unit))
				continue;
			b->g.q = a->g.q;
			b->bare = false;
		}
}

/* In the unit of the figure, or of the quantity that it was taken for. */
static void settle(struct scan *s)
{
	for (int i = 0; i < s->nr; i++) {
		struct found *f = &s->found[i];
		enum quantity q = among(s, f);
		const char *own = f->bare ? "" : quantity_unit(f->g.q);

		if (q == Q_NR || (!f->bare && q == f->g.q))
			continue;
		if (!*f->g.unit)
			snprintf(f->g.unit, sizeof(f->g.unit), "%s", own);
		if (!said_is(q, f->g.value, f->g.unit))
			*f->g.unit = '\0';
		if (!said_is(q, f->g.value, f->g.unit))
			continue;
		f->g.q = q;
		f->bare = false;
	}
}

/* Some of it is of a day, or is paid by the hour. */
static bool is_of_days(const struct scan *s)
{
	for (int i = 0; i < s->nr; i++) {
		enum quantity q = s->found[i].g.q;
		enum kind kind = quantity_kind(q);

		if (kind == K_MONEY || kind == K_MTOK || kind == K_ENERGY ||
		    kind == K_DAILY || q == Q_TOKENS_PER_DAY ||
		    q == Q_TOKENS_PER_MONTH)
			return true;
	}
	return false;
}

/* The claim, of all: what follows from the others. */
bool sides_write(struct scan *s)
{
	struct phrase *p = s->p;
	int a = 0, b = 0, own, paired;
	const struct given *g;
	struct given of;
	const struct given all_of_it = { Q_UTILIZATION, "100", "%" };
	const struct given all_day = { Q_HOURS_PER_DAY, "24", "" };

	assert(s && s->nr <= FOUND && p);
	products(s);
	totals(s);
	ways(s);
	settle(s);
	prompts(s);
	paired = sides(s, &a, &b);
	own = claimed(s, paired);
	if (own < 0)
		return false;
	of = s->found[own].g;
	if (s->found[own].derived && is_of_days(s)) {
		if (!scan_has(s, Q_UTILIZATION))
			add_given(p, quantity_name(Q_UTILIZATION), &all_of_it);
		if (!scan_has(s, Q_HOURS_PER_DAY))
			add_given(p, quantity_name(Q_HOURS_PER_DAY), &all_day);
	}
	if (paired >= 0)
		write_sides(s, a, b);
	else
		drop_ways(s, &of);
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
