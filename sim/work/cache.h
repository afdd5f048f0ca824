/*
 * cache: what a sequence holds of an engine's KV cache, by how the engine lays
 * it out: in pages, and what it keeps of windows and of compressors' state.
 */
#ifndef WORK_CACHE_H
#define WORK_CACHE_H

#include "work/layout.h"

/* Some layers keep less than an entry a token: windows and state beside it. */
bool cache_compresses(const struct deployment *);

/* Bytes on a GPU of one sequence of so many tokens; an MTP layer's too. */
double cache_seq_B(const struct deployment *, double ctx_tok);

/* Of it, what has a pool beside that whose tokens an engine says it has. */
double cache_request_B(const struct deployment *);

/* What no layout does without: its entries, keys and windows alone. */
double cache_least_B(const struct deployment *, double ctx_tok);

/* Of one token more, far from any window: the rest is a sequence's, whatever
   its length. */
double cache_token_B(const struct deployment *);

/*
 * Beside that, of a token of a prompt while its step runs: windows and state
 * of all of them are there before those are freed that nobody meets again.
 */
double cache_flight_B(const struct deployment *);

#endif
