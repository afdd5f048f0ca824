#include "time/together.h"

#include <assert.h>
#include <math.h>

#include "time/late.h"

static double part_longer_s(const struct step *st, const struct step_spec *a,
			    const struct spread *sp, const struct part *p)
{
	double s = 0;

	for (int i = p->first; i < p->first + p->nr; i++)
		if (late_falls(&st->graph.op[i]))
			s += st->weight[i] * late_otherwise_s(st, a, sp, i);
	return s;
}

/* Blocks of several kinds of attention share a part, which weighs for all. */
static bool is_main(const struct graph *g, int part)
{
	for (int b = 0; b < g->blocks; b++)
		if (g->block[b].kind == BLOCK_MOE && g->block[b].ffn == part)
			return true;
	return false;
}

/* An error more, or less where there is no more. */
static double moved(const struct model *m)
{
	double more = m->routing_together + m->routing_together_err;

	return more <= 1 ? more : fmax(0, m->routing_together -
					  m->routing_together_err);
}

static double longer_s(const struct step *st, const struct step_spec *a)
{
	const struct graph *g = &st->graph;
	struct deployment on = *a->on;
	struct step_spec ask = *a;
	struct model other = *on.model;
	struct loads_fall fall;
	double s = 0;

	other.routing_together = moved(&other);
	on.model = &other;
	ask.on = &on;
	step_fall(&ask, &fall);
	for (int p = 0; p < g->parts; p++)
		if (is_main(g, p))
			s += part_longer_s(st, &ask, &fall.main, &g->part[p]);
	return s;
}

double together_log_sd(const struct step *st, const struct step_spec *a)
{
	const struct model *m = a->on->model;

	assert(st->whole && st->listed == LISTED_ALL);
	if (a->batch.query_tok <= 1 || !(m->routing_together_err > 0) ||
	    !(st->s > 0) || a->on->machine.stack->ideal > 0)
		return 0;
	return fabs(longer_s(st, a)) / st->s;
}
