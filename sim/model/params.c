#include "model/model.h"

#include <assert.h>

#include "model/attention.h"

double model_attn_params(const struct model *m, enum attn kind)
{
	struct matrix list[ATTN_MATRICES];
	int nr = attention_matrices(m, kind, list);
	double sum = 0;

	for (int i = 0; i < nr; i++)
		sum += list[i].n * list[i].k;
	return sum;
}

/* Gate, up and down projection of a SwiGLU. */
static double ffn_params(double hidden, double intermediate)
{
	return 3 * hidden * intermediate;	/* math: of these three */
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

/*
 * RMSNorm weights of a layer: before attention and FFN, on the latents, on
 * what an indexer or a compressor makes.
 */
static double norm_params(const struct model *m, enum attn kind)
{
	double n = 2.0 * m->hidden_size + m->q_lora_rank;

	n += m->family == FAMILY_V4 ? m->head_dim : m->kv_lora_rank;
	if (kind == ATTN_DSA)
		n += 2 * m->index_head_dim;	/* LayerNorm: a bias too */
	if (kind == ATTN_CSA || kind == ATTN_HCA)
		n += m->head_dim;
	return kind == ATTN_CSA ? n + m->index_head_dim : n;
}

/*
 * What V4 keeps in fp32: attention sinks, the positional bias of each row of
 * a compressor, hyper-connection matrices with base and three scales a site.
 */
static double fp32_params(const struct model *m, enum attn kind)
{
	double streams = m->hc_mult, d = m->head_dim;
	double n = attention_mix_params(m);

	if (m->family != FAMILY_V4)
		return 0;
	n += m->num_attention_heads +
	     2 * ((2 + streams) * streams + 3);	/* math: 3 scales */
	if (kind == ATTN_HCA)
		n += HCA_RATIO * d;
	if (kind == ATTN_CSA)
		n += CSA_RATIO * 2 * (d + m->index_head_dim);
	return n;
}

/* The last hyper-connection, streams into one, before the head; fp32. */
static double mix_head_params(const struct model *m)
{
	double streams = m->hc_mult;

	return streams > 0 ? streams * streams * m->hidden_size + streams + 1 :
		0;
}

/* Everything in the MoE layers of the main model but the routed experts. */
static double moe_common_params(const struct model *m)
{
	return router_params(m) +
	       m->n_shared_experts * model_expert_params(m);
}

/* Layers whose gate has a routing bias: V3 on, but not those by hash. */
static double biased_layers(const struct model *m)
{
	return model_moe_layers(m) - m->num_hash_layers;
}

/*
 * Vectors, none of which is multiplied by a big matrix: norms of every layer,
 * the last norm, and one routing bias an expert (V3 and K2 have it, V2 has
 * not: 1664 parameters of V2-Lite's 15.7 billion).
 */
static double vector_params(const struct model *m)
{
	double sum = m->hidden_size + mix_head_params(m) +
		     biased_layers(m) * m->n_routed_experts;

	for (int a = 0; a < ATTN_NR; a++)
		sum += model_attn_layers(m, (enum attn)a) *
		       (norm_params(m, (enum attn)a) +
			fp32_params(m, (enum attn)a));
	return sum;
}

static double attn_params(const struct model *m)
{
	double sum = 0;

	for (int a = 0; a < ATTN_NR; a++)
		if (model_attn_layers(m, (enum attn)a))
			sum += model_attn_layers(m, (enum attn)a) *
			       model_attn_params(m, (enum attn)a);
	return sum;
}

/* Matrices that one token meets in the layers when `experts` are routed. */
static double layer_matrices(const struct model *m, double experts)
{
	double moe = moe_common_params(m) + experts * model_expert_params(m);

	return attn_params(m) +
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

static enum attn mtp_attn(const struct model *m)
{
	return model_attn(m, m->num_hidden_layers);
}

/*
 * One MoE layer, and before it the projection of the last hidden state beside
 * the next token's embedding (DeepSeek-V3, arXiv 2412.19437, section 2.2),
 * each with its norm, and the norm before the head. Embedding and head are
 * the main model's. V4 projects the two apart, with as many weights.
 */
double model_params_mtp(const struct model *m)
{
	double h = m->hidden_size;
	enum attn kind = mtp_attn(m);

	return model_attn_params(m, kind) + norm_params(m, kind) +
	       fp32_params(m, kind) + mix_head_params(m) +
	       moe_common_params(m) +
	       m->n_routed_experts * (1 + model_expert_params(m)) +
	       2 * h * h + 3 * h;	/* math: eh_proj and three norms */
}

/* ---- bytes ---- */

/* Router, norms, embedding and head stay in bf16 whatever the rest is in. */
static double moe_layer_B(const struct model *m, const struct kept *k,
			  enum site p)
{
	double expert = model_expert_params(m);

	return router_params(m) * format_bytes(FORMAT_BF16) +
	       m->n_shared_experts * expert *
		       format_bytes(kept_in(k, p, MODULE_SHARED)) +
	       m->n_routed_experts * expert *
		       format_bytes(kept_in(k, p, MODULE_EXPERTS));
}

static double attn_layer_B(const struct model *m, const struct kept *k,
			   enum attn kind, enum site p)
{
	struct matrix list[ATTN_MATRICES];
	int nr = attention_matrices(m, kind, list);
	double sum = norm_params(m, kind) * format_bytes(FORMAT_BF16) +
		     fp32_params(m, kind) * format_bytes(FORMAT_FP32);

	for (int i = 0; i < nr; i++)
		sum += list[i].n * list[i].k *
		       format_bytes(matrix_format(&list[i], k, p));
	return sum;
}

static double bias_B(const struct model *m, double layers)
{
	return layers * m->n_routed_experts * format_bytes(FORMAT_FP32);
}

/* A layer routed by hash has a table of 64-bit experts, k a word. */
static double hash_B(const struct model *m)
{
	return (double)m->num_hash_layers * m->vocab_size *
	       m->num_experts_per_tok * sizeof(long long);
}

/* What joins hidden state and embedding is bf16, but in V4 as attention is. */
static double mtp_layer_B(const struct model *m, const struct kept *k)
{
	double h = m->hidden_size;
	enum format f = m->family == FAMILY_V4 ?
		kept_in(k, SITE_MTP, MODULE_Q_A) : FORMAT_BF16;

	return attn_layer_B(m, k, mtp_attn(m), SITE_MTP) +
	       moe_layer_B(m, k, SITE_MTP) + bias_B(m, 1) +
	       mix_head_params(m) * format_bytes(FORMAT_FP32) +
	       2 * h * h * format_bytes(f) +
	       3 * h * format_bytes(FORMAT_BF16);	/* math: norms */
}

/* All layers' attention: the leading dense ones are of the first's kind. */
static double attn_all_B(const struct model *m, const struct kept *k)
{
	double sum = 0;

	for (int a = 0; a < ATTN_NR; a++) {
		enum attn kind = (enum attn)a;
		int layers = model_attn_layers(m, kind);
		int dense = model_dense_layers(m, kind);

		if (layers)
			sum += dense * attn_layer_B(m, k, kind, SITE_DENSE) +
			       (layers - dense) *
			       attn_layer_B(m, k, kind, SITE_MOE);
	}
	return sum;
}

double model_mtp_in_B(const struct model *m, const struct kept *k)
{
	return m->num_nextn_predict_layers * mtp_layer_B(m, k);
}

double model_checkpoint_in_B(const struct model *m, const struct kept *k)
{
	double ends = m->tie_word_embeddings ? 1 : 2;
	double plain = ends * embed_params(m) + m->hidden_size;
	double dense = m->first_k_dense_replace * model_dense_params(m);

	return dense * format_bytes(kept_in(k, SITE_DENSE, MODULE_DENSE)) +
	       model_moe_layers(m) * moe_layer_B(m, k, SITE_MOE) +
	       bias_B(m, biased_layers(m)) + hash_B(m) +
	       plain * format_bytes(FORMAT_BF16) +
	       mix_head_params(m) * format_bytes(FORMAT_FP32) +
	       model_mtp_in_B(m, k) + attn_all_B(m, k);
}

double model_checkpoint_B(const struct model *m)
{
	return model_checkpoint_in_B(m, &m->kept);
}

/*
 * DeepSeek-V3 README_WEIGHTS.md: the block's own files hold both again. V4's
 * do not, nor GLM-5's (753 billion parameters are published with the block).
 */
double model_repeated_B(const struct model *m)
{
	if (m->family == FAMILY_V4 || !m->repeats)
		return 0;
	return m->num_nextn_predict_layers * 2 * embed_params(m) *
	       format_bytes(FORMAT_BF16);
}

/*
 * Every matrix met is a multiply and an add a weight; every head compares
 * with each cached entry that its query meets and sums it up. A layer's two
 * hyper-connections also collapse and spread the streams: 2 m h, and
 * 2 m (m + 1) h multiplications for m streams.
 */
double model_flop_per_token(const struct model *m, double ctx_tok)
{
	double sum = 2 * (layer_matrices(m, m->num_experts_per_tok) +
			  embed_params(m));
	double streams = m->hc_mult;

	assert(ctx_tok >= 0);
	sum += 2 * m->num_hidden_layers * (attention_mix_params(m) +
		2 * streams * m->hidden_size * (2 + streams));
	for (int a = 0; a < ATTN_NR; a++)
		sum += model_attn_layers(m, (enum attn)a) *
		       (attention_core_flop(m, (enum attn)a, ctx_tok) +
			attention_index_flop(m, (enum attn)a, ctx_tok));
	return sum;
}
