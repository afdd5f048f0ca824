#include "fit/lawfit.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define PERCENT 100	/* units: per cent */

static bool counts(const struct lawfit *c, int i, bool used,
		   const char *hw)
{
	return c->used[i] == used &&
	       (!hw || !strcmp(c->trial[i].gpu->name, hw));
}

void lawfit_errors(const struct lawfit *c, bool used,
			const char *hw, struct errors *e)
{
	assert(c && e);
	*e = (struct errors){ 0 };
	for (int i = 0; i < c->trials; i++) {
		double error = c->predicted_s[i] / c->trial[i].s - 1;

		if (!counts(c, i, used, hw))
			continue;
		e->rows++;
		e->mape += fabs(error);
		e->bias += error;
	}
	if (!e->rows)
		return;
	e->mape /= e->rows;
	e->bias /= e->rows;
}

/* ---- as rows of a sheet ---- */

enum { KEY, VALUE, ERR, UNIT, ORIGIN, SOURCE, NOTE };

/* The sources of the rows fitted to, each once. */
static void sources(const struct lawfit *c, struct text *out)
{
	const struct table *t = c->table;
	int column = table_column(t, "source");
	const char *last = "";

	for (int i = 0; i < c->trials; i++) {
		const char *s = table_get(t, c->trial[i].row, column);

		if (!c->used[i] || !strcmp(s, last) || !*s ||
		    (out->buf && strstr(out->buf, s)))
			continue;
		text_addf(out, "%s%s", out->len ? "; " : "", s);
		last = s;
	}
	if (!out->len)
		text_add(out, t->name);
}

static void term_row(const struct lawfit *c, const struct lawterm *t,
		     struct table *out)
{
	double factor = lawterm_factor(t->want);
	int row = table_add_row(out, 0);

	table_setf(out, row, KEY, "%s.%s", c->name.root, t->want->key);
	table_setf(out, row, VALUE, "%.4g", t->value / factor);
	if (t->fitted)
		table_setf(out, row, ERR, "%.2g", t->err / factor);
	table_set(out, row, UNIT, lawterm_unit(t->want));
	table_set(out, row, ORIGIN, t->fitted ? "fitted" : "assumed");
}

static void first_note(const struct lawfit *c, const char *command,
		       struct text *out)
{
	struct errors e;

	lawfit_errors(c, true, NULL, &e);
	text_addf(out, "%s; %d rows; mean error %.1f %%", command, e.rows,
		  e.mape * PERCENT);
}

static void not_fitted(const struct lawfit *c, struct table *out, int row)
{
	if (c->held)
		table_setf(out, row, SOURCE, "hw/stacks/%s.csv", c->held);
	else
		table_set(out, row, SOURCE, "the form of the law");
	table_set(out, row, NOTE, c->held ? "the rows do not tell it: as it "
		  "was" : "not fitted");
}

void lawfit_sheet(const struct lawfit *c, const char *command,
		       struct table *out)
{
	static const char *const head[] = { "key", "value", "err", "unit",
					    "origin", "source", "note" };
	struct text from = TEXT_INIT, note = TEXT_INIT;
	bool told = false;

	assert(c && command && out);
	for (int i = 0; i <= NOTE; i++)
		table_need(out, head[i]);
	sources(c, &from);
	first_note(c, command, &note);
	for (int i = 0; i < c->terms.nr; i++) {
		const struct lawterm *t = &c->terms.term[i];

		term_row(c, t, out);
		if (!t->fitted) {
			not_fitted(c, out, i);
			continue;
		}
		table_set(out, i, SOURCE, from.buf);
		table_set(out, i, NOTE, told ? "" : note.buf);
		told = true;
	}
	text_release(&from);
	text_release(&note);
}

/* ---- beside the measurements ---- */

void lawfit_rows(const struct lawfit *c, struct table *out)
{
	const struct table *t = c->table;
	int at;

	assert(c && out);
	for (int j = 0; j < t->columns; j++)
		table_need(out, t->head[j]);
	at = table_need(out, "predicted_us");
	table_need(out, "error_pct");
	table_need(out, "fitted");
	for (int i = 0; i < c->trials; i++) {
		int row = table_add_row(out, 0);
		double s = c->predicted_s[i];

		for (int j = 0; j < t->columns; j++)
			table_set(out, row, j,
				  table_get(t, c->trial[i].row, j));
		table_setf(out, row, at, "%.4g", units_us(s));
		table_setf(out, row, at + 1, "%.1f",
			   (s / c->trial[i].s - 1) * PERCENT);
		table_set(out, row, at + 2, c->used[i] && !c->sheet ? "yes" :
			  "no");
	}
}
