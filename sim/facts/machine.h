/*
 * machine: a GPU and the software that runs on it.
 */
#ifndef FACTS_MACHINE_H
#define FACTS_MACHINE_H

#include "facts/gpu.h"
#include "facts/stack.h"

struct machine {
	const struct gpu *gpu;		/* not owned */
	const struct stack *stack;	/* not owned */
	double own;	/* by what part layers take longer at this batch than
			   the stack's overhead says: its own.ARCH.CLASS */
};

#endif
