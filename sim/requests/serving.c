#include "requests/serving.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/band.h"
#include "base/larger.h"
#include "base/mem.h"
#include "base/units.h"

#define FULL 0.7		/* size: of the KV's room, at most held */

enum {
	HALVINGS = 8,	/* size: replays of a search, to 0.4 % */
	FEW = 20000	/* size: requests up to which it is made */
};

/* ---- what a step costs ---- */

/*
 * By how much of itself a pass of so many tokens of each group grows when its
 * launches do by as much of theirs: of (work^3 + launch^3)^(1/3).
 */
static double launched(const struct serving_price *p, double tok)
{
	struct price_step s = { .new_tok = tok, .attend_tok2 = tok * tok / 2,
		.all_new_tok = tok * p->groups };
	double launch_s = price_launch_s(p->of, tok);

	return launch_s > 0 && tok > 0 ?
		pow(launch_s / price_s(p->of, &s), 3) : 0;	/* math: d/dx */
}

void serving_price_init(struct serving_price *p, const struct question *q)
{
	const struct serve_facts *serve = serving_launch(q);
	const struct deployment *on = &q->on;
	struct step_spec step = question_pass(q);

	p->slower = p->prompts = 1;
	p->groups = on->layout.dp;
	p->stages = on->layout.pp;
	p->ranks.nr = 0;
	p->of = mem_zeroed(1, sizeof(*p->of));
	price_make(p->of, &step);
	if (serving_pieces(q))
		price_pieces(p->of, serve->piece_tok > 0 ? serve->piece_tok :
			     INFINITY, serve->piece_share);
	p->prompts_sd = hypot(prefill_rate_sd(on), prefill_launch_sd(on) *
			      launched(p, on->machine.stack->prefill_tok));
}

void serving_price_release(struct serving_price *p)
{
	free(p->of);
}

/*
 * Tokens that prompts find in the cache: n of them with `new` tokens between
 * them attend to new (prior / n + new / n / 2) in all.
 */
static double prior_tok(const struct serve_step *s)
{
	if (!(s->new_tok > 0))
		return 0;
	return larger(0, s->prompts * s->attend_tok2 / s->new_tok -
			 s->new_tok / 2);
}

static struct price_step priced(const struct serve_step *s)
{
	return (struct price_step){ .seqs = s->seqs, .kv_tok = s->kv_tok,
		.new_tok = s->new_tok, .attend_tok2 = s->attend_tok2,
		.prior_tok = prior_tok(s), .all_seqs = s->all_seqs,
		.all_new_tok = s->all_new_tok, .graph_seqs = s->graph_seqs };
}

/* What a step takes over its closed form. */
static double over(const struct serving_price *p, const struct serve_step *s)
{
	double by = s->new_tok > 0 ? p->prompts : 1;

	if (p->ranks.nr > 0 && !(s->new_tok > 0))
		by = serving_ranks_over(&p->ranks, s->all_seqs / p->groups *
					p->stages);
	return p->slower * by;
}

double serving_step_s(const void *of, const struct serve_step *s)
{
	const struct serving_price *p = of;
	struct price_step step = priced(s);

	return price_s(p->of, &step) * over(p, s);
}

void serving_parts(const void *of, const struct serve_step *s,
		   struct serve_parts *out)
{
	const struct serving_price *p = of;
	struct price_step step = priced(s);

	out->once_s = price_once_s(p->of, &step) * over(p, s);
	out->host_s = price_host_s(p->of, &step) * over(p, s);
}

void serving_fleet(struct serve_fleet *f, const struct question *q,
		   const struct serving_price *p)
{
	const struct layout *l = &q->on.layout;

	f->price = (struct serve_pricer){ serving_step_s, p, serving_parts };
	f->groups = l->dp;
	f->stages = l->pp;
	f->layers = q->on.model->num_hidden_layers;
}

/* ---- the answer ---- */

