/*
 * pool: the limits of claims and what is played, made once for equal ones; and
 * numbers for texts, so that equal ones are found at once.
 */
#ifndef LIMITS_POOL_H
#define LIMITS_POOL_H

#include "limits/ceiling.h"
#include "limits/played.h"

struct pool;

/*
 * Who works: part(arg, 0) to part(arg, nr - 1), each once, in any order and by
 * several threads if it likes; the library must bear that. each NULL: one
 * after the other. The limits are the same bytes.
 */
struct hands {
	void (*each)(void *of, int nr, void (*part)(void *arg, int i),
		     void *arg);
	void *of;
};

struct pool *pool_open(const struct library *);
void pool_free(struct pool *);

/*
 * Not owned; they stay where they are. Made when pool_make is called. Equal is
 * what has the same bytes: clear all of a spec before it is filled.
 */
const struct limits *pool_noted(struct pool *, const struct limits_spec *);

/* Make those that were noted. */
void pool_make(struct pool *, const struct hands *);

/*
 * A load to be played, and play those that were noted: the first POOL_PLAYS of
 * a pool. They take 8 ms each, and 70 ms with a thousand clients and 8,192
 * tokens; a number of them, and no time, as the same file is to be judged alike
 * on any machine.
 */
enum { POOL_PLAYS = 400 /* size: loads of a file */ };
void pool_note_play(struct pool *, const struct played_spec *);
void pool_play(struct pool *, const struct hands *);

/* Of a load that was noted; not owned, it stays. NULL: it was one too many. */
const struct played_run *pool_played(const struct pool *,
				     const struct played_spec *);

/* A number from 0, the same for equal bytes. The text must outlive the pool. */
int pool_number(struct pool *, const void *text, size_t len);

#endif
