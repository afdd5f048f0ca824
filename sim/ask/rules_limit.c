#include "ask/rule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MS 1e3			/* units: ms of a second */
#define SHORTER 2.0	/* math: than by known kernels; none measured is
			   even as short as by them */

static void speed_needs(const struct claim *c, double said, double limit,
			struct finding *f)
{
	double more = said / limit;

	finding_say(f->needs, "%.3g times the bandwidth, FLOPs or GPUs; or "
		    "%.2f tokens a step%s", more,
		    more * c->limits.best.tokens_per_step,
		    c->limits.open_batch ? "" : "; or a larger batch");
}

/* ", NVLink 406201", or nothing where no byte takes that wire. */
static void wire_words(const struct limits *l, enum bound which,
		       const char *name, char *out)
{
	const double any = 1e9;		/* math: more is no wire at all */

	out[0] = '\0';
	if (l->roof[which] < any)
		snprintf(out, HUMAN, ", %s %.0f", name, l->roof[which]);
}

static void roofs_line(const struct claim *c, struct finding *f)
{
	const struct limits *l = &c->limits;
	char nvlink[HUMAN], rdma[HUMAN];

	wire_words(l, BOUND_NVLINK, "NVLink", nvlink);
	wire_words(l, BOUND_RDMA, "NIC", rdma);
	finding_say(f->arithmetic, "speed of light in tok/s a GPU: memory "
		    "%.0f, compute %.0f%s%s; predicted %.0f (80 %%: %.0f to "
		    "%.0f), at most %.0f; %s", l->roof[BOUND_HBM],
		    l->roof[BOUND_COMPUTE], nvlink, rdma, l->predicted,
		    l->low, l->high, l->most, l->setting);
	finding_say(f->limit, "%s: %.0f tok/s a GPU", bound_name(l->bound),
		    l->sol);
}

static bool about(const struct claim *c, enum quantity q)
{
	return c->all.amounts.of[q].known && c->all.from_metric[q];
}

