#include "ask/grid.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/units.h"

#define MOST_VALUES 1e7	/* size: values of a list */

/* ---- a list ---- */

static void value_add(struct grid_list *l, const char *text)
{
	struct grid_value *v;

	l->value = mem_grow(l->value, l->nr, &l->cap, sizeof(*l->value));
	v = &l->value[l->nr++];
	v->text = mem_copy(text);
	if (units_number(text, &v->x))
		v->x = (double)NAN;
}

static int bad_range(const char *item, struct fault *why)
{
	fault_what(why, "\"%.60s\" is no range", item);
	return fault_remedy(why, "write A..B, A..B+STEP or A..B*FACTOR, "
			    "A up to B");
}

struct steps {
	double from, to, by;
	bool factor;
};

/* "A..B", "A..B+S" or "A..B*F"; dots: where its ".." stands. */
static int range_parse(struct steps *r, const char *item, const char *dots)
{
	const char *last = dots + 2, *how = last + strcspn(last, "+*");
	char from[64], to[64];	/* size: a number */

	if (dots - item >= (int)sizeof(from) ||
	    how - last >= (int)sizeof(to))
		return -1;
	snprintf(from, sizeof(from), "%.*s", (int)(dots - item), item);
	snprintf(to, sizeof(to), "%.*s", (int)(how - last), last);
	r->by = 1;
	r->factor = *how == '*';
	if (units_number(from, &r->from) || units_number(to, &r->to) ||
	    (*how && units_number(how + 1, &r->by)))
		return -1;
	return r->from <= r->to && (r->factor ? r->by > 1 && r->from > 0 :
				    r->by > 0) ? 0 : -1;
}

/*
 * Counted before it is walked: the last step may fall short of B by what
 * rounding leaves, never by more.
 */
static double range_values(const struct steps *r)
{
	const double slack = 1e-9;	/* size: of a step */

	return 1 + floor(slack + (r->factor ?
		log(r->to / r->from) / log(r->by) :
		(r->to - r->from) / r->by));
}

static int range_add(struct grid_list *l, const char *item, const char *dots,
		     struct fault *why)
{
	struct steps r;
	double nr, x;
	char text[32];	/* size: a number */

	if (range_parse(&r, item, dots))
		return bad_range(item, why);
	nr = range_values(&r);
	assert(nr >= 1);
	if (nr > MOST_VALUES) {
		fault_what(why, "\"%.60s\" is %.0f values", item, nr);
		return fault_remedy(why, "write a range of up to 10 million, "
				    "as A..B+STEP");
	}
	x = r.from;
	for (int i = 0; i < (int)nr; i++) {
		snprintf(text, sizeof(text), "%.10g", x);
		value_add(l, text);
		x = r.factor ? x * r.by : r.from + (i + 1) * r.by;
	}
	return 0;
}

static int blank_value(const char *text, struct fault *why)
{
	fault_what(why, "one of the values of \"%.60s\" is blank", text);
	return fault_remedy(why, "write it, or leave out the comma");
}

int grid_list_make(struct grid_list *l, const char *text, int is_word,
		   struct fault *why)
{
	char *copy = mem_copy(text), *item = copy;
	int status = 0;

	*l = (struct grid_list){ 0 };
	while (status == 0 && item) {
		char *comma = strchr(item, ','), *dots;

		if (comma)
			*comma = '\0';
		item = text_bare(item);
		dots = is_word ? NULL : strstr(item, "..");
		if (dots)
			status = range_add(l, item, dots, why);
		else if (!*item && strchr(text, ','))
			status = blank_value(text, why);
		else
			value_add(l, item);
		item = comma ? comma + 1 : NULL;
	}
	free(copy);
	return status;
}

void grid_list_release(struct grid_list *l)
{
	for (int i = 0; i < l->nr; i++)
		free(l->value[i].text);
	free(l->value);
	*l = (struct grid_list){ 0 };
}

/* ---- the grid ---- */

int grid_make(struct grid *g, const char *const *text, struct fault *why)
{
	char place[64];	/* size: "--tokens_per_step" */

	*g = (struct grid){ .list = mem_zeroed((size_t)scenario_columns_nr,
					       sizeof(*g->list)),
		.load = scenario_first_load(),
		.gpus_are_ep = !text[scenario_column_find("gpus")] &&
			       text[scenario_column_find("ep")] };
	for (int i = 0; i < scenario_columns_nr; i++) {
		struct grid_list *l = &g->list[g->nr];

		if (!text[i])
			continue;
		g->nr++;
		snprintf(place, sizeof(place), "--%s",
			 scenario_columns[i].name);
		fault_at(why, place, 0, 0);
		if (grid_list_make(l, text[i], scenario_columns[i].word, why))
			return -1;
		l->column = i;
	}
	return 0;
}

void grid_release(struct grid *g)
{
	for (int i = 0; i < g->nr; i++)
		grid_list_release(&g->list[i]);
	free(g->list);
	*g = (struct grid){ 0 };
}

double grid_rows(const struct grid *g)
{
	double rows = 1;

	for (int i = 0; i < g->nr; i++)
		rows *= g->list[i].nr;
	return rows;
}

static int set(struct scenario *s, int column, const struct grid_value *v,
	       struct fault *why)
{
	const struct scenario_column *c = &scenario_columns[column];

	if (c->word || isnan(v->x))
		return scenario_set_at(s, column, v->text, why);
	memcpy((char *)s + c->offset, &v->x, sizeof(v->x));
	return 0;
}

static bool is_load(const struct grid *g, int column)
{
	return column >= g->load && column < g->load + SCENARIO_LOADS;
}

/* More than the load of a row is another than that of the row before. */
static bool turns(const struct grid *g, int64_t row)
{
	for (int i = g->nr - 1; i >= 0; i--) {
		const struct grid_list *l = &g->list[i];

		if (l->nr == 1)
			continue;
		if (!is_load(g, l->column))
			return true;
		if (row % l->nr)
			return false;
		row /= l->nr;
	}
	return true;
}

/* Those of the row's load; NaN where there is none. */
static bool loads(const struct grid *g, int64_t row,
		  double x[SCENARIO_LOADS])
{
	for (int i = 0; i < SCENARIO_LOADS; i++)
		x[i] = (double)NAN;
	for (int i = g->nr - 1; i >= 0 && g->list[i].column >= g->load; i--) {
		const struct grid_list *l = &g->list[i];
		double value = l->value[row % l->nr].x;

		row /= l->nr;
		if (!is_load(g, l->column))
			continue;
		if (isnan(value))
			return false;
		x[l->column - g->load] = value;
	}
	return true;
}

bool grid_follow(const struct grid *g, int64_t row, struct scenario *s)
{
	double x[SCENARIO_LOADS];

	assert(row > 0 && (double)row < grid_rows(g));
	if (*s->mix || turns(g, row) || !loads(g, row, x))
		return false;
	*text_digits(s->id, (uint64_t)row + 1) = '\0';
	scenario_set_load(s, x);
	return true;
}

int grid_scenario(const struct grid *g, int64_t row, struct scenario *s,
		  struct fault *why)
{
	assert(row >= 0 && (double)row < grid_rows(g));
	scenario_init(s);
	*text_digits(s->id, (uint64_t)row + 1) = '\0';
	for (int i = g->nr - 1; i >= 0; i--) {
		const struct grid_list *l = &g->list[i];

		if (set(s, l->column, &l->value[row % l->nr], why))
			return -1;
		row /= l->nr;
	}
	assert(row == 0);	/* each list has named its value */
	if (g->gpus_are_ep)
		s->gpus = s->ep;
	return 0;
}
