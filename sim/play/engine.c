#include "play/engine.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * A heap in which every slot has four children. Four keys of 16 bytes are a
 * cache line, so with the root in slot 3 the children of any slot are one
 * aligned line: those of slot p start at 4 (p - 2), and its parent is
 * p / 4 + 2. Slots past the end hold NEVER, so a line is always full and the
 * smallest child is found without a branch. Four ways beat two here because
 * the depth, and with it the cache lines touched, is half.
 */
enum {
	WAYS = 4,	/* size: children of a slot */
	ROOT = WAYS - 1,
	LINE = 64,	/* size: bytes of a cache line */
	WORD = 32,	/* size: bits of whom, and of the order of setting */
};

static const engine_key NEVER = ~(engine_key)0;

static engine_key key_of(ticks when, uint64_t set, int32_t whom)
{
	uint64_t low = set << WORD | (uint32_t)whom;

	return (engine_key)(uint64_t)when << (WORD + WORD) | low;
}

static engine_key *aligned(void *block)
{
	char *at = block;
	size_t past = (uintptr_t)at % LINE;

	return (void *)(at + (past ? LINE - past : 0));
}

/* Move to a block of cap slots, a multiple of WAYS. */
static void resize(struct engine *e, unsigned cap)
{
	void *block = mem_zeroed(cap + WAYS, sizeof(engine_key));
	engine_key *slot = aligned(block);

	if (e->cap)
		memcpy(slot, e->slot, e->cap * sizeof(*slot));
	for (unsigned i = e->cap; i < cap; i++)
		slot[i] = NEVER;
	free(e->block);
	e->block = block;
	e->slot = slot;
	e->cap = cap;
}

static int by_key(const void *a, const void *b)
{
	const engine_key *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * The order of setting has 32 bits. When they are spent, number the pending
 * alarms afresh, in their order; a sorted array is a heap.
 */
static void renumber(struct engine *e)
{
	unsigned pending = e->end - ROOT;

	qsort(e->slot + ROOT, pending, sizeof(*e->slot), by_key);
	for (unsigned i = 0; i < pending; i++) {
		engine_key key = e->slot[ROOT + i];
		ticks when = (ticks)(key >> (WORD + WORD));

		e->slot[ROOT + i] = key_of(when, i, (int32_t)(uint32_t)key);
	}
	e->set = pending;
}

static void sift_up(engine_key *slot, unsigned at, engine_key key)
{
	while (at > ROOT) {
		unsigned parent = at / WAYS + ROOT - 1;

		if (slot[parent] < key)
			break;
		slot[at] = slot[parent];
		at = parent;
	}
	slot[at] = key;
}

static unsigned smallest_child(const engine_key *slot, unsigned first)
{
	const engine_key *c = slot + first;
	unsigned left = c[1] < c[0];
	unsigned right = 2 + (c[3] < c[2]);	/* math: the other pair */

	return first + (c[right] < c[left] ? right : left);
}

/* Put key in at the root. */
static void sift_down(const struct engine *e, engine_key key)
{
	engine_key *slot = e->slot;
	unsigned at = ROOT, first = WAYS;

	while (first < e->end) {
		unsigned child = smallest_child(slot, first);

		if (key < slot[child])
			break;
		slot[at] = slot[child];
		at = child;
		first = WAYS * (at - ROOT + 1);
	}
	slot[at] = key;
}

void engine_init(struct engine *e, int pending_hint)
{
	unsigned hint = pending_hint > 0 ? (unsigned)pending_hint : 0;

	*e = (struct engine){ .end = ROOT };
	resize(e, WAYS * (hint / WAYS + 2));
}

void engine_release(struct engine *e)
{
	free(e->block);
	*e = (struct engine){ .end = ROOT };
}

void engine_set(struct engine *e, ticks when, int32_t whom)
{
	assert(when >= e->now);
	if (e->set > UINT32_MAX)
		renumber(e);
	if (e->end == e->cap) {
		assert(e->cap < UINT_MAX / WAYS);
		resize(e, 2 * e->cap);
	}
	sift_up(e->slot, e->end++, key_of(when, e->set++, whom));
}

bool engine_next(struct engine *e, int32_t *whom)
{
	engine_key key, last;

	if (e->end == ROOT)
		return false;
	key = e->slot[ROOT];
	last = e->slot[--e->end];
	e->slot[e->end] = NEVER;
	if (e->end > ROOT)
		sift_down(e, last);
	e->now = (ticks)(key >> (WORD + WORD));
	e->events++;
	*whom = (int32_t)(uint32_t)key;
	return true;
}

bool engine_pending(const struct engine *e)
{
	assert(e->end >= ROOT);
	return e->end > ROOT;
}

ticks engine_now(const struct engine *e)
{
	return e->now;
}

int64_t engine_events(const struct engine *e)
{
	return e->events;
}
