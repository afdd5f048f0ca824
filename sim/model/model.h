/*
 * model: an architecture as its config.json says, and the facts that a
 * config lacks, from the sheet beside it. Names follow Hugging Face.
 */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include <stdbool.h>

#include "sheet/fact.h"
#include "model/kept.h"

enum family {
	FAMILY_MLA,	/* DeepSeek V2, V3, R1, Kimi K2 */
	FAMILY_DSA,	/* the same with an indexer: V3.2, GLM-5 */
	FAMILY_V4,	/* compressed attention, hyper-connections */
	FAMILY_NR
};

/* Its word in sheets. */
const char *family_name(enum family);

enum attn {		/* what a layer attends to */
	ATTN_MLA,	/* the latent of every token */
	ATTN_DSA,	/* of the index_topk tokens that its indexer picks */
	ATTN_SWA,	/* V4: a sliding window alone */
	ATTN_CSA,	/* and index_topk of the entries of 4 tokens each */
	ATTN_HCA,	/* and every entry of 128 tokens */
	ATTN_DSA_SHARED,	/* of the tokens that the last indexer before
				   it picked: it has none (GLM-5.2) */
	ATTN_NR
};

enum {
	MODEL_DRAFTS = 8,	/* size: drafts with a known acceptance */
	MODEL_LAYERS = 1000,	/* size: no model has such depth */
	MODEL_RECIPES = 16,	/* size: named recipes of a sheet */
	CSA_RATIO = 4,		/* size: tokens that CSA makes one entry of */
	HCA_RATIO = 128		/* size: likewise HCA */
};

/* A row recipe.NAME of the sheet: how a quantised checkpoint is stored. */
struct recipe {
	const char *name;		/* not owned: the fact's */
	struct kept kept;
};

struct model {
	const char *name;		/* not owned */
	enum family family;
	const char *lender;		/* the model of its family whose sheet
					   lends facts; a constant */

	/* config.json */
	int hidden_size;
	int num_hidden_layers;
	int first_k_dense_replace;	/* leading dense layers */
	int intermediate_size;		/* of a dense FFN */
	int moe_intermediate_size;	/* of one expert */
	int num_attention_heads;
	int q_lora_rank;		/* 0: one full q_proj */
	int kv_lora_rank;
	int qk_nope_head_dim;
	int qk_rope_head_dim;
	int v_head_dim;
	int n_routed_experts;
	int num_experts_per_tok;
	int n_shared_experts;
	int n_group;			/* 1: no group limit */
	int topk_group;
	int num_nextn_predict_layers;	/* MTP layers in the checkpoint */
	int vocab_size;
	int max_position_embeddings;	/* longest context */
	bool tie_word_embeddings;
	char left_out[256];		/* size: a sentence: what the files
					   hold and we do not count; blank */
	int index_n_heads;		/* 0 and below: DSA and V4 only */
	int index_head_dim;
	int index_topk;
	int head_dim;			/* V4: one vector is key and value */
	int o_groups;			/* of the output's low rank */
	int o_lora_rank;
	int sliding_window;
	int hc_mult;			/* residual streams; 0: one */
	int num_hash_layers;		/* routed by token, not by a gate */
	unsigned char compress[MODEL_LAYERS];	/* V4 and shared indexers:
						   enum attn, by layer */
	int layers_of[ATTN_NR];		/* of these: main layers of a kind */
	struct kept kept;		/* how its matrices are stored */
	bool repeats;			/* its MTP block on disk holds
					   embedding and head again */
	bool kv_fp8;			/* and the KV, as its makers serve it */

	/* NAME.csv */
	double routing_sigma;		/* lognormal spread of expert
					   popularity; 0: equal */
	double routing_drift_cv;	/* rank load CV that is left after load
					   balancing, as popularity moves */
	double routing_sigma_err, routing_drift_err;	/* one standard error */
	double routing_together;	/* chance that a token of a sequence in
					   the same step goes where the one
					   before it goes */
	double routing_together_err;	/* one standard error */
	const char *announced;		/* not owned: a day; NULL: unknown */
	double published_params;	/* 0: none published */
	double tokens_per_step[MODEL_DRAFTS + 1]; /* by mtp; 0: unknown */
	double tokens_err[MODEL_DRAFTS + 1];	/* one standard error */
	bool routing_borrowed;		/* it has no sheet of its own */
	struct recipe recipe[MODEL_RECIPES];
	int recipes;
};

/* Take the sheet's facts. config.json's fields must be set already. */
int model_take(struct model *, struct facts *, struct fault *);

/* MoE layers of the main model. */
/*
 * Mean tokens a sequence gains a step with so many drafts; 0: unknown. Where
 * no sheet says, later drafts fall off: of one known acceptance p the k-th is
 * taken with p^k if those before it were, since one block runs again on what
 * it made; beyond several known, each gains less by the last known ratio.
 */
double model_tokens(const struct model *, int drafts);

/*
 * Log standard error of that, from text to text: the known row's, and in
 * proportion to the drafts where it is of fewer; 0: none is given.
 */
double model_tokens_log_sd(const struct model *, int drafts);

int model_moe_layers(const struct model *);

/* What a layer attends to; those from num_hidden_layers on are the MTP's. */
enum attn model_attn(const struct model *, int layer);
int model_attn_layers(const struct model *, enum attn);	/* main model's */
int model_dense_layers(const struct model *, enum attn); /* leading of these */
const char *attn_name(enum attn);

/* ---- parameters (params.c); the derivations stand at the formulas ---- */

double model_attn_params(const struct model *, enum attn); /* one layer */
double model_expert_params(const struct model *);	/* one expert */
double model_dense_params(const struct model *);	/* one dense FFN */
double model_params(const struct model *);		/* without MTP */
double model_params_active(const struct model *, bool embedding);
double model_params_mtp(const struct model *);		/* one MTP layer */

/*
 * How it is stored in a format or by a recipe: native; what its sheet says of
 * that name; words MODULE=FORMAT (kept_apply); else bf16 and fp8 of every
 * matrix, and of the 4-bit formats the routed experts alone. 0, or -1: there
 * is no such name.
 */
int model_stored(const struct model *, const char *weights, struct kept *);

/* The names that model_stored knows, one by one; NULL after the last. */
const char *model_weights(const struct model *, int nr);

/* Bytes of a checkpoint, MTP included: as the config says; stored so. */
double model_checkpoint_B(const struct model *);
double model_checkpoint_in_B(const struct model *, const struct kept *);

/* Of that, the MTP blocks. */
double model_mtp_in_B(const struct model *, const struct kept *);

/* What an MTP block on disk repeats, embedding and head: bytes of it. */
double model_repeated_B(const struct model *);

/*
 * FLOPs of one decoded token at this context, weights absorbed, no MTP:
 * 2 (active matrices, head included) and what model/attention.h says.
 */
double model_flop_per_token(const struct model *, double ctx_tok);

#endif
