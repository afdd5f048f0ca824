/*
 * How many holds a second does the engine reach? A hold rings one alarm and
 * sets the next, as a simulation does in its steady state. Increments are
 * exponential with a mean of 1 ms, drawn before the clock starts.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include "play/engine.h"

enum { DRAWS = 1 << 16, HOLDS = 10000000 };

static ticks draw[DRAWS];

static uint64_t xorshift(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void fill_draws(void)
{
	uint64_t state = 42;

	for (int i = 0; i < DRAWS; i++) {
		double u = (double)(xorshift(&state) >> 11) * 0x1p-53;

		draw[i] = (ticks)(-log1p(-u) * 1e9);
	}
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double holds_per_s(int pending)
{
	struct engine e;
	int32_t whom;
	double start;

	engine_init(&e, pending);
	for (int i = 0; i < pending; i++)
		engine_set(&e, draw[i % DRAWS], i);
	start = seconds();
	for (int i = 0; i < HOLDS; i++) {
		engine_next(&e, &whom);
		engine_set(&e, engine_now(&e) + draw[i % DRAWS], whom);
	}
	start = seconds() - start;
	engine_release(&e);
	return HOLDS / start;
}

int main(void)
{
	fill_draws();
	printf("engine: pending alarms, million holds a second\n");
	for (int pending = 10; pending <= 10000; pending *= 10)
		printf("%8d %8.1f\n", pending, holds_per_s(pending) / 1e6);
	return 0;
}
