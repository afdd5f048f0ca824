/*
 * limits: how far the scenario of a claim can go. What the claim leaves open
 * (weights, attention TP, EP, batch) is chosen in its favour: the limits are
 * those of the best choice.
 */
#ifndef CLAIMS_CEILING_H
#define CLAIMS_CEILING_H

#include "ask/answer.h"

struct limits {
	bool asked;		/* hw, model and gpus are there */
	bool sound;		/* some choice makes a question */
	bool fits;		/* some choice fits with the batch stated */
	bool holds_weights;	/* some choice holds the weights alone */
	bool holds_all;		/* and the KV; refused for something else */
	bool timed;		/* some choice has a step time */
	int choices;		/* that make a question */
	char refusal[256];	/* size: why the nearest does not fit */
	char setting[96];	/* size: the best choice, in words */
	struct question best;	/* of the fastest choice that fits, else of
				   the fastest */
	double concurrency;	/* of the best; the largest that fits when
				   the claim states none */
	bool open_batch;	/* it stated none */
	double step_s, tokens;	/* predicted; and tokens a step */
	/* tok/s a GPU, over the choices */
	double predicted, low, high;	/* band of the stack named: 80 % */
	double most;		/* no known stack does more: 99 % */
	double sol;		/* speed of light */
	enum bound bound;	/* that sets it */
	double roof[BOUND_LATENCY];	/* speed of light by roof */
	double user_most, user_sol;	/* tok/s of one request, likewise */
	double prompt_s;	/* a prompt's FLOPs at the peak of all GPUs;
				   0: no isl */
	double ttft_s;		/* of one alone, as known kernels do it */
	char weights[16];	/* size: the format that needs least */
	double gpus_needed;	/* to hold the weights alone; 0: unknown */
	/* a GPU, of the choice that holds least; held_B with buffers */
	double weights_B, budget_B, kv_B, held_B;
	struct fault fault;	/* when no choice makes a question */
};

void limits_make(struct limits *, const struct scenario *,
		 const struct library *);

/* Extra time that a step of `more` clients has, by bytes alone, over `less`:
   a floor, seconds. */
double limits_slope_s(const struct limits *, double less, double more);

/* The least batch of the best choice that fits and whose speed of light is
   this, tok/s a GPU; 0: none. */
double limits_batch(const struct limits *, double tok_s_gpu);

#endif
