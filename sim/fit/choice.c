#include "fit/choice.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { COLUMN_CHARS = 64 /* size: the longest name of a column */ };

/* The column that a choice names, or -1. */
static int column_of(const struct table *t, const char *choice)
{
	const char *p = strchr(choice, '=');
	char name[COLUMN_CHARS];

	if (!p)
		return -1;
	snprintf(name, sizeof(name), "%.*s", (int)(p - choice), choice);
	return table_column(t, name);
}

int choices_check(const struct choices *c, const struct table *t,
		  const char *option, struct fault *why)
{
	assert(c && t && option);
	for (int i = 0; i < c->nr; i++) {
		if (column_of(t, c->text[i]) >= 0)
			continue;
		fault_at(why, option, 0, 0);
		fault_what(why, "\"%s\" names no column of %s", c->text[i],
			   t->name);
		return fault_remedy(why, "write COLUMN=VALUE,VALUE");
	}
	return 0;
}

static bool holds(const char *choice, const struct table *t, int row)
{
	const char *cell = table_get(t, row, column_of(t, choice));
	const char *p = strchr(choice, '=');

	while (*p) {
		size_t len = strcspn(++p, ",");

		if (len == strlen(cell) && !strncmp(cell, p, len))
			return true;
		p += len;
	}
	return false;
}

bool choices_hold(const struct choices *c, const struct table *t, int row)
{
	assert(row >= 0 && row < t->rows);
	for (int i = 0; i < c->nr; i++)
		if (!holds(c->text[i], t, row))
			return false;
	return true;
}
