#include "ask/grid.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/units.h"

#define MOST_ROWS 1e6	/* size: rows of a grid */

static void value_add(struct table *out, const char *text)
{
	table_set(out, table_add_row(out, 0), 0, text);
}

static int bad_range(const char *item, struct fault *why)
{
	fault_what(why, "\"%.60s\" is no range", item);
	return fault_remedy(why, "write A..B, A..B+STEP or A..B*FACTOR, "
			    "A up to B");
}

static void number_add(struct table *out, double x)
{
	char text[32];	/* size: a number */

	snprintf(text, sizeof(text), "%.10g", x);
	value_add(out, text);
}

/* "A..B", "A..B+S" or "A..B*F". */
static int range(char *item, char *dots, struct table *out, struct fault *why)
{
	char *how = dots + 2 + strcspn(dots + 2, "+*");
	char kind = *how;
	double from, to, by = 1;
	char whole[64];	/* size: for a message */

	snprintf(whole, sizeof(whole), "%s", item);
	*dots = *how = '\0';
	if (units_number(item, &from) || units_number(dots + 2, &to) ||
	    (kind && units_number(how + 1, &by)) || !(from <= to) ||
	    !(kind == '*' ? by > 1 && from > 0 : by > 0) ||
	    (kind != '*' && (to - from) / by > MOST_ROWS))
		return bad_range(whole, why);
	for (double x = from; x <= to; x = kind == '*' ? x * by : x + by)
		number_add(out, x);
	return 0;
}

int grid_values(const char *text, int is_word, struct table *out,
		struct fault *why)
{
	char *copy = mem_copy(text), *item = copy;
	int status = 0;

	while (status == 0 && item) {
		char *comma = strchr(item, ','), *dots;

		if (comma)
			*comma = '\0';
		dots = is_word ? NULL : strstr(item, "..");
		if (dots)
			status = range(item, dots, out, why);
		else
			value_add(out, item);
		item = comma ? comma + 1 : NULL;
	}
	free(copy);
	return status;
}

/* Repeat every row of `rows` for each value of one more column. */
static int multiply(struct table *rows, int column, const struct table *values,
		    struct fault *why)
{
	int old = rows->rows;

	if ((double)old * values->rows > MOST_ROWS) {
		fault_what(why, "the grid has over a million rows");
		return fault_remedy(why, "shorten a list");
	}
	for (int v = 1; v < values->rows; v++)
		for (int r = 0; r < old; r++)
			table_add_row(rows, 0);
	for (int r = old - 1; r >= 0; r--)
		for (int v = values->rows - 1; v >= 0; v--) {
			int to = r * values->rows + v;

			for (int c = 0; c < column; c++)
				table_set(rows, to, c,
					  table_get(rows, r, c));
			table_set(rows, to, column,
				  table_get(values, v, 0));
		}
	return 0;
}

static int column_times(struct table *rows, const char *name,
			const char *text, int word, struct fault *why)
{
	struct table values;
	char place[64];	/* size: "--tokens_per_step" */
	int status;

	snprintf(place, sizeof(place), "--%s", name);
	fault_at(why, place, 0, 0);
	table_init(&values, "");
	table_need(&values, "value");
	status = grid_values(text, word, &values, why);
	if (status == 0)
		status = multiply(rows, table_need(rows, name), &values, why);
	table_release(&values);
	return status;
}

static int index_of(const char *name)
{
	for (int i = 0; i < scenario_columns_nr; i++)
		if (strcmp(scenario_columns[i].name, name) == 0)
			return i;
	return -1;
}

/* gpus follow ep where only ep is given. */
static void gpus_from_ep(struct table *rows)
{
	int ep = table_column(rows, "ep"), gpus = table_need(rows, "gpus");

	for (int r = 0; r < rows->rows; r++)
		table_set(rows, r, gpus, table_get(rows, r, ep));
}

int grid_rows(const char *const *text, struct table *rows, struct fault *why)
{
	table_add_row(rows, 0);
	for (int i = 0; i < scenario_columns_nr; i++)
		if (text[i] && column_times(rows, scenario_columns[i].name,
					    text[i],
					    scenario_columns[i].word, why))
			return -1;
	if (!text[index_of("gpus")] && text[index_of("ep")])
		gpus_from_ep(rows);
	return 0;
}
