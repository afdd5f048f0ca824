#include "work/layout.h"

#include <assert.h>
#include <math.h>

#include "base/band.h"
#include "base/larger.h"
#include "work/cache.h"
#include "work/shard.h"

/* A matrix that tensor parallelism does not split is on every GPU whole. */
static double attn_B(const struct layout *l, const struct model *m,
		     enum attn kind, enum site place)
{
	struct matrix list[ATTN_MATRICES];
	int nr = attention_matrices(m, kind, list);
	double sum = attention_mix_params(m) * format_bytes(FORMAT_FP32);

	for (int i = 0; i < nr; i++) {
		enum format f = matrix_format(&list[i], &l->storage.weights,
					      place);

		sum += list[i].n * list[i].k * format_bytes(f) /
		       (list[i].split ? l->tp : 1);
	}
	return sum;
}

typedef double attn_fn(const struct layout *, const struct model *,
		       enum attn, enum site);

/* The main model's layers, and an MTP layer when it drafts. */
static double attn_all_B(const struct layout *l, const struct model *m,
			 attn_fn *of)
{
	double sum = l->drafts > 0 ? of(l, m,
		model_attn(m, m->num_hidden_layers), SITE_MTP) : 0;

	for (int a = 0; a < ATTN_NR; a++) {
		enum attn kind = (enum attn)a;
		int layers = model_attn_layers(m, kind);
		int dense = model_dense_layers(m, kind);

		if (layers > 0)
			sum += dense * of(l, m, kind, SITE_DENSE) +
			       (layers - dense) * of(l, m, kind, SITE_MOE);
	}
	return sum;
}

/* W_UK and W_UV as the absorbed kernels want them, beside kv_b itself. */
static double copy_B(const struct layout *l, const struct model *m,
		     enum attn kind, enum site site)
{
	double heads = (double)m->num_attention_heads / l->tp;

	(void)site;
	return attn_latent(kind) ? heads * m->kv_lora_rank *
		(m->qk_nope_head_dim + m->v_head_dim) *
		format_bytes(FORMAT_BF16) : 0;
}

/* The routed experts of the fullest GPU. */
static double experts_B(const struct layout *l, const struct model *m)
{
	const struct kept *k = &l->storage.weights;
	double one = model_expert_params(m) * l->slots_rank / l->moe_tp;
	double sum = model_moe_layers(m) *
		     format_bytes(kept_in(k, SITE_MOE, MODULE_EXPERTS));

	if (l->drafts > 0)
		sum += format_bytes(kept_in(k, SITE_MTP, MODULE_EXPERTS));
	return one * sum;
}

/* One MoE layer's shared experts, gate and its share of the routed ones. */
static double moe_B(const struct layout *l, const struct model *m,
		    enum site place)
{
	const struct kept *k = &l->storage.weights;
	double one = model_expert_params(m);

	return one * m->n_shared_experts / l->shared_parts *
		       format_bytes(kept_in(k, place, MODULE_SHARED)) +
	       one * l->slots_rank / l->moe_tp *
		       format_bytes(kept_in(k, place, MODULE_EXPERTS)) +
	       (double)m->n_routed_experts * m->hidden_size *
		       format_bytes(FORMAT_BF16);
}

/* One MTP layer, re-used; eh_proj is 2h x h. */
static double draft_B(const struct layout *l, const struct model *m)
{
	double h = m->hidden_size;

	return l->drafts > 0 ? moe_B(l, m, SITE_MTP) +
		2 * h * h * format_bytes(FORMAT_BF16) : 0;
}

static double dense_ffn_B(const struct layout *l, const struct model *m)
{
	double ffn_tp = l->dp == 1 ? l->tp : 1;

	return model_dense_params(m) / ffn_tp *
	       format_bytes(kept_in(&l->storage.weights, SITE_DENSE,
				    MODULE_DENSE));
}

static double layers_B(const struct layout *l, const struct model *m)
{
	return attn_all_B(l, m, attn_B) +
	       model_moe_layers(m) * moe_B(l, m, SITE_MOE) +
	       m->first_k_dense_replace * dense_ffn_B(l, m);
}

