#include "checkpoint/restate.h"

#include <assert.h>
#include <string.h>

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

enum { SKIP = 2 /* size: index_skip_topk_offset where none is given */ };

static const struct {
	const char *key;
	int families;		/* as bits */
} known[] = {
	{ "mlp_layer_types", 1 << FAMILY_MLA | 1 << FAMILY_DSA },
	{ "indexer_types", 1 << FAMILY_DSA },
	{ "index_topk_pattern", 1 << FAMILY_DSA },
	{ "index_topk_freq", 1 << FAMILY_DSA },
	{ "index_skip_topk_offset", 1 << FAMILY_DSA },
	{ "num_local_experts",
	  1 << FAMILY_MLA | 1 << FAMILY_DSA | 1 << FAMILY_V4 },
	{ "qk_nope_head_dim", 1 << FAMILY_V4 },
	{ "v_head_dim", 1 << FAMILY_V4 },
};

bool restate_knows(const char *key, enum family f)
{
	assert(key);
	for (int i = 0; i < NR(known); i++)
		if (!strcmp(key, known[i].key))
			return known[i].families >> f & 1;
	return false;
}

static bool there(const json_t *value)
{
	return value && !json_is_null(value);
}

/* A number that must be this one. */
static int same(const json_t *text, const char *key, int want,
		const char *of, struct fault *why)
{
	const json_t *value = json_object_get(text, key);

	if (!there(value) || json_integer_value(value) == want)
		return 0;
	fault_what(why, "%s is %lld, and by %s it is %d", key,
		   (long long)json_integer_value(value), of, want);
	return fault_remedy(why, "remove it, or write what is so");
}

static int layers_of(const json_t *list, const char *key,
		     const struct model *m, struct fault *why)
{
	int nr = (int)json_array_size(list);

	if (nr >= m->num_hidden_layers &&
	    nr <= m->num_hidden_layers + m->num_nextn_predict_layers)
		return 0;
	fault_what(why, "%s has %d entries, and there are %d layers", key, nr,
		   m->num_hidden_layers);
	return fault_remedy(why, "write one for each of num_hidden_layers");
}

/* The leading layers are dense, all others sparse. */
static int check_mlp(const json_t *text, const struct model *m,
		     struct fault *why)
{
	static const char key[] = "mlp_layer_types";
	const json_t *list = json_object_get(text, key);

	if (!there(list))
		return 0;
	if (layers_of(list, key, m, why))
		return -1;
	for (int l = 0; l < m->num_hidden_layers; l++) {
		const char *want = l < m->first_k_dense_replace ? "dense" :
			"sparse";
		const char *is = json_string_value(json_array_get(list,
							  (size_t)l));

		if (is && !strcmp(is, want))
			continue;
		fault_what(why, "%s[%d] is not \"%s\", and "
			   "first_k_dense_replace is %d", key, l, want,
			   m->first_k_dense_replace);
		return fault_remedy(why, "only leading layers may be dense: "
				    "others are not modelled");
	}
	return 0;
}

int restate_check(const json_t *text, const struct model *m,
		  struct fault *why)
{
	assert(text && m);
	if (same(text, "num_local_experts", m->n_routed_experts,
		 "n_routed_experts", why))
		return -1;
	if (m->family == FAMILY_V4)
		return same(text, "qk_nope_head_dim", m->head_dim -
			    m->qk_rope_head_dim, "head_dim", why) ||
		       same(text, "v_head_dim", m->head_dim, "head_dim",
			    why) ? -1 : 0;
	return check_mlp(text, m, why);
}

/* ---- shared indexers ---- */

/* 1: an indexer of its own, 0: another's, -1: neither word. */
static int own_indexer(const json_t *text, int layer)
{
	const json_t *types = json_object_get(text, "indexer_types");
	const char *pattern = json_string_value(json_object_get(text,
		"index_topk_pattern"));
	const json_t *freq = json_object_get(text, "index_topk_freq");
	const json_t *skip = json_object_get(text, "index_skip_topk_offset");
	json_int_t every = json_integer_value(freq);
	json_int_t from = there(skip) ? json_integer_value(skip) : SKIP;
	const char *word;

	if (there(types)) {
		word = json_string_value(json_array_get(types,
							(size_t)layer));
		if (word && !strcmp(word, "full"))
			return 1;
		return word && !strcmp(word, "shared") ? 0 : -1;
	}
	if (pattern)
		return (size_t)layer >= strlen(pattern) ||
		       pattern[layer] != 'S';
	if (!there(freq))
		return 1;
	if (every < 1 || every > MODEL_LAYERS || from < 0 ||
	    from > MODEL_LAYERS)
		return -1;
	return layer + 1 <= from || (layer + 1 - from) % every == 0;
}

static void map_indexers(struct model *m, int layer, bool own)
{
	enum attn kind = own ? ATTN_DSA : ATTN_DSA_SHARED;

	assert(layer >= 0 && layer < MODEL_LAYERS);
	m->compress[layer] = (unsigned char)kind;
	if (layer < m->num_hidden_layers)
		m->layers_of[kind]++;
}

int restate_indexers(const json_t *text, struct model *m, struct fault *why)
{
	static const char key[] = "indexer_types";
	const json_t *types = json_object_get(text, key);
	int most = m->num_hidden_layers + m->num_nextn_predict_layers;

	if (m->family != FAMILY_DSA)
		return 0;
	if (most > MODEL_LAYERS)
		return fault_what(why, "%d layers are more than the %d that "
				  "are modelled", most, MODEL_LAYERS);
	if (there(types) && layers_of(types, key, m, why))
		return -1;
	for (int l = 0; l < m->num_hidden_layers; l++) {
		int own = own_indexer(text, l);

		if (own < 0) {
			fault_what(why, "layer %d has neither an indexer of "
				   "its own nor another's", l);
			return fault_remedy(why, "write full or shared in %s, "
					    "or index_topk_freq of 1 or more",
					    key);
		}
		if (!own && l == 0) {
			fault_what(why, "the first layer shares an indexer, "
				   "and there is none before");
			return fault_remedy(why, "write full there");
		}
		map_indexers(m, l, own);
	}
	for (int l = m->num_hidden_layers; l < most; l++)
		map_indexers(m, l, true);
	assert(m->layers_of[ATTN_DSA] + m->layers_of[ATTN_DSA_SHARED] ==
	       m->num_hidden_layers);
	return 0;
}
