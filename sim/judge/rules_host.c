#include "judge/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* In the format stated, at the bits stated, else as it is published. */
static double checkpoint_B(const struct claim *c)
{
	const struct amount *bits = &c->stated.of[Q_WEIGHT_BITS];
	const double byte = 8;		/* units: bits */
	double said = bits->known ? bits->low : c->names.bits;
	struct kept kept;

	if (said > 0)
		return model_params(c->model) * said / byte;
	if (*c->scenario.weights &&
	    model_stored(c->model, c->scenario.weights, &kept) == 0)
		return model_checkpoint_in_B(c->model, &kept);
	return model_checkpoint_B(c->model);
}

/* No rate stated: what it would have to be, against the GPUs' host links. */
static bool any_storage(const struct claim *c, double bytes,
			struct finding *f)
{
	double rate = bytes / (isfinite(c->value.high) ? c->value.high :
			       c->value.value);
	double links = c->gpu && claim_gpus(c) > 0 ?
		c->gpu->pcie_Bps * claim_gpus(c) : (double)INFINITY;

	if (!isfinite(rate)) {
		finding_say(f->arithmetic, "%.0f GB in no time",
			    units_giga(bytes));
		finding_say(f->reason, "Weights do not load in no time");
		return finding_is(f, VERDICT_IMPOSSIBLE, CONFIDENCE_HIGH);
	}
	finding_say(f->arithmetic, "%.0f GB / %.4g s = %.3g GB/s",
		    units_giga(bytes), bytes / rate, units_giga(rate));
	if (rate > links) {
		finding_say(f->reason, "The host links of the GPUs do not "
			    "carry the weights in that time");
		return finding_is(f, VERDICT_IMPOSSIBLE, CONFIDENCE_HIGH);
	}
	finding_say(f->reason, "The host links of the GPUs carry the weights "
		    "in that time; storage must deliver %.3g GB/s",
		    units_giga(rate));
	finding_say(f->needs, "storage_gb_s of %.3g", units_giga(rate));
	return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
}

/* What does not fit the GPUs must at least fit the host beside them. */
bool rule_offload(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	double gpus = claim_gpus(c), bytes, hbm;

	assert(!c->malformed);
	if (c->metric != Q_HOST_GB || !c->model || !c->gpu || !(gpus > 0))
		return false;
	bytes = units_giga(checkpoint_B(c));
	hbm = units_giga(c->gpu->hbm_B) * gpus;
	finding_say(f->arithmetic, "%.0f GB in %.0f GPU%s + %.0f GB of host "
		    "memory = %.0f GB, for %.0f GB of weights", hbm, gpus,
		    gpus > 1 ? "s" : "",
		    c->value.value, hbm + c->value.value, bytes);
	finding_say(f->limit, "memory of GPUs and host: %.0f GB",
		    hbm + c->value.value);
	f->side = SIDE_ABOVE;
	f->at = fmax(bytes - hbm, 1);
	if (hbm + c->value.high >= bytes) {
		finding_say(f->reason, "GPUs and host together hold the "
			    "%.0f GB of weights", bytes);
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_HIGH);
	}
	finding_say(f->reason, "GPUs and host together have %.0f GB and do "
		    "not hold the %.0f GB of weights", hbm + c->value.value,
		    bytes);
	finding_say(f->needs, "host_gb of %.0f", bytes - hbm);
	return finding_is(f, VERDICT_IMPOSSIBLE, CONFIDENCE_HIGH);
}

bool rule_loading(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *rate = &c->stated.of[Q_STORAGE_GB_S];
	double bytes, least;

	assert(!c->malformed);
	if (c->metric != Q_LOAD_S || !c->model)
		return false;
	bytes = checkpoint_B(c);
	if (!rate->known)
		return any_storage(c, bytes, f);
	least = units_giga(bytes) / rate->value;
	finding_say(f->arithmetic, "%.0f GB / %.4g GB/s = %.3g s",
		    units_giga(bytes), rate->value, least);
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->limit, "storage: %.3g s", least);
	if (standing_of(c, &c->value, least, SIDE_ABOVE) != STANDS_BEYOND) {
		finding_say(f->reason, "Storage can deliver the weights in "
			    "that time");
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	finding_say(f->reason, "The weights take at least %.3g s to come "
		    "from storage", least);
	finding_say(f->needs, "storage of %.3g GB/s",
		    units_giga(bytes) / c->value.value);
	return finding_is(f, VERDICT_IMPOSSIBLE, CONFIDENCE_HIGH);
}
