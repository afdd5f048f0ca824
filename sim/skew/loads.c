#include "skew/loads.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void loads_init(struct loads *l, const struct deployment *on, int micro)
{
	int ranks = on->layout.ep, groups = on->layout.dp;
	int layers = model_moe_layers(on->model) + on->layout.drafts;
	size_t experts = (size_t)ranks * (size_t)layers * (size_t)micro;
	size_t pairs = (size_t)micro * (size_t)groups;

	assert(ranks >= 1 && layers >= 0 && micro >= 1 && groups >= 1);
	*l = (struct loads){ ranks, layers, micro, groups,
		mem_zeroed(experts, sizeof(*l->expert)),
		mem_zeroed(pairs, sizeof(*l->seqs)),
		mem_zeroed(pairs, sizeof(*l->kv_tok)) };
}

void loads_release(struct loads *l)
{
	free(l->expert);
	free(l->seqs);
	free(l->kv_tok);
	*l = (struct loads){ 0 };
}

struct load *loads_at(const struct loads *l, int micro, int layer, int rank)
{
	assert(micro < l->micro && layer < l->layers && rank < l->ranks);
	return &l->expert[((size_t)micro * (size_t)l->layers +
			   (size_t)layer) * (size_t)l->ranks + (size_t)rank];
}

/* The mean load that a block's experts were counted with. */
static struct load mean_of(const struct graph *g, enum block_kind kind)
{
	for (int b = 0; b < g->blocks; b++) {
		const struct part *p = &g->part[g->block[b].ffn];

		if (g->block[b].kind != kind)
			continue;
		for (int i = p->first; i < p->first + p->nr; i++)
			if (g->op[i].stage == STAGE_EXPERTS)
				return g->op[i].load;
	}
	return (struct load){ 0 };
}

static int moe_layers(const struct graph *g)
{
	int layers = 0;

	for (int b = 0; b < g->blocks; b++)
		if (g->block[b].kind == BLOCK_MOE)
			layers += g->block[b].layers;
	return layers;
}

void loads_even(struct loads *l, const struct graph *g,
		const struct batch *b)
{
	struct load moe = mean_of(g, BLOCK_MOE);
	struct load draft = mean_of(g, BLOCK_DRAFT);
	int main_layers = moe_layers(g);

	for (int m = 0; m < l->micro; m++)
		for (int y = 0; y < l->layers; y++)
			for (int r = 0; r < l->ranks; r++)
				*loads_at(l, m, y, r) =
					y < main_layers ? moe : draft;
	for (int i = 0; i < l->micro * l->groups; i++) {
		l->seqs[i] = b->seqs / b->micro;
		l->kv_tok[i] = l->seqs[i] * b->ctx_tok;
	}
}

double loads_imbalance(const struct loads *l)
{
	double sum_imbalance = 0;
	int played = 0;

	for (int i = 0; i < l->micro * l->layers; i++) {
		double sum = 0, most = 0;

		for (int r = 0; r < l->ranks; r++) {
			double rows = l->expert[i * l->ranks + r].rows;

			sum += rows;
			most = fmax(most, rows);
		}
		if (sum > 0) {
			sum_imbalance += most * l->ranks / sum;
			played++;
		}
	}
	return played ? sum_imbalance / played : 1;
}
