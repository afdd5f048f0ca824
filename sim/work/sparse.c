/*
 * The attention of DeepSeek V3.2 and V4: an indexer that picks, a core that
 * meets what was picked, compressors, a grouped output projection, and the
 * mixing of residual streams around it. What tensor parallelism does not
 * split is counted whole: everything but q_b, the core, o_a and o_b.
 */
#include "work/pass.h"

#include <math.h>

enum {
	CTA_HEADS = 64,	/* size: heads that one thread block takes */
	FEW_HEADS = 16	/* size: heads that engines have a kernel apart for */
};

/* Of a sequence of the batch, as long as they are in it. */
static double over(const struct pass *p, enum attn kind, lengths_fn *f)
{
	return lengths_over(p->lengths, f, &(struct counted){ p->on->model,
		kind, p->ctx_tok });
}

/*
 * How what is met grows with the tokens that a group has, each over its mean.
 * Of lengths that differ it is the slope of the regression: what a group is
 * expected to meet more that has more, of which some sequences meet no more.
 */
static double growth(const struct pass *p, enum attn kind, double met)
{
	const struct model *m = p->on->model;
	const struct lengths *l = p->lengths;
	double mean, both = 0, square = 0;

	if (!l || l->nr == 0)
		return attention_growth(m, kind, p->ctx_tok);
	mean = lengths_mean(l);
	for (int i = 0; i < l->nr; i++) {
		double more = l->share[i] * (l->tok[i] - mean);

		both += more * attention_met(m, kind, l->tok[i]);
		square += more * (l->tok[i] - mean);
	}
	return square > 0 ? both / square * mean / met :
			    attention_growth(m, kind, p->ctx_tok);
}

static enum role core_role(const struct pass *p, enum attn kind)
{
	bool few = pass_heads(p) <= FEW_HEADS;

	if (p->chunk)
		return ROLE_SPARSE_PREFILL;
	if (!attn_latent(kind))
		return ROLE_SPARSE_V4;
	if (p->on->layout.storage.kv == FORMAT_BF16)
		return few ? ROLE_SPARSE_FEW_BF16 : ROLE_SPARSE_MLA_BF16;
	return few ? ROLE_SPARSE_FEW : ROLE_SPARSE_MLA;
}

/*
 * Every query meets its own entries, so a token is a small matrix of heads
 * rows, which kernels pad (the law's pad: 64 for FlashMLA). What
 * several queries of a sequence pick overlaps and is read once; a prompt's
 * queries read the whole cache between them. Q in and O
 * out are bf16, so is the arithmetic (FlashMLA README: dequantised).
 */
static void core(const struct pass *p, enum attn kind, struct op *op)
{
	const struct model *m = p->on->model;
	const struct chunk *c = p->chunk;
	double met = c ? attention_met_mean(m, kind, c->prior_tok,
					    p->ctx_tok) :
		over(p, kind, attention_met);
	double width = attention_key_dim(m) + attention_value_dim(m);

	op->m = pass_heads(p);
	op->role = core_role(p, kind);
	op->math = MATH_BF16;
	op->groups = 1;
	op->flop_row = 2 * met * width;
	op->flop = op->m * op->flop_row;
	op->kv_B = p->on->layout.storage.form.entry_B / p->query_tok *
		   (c ? attention_entries(m, kind, p->ctx_tok) : met);
	op->act_B = op->m * width * BF16_B;
	op->ctas = c ? 0 : op->m > CTA_HEADS ? 2 : 1;
	op->k = c ? 0 : sqrt(met);
	op->ctx_share = growth(p, kind, met);
}

void pass_core(const struct pass *p, enum attn kind, struct graph *g)
{
	graph_op(g, attn_latent(kind) ? "sparse_mla" : "core", STAGE_ATTN1,
		 ROWS_GROUPS);
	graph_by_context(g, p, kind, core);
}

/* Index keys that a query scores. */
static double keys_of(const struct pass *p, enum attn kind)
{
	const struct model *m = p->on->model;

	return p->chunk ? attention_keys_mean(m, kind, p->chunk->prior_tok,
					      p->ctx_tok) :
		over(p, kind, attention_keys);
}

