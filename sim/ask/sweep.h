/*
 * sweep: many questions to answers, in parallel.
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
	bool unsimulated;	/* and that is all (question_simulated) */
};

struct sweep_ask {
	double tpot_s;		/* blank batch: the largest that keeps it */
	bool play;		/* through the event engine */
	struct run_ask run;
	int jobs;		/* threads; 0: as many as cores */
	void (*progress)(int done, int of);	/* may be NULL */
};

/*
 * Answer every row of a table; results[table->rows] is the caller's. A row's
 * result depends on the row and the seed alone.
 */
void sweep_rows(const struct table *, struct shelf *,
		const struct sweep_ask *, struct swept *results);

/*
 * A copy of the table with the scenario and answer columns filled in; columns
 * that are nobody's are kept. A malformed row has fits blank and its fault as
 * the refusal.
 */
void sweep_table(const struct table *in, const struct swept *,
		 struct table *out);

#endif
