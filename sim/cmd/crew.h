/*
 * crew: the rows of a table answered by several threads.
 */
#ifndef CMD_CREW_H
#define CMD_CREW_H

#include "ask/sweep.h"

struct crew_spec {
	struct sweep_spec sweep;
	int jobs;		/* threads; 0: as many as cores */
	void (*progress)(int done, int of);	/* may be NULL */
};

/*
 * Answer every row of a table; results[table->rows] is the caller's. The same
 * results whatever the number of threads.
 */
void crew_sweep(const struct table *, const struct library *,
		const struct crew_spec *, struct swept *results);

#endif
