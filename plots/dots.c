#include "plots/dots.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/reading.h"

#define SAME 0.001		/* two peaks that differ by less are one */

const struct bound dots_bounds[] = {
	{ "hbm", "bound by memory", BLUE },
	{ "compute", "by compute", VERMILION },
	{ "latency", "by latency", AMBER },
	{ "nvlink", "by NVLink", GREEN },
	{ "rdma", "by RDMA", PURPLE },
	{ "host", "by the host", FAINT },
};

const int dots_bounds_nr = sizeof(dots_bounds) / sizeof(*dots_bounds);

static_assert(sizeof(dots_bounds) / sizeof(*dots_bounds) <= BOUNDS_MAX,
	      "a legend has room for every bound");

static unsigned bound_colour(const char *name)
{
	int i;

	for (i = 0; i < dots_bounds_nr; i++)
		if (!strcmp(dots_bounds[i].name, name))
			return dots_bounds[i].colour;
	return GREY;
}

/* The roof of this peak, a new one if need be; NULL when there are too many. */
static struct roof *roof_at(struct dots *d, double peak_flops)
{
	int i;

	for (i = 0; i < d->roofs; i++)
		if (fabs(d->roof[i].peak_flops / peak_flops - 1) < SAME)
			return &d->roof[i];
	if (d->roofs == ROOFS_MAX)
		return NULL;
	d->roof[d->roofs].name[0] = '\0';
	d->roof[d->roofs].peak_flops = peak_flops;
	return &d->roof[d->roofs++];
}

static void add_roof(struct dots *d, const char *math, double peak_flops)
{
	struct roof *roof;
	char name[16];
	size_t used;
	int i;

	if (!reading_is_shown(peak_flops) || !*math)
		return;
	snprintf(name, sizeof(name), "%s", math);
	for (i = 0; name[i]; i++)
		name[i] = (char)toupper((unsigned char)name[i]);
	roof = roof_at(d, peak_flops);
	if (!roof || strstr(roof->name, name))
		return;
	used = strlen(roof->name);
	snprintf(roof->name + used, sizeof(roof->name) - used, "%s%s",
		 used ? ", " : "", name);
}

static void read_row(struct dots *d, int row)
{
	const struct table *t = d->table;
	double share = reading_number(t, row, "time_share");
	double time_us = reading_number(t, row, "time_us");
	struct dot dot = {
		.row = row,
		.intensity = reading_number(t, row, "intensity"),
		.flops = reading_number(t, row, "flops"),
		.share = share >= 0 && share <= 1 ? share : NAN,
		.weight = share >= 0 ? share : time_us >= 0 ? time_us : 0,
		.colour = bound_colour(reading_text(t, row, "bound")),
	};

	if (!reading_is_shown(dot.intensity) || !reading_is_shown(dot.flops))
		return;
	d->dot[d->nr++] = dot;
	add_roof(d, reading_text(t, row, "math"),
		 reading_number(t, row, "peak_flops"));
	if (!reading_is_shown(d->hbm_Bps))
		d->hbm_Bps = reading_number(t, row, "hbm_Bps");
}

/* The heavy first; among equals the order of the table. */
static int by_weight(const void *a, const void *b)
{
	const struct dot *p = a, *q = b;

	if (p->weight < q->weight)
		return 1;
	return p->weight > q->weight ? -1 : p->row - q->row;
}

static int refuse_two_gpus(const struct table *t, struct fault *why)
{
	int i;

	for (i = 1; i < t->rows; i++) {
		const char *first = reading_text(t, 0, "hw");
		const char *hw = reading_text(t, i, "hw");

		if (!strcmp(hw, first))
			continue;
		fault_at(why, t->name ? t->name : "", t->line[i], 0);
		fault_what(why, "this row is of %s, the first of %s", hw,
			   first);
		return fault_remedy(why, "draw one GPU at a time");
	}
	return 0;
}

int dots_read(struct dots *d, const struct table *t, struct fault *why)
{
	static const char *const column[] = { "op", "math", "intensity",
		"flops", "bound", "peak_flops", "hbm_Bps" };
	static const struct needs needs = { "a roofline", column,
		sizeof(column) / sizeof(*column) };
	int i;

	memset(d, 0, sizeof(*d));
	d->table = t;
	if (reading_needs(t, &needs, why) || refuse_two_gpus(t, why))
		return -1;
	d->dot = mem_zeroed((size_t)t->rows + 1, sizeof(*d->dot));
	for (i = 0; i < t->rows; i++)
		read_row(d, i);
	if (d->nr == 0 || d->roofs == 0 || !reading_is_shown(d->hbm_Bps))
		return reading_empty(t, "intensity, flops, peak_flops and "
				     "hbm_Bps above 0", why);
	qsort(d->dot, (size_t)d->nr, sizeof(*d->dot), by_weight);
	return 0;
}

void dots_release(struct dots *d)
{
	free(d->dot);
	memset(d, 0, sizeof(*d));
}
