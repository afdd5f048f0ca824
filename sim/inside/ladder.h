/*
 * ladder: from the speed of light to the prediction, a mechanism at a time.
 *
 * A rung is the time of the same step (time/step) with one more mechanism
 * switched on; what is off costs nothing. The last rung is step_time itself,
 * so the rungs add up to the prediction exactly. What a rung adds depends on
 * the order; the order is that of the argument: bytes, FLOPs, what kernels
 * reach of both, what they cost beside, wires, uneven loads, the engine.
 */
#ifndef INSIDE_LADDER_H
#define INSIDE_LADDER_H

#include "ask/question.h"

enum rung {
	RUNG_KV,	/* the KV cache once, at the peak of HBM: the floor */
	RUNG_WEIGHTS,
	RUNG_AGAIN,	/* weights once more for a second micro-batch */
	RUNG_ACTIVATIONS,
	RUNG_TENSOR,
	RUNG_REACH_HBM,
	RUNG_REACH_TENSOR,
	RUNG_PADDING,
	RUNG_SERIAL,
	RUNG_BLEND,
	RUNG_LAUNCH,
	RUNG_SMALL,
	RUNG_ALLREDUCE,
	RUNG_WIRE,
	RUNG_STARTUP,
	RUNG_PACK,
	RUNG_IMBALANCE,
	RUNG_STRAGGLER,
	RUNG_SAMPLING,
	RUNG_GAIN,
	RUNG_HOST,
	RUNG_NR
};

/* A set of mechanisms: bit r is rung r. */
#define RUNG_BIT(r) (1u << (r))

/* Not a rung: the bytes of every collective, its start-up left as it is. */
#define LADDER_BANDWIDTH RUNG_BIT(RUNG_NR)

struct rung_words {
	const char *name;	/* "serial", for CSV and --what-if */
	const char *short_words;	/* a line of up to 24 characters */
	const char *words;	/* what it is, a line of up to 48 */
	const char *group;	/* what the figure has one colour for */
};

extern const struct rung_words rung_words[RUNG_NR];

struct ladder {
	double s[RUNG_NR];	/* the step after each rung */
	double tok;		/* output tokens of one GPU in one step */
};

void ladder_climb(struct ladder *, const struct question *);

/* Seconds of the step without these mechanisms; 0: the prediction. */
double ladder_without_s(const struct question *, unsigned off);

/* Output tokens that one GPU contributes to a step. */
double ladder_tok(const struct question *);

/* GPU-seconds an output token takes after a rung, and what the rung added. */
double ladder_token_s(const struct ladder *, int rung);
double ladder_added_s(const struct ladder *, int rung);

/*
 * A row a rung: rung,name,mechanism,group,us_added,us_per_token,tok_s_gpu. A
 * measured tok/s/GPU, unless it is NaN, stands in every row as
 * measured_us_per_token,measured_tok_s_gpu.
 */
void ladder_table(const struct ladder *, double measured, struct table *);

/*
 * Two ladders side by side, a the first: rung,name,mechanism,group,
 * us_added,us_added_versus,us_difference,us_per_token,us_per_token_versus,
 * tok_s_gpu,tok_s_gpu_versus. The differences add up to that of the
 * predictions.
 */
void ladder_versus(const struct ladder *a, const struct ladder *b,
		   struct table *);

#endif
