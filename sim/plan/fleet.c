#include "plan/fleet.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/memo.h"
#include "ask/prefill.h"
#include "base/mem.h"
#include "base/units.h"

#define HOUR_S 3600.0		/* units: seconds of an hour */
#define MONTH_H 730.0		/* units: hours of a month, 8,760 / 12 */
#define MILLION 1e6		/* units: tokens that a price is quoted for */

/* GPUs of a replica: what fills nodes of 8 and racks of 72. */
static const int replica_gpus[] = { 1, 2, 4, 8, 16, 24, 32, 40, /* size: */
	48, 56, 64, 72, 80, 96, 112, 128, 144, 160, 192,	/* size: */
	224, 256, 288, 320, 384, 448, 512 };			/* size: */
static const int attention_tp[] = { 1, 2, 4, 8, 16 };	/* size: */

/* What the search carries from one layout to the next. */
struct search {
	const struct fleet_spec *spec;
	struct fleet *plan;
	struct memo *memo;
	struct step *room;
	struct question question;
	int pool;		/* of the plan, for prompts; -1: none */
};

/* ---- refusals ---- */

static void refuse(struct fleet *p, const char *why, double tpot_s)
{
	struct fleet_refusal *r;
	int i = 0;

	while (i < p->refusals && strcmp(p->refusal[i].why, why))
		i++;
	if (i == p->refusals) {
		p->refusal = mem_grow(p->refusal, p->refusals,
				      &p->refusals_cap, sizeof(*p->refusal));
		p->refusal[p->refusals++] = (struct fleet_refusal){
			.tpot_s = (double)NAN };
		snprintf(p->refusal[i].why, sizeof(p->refusal[i].why), "%s",
			 why);
	}
	r = &p->refusal[i];
	r->nr++;
	r->tpot_s = fmin(isnan(r->tpot_s) ? INFINITY : r->tpot_s,
			 isnan(tpot_s) ? INFINITY : tpot_s);
	if (!isfinite(r->tpot_s))
		r->tpot_s = (double)NAN;
}

/* A sentence without the figures of one layout. */
static const char *reason_of(const struct answer *a)
{
	static const char *const words[REFUSAL_NR] = {
		[REFUSAL_CONTEXT] = "the context is above the model's",
		[REFUSAL_WEIGHTS] = "the weights do not fit",
		[REFUSAL_KV] = "not even one sequence's KV fits beside the "
			       "weights" };

	return words[a->lack.kind] ? words[a->lack.kind] : a->refusal;
}

/* ---- a layout ---- */

static bool meets(struct search *s, struct answer *a, double batch)
{
	question_batch(&s->question, batch);
	answer_step(a, &s->question, s->room);
	return a->fits && a->tpot_s <= s->spec->tpot_s;
}

/*
 * The largest whole batch that fits and keeps the time, by halving: both only
 * get worse with the batch. a: its answer; of one sequence where there is none.
 */
static double largest(struct search *s, struct answer *a)
{
	double good = 1, bad;

	if (!meets(s, a, 1))
		return 0;
	bad = floor(a->max_batch) + 1;
	while (bad - good > 1) {
		double middle = floor((good + bad) / 2);

		if (meets(s, a, middle))
			good = middle;
		else
			bad = middle;
	}
	meets(s, a, good);
	return good;
}

/* ---- prompts ---- */

static double prompt_tok(const struct scenario *s)
{
	return s->isl > 0 ? s->isl : 0;
}

/* Rates are positive: a pool without one is none yet. */
static void pool_try(struct search *s, const struct scenario *of,
		     struct pool *best)
{
	struct question *q = &s->question;
	struct prefill_spec ask = { .prompt_tok = floor(of->isl),
		.cached_tok = floor(s->spec->cached_share * of->isl) };
	struct prefill p;
	struct fault why;
	struct answer a;

	fault_at(&why, "", 0, 0);
	if (question_recall(q, of, s->memo, &why))
		return;
	answer_step(&a, q, s->room);
	if (a.lack.kind == REFUSAL_FORMAT || a.lack.kind == REFUSAL_WEIGHTS ||
	    prefill_answer(&p, q, &ask, &why))
		return;
	if (p.ttft_s <= s->spec->ttft_s &&
	    p.prompt_tok_s_gpu > best->tok_s_gpu)
		*best = (struct pool){ q->scenario, p.prompt_tok_s_gpu,
				       p.ttft_s };
}

