/*
 * rank: one attention group of an engine: its queue, what it runs, the KV it
 * holds, and which prompts join its next step.
 *
 * In a pipeline a group is as many of them as there are stages: each runs
 * sequences of its own, whose passes are under way at once, and the first has
 * what they share: the queue, the KV, the prompt that is cut. A prompt's next
 * chunk follows the last into the pipeline, whichever rank's turn it is.
 */
#ifndef SERVE_RANK_H
#define SERVE_RANK_H

#include <stdbool.h>

#include "base/ticks.h"
#include "serve/pool.h"
#include "serve/pricer.h"
#include "serve/queue.h"
#include "traffic/workload.h"

enum live_state { LIVE_WAITING, LIVE_PROMPT, LIVE_RUNNING, LIVE_OVER };

/* A request inside an engine. */
struct live {
	int64_t end_step;	/* decode step of its rank at which it ends */
	double gain;		/* tokens a decode step */
	ticks seen;		/* when a scheduler could see it */
	int32_t need_tok;	/* prompt, and output to compute again */
	int32_t done_tok;	/* of it: there, hits included; */
	int32_t sent_tok;	/* and with what is in passes */
	int32_t hit_tok;
	int32_t left_tok;	/* output still to come once the prompt is in,
				   the first token of that included */
	int32_t left_steps;	/* decode steps for all of it but the first */
	int32_t held;		/* leading blocks it runs on */
	float in_pool_tok;	/* tokens in those */
	int16_t slot;		/* of the rank that it is in */
	int8_t state;		/* enum live_state */
	bool here;		/* its KV came from a prefill pool */
};

/* A prompt, or a chunk of one, in the step that is planned. */
struct take {
	int32_t id;
	int32_t tok;		/* computed now, */
	bool last;		/* and none after them */
};

/* Sequences whose last token was at `at`. */
struct fresh {
	ticks at;
	int seqs;
};

/* What a group's other ranks have; 0 without a pipeline. */
struct siblings {
	int running;
	int64_t step;
	double kv_tok, gain_tok;
	int prompts;		/* whose last chunk is in a pass, */
	double prompt_tok;	/* and what those hold */
};

struct rank {
	const struct serve_engine *engine;	/* not owned; and these */
	const struct serve_load *load;
	struct live *live;
	struct rank *first, *next;	/* of the group; the last one's next is
					   the first */
	int slot, slots;		/* which, of how many */
	struct siblings others;	/* since rank_turn */
	struct enders enders;
	int running;
	int64_t step;		/* decode steps taken */
	double kv_tok;		/* of the running */
	double gain_tok;	/* that a decode step adds */
	int held_back;		/* steps that prompts have waited for more */
	bool behind;		/* prompts were left when they might come */
	/* of the first alone */
	struct fifo wait;
	struct pool pool;
	int part;		/* request whose prompt is cut; -1: none */
	int cut;		/* by the last choice; -1: none */
	double whole_tok;	/* prompt and all output of the admitted */
	double prompt_tok;	/* their prompts */
	double in_pool_tok;	/* their blocks in the pool, each as often as
				   it is held */
	double ratio;		/* SERVE_RATIO's share; < 0: as it decays */
	int64_t ratio_step;	/* decode step at which decay began */
	int32_t *newest;	/* admitted, in order; owned; ended ones stay
				   until the top is looked at */
	int newest_nr, newest_cap;
	/* the step that is planned, or runs */
	struct take *take;	/* owned */
	int takes, take_cap;
	double new_tok, attend_tok2, host_tok;
	bool decodes;
	/* gaps between tokens */
	ticks last_end;		/* of a decode step */
	struct fresh *fresh;	/* joined since; owned */
	int freshes, fresh_cap;
	int old;		/* running and not fresh */
};

struct rank_spec {
	const struct serve_engine *engine;
	const struct serve_load *load;
	struct live *live;
};

void rank_init(struct rank *, const struct rank_spec *);
void rank_release(struct rank *);

/* One more of a group that has this first; neither has run yet. */
void rank_join(struct rank *first, struct rank *);

/*
 * It is this one's turn to choose: what the last choice of its group left, and
 * what its others have. Before anything that follows, but for the ends of
 * steps.
 */
void rank_look(struct rank *);

static inline void rank_turn(struct rank *k)
{
	if (k->slots > 1 || k->cut >= 0 || k->part >= 0)
		rank_look(k);
}

/* Requests its group has: waiting, being prompted, running. */
int rank_load(const struct rank *);

/* KV tokens the group holds now, blocks that are shared counted once. */
double rank_held_tok(const struct rank *);

/* And those of prompts that are in passes of other ranks of it. */
double rank_sent_tok(const struct rank *);

/* Longer than its model, its pool or its budget can ever take. */
bool rank_never(const struct rank *, int32_t id);

/* The first that waits would be let in: a place is free, and room for KV. */
bool rank_ready(const struct rank *);

/*
 * Make room for the decode step to come: what does not fit is preempted, the
 * newest first, and waits to be computed again. Returns how many.
 */
int rank_preempt(struct rank *);

/* Choose the prompts of the next step (take, new_tok, attend_tok2). */
void rank_choose(struct rank *);

/* Or of the one that is cut alone; what the budget has left. */
double rank_go_on(struct rank *);

/* Put what rank_choose took back, as if it had not looked. */
void rank_put_back(struct rank *);

/*
 * The decode step is over: the ended are appended to done, which has room for
 * all that run. Returns how many.
 */
int rank_decoded(struct rank *, int32_t *done);

/*
 * A take is over. True when its prompt is in: it runs now, or is over when it
 * had but one token to give.
 */
bool rank_prompted(struct rank *, const struct take *, ticks now);

#endif
