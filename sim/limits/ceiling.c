#include "limits/ceiling.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/warm.h"
#include "base/mem.h"
#include "limits/choice.h"
#include "limits/prompts.h"
#include "limits/roofs.h"

#define Z80 1.2815515655446004	/* math: normal quantile of 0.9 */
#define Z99 2.5758293035489004	/* math: normal quantile of 0.995 */

#define BUSIEST 0.70	/* math: of the speed of light; of 250 measured rows
			   none is above 0.58, a fifth more is granted */
#define NEARLY 2.0	/* math: what is kept twice, at most */

enum {
	FEW = 1, MANY = 3,	/* units: drafts, as checkpoints are served */
	BITS = 8	/* units: bits of a byte */
};

struct work {
	struct limits *r;
	const struct limits_spec *a;
	struct memo *memo;
	struct graph *room;	/* for counting; owned */
	struct step *step;	/* the last timed; owned */
	double multiple;	/* of a step's tokens: drafts of a model that
				   has no layer for them */
	struct choice total, user, held;	/* the best so far */
	struct choice total_predicted, user_predicted;
};

/* ---- memory ---- */

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

/* A figure of a GPU, or of one request, out of an answer. */
struct spot {
	double sol, tok_s;
	double light;		/* times the tokens of a step, at best */
	struct answer *a;
	const struct reach *to;	/* so far */
};

static void better(struct reach *to, const struct spot *s,
		   const struct question *q, const struct choice *c)
{
	if (!(s->sol > to->sol))
		return;
	to->sol = s->sol;
	to->light_tokens = q->tokens_per_step * s->light;
	to->best = *q;
	to->concurrency = q->scenario.concurrency * c->way.replicas;
}

/* What is asked of the best alone, when it is known. */
static void best_known(struct reach *to, const struct choice *c,
		       struct graph *room)
{
	struct step_spec ask = question_step(&to->best, to->best.batch.seqs);

	assert(to->sol > 0 && c->way.replicas > 0);
	step_floor_s(&ask, room, &to->bound);
	choice_words(c, &to->best, to->setting, sizeof(to->setting));
}

static bool predicted(struct reach *to, const struct spot *s,
		      const struct question *q)
{
	const struct answer *a = s->a;

	if (!(s->tok_s > to->predicted))
		return false;
	to->predicted = s->tok_s;
	to->low = s->tok_s * a->low / a->tok_s_gpu;
	to->high = s->tok_s * a->high / a->tok_s_gpu;
	to->step_s = a->step_s;
	to->tokens = q->tokens_per_step;
	to->waits = a->bound;
	return true;
}

/*
 * Drafts that the claim does not mention are granted as the sheets know them:
 * with a record's luck to one request alone, which is how records are made,
 * and to a batch with that of four in five.
 */
static double luck(const struct question *q, const struct choice *c)
{
	return c->drafts > 0 && q->scenario.concurrency > 1 ? Z80 : Z99;
}

static void most(struct reach *to, const struct spot *s, double more,
		 double z)
{
	double sd = hypot(log(s->a->tok_s_gpu / s->a->low) / Z80,
			  LIMITS_VERSIONS);
	double at = s->tok_s * more * exp(z * sd);

	to->most = fmax(to->most, fmin(at, fmax(s->tok_s, s->sol * BUSIEST)));
}

/* Drafts that the claim does not mention are granted, not predicted. */
static bool predicts(const struct choice *c)
{
	return !c->favour && c->drafts <= 0;
}

/* A band takes as long as all before it, and few are looked at. */
static void banded(const struct work *w, const struct spot *s,
		   const struct question *q, const struct choice *c)
{
	const struct reach *to = s->to;
	bool first = predicts(c) && s->tok_s > to->predicted;

	if (!(s->a->log_sd > 0) &&
	    (first || fmax(s->tok_s, s->sol * BUSIEST) > to->most))
		answer_rest(s->a, q, w->step);
}

