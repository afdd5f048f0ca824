#include "claims/pool.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ask/warm.h"
#include "base/mem.h"

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

struct pool {
	struct memo *memo;	/* owned */
	struct index by_spec, by_text, by_play;
	struct limits_spec **spec;	/* each owned, as the limits are */
	struct limits **limits;
	struct played_spec **play;	/* each owned, and the played */
	struct played_run **played;
	struct entry *specs, *texts, *plays;
};

/* FNV-1a */
static uint64_t hash_of(const void *key, size_t len)
{
	const unsigned char *s = key;
	uint64_t h = 14695981039346656037u;	/* math: its start */

	for (size_t i = 0; i < len; i++)
		h = (h ^ s[i]) * 1099511628211u;	/* math: its prime */
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

/* Its number from 0, or -1: it is new, and placed as the next. */
static int find(struct index *x, struct entry **all, const void *key,
		size_t len)
{
	struct entry e = { key, len, hash_of(key, len) };

	if ((size_t)x->nr * 2 >= x->slots)
		widen(x, *all);
	for (size_t at = e.hash & (x->slots - 1); x->slot[at];
	     at = (at + 1) & (x->slots - 1)) {
		const struct entry *o = &(*all)[x->slot[at] - 1];

		if (o->hash == e.hash && o->len == len &&
		    memcmp(o->key, key, len) == 0)
			return x->slot[at] - 1;
	}
	*all = mem_resize(*all, (size_t)x->nr + 1, sizeof(**all));
	(*all)[x->nr++] = e;
	place(x, e.hash, x->nr);
	return -1;
}

struct pool *pool_open(const struct library *lib)
{
	struct pool *p = mem_zeroed(1, sizeof(*p));

	p->memo = memo_new(lib);
	p->memo->warm = warm_new();
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	for (int i = 0; i < p->by_spec.nr; i++) {
		free(p->spec[i]);
		free(p->limits[i]);
	}
	for (int i = 0; i < p->by_play.nr; i++) {
		free(p->play[i]);
		free(p->played[i]);
	}
	warm_free(p->memo->warm);
	free(p->memo);
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

const struct limits *pool_limits(struct pool *p, const struct limits_spec *a)
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
	limits_make(p->limits[at], own, p->memo);
	return p->limits[at];
}

const struct played_run *pool_played(struct pool *p,
				     const struct played_spec *a)
{
	struct played_spec *own = mem_zeroed(1, sizeof(*own));
	int at;

	memcpy(own, a, sizeof(*own));
	at = find(&p->by_play, &p->plays, own, sizeof(*own));
	if (at >= 0) {
		free(own);
		return p->played[at];
	}
	at = p->by_play.nr - 1;
	p->play = mem_resize(p->play, (size_t)at + 1, sizeof(*p->play));
	p->played = mem_resize(p->played, (size_t)at + 1,
			       sizeof(*p->played));
	p->play[at] = own;
	p->played[at] = NULL;
	if (at < POOL_PLAYS) {
		p->played[at] = mem_zeroed(1, sizeof(**p->played));
		played_make(p->played[at], own);
	}
	return p->played[at];
}
