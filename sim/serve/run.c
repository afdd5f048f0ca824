#include "serve/run.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "serve/client.h"
#include "serve/door.h"
#include "serve/replica.h"
#include "serve/route.h"
#include "serve/sample.h"
#include "time/engine.h"

#define LONGEST (90 * 86400.0)	/* units: 90 days, which ticks reach */

/*
 * Whom an alarm wakes: a replica whose step ends, one that may have something
 * to do, a request that is sent, one whose KV has arrived, the door's quota.
 */
struct run {
	const struct serve_spec *spec;
	struct serve_log *log;
	struct engine engine;
	struct client client;
	struct door door;
	bool door_rings;		/* its alarm is set */
	int connected;			/* clients that are */
	struct live *live;		/* [load->nr] */
	struct replica *replica;	/* decode, then the prefill pool */
	int replicas, decoders;
	struct router router;
	int32_t *done;			/* ended in a step */
	int done_cap;
};

static int wake_of(const struct run *u, int replica)
{
	return u->replicas + replica;
}

static int send_of(const struct run *u, int32_t id)
{
	return 2 * u->replicas + id;
}

static int land_of(const struct run *u, int32_t id)
{
	return 2 * u->replicas + u->log->nr + id;
}

static int door_of(const struct run *u)
{
	return land_of(u, u->log->nr);
}

static const struct serve_request *asked(const struct run *u, int32_t id)
{
	return &u->spec->load->request[id];
}

/* ---- a request's way ---- */

static void deliver(struct run *u, struct replica *r, int32_t id, ticks seen)
{
	int which = (int)(r - u->replica);

	u->live[id].seen = seen;
	u->log->of[id].replica = (int16_t)which;
	r->outstanding++;
	fifo_push(&r->inbox, id);
	if (!r->busy)
		engine_set(&u->engine, seen, wake_of(u, which));
}

static void end_request(struct run *u, int32_t id, ticks at,
			enum serve_fate fate)
{
	struct serve_log *log = u->log;
	int32_t ids[2];
	ticks when[2];
	int nr;

	assert(log->of[id].fate == SERVE_PENDING);	/* once each */
	log->of[id].fate = fate;
	log->of[id].last = at;
	log->done += fate == SERVE_DONE;
	log->never += fate == SERVE_NEVER;
	log->refused += fate == SERVE_REFUSED;
	log->end = at > log->end ? at : log->end;
	if (fate == SERVE_DONE)
		log->output_tok += asked(u, id)->output_tok;
	nr = client_answered(&u->client, id, at, ids, when);
	for (int i = 0; i < nr; i++)
		engine_set(&u->engine, when[i], send_of(u, ids[i]));
	if (u->client.wave_begins) {
		while ((nr = client_wave(&u->client, ids)) > 0)
			engine_set(&u->engine, u->client.wave_at,
				   send_of(u, ids[0]));
	}
	if (u->spec->progress)
		u->spec->progress(log->done + log->never + log->refused,
				  log->nr);
}

static void live_init(struct live *v, const struct serve_request *q,
		      bool hands_over)
{
	*v = (struct live){ .need_tok = q->prompt_tok, .left_tok = 1,
			    .end_step = -1 };
	if (hands_over)
		return;
	v->left_tok = q->output_tok;
	v->left_steps = q->steps;
}

/* A client's first request connects, the others find the connection. */
static ticks arrives(struct run *u, const struct serve_engine *e, int32_t id,
		     ticks now)
{
	const struct serve_door *d = &u->spec->load->door;
	bool first = u->connected < u->spec->load->clients;
	double luck = asked(u, id)->luck, s = e->in_s;

	u->connected += first;
	if (first)
		s += d->connect_s;
	if (d->wait_s)
		s += d->wait_s(d->of, u->door.inside) * (luck > 0 ? luck : 1);
	return now + ticks_of_s(s);
}

static void enter(struct run *u, int32_t id, ticks now)
{
	bool pool = u->replicas > u->decoders;
	int first = pool ? u->decoders : 0;
	int which = first + router_pick(&u->router, u->replica + first,
		pool ? u->replicas - first : u->decoders, id);
	struct replica *r = &u->replica[which];
	const struct serve_engine *e = r->fleet->engine;
	ticks start = arrives(u, e, id, now);

	live_init(&u->live[id], asked(u, id), false);
	if (rank_never(&r->rank[0], id) ||
	    (pool && rank_never(&u->replica[0].rank[0], id))) {
		sampler_present(u->log, now, -1);
		end_request(u, id, now, SERVE_NEVER);
		door_leave(&u->door);
		return;
	}
	live_init(&u->live[id], asked(u, id), pool);
	if (start < r->tokenized)
		start = r->tokenized;
	r->tokenized = start + ticks_of_s(e->tokenize_s_tok *
					  asked(u, id)->prompt_tok);
	if (ticks_to_s(r->tokenized) > LONGEST) {
		u->log->cut = true;
		return;
	}
	deliver(u, r, id, r->tokenized);
}

