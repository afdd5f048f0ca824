/*
 * host: what a step takes longer because a host launches its kernels, and
 * looks at what they found.
 */
#ifndef TIME_HOST_H
#define TIME_HOST_H

#include "time/step.h"

/*
 * What a step with drafts waits for the host between its passes, and one
 * standard error of it; 0 without drafts. The GPU does nothing meanwhile.
 */
double host_turn_s(const struct deployment *);
double host_turn_err_s(const struct deployment *);

/* That and what the engine does between two steps of so many sequences. */
double host_between_s(const struct deployment *, double seqs);

/*
 * A host that launches every kernel takes launch_s each; it runs ahead of the
 * GPU as far as it can. So a step takes the longer of the two, smoothly:
 * (gpu^p + host^p)^(1/p). Of a step whose time is otherwise done.
 */
void host_launches(struct step *, const struct step_spec *);

/* Seconds that a host takes to launch that step; 0: it is one CUDA graph. */
double host_launch_s(const struct step *, const struct step_spec *);

/* A step of gpu_s that a host launches in host_s, joined by p as above. */
double host_joined_s(double p, double gpu_s, double host_s);

#endif
