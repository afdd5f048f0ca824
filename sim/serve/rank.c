#include "serve/rank.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

void rank_init(struct rank *k, const struct rank_spec *s)
{
	assert(s->engine->block_tok >= 1 && s->engine->max_seqs >= 1);
	assert(s->engine->budget_tok >= 1 && s->engine->step_tok >= 1);
	*k = (struct rank){ .engine = s->engine, .load = s->load,
		.live = s->live, .part = -1, .ratio = -1 };
	pool_init(&k->pool, s->engine->host_tok);
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

int rank_load(const struct rank *k)
{
	return k->wait.nr + k->running + (k->part >= 0);
}

static const struct serve_request *asked(const struct rank *k, int32_t id)
{
	return &k->load->request[id];
}

/* ---- room ---- */

static double in_blocks(const struct rank *k, double tok)
{
	return ceil(tok / k->engine->block_tok) * k->engine->block_tok;
}

/* Of all that an admitted request will ever hold. */
static double whole_of(const struct rank *k, int32_t id)
{
	const struct live *v = &k->live[id];

	return in_blocks(k, (double)v->need_tok + v->left_tok) +
	       k->engine->seq_tok;
}

/* What sharing of prefixes saves. */
static double shared_tok(const struct rank *k)
{
	return k->in_pool_tok - k->pool.held_tok;
}

/* On average half of a sequence's last block is empty. */
static double waste_tok(const struct rank *k)
{
	return k->running * (k->engine->block_tok - 1) / 2 +
	       (k->running + (k->part >= 0)) * k->engine->seq_tok;
}

double rank_held_tok(const struct rank *k)
{
	double part = k->part >= 0 ? k->live[k->part].done_tok : 0;

	return k->kv_tok + part + waste_tok(k) - shared_tok(k);
}

bool rank_never(const struct rank *k, int32_t id)
{
	const struct serve_engine *e = k->engine;

	return whole_of(k, id) > e->room_tok ||
	       (e->longest_tok > 0 && (double)k->live[id].need_tok +
		k->live[id].left_tok > e->longest_tok) ||
	       (!e->chunked && !k->live[id].here &&
		k->live[id].need_tok > e->budget_tok);
}

static double ratio_now(const struct rank *k)
{
	const struct serve_engine *e = k->engine;
	double first = k->ratio >= 0 ? k->ratio : e->reserve_ratio;
	double steps = (double)(k->step - k->ratio_step);

	if (e->reserve_decay <= 0)
		return e->reserve_least;
	return fmax(e->reserve_least, first - steps / e->reserve_decay *
		    (e->reserve_ratio - e->reserve_least));
}

/*
 * What counts as taken when a newcomer is weighed. SGLang's PrefillAdder: what
 * is held, a share of what the running still owe, newcomers of this step
 * whole.
 */
static double taken_tok(const struct rank *k, double newcomers_tok)
{
	double there;

	if (k->engine->reserve == SERVE_WHOLE)
		return k->whole_tok - shared_tok(k);
	there = rank_held_tok(k) + shared_tok(k) + newcomers_tok;
	if (k->engine->reserve == SERVE_RATIO)
		there += ratio_now(k) * (k->whole_tok - there);
	else if (k->part >= 0)
		there += k->live[k->part].need_tok -
			 k->live[k->part].done_tok;
	return there - shared_tok(k);
}

static bool has_room(const struct rank *k, int32_t id, double newcomers_tok,
		     double held_already_tok)
{
	const struct live *v = &k->live[id];
	double taken = taken_tok(k, newcomers_tok), needs = v->need_tok;

	if (k->running + k->takes == 0 && k->part < 0)
		return true;
	if (k->engine->reserve == SERVE_NOW)
		needs += k->gain_tok + k->takes + 1 + k->engine->seq_tok;
	else
		needs = whole_of(k, id);
	return taken + needs - held_already_tok <= k->engine->room_tok;
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
	return pool_match(&k->pool, k->load->hash + r->first, r->blocks);
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
	if (k->wait.nr == 0 || k->running >= k->engine->max_seqs)
		return false;
	id = fifo_first(&k->wait);
	return has_room(k, id, 0, match_of(k, id).held_tok);
}

static void hold_first(struct rank *k, int32_t id, int blocks)
{
	struct live *v = &k->live[id];
	struct pool_list l = blocks_of(k, id, blocks);

	if (blocks <= v->held)
		return;
	l.hash += v->held;
	l.blocks -= v->held;
	pool_hold(&k->pool, &l);
	k->in_pool_tok -= v->in_pool_tok;
	v->held = blocks;
	v->in_pool_tok = (float)((blocks - 1) * l.tok + l.last_tok);
	k->in_pool_tok += v->in_pool_tok;
}

static void drop_all(struct rank *k, int32_t id)
{
	struct live *v = &k->live[id];
	struct pool_list l = blocks_of(k, id, v->held);

	if (v->held == 0)
		return;
	pool_drop(&k->pool, &l);
	k->in_pool_tok -= v->in_pool_tok;
	v->held = 0;
	v->in_pool_tok = 0;
}

static void add_take(struct rank *k, int32_t id, int32_t tok)
{
	double prior = k->live[id].done_tok;

	assert(tok >= 0);
	k->take = mem_grow(k->take, k->takes, &k->take_cap, sizeof(*k->take));
	k->take[k->takes++] = (struct take){ id, tok };
	k->new_tok += tok;
	k->attend_tok2 += tok * (prior + tok / 2.0);
}

static void admit(struct rank *k, int32_t id, const struct pool_match *m,
		  int32_t hit)
{
	struct live *v = &k->live[id];

	fifo_pop(&k->wait);
	v->state = LIVE_PROMPT;
	v->hit_tok = v->done_tok = hit;
	if (m->blocks)
		hold_first(k, id, m->blocks);
	k->host_tok += m->host_tok;
	k->whole_tok += whole_of(k, id);
	k->prompt_tok += v->need_tok;
	k->newest = mem_grow(k->newest, k->newest_nr, &k->newest_cap,
			     sizeof(*k->newest));
	k->newest[k->newest_nr++] = id;
}

static void leave(struct rank *k, int32_t id)
{
	struct live *v = &k->live[id];

	k->whole_tok -= whole_of(k, id);
	k->prompt_tok -= v->need_tok;
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

void rank_choose(struct rank *k)
{
	const struct serve_engine *e = k->engine;
	double newcomers = 0, left = e->budget_tok -
		(e->batching == SERVE_MIXED ? k->running * e->step_tok : 0);

	if (k->part >= 0 && left > 0) {
		const struct live *v = &k->live[k->part];
		double tok = fmin(left, v->need_tok - v->done_tok);

		add_take(k, k->part, (int32_t)tok);
		left -= tok;
	}
	while (k->wait.nr > 0 && left > 0) {
		int32_t id = fifo_first(&k->wait);
		struct pool_match m = match_of(k, id);
		int32_t hit = hits_of(k, id, m.tok);
		double tok = k->live[id].need_tok - hit;

		if (k->running + k->takes >= e->max_seqs ||
		    !has_room(k, id, newcomers, m.held_tok) ||
		    (tok > left && !may_exceed(k, tok)))
			break;
		admit(k, id, &m, hit);
		newcomers += whole_of(k, id);
		left -= take_first(k, id, tok, left);
	}
}

void rank_put_back(struct rank *k)
{
	while (k->takes > 0) {
		int32_t id = k->take[--k->takes].id;

		assert(id != k->part);
		leave(k, id);
		k->live[id].state = LIVE_WAITING;
		k->newest_nr--;
		fifo_push_first(&k->wait, id);
	}
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
	struct live *v = &k->live[id];

	if (id == k->part) {
		leave(k, id);
		k->part = -1;
	} else {
		preempt_running(k, id);
	}
	v->done_tok = v->hit_tok = 0;
	v->end_step = -1;
	v->here = false;
	v->state = LIVE_WAITING;
	fifo_push_first(&k->wait, id);
}

static int32_t pop_newest(struct rank *k)
{
	while (k->newest_nr > 0) {
		int32_t id = k->newest[--k->newest_nr];

		if (k->live[id].state == LIVE_RUNNING || id == k->part)
			return id;
	}
	return -1;
}

/* SGLang's retract_decode: the ratio that would have been right. */
static void learn_ratio(struct rank *k)
{
	double owed = k->whole_tok - k->prompt_tok;
	double there = k->kv_tok - k->prompt_tok +
		       (double)k->engine->retract_ahead * k->running;

	k->ratio = owed > 0 ? fmin(1, there / owed) : 1;
	k->ratio_step = k->step;
}

int rank_preempt(struct rank *k)
{
	double room = k->engine->room_tok;
	int nr = 0;

	if (k->engine->reserve == SERVE_WHOLE)
		return 0;
	while (k->running + (k->part >= 0) > 1 &&
	       rank_held_tok(k) + k->gain_tok > room) {
		int32_t id = pop_newest(k);

		assert(id >= 0);
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
		if (v->state != LIVE_RUNNING || v->end_step != e.step)
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
	assert(t->tok >= 0 && v->done_tok <= v->need_tok);
	k->part = -1;
	if (v->done_tok < v->need_tok) {
		k->part = t->id;
		return false;
	}
	hold_first(k, t->id, blocks_at_end(k, t->id));
	if (v->left_steps > 0) {
		run(k, t->id, now);
		return true;
	}
	leave(k, t->id);
	v->state = LIVE_OVER;
	return true;
}
