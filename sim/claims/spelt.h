/*
 * spelt: names as people write them, taken apart: "8x NVIDIA H200 SXM5", "2x8
 * H100", "H200x8", "block-wise FP8 (E4M3)".
 */
#ifndef CLAIMS_SPELT_H
#define CLAIMS_SPELT_H

enum { SPELT = 64 /* size: a name */ };

/*
 * Small letters and digits alone: without who made it, and the words that say
 * nothing more (GPU, server, weights, the socket). many: how many of them the
 * name says, the product of its counts; 0: it says none.
 */
struct spelt {
	char name[SPELT];
	double many;
};

void spelt_system(struct spelt *, const char *text);
void spelt_model(struct spelt *, const char *text);

/* Of a format every word alone; the next at *text, or 0 when there is none. */
int spelt_word(struct spelt *, const char **text);

#endif
