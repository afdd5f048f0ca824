#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

#define DAY_MIN 1440.0		/* units: minutes of a day */

/* The most tokens that the stated rate makes in a day. */
static bool day_most(const struct claim *c, struct amount *most)
{
	const struct amount *of = c->stated.of;
	double f = DAY_MIN;

	*most = of[Q_TPM].known ? of[Q_TPM] : of[Q_PEAK_TPM];
	if (!most->known && account_of(&c->rest, Q_TPM)->leans == LEANS_NOT)
		*most = account_of(&c->rest, Q_TPM)->amount;
	if (!most->known) {
		*most = of[Q_TOK_S_TOTAL];
		f *= 60;		/* units: seconds of a minute */
	}
	*most = amount_times(most, f);
	return most->known;
}

static void day_line(const struct claim *c, const struct amount *most,
		     struct finding *f)
{
	char a[HUMAN], b[HUMAN], said[HUMAN];

	f->side = SIDE_BELOW;
	quantity_human(most->value / DAY_MIN, a, sizeof(a));
	quantity_human(most->value, b, sizeof(b));
	finding_say(f->arithmetic, "%s tok/min x 1440 min = %s tokens a "
		    "day, against %s", a, b, claim_figure(c, said));
	finding_say(f->limit, "a day at the rate stated: %s tokens", b);
}

bool rule_breakeven(const struct claim *c, struct finding *f)
{
	struct amount most;
	char b[HUMAN];

	if (!day_most(c, &most))
		most = c->stated.of[Q_TOKENS_PER_DAY];
	if (c->metric != Q_BREAK_EVEN || !most.known)
		return false;
	f->at = most.value;
	day_line(c, &most, f);
	if (c->value.low <= most.high)
		return plausible(f, HIGH, "The break-even volume is within "
				 "what the system makes in a day");
	finding_say(f->needs, "%.3g times the rate at the same fee: %s "
		    "tok/min", c->value.value / most.value,
		    quantity_human(c->value.value / DAY_MIN, b, sizeof(b)));
	return inconsistent(f, HIGH, "The system cannot make in 24 hours the "
			    "volume from which it is said to be cheaper");
}

static void too_much(const struct claim *c, const struct amount *day,
		     const struct amount *most, struct finding *f)
{
	const char *slip = slip_name(c->metric, day, most);
	char b[HUMAN];

	finding_say(f->reason, "At the rate stated a day has too few minutes "
		    "for this volume%s%s", slip ? ": " : "",
		    slip ? slip : "");
	finding_say(f->needs, "%s tok/min without a pause",
		    quantity_human(day->value / DAY_MIN, b, sizeof(b)));
}

bool rule_capacity(const struct claim *c, struct finding *f)
{
	double days = c->metric == Q_TOKENS_PER_MONTH ? MONTH_H / DAY_H : 1;
	struct amount day = c->value, most;

	assert(!c->malformed && days >= 1);
	if ((c->metric != Q_TOKENS_PER_DAY &&
	     c->metric != Q_TOKENS_PER_MONTH) || !day_most(c, &most))
		return false;
	day.value /= days;
	day.low /= days > 1 ? days * MONTH_LONG : 1;
	day.high /= days > 1 ? days * MONTH_SHORT : 1;
	f->at = most.value * days;
	day_line(c, &most, f);
	if (day.low <= most.high)
		return plausible(f, HIGH, "The rate stated makes this volume "
				 "within a day");
	too_much(c, &day, &most, f);
	return finding_is(f, VERDICT_INCONSISTENT, CONFIDENCE_HIGH);
}