int serving_slo(double *limit_s, const char *text, struct fault *why)
{
	const char *all = text;

	for (int m = 0; m < SERVE_METRICS; m++)
		limit_s[m] = (double)NAN;
	while (*text) {
		size_t len = strcspn(text, ","), name = strcspn(text, "=");
		char value[32] = "";	/* size: a number */
		double ms;
		int m = 0;

		while (m < SERVE_METRICS &&
		       (strlen(serve_metric_name((enum serve_metric)m)) !=
			name || strncmp(serve_metric_name(
				(enum serve_metric)m), text, name)))
			m++;
		if (name < len && len - name - 1 < sizeof(value))
			memcpy(value, text + name + 1, len - name - 1);
		if (m == SERVE_METRICS || m == SERVE_ITL ||
		    units_number(value, &ms) || ms <= 0) {
			fault_what(why, "slo has \"%.*s\"", (int)len, text);
			return fault_remedy(why, "write limits in ms, as "
					    "ttft=500,tpot=20,e2e=30000");
		}
		if (text_said(all, text,
			      serve_metric_name((enum serve_metric)m)))
			return fault_twice(why, serve_metric_name(
				(enum serve_metric)m));
		limit_s[m] = ms / units_ms(1);
		text += len + (text[len] == ',');
	}
	return 0;
}

static void replay(struct serve_tally *t, const struct serving_run *r,
		   double slower)
{
	struct serve_log log;

	r->price->slower = slower;
	serve_run(&log, &r->serve);
	serve_tally(t, &r->serve, &log);
	serve_log_release(&log);
	r->price->slower = 1;
}

/*
 * At so many standard errors, log_sd of a decode step; one with prompts has
 * what the stack adds to them to err in as well.
 */
static void replay_at(struct serve_tally *t, const struct serving_run *r,
		      double log_sd, double errors)
{
	r->price->prompts = exp(errors * (hypot(log_sd, r->price->prompts_sd) -
					  log_sd));
	replay(t, r, exp(errors * log_sd));
	r->price->prompts = 1;
}

/* With another room for KV, steps as they are. */
static void replay_in(struct serve_tally *t, const struct serving_run *r,
		      double room_tok)
{
	struct serving_run other = *r;
	struct serve_engine e = *r->serve.fleet.engine;

	e.room_tok = room_tok;
	other.serve.fleet.engine = other.serve.prefill.engine = &e;
	replay(t, &other, 1);
}

/* How much slower doubles the mean time to the first token, by halving. */
static double spare(const struct serving_run *r, double ttft_s)
{
	double low = 1, high = 2;
	struct serve_tally t;

	replay(&t, r, high);
	if (t.of[SERVE_TTFT].mean < 2 * ttft_s)
		return INFINITY;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = (low + high) / 2;

		replay(&t, r, middle);
		*(t.of[SERVE_TTFT].mean < 2 * ttft_s ? &low : &high) = middle;
	}
	return (low + high) / 2 - 1;
}

/* Per request; what is per GPU is left to who has some. */
void serving_played(struct serving_answer *a, struct serve_log *log,
		    const struct serving_run *r, double log_sd)
{
	assert(r->price->slower == 1 && log_sd >= 0);
	memset(a, 0, sizeof(*a));
	serve_run(log, &r->serve);
	serve_tally(&a->as_is, &r->serve, log);
	assert(log->cut || fabs(a->as_is.little - 1) < 1e-6);	/* size: */
	a->good = r->slo ? serve_good(&r->serve, log, r->limit_s) : -1;
	a->spare = a->tok_s_gpu = a->usd_mtok = (double)NAN;
	a->watt_gpu = a->j_mtok = (double)NAN;
	a->tok_s_user = 1 / a->as_is.of[SERVE_TPOT].at[1];
	a->slow = a->fast = a->as_is;
	if (!r->band || log->done == 0)
		return;
	replay_at(&a->slow, r, log_sd, Z80);
	replay_at(&a->fast, r, log_sd, -Z80);
	if (r->near && log->nr <= FEW)
		a->spare = spare(r, a->as_is.of[SERVE_TTFT].mean);
}

static void rates(struct serving_answer *a, const struct question *q,
		  const struct serving_run *r, const struct serve_log *log)
{
	const struct serve_tally *t = &a->as_is;
	int engines = r->serve.fleet.replicas + r->serve.prefill.replicas;
	bool scales = r->serve.scale.look_s > 0;
	int gpus = layout_gpus(&q->on.layout);

	assert(engines >= 1);
	a->gpus = engines * gpus;
	a->engines = scales ? log->replica_s / ticks_to_s(log->now.at) :
			      engines;
	a->tok_s_gpu = t->output_tok / t->s / (a->engines * gpus);
	a->usd_mtok = q->scenario.price / HOUR_S / a->tok_s_gpu * MILLION;
	if (log->done == 0)
		return;
	a->watt_gpu = serving_watt_gpu(q, r, t, log);
	a->j_mtok = a->watt_gpu / a->tok_s_gpu * MILLION;
}

