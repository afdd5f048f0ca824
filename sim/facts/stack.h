/*
 * stack: what a software generation reaches of the hardware's peaks, and its
 * recipe: which kernel plays which role, which exchange carries the experts.
 *
 * A struct stack is what one architecture gets of it. Rows of its sheet, ARCH
 * being any, or a word that a row arch.ARCH makes an architecture:
 *
 *	arch.ARCH		whose laws it runs where it has none of its
 *				own: another architecture's, or any
 *	law.KERNEL.ARCH.PARAM	a kernel's law (struct law)
 *	use.ROLE.ARCH		the kernel that plays a role, or none; ROLE may
 *				be any
 *	math.FORMAT.ARCH	the tensor cores that multiply such weights
 *	wire.WIRE.ARCH.PARAM	a collective's law (struct wire)
 *	exchange.REACH		what carries the experts under DP attention
 *	launch.ARCH		share of t0 left between kernels on a stream
 *	overhead.ARCH		whole-layer time over the sum of its kernels;
 *			collectives and the NIC's exchanges have none
 *	prefill_overhead.ARCH	a prompt's pass over its parts, overhead and
 *			all; 1 where nothing is known
 *	prefill_overhead_fp8.ARCH	times that, where experts are fp8
 *	prefill_overhead_fused.ARCH	and where one kernel exchanges their
 *			rows and multiplies
 *	prefill_overhead_FAMILY.ARCH	and with models of a family (v4)
 *	serve_WHAT.ARCH	launch facts (facts/launch.h); 0 where not said
 *	serve_dsa_WHAT.ARCH, serve_v4_WHAT.ARCH	instead, with models of a family
 *	streams.ARCH	tokens up to which V4's attention prepares q, entries
 *			and what is picked on streams beside each other
 *	eager_fp4.ARCH	eager, where experts have 4 bits
 *	eager.ARCH	an x86 host's time to launch a layer without a CUDA
 *			graph (host.slower of a GPU); 0: nothing is known
 *	eager_kernels.ARCH	the kernels which that is of; those of an
 *			indexer come beside them. 0: nothing is known of them
 *	eager_FAMILY.ARCH	times that, for the kernels that a layer of a
 *			family has more than one of MLA's (v4); 1
 *	own.ARCH.CLASS	by what the layers take longer than that says, by the
 *			batch of a group (sheet/bend.h); nothing where not said
 *	band_arch.ARCH	log standard error more where no step was measured
 *	band_arch_FAMILY.ARCH	instead, with models of a family (mla dsa v4)
 *	since, since.ARCH	the day of the oldest figure that the undated
 *			rows were compared with: the band is wider before it
 *	graph.sizes, graph.drafted	CUDA graphs (sheet/captured)
 *	KEY			one of the engine's own (struct stack)
 *
 * A law for an architecture wins, whole, over one for any. `base,NAME` takes
 * every row that the sheet does not give from another sheet (library/shelf).
 */
#ifndef FACTS_STACK_H
#define FACTS_STACK_H

#include "sheet/bend.h"
#include "sheet/captured.h"
#include "facts/gpu.h"
#include "facts/launch.h"
#include "facts/paging.h"
#include "model/model.h"

/*
 * A kernel's time:
 *
 *	t = t0 + [ (B / (e_b HBM))^p + (F / rate)^p
 *		   + (kappa K / 1024)^p ]^(1/p) + c CTAs / SMs
 *
 * and of a fused exchange, which pulls its rows and pushes its sums itself
 * (V: the NVLink bytes of both), expert by expert, so that the longer of wire
 * and grouped GEMM is what it takes once the first wave is filled (K and N:
 * the serial loops of its two GEMMs):
 *
 *	t = t0 + max( the same bracket, V / (e_nvlink NV) )
 *	    + fill (K + N) / 1024
 *
 * Experts have in place of kappa's term what tiles take of the SMs, whatever
 * memory and tensor cores do (R: rows with padding; 2 N + K: the columns of
 * both grouped GEMMs): tile (R / pad) (2 N + K) / 1024 / SMs.
 *
 * Attention that does not split a sequence's KV (whole) has K the tokens
 * themselves, and a loop for each wave of CTAs: kappa (tokens / 1024)
 * ceil(CTAs / SMs). Few sequences take as long as many, up to a wave.
 *
 *	1 / rate = 1 / (e_f peak) + 1 / (rho (SMs / 132) (clock / 1.83 GHz))
 *
 * B: HBM bytes. F: FLOPs with rows padded to `pad`. K: length of the serial
 * loop of a GEMM; of attention over KV the root of its tokens (work/mla); of
 * what picks the best keys, all of a query's. rho:
 * issue-limited CUDA-core work that scales with SMs x clock and not with the
 * tensor peak: it is what separates an H20 from an H800. p = 0 stands for the
 * largest of the terms (p to infinity).
 */
