#include "ask/practice.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/warm.h"

void practice_open(struct question *q)
{
	const struct scenario *s = &q->scenario;

	q->chosen = (struct chosen){ .balance = !*s->balance,
		.redundant = isnan(s->redundant), .overlap = !*s->overlap };
	q->wants_two = strcmp(s->overlap, "two-batch") == 0;
}

static enum scope scope_of(const struct question *q)
{
	return layout_scope(&q->on.layout, q->on.machine.gpu);
}

/* Attention is data-parallel and the experts are spread over its ranks. */
static bool is_spread(const struct question *q)
{
	return q->on.layout.dp > 1 && q->on.layout.ep > 1;
}

static bool balances(const struct question *q)
{
	const struct practice *r = &q->on.machine.stack->practice;

	if (!q->chosen.redundant)
		return q->scenario.redundant > 0;
	return is_spread(q) && r->eplb[scope_of(q)] > 0;
}

bool practice_spares(struct question *q)
{
	const struct practice *r = &q->on.machine.stack->practice;
	const struct layout *l = &q->on.layout;
	struct scenario *s = &q->scenario;
	int experts = q->on.model->n_routed_experts, rank;
	double want;

	if (q->chosen.balance)
		snprintf(s->balance, sizeof(s->balance), "%s",
			 balances(q) ? "eplb" : "skewed");
	if (!q->chosen.redundant)
		return false;
	assert(l->ep >= 1);
	want = *s->balance == 'e' && l->ep >= r->from_ep ? r->spares : 0;
	rank = (int)ceil((experts + want) / l->ep);
	s->redundant = (double)rank * l->ep - experts;
	assert(s->redundant >= want && s->redundant < want + l->ep);
	return s->redundant > 0;
}

/* The question with overlap as asked; what follows its batch, too. */
static void set_overlap(struct question *q, bool two_batch)
{
	q->two_batch = two_batch;
	q->batch.micro = two_batch ? 2 : 1;
	strcpy(q->scenario.overlap, two_batch ? "two-batch" : "none");
}

static enum refusal_kind refused(const struct question *q, bool two_batch)
{
	struct held room;
	const struct held *h = warm_held(q, two_batch ? 2 : 1, &room);

	return deployment_refusal(&q->on, h, lengths_longest(&q->lengths,
		q->batch.ctx_tok)).kind;
}

static double step_s(struct question *q, bool two_batch, struct step *room)
{
	struct step_spec a;

	set_overlap(q, two_batch);
	a = question_step(q, fmax(1, ceil(q->batch.seqs)));
	step_clock(room, &a);
	return room->s;
}

static bool two_is_quicker(struct question *q)
{
	struct step *room = step_room();
	double one_s = step_s(q, false, room);
	double two_s = step_s(q, true, room);

	free(room);
	return two_s < one_s;
}

/*
 * The other need not be timed where it takes longer than this one by what is
 * known of a smaller step.
 */
static bool two_pays(struct question *q)
{
	double s[2];
	bool likely;

	if (!q->warm)
		return two_is_quicker(q);
	warm_timed(q);
	likely = warm_two_paid(q);
	s[likely] = warm_step_s(q, likely);
	if (s[likely] < warm_least_s(q, !likely))
		return likely;
	s[!likely] = warm_step_s(q, !likely);
	warm_mark(q, s[false], s[true]);
	return s[true] < s[false];
}

/* What fits before what pays. */
static bool two_is_best(struct question *q)
{
	enum refusal_kind one = refused(q, false);
	bool two;

	if (one == REFUSAL_FORMAT)	/* it has no time */
		return false;
	two = refused(q, true) == REFUSAL_NONE;
	if (one == REFUSAL_NONE ? !two : warm_is_enough(q, two))
		return false;
	return two_pays(q);
}

void practice_prompts(struct question *q)
{
	assert(q->on.machine.stack != NULL);
	if (q->wants_two)
		set_overlap(q, true);
}

void practice_overlap(struct question *q)
{
	const struct practice *r = &q->on.machine.stack->practice;
	bool two = q->wants_two;

	if (q->chosen.overlap)
		two = is_spread(q) && r->two_batch[scope_of(q)] > 0;
	two = two && question_step(q, q->batch.seqs).batch.seqs >= 2;
	set_overlap(q, two && (!q->chosen.overlap || two_is_best(q)));
}