static double step_log_sd(const struct question *q,
			  const struct serving_run *r)
{
	struct question own = *q;

	question_serves(&own, q->colocated && r->serve.prefill.replicas < 1);
	return answer_log_sd(&own);
}

/*
 * The end of an 80 % band about x that one cause puts `to` and another, by
 * itself, a factor exp(off) away: upwards of x, or, sign -1, below.
 */
static double further(double x, double to, double sign, double off)
{
	if (!(x > 0) || !(to > 0) || !isfinite(x / to) || isnan(off))
		return to;
	return x * exp(sign * hypot(fmax(0, sign * log(to / x)),
				    fmax(0, off)));
}

static void widen_dist(struct serve_dist *to, const struct serve_dist *x,
		       double sign, double off)
{
	to->mean = further(x->mean, to->mean, sign, off);
	for (int i = 0; i < SERVE_RANKS; i++)
		to->at[i] = further(x->at[i], to->at[i], sign, off);
}

/* By a replay whose cause is another one. */
static void widen_by(struct serve_tally *to, const struct serve_tally *x,
		     double sign, const struct serve_tally *other)
{
	for (int m = 0; m < SERVE_METRICS; m++) {
		struct serve_dist *d = &to->of[m];
		const struct serve_dist *y = &x->of[m], *z = &other->of[m];

		d->mean = further(y->mean, d->mean, sign,
				  sign * log(z->mean / y->mean));
		for (int i = 0; i < SERVE_RANKS; i++)
			d->at[i] = further(y->at[i], d->at[i], sign,
					   sign * log(z->at[i] / y->at[i]));
	}
	to->s = further(x->s, to->s, sign, sign * log(other->s / x->s));
}

/* Where the KV fills much of its room, what less or more of it does. */
static void widen_room(struct serving_answer *a, const struct serve_log *log,
		       const struct serving_run *r)
{
	const struct serve_fleet *f = &r->serve.fleet;
	double room = r->room.low_tok * f->groups * f->replicas;
	struct serve_tally t;

	if (!(r->room.low_tok > 0) || log->kv_most_tok < FULL * room ||
	    log->never)
		return;
	replay_in(&t, r, r->room.low_tok);
	if (t.of[SERVE_TTFT].nr > 0)
		widen_by(&a->slow, &a->as_is, 1, &t);
	replay_in(&t, r, r->room.high_tok);
	widen_by(&a->fast, &a->as_is, -1, &t);
}

/*
 * What replays with other steps do not show: how far clients, schedulers and
 * hosts are from ours, as an independent error of what users see. sign 1:
 * every time is longer.
 */
static void widen(struct serve_tally *to, const struct serve_tally *x,
		  double sign, const double *sd)
{
	static const int kind[SERVE_METRICS] = {
		[SERVE_TTFT] = SEEN_TTFT, [SERVE_TPOT] = SEEN_TPOT,
		[SERVE_ITL] = SEEN_TPOT, [SERVE_E2E] = SEEN_TOK_S,
		[SERVE_PACE] = SEEN_TOK_S };

	for (int m = 0; m < SERVE_METRICS; m++)
		widen_dist(&to->of[m], &x->of[m], sign, Z80 * sd[kind[m]]);
	to->s = further(x->s, to->s, sign, Z80 * sd[SEEN_TOK_S]);
}

void serving_answer(struct serving_answer *a, struct serve_log *log,
		    const struct question *q, const struct serving_run *r)
{
	const double *sd = serving_launch(q)->band;

	assert(q->on.machine.stack != NULL);
	serving_played(a, log, r, step_log_sd(q, r));
	rates(a, q, r, log);
	if (!r->band || log->done == 0)
		return;
	widen_room(a, log, r);
	widen(&a->slow, &a->as_is, 1, sd);
	widen(&a->fast, &a->as_is, -1, sd);
}
