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
#ifndef TIME_PLAY_H
#define TIME_PLAY_H

#include "base/ticks.h"
#include "time/loads.h"
#include "time/step.h"

enum play_lane { LANE_COMPUTE, LANE_NVLINK, LANE_NIC, LANE_NR };

struct played {
	double s;		/* the step, host time included */
	int64_t events;
	double busy_s[LANE_NR];	/* mean over the ranks */
	double nvlink_B, rdma_B;	/* sent, mean rank */
	double received_B;	/* NVLink and RDMA together, mean rank */
	double imbalance;	/* mean over layers of max / mean rows */
};

/*
 * step: the same question timed by step_time, for its graph and laws (its
 * expectations are not used). loads: of that graph's layout.
 */
void play_step(struct played *, const struct step_ask *, const struct step *,
	       const struct loads *);

#endif
