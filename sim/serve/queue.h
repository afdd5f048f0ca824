/*
 * queue: who waits, in order of coming; who runs, in order of ending.
 */
#ifndef SERVE_QUEUE_H
#define SERVE_QUEUE_H

#include <assert.h>
#include <stdint.h>

/* A ring of requests, first come first out. Zeroed: empty. */
struct fifo {
	int32_t *at;		/* owned */
	int head, nr, cap;	/* cap: a power of two, or 0 */
};

void fifo_grow(struct fifo *);		/* room for as many more */
void fifo_push_first(struct fifo *, int32_t id);
void fifo_release(struct fifo *);

static inline void fifo_push(struct fifo *q, int32_t id)
{
	if (q->nr == q->cap)
		fifo_grow(q);
	q->at[(q->head + q->nr++) & (q->cap - 1)] = id;
}

/* Of one that is not empty, these two. */
static inline int32_t fifo_first(const struct fifo *q)
{
	assert(q->nr > 0);
	return q->at[q->head];
}

static inline int32_t fifo_pop(struct fifo *q)
{
	int32_t id = fifo_first(q);

	q->head = (q->head + 1) & (q->cap - 1);
	q->nr--;
	return id;
}

/* A request and the decode step of its group at which it ends. */
struct ender {
	int64_t step;
	int32_t id;
};

/* A heap of them: the earliest first, of equals the smaller id. */
struct enders {
	struct ender *at;	/* owned */
	int nr, cap;
};

void enders_push(struct enders *, struct ender);
void enders_pop(struct enders *);	/* at[0] goes; must not be empty */
void enders_release(struct enders *);

#endif
