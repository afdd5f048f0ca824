#include "cost/cost.h"

#include <stddef.h>

static const char *wire_missing(const struct machine *m, enum wire_kind k,
				const char *name)
{
	return m->stack->wired[k] ? NULL : name;
}

const char *machine_lacks(const struct machine *m, const struct op *op)
{
	switch (op->kind) {
	case OP_KERNEL:
		return machine_law(m, op->role)->kernel ? NULL :
			role_name(op->role);
	case OP_ALLREDUCE:
	case OP_HALVES:
	case OP_HALF:
		return wire_missing(m, WIRE_ALLREDUCE, "all-reduce");
	case OP_SEND:
	case OP_GATHER:
		return wire_missing(m, WIRE_GATHER, "all-gather");
	case OP_SCATTER:
		return wire_missing(m, WIRE_SCATTER, "reduce-scatter");
	case OP_DISPATCH:
	case OP_COMBINE:
		return wire_missing(m, cost_wire(m, op), "expert exchange");
	case OP_MEETING:
	case OP_FIXED:
		break;
	}
	return NULL;
}
