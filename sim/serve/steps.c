#include "serve/play.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "serve/sample.h"

static int by_id(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static void record_gaps(struct serve_log *log, struct rank *k, ticks now)
{
	if (k->old > 0)
		sampler_gap(log, ticks_to_s(now - k->last_end), k->old);
	for (int i = 0; i < k->freshes; i++)
		sampler_gap(log, ticks_to_s(now - k->fresh[i].at),
			    k->fresh[i].seqs);
}

static void room_for_done(struct run *u, int nr)
{
	if (nr <= u->done_cap)
		return;
	u->done_cap = 2 * nr;
	u->done = mem_resize(u->done, (size_t)u->done_cap, sizeof(*u->done));
}

/* All groups, decode: those that end leave in the order of their numbers. */
static void end_decode(struct run *u, struct replica *r, ticks now)
{
	int nr = 0;

	for (int i = 0; i < r->fleet->groups; i++) {
		struct rank *k = &r->at[i];

		if (!k->decodes)
			continue;
		room_for_done(u, nr + k->running);
		record_gaps(u->log, k, now);
		nr += rank_decoded(k, u->done + nr);
		k->freshes = 0;
		k->old = k->running;
		k->last_end = now;
	}
	if (nr > 1)
		qsort(u->done, (size_t)nr, sizeof(*u->done), by_id);
	for (int i = 0; i < nr; i++)
		run_finish(u, r, u->done[i], now);
}

static void end_prompts(struct run *u, struct replica *r, ticks now)
{
	for (int i = 0; i < r->fleet->groups; i++) {
		struct rank *k = &r->at[i];

		for (int j = 0; j < k->takes; j++) {
			struct take t = k->take[j];

			u->log->computed_tok += t.tok;
			if (!rank_prompted(k, &t, now))
				continue;
			u->log->of[t.id].hit_tok = u->live[t.id].hit_tok;
			if (r->hands_over && asked(u, t.id)->output_tok > 1) {
				run_hand_over(u, r, t.id, now);
				continue;
			}
			run_first_token(u, r, t.id, now);
			if (u->live[t.id].state == LIVE_OVER)
				run_finish(u, r, t.id, now);
		}
		k->takes = 0;
	}
}

static void note_joins(struct run *u, struct replica *r, ticks now)
{
	for (int i = 0; i < r->joins; i++)
		run_first_token(u, r, r->joined[i], now);
	for (int g = 0; g < r->fleet->groups; g++)
		for (int i = 0; i < r->at[g].takes; i++) {
			struct serve_outcome *o =
				&u->log->of[r->at[g].take[i].id];

			if (o->joined < 0)
				o->joined = now;
			o->group = (int16_t)g;
			u->log->host_tok += i == 0 ? r->at[g].host_tok : 0;
		}
}

static double *busy_of(struct serve_log *log, const struct replica *r)
{
	if (r->beside)
		return &log->beside_busy_s;
	return r->hands_over ? &log->prefill_busy_s : &log->busy_s;
}

/* It goes from stage to stage, to each when that is free. */
static void depart(struct run *u, struct replica *r,
		   const struct replica_plan *p, ticks now)
{
	int which = (int)(r - u->replica), end = r->stages;

	fifo_push(&r->flight, r->slot);
	r->started = now;
	if (end == 1) {
		run_wake(u, now, p->s, which);
		return;
	}
	for (int i = 0; i < end; i++) {
		now = r->free_at[i] > now ? r->free_at[i] : now;
		now += ticks_of_s(replica_stage_s(r, p, i));
		r->free_at[i] = now;
	}
	now = r->free_at[end] > now ? r->free_at[end] : now;
	r->free_at[end] = now + ticks_of_s(replica_stage_s(r, p, end));
	run_wake(u, now, replica_stage_s(r, p, end), which);
}

/* The step of the slot whose turn it is, if there is any. */
static void plan_one(struct run *u, struct replica *r, ticks seen, ticks now)
{
	struct replica_plan p;
	double kv = r->kv_tok;
	int running = r->running, waiting = r->waiting;

	replica_plan(r, &p, seen, now);
	note_joins(u, r, now);
	u->log->preemptions += p.preempted;
	sampler_change(u->log, now, &(struct sampler_delta){
		r->running - running, r->waiting - waiting, r->kv_tok - kv });
	if (!(p.s > 0))
		return;
	u->log->steps++;
	u->log->eager += p.eager;
	u->log->prompt_steps += p.prompts;
	*busy_of(u->log, r) += p.s / r->stages;
	depart(u, r, &p, now);
}

static bool flies(const struct replica *r, int slot)
{
	const struct fifo *q = &r->flight;

	for (int i = 0; i < q->nr; i++)
		if (q->at[(q->head + i) & (q->cap - 1)] == slot)
			return true;
	return false;
}

/* The other slots that have no step. */
static void plan_idle(struct run *u, struct replica *r, ticks seen, ticks now)
{
	for (int i = 1; i < r->stages; i++) {
		replica_turn(r, (r->slot + 1) % r->stages);
		if (!flies(r, r->slot))
			plan_one(u, r, seen, now);
	}
}

void steps_look(struct run *u, struct replica *r, ticks now)
{
	assert(r->flight.nr > 0);
	replica_turn(r, fifo_first(&r->flight));
	plan_idle(u, r, now, now);
}

void steps_plan(struct run *u, struct replica *r, ticks seen, ticks now)
{
	double turn_s = r->fleet->engine->turn_s;

	plan_one(u, r, seen, now);
	plan_idle(u, r, seen, now);
	if (turn_s > 0 && r->flight.nr && r->flight.nr < r->stages)
		run_wake(u, now, turn_s, wake_of(u, (int)(r - u->replica)));
	if (!r->flight.nr && r->inbox.nr) {
		ticks at = u->live[fifo_first(&r->inbox)].seen;

		engine_set(&u->engine, at > now ? at : now,
			   wake_of(u, (int)(r - u->replica)));
	}
}

void steps_end(struct run *u, struct replica *r, ticks now)
{
	bool decoded = false, prompted = false;

	if (r->slot != fifo_first(&r->flight))
		replica_turn(r, fifo_first(&r->flight));
	fifo_pop(&r->flight);
	for (int i = 0; i < r->fleet->groups; i++) {
		decoded |= r->at[i].decodes;
		prompted |= r->at[i].takes > 0;
	}
	end_decode(u, r, now);
	end_prompts(u, r, now);
	r->steps++;
	r->decode_steps += decoded;
	r->received_ago = prompted ? r->fleet->engine->recv_interval :
				     r->received_ago + 1;
	steps_plan(u, r, r->fleet->engine->overlap ? r->started : now, now);
}
