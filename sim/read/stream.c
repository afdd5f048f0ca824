#include "read/stream.h"

/*
 * GSL's integers are unsigned long, which has 32 bits on some machines: it gets
 * 32 on all, so that each draws the same. Doubles have their 53.
 */
static void fill(void *state, unsigned long seed)
{
	chance_fill(state, seed);
}

static unsigned long next(void *state)
{
	return (uint32_t)chance_next(state);
}

static double next_double(void *state)
{
	return chance_uniform(state);
}

static const gsl_rng_type xoshiro256 = {
	.name = "xoshiro256++",
	.max = UINT32_MAX,
	.min = 0,
	.size = sizeof(struct chance),
	.set = fill,
	.get = next,
	.get_double = next_double,
};

gsl_rng stream_of(struct chance *c)
{
	return (gsl_rng){ &xoshiro256, c };
}

gsl_rng *stream_open(struct stream *s, uint64_t seed, int step,
		     enum stream_use use)
{
	s->rng = stream_of(&s->chance);
	chance_fill(&s->chance, chance_seed(seed, step, use));
	return &s->rng;
}
