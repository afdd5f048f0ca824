#include "work/shard.h"

#include <math.h>

/* A matrix pair of an FFN, or one of attention, along the dimension cut. */
struct cut {
	const char *of;
	enum site site;
	enum module module;
	double whole;
	int parts;
	bool only_out;	/* the cut is along what no product sums over */
};

static struct shard try(const struct deployment *d, const struct cut *c,
			bool by_moe)
{
	enum format f = kept_in(&d->layout.storage.weights, c->site,
				c->module);
	int block = format_block(f, c->only_out);
	double part = c->whole / c->parts;

	if (c->parts == 1 || !(part > 0) || fmod(part, block) == 0)
		return (struct shard){ 0 };
	return (struct shard){ c->of, format_name(f), part, block, by_moe,
			       false };
}

/* Queries, and what the heads' values are projected from, by heads. */
static struct shard cut_heads(const struct deployment *d)
{
	const struct model *m = d->model;
	const struct cut heads[] = {
		{ "queries", SITE_MOE, MODULE_Q_B, (double)
		  m->num_attention_heads * (m->qk_nope_head_dim +
					    m->qk_rope_head_dim),
		  d->layout.tp, true },
		{ "attention's output", SITE_MOE, MODULE_O, (double)
		  m->num_attention_heads * m->v_head_dim, d->layout.tp,
		  false },
	};
	struct shard s = { 0 };

	for (int i = 0; i < 2 && !s.of; i++)
		s = try(d, &heads[i], false);
	return s;
}

/* What tp cuts, apart from experts that a larger ep would leave whole. */
static struct shard cut_by_tp(const struct deployment *d)
{
	const struct model *m = d->model;
	int tp = d->layout.dp == 1 ? d->layout.tp : 1;
	const struct cut ffn[] = {
		{ "shared experts", SITE_MOE, MODULE_SHARED, (double)
		  m->moe_intermediate_size * m->n_shared_experts,
		  d->layout.shared_parts, false },
		{ "dense layers", SITE_DENSE, MODULE_DENSE,
		  m->first_k_dense_replace ? m->intermediate_size : 0, tp,
		  false },
	};
	struct shard s = { 0 };

	for (int i = 0; i < 2 && !s.of; i++)
		s = try(d, &ffn[i], false);
	return s.of ? s : cut_heads(d);
}

struct shard deployment_cut(const struct deployment *d)
{
	const struct cut experts = { "routed experts", SITE_MOE,
		MODULE_EXPERTS, d->model->moe_intermediate_size,
		d->layout.moe_tp, false };
	struct shard by_tp = cut_by_tp(d), s = try(d, &experts, true);

	s.both = by_tp.of != NULL;
	return s.of ? s : by_tp;
}
