/*
 * lane: something that serves one thing at a time, in the order of asking:
 * a GPU's stream of kernels, a GPU's NVLink port, a NIC.
 */
#ifndef PLAY_LANE_H
#define PLAY_LANE_H

#include <stdint.h>

#include "base/ticks.h"

/* A zeroed lane is idle and has done nothing. */
struct lane {
	ticks free_at;		/* when the last job taken will be done */
	ticks busy;		/* sum of all durations */
	double bytes;		/* sum of all bytes */
	int64_t jobs;
};

/*
 * Queue a job at `now` behind what the lane has taken before. Returns when it
 * is done: the later of now and free_at, plus its duration. bytes are only
 * counted; what they cost is in the duration.
 */
ticks lane_take(struct lane *, ticks now, ticks duration, double bytes);

#endif
