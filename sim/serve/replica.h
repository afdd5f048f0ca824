/*
 * replica: an engine: its inbox, its attention groups in lock step, and the
 * step that it plans and takes.
 *
 * A pipeline of n stages takes up to n at once, each of a slot with sequences
 * of its own (vLLM's step_with_batch_queue, SGLang's event_loop_pp and its
 * running_mbs, TensorRT-LLM's _executor_loop_pp). When the oldest has left the
 * last stage its slot is planned, and then those that have no step; they enter
 * the first stage in that order. Who comes in between is seen then, in the slot
 * that is planned first and has a place: slots need not be alike.
 */
#ifndef SERVE_REPLICA_H
#define SERVE_REPLICA_H

#include <assert.h>

#include "serve/rank.h"
#include "serve/run.h"
#include "play/lane.h"

/* Of an engine that an autoscaler calls (serve/scale); others are there. */
enum replica_is {
	REPLICA_THERE,
	REPLICA_STARTING,
	REPLICA_LEAVING,	/* answers what it has */
	REPLICA_AWAY
};

/* The price of a slot's decode steps like the last one, linear in KV. */
struct alike {
	struct serve_step step;
	double s, slope_s, known_tok;
};

struct replica {
	const struct serve_fleet *fleet;	/* not owned */
	int stages;
	struct rank *rank;	/* [stages x fleet->groups]; owned */
	int slot;		/* whose step is planned or has ended, */
	struct rank *at;		/* and its ranks */
	struct fifo flight;		/* slots whose steps run, in order */
	struct alike *alike;		/* [stages]; owned */
	ticks *free_at;			/* [stages + 1]; owned; the last is
					   the host's */
	struct fifo inbox;		/* sent, not yet seen */
	ticks tokenized;		/* when the tokenizer is free */
	struct lane nic;		/* KV that leaves */
	ticks started;			/* of the last step that began */
	bool hands_over;		/* a prefill pool's */
	bool beside;			/* of those whom a door refused */
	enum replica_is is;
	ticks ready;			/* of one that starts */
	int64_t steps, decode_steps;
	int64_t balanced_at;		/* decode step of the last go */
	int received_ago;	/* decode steps since the inbox was seen */
	int delayed, filled;		/* passes that prompts were held back */
	double widest;			/* prompts of a group in a pass */
	int outstanding;		/* sent here and not over */
	int running, waiting;		/* after planning */
	double kv_tok;
	int32_t *joined;		/* came with their KV, run now; owned */
	int joins, join_cap;
};

void replica_init(struct replica *, const struct serve_fleet *,
		  const struct rank_spec *);
void replica_release(struct replica *);

/* What was planned. */
struct replica_plan {
	double s;		/* of the step; 0: nothing to do */
	struct serve_parts parts;	/* of a pipeline's */
	bool prompts, eager;
	int preempted;
};

/* The slot whose step is planned next, or has ended. */
static inline void replica_turn(struct replica *r, int slot)
{
	assert(slot >= 0 && slot < r->stages);
	r->slot = slot;
	r->at = r->rank + slot * r->fleet->groups;
}

/* Seconds that a stage takes of what was planned; the last: the host. */
double replica_stage_s(const struct replica *, const struct replica_plan *,
		       int stage);

/*
 * Look at what was sent up to seen, and plan the slot's step that starts now.
 * What came with its KV runs from now on, and is listed in joined.
 */
void replica_plan(struct replica *, struct replica_plan *, ticks seen,
		  ticks now);

#endif
