#include "work/layout.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { BOARD_GPUS = 8 /* size: GPUs of one board; more is a rack */ };

/*
 * NVIDIA's NVFP4 checkpoints of V3 and R1 quantise o_proj, the dense FFN,
 * the shared and the routed experts; q_a, kv_a and q_b are bf16
 * (nvidia/DeepSeek-R1-FP4, hf_quant_config.json exclude_modules).
 */
static int storage_make(struct storage *s, const struct layout_ask *ask,
			struct fault *why)
{
	const struct model *m = ask->model;
	enum format f;

	*s = (struct storage){ m->linear, m->linear, m->linear, m->linear,
			       m->experts, FORMAT_BF16 };
	if (strcmp(ask->kv, "fp8") == 0)
		s->kv = FORMAT_FP8;
	else if (strcmp(ask->kv, "native") && strcmp(ask->kv, "bf16")) {
		fault_what(why, "kv is \"%s\"", ask->kv);
		return fault_remedy(why, "write native, bf16 or fp8");
	}
	if (strcmp(ask->weights, "native") == 0)
		return 0;
	if (format_parse(ask->weights, &f) || f == FORMAT_FP32) {
		fault_what(why, "weights is \"%s\"", ask->weights);
		return fault_remedy(why, "write native, bf16, fp8, nvfp4, "
				    "mxfp4 or int4");
	}
	s->experts = f;
	if (f == FORMAT_NVFP4) {
		s->attn_in = FORMAT_BF16;
		s->attn_out = s->dense = s->shared = f;
	} else if (f == FORMAT_BF16 || f == FORMAT_FP8) {
		s->attn_in = s->attn_out = s->dense = s->shared = f;
	}
	return 0;
}

static int divides(int part, int whole, const char *name, struct fault *why)
{
	if (part >= 1 && whole % part == 0)
		return 0;
	fault_what(why, "%s = %d does not divide gpus = %d", name, part,
		   whole);
	return fault_remedy(why, "choose %s among the divisors of %d", name,
			    whole);
}

enum band layout_band(const struct layout *l, const struct gpu *g)
{
	if (l->dp == 1)
		return l->nodes == 1 ? BAND_TP : BAND_TP_NET;
	if (l->nodes > 1)
		return BAND_NET;
	return g->nvlink_gpus > BOARD_GPUS ? BAND_RACK : BAND_NODE;
}

static enum exchange exchange_of(const struct layout *l,
				 const struct layout_ask *ask)
{
	enum reach reach = REACH_NET;

	if (l->dp == 1)
		return EXCHANGE_NONE;
	if (l->ep == 1)
		return EXCHANGE_GATHER;
	if (l->nodes == 1)
		reach = ask->gpu->nvlink_gpus > BOARD_GPUS ? REACH_RACK :
			REACH_NODE;
	return ask->stack->exchange[reach];
}

int layout_make(struct layout *l, const struct layout_ask *ask,
		struct fault *why)
{
	const struct model *m = ask->model;

	if (divides(ask->tp, ask->gpus, "tp", why) ||
	    divides(ask->ep, ask->gpus, "ep", why))
		return -1;
	*l = (struct layout){ .gpus = ask->gpus, .tp = ask->tp,
		.dp = ask->gpus / ask->tp, .ep = ask->ep,
		.moe_tp = ask->gpus / ask->ep, .redundant = ask->redundant,
		.drafts = ask->mtp };
	if (m->num_attention_heads % l->tp) {
		fault_what(why, "tp = %d does not divide the %d heads of %s",
			   l->tp, m->num_attention_heads, m->name);
		return fault_remedy(why, "choose a tp that does");
	}
	if (m->moe_intermediate_size % l->moe_tp) {
		fault_what(why, "gpus / ep = %d does not divide the experts' "
			   "inner size %d", l->moe_tp,
			   m->moe_intermediate_size);
		return fault_remedy(why, "choose a larger ep");
	}
	l->slots_rank = (m->n_routed_experts + l->redundant + l->ep - 1) /
			l->ep;
	l->slots = l->slots_rank * l->ep;
	l->domain = ask->gpu->nvlink_gpus;
	if (l->domain > l->gpus)
		l->domain = l->gpus;
	l->nodes = (l->gpus + l->domain - 1) / l->domain;
	l->exchange = exchange_of(l, ask);
	return storage_make(&l->storage, ask, why);
}