/* An answer as throughput or as pace, into `to`; is it predicted best? */
static bool spot(struct work *w, const struct question *q,
		 const struct choice *c, struct answer *a, bool pace)
{
	struct reach *to = pace ? &w->r->user : &w->r->total;
	double more = w->multiple * lighter(w, q);
	struct spot s = { .a = a, .to = to, .tok_s = a->tok_s_gpu,
		.light = accepted(w, q) * w->multiple };

	if (!(a->tok_s_gpu > 0))
		return false;
	s.sol = a->sol_tok_s_gpu * accepted(w, q) * more;
	if (pace) {
		s.sol *= q->on.layout.gpus / q->scenario.concurrency;
		s.tok_s = a->tok_s_user;
	}
	banded(w, &s, q, c);
	most(to, &s, more, luck(q, c));
	if (c->favour)
		return false;
	better(to, &s, q, c);
	return predicts(c) && predicted(to, &s, q);
}

static double largest(const struct work *w, const struct question *q)
{
	struct question one = *q;
	struct held h;

	question_batch(&one, 1);
	hold(w, &one, &h);
	return floor((h.budget_B - h.weights_B - h.buffer_B) / h.kv_B);
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

	if (r->open_batch)
		question_batch(q, 1 / (double)q->on.layout.dp);
	time_it(w, q, &a);
	if (spot(w, q, c, &a, true))
		w->user_predicted = *c;
	if (r->open_batch) {
		question_batch(q, fmax(1, largest(w, q)));
		time_it(w, q, &a);
	}
	if (spot(w, q, c, &a, false))
		w->total_predicted = *c;
	if (r->total.sol > sol)
		w->total = *c;
	if (r->user.sol > pace)
		w->user = *c;
}

/* Does it fit? */
static bool consider(struct work *w, const struct choice *c)
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
		r->total = r->user = (struct reach){ .sol = 0 };
	r->fits = fits;
	r->widened = lacks;
	r->timed = true;
	speed(w, &q, c);
	return fits;
}

/* ---- what is tried ---- */

static bool open_kv(const struct work *w, const struct model *m)
{
	return w->a->small_kv && !*w->a->scenario.kv &&
	       m->family == FAMILY_MLA;
}

/* The smaller KV that the claim leaves open, where these did best. */
static void caches(struct work *w, const char *weights, int drafts,
		   const struct model *m)
{
	struct choice c = w->r->fits ? w->total : w->held;

	if (!open_kv(w, m) || !(c.way.replicas > 0))
		return;
	c.weights = weights;
	c.drafts = drafts;
	c.small_kv = true;
	consider(w, &c);
}

/*
 * Of one format: where the first format did best. One request gains most by
 * many drafts, a full batch by few.
 */
static void drafts(struct work *w, const char *weights,
		   const struct model *m)
{
	struct choice user = w->user, total = w->total;

	if (!w->a->drafts || m->num_nextn_predict_layers == 0 ||
	    !isnan(w->a->scenario.mtp) || !(user.way.replicas > 0))
		return;
	user.weights = total.weights = weights;
	user.drafts = MANY;
	consider(w, &user);
	total.drafts = FEW;
	consider(w, &total);
	total.drafts = MANY;
	if (!choice_same(&user, &total))
		consider(w, &total);
}

