#include "claims/wide.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask/scenario.h"
#include "base/mem.h"
#include "base/near.h"
#include "claims/known.h"
#include "words/item.h"
#include "words/metric.h"
#include "words/money.h"

/* A column of the table, and what it is of a claim file. */
struct column {
	char as[48];		/* size: a name of a claim's column; "" */
	enum quantity q;	/* the metric that it is; Q_NR: none */
	char unit[48];		/* size: that its head says; "" */
	bool phase;		/* it is of decoding, or of prompts, alone: no
				   figure of a whole request goes with it */
};

/* A line of the table. */
struct line {
	const struct table *t;
	const struct column *all;
	int row;
};

#define LENGTHS "ISL/OSL"	/* one cell says both: given has them */
#define MOST_COLUMNS 1000	/* size: with more it is no table of claims */
#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Small letters and digits alone: case, blanks and hyphens do not count. */
static void bare(const char *head, char *out, size_t size)
{
	size_t at = 0;

	for (; *head && *head != '(' && at + 1 < size; head++)
		if (isalnum((unsigned char)*head) || *head == '#')
			out[at++] = (char)tolower((unsigned char)*head);
	out[at] = '\0';
}

/* What people call the columns of a scenario, and of a claim. */
static const char *renamed(const char *head)
{
	static const struct { const char *said, *is; } names[] = {
		{ "gpu|hardware|hw|accelerator|gputype|mingpusetup|setup",
		  "hw" },
		{ "model|modell", "model" },
		{ "engine|framework|stack", "stack" },
		{ "gpus|#gpus|numgpus|numberofgpus|anzahl", "gpus" },
		{ "concurrency|conc|users|clients|maxconcurrency",
		  "concurrency" },
		{ "isl|inputtokens|inputlength|inputlen|prompttokens", "isl" },
		{ "osl|outputtokens|outputlength|outputlen", "osl" },
		{ "precision|quantization|format|weights", "weights" },
		{ "provider|anbieter|vendor|system", "system" },
		{ "source", "source" }, { "quote", "quote" }, { "id", "id" },
		{ "islosl|inputoutput|inputoutputlength|inputoutputtokens"
		  "|inout", LENGTHS },
		{ "tp", "tp" }, { "ep", "ep" },
		{ "layout|parallelism|parallel|parallelismstrategy"
		  "|configuration|config", "layout" },
	};
	char plain[48];		/* size: a head */

	bare(head, plain, sizeof(plain));
	for (int i = 0; i < NR(names); i++)
		if (near_is(plain, strlen(plain), names[i].said))
			return names[i].is;
	return scenario_column_find(head) >= 0 ? head : NULL;
}

/* "TTFT (ms)": what stands in the last brackets. */
static void unit_in(const char *head, char *unit, size_t size)
{
	const char *open = strrchr(head, '('), *shut;

	if (!open)
		open = strrchr(head, '[');
	shut = open ? strpbrk(open, ")]") : NULL;

	*unit = '\0';
	if (shut)
		said_copy(unit, size, open + 1, (size_t)(shut - open - 1));
}

/*
 * "Baseline TTFT (ms)", "Optimized tok/s": what a ratio of the table compares,
 * with the unit that says whether less of it is better.
 */
static bool side_of(struct column *c, const char *head)
{
	static const struct { const char *said; enum quantity q; } sides[] = {
		{ "baseline ", Q_BEFORE }, { "before ", Q_BEFORE },
		{ "original ", Q_BEFORE }, { "previous ", Q_BEFORE },
		{ "optimized ", Q_AFTER }, { "optimised ", Q_AFTER },
		{ "after ", Q_AFTER }, { "improved ", Q_AFTER } };
	char own[QUANTITY_UNIT];
	enum quantity q;
	struct fault no;

	for (int i = 0; i < NR(sides); i++) {
		int n = near_begins(head, sides[i].said);

		if (n == 0 || metric_called(head + n, *c->unit ? c->unit :
					    head + n, &q, own, &no) < 0)
			continue;
		c->q = sides[i].q;
		if (!*c->unit)
			snprintf(c->unit, sizeof(c->unit), "%s", *own ? own :
				 quantity_unit(q));
		return true;
	}
	return false;
}

