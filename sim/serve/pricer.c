#include "serve/pricer.h"

#include <math.h>

#define UNBOUNDED 1e15	/* size: tokens; counts of them stay exact */

enum { MANY = 1 << 30 /* size: sequences; more than any run has */ };

const struct serve_engine serve_engine_plain = {
	.batching = SERVE_MIXED, .reserve = SERVE_WHOLE, .chunked = true,
	.budget_tok = UNBOUNDED, .step_tok = 1, .max_seqs = MANY,
	.recv_interval = 1, .prefill_interval = 1, .block_tok = 1,
	.room_tok = UNBOUNDED,
	.host_tok_s = INFINITY, .send_tok_s = INFINITY,
};
