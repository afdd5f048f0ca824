/*
 * draw: the chance in a played step: which experts the tokens hit, how the
 * popular ones were placed, how long sequences are. Declared here, provided by
 * read/sample with GSL.
 *
 * Streams depend on (seed, step) alone, never on threads or on order, and on
 * our own generator (xoshiro256++ as a gsl_rng_type), not on GSL's.
 */
#ifndef SKEW_DRAW_H
#define SKEW_DRAW_H

#include <stdint.h>

#include "skew/loads.h"
#include "skew/skew.h"

struct draw_spec {
	const struct deployment *on;
	struct skew_spec skew;	/* balance, experts, topk, slots, ranks,
				   sigma, drift_cv */
	struct batch batch;	/* seqs may be fractional */
	double ctx_cv;		/* of KV length between sequences */
	double pad;		/* rows of a tile of the experts' kernel */
	uint64_t seed;
	int step;		/* which of the steps of a run */
};

/*
 * Draw one step's loads; initialised here, released by the caller.
 *
 * Experts: every MoE layer has its own lognormal popularity, the same for
 * both micro-batches. The pairs of (token, expert) of the sequences drawn fall
 * on slots as a multinomial; of fewer tokens than slots each picks topk
 * different experts. BALANCE_EPLB places by the popularity it believes in and
 * meets one that drifted from it; BALANCE_UNIFORM has equal popularity;
 * BALANCE_EVEN is not drawn. Draft passes stand after the MoE layers, in
 * micro-batch 0 alone. A micro-batch without tokens counts as one, as
 * batch_tok has it.
 * Sequences: a fractional batch puts floor or ceil on each attention group,
 * the sum over groups and steps as it should be, off by less than one; of
 * several batches in a pipeline (batch.flight) steps are one each in turn, and
 * all groups' first ones have what does not divide; each
 * sequence's KV length is uniform with the mean and ctx_cv asked for (a
 * ctx_cv above 1 / sqrt(3) counts as that: a length is not negative).
 */
void draw_loads(struct loads *, const struct draw_spec *);

#endif
