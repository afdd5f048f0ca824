#include "limits/pool.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ask/warm.h"
#include "base/mem.h"
#include "base/portion.h"

/* Open addressing; a slot is the number of an entry, from 1. */
struct index {
	int *slot;
	size_t slots;		/* a power of two, or 0 */
	int nr;
};

struct entry {
	const void *key;
	size_t len;
	uint64_t hash;
};

enum {
	PARTS = 32,	/* size: that limits are made in */
	FEW = 32	/* size: limits of a part that is worth it */
};

struct pool {
	const struct library *library;	/* not owned */
	int made;		/* limits, of those noted; */
	int plays_made;		/* and likewise plays */
	struct index by_spec, by_text, by_play;
	struct limits_spec **spec;	/* each owned, as the limits are */
	struct limits **limits;
	struct played_spec **play;	/* each owned, and the played */
	struct played_run **played;
	struct entry *specs, *texts, *plays;
};

#define PRIME 1099511628211u	/* math: that of FNV */

/* FNV-1a, of words of eight bytes and then of those that are left. */
static uint64_t hash_of(const void *key, size_t len)
{
	const unsigned char *s = key;
	uint64_t h = 14695981039346656037u, word;	/* math: its start */

	for (; len >= sizeof(word); len -= sizeof(word), s += sizeof(word)) {
		memcpy(&word, s, sizeof(word));
		h = (h ^ word) * PRIME;
		h ^= h >> 32;			/* math: half of them */
	}
	for (; len > 0; len--)
		h = (h ^ *s++) * PRIME;
	return h;
}

static void place(struct index *x, uint64_t hash, int nr)
{
	size_t at = hash & (x->slots - 1);

	while (x->slot[at])
		at = (at + 1) & (x->slots - 1);
	x->slot[at] = nr;
}

static void widen(struct index *x, const struct entry *all)
{
	const size_t least = 64;	/* size: slots to begin with */

	x->slots = x->slots ? x->slots * 2 : least;
	free(x->slot);
	x->slot = mem_zeroed(x->slots, sizeof(*x->slot));
	for (int i = 0; i < x->nr; i++)
		place(x, all[i].hash, i + 1);
}

/* Its number from 0, or -1: it is not there. */
static int seek(const struct index *x, const struct entry *all,
		const struct entry *e)
{
	for (size_t at = e->hash & (x->slots - 1); x->slot[at];
	     at = (at + 1) & (x->slots - 1)) {
		const struct entry *o = &all[x->slot[at] - 1];

		if (o->hash == e->hash && o->len == e->len &&
		    memcmp(o->key, e->key, e->len) == 0)
			return x->slot[at] - 1;
	}
	return -1;
}

/* The same, and what is new is placed as the next. */
static int find(struct index *x, struct entry **all, const void *key,
		size_t len)
{
	struct entry e = { key, len, hash_of(key, len) };
	int at;

	if ((size_t)x->nr * 2 >= x->slots)
		widen(x, *all);
	at = seek(x, *all, &e);
	if (at >= 0)
		return at;
	*all = mem_resize(*all, (size_t)x->nr + 1, sizeof(**all));
	(*all)[x->nr++] = e;
	place(x, e.hash, x->nr);
	return -1;
}

struct pool *pool_open(const struct library *lib)
{
	struct pool *p = mem_zeroed(1, sizeof(*p));

	assert(lib);
	p->library = lib;
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	for (int i = 0; i < p->by_spec.nr; i++) {
		free(p->spec[i]);
		free(p->limits[i]->first);
		free(p->limits[i]);
	}
	for (int i = 0; i < p->by_play.nr; i++) {
		free(p->play[i]);
		free(p->played[i]);
	}
	free(p->play);
	free(p->played);
	free(p->plays);
	free(p->by_play.slot);
	free(p->spec);
	free(p->limits);
	free(p->specs);
	free(p->texts);
	free(p->by_spec.slot);
	free(p->by_text.slot);
	free(p);
}

int pool_number(struct pool *p, const void *text, size_t len)
{
	int at = find(&p->by_text, &p->texts, text, len);

	return at < 0 ? p->by_text.nr - 1 : at;
}

/* ---- limits ---- */

