/*
 * prefill: the time of one pass over a chunk of prompts, in closed form.
 *
 * A layer's exchanges run beside the other micro-batch's compute, which then
 * has the SMs that they leave (struct stack, prefill_sms); or, not
 * overlapped, after it.
 */
#ifndef TIME_PREFILL_H
#define TIME_PREFILL_H

#include "time/step.h"

/* The GPU's work of a pass, each layer's parts summed over the layers. */
struct prefill_parts {
	double attn_s, attn_wire_s;	/* kernels; their sum over ranks */
	double ffn_s, ffn_wire_s;	/* and the rest, of the busiest rank */
};

struct prefill_pass {
	struct graph graph;
	struct cost cost[GRAPH_OPS];
	double s;
	struct prefill_parts parts;
	double work_s;		/* of the GPU, */
	double eager_s;		/* and what the host takes to launch it */
	double flop;		/* of one GPU */
	double peak_s;		/* those at the peak of each */
	double hbm_B;		/* moved, and how long tensor cores and ports
				   are busy: */
	double tensor_s, port_s;
	double wire_s;		/* collectives, hidden or not */
	double exposed_s;
	double late_s;		/* of s: waiting for the busiest rank */
};

/*
 * Seconds of a pass's work: its parts, exchanges beside the compute on a share
 * `sms` of the GPU when that is quicker; sms 0: one after the other.
 */
double prefill_work_s(const struct prefill_parts *, double sms);

/* The pass, from its work and what the host takes to launch it. */
double prefill_eager_s(double work_s, double eager_s);

/*
 * A pass over its parts, of this deployment: what its stack adds; and the log
 * standard error of that.
 */
double prefill_rate(const struct deployment *);
double prefill_rate_sd(const struct deployment *);

/*
 * What the host takes to launch a pass of this deployment; and the log
 * standard error of that.
 */
double prefill_launch_s(const struct deployment *);
double prefill_launch_sd(const struct deployment *);

/* ask->batch is not looked at, nor is ctx_cv. */
void prefill_pass(struct prefill_pass *, const struct step_spec *,
		  const struct chunk *);

/* The first role or wire that it needs and the stack lacks; NULL: none. */
const char *prefill_lacks(const struct step_spec *, const struct chunk *);

#endif
