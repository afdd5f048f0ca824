#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/search.h"
#include "requests/serving.h"

enum { LEFT = POOLS_TRIED - 1 };

static const int attention_tp[] = { 1, 2, 4, 8, 16 };	/* size: */

/* The share of prompts that have up to so many tokens of what is not cached. */
static double shorter(const struct prefill_spec *p, double tok)
{
	double mean = p->prompt_tok - p->cached_tok;
	double least = FLEET_SPREAD * FLEET_LONGEST;

	return fmin(1, fmax(0, (tok / mean - least) /
				(FLEET_LONGEST - least)));
}

static struct prefill_spec prompt_of(struct search *s)
{
	struct question *q = &s->question;
	const struct serve_facts *of = serving_launch(q);
	double isl = q->scenario.isl, said = q->scenario.concurrency;
	double in_pieces;
	struct prefill_spec p = { .prompt_tok = floor(isl),
		.cached_tok = floor(s->spec->cached_share * isl) };

	q->scenario.concurrency = INFINITY;	/* enough clients for it */
	if (s->colocated && serving_pieces(q)) {
		double most = of->piece_tok > 0 ? of->piece_tok : INFINITY;

		in_pieces = shorter(&p, most);
		p.piece_tok = in_pieces > 0 ? fmax(most, p.prompt_tok) : 0;
		p.piece_share = 1 - in_pieces * (1 - of->piece_share);
	}
	q->scenario.concurrency = said;
	return p;
}

double joins_s(const struct fleet_spec *of, double step_s)
{
	assert(step_s >= 0);
	return (1 + of->first_rank) * step_s;
}

void least_note(double *least_s, double s)
{
	assert(*least_s >= 0);
	if (s > 0 && (!(*least_s > 0) || s < *least_s))
		*least_s = s;
}

/* ---- a pool of their own ---- */

/*
 * The engine as it is launched, for so many clients or, NaN, nobody says how
 * many; its tokens a pass follow the longest prompt.
 */
static int engine_of(struct serve_engine *e, struct search *s, double clients,
		     struct fault *why)
{
	struct question *q = &s->question;
	struct serving_spec launch;
	double isl = q->scenario.isl, said = q->scenario.concurrency;
	int rc;

	q->scenario.concurrency = clients;
	serving_init(&launch);
	if (!s->colocated)
		snprintf(launch.pools, sizeof(launch.pools), "1:1");
	q->scenario.isl = isl * FLEET_LONGEST;
	rc = serving_engine(e, q, &launch, why);
	q->scenario.isl = isl;
	q->scenario.concurrency = said;
	return rc;
}

/*
 * Prompts of a group that a pass ends, of b mean lengths of tokens. An engine
 * that cuts them reads the last one's rest in the next pass: n prompts end in
 * it, at the rank asked for, where n + z cv sqrt(n) = b. One that reads them
 * whole leaves what does not fit: n are in it as often as n lengths are below
 * b, and one always is.
 */
static double ended(const struct pass_line *l, const struct serve_engine *e,
		    const struct prefill *p)
{
	double b = p->chunk_tok / (p->prompt_tok - p->cached_tok);
	double z = fmax(0, l->rank_z) * FLEET_CV, whole = 1;
	double root = (sqrt(z * z + 4 * b) - z) / 2; /* math: of a square */

	if (e->chunked)
		return fmax(1, root * root);
	for (double n = 2; n * FLEET_SPREAD * FLEET_LONGEST <= b; n++)
		whole += normal_share((b - n) / (FLEET_CV * sqrt(n)));
	return whole;
}

/*
 * A pass of one prompt a group, and what each more adds up to a full one, as
 * engines are launched. p: the answer as the stack's sheet has it, and then
 * that of what is launched. A pipeline takes a pass a turn of its slowest
 * stage; the rest of the way is each prompt's own.
 */
