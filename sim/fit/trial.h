/*
 * trial: a measured kernel or collective as the program's own op, counted by
 * work/, so that what is fitted is what is run.
 *
 * A row of a table of trials: kernel,hw,op,time,unit and by op
 *
 *	gemm		format m n k
 *	bmm		format heads m n k: one GEMM a head
 *	stream		bytes read and written by an elementwise kernel
 *	mla		format heads batch kv_tok: decode, one token a sequence
 *	moe		format hidden inter slots rows [hot hot_rows]: both
 *			GEMMs of `slots` experts with `rows` rows each, and of
 *			`hot` more with hot_rows each
 *	allreduce	ranks bytes
 *	gather scatter	ranks bytes: of all ranks together
 *	dispatch combine ranks tokens hidden topk experts format exchange:
 *			tokens start on each rank and go where a uniform draw
 *			sends them; exchange is pair, rank, node_out or node
 *
 * kernel is the word after law. or wire. in a stack's sheet; several, parted
 * by a space, share a row. hw names a sheet. weight (1) counts a row more
 * often. Other columns are the reader's.
 */
#ifndef FIT_TRIAL_H
#define FIT_TRIAL_H

#include "base/table.h"
#include "library/shelf.h"
#include "work/op.h"

struct trial {
	const struct gpu *gpu;	/* the shelf's */
	int row;		/* of its table */
	struct op op;		/* MoE: load.padded is set by trial_pad */
	double s;		/* measured */
	double weight;
	double hot, hot_rows;	/* of a moe */
};

struct trial_spec {
	const struct table *table;
	struct shelf *shelf;
	const struct stack *stack;	/* format of a dispatched row */
	const struct model *model;	/* what the columns leave open */
};

/* Is a row about this kernel? */
bool trial_about(const struct table *, int row, const char *kernel);

/* 0; or -1 and a fault at the row's line. */
int trial_read(struct trial *, const struct trial_spec *, int row,
	       struct fault *);

/* A grouped GEMM rounds the rows of each expert up to a tile of pad. */
void trial_pad(struct trial *, double pad);

#endif
