#include "claims/claim.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"
#include "base/text.h"
#include "claims/beside.h"
#include "claims/bounds.h"
#include "claims/degrees.h"
#include "claims/filled.h"
#include "claims/known.h"
#include "words/cells.h"
#include "words/item.h"
#include "words/metric.h"
#include "limits/pool.h"
#include "claims/rows.h"

/* ---- reading ---- */

enum { UNIT = 32 /* size: a unit */ };

/* A figure as it stands in the table, or in a part of a cell. */
struct texts {
	const char *metric, *value, *unit;
};

static int fault_in(struct fault *why, const struct table *t, int row,
		    const char *column)
{
	return fault_at(why, t->name, t->line[row],
			table_column(t, column) + 1);
}

static int not_yes_or_no(struct claim *c)
{
	fault_what(&c->fault, "fits is %.4g", c->value.value);
	return fault_remedy(&c->fault, "write 1: it fits, or 0: it does not");
}

/* "Can serve: yes". */
static bool said_to_run(struct claim *c, const char *value)
{
	struct fault no;

	*c->unit = '\0';
	c->metric = Q_FITS;
	return isalpha((unsigned char)*value) &&
	       !quantity_amount(Q_FITS, &(struct written){ value, "", NULL },
				&c->value, &no);
}

/* "tok/s" of the figure and "per GPU" beside it: whole has room for both. */
static const char *unit_of(const struct texts *as, char *whole,
			   size_t size)
{
	const char *behind = figure_unit(as->value);

	if (*behind && unit_is_of_one(as->unit)) {
		snprintf(whole, size, "%.31s %.31s", behind, as->unit);
		return "";
	}
	snprintf(whole, size, "%.63s", *as->unit ? as->unit : behind);
	return as->unit;
}

static int read_metric(struct claim *c, const struct texts *as,
		       const struct table *t, int row)
{
	struct fault *why = &c->fault;
	char whole[2 * UNIT];
	const char *beside = unit_of(as, whole, sizeof(whole)), *unit;
	struct written w;
	int rc;

	fault_in(why, t, row, "metric");
	rc = metric_called(as->metric, whole, &c->metric, c->unit, why);
	if (rc < 0 && beside_metric(c, whole, table_cell(t, row, "given")))
		rc = 1;
	if (rc < 0 && !said_to_run(c, as->value))
		return -1;
	c->guessed = rc > 0;
	unit = *beside ? beside : c->unit;
	fault_in(why, t, row, "unit");
	if (quantity_kind(c->metric) != K_WORD &&
	    quantity_amount(c->metric, &(struct written){ "1", unit, NULL },
			    &c->value, why))
		return -1;
	fault_in(why, t, row, "value");
	w = (struct written){ as->value, unit, &c->figure };
	if (quantity_amount(c->metric, &w, &c->value, why))
		return -1;
	c->metric = quantity_meant(c->metric, &w, &c->value);
	c->written = (struct written){ as->value, beside, NULL };
	if (c->metric == Q_FITS && c->value.value > 0 &&
	    (c->value.value < 1 || c->value.value > 1))
		return not_yes_or_no(c);
	return 0;
}

/* A scenario column is an exact amount. */
static int column_amount(struct claim *c, enum quantity q, double x,
			 struct fault *why)
{
	struct amount *a = &c->stated.of[q];
	char own[48], other[48];	/* size: numbers */

	if (isnan(x))
		return 0;
	if (c->metric == q) {
		if (x >= c->value.low && x <= c->value.high)
			return 0;
		quantity_human(c->value.value, own, sizeof(own));
		quantity_human(x, other, sizeof(other));
		fault_what(why, "%s is the metric, %s, and the column says "
			   "%s", quantity_name(q), own, other);
		return fault_remedy(why, "leave the column blank");
	}
	if (a->known && (x < a->low || x > a->high)) {
		quantity_human(x, own, sizeof(own));
		quantity_human(a->value, other, sizeof(other));
		fault_what(why, "%s is %s in its column and %s in given",
			   quantity_name(q), own, other);
		return fault_remedy(why, "give it once");
	}
	*a = amount_exact(x);
	return 0;
}

