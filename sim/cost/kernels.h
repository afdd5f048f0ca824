/*
 * kernels: what all kernels of a step take, together. A lane is a kernel, and
 * each term of the laws a column of numbers over the lanes; those whose laws
 * join their terms alike (cost/norm) stand side by side, so that another batch
 * is a few loops without a branch in them.
 *
 * Most kernels do rows times a constant: kernels_rows gives those their rows.
 * Of core attention and experts, whose context or load is another each time,
 * a caller puts what there is to do into the lane, and into spare ones beside
 * it that of the busiest rank. What is no such kernel (an exchange, a kernel
 * that sends or runs beside another) has a lane for the seconds that a caller
 * finds by itself (cost_at).
 *
 * To the bit what cost_at says of each op.
 */
#ifndef COST_KERNELS_H
#define COST_KERNELS_H

#include "cost/cost.h"
#include "cost/norm.h"
#include "cost/todo.h"
#include "work/graph.h"

enum {
	KERNEL_LANES = GRAPH_OPS + 64,	/* size: ops, spares, gaps */
	KERNEL_SPARES = 2		/* size: most of one op */
};

enum lane_kind {
	LANE_ROWS,	/* rows times a constant */
	LANE_CONTEXT,	/* put; a spare, where KV is longer */
	LANE_LOAD,	/* put; two, of wide and of many rows */
	LANE_ALONE	/* its seconds alone */
};

/* Rows that several lanes have, as many in whole tiles. */
struct lane_rows {
	enum whose whose;
	enum row_kind rows;
	double m, pad;		/* of each row; of a tile */
	double nr, tiled;
};

struct kernels {
	int from[NORM_NR + 1];	/* lanes of a norm; then those alone, */
	int end;		/* up to here */
	int lane[GRAPH_OPS];	/* of each op; its spares follow */
	enum lane_kind kind[GRAPH_OPS];
	int sorts;
	struct lane_rows sort[GRAPH_OPS];
	double overhead;	/* that is in lift */
	/* of lanes: what no batch changes (but for nr and tiled), */
	int rows[KERNEL_LANES];	/* its sort */
	double weight_B[KERNEL_LANES], fixed_B[KERNEL_LANES];
	double row_B[KERNEL_LANES], row_flop[KERNEL_LANES];
	double B_s[KERNEL_LANES], flop1_s[KERNEL_LANES];
	double nr[KERNEL_LANES], tiled[KERNEL_LANES];	/* of its sort */
	double p[KERNEL_LANES];
	double count[KERNEL_LANES];
	bool bare[KERNEL_LANES];	/* no overhead */
	/* the terms of a launch, */
	double hbm_s[KERNEL_LANES], flop_s[KERNEL_LANES];
	double serial_s[KERNEL_LANES], fixed_s[KERNEL_LANES];
	double raised[KERNEL_LANES];	/* serial_s to its norm's power */
	/* and what they come to: */
	double roofs_s[KERNEL_LANES];	/* the first three */
	double lift[KERNEL_LANES];	/* overhead, or 1 */
	double s[KERNEL_LANES];		/* of a pass */
};

/* The lanes of a graph that was built, and of each op's rates. */
void kernels_make(struct kernels *, const struct graph *,
		  const struct rates *);

/* Rows of the lanes of LANE_ROWS, as the graph has them. */
void kernels_rows(struct kernels *, const struct graph *);

/* What a kernel has to do, into one of its lanes: 0, or a spare. */
void kernels_put(struct kernels *, int lane, const struct costed *,
		 const struct todo *);

/* The seconds of all lanes but of those alone; and, where all else is as it
   was timed, of one. */
void kernels_time(struct kernels *, double overhead);
void kernels_time_lane(struct kernels *, int lane);

/* A kernel's cost in full, of a lane that is not alone. */
void kernels_cost(const struct kernels *, int lane, struct cost *);

#endif
