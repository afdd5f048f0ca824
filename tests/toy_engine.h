/*
 * toy_engine: an engine of a few attention groups by hand, and what its
 * pricer was asked last.
 */
#ifndef TESTS_TOY_ENGINE_H
#define TESTS_TOY_ENGINE_H

#include "serve/replica.h"

enum { TOY_MOST = 12, TOY_GROUPS = 2 };	/* size: requests; groups */

struct toy_asked {
	struct serve_step last;
	int times;
};

struct toy_engine {
	struct serve_request request[TOY_MOST];
	struct live live[TOY_MOST];
	struct serve_load load;
	struct serve_engine is;
	struct serve_fleet fleet;
	struct toy_asked asked;
	struct replica r;
	struct replica_plan plan;
};

/* Its steps take a second each. Released by replica_release(&e->r). */
void toy_begin(struct toy_engine *, int groups);

/* A request of 100 tokens comes to the inbox. */
void toy_come(struct toy_engine *, int32_t id, int32_t prompt, ticks seen);

void toy_plan_step(struct toy_engine *, ticks seen);

/* What was planned is done: prompts are in, those that decode gain. */
void toy_finish(struct toy_engine *);

/* So many run in each group, of prompts of 10. */
void toy_let_run(struct toy_engine *, int first, int other);

/* Prompts in the step that is planned. */
int toy_taken(const struct toy_engine *);

#endif