bool rule_demand(const struct claim *c, struct finding *f)
{
	const struct amount *want = claim_has(c, Q_DEMAND_TPM);
	const struct amount *have = &c->stated.of[Q_PEAK_TPM];
	char a[HUMAN], b[HUMAN];

	if ((c->metric != Q_DEMAND_TPM && c->metric != Q_DEMAND_DAY) ||
	    !want || !have->known)
		return false;
	f->side = SIDE_BELOW;
	f->at = c->value.value * have->value / want->value;
	quantity_human(want->value, a, sizeof(a));
	quantity_human(have->value, b, sizeof(b));
	finding_say(f->arithmetic, "%s tok/min needed / %s tok/min measured "
		    "= %.3g", a, b, want->value / have->value);
	finding_say(f->limit, "the system as measured: %s tok/min", b);
	if (want->low <= have->high)
		return plausible(f, HIGH, "The system as measured carries the "
				 "load");
	finding_say(f->needs, "%.0f of these systems",
		    ceil(want->value / have->value));
	return inconsistent(f, HIGH, "The load is %.3g times what the "
			    "recommended system was measured to give",
			    want->value / have->value);
}

/* ---- cost ratios between systems ---- */

/* Cost of a over cost of b as claim j has it; false: it says nothing. */
static bool between(const struct claim *j, const char *a, const char *b,
		    struct amount *out)
{
	const struct amount *r = claim_has(j, Q_COST_RATIO);

	if (j->malformed || !r || !*j->versus)
		return false;
	*out = *r;
	if (strcmp(j->system, a) == 0 && strcmp(j->versus, b) == 0)
		return true;
	if (strcmp(j->system, b) || strcmp(j->versus, a))
		return false;
	*out = amount_of(1 / r->value, 1 / r->high, 1 / r->low);
	return true;
}

static bool clash(const struct claim *c, const struct amount *other,
		  const char *by, struct finding *f)
{
	const struct amount *own = claim_has(c, Q_COST_RATIO);

	assert(own);
	if (amounts_meet(own, other))
		return false;
	if (c->metric == Q_COST_RATIO)
		f->at = other->value;
	finding_say(f->arithmetic, "cost of %s over %s: %.4g here, %.4g by "
		    "%s", c->system, c->versus, own->value, other->value, by);
	finding_say(f->limit, "cost_ratio %.4g by %s", other->value, by);
	finding_say(f->needs, "cost_ratio = %.4g, or the other claims "
		    "withdrawn", other->value);
	return inconsistent(f, MEDIUM, "%.60s costs %.3g times as much as "
			    "%.60s here, and %.3g times by other claims of the "
			    "file", c->system, own->value, c->versus,
			    other->value);
}

/* own = (system / third) x (third / versus) */
static bool by_third(const struct claims *all, const struct claim *c,
		     struct finding *f)
{
	struct amount a, b;
	char by[128];		/* size: two ids */

	for (int j = 0; j < all->nr; j++) {
		const struct claim *x = &all->claim[j];
		const char *third;

		if (x->malformed || x == c || !*x->versus ||
		    x->source_nr != c->source_nr)
			continue;
		third = x->system_nr != c->system_nr ? x->system :
			x->versus;
		if (!between(x, c->system, third, &a))
			continue;
		for (int k = 0; k < all->nr; k++) {
			const struct claim *y = &all->claim[k];

			if (y == c || y == x || !*y->versus ||
			    y->source_nr != c->source_nr ||
			    !between(y, third, c->versus, &b))
				continue;
			b.value *= a.value;
			b.low *= a.low;
			b.high *= a.high;
			snprintf(by, sizeof(by), "%.40s and %.40s", x->id,
				 y->id);
			if (clash(c, &b, by, f))
				return true;
		}
	}
	return false;
}

bool rule_savings(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *own = claim_has(c, Q_COST_RATIO);
	struct amount other;
	bool any = false;

	assert(!c->malformed);
	if (!own || !*c->versus ||
	    !account_of(&c->all, Q_COST_RATIO)->from_metric)
		return false;
	for (int j = 0; j < all->nr; j++) {
		const struct claim *x = &all->claim[j];

		if (x == c || x->source_nr != c->source_nr || !*x->versus ||
		    !between(x, c->system, c->versus, &other))
			continue;
		any = true;
		if (clash(c, &other, x->id, f))
			return true;
	}
	if (by_third(all, c, f))
		return true;
	if (!any)
		return false;
	return plausible(f, LOW, "The file's other cost ratios between the two "
			 "agree");
}

