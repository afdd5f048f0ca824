#include "judge/rule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *open_words(const struct claim *c)
{
	return c->limits.choices > 1 ? ", the best of the layouts and formats "
				       "that the claim leaves open" : "";
}

/* Does the claim say that something runs there? */
static bool runs(const struct claim *c)
{
	switch (c->metric) {
	case Q_TOK_S_GPU: case Q_TOK_S_USER: case Q_TOK_S_TOTAL:
	case Q_TOK_S_NODE: case Q_TPM: case Q_PEAK_TPM: case Q_TTFT_MS:
	case Q_TTFT_P99_MS: case Q_TPOT_MS: case Q_STEP_MS: case Q_FITS:
	case Q_E2E_MS:
	case Q_CONCURRENCY: case Q_GPUS: case Q_USERS: case Q_CTX:
	case Q_SOL_TOK_S_GPU: case Q_MEM_SHARE:
		return true;
	default:
		return false;
	}
}

/* Memory is not what is lacking: a format, or a context it is not made for. */
static bool refused(const struct claim *c, struct finding *f)
{
	const char *others = strchr(c->limits.refusal, ';');

	finding_say(f->limit, "%.200s", c->limits.refusal);
	if (c->limits.timed) {
		finding_say(f->reason, "The memory would do, but %.200s",
			    c->limits.refusal);
		finding_say(f->needs, "a context of %d tokens or fewer",
			    c->model->max_position_embeddings);
	} else {
		finding_say(f->reason, "The memory would do, but the GPU has "
			    "no tensor cores for %s weights: software would "
			    "have to widen each first", c->scenario.weights);
		finding_say(f->needs, "kernels that widen %s to bf16, or "
			    "other formats%s", c->scenario.weights,
			    others ? others : "");
	}
	return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
}

bool rule_memory(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = &c->limits;
	double bits;

	if (!runs(c) || !l->asked || !(l->gpus_needed > 0 || !l->sound))
		return false;
	if (!l->sound) {
		finding_say(f->reason, "No weight format of this model can be "
			    "computed on this GPU: %.200s", l->fault.what);
		finding_say(f->needs, "another GPU, or other weights");
		return finding_is(f, VERDICT_IMPOSSIBLE, CONFIDENCE_MEDIUM);
	}
	finding_say(f->arithmetic, "a GPU would hold %.1f GB of weights and "
		    "%.2f GB of KV; it has %.1f GB%s",
		    units_giga(l->weights_B), units_giga(l->kv_B),
		    units_giga(l->budget_B), open_words(c));
	finding_say(f->limit, "memory: %.1f GB a GPU",
		    units_giga(l->budget_B));
	if (l->fits) {
		finding_say(f->reason, "Weights and KV fit");
		return finding_is(f, c->metric == Q_FITS ? VERDICT_HOLDS :
				  VERDICT_PLAUSIBLE, limits_sureness(c));
	}
	if (l->holds_all)
		return refused(c, f);
	bits = l->budget_B * c->scenario.gpus * 8 /	/* units: bits */
		model_params(l->best.on.model ? l->best.on.model : c->model);
	if (l->holds_weights) {
		finding_say(f->reason, "The weights fit, but the KV caches of "
			    "that many requests do not fit beside them");
		finding_say(f->needs, "%.180s", l->refusal);
	} else {
		finding_say(f->reason, "The model's weights alone need %.1f "
			    "times the memory that there is, which has room "
			    "for %.2f bits a parameter",
			    l->gpus_needed / c->scenario.gpus, bits);
		finding_say(f->needs, "%.0f of these GPUs or more for the "
			    "weights alone, in %s%s", ceil(l->gpus_needed),
			    l->weights, *c->scenario.weights ? "" : ", the "
			    "smallest format that they compute");
	}
	return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
}

/* No rate stated: what it would have to be, against the GPUs' host links. */
static bool any_storage(const struct claim *c, double bytes,
			struct finding *f)
{
	double rate = bytes / c->value.high;
	double links = c->gpu && c->scenario.gpus > 0 ?
		c->gpu->pcie_Bps * c->scenario.gpus : (double)INFINITY;

	finding_say(f->arithmetic, "%.0f GB / %.4g s = %.3g GB/s",
		    units_giga(bytes), c->value.high, units_giga(rate));
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
	double gpus = c->scenario.gpus, bytes, hbm;

	if (c->metric != Q_HOST_GB || !c->model || !c->gpu || !(gpus > 0))
		return false;
	bytes = units_giga(model_checkpoint_B(c->model));
	hbm = units_giga(c->gpu->hbm_B) * gpus;
	finding_say(f->arithmetic, "%.0f GB in %.0f GPUs + %.0f GB of host "
		    "memory = %.0f GB, for %.0f GB of weights", hbm, gpus,
		    c->value.value, hbm + c->value.value, bytes);
	finding_say(f->limit, "memory of GPUs and host: %.0f GB",
		    hbm + c->value.value);
	f->side = SIDE_ABOVE;
	f->at = fmax(bytes - hbm, 1);
	if (hbm + c->value.high >= bytes) {
		finding_say(f->reason, "GPUs and host together hold the "
			    "weights");
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_HIGH);
	}
	finding_say(f->reason, "GPUs and host together do not hold the "
		    "weights, not even with what does not fit moved to the "
		    "host");
	finding_say(f->needs, "host_gb of %.0f", bytes - hbm);
	return finding_is(f, VERDICT_IMPOSSIBLE, CONFIDENCE_HIGH);
}

bool rule_loading(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *rate = &c->stated.of[Q_STORAGE_GB_S];
	double bytes, least;

	if (c->metric != Q_LOAD_S || !c->model)
		return false;
	bytes = model_checkpoint_B(c->model);
	if (!rate->known)
		return any_storage(c, bytes, f);
	least = units_giga(bytes) / rate->value;
	finding_say(f->arithmetic, "%.0f GB / %.4g GB/s = %.3g s",
		    units_giga(bytes), rate->value, least);
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->limit, "storage: %.3g s", least);
	if (c->value.high >= least) {
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
