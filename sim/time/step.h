/*
 * step: the time of one decode step in closed form: the laws summed over the
 * graph, imbalance as an expectation, nothing drawn.
 *
 * Two micro-batches overlap as DeepSeek's timeline has it (profile-data,
 * decode.jpg), stages in lock step:
 *
 *	SHARED(0) ATTN0(1) | EXPERTS(0) | ATTN1(1) | SHARED(1) ATTN0(0) | ...
 *	DISPATCH(0)                       COMBINE(0)  DISPATCH(1)
 *
 * A stage ends when its kernels and the exchange beside it have ended. What
 * an exchange does on the SMs (pack_s) is not hidden. The time by which a
 * rank's experts are late is hidden in part: see time/paired.c.
 */
#ifndef TIME_STEP_H
#define TIME_STEP_H

#include "cost/cost.h"
#include "cost/kernels.h"
#include "time/spreads.h"
#include "work/graph.h"

struct step_spec {
	const struct deployment *on;	/* not owned */
	const struct skew *skew;
	struct spreads *spreads;	/* kept for this thread; or NULL */
	struct batch batch;
	double ctx_cv;		/* of the KV length between sequences */
	bool two_batch;
};

/* How the main layers' tokens fall on ranks, and a draft's fewer. */
struct loads_fall {
	struct spread main;
	struct spread draft;
};

/* Stage times of a layer, the busiest rank's. */
struct stage_times {
	double s[STAGE_NR];
	double send_pack_s;	/* of s: pack_s of the exchanges, */
	double back_pack_s;
	double late_first;	/* of s, that rank's alone: in ATTN0, */
	double late_second;	/* in ATTN1, */
	double late_send;	/* at the dispatch, */
	double late_experts;	/* and, but in every layer, the experts; */
	double always;		/* of those, late in every layer */
	double sure;		/* of the dispatch, what a rank that is late
				   knows to come */
	double sd;		/* by which share of themselves layers differ
				   in those; and by what in that */
	double send_sd;		/* dispatch */
	double back_sd;		/* and in the combine */
	double stays;		/* of what is late in every layer, what is one
				   rank's */
	const double *z;	/* [LARGEST_PARTS] see struct largest_share */
	double apart;		/* 1: two that are late are others, 0: they
				   vary as one (late_either) */
	double both;		/* of late attention, what of it is so over
				   both micro-batches together */
	double common;		/* share of late experts in both halves */
	double bound;		/* late experts, squared, over those of a
				   normal a rank of their variance */
	double a;		/* expected largest of a normal a rank */
};

/* What ops of kernels_rows bring to a step's totals for each of some rows. */
struct row_totals {
	enum whose whose;
	enum row_kind rows;
	enum math math;
	double B;			/* of HBM */
	double flop;			/* of each useful one */
};

enum listed {		/* what is there op by op of what was timed last */
	LISTED_NONE,
	LISTED_BUT_CONTEXT,	/* all that no context changes */
	LISTED_ALL
};

