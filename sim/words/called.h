/*
 * called: names as people write them, in plain words.
 */
#ifndef WORDS_CALLED_H
#define WORDS_CALLED_H

#include "words/quantity.h"

void called_plain(const char *name, char *out, int size);

/* Is the word, n bytes of it, one of the plain text's? */
bool called_has(const char *text, const char *word, size_t n);

#endif
