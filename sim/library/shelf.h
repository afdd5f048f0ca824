/*
 * shelf: the sheets and configs that a question names, each read once.
 *
 * A name without a slash and without .csv or .json is looked up in the data
 * folder (hw/, hw/stacks/, models/ of it); anything else is a path. The data
 * folder is $DEEPROOF_DATA, else the first of the working folder, the
 * program's own folder and its ../share/deeproof that has a hw/.
 */
#ifndef LIBRARY_SHELF_H
#define LIBRARY_SHELF_H

#include "ask/scenario.h"
#include "facts/library.h"

struct shelf;

struct shelf *shelf_open(void);
void shelf_free(struct shelf *);

/* The same as a library, for who asks questions; owned by the shelf. */
const struct library *shelf_library(struct shelf *);

/* Owned by the shelf. NULL and the fault when it cannot be read. */
const struct gpu *shelf_gpu(struct shelf *, const char *name, struct fault *);

/*
 * Of the rows KEY@DATE the newest not after the spec's date stands for KEY; it
 * wins over an undated KEY, and a row of the sheet itself wins over any of its
 * base.
 */
const struct stack *shelf_stack(struct shelf *, const struct stack_spec *,
				struct fault *);
const struct model *shelf_model(struct shelf *, const char *, struct fault *);

/* The facts behind them, for show. NULL when the name was never read. */
const struct facts *shelf_gpu_facts(struct shelf *, const char *name);
const struct facts *shelf_stack_facts(struct shelf *, const char *name,
				      const char *date);
const struct facts *shelf_model_facts(struct shelf *, const char *name);

/*
 * The facts behind the sheets that a scenario names, its settings applied; not
 * owned. NULL: never read, as by a question made of the scenario.
 */
struct shelf_sheets {
	const struct facts *gpu, *stack, *model;
};

struct shelf_sheets shelf_sheets(struct shelf *, const struct scenario *);

/*
 * The facts of a sheet of the data folder that is no descriptor, as
 * hw/stacks/prior.csv. out is initialised, and must be released.
 */
int shelf_sheet(struct shelf *, const char *folder, const char *name,
		struct facts *out, struct fault *);

/* The facts that were asked for in all that was read, by origin; each once. */
void shelf_origins(const struct shelf *, int nr[ORIGIN_NR]);

/*
 * What an embedding program loads (embed/bundle): every descriptor of the
 * data folder, appended. 0, or -1 and the fault of one that cannot be read.
 */
int shelf_bundle(struct shelf *, struct text *out, struct fault *);

/* What kind of thing a name is: does the data folder hold one? */
int shelf_has(struct shelf *, const char *folder, const char *name);

#endif