/* Figures that are set beside others, and claim nothing. */
static bool is_beside(enum quantity q)
{
	return said_is_set(q) || q == Q_BEFORE || q == Q_AFTER;
}

static void column_of(struct column *c, const char *head)
{
	const char *is = renamed(head);
	char own[QUANTITY_UNIT], of_one[48];	/* size: a unit */
	struct fault no;
	int rc;

	*c = (struct column){ .q = Q_NR };
	unit_in(head, c->unit, sizeof(c->unit));
	/* "Weights (GB)" are a size, and no format */
	if (is && !(kind_factor(K_B, c->unit) > 0)) {
		*c = (struct column){ .q = Q_NR };
		snprintf(c->as, sizeof(c->as), "%.47s", is);
		return;
	}
	if (unit_is_of_one(c->unit)) {	/* "tok/s (per GPU)" */
		snprintf(of_one, sizeof(of_one), "tok/s %.40s", c->unit);
		snprintf(c->unit, sizeof(c->unit), "%s", of_one);
	}
	if (side_of(c, head))
		return;
	c->phase = near_has(head, "decode") || near_has(head, "prefill");
	rc = metric_called(head, c->unit, &c->q, own, &no);
	if (rc < 0 && !*c->unit)	/* "tok/s/GPU" is its own unit */
		rc = metric_called(head, head, &c->q, own, &no);
	if (rc < 0 || (rc > 0 && !*c->unit)) {
		c->q = Q_NR;
		return;
	}
	if (!*c->unit)
		snprintf(c->unit, sizeof(c->unit), "%s", own);
	if (!(quantity_factor(c->q, c->unit) > 0))
		*c->unit = '\0';
}

/* "N/A", "-", "TBD": there is none; nor is "$3" so many hours. */
static bool is_none(enum quantity q, const char *cell)
{
	struct figure f;

	return figure_read(&f, cell) != 0 ||
	       (money_sign(cell) > 0 && !kind_is_money(quantity_kind(q)));
}

/* In its own unit where it has one. */
static const char *unit_of(const struct column *c, const char *cell)
{
	return *figure_unit(cell) ? "" : c->unit;
}

/* What the others of the line say. */
static void write_given(const struct line *l, int own, struct text *out)
{
	const struct column *all = l->all;
	const struct table *t = l->t;
	int row = l->row;
	bool said[Q_NR] = { false };

	said[all[own].q] = true;
	for (int c = 0; c < t->columns; c++) {
		const char *cell = table_get(t, row, c);

		if (!strcmp(all[c].as, LENGTHS) && strchr(cell, '/'))
			text_addf(out, "%s" LENGTHS "=%s", out->len ? "; " : "",
				  cell);
		if (all[c].q == Q_NR || said[all[c].q] || all[c].phase ||
		    all[own].phase || is_none(all[c].q, cell))
			continue;
		said[all[c].q] = true;
		text_addf(out, "%s%s=%s %s", out->len ? "; " : "",
			  quantity_name(all[c].q), cell,
			  unit_of(&all[c], cell));
	}
}

static void put(struct table *t, int row, const char *column, const char *cell)
{
	table_set(t, row, table_need(t, column), cell);
}

/* The figure of one column, as a row of its own. */
static void write_row(struct table *out, const struct line *l, int own)
{
	struct text given = TEXT_INIT;
	const struct column *all = l->all;
	const struct table *t = l->t;
	int row = l->row;
	int to = table_add_row(out, t->line[row]);
	char id[64];		/* size: a line and a quantity */

	snprintf(id, sizeof(id), "%d %s", t->line[row],
		 quantity_name(all[own].q));
	put(out, to, "id", id);
	for (int c = 0; c < t->columns; c++)
		if (*all[c].as && strcmp(all[c].as, "id") &&
		    strcmp(all[c].as, LENGTHS))
			put(out, to, all[c].as, table_get(t, row, c));
	put(out, to, "metric", quantity_name(all[own].q));
	put(out, to, "value", table_get(t, row, own));
	put(out, to, "unit", unit_of(&all[own], table_get(t, row, own)));
	write_given(l, own, &given);
	put(out, to, "given", given.buf ? given.buf : "");
	text_release(&given);
}