/*
 * Prompts want few GPUs: a node, or as many as hold the weights. Into the
 * plan, which it is added to; false: none keeps the time to the first token.
 */
static bool pool_find(struct search *s, struct scenario of)
{
	enum { MOST = 64 /* size: GPUs of a prefill replica */ };

	struct fleet *p = s->plan;
	struct pool best = { .tok_s_gpu = 0 };

	of.batch = of.dcp = of.pp = 1;
	of.concurrency = (double)NAN;
	of.mtp = 0;
	for (size_t i = 0; i < sizeof(replica_gpus) / sizeof(int); i++)
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

/* ---- counting GPUs ---- */

static double node_gpus(const struct gpu *g)
{
	return g->nvlink_gpus;
}

/* GPUs for the prompts of so many output tokens a second. */
static double prompt_gpus(const struct search *s, const struct scenario *of,
			  double tok_s)
{
	if (s->pool < 0 || !(of->osl > 0))
		return 0;
	return tok_s / of->osl * of->isl / s->plan->pool[s->pool].tok_s_gpu;
}

/*
 * As many replicas as the load needs, or the offer and the money hold. A
 * replica takes its own GPUs and the share of those that prefill for it.
 */
static double replicas_of(const struct search *s, const struct choice *c)
{
	const struct fleet_spec *a = s->spec;
	double each = c->scenario.gpus +
		prompt_gpus(s, &c->scenario, c->answer.tok_s_total);
	double spare = a->spare_node ? node_gpus(s->question.on.machine.gpu) :
		       0;
	double most = (a->gpus - spare) / each;
	double price = c->scenario.price;

	if (isfinite(a->usd_h))
		most = fmin(most, (a->usd_h / price - spare) / each);
	most = floor(most * (1 + 1e-12));	/* math: rounding */
	if (!(a->load_tok_s > 0))
		return isfinite(most) ? most : 1;
	if (ceil(a->load_tok_s / c->answer.tok_s_total) > most)
		return 0;
	return ceil(a->load_tok_s / c->answer.tok_s_total);
}

static void cost(struct choice *c, double served_tok_s)
{
	double price = c->scenario.price, isl = c->scenario.isl;
	double all = c->decode_gpus + c->prefill_gpus + c->spare_gpus;
	double asked = served_tok_s > 0 ? served_tok_s : c->tok_s;

	c->usd_mtok_out = c->usd_mtok_in = c->usd_month = (double)NAN;
	if (!(price > 0))
		return;
	c->usd_month = all * price * MONTH_H;
	c->usd_mtok_out = (c->decode_gpus + c->spare_gpus) * price / HOUR_S /
			  asked * MILLION;
	if (c->prefill_gpus > 0)
		c->usd_mtok_in = c->prefill_gpus * price / HOUR_S /
			(asked / c->scenario.osl * isl) * MILLION;
}

/* false: not even one replica is to be had. */
static bool size(struct search *s, struct choice *c)
{
	double load = s->spec->load_tok_s;

	c->replicas = replicas_of(s, c);
	if (c->replicas < 1)
		return false;
	c->decode_gpus = c->replicas * c->scenario.gpus;
	c->tok_s = c->replicas * c->answer.tok_s_total;
	c->prefill_gpus = ceil(prompt_gpus(s, &c->scenario,
					   load > 0 ? load : c->tok_s));
	c->spare_gpus = s->spec->spare_node ?
		node_gpus(s->question.on.machine.gpu) : 0;
	c->tok_s_gpu = c->tok_s / (c->decode_gpus +
		prompt_gpus(s, &c->scenario, c->tok_s));
	c->spare_share = load > 0 ? 1 - load / c->tok_s : 0;
	c->pool = s->pool;
	c->prefill_tok_s_gpu = c->ttft_s = (double)NAN;
	if (c->pool >= 0) {
		c->prefill_tok_s_gpu = s->plan->pool[c->pool].tok_s_gpu;
		c->ttft_s = s->plan->pool[c->pool].ttft_s;
	}
	cost(c, load);
	return true;
}

/* ---- the search ---- */

static void take(struct search *s, const struct answer *a)
{
	struct fleet *p = s->plan;
	struct choice c = { .scenario = s->question.scenario, .answer = *a,
			    .log_sd = answer_log_sd(&s->question) };

	if (!size(s, &c)) {
		refuse(p, "one replica takes more than what is on offer",
		       (double)NAN);
		return;
	}
	p->choice = mem_grow(p->choice, p->nr, &p->cap, sizeof(*p->choice));
	p->choice[p->nr++] = c;
}

static void try_layout(struct search *s, const struct scenario *of)
{
	struct question *q = &s->question;
	struct answer a;
	struct fault why;

	s->plan->asked++;
	fault_at(&why, "", 0, 0);
	if (question_recall(q, of, s->memo, &why)) {
		refuse(s->plan, why.what, (double)NAN);
		return;
	}
	if (largest(s, &a) >= 1)
		take(s, &a);
	else if (a.fits)
		refuse(s->plan, "one sequence alone takes longer than the "
		       "time a token asked for", a.tpot_s);
	else
		refuse(s->plan, reason_of(&a), (double)NAN);
}

/* The values of a column: those asked for, or its own. */
static int values(const struct search *s, enum fleet_words w,
		  const char *const *own, const char **list)
{
	const char *const *from = s->spec->word[w][0] ? s->spec->word[w] : own;
	int nr = 0;

	while (from[nr]) {
		list[nr] = from[nr];
		nr++;
	}
	return nr;
}

static double number(const char *text)
{
	double x;

	return units_number(text, &x) ? (double)NAN : x;
}

/*
 * Spares and overlap where experts are spread over more than a board: with
 * and without, unless the question says. Within a board both only cost.
 */
static void arrangements(struct search *s, const struct scenario *of)
{
	enum { BOARD = 8 /* size: GPUs */ };
	static const int spares[] = { 0, 32 };	/* size: DeepSeek's, one in
						   nine of V3's slots */
	static const char *const overlaps[] = { "none", "two-batch" };
	bool wide = of->ep > BOARD;
	int ns = isnan(of->redundant) && wide ? 2 : 1;
	int no = !*of->overlap && wide ? 2 : 1;

	for (int i = 0; i < ns * no; i++) {
		struct scenario one = *of;

		if (ns > 1)
			one.redundant = spares[i % ns];
		if (no > 1)
			snprintf(one.overlap, sizeof(one.overlap), "%s",
				 overlaps[i / ns]);
		try_layout(s, &one);
	}
}

/* One size of replica, in stages of whole attention groups. */
static void layout(struct search *s, struct scenario *of)
{
	double stage = of->gpus / of->pp;

	of->ep = stage;
	if (of->tp > stage || fmod(stage, of->tp) > 0 ||
	    of->dcp > of->tp || fmod(of->tp, of->dcp) > 0)
		return;
	arrangements(s, of);
	if (of->tp < stage || stage <= 1)
		return;
	of->ep = 1;	/* experts split as attention is */
	try_layout(s, of);
}

static void layouts(struct search *s, struct scenario *of)
{
	static const char *const all[] = { "1", "2", "4", "8", "16", NULL };
	static const char *const one[] = { "1", NULL };
	const char *tp[FLEET_LIST], *dcp[FLEET_LIST], *pp[FLEET_LIST];
	int tps = values(s, FLEET_TP, all, tp);
	int dcps = values(s, FLEET_DCP, one, dcp);
	int pps = values(s, FLEET_PP, one, pp);

	for (size_t g = 0; g < sizeof(replica_gpus) / sizeof(int); g++)
		for (int i = 0; i < tps * dcps * pps; i++) {
			of->gpus = replica_gpus[g];
			of->tp = number(tp[i / dcps / pps]);
			of->dcp = number(dcp[i / pps % dcps]);
			of->pp = number(pp[i % pps]);
			if (fmod(of->gpus, of->pp) > 0)
				continue;
			layout(s, of);
		}
}

/* Formats and drafts that may be served: what the model and the GPU have. */
static void formats(struct search *s, struct scenario of)
{
	static const char *const native[] = { "native", NULL };
	static const char *const four[] = { "native", "nvfp4", NULL };
	static const char *const drafts[] = { "0", "1", NULL };
	static const char *const none[] = { "0", NULL };
	const struct machine *m = &s->question.on.machine;
	const struct model *model = s->question.on.model;
	const char *w[FLEET_LIST], *kv[FLEET_LIST], *mtp[FLEET_LIST];
	int ws = values(s, FLEET_WEIGHTS, m->gpu->flops[MATH_FP4] > 0 ? four :
			native, w);
	int kvs = values(s, FLEET_KV, native, kv);
	int mtps = values(s, FLEET_MTP, model->tokens_per_step[1] > 0 ?
			  drafts : none, mtp);

	for (int i = 0; i < ws * kvs * mtps; i++) {
		snprintf(of.weights, sizeof(of.weights), "%s",
			 w[i / mtps / kvs]);
		snprintf(of.kv, sizeof(of.kv), "%s", kv[i / mtps % kvs]);
		of.mtp = number(mtp[i % mtps]);
		layouts(s, &of);
	}
}

static int of_gpu(struct search *s, const char *hw, struct fault *why)
{
	struct scenario of = s->spec->base;

	snprintf(of.hw, sizeof(of.hw), "%s", hw);
	of.batch = of.gpus = of.tp = of.ep = of.dcp = of.pp = 1;
	of.mtp = 0;
	if (question_recall(&s->question, &of, s->memo, why) &&
	    !s->question.lacks)
		return -1;
	if (isfinite(s->spec->usd_h) && !(s->question.scenario.price > 0)) {
		fault_what(why, "nobody has published a price of %s", hw);
		return fault_remedy(why, "give one by --price");
	}
	s->pool = -1;
	if (prompt_tok(&of) > 0 && of.osl > 0) {
		struct question keep = s->question;
		bool there = pool_find(s, of);

		s->question = keep;
		s->pool = s->plan->pools - 1;
		if (!there) {
			refuse(s->plan, "no layout brings the first token in "
			       "the time asked for", (double)NAN);
			return 0;
		}
	}
	formats(s, of);
	return 0;
}

static int most_first(const void *a, const void *b)
{
	const struct fleet_refusal *x = a, *y = b;

	return x->nr != y->nr ? y->nr - x->nr : strcmp(x->why, y->why);
}

static int check(const struct fleet_spec *a, struct fault *why)
{
	fault_at(why, "", 0, 0);
	if (!*a->base.model) {
		fault_what(why, "model is not given");
		return fault_remedy(why, "say --model, as deepseek-v3");
	}
	if (!a->word[FLEET_HW][0]) {
		fault_what(why, "hw is not given");
		return fault_remedy(why, "say --hw, one or several with "
				    "commas between");
	}
	if (isnan(a->base.ctx) && isnan(a->base.isl)) {
		fault_what(why, "ctx and isl are both blank");
		return fault_remedy(why, "give the mean KV length, or prompt "
				    "and output lengths by --isl and --osl");
	}
	if (isfinite(a->ttft_s) && !(a->base.isl > 0 && a->base.osl > 0)) {
		fault_what(why, "a time to the first token needs isl and osl");
		return fault_remedy(why, "give both, or leave --ttft out");
	}
	return 0;
}

int fleet_make(struct fleet *p, const struct fleet_spec *a, struct fault *why)
{
	struct search *s;
	int rc = 0;

	*p = (struct fleet){ 0 };
	if (check(a, why))
		return -1;
	s = mem_zeroed(1, sizeof(*s));
	s->spec = a;
	s->plan = p;
	s->memo = memo_new(a->library);
	s->room = step_room();
	for (int i = 0; !rc && a->word[FLEET_HW][i]; i++)
		rc = of_gpu(s, a->word[FLEET_HW][i], why);
	free(s->memo);
	free(s->room);
	free(s);
	if (rc)
		return -1;
	fleet_rank(p, a);
	if (p->refusals)
		qsort(p->refusal, (size_t)p->refusals, sizeof(*p->refusal),
		      most_first);
	return 0;
}

void fleet_release(struct fleet *p)
{
	free(p->choice);
	free(p->pool);
	free(p->refusal);
	*p = (struct fleet){ 0 };
}

double fleet_nearest_tpot_s(const struct fleet *p)
{
	double least = INFINITY;

	for (int i = 0; i < p->refusals; i++)
		if (p->refusal[i].tpot_s < least)
			least = p->refusal[i].tpot_s;
	return isfinite(least) ? least : (double)NAN;
}