/* Let in who may come in; then wait for the quota, where somebody does. */
static void open_door(struct run *u, ticks now)
{
	int32_t id;
	ticks when;

	while (door_open(&u->door, &id, now))
		enter(u, id, now);
	if (u->door_rings || !door_opens(&u->door, now, &when))
		return;
	engine_set(&u->engine, when, door_of(u));
	u->door_rings = true;
}

static void send(struct run *u, int32_t id, ticks now)
{
	int32_t next = client_next_open(&u->client);

	if (next >= 0)
		engine_set(&u->engine, ticks_of_s(asked(u, next)->at_s),
			   send_of(u, next));
	u->log->of[id].sent = now;
	if (!door_knock(&u->door, id, now)) {
		end_request(u, id, now, SERVE_REFUSED);
		return;
	}
	sampler_present(u->log, now, 1);
	open_door(u, now);
}

/* The KV of a prompt goes to the decode pool, over the NICs of its replica. */
static void hand_over(struct run *u, struct replica *r, int32_t id, ticks now)
{
	const struct serve_engine *e = r->fleet->engine;
	double tok = asked(u, id)->prompt_tok;
	ticks takes = ticks_of_s(e->send_s + tok / e->send_tok_s);

	r->outstanding--;
	engine_set(&u->engine, lane_take(&r->nic, now, takes, tok),
		   land_of(u, id));
}

static void land(struct run *u, int32_t id, ticks now)
{
	struct replica *r = &u->replica[router_pick(&u->router, u->replica,
						     u->decoders, id)];
	int32_t hit = u->live[id].hit_tok;

	live_init(&u->live[id], asked(u, id), false);
	u->live[id].here = true;
	u->live[id].hit_tok = hit;
	deliver(u, r, id, now);
}

static void first_token(struct run *u, const struct replica *r, int32_t id,
			ticks now)
{
	struct serve_outcome *o = &u->log->of[id];

	if (o->first == 0)
		o->first = now + ticks_of_s(r->fleet->engine->out_s);
}

static void finish(struct run *u, struct replica *r, int32_t id, ticks now)
{
	r->outstanding--;
	sampler_present(u->log, now, -1);
	end_request(u, id, now + ticks_of_s(r->fleet->engine->out_s),
		    SERVE_DONE);
	door_leave(&u->door);
	open_door(u, now);
}

/* ---- steps ---- */

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
		struct rank *k = &r->rank[i];

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
		finish(u, r, u->done[i], now);
}

static void end_prompts(struct run *u, struct replica *r, ticks now)
{
	for (int i = 0; i < r->fleet->groups; i++) {
		struct rank *k = &r->rank[i];

		for (int j = 0; j < k->takes; j++) {
			struct take t = k->take[j];

			u->log->computed_tok += t.tok;
			if (!rank_prompted(k, &t, now))
				continue;
			u->log->of[t.id].hit_tok = u->live[t.id].hit_tok;
			if (r->hands_over && asked(u, t.id)->output_tok > 1) {
				hand_over(u, r, t.id, now);
				continue;
			}
			first_token(u, r, t.id, now);
			if (u->live[t.id].state == LIVE_OVER)
				finish(u, r, t.id, now);
		}
		k->takes = 0;
	}
}

static void note_joins(struct run *u, struct replica *r, ticks now)
{
	for (int i = 0; i < r->joins; i++)
		first_token(u, r, r->joined[i], now);
	for (int g = 0; g < r->fleet->groups; g++)
		for (int i = 0; i < r->rank[g].takes; i++) {
			struct serve_outcome *o =
				&u->log->of[r->rank[g].take[i].id];

			if (!o->joined)
				o->joined = now;
			o->group = (int16_t)g;
			u->log->host_tok += i == 0 ? r->rank[g].host_tok : 0;
		}
}

/* Plan what starts now; what arrives up to seen is known. */
static void plan(struct run *u, struct replica *r, ticks seen, ticks now)
{
	struct replica_plan p;
	int which = (int)(r - u->replica);
	double kv = r->kv_tok;
	int running = r->running, waiting = r->waiting;

	replica_plan(r, &p, seen, now);
	note_joins(u, r, now);
	u->log->preemptions += p.preempted;
	sampler_change(u->log, now, &(struct sampler_delta){
		r->running - running, r->waiting - waiting, r->kv_tok - kv });
	r->busy = p.s > 0;
	if (!r->busy) {
		if (r->inbox.nr) {
			ticks at = u->live[fifo_first(&r->inbox)].seen;

			engine_set(&u->engine, at > now ? at : now,
				   wake_of(u, which));
		}
		return;
	}
	u->log->steps++;
	u->log->eager += p.eager;
	u->log->prompt_steps += p.prompts;
	*(r->hands_over ? &u->log->prefill_busy_s : &u->log->busy_s) += p.s;
	r->started = now;
	if (!(ticks_to_s(now) + p.s < LONGEST)) {
		u->log->cut = true;
		return;
	}
	engine_set(&u->engine, now + ticks_of_s(p.s), which);
}

