/*
 * stream: random numbers of their own for each purpose of each step.
 *
 * xoshiro256++ (Blackman and Vigna 2021, prng.di.unimi.it) as a gsl_rng_type,
 * its state filled by splitmix64. Two purposes never share a stream, so that
 * drawing more for one changes nothing in another.
 */
#ifndef READ_STREAM_H
#define READ_STREAM_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

enum stream_use {
	STREAM_POPULARITY,	/* of experts */
	STREAM_DRIFT,		/* of what a balancer believes from what is */
	STREAM_HITS,		/* tokens on expert slots */
	STREAM_LENGTHS,		/* KV of sequences */
	STREAM_ARRIVALS,	/* of requests */
	STREAM_TOKENS,		/* of requests */
	STREAM_DRAFTS,		/* accepted or not */
	STREAM_NR
};

enum { STREAM_WORDS = 4 /* size: 64-bit words of xoshiro256's state */ };

struct stream {
	uint64_t state[STREAM_WORDS];
	gsl_rng rng;		/* points at state: do not copy a stream */
};

/* Seed it and return its generator, which needs no freeing. */
gsl_rng *stream_open(struct stream *, uint64_t seed, int step,
		     enum stream_use);

#endif
