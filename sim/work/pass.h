/*
 * pass: the ops of one layer for one micro-batch on one GPU. Each function
 * appends its ops to the graph; the files mla.c, sparse.c, ffn.c hold the
 * counting.
 */
#ifndef WORK_PASS_H
#define WORK_PASS_H

#include "work/graph.h"

struct pass {
	const struct deployment *on;
	double seqs;		/* of the attention group */
	double ctx_tok;
	const struct lengths *lengths;	/* as struct batch has it */
	int query_tok;
	struct load load;	/* of this GPU's experts, mean */
	const struct chunk *chunk;	/* of a prompt; NULL: decoding */
	enum site place;	/* whose formats the matrices have */

	double row_seqs;	/* with rows of padding; 0: seqs */

	double asked_tok;	/* seqs x query_tok */
	double met_tok;		/* what core attention meets: that, but at
				   least 1 */
	double sent_tok;	/* and rows of padding: what collectives carry,
				   all of them but an exchange of experts, */
	double routed_tok;	/* which carries what is routed */
	double tok;		/* rows of every GEMM: sent_tok, at least 1 */
};

/*
 * Derive them. A step that a GPU takes has at least one row; where groups take
 * turns at a sequence, a row is a token only now and then.
 */
void pass_fill(struct pass *);

/* They are all of so many tokens. */
void pass_exactly(struct pass *, double tok);

/*
 * The pass of what follows attention in a layer: under TP alone mostly the
 * same; else a GPU's own share of its group's tokens, as SGLang scatters them
 * (layers/communicator.py, ScatterMode.SCATTERED).
 */
struct pass pass_own(const struct pass *);

/* Whether that is another than the group's. */
bool pass_shares(const struct layout *);

/* Query heads of this GPU. */
static inline double pass_heads(const struct pass *p)
{
	return (double)p->on->model->num_attention_heads / p->on->layout.tp;
}

/* The format of a module where the pass is. */
enum format pass_format(const struct pass *, enum module);

/* Absorbed MLA decode (mla.c); with an indexer where a layer has one. */
void pass_mla(const struct pass *, enum attn, struct graph *);

/* A window, CSA or HCA layer of V4 (sparse.c). */
void pass_v4(const struct pass *, enum attn, struct graph *);

/* Parts of these: core attention over what is met; the indexer; mHC. */
void pass_core(const struct pass *, enum attn, struct graph *);
void pass_index(const struct pass *, enum attn, struct graph *);
void pass_mix(const struct pass *, struct graph *, enum stage);

/* A dense SwiGLU FFN of inner size intermediate_size. Of pass_own. */
void pass_dense(const struct pass *, struct graph *);

/* Gate, exchange, shared and routed experts. Of pass_own. */
void pass_moe(const struct pass *, struct graph *);

/* What an MTP layer adds: eh_proj (2h x h; V4: two), LM head, sampling. */
void pass_draft(const struct pass *, struct graph *);

/* Embedding rows, LM head, sampling. */
void pass_head(const struct pass *, struct graph *);

/* ---- for the files that count ---- */

/* Appended, and counted for each of these. */
struct op *graph_op(struct graph *, const char *name, enum stage,
		    enum row_kind);

/* Let that fill in what was appended last, and do so for another context. */
void graph_by_context(struct graph *, const struct pass *, enum attn,
		      recount_fn *);

/* What was appended of one row is of this pass. */
void graph_count(struct graph *, const struct pass *);

struct gemm {
	enum row_kind rows;
	double each;		/* rows of m of each of those */
	double n, k, groups;
	enum format format;	/* of the weights */
};

/* groups GEMMs: weights n x k each, bf16 out. */
void graph_gemm(struct graph *, const char *name, enum stage,
		const struct gemm *);

/* An elementwise kernel that moves bytes, a token. */
void graph_stream(struct graph *, const char *name, enum stage,
		  double bytes);

/*
 * What was appended last runs on a stream beside a longer kernel, up to so many
 * rows: what it takes of the GPU adds to a layer's time, and no latency.
 */
void graph_beside(struct graph *, int ops, double rows);

/*
 * A sum over the tensor-parallel GPUs; nothing when ranks is 1. Attention's,
 * where several groups share the experts, leaves a GPU its share of the
 * group's tokens and is gathered after the combine (pass_own).
 */
void graph_allreduce(struct graph *, const struct pass *, enum stage,
		     int ranks);

/*
 * Half of an all-reduce among the GPUs that share out a group's KV: own_B
 * bytes of each query go to every other GPU, or come from it. Nothing when
 * there is one.
 */
void graph_half(struct graph *, const struct pass *, enum stage, double own_B);

#endif
