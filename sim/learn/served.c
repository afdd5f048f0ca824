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

/* How a row is played. */
struct playing {
	const struct question *q;
	struct serve_engine engine;
	uint64_t seed;
	struct serving_room room;
	bool band;	/* three times: also with steps slower and faster */
};

/* Requests that were answered. */
static int play(struct seen *seen, const struct playing *p)
{
	struct serving_price price;
	struct serving_run r = { .price = &price, .band = p->band,
				 .room = p->room };
	struct serving_answer a;
	struct serve_load load;
	struct serve_log log;
	int done;

	load_of(&load, p->q, p->seed);
	serving_price_init(&price, p->q);
	r.serve.load = &load;
	r.serve.fleet = (struct serve_fleet){ &p->engine,
		{ serving_step_s, &price }, 1, p->q->on.layout.dp };
	serving_answer(&a, &log, p->q, &r);
	done = log.done;
	seen[SEEN_AS_IS] = seen_of(&a.as_is, a.gpus);
	seen[SEEN_SLOW] = seen_of(&a.slow, a.gpus);
	seen[SEEN_FAST] = seen_of(&a.fast, a.gpus);
	for (int i = 0; i < SEEN_NR; i++)
		seen[i].watt_gpu = a.watt_gpu * seen[i].tok_s_gpu /
				   seen[SEEN_AS_IS].tok_s_gpu;
	serve_log_release(&log);
	serve_load_release(&load);
	serving_price_release(&price);
	return done;
}

/* As it ran, with its stack's engine. 0, or -1 and a fault. */
static int playing_of(struct playing *p, struct question *q,
		      struct fault *why)
{
	struct serving_spec spec;

	serving_init(&spec);
	p->q = q;
	if (serving_as_run(q, why) ||
	    serving_engine(&p->engine, q, &spec, why))
		return -1;
	serving_room(&p->room, q, &spec);
	return 0;
}

void served_play(struct seen *seen, const struct question *asked,
		 uint64_t seed)
{
	struct playing p = { .seed = seed };
	struct question q = *asked;
	struct seen all[SEEN_NR];
	struct fault why = { 0 };
	int bad = playing_of(&p, &q, &why);

	assert(asked->on.model);
	assert(asked->colocated && !bad);
	(void)bad;
	play(all, &p);
	*seen = all[SEEN_AS_IS];
}

void served_row(struct swept *s, const struct question *asked,
		const struct run_spec *run)
{
	const char *lack = lacks(&asked->scenario);
	struct question q = *asked;
	struct playing p = { .seed = run->seed, .band = true };
	struct fault why = { 0 };

	assert(asked->colocated && s->served);
	if (playing_of(&p, &q, &why)) {
		refuse(s, why.what);
		return;
	}
	if (serving_refused(&s->answer, &q))
		return;
	s->answer.fits = true;
	*s->answer.refusal = '\0';
	if (lack)
		refuse(s, lack);
	else if (play(s->seen, &p) == 0)
		refuse(s, "no request is ever admitted: each is longer than "
			  "the model's context, the KV room or the token "
			  "budget");
}
