#include "learn/parameter.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "facts/grammar.h"
#include "facts/set.h"
#include "learn/moved.h"

enum { KEY = 96 };		/* size: a key */

/* KEY with the word at its ARCH replaced by "any". */
static void with_any(const char *key, char *out, size_t size)
{
	char word[KEY_CHARS];
	int at = grammar_arch_of(key, word);
	const char *dot = strchr(key, '.');

	if (at < 0 && dot && !strchr(dot + 1, '.'))	/* eager.ARCH */
		snprintf(out, size, "%.*s.any", (int)(dot - key), key);
	else if (at < 0)
		snprintf(out, size, "%s", key);
	else
		snprintf(out, size, "%.*sany%s", at, key,
			 key + at + strlen(word));
}

/* Under the fact's own key, or any architecture's, behind the prefix. */
static const struct fact *prior_of(const struct facts *prior,
				   const struct fact *f, const char *prefix)
{
	char key[2 * KEY], any[KEY];
	const struct fact *p;

	snprintf(key, sizeof(key), "%s%s", prefix, f->key);
	p = facts_find(prior, key);
	if (p)
		return p;
	with_any(f->key, any, sizeof(any));
	snprintf(key, sizeof(key), "%s%s", prefix, any);
	return facts_find(prior, key);
}

/* The prior of a parameter; NULL: the fact is none. */
static const struct fact *parameter_prior(const struct facts *prior,
					  const struct fact *f,
					  const struct calibrate_model *model)
{
	if (f->origin != ORIGIN_FITTED)
		return NULL;
	return prior_of(prior, f, model ? model->prefix : "");
}

static int add_parameter(struct calibration *c, const struct fact *f,
			 const struct fact *p, struct fault *why)
{
	struct parameter *to;

	if (!(p->err > 0)) {
		fault_at(why, p->file, p->line, 0);
		fault_what(why, "the prior of %s has no err", f->key);
		return fault_remedy(why, "write one standard error");
	}
	c->parameter = mem_resize(c->parameter, (size_t)c->parameters + 1,
				  sizeof(*c->parameter));
	to = &c->parameter[c->parameters++];
	*to = (struct parameter){ .file = f->file, .date = f->date,
		.line = f->line,
		.value = f->value, .prior = p->value, .prior_err = p->err,
		.is_log = p->dim == DIM_RATIO };
	snprintf(to->key, sizeof(to->key), "%s%s%s", f->key,
		 *f->date ? "@" : "", f->date);
	if (to->is_log)
		to->prior_err = p->err / p->value;
	return 0;
}

/*
 * What is believed of an overhead before any decode step of its stack: where
 * served runs of the same stack and month say what theirs is, that over what
 * served steps are of decode steps, with both errors; else nothing better.
 */
static void believe(struct fact *own, const struct facts *facts,
		    const struct facts *prior, const struct fact *f)
{
	char key[2 * KEY];
	const struct fact *served, *ratio;

	snprintf(key, sizeof(key), "serve_%s", f->key);
	served = facts_find(facts, key);
	ratio = facts_find(prior, "served.serve_overhead.any");
	if (!served || !ratio || !(served->err > 0))
		return;
	assert(served->value > 0 && ratio->value > 0);
	own->value = served->value / ratio->value;
	own->err = own->value * hypot(served->err / served->value,
				      ratio->err / ratio->value);
}

/* The sheets that parameters are gathered from. */
struct gathering {
	const struct facts *prior;
	const struct calibrate_model *model;
};

static int gather_from(struct calibration *c, const struct facts *facts,
		       const struct gathering *g, struct fault *why)
{
	for (int i = 0; i < facts->nr; i++) {
		const struct fact *f = &facts->fact[i];
		const struct fact *p = parameter_prior(g->prior, f, g->model);
		double unit = g->model ? g->model->unit(facts, f) : 1;
		struct fact own;

		if (!p || parameter_index(c, f) >= 0)
			continue;
		own = *p;
		own.value *= unit;
		own.err *= unit;
		if (!g->model)
			believe(&own, facts, g->prior, f);
		if (add_parameter(c, f, &own, why))
			return -1;
	}
	return 0;
}

int parameters_gather(struct calibration *c, const struct calibrate_spec *a,
		      const struct facts *prior, struct fault *why)
{
	struct gathering g = { prior, a->model };

	assert(!c->parameters && !c->rows && !c->groups);
	for (int r = 0; r < a->rows; r++) {
		const struct question *q = a->row[r].question;
		const struct facts *facts;

		if (isnan(a->row[r].measured))
			continue;
		c->rows++;
		if (a->row[r].group >= c->groups)
			c->groups = a->row[r].group + 1;
		facts = facts_behind(a->shelf, q);
		if (facts && gather_from(c, facts, &g, why))
			return -1;
	}
	return 0;
}
