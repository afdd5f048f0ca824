/*
 * door: what a request passes before it is at an engine's: a token bucket,
 * then a limit on how many are inside, each with a line of its own.
 */
#ifndef SERVE_DOOR_H
#define SERVE_DOOR_H

#include <stdbool.h>

#include "base/ticks.h"
#include "serve/queue.h"
#include "traffic/workload.h"

struct door {
	const struct serve_door *is;	/* not owned */
	const struct serve_load *load;	/* likewise */
	struct fifo quota, line;	/* who waits for tokens; to come in */
	double tok;			/* in the bucket, */
	ticks at;			/* then */
	int inside;
};

void door_init(struct door *, const struct serve_load *,
	       const struct serve_door *);
void door_release(struct door *);

/* Somebody comes. False: it is refused. */
bool door_knock(struct door *, int32_t id, ticks now);

/* The next that may go in, now. False: nobody. */
bool door_open(struct door *, int32_t *id, ticks now);

/* Somebody left. */
void door_leave(struct door *);

/*
 * Seconds until the first of the quota's line has its tokens, asked after
 * door_open of that time. False: none waits.
 */
bool door_opens(const struct door *, ticks now, double *s);

#endif
