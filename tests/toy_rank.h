/*
 * toy_rank: one attention group by hand. Requests of a prompt and an output;
 * blocks of one token and no reuse unless a test says otherwise.
 */
#ifndef TESTS_TOY_RANK_H
#define TESTS_TOY_RANK_H

#include "serve/rank.h"

enum { MOST = 8 /* size: requests */ };

struct group {
	struct serve_request request[MOST];
	struct live live[MOST];
	uint64_t hash[MOST];
	struct serve_load load;
	struct serve_engine engine;
	struct rank rank;
};

/* An engine, to be changed before the group is opened. */
void begin(struct group *, double room_tok);
void open_rank(struct group *);

/* It comes and waits; its output takes a step a token. */
void come(struct group *, int32_t id, int32_t prompt, int32_t output);

/* A step with the prompts that are chosen. Returns how many these are. */
int prompt_step(struct group *);

/* Decode steps. Returns how many ended. */
int decode(struct group *, int steps);

#endif
