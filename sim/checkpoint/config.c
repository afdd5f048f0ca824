#include "checkpoint/config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "read/file.h"
#include "read/json.h"
#include "checkpoint/index.h"
#include "checkpoint/keys.h"
#include "checkpoint/quant.h"
#include "checkpoint/restate.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static const struct {
	const char *type;
	enum family family;
	const char *lender;	/* NULL: known, but not modelled */
	const char *lacks;	/* what of it is not */
	bool repeats;
} families[] = {
	{ "deepseek_v2", FAMILY_MLA, "deepseek-v2-lite", "", true },
	{ "deepseek_v3", FAMILY_MLA, "deepseek-v3", "", true },
	{ "kimi_k2", FAMILY_MLA, "kimi-k2", "", true },
	{ "glm4_moe_lite", FAMILY_MLA, "deepseek-v3", "", true },
	{ "deepseek_v32", FAMILY_DSA, "deepseek-v3.2", "", true },
	{ "glm_moe_dsa", FAMILY_DSA, "glm-5", "", false },
	{ "deepseek_v4", FAMILY_V4, "deepseek-v4-flash", "", false },
	{ "deepseek_ref", FAMILY_V4, "deepseek-v4-flash", "", false },
	{ "deepseek_v41", FAMILY_V4, NULL, ": its n-gram tables (Engram), "
	  "its encoder of 20 layers before the decoder and the caches that "
	  "layers share are not counted", false },
};

static int read_family(const json_t *text, struct model *m, struct fault *why)
{
	const json_t *value = json_object_get(text, "model_type");
	const char *type = json_string_value(value);
	const char *how = "is unknown", *lacks = "";

	if (!type) {
		fault_what(why, value ? "model_type is not a string" :
			   "model_type is missing");
		return fault_remedy(why, FAMILIES_KNOWN);
	}
	for (int i = 0; i < NR(families); i++) {
		if (strcmp(families[i].type, type))
			continue;
		m->family = families[i].family;
		m->lender = families[i].lender;
		m->repeats = families[i].repeats;
		if (m->lender)
			return 0;
		how = "is not modelled";
		lacks = families[i].lacks;
	}
	fault_what(why, "model_type \"%.64s\" %s%s", type, how, lacks);
	return fault_remedy(why, FAMILIES_KNOWN);
}

/* ---- V4's map of layers ---- */

static int attn_of(json_int_t ratio)
{
	switch (ratio) {
	case 0:
		return ATTN_SWA;
	case CSA_RATIO:
		return ATTN_CSA;
	case HCA_RATIO:
		return ATTN_HCA;
	default:
		return -1;
	}
}

static int read_ratio(const json_t *list, int layer, struct model *m,
		      struct fault *why)
{
	const json_t *value = json_array_get(list, (size_t)layer);
	int kind = json_is_integer(value) ?
		attn_of(json_integer_value(value)) : -1;

	if (kind < 0) {
		fault_what(why, "compress_ratios[%d] is none of 0, %d and %d",
			   layer, CSA_RATIO, HCA_RATIO);
		return fault_remedy(why, "0 is a window alone, the others "
				    "how many tokens an entry is made of");
	}
	m->compress[layer] = (unsigned char)kind;
	if (layer < m->num_hidden_layers)
		m->layers_of[kind]++;
	return 0;
}

/* One ratio a layer, those of the MTP blocks after the main model's. */
static int read_ratios(const json_t *text, struct model *m,
		       struct fault *why)
{
	const json_t *list = json_object_get(text, "compress_ratios");
	int want = m->num_hidden_layers + m->num_nextn_predict_layers;

	memset(m->compress, 0, sizeof(m->compress));
	memset(m->layers_of, 0, sizeof(m->layers_of));
	if (m->family != FAMILY_V4)
		return 0;
	if (!list) {
		fault_what(why, "compress_ratios is missing");
		return fault_remedy(why, "this model_type needs it; "
				    FAMILIES_KNOWN);
	}
	if (json_array_size(list) == (size_t)m->num_hidden_layers)
		want -= m->num_nextn_predict_layers;	/* it has no MTP */
	m->num_nextn_predict_layers = want - m->num_hidden_layers;
	if (want > MODEL_LAYERS || json_array_size(list) != (size_t)want) {
		fault_what(why, "compress_ratios has %d numbers, and there "
			   "are %d layers with MTP",
			   (int)json_array_size(list), want);
		return fault_remedy(why, "write one for each of "
				    "num_hidden_layers and "
				    "num_nextn_predict_layers");
	}
	for (int l = 0; l < want; l++)
		if (read_ratio(list, l, m, why))
			return -1;
	assert(m->layers_of[ATTN_SWA] + m->layers_of[ATTN_CSA] +
	       m->layers_of[ATTN_HCA] == m->num_hidden_layers);
	return 0;
}

