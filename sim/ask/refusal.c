#include "ask/refusal.h"

#include <math.h>
#include <stdio.h>

/* Engines do not run with less than this left to the driver. */
#define MOST_SHARE 0.97		/* math: of HBM */

/* The next larger whole hundredth. */
static double hundredths(double share)
{
	return ceil(share * 100) / 100;	/* units: hundredths */
}

/*
 * What would hold the weights: a larger share where that is enough. Not a
 * larger ep: where a rank has more experts it has a smaller part of each.
 */
static void weights_words(const struct refusal *r, char *out, size_t room)
{
	int len = snprintf(out, room, "%.1f GB of weights and %.1f GB of "
			   "buffers do not fit the %.1f GB that the engine may "
			   "fill; ", units_giga(r->need),
			   units_giga(r->buffer_B), units_giga(r->have));

	if (len < 0 || (size_t)len >= room)
		return;
	out += len;
	room -= (size_t)len;
	if (r->share <= MOST_SHARE)
		snprintf(out, room, "mem_share=%.2f would hold them",
			 hundredths(r->share));
	else
		snprintf(out, room, "more GPUs or fewer bits would");
}

static void kv_words(const struct refusal *r, char *out, size_t room)
{
	int len = snprintf(out, room, "%.1f GB of KV do not fit the %.1f GB "
			   "left beside the weights; ", units_giga(r->need),
			   units_giga(r->have));

	if (len < 0 || (size_t)len >= room)
		return;
	out += len;
	room -= (size_t)len;
	if (r->fit >= 1)
		snprintf(out, room, "a batch of %.0f would", r->fit);
	else if (r->share <= MOST_SHARE)
		snprintf(out, room, "mem_share=%.2f would hold them",
			 hundredths(r->share));
	else if (r->fit_tok >= 1)
		snprintf(out, room, "not even one sequence of this context "
			 "does; one of %.0f tokens would", r->fit_tok);
	else
		snprintf(out, room, "not even one sequence does; more GPUs or "
			 "fewer bits would");
}

static void shard_words(const struct refusal *r, const struct layout *l,
			char *out, size_t room)
{
	snprintf(out, room, "%s = %d leaves a GPU %.0f of the %s, which cut "
		 "blocks of %.0f in %s; a smaller tp%s or weights without "
		 "such blocks would", r->by_moe ? "gpus / ep" : "tp",
		 r->by_moe ? l->moe_tp : l->tp, r->need, r->of, r->have,
		 r->format, r->by_moe ? ", a larger ep" : "");
}

void refusal_words(const struct refusal *r, const struct deployment *d,
		   char *out, int size)
{
	size_t room = (size_t)size;

	out[0] = '\0';
	if (r->kind == REFUSAL_FORMAT)
		snprintf(out, room, "%s has no tensor cores for %s %s",
			 d->machine.gpu->name, r->format, r->of);
	else if (r->kind == REFUSAL_SHARD)
		shard_words(r, &d->layout, out, room);
	else if (r->kind == REFUSAL_CONTEXT)
		snprintf(out, room, "a context of %.0f tokens is above the "
			 "%.0f that %s was made for; up to that would run",
			 r->need, r->have, d->model->name);
	else if (r->kind == REFUSAL_DCP)
		snprintf(out, room, "the attention of %s picks what it meets, "
			 "and no engine shards that over dcp = %d GPUs; "
			 "dcp=1 would run", d->model->name, d->layout.dcp);
	else if (r->kind == REFUSAL_WEIGHTS)
		weights_words(r, out, room);
	else if (r->kind == REFUSAL_KV)
		kv_words(r, out, room);
}
