#include "ask/warm.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

struct warm *warm_new(void)
{
	struct warm *w = mem_zeroed(1, sizeof(*w));

	w->place = mem_zeroed(WARM_PLACES, sizeof(*w->place));
	w->spreads = spreads_new();
	w->doubts = doubts_new();
	for (int i = 0; i < ROOM_NR; i++)
		w->room[i].step = step_room();
	w->floor = mem_resize(NULL, 1, sizeof(*w->floor));
	return w;
}

void warm_free(struct warm *w)
{
	if (!w)
		return;
	free(w->place);
	free(w->spreads);
	free(w->doubts);
	for (int i = 0; i < ROOM_NR; i++)
		free(w->room[i].step);
	free(w->floor);
	free(w);
}

/* ---- deployments ---- */

static void keep(char *to, const char *word)
{
	assert(strlen(word) < SCENARIO_WORD);
	memcpy(to, word, strlen(word) + 1);
}

#define GOLDEN 0x9e3779b97f4a7c15u	/* math: 2^64 / golden ratio */

/* A multiplicative hash of a few words; the highest bits are the best. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
	return (hash ^ word) * GOLDEN;
}

static int place_of(const struct warm_key *k)
{
	const double number[] = { k->gpus, k->tp, k->ep, k->dcp, k->pp,
				  k->mtp, k->redundant };
	uint64_t hash = mix(text_hash(k->balance), text_hash(k->weights));

	hash = mix(mix(hash, text_hash(k->kv)), (uintptr_t)k->gpu);
	hash = mix(mix(hash, (uintptr_t)k->stack), (uintptr_t)k->model);
	for (unsigned i = 0; i < sizeof(number) / sizeof(*number); i++)
		hash = mix(hash ^ hash >> 32,	/* math: half of them */
			   (uint64_t)number[i]);
	return (int)(hash >> 40) & (WARM_PLACES - 1);	/* math: the highest */
}

int warm_key_of(struct warm_key *k, const struct question *q)
{
	const struct scenario *s = &q->scenario;

	k->gpu = q->on.machine.gpu;
	k->stack = q->on.machine.stack;
	k->model = q->on.model;
	k->chosen = q->chosen;
	k->gpus = s->gpus;
	k->tp = s->tp;
	k->ep = s->ep;
	k->dcp = s->dcp;
	k->pp = s->pp;
	k->mtp = s->mtp;
	k->redundant = s->redundant;
	keep(k->balance, s->balance);
	keep(k->weights, s->weights);
	keep(k->kv, s->kv);
	return place_of(k);
}

/* Numbers that were filled in; none of them is NaN. */
static bool alike(const struct warm_key *a, const struct warm_key *b)
{
	return a->ep == b->ep && a->gpus == b->gpus && a->tp == b->tp &&
	       a->gpu == b->gpu && a->stack == b->stack &&
	       a->model == b->model && a->dcp == b->dcp && a->pp == b->pp &&
	       a->mtp == b->mtp && a->redundant == b->redundant &&
	       a->chosen.balance == b->chosen.balance &&
	       a->chosen.redundant == b->chosen.redundant &&
	       !strcmp(a->balance, b->balance) &&
	       !strcmp(a->weights, b->weights) && !strcmp(a->kv, b->kv);
}

static struct warm_place *place(const struct question *q)
{
	assert(q->place >= 0 && q->place < WARM_PLACES);
	return &q->warm->place[q->place];
}

bool warm_recall(const struct warm_key *k, struct question *q)
{
	const struct warm_place *p = place(q);

	if (!alike(&p->key, k))
		return false;
	q->on = p->on;
	q->skew_spec = p->skew_spec;
	q->skew = p->skew;
	q->scenario.redundant = p->redundant;
	keep(q->scenario.balance, p->balance);
	return true;
}

void warm_keep(const struct warm_key *k, const struct question *q)
{
	struct warm_place *p = place(q);

	p->key = *k;
	p->on = q->on;
	p->skew_spec = q->skew_spec;
	p->skew = q->skew;
	p->lawful = false;
	deployment_store(&q->on, &p->stored);
	p->redundant = q->scenario.redundant;
	keep(p->balance, q->scenario.balance);
}

/* All but machine.own, which is the batch's. */
static bool same_deployment(const struct deployment *a,
			    const struct deployment *b)
{
	return a->machine.gpu == b->machine.gpu &&
	       a->machine.stack == b->machine.stack &&
	       a->machine.serves == b->machine.serves && a->model == b->model &&
	       !memcmp(&a->layout, &b->layout, sizeof(a->layout));
}

/* What was changed since, or is in a place that another has, is not that. */
static struct warm_place *same_place(const struct question *q)
{
	struct warm_place *p = q->warm ? place(q) : NULL;

