#include "checkpoint/keys.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "base/near.h"
#include "checkpoint/restate.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))
#define AT(field) offsetof(struct model, field)

enum {
	MOST_EXPERTS = 65536,		/* size: no model has so many */
	WIDEST = 1 << 24,		/* size: no model is so wide */
};

enum {				/* families, as bits */
	MLA = 1 << FAMILY_MLA,
	DSA = 1 << FAMILY_DSA,
	V4 = 1 << FAMILY_V4,
	LATENT = MLA | DSA,
	SPARSE = DSA | V4,
	ALL = MLA | DSA | V4,
};

struct size {
	const char *key;
	size_t at;		/* of an int in the model */
	int least;
	int most;
	int need;		/* families that must have it */
	int may;		/* where null is 0, and absent unless needed */
};

static const struct size sizes[] = {
	{ "hidden_size", AT(hidden_size), 1, WIDEST, ALL, 0 },
	{ "num_hidden_layers", AT(num_hidden_layers), 1, MODEL_LAYERS, ALL,
	  0 },
	{ "first_k_dense_replace", AT(first_k_dense_replace), 0, MODEL_LAYERS,
	  LATENT, 0 },
	{ "intermediate_size", AT(intermediate_size), 1, WIDEST, LATENT, 0 },
	{ "moe_intermediate_size", AT(moe_intermediate_size), 1, WIDEST, ALL,
	  0 },
	{ "num_attention_heads", AT(num_attention_heads), 1, WIDEST, ALL, 0 },
	{ "q_lora_rank", AT(q_lora_rank), 0, WIDEST, ALL, MLA },
	{ "kv_lora_rank", AT(kv_lora_rank), 1, WIDEST, LATENT, 0 },
	{ "qk_nope_head_dim", AT(qk_nope_head_dim), 1, WIDEST, LATENT, 0 },
	{ "qk_rope_head_dim", AT(qk_rope_head_dim), 1, WIDEST, ALL, 0 },
	{ "v_head_dim", AT(v_head_dim), 1, WIDEST, LATENT, 0 },
	{ "n_routed_experts", AT(n_routed_experts), 1, MOST_EXPERTS, ALL, 0 },
	{ "num_experts_per_tok", AT(num_experts_per_tok), 1, MOST_EXPERTS,
	  ALL, 0 },
	{ "n_shared_experts", AT(n_shared_experts), 0, MOST_EXPERTS, ALL, 0 },
	{ "n_group", AT(n_group), 1, MOST_EXPERTS, LATENT, V4 },
	{ "topk_group", AT(topk_group), 1, MOST_EXPERTS, LATENT, V4 },
	{ "num_nextn_predict_layers", AT(num_nextn_predict_layers), 0,
	  MODEL_LAYERS, 0, ALL },
	{ "vocab_size", AT(vocab_size), 1, WIDEST, ALL, 0 },
	{ "max_position_embeddings", AT(max_position_embeddings), 1, WIDEST,
	  ALL, 0 },
	{ "index_n_heads", AT(index_n_heads), 1, WIDEST, SPARSE, 0 },
	{ "index_head_dim", AT(index_head_dim), 1, WIDEST, SPARSE, 0 },
	{ "index_topk", AT(index_topk), 1, WIDEST, SPARSE, 0 },
	{ "head_dim", AT(head_dim), 1, WIDEST, V4, 0 },
	{ "o_groups", AT(o_groups), 1, WIDEST, V4, 0 },
	{ "o_lora_rank", AT(o_lora_rank), 1, WIDEST, V4, 0 },
	{ "sliding_window", AT(sliding_window), 1, WIDEST, V4, 0 },
	{ "hc_mult", AT(hc_mult), 1, WIDEST, V4, 0 },
	{ "num_hash_layers", AT(num_hash_layers), 0, MODEL_LAYERS, V4, 0 },
};

