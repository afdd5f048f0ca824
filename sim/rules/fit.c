#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "ask/refusal.h"
#include "words/tolerance.h"
#include "base/units.h"

static const char *open_words(const struct claim *c)
{
	return c->limits->choices > 1 ? ", the best of the layouts and "
		"formats that the claim leaves open" : "";
}

/* Is the claim that something is held, or that it runs? */
static bool is_held(enum quantity q)
{
	return q == Q_FITS || quantity_in(q, Q_GPUS, Q_NODES) || q == Q_CTX ||
	       q == Q_CONCURRENCY || q == Q_USERS || q == Q_MEM_SHARE;
}

static bool runs(enum quantity q)
{
	return q <= Q_TOK_S_NODE || q == Q_REQUESTS_PER_S ||
	       quantity_in(q, Q_ALL_TOK_S_GPU, Q_PEAK_TPM) ||
	       quantity_in(q, Q_TTFT_MS, Q_E2E_P99_MS);
}

static void memory_line(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;

	finding_say(f->arithmetic, "a GPU would hold %.1f GB of weights, "
		    "%.1f GB of buffers and %.2f GB of KV, %.1f GB in all; "
		    "it has %.1f GB%s", units_giga(l->weights_B),
		    units_giga(l->buffer_B), units_giga(l->kv_B),
		    units_giga(l->held_B), units_giga(l->budget_B),
		    open_words(c));
	finding_say(f->limit, "memory: %.1f GB a GPU",
		    units_giga(l->budget_B));
}

/* Nothing but a context that the model is not made for. */
static bool too_long(const struct claim *c, struct finding *f)
{
	const struct refusal *r = &c->limits->lack;

	finding_say(f->needs, "a context of %d tokens or fewer",
		    c->model->max_position_embeddings);
	return implausible(f, MEDIUM, "The memory would do, but a context of "
			   "%.0f tokens is above the %.0f that %s was made for",
			   r->need, r->have, c->model->name);
}

/* Host memory that the claim names takes what the GPUs do not. */
static bool hosted(const struct claim *c)
{
	const struct amount *host = &c->stated.of[Q_HOST_GB];
	const struct limits *l = c->limits;
	double gpus = claim_gpus(c);

	return host->known && units_giga(l->weights_B * gpus) <=
		host->high + units_giga(l->budget_B * gpus);
}

static void kv_reason(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;

	finding_say(f->reason, "The weights fit, but the KV caches of that "
		    "many requests, %.1f GB a GPU, do not fit beside them",
		    units_giga(l->kv_B));
	if (l->lack.fit >= 1)
		finding_say(f->needs, "%.0f requests at a time on each "
			    "attention group, or shorter ones", l->lack.fit);
	else
		finding_say(f->needs, "more GPUs, or shorter requests: not "
			    "even one of this length fits");
}

static void weights_reason(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;
	double times = l->gpus_needed / claim_gpus(c);

	if (times < TOLERANCE_NEARLY)
		finding_say(f->reason, "%.1f GB of weights and %.1f GB of "
			    "buffers do not fit the %.1f GB of a GPU",
			    units_giga(l->weights_B), units_giga(l->buffer_B),
			    units_giga(l->budget_B));
	else
		finding_say(f->reason, "The model's weights alone need %.1f "
			    "times the memory that there is, which has room "
			    "for %.2f bits a parameter", times,
			    l->budget_B * claim_gpus(c) * BITS /
			    model_params(c->model));
	finding_say(f->needs, "%.0f of these GPUs or more for the weights "
		    "alone, in %s%s", ceil(l->gpus_needed), l->weights,
		    *c->scenario.weights ? "" : ", the smallest format that "
		    "is served");
}

/* Is its rate one that the GPUs' FLOPs and bytes allow in the densest files? */
static bool may_run(const struct claim *c)
{
	const struct amount *gpu = claim_has(c, Q_TOK_S_GPU);
	const struct amount *user = claim_has(c, Q_TOK_S_USER);
	double active = model_params_active(c->model, false), peak = 0;
	double drafts = isnan(c->scenario.mtp) ?
		2 + 1 :		/* as many as are granted elsewhere */
		c->scenario.mtp;
	double read = active * c->limits->granted->densest_bits / BITS;

	for (int m = 0; m < MATH_NR; m++)
		peak = fmax(peak, c->gpu->flops[m]);
	return !(gpu && gpu->low > peak / (2 * active)) &&
	       !(user && user->low > (drafts + 1) * claim_gpus(c) *
		 c->gpu->hbm_Bps / read);
}

/*
 * In a format that is not said: what is served is not all that there is. The KV
 * is left away, since attention and experts may be in different formats.
 */
