#include "plan/verify.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/larger.h"
#include "requests/job.h"
#include "base/mem.h"

enum {
	TIMES = 4,		/* size: requests for each in flight */
	MOST = 120000,		/* size: requests played */
	PASSES = 400,		/* size: of each server for prompts; readers.h
				   says what of them ends with none of it */
	STEPS = 8,		/* size: steps played without requests */
	HALVINGS = 6		/* size: replays to find a batch */
};

struct replay {
	const struct verify_spec *spec;
	const struct choice *choice;
	struct question decode, prefill;
	struct serving_spec serving, reading;
	struct serving_job job;
	struct serve_engine prompts;	/* the pool's engine */
	struct serving_price price;	/* and what its steps cost */
};

/* ---- the parts ---- */

static const struct pool *pool_of(const struct replay *r)
{
	return r->choice->pool < 0 ? NULL :
	       &r->spec->plan->pool[r->choice->pool];
}

/*
 * How many are in flight varies by its root: n of them, and twice that, have
 * room where there is room for n + 2 sqrt(n).
 */
static double at_random(double room)
{
	double root = sqrt(1 + room) - 1;

	assert(room >= 0);
	return root * root;
}

/* Of a fleet too large to play, one replica and its share of the pool. */
static void scale(const struct replay *r, struct verified *v)
{
	const struct choice *c = r->choice;
	const struct pool *p = pool_of(r);
	double each = c->scenario.batch * r->decode.on.layout.dp;

	v->replicas = c->replicas;
	v->servers = p ? c->prefill_gpus / p->scenario.gpus : 0;
	if (each * v->replicas * TIMES > MOST) {
		v->servers = ceil(v->servers / v->replicas);
		v->replicas = 1;
	}
	v->at_random = c->load_tok_s > 0 || c->pool >= 0;
	v->in_flight = each * v->replicas;
	if (c->load_tok_s > 0)
		v->in_flight *= c->load_tok_s / c->tok_s;
	else if (v->at_random)
		v->in_flight = at_random(v->in_flight);
	v->in_flight = fmax(1, floor(v->in_flight));
	v->requests = TIMES * fmax(64, v->in_flight); /* size: for ranks */
	if (p)
		v->requests = fmax(v->requests, fmin(MOST,
			floor(PASSES * v->servers * p->readers.pass_prompts)));
}

static void say(struct replay *r, const struct verified *v, double batch)
{
	struct serving_spec *s = &r->serving;
	struct question *q = &r->decode;
	const struct choice *c = r->choice;
	const struct held *h = &c->answer.held;	/* a sequence's own beside */
	double room = c->scenario.batch * q->on.layout.dp * v->replicas;
	double carried = c->load_tok_s > 0 ? c->load_tok_s :
			 c->tok_s * v->in_flight / room;

	assert(carried > 0 && room > 0);
	serving_init(s);
	s->max_seqs = batch;
	s->room_tok = floor(c->answer.room_tok *
			    ((h->kv_tok_B - h->kv_beside_B) / h->kv_more_B));
	s->spread = FLEET_SPREAD;
	s->hit = r->spec->of->cached_share;
	s->replicas = v->replicas;
	if (v->servers > 0)
		snprintf(s->pools, sizeof(s->pools), "%.0f:%.0f", v->servers,
			 v->replicas);
	q->scenario.isl = 2 * c->scenario.isl / (1 + FLEET_SPREAD);
	q->scenario.osl = 2 * c->scenario.osl / (1 + FLEET_SPREAD);
	q->scenario.requests = v->requests;
	q->scenario.concurrency = v->in_flight;
	snprintf(s->route, sizeof(s->route), "least-loaded");
	snprintf(s->arrivals, sizeof(s->arrivals), "%s",
		 v->at_random ? "poisson" : "closed");
	if (!v->at_random)
		return;
	s->rate = carried / c->scenario.osl * v->replicas / c->replicas;
}

/*
 * The pool runs its own engine on its own GPUs, launched for the longest
 * prompt.
 */
static int add_pool(struct replay *r, struct fault *why)
{
	struct serve_fleet *f = &r->job.run.serve.prefill;

	if (!pool_of(r))
		return 0;
	serving_init(&r->reading);
	snprintf(r->reading.pools, sizeof(r->reading.pools), "1:1");
	r->prefill.scenario.isl = r->decode.scenario.isl;
	if (serving_engine(&r->prompts, &r->prefill, &r->reading, why))
		return -1;
	f->engine = &r->prompts;
	serving_fleet(f, &r->prefill, &r->price);
	return 0;
}

/* ---- what users saw ---- */

/* Percentiles of the third quarter, interpolated as numpy does. */
static void ranks(struct verified *v, const struct serve_spec *s,
		  const struct serve_log *log, enum serve_metric m)
{
	double *out = m == SERVE_TPOT ? v->tpot_s : v->ttft_s;
	int from = log->nr / 2, to = log->nr - log->nr / TIMES, nr = 0;
	double *x = mem_zeroed((size_t)(to - from) + 1, sizeof(*x));

	assert(from <= to);
	for (int i = from; i < to; i++) {
		double seen = serve_seen(s, log, i, m);

		if (!isnan(seen))
			x[nr++] = seen;
	}
	qsort(x, (size_t)nr, sizeof(*x), ascending);
	for (int i = 0; i < VERIFY_RANKS; i++) {
		double at = v->rank[i] / 100 * (nr - 1); /* units: percent */
		int low = (int)floor(at);

		out[i] = nr < 1 ? (double)NAN : low + 1 < nr ?
			x[low] + (at - low) * (x[low + 1] - x[low]) : x[low];
	}
	free(x);
}

/*
 * Clients that all began at once would come back in waves, all prompts
 * together. They begin evenly over the time that one request takes; each asks
 * again when it is answered.
 */
