/*
 * launch: the files of `plan --launch DIR`.
 */
#ifndef TASKS_LAUNCH_H
#define TASKS_LAUNCH_H

#include "say/launch.h"

/*
 * Every template of hw/launch filled in for the first choice of a plan, which
 * has one, into a folder that is new, empty, or of an earlier run; what was
 * written, and what was not and why, is appended to said. 0, or -1 and the
 * fault: the folder holds something else or cannot be made; then nothing is
 * written.
 */
int launch_write(const struct fleet *, const struct fleet_spec *,
		 const char *dir, struct text *said, struct fault *);

#endif