enum math layout_math(const struct gpu *g, enum format f)
{
	if (f == FORMAT_FP8)
		return MATH_FP8;
	if (f == FORMAT_NVFP4)
		return g->flops[MATH_FP4] > 0 ? MATH_FP4 : MATH_FP8;
	if (f == FORMAT_MXFP4)	/* times fp8 activations: models.md (c) */
		return MATH_FP8;
	return MATH_BF16;	/* int4 is widened to bf16 */
}

enum role layout_experts_role(const struct layout *l)
{
	static const enum role whole[FORMAT_NR] = {
		[FORMAT_BF16] = ROLE_MOE_BF16, [FORMAT_FP8] = ROLE_MOE_FP8,
		[FORMAT_NVFP4] = ROLE_MOE_NVFP4,
		[FORMAT_MXFP4] = ROLE_MOE_MXFP4,
		[FORMAT_INT4] = ROLE_MOE_INT4 };
	static const enum role masked[FORMAT_NR] = {
		[FORMAT_BF16] = ROLE_MASKED_BF16,
		[FORMAT_FP8] = ROLE_MASKED_FP8,
		[FORMAT_NVFP4] = ROLE_MASKED_NVFP4,
		[FORMAT_MXFP4] = ROLE_MASKED_MXFP4,
		[FORMAT_INT4] = ROLE_MASKED_INT4 };

	return l->exchange == EXCHANGE_PAIR ? masked[l->storage.experts] :
		whole[l->storage.experts];
}

/* ---- memory ---- */

static double attn_B(const struct layout *l, const struct model *m)
{
	double in = format_bytes(l->storage.attn_in);
	double out = format_bytes(l->storage.attn_out);
	double h = m->hidden_size, r = m->kv_lora_rank;
	double heads = (double)m->num_attention_heads / l->tp;
	double qk = m->qk_nope_head_dim + m->qk_rope_head_dim;
	double q = m->q_lora_rank ?
		m->q_lora_rank * (h + heads * qk) : heads * qk * h;

	return in * (q + h * (r + m->qk_rope_head_dim) +
		     heads * r * (m->qk_nope_head_dim + m->v_head_dim)) +
	       out * heads * m->v_head_dim * h;
}

/* One MoE layer's shared experts, gate and its share of the routed ones. */
static double moe_B(const struct layout *l, const struct model *m)
{
	double one = model_expert_params(m);
	double ffn_tp = l->dp == 1 ? l->tp : 1;

	return one * m->n_shared_experts / ffn_tp *
		       format_bytes(l->storage.shared) +
	       one * l->slots_rank / l->moe_tp *
		       format_bytes(l->storage.experts) +
	       (double)m->n_routed_experts * m->hidden_size *
		       format_bytes(FORMAT_BF16);
}

static double weights_B(const struct layout *l, const struct model *m)
{
	double bf16 = format_bytes(FORMAT_BF16);
	double ffn_tp = l->dp == 1 ? l->tp : 1;
	double h = m->hidden_size, moe = model_moe_layers(m);
	double layers = m->num_hidden_layers, extra = 0;

	if (l->drafts > 0) {	/* one MTP layer, re-used; eh_proj is 2h x h */
		layers += 1;
		moe += 1;
		extra = 2 * h * h * bf16;
	}
	return layers * attn_B(l, m) + moe * moe_B(l, m) + extra +
	       m->first_k_dense_replace * model_dense_params(m) / ffn_tp *
		       format_bytes(l->storage.dense) +
	       (m->tie_word_embeddings ? 1 : 2) * bf16 * h * m->vocab_size /
		       ffn_tp;
}

