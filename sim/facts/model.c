#include "facts/model.h"

#include <stdio.h>
#include <string.h>

#include "facts/want.h"

#define NR(table) ((int)(sizeof(table) / sizeof((table)[0])))

static int take_drafts(struct model *m, struct facts *facts,
		       struct fault *why)
{
	static const struct want gain = {
		"tokens_per_step", DIM_RATIO, LIMIT_FROM_ONE, 0, true
	};

	m->tokens_per_step[0] = 1;
	for (int n = 1; n <= MODEL_DRAFTS; n++) {
		double *out = &m->tokens_per_step[n];
		char key[32]; /* size: the longest key */

		snprintf(key, sizeof(key), "%s.%d", gain.key, n);
		if (want_one(&gain, facts, key, out, why))
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

/*
 * The matrices of MLA (DeepSeek-V2, arXiv 2405.04434, section 2.1): q down
 * and up, or one q; kv down with the shared rope key; kv up (absorbed into q
 * and o when decoding, with the same count); o.
 */
double model_attn_params(const struct model *m)
{
	double h = m->hidden_size, heads = m->num_attention_heads;
	double q = heads * (m->qk_nope_head_dim + m->qk_rope_head_dim);
	double up = heads * (m->qk_nope_head_dim + m->v_head_dim);
	double o = heads * m->v_head_dim * h;
	double kv = h * (m->kv_lora_rank + m->qk_rope_head_dim) +
		    m->kv_lora_rank * up;

	if (!m->q_lora_rank)
		return h * q + kv + o;
	return m->q_lora_rank * (h + q) + kv + o;
}

/* Gate, up and down projection of a SwiGLU. */
static double ffn_params(double hidden, double intermediate)
{
	return (2 + 1) * hidden * intermediate;
}

double model_expert_params(const struct model *m)
{
	return ffn_params(m->hidden_size, m->moe_intermediate_size);
}

double model_dense_params(const struct model *m)
{
	return ffn_params(m->hidden_size, m->intermediate_size);
}

static double embed_params(const struct model *m)
{
	return (double)m->vocab_size * m->hidden_size;
}

static double router_params(const struct model *m)
{
	return (double)m->n_routed_experts * m->hidden_size;
}

/* RMSNorm weights of a layer: before attention and FFN, on both latents. */
static double norm_params(const struct model *m)
{
	return 2.0 * m->hidden_size + m->q_lora_rank + m->kv_lora_rank;
}

/* Everything in the MoE layers of the main model but the routed experts. */
static double moe_common_params(const struct model *m)
{
	return router_params(m) +
	       m->n_shared_experts * model_expert_params(m);
}

/*
 * Vectors, none of which is multiplied by a matrix: norms of every layer, the
 * last norm, and one routing bias an expert (V3 and K2 have it, V2 has not:
 * 1664 parameters of V2-Lite's 15.7 billion).
 */
static double vector_params(const struct model *m)
{
	double bias = (double)model_moe_layers(m) * m->n_routed_experts;

	return m->num_hidden_layers * norm_params(m) + m->hidden_size + bias;
}

/* Matrices that one token meets in the layers when `experts` are routed. */
static double layer_matrices(const struct model *m, double experts)
{
	double moe = moe_common_params(m) + experts * model_expert_params(m);

	return m->num_hidden_layers * model_attn_params(m) +
	       m->first_k_dense_replace * model_dense_params(m) +
	       model_moe_layers(m) * moe;
}

double model_params(const struct model *m)
{
	double ends = m->tie_word_embeddings ? 1 : 2;

	return layer_matrices(m, m->n_routed_experts) + vector_params(m) +
	       ends * embed_params(m);
}

double model_params_active(const struct model *m, bool embedding)
{
	double ends = embedding && !m->tie_word_embeddings ? 2 : 1;

	return layer_matrices(m, m->num_experts_per_tok) + vector_params(m) +
	       ends * embed_params(m);
}

/*
 * One MoE layer, and before it the projection of the last hidden state beside
 * the next token's embedding (DeepSeek-V3, arXiv 2412.19437, section 2.2),
 * each with its norm, and the norm before the head. Embedding and head are
 * the main model's.
 */
double model_params_mtp(const struct model *m)
{
	double h = m->hidden_size;

	return model_attn_params(m) + norm_params(m) + moe_common_params(m) +
	       m->n_routed_experts * (1 + model_expert_params(m)) +
	       2 * h * h + (2 + 1) * h;
}

/* Router, norms, embedding and head stay in bf16 whatever the rest is in. */
static double moe_layer_B(const struct model *m)
{
	double expert = model_expert_params(m);

	return router_params(m) * format_bytes(FORMAT_BF16) +
	       m->n_routed_experts * format_bytes(FORMAT_FP32) +
	       m->n_shared_experts * expert * format_bytes(m->linear) +
	       m->n_routed_experts * expert * format_bytes(m->experts);
}

static double attn_layer_B(const struct model *m)
{
	return model_attn_params(m) * format_bytes(m->linear) +
	       norm_params(m) * format_bytes(FORMAT_BF16);
}

static double mtp_layer_B(const struct model *m)
{
	double h = m->hidden_size;
	double plain = 2 * h * h + (2 + 1) * h;

	return attn_layer_B(m) + moe_layer_B(m) +
	       plain * format_bytes(FORMAT_BF16);
}

double model_checkpoint_B(const struct model *m)
{
	double ends = m->tie_word_embeddings ? 1 : 2;
	double plain = ends * embed_params(m) + m->hidden_size;
	double dense = m->first_k_dense_replace * model_dense_params(m);

	return m->num_hidden_layers * attn_layer_B(m) +
	       dense * format_bytes(m->linear) +
	       model_moe_layers(m) * moe_layer_B(m) +
	       plain * format_bytes(FORMAT_BF16) +
	       m->num_nextn_predict_layers * mtp_layer_B(m);
}

/*
 * Every matrix met is a multiply and an add a weight; every head compares
 * with each cached latent (rank + rope) and sums it up (rank).
 */
double model_flop_per_token(const struct model *m, double ctx_tok)
{
	double linear = layer_matrices(m, m->num_experts_per_tok) +
			embed_params(m);
	double core = (double)m->num_hidden_layers * m->num_attention_heads *
		      ctx_tok * (2.0 * m->kv_lora_rank + m->qk_rope_head_dim);

	return 2 * (linear + core);
}
