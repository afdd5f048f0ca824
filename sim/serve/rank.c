#include "serve/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "serve/room.h"

void rank_init(struct rank *k, const struct rank_spec *s)
{
	assert(s->engine->block_tok >= 1 && s->engine->max_seqs >= 1);
	assert(s->engine->budget_tok >= 1 && s->engine->step_tok >= 1);
	*k = (struct rank){ .engine = s->engine, .load = s->load,
		.live = s->live, .first = k, .next = k, .slots = 1,
		.part = -1, .cut = -1, .ratio = -1 };
	pool_init(&k->pool, s->engine->host_tok);
}

void rank_join(struct rank *first, struct rank *k)
{
	struct rank *last = first;

	assert(k->first == k && k->next == k && k != first);
	for (; last->next != first; last = last->next)
		last->slots++;
	k->slot = last->slots++;
	k->slots = last->slots;
	k->first = last->next = first;
	last->next = k;
	k->next = first;
}

void rank_release(struct rank *k)
{
	fifo_release(&k->wait);
	enders_release(&k->enders);
	pool_release(&k->pool);
	free(k->newest);
	free(k->take);
	free(k->fresh);
}

static const struct serve_request *asked(const struct rank *k, int32_t id)
{
	return &k->load->request[id];
}

/* ---- who comes in ---- */

static struct pool_list blocks_of(const struct rank *k, int32_t id, int blocks)
{
	const struct serve_request *r = asked(k, id);
	double last = r->prompt_tok - (r->blocks - 1) * k->load->hash_tok;
	struct pool_list l = { k->load->hash + r->first, blocks,
			       k->load->hash_tok, k->load->hash_tok };

	if (blocks == r->blocks)
		l.last_tok = fmin(last, l.tok);
	return l;
}

static struct pool_match match_of(const struct rank *k, int32_t id)
{
	const struct serve_request *r = asked(k, id);

	if (!k->engine->reuse || r->blocks == 0 || k->live[id].here)
		return (struct pool_match){ 0 };
	return pool_match(&k->first->pool, k->load->hash + r->first, r->blocks);
}

/* The last token of a prompt is always computed: its logits are asked for. */
static int32_t hits_of(const struct rank *k, int32_t id, double tok)
{
	double most = k->live[id].need_tok - 1;

	if (k->live[id].here)
		return k->live[id].need_tok;
	return (int32_t)fmin(most, fmax(tok, asked(k, id)->cached_tok));
}

bool rank_ready(const struct rank *k)
{
	int32_t id;

	assert(k->takes == 0);
	if (k->first->wait.nr == 0 || !rank_has_place(k))
		return false;
	id = fifo_first(&k->first->wait);
	return rank_has_room(k, id, 0, match_of(k, id).held_tok);
}

static void hold_first(struct rank *k, int32_t id, int blocks)
{
	struct rank *f = k->first;
	struct live *v = &k->live[id];
	struct pool_list l = blocks_of(k, id, blocks);

	if (blocks <= v->held)
		return;
	l.hash += v->held;
	l.blocks -= v->held;
	pool_hold(&f->pool, &l);
	f->in_pool_tok -= v->in_pool_tok;
	v->held = blocks;
	v->in_pool_tok = (float)((blocks - 1) * l.tok + l.last_tok);
	f->in_pool_tok += v->in_pool_tok;
}

static void drop_all(struct rank *k, int32_t id)
{
	struct rank *f = k->first;
	struct live *v = &k->live[id];
	struct pool_list l = blocks_of(k, id, v->held);

	if (v->held == 0)
		return;
	pool_drop(&f->pool, &l);
	f->in_pool_tok -= v->in_pool_tok;
	v->held = 0;
	v->in_pool_tok = 0;
}

static void add_take(struct rank *k, int32_t id, int32_t tok)
{
	struct live *v = &k->live[id];
	double prior = v->sent_tok;

	assert(tok >= 0);
	v->sent_tok += tok;
	v->slot = (int16_t)k->slot;
	if (v->sent_tok < v->need_tok)
		k->first->cut = id;
	k->take = mem_grow(k->take, k->takes, &k->take_cap, sizeof(*k->take));
	k->take[k->takes++] = (struct take){ id, tok,
					     v->sent_tok == v->need_tok };
	k->new_tok += tok;
	k->attend_tok2 += tok * (prior + tok / 2.0);
}

