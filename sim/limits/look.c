#include "limits/look.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "ask/warm.h"
#include "base/mem.h"
#include "base/units.h"
#include "work/cache.h"

#define Z99 2.5758293035489004	/* math: normal quantile of 0.995 */

/* ---- memory ---- */

/* However an engine pages V4's cache: another may waste less of it. */
static void least_kv(const struct question *q, struct held *h)
{
	double ctx = q->batch.ctx_tok;
	double part = cache_least_B(&q->on, ctx) / cache_seq_B(&q->on, ctx);

	if (!cache_compresses(&q->on))
		return;
	h->kv_tok_B *= fmin(1, part);
	h->kv_B *= fmin(1, part);
}

static void hold(const struct work *w, const struct question *q,
		 struct held *h)
{
	const struct limits_spec *a = w->a;

	warm_hold(q, h);
	if (a->weight_bits > 0)
		h->weights_B = model_params(q->on.model) * a->weight_bits /
			       BITS / layout_gpus(&q->on.layout);
	if (a->weights_B > 0)
		h->weights_B = a->weights_B;
	least_kv(q, h);
	if (a->kv_B > 0)
		h->kv_B = a->kv_B * q->batch.seqs;
}

/* What memory alone refuses: the format is widened where it must be. */
static struct refusal refusal_of(const struct question *q,
				 const struct held *h)
{
	double left = h->budget_B - h->weights_B - h->buffer_B;
	double ctx = q->batch.ctx_tok;
	double most = q->on.model->max_position_embeddings;

	if (left <= 0)
		return (struct refusal){ .kind = REFUSAL_WEIGHTS,
			.need = h->weights_B, .buffer_B = h->buffer_B,
			.have = h->budget_B };
	if (h->kv_B > left)
		return (struct refusal){ .kind = REFUSAL_KV, .need = h->kv_B,
			.have = left,
			.fit = floor(left / h->kv_tok_B / ctx) };
	if (most > 0 && ctx > most)
		return (struct refusal){ .kind = REFUSAL_CONTEXT, .need = ctx,
			.have = most };
	return (struct refusal){ .kind = REFUSAL_NONE };
}

static void least_weights(struct limits *r, const struct question *q,
			  const struct held *h)
{
	double room = h->budget_B - h->buffer_B;
	double gpus = h->weights_B * layout_gpus(&q->on.layout) / room;

	if (!(room > 0) || (r->gpus_needed > 0 && gpus >= r->gpus_needed))
		return;
	r->gpus_needed = gpus;
	snprintf(r->weights, sizeof(r->weights), "%.12s",
		 q->scenario.weights);
}

/* Clients for whom there is no room wait: so many less are in flight. */
static struct refusal queue(const struct work *w, struct question *q,
			    struct held *h, const struct refusal *lack)
{
	if (!w->a->wait || lack->kind != REFUSAL_KV || !(lack->fit >= 1) ||
	    !isnan(w->a->scenario.batch))
		return *lack;
	question_batch(q, lack->fit);
	hold(w, q, h);
	return refusal_of(q, h);
}

/* Does it fit? */
static bool memory(struct work *w, struct question *q,
		   const struct choice *c)
{
	struct limits *r = w->r;
	struct held h;
	struct refusal lack;
	double all;

	hold(w, q, &h);
	lack = refusal_of(q, &h);
	lack = queue(w, q, &h, &lack);
	all = h.weights_B + h.buffer_B + h.kv_B;
	least_weights(r, q, &h);
	r->holds_weights |= lack.kind != REFUSAL_WEIGHTS;
	r->holds_all |= lack.kind == REFUSAL_CONTEXT;
	if (!(r->held_B > 0) || all < r->held_B) {
		r->held_B = all;
		r->weights_B = h.weights_B;
		r->budget_B = h.budget_B;
		r->buffer_B = h.buffer_B;
		r->kv_B = h.kv_B;
		r->lack = lack;
		w->held = *c;
	}
	return lack.kind == REFUSAL_NONE;
}

/* ---- speed ---- */

/* Bytes that a stated size saves over the format, at best. */
static double lighter(const struct work *w, const struct question *q)
{
	struct hold_spec spec = { 1, 1, 1, 1, NULL };
	struct held own, said;

	if (!(w->a->weight_bits > 0) && !(w->a->weights_B > 0))
		return 1;
	deployment_hold(&q->on, &spec, &own);
	hold(w, q, &said);
	return fmax(1, own.weights_B / said.weights_B);
}

