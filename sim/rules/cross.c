#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "words/tolerance.h"

static bool apart(double a, double b)
{
	return isnan(a) != isnan(b) || fabs(a - b) > 0;
}

/* Columns of a scenario, by where they stand in it: words, then numbers; 0 is
   an id, and the end. */
#define AT(column) offsetof(struct scenario, column)
static const size_t setup[] = { AT(hw), AT(model), AT(stack), AT(weights),
	AT(gpus), AT(isl), AT(osl), AT(mtp), 0 };
static const size_t load[] = { AT(model), AT(weights), AT(isl), AT(osl),
	AT(ctx), AT(mtp), 0 };
static const size_t all_of[] = { AT(hw), AT(model), AT(stack), AT(weights),
	AT(kv), AT(overlap), AT(mode), AT(date), AT(gpus), AT(tp), AT(ep),
	AT(batch), AT(concurrency), AT(ctx), AT(isl), AT(osl), AT(mtp),
	AT(tokens_per_step), AT(redundant), AT(mem_share), 0 };
static const size_t stated[] = { AT(hw), AT(model), AT(stack), AT(weights),
	AT(gpus), AT(concurrency), AT(isl), AT(osl), AT(ctx), AT(mtp), 0 };

/* Do they say the same there? blank: or a nothing. */
static bool alike(const struct claim *a, const struct claim *b,
		  const size_t *at, bool blank)
{
	for (; *at; at++) {
		const char *s = (const char *)&a->scenario + *at;
		const char *t = (const char *)&b->scenario + *at;
		double x, y;

		if (*at < AT(gpus)) {
			if (!(blank && !*s) && strcmp(s, t))
				return false;
			continue;
		}
		memcpy(&x, s, sizeof(x));
		memcpy(&y, t, sizeof(y));
		if (!(blank && isnan(x)) && apart(x, y))
			return false;
	}
	return true;
}

bool rule_slope(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct claim *less = c->lightest < 0 ? NULL :
		&all->claim[c->lightest];
	const struct amount *b = claim_has(c, Q_TPOT_MS), *a;
	double claimed, bytes;

	assert(!c->malformed && c->lightest < all->all);
	if (!less || !b || !c->limits->timed || c->limits->open_batch ||
	    less->malformed || !alike(c, less, setup, false) ||
	    (c->metric != Q_TOK_S_USER && c->metric != Q_TPOT_MS))
		return false;
	a = claim_has(less, Q_TPOT_MS);
	if (!a)
		return false;
	claimed = b->value - a->value;
	bytes = limits_slope_s(c->limits, less->scenario.concurrency,
			       c->scenario.concurrency) * MS;
	f->side = c->metric == Q_TPOT_MS ? SIDE_ABOVE : SIDE_BELOW;
	f->at = c->metric == Q_TPOT_MS ? a->value + bytes :
		MS / (a->value + bytes);
	finding_say(f->arithmetic, "from %.4g to %.4g requests a token takes "
		    "%.2f ms more (%s); the bytes added take %.2f ms",
		    less->scenario.concurrency, c->scenario.concurrency,
		    claimed, less->id, bytes);
	finding_say(f->limit, "HBM: %.2f ms more", bytes);
	if (bytes - claimed <= c->limits->granted->hidden * b->value)
		return plausible(f, MEDIUM, "The time added covers the bytes "
				 "added");
	finding_say(f->reason, "With more requests a step reads more experts; "
		    "the claim leaves %.2f of %.2f ms for it", claimed,
		    bytes);
	finding_say(f->needs, "%.3g times the GPUs (%.0f), or %.2f tokens a "
		    "step", bytes / fmax(claimed, 1e-3), /* math: not 0 */
		    ceil(c->scenario.gpus * bytes / fmax(claimed,
		    1e-3)) /* math: not 0 */, (b->value + bytes - claimed) /
		    b->value * c->limits->user.light_tokens);
	return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
}

/* ---- dominance ---- */

static double most_flops(const struct gpu *g)
{
	return fmax(g->flops[MATH_BF16], fmax(g->flops[MATH_FP8],
					      g->flops[MATH_FP4]));
}

/* Less in bandwidth and in FLOPs. */
static bool weaker(const struct claim *a, const struct claim *b)
{
	double n = a->scenario.gpus, m = b->scenario.gpus;

	return a->gpu && b->gpu && n > 0 && m > 0 &&
	       n * a->gpu->hbm_Bps < m * b->gpu->hbm_Bps &&
	       n * most_flops(a->gpu) < m * most_flops(b->gpu);
}

