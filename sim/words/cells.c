#include "words/cells.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/near.h"
#include "base/units.h"
#include "words/figure.h"

/* What may stand behind a number of things. */
static bool is_thing(const char *rest)
{
	return !*rest || near_is(rest, strlen(rest), "tokens|token|tok|gpus|"
		"gpu|requests|users|clients|concurrent|in|out|concurrency");
}

/* A number as step reads it; false: it is one, or is no figure. */
static bool plainly(const char *text, double *x)
{
	struct figure f;

	if (!*text || strchr(text, ':') || units_number(text, x) == 0)
		return false;
	if (figure_read(&f, text) || !is_thing(f.rest))
		return false;
	*x = f.said == SAID_RANGE ? f.low : f.value;
	return isfinite(*x);
}

static bool is_number(const char *column)
{
	int at = scenario_column_find(column);

	return at >= 0 && !scenario_columns[at].word;
}

/* Only the columns of numbers that need it; how many. */
static int translate(const struct table *t, int row, struct table *to)
{
	int nr = 0;
	double x;

	for (int i = 0; i < t->columns; i++) {
		const char *text = table_get(t, row, i);
		int c = table_need(to, t->head[i]);

		table_set(to, 0, c, text);
		if (!is_number(t->head[i]) || !plainly(text, &x))
			continue;
		table_setf(to, 0, c, "%.17g", x);
		nr++;
	}
	return nr;
}

int cells_read(struct scenario *s, const struct table *t, int row,
	       struct fault *why)
{
	struct table one;
	int rc = scenario_read(s, t, row, why);

	assert(row >= 0 && row < t->rows);
	if (rc == 0)
		return 0;
	table_init(&one, t->name);
	table_add_row(&one, t->line[row]);
	if (translate(t, row, &one) > 0)
		rc = scenario_read(s, &one, 0, why);
	table_release(&one);
	return rc;
}
