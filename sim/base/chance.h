/*
 * chance: random numbers of their own for each purpose of each step.
 *
 * xoshiro256++ (Blackman and Vigna 2021, prng.di.unimi.it), its state filled
 * by splitmix64. Two purposes never share a stream, so that drawing more for
 * one changes nothing in another. read/stream hands the same to GSL.
 */
#ifndef BASE_CHANCE_H
#define BASE_CHANCE_H

#include <stdint.h>

enum stream_use {
	STREAM_POPULARITY,	/* of experts */
	STREAM_DRIFT,		/* of what a balancer believes from what is */
	STREAM_HITS,		/* tokens on expert slots */
	STREAM_LENGTHS,		/* KV of sequences */
	STREAM_ARRIVALS,	/* of requests */
	STREAM_TOKENS,		/* of requests */
	STREAM_DRAFTS,		/* accepted or not */
	STREAM_LUCK,		/* of requests at a service */
	STREAM_NR
};

enum { CHANCE_WORDS = 4 /* size: 64-bit words of xoshiro256's state */ };

struct chance {
	uint64_t state[CHANCE_WORDS];
};

/* What a stream of this step and purpose is seeded with. */
uint64_t chance_seed(uint64_t seed, int step, enum stream_use);

void chance_fill(struct chance *, uint64_t seed);

/* The next 64 bits; in [0, 1); in 0 .. n - 1, n > 0; with this mean. */
uint64_t chance_next(struct chance *);
double chance_uniform(struct chance *);
uint64_t chance_below(struct chance *, uint64_t n);
double chance_exponential(struct chance *, double mean);

#endif
