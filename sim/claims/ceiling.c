#include "claims/ceiling.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/prefill.h"

#define Z80 1.2815515655446004	/* math: normal quantile of 0.9 */
#define Z99 2.5758293035489004	/* math: normal quantile of 0.995 */

static const char *const any_weights[] = { "native", "nvfp4", "mxfp4",
					   "int4", "bf16" };

enum {
	WEIGHTS = sizeof(any_weights) / sizeof(*any_weights),
	CHOICES = 16,	/* size: four of them, each taken or not */
	HALVINGS = 8	/* size: of an open batch that are tried */
};

/* One choice of what the claim leaves open. */
struct choice {
	int weights, whole_tp, whole_ep, two_batch;
	int favour;	/* the best public kernels, even loads */
};

static bool offer(struct scenario *s, const struct choice *c)
{
	double whole = s->gpus;

	if (*s->weights ? c->weights > 0 : false)
		return false;
	if (!*s->weights)
		snprintf(s->weights, sizeof(s->weights), "%s",
			 any_weights[c->weights]);
	if ((!isnan(s->tp) || s->gpus < 2) && c->whole_tp)
		return false;
	if (isnan(s->tp))
		s->tp = c->whole_tp ? whole : 1;
	if ((!isnan(s->ep) || s->gpus < 2) && c->whole_ep)
		return false;
	if (isnan(s->ep))
		s->ep = c->whole_ep ? 1 : whole;
	if (c->two_batch && *s->overlap)
		return false;
	if (c->two_batch)
		snprintf(s->overlap, sizeof(s->overlap), "two-batch");
	if (!c->favour)
		return true;
	if (!*s->balance)
		snprintf(s->balance, sizeof(s->balance), "uniform");
	snprintf(s->stack, sizeof(s->stack), "generic");
	return true;
}

static void settle(struct limits *r, struct question *q)
{
	double most;

	r->open_batch = isnan(r->concurrency);
	if (!r->open_batch)
		return;
	most = answer_largest_batch(q, (double)INFINITY);
	question_batch(q, most > 0 ? most : 1);
}

static void setting(struct limits *r, const struct question *q)
{
	snprintf(r->setting, sizeof(r->setting), "%.12s weights, TP%d EP%d, "
		 "%.0f in flight", q->scenario.weights, q->on.layout.tp,
		 q->on.layout.ep, q->scenario.concurrency);
}

static void least_weights(struct limits *r, const struct question *q,
			  double gpus)
{
	if (r->gpus_needed > 0 && gpus >= r->gpus_needed)
		return;
	r->gpus_needed = gpus;
	snprintf(r->weights, sizeof(r->weights), "%.12s",
		 q->scenario.weights);
}

static void memory(struct limits *r, const struct question *q,
		   const struct answer *a)
{
	const struct held *h = &a->held;
	double room = h->budget_B - h->buffer_B;
	double need = h->weights_B * q->on.layout.gpus / room;
	double all = h->weights_B + h->buffer_B + h->kv_B;

	if (room > 0)
		least_weights(r, q, need);
	if (!(r->held_B > 0) || all < r->held_B) {
		r->held_B = all;
		r->weights_B = h->weights_B;
		r->budget_B = h->budget_B;
		r->kv_B = h->kv_B;
		if (!r->fits)
			snprintf(r->refusal, sizeof(r->refusal), "%s",
				 a->refusal);
	}
	r->holds_weights |= h->weights_B + h->buffer_B <= h->budget_B;
	r->holds_all |= all <= h->budget_B;
}

/* Speed of light under one roof alone: the others are raised out of sight. */
static double roof_s(const struct question *q, enum bound which)
{
	struct step_spec a = question_step(q, q->batch.seqs);
	struct deployment on = q->on;
	struct gpu g = *q->on.machine.gpu;
	const double no = 1e30;	/* math: out of sight */
	struct step *room = step_room();
	enum bound found;
	double s;

	if (which != BOUND_HBM)
		g.hbm_Bps = no;
	for (int i = 0; i < MATH_NR && which != BOUND_COMPUTE; i++)
		g.flops[i] = no;
	if (which != BOUND_NVLINK)
		g.nvlink_Bps = no;
	if (which != BOUND_RDMA)
		g.nic_Bps = no;
	on.machine.gpu = &g;
	a.on = &on;
	s = step_floor_s(&a, &room->graph, &found);
	free(room);
	return s;
}

