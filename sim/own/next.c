#include "own/next.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "base/mem.h"
#include "learn/moved.h"
#include "own/gather.h"
#include "own/own.h"

enum {
	MOST = 512,		/* size: candidates */
	SHOWN = 5,		/* size: of them that are kept */
	LARGEST = 2048,		/* size: GPUs of a replica that is tried */
	WIDE = 8192		/* size: tokens, a second context to try */
};

/* Sequences a GPU that are tried. */
static const double loads[] = { 1, 8, 32, 128 };	/* size: sequences */

/* One that is looked at, and its question. */
struct looking {
	const struct next_spec *ask;
	struct candidate *at;	/* owned; [0] is the question itself */
	int nr;
	struct own_prior vary;
	struct fault *why;
};

/* ---- candidates ---- */

/* Unless it does not fit or cannot be asked. */
static void add(struct looking *l, const struct scenario *s)
{
	struct candidate *c = &l->at[l->nr];
	struct answer answer;
	struct fault unused;

	if (l->nr == MOST ||
	    question_make(&c->question, s, shelf_library(l->ask->shelf),
			  &unused))
		return;
	answer_step(&answer, &c->question, NULL);
	if (!answer.fits || !isfinite(answer.step_s))
		return;
	c->log_step = log(answer.step_s);
	l->nr++;
}

static void add_batches(struct looking *l, const struct scenario *layout)
{
	double contexts[] = { l->ask->question->batch.ctx_tok, WIDE };

	for (unsigned b = 0; b < sizeof(loads) / sizeof(*loads); b++)
		for (int c = 0; c < 2; c++) {
			struct scenario s = *layout;

			s.batch = loads[b] * s.tp;
			s.ctx = contexts[c];
			add(l, &s);
		}
}

/* The question itself, where there is what it asks for. */
static void add_own(struct looking *l)
{
	const struct question *q = l->ask->question;
	const struct scenario *have = l->ask->have;
	struct scenario s = q->scenario;

	if (s.gpus > have->gpus || strcmp(s.hw, have->hw))
		return;
	s.ctx = q->batch.ctx_tok;
	s.concurrency = s.isl = s.osl = (double)NAN;
	*s.mix = '\0';
	add(l, &s);
}

/* What the question leaves, with every layout of some GPUs. */
static void add_layouts(struct looking *l, double gpus)
{
	for (double tp = 1; tp <= gpus; tp *= 2)
		for (int whole = 0; whole < 2; whole++) {
			struct scenario s = l->ask->question->scenario;

			snprintf(s.hw, sizeof(s.hw), "%s", l->ask->have->hw);
			s.gpus = gpus;
			s.tp = tp;
			s.ep = whole ? gpus : 1;
			s.pp = s.dcp = 1;
			s.concurrency = s.isl = s.osl = (double)NAN;
			s.redundant = s.ctx_cv = (double)NAN;
			*s.mix = *s.overlap = *s.balance = '\0';
			add_batches(l, &s);
		}
}

/* ---- what each depends on ---- */

static double log_step(const struct question *of, const struct stack *stack)
{
	struct question q = *of;
	struct answer answer;

	q.on.machine.stack = stack;
	answer_step(&answer, &q, NULL);
	return log(answer.step_s);
}

/* By how much one error of a fact moves c; stack: with the fact moved. */
static double slope(const struct candidate *c, const struct stack *stack)
{
	double by = log_step(&c->question, stack) - c->log_step;

	return isfinite(by) ? by : 0;
}

static void take_fact(struct looking *l, const struct fact *f,
		      const struct stack *own, const struct stack *there)
{
	double of_question = slope(&l->at[0], own);

	if (!(fabs(of_question) > 0))
		return;
	for (int i = 0; i < l->nr; i++) {
		struct candidate *c = &l->at[i];
		double g = i ? slope(c, there) : of_question;

		c->cov += of_question * g;
		c->var += g * g;
		if (fabs(of_question * g) > c->told) {
			c->told = fabs(of_question * g);
			c->tells = f;
		}
	}
}

/* Every fact of the stack by its error, for both machines. */
static void take_facts(struct looking *l)
{
	const struct question *q = l->ask->question;
	const struct facts *facts = facts_behind(l->ask->shelf, q);
	const char *here = q->on.machine.gpu->arch;
	const char *there = l->nr > 1 ?
		l->at[1].question.on.machine.gpu->arch : here;
	struct stack *own = mem_zeroed(1, sizeof(*own));
	struct stack *other = mem_zeroed(1, sizeof(*other));
	struct facts copy;
	struct fault unused;

	copy = facts_borrow(facts);
	for (int i = 0; i < copy.nr; i++) {
		struct fact *f = &copy.fact[i];
		double value = f->value;

		if (!(f->err > 0) || f->dim == DIM_NAME)
			continue;
		f->value += f->err;
		if (!stack_take_checked(own, &copy, here, &unused) &&
		    !stack_take_checked(other, &copy, there, &unused))
			take_fact(l, &facts->fact[i], own, other);
		f->value = value;
	}
	free(copy.fact);
	free(own);
	free(other);
}

