/*
 * reworded: a sentence in words that are read: "for every user" is "per user",
 * "single-stream" one user, "24/7" a day of full use.
 */
#ifndef SPOKEN_REWORDED_H
#define SPOKEN_REWORDED_H

#include <stdbool.h>
#include <stddef.h>

/* Text that is written piece by piece; what does not fit is cut. */
struct out {
	char *text;
	size_t at, size;
};

void out_put(struct out *, const char *, size_t n);
void out_word(struct out *, const char *);

void reworded_plain(const char *text, char *out, size_t size);

/* Such words at s that are a clause of their own: where they end, and the
   clause into out; NULL: none. */
const char *reworded_single(const char *s, struct out *);

/*
 * "from A to B", "A down to B": A, and then B behind WAY, as clauses of their
 * own; A has it as well where "from" says so.
 */
#define WAY "\x01"
void reworded_ways(const char *text, char *out, size_t size);

#endif
