#include "judge/rule.h"

#include <math.h>
#include <stdio.h>

#define CLOSE 0.03	/* math: data sheets round */

/* What the rest of the claim implies for its metric, or NULL. */
static const struct amount *implied(const struct claim *c)
{
	const struct amount *a = &c->rest.amounts.of[c->metric];

	return a->known && c->rest.by[c->metric] >= 0 ? a : NULL;
}

static void compare(const struct claim *c, const struct amount *a,
		    struct finding *f)
{
	char is[HUMAN], said[HUMAN];

	f->at = a->value;
	quantity_say(c->metric, a->value, is, sizeof(is));
	known_trail(&c->rest, c->metric, f->arithmetic,
		    (int)sizeof(f->arithmetic));
	finding_say(f->limit, "its own figures imply %s", is);
	finding_say(f->needs, "%s = %s", quantity_name(c->metric), is);
	finding_say(f->reason, "The claim says %s; its own figures give %s, "
		    "a factor of %.4g between them", claim_figure(c, said),
		    is, c->value.value > a->value ?
		    c->value.value / a->value : a->value / c->value.value);
}

bool rule_scale(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *a = implied(c);
	const char *slip;
	char is[HUMAN], said[HUMAN];

	if (!a || amounts_meet(&c->value, a) || c->rest.loose[c->metric])
		return false;
	slip = slip_name(c->metric, &c->value, a);
	if (!slip)
		return false;
	compare(c, a, f);
	finding_say(f->reason, "The claim says %s; its own figures give %s: "
		    "%s", claim_figure(c, said),
		    quantity_say(c->metric, a->value, is, sizeof(is)),
		    slip);
	return finding_is(f, VERDICT_INCONSISTENT, CONFIDENCE_HIGH);
}

/* Concurrency times tok/s of a user: the most there can be, TTFT or not. */
static bool as_product(const struct claim *c, const struct amount *a,
		       struct finding *f)
{
	if (!amounts_meet(&c->value, a))
		return false;
	finding_say(f->reason, "The columns of the row are products of one "
		    "another, which does not prove either");
	f->needs[0] = '\0';
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
}

/* One figure for a range of cases. */
static bool at_one_end(const struct amount *claimed, const struct amount *a)
{
	return a->range && !claimed->range &&
	       (claimed->low > a->low || claimed->high < a->high);
}

bool rule_identity(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *a = implied(c);

	if (!a)
		return false;
	compare(c, a, f);
	if (c->rest.loose[c->metric])
		return as_product(c, a, f);
	if (!amounts_meet(&c->value, a))
		return finding_is(f, VERDICT_INCONSISTENT,
				  c->rest.assumed[Q_UTILIZATION] &&
				  c->metric == Q_TOKENS_PER_DAY ?
				  CONFIDENCE_MEDIUM : CONFIDENCE_HIGH);
	if (at_one_end(&c->value, a)) {
		finding_say(f->reason, "The figure is right at one end of the "
			    "range that the claim states, %.3g to %.3g",
			    a->low, a->high);
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_HIGH);
	}
	finding_say(f->reason, "The figure follows from the others that the "
		    "claim states");
	f->needs[0] = '\0';
	return finding_is(f, VERDICT_HOLDS, CONFIDENCE_HIGH);
}

static double sheet_value(const struct claim *c, const char **where)
{
	const struct model *m = c->model;

	*where = c->gpu ? c->gpu->name : "";
	if (c->gpu && c->metric == Q_HBM_TB_S)
		return c->gpu->hbm_Bps / 1e12;		/* units: TB/s */
	if (c->gpu && c->metric == Q_HBM_GB)
		return units_giga(c->gpu->hbm_B);
	*where = m ? m->name : "";
	if (m && c->metric == Q_PARAMS_TOTAL)
		return units_giga(model_params(m));
	if (m && c->metric == Q_PARAMS_ACTIVE)
		return units_giga(model_params_active(m, true));
	if (m && c->metric == Q_EXPERTS_PER_TOKEN)
		return m->num_experts_per_tok;
	if (m && c->metric == Q_CTX)
		return m->max_position_embeddings;
	return (double)NAN;
}

/* Memory is sold in GB of either kind: 7 % do not contradict. */
static bool as_sheet(const struct claim *c, double x)
{
	double close = c->metric == Q_HBM_GB ? 0.08 : CLOSE; /* math: GiB */
	struct amount a = { true, x, x * (1 - close), x * (1 + close), false };

	if (c->metric == Q_CTX)
		return c->value.value <= x;
	return amounts_meet(&c->value, &a);
}

bool rule_fact(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const char *where, *name = quantity_name(c->metric);
	double x = sheet_value(c, &where);
	char is[HUMAN];

	if (isnan(x) || !(x > 0))
		return false;
	f->at = x;
	quantity_say(c->metric, x, is, sizeof(is));
	finding_say(f->arithmetic, "%s: %s = %s", where, name, is);
	finding_say(f->limit, "the descriptor of %s", where);
	if (as_sheet(c, x) && c->metric == Q_CTX) {
		finding_say(f->reason, "The model takes up to %s", is);
		return finding_is(f, VERDICT_HOLDS, CONFIDENCE_HIGH);
	}
	if (as_sheet(c, x)) {
		finding_say(f->reason, "The descriptor of %s has %s, the same "
			    "within what data sheets round", where, is);
		return finding_is(f, VERDICT_HOLDS, CONFIDENCE_HIGH);
	}
	finding_say(f->reason, "The descriptor of %s says %s", where, is);
	finding_say(f->needs, "%s = %s", name, is);
	return finding_is(f, VERDICT_INCONSISTENT, CONFIDENCE_HIGH);
}

bool rule_order(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *mean = claim_has(c, Q_TTFT_MS);
	const struct amount *p99 = claim_has(c, Q_TTFT_P99_MS);

	if (!mean || !p99 ||
	    (c->metric != Q_TTFT_MS && c->metric != Q_TTFT_P99_MS))
		return false;
	finding_say(f->arithmetic, "mean %.4g ms, 99th percentile %.4g ms",
		    mean->value, p99->value);
	finding_say(f->limit, "the order of mean and percentile");
	if (p99->high < mean->low) {
		finding_say(f->reason, "The 99th percentile is below the "
			    "mean");
		finding_say(f->needs, "ttft_p99_ms of %.4g or more",
			    mean->value);
		return finding_is(f, VERDICT_INCONSISTENT, CONFIDENCE_HIGH);
	}
	finding_say(f->reason, "Mean and percentile are in order; more "
		    "cannot be said without the hardware");
	finding_say(f->needs, "hw, gpus, isl and together for the prefill "
		    "floor; a request-level run for the queue");
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_LOW);
}
