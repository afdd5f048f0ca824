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
		ceil(c->load_tok_s / (c->answer.tok_s_total * faster)) /
		c->replicas : 1 / faster;
	if (order == FLEET_BY_GPUS)
		return -(c->decode_gpus * more + c->prefill_gpus +
			 c->spare_gpus);
	return -(usd_of(c) + c->usd_mtok_out * (more - 1) * c->decode_gpus /
		 (c->decode_gpus + c->spare_gpus));
}

static bool precedes(const struct choice *a, const struct choice *b,
		     enum fleet_order o)
{
	double x = fleet_worth(o, a, 1), y = fleet_worth(o, b, 1);

	if (x > y || x < y)
		return x > y;
	if (a->tok_s_gpu > b->tok_s_gpu || a->tok_s_gpu < b->tok_s_gpu)
		return a->tok_s_gpu > b->tok_s_gpu;
	return a->scenario.gpus < b->scenario.gpus;
}

/* Merging keeps the order of equals: that in which they were asked. */
static void sort(struct choice *c, int nr, enum fleet_order o)
{
	struct choice *copy = mem_resize(NULL, (size_t)nr + 1, sizeof(*c));
	int half = nr / 2, i = 0, k = half, to = 0;

	if (nr > 1) {
		sort(c, half, o);
		sort(c + half, nr - half, o);
		memcpy(copy, c, (size_t)nr * sizeof(*c));
		while (to < nr)
			c[to++] = i < half && (k == nr ||
				!precedes(&copy[k], &copy[i], o)) ?
				copy[i++] : copy[k++];
	}
	free(copy);
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
	sort(p->choice, p->nr, p->order);
}
