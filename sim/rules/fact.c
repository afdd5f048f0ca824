#include "rules/rule.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/near.h"
#include "words/item.h"
#include "words/tolerance.h"

/* ---- figures of a data sheet ---- */

/* Is one of the words in what the figure is called, or in its cell? */
static bool says(const struct claim *c, const char *words)
{
	return near_has(c->called, words) ||
	       near_has(c->written.unit, words) ||
	       near_has(c->written.text, words);
}

/* The format whose peak it names, "FP8 PFLOPS"; MATH_NR: none. */
static enum math named_math(const struct claim *c)
{
	static const struct { const char *word; enum math m; } names[] = {
		{ "fp4", MATH_FP4 }, { "fp8", MATH_FP8 },
		{ "int8", MATH_INT8 }, { "bf16|fp16", MATH_BF16 } };

	for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (says(c, names[i].word))
			return names[i].m;
	return MATH_NR;
}

/*
 * Of FP32, TF32 and FP64 there is no row: it names one, in its quote too, or is
 * no more than half of the least peak that there is, as TF32's are.
 */
static bool is_other_math(const struct claim *c)
{
	static const char others[] = "fp32|tf32|fp64";
	double least = (double)INFINITY;

	if (c->metric != Q_GPU_TFLOPS || !c->gpu || named_math(c) != MATH_NR)
		return false;
	if (says(c, others) || near_has(c->quote, others))
		return true;
	for (int m = 0; m < MATH_NR; m++)
		if (c->gpu->flops[m] > 0)
			least = fmin(least, c->gpu->flops[m]);
	return c->value.low * 1e12 <= least / 2;	/* units: TFLOP/s */
}

/* Does it say that half of what is multiplied is none, or that it is not? */
static bool allows(const struct claim *c, bool sparse)
{
	return sparse ? !says(c, "dense") || says(c, "spars") :
	       !says(c, "spars") || says(c, "dense");
}

/* Of the peaks of the format named, or of all, dense and sparse, the one
   closest; 0: there is none. */
static double nearest_peak(const struct claim *c, double claimed)
{
	enum math only = named_math(c);
	double best = 0, far = (double)INFINITY;

	for (int m = 0; m < MATH_NR; m++)
		for (int sparse = 1; sparse <= 2; sparse++) {
			double x = (only != MATH_NR && (int)only != m) ||
				!allows(c, sparse == 2) ? 0 :
				c->gpu->flops[m] * sparse /
				1e12;		/* units: TFLOP/s */
			double d = x > 0 ? fabs(log(claimed / x)) :
				   (double)INFINITY;

			if (d < far) {
				far = d;
				best = x;
			}
		}
	return best;
}

/* What is said to skip zeros is between a dense peak and twice that. */
static double sparse_peak(const struct claim *c, double claimed)
{
	enum math only = named_math(c);
	double dense = only == MATH_NR ? 0 : c->gpu->flops[only] /
		1e12;			/* units: TFLOP/s */

	return says(c, "spars") && claimed > dense && claimed < 2 * dense ?
	       claimed : nearest_peak(c, claimed);
}

/* Of how the model is built. */
static double built(const struct claim *c, const struct model *m)
{
	switch (c->metric) {
	case Q_LAYERS:
		return m->num_hidden_layers;
	case Q_EXPERTS:		/* with the shared one, too */
		return m->n_routed_experts + (c->value.value >
			m->n_routed_experts ? m->n_shared_experts : 0);
	case Q_HEADS:
		return m->num_attention_heads;
	case Q_HIDDEN:
		return m->hidden_size;
	case Q_VOCAB:
		return m->vocab_size;
	default:
		return (double)NAN;
	}
}

/* Or both, where that is closer. */
static double one_way(const struct claim *c, double Bps)
{
	double GBps = units_giga(Bps);

	return c->value.value > GBps * 1.5 /* math: midway */ ? 2 * GBps :
	       GBps;
}

