#include "read/config.h"

#include <string.h>

#include <jansson.h>

#include "base/near.h"
#include "read/file.h"
#include "read/quant.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define AT(field) offsetof(struct model, field)

enum {
	DEEPEST = 1000,			/* size: no model has such depth */
	MOST_EXPERTS = 65536,		/* size: no model has so many */
	WIDEST = 1 << 24,		/* size: no model is so wide */
};

struct size {
	const char *key;
	size_t at;		/* of an int in the model */
	int least;
	int most;
	bool optional;		/* absent or null: 0 */
};

static const struct size sizes[] = {
	{ "hidden_size", AT(hidden_size), 1, WIDEST, false },
	{ "num_hidden_layers", AT(num_hidden_layers), 1, DEEPEST, false },
	{ "first_k_dense_replace", AT(first_k_dense_replace), 0, DEEPEST,
	  false },
	{ "intermediate_size", AT(intermediate_size), 1, WIDEST, false },
	{ "moe_intermediate_size", AT(moe_intermediate_size), 1, WIDEST,
	  false },
	{ "num_attention_heads", AT(num_attention_heads), 1, WIDEST, false },
	{ "q_lora_rank", AT(q_lora_rank), 0, WIDEST, true },
	{ "kv_lora_rank", AT(kv_lora_rank), 1, WIDEST, false },
	{ "qk_nope_head_dim", AT(qk_nope_head_dim), 1, WIDEST, false },
	{ "qk_rope_head_dim", AT(qk_rope_head_dim), 1, WIDEST, false },
	{ "v_head_dim", AT(v_head_dim), 1, WIDEST, false },
	{ "n_routed_experts", AT(n_routed_experts), 1, MOST_EXPERTS, false },
	{ "num_experts_per_tok", AT(num_experts_per_tok), 1, MOST_EXPERTS,
	  false },
	{ "n_shared_experts", AT(n_shared_experts), 0, MOST_EXPERTS, false },
	{ "n_group", AT(n_group), 1, MOST_EXPERTS, false },
	{ "topk_group", AT(topk_group), 1, MOST_EXPERTS, false },
	{ "num_nextn_predict_layers", AT(num_nextn_predict_layers), 0,
	  DEEPEST, true },
	{ "vocab_size", AT(vocab_size), 1, WIDEST, false },
	{ "max_position_embeddings", AT(max_position_embeddings), 0, WIDEST,
	  true },
};

/* Read, but not as a size. */
static const char *const others[] = {
	"dtype", "model_type", "moe_layer_freq", "quantization_config",
	"tie_word_embeddings", "torch_dtype",
};

/* Keys that change no size, no format and no count of FLOPs or bytes. */
static const char *const idle[] = {
	"_attn_implementation", "_commit_hash", "_name_or_path",
	"add_cross_attention", "architectures", "attention_bias",
	"attention_dropout", "auto_map", "aux_loss_alpha", "bad_words_ids",
	"begin_suppress_tokens", "bos_token_id", "chunk_size_feed_forward",
	"cross_attention_hidden_size", "decoder_start_token_id",
	"diversity_penalty", "do_sample", "early_stopping",
	"encoder_no_repeat_ngram_size", "eos_token_id", "ep_size",
	"exponential_decay_length_penalty", "finetuning_task",
	"forced_bos_token_id", "forced_eos_token_id", "head_dim", "hidden_act",
	"id2label", "initializer_range", "is_decoder", "is_encoder_decoder",
	"label2id", "length_penalty", "max_length", "min_length", "mlp_bias",
	"no_repeat_ngram_size", "norm_topk_prob", "num_beam_groups",
	"num_beams", "num_key_value_heads", "num_return_sequences",
	"output_attentions", "output_hidden_states", "output_scores",
	"pad_token_id", "prefix", "pretraining_tp", "problem_type",
	"pruned_heads", "qk_head_dim", "remove_invalid_values",
	"repetition_penalty", "return_dict", "return_dict_in_generate",
	"rms_norm_eps", "rope_interleave", "rope_parameters", "rope_scaling",
	"rope_theta", "routed_scaling_factor", "scoring_func", "sep_token_id",
	"seq_aux", "suppress_tokens", "task_specific_params", "temperature",
	"tf_legacy_loss", "tie_encoder_decoder", "tokenizer_class", "top_k",
	"top_p", "topk_method", "torchscript", "transformers_version",
	"typical_p", "use_bfloat16", "use_cache",
};

/* Keys of architectures that we would miscount if we took them for ours. */
static const struct {
	const char *key;
	const char *what;
	const char *remedy;
} foreign[] = {
	{ "num_experts", "is not how this family spells its experts",
	  "write n_routed_experts" },
	{ "index_topk", "says sparse attention (DSA), which is not modelled",
	  "take a DeepSeek V2, V3, R1 or Kimi K2 config" },
	{ "compress_ratios", "says compressed attention (DeepSeek V4), which "
	  "is not modelled", "take a DeepSeek V2, V3, R1 or Kimi K2 config" },
};

static const struct {
	const char *type;
	const char *kin;	/* NULL: known, but not modelled yet */
} families[] = {
	{ "deepseek_v2", "deepseek-v2-lite" },
	{ "deepseek_v3", "deepseek-v3" },
	{ "kimi_k2", "deepseek-v3" },
	{ "deepseek_v32", NULL },
	{ "deepseek_v4", NULL },
	{ "deepseek_v41", NULL },
	{ "deepseek_ref", NULL },
};

#define KNOWN "known: deepseek_v2, deepseek_v3, kimi_k2"

