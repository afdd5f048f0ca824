/*
 * near: which of the words we know did the writer mean?
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

#include "base/text.h"

/*
 * The entry of list[nr] nearest to word in edit distance, upper and lower
 * case alike, the first of equals. NULL when none is within a third of word's
 * length (or 2, if that is more) or none shares a letter with it.
 */
const char *near_word(const char *word, const char *const *list, int nr);

/*
 * Which names did the writer mean by a part of one, or by a slip? Appends
 * "a", or "a" or "b", ...: those of which word is a run of the parts between
 * dashes ("h200" of h200-sxm, "r1" of deepseek-r1), else the near_word, else
 * those that begin with it ("trt" of trtllm), else those a part of which is one
 * letter off ("h20x" of h20-96g).
 * Returns how many; above MOST_MEANT only that many are appended.
 */
enum { MOST_MEANT = 4 /* size: names in one sentence */ };

int near_names(const char *word, const char *const *list, int nr,
	       struct text *out);

/*
 * Letters to change, add or leave out (Levenshtein), upper and lower case
 * alike.
 */
int near_distance(const char *, const char *);

/* The same but for upper and lower case. */
int near_same(const char *, const char *);

/*
 * Words between bars, "need|takes": letters of the first that s begins with; 0:
 * none. Are n bytes of s one of them? Does one stand in the text?
 */
int near_any(const char *s, const char *words);
int near_is(const char *s, size_t n, const char *words);
int near_has(const char *text, const char *words);

/* Letters of word when s begins with it, upper and lower case alike; else 0. */
int near_begins(const char *s, const char *word);

#endif
