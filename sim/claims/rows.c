#include "claims/rows.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "limits/pool.h"

static int number_of(struct claims *all, const char *s)
{
	return pool_number(all->pool, s, strlen(s) + 1);
}

static void number_rows(struct claims *all)
{
	for (int i = 0; i < all->all; i++) {
		struct claim *c = &all->claim[i];

		if (c->malformed)
			continue;
		c->source_nr = number_of(all, c->source);
		c->system_nr = number_of(all, c->system);
		c->versus_nr = number_of(all, c->versus);
		c->table.source = c->row.source = c->source_nr;
		c->table.metric = c->row.metric = (int)c->metric;
		c->group.source = c->source_nr;
		c->group.metric = (int)c->metric;
		c->table.unit = number_of(all, c->written.unit);
		c->row.system = c->system_nr;
	}
}

/* What the figures of one table show. */
struct shown {
	int first, last;	/* claims of it, from 1; 0: none */
	bool any;
	int place, digits;
	int lightest;		/* claim, from 1; 0: none */
};

static void show(struct shown *s, const struct figure *f)
{
	if (f->said == SAID_RANGE || f->said == SAID_AROUND || f->scaled)
		return;
	if (!s->any || f->place < s->place)
		s->place = f->place;
	if (!s->any || f->digits > s->digits)
		s->digits = f->digits;
	s->any = true;
}

static double clients(const struct claim *c)
{
	return c->scenario.concurrency;
}

static void lighter(struct shown *s, const struct claims *all, int i)
{
	double n = clients(&all->claim[i]);

	if (!isnan(n) && (!s->lightest ||
			  n < clients(&all->claim[s->lightest - 1])))
		s->lightest = i + 1;
}

static void chain(struct shown *s, struct claims *all, int i)
{
	all->claim[i].next = -1;
	if (s->last)
		all->claim[s->last - 1].next = i;
	else
		s->first = i + 1;
	s->last = i + 1;
	all->claim[i].first = s->first - 1;
}

/* As many digits count as a neighbour shows; and who is the lightest. */
void rows_compare(struct claims *all)
{
	struct shown *shown;
	int most = 0;

	assert(all && all->nr >= 0);
	number_rows(all);
	for (int i = 0; i < all->all; i++) {
		struct claim *c = &all->claim[i];

		if (c->malformed)
			continue;
		c->table_nr = pool_number(all->pool, &c->table,
					  sizeof(c->table));
		c->group_nr = pool_number(all->pool, &c->group,
					  sizeof(c->group));
		c->row_nr = pool_number(all->pool, &c->row,
					sizeof(c->row));
		most = c->table_nr > most ? c->table_nr : most;
		most = c->row_nr > most ? c->row_nr : most;
		most = c->group_nr > most ? c->group_nr : most;
	}
	shown = mem_zeroed((size_t)most + 1, sizeof(*shown));
	for (int i = 0; i < all->all; i++) {
		struct claim *c = &all->claim[i];

		if (c->malformed)
			continue;
		show(&shown[c->table_nr], &c->figure);
		lighter(&shown[c->row_nr], all, i);
		chain(&shown[c->group_nr], all, i);
	}
	for (int i = 0; i < all->all; i++) {
		struct claim *c = &all->claim[i];
		const struct shown *s = &shown[c->table_nr];
		int x = c->malformed ? -1 :
			shown[c->row_nr].lightest - 1;

		if (!c->malformed && s->any && *c->source) {
			figure_refine(&c->figure, s->place, s->digits);
			quantity_refined(c->metric, &c->written, &c->value);
		}
		if (x >= 0 && clients(&all->claim[x]) < clients(c))
			c->lightest = x;
	}
	free(shown);
}
