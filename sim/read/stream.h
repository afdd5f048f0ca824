/*
 * stream: base/chance as a gsl_rng, for what GSL draws.
 */
#ifndef READ_STREAM_H
#define READ_STREAM_H

#include <gsl/gsl_rng.h>

#include "base/chance.h"

struct stream {
	struct chance chance;
	gsl_rng rng;		/* points at chance: do not copy a stream */
};

/* Seed it and return its generator, which needs no freeing. */
gsl_rng *stream_open(struct stream *, uint64_t seed, int step,
		     enum stream_use);

/* A generator that goes on where c stands; c is not owned. */
gsl_rng stream_of(struct chance *c);

#endif
