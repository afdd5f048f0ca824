#include "work/pass.h"

#include <assert.h>
#include <math.h>

enum {
	MANY_HEADS = 64,	/* size: above it, the 128-head tile */
	FEW_HEADS = 24,		/* size: up to it, the 16-head tile */
	MMA_ROWS = 16,		/* size: rows of the smallest MMA tile */
	CTA_HEADS = 64		/* size: heads that one thread block takes */
};

static enum role core_role(double heads, enum format kv)
{
	int fp8 = kv == FORMAT_FP8;

	if (heads > MANY_HEADS)
		return fp8 ? ROLE_MLA_FP8_H128 : ROLE_MLA_BF16_H128;
	if (heads > FEW_HEADS)
		return fp8 ? ROLE_MLA_FP8_H64 : ROLE_MLA_BF16_H64;
	return fp8 ? ROLE_MLA_FP8_H16 : ROLE_MLA_BF16_H16;
}

/*
 * Flash decode over one latent head (K = r + rope, V = r):
 * 2 H ctx (2 r + rope) FLOPs a query token; the KV of a sequence is read once
 * for all its query tokens; Q in and O out are bf16 (FlashMLA tests/lib.py).
 * Where dcp GPUs share out the KV, each has its part of every sequence and the
 * heads of all of them.
 *
 * A sequence's KV is split over s thread blocks: each loops over ctx / s
 * tokens, then one adds up s parts. a ctx / s + b s is least at
 * s = sqrt(a ctx / b), where it is 2 sqrt(a b ctx): the length of the serial
 * loop goes as the root of the context, however few sequences there are.
 */
static void core(const struct pass *p, enum attn kind, struct op *op)
{
	const struct model *m = p->on->model;
	enum format kv = p->on->layout.storage.kv;
	double dcp = p->on->layout.dcp, ctx_tok = p->ctx_tok / dcp;
	double heads = pass_heads(p) * dcp, r = m->kv_lora_rank;
	double width = r + m->qk_rope_head_dim;
	double mma = heads > MMA_ROWS ? heads : MMA_ROWS;

	assert(kind == ATTN_MLA && p->query_tok >= 1);
	op->role = core_role(heads, kv);
	op->math = kv == FORMAT_FP8 ? MATH_FP8 : MATH_BF16;
	op->m = 1;
	op->flop = 2 * heads * ctx_tok * (r + width);
	op->flop_row = 2 * mma * ctx_tok * (r + width);
	op->kv_B = ctx_tok * p->on->layout.storage.form.entry_B /
		   p->query_tok;
	op->act_B = heads * (width + r) * BF16_B;
	op->ctas = heads > CTA_HEADS ? 2 : 1;
	op->k = sqrt(ctx_tok);
	op->ctx_share = 1;
}

/*
 * The queries of each GPU's heads go to those that hold the rest of the KV;
 * back come partial outputs with the logarithm of their sum of exponentials,
 * fp32, by which each GPU weighs those of its own heads (vLLM
 * v1/attention/ops/common.py, cp_lse_ag_out_rs).
 */
static void shared_core(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	double heads = pass_heads(p), r = m->kv_lora_rank;

	graph_half(g, p, STAGE_QUERIES,
		   heads * (r + m->qk_rope_head_dim) * BF16_B);
	graph_op(g, "mla", STAGE_ATTN1, ROWS_MET);
	graph_by_context(g, p, ATTN_MLA, core);
	graph_half(g, p, STAGE_MERGE, heads * (r * BF16_B + FP32_B));
}

/*
 * A prompt's attention: K and V of every head from the latents, those of a
 * prefix too, then 2 H (nope + rope + v) FLOPs for each earlier token of each
 * query. Q and O once, K and V once (FlashAttention keeps tiles in the L2).
 */
