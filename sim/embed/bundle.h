/*
 * bundle: descriptors in memory, and the library that they make.
 *
 * The text form, a line at a time:
 *
 *	deeproof 1
 *	[gpu NAME]	then a sheet: header and rows, tabs between cells
 *	[stack NAME]	likewise; dated rows and base as in hw/stacks/
 *	[model NAME]	field TAB value, as model/model_fields writes them
 *	[sheet NAME]	the model's facts
 */
#ifndef EMBED_BUNDLE_H
#define EMBED_BUNDLE_H

#include "base/table.h"
#include "facts/library.h"

enum bundle_kind { BUNDLE_GPU, BUNDLE_STACK, BUNDLE_MODEL, BUNDLE_NR };

struct bundle_item;

struct bundle {
	struct bundle_item **item;	/* each owned; they never move */
	int nr, cap;
	struct library library;		/* of this bundle */
};

void bundle_init(struct bundle *);
void bundle_release(struct bundle *);

/* 0; or -1 and the fault, its row the line, and nothing was added. */
int bundle_load(struct bundle *, const char *text, struct fault *);

/* Names of a kind, a line each, appended. */
void bundle_names(const struct bundle *, enum bundle_kind, struct text *);

/* The sheet as it was loaded: dated rows and base as they stand; or NULL. */
const struct facts *bundle_facts(struct bundle *, enum bundle_kind,
				 const char *name);

/* ---- writing ---- */

void bundle_write_head(struct text *);
void bundle_write_model(const struct model *, struct text *);

/*
 * A sheet under "[section]", "gpu h200-sxm" or another. Rows whose key does
 * not begin with prefix are left out ("": none).
 */
void bundle_write_sheet(const char *section, const struct table *sheet,
			const char *prefix, struct text *);

#endif
