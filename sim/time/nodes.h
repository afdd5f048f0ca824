/*
 * nodes: where a number stands among some that rise, and straight lines
 * between what is known there. Inline, as each step of a run asks.
 */
#ifndef TIME_NODES_H
#define TIME_NODES_H

#include <assert.h>
#include <float.h>
#include <stdint.h>
#include <string.h>

/* Where x stands: between node i and the next, a share f of the way. */
struct bracket {
	int i;
	double f;
};

/* x below the first node is at it; beyond the last the line goes on. */
static inline struct bracket bracket_of(const double *node, int nr, double x)
{
	int low = 0;

	assert(nr >= 2 && x == x);
	if (x <= node[0])
		return (struct bracket){ 0, 0 };
	for (int left = nr - 1, half; left > 1; left -= half) {
		half = left / 2;
		low += half * (node[low + half] <= x);	/* not to branch */
	}
	return (struct bracket){ low, (x - node[low]) /
				   (node[low + 1] - node[low]) };
}

/* Of x > 0, as the highest bits of a double have it: ilogb without a call. */
static inline int exponent(double x)
{
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return (int)(bits >> (DBL_MANT_DIG - 1));
}

/* The same of nodes that double: the exponent says where x stands. */
static inline struct bracket octave_of(const double *node, int nr, double x)
{
	int at = nr - 2;

	assert(nr >= 2 && x == x);
	if (x <= node[0])
		return (struct bracket){ 0, 0 };
	if (x < node[nr - 1])
		at = exponent(x) - exponent(node[0]);
	return (struct bracket){ at, (x - node[at]) / node[at] };
}

static inline double between(double a, double b, double f)
{
	return a + (b - a) * f;
}

#endif
