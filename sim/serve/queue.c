#include "serve/queue.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

enum { LEAST = 16 /* size: first room of a ring, a power of two */ };

void fifo_grow(struct fifo *q)
{
	int cap = q->cap ? 2 * q->cap : LEAST;
	int32_t *at;

	at = mem_zeroed((size_t)cap, sizeof(*at));
	for (int i = 0; i < q->nr; i++)
		at[i] = q->at[(q->head + i) & (q->cap - 1)];
	free(q->at);
	q->at = at;
	q->head = 0;
	q->cap = cap;
}

void fifo_push_first(struct fifo *q, int32_t id)
{
	if (q->nr == q->cap)
		fifo_grow(q);
	q->head = (q->head + q->cap - 1) & (q->cap - 1);
	q->at[q->head] = id;
	q->nr++;
}

void fifo_release(struct fifo *q)
{
	free(q->at);
	*q = (struct fifo){ 0 };
}

static bool sooner(struct ender a, struct ender b)
{
	return a.step < b.step || (a.step == b.step && a.id < b.id);
}

void enders_push(struct enders *h, struct ender e)
{
	int i = h->nr;

	h->at = mem_grow(h->at, h->nr, &h->cap, sizeof(*h->at));
	h->nr++;
	while (i > 0 && sooner(e, h->at[(i - 1) / 2])) {
		h->at[i] = h->at[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->at[i] = e;
}

void enders_pop(struct enders *h)
{
	struct ender last;
	int i = 0, child = 1;

	assert(h->nr > 0);
	last = h->at[--h->nr];
	while (child < h->nr) {
		if (child + 1 < h->nr && sooner(h->at[child + 1],
						h->at[child]))
			child++;
		if (!sooner(h->at[child], last))
			break;
		h->at[i] = h->at[child];
		i = child;
		child = 2 * i + 1;
	}
	h->at[i] = last;
}

void enders_release(struct enders *h)
{
	free(h->at);
	*h = (struct enders){ 0 };
}
