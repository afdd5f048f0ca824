#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "answer/answer.h"
#include "skew/draw.h"

#define LONGEST_S DAY_S	/* units: a day */
#define MOST_EVENTS 1e9	/* size: of a run, which take minutes */

static void played_add(struct played *sum, const struct played *one)
{
	sum->s += one->s;
	sum->events += one->events;
	sum->nvlink_B += one->nvlink_B;
	sum->rdma_B += one->rdma_B;
	sum->received_B += one->received_B;
	sum->exposed_s += one->exposed_s;
	sum->imbalance += one->imbalance;
	for (int i = 0; i < LANE_NR; i++)
		sum->busy_s[i] += one->busy_s[i];
}

static void played_scale(struct played *p, double f)
{
	p->s *= f;
	p->nvlink_B *= f;
	p->rdma_B *= f;
	p->received_B *= f;
	p->exposed_s *= f;
	p->imbalance *= f;
	for (int i = 0; i < LANE_NR; i++)
		p->busy_s[i] *= f;
}

/* Whole rounds of a pipeline, whose first batches are its fullest. */
static int whole_rounds(const struct batch *b, int steps)
{
	int flight = b->flight > 1 ? (int)b->flight : 1;

	return (steps + flight - 1) / flight * flight;
}

/* Or the first step alone, whose events say that all have too many. */
static bool play_all(const struct question *q, const struct run_spec *r,
		     struct played *sum)
{
	struct step_spec ask = question_step(q, q->batch.seqs);
	enum role role = layout_experts_role(&q->on.layout);
	struct draw_spec draw = { .on = &q->on,
		.skew = q->skew_spec, .batch = ask.batch, .ctx_cv = q->ctx_cv,
		.pad = fmax(1, machine_law(&q->on.machine, role)->pad),
		.seed = r->seed };
	struct step *st = step_room();
	bool all = true;

	assert(r->steps >= 1);
	step_time(st, &ask);
	memset(sum, 0, sizeof(*sum));
	sum->steps = whole_rounds(&ask.batch, r->steps);
	for (int i = 0; i < sum->steps && all; i++) {
		struct loads loads;
		struct played one;

		draw.step = i;
		draw_loads(&loads, &draw);
		play_watched(&one, &(struct play_spec){ &ask, st, &loads,
			i == 0 ? r->watch : NULL });
		played_add(sum, &one);
		loads_release(&loads);
		all = i > 0 || (double)one.events * sum->steps <= MOST_EVENTS;
	}
	played_scale(sum, 1.0 / sum->steps);
	free(st);
	return all;
}

/* Each is drawn anew, so that none can be counted for another. */
static void too_many(struct answer *a, int steps, double events)
{
	if (a->fits)
		snprintf(a->refusal, sizeof(a->refusal), "%d steps of %.0f "
			 "events each are not played; at most %.0f of them "
			 "are", steps, events, floor(MOST_EVENTS / events));
	a->fits = false;
	answer_nothing(a);
}

/* Ticks end at 100 days, and no clock of a step needs a day. */
static bool too_long(struct answer *a)
{
	if (a->step_s < LONGEST_S)
		return false;
	if (a->fits)
		snprintf(a->refusal, sizeof(a->refusal), "a step of %.0f days "
			 "is not played; shorten the context or the batch",
			 a->step_s / LONGEST_S);
	a->fits = false;
	answer_nothing(a);
	return true;
}

void answer_run(struct answer *a, const struct question *q,
		const struct run_spec *r, struct played *p)
{
	answer_step(a, q, NULL);
	memset(p, 0, sizeof(*p));
	if (isnan(a->step_s) || too_long(a))
		return;
	if (!play_all(q, r, p)) {
		too_many(a, p->steps, (double)p->events);
		return;
	}
	a->mfu *= a->step_s / p->s;
	a->mbu *= a->step_s / p->s;
	a->step_s = p->s;
	answer_wires(a, q, &(struct wired){ p->s, p->nvlink_B, p->rdma_B,
					    p->exposed_s, p->imbalance });
	answer_rates(a, q);
}
