#include "tests/drawing.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/table.h"
#include "plots/figure.h"

static void cells(struct table *t, int row, char *line)
{
	int column = 0;
	char *end;

	for (; line; line = end, column++) {
		end = strchr(line, ',');
		if (end)
			*end++ = '\0';
		if (row < 0)
			table_need(t, line);
		else
			table_set(t, row, column, line);
	}
}

/* Plain commas and newlines: no test here needs quotes. */
static void make(struct table *t, const char *csv)
{
	char line[512];
	int nr = 0;

	table_init(t, "t.csv");
	for (; *csv; csv += strcspn(csv, "\n"), csv += *csv == '\n') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(csv, "\n"),
			 csv);
		cells(t, nr ? table_add_row(t, nr + 1) : -1, line);
		nr++;
	}
}

int drawing_try(const char *kind, const char *csv, struct text *out,
		struct fault *why)
{
	const struct figure_kind *k = figure_find(kind);
	struct table t;
	int got;

	ck_assert_ptr_nonnull(k);
	memset(why, 0, sizeof(*why));
	make(&t, csv);
	got = k->draw(&t, out, why);
	table_release(&t);
	return got;
}

char *drawing(const char *kind, const char *csv)
{
	struct text out = TEXT_INIT;
	struct fault why;
	int got = drawing_try(kind, csv, &out, &why);

	ck_assert_msg(got == 0, "%s: %s", kind, why.what);
	return out.buf;
}

int occurs(const char *s, const char *word)
{
	int nr = 0;

	for (; (s = strstr(s, word)); s += strlen(word))
		nr++;
	return nr;
}