static void core_prompt(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	const struct chunk *c = p->chunk;
	double heads = pass_heads(p), v = m->v_head_dim;
	double qk = m->qk_nope_head_dim + m->qk_rope_head_dim;
	double all = p->ctx_tok / c->new_tok;	/* tokens, of a query */
	double met = attention_met_mean(m, ATTN_MLA, c->prior_tok, p->ctx_tok);
	bool fp8 = p->on->layout.storage.kv == FORMAT_FP8;
	struct op *op;

	graph_gemm(g, "kv_b", STAGE_ATTN0,
		   &(struct gemm){ ROWS_CACHED, 1,
				   heads * (m->qk_nope_head_dim + v),
				   m->kv_lora_rank, 1,
				   pass_format(p, MODULE_KV_B) });
	op = graph_op(g, "mha", STAGE_ATTN1, ROWS_TOK);
	op->role = fp8 ? ROLE_MHA_FP8 : ROLE_MHA;
	op->math = fp8 ? MATH_FP8 : MATH_BF16;
	op->m = 1;
	op->flop = op->flop_row = 2 * heads * met * (qk + v);
	op->kv_B = c->prior_tok * p->on->layout.storage.form.entry_B /
		   c->new_tok;
	op->act_B = (1 + all) * heads * (qk + v) * BF16_B;
}

static void absorb(struct graph *g, const char *name, enum stage stage,
		   const struct gemm *by)
{
	graph_gemm(g, name, stage, by);
	g->op[g->ops - 1].role = ROLE_BMM;
}

/* q and kv go down in one GEMM: as wide as the wider of the two. */
static enum format down_format(const struct pass *p)
{
	enum format kv = pass_format(p, MODULE_KV_A);
	enum format q = pass_format(p, p->on->model->q_lora_rank ?
				    MODULE_Q_A : MODULE_Q_B);

	return format_bytes(kv) > format_bytes(q) ? kv : q;
}

/* Steps 2 to 5: down and up projections of the query, the new latent. */
static void project(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	double h = m->hidden_size, heads = pass_heads(p);
	double rope = m->qk_rope_head_dim;
	double latent = m->kv_lora_rank + rope;
	double q = heads * (m->qk_nope_head_dim + rope);
	double low = m->q_lora_rank ? m->q_lora_rank : q;

	graph_stream(g, "norm", STAGE_ATTN0,	/* residual in, out; row out */
		     h * 3 * BF16_B);	/* math: those three */
	graph_gemm(g, m->q_lora_rank ? "qkv_a" : "q_kv_a", STAGE_ATTN0,
		   &(struct gemm){ ROWS_TOK, 1, low + latent, h, 1,
				   down_format(p) });
	graph_stream(g, "qk_norm", STAGE_ATTN0,
		     (low + m->kv_lora_rank) * 2 * BF16_B);
	if (m->q_lora_rank)
		graph_gemm(g, "q_b", STAGE_ATTN0,
			   &(struct gemm){ ROWS_TOK, 1, q, low, 1,
					   pass_format(p, MODULE_Q_B) });
	graph_stream(g, "rope_append", STAGE_ATTN0,
		     (heads * rope + latent) * 2 * BF16_B);
}

void pass_mla(const struct pass *p, enum attn kind, struct graph *g)
{
	const struct model *m = p->on->model;
	double heads = pass_heads(p);

	project(p, g);
	if (p->chunk && kind == ATTN_MLA) {
		core_prompt(p, g);
	} else {
		if (kind == ATTN_DSA)
			pass_index(p, kind, g);
		absorb(g, "absorb_uk", STAGE_ATTN0,
		       &(struct gemm){ ROWS_TOK, 1, m->kv_lora_rank,
				       m->qk_nope_head_dim, heads,
				       FORMAT_BF16 });
		if (kind != ATTN_MLA)
			pass_core(p, kind, g);
		else
			shared_core(p, g);
		absorb(g, "absorb_uv", STAGE_ATTN1,
		       &(struct gemm){ ROWS_TOK, 1, m->v_head_dim,
				       m->kv_lora_rank, heads, FORMAT_BF16 });
	}
	graph_gemm(g, "o_proj", STAGE_ATTN1,
		   &(struct gemm){ ROWS_TOK, 1, m->hidden_size,
				   heads * m->v_head_dim, 1,
				   pass_format(p, MODULE_O) });
	graph_allreduce(g, p, STAGE_ATTN_SUM, p->on->layout.tp);
}
