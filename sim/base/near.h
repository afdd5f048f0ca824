/*
 * near: which of the words we know did the writer mean?
 */
#ifndef BASE_NEAR_H
#define BASE_NEAR_H

/*
 * The entry of list[nr] nearest to word in edit distance, upper and lower
 * case alike, the first of equals. NULL when none is within a third of word's
 * length (or 2, if that is more) or none shares a letter with it.
 */
const char *near_word(const char *word, const char *const *list, int nr);

/*
 * Letters to change, add or leave out (Levenshtein), upper and lower case
 * alike.
 */
int near_distance(const char *, const char *);

/* The same but for upper and lower case. */
int near_same(const char *, const char *);

/* Letters of word when s begins with it, upper and lower case alike; else 0. */
int near_begins(const char *s, const char *word);

#endif
