#include "plots/spots.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/reading.h"

static enum spot_kind kind_of(const struct table *t, int row)
{
	if (!strcmp(reading_text(t, row, "metric"), "tok_s_gpu") &&
	    reading_is_shown(reading_number(t, row, "value")))
		return SPOT_MEASURED;
	return strcmp(reading_text(t, row, "fits"), "no") ? SPOT_ANSWER :
							    SPOT_REFUSAL;
}

static void read_row(struct spots *all, int row)
{
	const struct table *t = all->table;
	struct spot s = {
		.kind = kind_of(t, row),
		.row = row,
		.ep = reading_number(t, row, "ep"),
		.value = reading_number(t, row, "tok_s_gpu"),
		.low = reading_number(t, row, "tok_s_gpu_low"),
		.high = reading_number(t, row, "tok_s_gpu_high"),
	};

	if (s.kind == SPOT_MEASURED)
		s.value = reading_number(t, row, "value");
	if (s.kind == SPOT_REFUSAL)
		s.value = 0;
	else if (!reading_is_shown(s.value))
		return;
	if (!reading_is_shown(s.ep))
		return;
	if (s.kind != SPOT_ANSWER || !reading_is_shown(s.low) ||
	    !reading_is_shown(s.high))
		s.low = s.high = s.value;
	s.series = series_of(&all->series, row);
	all->spot[all->nr++] = s;
}

static int compare(double a, double b)
{
	return a < b ? -1 : a > b;
}

static int in_order(const void *a, const void *b)
{
	const struct spot *s = a, *t = b;

	if (s->series != t->series)
		return s->series - t->series;
	if (s->kind != t->kind)
		return (int)s->kind - (int)t->kind;
	if (compare(s->ep, t->ep))
		return compare(s->ep, t->ep);
	if (compare(s->value, t->value))
		return compare(t->value, s->value);
	return s->row - t->row;
}

static void mark_best(struct spots *all)
{
	int i;

	for (i = 0; i < all->nr; i++) {
		const struct spot *s = &all->spot[i], *last = s - 1;

		all->spot[i].best = i == 0 || last->series != s->series ||
				    last->kind != s->kind ||
				    compare(last->ep, s->ep);
	}
}

static void stack_refusals(struct spots *all)
{
	struct spot *s, *t;

	for (s = all->spot; s < all->spot + all->nr; s++)
		for (t = all->spot; t < s; t++)
			s->below += t->kind == SPOT_REFUSAL && t->best &&
				    s->kind == SPOT_REFUSAL &&
				    t->series < s->series &&
				    !compare(t->ep, s->ep);
}

int spots_read(struct spots *all, const struct table *t, struct fault *why)
{
	static const char *const column[] = { "hw", "ep", "tok_s_gpu",
		"fits" };
	static const struct needs needs = { "an ep figure", column,
		sizeof(column) / sizeof(*column) };
	int i;

	memset(all, 0, sizeof(*all));
	all->table = all->series.table = t;
	if (reading_needs(t, &needs, why))
		return -1;
	all->spot = mem_zeroed((size_t)t->rows + 1, sizeof(*all->spot));
	for (i = 0; i < t->rows; i++)
		read_row(all, i);
	if (all->nr == spots_count(all, SPOT_REFUSAL))
		return reading_empty(t, "ep and tok_s_gpu above 0, and not "
				     "fits=no", why);
	qsort(all->spot, (size_t)all->nr, sizeof(*all->spot), in_order);
	mark_best(all);
	stack_refusals(all);
	return 0;
}

void spots_release(struct spots *all)
{
	free(all->spot);
	memset(all, 0, sizeof(*all));
}

int spots_count(const struct spots *all, enum spot_kind kind)
{
	int i, nr = 0;

	for (i = 0; i < all->nr; i++)
		nr += all->spot[i].kind == kind;
	return nr;
}

const struct spot *spots_line_end(const struct spots *all, int series)
{
	const struct spot *end = NULL;
	int i;

	for (i = 0; i < all->nr; i++)
		if (all->spot[i].series == series &&
		    all->spot[i].kind == SPOT_ANSWER && all->spot[i].best)
			end = &all->spot[i];
	return end;
}
