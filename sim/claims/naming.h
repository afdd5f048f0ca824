/*
 * naming: the hardware, the model and the format that a sentence names, taken
 * out of it; and words that say the same in others: "for every user" is "per
 * user", "8-GPU node" a node and how many it has.
 */
#ifndef CLAIMS_NAMING_H
#define CLAIMS_NAMING_H

#include <stddef.h>

#include "claims/phrase.h"

/*
 * The sentence without its names, which the phrase gets, into out; a semicolon
 * stands for each.
 */
void naming_take(const char *text, char *out, size_t size, struct phrase *);

/*
 * "from A to B", "A down to B": A, and then B behind WAY, as clauses of their
 * own; A has it as well where "from" says so.
 */
#define WAY "\x01"
void naming_ways(const char *text, char *out, size_t size);

#endif
