/*
 * practice: what a careful operator of a stack runs where a scenario leaves
 * balance, redundant or overlap blank. The stack's sheet says what its makers
 * document (struct practice); whether two micro-batches pay is the model's to
 * find, batch by batch.
 */
#ifndef ASK_PRACTICE_H
#define ASK_PRACTICE_H

#include "ask/question.h"

/* Note what the scenario as asked leaves blank; before defaults. */
void practice_open(struct question *);

/*
 * balance and redundant of a question whose layout is made without spares:
 * the fewest that fill every rank's slots, of those that the recipe asks for.
 * True: the layout is to be made again.
 */
bool practice_spares(struct question *);

/*
 * Overlap as asked, or, left blank, whichever fits and takes less time at the
 * question's batch. Two micro-batches want a sequence each: vLLM runs one batch
 * where the second would be empty on any rank. (SGLang runs the empty one too,
 * whose exchanges start for nothing.)
 */
void practice_overlap(struct question *);

/* Overlap as asked, whatever the batch: prompts can be cut. */
void practice_prompts(struct question *);

#endif
