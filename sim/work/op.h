/*
 * op: one kernel or one collective of a decode step, counted and not costed:
 * FLOPs, bytes, messages, and no seconds.
 *
 * Counts are of one GPU, for one pass of one layer over one micro-batch. A
 * pass is `count` launches of equal size. What takes a kernel's time (m,
 * flop_row, HBM bytes) is of at least one row; what is conserved (flop, bytes
 * on wires) is of the tokens there are, be they less than one.
 */
#ifndef WORK_OP_H
#define WORK_OP_H

#include "facts/stack.h"

enum op_kind {
	OP_KERNEL,	/* on the GPU: law of `role` */
	OP_ALLREDUCE,	/* of payload_B among `ranks` */
	OP_HALVES,	/* the same as a reduce-scatter and, later, an
			   all-gather: two-shot, started twice */
	OP_HALF,	/* one of those halves: an all-gather, or a
			   reduce-scatter, of payload_B in all */
	OP_SEND,	/* payload_B to the next stage, `ranks` - 1 times */
	OP_GATHER,	/* all-gather, payload_B when gathered */
	OP_SCATTER,	/* reduce-scatter of payload_B */
	OP_DISPATCH,	/* rows to the experts' GPUs */
	OP_COMBINE,	/* and back */
	OP_MEETING,	/* nobody goes on before all are here: the ends of a
			   fused exchange, whose bytes its kernel has */
	OP_FIXED	/* time that is no kernel's: the stack's head_s */
};

/*
 * Where in a layer an op stands. ATTN0 to ATTN1 and SHARED, EXPERTS are the
 * stages of DeepSeek's decode timeline (profile-data, decode.jpg).
 */
enum stage {
	STAGE_ATTN0,	/* norms, projections before core attention */
	STAGE_QUERIES,	/* gathered where a group shares out its KV */
	STAGE_ATTN1,	/* core attention, o_proj */
	STAGE_MERGE,	/* and what each GPU's share of the KV gave, joined */
	STAGE_ATTN_SUM,	/* all-reduce under attention TP, or halves */
	STAGE_GATE,	/* norm, gate, top-k: with ATTN1 in the timeline */
	STAGE_DISPATCH,
	STAGE_SHARED,
	STAGE_EXPERTS,
	STAGE_COMBINE,
	STAGE_FFN,	/* a dense FFN */
	STAGE_FFN_SUM,	/* all-reduce under MoE or FFN TP */
	STAGE_SEND,	/* from stage to stage of a pipeline */
	STAGE_HEAD,	/* embedding, LM head, sampling */
	STAGE_NR
};

/* What one GPU's routed experts have to do in one layer. */
struct load {
	double touched;	/* local slots with at least one row */
	double rows;	/* (token, expert) pairs that arrive */
	double padded;	/* the same, each slot rounded up to a tile */
};

struct op {
	const char *name;	/* "q_b"; not owned */
	enum op_kind kind;
	enum stage stage;
	enum role role;		/* OP_KERNEL */
	enum math math;
	double count;		/* launches in a pass */
	double m, n, k;		/* of a GEMM; else 0 */
	double groups;		/* GEMMs of that shape in one launch */
	double useful;		/* of a row, a token: less than 1 where a GPU
				   has one only now and then */
	double flop;		/* useful: without padding */
	double flop_row;	/* per row of m (or of load.padded) */
	double weight_B;	/* read once whatever the batch */
	double kv_B;
	double ctx_share;	/* of kv_B and flop_row: grows with context */
	double act_B;		/* activations in and out */
	double ctas;		/* thread blocks of a split-KV kernel */
	double payload_B;	/* of a collective, as its kind says */
	double nvlink_B;	/* sent by this GPU to peers in its domain */
	double rdma_B;		/* sent by this GPU beyond it */
	double nvlink_over;	/* of an exchange: the share by which the */
	double rdma_over;	/* fullest port sends more than the mean one */
	double nvlink_least_B;	/* the fewest bytes that a known exchange of */
	double rdma_least_B;	/* the same rows would send, each port by
				   itself */
	bool forwarded;		/* crosses to a node once, goes on inside */
	double sms;		/* share of the SMs that it keeps meanwhile */
	double messages;	/* rows or chunks sent off this GPU */
	double pack_B;		/* HBM bytes of an exchange's on-SM copies */
	int ranks;		/* GPUs of a collective */
	int nodes;		/* NVLink domains of an exchange's */
	struct load load;	/* mean GPU, STAGE_EXPERTS only */
	double expert_B;	/* weight bytes of one expert slot */
	double row_act_B;	/* activation bytes of one row */
	double row_nvlink_B;	/* bytes of a row, out and back, that the
				   experts' kernel sends itself */
	bool beside;		/* runs beside a longer kernel: only what it
				   takes of the GPU adds to the time */
};

/* HBM bytes in all. */
static inline double op_hbm_B(const struct op *op)
{
	return op->weight_B + op->kv_B + op->act_B;
}

static inline bool op_is_kernel(const struct op *op)
{
	return op->kind == OP_KERNEL;
}

/* A collective: of other GPUs too. */
static inline bool op_is_wire(const struct op *op)
{
	return op->kind != OP_KERNEL && op->kind != OP_FIXED;
}

/* Set an expert op's counts from a load. */
void op_set_load(struct op *, const struct load *);

const char *stage_name(enum stage);
const char *op_kind_name(enum op_kind);

#endif
