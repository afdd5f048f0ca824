/*
 * manifest: what the bytes of a sweep's result depend on, and what it was made
 * of: the file beside it, PATH.manifest.
 */
#ifndef TASKS_MANIFEST_H
#define TASKS_MANIFEST_H

#include "ask/grid.h"
#include "base/portion.h"
#include "base/table.h"
#include "sheet/fact.h"
#include "options/options.h"

/* Nothing of it is owned. */
struct manifest_spec {
	const struct options *options;
	char *const *argv;		/* of the verb */
	int argc;
	const struct table *rows;	/* of the options' file; else */
	const struct grid *grid;
	struct portion of;		/* which of them are this shard's */
};

struct manifest {
	struct text id;		/* owned: the same where the result's bytes
				   are the same, whoever makes them */
	int facts[ORIGIN_NR];	/* of the sheets that the rows name */
};

/*
 * Of the options, the input and the sheets that the rows name, as they are now.
 * "deeproof sweep CRC, shard I/N, rows A to B", with the same CRC for all
 * shards of a sweep. Release it.
 */
void manifest_make(struct manifest *, const struct manifest_spec *);
void manifest_release(struct manifest *);

struct manifest_rows {
	int64_t malformed, refused, kept;
};

/* Beside the result, which is there and whole. 0, or -1 and the fault. */
int manifest_write(const struct manifest *, const struct manifest_spec *,
		   const struct manifest_rows *, struct fault *);

#endif
