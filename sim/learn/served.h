/*
 * served: a measured row whose GPUs took prompts as well, played as its
 * benchmark was: a closed loop of `concurrency` clients, each asking again
 * when answered, lengths uniform from 0.8 of isl and osl up to them
 * (InferenceX's bench_serving with range ratio 0.8; vllm bench serve likewise).
 * Its cell `serving` says otherwise, by the names of run's options.
 */
#ifndef LEARN_SERVED_H
#define LEARN_SERVED_H

#include "answer/sweep.h"

/* struct sweep_spec, serve. */
void served_row(struct swept *, const struct question *,
		const struct run_spec *);

/* What its users saw, without a band. The question is one of a served row
   that was answered. */
void served_play(struct seen *, const struct question *, uint64_t seed);

#endif
