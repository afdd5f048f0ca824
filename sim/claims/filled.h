/*
 * filled: blank columns of a scenario that other figures of the claim say.
 */
#ifndef CLAIMS_FILLED_H
#define CLAIMS_FILLED_H

#include "claims/claim.h"

/*
 * What given states, and the claim itself where it is about the scenario,
 * serves blank columns too; of a range the end that is easier.
 */
void filled_columns(struct claim *);

/* Sequences of each GPU, where its name says how many there are. */
void filled_users(struct claim *);

/* "2 nodes" of a board that is known. */
void filled_nodes(struct claim *);

/* GPUs of a node: of a board; a rack has nodes of its own. 0: unknown. */
double filled_board(const struct claim *);

#endif