static int line_of(struct pass_line *l, struct search *s, struct prefill *p)
{
	struct question *q = &s->question;
	struct prefill_spec ask = prompt_of(s);
	struct serve_engine e;
	struct fault why;
	double f;

	fault_at(&why, "", 0, 0);
	if (engine_of(&e, s, (double)NAN, &why))
		return -1;
	ask.chunk_tok = e.budget_tok;
	if (fabs(ask.chunk_tok - p->chunk_tok) >= 1 &&
	    prefill_answer(p, q, &ask, &why))
		return -1;
	f = p->turn_share;
	*l = (struct pass_line){ q->on.layout.dp, f * p->own_s,
		f * p->own_more_s, f * p->all_s, f * p->all_more_s,
		p->together,
		e.in_s + e.out_s + e.tokenize_s_tok * p->prompt_tok, 0, 0, 0 };
	if (f < 1)
		l->host_s += p->ttft_s - l->own_s - l->all_s;
	pass_line_make(l, s->spec->first_rank);
	l->full = ended(l, &e, p);
	return 0;
}

/*
 * The one that reads more prompts a GPU in what a decode step leaves of the
 * time to the first token; where that leaves none of them anything, the one
 * with the sooner first token.
 */
static bool better(double left_s, const struct pool *a, const struct pool *b)
{
	double x = queue_kept(&a->line, fmax(0, left_s)) / a->scenario.gpus;
	double y = queue_kept(&b->line, fmax(0, left_s)) / b->scenario.gpus;

	if (x > y || x < y)
		return x > y;
	return queue_alone_s(&a->line) < queue_alone_s(&b->line);
}

/* The best for each part of the time to the first token that may be left. */
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
	one = (struct pool){ .scenario = q->scenario,
			     .limit_W = q->on.machine.gpu->tdp_W };
	if (line_of(&one.line, s, &p))
		return;
	one.ttft_s = queue_lone_s(&one.line);
	one.tok_s_gpu = p.prompt_tok_s_gpu;
	least_note(&s->plan->pool_s, queue_alone_s(&one.line));
	if (queue_alone_s(&one.line) >= s->spec->ttft_s)
		return;
	for (int i = 0; i < LEFT; i++)
		if (!(best[i].tok_s_gpu > 0) ||
		    better(s->spec->ttft_s * (LEFT - i) / LEFT, &one,
			   &best[i]))
			best[i] = one;
}

/* The pool as it is launched; 0, or -1: its engine is not known. */
static int play_readers(struct search *s, struct pool *p)
{
	struct question *q = &s->question;
	struct serve_engine e;
	struct fault why;

	fault_at(&why, "", 0, 0);
	if (question_recall(q, &p->scenario, s->memo, &why) ||
	    engine_of(&e, s, (double)NAN, &why))
		return -1;
	p->price = mem_zeroed(1, sizeof(*p->price));
	serving_price_init(p->price, q);
	readers_make(&p->readers, &(struct readers_spec){ .engine = &e,
		.price = { serving_step_s, p->price },
		.groups = q->on.layout.dp, .prompt_tok = p->scenario.isl,
		.spread = FLEET_SPREAD, .rank = s->spec->first_rank,
		.cached_share = s->spec->cached_share,
		.limit_s = isfinite(s->spec->ttft_s) ? s->spec->ttft_s : 0 });
	p->tok_s_gpu = p->readers.prompts_s * p->scenario.isl /
		       p->scenario.gpus;
	return 0;
}

void pools_lend(struct fleet *part, const struct fleet *p)
{
	assert(!part->pool);
	if (!p->pools)
		return;
	part->pool = mem_zeroed((size_t)p->pools, sizeof(*part->pool));
	part->pools = p->pools;
	for (int i = 0; i < p->pools; i++) {
		part->pool[i] = p->pool[i];
		part->pool[i].price = NULL;
		readers_lend(&part->pool[i].readers, &p->pool[i].readers);
	}
}

