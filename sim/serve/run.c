#include "serve/run.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "serve/play.h"
#include "serve/sample.h"

/* ---- its end by the clock ---- */

/* Else the run is cut: what has begun goes on, and this is never over. */
static bool is_within(struct run *u, ticks begins, double s)
{
	bool is = ticks_to_s(begins) + s < LONGEST;

	u->log->cut |= !is;
	return is;
}

void run_wake(struct run *u, ticks begins, double s, int whom)
{
	assert(begins >= 0 && !(s < 0));
	if (is_within(u, begins, s))
		engine_set(&u->engine, begins + ticks_of_s(s), whom);
}

/* ---- a request's way ---- */

static void deliver(struct run *u, struct replica *r, int32_t id, ticks seen)
{
	int which = (int)(r - u->replica);

	u->live[id].seen = seen;
	u->log->of[id].replica = (int16_t)which;
	r->outstanding++;
	fifo_push(&r->inbox, id);
	if (!r->flight.nr)
		engine_set(&u->engine, seen, wake_of(u, which));
}

static void end_request(struct run *u, int32_t id, ticks at,
			enum serve_fate fate)
{
	struct serve_log *log = u->log;
	struct sending next;
	int32_t of_wave;

	assert(log->of[id].fate == SERVE_PENDING);	/* once each */
	log->of[id].fate = (int32_t)fate;
	log->of[id].last = at;
	log->done += fate == SERVE_DONE;
	log->never += fate == SERVE_NEVER;
	log->refused += fate == SERVE_REFUSED;
	log->end = at > log->end ? at : log->end;
	if (fate == SERVE_DONE)
		log->output_tok += asked(u, id)->output_tok;
	if (client_answered(&u->client, id, at, &next))
		engine_set(&u->engine, next.at, send_of(u, next.id));
	while (u->client.wave_begins && client_wave(&u->client, &of_wave))
		engine_set(&u->engine, u->client.wave_at,
			   send_of(u, of_wave));
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

/*
 * The factor on a request's wait: exp(s z - s^2 / 2), drawn with one s, is the
 * same z's of another to the power s' / s, times exp(s' (s - s') / 2).
 */
static double luck_at(const struct serve_door *d, double luck)
{
	double own = d->luck_sd, drawn = d->drawn_sd;

	if (!(luck > 0))
		return 1;
	if (!(drawn > 0) || own == drawn)
		return luck;
	return pow(luck, own / drawn) * exp(own * (drawn - own) / 2);
}

/* A client's first request connects, the others find the connection. */
static double way_s(struct run *u, const struct gate *g, int32_t id)
{
	const struct serve_door *d = g->door.is;
	bool first = u->connected < u->spec->load->clients;
	double s = u->replica[g->first].fleet->engine->in_s;

	u->connected += first;
	if (first)
		s += d->connect_s;
	if (d->wait_s)
		s += d->wait_s(d->of, g->door.inside) *
		     luck_at(d, asked(u, id)->luck);
	return s;
}

static void enter(struct run *u, struct gate *g, int32_t id, ticks now)
{
	struct replica *r = u->replica + g->first +
		router_pick(&u->router, u->replica + g->first, g->nr, id);
	const struct serve_engine *e = r->fleet->engine;
	double way = way_s(u, g, id);
	bool pool = r->hands_over;
	ticks start;

	live_init(&u->live[id], asked(u, id), false);
	if (rank_never(&r->rank[0], id) ||
	    (pool && rank_never(&u->replica[0].rank[0], id))) {
		sampler_present(u->log, now, -1);
		end_request(u, id, now, SERVE_NEVER);
		door_leave(&g->door);
		return;
	}
	live_init(&u->live[id], asked(u, id), pool);
	if (!is_within(u, now, way))
		return;
	start = now + ticks_of_s(way);
	if (start < r->tokenized)
		start = r->tokenized;
	r->tokenized = start + ticks_of_s(e->tokenize_s_tok *
					  asked(u, id)->prompt_tok);
	if (is_within(u, r->tokenized, 0))
		deliver(u, r, id, r->tokenized);
}

/* Let in who may come in; then wait for the quota, where somebody does. */
static void open_gate(struct run *u, struct gate *g, ticks now)
{
	int32_t id;
	double s;

	while (door_open(&g->door, &id, now))
		enter(u, g, id, now);
	if (g->rings || !door_opens(&g->door, now, &s))
		return;
	run_wake(u, now, s, gate_of(u, (int)(g - u->gate)));
	g->rings = true;
}

/* The gate that lets it in: its own, else the one beside. NULL: refused. */
static struct gate *let_in(struct run *u, int32_t id, ticks now)
{
	struct gate *g = &u->gate[GATE_OWN];