static void admit(struct rank *k, int32_t id, const struct pool_match *m,
		  int32_t hit)
{
	struct rank *f = k->first;
	struct live *v = &k->live[id];

	fifo_pop(&f->wait);
	v->state = LIVE_PROMPT;
	v->hit_tok = v->done_tok = v->sent_tok = hit;
	if (m->blocks)
		hold_first(k, id, m->blocks);
	k->host_tok += m->host_tok;
	f->whole_tok += rank_whole_tok(k, id);
	f->prompt_tok += v->need_tok;
	f->newest = mem_grow(f->newest, f->newest_nr, &f->newest_cap,
			     sizeof(*f->newest));
	f->newest[f->newest_nr++] = id;
}

static void leave(struct rank *k, int32_t id)
{
	struct live *v = &k->live[id];

	k->first->whole_tok -= rank_whole_tok(k, id);
	k->first->prompt_tok -= v->need_tok;
	drop_all(k, id);
}

/* What was preempted may have outgrown the budget: then it goes alone. */
static bool may_exceed(const struct rank *k, double tok)
{
	return k->engine->chunked ||
	       (tok > k->engine->budget_tok && k->takes == 0);
}

static double take_first(struct rank *k, int32_t id, double tok, double left)
{
	if (k->engine->chunked)
		tok = fmin(tok, left);
	add_take(k, id, (int32_t)tok);
	return tok;
}

double rank_go_on(struct rank *k)
{
	const struct serve_engine *e = k->engine;
	int32_t part = k->first->part;
	double tok, left = e->budget_tok -
		(e->batching == SERVE_MIXED ? k->running * e->step_tok : 0);

	if (part < 0 || left <= 0)
		return left;
	tok = fmin(left, k->live[part].need_tok - k->live[part].sent_tok);
	add_take(k, part, (int32_t)tok);
	return left - tok;
}

void rank_choose(struct rank *k)
{
	const struct rank *f = k->first;
	double newcomers = 0, left = rank_go_on(k);

	while (f->wait.nr > 0 && left > 0) {
		int32_t id = fifo_first(&f->wait);
		struct pool_match m = match_of(k, id);
		int32_t hit = hits_of(k, id, m.tok);
		double tok = k->live[id].need_tok - hit;

		if (!rank_has_place(k) ||
		    !rank_has_room(k, id, newcomers, m.held_tok) ||
		    (tok > left && !may_exceed(k, tok)))
			break;
		admit(k, id, &m, hit);
		newcomers += rank_whole_tok(k, id);
		left -= take_first(k, id, tok, left);
	}
}

void rank_put_back(struct rank *k)
{
	struct rank *f = k->first;

	while (k->takes > 0) {
		int32_t id = k->take[--k->takes].id;

		assert(id != f->part);
		leave(k, id);
		k->live[id].state = LIVE_WAITING;
		f->newest_nr--;
		fifo_push_first(&f->wait, id);
	}
	f->cut = -1;
	k->new_tok = k->attend_tok2 = k->host_tok = 0;
}

/* ---- who goes out ---- */

static void stop(struct rank *k, int32_t id)
{
	struct live *v = &k->live[id];

	assert(k->running > 0 && v->state == LIVE_RUNNING);
	k->running--;
	k->gain_tok -= v->gain;
	leave(k, id);
}

/* Its output so far becomes prompt, and all of it is computed again. */
static void preempt_running(struct rank *k, int32_t id)
{
	struct live *v = &k->live[id];
	int64_t to_go = v->end_step - k->step;
	int32_t there = v->left_tok - 1 - (int32_t)ceil((double)to_go *
							v->gain);

	stop(k, id);
	k->kv_tok -= v->need_tok + (double)(v->left_steps - to_go) * v->gain;
	if (k->freshes == 0)
		k->old--;
	else if (--k->fresh[k->freshes - 1].seqs == 0)
		k->freshes--;
	v->need_tok += there + 1;
	v->left_tok -= there + 1;
	v->left_steps = (int32_t)to_go - 1;
}

static void preempt(struct rank *k, int32_t id)
{
	struct rank *f = k->first;
	struct live *v = &k->live[id];

	if (id == f->part) {
		leave(k, id);
		f->part = -1;
	} else {
		preempt_running(k, id);
	}
	v->done_tok = v->sent_tok = v->hit_tok = 0;
	v->end_step = -1;
	v->here = false;
	v->state = LIVE_WAITING;
	fifo_push_first(&f->wait, id);
}

