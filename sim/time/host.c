#include "time/host.h"

#include <math.h>

static double drafts_s(const struct step_spec *a)
{
	return a->on->layout.drafts * a->on->machine.stack->draft_s;
}

double host_launch_s(const struct step *st, const struct step_spec *a)
{
	const struct machine *m = &a->on->machine;
	double each_s = m->stack->launch_s * m->gpu->host_slower;

	return (each_s > 0 ? st->all_launches * each_s : 0) + drafts_s(a);
}

double host_joined_s(double p, double gpu_s, double host_s)
{
	if (!(host_s > 0))
		return gpu_s;
	return pow(pow(gpu_s, p) + pow(host_s, p), 1 / p);
}

void host_launches(struct step *st, const struct step_spec *a)
{
	const struct stack *s = a->on->machine.stack;
	double host = host_launch_s(st, a), drafts = drafts_s(a);
	double slow = a->on->machine.gpu->host_slower_err;
	double both = host_joined_s(s->launch_norm, st->s, host);

	if (!(host > 0))
		return;
	st->launch_log_sd = pow(host / both, s->launch_norm) *
		hypot((host - drafts) * hypot(s->each_err, slow),
		      drafts * s->draft_err) / host;
	st->launch_s = both - st->s;
	st->s = both;
	st->host_s += st->launch_s;
	st->bound_s[BOUND_HOST] += st->launch_s;
}
