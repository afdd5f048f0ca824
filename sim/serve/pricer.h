/*
 * pricer: what serving asks of the floors to its left: the seconds of one
 * engine step, and the launch facts of the engine that takes the steps.
 *
 * serve/ knows no transformer and no law: a pricer may be the closed form, a
 * rank-level play, or a test's constant.
 */
#ifndef SERVE_PRICER_H
#define SERVE_PRICER_H

#include <stdbool.h>

/*
 * One engine step of a replica. Its attention groups (data-parallel ranks;
 * one without attention DP) meet at every exchange, so the group with most
 * decides: the first five are of that group, each its own maximum.
 */
struct serve_step {
	double seqs;		/* sequences in decode */
	double kv_tok;		/* KV tokens that they attend to, summed */
	double prompts;		/* prompts, or chunks, computed beside them */
	double new_tok;		/* their tokens that are computed now */
	double attend_tok2;	/* pairs of (new token, token at or before
				   it): sum of new (prior + new / 2) */
	double all_seqs;	/* in decode, over all groups */
	double all_kv_tok;	/* that those attend to */
	double all_new_tok;	/* prompt tokens, over all groups */
	double graph_seqs;	/* size of the CUDA graph that the decode is
				   padded to; 0: eager (a prompt is in the
				   step, or no graph is as large) */
};

/*
 * Seconds of a step that passes through the stages of a pipeline: of the last
 * one alone (head and drafts), and of the host when it has left, which no stage
 * waits for. The rest is of the stages as their layers are.
 */
struct serve_parts {
	double once_s, host_s;
};

/*
 * Seconds of a step, the host's included: > 0 when there is anything to do.
 * Pure, no allocation, does not fall when a field grows. Decode stretches are
 * priced at both ends and taken as linear in kv_tok between them.
 */
struct serve_pricer {
	double (*step_s)(const void *of, const struct serve_step *);
	const void *of;		/* not owned */
	/* of a pipeline's step, what is no layer's; NULL: nothing */
	void (*parts)(const void *of, const struct serve_step *,
		      struct serve_parts *);
};

/* How prompts come into steps. */
enum serve_batching {
	SERVE_ALONE,	/* prompts first, decode of that group stands still
			   (SGLang) */
	SERVE_MIXED	/* running sequences and prompts in one step (TRT-LLM,
			   vLLM) */
};

/* What happens to KV room that running sequences will need. */
enum serve_reserve {
	SERVE_WHOLE,	/* prompt and all output of everybody is held from the
			   start: nothing is ever evicted (TRT-LLM's
			   GUARANTEED_NO_EVICT) */
	SERVE_RATIO,	/* a share of what the running still owe, and the
			   newcomer whole; retracts when it was too little
			   (SGLang's new_token_ratio) */
	SERVE_NOW	/* only what is held now; the newest is preempted when
			   room ends, and recomputed (vLLM; TRT-LLM's
			   MAX_UTILIZATION) */
};

enum { SERVE_GRAPHS = 64 /* size: most CUDA graph sizes listed */ };

/*
 * Launch facts. A row of the engine's profile each; counts are of one
 * attention group unless they say otherwise.
 */
struct serve_engine {
	enum serve_batching batching;
	enum serve_reserve reserve;
	bool chunked;		/* a prompt may be cut at the budget */
	bool overlap;		/* the step after next is the first that can
				   hold an arrival: planning runs one ahead */
	double budget_tok;	/* tokens of a step: chunked_prefill_size,
				   max_num_tokens, max_num_batched_tokens */
	double step_tok;	/* of which a running sequence takes so many:
				   its token, and its drafts */
	int max_seqs;		/* running at once */
	bool greedy;		/* a pipeline's step takes whoever waits, not
				   its share of max_seqs */
	double turn_s;		/* from planning steps of a pipeline until the
				   host looks once more for one that has none */
	double reserve_ratio;	/* SERVE_RATIO: share of what is owed, at
				   first, */
	double reserve_least;	/* and after */
	int reserve_decay;	/* so many decode steps; 0: always the least */
	int recv_interval;	/* decode steps between looks at the inbox; 1:
				   always. The count runs free. */
	int prefill_interval;	/* steps from one with prompts to the next
				   (prefill_schedule_interval), of a group that
				   keeps up with them; 1: any */
	int delay_passes;	/* SGLang's prefill delayer: passes that prompts
				   wait until every group has one; 0: off */
	double delay_slots;	/* and where it has, while fewer places are free
				   than a pass has had prompts; so much of that
				   is remembered from pass to pass. 1: for ever,
				   and then they wait as long; 0: none do */
	double padded_tok;	/* every group computes as many rows as the
				   fullest, in steps of up to so many; 0: none
				   does */
	bool adp_balance;	/* TRT-LLM attention DP: every group has a
				   prompt, or one has nothing to decode, or */
	int adp_timeout;	/* so many steps have gone (timeout_iters) */
	int adp_wait;		/* and then so many more, to fill the step
				   (batching_wait_iters) */
	int wait_iters;		/* batch_wait_timeout_iters: steps that prompts
				   wait while the step they would make has */
	double wait_ratio;	/* less than this share of budget_tok */
	int graphs;		/* CUDA graph sizes of decode, ascending; 0: */
	double graph_seqs[SERVE_GRAPHS];	/* always eager */
	double longest_tok;	/* of a prompt and its answer, the model's
				   context; 0: any */
	/* the pool */
	double block_tok;	/* tokens of a KV block; 1: no paging */
	double room_tok;	/* KV tokens there is room for */
	double seq_tok;		/* as many more does a sequence hold, whatever
				   its length: V4's windows and state */
	double host_tok;	/* and in the host's memory; 0: no such tier */
	double host_tok_s;	/* tokens a second that come back from there */
	bool reuse;		/* prefix blocks are kept and found by hash */
	int retract_ahead;	/* SERVE_RATIO after a retraction: decode steps
				   that the new ratio looks ahead */
	/* the host, per request */
	double in_s;		/* client to scheduler, tokenizer aside */
	double out_s;		/* sampled token to client */
	double tokenize_s_tok;	/* one process, one prompt after the other */
	double admit_s;		/* scheduler time a prompt adds to the step
				   that it enters */
	/* prefill elsewhere: pools=P:D */
	double send_s;		/* fixed time of a KV transfer */
	double send_tok_s;	/* tokens a second over one replica's NICs */
};

/* Nothing waits, nothing is bounded, no host time: what tests start from. */
extern const struct serve_engine serve_engine_plain;

#endif
