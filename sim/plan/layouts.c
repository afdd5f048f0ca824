#include "plan/search.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "base/units.h"

/* GPUs of a replica: what fills nodes of 8 and racks of 72. */
const int replica_gpus[] = { 1, 2, 4, 8, 16, 24, 32, 40, /* size: */
	48, 56, 64, 72, 80, 96, 112, 128, 144, 160, 192,	/* size: */
	224, 256, 288, 320, 384, 448, 512, 0 };			/* size: */

/* The values of a column: those asked for, or its own. */
static int values(const struct search *s, enum fleet_words w,
		  const char *const *own, const char **list)
{
	const char *const *from = s->spec->word[w][0] ? s->spec->word[w] : own;
	int nr = 0;

	while (from[nr]) {
		assert(nr < FLEET_LIST);
		list[nr] = from[nr];
		nr++;
	}
	return nr;
}

static double number(const char *text)
{
	double x;

	return units_number(text, &x) ? (double)NAN : x;
}

/*
 * Spares and overlap where experts are spread over more than a board, unless
 * the question says: the fewest whole slots of a rank that hold all experts,
 * or one more (DeepSeek's 32 spares at EP144 are the fewest: two a rank); one
 * batch or two. Within a board both only cost.
 */
static void arrangements(struct search *s, const struct scenario *of)
{
	static const char *const overlaps[] = { "none", "two-batch" };
	double experts = s->question.on.model->n_routed_experts;
	double slots = ceil(experts / of->ep);
	bool wide = of->ep > HOST_GPUS;
	int ns = isnan(of->redundant) && wide ? 2 : 1;
	int no = !*of->overlap && wide ? 2 : 1;

	for (int i = 0; i < ns * no; i++) {
		struct scenario one = *of;

		if (ns > 1)
			one.redundant = (slots + i % ns) * of->ep - experts;
		if (no > 1)
			snprintf(one.overlap, sizeof(one.overlap), "%s",
				 overlaps[i / ns]);
		layout_try(s, &one, i == 0);
	}
}

/* Is this EP asked for? All are where none is. */
static bool wanted(const struct search *s, double ep)
{
	const char *const *list = s->spec->word[FLEET_EP];
	bool all = !list[0];

	for (int i = 0; list[i] && !all; i++)
		all = fabs(number(list[i]) - ep) < 1;
	return all;
}

/* One size of replica, in stages of whole attention groups. */
static void layout(struct search *s, struct scenario *of)
{
	double stage = of->gpus / of->pp;

	of->ep = stage;
	if (of->tp > stage || fmod(stage, of->tp) > 0 ||
	    of->dcp > of->tp || fmod(of->tp, of->dcp) > 0)
		return;
	if (wanted(s, of->ep))
		arrangements(s, of);
	if (of->tp < stage || stage <= 1 || !wanted(s, 1))
		return;
	of->ep = 1;	/* experts split as attention is */
	layout_try(s, of, true);
}

/* What is tried of TP, and of stages and KV that is shared out: none. */
static const char *const degrees[] = { "1", "2", "4", "8", "16", NULL };
static const char *const one[] = { "1", NULL };

/*
 * GPUs of a replica in so many stages: a size as it is or, where the stages do
 * not divide it, one of each; 0: another size is that, or nobody has it.
 */
static double staged(int size, double pp)
{
	double most = 0, all = fmod(size, pp) > 0 ? size * pp : size;

	for (int i = 0; replica_gpus[i]; i++) {
		most = replica_gpus[i];
		if (all > size && all == replica_gpus[i])
			return 0;
	}
	return all <= most ? all : 0;
}

/* A number of GPUs, stages or drafts that no scenario may have. */
static int out_of_range(const struct search *s, struct fault *why)
{
	static const struct { enum fleet_words w; const char *name; } all[] = {
		{ FLEET_TP, "tp" }, { FLEET_EP, "ep" }, { FLEET_DCP, "dcp" },
		{ FLEET_PP, "pp" }, { FLEET_MTP, "mtp" } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		const char *const *word = s->spec->word[all[i].w];

		for (; *word; word++) {
			struct scenario a;

			scenario_init(&a);
			if (scenario_set(&a, all[i].name, *word, why) ||
			    scenario_ranges_given(&a, why))
				return -1;
		}
	}
	return 0;
}

