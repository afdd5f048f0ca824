/*
 * naming: the hardware, the model and the format that a sentence names, taken
 * out of it; "8-GPU node" is a node and how many it has, "1,000-token answer"
 * its length.
 */
#ifndef SPOKEN_NAMING_H
#define SPOKEN_NAMING_H

#include <stddef.h>

#include "spoken/phrase.h"

/*
 * The sentence without its names, which the phrase gets, into out; a semicolon
 * stands for each.
 */
void naming_take(const char *text, char *out, size_t size, struct phrase *);

#endif
