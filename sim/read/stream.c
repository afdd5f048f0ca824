#include "read/stream.h"

#define TWO_64 18446744073709551616.0	/* math: 2^64 */

/* splitmix64 (Steele, Lea and Flood 2014), as prng.di.unimi.it has it. */
static uint64_t splitmix64(uint64_t *at)
{
	uint64_t z = *at += 0x9e3779b97f4a7c15;	/* math: 2^64 / golden */

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;	/* math: its mix */
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;	/* math: its mix */
	return z ^ (z >> 31);				/* math: its mix */
}

static uint64_t turned(uint64_t x, int by)
{
	return (x << by) | (x >> (64 - by));	/* size: bits of a word */
}

static unsigned long next(void *state)
{
	uint64_t *s = state;
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

/* In [0, 1): the upper 53 bits, all that a double holds. */
static double next_double(void *state)
{
	uint64_t high = next(state) >> 11;	/* size: bits too many */

	return (double)high * ((1 << 11) / TWO_64);	/* size: as above */
}

static void fill(void *state, unsigned long seed)
{
	uint64_t *s = state, at = seed;

	for (int i = 0; i < STREAM_WORDS; i++)
		s[i] = splitmix64(&at);
}

static const gsl_rng_type xoshiro256 = {
	.name = "xoshiro256++",
	.max = UINT64_MAX,
	.min = 0,
	.size = STREAM_WORDS * sizeof(uint64_t),
	.set = fill,
	.get = next,
	.get_double = next_double,
};

gsl_rng *stream_open(struct stream *s, uint64_t seed, int step,
		     enum stream_use use)
{
	uint64_t at = seed;

	at = splitmix64(&at) + (uint64_t)step;
	at = splitmix64(&at) + (uint64_t)use;
	s->rng = (gsl_rng){ &xoshiro256, s->state };
	gsl_rng_set(&s->rng, splitmix64(&at));
	return &s->rng;
}
