#include "model/attention.h"

#include <assert.h>
#include <math.h>

enum {
	LATENT_BLOCK = 128,	/* size: fp8 elements a scale of V3.2's */
	ENTRY_BLOCK = 64,	/* size: and of V4's cache */
	FP4_BLOCK = 32,		/* size: fp4 elements that share a scale */
	SITES = 2		/* size: mixings a layer: attention, FFN */
};

static bool compressed(enum attn kind)
{
	return kind == ATTN_CSA || kind == ATTN_HCA;
}

/* Attends to what an indexer picks, its own or another layer's. */
static bool picked(enum attn kind)
{
	return kind == ATTN_DSA || kind == ATTN_CSA ||
	       kind == ATTN_DSA_SHARED;
}

static bool indexed(enum attn kind)
{
	return kind == ATTN_DSA || kind == ATTN_CSA;
}

bool attn_latent(enum attn kind)
{
	return kind == ATTN_MLA || kind == ATTN_DSA ||
	       kind == ATTN_DSA_SHARED;
}

static double ratio_of(enum attn kind)
{
	return kind == ATTN_CSA ? CSA_RATIO : HCA_RATIO;
}

/* ---- matrices ---- */

struct list {
	struct matrix *m;
	int nr;
};

enum format matrix_format(const struct matrix *m, const struct kept *k,
			  enum site p)
{
	return m->plain ? FORMAT_BF16 : kept_in(k, p, m->module);
}

static void add(struct list *l, struct matrix m)
{
	assert(l->nr < ATTN_MATRICES);
	l->m[l->nr++] = m;
}

/*
 * MLA (DeepSeek-V2, arXiv 2405.04434, section 2.1): q down and up, or one q;
 * kv down with the shared rope key; kv up (absorbed into q and o when
 * decoding, with the same count); o.
 */
static void latent(const struct model *m, struct list *l)
{
	double h = m->hidden_size, heads = m->num_attention_heads;
	double q = heads * (m->qk_nope_head_dim + m->qk_rope_head_dim);
	double r = m->kv_lora_rank;

	if (m->q_lora_rank)
		add(l, (struct matrix){ "q_a", m->q_lora_rank, h,
					.module = MODULE_Q_A });
	add(l, (struct matrix){ m->q_lora_rank ? "q_b" : "q", q,
		m->q_lora_rank ? m->q_lora_rank : h, .module = MODULE_Q_B,
		.split = true });
	add(l, (struct matrix){ "kv_a", r + m->qk_rope_head_dim, h,
				.module = MODULE_KV_A });
	add(l, (struct matrix){ "kv_b", heads *
		(m->qk_nope_head_dim + m->v_head_dim), r,
		.module = MODULE_KV_B, .split = true });
	add(l, (struct matrix){ "o", h, heads * m->v_head_dim,
				.module = MODULE_O, .split = true });
}

/*
 * The lightning indexer (DeepSeek-V3.2-Exp inference/model.py). Its keys are
 * projected from the hidden state, V4's CSA compresses them instead.
 */
static void indexer(const struct model *m, enum attn kind, struct list *l)
{
	double h = m->hidden_size, d = m->index_head_dim;

	add(l, (struct matrix){ "index_q", m->index_n_heads * d,
		m->q_lora_rank ? m->q_lora_rank : h,
		.module = MODULE_INDEX_Q });
	add(l, (struct matrix){ "index_weights", m->index_n_heads, h,
				.plain = true });
	if (kind == ATTN_DSA)
		add(l, (struct matrix){ "index_k", d, h,
					.module = MODULE_INDEX_K });
	else
		add(l, (struct matrix){ "index_compress",
			4 * d, h, .plain = true }); /* math: 2 of 2 halves */
}

/*
 * V4 (arXiv 2606.19348, section 2.3): low-rank q, one kv vector, an output
 * projection in o_groups groups of rank o_lora_rank. A compressor projects
 * content and gate, for two overlapping halves in CSA.
 */
static void shared_kv(const struct model *m, enum attn kind, struct list *l)
{
	double h = m->hidden_size, d = m->head_dim;
	double heads = m->num_attention_heads;
	double low = (double)m->o_groups * m->o_lora_rank;

	add(l, (struct matrix){ "q_a", m->q_lora_rank, h,
				.module = MODULE_Q_A });
	add(l, (struct matrix){ "kv", d, h, .module = MODULE_KV_A });
	add(l, (struct matrix){ "q_b", heads * d, m->q_lora_rank,
				.module = MODULE_Q_B, .split = true });
	add(l, (struct matrix){ "o_a", low, heads * d / m->o_groups,
				.module = MODULE_O, .split = true });
	add(l, (struct matrix){ "o_b", h, low, .module = MODULE_O,
				.split = true });
	if (compressed(kind))
		add(l, (struct matrix){ "compress", 2 * d *
			(kind == ATTN_CSA ? 2 : 1), h, .plain = true });
}

int attention_matrices(const struct model *m, enum attn kind,
		       struct matrix list[ATTN_MATRICES])
{
	struct list l = { list, 0 };

	if (attn_latent(kind))
		latent(m, &l);
	else
		shared_kv(m, kind, &l);
	if (indexed(kind))
		indexer(m, kind, &l);
	assert(l.nr <= ATTN_MATRICES);
	return l.nr;
}

double attention_mix_params(const struct model *m)
{
	double streams = m->hc_mult, mixes = (2 + streams) * streams;

	return SITES * mixes * streams * m->hidden_size;
}

/* ---- the cache ---- */

