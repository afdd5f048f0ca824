/*
 * prefill: what a prompt takes before its first token: the same layout and
 * laws as a decode step, other ops.
 */
#ifndef ANSWER_PREFILL_H
#define ANSWER_PREFILL_H

#include "ask/question.h"
#include "time/prefill.h"

struct prefill_spec {
	double prompt_tok;	/* the whole prompt */
	double cached_tok;	/* of it, a prefix found in the cache */
	double chunk_tok;	/* a group's at once; 0: the stack's */
	double piece_tok;	/* and up to so many it runs in pieces of CUDA
				   graphs, which leave the host this share */
	double piece_share;
};

struct prefill {
	double prompt_tok, cached_tok, chunk_tok;
	double ttft_s;		/* alone in its group, nothing queued; passes
				   follow each other through a pipeline */
	double turn_share;	/* of a pass, what the slowest of a pipeline's
				   stages takes; 1: none */
	double passes;		/* of it */
	double together;	/* prompts that fill a pass */
	double tok_s_gpu;	/* filled passes: tokens computed */
	double prompt_tok_s_gpu;	/* with those cached */
	double prompts_s;	/* of the replica */
	double flop_tok;	/* of a computed token, head included */
	double mfu;
	double exposed_share;	/* of the time: exchanges that show */
	double late_share;	/* of the time: the busiest rank's experts */
	/* a pass of a prompt a group, and what a prompt more of each adds:
	   what every group does for its own, attention, and what all ranks do
	   for all */
	double own_s, all_s, own_more_s, all_more_s;
};

/*
 * 0, or -1 and a fault: cached_tok not below prompt_tok, a law that the stack
 * lacks. The question's batch does not matter.
 */
int prefill_answer(struct prefill *, const struct question *,
		   const struct prefill_spec *, struct fault *);

#endif
