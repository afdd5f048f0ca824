/*
 * route: which of some engines a request goes to.
 */
#ifndef SERVE_ROUTE_H
#define SERVE_ROUTE_H

#include "serve/replica.h"

struct router {
	enum serve_route how;
	int turn;			/* of round robin */
	const struct serve_load *load;	/* not owned */
};

/* One of nr replicas, by its place among them; at least one is there. */
int router_pick(struct router *, const struct replica *, int nr, int32_t id);

#endif