double attention_key_dim(const struct model *m)
{
	return m->family == FAMILY_V4 ? m->head_dim :
		m->kv_lora_rank + m->qk_rope_head_dim;
}

double attention_value_dim(const struct model *m)
{
	return m->family == FAMILY_V4 ? m->head_dim : m->kv_lora_rank;
}

static double fp8_entry_B(const struct model *m)
{
	double rope = m->qk_rope_head_dim;
	double rest = attention_key_dim(m) - rope;

	switch (m->family) {
	case FAMILY_DSA:
		return rest + rest / LATENT_BLOCK * FP32_B + rope * BF16_B;
	case FAMILY_V4:
		return rest + rest / ENTRY_BLOCK + 1 + rope * BF16_B;
	default:
		return rest + rope;
	}
}

struct kv_form attention_form(const struct model *m, enum format kv,
			      bool fp4_keys)
{
	double d = m->index_head_dim;
	struct kv_form f;

	f.entry_B = kv == FORMAT_FP8 ? fp8_entry_B(m) :
		attention_key_dim(m) * BF16_B;
	f.key_B = d > 0 ? d + FP32_B : 0;
	if (m->family == FAMILY_V4 && kv == FORMAT_BF16)
		f.key_B = d * BF16_B;
	else if (m->family == FAMILY_V4 && fp4_keys)
		f.key_B = d / 2 + d / FP4_BLOCK;
	return f;
}

double attention_entries(const struct model *m, enum attn kind,
			 double ctx_tok)
{
	double window = fmin(ctx_tok, m->sliding_window);

	assert(!(ctx_tok < 0));
	if (attn_latent(kind))
		return ctx_tok;
	return window + (compressed(kind) ? ctx_tok / ratio_of(kind) : 0);
}

double attention_keys(const struct model *m, enum attn kind, double ctx_tok)
{
	(void)m;
	return kind == ATTN_DSA ? ctx_tok :
		kind == ATTN_CSA ? ctx_tok / CSA_RATIO : 0;
}

double attention_met(const struct model *m, enum attn kind, double ctx_tok)
{
	double all = attention_entries(m, kind, ctx_tok);
	double most = m->index_topk;

	assert(ctx_tok >= 0);
	if (kind == ATTN_CSA)
		most += fmin(ctx_tok, m->sliding_window);
	return picked(kind) ? fmin(all, most) : all;
}

/* Mean of min(slope t, most) over from..to. */
static double ramp_mean(double slope, double most, double from, double to)
{
	double knee = fmin(to, fmax(from, most / slope));

	return (slope * (knee * knee - from * from) / 2 + most * (to - knee)) /
	       (to - from);
}

double attention_met_mean(const struct model *m, enum attn kind,
			  double from_tok, double to_tok)
{
	double top = picked(kind) ? m->index_topk : to_tok;
	double met = 0;

	assert(from_tok >= 0 && !(to_tok < from_tok));
	if (attn_latent(kind))
		return ramp_mean(1, top, from_tok, to_tok);
	if (compressed(kind))
		met = ramp_mean(1 / ratio_of(kind), top, from_tok, to_tok);
	return met + ramp_mean(1, m->sliding_window, from_tok, to_tok);
}

double attention_keys_mean(const struct model *m, enum attn kind,
			   double from_tok, double to_tok)
{
	return attention_keys(m, kind, (from_tok + to_tok) / 2);
}

double attention_growth(const struct model *m, enum attn kind,
			double ctx_tok)
{
	double all = attention_entries(m, kind, ctx_tok);
	double met = attention_met(m, kind, ctx_tok);

	assert(ctx_tok >= 0);
	if (met < all || kind == ATTN_SWA)
		return 0;
	return compressed(kind) ?
		1 - fmin(ctx_tok, m->sliding_window) / met : 1;
}

double attention_core_flop(const struct model *m, enum attn kind,
			   double ctx_tok)
{
	return 2 * m->num_attention_heads * attention_met(m, kind, ctx_tok) *
	       (attention_key_dim(m) + attention_value_dim(m));
}

double attention_index_flop(const struct model *m, enum attn kind,
			    double ctx_tok)
{
	return 2.0 * m->index_n_heads * m->index_head_dim *
	       attention_keys(m, kind, ctx_tok);
}

/* CSA's two halves overlap: twice the rows that an entry is made of. */
struct attn_state attention_state(const struct model *m, enum attn kind)
{
	if (kind == ATTN_CSA)
		return (struct attn_state){ .rows = 2 * CSA_RATIO,
			.entry = 2 * 2 * m->head_dim,
			.key = 2 * 2 * m->index_head_dim };
	if (kind == ATTN_HCA)
		return (struct attn_state){ .rows = HCA_RATIO,
			.entry = 2 * m->head_dim };
	return (struct attn_state){ 0 };
}

double attention_state_B(const struct model *m, enum attn kind)
{
	struct attn_state s = attention_state(m, kind);

	return s.rows * (s.entry + s.key) * FP32_B;
}

double attention_per_tok(enum attn kind)
{
	return compressed(kind) ? 1 / ratio_of(kind) : attn_latent(kind);
}

double attention_kv_B(const struct model *m, const struct kv_form *f,
		      double ctx_tok)
{
	double sum = 0;

	for (int a = 0; a < ATTN_NR; a++) {
		enum attn kind = (enum attn)a;
		int layers = model_attn_layers(m, kind);

		if (layers > 0)
			sum += layers *
			       (attention_entries(m, kind, ctx_tok) *
				f->entry_B +
				attention_keys(m, kind, ctx_tok) * f->key_B);
	}
	return sum;
}