struct law {
	const char *kernel;	/* name in the sheet; not owned */
	double t0_s;
	double e_b;		/* reach of HBM, (0, 1] */
	double e_f;		/* reach of the tensor peak, (0, 1] */
	double kappa_s;		/* per 1024 of K */
	double whole;		/* 1: a sequence's KV is one loop, not split */
	double rho_flops;	/* at 132 SMs and 1.83 GHz; 0: no such term */
	double c_s;		/* per CTA wave share */
	double tile_s;		/* of an SM, per 1024 columns of a row tile */
	double p;
	double pad;		/* rows a tile rounds up to, >= 1 */
	double e_nvlink;	/* reach of NVLink of a fused exchange */
	double fill_s;		/* its first wave, per 1024 of both K loops */
};

enum role {		/* what a kernel is for, in a decode step */
	ROLE_GEMM_BF16,
	ROLE_GEMM_FP8,		/* activation quantisation included */
	ROLE_GEMM_NVFP4,	/* likewise */
	ROLE_GEMM_MXFP4,
	ROLE_GEMM_INT4,		/* widened to bf16 */
	ROLE_GEMM_INT8,		/* activation quantisation included */
	ROLE_BMM,		/* batched by head: absorbed W_UK, W_UV */
	ROLE_MLA_BF16_H128,	/* core attention, bf16 KV, over 64 heads */
	ROLE_MLA_BF16_H64,	/* 25 to 64 heads a GPU */
	ROLE_MLA_BF16_H16,	/* up to 24 */
	ROLE_MLA_FP8_H128,
	ROLE_MLA_FP8_H64,
	ROLE_MLA_FP8_H16,
	ROLE_SPARSE_MLA,	/* core attention over the picks of DSA */
	ROLE_SPARSE_FEW,	/* the same of at most 16 heads */
	ROLE_SPARSE_MLA_BF16,	/* and both where the cache is bf16 */
	ROLE_SPARSE_FEW_BF16,
	ROLE_SPARSE_V4,		/* over a window and compressed entries */
	ROLE_MHA,		/* prefill: every head its own K and V */
	ROLE_MHA_FP8,		/* the same where the KV is fp8 */
	ROLE_SPARSE_PREFILL,	/* over what each query picks */
	ROLE_INDEX,		/* the indexer's logits */
	ROLE_PICK,		/* and the best of them */
	ROLE_MIX,		/* mixing weights of residual streams */
	ROLE_MOE_BF16,		/* both grouped GEMMs and what is between, */
	ROLE_MOE_FP8,		/* every token present in HBM */
	ROLE_MOE_NVFP4,
	ROLE_MOE_MXFP4,
	ROLE_MOE_INT4,
	ROLE_MOE_W4AFP8,	/* int4 times fp8 */
	ROLE_MOE_INT8,
	ROLE_MOE_FP8_PROMPTS,	/* ROLE_MOE_FP8, where many rows take another
				   kernel or other tiles; none: they do not */
	ROLE_MASKED_BF16,	/* the same behind a low-latency dispatch, */
	ROLE_MASKED_FP8,	/* one masked block of rows an expert */
	ROLE_MASKED_NVFP4,
	ROLE_MASKED_MXFP4,
	ROLE_MASKED_INT4,
	ROLE_MASKED_W4AFP8,
	ROLE_MASKED_INT8,
	ROLE_FUSED_FP8,		/* dispatch, grouped GEMMs and combine in one */
	ROLE_FUSED_NVFP4,	/* kernel (DeepGEMM's mega MoE) */
	ROLE_FUSED_MXFP4,
	ROLE_STREAM,		/* elementwise: norms, rope, quant, top-k */
	ROLE_NR
};

