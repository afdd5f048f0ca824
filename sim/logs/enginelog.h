/*
 * enginelog: what an engine writes about itself while it serves, a line every
 * so many steps or seconds.
 *
 *	SGLang		Decode batch. #running-req: 48, #token: 233472, ...
 *			accept len: 1.85, ... gen throughput (token/s): 1363.5
 *			(and a line for each prefill batch)
 *	vLLM		Engine 000: Avg prompt throughput: 0.0 tokens/s, Avg
 *			generation throughput: 238.7 tokens/s, Running: 10
 *			reqs, Waiting: 0 reqs, GPU KV cache usage: 3.5%, ...
 *			(and SpecDecoding metrics: Mean acceptance length: 2.3;
 *			at its start GPU KV cache size: 99,593 tokens)
 *	TensorRT-LLM	iter = 9, ... host_step_time = 5.1ms, ...
 *			num_scheduled_requests = 64, ... 'num_ctx_requests': 0
 *			(print_iter_log)
 *
 * Lines of neither kind are passed over: a log has many.
 */
#ifndef LOGS_ENGINELOG_H
#define LOGS_ENGINELOG_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"

enum engine {
	ENGINE_SGLANG,
	ENGINE_VLLM,
	ENGINE_TRTLLM,
	ENGINE_NR
};

/* One line that says something. NaN: it does not say that. */
struct engine_line {
	int line;		/* of the file */
	int rank;		/* who: the number behind DP, TP or Engine */
	bool prefill;		/* prompts were worked on meanwhile */
	double running;		/* sequences of that rank */
	double ctx_tok;		/* KV tokens of them all */
	double accept;		/* tokens that a sequence gains a step */
	double tok_s;		/* of that rank, output */
	double step_s;		/* one engine step, where it is said */
	double queue;		/* sequences that wait */
};

struct engine_log {
	enum engine engine;
	struct engine_line *at;	/* owned; in the order of the file */
	int nr, cap;
	char date[16];		/* size: YYYY-MM-DD of the first, or "" */
};

/*
 * 0; or -1 and a fault: no line of any of these engines, an empty file, lines
 * of two engines. Release it in either case.
 */
int enginelog_parse(struct engine_log *, const char *name,
		    const struct text *bytes, struct fault *);
void enginelog_release(struct engine_log *);

/* As the sheets of hw/stacks/ are called; and as people write it. */
const char *engine_stack(enum engine);
const char *engine_name(enum engine);

#endif
