#include "model/model.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sheet/want.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static double err_of(const struct facts *facts, const char *key)
{
	const struct fact *f = facts_find(facts, key);

	return f ? f->err : 0;
}

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
		m->tokens_err[n] = err_of(facts, key);
		if (*out <= n + 1)
			continue;
		fault_at_fact(why, facts_find(facts, key));
		fault_what(why, "%d drafts cannot give %g tokens a step", n,
			   *out);
		return fault_remedy(why, "write at most %d", n + 1);
	}
	return 0;
}

static const char recipe_key[] = "recipe.";

/* The rows recipe.NAME: words MODULE=FORMAT over how it is stored. */
static int take_recipes(struct model *m, struct facts *facts,
			struct fault *why)
{
	size_t stem = strlen(recipe_key);

	for (int i = 0; i < facts->nr; i++) {
		const struct fact *f = &facts->fact[i];
		struct recipe *r = &m->recipe[m->recipes];
		const char *words;

		if (strncmp(f->key, recipe_key, stem))
			continue;
		if (facts_word(facts, f->key, &words, why))
			return -1;
		fault_at_fact(why, f);
		if (m->recipes == MODEL_RECIPES)
			return fault_what(why, "more than %d recipes",
					  MODEL_RECIPES);
		r->name = f->key + stem;
		r->kept = m->kept;
		if (kept_apply(&r->kept, &m->kept, words, why))
			return -1;
		m->recipes++;
	}
	return 0;
}

int model_take(struct model *m, struct facts *facts, struct fault *why)
{
	static const struct want wants[] = {
		{ "routing.sigma", DIM_RATIO, LIMIT_LOG_SD,
		  offsetof(struct model, routing_sigma), false },
		{ "routing.drift", DIM_RATIO, LIMIT_FROM_ZERO,
		  offsetof(struct model, routing_drift_cv), false },
		{ "routing.together", DIM_RATIO, LIMIT_SHARE,
		  offsetof(struct model, routing_together), true },
		{ "params.published", DIM_PARAMS, LIMIT_POSITIVE,
		  offsetof(struct model, published_params), true },
	};

	assert(m && facts);
	m->name = facts->name;
	m->routing_sigma = 0;
	m->routing_drift_cv = 0;
	m->routing_together = 0;
	m->published_params = 0;
	memset(m->tokens_per_step, 0, sizeof(m->tokens_per_step));
	memset(m->tokens_err, 0, sizeof(m->tokens_err));
	m->routing_borrowed = false;
	m->recipes = 0;
	if (want_all(wants, NR(wants), facts, m, why) ||
	    want_day(facts, "announced", &m->announced, why) ||
	    take_drafts(m, facts, why) || take_recipes(m, facts, why))
		return -1;
	m->routing_sigma_err = facts_err(facts, "routing.sigma");
	m->routing_drift_err = facts_err(facts, "routing.drift");
	m->routing_together_err = facts_err(facts, "routing.together");
	return facts_all_taken(facts, why);
}

double model_tokens(const struct model *m, int drafts)
{
	const double *al = m->tokens_per_step;
	int known = 0;
	double gain, ratio, sum;

	assert(drafts >= 0 && drafts <= MODEL_DRAFTS);
	if (drafts == 0 || al[drafts] > 0)
		return al[drafts];
	while (known < drafts && al[known + 1] > 0)
		known++;
	if (known == 0)
		return 0;
	sum = al[known];
	gain = sum - al[known - 1];
	ratio = known == 1 ? gain : gain / (al[known - 1] - al[known - 2]);
	for (int k = known + 1; k <= drafts; k++) {
		gain *= known == 1 ? pow(ratio, k) : fmin(ratio, 1);
		sum += gain;
	}
	return sum;
}

int model_moe_layers(const struct model *m)
{
	return m->num_hidden_layers - m->first_k_dense_replace;
}

enum attn model_attn(const struct model *m, int layer)
{
	assert(layer >= 0 && layer <= m->num_hidden_layers);
	if (m->family == FAMILY_V4 || m->layers_of[ATTN_DSA_SHARED] > 0)
		return (enum attn)m->compress[layer];
	return m->family == FAMILY_DSA ? ATTN_DSA : ATTN_MLA;
}

int model_attn_layers(const struct model *m, enum attn kind)
{
	if (m->family == FAMILY_V4 || m->layers_of[ATTN_DSA_SHARED] > 0)
		return m->layers_of[kind];
	return kind == model_attn(m, 0) ? m->num_hidden_layers : 0;
}

int model_dense_layers(const struct model *m, enum attn kind)
{
	return kind == model_attn(m, 0) ? m->first_k_dense_replace : 0;
}

/* ---- how it is stored ---- */

/* Formats that a scenario may name without a recipe. */
static const enum format plain[] = { FORMAT_BF16, FORMAT_FP8, FORMAT_NVFP4,
	FORMAT_MXFP4, FORMAT_INT4 };

int model_stored(const struct model *m, const char *weights, struct kept *k)
{
	struct fault why;

	assert(m && weights && k);
	*k = m->kept;
	if (format_same(weights, "native"))
		return 0;
	if (strchr(weights, '='))
		return kept_apply(k, &m->kept, weights, &why);
	for (int i = 0; i < m->recipes; i++) {
		if (!format_same(m->recipe[i].name, weights))
			continue;
		*k = m->recipe[i].kept;
		return 0;
	}
	for (int i = 0; i < NR(plain); i++) {
		if (!format_same(format_name(plain[i]), weights))
			continue;
		if (plain[i] == FORMAT_BF16 || plain[i] == FORMAT_FP8)
			*k = kept_all(plain[i], plain[i]);
		for (int p = 0; p < SITE_NR; p++)
			k->of[p][MODULE_EXPERTS] = (unsigned char)plain[i];
		return 0;
	}
	return -1;
}

const char *model_weights(const struct model *m, int nr)
{
	assert(nr >= 0);
	for (int i = 0; i < NR(plain); i++)
		if (nr-- == 0)
			return format_name(plain[i]);
	for (int i = 0; i < m->recipes; i++) {
		bool twice = false;

		for (int j = 0; j < NR(plain); j++)
			twice |= !strcmp(format_name(plain[j]),
					 m->recipe[i].name);
		if (!twice && nr-- == 0)
			return m->recipe[i].name;
	}
	return NULL;
}

const char *attn_name(enum attn kind)
{
	static const char *const name[ATTN_NR] = { "mla", "dsa", "swa",
						   "csa", "hca", "shared" };

	assert(kind >= 0 && kind < ATTN_NR);
	return name[kind];
}

double model_tokens_log_sd(const struct model *m, int drafts)
{
	int known = drafts;

	assert(drafts >= 1 && drafts <= MODEL_DRAFTS);
	while (known > 1 && !(m->tokens_per_step[known] > 0))
		known--;
	if (!(m->tokens_per_step[known] > 0))
		return 0;
	return m->tokens_err[known] / m->tokens_per_step[known] *
	       drafts / known;
}
