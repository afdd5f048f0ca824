#include "skew/placing.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

/* What is loaded, as a heap: the lightest at 0, of equals the first. */
struct pile {
	double load;
	int of, used;	/* a rank, or an expert; its slots so far */
};

static bool lighter(const struct pile *a, const struct pile *b)
{
	return a->load < b->load || (a->load <= b->load && a->of < b->of);
}

/* This one has become heavier, or another: let it sink to its place. */
static void pile_sink(struct pile *heap, int at, int nr)
{
	struct pile down = heap[at];
	int next;

	while ((next = 2 * at + 1) < nr) {
		if (next + 1 < nr && lighter(&heap[next + 1], &heap[next]))
			next++;
		if (!lighter(&heap[next], &down))
			break;
		heap[at] = heap[next];
		at = next;
	}
	heap[at] = down;
}

/* Each slot more to the expert whose slots have most: the least of what is
   below zero. */
static void replicate(const struct placing *a)
{
	struct pile *heap = mem_zeroed((size_t)a->experts, sizeof(*heap));

	for (int e = 0; e < a->experts; e++)
		heap[e] = (struct pile){ -a->popularity[e], e, 1 };
	for (int e = a->experts / 2 - 1; e >= 0; e--)
		pile_sink(heap, e, a->experts);
	for (int extra = a->slots - a->experts; extra > 0; extra--) {
		heap->used++;
		heap->load = -a->popularity[heap->of] / heap->used;
		pile_sink(heap, 0, a->experts);
	}
	for (int e = 0; e < a->experts; e++)
		a->copies[heap[e].of] = heap[e].used;
	free(heap);
}

struct slot {
	double load;
	int expert;
};

/* Heaviest first; ties in order of expert. */
static int slot_compare(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	if (x->load != y->load)
		return x->load < y->load ? 1 : -1;
	return x->expert - y->expert;
}

void placing_pack(const struct placing *a)
{
	struct slot *slot = mem_zeroed((size_t)a->slots, sizeof(*slot));
	struct pile *heap = mem_zeroed((size_t)a->ranks, sizeof(*heap));
	int room = a->slots / a->ranks, nr = 0, left = a->ranks;

	assert(a->ranks > 0 && a->slots % a->ranks == 0 &&
	       a->slots >= a->experts);
	replicate(a);
	for (int e = 0; e < a->experts; e++)
		for (int c = 0; c < a->copies[e]; c++)
			slot[nr++] = (struct slot){
				a->popularity[e] / a->copies[e], e };
	assert(nr == a->slots);
	qsort(slot, (size_t)nr, sizeof(*slot), slot_compare);
	for (int r = 0; r < a->ranks; r++)
		heap[r].of = r;		/* all empty: a heap */
	for (int i = 0; i < nr; i++) {
		struct pile *to = &heap[0];

		a->slot_expert[to->of * room + to->used++] = slot[i].expert;
		to->load += slot[i].load;
		if (to->used == room)
			*to = heap[--left];
		pile_sink(heap, 0, left);
	}
	free(heap);
	free(slot);
}