/* Perfect acceptance, where the claim says nothing of it. */
static double accepted(const struct work *w, const struct question *q)
{
	if (!isnan(w->a->scenario.tokens_per_step))
		return 1;
	return (1 + q->on.layout.drafts) / q->tokens_per_step;
}

/* A figure of a GPU, or of one request, out of the answer to a choice. */
struct spot {
	const struct choice *c;
	const struct question *q;
	struct answer *a;
	double sol, tok_s;
	double light;		/* times the tokens of a step, at best */
	double more;		/* times as fast, as the claim has it */
	struct ceiling *to;	/* so far */
	const struct granted *granted;
};

static void better(const struct spot *s)
{
	struct ceiling *to = s->to;

	if (!(s->sol > to->sol))
		return;
	to->sol = s->sol;
	to->light_tokens = s->q->tokens_per_step * s->light;
	to->best = *s->q;
	to->concurrency = s->q->scenario.concurrency * s->c->way.replicas;
}

/* No more than this, that many errors above what is predicted. */
static double granted(const struct spot *s, double errors)
{
	return fmin(s->tok_s * s->more * exp(errors),
		    fmax(s->tok_s, s->sol * s->granted->light));
}

static bool predicted(const struct spot *s)
{
	struct ceiling *to = s->to;

	if (!(s->tok_s > to->predicted))
		return false;
	to->predicted = s->tok_s;
	to->step_s = s->a->step_s;
	to->tokens = s->q->tokens_per_step;
	to->waits = s->a->bound;
	return true;
}

/*
 * Drafts that the claim does not mention are granted as the sheets know them:
 * with a record's luck to one request alone, which is how records are made,
 * and to a batch with that of four in five.
 */
static double luck(const struct spot *s)
{
	return s->c->drafts > 0 && s->q->scenario.concurrency > 1 ? Z80 : Z99;
}

static void most(const struct spot *s)
{
	double sd = hypot(log(s->a->tok_s_gpu / s->a->low) / Z80,
			  s->granted->versions);

	s->to->most = fmax(s->to->most, granted(s, luck(s) * sd));
}

/* Drafts that the claim does not mention are granted, not predicted. */
static bool predicts(const struct choice *c)
{
	return !c->favour && c->drafts <= 0;
}

/*
 * A band takes as long as all before it, and few choices may be the most with
 * any that they could have.
 */
static void banded(struct work *w, const struct spot *s)
{
	double sd = answer_sd_if(s->a, s->q, w->facts_sd);
	double at = granted(s, luck(s) * hypot(sd, s->granted->versions));

	if (s->a->log_sd > 0 || !(at > s->to->most))
		return;
	answer_rest(s->a, s->q, w->step);
	if (isinf(w->facts_sd))
		w->facts_sd = 0;
	w->facts_sd = fmax(w->facts_sd, s->granted->alike * s->a->facts_log_sd);
}

/* Of an answer that has a speed, as throughput or as pace. */
static void spot_make(const struct work *w, struct spot *s, bool pace)
{
	const struct question *q = s->q;

	s->to = pace ? &w->r->user : &w->r->total;
	s->granted = w->r->granted;
	s->more = w->multiple * lighter(w, q);
	s->light = accepted(w, q) * w->multiple;
	s->sol = s->a->sol_tok_s_gpu * accepted(w, q) * s->more;
	s->tok_s = s->a->tok_s_gpu;
	if (pace) {
		s->sol *= q->on.layout.gpus / q->scenario.concurrency;
		s->tok_s = s->a->tok_s_user;
	}
}

/* The answer that s is of, as throughput or as pace; is it predicted best? */
static bool spot(struct work *w, struct spot *s, bool pace)
{
	if (!(s->a->tok_s_gpu > 0))
		return false;
	spot_make(w, s, pace);
	banded(w, s);
	if (s->a->log_sd > 0 || s->a->low > 0)
		most(s);
	if (s->c->favour)
		return false;
	better(s);
	if (!predicts(s->c) || !predicted(s))
		return false;
	w->foreseen[pace] = *s->q;
	return true;
}

/* What a batch leaves of the memory: its buffers grow with it, too. */
static double room_B(const struct work *w, struct question *q, double seqs)
{
	struct held h;

	question_batch(q, seqs);
	hold(w, q, &h);
	return h.budget_B - h.weights_B - h.buffer_B - h.kv_B;
}