/* Read, but not as a size. */
static const char *const others[] = {
	"dtype", "model_type", "moe_layer_freq", "quantization_config",
	"tie_word_embeddings", "torch_dtype",
};

/* Likewise, of V4 alone. */
static const char *const others_v4[] = { "compress_ratios", "expert_dtype" };

/* Keys that change no size, no format and no count of FLOPs or bytes. */
static const char *const idle[] = {
	"_attn_implementation", "_commit_hash", "_name_or_path",
	"add_cross_attention", "architectures", "attention_bias",
	"attention_dropout", "auto_map", "aux_loss_alpha", "bad_words_ids",
	"begin_suppress_tokens", "bos_token_id", "chunk_size_feed_forward",
	"compress_rope_parameters",
	"cross_attention_hidden_size", "decoder_start_token_id",
	"diversity_penalty", "do_sample", "early_stopping",
	"encoder_no_repeat_ngram_size", "eos_token_id", "ep_size",
	"exponential_decay_length_penalty", "finetuning_task",
	"forced_bos_token_id", "forced_eos_token_id", "hidden_act",
	"id2label", "ignore_index", "index_share_for_mtp_iteration",
	"initializer_range", "is_decoder", "is_encoder_decoder",
	"label2id", "length_penalty", "max_length", "min_length", "mlp_bias",
	"no_repeat_ngram_size", "norm_topk_prob", "num_beam_groups",
	"num_beams", "num_key_value_heads", "num_return_sequences",
	"output_attentions", "output_hidden_states", "output_router_logits",
	"output_scores", "partial_rotary_factor",
	"pad_token_id", "prefix", "pretraining_tp", "problem_type",
	"pruned_heads", "qk_head_dim", "remove_invalid_values",
	"repetition_penalty", "return_dict", "return_dict_in_generate",
	"rms_norm_eps", "rope_interleave", "rope_parameters", "rope_scaling",
	"rope_theta", "routed_scaling_factor", "router_aux_loss_coef",
	"router_jitter_noise", "moe_router_dtype", "scoring_func",
	"sep_token_id",
	"seq_aux", "suppress_tokens", "task_specific_params", "temperature",
	"tf_legacy_loss", "tie_encoder_decoder", "tokenizer_class", "top_k",
	"top_p", "topk_method", "torchscript", "transformers_version",
	"typical_p", "unsloth_fixed", "unsloth_version", "use_bfloat16",
	"use_cache",
};

/* Keys that change nothing in one family and a size in another. */
static const struct {
	const char *key;
	int families;
} idle_in[] = {
	{ "head_dim", LATENT },		/* the rope's, or the nope's */
	{ "compress_rope_theta", V4 },
	{ "hc_eps", V4 },
	{ "hc_sinkhorn_iters", V4 },
	{ "indexer_rope_interleave", DSA },
	{ "swiglu_limit", V4 },
};

/* Keys of architectures that we would miscount if we took them for ours. */
static const struct {
	const char *key;
	const char *what;
	const char *remedy;
} foreign[] = {
	{ "quantization", "is how MLX says that it packed the weights, which "
	  "is not counted", "take the config of the release that it was made "
	  "from, and say the nearest format by the scenario's weights" },
	{ "num_experts", "is not how these families spell their experts",
	  "write n_routed_experts" },
	{ "index_topk", "says sparse attention (DSA), which this model_type "
	  "does not have", "model_type is deepseek_v32 or glm_moe_dsa" },
	{ "compress_ratios", "says compressed attention, which this "
	  "model_type does not have", "model_type is deepseek_v4" },
	{ "dspark_block_size", "says a DSpark drafter, which is not modelled",
	  "take the config of the release with MTP, mtp = 0, or its drafts "
	  "and your own tokens_per_step" },
	{ "kv_source_layer_ids", "says layers that share a cache "
	  "(DeepSeek-V4.1), which is not modelled", "take a DeepSeek-V4 "
	  "config" },
};

static bool among(const char *word, const char *const *list, int nr)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(word, list[i]))
			return true;
	return false;
}

