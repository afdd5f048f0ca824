/*
 * played: what clients of the best choices see, request by request: the load
 * that a claim states, against the engine of its stack.
 */
#ifndef LIMITS_PLAYED_H
#define LIMITS_PLAYED_H

#include "limits/ceiling.h"
#include "serve/tally.h"

enum played_how {
	PLAYED_CLOSED,	/* so many clients, each asks again when answered */
	PLAYED_WAVES,	/* all start together and are waited for */
	PLAYED_OPEN	/* they come by themselves, Poisson */
};

/* Equal bytes are played once: fill it from zeros. */
struct played_spec {
	const struct limits *limits;	/* not owned; whose choices */
	double clients;		/* CLOSED, WAVES */
	double rate;		/* OPEN: requests a second */
	double hit;		/* share of a prompt that a cache holds */
	int how;		/* enum played_how */
	int requests;		/* 0: as many as benchmarks send */
};

/*
 * One choice, with steps as predicted, and as no known software has them: 99 %.
 * Between the two the logarithms go together: the 80 % band is this share of
 * the way, to either side.
 */
struct played_way {
	char setting[112];	/* size: it, in words */
	int requests;
	double replicas;	/* each sees its part of the load, and so do
				   the tallies */
	struct serve_tally as_is, least;
	double share;		/* of the logarithms' way from the one to the
				   other, 0 to 1 */
};

enum { PLAYED_WAYS = 3 /* size: for a request, for all, for a prompt */ };

struct played_run {
	int ways;		/* 0: it could not be played */
	struct played_way way[PLAYED_WAYS];
};

void played_make(struct played_run *, const struct played_spec *);

#endif
