#include "plots/series.h"

#include <string.h>

#include "plots/reading.h"

static const char *name_in(const struct series *s, int row)
{
	return reading_text(s->table, row, s->by ? s->by : "hw");
}

int series_of(struct series *s, int row)
{
	const char *name = name_in(s, row);
	int i;

	for (i = 0; i < s->nr; i++)
		if (!strcmp(name_in(s, s->first[i]), name))
			return i;
	if (s->nr == SERIES_MAX)
		return SERIES_MAX - 1;
	s->first[s->nr] = row;
	return s->nr++;
}

char *series_name(const struct series *s, int series, char *out, int size)
{
	return reading_hw(name_in(s, s->first[series]), out, size);
}
