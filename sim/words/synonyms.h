/*
 * synonyms: the words of quantities' names as people write them; the tables of
 * words/called.
 */
#ifndef WORDS_SYNONYMS_H
#define WORDS_SYNONYMS_H

#include <stdbool.h>
#include <stddef.h>

#include "words/quantity.h"

/* What else a quantity is called, in plain words; and then in what unit. */
struct synonym {
	enum quantity q;
	const char *unit;	/* NULL: its own */
	const char *names;	/* one behind another, a NUL behind each; at
				   last an empty one */
};

extern const struct synonym synonyms[];
extern const int synonyms_nr;

/* Words of names, with bars between, that mean another, or nothing of their
   own (""). */
struct plain_word { const char *words, *is; };

extern const struct plain_word plain_words[];
extern const int plain_words_nr;

/* Words that may stand beside a name and change nothing of it. */
extern const char asides[];

/* A name in plain words: called.c. */
void called_plain(const char *name, char *out, int size);

/* Is the word, n bytes of it, one of the plain text's? */
bool called_has(const char *text, const char *word, size_t n);

/* Several plain words that have a short name. */
extern const struct plain_word shorts[];
extern const int shorts_nr;

#endif
