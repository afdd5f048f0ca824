/*
 * where: a condition on a row of a sweep, "tok_s_user>=50 and fits=yes":
 * columns of the scenario or the answer, each with a value, all of which must
 * hold. It is the grammar of --until, joined by "and".
 */
#ifndef ANSWER_WHERE_H
#define ANSWER_WHERE_H

#include "answer/sweep.h"

enum { WHERE_MOST = 16 /* size: conditions of one expression */ };

enum where_sign { WHERE_LESS, WHERE_AT_MOST, WHERE_MORE, WHERE_AT_LEAST,
		  WHERE_IS, WHERE_IS_NOT };

struct where_condition {
	enum where_sign sign;
	int given;		/* column of the scenario, or -1: */
	int answered;		/* of the answer */
	double number;		/* NaN: it is compared to the word */
	enum answer_stage from;	/* when what it asks for is there */
	char word[SCENARIO_WORD];
};

struct where {
	struct where_condition is[WHERE_MOST];
	int nr;
	bool fit_only;		/* what does not fit does not answer it */
	enum answer_stage last;	/* the latest of those */
};

/*
 * "COLUMN>VALUE and ..." with < <= > >= = !=. 0, or -1 and a fault: no such
 * column, no number for one that is a number, another sign than = and != for
 * a word.
 */
int where_parse(struct where *, const char *text, struct fault *);

/*
 * Of a row that was answered up to here, as far as its conditions ask for no
 * more. Numbers are equal when their first nine digits are; a blank cell
 * answers nothing, not even !=.
 */
bool where_holds(const struct where *, const struct swept *,
		 enum answer_stage);

#endif
