/*
 * pool: the KV blocks of prompt prefixes, found by hash: held by running
 * requests, kept for reuse, and below that in the host's memory.
 *
 * A hash names a block and all before it, so a prompt's hits are the leading
 * blocks of it that are there. A block that somebody runs on is not evicted;
 * of the others the longest unused goes first, to the host if that has room
 * to give. Room is the caller's to share out.
 */
#ifndef SERVE_POOL_H
#define SERVE_POOL_H

#include <stdint.h>

enum { POOL_HOME, POOL_HOST, POOL_TIERS };	/* HBM; the host's memory */

struct pool_block {
	uint64_t hash;
	float tok;
	int32_t held;		/* requests that run on it */
	int32_t tier;		/* POOL_HOME or POOL_HOST */
	int32_t next, prev;	/* in order of last use; -1: end */
	int32_t chain;		/* next of the same bucket, or free; -1: end */
};

struct pool {
	struct pool_block *block;	/* owned */
	int nr, cap;
	int32_t *bucket;		/* owned; first of each chain, or -1 */
	int buckets, bits;		/* 2^bits of them, or none */
	int32_t spare;			/* first free block; -1: none */
	int32_t oldest[POOL_TIERS], newest[POOL_TIERS];	/* held by nobody */
	double kept_tok[POOL_TIERS];	/* held by nobody */
	double held_tok;		/* held by somebody, each once */
	double host_room_tok;
};

void pool_init(struct pool *, double host_room_tok);
void pool_release(struct pool *);

/* What is there of a prompt's blocks, leading ones alone. */
struct pool_match {
	int blocks;
	double tok;		/* in them */
	double held_tok;	/* of that, held already: takes no new room */
	double host_tok;	/* of that, on the host: to be brought back */
};

struct pool_match pool_match(const struct pool *, const uint64_t *hash,
			     int blocks);

/*
 * A request runs on these blocks: those that are missing appear. last_tok:
 * tokens of the last of them, each other one has tok.
 */
struct pool_list {
	const uint64_t *hash;
	int blocks;
	double tok, last_tok;
};

void pool_hold(struct pool *, const struct pool_list *);

/* And no longer does; they stay for reuse, the last of them to go first. */
void pool_drop(struct pool *, const struct pool_list *);

/* Evict until no more than room_tok are kept in HBM for reuse. */
void pool_shrink(struct pool *, double room_tok);

#endif