static int read_given(struct claim *c, const struct table *t, int row)
{
	const struct scenario *s = &c->scenario;
	const struct { enum quantity q; double x; } columns[] = {
		{ Q_GPUS, s->gpus }, { Q_CONCURRENCY, s->concurrency },
		{ Q_ISL, s->isl }, { Q_OSL, s->osl }, { Q_CTX, s->ctx },
		{ Q_MEM_SHARE, s->mem_share }, { Q_USD_PER_GPU_HOUR, s->price },
		{ Q_TOKENS_PER_STEP, s->tokens_per_step } };
	struct fault *why = &c->fault;

	fault_in(why, t, row, "given");
	if (beside_read(c, table_cell(t, row, "given"), why))
		return -1;
	for (unsigned i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		if (column_amount(c, columns[i].q, columns[i].x, why))
			return -1;
	return 0;
}

/* A name that none is known by, too. */
static void take_name(struct claim *c)
{
	if (c->guessed)
		text_list(c->names.taken, sizeof(c->names.taken), "; ",
			  "%.40s is taken as %s", c->called,
			  quantity_name(c->metric));
}

static void close_known(struct claim *c, struct account *all, double beside,
			bool metric)
{
	struct amounts with = c->stated;
	struct known known, *k = &known;

	if (metric)
		with.of[c->metric] = c->value;
	known_init(k, &with, beside);
	if (c->gpu && c->metric != Q_HBM_TB_S)
		known_fact(k, Q_HBM_TB_S,
			   c->gpu->hbm_Bps / 1e12);	/* units: TB/s */
	if (c->gpu && c->metric != Q_GPUS_PER_NODE)
		known_fact(k, Q_GPUS_PER_NODE, filled_board(c));
	known_close(k, c->metric);
	account_keep(all, k);
}

/* ---- a row ---- */

static int look_up(struct claim *c, const struct library *lib)
{
	const struct scenario *s = &c->scenario;
	const struct amount *memory = c->metric == Q_HBM_GB ? &c->value :
		&c->stated.of[Q_HBM_GB];
	char said[SCENARIO_WORD];

	snprintf(said, sizeof(said), "%s", s->hw);
	if (names_take(&c->names, &c->scenario, lib, &c->fault))
		return -1;
	if (memory->known)
		names_sized(&c->names, &c->scenario, said, memory->value);
	if (*s->hw)
		c->gpu = lib->gpu(lib->of, s->hw, &c->fault);
	if (*s->model)
		c->model = lib->model(lib->of, s->model, &c->fault);
	if (c->metric == Q_GPU_W && c->gpu && s->gpus > 1 &&
	    !near_has(c->called, "gpu") && c->value.low > 2 * c->gpu->tdp_W)
		c->metric = Q_SYSTEM_W;
	if (c->metric == Q_HBM_GB && c->model && !c->gpu &&
	    !*c->names.missing)
		c->metric = Q_WEIGHTS_GB;	/* that a model takes */
	return 0;
}

/* Its figure is the nth of a cell that has several. */
static struct texts part_of(const struct several *all, int nth)
{
	return (struct texts){ all->said[nth].metric, all->said[nth].value,
			       all->said[nth].unit };
}

/* One figure; where the cell has several, the first of them. */
static int read_figure(struct claim *c, const struct table *t, int row)
{
	struct texts as = { table_cell(t, row, "metric"),
			    table_cell(t, row, "value"),
			    table_cell(t, row, "unit") };
	struct several several;

	if (read_metric(c, &as, t, row) == 0)
		return 0;
	if (!several_read(&several, as.metric, as.value, as.unit))
		return -1;
	c->several = mem_resize(NULL, 1, sizeof(*c->several));
	*c->several = several;
	as = part_of(c->several, 0);
	c->called = as.metric;
	return read_metric(c, &as, t, row);
}

/* What it is of, and what follows for it: metric and value are there. */
static void complete(struct claim *c, const struct table *t, int row,
		     const struct library *lib)
{
	beside_settle(c);
	filled_columns(c);
	c->fault = (struct fault){ .row = 0 };
	c->malformed = look_up(c, lib) != 0;
	if (!c->malformed) {
		take_name(c);
		filled_nodes(c);
		filled_users(c);
		degrees_fill(c, table_cell(t, row, "layout"));
		beside_size(c);
	}
	if (!c->malformed && !isnan(c->scenario.gpus) &&
	    !c->stated.of[Q_GPUS].known && c->metric != Q_GPUS)
		c->stated.of[Q_GPUS] = amount_exact(c->scenario.gpus);
	if (!c->malformed) {	/* what a library missed on the way is none */
		c->fault = (struct fault){ .row = 0 };
		c->malformed = question_cells(&c->scenario, &c->fault) ||
			claim_in_flight(c);
	}
	if (c->malformed)
		claim_placed(&c->fault, t, row);
}

static void begin(struct claim *c, const struct table *t, int row)
{
	*c = (struct claim){ .id = table_cell(t, row, "id"),
		.source = table_cell(t, row, "source"),
		.quote = table_cell(t, row, "quote"),
		.system = table_cell(t, row, "system"),
		.versus = table_cell(t, row, "versus"),
		.called = table_cell(t, row, "metric"), .lightest = -1,
		.line = row };
}

/* Its columns; hardware may stand in `system` alone: "8x H200". */
static int read_scenario(struct claim *c, const struct claims_spec *from,
			 int row)
{
	const struct table *t = from->table;
	struct scenario *s = &c->scenario;

	c->names.second = from->second && from->second[row];
	if (cells_read(s, t, row, &c->fault))
		return -1;
	if (!*s->hw && strlen(c->system) < sizeof(s->hw) &&
	    known_kind(c->system) == NAME_HW)
		strcpy(s->hw, c->system);
	return 0;
}

static void read_claim(struct claim *c, const struct claims_spec *from,
		       int row)
{
	const struct table *t = from->table;

	begin(c, t, row);
	c->said = from->said;
	c->malformed = read_scenario(c, from, row) ||
		read_figure(c, t, row) || read_given(c, t, row);
	if (c->malformed)
		return;
	beside_money(c, t, row);
	if (c->several)
		beside_others(c, c->several, 0);
	complete(c, t, row, from->library);
}

/* The nth figure of the cell of a claim that is read. */
static void read_beside(struct claim *c, const struct claim *first, int nth,
			const struct claims_spec *from)
{
	struct texts as = part_of(first->several, nth);
	const struct table *t = from->table;
	int row = first->line;

	begin(c, t, row);
	c->other = true;
	c->money = first->money;
	c->mixed = first->mixed;
	c->called = as.metric;
	c->malformed = read_scenario(c, from, row) ||
		read_metric(c, &as, t, row) || read_given(c, t, row);
	if (c->malformed)
		return;
	beside_others(c, first->several, nth);
	complete(c, t, row, from->library);
}

/* ---- the file ---- */

static int columns_there(const struct table *t, struct fault *why)
{
	static const char *const need[] = { "metric", "value" };

	for (unsigned i = 0; i < sizeof(need) / sizeof(*need); i++)
		if (table_column(t, need[i]) < 0) {
			fault_at(why, t->name, 1, 0);
			fault_what(why, "there is no column %s", need[i]);
			return fault_remedy(why, "a claim file has id, "
				"source, quote, system, scenario columns, "
				"metric, value, unit and given");
		}
	return 0;
}

static void close_all(struct claims *all, const struct library *lib)
{
	struct fault no;
	const struct granted *g = lib->granted(lib->of, &no);
	double beside = g ? g->beside_gpus : 1;

	for (int i = 0; i < all->all; i++) {
		struct claim *c = &all->claim[i];

		if (c->malformed)
			continue;
		close_known(c, &c->rest, beside, false);
		close_known(c, &c->all, beside, true);
	}
}

/* Claims move no more: what points into one may. */
static void stay(struct claim *c)
{
	if (c->malformed)
		return;
	c->written.figure = &c->figure;
	if (!*c->written.unit)
		c->written.unit = c->unit;
}

/*
 * Claims behind the rows: a condition of the first figure is none. A row's
 * given are conditions but for what its claim cannot have set
 * (claims/beside).
 */
static void read_others(struct claims *all, const struct claims_spec *from)
{
	int more = 0;

	for (int i = 0; i < all->nr; i++)
		if (!all->claim[i].malformed &&
		    !all->claim[i].several)
			beside_given(&all->claim[i],
				     table_cell(from->table, i, "given"));
	for (int i = 0; i < all->nr; i++)
		if (all->claim[i].several && !all->claim[i].malformed)
			more += all->claim[i].several->nr - 1;
	all->claim = mem_resize(all->claim, (size_t)(all->nr + more) + 1,
				sizeof(*all->claim));
	all->all = all->nr;
	for (int i = 0; i < all->nr; i++) {
		const struct claim *first = &all->claim[i];

		if (!first->several || first->malformed)
			continue;
		for (int k = 1; k < first->several->nr; k++) {
			struct claim *c = &all->claim[all->all];

			read_beside(c, first, k, from);
			all->all += !c->malformed && !said_is_set(c->metric);
		}
	}
}

int claims_read(struct claims *all, const struct claims_spec *from,
		struct fault *why)
{
	const struct table *t = from->table;

	assert(t && from->library);
	*all = (struct claims){ .claim = NULL };
	if (columns_there(t, why) || claims_columns(t, NULL, why))
		return -1;
	all->claim = mem_zeroed((size_t)t->rows + 1, sizeof(*all->claim));
	all->pool = pool_open(from->library);
	all->nr = t->rows;
	for (int i = 0; i < t->rows; i++)
		read_claim(&all->claim[i], from, i);
	read_others(all, from);
	for (int i = 0; i < all->all; i++)
		stay(&all->claim[i]);
	rows_compare(all);
	close_all(all, from->library);
	bounds_make(all, from);
	return 0;
}

void claims_release(struct claims *all)
{
	for (int i = 0; i < all->all; i++) {
		free(all->claim[i].finding);
		free(all->claim[i].several);
		free(all->claim[i].rest.entry);
		free(all->claim[i].all.entry);
	}
	free(all->claim);
	pool_free(all->pool);
	*all = (struct claims){ .claim = NULL };
}
