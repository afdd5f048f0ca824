#include "base/near.h"
#include "rules/rule.h"

#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "words/item.h"
#include "words/tolerance.h"

/* Of the model; of none, as many as the claim states beside their bits. */
static double params(const struct claim *c)
{
	const struct amount *stated = &c->stated.of[Q_PARAMS_TOTAL];

	if (c->model)
		return model_params(c->model);
	return stated->known && c->stated.of[Q_WEIGHT_BITS].known ?
	       stated->value * 1e9 : 0;		/* units: Gparams */
}

/* The least bits a weight that the claim allows. */
static double least_bits(const struct claim *c)
{
	const struct amount *bits = &c->stated.of[Q_WEIGHT_BITS];

	return bits->known ? bits->low : c->names.bits > 0 ? c->names.bits :
	       c->limits->granted->densest_bits;
}

/* Four bits are four, whatever their scales add. */
static double nominal(double bits)
{
	const double five = 5;		/* units: bits */

	return bits < five ? floor(bits) : bits;
}

/* Is it said to be as published, and in no number of bits? */
static bool is_native(const struct claim *c)
{
	return c->model && format_same(c->scenario.weights, "native") &&
	       !(c->names.bits > 0) && !c->stated.of[Q_WEIGHT_BITS].known;
}

/*
 * GB on one GPU of a model kept so: without the MTP blocks, which are not
 * always loaded, and in GiB, as sizes are printed too.
 */
static double loaded(const struct claim *c, const struct kept *kept)
{
	const double gib = 1.073741824;		/* units: GB */
	double all = model_checkpoint_in_B(c->model, kept) -
		model_mtp_in_B(c->model, kept);

	return units_giga(all) / gib / fmax(1, c->scenario.gpus);
}

/* Of all checkpoints that its sheet knows, the smallest. */
static double smallest(const struct claim *c)
{
	double least = loaded(c, &c->model->kept);
	const char *name;
	struct kept kept;

	for (int i = 0; (name = model_weights(c->model, i)); i++)
		if (model_stored(c->model, name, &kept) == 0)
			least = fmin(least, loaded(c, &kept));
	return least;
}

/* GB on one GPU. */
static double least_weights(const struct claim *c)
{
	double gpus = c->scenario.gpus >= 1 ? c->scenario.gpus : 1;
	double packed = params(c) * least_bits(c) / BITS;
	enum format f;

	if (format_parse(c->scenario.weights, &f) == 0 &&
	    !(c->names.bits > 0) && !c->stated.of[Q_WEIGHT_BITS].known)
		packed = params(c) * nominal(format_bytes(f) * BITS) / BITS;
	if (is_native(c))
		return smallest(c);
	return units_giga(packed / gpus);
}

/* The whole checkpoint in GB, its scales and what is kept in more bits. */
static double most_weights(const struct claim *c)
{
	const struct amount *bits = &c->stated.of[Q_WEIGHT_BITS];
	const struct granted *g = c->limits->granted;
	enum format f;

	if (is_native(c))
		return units_giga(model_checkpoint_B(c->model)) *
		       g->beside_weights;
	if (bits->known)
		return units_giga(params(c) * bits->high / BITS) *
		       g->beside_weights;
	if (c->names.bits > 0)
		return units_giga(params(c) * c->names.bits /
				  BITS) * 2;	/* math: whole bits of a name */
	if (format_parse(c->scenario.weights, &f) == 0)
		return units_giga(params(c) * format_bytes(f)) *
		       g->beside_weights;
	return units_giga(params(c) * g->widest_bits / BITS);
}

/*
 * What the claim says that one of its GPUs holds: its part of all, and whole
 * what every token meets. All of it, where it says of no GPU.
 */
static double most_held(const struct claim *c)
{
	double most = most_weights(c), gpus = c->scenario.gpus;
	bool one = near_has(c->called, "gpu") ||
		near_has(c->written.unit, "gpu");

	if (!one || !(gpus > 1) || !c->model)
		return most;
	return most * fmin(1, 1 / gpus + model_params_active(c->model, true) /
			   model_params(c->model));
}

/* Whose size the least is: a format's, or that of so many bits. */
static const char *kept_in_words(const struct claim *c, char *out, int size)
{
	bool stated = c->stated.of[Q_WEIGHT_BITS].known || c->names.bits > 0;

	if (is_native(c))
		return "the smallest format it is published in";
	if (*c->scenario.weights && !stated)
		return c->scenario.weights;
	snprintf(out, (size_t)size, "%.3g bits%s", least_bits(c),
		 stated ? "" : ", the densest there is");
	return out;
}

/* Less than the checkpoint first published, and one of another may be meant. */
static bool as_another(const struct claim *c, struct finding *f)
{
	double native;

	if (!is_native(c))
		return false;
	native = loaded(c, &c->model->kept);
	if (standing_of(c, &c->value, native, SIDE_ABOVE) != STANDS_BEYOND)
		return false;
	finding_say(f->needs, "the format of the weights");
	return unknown(f, MEDIUM, "The checkpoint as first published takes "
		       "%.4g GB, %.3g times what the claim says, and one of "
		       "another format is as small", native,
		       native / c->value.value);
}

