/*
 * lend: a library for several threads: one of them at a time asks it.
 */
#ifndef CREW_LEND_H
#define CREW_LEND_H

#include <pthread.h>

#include "facts/library.h"

/* Its library points at it: do not copy. */
struct lend {
	struct library library;		/* to hand on */
	const struct library *from;	/* not owned */
	pthread_mutex_t lock;
};

void lend_init(struct lend *, const struct library *);
void lend_release(struct lend *);

/*
 * part(arg, 0) to part(arg, nr - 1), each once, by as many threads as there
 * are cores (of: int *, or NULL) in any order.
 */
void lend_hands(void *of, int nr, void (*part)(void *arg, int i), void *arg);

#endif
