/*
 * granted: what a judge of claims grants beyond what sheets and laws say: how
 * far software has been seen to go, and what is left to what was not seen.
 * Rows check.* of hw/stacks/prior.csv, each with where it is from.
 */
#ifndef FACTS_GRANTED_H
#define FACTS_GRANTED_H

#include "sheet/fact.h"

struct granted {
	double light;		/* share of the speed of light that any
				   software decodes at */
	double seen;		/* share of what is predicted of full GPUs that
				   anyone has published */
	double versions;	/* log standard error between versions of a
				   stack, of the same load */
	double prompt_peak;	/* share of the peak that prompts run at */
	double prompt_sooner;	/* times a prompt may be sooner than by known
				   kernels, alone; likewise, of requests played
				   under load: */
	double sooner;		/* a mean or median first token */
	double sooner_high;	/* a high percentile of it */
	double sooner_sparse;	/* either, where attention is sparse */
	double faster;		/* a token where prompts run beside */
	double cluster;		/* GPUs: no system has more */
	double densest_bits;	/* a weight, of the densest files there are */
	double widest_bits;	/* and of the widest that weights are kept in */
	double beside_weights;	/* times the bits of a format, of a file: its
				   scales, and what it keeps in more bits */
	double sheets;		/* share that data sheets differ by */
	double boards;		/* likewise, peaks of one GPU on two boards */
	double counted;		/* likewise, parameters counted two ways */
	double embedding;	/* likewise, FLOPs of a token, by what is
				   counted of embeddings and context */
	double used;		/* and by that, a share of a peak */
	double texts;		/* of drafts, acceptances of two texts */
	double hidden;		/* of a token's time, what overlap hides */
	double power_peak;	/* times its rating that a GPU draws */
	double chars_token;	/* characters of a token, the fewest */
	double alike;		/* times the errors of facts of one choice,
				   those of another of the claim */
	double idle_clocks;	/* share of its idle power, with clocks down */
	double batch_bytes;	/* times what a batch reads, it may be: what a
				   batch is, differs */
	double drafts;		/* of a step, where a claim says none */
	double busy;		/* share of its clients that a test has in
				   flight, in the mean */
	double queue;		/* share of its time that a request is
				   answered in, where none is short */
	double paid_use;	/* share of a day that what is paid for is
				   used */
	double dearest_usd_tok;	/* most that a token of any model was listed
				   for, $ */
	double beside_gpus;	/* times what its GPUs draw, a system does */
};

/* 0, or -1 and the fault of a row that is missing or out of its range. */
int granted_take(struct granted *, struct facts *, struct fault *);

#endif