static void end_step(struct run *u, struct replica *r, ticks now)
{
	bool decoded = false, prompted = false;

	for (int i = 0; i < r->fleet->groups; i++) {
		decoded |= r->rank[i].decodes;
		prompted |= r->rank[i].takes > 0;
	}
	end_decode(u, r, now);
	end_prompts(u, r, now);
	r->steps++;
	r->decode_steps += decoded;
	r->received_ago = prompted ? r->fleet->engine->recv_interval :
				     r->received_ago + 1;
	r->busy = false;
	plan(u, r, r->fleet->engine->overlap ? r->started : now, now);
}

/* ---- the whole ---- */

static void add_fleet(struct run *u, const struct serve_fleet *f, bool pool)
{
	struct rank_spec s = { f->engine, u->spec->load, u->live };

	for (int i = 0; i < f->replicas; i++) {
		replica_init(&u->replica[u->replicas], f, &s);
		u->replica[u->replicas++].hands_over = pool;
	}
}

static void run_init(struct run *u, const struct serve_spec *s,
		     struct serve_log *log)
{
	size_t nr = (size_t)s->load->nr;
	int replicas = s->fleet.replicas + s->prefill.replicas;

	assert(s->fleet.replicas >= 1 && s->load->nr >= 1);
	*u = (struct run){ .spec = s, .log = log,
			   .router = { s->route, 0, s->load },
			   .decoders = s->fleet.replicas };
	*log = (struct serve_log){ .nr = s->load->nr, .stride = 1 };
	log->of = mem_zeroed(nr, sizeof(*log->of));
	log->sample = mem_zeroed(SERVE_SAMPLES, sizeof(*log->sample));
	u->live = mem_zeroed(nr, sizeof(*u->live));
	u->replica = mem_zeroed((size_t)replicas, sizeof(*u->replica));
	add_fleet(u, &s->fleet, false);
	add_fleet(u, &s->prefill, true);
	engine_init(&u->engine, 2 * replicas + s->load->clients + 1);
	client_init(&u->client, s->load);
	door_init(&u->door, s->load);
}

static void run_release(struct run *u)
{
	for (int i = 0; i < u->replicas; i++)
		replica_release(&u->replica[i]);
	client_release(&u->client);
	door_release(&u->door);
	engine_release(&u->engine);
	free(u->replica);
	free(u->live);
	free(u->done);
}

static void begin(struct run *u)
{
	int32_t id;

	if (u->spec->load->client == SERVE_OPEN) {
		id = client_next_open(&u->client);
		engine_set(&u->engine, ticks_of_s(asked(u, id)->at_s),
			   send_of(u, id));
		return;
	}
	while (client_wave(&u->client, &id))
		engine_set(&u->engine, 0, send_of(u, id));
}

static void ring(struct run *u, int32_t whom, ticks now)
{
	struct replica *r;

	if (whom < u->replicas) {
		end_step(u, &u->replica[whom], now);
	} else if (whom < 2 * u->replicas) {
		r = &u->replica[whom - u->replicas];
		if (!r->busy)
			plan(u, r, now, now);
	} else if (whom < land_of(u, 0)) {
		send(u, whom - send_of(u, 0), now);
	} else if (whom < door_of(u)) {
		land(u, whom - land_of(u, 0), now);
	} else {
		u->door_rings = false;
		open_door(u, now);
	}
}

void serve_run(struct serve_log *log, const struct serve_spec *s)
{
	struct run u;
	int32_t whom;

	run_init(&u, s, log);
	begin(&u);
	while (!log->cut && engine_next(&u.engine, &whom))
		ring(&u, whom, engine_now(&u.engine));
	sampler_end(log, engine_now(&u.engine));
	for (int i = 0; i < log->nr; i++) {
		log->hit_tok += log->of[i].hit_tok;
		if (log->of[i].fate != SERVE_PENDING || log->cut)
			continue;
		log->of[i].fate = SERVE_UNSENT;
		log->unsent++;
	}
	assert(log->cut || log->done + log->never + log->refused +
	       log->unsent == log->nr);
	run_release(&u);
}

void serve_log_release(struct serve_log *log)
{
	free(log->of);
	free(log->gap);
	free(log->sample);
	*log = (struct serve_log){ 0 };
}
