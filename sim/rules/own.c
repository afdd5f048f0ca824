#include "base/near.h"
#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "words/tolerance.h"
#include "words/item.h"

static const struct entry *rest_of(const struct claim *c)
{
	return account_of(&c->rest, c->metric);
}

/*
 * What the rest of the claim implies for its metric, or NULL. What follows
 * from descriptors alone is no figure of its own.
 */
static const struct amount *implied(const struct claim *c)
{
	const struct amount *a = &rest_of(c)->amount;

	if (c->again.known)
		return &c->again;
	return a->known && rest_of(c)->by >= 0 ? a : NULL;
}

/* Beyond what follows, where that is the most or the least there can be? */
static bool beyond(const struct claim *c, const struct amount *a)
{
	switch (rest_of(c)->leans) {
	case LEANS_UP:
		return c->value.low > a->high * (1 + TOLERANCE_MEAN *
			rest_of(c)->product);
	case LEANS_DOWN:
		return c->value.high < a->low * (1 - TOLERANCE_MEAN *
			rest_of(c)->product);
	case LEANS_BOTH:
		return false;
	default:
		return true;
	}
}

static void compare(const struct claim *c, const struct amount *a,
		    struct finding *f)
{
	char is[HUMAN], said[HUMAN];

	f->at = a->value;
	f->trail = true;
	quantity_say(c->metric, a->value, is, sizeof(is));
	if (c->again.known)
		finding_say(f->arithmetic, "%s, and once more %s",
			    claim_figure(c, said), is);
	else
		account_trail(&c->rest, c->metric, f->arithmetic,
			    (int)sizeof(f->arithmetic));
	finding_say(f->limit, "its own figures imply %s", is);
	finding_say(f->needs, "%s = %s", quantity_name(c->metric), is);
	if (!(c->value.value > 0) || !(a->value > 0)) {
		finding_say(f->reason, "The claim says %s; its own figures "
			    "give %s", claim_figure(c, said), is);
		return;
	}
	finding_say(f->reason, "The claim says %s; its own figures give %s, "
		    "a factor of %.4g between them", claim_figure(c, said),
		    is, c->value.value > a->value ?
		    c->value.value / a->value : a->value / c->value.value);
}

/* The rent of an hour, of so many GPUs, may be that of one of them. */
static bool as_each(const struct claim *c, const struct amount *a,
		    struct finding *f)
{
	const struct amount *gpus = &account_of(&c->rest, Q_GPUS)->amount;
	const struct amount *of = c->stated.of;
	enum kind kind = quantity_kind(c->metric);
	struct amount all = *a;
	char is[HUMAN];

	if (c->metric == Q_USD_PER_HOUR && gpus->value > 1) {
		all.value /= gpus->value;
		all.low /= gpus->high;
		all.high /= gpus->low;
	} else if (!of[Q_USD_PER_HOUR].known || of[Q_USD_PER_GPU_HOUR].known ||
	    !(gpus->value > 1) || (kind != K_MONEY && kind != K_MTOK)) {
		return false;
	} else {
		all.value *= gpus->value;
		all.low *= gpus->low;
		all.high *= gpus->high;
	}
	if (!amounts_meet(&c->value, &all))
		return false;
	*f->needs = '\0';
	return plausible(f, MEDIUM, "With the rent of an hour that of each of "
			 "its %.4g GPUs, its own figures give %s", gpus->value,
			 quantity_say(c->metric, all.value, is, sizeof(is)));
}

bool rule_scale(const struct claim *c, struct finding *f)
{
	const struct amount *a = implied(c);
	const char *slip;
	char is[HUMAN], said[HUMAN];

	if (!a || amounts_meet(&c->value, a) || !beyond(c, a) ||
	    rest_of(c)->product || as_each(c, a, f))
		return false;
	slip = slip_name(c->metric, &c->value, a);
	if (!slip)
		return false;
	compare(c, a, f);
	return inconsistent(f, HIGH, "The claim says %s; its own figures give "
			    "%s: %s", claim_figure(c, said),
			    quantity_say(c->metric, a->value, is, sizeof(is)),
			    slip);
}

/* Inside the product, by what requests wait for their first token. */
static bool waiting(const struct claim *c, const struct amount *a, bool up,
		    struct finding *f)
{
	double share = up ? c->value.value / a->value :
			    a->value / c->value.value;