static void roofs(struct limits *r, const struct question *q)
{
	double gained = q->batch.seqs * q->tokens_per_step * q->on.layout.dp /
			q->on.layout.gpus;

	for (int i = 0; i < BOUND_LATENCY; i++)
		r->roof[i] = gained / roof_s(q, (enum bound)i);
}

static void faster(struct limits *r, const struct question *q,
		   const struct answer *a)
{
	struct step_spec ask = question_step(q, q->batch.seqs);
	struct step *room = step_room();

	r->sol = a->sol_tok_s_gpu;
	step_floor_s(&ask, &room->graph, &r->bound);
	free(room);
	roofs(r, q);
	setting(r, q);
	r->best = *q;
	r->concurrency = q->scenario.concurrency;
}

/* The band of the stack that the claim names, or generic. */
static void band(struct limits *r, const struct question *q,
		 const struct answer *a, const struct choice *c)
{
	double sd = log(a->tok_s_gpu / a->low) / Z80;

	r->most = fmax(r->most, fmin(a->tok_s_gpu * exp(Z99 * sd),
				     fmax(a->tok_s_gpu, a->sol_tok_s_gpu)));
	r->user_most = fmax(r->user_most, a->tok_s_user * exp(Z99 * sd));
	if (c->favour || a->tok_s_gpu <= r->predicted)
		return;
	r->predicted = a->tok_s_gpu;
	r->low = a->low;
	r->high = a->high;
	r->step_s = a->step_s;
	r->tokens = q->tokens_per_step;
}

/* Where the batch is open, the largest need not be the fastest. */
static void smaller(struct limits *r, const struct question *q,
		    const struct choice *c)
{
	struct question less = *q;
	struct answer a;

	if (!r->open_batch)
		return;
	for (int k = 1; k <= HALVINGS && less.batch.seqs >= 2; k++) {
		question_batch(&less, floor(less.batch.seqs / 2));
		answer_step(&a, &less, NULL);
		band(r, &less, &a, c);
	}
}

/* ---- prompts ---- */

/* The peak of the fastest format that the linear layers are stored in. */
static double peak_flops(const struct question *q)
{
	const struct kept *k = &q->on.layout.storage.weights;
	const struct machine *on = &q->on.machine;
	double most = 0;

	for (int p = 0; p < SITE_MTP; p++)
		for (int m = 0; m < MODULE_NR; m++) {
			enum math math = layout_math(on, kept_in(k,
				(enum site)p, (enum module)m));

			most = fmax(most, on->gpu->flops[math]);
		}
	return most;
}

static double less_of(double a, double b)
{
	return a > 0 ? fmin(a, b) : b;
}

/* Of one alone in its group, by the kernels of the stack. */
static void first_token(struct limits *r, const struct question *q)
{
	struct prefill_spec a = { .prompt_tok = q->scenario.isl };
	struct prefill p;
	struct fault why;

	if (a.prompt_tok >= 1 && prefill_answer(&p, q, &a, &why) == 0)
		r->ttft_s = less_of(r->ttft_s, p.ttft_s);
}

/*
 * FLOPs of a prompt, attention too, as if all ran in the fastest format: on
 * the ideal stack, which pads nothing, and without TP, which does some twice.
 */
static void prompt(struct limits *r, struct scenario s,
		   const struct library *lib)
{
	struct prefill_spec a = { .prompt_tok = s.isl, .chunk_tok = s.isl };
	struct fault why;
	struct question q;
	struct prefill p;

	snprintf(s.stack, sizeof(s.stack), "ideal");
	s.tp = s.batch = 1;
	s.concurrency = (double)NAN;
	if (!(s.isl >= 1) || question_make(&q, &s, lib, &why) ||
	    prefill_answer(&p, &q, &a, &why) || !(peak_flops(&q) > 0))
		return;
	r->prompt_s = less_of(r->prompt_s, p.flop_tok * a.prompt_tok /
			      (peak_flops(&q) * q.on.layout.gpus));
}