static int read_flags(const json_t *text, struct model *m, struct fault *why)
{
	const json_t *tie = json_object_get(text, "tie_word_embeddings");
	const json_t *freq = json_object_get(text, "moe_layer_freq");

	if (tie && !json_is_boolean(tie)) {
		fault_what(why, "tie_word_embeddings is neither true nor "
			   "false");
		return fault_remedy(why, "write true or false");
	}
	if (freq && (!json_is_integer(freq) ||
		     json_integer_value(freq) != 1)) {
		fault_what(why, "moe_layer_freq is not 1, so some later "
			   "layers are dense: not modelled");
		return fault_remedy(why, "take a model whose layers after "
				    "first_k_dense_replace all have experts");
	}
	m->tie_word_embeddings = json_is_true(tie);
	return 0;
}

/* A size, and another that it may not pass or must divide. */
struct bound {
	const char *key;
	int n;
	const char *of;
	int most;
};

static int check_most(const struct bound *b, struct fault *why)
{
	if (b->n <= b->most)
		return 0;
	fault_what(why, "%s is %d, above %s, %d", b->key, b->n, b->of,
		   b->most);
	return fault_remedy(why, "write at most %d", b->most);
}

static int check_parts(const struct bound *b, struct fault *why)
{
	if (b->most % b->n == 0)
		return 0;
	fault_what(why, "%s, %d, does not divide %s, %d", b->key, b->n,
		   b->of, b->most);
	return fault_remedy(why, "write one that does, as 1 does");
}

static int check_v4(const struct model *m, struct fault *why)
{
	const struct bound parts = { "o_groups", m->o_groups,
		"num_attention_heads", m->num_attention_heads };
	const struct bound most[] = {
		{ "qk_rope_head_dim", m->qk_rope_head_dim,
		  "head_dim", m->head_dim },
		{ "num_hash_layers", m->num_hash_layers,
		  "num_hidden_layers", m->num_hidden_layers },
	};

	if (m->family != FAMILY_V4)
		return 0;
	if (check_parts(&parts, why))
		return -1;
	for (int i = 0; i < NR(most); i++)
		if (check_most(&most[i], why))
			return -1;
	return 0;
}

static int check_sense(const struct model *m, struct fault *why)
{
	const struct bound parts = { "n_group", m->n_group,
		"n_routed_experts", m->n_routed_experts };
	const struct bound most[] = {
		{ "num_experts_per_tok", m->num_experts_per_tok,
		  "n_routed_experts", m->n_routed_experts },
		{ "topk_group", m->topk_group, "n_group", m->n_group },
		{ "first_k_dense_replace", m->first_k_dense_replace,
		  "num_hidden_layers", m->num_hidden_layers },
	};

	for (int i = 0; i < NR(most); i++)
		if (check_most(&most[i], why))
			return -1;
	if (check_parts(&parts, why))
		return -1;
	return check_v4(m, why);
}

/* No n_group: no group limit. */
static void ungrouped(struct model *m)
{
	if (!m->n_group)
		m->n_group = 1;
	if (!m->topk_group)
		m->topk_group = m->n_group;
	assert(m->n_group >= 1 && m->topk_group >= 1);
}

/* A model that sees has a tower beside its text. */
static void left_out(const json_t *root, struct model *m)
{
	m->left_out[0] = '\0';
	if (json_object_get(root, "vision_config"))
		snprintf(m->left_out, sizeof(m->left_out), "a vision tower is "
			 "part of it and is not counted");
}

struct parts {
	json_t *root, *nvidia, *index;	/* the last two may be NULL */
};

static int no_object(struct fault *why)
{
	fault_what(why, "this is no JSON object");
	return fault_remedy(why, "give a Hugging Face config.json");
}

