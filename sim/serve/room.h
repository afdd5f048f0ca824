/*
 * room: places and KV of a group, and who finds some. Of rank's own files
 * alone.
 */
#ifndef SERVE_ROOM_H
#define SERVE_ROOM_H

#include "serve/rank.h"

static inline int rank_all_running(const struct rank *k)
{
	return k->running + k->others.running;
}

/* Let in: also those whose prompt is in a pass, or is cut. */
static inline int rank_all_inside(const struct rank *k)
{
	return rank_all_running(k) + k->others.prompts +
	       (k->first->part >= 0);
}

/* What the next steps of all add to what is held. */
static inline double rank_all_gain_tok(const struct rank *k)
{
	return k->gain_tok + k->others.gain_tok;
}

/* Of all that an admitted request will ever hold. */
double rank_whole_tok(const struct rank *, int32_t id);

/* One more may run here, and in all. */
bool rank_has_place(const struct rank *);

/*
 * There is room for its KV, beside newcomers_tok of who comes with it;
 * held_already_tok of what it needs are.
 */
bool rank_has_room(const struct rank *, int32_t id, double newcomers_tok,
		   double held_already_tok);

#endif
