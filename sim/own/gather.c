#include "own/gather.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "base/mem.h"
#include "facts/grammar.h"
#include "facts/set.h"
#include "sheet/want.h"
#include "learn/moved.h"

/* ---- which facts are parameters ---- */

/* prior.csv's row of a fact: under its key, or with its architecture any. */
static const struct fact *prior_of(const struct facts *prior,
				   const struct fact *f)
{
	const struct fact *p = facts_find(prior, f->key);
	char any[KEY_CHARS], word[KEY_CHARS];
	int at = grammar_arch_of(f->key, word);

	if (p || at < 0)
		return p;
	snprintf(any, sizeof(any), "%.*sany%s", at, f->key,
		 f->key + at + strlen(word));
	return facts_find(prior, any);
}

static void add_parameter(struct own *o, const struct fact *f)
{
	struct calibration *c = &o->c;
	struct parameter *to;

	c->parameter = mem_resize(c->parameter, (size_t)c->parameters + 1,
				  sizeof(*c->parameter));
	to = &c->parameter[c->parameters++];
	*to = (struct parameter){ .file = f->file, .date = f->date,
		.line = f->line,
		.value = f->value, .prior = f->value,
		.prior_err = f->err / f->value, .is_log = true,
		.is_time = f->dim == DIM_S };
	snprintf(to->key, sizeof(to->key), "%s", f->key);
}

/*
 * What was fitted to the steps of many layouts is their mean and stays: its
 * error is in the band, which was learned without the layout, and so in what
 * one's own layout stands off by.
 */
static void gather_from(struct own *o, const struct facts *facts,
			const struct facts *prior)
{
	for (int i = 0; i < facts->nr; i++) {
		const struct fact *f = &facts->fact[i];
		const struct fact *p = prior_of(prior, f);

		if (p && p->err > 0 && f->value > 0 &&
		    f->origin != ORIGIN_FITTED &&
		    parameter_index(&o->c, f) < 0)
			add_parameter(o, f);
	}
}

bool own_takes_part(const struct own_row *r)
{
	return isfinite(r->measured_step_s) && r->measured_step_s > 0;
}

/* It takes part, and its stack has something to learn. */
static bool learns(const struct own_row *r)
{
	return own_takes_part(r) &&
	       !(r->question->on.machine.stack->ideal > 0);
}

/* ---- what is known of the rows ---- */

/* The row of overhead of an architecture. */
static const struct fact *overhead_in(const struct facts *facts,
				      const char *arch)
{
	struct places at;
	const struct fact *f = NULL;
	char key[KEY_CHARS];

	assert(facts && arch);
	grammar_places(&at, facts, arch);
	for (int i = 0; i < at.nr && !f; i++) {
		snprintf(key, sizeof(key), "overhead.%s", at.word[i]);
		f = facts_find(facts, key);
	}
	return f;
}

static const struct fact *overhead_of(const struct own_spec *a,
				      const struct question *q)
{
	const struct facts *facts = facts_behind(a->shelf, q);

	return facts ? overhead_in(facts, q->on.machine.gpu->arch) : NULL;
}

/*
 * What a row may be off by beside what the parameters may: where overhead is
 * one, its error is the parameter's, and not of the layout again.
 */
static double layout_var(const struct own *o, const struct own_spec *a,
			 const struct question *q)
{
	const struct fact *f = overhead_of(a, q);
	double sd = answer_log_sd(q);
	double err = machine_overhead_log_sd(&q->on.machine);

	if (f && parameter_index(&o->c, f) >= 0)
		return fmax(0, sd * sd - err * err);
	return sd * sd;
}

/* Root mean square of that over the rows that take part. */
static double band_of(const struct own *o, const struct own_spec *a, int *rows)
{
	double sum = 0;

	*rows = 0;
	for (int r = 0; r < a->rows; r++) {
		if (!own_takes_part(&a->row[r]))
			continue;
		sum += layout_var(o, a, a->row[r].question);
		++*rows;
	}
	return *rows ? sqrt(sum / *rows) : 0;
}

static struct own_knot knot_of(const struct own_spec *a,
			       const struct question *q)
{
	const struct fact *f = overhead_of(a, q);

	return (struct own_knot){ .stack = q->on.machine.stack,
		.class = deployment_class(&q->on), .image = f ? f->date : "",
		.log_batch = log(q->batch.seqs),
		.family = q->on.model->family };
}

static void find_knots(struct own *o, const struct own_spec *a)
{
	struct own_knot *of = mem_zeroed((size_t)a->rows + 1, sizeof(*of));

	for (int r = 0; r < a->rows; r++)
		if (learns(&a->row[r]))
			of[r] = knot_of(a, a->row[r].question);
	own_bend_init(&o->bend, of, a->rows);
	free(of);
}

int own_prior_read(struct own_prior *p, struct facts *prior,
		   struct fault *why)
{
	static const struct want share = { "own.share", DIM_RATIO,
					   LIMIT_INSIDE, 0, false };
	static const struct want near = { "own.near", DIM_RATIO, LIMIT_INSIDE,
					  0, false };
	static const struct want reach = { "own.reach", DIM_RATIO,
					   LIMIT_POSITIVE, 0, false };

	assert(p && prior);
	if (want_one(&share, prior, NULL, &p->share, why) ||
	    want_one(&near, prior, NULL, &p->near, why) ||
	    want_one(&reach, prior, NULL, &p->reach, why))
		return -1;
	return 0;
}

struct own_varies own_prior_varies(const struct own_prior *p, double band)
{
	assert(p->share >= 0 && p->share <= 1 && p->near >= 0 && p->near <= 1);
	return (struct own_varies){ band * sqrt(p->share * (1 - p->near)),
				    band * sqrt(p->share * p->near),
				    p->reach };
}

static int no_root(struct fault *why)
{
	fault_what(why, "what the rows' layouts vary by has no root");
	return fault_remedy(why, "own.share and own.near of hw/stacks/"
			    "prior.csv lie between 0 and 1");
}

int own_gather(struct own *o, const struct own_spec *a, struct fault *why)
{
	struct facts prior = { 0 };
	struct own_prior vary;
	struct own_varies varies;
	int rc;

	assert(o && a && a->shelf);
	rc = shelf_sheet(a->shelf, "hw/stacks", "prior", &prior, why) ||
	     own_prior_read(&vary, &prior, why) ? -1 : 0;
	for (int r = 0; r < a->rows && rc == 0; r++) {
		const struct facts *facts =
			facts_behind(a->shelf, a->row[r].question);

		if (facts && learns(&a->row[r]))
			gather_from(o, facts, &prior);
	}
	facts_release(&prior);
	if (rc)
		return rc;
	o->share = vary.share;
	o->near = vary.near;
	o->band = band_of(o, a, &o->c.rows);
	o->scatter = o->band * sqrt(1 - o->share);
	find_knots(o, a);
	varies = own_prior_varies(&vary, o->band);
	if (o->band > 0 && own_bend_root(&o->bend, &varies))
		return no_root(why);
	return 0;
}
