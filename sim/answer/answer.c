#include "answer/answer.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "base/units.h"
#include "ask/refusal.h"
#include "ask/warm.h"
#include "base/larger.h"
#include "base/mem.h"
#include "time/power.h"
#include "time/doubt.h"
#include "skew/draw.h"
#include "time/together.h"

/* ---- memory ---- */

/* How much room there is, of what is held. */
static void answer_room(struct answer *a, const struct question *q)
{
	struct held low, high;

	a->room_tok = held_room_tok(&a->held);
	a->max_batch = held_room_seqs(&a->held, q->batch.ctx_tok);
	a->max_context = warm_context(q, &a->held);
	held_range(&a->held, &low, &high);
	a->room_low_tok = held_room_tok(&low);
	a->room_high_tok = held_room_tok(&high);
	a->max_batch_low = held_room_seqs(&low, q->batch.ctx_tok);
	a->max_batch_high = held_room_seqs(&high, q->batch.ctx_tok);
}

/* Does it fit, and if not, why? */
static void answer_memory(struct answer *a, const struct question *q)
{
	warm_hold(q, &a->held);
	a->lack = deployment_refusal(&q->on, &a->held,
		lengths_longest(&q->lengths, q->batch.ctx_tok));
	if (a->lack.kind == REFUSAL_KV)	/* of this mixture of lengths */
		a->lack.fit = held_room_seqs(&a->held, q->batch.ctx_tok);
	a->fits = a->lack.kind == REFUSAL_NONE;
	if (!a->fits && !warm_is_enough(q, a->fits))
		refusal_words(&a->lack, &q->on, a->refusal,
			      sizeof(a->refusal));
}

/* The refusal of a format ends with those that would run. */
static void answer_formats(struct answer *a, const struct question *q)
{
	size_t len = strlen(a->refusal);
	struct text list = TEXT_INIT;

	question_formats(q, &list);
	snprintf(a->refusal + len, sizeof(a->refusal) - len, "; %s",
		 list.buf);
	text_release(&list);
}

/* ---- rates from a step's time ---- */

/* Doublings of x beyond the most that was measured, from 0. */
static double beyond(double x, double most)
{
	return most > 0 && x > most ? log2(x / most) : 0;
}

double answer_grows(const struct question *q)
{
	const struct layout *l = &q->on.layout;
	double tokens = q->batch.seqs * (1 + l->drafts) * l->dp /
			layout_gpus(l);

	assert(tokens > 0);
	return pow(tokens, q->on.machine.stack->beyond.grows);
}

double answer_class_sd(const struct question *q)
{
	return q->on.machine.stack->band[deployment_class(&q->on)] *
	       answer_grows(q);
}

double answer_beyond_sd(const struct question *q)
{
	const struct stack *s = q->on.machine.stack;
	const struct bands *b = &s->beyond;
	double overhead = machine_overhead_log_sd(&q->on.machine);
	double far = b->ctx * beyond(q->batch.ctx_tok, b->seen_ctx);

	if (s->before)
		overhead = both_sd(overhead, s->band_before);
	if (q->on.layout.drafts > 0)
		overhead = both_sd(overhead, both_sd(b->drafts,
						     q->accepted_log_sd));
	return both_sd(both_sd(overhead, b->arch[q->on.model->family]), far);
}

/*
 * What measured steps of a family on an architecture made up for is a share of
 * errors as large as theirs, and none of what is beyond.
 */
static double facts_sd(const struct question *q, double sd)
{
	const struct bands *b = &q->on.machine.stack->beyond;
	double far = fmax(0, sd - b->seen_facts);

	if (b->arch[q->on.model->family] > 0)
		return sd;
	return b->facts * (sd - far) + far;
}

double answer_doubt_sd(const struct answer *a, const struct question *q)
{
	assert(a->facts_log_sd >= 0);
	return both_sd(both_sd(facts_sd(q, a->facts_log_sd),
			       a->together_log_sd), a->launch_log_sd);
}

/*
 * What is left when a class of layouts is predicted from the others, what the
 * question has that those rows had not, and what the facts' own errors make of
 * it, as independent errors.
 */