	if (door_knock(&g->door, id, now))
		return g;
	g = &u->gate[GATE_BESIDE];
	if (!g->nr || !door_knock(&g->door, id, now))
		return NULL;
	u->log->overflowed++;
	return g;
}

static void send(struct run *u, int32_t id, ticks now)
{
	int32_t next = client_next_open(&u->client);
	struct gate *g;

	if (next >= 0)
		run_wake(u, 0, asked(u, next)->at_s, send_of(u, next));
	u->log->of[id].sent = now;
	u->scaler.sent++;
	g = let_in(u, id, now);
	if (!g) {
		end_request(u, id, now, SERVE_REFUSED);
		return;
	}
	sampler_present(u->log, now, 1);
	open_gate(u, g, now);
}

/*
 * A pipeline whose steps take whoever has come has a place for each when its
 * KV is sent (SGLang's prealloc queue), which comes at any moment of a round.
 */
static bool may_send(const struct run *u)
{
	const struct serve_fleet *f = &u->spec->fleet;
	int64_t places = (int64_t)f->engine->max_seqs * f->groups * u->decoders;

	if (!f->engine->greedy || f->stages < 2)
		return true;
	places -= u->coming;
	for (int i = 0; i < u->decoders; i++)
		places -= u->replica[i].outstanding;
	return places > 0;
}

/* The KV of a prompt goes to the decode pool, over the NICs of its replica. */
static void send_kv(struct run *u, int32_t id, ticks now)
{
	struct replica *r = &u->replica[u->log->of[id].replica];
	const struct serve_engine *e = r->fleet->engine;
	double tok = asked(u, id)->prompt_tok;
	double s = e->send_s + tok / e->send_tok_s;
	ticks from = now > r->nic.free_at ? now : r->nic.free_at;

	u->coming++;
	if (is_within(u, from, s))
		engine_set(&u->engine, lane_take(&r->nic, now, ticks_of_s(s),
						 tok), land_of(u, id));
}

void run_hand_over(struct run *u, struct replica *r, int32_t id, ticks now)
{
	r->outstanding--;
	fifo_push(&u->unsent, id);
	while (u->unsent.nr && may_send(u))
		send_kv(u, fifo_pop(&u->unsent), now);
}

static void land(struct run *u, int32_t id, ticks now)
{
	struct replica *r = &u->replica[router_pick(&u->router, u->replica,
						     u->decoders, id)];
	int32_t hit = u->live[id].hit_tok;

	u->coming--;
	live_init(&u->live[id], asked(u, id), false);
	u->live[id].here = true;
	u->live[id].hit_tok = hit;
	deliver(u, r, id, now);
}

void run_first_token(struct run *u, const struct replica *r, int32_t id,
		     ticks now)
{
	struct serve_outcome *o = &u->log->of[id];

	if (o->first == 0)
		o->first = now + ticks_of_s(r->fleet->engine->out_s);
}

void run_finish(struct run *u, struct replica *r, int32_t id, ticks now)
{
	struct gate *g = &u->gate[r->beside ? GATE_BESIDE : GATE_OWN];

	r->outstanding--;
	while (u->unsent.nr && may_send(u))
		send_kv(u, fifo_pop(&u->unsent), now);
	sampler_present(u->log, now, -1);
	end_request(u, id, now + ticks_of_s(r->fleet->engine->out_s),
		    SERVE_DONE);
	if (r->is == REPLICA_LEAVING)
		fleet_answered(u, r, now);
	door_leave(&g->door);
	open_gate(u, g, now);
}

/* ---- the whole ---- */

static struct replica *add_fleet(struct run *u, const struct serve_fleet *f)
{
	struct rank_spec s = { f->engine, u->spec->load, u->live };
	struct replica *first = &u->replica[u->replicas];

