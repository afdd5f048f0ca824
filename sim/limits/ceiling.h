/*
 * ceiling: how far the scenario of a claim can go. What the claim leaves open
 * (weights, attention TP, EP, replicas, drafts, batch) is chosen in its
 * favour: the limits are those of the best choice.
 */
#ifndef LIMITS_CEILING_H
#define LIMITS_CEILING_H

#include "answer/answer.h"

/* What limits are asked of. Equal specs have equal limits. */
struct limits_spec {
	struct scenario scenario;
	double weights_B;	/* stated, of one GPU; 0: not, likewise below */
	double weight_bits;
	double kv_B;		/* of a sequence */
	bool drafts;		/* where mtp is blank it may be any */
	bool small_kv;		/* where kv is blank it may be fp8 */
	bool prompt;		/* prompt_s and ttft_s are asked for */
	bool unfit;		/* that it does not fit is the claim */
	bool wait;		/* concurrency is of clients, who may wait */
};

/* One batch of the best choice, in base units. */
struct ceiling {
	struct question best;	/* the choice with the highest speed of light */
	char setting[112];	/* size: it, in words */
	int alone;		/* letters of these before what is in flight */
	double concurrency;
	double sol;		/* tok/s: of a GPU, or of one request */
	double light_tokens;	/* that a sequence gains a step there */
	enum bound bound;	/* that sets it */
	double predicted, low, high;	/* band of the stack named: 80 % */
	double most;		/* no known stack does more: 99 % */
	double step_s, tokens;	/* predicted; and tokens a step */
	enum bound waits;	/* what the predicted step waits for most */
};

struct limits {
	const struct granted *granted;	/* the library's */
	bool asked;		/* hw, model and gpus are there */
	bool sound;		/* some choice makes a question */
	bool fits;		/* some choice fits with the batch stated */
	bool holds_weights;	/* some choice holds the weights alone */
	bool holds_all;		/* and the KV; refused for something else */
	bool timed;		/* some choice has a step time */
	bool widened;		/* the GPU has no tensor cores for the format */
	bool lawless;		/* no stack has laws for the GPU: peaks */
	bool open_batch;	/* no batch is stated */
	int choices;		/* that make a question */
	struct ceiling total;	/* tok/s a GPU; an open batch is the largest */
	struct ceiling user;	/* tok/s of a request; an open batch is one */
	double roof[BOUND_LATENCY];	/* total.sol by roof */
	double prompt_s;	/* a prompt's FLOPs at the peak of all GPUs;
				   0: no isl, or not asked */
	double ttft_s;		/* of one alone, as known kernels do it */
	struct ceiling *first;	/* the choice that its stack does it soonest in:
				   best and setting; owned, NULL: none */
	char weights[16];	/* size: the format that needs least */
	double gpus_needed;	/* to hold the weights alone; 0: unknown */
	/* a GPU, of the choice that holds least; held_B with buffers */
	double weights_B, budget_B, kv_B, buffer_B, held_B;
	struct refusal lack;	/* of that choice */
	struct fault fault;	/* when no choice makes a question */
};

/* They keep nothing of the memo but what its library owns, which must know what
   claims are granted. */
void limits_make(struct limits *, const struct limits_spec *, struct memo *);

/* Extra time that a token takes under `more` clients, by bytes alone, over
   `less`: a floor, seconds. */
double limits_slope_s(const struct limits *, double less, double more);

/* The least batch of the best choice that fits and whose speed of light is
   this, tok/s a GPU; 0: none. */
double limits_batch(const struct limits *, double tok_s_gpu);

#endif
