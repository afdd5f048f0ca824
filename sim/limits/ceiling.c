#include "limits/ceiling.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "limits/look.h"
#include "limits/prompts.h"
#include "limits/roofs.h"

#define NEARLY 2.0	/* math: what is kept twice, at most */
#define MUCH 10		/* math: of one that is a tenth of another */

enum { FEW = 1 /* units: drafts, as a full batch is served */ };

/* ---- what is tried ---- */

static bool open_kv(const struct work *w, const struct model *m)
{
	return w->a->small_kv && !*w->a->scenario.kv &&
	       m->family == FAMILY_MLA;
}

/* The smaller KV that the claim leaves open, where these did best. */
static void caches(struct work *w, const char *weights, int drafts,
		   const struct model *m)
{
	struct choice c = w->r->fits ? w->total : w->held;

	if (!open_kv(w, m) || !(c.way.replicas > 0))
		return;
	c.weights = weights;
	c.drafts = drafts;
	c.small_kv = true;
	look(w, &c);
}

/*
 * Of one format: where the first format did best. One request gains most by
 * many drafts, a full batch by few.
 */
static void drafts(struct work *w, const char *weights,
		   const struct model *m)
{
	struct choice user = w->user, total = w->total;
	int many = (int)w->r->granted->drafts;

	if (!w->a->drafts || m->num_nextn_predict_layers == 0 ||
	    !isnan(w->a->scenario.mtp) || !(user.way.replicas > 0))
		return;
	user.weights = total.weights = weights;
	user.drafts = many;
	look(w, &user);
	total.drafts = FEW;
	look(w, &total);
	total.drafts = many;
	if (!choice_same(&user, &total))
		look(w, &total);
}

static void formats(struct work *w, const struct way *ways, int nr,
		    const struct model *m)
{
	const char *stated = w->a->scenario.weights;
	int drafts_of = isnan(w->a->scenario.mtp) && w->a->drafts ? 0 : -1;

	for (int i = 0; i < nr; i++) {
		struct choice c = { .weights = *stated ? NULL :
			choice_weights[0], .way = ways[i],
			.drafts = drafts_of };

		if (look(w, &c) || !open_kv(w, m))
			continue;
		c.small_kv = true;
		look(w, &c);
	}
	caches(w, *stated ? NULL : choice_weights[0], drafts_of, m);
	drafts(w, *stated ? NULL : choice_weights[0], m);
	if (*stated || w->a->unfit)
		return;
	for (int f = 1; f < CHOICE_WEIGHTS; f++) {
		struct choice best[] = { w->user, w->total, w->held };

		for (int i = 0; i < (w->r->fits ? 2 : 3); i++) { /* size: */
			best[i].weights = choice_weights[f];
			best[i].drafts = drafts_of;
			best[i].small_kv = false;
			if (best[i].way.replicas > 0 && (i == 0 ||
			    !choice_same(&best[i], &best[i - 1])))
				look(w, &best[i]);
		}
		caches(w, choice_weights[f], drafts_of, m);
		drafts(w, choice_weights[f], m);
	}
}

/*
 * And once more with the KV of a group held once, not by each of its GPUs:
 * where it is much beside the weights, or as much as there is room for.
 */
static void shares(struct work *w, const struct model *m)
{
	struct limits *r = w->r;
	bool much = r->kv_B * MUCH > r->weights_B;
	struct choice best[] = { w->held, w->total, w->user };
	const bool gains[] = { !r->fits && r->lack.kind == REFUSAL_KV,
		r->fits && (much || r->open_batch),
		r->fits && much && !r->open_batch };

	if (!isnan(w->a->scenario.dcp) || m->family != FAMILY_MLA)
		return;
	for (int i = 0; i < 3; i++) {	/* size: of best */
		best[i].way.dcp = best[i].way.tp;
		if (gains[i] && best[i].way.tp > 1)
			look(w, &best[i]);
	}
}

/* The best choices once more: overlapped, on the best public kernels. */
static void refine(struct work *w)
{
	const struct choice best[] = { w->total_predicted, w->user_predicted,
				       w->total };

	for (int i = 0; i < 3; i++)	/* size: of best */
		for (int k = 1; k < 4; k++) {	/* math: two bits */
			struct choice c = best[i];

			c.two_batch = k & 1;
			c.favour = k >> 1;
			if (!(c.way.replicas > 0) || (c.two_batch &&
			    *w->a->scenario.overlap) || (i > 0 &&
			    choice_same(&best[i], &best[i - 1])))
				continue;
			look(w, &c);
		}
}

/* ---- all of it ---- */

static int explore(struct work *w, struct way *ways)
{
	const struct library *lib = w->memo->library;
	const struct scenario *s = &w->a->scenario;
	struct fault why;
	const struct gpu *g = lib->gpu(lib->of, s->hw, &why);
	const struct model *m = lib->model(lib->of, s->model, &why);
	struct way stages[CHOICE_WAYS];
	int nr;

	if (!g || !m)
		return 0;
	nr = choice_ways(w->a, g, ways);
	formats(w, ways, nr, m);
	shares(w, m);
	if (!w->r->fits && !w->a->unfit &&
	    w->r->gpus_needed < s->gpus * NEARLY)
		formats(w, stages, choice_stages(w->a, m, stages), m);
	if (w->r->timed)
		refine(w);
	return nr;
}

void limits_make(struct limits *r, const struct limits_spec *from,
		 struct memo *memo)
{
	const struct library *lib = memo->library;
	struct limits_spec a = *from;
	struct scenario *s = &a.scenario;
	struct work w;
	struct way ways[CHOICE_WAYS];
	const struct model *m;
	struct fault why;
	int nr;

	memset(r, 0, sizeof(*r));
	assert(lib->granted);
	r->granted = lib->granted(lib->of, &why);
	assert(r->granted);
	r->asked = *s->hw && *s->model && s->gpus >= 1;
	m = r->asked ? lib->model(lib->of, s->model, &why) : NULL;
	r->asked = m && lib->gpu(lib->of, s->hw, &why);
	if (!r->asked)
		return;
	r->open_batch = isnan(s->batch) && isnan(s->concurrency);
	work_init(&w, r, &a, memo);
	w.multiple = choice_drafts_stated(&a, m);
	nr = explore(&w, ways);
	/* laws that it lacks others may have, and its peaks are there */
	for (int i = *s->stack ? 0 : 1; i < 2 && !r->sound; i++) {
		snprintf(s->stack, sizeof(s->stack), "%s", i ? "ideal" : "");
		w.nr = 0;
		nr = explore(&w, ways);
		r->lawless = i && r->sound;
	}
	look_ahead(&w);
	if (r->total.sol > 0)
		roofs_best(&r->total, &w.total, w.room);
	if (r->user.sol > 0)
		roofs_best(&r->user, &w.user, w.room);
	r->timed = r->timed && r->total.sol > 0 && r->user.sol > 0;
	if (r->timed)
		roofs_fill(r, w.room);
	if (r->timed && a.prompt)
		prompts_make(r, &a, memo, &(struct prompt_ways){ ways, nr });
	r->total.best.warm = r->user.best.warm = NULL;
	if (r->first)
		r->first->best.warm = NULL;
	work_release(&w);
}
