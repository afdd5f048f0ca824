#include "serve/replica.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"

enum {
	AHEAD = 32,	/* size: decode steps from one price to the next */
	KEEN = 1 << 20	/* size: an inbox that was never looked at */
};

void replica_init(struct replica *r, const struct serve_fleet *f,
		  const struct rank_spec *s)
{
	int stages = f->stages > 1 ? f->stages : 1;

	assert(f->groups >= 1 && f->engine->prefill_interval >= 1);
	*r = (struct replica){ .fleet = f, .received_ago = KEEN,
			       .stages = stages };
	r->rank = mem_zeroed((size_t)(stages * f->groups), sizeof(*r->rank));
	r->alike = mem_zeroed((size_t)stages, sizeof(*r->alike));
	r->free_at = mem_zeroed((size_t)stages + 1, sizeof(*r->free_at));
	for (int i = 0; i < stages * f->groups; i++) {
		rank_init(&r->rank[i], s);
		if (i >= f->groups)
			rank_join(&r->rank[i % f->groups], &r->rank[i]);
	}
	replica_turn(r, 0);
}

void replica_release(struct replica *r)
{
	for (int i = 0; i < r->stages * r->fleet->groups; i++)
		rank_release(&r->rank[i]);
	free(r->rank);
	free(r->alike);
	free(r->free_at);
	free(r->joined);
	fifo_release(&r->inbox);
	fifo_release(&r->flight);
}

/* ---- what has arrived ---- */

static struct rank *least_loaded(struct replica *r)
{
	struct rank *best = r->at;

	for (int i = 1; i < r->fleet->groups; i++)
		if (rank_load(&r->at[i]) < rank_load(best))
			best = &r->at[i];
	return best->first;
}

static void receive(struct replica *r, ticks seen)
{
	const struct live *live = r->rank->live;

	while (r->inbox.nr && live[fifo_first(&r->inbox)].seen <= seen) {
		int32_t id = fifo_pop(&r->inbox);

		fifo_push(&least_loaded(r)->wait, id);
	}
	r->received_ago = 0;
}

/* ---- may prompts come in? ---- */

struct crowd {
	int waiting, decoding;	/* groups that have such */
	bool parts;
};

static struct crowd crowd_of(const struct replica *r)
{
	struct crowd c = { 0 };

	for (int i = 0; i < r->fleet->groups; i++) {
		c.waiting += r->rank[i].wait.nr > 0;
		c.decoding += r->at[i].running > 0;
		c.parts |= r->rank[i].part >= 0;
	}
	return c;
}

/*
 * Groups whose first prompt would be let in. One that waits for a place or for
 * KV is none of those that the balance and the delayer count: they are asked
 * after admission (TRT-LLM: requests that the capacity scheduler let through;
 * SGLang pull 31835).
 */
static int ready(const struct replica *r)
{
	int nr = 0;

	for (int i = 0; i < r->fleet->groups; i++)
		nr += rank_ready(&r->at[i]);
	return nr;
}

/*
 * TRT-LLM's attention-DP balance (py_executor, _balance_adp_requests): every
 * group has a prompt, or one has nothing to decode, or the count of decode
 * steps since it last was so hits the limit. That count runs on, also while
 * nothing waits.
 */
static bool balanced(struct replica *r, const struct crowd *c)
{
	const struct serve_engine *e = r->fleet->engine;
	int64_t since = r->decode_steps - r->balanced_at;
	bool go = c->waiting == r->fleet->groups ||
		  c->decoding < r->fleet->groups || e->adp_timeout <= 0 ||
		  since % e->adp_timeout == e->adp_timeout - 1;

	if (!go)
		return false;
	if (c->decoding == r->fleet->groups && r->filled < e->adp_wait) {
		r->filled++;
		return false;
	}
	r->filled = 0;
	r->balanced_at = r->decode_steps;
	return true;
}

/* A pass of prompts as wide as one has been may find no places for all. */
static bool crowded(const struct replica *r)
{
	const struct serve_engine *e = r->fleet->engine;
	double most = 0;

	if (e->delay_slots <= 0)
		return false;
	for (int i = 0; i < r->fleet->groups; i++)
		most = larger(most, r->at[i].running);
	return e->max_seqs - most < r->widest;
}

/*
 * SGLang's prefill delayer (managers/prefill_delayer.py): some groups have
 * prompts and some have none; or all have, and too few places (its pull 17456;
 * without an end before 32880).
 */
static bool delayed(struct replica *r, const struct crowd *c)
{
	const struct serve_engine *e = r->fleet->engine;
	bool all = c->waiting == r->fleet->groups;

	if (all && e->delay_slots >= 1 && crowded(r))
		return true;
	if ((!all || crowded(r)) && r->delayed < e->delay_passes) {
		r->delayed++;
		return true;
	}
	r->delayed = 0;
	return false;
}

