/*
 * replica: an engine: its inbox, its attention groups in lock step, and the
 * step that it plans and takes.
 */
#ifndef SERVE_REPLICA_H
#define SERVE_REPLICA_H

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

struct replica {
	const struct serve_fleet *fleet;	/* not owned */
	struct rank *rank;		/* [fleet->groups]; owned */
	struct fifo inbox;		/* sent, not yet seen */
	ticks tokenized;		/* when the tokenizer is free */
	struct lane nic;		/* KV that leaves */
	ticks started;			/* of the step that runs */
	bool busy;
	bool hands_over;		/* a prefill pool's */
	bool beside;			/* of those whom a door refused */
	enum replica_is is;
	ticks ready;			/* of one that starts */
	int64_t steps, decode_steps;
	int64_t balanced_at;		/* decode step of the last go */
	int received_ago;	/* decode steps since the inbox was seen */
	int delayed, filled;		/* passes that prompts were held back */
	int outstanding;		/* sent here and not over */
	int running, waiting;		/* after planning */
	double kv_tok;
	/* price of decode steps like the last one, linear in KV */
	struct serve_step like;
	double like_s, slope_s, known_tok;
	int32_t *joined;		/* came with their KV, run now; owned */
	int joins, join_cap;
};

void replica_init(struct replica *, const struct serve_fleet *,
		  const struct rank_spec *);
void replica_release(struct replica *);

/* What was planned. */
struct replica_plan {
	double s;		/* of the step; 0: nothing to do */
	bool prompts, eager;
	int preempted;
};

/*
 * Look at what was sent up to seen, and plan the step that starts now. What
 * came with its KV runs from now on, and is listed in joined.
 */
void replica_plan(struct replica *, struct replica_plan *, ticks seen,
		  ticks now);

#endif