void pools_release(struct fleet *p)
{
	for (int i = 0; i < p->pools; i++) {
		readers_release(&p->pool[i].readers);
		if (p->pool[i].price)
			serving_price_release(p->pool[i].price);
		free(p->pool[i].price);
	}
	free(p->pool);
	p->pool = NULL;
	p->pools = 0;
}

/* GPUs that are on offer, fed and paid. */
static double offered(const struct search *s)
{
	const struct fleet_spec *of = s->spec;
	double price = s->question.scenario.price, most = of->gpus;

	if (price > 0)
		most = fmin(most, of->usd_h / price);
	return of->most_W > 0 ? fmin(most, of->most_W /
		s->question.on.machine.gpu->tdp_W) : most;
}

/* Of its own kind of GPU: the weights as they are, and the KV. */
static bool own(const struct pool *p, const struct scenario *s)
{
	return !strcmp(p->scenario.hw, s->hw) &&
	       !strcmp(p->scenario.weights, s->weights) &&
	       !strcmp(p->scenario.kv, s->kv);
}

/* Once; false: its engine is not known. */
static bool pool_add(struct search *s, struct pool *one)
{
	struct fleet *p = s->plan;

	for (int i = 0; i < p->pools; i++)
		if (own(&p->pool[i], &one->scenario) &&
		    !(fabs(p->pool[i].scenario.gpus - one->scenario.gpus) > 0 ||
		      fabs(p->pool[i].scenario.tp - one->scenario.tp) > 0))
			return true;
	if (play_readers(s, one))
		return false;
	p->pool = mem_grow(p->pool, p->pools, &p->pools_cap,
			   sizeof(*p->pool));
	p->pool[p->pools++] = *one;
	return true;
}

/*
 * Prompts want few GPUs: a node, or as many as hold the weights; and not more
 * than half of what is on offer, which have to decode what they read. What is
 * left of the time to the first token a decode step will say: some are kept,
 * the same however long a step may be.
 */
bool pool_find(struct search *s, struct scenario of)
{
	enum { MOST = 64 /* size: GPUs of a prefill replica */ };
	struct pool *best = mem_zeroed(LEFT, sizeof(*best));
	double most = fmin(MOST, offered(s) / 2);
	bool there = false;

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
				pool_try(s, &of, best);
		}
	for (int i = 0; i < LEFT && best[i].tok_s_gpu > 0; i++)
		there |= pool_add(s, &best[i]);
	free(best);
	return there;
}

/* Dollars a prompt token, or GPUs where a pool has no price. */
static double dear(const struct fleet *p, int i)
{
	for (int k = 0; k < p->pools; k++)
		if (!(p->pool[k].scenario.price > 0))
			return 1 / p->pool[i].tok_s_gpu;
	return p->pool[i].scenario.price / p->pool[i].tok_s_gpu;
}

/* Of another kind, which sends the same KV. */
static bool other(const struct pool *p, const struct scenario *s)
{
	return strcmp(p->scenario.hw, s->hw) &&
	       !strcmp(p->scenario.kv, s->kv);
}

int pools_for(const struct search *s, int pool[POOLS_TRIED])
{
	const struct fleet *p = s->plan;
	const struct scenario *of = &s->question.scenario;
	int nr = 0, best = -1;

	assert(p && pool);
	for (int i = 0; i < p->pools; i++)
		if (own(&p->pool[i], of) && nr < LEFT)
			pool[nr++] = i;
	for (int i = 0; s->spec->mix && i < p->pools; i++)
		if (other(&p->pool[i], of) &&
		    (best < 0 || dear(p, i) < dear(p, best)))
			best = i;
	if (best >= 0)
		pool[nr++] = best;
	return nr;
}

bool pool_is_own(const struct search *s, int pool)
{
	assert(pool >= 0 && pool < s->plan->pools);
	return own(&s->plan->pool[pool], &s->question.scenario);
}

