/*
 * damage: what a file looks like after an accident: bits that flip, lines and
 * fields that go or change places, huge numbers, nesting, marks of other
 * systems.
 * The same seed does the same to the same bytes.
 */
#ifndef TESTS_DAMAGE_H
#define TESTS_DAMAGE_H

#include <stddef.h>
#include <stdint.h>

struct damage {
	char *bytes;		/* the caller's, with room for them all */
	size_t len, room;
	uint64_t state;		/* the seed, at first */
};

/* A number below another, which is above 0: splitmix64. */
uint64_t damage_draw(struct damage *d, uint64_t below);

/* One to three things go wrong with the bytes; none where there are none. */
void damage_do(struct damage *d);

#endif
