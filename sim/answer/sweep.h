/*
 * sweep: a row of a table to its answer. crew/crew does many side by side.
 */
#ifndef ANSWER_SWEEP_H
#define ANSWER_SWEEP_H

#include <stdint.h>

#include "answer/answer.h"
#include "ask/memo.h"
#include "ask/warm.h"

/* What users of a row's engine saw, played request by request. */
struct seen {
	double ttft_s, tpot_s;	/* medians over requests */
	double ttft_p99_s;
	double tok_s_gpu;
	double watt_gpu;
};

enum seen_at { SEEN_AS_IS, SEEN_SLOW, SEEN_FAST, SEEN_NR };	/* 80 % */

/* What became of one row. */
struct swept {
	struct scenario scenario;	/* as read; defaults if it was sound */
	struct answer answer;
	struct fault fault;		/* when malformed */
	bool malformed;
	/*
	 * A question was made of the scenario, whose defaults are filled in.
	 * Who reads the next row over it, and writes its load alone as no more
	 * differs (grid_follow), says that it follows.
	 */
	bool sound, follows;
	int64_t row;		/* that was read */
	bool searched;		/* blank batch: the largest that keeps tpot */
	bool unsimulated;	/* and that is all (question_simulated) */
	bool unwanted;		/* so its answer has not all of its columns */
	bool served;		/* it is, request by request: */
	struct seen seen[SEEN_NR];
};

struct sweep_spec {
	double tpot_s;		/* blank batch: the largest that keeps it */
	bool longest;		/* blank ctx and isl: the longest that fits */
	bool play;		/* through the event engine */
	enum unfit unfit;
	struct run_spec run;
	/*
	 * Is a row wanted, as far as can be told of one that is answered up
	 * to here? NULL: all are.
	 */
	bool (*wanted)(const void *judge, const struct swept *,
		       enum answer_stage);
	const void *judge;		/* not owned */
	/*
	 * Plays a row whose GPUs take prompts as well, or refuses it in its
	 * answer; NULL: such rows are not simulated.
	 */
	void (*serve)(struct swept *, const struct question *,
		      const struct run_spec *);
};

/* Who answers rows one after the other: one thread's. */
struct sweeper {
	const struct sweep_spec *spec;	/* not owned */
	struct memo *memo;		/* owned */
	struct warm *warm;		/* owned */
	struct step *room;		/* its warm's */
	struct question question;	/* the last row's, where it was sound */
	struct swept played;	/* the last row that serve played, of */
	struct scenario as;	/* this scenario, its id blank */
	struct scenario asked;		/* then: what it was made of */
	bool sound;
};

void sweeper_init(struct sweeper *, const struct sweep_spec *,
		  const struct library *);
void sweeper_release(struct sweeper *);

/* A table's row, read but not answered; its fault where it cannot be. */
void sweep_read(struct swept *, const struct table *, int row);

/*
 * Answer what was read; nothing where it is malformed. What is wrong with the
 * question is the fault then, at the place that fault has, unless another file
 * is to blame. The answer depends on the scenario and the seed alone.
 */
void sweep_answer(struct swept *, struct sweeper *);

/*
 * The columns of what is printed: those of a scenario, then those of the
 * input that are nobody's, then an answer's. What the input says in an
 * answer's column is not kept.
 */
struct sweep_sheet {
	const struct table *in;	/* not owned; NULL: no input */
	int *own;		/* the input's that are nobody's; owned */
	int owns;
	int *given;		/* the input's, by scenario column, or -1;
				   owned */
};

void sweep_sheet_init(struct sweep_sheet *, const struct table *in);
void sweep_sheet_release(struct sweep_sheet *);

void sweep_head(const struct sweep_sheet *, struct text *out);

/* Who writes lines of it, mostly of rows that follow each other: one thread. */
struct sweep_pen {
	const struct sweep_sheet *sheet;	/* not owned */
	struct scenario of;	/* the last line's; and its cells, owned: */
	struct text before;	/* hw to the last before the load's; none yet */
	struct text behind;	/* those behind */
	int first;		/* column of the load, which is spelt: */
	struct text_spelt load[SCENARIO_LOADS];
	struct answer_cells cells;	/* and those of the answer */
};

/*
 * A line of it. Of a malformed row what it said, as it was written where there
 * is an input, and its fault as the refusal; fits and the rest are blank.
 */
void sweep_line(const struct sweep_sheet *, int row, const struct swept *,
		struct text *out);

/* The same, sooner where the scenario is nearly that of the line before. */
void sweep_pen_line(struct sweep_pen *, int row, const struct swept *,
		    struct text *out);
void sweep_pen_release(struct sweep_pen *);

#endif