/*
 * A collective's time among n ranks on `nodes` NVLink domains:
 *
 * allreduce of S bytes, the smallest of (in_switch where the GPU has it)
 *	one-shot	alpha + alpha_peer (n-1) + (n-1) S / (e_nvlink NV)
 *	two-shot	two_shot alpha + alpha_peer (n-1)
 *			+ 2 (n-1)/n S / (e_two_shot NV)
 *	in-switch	alpha_switch + 2 S / (e_switch NV)
 * and in halves, a reduce-scatter and an all-gather with other work between:
 *			2 (alpha + alpha_peer (n-1))
 *			+ 2 (n-1)/n S / (e_two_shot NV)
 * and across nodes, one kernel of NCCL's: the bytes of those halves inside (n
 * the domain), and between nodes every GPU's share x = 2 (nodes-1)/nodes
 * S/domain by the protocol that is done first, short (LL: a flag beside every
 * word, few channels; a sheet without e_short has none) or long:
 *	alpha_node + alpha_node_peer (n-1), of all n
 *			+ 2 (n-1)/n S / (e_two_shot NV)
 *			+ min(x / (e_short NIC),
 *			      alpha_long + x / (e_rdma NIC))
 *
 * gather, scatter of S bytes in all: alpha + alpha_peer (n-1)
 *	+ max( NVLink bytes / (e_nvlink NV), RDMA bytes / (e_rdma NIC) )
 *
 * dispatch, combine: alpha + alpha_log log2(nodes) + alpha_rank log2(n)
 *	+ forward.time where a copy crosses to a node, then goes on inside
 *	+ max( NVLink bytes / (e_nvlink NV),
 *	       RDMA bytes / (e_rdma NIC nodes^-droop) )
 */
struct wire {
	double alpha_s;
	double alpha_peer_s;
	double alpha_log_s;
	double alpha_rank_s;
	double alpha_node_s;
	double alpha_node_peer_s;
	double alpha_long_s;
	double alpha_switch_s;
	double two_shot;
	double e_nvlink;	/* e_...: parts of a port's peak */
	double e_two_shot;
	double e_switch;	/* 0: the stack does not reduce in the switch */
	double e_rdma;
	double e_short;		/* 0: no protocol of its own */
	double droop;
};

enum wire_kind {
	WIRE_ALLREDUCE,
	WIRE_GATHER,		/* all-gather */
	WIRE_SCATTER,		/* reduce-scatter */
	WIRE_DISPATCH,		/* low latency, some peers beyond NVLink */
	WIRE_COMBINE,
	WIRE_DISPATCH_NODE,	/* low latency, every peer on NVLink */
	WIRE_COMBINE_NODE,
	WIRE_DISPATCH_RACK,	/* one-sided, one copy a destination rank */
	WIRE_COMBINE_RACK,
	WIRE_NR
};

enum exchange {
	EXCHANGE_NONE,		/* one rank, or attention is all TP */
	EXCHANGE_GATHER,	/* all-gather, then reduce-scatter */
	EXCHANGE_PAIR,		/* a message per (token, expert) pair */
	EXCHANGE_RANK,		/* a copy per destination rank */
	EXCHANGE_NODE_OUT,	/* out, a copy per destination node that goes
				   on over NVLink, a copy a pair (DeepEP's
				   low-latency dispatch since pull 500); back
				   as a pair exchange */
	EXCHANGE_NODE,		/* both ways a copy per node; a rank's sum,
				   then a node's, comes back (DeepEP V2, pull
				   605, hybrid mode) */
	EXCHANGE_FUSED,		/* within the experts' kernel, a row a pair: a
				   stack has it where a kernel plays the role */
	EXCHANGE_NR
};

enum scope {		/* how far the experts are spread */
	SCOPE_NODE,		/* one NVLink domain of up to 8 GPUs */
	SCOPE_RACK,		/* one larger NVLink domain */
	SCOPE_NET,		/* beyond one domain */
	SCOPE_NR
};

enum layout_class {		/* classes of layout, by what joins the GPUs */
	CLASS_TP,		/* TP attention in one NVLink domain, experts */
	CLASS_TP_EP,		/* sliced; and there experts whole */
	CLASS_TP_NET,		/* TP attention beyond it */
	CLASS_NODE,		/* DP attention within a node */
	CLASS_RACK,		/* within a larger NVLink domain */
	CLASS_NET,		/* beyond one domain */
	CLASS_NR
};

