/*
 * warm: what a sweep's rows have in common and need not work out again: the
 * layouts of the last deployments, the steps that chose an overlap, how
 * tokens fall on ranks, and what the errors of the facts make of an op.
 *
 * Of one thread. It changes how long an answer takes, never what it is.
 */
#ifndef ASK_WARM_H
#define ASK_WARM_H

#include "ask/question.h"
#include "time/doubt.h"
#include "time/spreads.h"

enum {
	WARM_PLACES = 1024,	/* size: deployments kept; a power of two */
	WARM_MARKS = 16		/* size: pairs of steps kept of one */
};

/* What is asked of a row that does not fit. */
enum unfit {
	UNFIT_TIMED,	/* all, its time as if it did */
	UNFIT_TOLD,	/* why, and what room there is */
	UNFIT_COUNTED	/* that it does not */
};

/* All that a deployment follows from, where its sheets are looked up. */
struct warm_key {
	const struct gpu *gpu;
	const struct stack *stack;
	const struct model *model;
	struct chosen chosen;
	double gpus, tp, ep, dcp, pp, mtp, redundant;
	char balance[SCENARIO_WORD];
	char weights[SCENARIO_WORD];
	char kv[SCENARIO_WORD];
};

struct warm_place {
	struct warm_key key;
	struct deployment on;
	struct skew_spec skew_spec;
	struct skew skew;
	struct held stored;	/* deployment_store */
	bool lawful;		/* its stack has a law for every op */
	double redundant;	/* as its recipe filled it in */
	char balance[SCENARIO_WORD];
};

/* The longest context of so many sequences beside what is left for KV. */
struct warm_longest {
	double seqs, left_B, tok;
};

/* What the last question of one micro-batch holds, and of two. */
struct warm_held {
	struct deployment on;		/* of both; no model: nothing yet */
	struct held stored;		/* deployment_store */
	struct hold_spec of[2];		/* lengths: none; micro 0: nothing */
	struct held held[2];
	struct warm_longest longest;
};

/* Where steps are timed, one after the other. */
enum { ROOM_ONE, ROOM_TWO,	/* without overlap, and with, to choose */
       ROOM_ASKED,		/* as a question asks */
       ROOM_NR };

/* What the step in one was timed of last. */
struct warm_room {
	struct step *step;	/* owned */
	struct deployment on;
	unsigned skew;		/* by its id; 0: of nothing yet */
	unsigned name;		/* warm_name */
};

/* A step of so many sequences of such a context, without overlap and with. */
struct warm_mark {
	double seqs, ctx_tok;
	double own;	/* machine.own */
	double s[2];
};

/* Those of the last deployment whose overlap was chosen. */
struct warm_marks {
	struct deployment on;
	unsigned skew;		/* by its id; 0: of nothing yet */
	double ctx_cv;
	struct warm_mark mark[WARM_MARKS];
	int nr, oldest;
	bool two_paid;		/* last time */
};

struct warm {
	struct warm_place *place;	/* owned; each where its key's hash
					   says, the last of that */
	struct spreads *spreads;	/* owned */
	struct doubts *doubts;		/* owned */
	struct warm_held held;
	struct warm_room room[ROOM_NR];
	struct graph *floor;		/* owned; room for step_floor_s */
	enum unfit unfit;
	struct warm_marks marks;
	struct deployment timed_on;	/* what an overlap was chosen on; */
	unsigned timed;		/* whose steps those are: question.timed */
	bool clocked[2];	/* of that question: without overlap, with */
	unsigned names;		/* given so far */
};

struct warm *warm_new(void);
void warm_free(struct warm *);	/* NULL is allowed */

/* Of a question that has its sheets, and no layout yet; and its place. */
int warm_key_of(struct warm_key *, const struct question *);

/*
 * Give it the layout and skew that one of this key had, which stand in its
 * place; false: there is another's.
 */
bool warm_recall(const struct warm_key *, struct question *);

/* Keep what it was given, in its place. */
void warm_keep(const struct warm_key *, const struct question *);

/* Every op of its steps was found to have a law; and note that it was. */
bool warm_is_lawful(const struct question *);
void warm_lawful(const struct question *);

/* It does not fit, and nothing else is asked. */
bool warm_is_enough(const struct question *, bool fits);

/* Does anybody ask for its time? */
bool warm_is_timed(const struct question *, bool fits);

/*
 * deployment_hold of what the question asks for; of so many micro-batches,
 * kept or else in room, until another is asked for; and deployment_context of
 * what its sequences hold.
 */
void warm_hold(const struct question *, struct held *);
const struct held *warm_held(const struct question *, int micro,
			     struct held *room);
double warm_context(const struct question *, const struct held *);

/*
 * step_clock; where that step is the one of a room that was last timed of the
 * same deployment, step_reclock. NULL: there are no rooms.
 */
void warm_clock(struct warm *, struct step *, const struct step_spec *);

/*
 * Its steps are timed from now on, to choose an overlap: seconds of the one
 * without, or with.
 */
void warm_timed(struct question *);
double warm_step_s(struct question *, bool two_batch);

/*
 * What that step takes at the least, by those that were timed of the
 * deployment: one of no more sequences and no longer a context takes no more
 * time, but for what expectations wobble. 0: it cannot be told. And which of
 * the two was quicker last; note what both take.
 */
double warm_least_s(const struct question *, bool two_batch);
bool warm_two_paid(const struct question *);
void warm_mark(const struct question *, double one_s, double two_s);

/*
 * What doubts_log_sd may call a step: those in rooms keep their names while
 * nothing but the context changes. 0: it is none of them.
 */
unsigned warm_name(const struct question *, const struct step *);

/*
 * The question's step with two micro-batches or one, where one of them was
 * clocked to choose between them; else NULL. And its own, finished; and listed.
 */
const struct step *warm_step(const struct question *, bool two_batch);
const struct step *warm_whole(const struct question *);
const struct step *warm_listed(const struct question *);

#endif
