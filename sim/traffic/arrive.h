/*
 * arrive: workloads that are drawn: when requests come, how long they are,
 * what turns of a session share.
 */
#ifndef TRAFFIC_ARRIVE_H
#define TRAFFIC_ARRIVE_H

#include <stdbool.h>

#include "base/fault.h"
#include "traffic/workload.h"

enum arrive_how {
	ARRIVE_CLOSED,		/* so many clients, no think time */
	ARRIVE_WAVES,		/* the same, all start together */
	ARRIVE_SEQUENTIAL,	/* one client */
	ARRIVE_OFFLINE,		/* all at once */
	ARRIVE_POISSON,
	ARRIVE_CONSTANT,
	ARRIVE_BURSTY,		/* gamma intervals, as vllm bench serve has
				   them: shape `burstiness`, below 1 burstier */
	ARRIVE_DAY,		/* Poisson whose rate follows a day: a cosine
				   with its peak half a day in */
	ARRIVE_NR
};

enum arrive_lengths {
	LENGTHS_UNIFORM,	/* spread x nominal to nominal, whole tokens;
				   a spread of 1: fixed */
	LENGTHS_LOGNORMAL	/* mean nominal, spread the standard deviation
				   of the logarithm */
};

struct arrive_spec {
	enum arrive_how how;
	int requests;
	int clients;		/* CLOSED, WAVES */
	double rate;		/* requests (or sessions) a second */
	double burstiness;	/* BURSTY: > 0 */
	double swing;		/* DAY: (peak - mean) / mean, 0 to 1 */
	double day_s;		/* DAY: its length */
	enum arrive_lengths lengths;
	double spread;		/* what it is, `lengths` says */
	double prompt_tok, output_tok;	/* nominal */
	double hit;		/* share of a prompt that is in a cache */
	int turns;		/* of a session, 1: none. A turn's prompt is
				   all that was said, and a new prompt */
	double think_s;		/* mean, exponential */
	double block_tok;	/* of prefix hashes; turns > 1, or same */
	bool same;		/* every request asks the same, as far as its
				   length goes; turns 1 */
	uint64_t seed;
};

/* out: initialised here, released by the caller. */
void arrive_draw(struct serve_load *out, const struct arrive_spec *);

/*
 * How many steps each request takes when `drafts` are drafted a step and a
 * step gains tokens_per_step on average: a draft is accepted with one
 * probability at every position, or with accept[position] where that is given.
 */
struct accept_spec {
	int drafts;
	double tokens_per_step;
	const double *accept;	/* [drafts], given those before; or NULL */
	uint64_t seed;
};

void arrive_steps(struct serve_load *, const struct accept_spec *);

/* A lognormal of mean 1 for each request, sd of its logarithm `spread`. */
void arrive_luck(struct serve_load *, double spread, uint64_t seed);

/* "poisson": its value, or -1. */
int arrive_how_of(const char *name);
extern const char *const arrive_names[ARRIVE_NR];

#endif
