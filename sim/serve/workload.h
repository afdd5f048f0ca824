/*
 * workload: who asks for what, and when. Made by read/ (drawn, or a trace as
 * it was published); serve/ plays it and draws nothing, so a run is a function
 * of what stands here.
 */
#ifndef SERVE_WORKLOAD_H
#define SERVE_WORKLOAD_H

#include <stddef.h>
#include <stdint.h>

/* A request. Tokens are counts of at least one. */
struct serve_request {
	double at_s;		/* arrival; of a turn that follows another,
				   from that one's end (think time) */
	int32_t prompt_tok;
	int32_t output_tok;
	int32_t steps;		/* engine steps that the output after the
				   first token takes: output_tok - 1, fewer
				   where drafts are accepted */
	int32_t after;		/* the turn whose end it waits for, a smaller
				   index, and no other follows that; -1: none */
	int32_t cached_tok;	/* of the prompt, found whatever the pool
				   holds (a pinned hit rate) */
	int32_t blocks;		/* of the prompt, in hash[first ...]; 0: none */
	int32_t tail;		/* blocks that the output adds, after those */
	size_t first;
};

enum serve_client {
	SERVE_OPEN,	/* they come when they come: at_s, ascending */
	SERVE_CLOSED,	/* so many clients, each asks again when answered */
	SERVE_WAVES	/* the same, but all wait for the slowest */
};

struct serve_load {
	struct serve_request *request;	/* owned */
	int nr;
	uint64_t *hash;		/* of prompt prefixes, by block; owned */
	size_t hashes;
	double hash_tok;	/* tokens of such a block */
	enum serve_client client;
	int clients;		/* SERVE_CLOSED, SERVE_WAVES */
};

void serve_load_release(struct serve_load *);

#endif
