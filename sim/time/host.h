/*
 * host: what a step takes longer because a host launches its kernels.
 */
#ifndef TIME_HOST_H
#define TIME_HOST_H

#include "time/step.h"

/*
 * A host that launches every kernel takes launch_s each, and draft_s for a
 * draft that it waits for; it runs ahead of the GPU as far as it can. So a
 * step takes the longer of the two, smoothly: (gpu^p + host^p)^(1/p). Of a
 * step whose time is otherwise done.
 */
void host_launches(struct step *, const struct step_spec *);

/* Seconds that a host takes to launch that step; 0: it is one CUDA graph. */
double host_launch_s(const struct step *, const struct step_spec *);

/* A step of gpu_s that a host launches in host_s, joined by p as above. */
double host_joined_s(double p, double gpu_s, double host_s);

#endif