/* Of nobody knows how many GPUs, each at a rent that is stated: how many? */
bool rule_rent(const struct claim *c, struct finding *f)
{
	const struct amount *gpus = claim_has(c, Q_GPUS);
	const struct amount one = amount_exact(1);

	if ((c->metric != Q_USD_PER_HOUR && c->metric != Q_USD_PER_DAY &&
	     c->metric != Q_USD_PER_MONTH) || !gpus ||
	    !c->stated.of[Q_USD_PER_GPU_HOUR].known ||
	    !account_of(&c->all, Q_GPUS)->from_metric)
		return false;
	account_trail(&c->all, Q_GPUS, f->arithmetic,
		    (int)sizeof(f->arithmetic));
	finding_say(f->limit, "the rent of one GPU");
	if (amounts_meet(gpus, &one))
		return holds(f, MEDIUM, "It is the rent of one GPU, where none "
			     "are counted");
	if (gpus->high < 1) {
		finding_say(f->needs, "%.3g of its hours", gpus->value);
		return inconsistent(f, MEDIUM, "At this rent one GPU alone "
				    "costs %.3g times as much",
				    1 / gpus->value);
	}
	return plausible(f, LOW, "It is the rent of %.4g GPUs; the claim does "
			 "not say how many there are", gpus->value);
}

/* In dollars a million tokens. */
static double dearest(const struct claim *c)
{
	return c->limits->granted->dearest_usd_tok * MILLION;
}

/* No list has such a price; what a token costs on hardware may be any. */
static bool too_dear(const struct claim *c, struct finding *f)
{
	char said[HUMAN];

	if (c->gpu || *c->names.missing || *c->money ||
	    c->value.low <= dearest(c))
		return false;
	f->side = SIDE_BELOW;
	f->at = dearest(c);
	finding_say(f->arithmetic, "%s, and %.4g USD/Mtok are the most that "
		    "tokens of any model were listed for",
		    claim_figure(c, said), f->at);
	finding_say(f->limit, "the dearest list: %.4g USD/Mtok", f->at);
	finding_say(f->needs, "another unit: a thousand million tokens, or a "
		    "currency");
	return implausible(f, MEDIUM, "The claim says %s, %.3g times the "
			   "dearest price of tokens there was", said,
			   c->value.value / f->at);
}

/* What a cache has of a prompt is not computed. */
bool rule_list(const struct claim *c, struct finding *f)
{
	const struct amount *in = claim_has(c, Q_USD_PER_MTOK_IN);
	const struct amount *hit = claim_has(c, Q_USD_PER_MTOK_CACHED);
	const struct amount *miss = claim_has(c, Q_USD_PER_MTOK_MISS);

	if (quantity_kind(c->metric) != K_MTOK)
		return false;
	if (too_dear(c, f))
		return true;
	in = miss ? miss : in;
	if (!in || !hit)
		return false;
	finding_say(f->arithmetic, "%.4g USD/Mtok from a cache, %.4g computed",
		    hit->value, in->value);
	finding_say(f->limit, "a prompt that is computed: %.4g USD/Mtok",
		    in->value);
	if (hit->low <= in->high)
		return plausible(f, LOW, "What a cache holds costs no more "
				 "than what is computed; what either costs to "
				 "make, the claim does not state");
	finding_say(f->needs, "the two the other way round, or the price of "
		    "writing to a cache");
	return implausible(f, MEDIUM, "A prompt token found in a cache is "
			   "listed for %.3g times the price of one that is "
			   "computed", hit->value / in->value);
}