static double sheet_value(const struct claim *c, const char **where)
{
	const struct model *m = c->model;

	*where = c->gpu ? c->gpu->name : "";
	if (c->gpu && c->metric == Q_HBM_TB_S)
		return c->gpu->hbm_Bps / 1e12;		/* units: TB/s */
	if (c->gpu && c->metric == Q_GPU_TFLOPS)
		return sparse_peak(c, c->value.value);
	if (c->gpu && c->metric == Q_NVLINK_GB_S)
		return one_way(c, c->gpu->nvlink_Bps);
	if (c->gpu && c->metric == Q_NIC_GB_S)
		return one_way(c, c->gpu->nic_Bps);
	if (c->gpu && c->metric == Q_HBM_GB)
		return units_giga(c->gpu->hbm_B);
	*where = m ? m->name : "";
	if (m && c->metric == Q_PARAMS_TOTAL)
		return units_giga(model_params(m));
	if (m && c->metric == Q_PARAMS_ACTIVE)
		return units_giga(model_params_active(m, true));
	if (m && c->metric == Q_EXPERTS_PER_TOKEN)
		return m->num_experts_per_tok;
	if (m && c->metric == Q_CTX)
		return m->max_position_embeddings;
	return m ? built(c, m) : (double)NAN;
}

/* Is it the sheet's, as far as sheets are one? */
static bool as_sheet(const struct claim *c, double x)
{
	const struct granted *g = c->limits->granted;
	double close = c->metric == Q_HBM_GB ? TOLERANCE_GIB :
		c->metric == Q_GPU_TFLOPS ? g->boards :
		c->metric >= Q_LAYERS && c->metric <= Q_HIDDEN ? 0 :
		c->metric == Q_PARAMS_TOTAL ? g->counted : g->sheets;
	struct amount a = amount_of(x, x * (1 - close), x * (1 + close));

	if (c->metric == Q_CTX)
		return c->value.value <= x;
	return amounts_meet(&c->value, &a);
}

/* Of all its GPUs, where a system of several is named; else 0. */
static double of_system(const struct claim *c)
{
	double gpus = c->scenario.gpus;

	if (!c->gpu || !(gpus > 1))
		return 0;
	switch (c->metric) {
	case Q_HBM_GB:
		return gpus * units_giga(c->gpu->hbm_B);
	case Q_HBM_TB_S:
		return gpus * c->gpu->hbm_Bps / 1e12;	/* units: TB/s */
	case Q_GPU_TFLOPS:
		return gpus * sparse_peak(c, c->value.value / gpus);
	case Q_NIC_GB_S:
		return gpus * units_giga(c->gpu->nic_Bps);
	case Q_NVLINK_GB_S:	/* as it is sold: both ways */
		return gpus * 2 * units_giga(c->gpu->nvlink_Bps);
	default:
		return 0;
	}
}

/* A peak of tensor cores that there are not. */
static bool has_no_peak(const struct claim *c, struct finding *f)
{
	char said[HUMAN];

	finding_say(f->arithmetic, "%s: 0 TFLOP/s of %s", c->gpu->name,
		    math_name(named_math(c)));
	finding_say(f->limit, "descriptor of %s: no %s", c->gpu->name,
		    math_name(named_math(c)));
	finding_say(f->needs, "another GPU, or another format");
	return inconsistent(f, HIGH, "The claim says %s; %s has no tensor "
			    "cores for %s", claim_figure(c, said), c->gpu->name,
			    math_name(named_math(c)));
}

/* GB that a sentence says beside a model, and not of memory: what it takes. */
static bool is_use(const struct claim *c)
{
	return c->said && c->model && c->metric == Q_HBM_GB &&
	       !near_has(c->quote, "hbm|vram|memory| ram");
}

bool rule_fact(const struct claim *c, struct finding *f)
{
	const char *where, *name = quantity_name(c->metric);
	double x = sheet_value(c, &where), system = of_system(c);
	char is[HUMAN], said[HUMAN];

	if (is_other_math(c)) {
		finding_say(f->arithmetic, "%s: the nearest peak is %.4g "
			    "TFLOP/s", c->gpu->name, x);
		finding_say(f->needs, "the format that it is of");
		return unknown(f, LOW, "The sheet of %s has peaks of tensor "
			       "cores in FP16 and below, and none of FP32, "
			       "TF32 or FP64, which this may be", c->gpu->name);
	}
	if (c->metric == Q_GPU_TFLOPS && c->gpu && !(x > 0))
		return has_no_peak(c, f);
	if (isnan(x) || !(x > 0))
		return false;
	if (!as_sheet(c, x) && as_sheet(c, system))
		x = system;
	if (!as_sheet(c, x) && is_use(c))
		return false;
	f->at = x;
	quantity_say(c->metric, x, is, sizeof(is));
	finding_say(f->arithmetic, "%s: %s = %s", where, name, is);
	finding_say(f->limit, "descriptor of %s: %s", where, is);
	if (as_sheet(c, x) && c->metric == Q_CTX)
		return holds(f, HIGH, "The model takes up to %s", is);
	if (as_sheet(c, x))
		return holds(f, HIGH, "The descriptor of %s has %s, the same "
			     "within what data sheets round", where, is);
	finding_say(f->needs, "%s = %s", name, is);
	return inconsistent(f, HIGH, "The claim says %s, %.3g times the %s of "
			    "the descriptor of %s", claim_figure(c, said),
			    c->value.value / x, is, where);
}

