#include "base/chance.h"

#include <assert.h>
#include <math.h>

#define TWO_64 18446744073709551616.0	/* math: 2^64 */

/* splitmix64 (Steele, Lea and Flood 2014), as prng.di.unimi.it has it. */
static uint64_t splitmix64(uint64_t *at)
{
	uint64_t z = *at += 0x9e3779b97f4a7c15;	/* math: 2^64 / golden */

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;	/* math: its mix */
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;	/* math: its mix */
	return z ^ (z >> 31);				/* math: its mix */
}

uint64_t chance_seed(uint64_t seed, int step, enum stream_use use)
{
	uint64_t at = seed;

	assert(use >= 0 && use < STREAM_NR);
	at = splitmix64(&at) + (uint64_t)step;
	at = splitmix64(&at) + (uint64_t)use;
	return splitmix64(&at);
}

void chance_fill(struct chance *c, uint64_t seed)
{
	uint64_t at = seed;

	for (int i = 0; i < CHANCE_WORDS; i++)
		c->state[i] = splitmix64(&at);
}

static uint64_t turned(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));	/* size: bits of a word */
}

uint64_t chance_next(struct chance *c)
{
	uint64_t *s = c->state;
	uint64_t out = turned(s[0] + s[3], 23) + s[0];	/* math: its "++" */
	uint64_t high = s[1] << 17;	/* math: its shift */

	s[2] ^= s[0];
	s[3] ^= s[1];			/* size: the last word */
	s[1] ^= s[2];
	s[0] ^= s[3];			/* size: the last word */
	s[2] ^= high;
	s[3] = turned(s[3], 45);	/* math: its turn */
	return out;
}

/* The upper 53 bits, all that a double holds. */
double chance_uniform(struct chance *c)
{
	uint64_t high = chance_next(c) >> 11;	/* size: bits too many */

	return (double)high * ((1 << 11) / TWO_64);	/* size: as above */
}

/* Words beyond the last whole multiple of n are drawn again. */
uint64_t chance_below(struct chance *c, uint64_t n)
{
	uint64_t of, k;

	assert(n > 0);
	of = UINT64_MAX / n;
	do
		k = chance_next(c) / of;
	while (k >= n);
	return k;
}

/* The inverse of its distribution, 1 - exp(-x / mean). */
double chance_exponential(struct chance *c, double mean)
{
	assert(mean >= 0);
	return -mean * log1p(-chance_uniform(c));
}