static int read_family(const json_t *text, struct model *m, struct fault *why)
{
	const json_t *value = json_object_get(text, "model_type");
	const char *type = json_string_value(value);
	const char *how = "is unknown";

	if (!type)
		return fault_what(why, value ? "model_type is not a string" :
				  "model_type is missing");
	for (int i = 0; i < NR(families); i++) {
		if (strcmp(families[i].type, type))
			continue;
		m->family = FAMILY_MLA;
		m->kin = families[i].kin;
		if (m->kin)
			return 0;
		how = "is not modelled yet";
	}
	fault_what(why, "model_type \"%.64s\" %s", type, how);
	return fault_remedy(why, KNOWN);
}

static bool among(const char *word, const char *const *list, int nr)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

static int refuse_key(const char *key, struct fault *why)
{
	const char *list[NR(sizes) + NR(others)], *like;
	int nr = 0;

	for (int i = 0; i < NR(foreign); i++) {
		if (strcmp(key, foreign[i].key))
			continue;
		fault_what(why, "%s %s", key, foreign[i].what);
		return fault_remedy(why, "%s", foreign[i].remedy);
	}
	for (int i = 0; i < NR(sizes); i++)
		list[nr++] = sizes[i].key;
	for (int i = 0; i < NR(others); i++)
		list[nr++] = others[i];
	like = near_word(key, list, nr);
	fault_what(why, "key \"%.64s\" is unknown", key);
	if (like)
		return fault_remedy(why, "did you mean \"%s\"?", like);
	return fault_remedy(why, "remove it if it changes neither sizes nor "
			    "formats");
}

static bool key_known(const char *key)
{
	for (int i = 0; i < NR(sizes); i++)
		if (!strcmp(key, sizes[i].key))
			return true;
	return among(key, others, NR(others)) || among(key, idle, NR(idle));
}

/* In the file's order, so that the first wrong one is named. */
static int check_keys(json_t *text, struct fault *why)
{
	const char *key;
	json_t *value;

	json_object_foreach(text, key, value)
		if (!key_known(key))
			return refuse_key(key, why);
	return 0;
}

static int read_size(const json_t *text, const struct size *s, int *out,
		     struct fault *why)
{
	const json_t *value = json_object_get(text, s->key);
	json_int_t n = json_integer_value(value);

	*out = 0;
	if (s->optional && (!value || json_is_null(value)))
		return 0;
	if (!value)
		return fault_what(why, "%s is missing", s->key);
	if (!json_is_integer(value))
		return fault_what(why, "%s is not a whole number", s->key);
	if (n < s->least || n > s->most) {
		fault_what(why, "%s is %lld", s->key, (long long)n);
		return fault_remedy(why, "write %d to %d", s->least, s->most);
	}
	*out = (int)n;
	return 0;
}

static int read_sizes(const json_t *text, struct model *m, struct fault *why)
{
	for (int i = 0; i < NR(sizes); i++) {
		int *out = (int *)(void *)((char *)m + sizes[i].at);

		if (read_size(text, &sizes[i], out, why))
			return -1;
	}
	return 0;
}

static int read_flags(const json_t *text, struct model *m, struct fault *why)
{
	const json_t *tie = json_object_get(text, "tie_word_embeddings");
	const json_t *freq = json_object_get(text, "moe_layer_freq");

	if (tie && !json_is_boolean(tie))
		return fault_what(why, "tie_word_embeddings is neither true "
				  "nor false");
	if (freq && (!json_is_integer(freq) || json_integer_value(freq) != 1))
		return fault_what(why, "moe_layer_freq is not 1, so some "
				  "later layers are dense: not modelled");
	m->tie_word_embeddings = json_is_true(tie);
	return 0;
}

static int check_sense(const struct model *m, struct fault *why)
{
	if (m->num_experts_per_tok > m->n_routed_experts)
		return fault_what(why, "num_experts_per_tok is %d, above "
				  "n_routed_experts, %d",
				  m->num_experts_per_tok,
				  m->n_routed_experts);
	if (m->topk_group > m->n_group)
		return fault_what(why, "topk_group is %d, above n_group, %d",
				  m->topk_group, m->n_group);
	if (m->n_routed_experts % m->n_group)
		return fault_what(why, "n_group, %d, does not divide "
				  "n_routed_experts, %d", m->n_group,
				  m->n_routed_experts);
	if (m->first_k_dense_replace > m->num_hidden_layers)
		return fault_what(why, "first_k_dense_replace is %d, above "
				  "num_hidden_layers, %d",
				  m->first_k_dense_replace,
				  m->num_hidden_layers);
	return 0;
}

static int read_all(json_t *root, struct model *m, struct fault *why)
{
	json_t *text = json_object_get(root, "text_config");

	if (!json_is_object(root))
		return fault_what(why, "this is no JSON object");
	if (!json_is_object(text))
		text = root;
	if (read_family(text, m, why) || check_keys(text, why) ||
	    read_sizes(text, m, why) || read_flags(text, m, why) ||
	    check_sense(m, why))
		return -1;
	return quant_read(root, text, m, why);
}

int config_parse(struct model *m, const char *name, const char *bytes,
		 size_t len, struct fault *why)
{
	json_error_t error;
	json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);
	int rc;

	fault_at(why, name, 0, 0);
	if (!root) {
		fault_at(why, name, error.line, error.column);
		return fault_what(why, "%s", error.text);
	}
	rc = read_all(root, m, why);
	json_decref(root);
	return rc;
}

int config_load(struct model *m, const char *path, struct fault *why)
{
	struct text bytes = TEXT_INIT;
	int rc = file_read(path, &bytes, why);

	if (!rc)
		rc = config_parse(m, path, bytes.buf ? bytes.buf : "",
				  bytes.len, why);
	text_release(&bytes);
	return rc;
}