enum may {
	MAY_NONE,
	MAY_GO_ON,	/* what is cut */
	MAY_ALL,
};

static enum may prompts_may(struct replica *r)
{
	const struct serve_engine *e = r->fleet->engine;
	struct crowd c = crowd_of(r);

	if (c.waiting == 0)
		return c.parts ? MAY_ALL : MAY_NONE;
	if (c.decoding == 0 || r->fleet->groups == 1 ||
	    !(e->adp_balance || e->delay_passes > 0))
		return MAY_ALL;
	if (c.parts)
		return e->delay_passes > 0 && crowded(r) ? MAY_GO_ON : MAY_ALL;
	c.waiting = ready(r);
	if (c.waiting == 0)
		r->delayed = 0;
	if (c.waiting == 0 || (e->adp_balance && !balanced(r, &c)))
		return MAY_NONE;
	return e->delay_passes == 0 || !delayed(r, &c) ? MAY_ALL : MAY_NONE;
}

/*
 * vLLM's prefill_schedule_interval (v1/core/sched/scheduler.py, schedule): in
 * other than every such step a group that decodes puts prompts off, cut ones
 * too, unless the last time that it did not some were left waiting.
 */
static bool put_off(const struct replica *r, const struct rank *k)
{
	int every = r->fleet->engine->prefill_interval;

	return every > 1 && k->running > 0 && !k->behind &&
	       r->steps / r->stages % every != 0;
}

/* TRT-LLM's batch wait: a step of prompts that would be too small waits. */
static bool waits_for_more(struct rank *k, bool parts)
{
	const struct serve_engine *e = k->engine;

	if (k->takes == 0)
		return false;
	if (e->wait_iters > 0 && k->held_back < e->wait_iters && !parts &&
	    k->running > 0 && k->new_tok + k->running * e->step_tok <
			      e->wait_ratio * e->budget_tok) {
		k->held_back++;
		return true;
	}
	k->held_back = 0;
	return false;
}

/* Nothing of them is to be computed: they run from this step on. */
static void join(struct replica *r, struct rank *k, ticks now)
{
	int kept = 0;

	for (int i = 0; i < k->takes; i++) {
		struct take t = k->take[i];

		if (t.tok > 0) {
			k->take[kept++] = t;
			continue;
		}
		r->joined = mem_grow(r->joined, r->joins, &r->join_cap,
				     sizeof(*r->joined));
		r->joined[r->joins++] = t.id;
		rank_prompted(k, &t, now);
	}
	k->takes = kept;
}

static void choose(struct replica *r, struct replica_plan *p, ticks now)
{
	enum may may = prompts_may(r);

	r->widest *= r->fleet->engine->delay_slots;
	for (int i = 0; i < r->fleet->groups; i++) {
		struct rank *k = &r->at[i];
		int preempted = rank_preempt(k);
		bool parts = r->rank[i].part >= 0;

		k->takes = 0;
		k->new_tok = k->attend_tok2 = k->host_tok = 0;
		p->preempted += preempted;
		if (!put_off(r, k)) {
			if (may == MAY_GO_ON)
				rank_go_on(k);
			else if (may == MAY_ALL && (!preempted || parts))
				rank_choose(k);
			r->widest = larger(r->widest, k->takes);
			k->behind = r->rank[i].wait.nr > 0;
		}
		if (waits_for_more(k, parts))
			rank_put_back(k);
		join(r, k, now);
		pool_shrink(&r->rank[i].pool, larger(0, k->engine->room_tok -
			rank_held_tok(k) - k->others.prompt_tok));
	}
}

/* ---- what it costs ---- */

static double padded(const struct serve_engine *e, double seqs)
{
	for (int i = 0; i < e->graphs; i++)
		if (e->graph_seqs[i] >= seqs)
			return e->graph_seqs[i];
	return 0;
}

static void add_rank(struct serve_step *s, struct rank *k)
{
	k->decodes = k->running > 0 && (k->engine->batching == SERVE_MIXED ||
					k->new_tok <= 0);
	if (k->decodes) {
		s->seqs = larger(s->seqs, k->running);
		s->kv_tok = larger(s->kv_tok, k->kv_tok);
		s->all_seqs += k->running;
		s->all_kv_tok += k->kv_tok;
	}
	s->prompts = larger(s->prompts, k->takes);
	s->new_tok = larger(s->new_tok, k->new_tok);
	s->attend_tok2 = larger(s->attend_tok2, k->attend_tok2);
	s->all_new_tok += k->new_tok;
}

/*
 * Of decode steps alike but for their KV: the first is priced where it is,
 * the second also AHEAD steps further on, and those between lie on the line.
 */
