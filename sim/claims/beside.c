#include "claims/beside.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/text.h"
#include "sheet/format.h"
#include "words/item.h"
#include "words/metric.h"
#include "words/money.h"

#define note(c, ...) \
	text_list((c)->noted, sizeof((c)->noted), "; ", __VA_ARGS__)

/* ---- what is stated twice ---- */

static bool is_sided(const struct amounts *a)
{
	return a->of[Q_BEFORE].known || a->of[Q_AFTER].known ||
	       a->of[Q_NUMERATOR].known || a->of[Q_DENOMINATOR].known;
}

/* Another figure compares as well: what, is open. */
static bool compares_more(const struct claim *c, const struct amounts *a)
{
	for (int q = 0; q < Q_NR; q++)
		if (a->of[q].known && quantity_compares((enum quantity)q) &&
		    q != (int)c->metric)
			return true;
	return false;
}

/* The two of one thing are what a comparison compares, in its favour. */
static void as_sides(const struct claim *c, struct stated *s, enum quantity q)
{
	const struct amount a = s->first.of[q], b = s->again.of[q];
	bool grows = a.value < b.value, up;

	s->first.of[q].known = false;
	switch (c->metric) {
	case Q_SPEEDUP_X: case Q_RATIO:
		up = c->value.value >= 1;
		s->first.of[Q_NUMERATOR] = up == grows ? b : a;
		s->first.of[Q_DENOMINATOR] = up == grows ? a : b;
		break;
	default:
		up = c->metric == Q_INCREASE_PCT ||
		     ((c->metric == Q_PART || c->metric == Q_COST_RATIO) &&
		      c->value.value > 1);
		s->first.of[Q_BEFORE] = up == grows ? a : b;
		s->first.of[Q_AFTER] = up == grows ? b : a;
		break;
	}
}

/*
 * Are they units of one kind that are no tens of one another, "J/token" and
 * "kWh per million tokens"?
 */
static bool converts(enum quantity q, const char *a, const char *b)
{
	double tens = log10(quantity_factor(q, a) / quantity_factor(q, b));
	const double grain = 1e-9;	/* math: of log10 */

	if (quantity_kind(q) == K_MTOK)	/* "a token", "a million" */
		return isfinite(tens) && fabs(tens) > grain;
	return isfinite(tens) && quantity_kind(q) != K_TIME &&
	       fabs(tens - round(tens)) > grain;
}

/* The figure once more in a unit of another kind, and no other one of it. */
static bool is_conversion(const struct claim *c, const char *given)
{
	const char *own = *c->written.unit ? c->written.unit :
		figure_unit(c->written.text), *s = given, *unit;
	struct given g;
	struct fault no;
	bool other = false, times = near_has(c->quote, " x ") ||
		near_has(c->quote, "\xc3\x97");	/* what of what, is open */
	int more = 0;

	while (*(s += strspn(s, " ;"))) {
		if (quantity_item(&s, &g, &no) || g.q != c->metric)
			continue;
		unit = *g.unit ? g.unit : figure_unit(g.value);
		other = *own && *unit && converts(c->metric, own, unit) &&
			(c->said || (strchr(own, '/') && strchr(unit, '/')));
		more++;
	}
	return more == 1 && other && !times;
}