	return p && !memcmp(&p->on, &q->on, sizeof(q->on)) ? p : NULL;
}

bool warm_is_lawful(const struct question *q)
{
	const struct warm_place *p = same_place(q);

	return p && p->lawful;
}

void warm_lawful(const struct question *q)
{
	struct warm_place *p = same_place(q);

	if (p)
		p->lawful = true;
}

static void stored(const struct question *q, struct held *h)
{
	const struct warm_place *known = same_place(q);

	if (known)
		*h = known->stored;
	else
		deployment_store(&q->on, h);
}

/* But for the micro-batches. */
static bool holds_same(const struct hold_spec *a, const struct hold_spec *b)
{
	return a->micro > 0 && a->seqs == b->seqs &&
	       a->ctx_tok == b->ctx_tok && a->mem_share == b->mem_share;
}

static struct warm_held *held_of(const struct question *q)
{
	struct warm_held *k = &q->warm->held;

	if (!same_deployment(&k->on, &q->on)) {
		k->on = q->on;
		k->of[0].micro = k->of[1].micro = 0;
		k->longest.seqs = 0;
		stored(q, &k->stored);
	}
	return k;
}

/* What is held of KV is the same in two micro-batches as in one. */
static const struct held *held_in(const struct question *q,
				  const struct hold_spec *spec)
{
	struct warm_held *k = held_of(q);
	int at = spec->micro > 1;

	assert(spec->micro == 1 || spec->micro == 2);
	if (holds_same(&k->of[at], spec))
		return &k->held[at];
	if (holds_same(&k->of[!at], spec)) {
		k->held[at] = k->held[!at];
		deployment_buffers(&q->on, spec, &k->held[at]);
	} else {
		k->held[at] = k->stored;
		deployment_fill(&q->on, spec, &k->held[at]);
	}
	k->of[at] = *spec;
	return &k->held[at];
}

const struct held *warm_held(const struct question *q, int micro,
			     struct held *room)
{
	struct hold_spec spec = { q->mem_share, q->batch.seqs,
				  q->batch.ctx_tok, micro, NULL };

	if (q->warm && q->lengths.nr == 0)
		return held_in(q, &spec);
	spec.lengths = &q->lengths;
	stored(q, room);
	deployment_fill(&q->on, &spec, room);
	return room;
}

void warm_hold(const struct question *q, struct held *h)
{
	const struct held *is = warm_held(q, q->batch.micro, h);

	if (is != h)
		*h = *is;
}

double warm_context(const struct question *q, const struct held *h)
{
	struct hold_spec spec = { q->mem_share, q->batch.seqs,
				  q->batch.ctx_tok, q->batch.micro,
				  &q->lengths };
	double left_B = h->budget_B - h->weights_B - h->buffer_B;
	struct warm_longest *kept;

	if (!q->warm)
		return deployment_context(&q->on, &spec, h);
	kept = &held_of(q)->longest;
	if (kept->seqs < spec.seqs || kept->seqs > spec.seqs ||
	    kept->left_B < left_B || kept->left_B > left_B)
		*kept = (struct warm_longest){ spec.seqs, left_B,
			deployment_context(&q->on, &spec, h) };
	return kept->tok;
}

bool warm_is_enough(const struct question *q, bool fits)
{
	return !fits && q->warm && q->warm->unfit == UNFIT_COUNTED;
}

bool warm_is_timed(const struct question *q, bool fits)
{
	return fits || !q->warm || q->warm->unfit == UNFIT_TIMED;
}

/* ---- steps ---- */

static struct warm_room *room_of(struct warm *w, const struct step *st)
{
	for (int i = 0; w && i < ROOM_NR; i++)
		if (w->room[i].step == st)
			return &w->room[i];
	return NULL;
}

static bool retimes(const struct warm_room *r, const struct step_spec *a)
{
	return r->skew && r->skew == a->skew->id &&
	       r->step->batch.micro == a->batch.micro &&
	       r->step->batch.query_tok == a->batch.query_tok &&
	       same_deployment(&r->on, a->on);
}

static bool keeps_name(const struct warm_room *r, const struct step_spec *a)
{
	const struct batch *was = &r->step->batch;

	return was->seqs == a->batch.seqs && was->rows == a->batch.rows &&
	       was->fullest == a->batch.fullest &&
	       r->on.machine.own == a->on->machine.own;
}

void warm_clock(struct warm *w, struct step *st, const struct step_spec *a)
{
	struct warm_room *r = room_of(w, st);

	if (!r) {
		step_clock(st, a);
		return;
	}
	if (retimes(r, a)) {
		if (!keeps_name(r, a))
			r->name = ++w->names;
		r->on.machine.own = a->on->machine.own;
		step_reclock(st, a);
		return;
	}
	r->name = ++w->names;
	r->on = *a->on;
	r->skew = a->skew->id;
	step_clock(st, a);
}

