#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "plan/search.h"
#include "requests/serving.h"

static const int attention_tp[] = { 1, 2, 4, 8, 16 };	/* size: */

static struct prefill_spec prompt_of(const struct search *s)
{
	double isl = s->question.scenario.isl;

	return (struct prefill_spec){ .prompt_tok = floor(isl),
		.cached_tok = floor(s->spec->cached_share * isl) };
}

/* ---- a queue ---- */

/*
 * Where no time to the first token is asked for, a full pass may be waited for
 * and as long again: nobody is in a hurry, and no queue grows.
 */
static double patience_s(const struct pass_line *l, double limit_s)
{
	return isfinite(limit_s) ? limit_s :
	       fmax(2 * queue_alone_s(l),
		    2 * queue_full_s(l));
}

/* Prompts a second that no server reads. */
static double most_prompts(const struct pass_line *l)
{
	return l->groups * l->full / queue_full_s(l);
}

/* Prompts a second of a pool's mean length that servers read in time. */
static double kept_prompts(const struct pass_line *l, double servers,
			   double limit_s)
{
	double low = 0, high = most_prompts(l) * servers;

	for (int i = 0; i < 20; i++) {	/* size: halvings, to a millionth */
		double middle = (low + high) / 2;

		*(queue_first_s(l, servers, middle) <= limit_s ? &low :
		  &high) = middle;
	}
	return low;
}

/* Of a pool, prompts a second and GPU that a lone server keeps up. */
static double kept(const struct pool *p, double limit_s)
{
	return kept_prompts(&p->line, 1, patience_s(&p->line, limit_s)) /
	       p->scenario.gpus;
}

void least_note(double *least_s, double s)
{
	assert(*least_s >= 0);
	if (s > 0 && (!(*least_s > 0) || s < *least_s))
		*least_s = s;
}

/* ---- a pool of their own ---- */

/* The engine as it is launched; its tokens a pass follow the longest prompt. */
static int engine_of(struct serve_engine *e, struct question *q,
		     struct fault *why)
{
	struct serving_spec launch;
	double isl = q->scenario.isl;
	int rc;

	serving_init(&launch);
	if (!q->colocated)
		snprintf(launch.pools, sizeof(launch.pools), "1:1");
	q->scenario.isl = isl * FLEET_LONGEST;
	rc = serving_engine(e, q, &launch, why);
	q->scenario.isl = isl;
	return rc;
}

/*
 * Prompts of a group that a pass ends. An engine that cuts them reads so many
 * tokens, b mean prompts, and the last one's rest in the next pass: n prompts
 * end in it, at the rank asked for, where n + z cv sqrt(n) = b. One that reads
 * them whole leaves what does not fit.
 */
static double ended(const struct pass_line *l, const struct serve_engine *e,
		    const struct prefill *p)
{
	double b = p->chunk_tok / (p->prompt_tok - p->cached_tok);
	double z = fmax(0, l->rank_z) * FLEET_CV;
	double root = (sqrt(z * z + 4 * b) - z) / 2; /* math: of a square */

	return e->chunked ? fmax(1, root * root) : p->together;
}

/*
 * A pass of one prompt a group, and what each more adds up to a full one, as
 * engines are launched. p: the answer as the stack's sheet has it, and then
 * that of what is launched.
 */
static int line_of(struct pass_line *l, struct question *q,
		   struct prefill *p, const struct fleet_spec *of)
{
	struct prefill_spec ask = { p->prompt_tok, p->cached_tok, 0 };
	struct serve_engine e;
	struct fault why;

	fault_at(&why, "", 0, 0);
	if (engine_of(&e, q, &why))
		return -1;
	ask.chunk_tok = e.budget_tok;
	if (fabs(ask.chunk_tok - p->chunk_tok) >= 1 &&
	    prefill_answer(p, q, &ask, &why))
		return -1;
	*l = (struct pass_line){ q->on.layout.dp, p->own_s, p->own_more_s,
		p->all_s, p->all_more_s, p->together,
		e.in_s + e.out_s + e.tokenize_s_tok * p->prompt_tok, 0, 0, 0 };
	pass_line_make(l, of->first_rank);
	l->full = ended(l, &e, p);
	return 0;
}

