#include "plots/series.h"

#include <string.h>

#include "plots/reading.h"

int series_of(struct series *s, int row)
{
	const char *hw = reading_text(s->table, row, "hw");
	int i;

	for (i = 0; i < s->nr; i++)
		if (!strcmp(reading_text(s->table, s->first[i], "hw"), hw))
			return i;
	if (s->nr == SERIES_MAX)
		return SERIES_MAX - 1;
	s->first[s->nr] = row;
	return s->nr++;
}

char *series_name(const struct series *s, int series, char *out, int size)
{
	return reading_hw(reading_text(s->table, s->first[series], "hw"), out,
			  size);
}