struct step {
	struct graph graph;
	struct rates rates[GRAPH_OPS];	/* of each op */
	enum stage stage[GRAPH_OPS];
	double launches[GRAPH_OPS];	/* in all passes */
	double all_launches;		/* of all ops */
	double passes[GRAPH_OPS];	/* step_passes; of them, */
	double in_turn[GRAPH_OPS];	/* those in blocks without overlap */
	int turns, turn[GRAPH_OPS];	/* ops of those; of them, wires */
	int sends, send[GRAPH_OPS];
	bool paired[GRAPH_BLOCKS];	/* the others */
	int meets;			/* blocks of those before that
					   dispatch */
	int meet[GRAPH_BLOCKS];
	double met[GRAPH_BLOCKS];	/* of those, what the late group and
					   the fullest port cost together over
					   one by one */
	bool two_batch;			/* what that is of */
	struct kernels kernels;
	int first_draft;		/* op of a draft; or all of them */
	int apart;			/* ops that are not of LANE_ROWS: */
	int apart_op[GRAPH_OPS];
	double still_B;			/* of HBM, of those that are, */
	int row_totals;			/* whatever rows; and of rows: */
	struct row_totals row_total[GRAPH_OPS];
	double groups_a;		/* late_groups_a */
	double far, far_both;		/* late_far of ctx_cv */
	double ctx_cv;
	struct batch batch;		/* that it was timed of last; its
					   lengths may be gone, */
	bool spread;			/* but there were some */
	double busiest;			/* the imbalance of that, */
	double common;			/* and what is common to a layer's two
					   micro-batches */
	double chance;			/* of late experts, what is not so in
					   every layer */
	double busiest_sd;		/* by which layers differ in busiest, */
	double z[LARGEST_PARTS];	/* and how; */
	double late_sd;			/* as a share of what is late; */
	double stays, apart_late;	/* see struct stage_times */
	double ranks_a;			/* largest of a normal a rank */
	double bound, rows_bound, tiles_stay;	/* see struct spread */
	double late_s[GRAPH_OPS];	/* what the busiest rank adds to the
					   mean one's op, in a pass */
	double late_sd_s[GRAPH_OPS];	/* and by what layers differ in that:
					   experts and exchanges */
	enum listed listed;		/* step_list: with counts in graph, */
	struct cost cost[GRAPH_OPS];	/* a pass of each op, mean rank, */
	double weight[GRAPH_OPS];	/* by how much a second more of that
					   makes the step longer: its passes,
					   but for what overlap hides */
	double stage_w[GRAPH_BLOCKS][STAGE_NR];	/* the same of the stages of
						   a block */
	double s;			/* the step */
	double host_s;			/* of it */
	double launch_s;		/* of host_s: kernels launched one by
					   one, beyond what the GPU hides */
	double launch_log_sd;		/* what its error makes of the step's */
	double bubble_s;		/* of it: stages of a pipeline that have
					   to wait for the fullest */
	double exposed_s;		/* collectives that nothing hides */
	double hidden_s;		/* what is late of kernels, and nobody
					   waits for */
	double bound_s[BOUND_NR];	/* of it, by what was waited for */
	double imbalance;		/* busiest rank's rows over the mean */
	/* of one GPU, in one step */
	double flop;
	double peak_s;			/* useful FLOPs at the peak of each */
	double hbm_B;
	double nvlink_B, rdma_B;
	double nvlink_s, rdma_s;	/* its ports, busy */
	double tensor_s;		/* its tensor cores, padding included */
	bool whole;			/* all of this is there (step_clock) */
};

/*
 * A step's room: 130 kB, more than a small stack has. Not cleared; free().
 */
struct step *step_room(void);

void step_fall(const struct step_spec *, struct loads_fall *);

/* Time a step. Rates and laws must be there (machine_lacks). */
void step_time(struct step *, const struct step_spec *);

/*
 * The same of a step that was timed of the same deployment and skew, whose
 * descriptors have not changed since, with as many micro-batches and drafts
 * and the same overlap: another batch, another context (ctx_tok, ctx_cv,
 * lengths), or what such a batch makes of machine.own. To the bit what
 * step_time says, and sooner: what neither changes is kept. But for what
 * step_list adds: op by op, the counts of graph, the costs and weights.
 */
void step_retime(struct step *, const struct step_spec *);
void step_list(struct step *);

/*
 * Both in two, for who wants the time of several and the rest of one: s and
 * late_s are there, and step_finish, asked the same, adds the sums.
 */
void step_clock(struct step *, const struct step_spec *);
void step_reclock(struct step *, const struct step_spec *);
void step_finish(struct step *, const struct step_spec *);

/*
 * Count alone: the graph of this batch with its mean loads. What else st
 * holds is left alone.
 */
void step_count(struct step *, const struct step_spec *);

/*
 * Time what step_count counted; what a caller has struck from the graph in
 * between, from its ops and from what each row brings (graph.row), takes no
 * time. step_time is the one after the other.
 */
void step_sum(struct step *, const struct step_spec *);

/* Batches that a mean GPU of a pipeline sees in a round, whole layers all. */
double step_turns(const struct step_spec *);

/* Passes of an op in a step: layers x micro-batches of its blocks. */
double step_passes(const struct graph *, int op);

/*
 * Seconds that a perfect machine needs: the largest of HBM bytes, FLOPs and
 * wire bytes at their peaks, everything overlapped, one batch, even loads.
 * which: the roof that decides. room is overwritten.
 */
double step_floor_s(const struct step_spec *, struct graph *room,
		    enum bound *which);

/* The same of a step that was timed, and of a counted graph, both of one
   micro-batch. */
double step_light_s(const struct step *, const struct gpu *,
		    enum bound *which);
double graph_floor_s(const struct graph *, const struct gpu *,
		     enum bound *which);

#endif
