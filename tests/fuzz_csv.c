/*
 * Tables: any bytes are read or refused; what was read is written as CSV that
 * reads as the same cells; each row is a scenario or a fault.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ask/scenario.h"
#include "read/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const struct table *a, const struct table *b)
{
	if (a->rows != b->rows || a->columns != b->columns)
		abort();
	for (int r = 0; r < a->rows; r++)
		for (int c = 0; c < a->columns; c++)
			if (strcmp(table_get(a, r, c), table_get(b, r, c)))
				abort();
}

/* A row that a comment or a blank line would be is not one when written. */
static int is_plain(const struct table *t)
{
	for (int r = 0; r < t->rows; r++) {
		const char *cell = table_get(t, r, 0);

		if (*cell == '#' || (t->columns == 1 && !*cell))
			return 0;
	}
	/* one column's name with another sign would be two without quotes */
	return t->columns > 0 && t->head[0][0] != '#' &&
	       (t->columns > 1 || !strpbrk(t->head[0], ";\t|"));
}

static void round_trip(const struct table *t)
{
	struct text out = TEXT_INIT;
	struct fault why = { 0 };
	struct table again;

	table_write(t, &out);
	if (table_parse(&again, "again.csv", out.buf, out.len, &why))
		abort();
	same(t, &again);
	table_release(&again);
	text_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault why = { 0 };
	struct table t;

	if (table_parse(&t, "fuzz.csv", (const char *)data, size, &why)) {
		if (!*why.what || !*why.remedy)
			abort();
	} else {
		if (is_plain(&t))
			round_trip(&t);
		for (int r = 0; r < t.rows; r++) {
			struct scenario s;

			if (scenario_read(&s, &t, r, &why) && !*why.what)
				abort();
		}
	}
	table_release(&t);
	return 0;
}
