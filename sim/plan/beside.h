/*
 * beside: prompts that are read by the GPUs that decode: what they make of a
 * decode step, and how long one of them waits.
 *
 * As many sequences as there is room for end one after the other, n of them a
 * decode step, and as many prompts come. An engine lets prompts in every c
 * decode steps, m = n c of them on average:
 *
 *	1, or what it is launched with, between looks at what came (SGLang,
 *	recv_interval) or steps with prompts (vLLM, prefill_schedule_interval);
 *	until every group has one, at most so many steps (SGLang's prefill
 *	delayer, TensorRT-LLM's attention-DP balance): c groups have one after
 *	g (1 + 1/2 + .. + 1/g) / n steps on average, the coupon collector's.
 *
 * Somebody is there in q = 1 - exp(-m) of the cases, m / q of them then. They
 * take a pass, or add what it makes a step longer. So a step takes
 *
 *	t + q / c (T(m / q) [- t])
 *
 * by which answers come; who decodes sees the prompts of all others.
 *
 * Who comes is not in the step that runs nor in the next, which is planned
 * (readers.h), but in the one behind, and that of the next look: it waits for
 * the rest of a step, a whole one and up to c - 1 more, and takes its own with
 * the m others that are there.
 */
#ifndef PLAN_BESIDE_H
#define PLAN_BESIDE_H

#include <stdbool.h>

#include "plan/queue.h"

struct beside {
	struct pass_line line;
	bool alone;		/* engines that read prompts alone do so first:
				   others decode when none waits; else both are
				   in a step */
	bool cuts;		/* prompts, where a step ends */
	double fit;		/* prompts of a group that a step has the
				   tokens of */
	bool at_random;		/* so they come; else who is answered asks
				   again, when the next step has begun */
	double seqs;		/* in flight */
	double steps;		/* that the answer of one takes */
	double step_s;		/* without prompts, */
	double kv_s;		/* of it, what is as long whatever else is in
				   the step; and rows of decode in a group, */
	double rows;		/* in prompts, */
	double fresh_tok;	/* of so many tokens */
	double in_s;		/* of the line's way, that to the engine */
	double look_steps;	/* between looks at what came; 0 is 1 */
	double stages;		/* of a pipeline, whose turns the steps are; 0
				   is 1 */
	double even_steps;	/* that prompts wait at most for every group to
				   have one; 0: they do not */
};

struct beside_times {
	double step_s;		/* of who decodes, with the others' prompts */
	double every_s;		/* of an answer, its own prompt with it */
	double first_s;		/* that the line's share of prompts keeps;
				   INFINITY: nearly as many come until every
				   group has one as are read then, or more.
				   Such queues drift apart (Harrison,
				   Assembly-like queues, 1973) until their
				   limits meet, and no more is said of them */
};

void beside_make(struct beside_times *, const struct beside *);

#endif
