/*
 * measure: what a user's own service wrote about itself to rows that validate
 * and calibrate read.
 *
 * An engine's log (logs/enginelog): a row for each level of batch and context
 * that it held steadily (own/steady), metric step_ms. A benchmark's result
 * (logs/bench): tpot_ms, and ttft_ms where prompts were worked on in the same
 * GPUs. What the file does not say has to be given: hw, model, gpus, tp and ep
 * are in no engine's log.
 */
#ifndef OWN_MEASURE_H
#define OWN_MEASURE_H

#include "ask/scenario.h"
#include "base/text.h"
#include "read/place.h"

struct measure_spec {
	const char *name;		/* of the file */
	const struct scenario *given;	/* by options; blanks blank */
	/* What there are descriptors of, for what a file says of itself: */
	const struct place_names *hw, *stacks, *models;
};

/*
 * The file's rows, added to out; said: a line on what was used and dropped,
 * appended. 0; or -1 and a fault with nothing added: a file of none of them,
 * no steady line, what is neither said nor given.
 */
int measure_bytes(const struct measure_spec *, const struct text *bytes,
		  struct table *out, struct text *said, struct fault *);

#endif