/* Heads of percentiles. */
static bool is_rank(const char *head)
{
	return near_is(head, strlen(head),
		       "mean|avg|average|median|p50|p90|p95|p99");
}

/* "Metric,Mean,P99": a claim of each cell, the others of its line beside. */
static void write_ranks(struct table *out, const struct table *t, int row,
			int metric)
{
	const char *name = table_get(t, row, metric);
	char words[96];			/* size: a rank and a name */

	for (int c = 0; c < t->columns; c++) {
		struct text given = TEXT_INIT;
		int to;

		if (!is_rank(t->head[c]) ||
		    is_none(Q_TTFT_MS, table_get(t, row, c)))
			continue;
		to = table_add_row(out, t->line[row]);
		snprintf(words, sizeof(words), "%.15s %.70s", t->head[c],
			 name);
		put(out, to, "id", words);
		put(out, to, "metric", words);
		put(out, to, "value", table_get(t, row, c));
		for (int k = 0; k < t->columns; k++)
			if (k != c && is_rank(t->head[k]) &&
			    !is_none(Q_TTFT_MS, table_get(t, row, k)))
				text_addf(&given, "%s%s %s=%s", given.len ?
					  "; " : "", t->head[k], name,
					  table_get(t, row, k));
		put(out, to, "given", given.buf ? given.buf : "");
		text_release(&given);
	}
}

/* False: its metrics are no lines. */
static bool rank_rows(struct table *t)
{
	int metric = -1, ranks = 0;
	struct table out;

	for (int c = 0; c < t->columns; c++) {
		if (near_same(t->head[c], "metric"))
			metric = c;
		ranks += is_rank(t->head[c]);
	}
	if (metric < 0 || ranks < 2 || table_column(t, "value") >= 0)
		return false;
	table_init(&out, t->name);
	for (int row = 0; row < t->rows; row++)
		write_ranks(&out, t, row, metric);
	table_release(t);
	*t = out;
	return true;
}

/* "8x H200" under "Min GPUs", or under "GPUs". */
static bool names_hw(const struct table *t, int c, const struct column *as)
{
	return (as->q == Q_GPUS || near_same(as->as, "gpus")) && t->rows > 0 &&
	       known_kind(table_get(t, 0, c)) == NAME_HW;
}

bool wide_rows(struct table *t, struct text *notes)
{
	struct column *all;
	struct table out;
	int metrics = 0;

	assert(t->columns >= 0 && notes);
	if (rank_rows(t))
		return true;
	if (t->columns > MOST_COLUMNS || table_column(t, "metric") >= 0 ||
	    table_column(t, "value") >= 0)
		return false;
	all = mem_zeroed((size_t)t->columns + 1, sizeof(*all));
	for (int c = 0; c < t->columns; c++) {
		column_of(&all[c], t->head[c]);
		if (names_hw(t, c, &all[c]))
			all[c] = (struct column){ "hw", Q_NR, "", false };
		metrics += all[c].q != Q_NR;
	}
	if (metrics == 0) {
		free(all);
		return false;
	}
	for (int c = 0; c < t->columns; c++)
		if (!*all[c].as && all[c].q == Q_NR)
			text_addf(notes, "note: %s: column \"%.40s\" says "
				  "nothing about a claim\n", t->name,
				  t->head[c]);
	table_init(&out, t->name);
	for (int row = 0; row < t->rows; row++)
		for (int c = 0; c < t->columns; c++)
			if (all[c].q != Q_NR && !is_beside(all[c].q) &&
			    !is_none(all[c].q, table_get(t, row, c)))
				write_row(&out, &(struct line){ t, all, row },
					  c);
	free(all);
	table_release(t);
	*t = out;
	return true;
}
