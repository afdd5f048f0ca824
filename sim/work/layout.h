/*
 * layout: who holds what, and does it fit.
 *
 * Attention runs tensor-parallel over tp GPUs and data-parallel over
 * dp = gpus / tp groups. Experts are spread over ep ranks, each of
 * moe_tp = gpus / ep GPUs that split every expert. The latent KV of MLA has
 * one head, so every GPU of a TP group holds the whole of it.
 */
#ifndef WORK_LAYOUT_H
#define WORK_LAYOUT_H

#include "model/attention.h"
#include "model/lengths.h"
#include "facts/machine.h"
#include "model/model.h"

/* How the weights and the KV are stored in this deployment. */
struct storage {
	struct kept weights;
	enum format kv;		/* FORMAT_BF16 or FORMAT_FP8 */
	struct kv_form form;	/* bytes of what the cache holds */
	enum math keys;		/* what index logits are computed in */
};

struct layout {
	int gpus;		/* of one pipeline stage */
	int pp;			/* stages */
	int tp;
	int dcp;		/* GPUs of a TP group that share out its KV */
	int dp;
	int ep;
	int moe_tp;
	int shared_tp;		/* GPUs that see tokens for a shared expert */
	int shared_parts;	/* GPUs that split it: those, or none does */
	int redundant;
	int slots;		/* expert slots in all, a multiple of ep */
	int slots_rank;		/* slots of one EP rank */
	int drafts;		/* MTP tokens drafted a step */
	int domain;		/* GPUs of the replica in one NVLink domain */
	int domain_least;	/* in the smallest, where they do not divide */
	int nodes;		/* such domains */
	double ranks_hit;	/* EP ranks that a token's experts are on */
	double nodes_hit;	/* domains, likewise */
	enum exchange exchange;
	bool own;		/* each GPU of the one attention group has a
				   share of its tokens where no attention is:
				   V4's, which has no dense layers */
	int copies;		/* of a token that go to its experts: each GPU
				   of that group sends all of them, or 1 */
	struct storage storage;
};

/*
 * A model served by a stack on GPUs in a layout: all that a step depends on
 * but its batch. It points at descriptors, never into itself, so it may be
 * copied freely; whoever changes a descriptor changes a copy of that.
 */
struct deployment {
	struct machine machine;
	const struct model *model;	/* not owned */
	struct layout layout;
};

/* What deployment_make needs to know. */
struct deployment_spec {
	const struct gpu *gpu;
	const struct stack *stack;
	const struct model *model;
	const char *weights;	/* native, a format, a recipe (model_stored) */
	const char *kv;		/* native bf16 fp8 */
	int gpus, tp, ep, redundant, mtp;	/* gpus: of all stages */
	int dcp, pp;				/* 0 is 1 */
};

/* 0; or -1 and a fault when this is no layout: what does not divide, ... */
int deployment_make(struct deployment *, const struct deployment_spec *,
		    struct fault *);

/*
 * Spread the GPUs of a layout over as few NVLink domains as hold them, evenly
 * and no attention group over two where it fits into one: 96 GPUs of NVL72
 * are 48 and 48; or, of a GPU whose domains are filled one after the other, 72
 * and 24.
 */
void layout_spread(struct layout *, const struct model *, const struct gpu *);

/* GPUs of all stages. */
int layout_gpus(const struct layout *);

/* Layers of the fullest stage. */
int layout_stage_layers(const struct layout *, const struct model *);

/* How far the GPUs of a layout that is spread are from one another. */
enum scope layout_scope(const struct layout *, const struct gpu *);

/* The class of a layout whose predictions err alike. */
enum layout_class deployment_class(const struct deployment *);

/* A group has so many sequences: what that bends of its own (machine.own). */
void deployment_batch(struct deployment *, double seqs);

/* Why it cannot be served: what is needed beside what there is. */
enum refusal_kind {
	REFUSAL_NONE,
	REFUSAL_FORMAT,		/* no tensor cores multiply `of` in `format` */
	REFUSAL_SHARD,		/* blocks of have cut a part of need of `of` */
	REFUSAL_CONTEXT,	/* tokens: need above have, the model's */
	REFUSAL_DCP,		/* no engine shards what an indexer picks */
	REFUSAL_WEIGHTS,	/* bytes: weights need + buffers, have */
	REFUSAL_KV,		/* bytes: need beside the weights, have */
	REFUSAL_NR
};

