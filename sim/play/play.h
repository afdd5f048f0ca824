/*
 * play: one decode step as events: every rank, every layer, each with its own
 * load, on lanes that serve one thing at a time.
 *
 * A rank runs a list of phases. A phase is some compute and perhaps one
 * exchange or reduction; the exchange starts when the compute ends, or beside
 * it under two-batch overlap. An exchange ends for everybody when the last
 * port has sent and received its bytes, plus the start-up time: that is the
 * per-layer barrier at which imbalance is paid.
 *
 * With equal loads this is step_time to rounding; a test says so.
 */
#ifndef PLAY_PLAY_H
#define PLAY_PLAY_H

#include "base/ticks.h"
#include "skew/loads.h"
#include "play/program.h"
#include "time/step.h"

enum play_lane { LANE_COMPUTE, LANE_NVLINK, LANE_NIC, LANE_NR };

struct played {
	double s;		/* the step, host time included */
	int steps;		/* of which this is the mean */
	int64_t events;
	double busy_s[LANE_NR];	/* mean over the ranks */
	double nvlink_B, rdma_B;	/* sent, mean rank */
	double received_B;	/* NVLink and RDMA together, mean rank */
	double exposed_s;	/* of s: collectives that nothing hides, from
				   the last rank's compute on; mean rank */
	double imbalance;	/* mean over layers of max / mean rows */
};

/* ---- watching ---- */

enum span_kind {
	SPAN_COMPUTE,	/* a phase's items, one after the other */
	SPAN_PORT,	/* its exchange, through a port of this rank */
	SPAN_WAIT,	/* this rank's ports are done, others' are not */
	SPAN_STARTUP	/* the last port is done, the exchange is not */
};

/* What kept a lane of a rank. On one lane spans do not overlap. */
struct span {
	enum span_kind kind;
	enum play_lane lane;
	int rank;
	ticks from, to;		/* from < to */
	const struct phase *phase;	/* whose; for the call alone */
};

/* Told of a step: its question first, then every span as it is known. */
struct play_watch {
	void (*begin)(void *of, const struct step_spec *, const struct step *,
		      const struct loads *);
	void (*span)(void *of, const struct span *);
	void *of;
};

struct play_spec {
	const struct step_spec *ask;
	const struct step *step;
	const struct loads *loads;
	const struct play_watch *watch;	/* NULL: nobody */
};

/* play_step, watched. */
void play_watched(struct played *, const struct play_spec *);

/*
 * step: the same question timed by step_time, for its graph and laws (its
 * expectations are not used). loads: of that graph's layout.
 */
void play_step(struct played *, const struct step_spec *, const struct step *,
	       const struct loads *);

#endif
