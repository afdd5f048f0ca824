#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/fleet.h"

struct order {
	bool by_gpus, by_cost;
};

static double worth(const struct choice *c, const struct order *o)
{
	if (o->by_cost)
		return -(c->usd_mtok_out + (c->usd_mtok_in > 0 ?
			c->usd_mtok_in * c->scenario.isl / c->scenario.osl :
			0));
	if (o->by_gpus)
		return -(c->decode_gpus + c->prefill_gpus + c->spare_gpus);
	return c->tok_s_gpu;
}

static bool precedes(const struct choice *a, const struct choice *b,
		     const struct order *o)
{
	double x = worth(a, o), y = worth(b, o);

	if (x > y || x < y)
		return x > y;
	if (a->tok_s_gpu > b->tok_s_gpu || a->tok_s_gpu < b->tok_s_gpu)
		return a->tok_s_gpu > b->tok_s_gpu;
	return a->scenario.gpus < b->scenario.gpus;
}

/* Merging keeps the order of equals: that in which they were asked. */
static void sort(struct choice *c, int nr, const struct order *o)
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

static struct order order_of(const struct fleet *p, const struct fleet_spec *a)
{
	bool priced = p->nr > 0, kinds = false;

	for (int i = 0; i < p->nr; i++) {
		priced &= p->choice[i].usd_mtok_out > 0;
		kinds |= strcmp(p->choice[i].scenario.hw,
				p->choice[0].scenario.hw) != 0;
	}
	return (struct order){ .by_gpus = a->load_tok_s > 0,
		.by_cost = priced && (kinds || isfinite(a->usd_h)) };
}

void fleet_rank(struct fleet *p, const struct fleet_spec *a)
{
	struct order order = order_of(p, a);

	sort(p->choice, p->nr, &order);
}