/* Index keys of a sequence are read once for all its queries. */
static void logits(const struct pass *p, enum attn kind, struct op *op)
{
	const struct model *m = p->on->model;
	double keys = keys_of(p, kind);
	double q = (double)m->index_n_heads * m->index_head_dim;

	op->role = ROLE_INDEX;
	op->math = p->on->layout.storage.keys;
	op->m = 1;
	op->flop = op->flop_row = 2 * q * keys;
	op->kv_B = over(p, kind, attention_keys) / p->query_tok *
		   p->on->layout.storage.form.key_B;
	op->act_B = q + keys * FP32_B;
	op->ctx_share = 1;
}

/*
 * Radix top-k: three passes over the logits. In decode a thread block has a
 * query of DSA to itself, so that one query's keys are the length of its loop.
 * V4's entries of 4 tokens are a quarter as many, and its kernels are younger.
 */
static void topk(const struct pass *p, enum attn kind, struct op *op)
{
	double keys = keys_of(p, kind);

	op->role = kind == ATTN_DSA && !p->chunk ? ROLE_PICK : ROLE_STREAM;
	op->k = op->role == ROLE_PICK ? keys : 0;
	op->act_B = keys * FP32_B * 3;	/* math: three */
}

/*
 * Tokens up to which what V4's layers make beside their longest chain is on
 * streams of its own. Prompts fill the GPU by themselves, and in SGLang they
 * are not in the graph that the streams are captured in.
 */
static double streamed(const struct pass *p)
{
	return p->chunk ? 0 : p->on->machine.stack->streams_tok;
}

/*
 * The key, and what each head's logits count: of DSA one GEMM or two. Then
 * what is elementwise; a kernel apart of each is as many starts.
 */
static void index_inputs(const struct pass *p, enum attn kind,
			 struct graph *g)
{
	const struct stack *stack = p->on->machine.stack;
	const struct model *m = p->on->model;
	double d = m->index_head_dim, heads = m->index_n_heads;
	double made = kind == ATTN_DSA ? d : 4 * d; /* math: 2 x 2 halves */
	bool apart = kind == ATTN_DSA && stack->index_gemms > 1;

	graph_gemm(g, "index_kw", STAGE_ATTN0,
		   &(struct gemm){ ROWS_TOK, 1, made + (apart ? 0 : heads),
				   m->hidden_size, 1, FORMAT_BF16 });
	graph_beside(g, 1, kind == ATTN_CSA ? streamed(p) : 0);
	if (apart)
		graph_gemm(g, "index_w", STAGE_ATTN0,
			   &(struct gemm){ ROWS_TOK, 1, heads, m->hidden_size,
					   1, FORMAT_BF16 });
	graph_stream(g, "index_quant", STAGE_ATTN0,
		     heads * d * 3 +	/* math: bytes, bf16 in and fp8 out */
		     made * 2 * FP32_B);
	if (kind == ATTN_DSA && stack->index_streams > 1 && !p->chunk)
		g->op[g->ops - 1].count = stack->index_streams;
}

void pass_index(const struct pass *p, enum attn kind, struct graph *g)
{
	const struct model *m = p->on->model;
	double q = (double)m->index_n_heads * m->index_head_dim;

	graph_gemm(g, "index_q", STAGE_ATTN0,
		   &(struct gemm){ ROWS_TOK, 1, q, m->q_lora_rank, 1,
				   pass_format(p, MODULE_INDEX_Q) });
	index_inputs(p, kind, g);
	graph_op(g, "index_logits", STAGE_ATTN0, ROWS_MET);
	graph_by_context(g, p, kind, logits);
	graph_op(g, "index_topk", STAGE_ATTN0, ROWS_TOK);
	graph_by_context(g, p, kind, topk);
}

/*
 * Content and gate of every token, in bf16, go to fp32 rows of state; every
 * ratio tokens the rows (twice as many in CSA, whose halves overlap) are
 * pooled into an entry.
 */
static void compressor(const struct pass *p, enum attn kind, struct graph *g)
{
	const struct model *m = p->on->model;
	double halves = kind == ATTN_CSA ? 2 : 1;
	double made = 2 * halves * m->head_dim;

	if (kind == ATTN_SWA)
		return;
	graph_gemm(g, "compress", STAGE_ATTN0,
		   &(struct gemm){ ROWS_TOK, 1, made, m->hidden_size, 1,
				   FORMAT_BF16 });
	graph_stream(g, "compress_pool", STAGE_ATTN0,
		     made * FP32_B * (1 + halves));
	graph_beside(g, 2, streamed(p));
}