	f->needs[0] = '\0';
	if (share >= 1)
		return plausible(f, LOW, "So many requests at this pace make "
				 "that without a wait");
	finding_say(f->reason, "The figure is %.0f %% of what so many "
		    "requests at this pace make without a wait; the rest is "
		    "the wait for the first token", units_percent(share));
	return share >= c->limits->granted->queue &&
	       finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_LOW);
}

/* Concurrency times tok/s of a user: the most there can be, TTFT or not. */
static bool as_product(const struct claim *c, const struct amount *a,
		       struct finding *f)
{
	bool up = rest_of(c)->leans == LEANS_UP;
	char is[HUMAN], said[HUMAN];

	f->side = up ? SIDE_BELOW : SIDE_ABOVE;
	if (amounts_meet(&c->value, a)) {
		f->needs[0] = '\0';
		return plausible(f, MEDIUM, "The columns of the row are "
				 "products of one another, which does not "
				 "prove either");
	}
	if (!beyond(c, a))
		return waiting(c, a, up, f);
	quantity_say(c->metric, a->value, is, sizeof(is));
	if (up && c->value.low <= a->high * claim_with_prompts(c)) {
		f->needs[0] = '\0';
		f->caps = true;
		return plausible(f, LOW, "So many requests at this pace make "
				 "at most %s of output; with their prompts "
				 "counted, which it does not say, up to %.3g "
				 "times that", is, claim_with_prompts(c));
	}
	return inconsistent(f, HIGH, "The claim says %s; so many requests at "
			    "this pace make at %s %s, however short the wait "
			    "for the first token", claim_figure(c, said),
			    up ? "most" : "least", is);
}

/* Tokens and money of an hour are of the same, however much it is used. */
static bool of_hours(const struct claim *c)
{
	return c->said && (near_has(c->quote, "tokens per hour") ||
			   near_has(c->quote, "tokens an hour") ||
			   near_has(c->quote, "tokens/h"));
}

/* A day at full use is the most; how much it is used was not said. */
static bool as_used(const struct claim *c, const struct amount *a,
		    struct finding *f)
{
	double share = rest_of(c)->leans == LEANS_UP ?
		c->value.value / a->value : a->value / c->value.value;

	f->side = rest_of(c)->leans == LEANS_UP ? SIDE_BELOW : SIDE_ABOVE;
	if (of_hours(c) || share < c->limits->granted->paid_use)
		return inconsistent(f, MEDIUM, "The figure is what %.2g %% of "
				    "full use around the clock gives: so "
				    "little is used of nothing that is paid "
				    "for", units_percent(share));
	f->needs[0] = '\0';
	return plausible(f, MEDIUM, "The figure is what %.0f %% of full use "
			 "around the clock gives; the claim does not say how "
			 "much it is used", units_percent(share));
}

/* One figure for a range of cases. */
static bool at_one_end(const struct amount *claimed, const struct amount *a)
{
	return a->said == SAID_RANGE && claimed->said != SAID_RANGE &&
	       (claimed->low > a->low || claimed->high < a->high);
}

/* What its figures imply as their source may have rounded them. */
static struct amount rounded(const struct claim *c)
{
	struct amounts loose = c->stated;
	struct known k;

	for (int q = 0; q < Q_NR; q++)
		if (loose.of[q].known)
			loose.of[q] = amount_rounded(&loose.of[q]);
	known_init(&k, &loose, c->rest.beside);
	for (const struct entry *e = c->rest.entry;
	     e < c->rest.entry + c->rest.nr; e++)
		if (e->sheet && e->by < 0)
			known_fact(&k, e->q, e->amount.value);
	known_close(&k, c->metric);
	return k.amounts.of[c->metric];
}

/* Not by the digits, and yet by those that a source leaves away on the way. */
static bool is_rounding(const struct claim *c, struct finding *f)
{
	struct amount a = rounded(c), cut = c->value;
	char low[HUMAN], high[HUMAN], said[HUMAN];

	/* digits may be cut off as well: 56.7 is said to be 56 */
	if (cut.said == SAID_PLAIN &&
	    cut.high <= cut.value * (1 + TOLERANCE_CUT))
		cut.high += cut.high - cut.value;
	if (!a.known || !amounts_meet(&cut, &a))
		return false;
	quantity_human(a.low, low, sizeof(low));
	quantity_say(c->metric, a.high, high, sizeof(high));
	return plausible(f, LOW, "The claim says %s; its own figures, as "
			 "rounded as they may be, give %.20s to %s: at the "
			 "limit of rounding", claim_figure(c, said), low, high);
}

