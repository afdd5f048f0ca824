/*
 * place: where the data folder is, and which file a name stands for.
 */
#ifndef READ_PLACE_H
#define READ_PLACE_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"

struct place {
	const char *folder;	/* of the data folder */
	const char *ending;	/* ".csv" */
	const char *what;	/* "GPU", for messages */
	const char *but;	/* a file there that is none; NULL: all are */
};

extern const struct place place_gpus, place_stacks, place_models;
extern const struct place place_sheets;		/* of models */

/*
 * $DEEPROOF_DATA, else the first of the working folder, the program's own and
 * its ../share/deeproof that has a hw/. Nothing is added when there is none.
 */
void place_root(struct text *out);

/* It is a folder that is there. */
bool place_is_folder(const char *path);

/* With a slash, or ending in .csv or .json: a path, else a name. */
bool place_is_path(const char *name);

/*
 * Add the path of a name; root may be NULL (no data folder). 0, or -1 and the
 * fault: no such name, and the nearest that there is.
 */
int place_find(struct text *out, const char *root, const struct place *,
	       const char *name, struct fault *);

/* What a place holds, sorted. */
struct place_names {
	char **name;	/* each owned */
	int nr, cap;
};

/* Add a place's names; root may be NULL (no data folder): none. */
void place_names(struct place_names *, const char *root, const struct place *);
void place_names_release(struct place_names *);

/*
 * The names of such files in the data folder, sorted, a line each, appended;
 * nothing where root is NULL.
 */
void place_lines(const char *root, const struct place *, struct text *out);

/* Does a folder of the data folder hold NAME.csv or NAME.json? */
int place_has(const char *root, const char *folder, const char *name);

#endif