const struct limits *pool_noted(struct pool *p, const struct limits_spec *a)
{
	struct limits_spec *own = mem_zeroed(1, sizeof(*own));
	int at;

	*own = *a;
	at = find(&p->by_spec, &p->specs, own, sizeof(*own));
	if (at >= 0) {
		free(own);
		return p->limits[at];
	}
	at = p->by_spec.nr - 1;
	p->spec = mem_resize(p->spec, (size_t)at + 1, sizeof(*p->spec));
	p->limits = mem_resize(p->limits, (size_t)at + 1,
			       sizeof(*p->limits));
	p->spec[at] = own;
	p->limits[at] = mem_zeroed(1, sizeof(**p->limits));
	return p->limits[at];
}

/* What was noted and not made, in parts that follow each other. */
struct making {
	struct pool *pool;
	const int *order;	/* what was noted, the alike side by side */
	int parts;
};

/* A spec and its number. */
struct turn {
	const struct limits_spec *spec;
	int nr;
};

static int in_turn(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;
	int order = memcmp(x->spec, y->spec, sizeof(*x->spec));

	return order ? order : x->nr - y->nr;
}

/*
 * Limits owe nothing to those made before, but a memo has the layouts of the
 * last ones: of one hw, model and gpus, which a scenario begins with, they are
 * the same.
 */
static int *turns(const struct pool *p)
{
	int nr = p->by_spec.nr - p->made;
	struct turn *turn = mem_zeroed((size_t)nr + 1, sizeof(*turn));
	int *order = mem_zeroed((size_t)nr + 1, sizeof(*order));

	for (int i = 0; i < nr; i++)
		turn[i] = (struct turn){ p->spec[p->made + i], p->made + i };
	qsort(turn, (size_t)nr, sizeof(*turn), in_turn);
	for (int i = 0; i < nr; i++)
		order[i] = turn[i].nr;
	free(turn);
	return order;
}

static void make_part(void *arg, int part)
{
	const struct making *m = arg;
	struct pool *p = m->pool;
	struct portion of = portion_of(p->by_spec.nr - p->made, part, m->parts);
	struct memo *memo;

	if (of.from == of.to)
		return;
	memo = memo_new(p->library);
	memo->warm = warm_new();
	for (int64_t i = of.from; i < of.to; i++)
		limits_make(p->limits[m->order[i]], p->spec[m->order[i]],
			    memo);
	warm_free(memo->warm);
	free(memo);
}

void pool_make(struct pool *p, const struct hands *hands)
{
	int *order = turns(p);
	struct making m = { p, order, (p->by_spec.nr - p->made) / FEW };

	if (m.parts < 2 || !hands->each)
		m.parts = 1;
	else if (m.parts > PARTS)
		m.parts = PARTS;
	if (m.parts == 1)
		make_part(&m, 0);
	else
		hands->each(hands->of, m.parts, make_part, &m);
	p->made = p->by_spec.nr;
	free(order);
}

/* ---- what is played ---- */

void pool_note_play(struct pool *p, const struct played_spec *a)
{
	struct played_spec *own = mem_zeroed(1, sizeof(*own));
	int at;

	assert(a->limits);
	memcpy(own, a, sizeof(*own));
	if (find(&p->by_play, &p->plays, own, sizeof(*own)) >= 0) {
		free(own);
		return;
	}
	at = p->by_play.nr - 1;
	p->play = mem_resize(p->play, (size_t)at + 1, sizeof(*p->play));
	p->played = mem_resize(p->played, (size_t)at + 1,
			       sizeof(*p->played));
	p->play[at] = own;
	p->played[at] = at < POOL_PLAYS ?
		mem_zeroed(1, sizeof(**p->played)) : NULL;
}

static void play_part(void *arg, int part)
{
	struct pool *p = arg;

	played_make(p->played[p->plays_made + part],
		    p->play[p->plays_made + part]);
}

void pool_play(struct pool *p, const struct hands *hands)
{
	int most = p->by_play.nr < POOL_PLAYS ? p->by_play.nr : POOL_PLAYS;
	int left = most - p->plays_made;

	if (hands->each && left > 1)
		hands->each(hands->of, left, play_part, p);
	else
		for (int i = 0; i < left; i++)
			play_part(p, i);
	p->plays_made = most;
}

const struct played_run *pool_played(const struct pool *p,
				     const struct played_spec *a)
{
	struct entry e = { a, sizeof(*a), hash_of(a, sizeof(*a)) };
	int at = p->by_play.nr > 0 ? seek(&p->by_play, p->plays, &e) : -1;

	assert(at < p->plays_made || at >= POOL_PLAYS);
	return at < 0 ? NULL : p->played[at];
}