static void forget(struct limits *r)
{
	r->gpus_needed = r->held_B = 0;
	r->holds_weights = r->holds_all = false;
}

static void take(struct limits *r, struct question *q, const struct choice *c)
{
	double stated = r->concurrency;
	struct answer a;

	settle(r, q);
	answer_step(&a, q, NULL);
	if (isnan(a.step_s) && r->timed)
		return;
	if (!isnan(a.step_s) && !r->timed)
		forget(r);	/* formats that it cannot compute */
	memory(r, q, &a);
	if (isnan(a.step_s))
		return;
	if (r->fits && !a.fits)
		return;
	if (a.fits && !r->fits) {	/* what does not fit counts no more */
		r->predicted = r->most = r->sol = 0;
		r->user_most = r->user_sol = 0;
		r->ttft_s = 0;
		*r->refusal = '\0';
	}
	r->fits = a.fits;
	r->timed = true;
	first_token(r, q);
	band(r, q, &a, c);
	smaller(r, q, c);
	r->user_sol = fmax(r->user_sol, a.sol_tok_s_gpu * q->on.layout.gpus /
			   q->scenario.concurrency);
	if (a.sol_tok_s_gpu > r->sol) {
		faster(r, q, &a);
		if (r->open_batch)
			r->concurrency = stated;
	}
}

/* What a question needs and a claim about memory or speed need not state. */
static void blanks(struct scenario *s, struct limits *r)
{
	bool open = isnan(s->batch) && isnan(s->concurrency);

	r->concurrency = open ? (double)NAN : 1;
	if (open)
		s->batch = 1;
	if (isnan(s->ctx) && isnan(s->isl))
		s->ctx = 1;
	if (isnan(s->mem_share))
		s->mem_share = 1;
}

static void one(struct limits *r, struct scenario s, const struct library *lib,
		const struct choice *c)
{
	struct question q;
	struct fault why = { 0 };
	double stated = r->concurrency;

	if (!offer(&s, c))
		return;
	if (question_make(&q, &s, lib, &why)) {
		if (!r->sound && !*r->fault.what)
			r->fault = why;
		return;
	}
	r->sound = true;
	r->choices += !c->two_batch && !c->favour;
	take(r, &q, c);
	if (!c->favour && !c->two_batch)
		prompt(r, s, lib);
	r->concurrency = stated;
}

void limits_make(struct limits *r, const struct scenario *from,
		const struct library *lib)
{
	struct scenario s = *from;

	memset(r, 0, sizeof(*r));
	r->asked = *s.hw && *s.model && !isnan(s.gpus);
	if (!r->asked)
		return;
	blanks(&s, r);
	for (int w = 0; w < WEIGHTS; w++)
		for (int i = 0; i < CHOICES; i++)
			one(r, s, lib, &(struct choice){ w, i & 1,
				i >> 1 & 1, i >> 2 & 1,
				i >> 3 & 1 });	/* math: the fourth bit */
	if (r->timed)
		r->concurrency = r->best.scenario.concurrency;
}

double limits_slope_s(const struct limits *r, double less, double more)
{
	struct question q = r->best;
	double s[2];

	for (int i = 0; i < 2; i++) {
		question_batch(&q, (i ? more : less) / q.on.layout.dp);
		s[i] = roof_s(&q, BOUND_HBM);
	}
	return s[1] - s[0];
}

static double sol_at(const struct limits *r, double batch)
{
	struct question q = r->best;
	struct answer a;

	question_batch(&q, batch);
	answer_step(&a, &q, NULL);
	return a.sol_tok_s_gpu;
}

double limits_batch(const struct limits *r, double tok_s_gpu)
{
	double low = 0, high;

	if (!r->fits)
		return 0;
	high = answer_largest_batch(&r->best, (double)INFINITY);
	if (!(high >= 1) || sol_at(r, high) < tok_s_gpu)
		return 0;
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		if (sol_at(r, middle) < tok_s_gpu)
			low = middle;
		else
			high = middle;
	}
	return high;
}
