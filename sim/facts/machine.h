/*
 * machine: a GPU and the software that runs on it.
 */
#ifndef FACTS_MACHINE_H
#define FACTS_MACHINE_H

#include "facts/gpu.h"
#include "facts/stack.h"

/* Whose prompts these GPUs read: KV that comes from others slows a step. */
enum serves {
	SERVES_DECODE,		/* none: the stack's overhead, */
	SERVES_ALL,		/* their own: its serve.overhead, */
	SERVES_ALL_DSA,		/* serve_dsa.overhead, */
	SERVES_ALL_V4		/* serve_v4.overhead; 0 there: overhead too */
};

struct machine {
	const struct gpu *gpu;		/* not owned */
	const struct stack *stack;	/* not owned */
	double own;	/* by what part layers take longer at this batch than
			   that overhead says: the stack's own.ARCH.CLASS */
	enum serves serves;
};

#endif
