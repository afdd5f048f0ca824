#include "base/table.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
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
	for (int i = 0; i < t->rows * t->columns; i++)
		free(t->cell[i]);
	free(t->name);
	free(t->head);
	free(t->cell);
	free(t->line);
	memset(t, 0, sizeof(*t));
}

int table_column(const struct table *t, const char *name)
{
	for (int i = 0; i < t->columns; i++)
		if (!strcmp(t->head[i], name))
			return i;
	return -1;
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
		*to++ = mem_copy("");
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
		t->cell[row * t->columns + i] = mem_copy("");
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
	return column == -1 ? "" : *table_at(t, row, column);
}

void table_set(struct table *t, int row, int column, const char *text)
{
	char **cell = table_at(t, row, column);
	char *old = *cell;

	*cell = mem_copy(text);
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
	if (nr == 1 && !cell[0][0])
		text_add(out, "\"\"");
	for (int i = 0; i < nr; i++) {
		if (i)
			text_add(out, ",");
		text_cell(out, cell[i]);
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