int layouts_wrong(const struct search *s, struct fault *why)
{
	const struct model *m = s->question.on.model;
	const char *tp[FLEET_LIST], *dcp[FLEET_LIST], *pp[FLEET_LIST];
	int tps = values(s, FLEET_TP, degrees, tp);
	int dcps = values(s, FLEET_DCP, one, dcp);
	int pps = values(s, FLEET_PP, one, pp);

	if (out_of_range(s, why))
		return -1;
	for (int i = 0; i < dcps; i++) {
		bool divides = false;

		for (int k = 0; k < tps; k++)
			divides |= fmod(number(tp[k]), number(dcp[i])) == 0;
		if (divides)
			continue;
		fault_what(why, "dcp = %s divides no tp that is tried", dcp[i]);
		return fault_remedy(why, "give a --tp that it divides, or "
				    "choose dcp among the divisors of %s",
				    tp[tps - 1]);
	}
	for (int i = 0; i < pps; i++) {
		if (number(pp[i]) <= m->num_hidden_layers)
			continue;
		fault_what(why, "pp = %s is more than the %d layers of %s",
			   pp[i], m->num_hidden_layers, m->name);
		return fault_remedy(why, "choose a pp up to %d",
				    m->num_hidden_layers);
	}
	return 0;
}

static void layouts(struct search *s, struct scenario *of)
{
	const char *tp[FLEET_LIST], *dcp[FLEET_LIST], *pp[FLEET_LIST];
	int tps = values(s, FLEET_TP, degrees, tp);
	int dcps = values(s, FLEET_DCP, one, dcp);
	int pps = values(s, FLEET_PP, one, pp);

	for (int g = 0; replica_gpus[g]; g++)
		for (int i = 0; i < tps * dcps * pps; i++) {
			of->tp = number(tp[i / dcps / pps]);
			of->dcp = number(dcp[i / pps % dcps]);
			of->pp = number(pp[i % pps]);
			of->gpus = staged(replica_gpus[g], of->pp);
			if (of->gpus > 0)
				layout(s, of);
		}
}

int layouts_stored(const struct search *s, const char **weights,
		  const char **kv, int *kvs)
{
	static const char *const native[] = { "native", NULL };
	static const char *const four[] = { "native", "nvfp4", NULL };
	const struct gpu *g = s->question.on.machine.gpu;

	*kvs = values(s, FLEET_KV, native, kv);
	return values(s, FLEET_WEIGHTS, g->flops[MATH_FP4] > 0 ? four :
		      native, weights);
}

/* Drafts that may be made. */
static int drafts(const struct search *s, const char **mtp)
{
	static const char *const some[] = { "0", "1", NULL };
	static const char *const none[] = { "0", NULL };

	return values(s, FLEET_MTP,
		      s->question.on.model->tokens_per_step[1] > 0 ? some :
		      none, mtp);
}

int layouts_ways(const struct search *s)
{
	const char *w[FLEET_LIST], *kv[FLEET_LIST], *mtp[FLEET_LIST];
	int kvs, ws = layouts_stored(s, w, kv, &kvs);

	return ws * kvs * drafts(s, mtp);
}

void layouts_all(struct search *s, struct scenario of, int way)
{
	const char *w[FLEET_LIST], *kv[FLEET_LIST], *mtp[FLEET_LIST];
	int kvs, mtps = drafts(s, mtp);

	assert(way >= 0 && way < layouts_ways(s));
	layouts_stored(s, w, kv, &kvs);
	snprintf(of.weights, sizeof(of.weights), "%s", w[way / mtps / kvs]);
	snprintf(of.kv, sizeof(of.kv), "%s", kv[way / mtps % kvs]);
	of.mtp = number(mtp[way % mtps]);
	if (of.mtp > 0)
		of.tokens_per_step = s->spec->base.tokens_per_step;
	layouts(s, &of);
}
