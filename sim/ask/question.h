/*
 * question: a scenario with its names looked up, its defaults filled in and
 * its layout made: everything that an answer needs.
 */
#ifndef ASK_QUESTION_H
#define ASK_QUESTION_H

#include "ask/scenario.h"
#include "base/text.h"
#include "ask/memo.h"
#include "facts/library.h"
#include "time/step.h"

/* What the scenario left blank and the stack's recipe filled in. */
struct chosen {
	bool balance, redundant, overlap;
};

struct question {
	struct scenario scenario;	/* defaults filled in */
	struct deployment on;
	struct skew_spec skew_spec;
	struct skew skew;
	struct batch batch;
	double ctx_cv;
	struct lengths lengths;	/* of the sequences; empty: the mean's */
	double tokens_per_step;
	double accepted_log_sd;		/* of that, where a sheet says it */
	double mem_share;
	bool two_batch;
	bool wants_two;		/* it was asked for, whatever the batch */
	struct chosen chosen;
	bool colocated;
	bool lacks;		/* refused and sound: the answer is no */
	bool open_requests;	/* not given: they follow the batch */
	struct warm *warm;	/* not owned; NULL: nothing is kept */
	int place;		/* its deployment in there */
	unsigned timed;		/* its steps in there; 0: none */
};

/*
 * 0, or -1 and a fault: a name that is none, a required column left blank, a
 * value out of range, tp or ep that divides nothing, a law that the stack
 * lacks. A fault that is not in a file has no place: the caller sets it. Where
 * the stack has no law, whatever the formats, `lacks` is true as well: nothing
 * is malformed, and answer_none says so.
 */
int question_make(struct question *, const struct scenario *,
		  const struct library *, struct fault *);

/* The same question, sooner where the memo has seen its like. */
int question_recall(struct question *, const struct scenario *,
		    struct memo *, struct fault *);

/* Whether its prompts are read by the same GPUs, whatever its mode says. */
void question_serves(struct question *, bool colocated);

/*
 * The same, sooner still: the question is one that was made so, without a
 * fault, of a scenario that is alike (scenario_alike). After a fault it must
 * be made by question_recall.
 */
int question_again(struct question *, const struct scenario *,
		   struct memo *, struct fault *);

/*
 * The same with these descriptors (the rest of sheets is not read), not owned,
 * instead of those that the scenario names.
 */
int question_with(struct question *, const struct scenario *,
		  const struct deployment *sheets, struct fault *);

/*
 * 0, or -1 and a fault: a decode step is not all that the question's GPUs do.
 * With prompts in the same GPUs it is requests that are played (requests/);
 * memory, identities and floors hold all the same, so claims are judged without
 * asking this.
 */
int question_simulated(const struct question *, struct fault *);

/*
 * Of a question whose deployment_lacks: which formats of weights or KV the GPU
 * has tensor cores and the stack has laws for, appended: "kv=bf16 would run".
 */
void question_formats(const struct question *, struct text *);

/* Cells alone that step would refuse, whatever the others say. 0 or -1. */
int question_cells(const struct scenario *, struct fault *);

/* What its layout is made of. The words point into its scenario. */
struct deployment_spec question_spec(const struct question *);

/*
 * 0; or -1 and a fault: the stack has no law for an op of its step. `lacks`
 * says whether any format would do; an architecture that the stack knows not
 * is malformed whatever the formats.
 */
int question_laws(struct question *, struct memo *, struct fault *);

/* The first op of its step that the stack has no law for; NULL: none. */
const char *question_lacks_law(const struct question *);

/*
 * How long the sequences are: lengths and ctx_cv, of the scenario. 0, or -1 and
 * a fault: both a list of lengths and a variation.
 */
int question_lengths(struct question *, struct fault *);

/*
 * Another batch of the same question; cheap, for searches. An overlap that was
 * left open is chosen again.
 */
void question_batch(struct question *, double batch);

/*
 * The batches that it alternates between where a stage's share of it is no
 * whole number of sequences: so much of the time it is the one above. Below
 * one sequence a group, or a stage, they take turns: part is 0.
 */
struct neighbours {
	double below, above, part;
};

struct neighbours question_neighbours(const struct question *);

/* The step that the question's batch asks for (its neighbour's for seqs). */
struct step_spec question_step(const struct question *, double seqs);

/*
 * The same for a pass of prompts: two micro-batches where they were asked for,
 * since a prompt can be cut where a decoding sequence cannot.
 */
struct step_spec question_pass(const struct question *);

#endif