/*
 * Log standard errors of a step's time that come on top where no measured row
 * has been; rows that a sheet lacks are 0.
 */
struct bands {
	double arch[FAMILY_NR];	/* of models of a family, on an architecture
				   that none of those rows had */
	double facts;		/* share of the facts' errors that is left
				   where there were some, whose overheads made
				   up for the rest */
	double seen_facts;	/* of the errors up to this: what is beyond
				   it counts in full */
	double drafts;		/* with drafts */
	double grows;		/* of the class's own: as this power of the
				   tokens a GPU that a step takes in */
	double ctx;		/* for each doubling of the context */
	double seen_ctx;	/* beyond this many tokens */
};

/*
 * What its operators run where nothing else is asked for, by how far the
 * experts are spread under DP attention; rows that a sheet lacks are 0.
 */
struct practice {
	double eplb[SCOPE_NR];	/* 1: experts are placed by load */
	double spares;		/* expert slots beyond the experts, so placed */
	double from_ep;		/* EP degree from which they are given */
	double two_batch[SCOPE_NR];	/* 1: micro-batches overlap where that
					   pays */
};

/*
 * Decode is padded to sizes that CUDA graphs were captured of; rows that a
 * sheet lacks are 0.
 */
struct padding {
	double pads;		/* 1: it is */
	struct captured sizes;	/* in sequences of an attention group, */
	struct captured drafted;	/* and with drafts, if others */
	double tokens;		/* 1: in tokens of them */
	double ranks;		/* 1: groups are padded to the fullest; those
				   that gather are always */
	double routed;		/* 1: the rows go to experts, all of a group
				   to the same ones: they are copies */
	double routed_ep;	/* likewise where experts are by EP */
};

/*
 * A step with drafts is several passes: the drafts, one after another, the
 * verification, and the one that gives the accepted tokens to the drafting
 * layer. What the GPU waits for the host in it, where the host is ahead of the
 * passes and where it looks at each before it prepares the next.
 */
enum host_turn {
	TURN_NEAR,		/* in one NVLink domain */
	TURN_NET,		/* and beyond it */
	TURN_AHEAD,		/* the host is ahead */
	TURN_NR
};

struct drafting {
	double ahead;		/* 1: it is */
	double turn_s[TURN_NR];
	double turn_err_s[TURN_NR];	/* one standard error */
};

