/*
 * fleet: which GPUs, how many, in which layout, for this model and load?
 *
 * Every layout of a list is asked for the largest batch that fits and keeps
 * the time per output token; prompts go to GPUs of their own, as many servers
 * as their rate needs and a queue allows, or to the same GPUs. What is left is
 * ranked: by output tokens of a GPU (of all GPUs, those for prompts too), by
 * fewest GPUs where a load is to be carried, by cost where GPUs of several
 * kinds are compared and all have a price.
 *
 * A layout is on the list whatever the number of GPUs on offer, so that more
 * GPUs, more money or more time a token never give a worse answer.
 */
#ifndef PLAN_FLEET_H
#define PLAN_FLEET_H

#include <stdint.h>

#include "answer/answer.h"
#include "plan/queue.h"
#include "plan/readers.h"
#include "requests/serving.h"

enum fleet_words {	/* columns of a scenario that a plan may choose */
	FLEET_HW, FLEET_WEIGHTS, FLEET_KV, FLEET_TP, FLEET_MTP,
	FLEET_DCP, FLEET_PP, FLEET_EP,
	FLEET_WORDS
};

enum { FLEET_LIST = 64 /* size: values of such a column */ };

struct fleet_spec {
	struct scenario base;	/* model, stack, ctx or isl and osl, ... */
	const char *word[FLEET_WORDS][FLEET_LIST];	/* not owned; NULL at
						the end. A column without one
						takes its own list */
	double price[FLEET_LIST];	/* $/h of each word of FLEET_HW; 0: as
					   base has it */
	double tpot_s;		/* INFINITY: no target; likewise ttft_s */
	double ttft_s;
	double gpus;		/* on offer; INFINITY: as many as it takes */
	double usd_h;		/* to spend an hour; INFINITY: no limit */
	double most_W;		/* all GPUs at their limits; 0: no limit */
	double load_tok_s;	/* output tokens a second to carry; 0: none */
	double first_rank;	/* share of prompts that keep ttft_s */
	double cached_share;	/* of a prompt, found in a cache */
	/*
	 * part(arg, 0) to part(arg, nr - 1), each once, in any order and by
	 * several threads if it likes: the library must bear that. NULL: one
	 * after the other. The plan is the same bytes.
	 */
	void (*hands)(void *of, int nr, void (*part)(void *arg, int i),
		      void *arg);
	void *hands_of;
	bool mix;		/* prompts may go to another kind of GPU */
	bool spare_node;	/* GPUs of one node more, against a failure */
	const struct library *library;
};

/* Where prompts are read: the best layout for them on a kind of GPU. */
struct pool {
	struct scenario scenario;	/* resolved */
	double tok_s_gpu;	/* prompt tokens at most, those cached too */
	double ttft_s;		/* of a prompt alone */
	double limit_W;		/* of a GPU */
	struct pass_line line;	/* about, in company; and as it is played */
	struct readers readers;
	struct serving_price *price;	/* which they read; owned, or NULL:
					   another's */
};

/* A layout with its batch, and the GPUs that its prompts need. */
struct choice {
	struct scenario scenario;	/* resolved, at the batch found */
	struct answer answer;
	double log_sd;		/* of the answer's tok/s */
	int pool;		/* of the fleet, for its prompts; -1: none */
	bool colocated;		/* reads its prompts itself: the answer's time
				   a token and rates have them in */
	double spares;		/* expert slots beyond the experts */
	double replicas;	/* of decode: what the offer or load asks for */
	double decode_gpus, prefill_gpus, spare_gpus;
	double prefill_tok_s_gpu;	/* NaN: prompts are not asked about */
	double ttft_s;		/* of a prompt alone; NaN likewise */
	double first_s;		/* that share of prompts has its first token by
				   then; NaN likewise */
	double tok_s;		/* output of all replicas */
	double load_tok_s;	/* to carry; 0: none is said */
	double tok_s_gpu;	/* of all GPUs, spare ones apart */
	double usd_mtok_out;	/* NaN without a price; prefill apart */
	double usd_mtok_in;
	double usd_month;
	double limit_W;		/* that all GPUs may draw; 0: not known */
	double spare_share;	/* of capacity that the load leaves */
};

/* Why layouts were not taken: the words, and how many. */
struct fleet_refusal {
	char why[256];		/* size: a sentence */
	int nr;
	double tpot_s;		/* the least that one of them would keep; NaN:
				   time was not the reason */
};

/* What choices are put in order by. */
enum fleet_order { FLEET_BY_RATE, FLEET_BY_GPUS, FLEET_BY_COST };

struct fleet {
	struct choice *choice;	/* owned, best first */
	enum fleet_order order;
	int nr, cap;
	struct pool *pool;	/* owned; one a kind of GPU and format */
	int pools, pools_cap;
	struct fleet_refusal *refusal;	/* owned, most first */
	int refusals, refusals_cap;
	int asked, served;	/* layouts; those with a choice, or with two:
				   prompts here and there */
	double least_gpus;	/* that what is not on offer would take; 0: all
				   is, or is none */
	double pool_s, step_s;	/* the least that a pool takes, and a decode
				   step of one sequence a group; 0: no such */
	double first_s;		/* the least that a first token of any takes;
				   0: none was asked for it */
};

/*
 * 0, or -1 and a fault: nothing names a model or a GPU, the context is not
 * said, limits that contradict each other. Without a choice nr is 0, and the
 * refusals say why. Released either way.
 */
int fleet_make(struct fleet *, const struct fleet_spec *, struct fault *);
void fleet_release(struct fleet *);

/* Put the choices in order, best first (rank.c); fleet_make has done it. */
void fleet_rank(struct fleet *, const struct fleet_spec *);

/*
 * Replicas that carry a load, were they so many times as fast. Prompts come at
 * random, so those who are in flight, n, have room to vary by two of their
 * deviations, sqrt(n): else who comes would wait for a place.
 */
double fleet_carry(const struct choice *, double load_tok_s, double faster);

/*
 * What a choice is worth in an order, more being better, if it decoded so many
 * times as fast at the same batch: tok/s of a GPU, or GPUs or dollars negated.
 */
double fleet_worth(enum fleet_order, const struct choice *, double faster);

/* A choice that keeps this time a token where none of them does now. */
double fleet_nearest_tpot_s(const struct fleet *);

#endif