/*
 * Tokens a minute, a day and a month are also counted with the prompts', as
 * quotas do.
 */
static bool with_prompts(const struct claim *c, struct finding *f)
{
	struct amount a = account_of(&c->rest, Q_ALL_TOK_S_TOTAL)->amount;
	double own = quantity_factor(Q_TOK_S_TOTAL, quantity_unit(c->metric));
	char is[HUMAN];

	if (!a.known || (c->metric != Q_TPM &&
	    c->metric != Q_TOKENS_PER_DAY && c->metric != Q_TOKENS_PER_MONTH))
		return false;
	a = amount_times(&a, 1 / own);
	if (!amounts_meet(&c->value, &a))
		return false;
	f->needs[0] = '\0';
	return holds(f, MEDIUM, "Prompt and output tokens together are %s",
		     quantity_say(c->metric, a.value, is, sizeof(is)));
}

bool rule_identity(const struct claim *c, struct finding *f)
{
	const struct amount *a = implied(c);

	if (!a)
		return false;
	compare(c, a, f);
	if (rest_of(c)->product)
		return as_product(c, a, f);
	if (!amounts_meet(&c->value, a) && !beyond(c, a))
		return rest_of(c)->leans == LEANS_BOTH ? false :
			as_used(c, a, f);
	if (!amounts_meet(&c->value, a) &&
	    (as_each(c, a, f) || with_prompts(c, f) || is_rounding(c, f)))
		return true;
	if (!amounts_meet(&c->value, a))
		return finding_is(f, VERDICT_INCONSISTENT,
				  c->metric == Q_TOKENS_PER_DAY &&
				  account_of(&c->rest, Q_UTILIZATION)->assumed ?
				  CONFIDENCE_MEDIUM : CONFIDENCE_HIGH);
	if (at_one_end(&c->value, a))
		return plausible(f, HIGH, "The figure is within the range that "
				 "its others allow, %.3g to %.3g", a->low,
				 a->high);
	f->needs[0] = '\0';
	return holds(f, HIGH, "The figure follows from the others that the "
		     "claim states");
}

/* What is a part of something, in its own unit. */
static double whole_of(const struct claim *c)
{
	switch (c->metric) {
	case Q_SAVINGS_PCT: case Q_CHANGE_PCT: case Q_MARGIN_PCT:
		return 100;	/* units: per cent */
	case Q_CACHE_HIT: case Q_UTILIZATION: case Q_MEM_SHARE:
	case Q_ACCEPTANCE: case Q_MFU: case Q_MBU:
		return 1;
	case Q_TOKENS_PER_STEP:
		return c->scenario.mtp + 1;
	default:
		return 0;
	}
}

bool rule_share(const struct claim *c, struct finding *f)
{
	double whole = whole_of(c);
	char said[HUMAN], all_of[HUMAN];

	if (!(whole > 0) || c->value.low <= whole) {
		if (c->metric != Q_TOKENS_PER_STEP || !(whole > 0))
			return false;
		return plausible(f, MEDIUM, "No more than the drafts and the "
				 "token that the model samples");
	}
	f->side = SIDE_BELOW;
	f->at = whole;
	quantity_say(c->metric, whole, all_of, sizeof(all_of));
	finding_say(f->arithmetic, "%s of at most %s", claim_figure(c, said),
		    all_of);
	finding_say(f->limit, "the whole: %s", all_of);
	finding_say(f->needs, "%s", c->metric == Q_TOKENS_PER_STEP ?
		    "more drafts a step" :
		    "another measure: a ratio, not a share");
	return inconsistent(f, HIGH, "%s is more than all there is", said);
}

/* In this order; the mean stands where the median does. */
static const struct { enum quantity q; const char *name; } ranks[] = {
	{ Q_TTFT_MS, "mean" }, { Q_TTFT_P50_MS, "median" },
	{ Q_TTFT_P90_MS, "90th percentile" },
	{ Q_TTFT_P95_MS, "95th percentile" },
	{ Q_TTFT_P99_MS, "99th percentile" },
	{ Q_TPOT_MS, "mean" }, { Q_TPOT_P90_MS, "90th percentile" },
	{ Q_TPOT_P99_MS, "99th percentile" },
	{ Q_E2E_MS, "mean" }, { Q_E2E_P90_MS, "90th percentile" },
	{ Q_E2E_P95_MS, "95th percentile" },
	{ Q_E2E_P99_MS, "99th percentile" } };

