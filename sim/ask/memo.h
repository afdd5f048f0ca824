/*
 * memo: what the questions before had in common with the next one, so that
 * a sweep does not look up, place and check the same things in every row.
 *
 * Of one thread. It changes how long a question takes to make, never what it
 * is.
 */
#ifndef ASK_MEMO_H
#define ASK_MEMO_H

#include "ask/scenario.h"
#include "facts/library.h"
#include "skew/skew.h"
#include "work/layout.h"

struct warm;

enum { MEMO_SKEWS = 16 /* size: placements kept */ };

struct memo {
	const struct library *library;	/* not owned */
	const struct gpu *gpu;		/* of these names; NULL: none yet */
	const struct stack *stack;
	const struct model *model;
	char hw[SCENARIO_WORD];
	char software[SCENARIO_WORD];
	char date[SCENARIO_WORD];
	char name[SCENARIO_WORD];
	char set[SCENARIO_WORD];
	struct skew_spec spec[MEMO_SKEWS];
	struct skew skew[MEMO_SKEWS];
	int skews, oldest;
	unsigned made;			/* skews made so far */
	struct warm *warm;		/* not owned; NULL: nothing is kept */
	struct deployment lawful;	/* the last with a law for every op */
};

/* 25 kB; free(). A NULL library is for who lends it what is looked up. */
struct memo *memo_new(const struct library *);

/* Of a memo without a library: these descriptors (the rest of sheets is not
   read), not owned, are what any names mean from now on. */
void memo_lend(struct memo *, const struct deployment *sheets);

/* Is one of the names that are given none? -1 and the library's fault, which
   takes the place of what why held: a name is looked at before a blank. */
int memo_names(struct memo *, const struct scenario *, struct fault *);

/* The descriptors that a scenario names. 0, or -1 and the library's fault. */
int memo_look_up(struct memo *, const struct scenario *, struct deployment *,
		 struct fault *);

/* skew_make, or what it made before. */
const struct skew *memo_skew(struct memo *, const struct skew_spec *);

/* Was this deployment, its spares apart, found to have a law for every op? */
bool memo_is_lawful(const struct memo *, const struct deployment *);

#endif