/*
 * The one that reads more prompts a GPU in what a decode step leaves of the
 * time to the first token, a step being as long as it may; where that leaves
 * none of them anything, the one with the sooner first token.
 */
static bool better(const struct search *s, const struct pool *a,
		   const struct pool *b)
{
	const struct fleet_spec *of = s->spec;
	double limit_s = of->ttft_s - (isfinite(of->tpot_s) ?
				       of->first_rank * of->tpot_s : 0);
	double x = kept(a, limit_s), y = kept(b, limit_s);

	if (x > y || x < y)
		return x > y;
	return queue_first_s(&a->line, 1, 0) < queue_first_s(&b->line, 1, 0);
}

static void pool_try(struct search *s, const struct scenario *of,
		     struct pool *best)
{
	struct question *q = &s->question;
	struct prefill_spec ask;
	struct pool one;
	struct prefill p;
	struct fault why;
	struct answer a;

	fault_at(&why, "", 0, 0);
	if (question_recall(q, of, s->memo, &why))
		return;
	ask = prompt_of(s);
	answer_step(&a, q, s->room);
	if (a.lack.kind == REFUSAL_FORMAT || a.lack.kind == REFUSAL_WEIGHTS ||
	    prefill_answer(&p, q, &ask, &why))
		return;
	one = (struct pool){ .scenario = q->scenario, .ttft_s = p.ttft_s };
	if (line_of(&one.line, q, &p, s->spec))
		return;
	one.tok_s_gpu = p.prompt_tok_s_gpu;
	least_note(&s->plan->pool_s, queue_first_s(&one.line, 1, 0));
	if (queue_alone_s(&one.line) < s->spec->ttft_s &&
	    (!(best->tok_s_gpu > 0) || better(s, &one, best)))
		*best = one;
}

/* GPUs that are on offer, and paid. */
static double offered(const struct fleet_spec *of, double price)
{
	return fmin(of->gpus, price > 0 ? of->usd_h / price : INFINITY);
}

/*
 * Prompts want few GPUs: a node, or as many as hold the weights; and not more
 * than half of what is on offer, which have to decode what they read.
 */
bool pool_find(struct search *s, struct scenario of)
{
	enum { MOST = 64 /* size: GPUs of a prefill replica */ };
	struct fleet *p = s->plan;
	struct pool best = { .tok_s_gpu = 0 };
	double most = fmin(MOST, offered(s->spec,
					 s->question.scenario.price) / 2);

	of.batch = of.dcp = of.pp = 1;
	of.concurrency = (double)NAN;
	of.mtp = 0;
	for (int i = 0; replica_gpus[i]; i++)
		for (size_t k = 0; k < sizeof(attention_tp) / sizeof(int);
		     k++) {
			of.gpus = replica_gpus[i];
			of.ep = of.gpus;
			of.tp = attention_tp[k];
			if (of.gpus <= most && of.tp <= of.gpus)
				pool_try(s, &of, &best);
		}
	if (!(best.tok_s_gpu > 0))
		return false;
	p->pool = mem_grow(p->pool, p->pools, &p->pools_cap,
			   sizeof(*p->pool));
	p->pool[p->pools++] = best;
	return true;
}

/* Dollars a prompt token, or GPUs where a pool has no price. */
static double dear(const struct fleet *p, int i)
{
	for (int k = 0; k < p->pools; k++)
		if (!(p->pool[k].scenario.price > 0))
			return 1 / p->pool[i].tok_s_gpu;
	return p->pool[i].scenario.price / p->pool[i].tok_s_gpu;
}

/* Of its own kind of GPU: the weights as they are, and the KV. */
static bool own(const struct pool *p, const struct scenario *s)
{
	return !strcmp(p->scenario.hw, s->hw) &&
	       !strcmp(p->scenario.weights, s->weights) &&
	       !strcmp(p->scenario.kv, s->kv);
}