bool rule_speed(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = &c->limits;
	const struct amount *a = &c->all.amounts.of[Q_TOK_S_GPU];

	if (!l->timed || !about(c, Q_TOK_S_GPU) ||
	    (l->open_batch && !l->fits) ||
	    c->metric == Q_TOK_S_USER || c->metric == Q_TPOT_MS)
		return false;
	roofs_line(c, f);
	f->side = SIDE_BELOW;
	f->at = c->value.value * l->sol / a->value;
	f->low = c->value.value * l->low / a->value;
	f->high = c->value.value * l->high / a->value;
	if (a->low > l->sol) {
		finding_say(f->reason, "%.0f tok/s a GPU is %.3g times what "
			    "perfect use of the hardware would give",
			    a->value, a->value / l->sol);
		speed_needs(c, a->value, l->sol, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (a->low > l->most) {
		finding_say(f->reason, "%.0f tok/s a GPU is below the "
			    "physical limit, but above what any known "
			    "software reaches", a->value);
		speed_needs(c, a->value, l->most, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (a->high >= l->low && a->low <= l->high) {
		finding_say(f->reason, "The figure is what known software "
			    "reaches there");
		return finding_is(f, VERDICT_HOLDS, limits_sureness(c));
	}
	finding_say(f->reason, a->value < l->low ? "Known software does "
		    "better there" : "The figure is at the edge of what "
		    "known software reaches");
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}

/* The band of the stack named, for one request, in the metric's unit. */
static bool inside(const struct claim *c, const struct amount *user,
		   struct finding *f)
{
	const struct limits *l = &c->limits;
	double at = l->tokens / l->step_s;
	double low = at * l->low / l->predicted;
	double high = at * l->high / l->predicted;
	bool time = c->metric == Q_TPOT_MS;

	f->low = time ? MS / high : low;
	f->high = time ? MS / low : high;
	return user->high >= low && user->low <= high;
}

/* Of one request: tok_s_user or tpot_ms. */
bool rule_decode(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = &c->limits;
	const struct amount *a = &c->all.amounts.of[Q_TOK_S_USER];
	double own;

	if (!l->timed || l->open_batch || !a->known ||
	    (c->metric != Q_TOK_S_USER && c->metric != Q_TPOT_MS))
		return false;
	own = MS / l->user_sol;
	f->side = c->metric == Q_TPOT_MS ? SIDE_ABOVE : SIDE_BELOW;
	f->at = c->metric == Q_TPOT_MS ? own : l->user_sol;
	finding_say(f->arithmetic, "a token takes %.2f ms; %.2f ms at the "
		    "speed of light, %.2f ms predicted; %s", MS / a->value,
		    own, l->step_s / l->tokens * MS, l->setting);
	finding_say(f->limit, "%s: %.2f ms a token", bound_name(l->bound),
		    own);
	if (a->low > l->user_sol) {
		finding_say(f->reason, "A token takes %.2f ms, less than the "
			    "%.2f ms in which the hardware can read and "
			    "compute it", MS / a->value, own);
		speed_needs(c, a->value, l->user_sol, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (a->low > l->user_most) {
		finding_say(f->reason, "A token takes %.2f ms; no known "
			    "software gets below %.2f ms there",
			    MS / a->value, MS / l->user_most);
		speed_needs(c, a->value, l->user_most, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	if (inside(c, a, f)) {
		finding_say(f->reason, "The figure is what known software "
			    "reaches there");
		return finding_is(f, VERDICT_HOLDS, limits_sureness(c));
	}
	finding_say(f->reason, "The hardware can read and compute a token in "
		    "that time");
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}

/* A time too short by as much: what shortens the prompts to it. */
static void cache_needs(const struct claim *c, double ms, struct finding *f)
{
	double share = c->value.value / ms;

	finding_say(f->needs, "%.0f %% of the prompt from a cache; or prompts "
		    "of %.0f tokens", units_percent(1 - share),
		    c->scenario.isl * share);
}

static void too_early(const struct claim *c, double least, struct finding *f)
{
	char cache[HUMAN * 2];

	finding_say(f->reason, "The first token comes after %.4g ms; the "
		    "prompts alone keep all GPUs busy for %.4g ms",
		    c->value.value, least);
	cache_needs(c, least, f);
	snprintf(cache, sizeof(cache), "%.90s", f->needs);
	finding_say(f->needs, "%.0f GPUs at their peak; or %s",
		    ceil(c->scenario.gpus * least / c->value.value), cache);
}

/*
 * All of `together` prompts are there at once and GPUs are shared: the last
 * is done after all of them, the mean after (n + 1) / 2 at best, since first
 * come first served has the least mean.
 */
bool rule_prefill(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *of = c->stated.of;
	const struct amount *t = &of[Q_TOGETHER];
	bool mean = c->metric == Q_TTFT_MS;
	double n = t->known ? t->value : 1, each, least, known;
	char many[96] = "";	/* size: two figures in words */

	if ((!mean && c->metric != Q_TTFT_P99_MS) || !c->limits.sound ||
	    !(c->limits.prompt_s > 0))
		return false;
	each = c->limits.prompt_s * MS;
	known = c->limits.ttft_s * MS;
	least = each * (mean ? (n + 1) / 2 : n);
	f->side = SIDE_ABOVE;
	f->at = least;
	if (n > 1)
		snprintf(many, sizeof(many), "; %.0f prompts at once: %.4g "
			 "ms for the %s", n, least, mean ? "mean" : "last");
	finding_say(f->arithmetic, "%.0f prompt tokens take %.4g ms at the "
		    "peak of %.0f GPUs%s; known kernels take %.4g ms for one "
		    "alone", c->scenario.isl, each, c->scenario.gpus, many,
		    known);
	finding_say(f->limit, "prefill floor: %.4g ms", least);
	if (c->value.high < least) {
		too_early(c, least, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (c->value.high < known / SHORTER) {
		finding_say(f->reason, "The first token comes after %.4g ms; "
			    "known software takes %.4g ms for such a prompt, "
			    "with nothing else to do", c->value.value, known);
		cache_needs(c, known, f);
		return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	finding_say(f->reason, "The prompt can be computed in that time "
		    "(%.0f %% of the peak)",
		    units_percent(least / c->value.value));
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}

/* An upper bound that a source computes, beside ours. */
bool rule_bound(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct limits *l = &c->limits;
	double loose = 1.5;	/* math: more than rounding and GiB */

	if (!l->timed || c->metric != Q_SOL_TOK_S_GPU)
		return false;
	roofs_line(c, f);
	f->side = SIDE_BELOW;
	f->at = l->sol;
	if (c->value.low <= l->sol * (1 + 0.02)) { /* math: digits */
		finding_say(f->reason, "No tighter limit contradicts the "
			    "bound");
		return finding_is(f, VERDICT_HOLDS, limits_sureness(c));
	}
	finding_say(f->reason, "The bound is %.3g times the tightest one, "
		    "which is %s", c->value.value / l->sol,
		    bound_name(l->bound));
	finding_say(f->needs, "%.0f tok/s a GPU", l->sol);
	return finding_is(f, c->value.low > loose * fmax(l->sol,
			  l->roof[BOUND_HBM]) ? VERDICT_IMPOSSIBLE :
			  VERDICT_IMPLAUSIBLE, limits_sureness(c));
}

/*
 * Bytes of a token and layer, hidden size 1. TP over n ranks sums everybody's
 * outputs: a ring all-reduce in bf16 sends 2 (n-1) x 2 B, a reduction in the
 * switch n x 2 B. EP sends the token to the GPUs of its experts in fp8 or
 * bf16 and their outputs back in bf16; k experts out of n ranks are on
 * n (1 - (1 - 1/n)^k) of them, (n-1)/n of those elsewhere.
 */
static void collective_range(double n, double k, double *low, double *high)
{
	const double bf16 = 2, fp8 = 1;
	double peers = (n - 1) * (1 - pow(1 - 1 / n, k));

	*low = n * bf16 / (peers * (bf16 + bf16));
	*high = 2 * (n - 1) * bf16 / (peers * (fp8 + bf16));
}

bool rule_collective(const struct claims *all, int i, struct finding *f)
{
	const struct claim *c = &all->claim[i];
	const struct amount *of = c->stated.of;
	double low, high;

	if (c->metric != Q_COMM_RATIO || !of[Q_RANKS].known ||
	    !of[Q_EXPERTS_PER_TOKEN].known)
		return false;
	collective_range(of[Q_RANKS].value, of[Q_EXPERTS_PER_TOKEN].value,
			 &low, &high);
	f->low = low;
	f->high = high;
	finding_say(f->arithmetic, "%.0f ranks, %.0f experts a token: %.2g "
		    "(reduced in the switch, bf16 dispatch) to %.2g (ring "
		    "all-reduce, fp8 dispatch)", of[Q_RANKS].value,
		    of[Q_EXPERTS_PER_TOKEN].value, low, high);
	finding_say(f->limit, "bytes on the wires: %.2g to %.2g", low, high);
	if (c->value.low <= high && c->value.high >= low) {
		finding_say(f->reason, "The saving is within what the "
			    "collectives' bytes allow");
		return finding_is(f, VERDICT_PLAUSIBLE, CONFIDENCE_MEDIUM);
	}
	finding_say(f->reason, "The collectives' bytes do not give this "
		    "saving");
	finding_say(f->needs, "a ratio from %.2g to %.2g", low, high);
	return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
}