static double decode_s(struct replica *r, const struct serve_step *s,
		       double gain_tok)
{
	const struct serve_pricer *p = &r->fleet->price;
	struct serve_step far = *s;
	struct alike *a = &r->alike[r->slot];
	double grown = AHEAD * gain_tok;
	bool same = a->step.seqs == s->seqs && s->kv_tok > a->step.kv_tok &&
		    a->step.all_seqs == s->all_seqs;

	assert(s->seqs > 0 && gain_tok >= 0);
	if (same && s->kv_tok <= a->known_tok)
		return a->s + (s->kv_tok - a->step.kv_tok) * a->slope_s;
	a->step = *s;
	a->s = p->step_s(p->of, s);
	a->known_tok = -1;
	if (same && grown > 0) {
		far.kv_tok += grown;
		far.all_kv_tok += grown * s->all_kv_tok / s->kv_tok;
		a->known_tok = far.kv_tok;
		a->slope_s = (p->step_s(p->of, &far) - a->s) / grown;
	}
	return a->s;
}

static double price(struct replica *r, const struct serve_step *s)
{
	double host_tok = 0, gain_tok = 0;
	const struct serve_engine *e = r->fleet->engine;
	const struct serve_pricer *p = &r->fleet->price;

	for (int i = 0; i < r->fleet->groups; i++) {
		host_tok = larger(host_tok, r->at[i].host_tok);
		gain_tok = larger(gain_tok, r->at[i].gain_tok);
	}
	if (s->prompts <= 0)
		return decode_s(r, s, gain_tok);
	r->alike[r->slot].step.seqs = 0;
	return larger(p->step_s(p->of, s), e->host_tok > 0 ?
		    host_tok / e->host_tok_s : 0) +
	       e->admit_s * s->prompts;
}

static bool is_idle(const struct replica *r)
{
	struct crowd c = crowd_of(r);

	return c.waiting + c.decoding == 0 && !c.parts;
}

/*
 * vLLM's coordinate_batch_across_dp: where all groups run in CUDA graphs, whole
 * or in pieces, they compute as many rows as the fullest; one that has more
 * than the largest graph takes all of them out of theirs, as they are.
 */
static void pad(struct serve_step *s, const struct replica *r)
{
	double rows = 0;
	int groups = r->fleet->groups;

	for (int i = 0; i < groups; i++) {
		const struct rank *k = &r->at[i];

		rows = larger(rows, (k->decodes ? k->running : 0) + k->new_tok);
	}
	assert(groups >= 1 && rows >= s->seqs && rows >= s->new_tok);
	if (rows > r->fleet->engine->padded_tok)
		return;
	s->all_seqs = groups * s->seqs;
	s->all_new_tok = larger(s->all_new_tok, groups * (rows - s->seqs));
}

/* What is no layer's, of a step that is at least as long. */
static void parts(const struct replica *r, struct replica_plan *p,
		  const struct serve_step *s)
{
	const struct serve_pricer *by = &r->fleet->price;

	if (by->parts)
		by->parts(by->of, s, &p->parts);
	p->parts.host_s = fmin(p->s, p->parts.host_s);
	p->parts.once_s = fmin(p->s - p->parts.host_s, p->parts.once_s);
}

void replica_plan(struct replica *r, struct replica_plan *p, ticks seen,
		  ticks now)
{
	const struct serve_engine *e = r->fleet->engine;
	struct serve_step s;

	memset(&s, 0, sizeof(s));
	*p = (struct replica_plan){ 0 };
	for (int i = 0; i < r->fleet->groups; i++)
		rank_turn(&r->at[i]);
	if (r->received_ago >= e->recv_interval || is_idle(r))
		receive(r, seen);
	r->joins = 0;
	choose(r, p, now);
	r->running = r->waiting = 0;
	r->kv_tok = 0;
	for (int i = 0; i < r->fleet->groups; i++) {
		struct rank *k = &r->at[i];

		add_rank(&s, k);
		r->running += k->running + k->others.running;
		r->waiting += r->rank[i].wait.nr + k->takes +
			      k->others.prompts;
		r->kv_tok += rank_held_tok(k);
	}
	if (s.all_seqs + s.all_new_tok <= 0)
		return;
	pad(&s, r);
	p->prompts = s.all_new_tok > 0;
	s.graph_seqs = p->prompts ? 0 : padded(e, s.seqs);
	p->eager = s.graph_seqs <= 0;
	p->s = price(r, &s);
	if (r->stages > 1)
		parts(r, p, &s);
}

double replica_stage_s(const struct replica *r, const struct replica_plan *p,
		       int stage)
{
	const struct serve_fleet *f = r->fleet;
	int layers = f->layers > 0 ? f->layers : r->stages;
	int own = layers / r->stages + (stage < layers % r->stages);
	double of_layers = p->s - p->parts.once_s - p->parts.host_s;

	assert(stage >= 0 && stage <= r->stages);
	if (stage == r->stages)
		return p->parts.host_s;
	return of_layers * own / layers +
	       (stage == r->stages - 1 ? p->parts.once_s : 0);
}