static bool is_denser(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;
	double room = l->budget_B * claim_gpus(c) * BITS /
		model_params(c->model);

	if (*c->scenario.weights || l->holds_weights ||
	    !runs(c->metric) || c->stated.of[Q_WEIGHTS_GB].known ||
	    c->stated.of[Q_WEIGHT_BITS].known ||
	    room < l->granted->densest_bits || !may_run(c))
		return false;
	finding_say(f->needs, "%.2f bits a weight", room);
	return plausible(f, LOW, "The format is not said: in %.2f bits a "
			 "weight or fewer, as files of 1.5 to 4 bits have "
			 "them, the model is in memory", room);
}

static bool fits(const struct claim *c, struct finding *f)
{
	if (!is_held(c->metric))
		return false;		/* it says nothing of speed */
	finding_say(f->reason, "Weights and KV fit: with buffers they take "
		    "%.1f GB of the %.1f GB of a GPU%s",
		    units_giga(c->limits->held_B),
		    units_giga(c->limits->budget_B), c->limits->widened ?
		    "; the GPU has no tensor cores for the format, software "
		    "widens each weight first" : "");
	return finding_is(f, c->metric == Q_FITS ? VERDICT_HOLDS :
			  VERDICT_PLAUSIBLE, limits_sureness(c));
}

static bool does_not(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;

	if (hosted(c) && !l->holds_weights)
		return plausible(f, MEDIUM, "The GPUs alone do not hold the "
				 "weights, with the host memory that the claim "
				 "names they do");
	if (is_denser(c, f))
		return true;
	if (l->holds_all)
		return too_long(c, f);
	if (l->holds_weights)
		kv_reason(c, f);
	else
		weights_reason(c, f);
	return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
}

/* The claim is that it does not fit. */
static bool said_not(const struct claim *c, struct finding *f)
{
	if (c->limits->fits) {
		finding_say(f->needs, "less memory, or a longer context");
		return finding_says(f, VERDICT_INCONSISTENT, limits_sureness(c),
				    "It does fit: weights and KV take %.1f GB "
				    "of the %.1f GB of a GPU",
				    units_giga(c->limits->held_B),
				    units_giga(c->limits->budget_B));
	}
	does_not(c, f);
	*f->needs = '\0';
	return finding_is(f, VERDICT_HOLDS, limits_sureness(c));
}

bool rule_memory(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;

	assert(!c->malformed && l);
	if ((!runs(c->metric) && !is_held(c->metric)) || !l->sound ||
	    c->gpus_taken > 0 ||
	    !(l->held_B > 0))
		return false;
	memory_line(c, f);
	if (c->metric == Q_FITS && !(c->value.value > 0))
		return said_not(c, f);
	return l->fits ? fits(c, f) : does_not(c, f);
}
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
		return impossible(f, HIGH, "Weights do not load in no time");
	}
	finding_say(f->arithmetic, "%.0f GB / %.4g s = %.3g GB/s",
		    units_giga(bytes), bytes / rate, units_giga(rate));
	if (rate > links)
		return impossible(f, HIGH, "The host links of the GPUs do not "
				  "carry the weights in that time");
	finding_say(f->needs, "storage_gb_s of %.3g", units_giga(rate));
	return plausible(f, MEDIUM, "The host links of the GPUs carry the "
			 "weights in that time; storage must deliver %.3g GB/s",
			 units_giga(rate));
}

/* What does not fit the GPUs must at least fit the host beside them. */
bool rule_offload(const struct claim *c, struct finding *f)
{
	double gpus = claim_gpus(c), bytes, hbm;

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
	if (hbm + c->value.high >= bytes)
		return plausible(f, HIGH, "GPUs and host together hold the "
				 "%.0f GB of weights", bytes);
	finding_say(f->needs, "host_gb of %.0f", bytes - hbm);
	return impossible(f, HIGH, "GPUs and host together have %.0f GB and do "
			  "not hold the %.0f GB of weights",
			  hbm + c->value.value, bytes);
}

bool rule_loading(const struct claim *c, struct finding *f)
{
	const struct amount *rate = &c->stated.of[Q_STORAGE_GB_S];
	double bytes, least;

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
	if (standing_of(c, &c->value, least, SIDE_ABOVE) != STANDS_BEYOND)
		return plausible(f, MEDIUM, "Storage can deliver the weights "
				 "in that time");
	finding_say(f->needs, "storage of %.3g GB/s",
		    units_giga(bytes) / c->value.value);
	return impossible(f, HIGH, "The weights take at least %.3g s to come "
			  "from storage", least);
}