void warm_timed(struct question *q)
{
	struct warm *w = q->warm;

	w->timed_on = q->on;
	q->timed = ++w->timed;
	w->clocked[0] = w->clocked[1] = false;
}

static struct step *clocked(const struct question *q, bool two_batch)
{
	struct warm *w = q->warm;
	struct step *st = w->room[two_batch ? ROOM_TWO : ROOM_ONE].step;
	struct step_spec a;

	if (w->clocked[two_batch])
		return st;
	a = question_step(q, fmax(1, ceil(q->batch.seqs)));
	a.two_batch = two_batch;
	a.batch.micro = two_batch ? 2 : 1;
	warm_clock(w, st, &a);
	w->clocked[two_batch] = true;
	return st;
}

double warm_step_s(struct question *q, bool two_batch)
{
	assert(q->timed && q->timed == q->warm->timed);
	return clocked(q, two_batch)->s;
}

const struct step *warm_step(const struct question *q, bool two_batch)
{
	const struct warm *w = q->warm;

	assert(!w || q->timed <= w->timed);
	if (!w || !q->timed || q->timed != w->timed ||
	    q->batch.seqs < 1 || q->batch.seqs > floor(q->batch.seqs) ||
	    question_neighbours(q).part > 0 ||
	    memcmp(&w->timed_on, &q->on, sizeof(q->on)))
		return NULL;
	return clocked(q, two_batch);
}

unsigned warm_name(const struct question *q, const struct step *st)
{
	const struct warm_room *r = room_of(q->warm, st);

	return r ? r->name : 0;
}

static struct step *whole(const struct question *q)
{
	const struct step_spec a = question_step(q, q->batch.seqs);
	struct step *st;

	if (!warm_step(q, q->two_batch))
		return NULL;
	st = clocked(q, q->two_batch);
	step_finish(st, &a);
	return st;
}

const struct step *warm_whole(const struct question *q)
{
	return whole(q);
}

const struct step *warm_listed(const struct question *q)
{
	struct step *st = whole(q);

	if (st)
		step_list(st);
	return st;
}

/* ---- which overlap pays ---- */

/*
 * A step of one sequence more, or of a longer context, takes longer: every
 * term of a law grows with them. But what the busiest rank gets is rounded to
 * tiles and CUDA graphs, so that the model's own steps get shorter by up to
 * 0.2 % (V4, five to six sequences in a graph of eight). Of a bound that only
 * saves asking, ten times that is left.
 */
#define WOBBLE 0.02	/* math: of our own arithmetic, not of the world */

static bool marks_are_of(const struct warm_marks *m, const struct question *q)
{
	return m->skew && m->skew == q->skew.id && q->lengths.nr == 0 &&
	       !(m->ctx_cv < q->ctx_cv) && !(m->ctx_cv > q->ctx_cv) &&
	       same_deployment(&m->on, &q->on);
}

static bool is_below(const struct warm_mark *m, const struct question *q)
{
	return m->seqs <= q->batch.seqs && m->ctx_tok <= q->batch.ctx_tok &&
	       m->own <= q->on.machine.own;
}

double warm_least_s(const struct question *q, bool two_batch)
{
	const struct warm_marks *m = &q->warm->marks;
	double s = 0;

	if (!marks_are_of(m, q))
		return 0;
	for (int i = 0; i < m->nr; i++)
		if (is_below(&m->mark[i], q))
			s = fmax(s, m->mark[i].s[two_batch]);
	return s * (1 - WOBBLE);
}

bool warm_two_paid(const struct question *q)
{
	return q->warm->marks.two_paid;
}

/* In the place of one of this context, or else of the oldest. */
void warm_mark(const struct question *q, double one_s, double two_s)
{
	struct warm_marks *m = &q->warm->marks;
	int at = 0;

	assert(one_s > 0 && two_s > 0);
	m->two_paid = two_s < one_s;
	if (!marks_are_of(m, q)) {
		*m = (struct warm_marks){ .on = q->on, .ctx_cv = q->ctx_cv,
			.skew = q->lengths.nr ? 0 : q->skew.id,
			.two_paid = m->two_paid };
	}
	while (at < m->nr && (m->mark[at].ctx_tok < q->batch.ctx_tok ||
			      m->mark[at].ctx_tok > q->batch.ctx_tok))
		at++;
	if (at == WARM_MARKS) {
		at = m->oldest;
		m->oldest = (m->oldest + 1) % WARM_MARKS;
	} else if (at == m->nr) {
		m->nr++;
	}
	m->mark[at] = (struct warm_mark){ ceil(q->batch.seqs),
		q->batch.ctx_tok, q->on.machine.own, { one_s, two_s } };
}
