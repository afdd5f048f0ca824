#include <assert.h>
#include <math.h>

#include "plan/search.h"

double node_gpus(const struct gpu *g)
{
	return g->nvlink_gpus;
}

static struct pool *pool_of(const struct search *s,
				  const struct choice *c)
{
	return c->pool < 0 ? NULL : &s->plan->pool[c->pool];
}

/* Prompt tokens that come with so many output tokens a second. */
static double prompt_tok_s(const struct choice *c, double tok_s)
{
	return tok_s / c->scenario.osl * c->scenario.isl;
}

/* What is left of the time to the first token when one is decoded. */
static double pool_limit_s(const struct search *s, const struct choice *c)
{
	return s->spec->ttft_s - joins_s(s->spec, c->answer.step_s);
}

static double first_s(const struct search *s, const struct choice *c,
		      struct pool *p, double tok_s)
{
	return readers_first_s(&p->readers,
			       c->prefill_gpus / p->scenario.gpus,
			       prompt_tok_s(c, tok_s) / p->scenario.isl) +
	       joins_s(s->spec, c->answer.step_s);
}

/* GPUs of all servers that read prompts; INFINITY: none are in time. */
static double prompt_gpus(const struct search *s, const struct choice *c,
			  double tok_s)
{
	struct pool *p = pool_of(s, c);

	return !p || !(c->scenario.osl > 0) ? 0 : p->scenario.gpus *
	       pool_servers(p, prompt_tok_s(c, tok_s), pool_limit_s(s, c));
}

static double spare_gpus(const struct search *s)
{
	return s->spec->spare_node ?
	       node_gpus(s->question.on.machine.gpu) : 0;
}

/* So many GPUs that decode or are spare, and what reads prompts for them. */
static double limits_W(const struct search *s, const struct choice *c,
		       double own, double others)
{
	const struct pool *p = pool_of(s, c);

	return own * s->question.on.machine.gpu->tdp_W +
	       (p ? others * p->limit_W : 0);
}

/*
 * n replicas, and what reads the prompts of tok_s, are on offer, fed and paid.
 */
static bool affords(const struct search *s, const struct choice *c, double n,
		    double tok_s)
{
	const struct fleet_spec *a = s->spec;
	const struct pool *p = pool_of(s, c);
	double own = n * c->scenario.gpus + spare_gpus(s);
	double others = prompt_gpus(s, c, tok_s);
	double usd = own * c->scenario.price;

	if (own + others > a->gpus * (1 + 1e-12))	/* math: rounding */
		return false;
	if (a->most_W > 0 && limits_W(s, c, own, others) >
	    a->most_W * (1 + 1e-12))			/* math: rounding */
		return false;
	if (p)
		usd += others * p->scenario.price;
	return !isfinite(a->usd_h) || usd <= a->usd_h * (1 + 1e-12); /* math: */
}

/* As many replicas as the load needs, or the offer and the money hold. */
static double replicas_of(const struct search *s, const struct choice *c)
{
	const struct fleet_spec *a = s->spec;
	double watt = s->question.on.machine.gpu->tdp_W, low = 0, high;

	if (a->load_tok_s > 0) {
		high = fleet_carry(c, a->load_tok_s, 1);
		return affords(s, c, high, a->load_tok_s) ? high : 0;
	}
	if (!isfinite(a->gpus) && !isfinite(a->usd_h) && !(a->most_W > 0))
		return 1;
	high = fmin(a->gpus / c->scenario.gpus,
		    a->usd_h / (c->scenario.price * c->scenario.gpus));
	if (a->most_W > 0)
		high = fmin(high, a->most_W / (watt * c->scenario.gpus));
	high = floor(high * (1 + 1e-12)) + 1;	/* math: rounding */
	while (high - low > 1) {
		double middle = floor((low + high) / 2);

		*(affords(s, c, middle, middle * c->answer.tok_s_total) ?
		  &low : &high) = middle;
	}
	return low;
}

static void cost(const struct search *s, struct choice *c, double served_tok_s)
{
	double price = c->scenario.price;
	const struct pool *p = pool_of(s, c);
	double own = (c->decode_gpus + c->spare_gpus) * price;
	double others = p ? c->prefill_gpus * p->scenario.price : 0;

	assert(served_tok_s > 0);
	c->usd_mtok_out = c->usd_mtok_in = c->usd_month = (double)NAN;
	if (!(price > 0) || (p && !(p->scenario.price > 0)))
		return;
	c->usd_month = (own + others) * MONTH_H;
	c->usd_mtok_out = own / HOUR_S / served_tok_s * MILLION;
	if (c->prefill_gpus > 0)
		c->usd_mtok_in = others / HOUR_S /
			prompt_tok_s(c, served_tok_s) * MILLION;
}

double fleet_least(const struct search *s, const struct choice *c)
{
	double load = s->spec->load_tok_s, each = c->answer.tok_s_total;
	double n = load > 0 ? fleet_carry(c, load, 1) : 1;

	assert(each > 0);
	return n * c->scenario.gpus + spare_gpus(s) +
	       prompt_gpus(s, c, load > 0 ? load : each);
}

bool fleet_late(const struct search *s, const struct choice *c)
{
	return !isfinite(prompt_gpus(s, c, 0));
}

bool fleet_affords(const struct search *s, const struct choice *c)
{
	assert(c->answer.tok_s_total > 0 && !(s->spec->load_tok_s > 0));
	return affords(s, c, 1, c->answer.tok_s_total);
}

bool fleet_size(const struct search *s, struct choice *c)
{
	struct pool *p = pool_of(s, c);
	double load = s->spec->load_tok_s, served;

	assert(c->answer.tok_s_total > 0 && !fleet_late(s, c));
	c->replicas = replicas_of(s, c);
	if (c->replicas < 1)
		return false;
	c->decode_gpus = c->replicas * c->scenario.gpus;
	c->tok_s = c->replicas * c->answer.tok_s_total;
	c->load_tok_s = load;
	served = load > 0 ? load : c->tok_s;
	c->prefill_gpus = prompt_gpus(s, c, served);
	c->spare_gpus = spare_gpus(s);
	c->limit_W = limits_W(s, c, c->decode_gpus + c->spare_gpus,
			      c->prefill_gpus);
	/* to compare layouts: prompts take what their rate does, whatever
	   whole servers leave idle */
	c->tok_s_gpu = c->tok_s / (c->decode_gpus + (p ?
		prompt_tok_s(c, c->tok_s) / p->tok_s_gpu : 0));
	c->spare_share = load > 0 ? 1 - load / c->tok_s : 0;
	if (!c->colocated) {
		c->prefill_tok_s_gpu = p ? p->tok_s_gpu : (double)NAN;
		c->ttft_s = p ? p->ttft_s : (double)NAN;
		c->first_s = p && c->prefill_gpus > 0 ?
			first_s(s, c, p, served) : (double)NAN;
	}
	cost(s, c, served);
	return true;
}