static double dense_layer_B(const struct layout *l, const struct model *m)
{
	return attn_B(l, m, model_attn(m, 0), SITE_DENSE) + dense_ffn_B(l, m);
}

/* Of what layers have alike, the share of the fullest stage. */
static double stage_share(const struct layout *l, const struct model *m)
{
	return (double)layout_stage_layers(l, m) / m->num_hidden_layers;
}

/*
 * Embedding and dense layers are at one end of a pipeline, head and drafts at
 * the other; where stages have not as many layers each, the fuller ones stand
 * between (vLLM distributed/utils.py, get_pp_indices).
 */
static double stage_B(const struct layout *l, const struct model *m,
		      double ends_B)
{
	int dense = m->first_k_dense_replace, all = m->num_hidden_layers;
	int more = layout_stage_layers(l, m), fewer = all / l->pp;
	int first = l->pp == 2 ? more : fewer;
	double one = dense_layer_B(l, m);
	double moe = dense < all ? (layers_B(l, m) - dense * one) /
				   (all - dense) : one;
	double head = fmin(first, dense) * one +
		      fmax(0, first - dense) * moe + ends_B;
	double tail = fewer * moe + ends_B + draft_B(l, m);

	return fmax(fmax(head, tail), l->pp > 2 ? more * moe : 0);
}

static double weights_B(const struct layout *l, const struct model *m)
{
	double one = format_bytes(FORMAT_BF16) * m->hidden_size *
		     m->vocab_size / (l->dp == 1 ? l->tp : 1);

	if (l->pp > 1)
		return stage_B(l, m, one);
	return layers_B(l, m) + draft_B(l, m) +
	       (m->tie_word_embeddings ? 1 : 2) * one;
}

/* A mean sequence. */
static double kv_mean_B(const struct deployment *d, const struct hold_spec *a)
{
	const struct lengths *l = a->lengths;
	double sum = 0;

	if (!l || l->nr == 0)
		return cache_seq_B(d, a->ctx_tok);
	for (int i = 0; i < l->nr; i++)
		sum += l->share[i] * cache_seq_B(d, l->tok[i]);
	return sum;
}

/*
 * DeepEP's low-latency layout (csrc/config.hpp, LowLatencyLayout) allots, for
 * every expert slot and each token that a rank may send at once, a bf16 row and
 * room for a scale of 4 B a 128: to send and to receive, each twice, for odd
 * and even calls. 288 slots of V3 and 256 tokens: 4 x 288 x 256 x 14560 B =
 * 4.29 GB.
 */
static double slot_rows_B(const struct deployment *d)
{
	double h = d->model->hidden_size;
	double row_B = 2 * h + h / 32;	/* size: 4 B a 128 */

	return layout_masked(&d->layout) ?
		2 * 2 * d->layout.slots * row_B : 0;
}

/* Tokens that a GPU sends at once, of a sequence of its group. */
static double sent_tok(const struct deployment *d, const struct hold_spec *a)
{
	int micro = a->micro > 1 ? a->micro : 1;

	return (1.0 + d->layout.drafts) / d->layout.tp / micro;
}

/* What the engine fills beside weights and KV, and how well that is known. */
void deployment_buffers(const struct deployment *d, const struct hold_spec *a,
			struct held *h)
{
	const struct stack *s = d->machine.stack;
	bool dp = d->layout.dp > 1, net = d->layout.nodes > 1;
	double most = s->exchange_tok, each = sent_tok(d, a);
	double row_B = slot_rows_B(d);
	const double *err = s->buffer_err_B;

	h->buffer_B = s->buffer_B + (dp ? s->buffer_dp_B : 0) +
		      (net ? s->buffer_net_B : 0) +
		      row_B * fmax(most, each * a->seqs);
	h->buffer_err_B = both_sd(err[0], both_sd(dp ? err[1] : 0,
						  net ? err[2] : 0));
	h->grow_B = row_B * each;
	h->grow_seqs = most / each;
}

/* What is stored in a format, and the tensor cores that multiply it. */
struct need {
	enum math math;
	const char *format;
	const char *of;
};

