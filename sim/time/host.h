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

#endif
