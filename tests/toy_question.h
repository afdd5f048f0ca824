/*
 * toy_question: what is asked of a toy whose layout is planned (toy_plan), as
 * question_make leaves it: one token a step, the stack's share of memory, and
 * a scenario that says nothing. The question points into the toy.
 */
#ifndef TESTS_TOY_QUESTION_H
#define TESTS_TOY_QUESTION_H

#include "ask/question.h"
#include "tests/toy.h"

void toy_question(struct question *, const struct toy *);

#endif
