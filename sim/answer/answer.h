/*
 * answer: what deeproof says to a question, in base units, and the columns that
 * --csv prints of it.
 */
#ifndef ANSWER_ANSWER_H
#define ANSWER_ANSWER_H

#include "ask/question.h"
#include "play/play.h"

struct answer {
	bool fits;
	bool late;	/* it would, and misses the time a token asked for */
	struct refusal lack;	/* what is lacking, and */
	char refusal[256];	/* size: why not; blank when it fits */
	struct held held;
	double room_tok;	/* KV tokens there is room for, a group */
	double max_batch;	/* sequences of this context in that room */
	double max_context;	/* tokens that this batch has room for */
	double room_low_tok, room_high_tok;	/* 80 %, of the buffers */
	double max_batch_low, max_batch_high;
	double step_s;
	double launch_log_sd;	/* of it, from kernels launched by a host */
	double together_log_sd;	/* likewise, from where tokens of a sequence
				   go together */
	double log_sd;		/* of it, from all below and its class */
	double facts_log_sd;	/* from the errors of the facts (time/doubt) */
	double tpot_s;
	double tok_s_gpu, tok_s_user, tok_s_total;
	double low, high;	/* of tok_s_gpu, 80 % */
	double sol_tok_s_gpu;
	enum bound bound;
	double mfu, mbu;
	double nvlink_B_tok, rdma_B_tok;
	double nvlink_util, rdma_util;
	double exposed_share;
	double imbalance;
	double watt_gpu;	/* NaN: the GPU's sheet does not say */
	double j_per_tok;	/* of all GPUs */
	double moved_J;		/* of a GPU in a step, beside idling */
	double usd_mtok;	/* NaN: no price */
};

/* In closed form. step: the timed step, for op lists; may be NULL. */
void answer_step(struct answer *, const struct question *, struct step *);

/*
 * The same by and by: what mostly tells whether anybody wants the row, which
 * is what it holds, its time and rates; what its ops come to, on request; and
 * all the rest, those sums too, which takes as long again. Between them
 * question and step, which must be given, are left alone.
 */
enum answer_stage { ANSWER_SPEED, ANSWER_SUMS, ANSWER_REST };

void answer_speed(struct answer *, const struct question *, struct step *);
void answer_sums(struct answer *, const struct question *, struct step *);
void answer_rest(struct answer *, const struct question *, struct step *);

/* Of the rest sol_tok_s_gpu alone. */
void answer_light(struct answer *, const struct question *,
		  const struct step *);

/* Of a question that lacks a law: it does not fit, for the fault's reason. */
void answer_none(struct answer *, const struct question *,
		 const struct fault *);

/*
 * Through the event engine: the mean of `steps` played steps, more where a
 * round of a pipeline would be cut. Equal seeds give equal bytes.
 */
struct run_spec {
	uint64_t seed;
	int steps;		/* refused where they have over 1e9 events */
	const struct play_watch *watch;	/* of the first step; NULL: nobody */
};

void answer_run(struct answer *, const struct question *,
		const struct run_spec *, struct played *);

/*
 * The largest whole batch that fits and keeps the time per output token at
 * or under tpot_s; 0 when not even one sequence does.
 */
double answer_largest_batch(const struct question *, double tpot_s);

/* What depends on running is not known. */
void answer_nothing(struct answer *);

/* What a step of so many seconds sent, of a GPU, and how uneven it was; to an
   answer's bytes a token, parts of ports and of the step. */
struct wired {
	double s;
	double nvlink_B, rdma_B;
	double exposed_s;
	double imbalance;	/* busiest rank's rows over the mean */
};

void answer_wires(struct answer *, const struct question *,
		  const struct wired *);

/* Everything that follows from an answer's step_s, its band too. */
void answer_rates(struct answer *, const struct question *);

/* low and high of an answer's tok_s_gpu: 80 % at this log standard error. */
void answer_band(struct answer *, double log_sd);

/*
 * One standard error of the logarithm of a question's step time; it times the
 * step. What an answer's own band is of.
 */
double answer_log_sd(const struct question *);

/*
 * The part of it that the rows measured in its class are off by; and by how
 * much more of it than where a GPU takes one token in: tiles, the fullest rank
 * and what compute reaches are known less well than what memory moves.
 */
double answer_class_sd(const struct question *);
double answer_grows(const struct question *);

/*
 * The part of it that the rows measured in its class say nothing of: the
 * stack's own overhead, software before any dated row, drafts, a longer
 * context than any of them had.
 */
double answer_beyond_sd(const struct question *);

/*
 * log_sd of an answer of which answer_speed told, if the errors of its facts
 * made so much of it: facts_log_sd, which takes as long as all else.
 */
double answer_sd_if(const struct answer *, const struct question *,
		    double facts_log_sd);

/* What the facts' and the host's errors leave in doubt, likewise. */
double answer_doubt_sd(const struct answer *, const struct question *);

/* ---- columns: cells.c ---- */

extern const int answer_columns_nr;
const char *answer_column(int i);		/* its name */
int answer_column_find(const char *name);	/* -1: no such column */

/*
 * What stands in column i, as a CSV cell; nothing where it is not known. What
 * does not fit has no speed: of its numbers only those of memory are written.
 */
void answer_cell(const struct answer *, int i, struct text *);

/*
 * All cells, each behind a comma. kept: how the numbers of the line before are
 * spelt, which hold until another stands there; all zero before the first. It
 * changes how long that takes, never what is written.
 */
enum { ANSWER_MOST = 48 /* size: columns, and more */ };

struct answer_cells {
	struct text_spelt number[ANSWER_MOST];
};

void answer_line(const struct answer *, struct answer_cells *kept,
		 struct text *);

/* Is column i a number, and is it there of what does not fit as well? */
bool answer_is_number(int i);
bool answer_always(int i);

/* From when on it is there. */
enum answer_stage answer_stage(int i);

/* That number in the column's unit; NaN where the cell is blank. */
double answer_number(const struct answer *, int i);

/* Or else its word. */
const char *answer_word(const struct answer *, int i);

#endif
