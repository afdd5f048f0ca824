#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "answer/sweep.h"
#include "base/mem.h"

static bool is_own(const char *name)
{
	return scenario_column_find(name) < 0 && answer_column_find(name) < 0;
}

void sweep_sheet_init(struct sweep_sheet *o, const struct table *in)
{
	int columns = in ? in->columns : 0;

	*o = (struct sweep_sheet){ in,
		mem_zeroed((size_t)columns, sizeof(*o->own)), 0,
		mem_zeroed((size_t)scenario_columns_nr, sizeof(*o->given)) };
	for (int c = 0; c < columns; c++)
		if (is_own(in->head[c]))
			o->own[o->owns++] = c;
	for (int i = 0; i < scenario_columns_nr; i++)
		o->given[i] = in ? table_column(in, scenario_columns[i].name) :
			      -1;
}

void sweep_sheet_release(struct sweep_sheet *o)
{
	free(o->own);
	free(o->given);
}

void sweep_head(const struct sweep_sheet *o, struct text *out)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		text_addf(out, "%s%s", i ? "," : "", scenario_columns[i].name);
	for (int i = 0; i < o->owns; i++) {
		text_add(out, ",");
		text_cell(out, o->in->head[o->own[i]]);
	}
	for (int i = 0; i < answer_columns_nr; i++)
		text_addf(out, ",%s", answer_column(i));
	text_add(out, "\n");
}

/* A line of a sheet that the row names is to blame, and none of its own. */
static bool is_elsewhere(const struct sweep_sheet *o, const struct fault *why)
{
	return why->row > 0 && (!o->in || strcmp(why->file, o->in->name));
}

/* The answer of a row that has none: its fault, where a refusal stands. */
static void no_answer(const struct sweep_sheet *o, const struct swept *s,
		      struct text *out)
{
	int refusal = answer_column_find("refusal");
	struct text why = TEXT_INIT;

	if (is_elsewhere(o, &s->fault))
		text_addf(&why, "%s:%d: ", s->fault.file, s->fault.row);
	text_add(&why, s->fault.what);
	for (int i = 0; i < answer_columns_nr; i++) {
		text_char(out, ',');
		if (i == refusal)
			text_cell(out, why.buf);
	}
	text_release(&why);
}

/* ---- lines ---- */

static void scenario_cells(const struct scenario *s, int from, int to,
			   struct text *out)
{
	for (int i = from; i < to; i++) {
		text_char(out, ',');
		scenario_cell(s, i, out);
	}
}

/* What a pen has no cells of, it writes and keeps. */
static void keep_cells(struct sweep_pen *p, const struct scenario *s)
{
	p->of = *s;
	p->before.len = p->behind.len = 0;
	p->first = scenario_first_load();
	scenario_cells(s, 1, p->first, &p->before);
	scenario_cells(s, p->first + SCENARIO_LOADS, scenario_columns_nr,
		       &p->behind);
}

/* A list of lengths is no number. */
static void load_cells(struct sweep_pen *p, const struct scenario *s,
		       struct text *out)
{
	char *start, *end;

	if (*s->mix) {
		scenario_cells(s, p->first, p->first + SCENARIO_LOADS, out);
		return;
	}
	start = end = text_room(out, SCENARIO_LOADS * (TEXT_SPELT + 1));
	for (int i = 0; i < SCENARIO_LOADS; i++) {
		*end++ = ',';
		end = scenario_spell(s, p->first + i, &p->load[i], end);
	}
	text_wrote(out, (size_t)(end - start));
}

static void scenario_line(struct sweep_pen *p, const struct scenario *s,
			  struct text *out)
{
	if (!p->before.len || !scenario_nearly(&p->of, s))
		keep_cells(p, s);
	scenario_cell(s, 0, out);
	text_addn(out, p->before.buf, p->before.len);
	load_cells(p, s, out);
	text_addn(out, p->behind.buf, p->behind.len);
}

/* As it was written, where there is an input. */
static void malformed_line(const struct sweep_sheet *o, int row,
			   const struct scenario *s, struct text *out)
{
	for (int i = 0; i < scenario_columns_nr; i++) {
		if (i)
			text_char(out, ',');
		if (o->in)
			text_cell(out, table_get(o->in, row, o->given[i]));
		else
			scenario_cell(s, i, out);
	}
}

void sweep_pen_line(struct sweep_pen *p, int row, const struct swept *s,
		    struct text *out)
{
	const struct sweep_sheet *o = p->sheet;

	if (s->malformed)
		malformed_line(o, row, &s->scenario, out);
	else
		scenario_line(p, &s->scenario, out);
	for (int i = 0; i < o->owns; i++) {
		text_char(out, ',');
		text_cell(out, table_get(o->in, row, o->own[i]));
	}
	if (s->malformed)
		no_answer(o, s, out);
	else
		answer_line(&s->answer, &p->cells, out);
	text_char(out, '\n');
}

void sweep_pen_release(struct sweep_pen *p)
{
	text_release(&p->before);
	text_release(&p->behind);
}

void sweep_line(const struct sweep_sheet *o, int row, const struct swept *s,
		struct text *out)
{
	struct sweep_pen pen = { .sheet = o };

	sweep_pen_line(&pen, row, s, out);
	sweep_pen_release(&pen);
}