static double own_log_sd(const struct answer *a, const struct question *q)
{
	return both_sd(both_sd(answer_class_sd(q), answer_beyond_sd(q)),
		       answer_doubt_sd(a, q));
}

double answer_sd_if(const struct answer *a, const struct question *q,
		    double facts_log_sd)
{
	struct answer own = { .launch_log_sd = a->launch_log_sd,
			      .together_log_sd = a->together_log_sd,
			      .facts_log_sd = facts_log_sd };

	assert(a->step_s > 0 && facts_log_sd >= 0);
	return own_log_sd(&own, q);
}

void answer_band(struct answer *a, double log_sd)
{
	assert(log_sd >= 0);
	a->low = a->tok_s_gpu * exp(-Z80 * log_sd);
	a->high = a->tok_s_gpu * exp(Z80 * log_sd);
	if (a->high > a->sol_tok_s_gpu)
		a->high = fmax(a->tok_s_gpu, a->sol_tok_s_gpu);
}

/* What follows from step_s, its band apart. */
static void answer_pace(struct answer *a, const struct question *q)
{
	double gained = q->batch.seqs * q->tokens_per_step;
	double replica = gained * q->on.layout.dp;

	assert(a->step_s > 0);
	a->tpot_s = a->step_s / q->tokens_per_step;
	a->tok_s_user = 1 / a->tpot_s;
	a->tok_s_total = replica / a->step_s;
	a->tok_s_gpu = a->tok_s_total / layout_gpus(&q->on.layout);
	a->usd_mtok = q->scenario.price / HOUR_S / a->tok_s_gpu * MILLION;
}

static void answer_power(struct answer *a, const struct question *q)
{
	a->watt_gpu = power_W(q->on.machine.gpu, a->moved_J, a->step_s);
	a->j_per_tok = a->watt_gpu / a->tok_s_gpu;
}

void answer_rates(struct answer *a, const struct question *q)
{
	answer_pace(a, q);
	answer_power(a, q);
	a->log_sd = own_log_sd(a, q);
	answer_band(a, a->log_sd);
}

static enum bound largest(const double *s)
{
	enum bound best = BOUND_HBM;

	for (int i = 0; i < BOUND_NR; i++)
		if (s[i] > s[best])
			best = (enum bound)i;
	return best;
}

/* Gained in a step, a GPU. */
static double tokens_gpu(const struct question *q)
{
	return q->batch.seqs * q->tokens_per_step * q->on.layout.dp /
	       layout_gpus(&q->on.layout);
}

void answer_wires(struct answer *a, const struct question *q,
		  const struct wired *m)
{
	const struct gpu *g = q->on.machine.gpu;
	double tokens = tokens_gpu(q);

	assert(m->s > 0);
	a->nvlink_B_tok = m->nvlink_B / tokens;
	a->rdma_B_tok = m->rdma_B / tokens;
	a->nvlink_util = g->nvlink_Bps > 0 ?
			 m->nvlink_B / g->nvlink_Bps / m->s : 0;
	a->rdma_util = m->rdma_B / g->nic_Bps / m->s;
	a->exposed_share = m->exposed_s / m->s;
	a->imbalance = m->imbalance;
}

static void answer_totals(struct answer *a, const struct question *q,
			  const struct step *st)
{
	assert(st->whole && a->step_s == st->s);
	a->launch_log_sd = st->launch_log_sd;
	a->bound = a->fits ? largest(st->bound_s) : BOUND_CAPACITY;
	a->mfu = st->peak_s / st->s;
	a->mbu = st->hbm_B / q->on.machine.gpu->hbm_Bps / st->s;
	answer_wires(a, q, &(struct wired){ st->s, st->nvlink_B, st->rdma_B,
					    st->exposed_s, st->imbalance });
	a->moved_J = power_moved_J(st, q->on.machine.gpu);
}

