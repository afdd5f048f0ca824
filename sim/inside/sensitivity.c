#include "inside/sensitivity.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "inside/ladder.h"
#include "base/mem.h"
#include "facts/grammar.h"

#define TENTH 0.1	/* math: a tenth of a fact's value */
#define MATTERS 1e-6	/* math: a smaller change is rounding */

/* A sheet that may be changed; its strings are the original's. */
struct copy {
	const char *name;
	const struct facts *original;	/* not owned */
	struct facts facts;
};

/* A question's sheets, of which one fact at a time is moved. */
struct desk {
	const struct sensitivity_spec *ask;
	struct copy gpu, stack, model;
	struct memo *memo;	/* owned */
};

/* Output tokens per second of a GPU; NaN when the sheets allow no answer. */
static double rate_with(struct desk *d, struct stack *stack)
{
	struct model model = *d->ask->config;
	struct gpu gpu;
	struct question q;
	struct fault why;
	struct deployment sheets = { .machine = { .gpu = &gpu, .stack = stack },
				     .model = &model };

	memset(model.tokens_per_step, 0, sizeof(model.tokens_per_step));
	if (gpu_take(&gpu, &d->gpu.facts, &why) ||
	    stack_take_checked(stack, &d->stack.facts, gpu.arch, &why) ||
	    model_take(&model, &d->model.facts, &why))
		return (double)NAN;
	memo_lend(d->memo, &sheets);
	if (question_recall(&q, d->ask->scenario, d->memo, &why))
		return (double)NAN;
	return ladder_tok(&q) / ladder_without_s(&q, 0);
}

static double rate(struct desk *d)
{
	struct stack *stack = mem_zeroed(1, sizeof(*stack));
	double got = rate_with(d, stack);

	free(stack);
	return got;
}

static double nudged(struct desk *d, struct fact *f, double by)
{
	double was = f->value, got;

	if (!(fabs(by) > 0))
		return (double)NAN;
	f->value = was + by;
	got = rate(d);
	f->value = was;
	return got;
}

static void nudge(struct sensitivity *s, struct desk *d, struct copy *sheet,
		  int at)
{
	struct fact *f = &sheet->facts.fact[at];
	const double by[NUDGE_NR] = { -f->err, f->err, -TENTH * f->value,
				      TENTH * f->value };
	struct influence m = { .sheet = sheet->name,
			       .fact = &sheet->original->fact[at] };

	for (int i = 0; i < NUDGE_NR; i++) {
		m.tok_s_gpu[i] = nudged(d, f, by[i]);
		if (!isnan(m.tok_s_gpu[i]))
			m.largest = fmax(m.largest, fabs(m.tok_s_gpu[i] /
						s->tok_s_gpu - 1));
	}
	if (m.largest < MATTERS)
		return;
	s->moved = mem_grow(s->moved, s->nr, &s->cap, sizeof(*s->moved));
	s->moved[s->nr++] = m;
}

/* A law of another architecture than the GPU's: nobody asks for it. */
static bool is_elsewhere(const char *key, const struct places *here)
{
	char word[KEY_CHARS];

	if (grammar_arch_of(key, word) < 0)
		return false;
	for (int i = 0; i < here->nr; i++)
		if (!strcmp(word, here->word[i]))
			return false;
	return true;
}

static void nudge_all(struct sensitivity *s, struct desk *d,
		      struct copy *sheet)
{
	const struct facts *own = &sheet->facts;
	const struct fact *arch = facts_find(&d->gpu.facts, "arch");
	struct places here;

	grammar_places(&here, &d->stack.facts, arch ? arch->text : "any");
	for (int i = 0; i < own->nr; i++)
		if (own->fact[i].dim != DIM_NAME &&
		    !is_elsewhere(own->fact[i].key, &here))
			nudge(s, d, sheet, i);
}

static struct copy copy_of(const char *name, const struct facts *original)
{
	return (struct copy){ name, original, facts_borrow(original) };
}

static int by_size(const void *a, const void *b)
{
	const struct influence *x = a, *y = b;

	if (x->largest > y->largest || x->largest < y->largest)
		return x->largest > y->largest ? -1 : 1;
	return strcmp(x->fact->key, y->fact->key);
}

void sensitivity_make(struct sensitivity *s, const struct sensitivity_spec *a)
{
	struct desk d = { .ask = a };

	assert(a->gpu && a->stack && a->model);
	d.gpu = copy_of("GPU", a->gpu);
	d.stack = copy_of("stack", a->stack);
	d.model = copy_of("model", a->model);
	d.memo = memo_new(NULL);
	*s = (struct sensitivity){ .tok_s_gpu = rate(&d) };
	nudge_all(s, &d, &d.gpu);
	nudge_all(s, &d, &d.stack);
	nudge_all(s, &d, &d.model);
	if (s->nr)
		qsort(s->moved, (size_t)s->nr, sizeof(*s->moved), by_size);
	free(d.gpu.facts.fact);
	free(d.stack.facts.fact);
	free(d.model.facts.fact);
	free(d.memo);
}

void sensitivity_release(struct sensitivity *s)
{
	free(s->moved);
	*s = (struct sensitivity){ 0 };
}

/* ---- table ---- */

/* The larger change of a pair, in per cent; NaN when there is none. */
static double percent(const struct sensitivity *s, double down, double up)
{
	double a = isnan(down) ? 0 : fabs(down / s->tok_s_gpu - 1);
	double b = isnan(up) ? 0 : fabs(up / s->tok_s_gpu - 1);

	if (isnan(down) && isnan(up))
		return (double)NAN;
	return 100 * fmax(a, b);	/* units: per cent */
}

static void put_fact(struct table *t, int row, const struct influence *m)
{
	const struct fact *f = m->fact;
	double per = f->value / strtod(f->text, NULL);	/* unit to base */

	table_set(t, row, table_need(t, "sheet"), m->sheet);
	table_set(t, row, table_need(t, "key"), f->key);
	table_set(t, row, table_need(t, "value"), f->text);
	if (f->err > 0 && isfinite(per) && per > 0)
		table_put(t, row, "err", f->err / per);
	table_need(t, "err");
	table_set(t, row, table_need(t, "unit"), f->unit);
	table_set(t, row, table_need(t, "origin"), origin_name(f->origin));
}

void sensitivity_table(const struct sensitivity *s, struct table *t)
{
	assert(s->nr >= 0);
	for (int i = 0; i < s->nr; i++) {
		const double *r = s->moved[i].tok_s_gpu;
		int row = table_add_row(t, 0);

		put_fact(t, row, &s->moved[i]);
		table_put(t, row, "tok_s_gpu", s->tok_s_gpu);
		table_put(t, row, "err_down", r[NUDGE_ERR_DOWN]);
		table_put(t, row, "err_up", r[NUDGE_ERR_UP]);
		table_put(t, row, "err_pct", percent(s, r[NUDGE_ERR_DOWN],
					       r[NUDGE_ERR_UP]));
		table_put(t, row, "tenth_down", r[NUDGE_TENTH_DOWN]);
		table_put(t, row, "tenth_up", r[NUDGE_TENTH_UP]);
		table_put(t, row, "tenth_pct", percent(s, r[NUDGE_TENTH_DOWN],
						 r[NUDGE_TENTH_UP]));
	}
}