static int refuse_key(const char *key, struct fault *why)
{
	const char *list[NR(sizes) + NR(others) + NR(others_v4)], *like;
	int nr = 0;

	for (int i = 0; i < NR(foreign); i++) {
		if (strcmp(key, foreign[i].key))
			continue;
		fault_what(why, "%s %s", key, foreign[i].what);
		return fault_remedy(why, "%s; " FAMILIES_KNOWN,
				    foreign[i].remedy);
	}
	for (int i = 0; i < NR(sizes); i++)
		list[nr++] = sizes[i].key;
	for (int i = 0; i < NR(others); i++)
		list[nr++] = others[i];
	for (int i = 0; i < NR(others_v4); i++)
		list[nr++] = others_v4[i];
	like = near_word(key, list, nr);
	fault_what(why, "key \"%.64s\" is unknown", key);
	if (like && strcmp(like, key))
		return fault_remedy(why, "did you mean \"%s\"? " FAMILIES_KNOWN,
				    like);
	return fault_remedy(why, "remove it if it changes neither sizes nor "
			    "formats; " FAMILIES_KNOWN);
}

static bool key_known(const char *key, int family)
{
	for (int i = 0; i < NR(sizes); i++)
		if (!strcmp(key, sizes[i].key) &&
		    ((sizes[i].need | sizes[i].may) & family))
			return true;
	for (int i = 0; i < NR(idle_in); i++)
		if (!strcmp(key, idle_in[i].key) &&
		    (idle_in[i].families & family))
			return true;
	if (family == V4 && among(key, others_v4, NR(others_v4)))
		return true;
	return among(key, others, NR(others)) || among(key, idle, NR(idle));
}

int keys_check(const json_t *text, const struct model *m, struct fault *why)
{
	const char *key;
	json_t *value;

	assert(text && m);
	/* json_object_foreach wants a non-const object, and only reads it. */
	json_object_foreach((json_t *)text, key, value)
		if (!json_is_null(value) && !key_known(key, 1 << m->family) &&
		    !restate_knows(key, m->family))
			return refuse_key(key, why);
	return 0;
}

static int read_size(const json_t *text, const struct size *s, int family,
		     int *out, struct fault *why)
{
	const json_t *value = json_object_get(text, s->key);
	json_int_t n = json_integer_value(value);

	*out = 0;
	if ((s->may & family) && json_is_null(value))
		return 0;
	if (!value) {
		if (!(s->need & family))
			return 0;
		fault_what(why, "%s is missing", s->key);
		return fault_remedy(why, "this model_type needs it; "
				    FAMILIES_KNOWN);
	}
	if (json_is_real(value) && json_number_value(value) <= s->most &&
	    json_number_value(value) >= s->least)
		n = (json_int_t)json_number_value(value);	/* 61.0 */
	if (!json_is_integer(value) && (!json_is_real(value) ||
	    json_number_value(value) < (double)n ||
	    json_number_value(value) > (double)n)) {
		fault_what(why, "%s is not a whole number", s->key);
		return fault_remedy(why, "write %d to %d", s->least, s->most);
	}
	if (n < s->least || n > s->most) {
		fault_what(why, "%s is %lld", s->key, (long long)n);
		return fault_remedy(why, "write %d to %d", s->least, s->most);
	}
	*out = (int)n;
	return 0;
}

int keys_sizes(const json_t *text, struct model *m, struct fault *why)
{
	int family = 1 << m->family;

	assert(m->family < FAMILY_NR);
	for (int i = 0; i < NR(sizes); i++) {
		int *out = (int *)(void *)((char *)m + sizes[i].at);

		*out = 0;
		if (!((sizes[i].need | sizes[i].may) & family))
			continue;
		if (read_size(text, &sizes[i], family, out, why))
			return -1;
	}
	assert(m->num_hidden_layers >= 1 && m->n_routed_experts >= 1);
	return 0;
}
