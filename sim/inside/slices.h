/*
 * slices: a played step as one sees it: which op kept which lane of which
 * rank, from when to when. It watches play and names what it sees as step
 * names its ops.
 */
#ifndef INSIDE_SLICES_H
#define INSIDE_SLICES_H

#include "play/play.h"

enum slice_kind {
	SLICE_OP,	/* a kernel, or an exchange's bytes through a port */
	SLICE_COPIES,	/* an exchange's copies on the SMs */
	SLICE_WAIT,	/* for other ranks' ports */
	SLICE_STARTUP,	/* of an exchange */
	SLICE_HOST	/* between steps */
};

struct slice {
	const char *op;		/* a constant; "" for copies and host */
	enum slice_kind kind;
	enum stage stage;
	int rank;
	int lane;		/* enum play_lane; LANE_NR: the host */
	int micro;
	int layer;		/* MoE layer, drafts after them; else -1 */
	ticks from, to;
};

struct slices {
	int ranks;		/* of the first so many, or as there are */
	struct slice *slice;	/* owned; of one rank and lane in order */
	int nr, cap;
	bool paired;		/* two micro-batches overlap */
	int moe_layers;
	ticks end;		/* of the step without the host */

	/* of the step being played */
	const struct step_spec *ask;	/* not owned */
	const struct step *step;
	const struct loads *loads;
	double *op_s;		/* [pairs][GRAPH_OPS]; owned */
	bool *known;		/* [pairs] op_s is filled; owned */
};

/* ranks: 0 for all of them. */
void slices_init(struct slices *, int ranks);
void slices_release(struct slices *);

/* What to hand to play. slices must outlive it. */
struct play_watch slices_watch(struct slices *);

/* After the step: adds the host's. Must be called once. */
void slices_end(struct slices *, double host_s);

#endif
