#include "time/host.h"

#include <math.h>

static double kernels(const struct graph *g)
{
	double sum = 0;

	for (int i = 0; i < g->ops; i++)
		sum += step_passes(g, i) * g->op[i].count;
	return sum;
}

void host_launches(struct step *st, const struct step_spec *a)
{
	const struct stack *s = a->on->machine.stack;
	double drafts = a->on->layout.drafts * s->draft_s, p = s->launch_norm;
	double each, host, both;

	if (!(s->launch_s > 0) && !(drafts > 0))
		return;
	each = kernels(&st->graph) * s->launch_s;
	host = each + drafts;
	both = pow(pow(st->s, p) + pow(host, p), 1 / p);
	st->launch_log_sd = pow(host / both, p) *
		hypot(each * s->each_err, drafts * s->draft_err) / host;
	st->launch_s = both - st->s;
	st->s = both;
	st->host_s += st->launch_s;
	st->bound_s[BOUND_HOST] += st->launch_s;
}