/*
 * q and kv down in one, norms, rope and the window's cache; q up. Of a layer
 * with an indexer its chain of four kernels, which no tensor parallelism
 * splits, is the longer one, beside which q comes up.
 */
static void project(const struct pass *p, enum attn kind, struct graph *g)
{
	const struct model *m = p->on->model;
	double h = m->hidden_size, q = pass_heads(p) * m->head_dim;
	double made = m->q_lora_rank + m->head_dim;

	graph_stream(g, "norm", STAGE_ATTN0, h * 2 * BF16_B);
	graph_gemm(g, "qkv_a", STAGE_ATTN0,
		   &(struct gemm){ ROWS_TOK, 1, made, h, 1,
				   pass_format(p, MODULE_Q_A) });
	graph_stream(g, "qk_norm", STAGE_ATTN0, made * 2 * BF16_B);
	graph_gemm(g, "q_b", STAGE_ATTN0,
		   &(struct gemm){ ROWS_TOK, 1, q, m->q_lora_rank, 1,
				   pass_format(p, MODULE_Q_B) });
	graph_stream(g, "rope_append", STAGE_ATTN0, q * 2 * BF16_B);
	graph_beside(g, 2, kind == ATTN_CSA ? streamed(p) : 0);
}

/* Output groups are as many small GEMMs, then one joins their ranks. */
static void output(const struct pass *p, struct graph *g)
{
	const struct model *m = p->on->model;
	double groups = (double)m->o_groups / p->on->layout.tp;
	double wide = pass_heads(p) * m->head_dim;
	enum format f = pass_format(p, MODULE_O);

	graph_stream(g, "rope_back", STAGE_ATTN1,
		     wide * 3);	/* math: bf16 in, fp8 out */
	graph_gemm(g, "o_a", STAGE_ATTN1,
		   &(struct gemm){ ROWS_TOK, 1, m->o_lora_rank, wide / groups,
				   groups, f });
	graph_gemm(g, "o_b", STAGE_ATTN1,
		   &(struct gemm){ ROWS_TOK, 1, m->hidden_size,
				   groups * m->o_lora_rank, 1, f });
}

/*
 * Hyper-connections: the streams take in what the layer before has made (m
 * streams and one row in, m out), then 2 m + m^2 mixing weights are made of
 * them and they collapse into the next layer's input (m in, one out). With
 * four streams 28 h bytes a token; a fused kernel would move 20 h. Two kernels
 * read the streams, the second from L2 what a step of decode has, not what a
 * prompt has: 36 h.
 */
void pass_mix(const struct pass *p, struct graph *g, enum stage stage)
{
	const struct model *m = p->on->model;
	double streams = m->hc_mult, h = m->hidden_size;
	double weights = attention_mix_params(m) / 2;
	struct op *op;

	if (!(streams > 0))
		return;
	graph_stream(g, "mix_post", stage, h * (2 * streams + 1) * BF16_B);
	op = graph_op(g, "mix_pre", stage, ROWS_TOK);
	op->role = ROLE_MIX;
	op->math = MATH_BF16;
	op->m = 1;
	op->flop_row = 2 * (weights + streams * (2 + streams) * h);
	op->flop = op->flop_row;
	op->weight_B = weights * FP32_B;
	op->act_B = h * ((p->chunk ? 2 : 1) * streams + 1) * BF16_B;
}

void pass_v4(const struct pass *p, enum attn kind, struct graph *g)
{
	enum whose all = g->whose;

	if (p->on->layout.own)
		g->whose = all == WHOSE_DRAFT ? WHOSE_DRAFT_OWN : WHOSE_OWN;
	pass_mix(p, g, STAGE_ATTN0);
	g->whose = all;
	project(p, kind, g);
	compressor(p, kind, g);
	if (kind == ATTN_CSA)
		pass_index(p, kind, g);
	pass_core(p, kind, g);
	output(p, g);
	graph_allreduce(g, p, STAGE_ATTN_SUM, p->on->layout.tp);
}
