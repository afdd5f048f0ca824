#include "checkpoint/names.h"

#include <assert.h>
#include <stdio.h>

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

#define EVERY { true, true, true }
#define LEADING { true, false, false }
#define ROUTED { false, true, true }
#define BLOCK { false, false, true }

/* Hugging Face's modeling_deepseek.py and vLLM's fused names. */
static const struct name latent[] = {
	{ MODULE_Q_A, EVERY, "self_attn.q_a_proj|"
	  "self_attn.fused_qkv_a_proj_with_mqa|self_attn.fused_qkv_a_proj" },
	{ MODULE_Q_B, EVERY, "self_attn.q_b_proj|self_attn.q_proj" },
	{ MODULE_KV_A, EVERY, "self_attn.kv_a_proj_with_mqa|"
	  "self_attn.fused_qkv_a_proj_with_mqa|self_attn.fused_qkv_a_proj" },
	{ MODULE_KV_B, EVERY, "self_attn.kv_b_proj" },
	{ MODULE_O, EVERY, "self_attn.o_proj" },
	{ MODULE_INDEX_Q, EVERY, "self_attn.indexer.wq_b" },
	{ MODULE_INDEX_K, EVERY, "self_attn.indexer.wk|"
	  "self_attn.indexer.wk_weights_proj" },
	{ MODULE_DENSE, LEADING, "mlp.gate_proj|mlp.gate_up_proj" },
	{ MODULE_DENSE, LEADING, "mlp.up_proj|mlp.gate_up_proj" },
	{ MODULE_DENSE, LEADING, "mlp.down_proj" },
	{ MODULE_SHARED, ROUTED, "mlp.shared_experts.gate_proj|"
	  "mlp.shared_experts.gate_up_proj" },
	{ MODULE_SHARED, ROUTED, "mlp.shared_experts.up_proj|"
	  "mlp.shared_experts.gate_up_proj" },
	{ MODULE_SHARED, ROUTED, "mlp.shared_experts.down_proj" },
	{ MODULE_EXPERTS, ROUTED, "mlp.experts.0.gate_proj|"
	  "mlp.experts.gate_up_proj" },
	{ MODULE_EXPERTS, ROUTED, "mlp.experts.0.up_proj|"
	  "mlp.experts.gate_up_proj" },
	{ MODULE_EXPERTS, ROUTED, "mlp.experts.0.down_proj|"
	  "mlp.experts.down_proj" },
	{ -1, EVERY, "self_attn.indexer.weights_proj" },
	{ -1, EVERY, "self_attn.indexer.k_norm" },
	{ -1, EVERY, "self_attn.indexers_proj" },
	{ -1, EVERY, "self_attn.q_a_layernorm" },
	{ -1, EVERY, "self_attn.kv_a_layernorm" },
	{ -1, EVERY, "input_layernorm" },
	{ -1, EVERY, "post_attention_layernorm" },
	{ -1, EVERY, "mlp.gate" },
	{ -1, EVERY, "mlp.gate.e_score_correction_bias" },
	{ -1, BLOCK, "eh_proj" },
	{ -1, BLOCK, "enorm" },
	{ -1, BLOCK, "hnorm" },
	{ -1, BLOCK, "embed_tokens" },
	{ -1, BLOCK, "shared_head.norm" },
	{ -1, BLOCK, "shared_head.head" },
};

/* deepseek-ai/DeepSeek-V4-Flash inference/model.py, and llm-compressor's. */
static const struct name compressed[] = {
	{ MODULE_Q_A, EVERY, "attn.wq_a|attn.fused_wqa_wkv" },
	{ MODULE_Q_B, EVERY, "attn.wq_b" },
	{ MODULE_KV_A, EVERY, "attn.wkv|attn.fused_wqa_wkv" },
	{ MODULE_O, EVERY, "attn.wo_a" },
	{ MODULE_O, EVERY, "attn.wo_b" },
	{ MODULE_INDEX_Q, EVERY, "attn.indexer.wq_b" },
	{ MODULE_SHARED, ROUTED, "ffn.shared_experts.w1|"
	  "ffn.shared_experts.gate_proj|ffn.shared_experts.gate_up_proj" },
	{ MODULE_SHARED, ROUTED, "ffn.shared_experts.w3|"
	  "ffn.shared_experts.up_proj|ffn.shared_experts.gate_up_proj" },
	{ MODULE_SHARED, ROUTED, "ffn.shared_experts.w2|"
	  "ffn.shared_experts.down_proj" },
	{ MODULE_EXPERTS, ROUTED, "ffn.experts.0.w1|"
	  "ffn.experts.0.gate_proj" },
	{ MODULE_EXPERTS, ROUTED, "ffn.experts.0.w3|ffn.experts.0.up_proj" },
	{ MODULE_EXPERTS, ROUTED, "ffn.experts.0.w2|"
	  "ffn.experts.0.down_proj" },
	{ -1, EVERY, "attn.indexer.weights_proj" },
	{ -1, EVERY, "attn.indexer.compressor.wkv" },
	{ -1, EVERY, "attn.indexer.compressor.wgate" },
	{ -1, EVERY, "attn.compressor.wkv" },
	{ -1, EVERY, "attn.compressor.wgate" },
	{ -1, EVERY, "attn_norm" },
	{ -1, EVERY, "ffn_norm" },
	{ -1, EVERY, "ffn.gate" },
	{ -1, BLOCK, "e_proj" },
	{ -1, BLOCK, "h_proj" },
};

const struct name *names_of(enum family f, int *nr)
{
	assert(f < FAMILY_NR);
	*nr = f == FAMILY_V4 ? NR(compressed) : NR(latent);
	return f == FAMILY_V4 ? compressed : latent;
}

bool names_has(const struct model *m, enum site s, enum module module)
{
	const int layers[SITE_NR] = { m->first_k_dense_replace,
		m->num_hidden_layers - m->first_k_dense_replace,
		m->num_nextn_predict_layers };
	int nr;
	const struct name *row = names_of(m->family, &nr);

	assert(s < SITE_NR && module < MODULE_NR);
	if (layers[s] < 1 || ((module == MODULE_INDEX_Q ||
			       module == MODULE_INDEX_K) &&
			      m->family == FAMILY_MLA))
		return false;
	for (int i = 0; i < nr; i++)
		if (row[i].module == (int)module && row[i].place[s])
			return true;
	return false;
}

void names_layer(const struct model *m, int layer, char *out, int size)
{
	int beyond = layer - m->num_hidden_layers;

	assert(layer >= 0 && size > 0);
	if (m->family == FAMILY_V4 && beyond >= 0)
		snprintf(out, (size_t)size, "mtp.%d.", beyond);
	else
		snprintf(out, (size_t)size, "layers.%d.", layer);
}

const char *const names_outer[] = { "lm_head", "embed_tokens", "norm",
	"head", "embed", "rotary_emb", "output", NULL };

const char *const names_vision[] = { "vision_tower", "visual",
	"vision_model", "mm_projector", "multi_modal_projector", NULL };
