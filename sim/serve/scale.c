#include "serve/scale.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "serve/play.h"
#include "serve/sample.h"

void scaler_init(struct scaler *c, const struct serve_scale *is, int most)
{
	*c = (struct scaler){ .is = is, .most = most };
	if (!(is->look_s > 0))
		return;
	assert(is->least >= 1 && is->least <= most && is->target > 0);
	assert(is->start_s >= 0 && is->hold_s >= 0);
	c->held = 1 + (int)floor(is->hold_s / is->look_s);
	c->wanted = mem_zeroed((size_t)c->held, sizeof(*c->wanted));
}

void scaler_release(struct scaler *c)
{
	free(c->wanted);
}

int scaler_wants(struct scaler *c, int present)
{
	double asked = c->is->by == SERVE_BY_REQUESTS ?
		c->sent / c->is->look_s : present;
	double n = fmin(c->most, ceil(asked / c->is->target));
	int most = 0;

	assert(c->held >= 1 && present >= 0);
	c->sent = 0;
	c->wanted[c->looks++ % c->held] = (int)fmax(c->is->least, n);
	for (int i = 0; i < c->held && i < c->looks; i++)
		most = c->wanted[i] > most ? c->wanted[i] : most;
	return most;
}

/* ---- the engines of a run ---- */

static void paid(struct run *u, ticks now, int by)
{
	sampler_replicas(u->log, now, by);
}

/* It starts as it was at first: nothing of it is left. */
static void call(struct run *u, struct replica *r, ticks now)
{
	struct rank_spec s = { r->fleet->engine, u->spec->load, u->live };
	const struct serve_fleet *f = r->fleet;
	int which = (int)(r - u->replica);

	replica_release(r);
	replica_init(r, f, &s);
	r->is = REPLICA_STARTING;
	r->ready = now + ticks_of_s(u->spec->scale.start_s);
	engine_set(&u->engine, r->ready, ready_of(u, which));
	paid(u, now, 1);
}

static void dismiss(struct run *u, struct replica *r, ticks now)
{
	bool answers = r->is == REPLICA_THERE && r->outstanding > 0;

	r->is = answers ? REPLICA_LEAVING : REPLICA_AWAY;
	if (!answers)
		paid(u, now, -1);
}

/* The last of them that is so, or NULL. */
static struct replica *last_that(struct run *u, enum replica_is is)
{
	for (int i = u->decoders - 1; i >= 0; i--)
		if (u->replica[i].is == is)
			return &u->replica[i];
	return NULL;
}

static struct replica *first_away(struct run *u)
{
	for (int i = 0; i < u->decoders; i++)
		if (u->replica[i].is == REPLICA_AWAY)
			return &u->replica[i];
	return NULL;
}

void fleet_look(struct run *u, ticks now)
{
	int wants, has = 0;
	struct replica *r;

	if (!engine_pending(&u->engine))	/* all is over */
		return;
	wants = scaler_wants(&u->scaler, u->log->now.present);
	for (int i = 0; i < u->decoders; i++)
		has += u->replica[i].is == REPLICA_THERE ||
		       u->replica[i].is == REPLICA_STARTING;
	for (; has < wants && (r = first_away(u)); has++)
		call(u, r, now);
	for (; has > wants; has--) {
		r = last_that(u, REPLICA_STARTING);
		dismiss(u, r ? r : last_that(u, REPLICA_THERE), now);
	}
	engine_set(&u->engine, now + ticks_of_s(u->spec->scale.look_s),
		   look_of(u));
}

/* Unless it was dismissed since, and perhaps called again. */
void fleet_ready(struct run *u, struct replica *r, ticks now)
{
	assert(r >= u->replica && r < u->replica + u->decoders);
	if (r->is == REPLICA_STARTING && r->ready == now)
		r->is = REPLICA_THERE;
}

void fleet_answered(struct run *u, struct replica *r, ticks now)
{
	assert(r->outstanding >= 0);
	if (r->is != REPLICA_LEAVING || r->outstanding > 0)
		return;
	r->is = REPLICA_AWAY;
	paid(u, now, -1);
}