/* The largest whole batch that fits; 0: not even one does. */
static double largest(const struct work *w, const struct question *q)
{
	const double line = 0.95;	/* math: of it, where bends may be */
	struct question one = *q;
	double low = 1, left = room_B(w, &one, 1), high = 2, over;

	if (left < 0)
		return 0;
	while ((over = room_B(w, &one, high)) >= 0) {
		low = high;
		left = over;
		high *= 2;
	}
	while (high - low > 1) {	/* by a line, but for its middle */
		double at = low + (high - low) * fmin(line,
				left / (left - over));
		double more;

		at = fmin(high - 1, fmax(low + 1, floor(at)));
		more = room_B(w, &one, at);
		if (more >= 0) {
			low = at;
			left = more;
		} else {
			high = at;
			over = more;
		}
	}
	return low;
}

static void time_it(const struct work *w, const struct question *q,
		    struct answer *a)
{
	answer_speed(a, q, w->step);
	answer_light(a, q, w->step);
}

static void speed(struct work *w, struct question *q, const struct choice *c)
{
	struct limits *r = w->r;
	double sol = r->total.sol, pace = r->user.sol;
	struct answer a;
	struct spot s = { .c = c, .q = q, .a = &a };

	if (r->open_batch)
		question_batch(q, 1 / (double)q->on.layout.dp);
	time_it(w, q, &a);
	if (spot(w, &s, true))
		w->user_predicted = *c;
	if (r->open_batch) {
		question_batch(q, fmax(1, largest(w, q)));
		time_it(w, q, &a);
	}
	if (spot(w, &s, false))
		w->total_predicted = *c;
	if (r->total.sol > sol)
		w->total = *c;
	if (r->user.sol > pace)
		w->user = *c;
}

/* A choice, anew. Does it fit? */
static bool look_at(struct work *w, const struct choice *c)
{
	struct limits *r = w->r;
	struct question q;
	struct fault why = { 0 };
	bool fits, lacks;

	if (choice_make(c, w->a, w->memo, &q, &why)) {
		if (!r->sound && !*r->fault.what)
			r->fault = why;
		return false;
	}
	r->sound = true;
	r->choices += !c->two_batch && !c->favour && c->drafts <= 0;
	fits = memory(w, &q, c);
	lacks = deployment_lacks(&q.on);
	if (r->fits && !fits)
		return false;
	if (lacks)
		choice_widen(&q);
	if (lacks && (deployment_lacks(&q.on) || question_lacks_law(&q)))
		return false;
	if (lacks && r->timed && !r->widened)
		return fits;		/* what needs no widening comes first */
	/* what does not fit counts no more, but for the layout of it that other
	   software fits: that has no speed of its own */
	if (((fits && !r->fits) || (!lacks && r->widened)) && !c->favour)
		r->total = r->user = (struct ceiling){ .sol = 0 };
	r->fits = fits;
	r->widened = lacks;
	r->timed = true;
	speed(w, &q, c);
	return fits;
}

bool look(struct work *w, const struct choice *c)
{
	struct tried *t = w->tried;

	for (int i = 0; i < w->nr; i++)
		if (choice_equal(&t[i].choice, c)) {
			w->r->choices += t[i].counts;
			return t[i].fits;
		}
	if (w->nr == TRIED)
		return look_at(w, c);
	t = &w->tried[w->nr++];
	t->choice = *c;
	t->counts = w->r->choices;
	t->fits = look_at(w, c);
	t->counts = w->r->choices - t->counts;
	return t->fits;
}

void look_ahead(struct work *w)
{
	struct ceiling *const to[] = { &w->r->total, &w->r->user };
	struct answer a = { .tok_s_gpu = 0 };

	for (int i = 0; i < 2; i++) {	/* size: of both */
		const struct question *q = &w->foreseen[i];

		if (!(to[i]->predicted > 0))
			continue;
		if (!(a.tok_s_gpu > 0) || memcmp(q, q - 1, sizeof(*q)))
			answer_step(&a, q, w->step);
		to[i]->low = to[i]->predicted * a.low / a.tok_s_gpu;
		to[i]->high = to[i]->predicted * a.high / a.tok_s_gpu;
	}
}

/* ---- their life ---- */

void work_init(struct work *w, struct limits *r, const struct limits_spec *a,
	       struct memo *memo)
{
	assert(r->choices == 0 && memo->library);
	*w = (struct work){ .r = r, .a = a, .memo = memo, .multiple = 1,
			    .facts_sd = INFINITY };
	w->room = mem_resize(NULL, 1, sizeof(*w->room));
	w->step = step_room();
	w->foreseen = mem_resize(NULL, 2, sizeof(*w->foreseen));
}

void work_release(struct work *w)
{
	free(w->foreseen);
	free(w->step);
	free(w->room);
}