/* Tokens a second in all by the claim's own figure; NaN: another metric. */
static double total_of(const struct claim *c)
{
	if (c->metric == Q_TOK_S_USER || c->metric == Q_TPOT_MS)
		return account_of(&c->all, Q_TOK_S_USER)->amount.value *
		       c->scenario.concurrency;
	if (!account_of(&c->all, Q_TOK_S_TOTAL)->from_metric)
		return (double)NAN;
	return account_of(&c->all, Q_TOK_S_TOTAL)->amount.value;
}

/*
 * Two systems of one source under one load, in one format. Across sources it
 * says little: software differs more than a generation of GPUs does.
 */
static bool rivals(const struct claim *a, const struct claim *b)
{
	return a->metric == b->metric && a->source_nr == b->source_nr &&
	       a->system_nr != b->system_nr && *a->system && *b->system &&
	       a->scenario.concurrency == b->scenario.concurrency &&
	       alike(a, b, load, false);
}

bool rule_dominance(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	double a = total_of(c);

	assert(!c->malformed);
	if (isnan(a) || !*c->system)	/* of none there are no rivals */
		return false;
	for (int j = c->first; j >= 0; j = all->claim[j].next) {
		const struct claim *x = &all->claim[j];
		double b;

		if (!rivals(c, x) || !weaker(c, x))
			continue;
		b = total_of(x);
		if (!(a > TOLERANCE_PAIR * b))
			continue;
		f->side = c->metric == Q_TPOT_MS ? SIDE_ABOVE :
			  SIDE_BELOW;
		f->at = c->metric == Q_TPOT_MS ? c->value.value * a / b :
			c->value.value * b / a;
		finding_say(f->arithmetic, "%.0f x %.2f TB/s: %.4g tok/s; "
			    "%.0f x %.2f TB/s: %.4g tok/s (%s)",
			    c->scenario.gpus, c->gpu->hbm_Bps /
			    1e12 /* units: TB/s */, a,
			    x->scenario.gpus, x->gpu->hbm_Bps /
			    1e12 /* units: TB/s */, b, x->id);
		f->other = x->line + 1;
		finding_say(f->limit, "%.4g tok/s on the stronger hardware", b);
		finding_say(f->needs, "a named cause: speculation, a cache, "
			    "more GPUs, or a rival left untuned");
		return implausible(f, LOW, "Hardware with less bandwidth and "
				   "fewer FLOPs is said to be faster than "
				   "%.60s under the same load", x->system);
	}
	return false;
}

/* ---- the same figure twice ---- */

/* A promise of latency is one for every case of it: what states what c leaves
   blank, and nothing else. */
static bool comparable(const struct claim *c, const struct claim *x)
{
	bool promise = c->value.said == SAID_MOST;

	return *c->system && c->system_nr == x->system_nr &&
	       c->source_nr == x->source_nr && c->versus_nr == x->versus_nr &&
	       alike(c, x, promise ? stated : all_of, promise);
}

/* What a ratio is of is not stated in columns; a fact is no choice. */
static bool repeats(enum quantity q)
{
	return q <= Q_TOK_S_TOTAL || quantity_in(q, Q_TPM, Q_PEAK_TPM) ||
	       q == Q_TTFT_MS || q == Q_TTFT_P99_MS || q == Q_TPOT_MS ||
	       q == Q_E2E_MS || q == Q_USD_PER_MTOK || q == Q_USD_PER_HOUR ||
	       q == Q_BREAK_EVEN;
}

/* A bound, or the same figure rounded, is said by another than it. */
static bool repeated(const struct claim *a, const struct claim *b)
{
	return a->value.said == b->value.said &&
	       fabs(a->value.value - b->value.value) <= 0;
}

static bool agree(const struct claim *x, struct finding *f)
{
	char other[HUMAN];

	finding_say(f->reason, "Another figure of the file says the same in "
		    "other digits, which proves neither");
	finding_say(f->arithmetic, "%s in %s", claim_figure(x, other), x->id);
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_LOW);
}

bool rule_contradiction(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	char own[HUMAN], other[HUMAN];
	const struct claim *agrees = NULL;

	assert(!c->malformed);
	if (!repeats(c->metric) || !*c->system)
		return false;
	for (int j = c->first; j >= 0; j = all->claim[j].next) {
		const struct claim *x = &all->claim[j];

		if (x->line == c->line || !comparable(c, x))
			continue;
		if (amounts_meet(&x->value, &c->value)) {
			if (!repeated(x, c))
				agrees = x;
			continue;
		}
		f->at = x->value.value;
		f->other = x->line + 1;
		finding_say(f->arithmetic, "%s here, %s in %s",
			    claim_figure(c, own), claim_figure(x, other),
			    x->id);
		finding_say(f->limit, "%s", other);
		finding_say(f->needs, "one of the two withdrawn");
		return inconsistent(f, MEDIUM, "The same source gives two "
				    "figures for the same thing");
	}
	return agrees && agree(agrees, f);
}

