/*
 * normal: numbers by chance for tests that draw, the same on every machine.
 */
#ifndef TESTS_NORMAL_H
#define TESTS_NORMAL_H

#include <math.h>
#include <stdint.h>

/* The next uniform in (0, 1): Knuth's MMIX. */
static inline double uniform_next(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return ((double)(*state >> 11) + 0.5) / 9007199254740992.0;
}

/* And the next standard normal: Box and Muller's. */
static inline double normal_next(uint64_t *state)
{
	double root = sqrt(-2 * log(uniform_next(state)));

	return root * cos(6.283185307179586 * uniform_next(state));
}

#endif
