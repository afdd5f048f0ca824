#include "learn/served.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "requests/serving.h"
#include "serve/arrive.h"

#define SPREAD 0.8	/* size: shortest over longest, of InferenceX */

enum { MOST = 1000000 /* size: requests that a row may ask for */ };

static void refuse(struct swept *s, const char *reason)
{
	s->answer.fits = false;
	snprintf(s->answer.refusal, sizeof(s->answer.refusal), "%.*s",
		 (int)sizeof(s->answer.refusal) - 1, reason);
}

static const char *lacks(const struct scenario *s)
{
	if (!(s->isl >= 1) || !(s->osl >= 1))
		return "isl or osl is blank: requests have no length";
	if (!(s->concurrency >= 1))
		return "concurrency is below 1: nobody asks";
	if (!(s->requests >= 1 && s->requests <= MOST))
		return "requests is not from 1 to 1000000";
	return NULL;
}

static void load_of(struct serve_load *l, const struct question *q,
		    uint64_t seed)
{
	struct arrive_spec a = { .how = ARRIVE_CLOSED,
		.requests = (int)q->scenario.requests,
		.clients = (int)q->scenario.concurrency,
		.burstiness = 1, .lengths = LENGTHS_UNIFORM, .spread = SPREAD,
		.prompt_tok = q->scenario.isl, .output_tok = q->scenario.osl,
		.turns = 1, .block_tok = 1, .seed = seed };
	struct accept_spec drafts = { .drafts = q->on.layout.drafts,
		.tokens_per_step = q->tokens_per_step, .seed = seed };

	arrive_draw(l, &a);
	arrive_steps(l, &drafts);
}

static struct seen seen_of(const struct serve_tally *t, int gpus)
{
	return (struct seen){ .ttft_s = t->of[SERVE_TTFT].at[1],
		.tpot_s = t->of[SERVE_TPOT].at[1],
		.ttft_p99_s = t->of[SERVE_TTFT].at[5],	/* size: P99 */
		.tok_s_gpu = t->output_tok / t->s / gpus };
}

/* Play it three times: as it is, and with steps slower and faster. */
static void play(struct swept *s, const struct question *q,
		 struct serve_engine *engine, uint64_t seed)
{
	struct serving_price price;
	struct serving_run r = { .price = &price, .band = true };
	struct serving_answer a;
	struct serve_load load;
	struct serve_log log;

	load_of(&load, q, seed);
	serving_price_init(&price, q);
	r.serve.load = &load;
	r.serve.fleet = (struct serve_fleet){ engine,
		{ serving_step_s, &price }, 1, q->on.layout.dp };
	serving_answer(&a, &log, q, &r);
	if (log.done == 0)
		refuse(s, "no request is ever admitted: each is longer than "
			  "the KV room or the token budget");
	s->seen[SEEN_AS_IS] = seen_of(&a.as_is, a.gpus);
	s->seen[SEEN_SLOW] = seen_of(&a.slow, a.gpus);
	s->seen[SEEN_FAST] = seen_of(&a.fast, a.gpus);
	for (int i = 0; i < SEEN_NR; i++)
		s->seen[i].watt_gpu = a.watt_gpu;
	serve_log_release(&log);
	serve_load_release(&load);
	serving_price_release(&price);
}

void served_row(struct swept *s, const struct question *asked,
		const struct run_spec *run)
{
	const char *lack = lacks(&asked->scenario);
	struct question q = *asked;
	struct serving_spec spec;
	struct serve_engine engine;
	struct fault why = { 0 };

	assert(asked->colocated && s->served);
	serving_init(&spec);
	if (serving_as_run(&q, &why) ||
	    serving_engine(&engine, &q, &spec, &why)) {
		refuse(s, why.what);
		return;
	}
	if (serving_refused(&s->answer, &q))
		return;
	s->answer.fits = true;
	*s->answer.refusal = '\0';
	if (lack)
		refuse(s, lack);
	else
		play(s, &q, &engine, run->seed);
}
