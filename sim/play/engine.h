/*
 * engine: alarms, rung in order of time.
 *
 * An alarm is a time and whom it wakes: an index that means something to the
 * caller, who knows what that one was waiting for. The engine knows no FLOP,
 * no byte and no transformer. Alarms for the same tick ring in the order in
 * which they were set, on every machine. An alarm cannot be taken back: a
 * caller that no longer waits lets it ring and does nothing.
 */
#ifndef PLAY_ENGINE_H
#define PLAY_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ticks.h"

/* An alarm as one number: when, then the order of setting, then whom. */
typedef unsigned __int128 engine_key;

struct engine {
	ticks now;		/* when the last alarm rang; 0 at first */
	int64_t events;		/* alarms rung so far */
	uint64_t set;		/* place in the order of setting */
	unsigned end;		/* one past the last slot in use */
	unsigned cap;		/* slots */
	engine_key *slot;	/* the heap, on a cache line; in block */
	void *block;		/* owned */
};

/* pending_hint: alarms to make room for; more may be set all the same. */
void engine_init(struct engine *, int pending_hint);
void engine_release(struct engine *);

/*
 * Ring for whom at `when`, which must not be before now. Allocates only when
 * more alarms are pending than ever before.
 */
void engine_set(struct engine *, ticks when, int32_t whom);

/*
 * Advance to the next alarm and say whom it wakes. False when none is
 * pending; then *whom and the time stay as they are.
 */
bool engine_next(struct engine *, int32_t *whom);

/* Alarms are set that have not rung. */
bool engine_pending(const struct engine *);

ticks engine_now(const struct engine *);
int64_t engine_events(const struct engine *);

#endif