struct stack {
	const char *name;	/* not owned */
	const char *arch;	/* whose laws; not owned */
	bool knows;		/* it is an architecture of the sheet */
	enum math math[FORMAT_NR];	/* MATH_NR: as they are stored, where
					   the GPU can */
	struct law law[ROLE_NR];	/* kernel NULL: none known */
	struct wire wire[WIRE_NR];
	struct law law_err[ROLE_NR];	/* one standard error of each term */
	struct wire wire_err[WIRE_NR];
	bool wired[WIRE_NR];	/* a law is known */
	enum exchange exchange[SCOPE_NR];
	double overhead;
	double overhead_err;	/* one standard error */
	double overhead_prefill;	/* a prompts' pass over its parts,
					   overhead and all */
	double overhead_prefill_err;
	double overhead_prefill_fp8;	/* of it, once more where experts are
					   fp8 */
	double overhead_prefill_fp8_err;
	double overhead_prefill_fused;	/* and where their exchange is fused */
	double overhead_prefill_fused_err;
	double prefill_times[FAMILY_NR];	/* and by a model's family */
	double prefill_times_err[FAMILY_NR];
	struct serve_facts serve;	/* how its engine is launched, */
	struct serve_facts serve_dsa;	/* with models of DSA's family, */
	struct serve_facts serve_v4;	/* and with V4's */
	double eager_s;		/* the host launches a layer's kernels, when
				   no CUDA graph does */
	double eager_err_s;
	double eager_fp4_s;	/* likewise where experts have 4 bits */
	double eager_fp4_err_s;
	double eager_kernels;	/* of such a layer, where it has no indexer */
	double eager_kernels_err;
	double eager_times[FAMILY_NR];	/* of either, by a model's family */
	double eager_times_err[FAMILY_NR];
	double launch;	/* of a kernel's t0, the share that is left
				   when it follows another on the stream */
	double launch_err;
	double dispatch_B;	/* bytes an element of a dispatched row: 1, 2 */
	double row_header_B;	/* of a dispatched message */
	double pack_share;	/* on-SM part of an exchange that overlap
				   cannot hide: reach of HBM of its copies */
	double pack_s;		/* and its fixed time, a kernel */
	double forward_s;	/* start-up of a copy's second stretch, inside
				   the node that it came to */
	double forward_sms;	/* share of the SMs that an exchange by node
				   both ways keeps while it lasts, */
	double rank_sms;	/* one of a copy a rank, */
	double gather_sms;	/* and NCCL's */
	double host_s;		/* engine time a step not hidden */
	double host_seq_s;	/* and per sequence on a rank */
	double host_err_s, host_seq_err_s;
	double launch_s;	/* host time a kernel, where a step is not one
				   CUDA graph: it hides behind the GPU's */
	double each_err;	/* relative, one standard error */
	double launch_tp;	/* share of it that is left where TP attention
				   is in one NVLink domain */
	double launch_tp_err;
	struct drafting drafting;
	double launch_norm;	/* how the two overlap: (gpu^p + host^p)^1/p */
	double band_before;	/* log standard error more, of a day before */
	const char *before;	/* the oldest dated row; NULL: it is not */
	double head_s;		/* sampling and what follows the LM head */
	double mem_share;	/* of HBM that the engine may fill */
	double buffer_B;	/* graphs, workspaces, NCCL: a GPU of one
				   attention group on one node */
	double buffer_dp_B;	/* and where there are several groups: what
				   a profile run gathers of them */
	double buffer_net_B;	/* and over nodes: NCCL, NVSHMEM */
	double buffer_err_B[3];	/* size: one standard error of each */
	double mem_share_err;
	struct paging paging;
	double exchange_tok;	/* tokens a rank that a low-latency exchange
				   allots its buffers for */
	double band[CLASS_NR];	/* log standard error of a step's time that
				   is left when the overhead is known */
	double prefill_tok;	/* tokens that a group puts through at once */
	double prefill_sms;	/* share of the SMs left to compute when an
				   exchange runs beside it */
	double streams_tok;	/* tokens of a pass up to which V4's attention
				   prepares on several streams */
	double streams_err;
	double shared_beside;	/* 1: shared experts run on a stream beside
				   the fused exchange */
	double shared_exchange;	/* 1: and beside an all-to-all, where one batch
				   runs alone */
	double group_fused;	/* 1: experts of one attention group are a fused
				   exchange too, */
	double group_own;	/* 1: to which each GPU brings a share of the
				   tokens, not all of them */
	double shared_gathered;	/* 1: where an all-gather carries the experts'
				   tokens, all GPUs split the shared expert and
				   compute every token's */
	double index_gemms;	/* of DSA's indexer: 2 where its key and its
				   heads' weights are one each */
	double index_streams;	/* and its elementwise kernels in decode, where
				   they are more than 1 */
	double kv_dsa_bf16;	/* 1: DSA's cache is bf16 unless told otherwise
				   where the tensor cores have no fp4 */
	double shared_whole;	/* 1: tensor parallelism does not cut it: every
				   GPU of a group computes all of it */
	struct padding padding;
	struct practice practice;
	struct bands beyond;
	struct bend own[CLASS_NR];	/* of the layers, once more: learned
					   from one's own steps */
	double ideal;		/* 1: perfect kernels, one by one */
};

/*
 * Fill from a sheet whose base has been merged in, with what this architecture
 * gets of it. arch must outlive the stack. 0, or -1 and the fault.
 */
int stack_take(struct stack *, struct facts *, const char *arch,
	       struct fault *);

/* The same of facts that made a stack before: their keys are not looked at
   again, nor are values that belong to other architectures. */
int stack_take_checked(struct stack *, struct facts *, const char *arch,
		       struct fault *);

/* The keys of an engine that a sheet may have; NULL after the last. */
const char *stack_key(int i);

const char *role_name(enum role);
const char *exchange_name(enum exchange);

/* The word behind band. and own.ARCH. of a class. */
const char *layout_class_name(enum layout_class);

#endif
