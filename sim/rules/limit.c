#include "rules/rule.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/units.h"
#include "words/tolerance.h"

/* Each resource whose own limit the figure exceeds, with how far. */
static void lacking(const struct limits *l, double said, char *out, int size)
{
	*out = '\0';
	for (int i = 0; i < BOUND_LATENCY; i++)
		if (l->roof[i] < said)
			text_list(out, (size_t)size, " and ", "%.3g times the "
				  "%s", said / l->roof[i],
				  bound_resource((enum bound)i));
}

static void light_needs(const struct claim *c, double said, struct finding *f)
{
	const struct limits *l = c->limits;
	double batch = limits_batch(l, said);
	double tokens = l->total.light_tokens;
	char more[160], larger[HUMAN] = "";	/* size: four resources */

	lacking(l, said, more, (int)sizeof(more));
	if (batch > 0)
		snprintf(larger, sizeof(larger), "; or a batch of %.0f a "
			 "group", batch);
	finding_say(f->needs, "%s; or %.3g tokens a step instead of %.3g%s",
		    more, tokens * said / l->total.sol, tokens, larger);
}

static void software_needs(const struct claim *c, double said,
			   struct finding *f)
{
	finding_say(f->needs, "software that is %.3g times as fast as any "
		    "known here, or so many times the tokens a step",
		    said / c->limits->total.most);
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
	const struct limits *l = c->limits;
	char nvlink[HUMAN], rdma[HUMAN];

	wire_words(l, BOUND_NVLINK, "NVLink", nvlink);
	wire_words(l, BOUND_RDMA, "NIC", rdma);
	finding_say(f->arithmetic, "speed of light in tok/s a GPU: memory "
		    "%.0f, compute %.0f%s%s; predicted %.0f (80 %%: %.0f to "
		    "%.0f), at most %.0f; %s", l->roof[BOUND_HBM],
		    l->roof[BOUND_COMPUTE], nvlink, rdma, l->total.predicted,
		    l->total.low, l->total.high, l->total.most,
		    l->total.setting);
	finding_say(f->limit, "%s: %.0f tok/s a GPU",
		    bound_name(l->total.bound), l->total.sol);
}

/* GPUs that compute prompts need not be those that answer them. */
static bool of_prompts(const struct claim *c)
{
	return c->metric >= Q_IN_TOK_S_GPU && c->metric <= Q_IN_TOK_S_NODE;
}

/* Of one GPU, as the claim's figure has it. */
static bool gpu_rate(const struct claim *c, struct amount *a)
{
	const struct entry *e = account_of(&c->all, Q_TOK_S_GPU);

	*a = e->amount;
	if (c->metric == Q_PEAK_TPM && c->scenario.gpus >= 1) {
		*a = amount_times(&c->value, 1 / (MIN_S * c->scenario.gpus));
		return true;
	}
	return a->known && e->from_metric && !of_prompts(c) &&
	       e->leans != LEANS_UP && e->leans != LEANS_BOTH &&
	       c->metric != Q_TOK_S_USER && c->metric != Q_TPOT_MS;
}

/* Beyond as output alone, and not where prompts are counted as well. */
static bool with_prompts(const struct claim *c, const struct amount *a,
			 struct finding *f)
{
	double times = claim_with_prompts(c);
	struct amount out = amount_times(a, 1 / times);

	if (!(times > 1) || standing_of(c, &out, c->limits->total.most,
					SIDE_BELOW) == STANDS_BEYOND)
		return false;
	return plausible(f, LOW, "%.5g tok/s a GPU are beyond known software "
			 "as output alone; with prompts counted, which the "
			 "claim does not say, %.5g of them are output",
			 a->value, out.value);
}

static bool too_much(const struct claim *c, const struct amount *a,
		     struct finding *f)
{
	const struct ceiling *l = &c->limits->total;

	if (standing_of(c, a, l->most, SIDE_BELOW) == STANDS_BEYOND &&
	    with_prompts(c, a, f))
		return true;
	if (standing_of(c, a, l->sol, SIDE_BELOW) == STANDS_BEYOND) {
		finding_say(f->reason, "%.5g tok/s a GPU is %.3g times the "
			    "%.5g that perfect use of the hardware would "
			    "give", a->value, a->value / l->sol, l->sol);
		light_needs(c, a->value, f);
		return finding_is(f, VERDICT_IMPOSSIBLE, limits_sureness(c));
	}
	if (standing_of(c, a, l->most, SIDE_BELOW) != STANDS_BEYOND)
		return false;
	finding_say(f->reason, "%.5g tok/s a GPU is %s the physical limit "
		    "of %.5g, and %.3g times the %.5g that any known software "
		    "reaches", a->value,
		    standing_of(c, a, l->sol, SIDE_BELOW) == STANDS_AT ?
		    "at" : "below", l->sol, a->value / l->most, l->most);
	software_needs(c, a->value, f);
	return finding_is(f, VERDICT_IMPLAUSIBLE, CONFIDENCE_MEDIUM);
}

/* Times the most that anyone has published of such GPUs, where the claim says
   nothing of its load; 0: it does. */
static double times_seen(const struct claim *c, const struct amount *a)
{
	const struct limits *l = c->limits;

	if (!l->open_batch || l->lawless || !isnan(c->scenario.isl) ||
	    !isnan(c->scenario.ctx))
		return 0;
	return a->value / (l->total.predicted * l->granted->seen);
}

/* Software might, and nobody has come near. */
static bool unseen(const struct claim *c, const struct amount *a,
		   struct finding *f)
{
	const struct limits *l = c->limits;
	double times = times_seen(c, a);