/* The latent and the rotary key of one token, every layer. */
static double kv_tok_B(const struct layout *l, const struct model *m)
{
	double layers = m->num_hidden_layers + (l->drafts > 0);
	double bytes = l->storage.kv == FORMAT_FP8 ? 1 : 2;

	return layers * (m->kv_lora_rank + m->qk_rope_head_dim) * bytes;
}

/*
 * A low-latency exchange allots a block of rows for every expert slot, twice
 * (two micro-batches), wide enough for a bf16 row (DeepEP, low-latency
 * layout: num_experts x num_max_dispatch_tokens_per_rank x row, doubled).
 */
static double exchange_B(const struct layout *l, const struct layout_ask *ask)
{
	if (l->exchange != EXCHANGE_PAIR)
		return 0;
	return 2 * ask->stack->exchange_tok * l->slots * 2.0 *
	       ask->model->hidden_size;
}

void layout_hold(const struct layout *l, const struct layout_ask *ask,
		 double mem_share, double seqs, double ctx_tok, struct held *h)
{
	h->weights_B = weights_B(l, ask->model);
	h->kv_tok_B = kv_tok_B(l, ask->model);
	h->kv_B = h->kv_tok_B * seqs * ctx_tok;
	h->buffer_B = ask->stack->buffer_B + exchange_B(l, ask);
	h->budget_B = mem_share * ask->gpu->hbm_B;
}

double held_room_tok(const struct held *h)
{
	double left = h->budget_B - h->weights_B - h->buffer_B;

	return left > 0 ? floor(left / h->kv_tok_B) : 0;
}

const char *layout_lacks(const struct layout *l, const struct gpu *g)
{
	const struct storage *s = &l->storage;
	const enum format used[] = { s->attn_in, s->attn_out, s->dense,
				     s->shared, s->experts };

	for (unsigned i = 0; i < sizeof(used) / sizeof(*used); i++)
		if (!(g->flops[layout_math(g, used[i])] > 0))
			return format_name(used[i]);
	return NULL;
}

static void refuse_kv(const struct held *h, double left, double ctx_tok,
		      char *out, size_t room)
{
	double fit = floor(left / h->kv_tok_B / ctx_tok);
	int len = snprintf(out, room, "%.1f GB of KV do not fit the %.1f GB "
			   "left beside the weights; ", units_giga(h->kv_B),
			   units_giga(left));

	if (len < 0 || (size_t)len >= room)
		return;
	out += len;
	room -= (size_t)len;
	if (fit < 1)
		snprintf(out, room, "not even one sequence of this context "
			 "does");
	else
		snprintf(out, room, "a batch of %.0f would", fit);
}

void layout_refusal(const struct layout *l, const struct layout_ask *ask,
		    const struct held *h, double seqs, double ctx_tok,
		    char *out, int size)
{
	const struct model *m = ask->model;
	const char *format = layout_lacks(l, ask->gpu);
	size_t room = (size_t)size;
	double left = h->budget_B - h->weights_B - h->buffer_B;

	out[0] = '\0';
	if (format) {
		snprintf(out, room, "%s has no tensor cores for %s weights; "
			 "bf16 or int4 would run", ask->gpu->name, format);
	} else if (m->max_position_embeddings &&
		   ctx_tok > m->max_position_embeddings) {
		snprintf(out, room, "a context of %.0f tokens is above the "
			 "%d that %s was made for", ctx_tok,
			 m->max_position_embeddings, m->name);
	} else if (left <= 0) {
		snprintf(out, room, "%.1f GB of weights and %.1f GB of "
			 "buffers do not fit the %.1f GB that the engine may "
			 "fill; more GPUs, a larger ep or fewer bits would",
			 units_giga(h->weights_B), units_giga(h->buffer_B),
			 units_giga(h->budget_B));
	} else if (h->kv_B > left) {
		refuse_kv(h, left, ctx_tok, out, room);
	}
	(void)seqs;
}
