/*
 * graph: every op of one decode step on one GPU, in order, counted.
 *
 * A step is a list of blocks; a block is a kind of layer that repeats; its
 * ops stand in parts (attention, FFN) that blocks share. V4's kinds of
 * layers, which alternate, are counted one kind after the other. Two
 * micro-batches of a two-batch overlap have equal counts, so ops are listed
 * once.
 *
 * A list is made of one row (work/rows), then multiplied by the rows of its
 * passes: what depends on the deployment and the context is counted once,
 * however many batches follow.
 */
#ifndef WORK_GRAPH_H
#define WORK_GRAPH_H

#include "model/lengths.h"
#include "work/layout.h"
#include "work/op.h"
#include "work/rows.h"

enum {
	GRAPH_OPS = 160,	/* size: ops of a graph */
	GRAPH_PARTS = 8,	/* size: parts of a graph */
	GRAPH_BLOCKS = 6	/* size: kinds of layers, draft, head */
};

struct part {
	int first;
	int nr;
	bool attends;		/* attention, the only part that sees how long
				   the context is: */
	bool drafts;		/* a draft's */
	enum attn kind;
	enum site place;
};

enum block_kind {
	BLOCK_DENSE,
	BLOCK_MOE,	/* may be overlapped */
	BLOCK_DRAFT,	/* MTP layer: one pass a drafted token */
	BLOCK_ONCE	/* embedding and head: the whole batch at once */
};

struct block {
	enum block_kind kind;
	const char *name;	/* "dense", "moe"; V4: "swa", "csa", "hca" */
	int attn, ffn;	/* parts; -1: none */
	int layers;
	int batches;	/* micro-batches that pass through it */
};

struct graph {
	struct op op[GRAPH_OPS];
	struct per_row row[GRAPH_OPS];
	struct rows_nr nr[WHOSE_NR];
	struct part part[GRAPH_PARTS];
	struct block block[GRAPH_BLOCKS];
	int ops, parts, blocks;
	int micro;		/* micro-batches of a step: 1 or 2 */
	bool shares;		/* pass_shares: else the group has all rows */
	enum whose whose;	/* the ops being added are */
	struct machine machine;	/* whose tensor cores */
};

/* What one attention group decodes in one pass. */
struct batch {
	double seqs;		/* sequences of the whole group */
	double ctx_tok;		/* mean KV length */
	int query_tok;		/* tokens a sequence in a step: 1 + drafts */
	int micro;		/* micro-batches: 1 or 2 */
	const struct lengths *lengths;	/* of its sequences; not owned; NULL:
					   all have the mean */
	double fullest;		/* sequences of the group that has most; 0: all
				   have seqs */
	double fewer;		/* share of the groups with one less than that,
				   of all in flight */
	double rows;		/* sequences that its kernels compute, its own
				   at least; 0: as CUDA graphs pad it */
	double flight;		/* batches like this in a pipeline's stages
				   at once; 0 is 1 */
};

/*
 * Count a step. load: rows of a mean GPU's experts in one micro-batch (from
 * skew/skew); draft_load: the same for one drafting pass, whole batch.
 */
struct graph_spec {
	const struct deployment *on;
	const struct batch *batch;
	struct load load;
	struct load draft_load;
};

void graph_build(struct graph *, const struct graph_spec *);

/*
 * A graph that graph_build left, of the same deployment and as many
 * micro-batches, counted again in three: what one row of attention is of
 * another context (or another spread of it); how many rows there are, where
 * sequences, fullest, rows or loads are others; and then an op's own counts.
 * All three of all ops leave to the bit what graph_build does.
 */
void graph_attend(struct graph *, const struct graph_spec *);
void graph_rows(struct graph *, const struct graph_spec *);
void graph_give(struct graph *, int op);

/* What a group prefills in one pass: so much of each of its prompts. */
struct chunk {
	double seqs;
	double prior_tok;	/* in the cache: a prefix, earlier chunks */
	double new_tok;		/* of each */
};

/*
 * Count such a pass; ask->batch is not looked at. Attention is not absorbed:
 * keys and values of every head are made from the latents, those of the
 * prior tokens too; sparse attention picks for each query.
 */
void graph_prefill(struct graph *, const struct graph_spec *,
		   const struct chunk *);

/*
 * How decode is padded to CUDA graphs. The sizes, each of so many tokens of a
 * sequence's query_tok (graph_per), or NULL; whether every group takes the size
 * of the fullest; whether rows of padding go to experts.
 */
const struct captured *graph_sizes(const struct deployment *);
double graph_per(const struct deployment *, int query_tok);
bool graph_alike(const struct deployment *);
bool graph_routes(const struct deployment *);

/*
 * Sequences that a group's kernels compute in one micro-batch: its own, and
 * rows of padding up to the next CUDA graph (struct padding). A group that is
 * played without sequences computes no rows.
 */
double batch_rows(const struct batch *, const struct deployment *);

/*
 * Tokens of all groups in one micro-batch that go to experts, rows of padding
 * among them where the stack routes those.
 */
double batch_tok(const struct batch *, const struct deployment *);

/* Of those, the rows of padding. */
double batch_padding_tok(const struct batch *, const struct deployment *);

/*
 * Tokens of a sequence that choose experts for themselves: the first, and of
 * every other what does not go together.
 */
double batch_apart(const struct batch *, const struct deployment *);

/*
 * As many tokens that know nothing of each other touch as many experts: the
 * first of each sequence, of every other what does not go together, and of a
 * group's padding one.
 */
double batch_apart_tok(const struct batch *, const struct deployment *);

#endif
