/*
 * loads: who gets what in a played step: rows of every rank's experts in
 * every MoE layer, and the sequences of every attention group. read/sample
 * draws them; loads_even fills the means, for a limit that has no chance.
 */
#ifndef SKEW_LOADS_H
#define SKEW_LOADS_H

#include "work/graph.h"

struct loads {
	int ranks;		/* EP ranks */
	int layers;		/* MoE layers, draft passes after them */
	int micro;		/* micro-batches */
	int groups;		/* attention-DP groups */
	struct load *expert;	/* [micro][layers][ranks]; owned */
	double *seqs;		/* [micro][groups]; owned */
	double *kv_tok;		/* [micro][groups] KV tokens in all; owned */
};

/* Room for a deployment's ranks, MoE layers and groups. */
void loads_init(struct loads *, const struct deployment *, int micro);
void loads_release(struct loads *);

struct load *loads_at(const struct loads *, int micro, int layer, int rank);

/* Every rank the graph's mean load, every group batch->seqs of ctx_tok. */
void loads_even(struct loads *, const struct graph *, const struct batch *);

/* Rows of the busiest rank over the mean, the mean of all layers. */
double loads_imbalance(const struct loads *);

#endif
