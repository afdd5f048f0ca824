#include "ask/memo.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

struct memo *memo_new(const struct library *lib)
{
	struct memo *m = mem_resize(NULL, 1, sizeof(*m));

	m->library = lib;
	m->gpu = NULL;
	m->stack = NULL;
	m->model = NULL;
	m->set[0] = '\0';
	m->skews = m->oldest = 0;
	m->made = 0;
	m->warm = NULL;
	m->lawful.model = NULL;
	return m;
}

void memo_lend(struct memo *m, const struct deployment *sheets)
{
	assert(!m->library && sheets->machine.gpu && sheets->machine.stack &&
	       sheets->model);
	m->gpu = sheets->machine.gpu;
	m->stack = sheets->machine.stack;
	m->model = sheets->model;
	m->lawful.model = NULL;		/* its sheets may have changed */
}

static void hold(char *held, const char *name)
{
	assert(strlen(name) < SCENARIO_WORD);
	memcpy(held, name, strlen(name) + 1);
}

/* A name and the facts to change, as a library takes them. */
struct named {
	char name[2 * SCENARIO_WORD];
};

static const char *named(struct named *n, const char *name, const char *set)
{
	if (!*set)
		return name;
	snprintf(n->name, sizeof(n->name), "%s%c%s", name, SET_MARK, set);
	return n->name;
}

static const struct gpu *gpu_of(struct memo *m, const struct scenario *s,
				struct fault *why)
{
	struct named n;

	if (m->gpu && !strcmp(m->hw, s->hw))
		return m->gpu;
	hold(m->hw, s->hw);
	return m->gpu = m->library->gpu(m->library->of,
					named(&n, s->hw, s->set), why);
}

static const struct stack *stack_of(struct memo *m, const struct scenario *s,
				    struct fault *why)
{
	struct named n;
	const struct stack_spec spec = { named(&n, s->stack, s->set),
					 m->date, m->gpu->arch };

	if (m->stack && !strcmp(m->software, s->stack) &&
	    !strcmp(m->date, s->date) &&
	    !strcmp(m->stack->arch, m->gpu->arch))
		return m->stack;
	hold(m->software, s->stack);
	hold(m->date, s->date);
	return m->stack = m->library->stack(m->library->of, &spec, why);
}

static const struct model *model_of(struct memo *m, const struct scenario *s,
				    struct fault *why)
{
	struct named n;

	if (m->model && !strcmp(m->name, s->model))
		return m->model;
	hold(m->name, s->model);
	return m->model = m->library->model(m->library->of,
					    named(&n, s->model, s->set), why);
}

static void take_set(struct memo *m, const struct scenario *s)
{
	if (!strcmp(m->set, s->set))
		return;
	m->gpu = NULL;
	m->stack = NULL;
	m->model = NULL;
	hold(m->set, s->set);
}

int memo_names(struct memo *m, const struct scenario *s, struct fault *why)
{
	struct fault own = *why;
	bool none;

	if (!m->library)
		return 0;
	take_set(m, s);
	none = *s->hw && (!gpu_of(m, s, &own) ||
			  (*s->stack && !stack_of(m, s, &own)));
	none = none || (*s->model && !model_of(m, s, &own));
	if (none)
		*why = own;
	return none ? -1 : 0;
}

int memo_look_up(struct memo *m, const struct scenario *s,
		 struct deployment *on, struct fault *why)
{
	assert(on && (m->library || m->model));
	if (!m->library) {
		on->machine.gpu = m->gpu;
		on->machine.stack = m->stack;
		on->model = m->model;
		return 0;
	}
	take_set(m, s);
	on->machine.gpu = gpu_of(m, s, why);
	if (!on->machine.gpu)
		return -1;
	on->machine.stack = stack_of(m, s, why);
	if (!on->machine.stack)
		return -1;
	on->model = model_of(m, s, why);
	return on->model ? 0 : -1;
}

static bool same(const struct skew_spec *a, const struct skew_spec *b)
{
	return a->balance == b->balance && a->experts == b->experts &&
	       a->topk == b->topk && a->slots == b->slots &&
	       a->ranks == b->ranks && !(a->sigma < b->sigma) &&
	       !(a->sigma > b->sigma) && !(a->drift_cv < b->drift_cv) &&
	       !(a->drift_cv > b->drift_cv);
}

const struct skew *memo_skew(struct memo *m, const struct skew_spec *spec)
{
	int i = m->oldest;

	for (int k = 0; k < m->skews; k++)
		if (same(&m->spec[k], spec))
			return &m->skew[k];
	assert(i >= 0 && i < MEMO_SKEWS && spec->ranks >= 1);
	m->oldest = (i + 1) % MEMO_SKEWS;
	if (m->skews < MEMO_SKEWS)
		m->skews++;
	m->spec[i] = *spec;
	skew_make(&m->skew[i], spec);
	m->skew[i].id = ++m->made;
	return &m->skew[i];
}

static bool stored_alike(const struct storage *a, const struct storage *b)
{
	return !memcmp(&a->weights, &b->weights, sizeof(a->weights)) &&
	       a->kv == b->kv && a->keys == b->keys;
}

static bool laid_alike(const struct layout *a, const struct layout *b)
{
	return a->gpus == b->gpus && a->tp == b->tp && a->ep == b->ep &&
	       a->dcp == b->dcp && a->pp == b->pp &&
	       a->drafts == b->drafts && a->exchange == b->exchange;
}

bool memo_is_lawful(const struct memo *m, const struct deployment *d)
{
	const struct deployment *l = &m->lawful;

	return l->model == d->model && l->machine.gpu == d->machine.gpu &&
	       l->machine.stack == d->machine.stack &&
	       laid_alike(&l->layout, &d->layout) &&
	       stored_alike(&l->layout.storage, &d->layout.storage);
}
