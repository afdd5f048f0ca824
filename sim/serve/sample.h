/*
 * sample: what a run keeps while it goes on: integrals over time, the state
 * every so many steps, the gaps between tokens.
 */
#ifndef SERVE_SAMPLE_H
#define SERVE_SAMPLE_H

#include "serve/run.h"

/* A request came to an engine (1) or was over there (-1). */
void sampler_present(struct serve_log *, ticks now, int by);

/* A replica planned a step: what changed in it. */
struct sampler_delta {
	int running, waiting;
	double kv_tok;
};

void sampler_change(struct serve_log *, ticks now,
		    const struct sampler_delta *);

/* Of the fleet one more is paid for (1), or one less (-1). */
void sampler_replicas(struct serve_log *, ticks now, int by);

void sampler_gap(struct serve_log *, double s, double seqs);

void sampler_end(struct serve_log *, ticks now);

#endif