struct refusal {
	enum refusal_kind kind;
	double need, have;
	bool by_moe;		/* REFUSAL_SHARD: gpus / ep cut it, not tp */
	bool both;		/* and tp something else */
	double buffer_B;	/* REFUSAL_WEIGHTS */
	double fit;		/* REFUSAL_KV: sequences that would fit */
	double share;		/* of HBM that would hold it; above 1: none */
	const char *format, *of;	/* constants */
};

/* Bytes on the fullest GPU. */
struct held {
	double weights_B;	/* MTP block included when drafts > 0 */
	double kv_B;		/* of seqs sequences of ctx tokens */
	double kv_tok_B;	/* of one token at ctx, all layers: of V4 a
				   part of it is a sequence's, not a token's */
	double kv_more_B;	/* without that part */
	double kv_beside_B;	/* and of that part, what no token pays for
				   that an engine says it has room for */
	double kv_flight_B;	/* and what a token of a prompt takes beside
				   it while its step runs */
	double buffer_B;	/* graphs, workspace, exchange buffers */
	double grow_B;		/* of it, what a sequence adds beyond ... */
	double grow_seqs;	/* so many */
	double budget_B;	/* mem_share x HBM */

	double experts_B;	/* of weights_B: routed experts */
	double attn_B;		/* and attention */
	double weights_high_B;	/* where an engine keeps kv_b again in bf16,
				   absorbed into q and o */
	double buffer_err_B;	/* one standard error of buffer_B */
	double budget_err_B;	/* and of budget_B, where nobody asks for a
				   share but the stack's own */
	double hbm_B;
	struct refusal never;	/* a format or a cut that no batch mends;
				   or none */
};

/* seqs: sequences in flight of one attention group, both micro-batches. */
struct hold_spec {
	double mem_share;
	double seqs;
	double ctx_tok;
	int micro;	/* micro-batches that they are sent in; 0: one */
	const struct lengths *lengths;	/* not owned; NULL: all of ctx_tok */
};

void deployment_hold(const struct deployment *, const struct hold_spec *,
		     struct held *);

/*
 * The same in two: what no batch changes, and then what depends on it. And of
 * what is filled, what depends on the micro-batches.
 */
void deployment_store(const struct deployment *, struct held *);
void deployment_buffers(const struct deployment *, const struct hold_spec *,
			struct held *);
void deployment_fill(const struct deployment *, const struct hold_spec *,
		     struct held *);

/* KV tokens there is room for in a group beside these buffers, >= 0. */
double held_room_tok(const struct held *);

/* Sequences of ctx tokens there is room for, their buffers included. */
double held_room_seqs(const struct held *, double ctx_tok);

/*
 * The same where buffers take, and the engine leaves, an 80 % error more, and
 * kv_b is kept twice; and where they take that less.
 */
void held_range(const struct held *, struct held *low, struct held *high);

/*
 * The longest whole context that a batch of seqs leaves room for, at most the
 * model's; 0: none.
 */
double deployment_context(const struct deployment *, const struct hold_spec *,
			  const struct held *);

/* Likewise of one sequence alone, that so many bytes hold. */
double deployment_alone_tok(const struct deployment *, double kv_B);

/*
 * The first that holds: a format the GPU lacks (which would run is not for it
 * to say), a part of a matrix that cuts a block of its format (work/shard), a
 * context above the model's, weights that do not fit, KV that does
 * not. ask/refusal words it.
 */
struct refusal deployment_refusal(const struct deployment *,
				  const struct held *, double ctx_tok);

/*
 * The GPU has no tensor cores for something of it: weights of a layer, the KV
 * where they multiply it as it is stored, index keys.
 */
bool deployment_lacks(const struct deployment *);

/* The experts' rows come by a low-latency exchange, a masked block each. */
bool layout_masked(const struct layout *);

/* Grouped GEMMs have a role by weight format and by what feeds them. */
enum role layout_moe_role(const struct layout *, enum format);

/* That of the main model's routed experts. */
enum role layout_experts_role(const struct layout *);

/* So has a GEMM, by weight format. */
enum role layout_gemm_role(enum format);

/* The format of a module of the layers with experts. */
enum format layout_format(const struct layout *, enum module);

/*
 * The tensor-core rate a weight format runs at on a machine; activations come
 * in that format too. Where no kernel multiplies the weights as they are, or
 * the GPU cannot, they are widened to bf16.
 */
enum math layout_math(const struct machine *, enum format);

#endif
