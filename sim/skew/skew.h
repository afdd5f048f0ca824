/*
 * skew: how unevenly tokens fall on experts and ranks, in expectation.
 *
 * A token hits expert e with chance p_e; popularities are lognormal with
 * spread sigma (0: equal), taken where a sample of them is expected, so that
 * nothing is drawn.
 * Balanced layouts replicate the hottest experts and pack slots on ranks
 * greedily, as DeepSeek's EPLB does.
 */
#ifndef SKEW_SKEW_H
#define SKEW_SKEW_H

#include <stdbool.h>

#include "skew/largest.h"
#include "work/op.h"

enum balance {
	BALANCE_UNIFORM,	/* equal popularity; tokens fall by chance */
	BALANCE_EPLB,		/* skewed, then replicated and packed */
	BALANCE_SKEWED,		/* skewed, experts in order */
	BALANCE_EVEN		/* every rank gets the mean: a model's limit */
};

enum {
	SKEW_NODES = 8,		/* size: quantiles of popularity kept */
	SKEW_TOPS = 24,		/* size: powers of two of ranks */
	SKEW_FEW = 8		/* size: slots of a rank whose chances are
				   summed */
};

/* The n most loaded ranks, over the mean rank. */
struct top {
	double a;	/* expected largest of n normals */
	double mean, var;
	double a_drift;	/* and of as many as move on their own: copies of an
			   expert move together */
	double drift;	/* what their loads move by, for a drift_cv of 1 */
};

/* The part that does not depend on the batch; make once, use many times. */
struct skew {
	unsigned id;		/* of this one, by who keeps several; 0: none */
	enum balance balance;
	int ranks;
	int slots_rank;
	double p[SKEW_NODES];	/* chance that a token hits a slot */
	double miss[SKEW_NODES];	/* log of the chance that it does not */
	double share[SKEW_NODES];	/* of the slots, such ones */
	int nodes;
	double drift_cv;	/* of packed ranks around what was meant */
	struct top top[SKEW_TOPS];	/* of packed ranks */
	int tops;		/* 0: placed by chance */
	double hot;		/* of the hottest slot, over the mean rank,
				   where few are spare; those ranks are the
				   others then, but for those that one expert
				   alone makes more than most, which are less
				   than this one in every layer. 0: many are */
	double hot_sd;		/* of its logarithm, between layers */
	double beside;		/* what the rest of its rank brings, at least */
	struct moments rank;	/* then: popularity of the heaviest kind of
				   rank over the mean rank's */
	struct largest largest;	/* of all, by the normal in one of those; */
	double alike;		/* ranks with the experts of one of those */
	double largest_z;	/* its mean; minus the log of the chance that
				   all are below a node, where copies of an
				   expert are one draw, */
	double above_draws[LARGEST_NODES];
	double above_ranks[LARGEST_NODES];	/* and where each is */
	bool copies;		/* some are not; */
	bool together;		/* those of a rank's experts are on one rank */
	double few;		/* the busiest is less by so many times what a
				   sum of few is (SUM_OF_FEW) */
	double most;		/* bound of the busiest over the mean */
	double a;		/* expected largest of `ranks` normals */
	double a_sd;		/* and its standard deviation */
	double always;		/* of the rank that has most in the mean over
				   layers, over the mean rank */
	double stays;		/* 1: that is one and the same in all layers;
				   0: any of many */
	double first[SKEW_FEW];	/* of packed ranks the first, in all layers,
				   which has the hottest slot: chances that a
				   token hits each of its few */
};

struct skew_spec {
	enum balance balance;
	int experts;
	int topk;
	int slots;
	int ranks;
	double sigma;		/* of ln popularity */
	double drift_cv;	/* rank CV that packing cannot remove: the
				   popularity it saw is not the one it meets */
};

void skew_make(struct skew *, const struct skew_spec *);

/* The mean rank's load and how far the busiest one is from it. */
struct spread {
	struct load mean;
	double most_touched;	/* of the rank that touches most */
	double apart;		/* share of that which rows do not tell */
	double most_tiles;	/* and rows of tiles that neither tells */
	double bound;		/* of both, squared, over a normal's of their
				   variance: less than 1 where many ranks have
				   all that there is; and of the tiles that rows
				   tell */
	double tiles_stay;	/* of a rank's tiles that nothing tells, what
				   one has more in all layers */
	double rows_bound;
	double busiest;		/* rows of the busiest over the mean */
	double busiest_sd;	/* by which layers differ in that, */
	double z[LARGEST_PARTS];	/* and how (struct largest_share) */
	double common;		/* share of what ranks' rows vary by that
				   another batch in the layer has alike: what
				   is popular, not which tokens fell where */
	struct load busiest_load;	/* those rows, touched as the mean */
};

/* Tokens of all ranks together. */
struct fallen {
	double tok;
	double apart;	/* as many that know nothing of each other, at most
			   tok, touch as many experts; the others go where
			   they went */
	double pad;	/* rows of a tile */
};

void skew_spread(const struct skew *, const struct fallen *, struct spread *);

/* Expected largest of n standard normals (Blom 1958), 0 for n <= 1. It need
   not be whole. */
double skew_largest(double n);

/* Where the e-th lowest of nr standard normals is expected (Blom), and its
   variance. */
double skew_order(int e, int nr, double *var);

/* Quantile of the standard normal to 1e-12. */
double skew_quantile(double p);

#endif
