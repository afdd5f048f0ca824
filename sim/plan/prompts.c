#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/mem.h"
#include "plan/search.h"

static const int attention_tp[] = { 1, 2, 4, 8, 16 };	/* size: */

static struct prefill_spec prompt_of(const struct search *s)
{
	double isl = s->question.scenario.isl;

	return (struct prefill_spec){ .prompt_tok = floor(isl),
		.cached_tok = floor(s->spec->cached_share * isl) };
}

/* ---- a queue ---- */

/*
 * The mean wait at c servers of one fixed service time, over that time, where
 * customers come at random and take up a share u of them. Sakasegawa (1977),
 * An approximation formula L_q = alpha rho^beta / (1 - rho), of M/M/c; of a
 * fixed service time it is half.
 */
static double wait_of(double c, double u)
{
	return pow(u, sqrt(2 * (c + 1)) - 1) / (c * (1 - u)) / 2;
}

/* How long a prompt may wait, in times of its own. */
static double patience(double ttft_s, double limit_s)
{
	return isfinite(limit_s) ? limit_s / ttft_s - 1 : 1;
}

/* The share of its time that one server may be busy for that. */
static double use_of(double groups, double patience)
{
	double low = 0, high = 1;

	for (int i = 0; i < 20; i++) {	/* size: halvings, to a millionth */
		double middle = (low + high) / 2;

		*(wait_of(groups, middle) <= patience ? &low : &high) =
			middle;
	}
	return low;
}

/* Of a pool, prompt tokens a second and GPU that a lone server keeps up. */
static double kept(const struct pool *p, double limit_s)
{
	return p->tok_s_gpu * use_of(p->scenario.gpus / p->scenario.tp,
				     patience(p->ttft_s, limit_s));
}

/* ---- a pool of their own ---- */

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
	one = (struct pool){ q->scenario, p.prompt_tok_s_gpu, p.ttft_s };
	if (p.ttft_s < s->spec->ttft_s &&
	    (!(best->tok_s_gpu > 0) || kept(&one, s->spec->ttft_s) >
	     kept(best, s->spec->ttft_s)))
		*best = one;
}

/* Prompts want few GPUs: a node, or as many as hold the weights. */
bool pool_find(struct search *s, struct scenario of)
{
	enum { MOST = 64 /* size: GPUs of a prefill replica */ };
	struct fleet *p = s->plan;
	struct pool best = { .tok_s_gpu = 0 };

	of.batch = of.dcp = of.pp = 1;
	of.concurrency = (double)NAN;
	of.mtp = 0;
	for (int i = 0; replica_gpus[i]; i++)
		for (size_t k = 0; k < sizeof(attention_tp) / sizeof(int);
		     k++) {
			of.gpus = replica_gpus[i];
			of.ep = of.gpus;
			of.tp = attention_tp[k];
			if (of.gpus <= MOST && of.tp <= of.gpus)
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

	for (int i = 0; i < p->pools && !nr; i++)
		if (own(&p->pool[i], of))
			pool[nr++] = i;
	for (int i = 0; s->spec->mix && i < p->pools; i++)
		if (other(&p->pool[i], of) &&
		    (best < 0 || dear(p, i) < dear(p, best)))
			best = i;
	if (best >= 0)
		pool[nr++] = best;
	return nr;
}

double pool_servers(const struct pool *p, double prompt_tok_s, double limit_s)
{
	const struct scenario *s = &p->scenario;
	double groups = s->gpus / s->tp, n, most;

	assert(p->tok_s_gpu > 0 && prompt_tok_s >= 0);
	most = patience(p->ttft_s, limit_s);
	n = ceil(prompt_tok_s / (p->tok_s_gpu * s->gpus) *
		 (1 - 1e-12));		/* math: rounding */
	n = fmax(n, 1);
	while (n < 1e7) {		/* size: servers */
		double u = prompt_tok_s / (n * p->tok_s_gpu * s->gpus);

		if (u < 1 && wait_of(n * groups, u) <= most)
			break;
		n += ceil(n / 256);	/* size: steps of a search */
	}
	return n;
}

/* ---- prompts in the same GPUs ---- */

bool prompts_beside_make(struct search *s)
{
	struct prefill_spec ask = prompt_of(s);
	struct fault why;

	fault_at(&why, "", 0, 0);
	return !prefill_answer(&s->beside, &s->question, &ask, &why) &&
	       s->beside.ttft_s <= s->spec->ttft_s;
}

/*
 * While prompts are read nobody decodes. n sequences in flight end every
 * n / osl tokens of each, and as many prompts are read meanwhile, at R tokens
 * a second of the replica:
 *
 *	time a token = decode's + (n / osl) isl / R
 */
void prompts_beside(const struct search *s, struct answer *a)
{
	const struct scenario *of = &s->question.scenario;
	const struct layout *y = &s->question.on.layout;
	double rate = s->beside.prompt_tok_s_gpu * layout_gpus(y);
	double seqs = of->batch * y->dp;
	double slower = 1 + seqs / of->osl * of->isl / rate / a->tpot_s;

	a->tpot_s *= slower;
	a->tok_s_gpu /= slower;
	a->tok_s_user /= slower;
	a->tok_s_total /= slower;
	a->low /= slower;
	a->high /= slower;
	a->j_per_tok *= slower;
	a->usd_mtok *= slower;
}