/* ---- what each would tell ---- */

static bool same_layout(const struct question *a, const struct question *b)
{
	const struct scenario *x = &a->scenario, *y = &b->scenario;

	return a->on.machine.gpu == b->on.machine.gpu &&
	       x->gpus <= y->gpus && x->gpus >= y->gpus &&
	       x->tp <= y->tp && x->tp >= y->tp &&
	       x->ep <= y->ep && x->ep >= y->ep;
}

static void judge(struct looking *l, struct candidate *c, double sd_before)
{
	const struct question *q = l->ask->question;
	const struct own_varies of_one = own_prior_varies(&l->vary, 1);
	double b = answer_class_sd(&c->question), left;
	double common = answer_class_sd(q) * b * own_varies_apart(&of_one,
		log(c->question.batch.seqs / q->batch.seqs));

	c->var += b * b;	/* the offset and the noise */
	if (same_layout(q, &c->question)) {
		c->cov += common;
		if (common > c->told) {
			c->told = common;
			c->tells = NULL;
		}
	}
	left = sd_before * sd_before - c->cov * c->cov / c->var;
	c->sd_after = sqrt(fmax(left, 0));
}

static int by_gain(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->sd_after < y->sd_after || x->sd_after > y->sd_after)
		return x->sd_after < y->sd_after ? -1 : 1;
	return 0;
}

/* The best of each layout: a second batch of it tells the same again. */
static void keep_best(struct next *n, const struct looking *l)
{
	n->best = mem_zeroed(SHOWN, sizeof(*n->best));
	for (int i = 1; i < l->nr && n->nr < SHOWN; i++) {
		bool seen = false;

		for (int j = 0; j < n->nr && !seen; j++)
			seen = same_layout(&n->best[j].question,
					   &l->at[i].question);
		if (!seen)
			n->best[n->nr++] = l->at[i];
	}
}

static int read_prior(struct looking *l)
{
	struct facts prior = { 0 };
	int rc = shelf_sheet(l->ask->shelf, "hw/stacks", "prior", &prior,
			     l->why) ||
		 own_prior_read(&l->vary, &prior, l->why) ? -1 : 0;

	facts_release(&prior);
	return rc;
}

static int nothing_runs(const struct next_spec *a, struct fault *why)
{
	fault_at(why, "--next", 0, 0);
	fault_what(why, "on %g of %s nothing of %s fits", a->have->gpus,
		   a->have->hw, a->question->scenario.model);
	return fault_remedy(why, "give more GPUs, or a smaller model of the "
			    "same stack");
}

/* The ideal stack is no measurement's, and has no error. */
static int no_band(const struct next_spec *a, struct fault *why)
{
	fault_at(why, "--next", 0, 0);
	fault_what(why, "stack %s has no error that a measurement would "
		   "narrow", a->question->scenario.stack);
	return fault_remedy(why, "give the --stack that runs there");
}

static int look(struct looking *l, struct next *n)
{
	n->sd_before = answer_log_sd(l->ask->question);
	if (!(n->sd_before > 0))
		return no_band(l->ask, l->why);
	l->at[l->nr].question = *l->ask->question;
	l->at[l->nr++].log_step = log_step(l->ask->question,
		l->ask->question->on.machine.stack);
	add_own(l);
	for (double g = 1; g <= fmin(l->ask->have->gpus, LARGEST); g *= 2)
		add_layouts(l, g);
	n->tried = l->nr - 1;
	n->none = !n->tried;
	if (n->none)
		return nothing_runs(l->ask, l->why);
	take_facts(l);
	for (int i = 1; i < l->nr; i++)
		judge(l, &l->at[i], n->sd_before);
	qsort(l->at + 1, (size_t)l->nr - 1, sizeof(*l->at), by_gain);
	keep_best(n, l);
	return 0;
}

int next_make(struct next *n, const struct next_spec *a, struct fault *why)
{
	struct looking l = { .ask = a, .why = why };
	int rc;

	assert(n && a && a->have && a->question);
	*n = (struct next){ 0 };
	l.at = mem_zeroed(MOST + 1, sizeof(*l.at));
	rc = read_prior(&l) || look(&l, n) ? -1 : 0;
	free(l.at);
	return rc;
}

void next_release(struct next *n)
{
	free(n->best);
	*n = (struct next){ 0 };
}
