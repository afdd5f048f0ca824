#include "base/table.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

void table_init(struct table *t, const char *name)
{
	memset(t, 0, sizeof(*t));
	t->name = mem_copy(name);
}

void table_release(struct table *t)
{
	for (int i = 0; i < t->columns; i++)
		free(t->head[i]);
	for (size_t i = 0; i < (size_t)t->rows * (size_t)t->columns; i++)
		free(t->cell[i]);
	free(t->name);
	free(t->head);
	free(t->slot);
	free(t->cell);
	free(t->line);
	memset(t, 0, sizeof(*t));
}

/* Where a name is, or where it would be put. */
static int slot_of(const struct table *t, const char *name)
{
	int at = (int)(text_hash(name) & (uint32_t)(t->slots - 1));

	while (t->slot[at] && strcmp(t->head[t->slot[at] - 1], name))
		at = (at + 1) & (t->slots - 1);
	return at;
}

int table_column(const struct table *t, const char *name)
{
	return t->slots ? t->slot[slot_of(t, name)] - 1 : -1;
}

/* The last column's name into the hash, which grows by doubling. */
static void index_last(struct table *t)
{
	int first = t->columns - 1;

	if (2 * t->columns > t->slots) {
		t->slots = t->slots ? 2 * t->slots :
			   64;	/* size: room for 32 columns */
		free(t->slot);
		t->slot = mem_zeroed((size_t)t->slots, sizeof(*t->slot));
		first = 0;
	}
	for (int i = first; i < t->columns; i++)
		t->slot[slot_of(t, t->head[i])] = i + 1;
}

/* The cell arrays again, with one more column, blank. */
static char **widened(const struct table *t)
{
	size_t wide = (size_t)t->columns + 1;
	char **cell = mem_zeroed((size_t)t->cap * wide, sizeof(*cell));
	char **to = cell;

	for (int row = 0; row < t->rows; row++) {
		for (int i = 0; i < t->columns; i++)
			*to++ = t->cell[row * t->columns + i];
		to++;
	}
	return cell;
}

int table_need(struct table *t, const char *name)
{
	int column = table_column(t, name);
	char **cell;

	if (column >= 0)
		return column;
	cell = widened(t);
	free(t->cell);
	t->cell = cell;
	column = t->columns++;
	t->head = mem_resize(t->head, (size_t)t->columns, sizeof(*t->head));
	t->head[column] = mem_copy(name);
	index_last(t);
	return column;
}

int table_add_row(struct table *t, int line)
{
	int row = t->rows, cap = t->cap;

	t->line = mem_grow(t->line, row, &t->cap, sizeof(*t->line));
	if (t->cap != cap)
		t->cell = mem_resize(t->cell, (size_t)t->cap,
				     (size_t)t->columns * sizeof(*t->cell));
	t->line[row] = line;
	for (int i = 0; i < t->columns; i++)
		t->cell[row * t->columns + i] = NULL;
	t->rows++;
	return row;
}

static char **table_at(const struct table *t, int row, int column)
{
	assert(row >= 0 && row < t->rows);
	assert(column >= 0 && column < t->columns);
	return &t->cell[row * t->columns + column];
}

const char *table_get(const struct table *t, int row, int column)
{
	const char *cell = column == -1 ? NULL : *table_at(t, row, column);

	return cell ? cell : "";
}

const char *table_cell(const struct table *t, int row, const char *name)
{
	return table_get(t, row, table_column(t, name));
}

void table_set(struct table *t, int row, int column, const char *text)
{
	char **cell = table_at(t, row, column);
	char *old = *cell;

	*cell = *text ? mem_copy(text) : NULL;
	free(old);
}

void table_setf(struct table *t, int row, int column, const char *fmt, ...)
{
	struct text out = TEXT_INIT;
	va_list ap;

	va_start(ap, fmt);
	text_addv(&out, fmt, ap);
	va_end(ap);
	table_set(t, row, column, out.buf);
	text_release(&out);
}

void table_put(struct table *t, int row, const char *column, double x)
{
	int c = table_need(t, column);
	char spelt[TEXT_SPELT + 1] = "";

	if (isfinite(x))
		*text_spell(spelt, x, 6) = '\0';	/* size: digits */
	table_set(t, row, c, spelt);
}

double table_number(const struct table *t, int row, int column)
{
	double value;

	if (units_number(table_get(t, row, column), &value))
		return NAN;
	return value;
}

/* A lone blank cell would be a blank line, which readers skip. */
static void write_line(char *const *cell, int nr, struct text *out)
{
	if (nr == 1 && !cell[0])
		text_add(out, "\"\"");
	for (int i = 0; i < nr; i++) {
		if (i)
			text_add(out, ",");
		text_cell(out, cell[i] ? cell[i] : "");
	}
	text_add(out, "\n");
}

void table_write(const struct table *t, struct text *out)
{
	table_write_head(t, out);
	for (int row = 0; row < t->rows; row++)
		table_write_row(t, row, out);
}

void table_write_head(const struct table *t, struct text *out)
{
	write_line(t->head, t->columns, out);
}

void table_write_row(const struct table *t, int row, struct text *out)
{
	assert(row >= 0 && row < t->rows);
	write_line(&t->cell[row * t->columns], t->columns, out);
}
