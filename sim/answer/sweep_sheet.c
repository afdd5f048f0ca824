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

/* The answer of a row that has none: its fault, where a refusal stands. */
static void no_answer(const struct swept *s, struct text *out)
{
	int refusal = answer_column_find("refusal");

	for (int i = 0; i < answer_columns_nr; i++) {
		text_addn(out, ",", 1);
		if (i == refusal)
			text_cell(out, s->fault.what);
	}
}

void sweep_line(const struct sweep_sheet *o, int row, const struct swept *s,
		struct text *out)
{
	for (int i = 0; i < scenario_columns_nr; i++) {
		if (i)
			text_addn(out, ",", 1);
		if (s->malformed && o->in)
			text_cell(out, table_get(o->in, row, o->given[i]));
		else
			scenario_cell(&s->scenario, i, out);
	}
	for (int i = 0; i < o->owns; i++) {
		text_addn(out, ",", 1);
		text_cell(out, table_get(o->in, row, o->own[i]));
	}
	if (s->malformed)
		no_answer(s, out);
	else for (int i = 0; i < answer_columns_nr; i++) {
		text_addn(out, ",", 1);
		answer_cell(&s->answer, i, out);
	}
	text_addn(out, "\n", 1);
}
