#include "fit/lawfit.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "fit/fit.h"
#include "cost/cost.h"

/* A fit of a law at work. */
struct work {
	struct lawfit *c;
	const struct lawfit_spec *ask;
	struct shelf *shelf;
	struct stack stack;		/* plays the trials */
	const struct trial **row;	/* owned: fitted to */
	double *weight;			/* owned: of each */
	struct fit fit;
	struct fault *why;
};

/* ---- which rows ---- */

static void take_trial(struct work *w, const struct trial_spec *ask, int row)
{
	struct lawfit *c = w->c;
	struct trial *t = &c->trial[c->trials];
	const struct table *table = c->table;

	if (trial_read(t, ask, row, &c->bad[c->bads])) {
		c->bads++;
		return;
	}
	if (!trial_about(table, row, c->name.name) ||
	    !choices_hold(&w->ask->rows, table, row))
		return;
	c->used[c->trials++] = choices_hold(&w->ask->from, table, row) &&
		(!strcmp(c->name.arch, "any") ||
		 !strcmp(c->name.arch, t->gpu->arch));
}

static void make_room(struct work *w)
{
	struct lawfit *c = w->c;
	size_t most = (size_t)c->table->rows + 1;

	c->trial = mem_zeroed(most, sizeof(*c->trial));
	c->used = mem_zeroed(most, sizeof(*c->used));
	c->bad = mem_zeroed(most, sizeof(*c->bad));
	c->predicted_s = mem_zeroed(most, sizeof(*c->predicted_s));
	w->row = mem_zeroed(most, sizeof(*w->row));
	w->weight = mem_zeroed(most, sizeof(*w->weight));
}

static int no_rows(struct work *w)
{
	fault_at(w->why, w->c->table->name, 0, 0);
	fault_what(w->why, "no sound row is about %s", w->c->name.root);
	return fault_remedy(w->why, "see its columns kernel and hw");
}

static int take_trials(struct work *w)
{
	struct lawfit *c = w->c;
	struct trial_spec ask = { .table = c->table, .shelf = w->shelf,
				 .stack = &w->stack };

	make_room(w);
	ask.model = shelf_model(w->shelf, "deepseek-v3", w->why);
	if (!ask.model ||
	    choices_check(&w->ask->rows, c->table, "--rows", w->why) ||
	    choices_check(&w->ask->from, c->table, "--from", w->why))
		return -1;
	for (int r = 0; r < c->table->rows; r++)
		take_trial(w, &ask, r);
	for (int i = 0; i < c->trials; i++) {
		if (!c->used[i])
			continue;
		w->weight[w->fit.rows] = c->trial[i].weight;
		w->row[w->fit.rows++] = &c->trial[i];
	}
	return w->fit.rows ? 0 : no_rows(w);
}

/* ---- predicting ---- */

static double predict(const struct work *w, const struct trial *t)
{
	struct machine m = { .gpu = t->gpu, .stack = &w->stack };

	return cost_op_s(&m, &t->op);
}

static void log_ratio(void *of, const double *value, double *out)
{
	struct work *w = of;
	struct lawterms *l = &w->c->terms;
	int nr = 0;

	for (int i = 0; i < l->nr; i++)
		if (l->term[i].fitted)
			l->term[i].value = value[nr++];
	lawterms_set(l, &w->c->name, &w->stack);
	for (int i = 0; i < w->fit.rows; i++)
		out[i] = log(predict(w, w->row[i]) / w->row[i]->s);
}

static void predict_all(struct work *w)
{
	struct lawfit *c = w->c;

	lawterms_set(&c->terms, &c->name, &w->stack);
	for (int i = 0; i < c->trials; i++)
		c->predicted_s[i] = predict(w, &c->trial[i]);
}

/* ---- fitting ---- */

static double least_s(const struct work *w)
{
	double least = w->row[0]->s;

	for (int i = 1; i < w->fit.rows; i++)
		least = fmin(least, w->row[i]->s);
	return least;
}

/* Where a search starts does not depend on what a sheet says now. */
static double start(const struct work *w, const struct want *t, bool first)
{
	if (t->dim == DIM_S && first)
		return least_s(w) / 2;
	if (t->dim == DIM_S)
		return least_s(w) / 10;		/* math: a start */
	if (t->dim == DIM_FLOPS)
		return w->row[0]->gpu->flops[MATH_BF16];
	return t->limit == LIMIT_FROM_ZERO ? 1 : 0.75;	/* math: a start */
}

