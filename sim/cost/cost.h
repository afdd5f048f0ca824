/*
 * cost: what an op takes on a machine: the laws of facts/stack.h applied.
 */
#ifndef COST_COST_H
#define COST_COST_H

#include "facts/machine.h"
#include "work/op.h"

enum bound {		/* what an op, or a step, waits for */
	BOUND_HBM,
	BOUND_COMPUTE,
	BOUND_NVLINK,
	BOUND_RDMA,
	BOUND_LATENCY,	/* launches, serial loops, message start-up */
	BOUND_HOST,
	BOUND_CAPACITY,	/* an answer's only: it does not fit */
	BOUND_NR
};

/* Seconds of one pass (op->count launches) and their parts under each roof. */
struct cost {
	double s;
	double hbm_s;		/* bytes at the reach of HBM */
	double flop_s;		/* padded FLOPs at the reach of the peak */
	double serial_s;	/* the K loop */
	double roofs_s;		/* what those three are together, of a launch */
	double fixed_s;		/* t0, thread blocks; alpha of a collective */
	double nvlink_s;	/* this GPU's port, one direction */
	double rdma_s;
	double pack_s;		/* of s: on the SMs, whatever is overlapped */
	double nvlink_B;	/* sent, by the algorithm chosen */
	double rdma_B;
	enum bound bound;
};

/* What no batch and no context changes of an op's cost. */
struct rates {
	double hbm_s, flop_s;	/* a kernel's, for a byte and for a FLOP, */
	double cta_s;		/* for a thread block, */
	double row_s;		/* in experts' serial loop, for a row */
	double start_s;		/* an exchange's, before it sends, */
	double nvlink_s, nic_s;	/* and for a byte on either port */
	double copy_s;		/* and of its copies on the SMs */
};

/* An op on a machine. Not owned. */
struct costed {
	const struct machine *machine;
	const struct op *op;
	const struct rates *rates;	/* cost_rates of both */
};

/* The law of a role here; its kernel is NULL when none is known. */
static inline const struct law *machine_law(const struct machine *m,
					    enum role role)
{
	return &m->stack->law[role];
}

/* Whole-layer time over the sum of its kernels; of this op, or not. */
double machine_overhead(const struct machine *);
double machine_overhead_log_sd(const struct machine *);
bool cost_has_overhead(const struct op *);

/* What an op is longer by: that, or 1 where it has none. */
double cost_overhead(const struct machine *, const struct op *);

/*
 * What an op takes. The GPU must have a law for its role (machine_lacks). In
 * two, the first for any rows: role, math, kind and ranks decide.
 */
void cost_op(const struct machine *, const struct op *, struct cost *);
double cost_op_s(const struct machine *, const struct op *);	/* its s */
void cost_rates(const struct machine *, const struct op *, struct rates *);
void cost_at(const struct costed *, struct cost *);

/*
 * Of a launch of a kernel that is none of experts: before it does anything
 * (or all of what is no kernel's: the stack's head_s), and what the SMs take
 * whatever the memory and the tensor cores do.
 */
double cost_fixed_s(const struct machine *, const struct op *);
double cost_serial_s(const struct machine *, const struct op *);

/* What a kernel waits for that sends nothing. */
static inline enum bound roof_bound(double late_s, double hbm_s, double flop_s)
{
	if (late_s >= hbm_s && late_s >= flop_s)
		return BOUND_LATENCY;
	return hbm_s >= flop_s ? BOUND_HBM : BOUND_COMPUTE;
}

/*
 * The s of a kernel that cost_op has costed, where nothing is another since
 * but what a launch takes (t0, c, launch): to the bit what cost_op would say.
 */
double cost_launched_s(const struct machine *, const struct op *,
		       const struct cost *was);

/* The s of cost_op for an expert op under another load; cost_busy_s likewise
   of what has its rates. */
double cost_load_s(const struct machine *, const struct op *,
		   const struct load *);
double cost_busy_s(const struct costed *, const struct load *);

/*
 * What an exchange takes longer when its busiest port carries skew times. A
 * copy a node comes in by the sender's place, wherever in the node its experts
 * are, so the NICs of a node share what is asked of it.
 */
double cost_late_s(const struct machine *, const struct op *,
		   const struct cost *, double skew);

/* The wire whose law an op follows; WIRE_NR: none. */
enum wire_kind cost_wire(const struct machine *, const struct op *);

/* The first role or wire that a graph's op needs and the stack lacks. */
const char *machine_lacks(const struct machine *, const struct op *);

const char *bound_name(enum bound);

#endif
