#include "words/quantity.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"
#include "base/near.h"
#include "words/tolerance.h"
#include "cost/cost.h"

#define BINARY 1.024	/* units: 128k may be 128 x 1024 */

static int no_unit(enum quantity q, const char *unit, struct fault *why)
{
	char list[200];		/* size: units of a kind */

	kind_units(quantity_kind(q), list, (int)sizeof(list));
	fault_what(why, "%s is in \"%.40s\"", quantity_name(q), unit);
	return fault_remedy(why, "write one of: %s", list);
}

struct amount amount_of(double value, double low, double high)
{
	return (struct amount){ value, low, high, SAID_PLAIN, true };
}

struct amount amount_times(const struct amount *a, double times)
{
	struct amount b = *a;

	assert(!(times < 0));
	b.value *= times;
	b.low *= times;
	b.high *= times;
	return b;
}

struct amount amount_over(const struct amount *a, const struct amount *b)
{
	assert(b->low > 0);
	return amount_of(a->value / b->value, a->low / b->high,
			 a->high / b->low);
}

struct amount amount_exact(double value)
{
	return amount_of(value, value, value);
}

/* "hbm", "memory", "FLOPs": what decoding waits for. */
static int word_amount(const char *text, struct amount *a, struct fault *why)
{
	static const struct { const char *word; enum bound b; } others[] = {
		{ "memory", BOUND_HBM }, { "bandwidth", BOUND_HBM },
		{ "memory bandwidth", BOUND_HBM }, { "flops", BOUND_COMPUTE },
		{ "network", BOUND_RDMA }, { "nic", BOUND_RDMA },
		{ "communication", BOUND_RDMA }, { "launch", BOUND_LATENCY } };

	for (int b = 0; b < BOUND_NR; b++)
		if (near_same(text, bound_name((enum bound)b))) {
			*a = amount_exact(b);
			return 0;
		}
	for (unsigned i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (near_same(text, others[i].word)) {
			*a = amount_exact(others[i].b);
			return 0;
		}
	fault_what(why, "%s is \"%.40s\"", quantity_name(Q_BOUND), text);
	return fault_remedy(why, "write %s", kind_name(K_WORD));
}

/* "yes" and "no" of what may be either. */
static bool yes_or_no(enum quantity q, const char *text, struct amount *a)
{
	bool yes = near_same(text, "yes") || near_same(text, "true") ||
		near_same(text, "fits") || near_same(text, "supported");

	if (q != Q_FITS || (!yes && !near_same(text, "no") &&
			    !near_same(text, "false")))
		return false;
	*a = amount_exact(yes);
	return true;
}

static int no_figure(enum quantity q, const char *text, int rc,
		     struct fault *why)
{
	fault_what(why, "%s is \"%.40s\"%s", quantity_name(q), text,
		   rc > 0 ? ", a range that falls" : "");
	return fault_remedy(why, rc > 0 ? "write the smaller number first" :
			    "write a number from 0, a range as 8..12 or "
			    "30-40, or a bound as <700, >= 5 or up to 5");
}

/*
 * Parameters written as 671B are that many, whatever the unit is; and so many
 * bytes where a size has no other: "685G", "1.3T".
 */
static double counted(enum quantity q, const struct written *w,
		      const struct figure *f, double factor)
{
	enum kind kind = quantity_kind(q);

	if (kind == K_PARAMS && f->scaled)
		return kind_factor(kind, "params") /
		       kind_factor(kind, quantity_unit(q));
	if (kind == K_B && f->scaled && !*f->rest && !*w->unit)
		return kind_factor(kind, "B") /
		       kind_factor(kind, quantity_unit(q));
	return factor;
}

/* A month's figure as one of another time. */
static bool of_months(enum quantity q, const struct written *w,
		      const struct figure *f)
{
	bool month = unit_is_of_month(*f->rest ? f->rest : w->unit) ||
		(*f->rest && unit_is_of_month(w->unit));

	return month && !unit_is_of_month(quantity_unit(q));
}

static void scaled(enum quantity q, const struct figure *f, double factor,
		   struct amount *a)
{
	bool exact = quantity_exact(q) && (f->said == SAID_PLAIN ||
					   f->said == SAID_UP_TO);

	*a = amount_of(f->value * factor, f->low * factor, f->high * factor);
	a->said = f->said;
	if (!exact)
		return;
	a->low = a->high = a->value;
	if (f->scaled && quantity_kind(q) == K_COUNT)
		a->high *= BINARY;
}

static bool in_cents(const char *unit)
{
	return near_begins(unit, "cent") > 0 ||
	       strncmp(unit, "\xc2\xa2", strlen("\xc2\xa2")) == 0;
}

/* The unit behind the figure counts where there is no other. */
static double factor_of(enum quantity q, const struct written *w,
			const struct figure *f)
{
	const char *unit = *w->unit ? w->unit : f->rest;
	enum kind kind = quantity_kind(q);
	double money = kind == K_MTOK || kind == K_MONEY ?
		kind_factor(K_USD, f->rest) : 0;

	/* "thirty cents" of what the unit, or the quantity's own, is per */
	if (*f->rest && money > 0)
		return in_cents(w->unit) ? quantity_factor(q, w->unit) :
			money * quantity_factor(q, *w->unit ? w->unit :
						quantity_unit(q));
	if (*f->rest && *w->unit && !(quantity_factor(q, f->rest) > 0))
		return 0;
	if (*f->rest)
		unit = f->rest;
	return quantity_factor(q, unit);
}

/* The figure in the quantity's own unit. */
static void written_as(enum quantity q, const struct written *w,
		       const struct figure *f, struct amount *a)
{
	scaled(q, f, counted(q, w, f, factor_of(q, w, f)), a);
	if (!of_months(q, w, f))
		return;
	a->low /= MONTH_LONG;
	a->high /= MONTH_SHORT;
}

int quantity_amount(enum quantity q, const struct written *w,
		    struct amount *a, struct fault *why)
{
	struct figure own, *f = w->figure ? w->figure : &own;
	double factor;
	int rc;

	assert(q < Q_NR && w->text);
	*f = (struct figure){ .rest = "" };
	if (*w->unit && !(quantity_factor(q, w->unit) > 0))
		return no_unit(q, w->unit, why);
	if (quantity_kind(q) == K_WORD)
		return word_amount(w->text, a, why);
	if (yes_or_no(q, w->text, a))
		return 0;
	rc = figure_read(f, w->text);
	if (rc)
		return no_figure(q, w->text, rc, why);
	factor = factor_of(q, w, f);
	if (!(factor > 0) && *w->unit)
		return no_figure(q, w->text, -1, why);
	if (!(factor > 0))
		return no_unit(q, f->rest, why);
	written_as(q, w, f, a);
	return 0;
}

enum quantity quantity_meant(enum quantity q, const struct written *w,
			     struct amount *a)
{
	assert(a->known);
	/* "8 active per token": experts */
	if (q == Q_PARAMS_ACTIVE && a->value * GIGA < KILO) {
		a->value = round(a->value * GIGA);
		a->low = a->high = a->value;
		return Q_EXPERTS_PER_TOKEN;
	}
	if (q != Q_ACCEPTANCE || a->low <= 1 || unit_is_percent(w->unit) ||
	    strchr(w->text, '%'))
		return q;
	return Q_TOKENS_PER_STEP;
}

void quantity_refined(enum quantity q, const struct written *w,
		      struct amount *a)
{
	assert(q < Q_NR && w->text);
	if (quantity_kind(q) != K_WORD && *w->text &&
	    !yes_or_no(q, w->text, a) && factor_of(q, w, w->figure) > 0)
		written_as(q, w, w->figure, a);
}

struct amount amount_rounded(const struct amount *a)
{
	const double ten = 10;		/* math: decimal places */
	struct amount b = *a;
	double place = 1, half;

	assert(a->low <= a->high);
	if (a->said != SAID_PLAIN || !(a->low < a->high) || !(a->value > 0))
		return b;
	if (fmod(a->value, ten) > 0)
		return b;
	while (!(fmod(a->value, place * ten) > 0))
		place *= ten;
	half = fmin(place / 2, TOLERANCE_ZEROS * a->value);
	b.low = fmin(a->low, a->value - half);
	b.high = fmax(a->high, a->value + half);
	return b;
}

/* ---- two amounts ---- */

bool amounts_meet(const struct amount *a, const struct amount *b)
{
	return a->low <= b->high * (1 + TOLERANCE_SAME) &&
	       b->low <= a->high * (1 + TOLERANCE_SAME);
}

const char *slip_name(enum quantity q, const struct amount *claimed,
		      const struct amount *implied)
{
	static const struct { double factor; const char *name; } slips[] = {
		{ 1.024 * 1.024, "MiB for MB" },		/* units: */
		{ 1.024 * 1.024 * 1.024, "GiB for GB" },	/* units: */
		{ 1e3, "a thousandfold slip" },		/* units: */
		{ 1e6, "a millionfold slip" },		/* units: */
		{ HOUR_S, "seconds taken for hours" },
		{ MIN_S, "a factor of 60: seconds, minutes or hours "
			      "mixed up" },
		{ DAY_H, "a factor of 24: an hour set against a day" },
	};
	bool bytes = q == Q_KV_GB || q == Q_WEIGHTS_GB || q == Q_HBM_GB ||
		     q == Q_SOL_TOK_S_GPU;
	double up = claimed->value / implied->value;

	assert(q < Q_NR);
	if (!(claimed->low > 0) || !isfinite(claimed->high))
		return NULL;
	for (unsigned i = bytes ? 0 : 2; i < sizeof(slips) / sizeof(*slips);
	     i++) {
		double f = up > 1 ? slips[i].factor : 1 / slips[i].factor;
		struct amount b = amount_times(implied, f);

		if (amounts_meet(claimed, &b))
			return slips[i].name;
	}
	return NULL;
}
