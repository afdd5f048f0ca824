/*
 * scenario: a question, one row of a CSV, with the columns of the README.
 * Options fill the same struct by the same names.
 */
#ifndef ASK_SCENARIO_H
#define ASK_SCENARIO_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/table.h"
#include "base/text.h"

enum { SCENARIO_WORD = 192 /* size: longest name or path */ };

struct scenario {
	char id[SCENARIO_WORD];
	char hw[SCENARIO_WORD];
	char stack[SCENARIO_WORD];
	char model[SCENARIO_WORD];
	char weights[SCENARIO_WORD];
	char kv[SCENARIO_WORD];
	char overlap[SCENARIO_WORD];
	char balance[SCENARIO_WORD];
	char mode[SCENARIO_WORD];
	char date[SCENARIO_WORD];
	char mix[SCENARIO_WORD];	/* ctx where it was a list of lengths,
					   of which it is the mean then */
	char set[SCENARIO_WORD];	/* facts to change; facts/set.h */
	char serving[SCENARIO_WORD];	/* how requests come and are served,
					   where they do; requests/serving.h */
	/* NaN: blank, so that a default can depend on the others */
	double gpus, tp, ep, dcp, pp;
	double batch, concurrency, requests;
	double ctx, ctx_cv, isl, osl;
	double mtp, verify, tokens_per_step;
	double redundant;
	double mem_share;
	double price;
};

struct scenario_column {
	const char *name;
	const char *arg;	/* "N", "NAME", ... for --help */
	const char *help;
	int offset;		/* in struct scenario */
	int word;		/* 1: text, 0: number */
};

extern const struct scenario_column scenario_columns[];
extern const int scenario_columns_nr;

/* The index of a column, or -1: there is no such column. */
int scenario_column_find(const char *name);

/* That fault's what and remedy: which one was meant, perhaps. Always -1. */
int scenario_no_column(const char *name, struct fault *);

void scenario_init(struct scenario *);	/* everything blank */

/*
 * Set one column from text; blank text leaves it blank. 0, 1 when there is
 * no such column, or -1 and what is wrong (the caller sets the place).
 */
int scenario_set(struct scenario *, const char *column, const char *text,
		 struct fault *);

/* The same of a column that there is. */
int scenario_set_at(struct scenario *, int column, const char *text,
		    struct fault *);

/*
 * What differs, if anything, is the id, the batch, the concurrency and the
 * context. May say no of two that are alike.
 */
bool scenario_alike(const struct scenario *, const struct scenario *);

/*
 * Set columns from "ep=8,gpus=8"; a blank value makes a column blank again.
 * What would contradict it becomes blank: batch or concurrency when the other
 * is given, ctx when isl or osl is. 0, or -1 and a fault: no such column, no
 * "=", a value that is none.
 */
int scenario_override(struct scenario *, const char *pairs, struct fault *);

/* The same of what a person gives: no column twice. */
int scenario_given(struct scenario *, const char *pairs, struct fault *);

/* A table's row: unknown columns are skipped. 0, or -1 and the fault. */
int scenario_read(struct scenario *, const struct table *, int row,
		  struct fault *);

/*
 * The scenario column, absent from the table, that the name of column c is
 * probably a slip of: NULL when c is one itself, or like none.
 */
const char *scenario_meant(const struct table *, int c);

/* The same, but that the number of requests may differ as well. */
bool scenario_nearly(const struct scenario *, const struct scenario *);

/*
 * Those columns stand side by side, but the id: batch, concurrency, requests
 * and ctx. Is it one, which is the first, and what is in all of them.
 */
enum { SCENARIO_LOADS = 4 /* size: columns of a load */ };

bool scenario_is_load(int column);
int scenario_first_load(void);
void scenario_set_load(struct scenario *, const double x[SCENARIO_LOADS]);

/* Another's, and the overlap, which may follow from it. */
void scenario_take_load(struct scenario *, const struct scenario *);

/* What stands in column i, as a CSV cell; nothing where it is blank. */
void scenario_cell(const struct scenario *, int i, struct text *);

/* The same of a number, kept spelt, where text_respell would write it. */
char *scenario_spell(const struct scenario *, int i, struct text_spelt *,
		     char *out);

/*
 * 0, or -1 and the number that is out of its range; counts may not be blank.
 * And the same of a load alone, of a scenario that is sound but for it.
 */
int scenario_ranges(const struct scenario *, struct fault *);
int scenario_load_ranges(const struct scenario *, struct fault *);

/* The same of what is given: anything may be blank. */
int scenario_ranges_given(const struct scenario *, struct fault *);

/* Write into a table's row, adding columns that it lacks. */
void scenario_write(const struct scenario *, struct table *, int row);

#endif