/* The first module that the GPU cannot multiply; of is NULL: none. */
static struct need unmet_weights(const struct deployment *d)
{
	static const char *const of[MODULE_NR] = {
		[MODULE_DENSE] = "dense weights",
		[MODULE_SHARED] = "shared experts",
		[MODULE_EXPERTS] = "routed experts",
	};
	const struct machine *on = &d->machine;

	for (int m = 0; m < MODULE_NR; m++)
		for (int p = 0; p < SITE_NR; p++) {
			enum format f = kept_in(&d->layout.storage.weights,
						(enum site)p,
						(enum module)m);
			enum math math = layout_math(on, f);

			if (!(on->gpu->flops[math] > 0))
				return (struct need){ math, format_name(f),
					of[m] ? of[m] : "attention weights" };
		}
	return (struct need){ MATH_BF16, NULL, NULL };
}

/* The first need that the GPU does not meet; of is NULL when it meets all. */
static struct need unmet(const struct deployment *d)
{
	const struct machine *m = &d->machine;
	const struct storage *s = &d->layout.storage;
	bool sparse = s->form.key_B > 0;	/* widens what it selects */
	const struct need need[] = {
		unmet_weights(d),
		{ s->kv == FORMAT_FP8 && !sparse ? MATH_FP8 : MATH_BF16,
		  format_name(s->kv), "KV" },
		{ sparse ? s->keys : MATH_BF16, math_name(s->keys),
		  "index keys" },
	};

	for (unsigned i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (!(m->gpu->flops[need[i].math] > 0))
			return need[i];
	return (struct need){ MATH_BF16, NULL, NULL };
}

bool deployment_lacks(const struct deployment *d)
{
	return unmet(d).of != NULL;
}

/* What no batch, however small, would mend. */
static struct refusal never(const struct deployment *d)
{
	struct need lack = unmet(d);
	struct shard cut = deployment_cut(d);

	if (lack.of)
		return (struct refusal){ .kind = REFUSAL_FORMAT,
			.format = lack.format, .of = lack.of };
	if (cut.of)
		return (struct refusal){ .kind = REFUSAL_SHARD,
			.need = cut.part, .have = cut.block, .of = cut.of,
			.format = cut.format, .by_moe = cut.by_moe,
			.both = cut.both };
	return (struct refusal){ .kind = REFUSAL_NONE };
}

void deployment_store(const struct deployment *d, struct held *h)
{
	const struct layout *l = &d->layout;
	double share = stage_share(l, d->model);

	assert(l->pp >= 1 && l->tp >= 1);
	*h = (struct held){ .weights_B = weights_B(l, d->model),
		.experts_B = share * experts_B(l, d->model),
		.attn_B = share * attn_all_B(l, d->model, attn_B),
		.hbm_B = d->machine.gpu->hbm_B, .never = never(d) };
	h->weights_high_B = h->weights_B +
			    share * attn_all_B(l, d->model, copy_B);
}

void deployment_fill(const struct deployment *d, const struct hold_spec *a,
		     struct held *h)
{
	double share = stage_share(&d->layout, d->model);
	const struct stack *s = d->machine.stack;

