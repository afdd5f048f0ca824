/*
 * workload: who asks for what, and when. Drawn by traffic/arrive, or
 * read from a trace as it was published; playing it draws nothing, so a run is
 * a function of what stands here.
 */
#ifndef TRAFFIC_WORKLOAD_H
#define TRAFFIC_WORKLOAD_H

#include <stdbool.h>
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
	float luck;		/* factor on the door's wait for it; 0: none
				   was drawn, 1 */
	int32_t tail;		/* blocks that the output adds, after those */
	size_t first;
};

enum serve_client {
	SERVE_OPEN,	/* they come when they come: at_s, ascending */
	SERVE_CLOSED,	/* so many clients, each asks again when answered */
	SERVE_WAVES	/* the same, but all wait for the slowest */
};

/*
 * How the client of a benchmark reads what it gets. Zeroed: every request is
 * sent and counted, in the tokens that the server says it gave.
 *
 * Scripts that write their own loop are seldom so: they stop by the clock but
 * divide by its nominal length, count the pieces of a stream as tokens, and
 * divide a request's n tokens' time by n although n - 1 gaps lie in it.
 */
struct serve_reading {
	double stop_s;		/* nothing is begun from then on, what runs
				   goes on to its end; 0: all is sent */
	double warm_s;		/* what was sent before is not counted */
	bool by_n;		/* TPOT is over n, not n - 1 */
	bool chunks;		/* n counts pieces, one an engine step, */
	int more_chunks;	/* and these (a role, an end) */
};

/*
 * What stands before the engines: a quota (a token bucket), a limit on how
 * many are inside (a semaphore, a pool of threads, a client's connections),
 * the first connection. Zeroed: nothing does.
 */
struct serve_door {
	double bucket_tok;	/* full at the start; 0: no quota */
	double refill_tok_s;
	double charge_tok;	/* of a request; 0: its own output */
	bool waits;		/* who finds too little waits, first come first
				   served; else is refused (HTTP 429) */
	int at_once;		/* inside; who comes then waits. 0: no limit */
	double connect_s;	/* of a client's first request */
	/* what nothing is known of but this: the wait for the first token */
	double (*wait_s)(const void *of, int inside);	/* NULL: none */
	const void *of;		/* not owned */
	double luck_sd, drawn_sd;	/* sd of the logarithm of luck here,
				   and where it was drawn; 0: the same */
};

struct serve_load {
	struct serve_request *request;	/* owned */
	int nr;
	uint64_t *hash;		/* of prompt prefixes, by block; owned */
	size_t hashes;
	double hash_tok;	/* tokens of such a block */
	enum serve_client client;
	int clients;		/* SERVE_CLOSED, SERVE_WAVES */
	struct serve_reading reading;
	struct serve_door door;
};

void serve_load_release(struct serve_load *);

#endif
