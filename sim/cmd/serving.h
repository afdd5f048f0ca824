/*
 * serving: `run` with requests.
 */
#ifndef CMD_SERVING_H
#define CMD_SERVING_H

#include "ask/serving_job.h"
#include "cmd/options.h"

/* Play and print; the exit status. The question says then what was sent. */
int serving(const struct options *, struct question *,
	    const struct serving_spec *);

#endif
