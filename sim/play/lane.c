#include "play/lane.h"

#include <assert.h>

ticks lane_take(struct lane *lane, ticks now, ticks duration, double bytes)
{
	ticks start = now > lane->free_at ? now : lane->free_at;

	assert(now >= 0 && duration >= 0 && bytes >= 0);
	lane->free_at = start + duration;
	lane->busy += duration;
	lane->bytes += bytes;
	lane->jobs++;
	return lane->free_at;
}
