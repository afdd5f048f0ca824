/*
 * sweep: a row of a table to its answer. cmd/crew does many side by side.
 */
#ifndef ASK_SWEEP_H
#define ASK_SWEEP_H

#include "ask/answer.h"

/* What became of one row. */
struct swept {
	struct scenario scenario;	/* as read; defaults if it was sound */
	struct answer answer;
	struct fault fault;		/* when malformed */
	bool malformed;
	bool searched;		/* blank batch: the largest that keeps tpot */
	bool unsimulated;	/* and that is all (question_simulated) */
};

struct sweep_spec {
	double tpot_s;		/* blank batch: the largest that keeps it */
	bool play;		/* through the event engine */
	struct run_spec run;
};

/* Which row, and what is known of those before it. */
struct sweep_row {
	const struct table *table;
	int row;
	struct memo *memo;
};

/*
 * Read a row and make its question. What is wrong with it is its fault, at
 * its line where no other file is to blame.
 */
void sweep_make(struct swept *, struct question *, const struct sweep_row *,
		const struct sweep_spec *);

/*
 * Answer it; nothing where it is malformed. The result depends on the row and
 * the seed alone, so rows may be answered side by side.
 */
void sweep_answer(struct swept *, struct question *,
		  const struct sweep_spec *);

/*
 * A copy of the table with the scenario and answer columns filled in; columns
 * that are nobody's are kept. A malformed row has fits blank and its fault as
 * the refusal.
 */
void sweep_table(const struct table *in, const struct swept *,
		 struct table *out);

#endif
