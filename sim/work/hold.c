#include "work/layout.h"

#include <math.h>
#include <stdio.h>

/* A matrix that tensor parallelism does not split is on every GPU whole. */
static double attn_B(const struct layout *l, const struct model *m,
		     enum attn kind)
{
	struct matrix list[ATTN_MATRICES];
	int nr = attention_matrices(m, kind, list);
	double sum = attention_mix_params(m) * format_bytes(FORMAT_FP32);

	for (int i = 0; i < nr; i++) {
		enum format f = list[i].plain ? FORMAT_BF16 : list[i].out ?
			l->storage.attn_out : l->storage.attn_in;

		sum += list[i].n * list[i].k * format_bytes(f) /
		       (list[i].split ? l->tp : 1);
	}
	return sum;
}

/* The main model's layers, and an MTP layer when it drafts. */
static double attn_all_B(const struct layout *l, const struct model *m)
{
	double sum = l->drafts > 0 ?
		attn_B(l, m, model_attn(m, m->num_hidden_layers)) : 0;

	for (int a = 0; a < ATTN_NR; a++) {
		int layers = model_attn_layers(m, (enum attn)a);

		if (layers > 0)
			sum += layers * attn_B(l, m, (enum attn)a);
	}
	return sum;
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
	double extra = 0;

	if (l->drafts > 0) {	/* one MTP layer, re-used; eh_proj is 2h x h */
		moe += 1;
		extra = 2 * h * h * bf16;
	}
	return attn_all_B(l, m) + moe * moe_B(l, m) + extra +
	       m->first_k_dense_replace * model_dense_params(m) / ffn_tp *
		       format_bytes(l->storage.dense) +
	       (m->tie_word_embeddings ? 1 : 2) * bf16 * h * m->vocab_size /
		       ffn_tp;
}

/* A sequence of ctx tokens: what is cached and what compressors hold. */
static double kv_seq_B(const struct layout *l, const struct model *m,
		       double ctx_tok)
{
	const struct kv_form *f = &l->storage.form;
	double sum = attention_kv_B(m, f, ctx_tok);

	for (int a = 0; a < ATTN_NR; a++)
		sum += model_attn_layers(m, (enum attn)a) *
		       attention_state_B(m, (enum attn)a);
	if (l->drafts > 0) {
		enum attn kind = model_attn(m, m->num_hidden_layers);

		sum += attention_entries(m, kind, ctx_tok) * f->entry_B +
		       attention_keys(m, kind, ctx_tok) * f->key_B +
		       attention_state_B(m, kind);
	}
	return sum;
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
	h->kv_tok_B = kv_seq_B(l, ask->model, ctx_tok) / ctx_tok;
	h->kv_B = h->kv_tok_B * seqs * ctx_tok;
	h->buffer_B = ask->stack->buffer_B + exchange_B(l, ask);
	h->budget_B = mem_share * ask->gpu->hbm_B;
}

double held_room_tok(const struct held *h)
{
	double left = h->budget_B - h->weights_B - h->buffer_B;

	return left > 0 ? floor(left / h->kv_tok_B) : 0;
}

/* What is stored in a format, and the tensor cores that multiply it. */
struct need {
	enum math math;
	const char *format;
	const char *of;
};

static struct need need_weights(const struct gpu *g, enum format f,
				const char *of)
{
	return (struct need){ layout_math(g, f), format_name(f), of };
}

/* The first need that the GPU does not meet; of is NULL when it meets all. */
static struct need unmet(const struct layout *l, const struct gpu *g)
{
	const struct storage *s = &l->storage;
	bool sparse = s->form.key_B > 0;	/* widens what it selects */
	const struct need need[] = {
		need_weights(g, s->attn_in, "attention weights"),
		need_weights(g, s->attn_out, "attention weights"),
		need_weights(g, s->dense, "dense weights"),
		need_weights(g, s->shared, "shared experts"),
		need_weights(g, s->experts, "routed experts"),
		{ s->kv == FORMAT_FP8 && !sparse ? MATH_FP8 : MATH_BF16,
		  format_name(s->kv), "KV" },
		{ sparse ? s->keys : MATH_BF16, math_name(s->keys),
		  "index keys" },
	};

	for (unsigned i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (!(g->flops[need[i].math] > 0))
			return need[i];
	return (struct need){ MATH_BF16, NULL, NULL };
}

bool layout_lacks(const struct layout *l, const struct gpu *g)
{
	return unmet(l, g).of != NULL;
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
	struct need lack = unmet(l, ask->gpu);
	size_t room = (size_t)size;
	double left = h->budget_B - h->weights_B - h->buffer_B;

	out[0] = '\0';
	if (lack.of) {
		snprintf(out, room, "%s has no tensor cores for %s %s",
			 ask->gpu->name, lack.format, lack.of);
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
