/*
 * play: a run while it goes on, and what its parts tell each other. Of run's
 * own files alone.
 */
#ifndef SERVE_PLAY_H
#define SERVE_PLAY_H

#include "base/units.h"
#include "traffic/client.h"
#include "serve/door.h"
#include "serve/replica.h"
#include "serve/route.h"
#include "serve/scale.h"
#include "play/engine.h"

#define LONGEST (90 * DAY_S)	/* units: 90 days, that a run may last */

/* Where a request comes in: a door, and the engines behind it. */
struct gate {
	struct door door;
	bool rings;		/* its alarm is set */
	int first, nr;		/* replicas */
};

enum { GATE_OWN, GATE_BESIDE, GATES };

/*
 * Whom an alarm wakes: a replica whose step ends, one that may have something
 * to do, one that is started, a request that is sent, one whose KV has
 * arrived, a door's quota, the autoscaler.
 */
struct run {
	const struct serve_spec *spec;
	struct serve_log *log;
	struct engine engine;
	struct client client;
	struct gate gate[GATES];
	struct scaler scaler;
	int connected;			/* clients that are */
	struct live *live;		/* [load->nr] */
	struct replica *replica;	/* decode, the prefill pool, beside */
	int replicas, decoders;
	struct router router;
	struct fifo unsent;		/* prompts that are read, whose KV waits
					   for a place where it goes, */
	int coming;			/* and those whose KV is on its way */
	int32_t *done;			/* ended in a step */
	int done_cap;
};

static inline int wake_of(const struct run *u, int replica)
{
	return u->replicas + replica;
}

static inline int ready_of(const struct run *u, int replica)
{
	return 2 * u->replicas + replica;
}

static inline int send_of(const struct run *u, int32_t id)
{
	return ready_of(u, u->replicas) + id;
}

static inline int land_of(const struct run *u, int32_t id)
{
	return send_of(u, u->log->nr) + id;
}

static inline int gate_of(const struct run *u, int gate)
{
	return land_of(u, u->log->nr) + gate;
}

static inline int look_of(const struct run *u)
{
	return gate_of(u, GATES);
}

static inline const struct serve_request *asked(const struct run *u,
						int32_t id)
{
	return &u->spec->load->request[id];
}

/* Plan what starts now; what arrives up to seen is known. */
void steps_plan(struct run *, struct replica *, ticks seen, ticks now);

/* The host that has planned them looks again for slots that have no step. */
void steps_look(struct run *, struct replica *, ticks now);

/* The step that a replica takes ends, and the next begins. */
void steps_end(struct run *, struct replica *, ticks now);

/* Of what begins then and lasts s: whom it wakes. Nobody, and the run is cut,
   where that is beyond LONGEST. */
void run_wake(struct run *, ticks begins, double s, int whom);

/* What ends in a step, told to the run. */
void run_hand_over(struct run *, struct replica *, int32_t id, ticks now);
void run_first_token(struct run *, const struct replica *, int32_t id,
		     ticks now);
void run_finish(struct run *, struct replica *, int32_t id, ticks now);

/* The autoscaler looks; an engine that it called has started. */
void fleet_look(struct run *, ticks now);
void fleet_ready(struct run *, struct replica *, ticks now);
/* One that nothing is sent to any more has answered. */
void fleet_answered(struct run *, struct replica *, ticks now);

#endif
