/*
 * client: who sends the next request when. A benchmark's clients, a trace's
 * clock, the turns of a session.
 */
#ifndef TRAFFIC_CLIENT_H
#define TRAFFIC_CLIENT_H

#include <stdbool.h>

#include "base/ticks.h"
#include "traffic/workload.h"

struct client {
	const struct serve_load *load;	/* not owned */
	int32_t *follower;	/* [load->nr] the turn after it, or -1; owned */
	int next;		/* first that was not sent and follows nobody */
	int in_wave;		/* sent, not answered, of clients that wait */
	int left;		/* of a wave still to send */
	bool wave_begins;	/* client_wave has some to give, */
	ticks wave_at;		/* then */
};

void client_init(struct client *, const struct serve_load *);
void client_release(struct client *);

/* SERVE_OPEN: the next by the clock, or -1. Else -1. */
int32_t client_next_open(struct client *);

/*
 * The next of a burst: all clients at the start, those of a wave that begins.
 * False when it is complete.
 */
bool client_wave(struct client *, int32_t *id);

/* A request, and when it is sent. */
struct sending {
	int32_t id;
	ticks at;
};

/* A request was answered at `at`: what its client sends next. False: nothing,
   or nothing before a wave begins. */
bool client_answered(struct client *, int32_t id, ticks at,
		     struct sending *next);

#endif