static int read_all(const struct parts *p, struct model *m, struct fault *why)
{
	json_t *root = p->root, *text = json_object_get(root, "text_config");

	if (!json_is_object(root))
		return no_object(why);
	if (!json_is_object(text))
		text = root;
	left_out(root, m);
	if (read_family(text, m, why) || keys_check(text, m, why) ||
	    keys_sizes(text, m, why) || read_flags(text, m, why))
		return -1;
	ungrouped(m);
	if (check_sense(m, why) || restate_check(text, m, why) ||
	    read_ratios(text, m, why) || restate_indexers(text, m, why))
		return -1;
	return quant_read(&(struct quant_spec){ root, text, p->nvidia,
			  p->index != NULL }, m, why);
}

static json_t *json_of(const char *name, const struct text *bytes,
		       struct fault *why)
{
	static const char mark[] = "\xef\xbb\xbf";	/* size: UTF-8's */
	size_t skip = bytes->len >= strlen(mark) &&
		!memcmp(bytes->buf, mark, strlen(mark)) ? strlen(mark) : 0;
	json_error_t error;
	json_t *root = json_parse(bytes->buf ? bytes->buf + skip : NULL,
				  bytes->len - skip, JSON_REJECT_DUPLICATES,
				  &error);

	fault_at(why, name, 0, 0);
	if (root)
		return root;
	fault_at(why, name, error.line, error.column);
	fault_what(why, "%s", error.text);
	fault_remedy(why, "take the file anew: this is no JSON");
	return NULL;
}

int config_parse_all(struct model *m, const char *name,
		     const struct config_bytes file[CONFIG_FILES],
		     struct fault *why)
{
	json_t *root[CONFIG_FILES] = { NULL, NULL, NULL };
	int rc = 0;

	assert(name && *name);
	for (int i = 0; !rc && i < CONFIG_FILES; i++) {
		struct text text = TEXT_INIT;

		if (i > 0 && !file[i].len)
			continue;
		text_addn(&text, file[i].at, file[i].len);
		root[i] = json_of(name, &text, why);
		rc = root[i] ? 0 : -1;
		text_release(&text);
	}
	if (!rc)
		rc = read_all(&(struct parts){ root[0], root[1], root[2] }, m,
			      why);
	if (!rc && root[2])
		rc = index_check(root[2], m, why);
	for (int i = 0; i < CONFIG_FILES; i++)
		json_decref(root[i]);
	return rc;
}

int config_parse(struct model *m, const char *name, const char *bytes,
		 size_t len, struct fault *why)
{
	const struct config_bytes file[CONFIG_FILES] = { { bytes, len } };

	assert(bytes || !len);
	return config_parse_all(m, name, file, why);
}

/* The file's JSON; NULL and the fault. */
static json_t *json_file(const char *path, struct fault *why)
{
	struct text bytes = TEXT_INIT;
	json_t *root = NULL;

	if (!file_read(path, &bytes, why))
		root = json_of(path, &bytes, why);
	text_release(&bytes);
	return root;
}

/* Where the file of that name would stand beside this one. */
static void beside(const char *path, const char *name, struct text *out)
{
	const char *slash = strrchr(path, '/');

	text_addn(out, path, slash ? (size_t)(slash + 1 - path) : 0);
	text_add(out, name);
}

/* The file of that name beside one called config.json; none: NULL, and 0. */
static int read_beside(const char *path, const char *name, json_t **out,
		       struct fault *why)
{
	const char *slash = strrchr(path, '/');
	struct text at = TEXT_INIT;

	*out = NULL;
	if (strcmp(slash ? slash + 1 : path, "config.json"))
		return 0;
	beside(path, name, &at);
	if (!access(at.buf, F_OK))
		*out = json_file(at.buf, why);
	else
		why = NULL;
	text_release(&at);
	return why && !*out ? -1 : 0;
}

int config_load(struct model *m, const char *path, struct fault *why)
{
	struct parts p = { json_file(path, why), NULL, NULL };
	int rc = p.root && !read_beside(path, "hf_quant_config.json",
		&p.nvidia, why) ? read_beside(path,
		"model.safetensors.index.json", &p.index, why) : -1;

	assert(m && path);
	if (!rc) {
		fault_at(why, path, 0, 0);
		rc = read_all(&p, m, why);
	}
	if (!rc && p.index)
		rc = index_check(p.index, m, why);
	json_decref(p.root);
	json_decref(p.nvidia);
	json_decref(p.index);
	return rc;
}