bool rule_weights(const struct claim *c, struct finding *f)
{
	char form[HUMAN];
	double least;

	if (c->metric != Q_WEIGHTS_GB || !(params(c) > 0))
		return false;
	least = least_weights(c);
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->arithmetic, "%.4g G parameters in %s, over %.0f GPU%s: "
		    "%.4g GB a GPU", units_giga(params(c)),
		    kept_in_words(c, form, HUMAN),
		    fmax(1, c->scenario.gpus), c->scenario.gpus > 1 ? "s" :
		    "", least);
	finding_say(f->limit, "weights: %.4g GB", least);
	if (standing_of(c, &c->value, least, SIDE_ABOVE) == STANDS_BEYOND) {
		finding_say(f->needs, "weights_gb = %.4g, or fewer bits a "
			    "weight", least);
		return inconsistent(f, HIGH, "The weights take %.4g GB, %.3g "
				    "times what the claim says", least,
				    least / c->value.value);
	}
	if (as_another(c, f))
		return true;
	if (c->value.low > most_held(c)) {
		f->side = SIDE_BELOW;
		f->at = most_held(c);
		finding_say(f->needs, "weights_gb = %.4g, or more bits a "
			    "weight", f->at);
		return inconsistent(f, MEDIUM, "All weights of the model take "
				    "at most %.4g GB in that format, the claim "
				    "says %.3g times as much", f->at,
				    c->value.value / f->at);
	}
	return plausible(f, MEDIUM, "The weights fit into that size");
}

/* Of a sequence in GB, or of one more token in B, as the cache is kept. */
static double kv_gb(const struct claim *c, enum format kv, bool fp4)
{
	struct kv_form form = attention_form(c->model, kv, fp4);
	const double far = 131072;	/* size: tokens, beyond any window */
	double ctx = c->scenario.ctx;

	if (c->metric == Q_KV_B_TOK)
		return (attention_kv_B(c->model, &form, 2 * far) -
			attention_kv_B(c->model, &form, far)) / far;
	if (isnan(ctx))
		ctx = c->scenario.isl + (c->scenario.osl > 0 ?
					 c->scenario.osl : 0);
	return units_giga(attention_kv_B(c->model, &form, ctx));
}

/* Of one sequence, or of all that are in flight: which is closer. */
static double sequences(const struct claim *c)
{
	double many = c->scenario.concurrency;

	return c->metric == Q_KV_GB && many > 1 && c->value.value >
	       kv_gb(c, FORMAT_BF16, false) * sqrt(many) ? many : 1;
}

static const char *kept_of(const struct claim *c)
{
	return c->metric != Q_KV_GB ? "a token" : sequences(c) > 1 ?
	       "so many sequences" : "such a sequence";
}

/* The formats that the claim leaves open; how many. */
static int kv_sizes(const struct claim *c, double *out)
{
	const char *kv = c->scenario.kv;
	bool any = !*kv || format_same(kv, "native");
	int n = 0;

	if (any || format_same(kv, "bf16"))
		out[n++] = kv_gb(c, FORMAT_BF16, false);
	if (any || format_same(kv, "fp8")) {
		out[n++] = kv_gb(c, FORMAT_FP8, false);
		out[n++] = kv_gb(c, FORMAT_FP8, true);
	}
	for (int i = 0; i < n; i++)
		out[i] *= sequences(c);
	return n;
}

static bool is_kv(const struct claim *c)
{
	if (!c->model || account_of(&c->rest, c->metric)->by >= 0)
		return false;
	return c->metric == Q_KV_B_TOK || (c->metric == Q_KV_GB &&
	       !c->stated.of[Q_KV_B_TOK].known &&
	       !(isnan(c->scenario.ctx) && isnan(c->scenario.isl)));
}

/* A context of 128k may be 128 x 1024, and 1M 1024 of those: times it. */
static double binary(const struct claim *c)
{
	const double kilo = 1000, kibi = 1024;	/* units: */
	double ctx = c->scenario.ctx, times = 1;

	if (c->metric != Q_KV_GB || !(ctx > 0))
		return times;
	for (; !(fmod(ctx, kilo) > 0) && ctx >= kilo; ctx /= kilo)
		times *= kibi / kilo;
	return times;
}

bool rule_kv(const struct claim *c, struct finding *f)
{
	double size[3], best = 0;	/* size: formats */
	char is[HUMAN], said[HUMAN];
	const char *slip = NULL;
	int n;

	if (!is_kv(c))
		return false;
	n = kv_sizes(c, size);
	for (int k = 0; k < n; k++) {
		struct amount a = amount_exact(size[k]);

		if (!(best > 0) || fabs(log(c->value.value / size[k])) <
		    fabs(log(c->value.value / best)))
			best = size[k];
		if (!slip)
			slip = slip_name(c->metric, &c->value, &a);
	}
	f->at = best;
	quantity_say(c->metric, best, is, sizeof(is));
	finding_say(f->arithmetic, "%s keeps %s of %s", c->model->name, is,
		    kept_of(c));
	finding_say(f->limit, "KV: %s", is);
	if (c->value.low <= best * binary(c) * (1 + TOLERANCE_LENGTH) &&
	    c->value.high >= best * (1 - TOLERANCE_LENGTH))
		return holds(f, HIGH, "The model's attention keeps that much");
	finding_say(f->needs, "%s = %s", quantity_name(c->metric), is);
	return inconsistent(f, HIGH, "The claim says %s, %.3g times the %s "
			    "that the model's attention keeps of %s%s%s",
			    claim_figure(c, said), c->value.value / best, is,
			    kept_of(c), slip ? ": " : "", slip ? slip : "");
}
