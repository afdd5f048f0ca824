/*
 * rank: one attention group of an engine: its queue, what it runs, the KV it
 * holds, and which prompts join its next step.
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
	int32_t done_tok;	/* of it: there, hits included */
	int32_t hit_tok;
	int32_t left_tok;	/* output still to come once the prompt is in,
				   the first token of that included */
	int32_t left_steps;	/* decode steps for all of it but the first */
	int32_t held;		/* leading blocks it runs on */
	float in_pool_tok;	/* tokens in those */
	int8_t state;		/* enum live_state */
	bool here;		/* its KV came from a prefill pool */
};

/* A prompt, or a chunk of one, in the step that is planned. */
struct take {
	int32_t id;
	int32_t tok;		/* computed now */
};

/* Sequences whose last token was at `at`. */
struct fresh {
	ticks at;
	int seqs;
};

struct rank {
	const struct serve_engine *engine;	/* not owned; and these */
	const struct serve_load *load;
	struct live *live;
	struct fifo wait;
	struct enders enders;
	struct pool pool;
	int running;
	int part;		/* request whose prompt is cut; -1: none */
	int64_t step;		/* decode steps taken */
	double kv_tok;		/* of the running */
	double gain_tok;	/* that a decode step adds */
	double whole_tok;	/* prompt and all output of the admitted */
	double prompt_tok;	/* their prompts */
	double in_pool_tok;	/* their blocks in the pool, each as often as
				   it is held */
	double ratio;		/* SERVE_RATIO's share; < 0: as it decays */
	int64_t ratio_step;	/* decode step at which decay began */
	int held_back;		/* steps that prompts have waited for more */
	bool behind;		/* prompts were left when they might come */
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

/* Requests it has: waiting, being prompted, running. */
int rank_load(const struct rank *);

/* KV tokens held now, blocks that are shared counted once. */
double rank_held_tok(const struct rank *);

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
