#include "say/show_text.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "base/units.h"

enum {
	WIDTH = 80,	/* size: columns of a line */
	INDENT = 4,	/* size: of what stands below a row */
	CELL = 96,	/* size: a value with its unit */
	ORIGIN = 8,	/* size: "measured" */
	GROUP = 3,	/* size: digits between separators */
	GROUPED = 9	/* size: more digits than this get a prefix instead */
};

/* ---- values ---- */

/* 70272: 70,272 */
static void grouped(const char *digits, char *out, size_t size)
{
	size_t len = strlen(digits), used = 0;

	for (size_t i = 0; i < len && used + 2 < size; i++) {
		if (i && (len - i) % GROUP == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
}

static void of_params(const struct fact *f, char *out, size_t size)
{
	if (f->value >= GIGA)
		snprintf(out, size, "%.2f B params", f->value / GIGA);
	else
		units_human(f->value, DIM_PARAMS, out, (int)size);
}

static void of_bytes(const struct fact *f, char *out, size_t size)
{
	if (strlen(f->text) > GROUPED) {
		units_human(f->value, DIM_B, out, (int)size);
		return;
	}
	grouped(f->text, out, size);
	snprintf(out + strlen(out), size - strlen(out), " B");
}

/* FLOP has the prefixes of FLOP/s. */
static void of_flop(const struct fact *f, char *out, size_t size)
{
	char *per;

	units_human(f->value, DIM_FLOPS, out, (int)size);
	per = strchr(out, '/');
	if (per)
		*per = '\0';
}

static void as_written(const struct fact *f, char *out, size_t size)
{
	bool bare = f->dim == DIM_NAME || strcmp(f->unit, "1") == 0 ||
		    strcmp(f->unit, "count") == 0;

	snprintf(out, size, "%s%s%s", f->text, bare ? "" : " ",
		 bare ? "" : f->unit);
}

static void value_cell(const struct fact *f, char *out, size_t size)
{
	if (f->origin != ORIGIN_DERIVED)
		as_written(f, out, size);
	else if (strcmp(f->unit, "params") == 0)
		of_params(f, out, size);
	else if (strcmp(f->unit, "B") == 0)
		of_bytes(f, out, size);
	else if (strcmp(f->unit, "FLOP") == 0)
		of_flop(f, out, size);
	else
		as_written(f, out, size);
}

/* In the unit of the value. */
static void error_cell(const struct fact *f, char *out, size_t size)
{
	enum dim dim;
	double factor;

	*out = '\0';
	if (f->err > 0 && !units_parse(f->unit, &dim, &factor))
		snprintf(out, size, "+- %.3g", f->err / factor);
}

/* ---- a table of them ---- */

struct widths {
	int key, value, error;
};

static void widen(int *width, const char *cell)
{
	int len = (int)strlen(cell);

	if (len > *width)
		*width = len;
}

static void measure(struct widths *w, const struct facts *fs)
{
	char cell[CELL];

	for (int i = 0; i < fs->nr; i++) {
		widen(&w->key, fs->fact[i].key);
		value_cell(&fs->fact[i], cell, sizeof(cell));
		widen(&w->value, cell);
		error_cell(&fs->fact[i], cell, sizeof(cell));
		widen(&w->error, cell);
	}
}

/* Words below a row; one that is longer than a line is not cut. */
static void below(const char *words, struct text *out)
{
	int at = 0;

	while (*words) {
		int len = (int)strcspn(words, " ");

		if (at && at + 1 + len <= WIDTH) {
			text_add(out, " ");
			at++;
		} else {
			text_addf(out, "%s%*s", at ? "\n" : "", INDENT, "");
			at = INDENT;
		}
		text_addn(out, words, (size_t)len);
		at += len;
		words += len;
		words += strspn(words, " ");
	}
	if (at)
		text_add(out, "\n");
}

/* The parts of a row that are always on one line; returns their width. */
static int left(const struct fact *f, const struct widths *w,
		struct text *out)
{
	char value[CELL], error[CELL];
	size_t start = out->len;

	value_cell(f, value, sizeof(value));
	error_cell(f, error, sizeof(error));
	text_addf(out, "%-*s  %-*s  ", w->key, f->key, w->value, value);
	if (w->error)
		text_addf(out, "%-*s  ", w->error, error);
	text_add(out, origin_name(f->origin));
	return (int)(out->len - start);
}

/* In its column; below when it is too long for it; a ditto when repeated. */
static void source(const struct fact *f, const struct fact *above, int used,
		   struct text *out)
{
	const char *words = f->source;
	int gap = ORIGIN - (int)strlen(origin_name(f->origin)) + 2;

	if (above && strcmp(above->source, words) == 0)
		words = "\"";
	if (used + gap + (int)strlen(words) <= WIDTH) {
		text_addf(out, "%*s%s\n", gap, "", words);
		return;
	}
	text_add(out, "\n");
	below(words, out);
}

static void rows(const struct facts *fs, const struct widths *w,
		 struct text *out)
{
	for (int i = 0; i < fs->nr; i++) {
		const struct fact *f = &fs->fact[i];

		source(f, i ? f - 1 : NULL, left(f, w, out), out);
		below(f->note, out);
	}
}

static void head(const struct widths *w, struct text *out)
{
	text_addf(out, "%-*s  %-*s  ", w->key, "key", w->value, "value");
	if (w->error)
		text_addf(out, "%-*s  ", w->error, "error");
	text_addf(out, "%-*s  source\n", ORIGIN, "origin");
}

void show_text(const struct shown *s, struct text *out)
{
	struct widths w = { 0 };

	assert(s && out);
	widen(&w.key, "key");
	widen(&w.value, "value");
	measure(&w, &s->config);
	measure(&w, s->sheet);
	measure(&w, &s->derived);
	if (w.error)
		widen(&w.error, "error");
	text_addf(out, "%s: a %s, %s\n", s->sheet->name, s->what, s->path);
	if (s->borrowed)
		text_add(out, "routing facts are borrowed from the family: "
			 "no sheet stands beside this config\n");
	text_add(out, "\n");
	head(&w, out);
	rows(&s->config, &w, out);
	rows(s->sheet, &w, out);
	if (!s->derived.nr)
		return;
	text_add(out, "\nderived\n");
	rows(&s->derived, &w, out);
}

/* ---- CSV ---- */

static void table_facts(struct table *t, const struct facts *fs)
{
	for (int i = 0; i < fs->nr; i++) {
		const struct fact *f = &fs->fact[i];
		int row = table_add_row(t, 0);

		table_set(t, row, table_need(t, "key"), f->key);
		table_set(t, row, table_need(t, "value"), f->text);
		table_set(t, row, table_need(t, "unit"), f->unit);
		table_set(t, row, table_need(t, "origin"),
			  origin_name(f->origin));
		table_set(t, row, table_need(t, "source"), f->source);
	}
}

void show_csv(const struct shown *s, struct text *out)
{
	struct table t;

	assert(s && out);
	table_init(&t, "");
	table_facts(&t, &s->config);
	table_facts(&t, s->sheet);
	table_facts(&t, &s->derived);
	table_write(&t, out);
	table_release(&t);
}
