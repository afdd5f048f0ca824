#include "limits/choice.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
	NODE = 8,	/* units: GPUs of a board */
	SHORTEST = 192	/* size: mean context of the shortest requests that
			   anyone benchmarks, 128 tokens in and 128 out */
};

const char *const choice_weights[CHOICE_WEIGHTS] = { "native", "fp8", "nvfp4",
	"mxfp4", "int4" };

/* ---- one choice as a question ---- */

static bool blank_batch(const struct scenario *s)
{
	return isnan(s->batch) && isnan(s->concurrency);
}

/* What a question needs and a claim about memory or speed need not state. */
static void blanks(const struct limits_spec *a, struct scenario *s)
{
	if (blank_batch(s))
		s->batch = 1;
	if (isnan(s->ctx) && isnan(s->isl))
		s->ctx = s->osl > 2 ? s->osl / 2 : SHORTEST;
	if (isnan(s->mem_share) && !a->unfit)
		s->mem_share = 1;
}

double choice_accepted(const struct model *m, int drafts)
{
	double p = m->tokens_per_step[1] - 1, sum = 1;

	assert(drafts >= 0);
	if (m->tokens_per_step[drafts] > 0)
		return m->tokens_per_step[drafts];
	if (!(p > 0))
		return drafts + 1;
	for (int i = drafts; i > 0; i--)	/* 1 + p + p^2 + ... */
		sum = 1 + p * sum;
	return sum;
}

static void draft(struct scenario *s, const struct choice *c,
		  const struct model *m)
{
	if (c->drafts < 0)
		return;
	s->mtp = c->drafts;
	if (!isnan(s->tokens_per_step) || c->drafts == 0)
		return;
	s->tokens_per_step = choice_accepted(m, c->drafts);
}

double choice_drafts_stated(struct limits_spec *a, const struct model *m)
{
	struct scenario *s = &a->scenario;
	double many = s->tokens_per_step;
	const double open = 4;	/* math: three drafts, all accepted */

	if (m->num_nextn_predict_layers == 0) {
		double multiple = !isnan(many) ? many : s->mtp > 0 ?
			s->mtp + 1 : isnan(s->mtp) && a->drafts ? open : 1;

		s->mtp = s->tokens_per_step = (double)NAN;
		return fmax(multiple, 1);
	}
	if (isnan(s->mtp) && many > 1)
		s->mtp = fmin(ceil(many) - 1, MODEL_DRAFTS);
	else if (s->mtp >= 1 && s->mtp <= MODEL_DRAFTS && isnan(many) &&
		 !(m->tokens_per_step[(int)s->mtp] > 0))
		s->tokens_per_step = choice_accepted(m, (int)s->mtp);
	return 1;
}

void choice_widen(struct question *q)
{
	struct storage *s = &q->on.layout.storage;

	if (s->kv != FORMAT_FP8 || q->on.model->family != FAMILY_MLA)
		return;
	s->kv = FORMAT_BF16;
	s->form = attention_form(q->on.model, s->kv, false);
}

static bool same_way(const struct way *a, const struct way *b)
{
	return a->replicas == b->replicas && a->tp == b->tp &&
	       a->ep == b->ep && a->pp == b->pp && a->dcp == b->dcp;
}

bool choice_same(const struct choice *a, const struct choice *b)
{
	return same_way(&a->way, &b->way) && a->weights == b->weights &&
	       a->drafts == b->drafts && a->small_kv == b->small_kv;
}

static void word(char to[SCENARIO_WORD], const char *is)
{
	assert(strlen(is) < SCENARIO_WORD);
	memcpy(to, is, strlen(is) + 1);
}

bool choice_equal(const struct choice *a, const struct choice *b)
{
	return choice_same(a, b) && a->two_batch == b->two_batch &&
	       a->favour == b->favour;
}

int choice_make(const struct choice *c, const struct limits_spec *a,
		struct memo *memo, struct question *q, struct fault *why)
{
	struct scenario s = a->scenario;

	assert(c->way.replicas >= 1 && c->way.tp >= 1);
	blanks(a, &s);
	if (c->weights)
		word(s.weights, c->weights);
	s.gpus /= c->way.replicas;
	s.concurrency /= c->way.replicas;
	s.tp = c->way.tp;
	s.ep = c->way.ep;
	if (c->way.pp > 0)
		s.pp = c->way.pp;
	if (c->way.dcp > 0)
		s.dcp = c->way.dcp;
	draft(&s, c, memo->library->model(memo->library->of, s.model,
					     why));
	if (c->small_kv)
		word(s.kv, "fp8");
	if (c->two_batch)
		word(s.overlap, "two-batch");
	if (c->favour)
		word(s.stack, "generic");
	if (c->favour && !*s.balance)
		word(s.balance, "uniform");
	return question_recall(q, &s, memo, why);
}

/* ---- in words ---- */