static void stagger(struct serve_load *l, const struct choice *c)
{
	double takes_s = c->ttft_s + c->scenario.osl * c->answer.tpot_s;
	int clients = l->clients < l->nr ? l->clients : l->nr;

	if (l->client != SERVE_CLOSED)
		return;
	l->client = SERVE_OPEN;
	for (int i = 0; i < l->nr; i++) {
		l->request[i].after = i < clients ? -1 : i - clients;
		l->request[i].at_s = i < clients ? takes_s * i / clients : 0;
	}
}

static int play(struct replay *r, struct verified *v, double batch,
		struct fault *why)
{
	struct job_spec ask = { &r->serving, r->spec->seed };
	struct serve_log log;
	int rc;

	say(r, v, batch);
	r->job.load = (struct serve_load){ 0 };
	rc = serving_job_make(&r->job, &r->decode, &ask, why) ||
	     add_pool(r, why) ? -1 : 0;
	if (!rc) {
		/* places are the plan's limit, not the engine's */
		r->job.engine.delay_slots = 0;
		stagger(&r->job.load, r->choice);
		serve_run(&log, &r->job.run.serve);
		v->answered = (double)log.done / log.nr;
		ranks(v, &r->job.run.serve, &log, SERVE_TPOT);
		ranks(v, &r->job.run.serve, &log, SERVE_TTFT);
		serve_log_release(&log);
	}
	serving_job_release(&r->job);
	return rc;
}

static void judge(struct verified *v, const struct fleet_spec *of)
{
	v->tpot_over = isfinite(of->tpot_s) ? v->tpot_s[1] / of->tpot_s - 1 :
		0;
	v->ttft_over = isfinite(of->ttft_s) && !v->by_steps ?
		v->ttft_s[1] / of->ttft_s - 1 : 0;
}

/* The largest batch that keeps the time a token, where the plan's does not. */
static int smaller(struct replay *r, const struct verified *full,
		   struct verified *v, struct fault *why)
{
	double good = 0, bad = r->choice->scenario.batch;

	for (int i = 0; i < HALVINGS && bad - good > 1; i++) {
		struct verified less = *full;
		double middle = floor((good + bad) / 2);

		less.in_flight = floor(full->in_flight * middle /
				       r->choice->scenario.batch);
		less.requests = TIMES * less.in_flight;
		if (less.in_flight < 1 || play(r, &less, middle, why))
			return -1;
		judge(&less, r->spec->of);
		*(less.tpot_over <= 0 ? &good : &bad) = middle;
	}
	v->batch = good;
	return 0;
}

/* The fewest servers for prompts that keep the first token, up to 3 x. */
static int more(struct replay *r, const struct verified *full,
		struct verified *v, struct fault *why)
{
	const double times = 3;		/* size: of the plan's servers */
	double bad = full->servers, good = ceil(times * full->servers) + 1;

	for (int i = 0; i < HALVINGS && good - bad > 1; i++) {
		struct verified most = *full;

		most.servers = i ? floor((good + bad) / 2) : good - 1;
		if (play(r, &most, r->choice->scenario.batch, why))
			return -1;
		judge(&most, r->spec->of);
		if (most.ttft_over > 0 && !i)
			return 0;
		*(most.ttft_over > 0 ? &bad : &good) = most.servers;
	}
	v->enough = good;
	return 0;
}

/* ---- both ways ---- */

static int by_requests(struct replay *r, struct verified *v, struct fault *why)
{
	const struct pool *p = pool_of(r);
	struct verified full;
	int rc;

	scale(r, v);
	if (p && question_make(&r->prefill, &p->scenario,
			       r->spec->of->library, why))
		return -1;
	if (p)
		serving_price_init(&r->price, &r->prefill);
	full = *v;
	rc = play(r, v, r->choice->scenario.batch, why);
	if (!rc) {
		judge(v, r->spec->of);
		if (v->tpot_over > 0 && !(r->choice->load_tok_s > 0))
			rc = smaller(r, &full, v, why);
		if (!rc && v->ttft_over > 0 && v->servers > 0)
			rc = more(r, &full, v, why);
	}
	if (p)
		serving_price_release(&r->price);
	return rc;
}

static void by_steps(struct replay *r, struct verified *v)
{
	struct run_spec run = { .seed = r->spec->seed, .steps = STEPS };
	struct played p;
	struct answer a;

	answer_run(&a, &r->decode, &run, &p);
	v->by_steps = true;
	v->replicas = 1;
	v->in_flight = r->choice->scenario.batch * r->decode.on.layout.dp;
	v->requests = p.steps;
	v->answered = 1;
	for (int i = 0; i < VERIFY_RANKS; i++) {
		v->tpot_s[i] = a.tpot_s;
		v->ttft_s[i] = (double)NAN;
	}
	judge(v, r->spec->of);
}

int verify_choice(struct verified *v, const struct verify_spec *spec,
		  int choice, struct fault *why)
{
	struct replay *r = mem_zeroed(1, sizeof(*r));
	int rc;

	assert(choice >= 0 && choice < spec->plan->nr);
	assert(spec->percent > 0 && spec->percent < 100);	/* units: */
	*v = (struct verified){ .batch = (double)NAN, .enough = (double)NAN,
		.rank = { 50, spec->percent, 99 } };	/* units: percent */
	r->spec = spec;
	r->choice = &spec->plan->choice[choice];
	rc = question_make(&r->decode, &r->choice->scenario,
			   spec->of->library, why);
	if (!rc && (r->choice->pool >= 0 || r->choice->colocated))
		rc = by_requests(r, v, why);
	else if (!rc)
		by_steps(r, v);
	free(r);
	return rc;
}
