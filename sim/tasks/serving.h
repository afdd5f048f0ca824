/*
 * serving: `run` with requests.
 */
#ifndef TASKS_SERVING_H
#define TASKS_SERVING_H

#include "requests/job.h"
#include "options/options.h"
#include "say/serving_text.h"

/* Play and print; the exit status. The question says then what was sent. */
int serving(const struct options *, struct question *,
	    const struct serving_spec *);

/*
 * What a run on GPUs shares with one at a service: requests of a file, where
 * one is given, to a load that has none; the format asked for; whether a band
 * is; what is printed, with its exit status.
 */
int serving_file(struct serve_load *, const struct serving_spec *,
		 struct fault *);
int serving_format(const char *how, struct fault *);
bool serving_is_banded(const struct options *,
		       const struct serving_spec *);
int serving_print(const struct served *, const struct options *);

#endif