/* Of one thing the claim says twice, neither is taken where they differ. */
static void stated_twice(struct claim *c, struct stated *s,
			 const char *given)
{
	struct amount *own = &s->first.of[c->metric];

	for (int q = 0; q < Q_NR; q++) {
		struct amount *a = &s->first.of[q], *b = &s->again.of[q];

		if (!b->known || amounts_meet(a, b))
			continue;
		if (quantity_compares(c->metric) && !c->other &&
		    !s->thrice[q] && !compares_more(c, &s->first) &&
		    (q == Q_BEFORE ? !s->first.of[Q_AFTER].known :
		     !is_sided(&s->first))) {
			as_sides(c, s, (enum quantity)q);
			continue;
		}
		a->known = false;
		c->doubtful |= q == (int)c->metric && (c->said || c->other);
		note(c, "two figures of %s are stated and neither is "
			  "taken", quantity_name((enum quantity)q));
	}
	if (quantity_compares(c->metric) && !is_sided(&s->first) &&
	    s->sides == 2 && !c->said && !c->other && !c->guessed) {
		s->first.of[Q_BEFORE] = s->side[0];
		s->again.of[Q_BEFORE] = s->side[1];
		as_sides(c, s, Q_BEFORE);
	}
	if (own->known && is_conversion(c, given))
		c->again = *own;
	else if (own->known && !amounts_meet(own, &c->value)) {
		c->doubtful = c->said || c->other;
		note(c, "another figure of %s is stated and not taken",
		     quantity_name(c->metric));
	}
	own->known = false;
}

/* "before=10 J/token": of that less is better. */
static bool of_burden(const char *given)
{
	static const enum kind kinds[] = { K_TIME, K_J, K_MTOK, K_MONEY };
	const char *s = given, *unit;
	struct given g;
	struct fault no;

	while (*(s += strspn(s, " ;"))) {
		if (quantity_item(&s, &g, &no))
			return false;
		unit = figure_unit(g.value);
		for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
			if (g.q == Q_BEFORE && *unit &&
			    kind_factor(kinds[i], unit) > 0)
				return true;
	}
	return false;
}

/* What was meant shows in what stands beside it. */
static void meant(struct claim *c, struct amount *of, const char *given)
{

	if (c->metric == Q_SPEEDUP_X && of_burden(given))
		c->metric = Q_RATIO;
	if (c->metric == Q_SCALING && isnan(c->scenario.concurrency) &&
	    !of[Q_CONCURRENCY].known)
		c->metric = Q_RATIO;	/* of what, is not said */
	if (c->metric == Q_RATIO && of[Q_BEFORE].known && of[Q_AFTER].known &&
	    c->value.value >= 1 && of[Q_AFTER].value > of[Q_BEFORE].value)
		c->metric = Q_SPEEDUP_X;	/* the larger over the other */
	if (c->metric == Q_GPU_W && of[Q_GPU_W].known && !c->other)
		c->metric = Q_SYSTEM_W;	/* "power" beside a GPU's */
}

int beside_read(struct claim *c, const char *given, struct fault *why)
{
	struct stated s = { .unread = "" };

	assert(c && given && why);
	if (quantity_given(given, &s, why))
		return -1;
	meant(c, s.first.of, given);
	stated_twice(c, &s, given);
	c->stated = s.first;
	if (*s.unread)
		note(c, "not read: %s", s.unread);
	return 0;
}

void beside_others(struct claim *c, const struct several *all, int own)
{
	assert(c && all && own >= 0 && own < all->nr);
	for (int k = 0; k < all->nr; k++) {
		const struct said_cell *as = &all->said[k];
		struct written w = { as->value, as->unit, NULL };
		char unit[QUANTITY_UNIT];
		struct amount a;
		struct fault no;
		enum quantity q;

		if (k == own || metric_called(as->metric, as->unit, &q, unit,
					      &no) < 0 ||
		    quantity_amount(q, &w, &a, &no) || q == c->metric ||
		    c->stated.of[q].known)
			continue;
		c->stated.of[q] = a;
	}
}

/* What comes of all the rest, and is no condition of it: energy. */
static bool is_outcome(enum quantity q)
{
	return q == Q_JOULES_TOK || q == Q_TOK_S_MW;
}

