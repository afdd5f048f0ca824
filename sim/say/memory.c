#include "say/memory.h"

#include <assert.h>
#include <math.h>

enum { WIDE = 72 /* size: columns of the bar */ };

struct slab {
	char sign;
	const char *name;
	double B;
};

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

/* Columns up to a number of bytes, so that the bar's parts add up to WIDE. */
static int column(double B, double all_B)
{
	return (int)floor(fmin(1, fmax(0, B / all_B)) * WIDE + 0.5); /* math: */
}

static void bar(const struct slab *slab, int nr, double all_B,
		struct text *out)
{
	double upto = 0;
	int at = 0;

	text_add(out, "  ");
	for (int i = 0; i < nr; i++) {
		upto += fmax(0, slab[i].B);
		for (; at < column(upto, all_B); at++)
			text_addn(out, &slab[i].sign, 1);
	}
	text_add(out, "\n");
}

void memory_bar(const struct question *q, const struct answer *a,
		struct text *out)
{
	const struct held *h = &a->held;
	double used = h->weights_B + h->buffer_B;
	double kv = fmin(h->kv_B, fmax(0, h->budget_B - used));
	const struct slab slab[] = {
		{ 'A', "attention weights", h->attn_B },
		{ 'E', "routed experts", h->experts_B },
		{ 'W', "other weights: dense, shared, gates, vocabulary",
		  h->weights_B - h->attn_B - h->experts_B },
		{ 'B', "buffers of engine and exchange", h->buffer_B },
		{ 'K', "KV of the batch", kv },
		{ '.', "room for more KV", h->budget_B - used - kv },
		{ '-', "not the engine's (mem_share)", h->hbm_B -
		  fmax(h->budget_B, used) },
	};

	assert(h->hbm_B > 0);
	text_addf(out, "\nmemory of a GPU: %s, %.1f GB; %d GPUs, TP%d x DP%d, "
		  "EP%d, stack %s, %g sequences of %g tokens a group\n",
		  q->on.machine.gpu->name, units_giga(h->hbm_B),
		  layout_gpus(&q->on.layout), q->on.layout.tp, q->on.layout.dp,
		  q->on.layout.ep, q->on.machine.stack->name,
		  q->batch.seqs, q->batch.ctx_tok);
	bar(slab, NR(slab), h->hbm_B, out);
	for (int i = 0; i < NR(slab); i++)
		if (slab[i].B > 0)
			text_addf(out, "  %c %7.1f GB  %s\n", slab[i].sign,
				  units_giga(slab[i].B), slab[i].name);
	text_addf(out, "  room for %.0f tokens of KV a group (80 %%: %.0f to "
		  "%.0f)\n", a->room_tok, a->room_low_tok, a->room_high_tok);
	if (!a->fits)
		text_addf(out, "  does not fit: %s\n", a->refusal);
}
