/*
 * search: what plan/fleet.c carries from one layout to the next, and what its
 * neighbours do for it: layouts.c says which there are, batch.c how many
 * sequences each serves, prompts.c finds where prompts are read, size.c counts
 * GPUs and money. Nobody else includes this.
 */
#ifndef PLAN_SEARCH_H
#define PLAN_SEARCH_H

#include "base/units.h"
#include "ask/memo.h"
#include "answer/prefill.h"
#include "plan/beside.h"
#include "plan/fleet.h"

enum { SEARCH_HINTS = 32 /* size: degrees of attention TP told apart */ };

/* How many times as long prompts make a token, and an answer with its own. */
struct slower {
	double token, answer;
};

struct search {
	const struct fleet_spec *spec;
	struct fleet *plan;
	struct memo *memo;
	struct step *room;	/* of the memo's warm: the last layout's */
	struct step *other;	/* owned; for another question */
	struct question question;
	bool prompts;		/* are asked about */
	bool colocated;		/* the layout at hand reads its own */
	struct beside beside;	/* of that layout */
	struct answer answer;	/* of the batch asked about last, prompts that
				   others read beside it not counted, and */
	double step_most_s;	/* decode steps that leave some pool in time
				   for the first token; INFINITY: any */
	struct slower slower;	/* what those make of its time, */
	double first_s;		/* and the first token that they have */
	double served;		/* the largest batch of the last layout; 0:
				   none */
	double hint[2][SEARCH_HINTS];	/* that of the last like it: with
				   prompts or without, at a degree of TP */
};

enum { HOST_GPUS = 8 /* size: GPUs of a host */ };

/* ---- layout.c ---- */

/* One more that is, and one more that is not: why, and the time a token that
   it would take; NaN: it has none. */
void fleet_add(struct fleet *, const struct choice *);
void fleet_refuse(struct fleet *, const char *why, double tpot_s);

/* Beside GPUs for prompts, and, where that is a choice, without them. */
void layout_try(struct search *, const struct scenario *of, bool alone);

/* ---- batch.c ---- */

/*
 * The largest whole batch that fits, up to so many, and keeps the time; a: its
 * answer. 0: there is none, and a is of one sequence, its memory and its time
 * alone.
 */
double batch_largest(struct search *, struct answer *a, double most);

/* The layout that was asked last, at such a batch that it serves: its speed. */
void batch_answer(struct search *, struct answer *a, double batch);

/* The first token of one that reads its prompts, at such a batch. */
double batch_first_s(struct search *, double batch);

/* ---- layouts.c ---- */

extern const int replica_gpus[];	/* 0 at the end */

/* 0; or -1 and a fault: a degree asked for that no layout has. */
int layouts_wrong(const struct search *, struct fault *);

/* Ways to run a kind of GPU, the question's: formats and drafts. */
int layouts_ways(const struct search *);

/* Every layout of a kind of GPU is tried, in one of those ways. */
void layouts_all(struct search *, struct scenario of, int way);

/* Formats that may be served, of weights (how many) and KV. */
int layouts_stored(const struct search *, const char **weights,
		   const char **kv, int *kvs);

/* ---- prompts.c ---- */

/*
 * The best layout for prompts on a kind of GPU, in a format, into the plan;
 * false: none keeps the time to the first token.
 */
bool pool_find(struct search *, struct scenario of);

/* Pools of a plan for one of its parts, whose plays are its own. */
void pools_lend(struct fleet *part, const struct fleet *);
void pools_release(struct fleet *);

/*
 * How long that share of prompts waits for a decode step to join: their KV
 * comes at any moment of one, when the next is planned already.
 */
double joins_s(const struct fleet_spec *, double step_s);

/* Note a time in the least of such, 0 where there is none yet. */
void least_note(double *least_s, double s);

/* Which pools a layout is tried with: its own GPU's, and the best other's; how
   many. */
enum { POOLS_TRIED = 5 /* size: some of its own, and one */ };
int pools_for(const struct search *, int pool[POOLS_TRIED]);
bool pool_is_own(const struct search *, int pool);

/*
 * The longest decode step that leaves one of them in time for the first token,
 * as a prompt's KV waits for the next; below 0: none. INFINITY: any.
 */
double pools_step_s(const struct search *);

/*
 * Servers of a pool for so many prompt tokens a second. Prompts that come at
 * random wait; that is kept to what the time to the first token leaves, or,
 * where none is asked for, to the readers' own limit. INFINITY: the limit is
 * less than a prompt alone takes.
 */
double pool_servers(struct pool *, double prompt_tok_s, double limit_s);

/*
 * Prompts in the decoding GPUs; false: there is no law of them. Beside the
 * answer's sequences, which they make `slower`; false: too late for the first
 * token.
 */
bool prompts_beside_make(struct search *);
void prompts_wait(struct search *);	/* note what the engine waits for */
bool prompts_beside(struct search *, const struct answer *, struct slower *);

/* An answer whose steps take so many times as long. */
void prompts_slow(struct answer *, const struct slower *);

/* ---- size.c ---- */

/* Its pool and a decode step take longer than a first token may. */
bool fleet_late(const struct search *, const struct choice *);

/* One replica, and what reads the prompts of its answer, are to be had; of no
   load. */
bool fleet_affords(const struct search *, const struct choice *);

/* Of one that is not late: replicas, GPUs, money; false: not even one replica
   is to be had. */
bool fleet_size(const struct search *, struct choice *);

/* GPUs of the fewest replicas that there may be, prompts and spares with them:
   what has to be on offer. */
double fleet_least(const struct search *, const struct choice *);

/* GPUs that share a host's board: what a budget cannot split. */
double node_gpus(const struct gpu *);

#endif
