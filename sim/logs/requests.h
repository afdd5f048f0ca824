/*
 * requests: traces as they are published.
 *
 *	Mooncake	JSONL: timestamp (ms), input_length, output_length,
 *			hash_ids of 512 tokens; session_id, delay (ms) of a
 *			later turn (AIPerf)
 *	Azure		CSV: TIMESTAMP (date and time), ContextTokens,
 *			GeneratedTokens
 *	BurstGPT	CSV: Timestamp (s), Request tokens, Response tokens; a
 *			response of 0 tokens failed and is left out
 *	ours		CSV: at_s, prompt_tokens, output_tokens
 *
 * The first request comes at 0. Times must not go back.
 */
#ifndef LOGS_REQUESTS_H
#define LOGS_REQUESTS_H

#include "base/fault.h"
#include "traffic/workload.h"

struct requests_spec {
	const char *path;
	double speedup;		/* times are divided by it; > 0 */
};

/*
 * 0, or -1 and a fault with file and line. out is initialised here and
 * released by the caller, also after a fault.
 */
int requests_load(struct serve_load *out, const struct requests_spec *,
		  struct fault *);

#endif