	for (int i = 0; i < f->replicas; i++)
		replica_init(&u->replica[u->replicas++], f, &s);
	return first;
}

/* All engines: decode, the prefill pool, those beside; and their doors. */
static void add_fleets(struct run *u, const struct serve_spec *s)
{
	struct gate *own = &u->gate[GATE_OWN], *beside = &u->gate[GATE_BESIDE];
	struct replica *r = add_fleet(u, &s->fleet);
	bool scales = s->scale.look_s > 0;
	int pool = s->prefill.replicas, first = scales ? s->scale.least : 0;

	for (int i = first; scales && i < s->fleet.replicas; i++)
		r[i].is = REPLICA_AWAY;
	u->log->now.replicas = scales ? first : s->fleet.replicas;
	r = add_fleet(u, &s->prefill);
	for (int i = 0; i < pool; i++)
		r[i].hands_over = true;
	*own = (struct gate){ .first = pool ? u->decoders : 0,
			      .nr = pool ? pool : u->decoders };
	*beside = (struct gate){ .first = u->replicas,
				 .nr = s->beside.replicas };
	r = add_fleet(u, &s->beside);
	for (int i = 0; i < beside->nr; i++)
		r[i].beside = true;
	door_init(&own->door, s->load, &s->load->door);
	door_init(&beside->door, s->load, &s->beside_door);
	scaler_init(&u->scaler, &s->scale, s->fleet.replicas);
}

static void run_init(struct run *u, const struct serve_spec *s,
		     struct serve_log *log)
{
	size_t nr = (size_t)s->load->nr;
	int replicas = s->fleet.replicas + s->prefill.replicas +
		       s->beside.replicas;

	assert(s->fleet.replicas >= 1 && s->load->nr >= 1);
	assert(!(s->scale.look_s > 0) || !s->prefill.replicas);
	*u = (struct run){ .spec = s, .log = log,
			   .router = { s->route, 0, s->load },
			   .decoders = s->fleet.replicas };
	*log = (struct serve_log){ .nr = s->load->nr, .stride = 1 };
	log->of = mem_zeroed(nr, sizeof(*log->of));
	for (size_t i = 0; i < nr; i++)
		log->of[i].joined = -1;
	log->sample = mem_zeroed(SERVE_SAMPLES, sizeof(*log->sample));
	u->live = mem_zeroed(nr, sizeof(*u->live));
	u->replica = mem_zeroed((size_t)replicas, sizeof(*u->replica));
	add_fleets(u, s);
	engine_init(&u->engine, 2 * replicas + s->load->clients + 1);
	client_init(&u->client, s->load);
}

static void run_release(struct run *u)
{
	for (int i = 0; i < u->replicas; i++)
		replica_release(&u->replica[i]);
	client_release(&u->client);
	fifo_release(&u->unsent);
	for (int i = 0; i < GATES; i++)
		door_release(&u->gate[i].door);
	scaler_release(&u->scaler);
	engine_release(&u->engine);
	free(u->replica);
	free(u->live);
	free(u->done);
}

static void begin(struct run *u)
{
	int32_t id;

	if (u->spec->scale.look_s > 0)
		engine_set(&u->engine, ticks_of_s(u->spec->scale.look_s),
			   look_of(u));
	if (u->spec->load->client == SERVE_OPEN) {
		id = client_next_open(&u->client);
		if (id >= 0)
			run_wake(u, 0, asked(u, id)->at_s, send_of(u, id));
		return;
	}
	while (client_wave(&u->client, &id))
		engine_set(&u->engine, 0, send_of(u, id));
}

static void ring(struct run *u, int32_t whom, ticks now)
{
	struct replica *r;

	if (whom < u->replicas) {
		steps_end(u, &u->replica[whom], now);
	} else if (whom < 2 * u->replicas) {
		r = &u->replica[whom - u->replicas];
		if (!r->flight.nr)
			steps_plan(u, r, now, now);
		else if (r->flight.nr < r->stages)
			steps_look(u, r, now);
	} else if (whom < send_of(u, 0)) {
		fleet_ready(u, &u->replica[whom - ready_of(u, 0)], now);
	} else if (whom < land_of(u, 0)) {
		send(u, whom - send_of(u, 0), now);
	} else if (whom < gate_of(u, 0)) {
		land(u, whom - land_of(u, 0), now);
	} else if (whom < look_of(u)) {
		u->gate[whom - gate_of(u, 0)].rings = false;
		open_gate(u, &u->gate[whom - gate_of(u, 0)], now);
	} else {
		fleet_look(u, now);
	}
}

void serve_run(struct serve_log *log, const struct serve_spec *s)
{
	struct run u;
	int32_t whom;

	run_init(&u, s, log);
	begin(&u);
	while (engine_next(&u.engine, &whom))
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
