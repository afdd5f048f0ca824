#include "serve/route.h"

#include <assert.h>

static int hits_in(const struct router *o, const struct replica *r,
		   int32_t id)
{
	const struct serve_request *q = &o->load->request[id];
	int best = 0;

	for (int i = 0; i < r->fleet->groups && q->blocks; i++) {
		struct pool_match m = pool_match(&r->rank[i].pool,
			o->load->hash + q->first, q->blocks);

		best = m.blocks > best ? m.blocks : best;
	}
	return best;
}

static int next_there(struct router *o, const struct replica *r, int nr)
{
	while (r[o->turn % nr].is != REPLICA_THERE)
		o->turn++;
	return o->turn++ % nr;
}

int router_pick(struct router *o, const struct replica *r, int nr, int32_t id)
{
	int best = 0, best_hits = -1;

	assert(nr >= 1 && id >= 0 && id < o->load->nr);
	if (o->how == SERVE_ROUND_ROBIN)
		return next_there(o, r, nr);
	for (int i = 0; i < nr; i++) {
		int hits = 0;

		if (r[i].is != REPLICA_THERE)
			continue;
		if (o->how == SERVE_PREFIX && nr > 1)
			hits = hits_in(o, r + i, id);
		if (best_hits < 0 || hits > best_hits || (hits == best_hits &&
		    r[i].outstanding < r[best].outstanding)) {
			best = i;
			best_hits = hits;
		}
	}
	return best;
}
