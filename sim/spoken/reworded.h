/*
 * reworded: a sentence in words that are read: "DeepSeek-V3's" is DeepSeek-V3,
 * "from A to B" two figures.
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

/* Without possessives. */
void reworded_plain(const char *text, char *out, size_t size);

/*
 * "from A to B", "A down to B": A, and then B behind WAY, as clauses of their
 * own; A has it as well where "from" says so.
 */
#define WAY "\x01"
void reworded_ways(const char *text, char *out, size_t size);

#endif
