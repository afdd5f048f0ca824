#include "embed/heap/heap.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#undef calloc
#undef realloc
#undef free

/* In a ring; what follows is the caller's, aligned for anything. */
union block {
	struct {
		union block *before, *after;
	} ring;
	max_align_t aligned;
};

struct heap {
	union block all;	/* the ring's start, no block */
	void *owner;
};

static _Thread_local struct heap *now;

static void alone(union block *b)
{
	b->ring.before = b->ring.after = b;
}

static void join(union block *b, union block *before)
{
	b->ring.before = before;
	b->ring.after = before->ring.after;
	before->ring.after = b;
	b->ring.after->ring.before = b;
}

static void leave(union block *b)
{
	b->ring.before->ring.after = b->ring.after;
	b->ring.after->ring.before = b->ring.before;
}

/* ---- heaps ---- */

void *heap_new(void *owner)
{
	struct heap *h = malloc(sizeof(*h));

	assert(owner != NULL);
	if (!h)
		return NULL;
	alone(&h->all);
	h->owner = owner;
	return h;
}

void heap_enter(void *heap)
{
	assert(heap != NULL);
	now = heap;
}

void *heap_entered(void)
{
	return now;
}

void *heap_owner(void *heap)
{
	return ((struct heap *)heap)->owner;
}

void heap_empty(void *heap)
{
	struct heap *h = heap;

	while (h->all.ring.after != &h->all) {
		union block *b = h->all.ring.after;

		leave(b);
		free(b);
	}
}

void heap_close(void *heap)
{
	if (!heap)
		return;
	heap_empty(heap);
	if (now == heap)
		now = NULL;
	free(heap);
}

void *heap_outside(size_t size)
{
	return calloc(1, size);
}

void heap_outside_release(void *p)
{
	free(p);
}

/* ---- blocks ---- */

void *heap_calloc(size_t nr, size_t size)
{
	union block *b;

	if (size && nr > (SIZE_MAX - sizeof(*b)) / size)
		return NULL;
	b = calloc(1, sizeof(*b) + nr * size);
	if (!b)
		return NULL;
	alone(b);
	if (now)
		join(b, &now->all);
	return b + 1;
}

void *heap_realloc(void *old, size_t size)
{
	union block *b = old, *before, *got;

	if (!old)
		return heap_calloc(1, size);
	if (size > SIZE_MAX - sizeof(*b))
		return NULL;
	b--;
	before = b->ring.before == b ? NULL : b->ring.before;
	leave(b);
	got = realloc(b, sizeof(*b) + size);
	b = got ? got : b;
	alone(b);
	if (before)
		join(b, before);
	return got ? got + 1 : NULL;
}

void heap_release(void *p)
{
	union block *b = p;

	if (!p)
		return;
	leave(--b);
	free(b);
}
