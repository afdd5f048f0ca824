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

#include "facts/attention.h"
#include "facts/gpu.h"
#include "facts/model.h"
#include "facts/stack.h"

/* How the weights and the KV are stored in this deployment. */
struct storage {
	enum format attn_in;	/* q_a, kv_a, q_b */
	enum format attn_out;	/* o_proj; o_a, o_b */
	enum format dense;	/* dense FFNs */
	enum format shared;	/* shared experts */
	enum format experts;	/* routed experts */
	enum format kv;		/* FORMAT_BF16 or FORMAT_FP8 */
	struct kv_form form;	/* bytes of what the cache holds */
	enum math keys;		/* what index logits are computed in */
};

struct layout {
	int gpus;
	int tp;
	int dp;
	int ep;
	int moe_tp;
	int redundant;
	int slots;		/* expert slots in all, a multiple of ep */
	int slots_rank;		/* slots of one EP rank */
	int drafts;		/* MTP tokens drafted a step */
	int domain;		/* GPUs of the replica in one NVLink domain */
	int nodes;		/* such domains */
	enum exchange exchange;
	struct storage storage;
};

/* The class of a layout whose predictions err alike. */
enum band layout_band(const struct layout *, const struct gpu *);

/* What layout_make needs to know. */
struct layout_ask {
	const struct gpu *gpu;
	const struct stack *stack;
	const struct model *model;
	const char *weights;	/* native bf16 fp8 nvfp4 mxfp4 int4 */
	const char *kv;		/* native bf16 fp8 */
	int gpus, tp, ep, redundant, mtp;
};

/* 0; or -1 and a fault when this is no layout: what does not divide, ... */
int layout_make(struct layout *, const struct layout_ask *, struct fault *);

/* Bytes on the fullest GPU. */
struct held {
	double weights_B;	/* MTP block included when drafts > 0 */
	double kv_B;		/* of seqs sequences of ctx tokens */
	double kv_tok_B;	/* of one token at ctx, all layers: of V4 a
				   part of it is a sequence's, not a token's */
	double buffer_B;	/* graphs, workspace, exchange buffers */
	double budget_B;	/* mem_share x HBM */
};

/* seqs: sequences in flight of one attention group, both micro-batches. */
void layout_hold(const struct layout *, const struct layout_ask *,
		 double mem_share, double seqs, double ctx_tok, struct held *);

/* KV tokens there is room for in a group, >= 0. */
double held_room_tok(const struct held *);

/*
 * The GPU has no tensor cores for something of it: weights of a layer, the KV
 * where they multiply it as it is stored, index keys.
 */
bool layout_lacks(const struct layout *, const struct gpu *);

/*
 * Why it cannot be served, one sentence into out; "" when it can: a format
 * the GPU lacks (which would run is not for it to say), weights that do not
 * fit, KV that does not fit (and what would), a context above the model's.
 */
void layout_refusal(const struct layout *, const struct layout_ask *,
		    const struct held *, double seqs, double ctx_tok,
		    char *out, int size);

/* Grouped GEMMs have a role by weight format and by what feeds them. */
enum role layout_experts_role(const struct layout *);

/*
 * The tensor-core rate a weight format runs at on a GPU; activations come in
 * that format too. Where no kernel multiplies the weights as they are, they
 * are widened to bf16.
 */
enum math layout_math(const struct gpu *, enum format);

#endif
