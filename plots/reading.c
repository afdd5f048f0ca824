#include "plots/reading.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define LEAST 1e-30		/* no axis spans more than 60 decades */
#define MOST 1e30

int reading_needs(const struct table *t, const struct needs *needs,
		  struct fault *why)
{
	char list[256] = "";
	size_t used = 0;
	int i, missing = -1;

	for (i = 0; i < needs->nr; i++) {
		if (missing < 0 && table_column(t, needs->column[i]) < 0)
			missing = i;
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used,
						 sizeof(list) - used, "%s%s",
						 i ? "," : "",
						 needs->column[i]);
	}
	if (missing < 0)
		return 0;
	fault_at(why, t->name ? t->name : "", 1, 0);
	fault_what(why, "there is no column \"%s\"", needs->column[missing]);
	return fault_remedy(why, "%s reads %s", needs->figure, list);
}

int reading_empty(const struct table *t, const char *what,
		  struct fault *why)
{
	fault_at(why, t->name ? t->name : "", 0, 0);
	fault_what(why, "none of %d rows can be drawn", t->rows);
	return fault_remedy(why, "a row needs %s", what);
}

const char *reading_text(const struct table *t, int row, const char *column)
{
	return table_get(t, row, table_column(t, column));
}

double reading_number(const struct table *t, int row, const char *column)
{
	double x = table_number(t, row, table_column(t, column));

	return fabs(x) <= MOST ? x : (double)NAN;
}

bool reading_is_shown(double value)
{
	return value >= LEAST && value <= MOST;
}

void reading_heading(const struct table *t, struct heading *h)
{
	const char *title = reading_text(t, 0, "title");
	const char *subtitle = reading_text(t, 0, "subtitle");
	const char *source = reading_text(t, 0, "source_line");

	h->title = *title ? title : h->title;
	h->subtitle = *subtitle ? subtitle : h->subtitle;
	h->source = *source ? source : h->source;
}

char *reading_hw(const char *name, char *out, int size)
{
	const char *slash = strrchr(name, '/');
	char *s;

	snprintf(out, (size_t)size, "%s", slash ? slash + 1 : name);
	s = strrchr(out, '.');
	if (s && s != out && (!strcmp(s, ".csv") || !strcmp(s, ".json")))
		*s = '\0';
	if (slash || s)
		return out;
	for (s = out; *s; s++)
		*s = *s == '-' ? ' ' : (char)toupper((unsigned char)*s);
	return out;
}