	assert(a->ctx_tok > 0);
	h->kv_tok_B = kv_mean_B(d, a) / a->ctx_tok * share / d->layout.dcp;
	h->kv_more_B = cache_compresses(d) ?
		cache_token_B(d) * share / d->layout.dcp : h->kv_tok_B;
	h->kv_beside_B = cache_request_B(d) / a->ctx_tok * share /
			 d->layout.dcp;
	h->kv_flight_B = cache_flight_B(d) * share;
	h->kv_B = h->kv_tok_B * a->seqs * a->ctx_tok;
	deployment_buffers(d, a, h);
	h->budget_B = a->mem_share * h->hbm_B;
	h->budget_err_B = a->mem_share == s->mem_share ?
		s->mem_share_err * h->hbm_B : 0;
}

void deployment_hold(const struct deployment *d, const struct hold_spec *a,
		     struct held *h)
{
	deployment_store(d, h);
	deployment_fill(d, a, h);
}

static double left_B(const struct held *h)
{
	return h->budget_B - h->weights_B - h->buffer_B;
}

double held_room_tok(const struct held *h)
{
	return left_B(h) > 0 ? floor(left_B(h) / h->kv_tok_B) : 0;
}

void held_range(const struct held *h, struct held *low, struct held *high)
{
	double err = Z80 * both_sd(h->buffer_err_B, h->budget_err_B);

	assert(err >= 0 && h->weights_high_B >= h->weights_B);
	*low = *high = *h;
	low->buffer_B += err + h->weights_high_B - h->weights_B;
	high->buffer_B = fmax(0, high->buffer_B - err);
}

/*
 * KV grows with the context, and nearly in proportion to it, so the longest
 * is looked for where a straight line between what fits and what does not
 * has it; by halving where two such did not take off half. As much of a
 * stage's layers and of a group's tokens counts as in deployment_hold.
 */
static double longest_tok(const struct deployment *d, double batch,
			  double left)
{
	double seqs = batch * stage_share(&d->layout, d->model) /
		      d->layout.dcp;
	double good = 0, bad = d->model->max_position_embeddings + 1.0;
	double good_B = 0, bad_B = cache_seq_B(d, bad) * seqs;
	int slow = 0;	/* probes that did not take off half */

	assert(batch > 0 && bad > good);
	if (bad - good > 1 && cache_seq_B(d, bad - 1) * seqs <= left)
		return bad - 1;
	while (bad - good > 1) {
		double apart = bad - good;
		double part = slow < 2 ? (left - good_B) / (bad_B - good_B) :
			      1.0 / 2;
		double at = good + apart * part;
		double middle = fmin(bad - 1, fmax(good + 1, floor(at)));
		double B = cache_seq_B(d, middle) * seqs;

		if (B <= left) {
			good = middle;
			good_B = B;
		} else {
			bad = middle;
			bad_B = B;
		}
		slow = bad - good > apart / 2 ? (slow + 1) % 3 : 0; /* math: */
	}
	return good;
}

double deployment_context(const struct deployment *d,
			  const struct hold_spec *a, const struct held *h)
{
	return longest_tok(d, fmax(1, a->seqs), left_B(h));
}

double deployment_alone_tok(const struct deployment *d, double kv_B)
{
	return longest_tok(d, 1, kv_B);
}

/* Left beside the weights and what the buffers of a few sequences take. */
static double least_left_B(const struct held *h, double ctx_tok)
{
	double seqs = h->kv_B / (h->kv_tok_B * ctx_tok);

	return left_B(h) + h->grow_B * fmax(0, seqs - h->grow_seqs);
}

/* Beyond grow_seqs a sequence takes grow_B beside its KV. */
double held_room_seqs(const struct held *h, double ctx_tok)
{
	double left = least_left_B(h, ctx_tok), seq_B = h->kv_tok_B * ctx_tok;
	double seqs = left / seq_B;

	if (seqs > h->grow_seqs)
		seqs = (left + h->grow_B * h->grow_seqs) /
		       (seq_B + h->grow_B);
	return left > 0 ? floor(seqs) : 0;
}

/* The share of HBM that holds all of it. */
static double share_for(const struct held *h)
{
	return (h->weights_B + h->buffer_B + h->kv_B) / h->hbm_B;
}

struct refusal deployment_refusal(const struct deployment *d,
				  const struct held *h, double ctx_tok)
{
	double most = d->model->max_position_embeddings;
	double left = fmax(0, left_B(h));

	if (h->never.kind != REFUSAL_NONE)
		return h->never;
	if (most > 0 && ctx_tok > most)
		return (struct refusal){ .kind = REFUSAL_CONTEXT,
			.need = ctx_tok, .have = most };
	if (d->layout.dcp > 1 && d->model->family != FAMILY_MLA)
		return (struct refusal){ .kind = REFUSAL_DCP };
	if (least_left_B(h, ctx_tok) <= 0)
		return (struct refusal){ .kind = REFUSAL_WEIGHTS,
			.need = h->weights_B, .buffer_B = h->buffer_B,
			.have = h->budget_B, .share = share_for(h) };
	if (h->kv_B > left)
		return (struct refusal){ .kind = REFUSAL_KV, .need = h->kv_B,
			.have = left,
			.fit = held_room_seqs(h, ctx_tok),
			.share = share_for(h) };
	return (struct refusal){ .kind = REFUSAL_NONE };
}
