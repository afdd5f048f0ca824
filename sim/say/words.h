/*
 * words: a question and its answer for a person, or as one CSV row.
 */
#ifndef SAY_WORDS_H
#define SAY_WORDS_H

#include "answer/answer.h"

/* A batch of NaN: requests come by the clock, and nobody says how many. */
void words_question(const struct question *, struct text *);
void words_answer(const struct question *, const struct answer *,
		  struct text *);

/* Header and row: scenario columns, then answer columns. */
void words_row(const struct question *, const struct answer *,
	       struct text *);

#endif