static void add_params(struct work *w)
{
	const struct lawterms *l = &w->c->terms;

	for (int i = 0; i < l->nr; i++) {
		const struct want *t = l->term[i].want;
		struct fit_param *p = &w->fit.param[w->fit.params];

		if (!l->term[i].fitted)
			continue;
		p->name = t->key;
		p->reach = t->limit == LIMIT_REACH || t->limit == LIMIT_SHARE;
		p->value = start(w, t, i == 0);
		w->fit.params++;
	}
}

static void take_values(struct work *w)
{
	struct lawterms *l = &w->c->terms;
	int nr = 0;

	for (int i = 0; i < l->nr; i++) {
		if (!l->term[i].fitted)
			continue;
		l->term[i].value = w->fit.param[nr].value;
		l->term[i].err = w->fit.param[nr++].err;
	}
	w->c->condition = w->fit.condition;
}

/* With everything given there is nothing to seek: it is predicted. */
static int solve(struct work *w)
{
	w->fit.weight = w->weight;
	w->fit.log_ratio = log_ratio;
	w->fit.of = w;
	add_params(w);
	w->c->refused = w->fit.params && fit_solve(&w->fit, w->why);
	if (w->c->refused)
		return -1;
	take_values(w);
	predict_all(w);
	return 0;
}

/*
 * A stack that plays single kernels: no overhead, whole launches, and no rack's
 * wire to be taken instead of a node's.
 */
static void make_stack(struct work *w, const struct stack *stack)
{
	bool rack = w->c->name.kind == WIRE_DISPATCH_RACK ||
		    w->c->name.kind == WIRE_COMBINE_RACK;

	w->stack = *stack;
	w->stack.pack_s = 0;
	w->stack.pack_share = 1;
	w->stack.overhead = w->stack.launch = 1;
	w->stack.wired[WIRE_DISPATCH_RACK] = rack;
}

static void pad_all(struct lawfit *c)
{
	const struct lawterm *pad = lawterms_find(&c->terms, "pad");

	for (int i = 0; pad && i < c->trials; i++)
		trial_pad(&c->trial[i], pad->value);
}

static int no_arch(struct work *w)
{
	fault_at(w->why, "--law", 0, 0);
	fault_what(w->why, "stack %s knows no architecture \"%s\"",
		   w->ask->stack, w->c->name.arch);
	return fault_remedy(w->why, "see the rows arch. of its sheet");
}

static int fit_law(struct work *w)
{
	const char *name = w->ask->stack;
	struct lawname *law = &w->c->name;
	const struct stack *stack;
	struct lawterms_spec ask = { .name = &w->c->name,
				    .fix = &w->ask->fix,
				    .given = w->ask->sheet };

	if (lawname_parse(law, w->ask->law, w->why))
		return -1;
	stack = shelf_stack(w->shelf, &(struct stack_spec){ name, "",
							    law->arch },
			    w->why);
	if (!stack)
		return -1;
	if (!stack->knows)
		return no_arch(w);
	make_stack(w, stack);
	if (take_trials(w))
		return -1;
	ask.facts = shelf_stack_facts(w->shelf, name, "");
	ask.arch = w->row[0]->gpu->arch;
	if (lawterms_take(&w->c->terms, &ask, w->why))
		return -1;
	pad_all(w->c);
	return solve(w);
}

int lawfit(struct lawfit *c, const struct lawfit_spec *ask,
	      const struct table *table, struct shelf *shelf,
	      struct fault *why)
{
	struct work *w = mem_zeroed(1, sizeof(*w));
	int rc;

	assert(c && ask && table && shelf);
	*c = (struct lawfit){ .table = table, .sheet = ask->sheet };
	w->c = c;
	w->ask = ask;
	w->shelf = shelf;
	w->why = why;
	rc = fit_law(w);
	free(w->weight);
	free(w->row);
	free(w);
	return rc;
}

void lawfit_release(struct lawfit *c)
{
	free(c->trial);
	free(c->used);
	free(c->bad);
	free(c->predicted_s);
	*c = (struct lawfit){ 0 };
}
