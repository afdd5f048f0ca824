#include "learn/moved.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer/answer.h"
#include "base/mem.h"
#include "facts/grammar.h"
#include "facts/set.h"

void moves_init(struct moves *m, const struct calibration *c)
{
	*m = (struct moves){ .c = c,
		.by = mem_zeroed((size_t)c->parameters + 1,
				 sizeof(*m->by)), .room = step_room() };
}

static void forget(struct moves *m)
{
	for (int i = 0; i < m->nr; i++) {
		free(m->item[i]->facts.fact);
		free(m->item[i]);
	}
	m->nr = 0;
}

void moves_release(struct moves *m)
{
	forget(m);
	free(m->item);
	free(m->by);
	free(m->room);
	*m = (struct moves){ 0 };
}

int parameter_index(const struct calibration *c, const struct fact *f)
{
	assert(f->key);
	if (fact_is_set(f))
		return -1;
	for (int i = 0; i < c->parameters; i++)
		if (c->parameter[i].line == f->line &&
		    strcmp(c->parameter[i].file, f->file) == 0)
			return i;
	return -1;
}

double parameter_moved(const struct parameter *p, double by)
{
	return p->is_log ? p->value * exp(by) : p->value + by;
}

/* Of all rows those that were moved alone can have become wrong. */
static int make(struct moved_stack *to, const struct moves *m,
		const struct moved_from *from, struct fault *why)
{
	struct facts *own = &to->facts;

	to->from = *from;
	*own = facts_borrow(from->facts);
	for (int i = 0; i < own->nr; i++) {
		int p = parameter_index(m->c, &own->fact[i]);

		if (p >= 0)
			own->fact[i].value = parameter_moved(
				&m->c->parameter[p], m->by[p]);
	}
	for (int i = 0; i < own->nr; i++)
		if (parameter_index(m->c, &own->fact[i]) >= 0 &&
		    grammar_check(own, i, why))
			return -1;
	return stack_take_checked(&to->stack, own, from->arch, why);
}

const struct stack *moves_stack(struct moves *m,
				const struct moved_from *from,
				const double *by, struct fault *why)
{
	size_t size = (size_t)m->c->parameters * sizeof(*by);
	struct moved_stack *to;

	if (memcmp(m->by, by, size)) {
		forget(m);
		memcpy(m->by, by, size);
	}
	for (int i = 0; i < m->nr; i++)
		if (m->item[i]->from.facts == from->facts &&
		    !strcmp(m->item[i]->from.arch, from->arch))
			return &m->item[i]->stack;
	to = mem_zeroed(1, sizeof(*to));
	m->item = mem_grow(m->item, m->nr, &m->cap, sizeof(*m->item));
	m->item[m->nr++] = to;
	return make(to, m, from, why) ? NULL : &to->stack;
}

const struct facts *facts_behind(struct shelf *shelf, const struct question *q)
{
	return shelf_sheets(shelf, &q->scenario).stack;
}

int moves_error(struct moves *m, const struct moved_row *row,
		const double *by, double *out, struct fault *why)
{
	struct question q = *row->question;
	const struct moved_from from = { facts_behind(row->shelf, &q),
					 q.on.machine.gpu->arch };
	const struct stack *stack = moves_stack(m, &from, by, why);
	struct answer answer;

	if (!stack)
		return -1;
	assert(row->measured > 0);
	q.on.machine.stack = stack;
	q.on.machine.own = (1 + q.on.machine.own) * exp(row->own) - 1;
	if (row->model) {
		*out = log(row->model->predict(row->model->of, row->row, &q) /
			   row->measured);
		return 0;
	}
	answer_speed(&answer, &q, m->room);
	*out = log(answer.step_s / row->measured);
	return 0;
}
