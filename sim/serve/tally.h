/*
 * tally: what users of a run saw, in numbers: exact, from every sample.
 */
#ifndef SERVE_TALLY_H
#define SERVE_TALLY_H

#include "serve/dist.h"
#include "serve/run.h"

enum serve_metric {
	SERVE_TTFT,		/* sending to first token, s */
	SERVE_TPOT,		/* (last - first) / (tokens - 1), s */
	SERVE_ITL,		/* gap before a token (a step's tokens come
				   together), s */
	SERVE_E2E,		/* sending to last token, s */
	SERVE_PACE,		/* E2E / tokens, s: its inverse is the end to
				   end normalized interactivity */
	SERVE_METRICS
};

struct serve_tally {
	struct serve_dist of[SERVE_METRICS];
	double s;		/* first sending to last token */
	double prompt_tok, output_tok;	/* of answered requests */
	double queue_s;		/* mean, from sending to the step that its
				   prompt joins */
	double little;		/* mean number in the system over rate times
				   mean time in it: 1 by Little's law */
	double busy;		/* share of time that a replica takes steps */
	double prefill_busy;
	double running, waiting, kv_tok;	/* means over time */
	/* as the load's reading has it */
	double tps;		/* mean over requests of 1 / TPOT */
	double tok_min;		/* tokens that are counted a minute: of the
				   clock's nominal time where there is one,
				   else from first to last */
};

void serve_tally(struct serve_tally *, const struct serve_spec *,
		 const struct serve_log *);

/*
 * A request of the log as seen by its user, in seconds, as the load's reading
 * counts; NaN: not answered, or not counted.
 */
double serve_seen(const struct serve_spec *, const struct serve_log *, int id,
		  enum serve_metric);

/*
 * Requests that keep to limits: each of limit_s[SERVE_METRICS] that is not
 * NaN bounds that request's own value. ITL is not a request's: not looked at.
 */
int serve_good(const struct serve_spec *, const struct serve_log *,
	       const double *limit_s);

const char *serve_metric_name(enum serve_metric);	/* "ttft" */

#endif
