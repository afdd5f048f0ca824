#include "ask/refusal.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

/* A larger share of HBM is not advised: the driver needs what is left. */
#define MOST_SHARE 0.97		/* math: of advice, no answer depends on it */

/* The next larger whole hundredth. */
static double hundredths(double share)
{
	return ceil(share * 100) / 100;	/* units: hundredths */
}

static void giga(struct text *out, double B)
{
	text_fixed(out, units_giga(B), 1);
	text_add(out, " GB");
}

static void share_words(const struct refusal *r, struct text *out)
{
	text_addf(out, "mem_share=%.2f would hold them",
		  hundredths(r->share));
}

/*
 * What would hold the weights: a larger share where that is enough. Not a
 * larger ep: where a rank has more experts it has a smaller part of each.
 */
static void weights_words(const struct refusal *r, struct text *out)
{
	giga(out, r->need);
	text_add(out, " of weights and ");
	giga(out, r->buffer_B);
	text_add(out, " of buffers do not fit the ");
	giga(out, r->have);
	text_add(out, " that the engine may fill; ");
	if (r->share <= MOST_SHARE)
		share_words(r, out);
	else
		text_add(out, "more GPUs or fewer bits would");
}

static void kv_words(const struct refusal *r, const struct deployment *d,
		     struct text *out)
{
	double alone;

	giga(out, r->need);
	text_add(out, " of KV do not fit the ");
	giga(out, r->have);
	text_add(out, " left beside the weights; ");
	if (r->fit >= 1) {
		text_add(out, "a batch of ");
		text_fixed(out, r->fit, 0);
		text_add(out, " would");
		return;
	}
	if (r->share <= MOST_SHARE) {
		share_words(r, out);
		return;
	}
	alone = deployment_alone_tok(d, r->have);
	if (alone >= 1)
		text_addf(out, "not even one sequence of this context does; "
			  "one of %.0f tokens would", alone);
	else
		text_add(out, "not even one sequence does; more GPUs or fewer "
			 "bits would");
}

static void shard_words(const struct refusal *r, const struct layout *l,
			struct text *out)
{
	text_addf(out, "%s = %d leaves a GPU %.0f of the %s, which cut "
		 "blocks of %.0f in %s; %s%s or weights without such blocks "
		 "would", r->by_moe ? "gpus / ep" : "tp",
		 r->by_moe ? l->moe_tp : l->tp, r->need, r->of, r->have,
		 r->format, r->by_moe ? "a larger ep" : "a smaller tp",
		 r->by_moe && r->both ? " with a smaller tp" : "");
}

static void words(const struct refusal *r, const struct deployment *d,
		  struct text *out)
{
	if (r->kind == REFUSAL_FORMAT)
		text_addf(out, "%s has no tensor cores for %s %s",
			  d->machine.gpu->name, r->format, r->of);
	else if (r->kind == REFUSAL_SHARD)
		shard_words(r, &d->layout, out);
	else if (r->kind == REFUSAL_CONTEXT)
		text_addf(out, "a context of %.0f tokens is above the "
			  "%.0f that %s was made for; ask for up to that",
			  r->need, r->have, d->model->name);
	else if (r->kind == REFUSAL_DCP)
		text_addf(out, "the attention of %s picks what it meets, "
			  "and no engine shards that over dcp = %d GPUs; "
			  "dcp=1 would run", d->model->name, d->layout.dcp);
	else if (r->kind == REFUSAL_WEIGHTS)
		weights_words(r, out);
	else if (r->kind == REFUSAL_KV)
		kv_words(r, d, out);
}

void refusal_words(const struct refusal *r, const struct deployment *d,
		   char *out, int size)
{
	struct text all = TEXT_INIT;
	size_t len;

	assert(size > 0);
	words(r, d, &all);
	len = all.len < (size_t)size ? all.len : (size_t)size - 1;
	memcpy(out, len ? all.buf : "", len);
	out[len] = '\0';
	text_release(&all);
}