bool rule_peak(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct claim *best = NULL;

	assert(!c->malformed);
	if (c->metric != Q_PEAK_TPM)
		return false;
	for (int j = 0; j < all->nr; j++) {
		const struct claim *x = &all->claim[j];

		if (x->metric == Q_TPM && !x->malformed &&
		    x->system_nr == c->system_nr &&
		    x->source_nr == c->source_nr &&
		    (!best || x->value.value > best->value.value))
			best = x;
	}
	if (!best)
		return false;
	f->side = SIDE_BELOW;
	f->at = best->value.value;
	finding_say(f->arithmetic, "the largest tpm measured is %.0f (%s)",
		    best->value.value, best->id);
	finding_say(f->limit, "%.0f tok/min measured", best->value.value);
	if (amounts_meet(&c->value, &best->value))
		return holds(f, HIGH, "The peak is the largest of the measured "
			     "rows");
	if (c->value.low < best->value.high)
		return plausible(f, MEDIUM, "The source measured more than "
				 "this peak");
	f->other = best->line + 1;
	finding_say(f->needs, "a measurement of %.0f tok/min",
		    c->value.value);
	return inconsistent(f, HIGH, "The peak is %.3g times the largest "
			    "figure that the source measured",
			    c->value.value / best->value.value);
}

bool rule_equal(const struct claim *c, struct finding *f)
{
	const struct amount *a = &c->stated.of[Q_CONCURRENCY];
	const struct amount *b = &c->stated.of[Q_VERSUS_CONCURRENCY];

	if (!a->known || !b->known)
		return false;
	finding_say(f->arithmetic, "%.4g requests in flight against %.4g",
		    a->value, b->value);
	finding_say(f->limit, "equal concurrency");
	if (a->value <= b->value && b->value <= a->value)
		return plausible(f, MEDIUM, "Both are under the same load");
	finding_say(f->needs, "both at a concurrency of %.4g",
		    fmin(a->value, b->value));
	return inconsistent(f, MEDIUM, "The two systems are compared under "
			    "different loads, %.4g requests against %.4g",
			    a->value, b->value);
}

/* ---- faster than another ---- */

static bool is_rate(enum quantity q)
{
	return q <= Q_ALL_TOK_S_TOTAL || q == Q_TPM;
}

/* The same figure of the system and of what it is compared with. */
static bool pair_of(const struct claims *all, const struct claim *c, int *own,
		    int *other)
{
	for (int i = 0; i < all->nr; i++) {
		const struct claim *a = &all->claim[i];

		if (a->malformed || !is_rate(a->metric) ||
		    a->source_nr != c->source_nr ||
		    a->system_nr != c->system_nr)
			continue;
		for (int j = 0; j < all->nr; j++) {
			const struct claim *b = &all->claim[j];

			if (b->malformed || b->metric != a->metric ||
			    b->source_nr != c->source_nr ||
			    b->system_nr != c->versus_nr ||
			    apart(a->scenario.concurrency,
				  b->scenario.concurrency))
				continue;
			*own = i;
			*other = j;
			return true;
		}
	}
	return false;
}

/* By the digits that the source of both may have left away. */
static bool is_rounding(const struct amount *ratio, const struct amount *a,
			const struct amount *b)
{
	struct amount x = amount_rounded(a), y = amount_rounded(b), r;

	r = amount_over(&x, &y);
	return amounts_meet(ratio, &r);
}

bool rule_speedup(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	struct amount r;
	int a, b;

	assert(!c->malformed);
	if (c->metric != Q_SPEEDUP_X || !*c->versus || !*c->system ||
	    !pair_of(all, c, &a, &b) || !(all->claim[b].value.low > 0))
		return false;
	r = amount_over(&all->claim[a].value, &all->claim[b].value);
	f->at = r.value;
	finding_say(f->arithmetic, "%.5g / %.5g = %.3g (%s, %s)",
		    all->claim[a].value.value, all->claim[b].value.value,
		    r.value, all->claim[a].id, all->claim[b].id);
	finding_say(f->limit, "%.3g by the file's figures", r.value);
	if (amounts_meet(&c->value, &r))
		return holds(f, HIGH, "The file's two figures are this far "
			     "apart");
	if (is_rounding(&c->value, &all->claim[a].value,
			&all->claim[b].value))
		return plausible(f, LOW, "The file's two figures, as rounded "
				 "as they may be, are that far apart: at the "
				 "limit of rounding");
	f->other = b + 1;
	finding_say(f->needs, "speedup_x = %.3g", r.value);
	return inconsistent(f, MEDIUM, "By the file's own figures it is %.3g "
			    "times", r.value);
}
