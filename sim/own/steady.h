/*
 * steady: the part of a run in which nothing but decoding went on, at one
 * batch: what a step's time can be read from.
 *
 * An engine's line is the mean over the steps since the line before it. It is
 * steady when the rank's line before it was there too, no rank of the log
 * worked on a prompt between the two (in a group of ranks all wait for the
 * slowest), and the sequences that run changed by under a twentieth. The rest
 * is dropped and counted by its reason.
 */
#ifndef OWN_STEADY_H
#define OWN_STEADY_H

#include "logs/bench.h"
#include "logs/enginelog.h"

enum dropped {
	DROP_FIRST,		/* nothing says when its time began */
	DROP_PREFILL,		/* prompts were worked on meanwhile */
	DROP_CHANGING,		/* sequences came or went */
	DROP_IDLE,		/* none ran, or none advanced */
	DROP_NR
};

/* Steady lines at about one batch and context. */
struct level {
	double running, ctx_tok;	/* means, a rank; ctx of a sequence;
					   NaN: not said */
	double accept;		/* NaN: not said */
	double step_s;		/* median */
	double spread;		/* median deviation from it, a share */
	int lines, first, last;	/* of the file */
};

struct steady {
	struct level *level;	/* owned; fewest sequences first */
	int levels;
	int lines;		/* of the log that say something of decoding */
	int used, ranks;
	int dropped[DROP_NR];
	int ramp, tail;		/* of those dropped: before the first that
				   is used, behind the last */
};

/*
 * accept: tokens a sequence gains a step where no line says so. 0 levels: none
 * is steady. Release it.
 */
void steady_make(struct steady *, const struct engine_log *, double accept);
void steady_release(struct steady *);

/* "12 dropped: 8 the first of a rank, 4 with prompts", appended. */
void steady_said(const struct steady *, struct text *);

/*
 * Of a run whose requests are known one by one: while nine tenths of the most
 * that ever decoded at once do. NaN: there is no such time.
 */
struct plateau {
	double running;		/* mean over that time */
	double ctx_tok;		/* mean of those that run */
	double tpot_s;		/* their time by their tokens */
	double from_s, to_s;	/* of a run from 0 to all_s */
	double all_s;
};

void plateau_make(struct plateau *, const struct bench_run *);

#endif
