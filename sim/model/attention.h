/*
 * attention: what one layer's attention is made of, by its kind: matrices,
 * what its cache holds of a sequence, what a query meets of it.
 */
#ifndef MODEL_ATTENTION_H
#define MODEL_ATTENTION_H

#include "model/model.h"

enum { ATTN_MATRICES = 12 /* size: matrices of a layer's attention */ };

struct matrix {
	const char *name;
	double n, k;		/* rows out, rows in */
	enum module module;	/* which a recipe calls it */
	bool plain;		/* bf16 whatever the rest is in */
	bool split;		/* by tensor parallelism; else every GPU has
				   the whole of it */
};

/* It caches a latent of every token: MLA, and DSA with or without indexer. */
bool attn_latent(enum attn);

/* The format of a matrix in a place. */
enum format matrix_format(const struct matrix *, const struct kept *,
			  enum site);

/* Returns how many. */
int attention_matrices(const struct model *, enum attn,
		       struct matrix list[ATTN_MATRICES]);

/* How a cache stores what it holds: bytes of one, block scales included. */
struct kv_form {
	double entry_B;		/* latent of one layer, one position */
	double key_B;		/* index key; 0: the layers have no indexer */
};

/*
 * bf16, or fp8 as the engines store it. V3.2 packs 512 fp8, 4 fp32 scales and
 * a bf16 rope: 656 B; V4 448 fp8, a bf16 rope, 7 ue8m0 scales and a pad: 584
 * (FlashMLA tests/quant.py). Index keys are fp8 with an fp32 scale, 132 B, or
 * fp4 with a ue8m0 scale a 32, 68 B (DeepGEMM tests/test_attention.py).
 */
struct kv_form attention_form(const struct model *, enum format kv,
			      bool fp4_keys);

/* Entries and index keys that one layer's cache holds at this context. */
double attention_entries(const struct model *, enum attn, double ctx_tok);
double attention_keys(const struct model *, enum attn, double ctx_tok);

/* Entries that one query attends to: the top-k of DSA and CSA. */
double attention_met(const struct model *, enum attn, double ctx_tok);

/* Means over the queries of a prompt at contexts from..to. */
double attention_met_mean(const struct model *, enum attn, double from_tok,
			  double to_tok);
double attention_keys_mean(const struct model *, enum attn, double from_tok,
			   double to_tok);

/* The share of those that grows with the context: 0 once top-k is full. */
double attention_growth(const struct model *, enum attn, double ctx_tok);

/* Elements of a cached entry as key, and as value. */
double attention_key_dim(const struct model *);
double attention_value_dim(const struct model *);

/* FLOPs of one query: core attention, and the indexer's logits. */
double attention_core_flop(const struct model *, enum attn, double ctx_tok);
double attention_index_flop(const struct model *, enum attn, double ctx_tok);

/*
 * What V4's compressors hold of a sequence in one layer, whatever its length:
 * of each token not yet compressed a row of content and score, so many numbers
 * for the entry and for the index key. fp32 unless an engine narrows it.
 */
struct attn_state {
	double rows, entry, key;
};

struct attn_state attention_state(const struct model *, enum attn);
double attention_state_B(const struct model *, enum attn);

/* Entries that a token adds beyond the window. */
double attention_per_tok(enum attn);

/* All main layers: bytes of a sequence of this length, without that state. */
double attention_kv_B(const struct model *, const struct kv_form *,
		      double ctx_tok);

/*
 * Manifold-constrained hyper-connections (V4): multiplications of a token in
 * a layer, and bytes of a layer's mixing matrices. 0 without them.
 */
double attention_mix_params(const struct model *);

#endif