	if (!(a->low * times > a->value * 2))
		return false;
	finding_say(f->needs, "a measurement, or the load: how many requests, "
		    "and how long");
	return implausible(f, LOW, "%.5g tok/s a GPU is below the physical "
			   "limit of %.5g, but %.3g times what the best "
			   "published results come to there: %.5g, %.0f %% of "
			   "what is predicted of full GPUs", a->value,
			   l->total.sol, times, a->value / times,
			   units_percent(l->granted->seen));
}

/* A length and a number of requests are stated: what is reached was seen. */
static bool is_loaded(const struct claim *c)
{
	const struct scenario *s = &c->scenario;

	return (!isnan(s->isl) || !isnan(s->ctx)) &&
	       (!isnan(s->concurrency) || !isnan(s->batch));
}

bool rule_speed(const struct claim *c, struct finding *f)
{
	const struct ceiling *l = &c->limits->total;
	struct amount a;
	char more[80] = "";		/* size: a clause */

	if (!c->limits->timed || !gpu_rate(c, &a) || !(a.value > 0) ||
	    c->metric == Q_SOL_TOK_S_GPU ||
	    (c->limits->open_batch && !c->limits->fits))
		return false;
	roofs_line(c, f);
	f->by = l;
	f->side = SIDE_BELOW;
	f->at = c->value.value * l->sol / a.value;
	f->low = c->value.value * l->low / a.value;
	f->high = c->value.value * l->most / a.value;
	if (c->metric == Q_USD_PER_MTOK || c->metric == Q_JOULES_TOK) {
		f->side = SIDE_ABOVE;	/* the faster the less */
		f->at = c->value.value * a.value / l->sol;
		f->low = c->value.value * a.value / l->most;
		f->high = c->value.value * a.value / l->low;
	}
	if (too_much(c, &a, f) || unseen(c, &a, f))
		return true;
	if (times_seen(c, &a) > 1)
		snprintf(more, sizeof(more), ", %.3g times what the best "
			 "published results come to", times_seen(c, &a));
	if (a.high >= l->low && a.low <= l->high) {
		if (isfinite(a.high) && a.low > 0)
			finding_say(f->reason, "%.5g tok/s a GPU is what known "
				    "software reaches there, %.5g to %.5g%s",
				    a.value, l->low, l->high, more);
		else
			finding_say(f->reason, "Known software reaches %.5g "
				    "to %.5g tok/s a GPU there, within the "
				    "bound of %.5g", l->low, l->high, a.value);
		return finding_is(f, is_loaded(c) ? VERDICT_HOLDS :
				  VERDICT_PLAUSIBLE, limits_sureness(c));
	}
	if (a.value < l->low)
		finding_say(f->reason, "Known software reaches %.5g tok/s a "
			    "GPU there, %.3g times the %.5g of the claim",
			    l->predicted, l->predicted / a.value, a.value);
	else
		finding_say(f->reason, "%.5g tok/s a GPU is above the %.5g "
			    "predicted, and within the %.5g that the best "
			    "known software may reach%s", a.value,
			    l->predicted, l->most, more);
	return finding_is(f, VERDICT_PLAUSIBLE, limits_sureness(c));
}

/* An upper bound that a source computes, beside ours. */
bool rule_bound(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;

	if (!l->timed || c->metric != Q_SOL_TOK_S_GPU)
		return false;
	roofs_line(c, f);
	f->by = &l->total;
	f->side = SIDE_BELOW;
	f->at = l->total.sol;
	if (standing_of(c, &c->value, l->total.sol, SIDE_BELOW) !=
	    STANDS_BEYOND) {
		finding_say(f->reason, standing_of(c, &c->value, l->total.sol,
			    SIDE_BELOW) == STANDS_AT ? "The bound is the "
			    "tightest that there is" : "No tighter limit "
			    "contradicts the bound");
		return finding_is(f, VERDICT_HOLDS, limits_sureness(c));
	}
	finding_say(f->reason, "The bound is %.3g times the tightest one, "
		    "that of the %s", c->value.value / l->total.sol,
		    bound_resource(l->total.bound));
	finding_say(f->needs, "%.0f tok/s a GPU", l->total.sol);
	return finding_is(f, c->value.low > TOLERANCE_BOUND * fmax(l->total.sol,
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

bool rule_collective(const struct claim *c, struct finding *f)
{
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
	if (c->value.low <= high && c->value.high >= low)
		return plausible(f, MEDIUM, "The saving is within what the "
				 "collectives' bytes allow");
	finding_say(f->needs, "a ratio from %.2g to %.2g", low, high);
	return implausible(f, MEDIUM, "The collectives' bytes do not give this "
			   "saving");
}

/* Of one GPU, of answers or else of prompts; NULL: not stated. */
static const struct amount *rate_of(const struct claim *c)
{
	static const enum quantity rates[] = { Q_TOK_S_GPU, Q_IN_TOK_S_GPU,
		Q_ALL_TOK_S_GPU };

	for (unsigned i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		if (account_of(&c->rest, rates[i])->amount.known)
			return &account_of(&c->rest, rates[i])->amount;
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
	const double about = c->limits->granted->batch_bytes;
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

bool rule_use(const struct claim *c, struct finding *f)
{
	const struct amount *rate = rate_of(c);
	const double slack = c->limits->granted->used;
	double low, high;

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
	if (c->value.high >= low && c->value.low <= high)
		return plausible(f, MEDIUM, "Its rate takes about that share "
				 "of the peak");
	finding_say(f->needs, "%s from %.2g to %.2g",
		    quantity_name(c->metric), low, high);
	return inconsistent(f, MEDIUM, "The claim says %.1f %% of the peak; "
			    "its rate takes %.1f to %.1f %%",
			    units_percent(c->value.value), units_percent(low),
			    units_percent(high));
}