/* Its own, in no pass: what runs here, or the prompt that is cut. */
static bool may_go(const struct rank *k, int32_t id)
{
	const struct live *v = &k->live[id];

	return id == k->first->part ? v->done_tok == v->sent_tok :
		v->state == LIVE_RUNNING && v->slot == k->slot;
}

static int32_t pop_newest(struct rank *k)
{
	struct rank *f = k->first;

	for (int i = f->newest_nr - 1; i >= 0; i--) {
		int32_t id = f->newest[i];
		bool goes = may_go(k, id);

		if (!goes && k->live[id].state != LIVE_OVER)
			continue;
		memmove(f->newest + i, f->newest + i + 1,
			(size_t)(--f->newest_nr - i) * sizeof(*f->newest));
		if (goes)
			return id;
	}
	return -1;
}

/* SGLang's retract_decode: the ratio that would have been right. */
static void learn_ratio(struct rank *k)
{
	struct rank *f = k->first;
	double owed = f->whole_tok - f->prompt_tok;
	double there = k->kv_tok + k->others.kv_tok - f->prompt_tok +
		       (double)k->engine->retract_ahead * rank_all_running(k);

	f->ratio = owed > 0 ? fmin(1, there / owed) : 1;
	f->ratio_step = k->step + k->others.step;
}

int rank_preempt(struct rank *k)
{
	double room = k->engine->room_tok;
	int32_t id;
	int nr = 0;

	if (k->engine->reserve == SERVE_WHOLE)
		return 0;
	if (k->slots > 1)
		room -= rank_sent_tok(k);
	while (rank_all_inside(k) > 1 &&
	       rank_held_tok(k) + rank_all_gain_tok(k) > room &&
	       (id = pop_newest(k)) >= 0) {
		preempt(k, id);
		nr++;
	}
	if (nr && k->engine->reserve == SERVE_RATIO)
		learn_ratio(k);
	return nr;
}

/* ---- a step is over ---- */

int rank_decoded(struct rank *k, int32_t *done)
{
	int nr = 0;

	k->step++;
	k->kv_tok += k->gain_tok;
	while (k->enders.nr > 0 && k->enders.at[0].step <= k->step) {
		struct ender e = k->enders.at[0];
		struct live *v = &k->live[e.id];

		enders_pop(&k->enders);
		if (v->state != LIVE_RUNNING || v->end_step != e.step ||
		    v->slot != k->slot)
			continue;	/* preempted since */
		k->kv_tok -= (double)v->need_tok + v->left_tok - 1;
		stop(k, e.id);
		v->state = LIVE_OVER;
		done[nr++] = e.id;
	}
	if (k->running == 0)	/* what fractions of tokens added up to */
		k->kv_tok = k->gain_tok = 0;
	return nr;
}

static void add_fresh(struct rank *k, ticks now)
{
	if (k->freshes && k->fresh[k->freshes - 1].at == now) {
		k->fresh[k->freshes - 1].seqs++;
		return;
	}
	k->fresh = mem_grow(k->fresh, k->freshes, &k->fresh_cap,
			    sizeof(*k->fresh));
	k->fresh[k->freshes++] = (struct fresh){ now, 1 };
}

static void run(struct rank *k, int32_t id, ticks now)
{
	struct live *v = &k->live[id];

	assert(v->left_steps > 0);
	v->state = LIVE_RUNNING;
	v->end_step = k->step + v->left_steps;
	v->gain = (double)(v->left_tok - 1) / v->left_steps;
	k->running++;
	k->kv_tok += v->need_tok;
	k->gain_tok += v->gain;
	enders_push(&k->enders, (struct ender){ v->end_step, id });
	add_fresh(k, now);
}

/* Blocks of output that a later turn may ask for stay behind with the rest. */
static int blocks_at_end(const struct rank *k, int32_t id)
{
	const struct serve_request *r = asked(k, id);

	return k->engine->reuse ? r->blocks + r->tail : 0;
}

bool rank_prompted(struct rank *k, const struct take *t, ticks now)
{
	struct live *v = &k->live[t->id];

	v->done_tok += t->tok;
	assert(t->tok >= 0 && v->done_tok <= v->sent_tok);
	if (!t->last)
		return false;
	hold_first(k, t->id, blocks_at_end(k, t->id));
	if (v->left_steps > 0) {
		run(k, t->id, now);
		return true;
	}
	leave(k, t->id);
	v->state = LIVE_OVER;
	return true;
}