static void formats(struct work *w, const struct way *ways, int nr,
		    const struct model *m)
{
	const char *stated = w->a->scenario.weights;
	int drafts_of = isnan(w->a->scenario.mtp) && w->a->drafts ? 0 : -1;

	for (int i = 0; i < nr; i++) {
		struct choice c = { .weights = *stated ? NULL :
			choice_weights[0], .way = ways[i],
			.drafts = drafts_of };

		if (consider(w, &c) || !open_kv(w, m))
			continue;
		c.small_kv = true;
		consider(w, &c);
	}
	caches(w, *stated ? NULL : choice_weights[0], drafts_of, m);
	drafts(w, *stated ? NULL : choice_weights[0], m);
	if (*stated || w->a->unfit)
		return;
	for (int f = 1; f < CHOICE_WEIGHTS; f++) {
		struct choice best[] = { w->user, w->total, w->held };

		for (int i = 0; i < (w->r->fits ? 2 : 3); i++) { /* size: */
			best[i].weights = choice_weights[f];
			best[i].drafts = drafts_of;
			best[i].small_kv = false;
			if (best[i].way.replicas > 0 && (i == 0 ||
			    !choice_same(&best[i], &best[i - 1])))
				consider(w, &best[i]);
		}
		caches(w, choice_weights[f], drafts_of, m);
		drafts(w, choice_weights[f], m);
	}
}

/* The best choices once more: overlapped, on the best public kernels. */
static void refine(struct work *w)
{
	const struct choice best[] = { w->total_predicted, w->user_predicted,
				       w->total };

	for (int i = 0; i < 3; i++)	/* size: of best */
		for (int k = 1; k < 4; k++) {	/* math: two bits */
			struct choice c = best[i];

			c.two_batch = k & 1;
			c.favour = k >> 1;
			if (!(c.way.replicas > 0) || (c.two_batch &&
			    *w->a->scenario.overlap) || (i > 0 &&
			    choice_same(&best[i], &best[i - 1])))
				continue;
			consider(w, &c);
		}
}

/* ---- all of it ---- */

static int explore(struct work *w, struct way *ways)
{
	const struct library *lib = w->memo->library;
	const struct scenario *s = &w->a->scenario;
	struct fault why;
	const struct gpu *g = lib->gpu(lib->of, s->hw, &why);
	const struct model *m = lib->model(lib->of, s->model, &why);
	struct way stages[CHOICE_WAYS];
	int nr;

	if (!g || !m)
		return 0;
	nr = choice_ways(w->a, g, ways);
	formats(w, ways, nr, m);
	if (!w->r->fits && !w->a->unfit &&
	    w->r->gpus_needed < s->gpus * NEARLY)
		formats(w, stages, choice_stages(w->a, m, stages), m);
	if (w->r->timed)
		refine(w);
	return nr;
}

void limits_make(struct limits *r, const struct limits_spec *from,
		 struct memo *memo)
{
	const struct library *lib = memo->library;
	struct limits_spec a = *from;
	struct scenario *s = &a.scenario;
	struct work w = { .r = r, .a = &a, .memo = memo, .multiple = 1 };
	struct way ways[CHOICE_WAYS];
	const struct model *m;
	struct fault why;
	int nr;

	memset(r, 0, sizeof(*r));
	r->asked = *s->hw && *s->model && s->gpus >= 1;
	m = r->asked ? lib->model(lib->of, s->model, &why) : NULL;
	r->asked = m && lib->gpu(lib->of, s->hw, &why);
	if (!r->asked)
		return;
	r->open_batch = isnan(s->batch) && isnan(s->concurrency);
	w.multiple = choice_drafts_stated(&a, m);
	w.room = mem_resize(NULL, 1, sizeof(*w.room));
	w.step = step_room();
	nr = explore(&w, ways);
	if (!r->sound && *s->stack) {	/* laws that it lacks */
		*s->stack = '\0';
		nr = explore(&w, ways);
	}
	if (r->total.sol > 0)
		best_known(&r->total, &w.total, w.room);
	if (r->user.sol > 0)
		best_known(&r->user, &w.user, w.room);
	r->timed = r->timed && r->total.sol > 0 && r->user.sol > 0;
	if (r->timed)
		roofs_fill(r, w.room);
	if (r->timed && a.prompt)
		prompts_make(r, &a, memo, &(struct prompt_ways){ ways, nr });
	free(w.step);
	free(w.room);
}