double pools_step_s(const struct search *s)
{
	int pool[POOLS_TRIED], nr = pools_for(s, pool);
	double most = nr ? -1 : INFINITY;

	assert(s->spec->first_rank > 0);
	for (int i = 0; i < nr; i++)
		most = fmax(most, (s->spec->ttft_s -
			readers_first_s(&s->plan->pool[pool[i]].readers, 1,
					0)) / joins_s(s->spec, 1));
	return most;
}

double pool_servers(struct pool *p, double prompt_tok_s, double limit_s)
{
	struct readers *r = &p->readers;

	assert(p->scenario.isl > 0 && prompt_tok_s >= 0);
	return readers_servers(r, prompt_tok_s / p->scenario.isl,
			       fmin(limit_s, r->limit_s));
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
	    line_of(&s->beside.line, s, &p))
		return false;
	s->beside.fresh_tok = p.prompt_tok - p.cached_tok;
	return true;
}

/* What reads the KV of a decode step: what it takes more than with none. */
static double kv_s(struct search *s)
{
	struct step_spec ask = question_step(&s->question,
					     s->question.batch.seqs);
	double all_s;

	step_time(s->other, &ask);
	all_s = s->other->s;
	ask.batch.ctx_tok = 1;
	step_retime(s->other, &ask);
	return fmax(0, all_s - s->other->s);
}

/*
 * As many clients ask as there are sequences; see requests/engine.c. In a
 * pipeline a step is a turn, of the sequences of one of a round's.
 */
void prompts_wait(struct search *s)
{
	struct question *q = &s->question;
	struct beside *b = &s->beside;
	double stages = q->on.layout.pp;
	struct serve_engine e;
	struct fault why;

	b->look_steps = 1;
	b->even_steps = 0;
	fault_at(&why, "", 0, 0);
	if (engine_of(&e, s, q->batch.seqs * q->on.layout.dp, &why))
		return;
	b->alone = e.batching == SERVE_ALONE;
	b->cuts = e.chunked;
	b->fit = (e.budget_tok - (b->alone ? 0 : q->batch.seqs / stages)) /
		 b->fresh_tok;
	b->in_s = e.in_s + e.tokenize_s_tok * q->scenario.isl;
	b->kv_s = b->alone ? 0 : kv_s(s) / stages;
	b->rows = q->batch.seqs / stages * q->batch.query_tok / b->fresh_tok;
	b->look_steps = e.recv_interval + (e.prefill_interval - 1) * stages;
	b->even_steps = q->on.layout.dp < 2 ? 0 : fmax(e.delay_passes,
		e.adp_balance ? e.adp_timeout : 0);
}

bool prompts_beside(struct search *s, const struct answer *a,
		    struct slower *slower)
{
	const struct scenario *of = &s->question.scenario;
	struct beside *b = &s->beside;
	double stages = s->question.on.layout.pp;
	struct beside_times t;

	assert(a->fits && a->step_s > 0);
	b->seqs = of->batch * s->question.on.layout.dp;
	b->stages = stages;
	b->step_s = a->step_s / stages;
	b->steps = of->osl * a->tpot_s / b->step_s;
	b->at_random = s->spec->load_tok_s > 0;
	beside_make(&t, b);
	slower->token = t.step_s / b->step_s;
	slower->answer = t.every_s / b->step_s;
	s->first_s = t.first_s;
	least_note(&s->plan->first_s, t.first_s);
	return t.first_s <= s->spec->ttft_s;
}

void prompts_slow(struct answer *a, const struct slower *by)
{
	assert(by->token > 0 && by->answer > 0);
	a->tpot_s *= by->token;
	a->tok_s_user /= by->token;
	a->tok_s_gpu /= by->answer;
	a->tok_s_total /= by->answer;
	a->low /= by->answer;
	a->high /= by->answer;
	a->j_per_tok *= by->answer;
	a->usd_mtok *= by->answer;
}
