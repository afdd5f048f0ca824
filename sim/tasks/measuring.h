/*
 * measuring: files that a service or a benchmark wrote, to measured rows.
 */
#ifndef TASKS_MEASURING_H
#define TASKS_MEASURING_H

#include "own/measure.h"

struct measuring {
	struct place_names hw, stacks, models;	/* that there are */
	struct measure_spec ask;
};

/* given: not owned. Release it. */
void measuring_init(struct measuring *, const struct scenario *given);
void measuring_release(struct measuring *);

/*
 * Add a file's rows (- is stdin); what was dropped is said on stderr, a fault
 * too. The exit status.
 */
int measuring_file(struct measuring *, const char *path, struct table *out);

/* The same of bytes that were read. */
int measuring_bytes(struct measuring *, const char *path,
		    const struct text *bytes, struct table *out);

#endif
