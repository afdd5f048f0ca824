/*
 * wire: what a collective takes on a machine: the laws of struct wire.
 */
#ifndef COST_WIRE_H
#define COST_WIRE_H

#include "cost/cost.h"

/* Of an exchange: its start, and a byte on each port. */
void wire_rates(const struct machine *, const struct op *, struct rates *);

/* c: all zero. The layer's overhead is not in it. */
void wire_cost(const struct machine *, const struct op *,
	       const struct rates *, struct cost *c);

#endif
