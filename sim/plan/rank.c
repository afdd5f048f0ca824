#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/fleet.h"

/* Dollars of an output token with its prompt, for all its GPUs at all times. */
static double usd_of(const struct choice *c)
{
	return c->usd_mtok_out + (c->usd_mtok_in > 0 ?
		c->usd_mtok_in * c->scenario.isl / c->scenario.osl : 0);
}

double fleet_carry(const struct choice *c, double load_tok_s, double faster)
{
	double own = load_tok_s / (c->answer.tok_s_total * faster);
	double n = load_tok_s * c->answer.tpot_s / faster;
	bool at_random = c->colocated || c->pool >= 0;

	assert(load_tok_s > 0 && faster > 0);
	return ceil(at_random && n > 0 ? own * (1 + 2 / sqrt(n)) : own);
}

double fleet_worth(enum fleet_order order, const struct choice *c,
		   double faster)
{
	double own = c->decode_gpus / c->tok_s, more;

	assert(faster > 0 && own > 0);
	if (order == FLEET_BY_RATE)	/* prompts take what they took */
		return 1 / (own / faster + (1 / c->tok_s_gpu - own));
	/* with the load that there is, fewer replicas; else as many, whose
	   tokens are more */
	more = c->load_tok_s > 0 ?
		fleet_carry(c, c->load_tok_s, faster) / c->replicas :
		1 / faster;
	if (order == FLEET_BY_GPUS)
		return -(c->decode_gpus * more + c->prefill_gpus +
			 c->spare_gpus);
	return -(usd_of(c) + c->usd_mtok_out * (more - 1) * c->decode_gpus /
		 (c->decode_gpus + c->spare_gpus));
}

/* A choice's place, and what it is put there by. */
struct place {
	double worth, tok_s_gpu, gpus;
	int at;			/* in the order in which they were asked */
};

static int descending(double a, double b)
{
	return (a < b) - (a > b);
}

static int first(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int by = descending(x->worth, y->worth);

	by = by ? by : descending(x->tok_s_gpu, y->tok_s_gpu);
	by = by ? by : descending(y->gpus, x->gpus);
	return by ? by : x->at - y->at;
}

static void sort(struct fleet *p, enum fleet_order o)
{
	struct place *place = mem_zeroed((size_t)p->nr + 1, sizeof(*place));
	struct choice *own = mem_resize(NULL, (size_t)p->nr + 1, sizeof(*own));

	for (int i = 0; i < p->nr; i++) {
		const struct choice *c = &p->choice[i];

		place[i] = (struct place){ fleet_worth(o, c, 1), c->tok_s_gpu,
					   c->scenario.gpus, i };
	}
	qsort(place, (size_t)p->nr, sizeof(*place), first);
	for (int i = 0; i < p->nr; i++)
		own[i] = p->choice[place[i].at];
	free(place);
	free(p->choice);
	p->choice = own;
	p->cap = p->nr + 1;
}

/* The kind of GPU that reads a choice's prompts. */
static const char *prompts_hw(const struct fleet *p, int i)
{
	const struct choice *c = &p->choice[i];

	return c->pool < 0 ? c->scenario.hw : p->pool[c->pool].scenario.hw;
}

static enum fleet_order order_of(const struct fleet *p,
				 const struct fleet_spec *a)
{
	bool priced = p->nr > 0, kinds = false;

	for (int i = 0; i < p->nr; i++) {
		priced &= p->choice[i].usd_mtok_out > 0;
		kinds |= strcmp(p->choice[i].scenario.hw,
				p->choice[0].scenario.hw) != 0;
		kinds |= strcmp(prompts_hw(p, i), p->choice[i].scenario.hw);
	}
	if (priced && (kinds || isfinite(a->usd_h)))
		return FLEET_BY_COST;
	return a->load_tok_s > 0 ? FLEET_BY_GPUS : FLEET_BY_RATE;
}

void fleet_rank(struct fleet *p, const struct fleet_spec *a)
{
	p->order = order_of(p, a);
	sort(p, p->order);
}
