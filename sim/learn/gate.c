#include "learn/gate.h"

#include <math.h>
#include <string.h>

#define POINTS 2.0	/* units: points of per cent that a class may lose */
#define TENTH 0.1	/* math: and a share of what it had */

enum { BY, GROUP, ROWS, MAPE, COLUMNS };

static const char *const names[COLUMNS] = { "by", "group", "rows",
					    "mape_pct" };

static const char *cell(const struct table *t, int row, int column)
{
	return table_cell(t, row, names[column]);
}

static double number(const struct table *t, int row, int column)
{
	return table_number(t, row, table_column(t, names[column]));
}

static int check(const struct table *t, struct fault *why)
{
	for (int c = 0; c < COLUMNS; c++) {
		if (table_column(t, names[c]) >= 0)
			continue;
		fault_at(why, t->name, 1, 0);
		fault_what(why, "there is no column %s", names[c]);
		return fault_remedy(why, "write what --summary writes");
	}
	if (t->rows == 0) {
		fault_at(why, t->name, 1, 0);
		fault_what(why, "no class stands below it");
		return fault_remedy(why, "write what --summary writes");
	}
	for (int r = 0; r < t->rows; r++) {
		int bad = isnan(number(t, r, ROWS)) ? ROWS : MAPE;

		if (!isnan(number(t, r, bad)))
			continue;
		fault_at(why, t->name, t->line[r], 0);
		fault_what(why, "%s is \"%.40s\"", names[bad],
			   cell(t, r, bad));
		return fault_remedy(why, "write a number");
	}
	return 0;
}

/* The row of the same class, or -1. */
static int same_class(const struct table *t, const struct table *of, int row)
{
	for (int r = 0; r < t->rows; r++)
		if (!strcmp(cell(t, r, BY), cell(of, row, BY)) &&
		    !strcmp(cell(t, r, GROUP), cell(of, row, GROUP)))
			return r;
	return -1;
}

static int class_fails(const struct table *was, int row,
		       const struct table *now, struct text *out)
{
	int at = same_class(now, was, row);
	double rows = at < 0 ? 0 : number(now, at, ROWS);
	double error = at < 0 ? 0 : number(now, at, MAPE);
	double had = number(was, row, MAPE);

	if (rows < number(was, row, ROWS)) {
		text_addf(out, "gate: %s %s had %.0f rows and has %.0f\n",
			  cell(was, row, BY), cell(was, row, GROUP),
			  number(was, row, ROWS), rows);
		return 1;
	}
	if (error <= had + POINTS || error <= had * (1 + TENTH))
		return 0;
	text_addf(out, "gate: %s %s had an error of %.1f %% and has %.1f "
		  "%%\n", cell(was, row, BY), cell(was, row, GROUP), had,
		  error);
	return 1;
}

int gate_compare(const struct table *committed, const struct table *now,
		 struct text *out, struct fault *why)
{
	int fails = 0;

	if (check(committed, why))
		return -1;
	for (int r = 0; r < committed->rows; r++)
		fails += class_fails(committed, r, now, out);
	return fails;
}