enum { RANKS = sizeof(ranks) / sizeof(*ranks) };

static int rank_of(enum quantity q)
{
	for (int k = 0; k < RANKS; k++)
		if (ranks[k].q == q)
			return k;
	return -1;
}

/* Of a first token, of one of the others, or of all of them. */
static int family(int k)
{
	return (ranks[k].q >= Q_TPOT_MS) + (ranks[k].q >= Q_E2E_MS);
}

/* Neither a percentile from the 90th on. */
static bool middling(int k)
{
	return ranks[k].q == Q_TPOT_MS || ranks[k].q == Q_E2E_MS ||
	       quantity_in(ranks[k].q, Q_TTFT_MS, Q_TTFT_P50_MS);
}

/* The percentile that is set against rank k: its own pair, out of order. */
static int against(const struct claim *c, int k, bool *wrong)
{
	const struct amount *own = claim_has(c, ranks[k].q);
	int pair = -1;

	*wrong = false;
	for (int j = 0; j < RANKS; j++) {
		const struct amount *a = claim_has(c, ranks[j].q);

		if (j == k || !a || family(j) != family(k) ||
		    (middling(j) && middling(k)))
			continue;
		if (pair < 0)
			pair = j;
		if (j < k ? own->high < a->low : a->high < own->low) {
			*wrong = true;
			return j;
		}
	}
	return pair;
}

bool rule_order(const struct claim *c, struct finding *f)
{
	int k = rank_of(c->metric), j, low, high;
	bool wrong;

	assert(!c->malformed && k < RANKS);
	if (k < 0 || (j = against(c, k, &wrong)) < 0)
		return false;
	low = j < k ? j : k;
	high = j < k ? k : j;
	finding_say(f->arithmetic, "%s %.4g ms, %s %.4g ms", ranks[low].name,
		    claim_has(c, ranks[low].q)->value, ranks[high].name,
		    claim_has(c, ranks[high].q)->value);
	finding_say(f->limit, "the order of %s and %s", ranks[low].name,
		    ranks[high].name);
	if (wrong) {
		finding_say(f->needs, "%s of %.4g or more",
			    quantity_name(ranks[high].q),
			    claim_has(c, ranks[low].q)->value);
		return inconsistent(f, HIGH, "The %s is below the %s",
				    ranks[high].name, ranks[low].name);
	}
	finding_say(f->reason, "The %s and the %s are in order; more cannot "
		    "be said without the hardware", ranks[low].name,
		    ranks[high].name);
	if (family(k) == 0)
		finding_say(f->needs, "hw, gpus, isl and together for the "
			    "prefill floor; a request-level run for the "
			    "queue");
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_LOW);
}

/*
 * osl tokens at a pace stated, the first after a wait that is not: at least
 * (osl - 1) x tpot.
 */
bool rule_answer(const struct claim *c, struct finding *f)
{
	const struct amount *tpot = &account_of(&c->rest, Q_TPOT_MS)->amount;
	const struct amount *osl = &c->stated.of[Q_OSL];
	double least, all_but_wait;
	char said[HUMAN];

	if (c->metric != Q_E2E_MS || !tpot->known || !osl->known ||
	    account_of(&c->rest, Q_E2E_MS)->amount.known || !(osl->low > 1) ||
	    account_of(&c->rest, Q_TPOT_MS)->leans)
		return false;
	least = (osl->low - 1) * tpot->low;
	all_but_wait = (osl->value - 1) * tpot->value;
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->arithmetic, "(osl %.0f - 1) x tpot_ms %.4g = %.0f ms",
		    osl->value, tpot->value, all_but_wait);
	finding_say(f->limit, "tokens one after the other: %.0f ms", least);
	if (c->value.high < least * (1 - TOLERANCE_MEAN)) {
		finding_say(f->needs, "e2e_ms of %.0f or more", least);
		return inconsistent(f, HIGH, "The claim says %s; its tokens "
				    "alone take %.0f ms at the pace that it "
				    "states", claim_figure(c, said),
				    all_but_wait);
	}
	finding_say(f->reason, "The tokens take %.0f %% of that time at the "
		    "pace that the claim states; the rest is the wait for "
		    "the first", fmin(100, /* units: per cent */
		    units_percent(all_but_wait / c->value.value)));
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
}
