/*
 * look: one choice, looked at: does it fit, how fast is it, is it the best so
 * far? What of it counts goes into the limits.
 */
#ifndef LIMITS_LOOK_H
#define LIMITS_LOOK_H

#include "limits/choice.h"

enum { TRIED = 64 /* size: choices that are remembered */ };

/* What was looked at, and what it said. */
struct tried {
	struct choice choice;
	int counts;		/* so many choices */
	bool fits;
};

/* Limits in the making. */
struct work {
	struct limits *r;
	const struct limits_spec *a;
	struct memo *memo;
	struct graph *room;	/* for counting; owned */
	struct step *step;	/* the last timed; owned */
	double multiple;	/* of a step's tokens: drafts of a model that
				   has no layer for them */
	struct choice total, user, held;	/* the best so far */
	struct choice total_predicted, user_predicted;
	struct question *foreseen;	/* of those two; owned */
	struct tried tried[TRIED];
	int nr;			/* of those */
	double facts_sd;	/* errors of facts make no more of a step, log;
				   INFINITY: none was looked at */
};

/* Of limits that are all zero: the choices are of this claim. */
void work_init(struct work *, struct limits *, const struct limits_spec *,
	       struct memo *);
void work_release(struct work *);

/*
 * Does it fit? What was looked at before would change nothing but how many
 * choices there are.
 */
bool look(struct work *, const struct choice *);

/* The bands of what is predicted best, when all is known. */
void look_ahead(struct work *);

#endif