/* ---- what a token takes ---- */

/* What of the weights one token meets, as they are kept: at one request all of
   its bytes but the KV. */
static double active_GB(const struct claim *c)
{
	const struct model *m = c->model;
	struct kept kept;
	double all = *c->scenario.weights &&
		model_stored(m, c->scenario.weights, &kept) == 0 ?
		model_checkpoint_in_B(m, &kept) : model_checkpoint_B(m);

	return units_giga(all) * model_params_active(m, true) /
		model_params(m);
}

/* FLOPs: all that is active, with attention; bytes: shared by a batch. */
static double token_needs(const struct claim *c, const char **unit)
{
	const struct limits *l = c->limits;
	double ctx = c->scenario.ctx > 1 ? c->scenario.ctx : 1;

	*unit = quantity_unit(c->metric);
	if (c->metric == Q_FLOP_TOK && c->model)
		return units_giga(model_flop_per_token(c->model, ctx));
	if (c->metric == Q_BYTES_TOK && l->timed)
		return units_giga(c->gpu->hbm_Bps / l->roof[BOUND_HBM]);
	if (c->metric == Q_BYTES_TOK && c->model)
		return active_GB(c);
	return (double)NAN;
}

bool rule_work(const struct claim *c, struct finding *f)
{
	const char *unit;
	double x = token_needs(c, &unit), least = x, most = x;
	const struct limits *l = c->limits;
	const double near = c->limits->granted->embedding;

	if (isnan(x))
		return false;
	f->at = x;
	f->side = SIDE_ABOVE;
	finding_say(f->arithmetic, "%s: %.4g %s a token%s%s", c->model->name,
		    x, unit, c->metric == Q_BYTES_TOK && l->timed ? "; " : "",
		    c->metric == Q_BYTES_TOK && l->timed ?
		    l->total.setting : "");
	finding_say(f->limit, "%.4g %s a token", x, unit);
	if (c->metric == Q_BYTES_TOK && !*c->names.missing) {
		/* ranks that split attention read some of it each */
		least = fmin(x, active_GB(c));
		most = fmax(x, active_GB(c));
		if (!(c->scenario.concurrency <= 1) && !l->timed)
			least = 0;	/* requests share experts */
	}
	if (c->value.high < least * (1 - near)) {
		finding_say(f->needs, "%s = %.4g", quantity_name(c->metric),
			    x);
		return inconsistent(f, MEDIUM, "A token of this model takes "
				    "%.4g %s, %.3g times as much", x, unit,
				    x / c->value.value);
	}
	if (c->value.low > 2 * most)
		return inconsistent(f, MEDIUM, "A token of this model takes "
				    "%.4g %s, less than half as much", x, unit);
	return plausible(f, MEDIUM, "The model needs as much");
}

bool rule_waits(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;
	enum bound said;

	assert(!c->malformed && l);
	if (c->metric != Q_BOUND || !l->timed)
		return false;
	said = (enum bound)c->value.value;
	finding_say(f->arithmetic, "at the speed of light %s decides; as "
		    "known software runs it, %s takes longest; %s",
		    bound_name(l->total.bound), bound_name(l->total.waits),
		    l->total.setting);
	finding_say(f->limit, "%s", bound_name(l->total.bound));
	if (said == l->total.bound || said == l->total.waits ||
	    (said == BOUND_CAPACITY && !l->fits))
		return holds(f, MEDIUM, "Decoding there does wait for it");
	finding_say(f->needs, "another batch or layout");
	return implausible(f, LOW, "Decoding there waits for %s, not for %s",
			   bound_name(l->total.waits), bound_name(said));
}

static bool is_energy(enum quantity q)
{
	return q == Q_JOULES_TOK || q == Q_TOK_S_MW;
}

