#include "judge/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

/* Of one GPU, of answers or else of prompts; NULL: not stated. */
static const struct amount *rate_of(const struct claim *c)
{
	static const enum quantity rates[] = { Q_TOK_S_GPU, Q_IN_TOK_S_GPU,
		Q_ALL_TOK_S_GPU };

	for (unsigned i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (c->rest.amounts.of[rates[i]].known)
			return &c->rest.amounts.of[rates[i]];
	return NULL;
}

/*
 * Share of the peak that a token a second takes. FLOPs: at the least those of
 * the parameters, at the quickest format's peak; at the most those of the
 * attention too, in bf16, and twice that where the context is not stated.
 * Bytes: what the batch reads, within half as much (what a batch is, differs).
 */
static bool share_of(const struct claim *c, double *low, double *high)
{
	const double about = 1.5;	/* math: as above */
	double ctx = c->scenario.ctx > 1 ? c->scenario.ctx : 1, peak = 0;

	if (c->metric == Q_MBU) {
		*low = 1 / (c->limits->roof[BOUND_HBM] * about);
		*high = about / c->limits->roof[BOUND_HBM];
		return c->limits->timed && !c->limits->open_batch;
	}
	if (!c->gpu || !c->model || !(c->gpu->flops[MATH_BF16] > 0))
		return false;
	for (int m = 0; m < MATH_NR; m++)
		peak = fmax(peak, c->gpu->flops[m]);
	*low = model_flop_per_token(c->model, 1) / peak;
	*high = model_flop_per_token(c->model, ctx) /
		c->gpu->flops[MATH_BF16] * (ctx > 1 ? 1 : 2);
	return true;
}

bool rule_use(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *rate = rate_of(c);
	const double slack = c->limits->granted->used;
	double low, high;

	assert(!c->malformed);
	if ((c->metric != Q_MFU && c->metric != Q_MBU) || !rate ||
	    !share_of(c, &low, &high))
		return false;
	low *= rate->low * (1 - slack);
	high *= rate->high * (1 + slack);
	f->low = low;
	f->high = high;
	finding_say(f->arithmetic, "%.5g tok/s a GPU take %.1f to %.1f %% of "
		    "the peak, by format and context", rate->value,
		    units_percent(low), units_percent(high));
	finding_say(f->limit, "%.1f to %.1f %% of the peak",
		    units_percent(low), units_percent(high));
	if (c->value.high >= low && c->value.low <= high) {
		finding_say(f->reason, "Its rate takes about that share of "
			    "the peak");
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	finding_say(f->reason, "The claim says %.1f %% of the peak; its rate "
		    "takes %.1f to %.1f %%", units_percent(c->value.value),
		    units_percent(low), units_percent(high));
	finding_say(f->needs, "%s from %.2g to %.2g",
		    quantity_name(c->metric), low, high);
	return finding_is(f, VERDICT_INCONSISTENT, CONFIDENCE_MEDIUM);
}