/* a becomes (1 - f) a + f b in every sum; lists stay a's. */
static void step_mix(struct step *a, const struct step *b, double f)
{
	double *const to[] = { &a->s, &a->launch_s, &a->launch_log_sd,
		&a->host_s, &a->exposed_s,
		&a->imbalance, &a->flop, &a->peak_s, &a->hbm_B, &a->nvlink_B,
		&a->rdma_B, &a->nvlink_s, &a->rdma_s, &a->tensor_s };
	const double from[] = { b->s, b->launch_s, b->launch_log_sd,
		b->host_s, b->exposed_s, b->imbalance,
		b->flop, b->peak_s, b->hbm_B, b->nvlink_B, b->rdma_B,
		b->nvlink_s, b->rdma_s, b->tensor_s };

	static_assert(sizeof(to) / sizeof(*to) == sizeof(from) / sizeof(*from),
		      "a sum of one step, and of the other");
	assert(f >= 0 && f <= 1);
	for (unsigned i = 0; i < sizeof(from) / sizeof(*from); i++)
		*to[i] += f * (from[i] - *to[i]);
	for (int i = 0; i < BOUND_NR; i++)
		a->bound_s[i] += f * (b->bound_s[i] - a->bound_s[i]);
}

/*
 * A fractional batch alternates between its neighbours, so its step is their
 * mean, which is of whole steps.
 */
static void time_batch(const struct question *q, struct step *st)
{
	struct neighbours n = question_neighbours(q);
	struct step_spec ask = question_step(q, n.below);
	struct step *above;

	warm_clock(q->warm, st, &ask);
	if (!(n.part > 0))
		return;
	step_finish(st, &ask);
	ask = question_step(q, n.above);
	above = step_room();
	step_time(above, &ask);
	step_mix(st, above, n.part);
	free(above);
}

/* Of a fractional batch, its lower neighbour's: st's ops are of that. */
static void answer_doubt(struct answer *a, const struct question *q,
			 const struct step *st)
{
	struct step_spec ask = question_step(q, question_neighbours(q).below);

	a->facts_log_sd = q->warm ? doubts_log_sd(q->warm->doubts, st, &ask,
							warm_name(q, st)) :
			  doubt_log_sd(st, &ask);
	a->together_log_sd = together_log_sd(st, &ask);
}

/* Likewise: the mean of its neighbours' floors. */
static void floor_in(struct answer *a, const struct question *q,
		     struct graph *room)
{
	struct neighbours n = question_neighbours(q);
	struct step_spec ask = question_step(q, n.below);
	enum bound which;
	double floor_s = step_floor_s(&ask, room, &which);

	if (n.part > 0) {
		ask = question_step(q, n.above);
		floor_s += n.part *
			   (step_floor_s(&ask, room, &which) - floor_s);
	}
	a->sol_tok_s_gpu = tokens_gpu(q) / floor_s;
}

static void answer_floor(struct answer *a, const struct question *q)
{
	struct graph *own = q->warm ? NULL :
		mem_resize(NULL, 1, sizeof(*own));

	floor_in(a, q, own ? own : q->warm->floor);
	free(own);
}

/* The floor is that of one micro-batch, whose graph a step often leaves. */
static const struct step *step_of_one(const struct question *q,
				      const struct step *st)
{
	const struct step *one = warm_step(q, false);

	if (batch_rows(&q->batch, &q->on) * q->batch.micro > q->batch.seqs)
		return NULL;	/* padding is no part of a floor */
	return !one && q->batch.seqs >= 1 && q->batch.micro == 1 &&
	       !(question_neighbours(q).part > 0) ? st : one;
}

/* The question's, timed to choose its overlap or else in st. */
static double answer_time(const struct question *q, struct step *st)
{
	const struct step *known = warm_step(q, q->two_batch);

	if (known)
		return known->s;
	time_batch(q, st);
	return st->s;
}

/* The same step, with its sums, */
static const struct step *step_whole(const struct question *q,
				     struct step *st)
{
	const struct step *known = warm_whole(q);
	struct step_spec ask;

	if (known)
		return known;
	ask = question_step(q, question_neighbours(q).below);
	step_finish(st, &ask);
	return st;
}

