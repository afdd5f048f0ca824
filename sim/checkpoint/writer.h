/*
 * writer: what each writer of quantised checkpoints says in its block, as a
 * plan of formats.
 */
#ifndef CHECKPOINT_WRITER_H
#define CHECKPOINT_WRITER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/fault.h"
#include "checkpoint/plan.h"

/* One block that says formats: where it stands, and what it leaves alone. */
struct block {
	const json_t *json;
	struct plan *plan;
	struct fault *why;
	bool drops_mtp;		/* its writer does */
	bool may_drop;		/* it does, unless its list says otherwise */
};

/*
 * By its quant_method, into the plan. 0, or -1 and a fault: a method, a key or
 * a format that is not counted.
 */
int writer_read(struct block *);

#endif
