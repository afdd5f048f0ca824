#include "time/host.h"

#include <math.h>

/* Which of its waits a step with drafts has. */
static enum host_turn turn_of(const struct deployment *on)
{
	if (on->machine.stack->drafting.ahead > 0)
		return TURN_AHEAD;
	return on->layout.nodes > 1 ? TURN_NET : TURN_NEAR;
}

double host_turn_s(const struct deployment *on)
{
	return on->layout.drafts > 0 ?
		on->machine.stack->drafting.turn_s[turn_of(on)] : 0;
}

double host_turn_err_s(const struct deployment *on)
{
	return on->layout.drafts > 0 ?
		on->machine.stack->drafting.turn_err_s[turn_of(on)] : 0;
}

double host_between_s(const struct deployment *on, double seqs)
{
	const struct stack *s = on->machine.stack;

	return s->host_s + s->host_seq_s * seqs + host_turn_s(on);
}

/* TP attention in one NVLink domain: nothing of a step crosses a network. */
static bool joined(const struct deployment *d)
{
	enum layout_class c = deployment_class(d);

	return c == CLASS_TP || c == CLASS_TP_EP;
}

double host_launch_s(const struct step *st, const struct step_spec *a)
{
	const struct machine *m = &a->on->machine;
	double each_s = m->stack->launch_s * m->gpu->host_slower *
		(joined(a->on) ? m->stack->launch_tp : 1);

	return each_s > 0 ? st->all_launches * each_s : 0;
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
	double host = host_launch_s(st, a);
	double both = host_joined_s(s->launch_norm, st->s, host);
	double slow = a->on->machine.gpu->host_slower_err;

	if (!(host > 0))
		return;
	if (joined(a->on))
		slow = hypot(slow, s->launch_tp_err / s->launch_tp);
	st->launch_log_sd = pow(host / both, s->launch_norm) *
		hypot(s->each_err, slow);
	st->launch_s = both - st->s;
	st->s = both;
	st->host_s += st->launch_s;
	st->bound_s[BOUND_HOST] += st->launch_s;
}
