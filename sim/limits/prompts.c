#include "limits/prompts.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "answer/prefill.h"
#include "base/mem.h"

/* The peak of the fastest format that the linear layers are stored in. */
static double peak_flops(const struct question *q)
{
	const struct kept *k = &q->on.layout.storage.weights;
	const struct machine *on = &q->on.machine;
	double most = 0;

	for (int p = 0; p < SITE_MTP; p++)
		for (int m = 0; m < MODULE_NR; m++) {
			enum math math = layout_math(on, kept_in(k,
				(enum site)p, (enum module)m));

			most = fmax(most, on->gpu->flops[math]);
		}
	return most;
}

static double less_of(double a, double b)
{
	return a > 0 ? fmin(a, b) : b;
}

struct tried {
	struct limits *r;
	const struct limits_spec *a;
	struct memo *memo;
	const struct prompt_ways *ways;
	double soonest_s;	/* by the claim's stack; 0: none yet */
};

/* As stated, else all GPUs. */
static double whole_ep(const struct tried *w)
{
	double ep = w->a->scenario.ep;

	return isnan(ep) ? w->a->scenario.gpus : ep;
}

/*
 * FLOPs of a prompt, attention too, as if all ran in the fastest format: on
 * the ideal stack, which pads nothing, and without TP, which does some twice.
 */
static void prompt_floor(const struct tried *w, const char *weights)
{
	struct choice c = { .weights = weights,
			    .way = { 1, 1, whole_ep(w) } };
	struct scenario s = w->a->scenario;
	struct limits_spec ideal = *w->a;
	struct prefill_spec a = { .prompt_tok = s.isl, .chunk_tok = s.isl };
	struct fault why;
	struct question q;
	struct prefill p;

	snprintf(ideal.scenario.stack, SCENARIO_WORD, "ideal");
	ideal.scenario.batch = 1;
	ideal.scenario.concurrency = (double)NAN;
	if (choice_make(&c, &ideal, w->memo, &q, &why))
		return;
	choice_widen(&q);
	if (deployment_lacks(&q.on) || prefill_answer(&p, &q, &a, &why) ||
	    !(peak_flops(&q) > 0))
		return;
	w->r->prompt_s = less_of(w->r->prompt_s, p.flop_tok * a.prompt_tok /
				 (peak_flops(&q) * w->a->scenario.gpus));
}

/* Of one alone in its group, by the kernels of the stack. */
static void first_token(struct tried *w, const struct choice *c)
{
	struct prefill_spec a = { .prompt_tok = w->a->scenario.isl };
	struct prefill p;
	struct question q;
	struct fault why;

	if (choice_make(c, w->a, w->memo, &q, &why))
		return;
	if (deployment_lacks(&q.on))
		choice_widen(&q);
	if (deployment_lacks(&q.on) || prefill_answer(&p, &q, &a, &why))
		return;
	w->r->ttft_s = less_of(w->r->ttft_s, p.ttft_s);
	if (c->favour || (w->soonest_s > 0 && p.ttft_s >= w->soonest_s))
		return;
	w->soonest_s = p.ttft_s;
	if (!w->r->first)
		w->r->first = mem_zeroed(1, sizeof(*w->r->first));
	w->r->first->best = q;
	w->r->first->concurrency = q.scenario.concurrency * c->way.replicas;
	w->r->first->alone = choice_words(c, &q, w->r->first->setting,
					  sizeof(w->r->first->setting));
}

void prompts_make(struct limits *r, const struct limits_spec *a,
		  struct memo *memo, const struct prompt_ways *ways)
{
	struct tried w = { r, a, memo, ways, 0 };
	const char *stated = a->scenario.weights;

	assert(ways->nr <= CHOICE_WAYS);
	if (!(a->scenario.isl >= 1))
		return;
	for (int f = 0; f < (*stated ? 1 : CHOICE_WEIGHTS); f++) {
		const char *weights = *stated ? NULL : choice_weights[f];

		prompt_floor(&w, weights);
		for (int i = 0; i < ways->nr; i++) {
			struct choice c = { .weights = weights,
				.way = ways->way[i], .drafts = -1 };

			first_token(&w, &c);
			c.favour = true;
			first_token(&w, &c);
		}
	}
}