int choice_words(const struct choice *c, const struct question *q, char *out,
		 size_t size)
{
	double replicas = c->way.replicas;
	double flight = q->scenario.concurrency * replicas;
	char drafts[24] = "", many[32] = "";	/* size: a number, a word */
	char stages[16] = "", shared[16] = "";	/* size: a number */
	char seqs[32];				/* size: a number */
	int alone;

	if (q->on.layout.drafts > 0)
		snprintf(drafts, sizeof(drafts), ", %d draft%s",
			 q->on.layout.drafts,
			 q->on.layout.drafts > 1 ? "s" : "");
	if (replicas > 1)
		snprintf(many, sizeof(many), "%.0f replicas of ", replicas);
	if (q->on.layout.pp > 1)
		snprintf(stages, sizeof(stages), " PP%d", q->on.layout.pp);
	if (q->on.layout.dcp > 1)
		snprintf(shared, sizeof(shared), " DCP%d", q->on.layout.dcp);
	snprintf(seqs, sizeof(seqs), flight < 1e4 ? "%.4g" :	/* size: */
		 "%.0f", flight);
	alone = snprintf(out, size, "%s%.12s weights, TP%d%s EP%d%s%s", many,
			 q->scenario.weights, q->on.layout.tp, shared,
			 q->on.layout.ep, stages, drafts);
	assert(alone > 0 && (size_t)alone < size);
	snprintf(out + alone, size - (size_t)alone, ", %s in flight", seqs);
	return alone;
}

/* ---- ways to use the GPUs ---- */

static int numbers(double stated, const double *open, int nr, double *out)
{
	int n = 0;

	if (!isnan(stated)) {
		out[0] = stated;
		return 1;
	}
	for (int i = 0; i < nr; i++) {
		bool twice = false;

		for (int k = 0; k < n; k++)
			twice |= out[k] == open[i];
		if (open[i] >= 1 && !twice)
			out[n++] = open[i];
	}
	return n;
}

/* GPUs as one replica, and as replicas of one NVLink domain, of one board or of
   as many as experts are said to be spread over. */
static int replicas_of(const struct limits_spec *a, const struct gpu *g,
		       double *out)
{
	const struct scenario *s = &a->scenario;
	const double sizes[] = { s->gpus, g->nvlink_gpus, NODE, s->ep };
	int n = 0;

	for (int i = 0; i < 4; i++) {	/* size: of the list */
		double each = sizes[i];
		bool whole = each >= 1 && each <= s->gpus &&
			     fmod(s->gpus, each) == 0;

		if (!whole || (i > 0 && (each >= s->gpus ||
					 fmod(each, fmax(s->ep, 1)) > 0 ||
					 fmod(each, fmax(s->tp, 1)) > 0)) ||
		    (n > 0 && out[n - 1] == s->gpus / each))
			continue;
		out[n++] = s->gpus / each;
	}
	if (n == 0)
		out[n++] = 1;
	return n;
}

int choice_ways(const struct limits_spec *a, const struct gpu *g,
		struct way *out)
{
	const struct scenario *s = &a->scenario;
	double reps[4], tps[4], eps[4];		/* size: of the lists below */
	double stages = s->pp >= 1 ? s->pp : 1;
	int n = 0, nr = replicas_of(a, g, reps);

	assert(s->gpus >= 1 && g);
	for (int i = 0; i < nr; i++) {
		double each = s->gpus / reps[i] / stages;
		const double tp[] = { 1, each, NODE < each ? NODE : 1 };
		const double ep[] = { each, 1 };
		int t = numbers(s->tp, tp, 3, tps);	/* size: of tp */
		int e = numbers(s->ep, ep, 2, eps);

		for (int k = 0; k < t * e && n < CHOICE_WAYS; k++) {
			struct way w = { .replicas = reps[i],
				.tp = tps[k / e], .ep = eps[k % e] };

			/* experts in slices go with attention in slices */
			if (each <= 1 || t < 2 || e < 2 || w.tp > 1 ||
			    w.ep > 1)
				out[n++] = w;
		}
	}
	return n;
}

int choice_stages(const struct limits_spec *a, const struct model *m,
		  struct way *out)
{
	const struct scenario *s = &a->scenario;
	const double within[] = { NODE, 4, 2, 1 };	/* size: of a stage */
	int n = 0;

	assert(s->gpus >= 1 && m);
	if (!isnan(s->pp))
		return 0;
	for (int i = 0; i < 4; i++) {	/* size: of the list */
		double each = within[i], pp = s->gpus / each;

		if (pp < 2 || fmod(s->gpus, each) > 0 ||
		    pp > m->num_hidden_layers ||
		    (!isnan(s->tp) && fmod(each, s->tp) > 0) ||
		    (!isnan(s->ep) && fmod(each, s->ep) > 0))
			continue;
		out[n++] = (struct way){ 1, isnan(s->tp) ? each : s->tp,
			isnan(s->ep) ? each : s->ep, pp, 0 };
	}
	return n;
}
