/*
 * program: a step as the list of phases that every rank runs.
 */
#ifndef PLAY_PROGRAM_H
#define PLAY_PROGRAM_H

#include "work/graph.h"

enum { PHASE_ITEMS = 8 /* size: pieces of compute in a phase */ };

/* The kernels of one stage of one part, for one micro-batch. */
struct item {
	int part;
	enum stage stage;
	int micro;
	int layer;	/* MoE layer, drafts after them; else -1 */
};

struct phase {
	struct item item[PHASE_ITEMS];
	int items;
	int wire;	/* the graph's op, or -1 */
	int micro;	/* whose exchange it is */
	int layer;	/* MoE layer whose loads it carries, or -1 */
	bool beside;	/* the wire starts with the compute, not after it */
};

struct program {
	struct phase *phase;	/* owned */
	int nr, cap;
};

/* paired: MoE layers run as the two-batch timeline of time/step.h. */
void program_make(struct program *, const struct graph *, bool paired);
void program_release(struct program *);

#endif
