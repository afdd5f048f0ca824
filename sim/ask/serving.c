#include "ask/serving.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#define Z80 1.2815515655446004	/* math: normal quantile of 0.9 */
#define HOUR_S 3600.0		/* units: seconds of an hour */
#define MILLION 1e6		/* units: tokens that a price is quoted for */
#define MOST 1e9		/* size: of a count that is given */

enum {
	HALVINGS = 8,	/* size: replays of a search, to 0.4 % */
	FEW = 20000	/* size: requests up to which it is made */
};

/* ---- the engine ---- */

static int word(const char *text, const char *what, const char *const *names,
		struct fault *why)
{
	int i = 0;

	for (; names[i]; i++)
		if (strcmp(names[i], text) == 0)
			return i;
	fault_what(why, "%s is \"%.40s\"", what, text);
	return fault_remedy(why, "write %s%s%s%s%s", names[0],
			    i > 1 ? " or " : "", i > 1 ? names[1] : "",
			    i > 2 ? " or " : "", i > 2 ? names[2] : "");
}

static int words(struct serve_engine *e, const struct serving_spec *s,
		 const struct serve_facts *of, struct fault *why)
{
	static const char *const batching[] = { "alone", "mixed", NULL };
	static const char *const reserve[] = { "whole", "ratio", "now", NULL };
	int how = *s->batching ?
		word(s->batching, "batching", batching, why) :
		of->alone > 0 ? SERVE_ALONE : SERVE_MIXED;
	int room = *s->reserve ?
		word(s->reserve, "reserve", reserve, why) :
		of->reserve >= 1 ? SERVE_WHOLE :
		of->reserve > 0 ? SERVE_RATIO : SERVE_NOW;

	if (how < 0 || room < 0)
		return -1;
	e->batching = (enum serve_batching)how;
	e->reserve = (enum serve_reserve)room;
	return 0;
}

static double given(double x, double otherwise)
{
	return isnan(x) ? otherwise : x;
}

static int at_least_one(double x, const char *what, struct fault *why)
{
	if (isnan(x) || (x >= 1 && x <= MOST))
		return 0;
	fault_what(why, "%s is %g", what, x);
	return fault_remedy(why, "write a number of 1 or more");
}

static int host_times(const struct serving_spec *s, struct fault *why)
{
	if (!(s->in_s > HOUR_S || s->out_s > HOUR_S ||
	      s->tokenize_s_tok > 1e-3))	/* units: 1 ms a token */
		return 0;
	fault_what(why, "in or out is over an hour, or tokenize over a "
		   "millisecond a token");
	return fault_remedy(why, "write in and out in ms, tokenize in us a "
			    "token");
}

static double room_of(const struct question *q)
{
	struct hold_spec hold = { .mem_share = q->mem_share, .seqs = 1,
				  .ctx_tok = q->batch.ctx_tok };
	struct held held;

	deployment_hold(&q->on, &hold, &held);
	return fmax(0, floor(held_room_tok(&held)));
}

int serving_engine(struct serve_engine *e, const struct question *q,
		   const struct serving_spec *s, struct fault *why)
{
	const struct { double x; const char *what; } counts[] = {
		{ s->max_seqs, "max_num_seqs" }, { s->block_tok, "block" },
		{ s->max_tokens, "max_num_batched_tokens" },
		{ s->recv_interval, "recv_interval" },
		{ s->prefill_interval, "prefill_interval" },
		{ 1, NULL },
	};
	const struct serve_facts *of = &q->on.machine.stack->serve;

	*e = serve_engine_plain;
	for (int i = 0; counts[i].what; i++)
		if (at_least_one(counts[i].x, counts[i].what, why))
			return -1;
	if (words(e, s, of, why) || host_times(s, why))
		return -1;
	e->overlap = given(s->overlap, 1) > 0;
	e->chunked = given(s->chunked, 1) > 0;
	e->budget_tok = floor(given(s->max_tokens, of->tokens > 0 ?
		of->tokens : q->on.machine.stack->prefill_tok));
	e->max_seqs = (int)given(s->max_seqs, of->seqs > 0 ? of->seqs :
				 e->max_seqs);
	e->reserve_ratio = e->reserve_least = of->reserve;
	e->recv_interval = (int)given(s->recv_interval, fmax(1,
		q->scenario.concurrency < of->few ? of->recv_few : of->recv));
	e->adp_balance = of->adp > 0 && q->on.layout.dp > 1;
	e->adp_timeout = (int)of->adp;
	e->prefill_interval = (int)given(s->prefill_interval, 1);
	if (given(s->graph_max, 0) > 0) {
		e->graphs = 1;
		e->graph_seqs[0] = s->graph_max;
	}
	e->block_tok = floor(given(s->block_tok, 1));
	e->room_tok = floor(given(s->room_tok, room_of(q)));
	e->host_tok = given(s->host_tok, 0);
	e->host_tok_s = fmax(1, given(s->host_tok_s, INFINITY));
	e->reuse = given(s->reuse, 1) > 0;
	e->in_s = given(s->in_s, of->in_s);
	e->out_s = given(s->out_s, of->out_s);
	e->tokenize_s_tok = given(s->tokenize_s_tok, of->tokenize_s);
	return 0;
}

