#include "serve/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

#define GOLDEN 0x9e3779b97f4a7c15u	/* math: 2^64 / golden ratio */

enum {
	FIRST_BITS = 8,	/* size: 2^8 buckets at first */
	WORD = 64		/* size: bits of a hash */
};

void pool_init(struct pool *p, double host_room_tok)
{
	*p = (struct pool){ .spare = -1, .host_room_tok = host_room_tok };
	for (int t = 0; t < POOL_TIERS; t++)
		p->oldest[t] = p->newest[t] = -1;
}

void pool_release(struct pool *p)
{
	free(p->block);
	free(p->bucket);
}

/* ---- by hash ---- */

static int32_t *bucket_of(const struct pool *p, uint64_t hash)
{
	return &p->bucket[(hash * GOLDEN) >> (WORD - p->bits)];
}

static int32_t find(const struct pool *p, uint64_t hash)
{
	int32_t b = p->buckets ? *bucket_of(p, hash) : -1;

	while (b >= 0 && p->block[b].hash != hash)
		b = p->block[b].chain;
	return b;
}

static void enter(struct pool *p, int32_t b)
{
	int32_t *at = bucket_of(p, p->block[b].hash);

	p->block[b].chain = *at;
	*at = b;
}

static void more_buckets(struct pool *p)
{
	free(p->bucket);
	p->bits = p->bits ? p->bits + 1 : FIRST_BITS;
	p->buckets = 1 << p->bits;
	p->bucket = mem_zeroed((size_t)p->buckets, sizeof(*p->bucket));
	for (int i = 0; i < p->buckets; i++)
		p->bucket[i] = -1;
	for (int b = 0; b < p->nr; b++)
		enter(p, b);	/* buckets grow only when none is spare */
}

static int32_t add(struct pool *p, uint64_t hash, double tok)
{
	int32_t b = p->spare;

	if (b >= 0) {
		p->spare = p->block[b].chain;
	} else {
		if (p->nr >= p->buckets)
			more_buckets(p);
		p->block = mem_grow(p->block, p->nr, &p->cap,
				    sizeof(*p->block));
		b = p->nr++;
	}
	p->block[b] = (struct pool_block){ .hash = hash, .tok = (float)tok,
		.next = -1, .prev = -1 };
	enter(p, b);
	return b;
}

static void forget(struct pool *p, int32_t b)
{
	int32_t *at = bucket_of(p, p->block[b].hash);

	while (*at != b)
		at = &p->block[*at].chain;
	*at = p->block[b].chain;
	p->block[b].chain = p->spare;
	p->spare = b;
}

/* ---- by last use ---- */

static void unlink_block(struct pool *p, int32_t b)
{
	struct pool_block *k = &p->block[b];

	if (k->prev >= 0)
		p->block[k->prev].next = k->next;
	else
		p->oldest[k->tier] = k->next;
	if (k->next >= 0)
		p->block[k->next].prev = k->prev;
	else
		p->newest[k->tier] = k->prev;
	p->kept_tok[k->tier] -= k->tok;
}

static void link_newest(struct pool *p, int32_t b, int tier)
{
	struct pool_block *k = &p->block[b];

	k->tier = tier;
	k->next = -1;
	k->prev = p->newest[tier];
	if (k->prev >= 0)
		p->block[k->prev].next = b;
	else
		p->oldest[tier] = b;
	p->newest[tier] = b;
	p->kept_tok[tier] += k->tok;
}

static void lose_oldest_of_host(struct pool *p)
{
	int32_t b = p->oldest[POOL_HOST];

	assert(b >= 0 && p->block[b].held == 0);
	unlink_block(p, b);
	forget(p, b);
}

static void evict(struct pool *p)
{
	int32_t b = p->oldest[POOL_HOME];

	assert(b >= 0 && p->block[b].held == 0);
	unlink_block(p, b);
	if (p->block[b].tok > p->host_room_tok) {
		forget(p, b);
		return;
	}
	while (p->kept_tok[POOL_HOST] + p->block[b].tok > p->host_room_tok)
		lose_oldest_of_host(p);
	link_newest(p, b, POOL_HOST);
}

void pool_shrink(struct pool *p, double room_tok)
{
	while (p->kept_tok[POOL_HOME] > room_tok && p->oldest[POOL_HOME] >= 0)
		evict(p);
}

/* ---- whole prompts ---- */

struct pool_match pool_match(const struct pool *p, const uint64_t *hash,
			     int blocks)
{
	struct pool_match m = { 0 };

	for (; m.blocks < blocks; m.blocks++) {
		int32_t b = find(p, hash[m.blocks]);

		if (b < 0)
			break;
		m.tok += p->block[b].tok;
		if (p->block[b].held > 0)
			m.held_tok += p->block[b].tok;
		else if (p->block[b].tier == POOL_HOST)
			m.host_tok += p->block[b].tok;
	}
	return m;
}

void pool_hold(struct pool *p, const struct pool_list *l)
{
	for (int i = 0; i < l->blocks; i++) {
		int32_t b = find(p, l->hash[i]);

		if (b < 0)
			b = add(p, l->hash[i],
				i < l->blocks - 1 ? l->tok : l->last_tok);
		else if (p->block[b].held == 0)
			unlink_block(p, b);
		if (p->block[b].held++ == 0) {
			p->block[b].tier = POOL_HOME;
			p->held_tok += p->block[b].tok;
		}
	}
}

void pool_drop(struct pool *p, const struct pool_list *l)
{
	for (int i = l->blocks - 1; i >= 0; i--) {
		int32_t b = find(p, l->hash[i]);

		assert(b >= 0 && p->block[b].held > 0);
		if (--p->block[b].held > 0)
			continue;
		p->held_tok -= p->block[b].tok;
		link_newest(p, b, POOL_HOME);
	}
}