/* Of another kind, which sends the same KV. */
static bool other(const struct pool *p, const struct scenario *s)
{
	return strcmp(p->scenario.hw, s->hw) &&
	       !strcmp(p->scenario.kv, s->kv);
}

int pools_for(const struct search *s, int pool[2])
{
	const struct fleet *p = s->plan;
	const struct scenario *of = &s->question.scenario;
	int nr = 0, best = -1;

	assert(p && pool);
	for (int i = 0; i < p->pools && !nr; i++)
		if (own(&p->pool[i], of))
			pool[nr++] = i;
	for (int i = 0; s->spec->mix && i < p->pools; i++)
		if (other(&p->pool[i], of) &&
		    (best < 0 || dear(p, i) < dear(p, best)))
			best = i;
	if (best >= 0)
		pool[nr++] = best;
	assert(nr <= 2);
	return nr;
}

double pools_step_s(const struct search *s)
{
	int pool[2], nr = pools_for(s, pool);
	double most = nr ? -1 : INFINITY;

	assert(s->spec->first_rank > 0);
	for (int i = 0; i < nr; i++)
		most = fmax(most, (s->spec->ttft_s -
			queue_first_s(&s->plan->pool[pool[i]].line, 1, 0)) /
			s->spec->first_rank);
	return most;
}

double pool_servers(const struct pool *p, double prompt_tok_s, double limit_s)
{
	const struct pass_line *l = &p->line;
	double rate = prompt_tok_s / p->scenario.isl;
	double most = patience_s(l, limit_s), low, high;

	assert(p->scenario.isl > 0 && prompt_tok_s >= 0);
	if (queue_first_s(l, 1, 0) > most)
		return INFINITY;
	low = fmax(0, ceil(rate / most_prompts(l)) - 1);
	for (high = low + 1; queue_first_s(l, high, rate) > most &&
	     high < 1e7;)		/* size: servers */
		high += ceil(high - low);
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		*(queue_first_s(l, middle, rate) > most ? &low : &high) =
			middle;
	}
	return high;
}

/* ---- prompts in the same GPUs ---- */

bool prompts_beside_make(struct search *s)
{
	struct question *q = &s->question;
	struct prefill_spec ask = prompt_of(s);
	struct prefill p;
	struct fault why;

	fault_at(&why, "", 0, 0);
	if (prefill_answer(&p, q, &ask, &why) ||
	    line_of(&s->beside.line, q, &p, s->spec))
		return false;
	s->beside.alone = q->on.machine.stack->serve.alone > 0;
	return true;
}

/* As many clients ask as there are sequences; see requests/engine.c. */
void prompts_wait(struct search *s)
{
	struct question *q = &s->question;
	struct beside *b = &s->beside;
	struct serve_engine e;
	struct fault why;

	b->look_steps = 1;
	b->even_steps = 0;
	fault_at(&why, "", 0, 0);
	if (engine_of(&e, q, &why))
		return;
	b->look_steps = e.recv_interval + e.prefill_interval - 1;
	b->even_steps = q->on.layout.dp < 2 ? 0 : fmax(e.delay_passes,
		e.adp_balance ? e.adp_timeout : 0);
}

bool prompts_beside(struct search *s, const struct answer *a, double *slower)
{
	const struct scenario *of = &s->question.scenario;
	struct beside *b = &s->beside;
	struct beside_times t;

	assert(a->fits && a->step_s > 0);
	b->seqs = of->batch * s->question.on.layout.dp;
	b->step_s = a->step_s;
	b->steps = of->osl * a->tpot_s / a->step_s;
	beside_make(&t, b);
	*slower = t.step_s / a->step_s;
	least_note(&s->plan->first_s, t.first_s);
	return t.first_s <= s->spec->ttft_s;
}

void prompts_slow(struct answer *a, double slower)
{
	assert(slower > 0);
	a->tpot_s *= slower;
	a->tok_s_gpu /= slower;
	a->tok_s_user /= slower;
	a->tok_s_total /= slower;
	a->low /= slower;
	a->high /= slower;
	a->j_per_tok *= slower;
	a->usd_mtok *= slower;
}
