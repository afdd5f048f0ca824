#include "facts/model.h"

#include <stdio.h>
#include <string.h>

#include "facts/want.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static int take_drafts(struct model *m, struct facts *facts,
		       struct fault *why)
{
	static const struct want tokens = {
		"tokens_per_step", DIM_RATIO, LIMIT_FROM_ONE, 0, true
	};

	m->tokens_per_step[0] = 1;
	for (int n = 1; n <= MODEL_DRAFTS; n++) {
		double *out = &m->tokens_per_step[n];
		char key[32]; /* size: the longest key */

		snprintf(key, sizeof(key), "%s.%d", tokens.key, n);
		if (want_one(&tokens, facts, key, out, why))
			return -1;
		if (*out <= n + 1)
			continue;
		fault_at_fact(why, facts_find(facts, key));
		fault_what(why, "%d drafts cannot give %g tokens a step", n,
			   *out);
		return fault_remedy(why, "write at most %d", n + 1);
	}
	return 0;
}

int model_take(struct model *m, struct facts *facts, struct fault *why)
{
	static const struct want wants[] = {
		{ "routing.sigma", DIM_RATIO, LIMIT_FROM_ZERO,
		  offsetof(struct model, routing_sigma), false },
		{ "routing.drift", DIM_RATIO, LIMIT_FROM_ZERO,
		  offsetof(struct model, routing_drift_cv), false },
		{ "params.published", DIM_PARAMS, LIMIT_POSITIVE,
		  offsetof(struct model, published_params), true },
	};

	m->name = facts->name;
	m->routing_sigma = 0;
	m->routing_drift_cv = 0;
	m->published_params = 0;
	memset(m->tokens_per_step, 0, sizeof(m->tokens_per_step));
	m->routing_borrowed = false;
	if (want_all(wants, NR(wants), facts, m, why) ||
	    take_drafts(m, facts, why))
		return -1;
	return facts_all_taken(facts, why);
}

int model_moe_layers(const struct model *m)
{
	return m->num_hidden_layers - m->first_k_dense_replace;
}

enum attn model_attn(const struct model *m, int layer)
{
	if (m->family == FAMILY_V4)
		return (enum attn)m->compress[layer];
	return m->family == FAMILY_DSA ? ATTN_DSA : ATTN_MLA;
}

int model_attn_layers(const struct model *m, enum attn kind)
{
	if (m->family == FAMILY_V4)
		return m->layers_of[kind];
	return kind == model_attn(m, 0) ? m->num_hidden_layers : 0;
}

const char *attn_name(enum attn kind)
{
	static const char *const name[ATTN_NR] = { "mla", "dsa", "swa",
						   "csa", "hca" };

	return name[kind];
}
