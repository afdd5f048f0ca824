/*
 * next: which single measurement would narrow the band of a question most.
 *
 * What is not known of the question is the stack's facts, each by its error,
 * and the offset of its layout: own.share of its band's variance, the less of
 * it the further the batch is (own/own_bend). A candidate is a layout, batch
 * and context that runs on what there is: the question itself, where it does,
 * and others. By first order, with g the change of log step by one error of a
 * fact, measuring c takes cov(q, c)^2 / var(c) from the variance of q, where
 *
 *	cov = sum g_q g_c + cov(offset_q, offset_c) where the layout is the same
 *	var = sum g_c^2 + offset_c^2 + noise_c^2
 *
 * (the gain of a Kalman filter's one update).
 */
#ifndef OWN_NEXT_H
#define OWN_NEXT_H

#include "library/shelf.h"
#include "ask/question.h"

struct candidate {
	struct question question;
	double log_step;	/* ln of its seconds */
	double cov, var;	/* of it, as above: with the question's */
	double sd_after;	/* log, of the question */
	const struct fact *tells;	/* that it says most of; NULL: the
					   layout's offset; the shelf's */
	double told;		/* its part of cov, as a size */
};

struct next {
	double sd_before;
	struct candidate *best;	/* owned; most narrowing first */
	int nr;
	int tried;		/* that fit and run */
	bool none;		/* that is the fault: a no, nothing malformed */
};

/*
 * have: a scenario of which hw and gpus count. 0; or -1 and a fault. Release
 * it in either case.
 */
struct next_spec {
	struct shelf *shelf;
	const struct question *question;
	const struct scenario *have;
};

int next_make(struct next *, const struct next_spec *, struct fault *);
void next_release(struct next *);

/* How three engines run a candidate, and its load; lines of text. */
void next_commands(const struct candidate *, struct text *out);

#endif