void beside_given(struct claim *c, const char *given)
{
	const char *s = given;
	struct several *all;
	struct given g;
	struct fault no;

	assert(c && given && !c->several);
	all = mem_zeroed(1, sizeof(*all));
	all->nr = 1;
	while (*(s += strspn(s, " ;")) && all->nr < SEVERAL) {
		struct said_cell *as = &all->said[all->nr];

		if (quantity_item(&s, &g, &no) || g.q == c->metric ||
		    g.q == Q_BEFORE || g.q == Q_AFTER ||
		    (!c->said && !is_outcome(g.q)))
			continue;
		snprintf(as->metric, sizeof(as->metric), "%s",
			 quantity_name(g.q));
		snprintf(as->value, sizeof(as->value), "%s", g.value);
		snprintf(as->unit, sizeof(as->unit), "%s", g.unit);
		all->nr++;
	}
	if (all->nr == 1) {
		free(all);
		return;
	}
	snprintf(all->said[0].metric, sizeof(all->said[0].metric), "%s",
		 quantity_name(c->metric));
	snprintf(all->said[0].value, sizeof(all->said[0].value), "%.63s",
		 c->written.text);
	snprintf(all->said[0].unit, sizeof(all->said[0].unit), "%.63s",
		 *c->written.unit ? c->written.unit : c->unit);
	c->several = all;
}

bool beside_metric(struct claim *c, const char *unit, const char *given)
{
	struct stated s = { .unread = "" };
	const struct amount *of = s.first.of;
	struct fault no;
	bool sides;

	assert(c && unit && given);
	if ((!unit_is_times(unit) && !unit_is_percent(unit)) ||
	    quantity_given(given, &s, &no))
		return false;
	sides = of[Q_BEFORE].known && of[Q_AFTER].known;
	c->metric = unit_is_times(unit) ? Q_RATIO : !sides ? Q_PART :
		of[Q_AFTER].value < of[Q_BEFORE].value ? Q_CHANGE_PCT :
		Q_INCREASE_PCT;
	*c->unit = '\0';
	return true;
}

void beside_settle(struct claim *c)
{
	struct amount *of = c->stated.of;

	assert(c && c->metric < Q_NR);
	if (!of[Q_GPU_W].known || of[Q_SYSTEM_W].known ||
	    of[Q_TOK_S_GPU].known || of[Q_GPUS].known ||
	    !isnan(c->scenario.gpus) || c->metric == Q_SYSTEM_W ||
	    c->metric == Q_TOK_S_GPU || c->metric == Q_GPUS)
		return;
	of[Q_SYSTEM_W] = of[Q_GPU_W];
	of[Q_GPU_W].known = false;
}

void beside_size(struct claim *c)
{
	const double byte = 8;		/* units: bits */
	struct amount *of = c->stated.of, *n = &of[Q_PARAMS_TOTAL];
	enum format f;

	assert(c && c->metric < Q_NR);
	if (c->model || c->gpu)
		return;
	if (c->metric == Q_PARAMS_TOTAL)
		n = &c->value;
	if (!n->known && of[Q_PARAMS_ACTIVE].known)
		*n = of[Q_PARAMS_ACTIVE];
	if (!n->known)
		return;
	if (c->metric == Q_HBM_GB)
		c->metric = Q_WEIGHTS_GB;
	if (!of[Q_WEIGHT_BITS].known && c->metric != Q_WEIGHT_BITS &&
	    *c->scenario.weights && !format_parse(c->scenario.weights, &f))
		of[Q_WEIGHT_BITS] = amount_of(
			floor(byte * format_bytes(f)),
			floor(byte * format_bytes(f)), byte * format_bytes(f));
}

void beside_money(struct claim *c, const struct table *t, int row)
{
	static const char *const cells[] = { "metric", "value", "unit",
		"given" };
	struct text all = TEXT_INIT;

	assert(c && t && row >= 0);
	if (c->said)
		text_add(&all, c->quote);
	for (unsigned i = 0; i < sizeof(cells) / sizeof(*cells) && !c->said;
	     i++)
		text_addf(&all, " %s", table_cell(t, row, cells[i]));
	c->money = all.buf ? money_of(all.buf, &c->mixed) : "";
	c->mixed |= *c->money && !isnan(c->scenario.price);
	text_release(&all);
}