/* The energy of a token when GPUs idle all the while at the best pace. */
static bool too_little(const struct claim *c, struct finding *f)
{
	const struct limits *l = c->limits;
	double idle = c->gpu ? c->gpu->idle_W : 0;
	double least = idle / l->total.sol;

	if (c->metric != Q_JOULES_TOK || !l->timed || !(idle > 0) ||
	    !(l->total.sol > 0))
		return false;
	f->side = SIDE_ABOVE;
	f->at = least;
	finding_say(f->arithmetic, "%.0f W of an idle GPU / %.0f tok/s a GPU "
		    "at the speed of light = %.3g J a token; %s", idle,
		    l->total.sol, least, l->total.setting);
	finding_say(f->limit, "energy: %.3g J a token", least);
	if (c->value.high < least) {
		finding_say(f->needs, "joules_tok of %.3g or more", least);
		return finding_says(f, VERDICT_IMPOSSIBLE, limits_sureness(c),
				    "%.3g J a token are %.3g times less than "
				    "the %.3g J that idle GPUs would draw at "
				    "the fastest pace there can be",
				    c->value.value, least / c->value.value,
				    least);
	}
	return plausible(f, LOW, "The GPUs can make a token with that");
}

/*
 * A token's energy at the pace stated: GPUs at work draw no less than idle
 * ones. Where both may count prompts as well, tokens of both are taken.
 */
static bool below_idle(const struct claim *c, double W, struct finding *f)
{
	double idle = c->gpu->idle_W, isl = c->scenario.isl;
	double osl = c->scenario.osl;
	bool open = !(isl >= 0) || !(osl >= 1);
	double most = W * (open ? 1 : (isl + osl) / osl);

	if (!is_energy(c->metric) || !(idle > 0) ||
	    most >= idle * c->limits->granted->idle_clocks)
		return false;
	f->side = c->metric == Q_TOK_S_MW ? SIDE_BELOW : SIDE_ABOVE;
	f->at = c->value.value * (c->metric == Q_TOK_S_MW ? most / idle :
				  idle / most);
	finding_say(f->arithmetic, "%.3g W a GPU at most, prompts %s, and "
		    "%.0f W when it is idle", most, open ? "left out" :
		    "counted", idle);
	finding_say(f->limit, "power: %.0f W of an idle GPU", idle);
	finding_say(f->reason, "At this pace a GPU would draw %.3g W, less "
		    "than the %.0f W that it draws when it does nothing%s",
		    most, idle, open ? ", if no prompts are counted" : "");
	finding_say(f->needs, "%s of %.3g", quantity_name(c->metric), f->at);
	return finding_is(f, open ? VERDICT_UNKNOWN : VERDICT_IMPOSSIBLE,
			  CONFIDENCE_MEDIUM);
}

/* Its part of what the whole system draws, as that is stated. */
static bool is_all_in(const struct claim *c)
{
	const struct amount *all = &c->stated.of[Q_SYSTEM_W];

	return c->metric == Q_GPU_W && all->known && c->scenario.gpus >= 1 &&
	       c->value.low * c->scenario.gpus <= all->high;
}

/* By the figure that a claim makes, of one GPU. */
bool rule_power(const struct claim *c, struct finding *f)
{
	const struct amount *own = claim_has(c, Q_GPU_W);
	double tdp = c->gpu ? c->gpu->tdp_W : 0;
	const struct granted *g = c->limits->granted;
	double most = is_all_in(c) ? g->beside_gpus : g->power_peak;

	if (c->metric != Q_GPU_W && c->metric != Q_SYSTEM_W &&
	    !is_energy(c->metric))
		return false;
	if (!own || !(tdp > 0) || !account_of(&c->all, Q_GPU_W)->from_metric)
		return too_little(c, f);
	if (below_idle(c, own->high, f))
		return true;
	f->side = SIDE_BELOW;
	f->at = own->low > 0 ? c->value.value * tdp / own->low : tdp;
	if (c->metric == Q_TOK_S_MW) {	/* the more the less power */
		f->side = SIDE_ABOVE;
		f->at = c->value.value * own->low / tdp;
	}
	finding_say(f->arithmetic, "%.4g W a GPU%s, and %.0f W by its data "
		    "sheet", own->low, c->metric == Q_GPU_W ? "" :
		    " at least", tdp);
	finding_say(f->limit, "power: %.0f W a GPU", tdp);
	if (own->low > tdp * most) {
		finding_say(f->needs, "%.0f W a GPU", tdp);
		return implausible(f, MEDIUM, "A GPU would draw %.4g W, %.3g "
				   "times the %.0f W that its data sheet "
				   "allows", own->low, own->low / tdp, tdp);
	}
	return plausible(f, LOW, "The GPU may draw that much");
}