bool serving_refused(struct answer *a, const struct question *q)
{
	struct question one = *q;

	if (q->scenario.isl > 0 && q->scenario.osl > 0)
		one.batch.ctx_tok = q->scenario.isl + q->scenario.osl;
	one.batch.seqs = 1;
	answer_step(a, &one, NULL);
	return !a->fits && a->lack.kind != REFUSAL_KV;
}

/* ---- what a step costs ---- */

void serving_price_init(struct serving_price *p, const struct question *q)
{
	*p = (struct serving_price){ .step = question_step(q, 1),
		.slower = 1 };
	p->room = step_room();
	p->pass = mem_zeroed(1, sizeof(*p->pass));
}

void serving_price_release(struct serving_price *p)
{
	free(p->room);
	free(p->pass);
}

static double decode_s(const struct serving_price *p,
		       const struct serve_step *s)
{
	struct step_spec a = p->step;

	a.batch.seqs = s->seqs;
	a.batch.ctx_tok = fmax(1, s->kv_tok / s->seqs);
	step_time(p->room, &a);
	return p->room->s;
}

static double prompts_s(const struct serving_price *p,
			const struct serve_step *s)
{
	double new_tok = s->new_tok / s->prompts;
	struct chunk c = { s->prompts,
		fmax(0, s->attend_tok2 / s->new_tok - new_tok / 2), new_tok };

	prefill_pass(p->pass, &p->step, &c);
	return p->pass->s;
}

double serving_step_s(const void *of, const struct serve_step *s)
{
	const struct serving_price *p = of;
	double t = 0;

	if (s->seqs > 0)
		t += decode_s(p, s);
	if (s->new_tok > 0)
		t += prompts_s(p, s);
	return t * p->slower;
}

/* ---- the answer ---- */

int serving_slo(double *limit_s, const char *text, struct fault *why)
{
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
	a->good = r->slo ? serve_good(&r->serve, log, r->limit_s) : -1;
	a->spare = a->tok_s_gpu = a->usd_mtok = (double)NAN;
	a->tok_s_user = 1 / a->as_is.of[SERVE_TPOT].at[1];
	a->slow = a->fast = a->as_is;
	if (!r->band || log->done == 0)
		return;
	replay(&a->slow, r, exp(Z80 * log_sd));
	replay(&a->fast, r, exp(-Z80 * log_sd));
	if (log->nr <= FEW && r->serve.load->client == SERVE_OPEN)
		a->spare = spare(r, a->as_is.of[SERVE_TTFT].mean);
}

static void rates(struct serving_answer *a, const struct question *q,
		  const struct serving_run *r)
{
	const struct serve_tally *t = &a->as_is;
	int engines = r->serve.fleet.replicas + r->serve.prefill.replicas;

	a->gpus = engines * q->on.layout.gpus;
	a->tok_s_gpu = t->output_tok / t->s / a->gpus;
	a->usd_mtok = q->scenario.price / HOUR_S / a->tok_s_gpu * MILLION;
}

void serving_answer(struct serving_answer *a, struct serve_log *log,
		    const struct question *q, const struct serving_run *r)
{
	serving_played(a, log, r, answer_log_sd(q));
	rates(a, q, r);
}
