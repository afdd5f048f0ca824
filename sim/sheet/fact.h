/*
 * fact: a number about the world, with its unit, its error and its origin.
 *
 * A sheet is a CSV file `key,value,err,unit,origin,source,note`. read/sheet
 * makes it a struct facts; gpu, stack and model take what they need from it.
 * There is no default for a fact: a missing key is a fault, and so is one
 * that nobody takes, since it is probably a misspelt one.
 */
#ifndef SHEET_FACT_H
#define SHEET_FACT_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/units.h"

enum origin {
	ORIGIN_SPEC,		/* the vendor's data sheet */
	ORIGIN_MEASURED,	/* somebody's published measurement */
	ORIGIN_REPORTED,	/* said in prose, by its makers or others */
	ORIGIN_FITTED,		/* fitted by us to published measurements */
	ORIGIN_ASSUMED,		/* a judgement, from memory or by analogy */
	ORIGIN_DERIVED,		/* computed from other facts by the program */
	ORIGIN_NR
};

struct fact {
	char *key;
	char *text;		/* the value as written */
	double value;		/* in the base unit; 0 for DIM_NAME */
	double err;		/* one standard error, base unit; 0: unknown */
	enum dim dim;
	char unit[16];		/* size: as written */
	enum origin origin;
	char *source;
	char *note;
	char date[12];		/* size: YYYY-MM-DD of a dated row, else "" */
	char *file;		/* the sheet that it stands in */
	int line;
	bool taken;		/* somebody asked for it */
};

struct facts {
	char *name;		/* "h200-sxm" */
	struct fact *fact;	/* owned, in the order of the sheet */
	int nr;
	int cap;
	char oldest[12];	/* size: day of its oldest dated row, or "" */
	char asked[12];		/* size: day they were chosen for; "": newest */
	int *slot;		/* a hash of the keys: 1 + which; owned */
	int slots;
};

void facts_init(struct facts *, const char *name);
void facts_release(struct facts *);

/* A blank fact at the end; the caller fills it with owned strings. */
struct fact *facts_add(struct facts *, const char *key);

/* The fact at the end, its strings with it; what is left behind is blank. */
void facts_move(struct facts *, struct fact *);

/* The file to blame for what is not there: its first fact's, or its name. */
const char *facts_home(const struct facts *);

/* A copy of one fact at the end, not taken. */
void facts_add_copy(struct facts *, const struct fact *);

/* A copy that owns its strings, nothing in it taken. */
void facts_copy(struct facts *out, const struct facts *from);

/*
 * A copy whose facts can be changed one by one; strings and index are still
 * from's, which must outlive it. free() its fact, nothing else.
 */
struct facts facts_borrow(const struct facts *from);

/* The fact, untouched, or NULL; of equal keys the first. */
struct fact *facts_find(const struct facts *, const char *key);

bool facts_have(const struct facts *, const char *key);

/* Its standard error, in its base unit; 0 where there is no such fact. */
double facts_err(const struct facts *, const char *key);

/* Take a number or a word that must be there, in this dimension. */
int facts_number(struct facts *, const char *key, enum dim, double *,
		 struct fault *);
int facts_word(struct facts *, const char *key, const char **,
	       struct fault *);

/* As facts_number; *value is left alone when there is no such row. */
int facts_maybe(struct facts *, const char *key, enum dim, double *,
		struct fault *);

/* It will be taken, if there is one: no slip of another key, then. */
void facts_expect(struct facts *, const char *key);

/* Every fact was taken: 0. Else a fault that names the first left over. */
int facts_all_taken(const struct facts *, struct fault *);

/* A fault at a fact's own line; about the column "set", and no file to blame,
   where that gave it. Always -1. */
int fault_at_fact(struct fault *, const struct fact *);

/* Was it given by a question's settings (facts/set.h), not by its sheet? */
bool fact_is_set(const struct fact *);

/* The source of such a fact, and the column that gave it. */
#define FACT_SET "set"

const char *origin_name(enum origin);
int origin_parse(const char *, enum origin *);

#endif
