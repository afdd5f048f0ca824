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

/* What is for every user is per user; what falls from one to another, both. */
void naming_plain(const char *text, char *out, size_t size);

#endif