/* and op by op. */
static const struct step *step_listed(const struct question *q,
				      struct step *st)
{
	const struct step *known = warm_listed(q);

	if (!known)
		step_list(st);
	return known ? known : st;
}

void answer_nothing(struct answer *a)
{
	double *const x[] = { &a->step_s, &a->tpot_s, &a->tok_s_gpu,
		&a->tok_s_user, &a->tok_s_total, &a->low, &a->high,
		&a->sol_tok_s_gpu, &a->mfu, &a->mbu, &a->nvlink_B_tok,
		&a->rdma_B_tok, &a->nvlink_util, &a->rdma_util,
		&a->exposed_share, &a->imbalance, &a->usd_mtok,
		&a->watt_gpu, &a->j_per_tok };

	for (unsigned i = 0; i < sizeof(x) / sizeof(*x); i++)
		*x[i] = (double)NAN;
	a->bound = BOUND_CAPACITY;
}

void answer_none(struct answer *a, const struct question *q,
		 const struct fault *why)
{
	memset(a, 0, sizeof(*a));
	answer_memory(a, q);
	answer_room(a, q);
	a->fits = false;
	snprintf(a->refusal, sizeof(a->refusal), "%.255s", why->what);
	answer_nothing(a);
}

void answer_speed(struct answer *a, const struct question *q,
		  struct step *st)
{
	assert(st && q->batch.seqs > 0);
	memset(a, 0, sizeof(*a));
	answer_memory(a, q);
	if (a->held.never.kind == REFUSAL_FORMAT) {	/* no time at all */
		answer_formats(a, q);
		answer_nothing(a);
	} else if (!warm_is_timed(q, a->fits)) {
		answer_nothing(a);
	} else {
		a->step_s = answer_time(q, st);
		answer_pace(a, q);
	}
}

void answer_sums(struct answer *a, const struct question *q, struct step *st)
{
	if (!(a->step_s > 0))
		return;
	answer_totals(a, q, step_whole(q, st));
	answer_power(a, q);
}

void answer_light(struct answer *a, const struct question *q,
		  const struct step *st)
{
	const struct step *one = step_of_one(q, st);
	enum bound which;

	if (!(a->step_s > 0))
		return;
	if (one)
		a->sol_tok_s_gpu = tokens_gpu(q) /
			step_light_s(one, q->on.machine.gpu, &which);
	else
		answer_floor(a, q);
}

void answer_rest(struct answer *a, const struct question *q,
		 struct step *st)
{
	answer_room(a, q);
	if (!(a->step_s > 0))
		return;
	answer_sums(a, q, st);
	answer_light(a, q, st);
	answer_doubt(a, q, step_listed(q, st));
	a->log_sd = own_log_sd(a, q);
	answer_band(a, a->log_sd);
}

void answer_step(struct answer *a, const struct question *q,
		 struct step *step)
{
	struct step *own = step ? NULL : step_room();

	answer_speed(a, q, step ? step : own);
	answer_rest(a, q, step ? step : own);
	free(own);
}

double answer_log_sd(const struct question *q)
{
	struct answer a;

	answer_step(&a, q, NULL);
	return a.log_sd;
}

/* ---- searches ---- */

/* Which and how long a time a token may take. */
struct search {
	struct question question;	/* another batch at a time */
	double tpot_s;
	struct step *room;
};

static bool meets(struct search *s, double batch)
{
	struct answer a;

	question_batch(&s->question, batch);
	answer_speed(&a, &s->question, s->room);
	return a.fits && a.tpot_s <= s->tpot_s;
}

double answer_largest_batch(const struct question *q, double tpot_s)
{
	struct search s = { *q, tpot_s, step_room() };
	double good = 0, bad = 1;

	assert(tpot_s > 0);
	while (meets(&s, bad)) {
		good = bad;
		bad *= 2;
	}
	while (bad - good > 1) {
		double middle = floor((good + bad) / 2);

		if (meets(&s, middle))
			good = middle;
		else
			bad = middle;
	}
	free(s.room);
	return good;
}
