#include "learn/validate.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/larger.h"
#include "base/mem.h"

#define TEN 0.10		/* math: within 10 % */
#define TWENTY 0.20		/* math: within 20 % */

/* ---- groups ---- */

enum { BY_ALL, BY_HW, BY_STACK, BY_MODEL, BY_ATTENTION, BY_LAYOUT, BY_MTP,
       BY_BATCH,
       BY_SERVED, BYS = BY_SERVED + METRIC_OTHER };

static const char *const by_names[BYS] = { "all", "hw", "stack", "model",
	"attention", "layout", "mtp", "batch",
	[BY_SERVED + METRIC_TPOT_MS] = "tpot_ms",
	[BY_SERVED + METRIC_STEP_MS] = "step_ms",
	[BY_SERVED + METRIC_TOK_S_GPU] = "tok_s_gpu",
	[BY_SERVED + METRIC_POWER_W] = "power_w",
	[BY_SERVED + METRIC_J_PER_TOK] = "j_per_tok",
	[BY_SERVED + METRIC_TTFT_MS] = "ttft_ms",
	[BY_SERVED + METRIC_TTFT_P99_MS] = "ttft_p99_ms" };

/* Rows played request by request stand in a metric's groups, of these kinds,
   and in those alone. */
enum { PLAYED_ALL, PLAYED_STACK, PLAYED_HW, PLAYED_KINDS };

/* What is summarised. */
struct compared {
	const struct swept *row;	/* [nr] */
	const struct comparison *with;	/* [nr] */
	int nr;
};

struct kind {
	int by;
	int of;			/* of a metric's groups: which */
};

struct group {
	struct kind kind;
	const char *name;
};

static bool is_tp(const struct scenario *q)
{
	return q->tp == q->gpus && q->tp > 1;
}

/* Attention first, then what carries the experts. */
static void layout_name(const struct swept *s, char *out, size_t size)
{
	const struct scenario *q = &s->scenario;
	bool wide = q->ep > 8;	/* size: GPUs of a board */

	if (is_tp(q))
		snprintf(out, size, q->ep > 1 ? "TP attention, EP" :
			 "TP attention, TP experts");
	else
		snprintf(out, size, wide ? "DP attention, EP > 8" :
			 "DP attention, EP <= 8");
}

static const struct { double up_to; const char *name; } sizes[] = {
	{ 2, "up to 2" },
	{ 16, "2 to 16" },	/* size: batch ranges */
	{ 64, "16 to 64" },	/* size: */
	{ 256, "64 to 256" },	/* size: */
	{ INFINITY, "over 256" } };

enum { SIZES = sizeof(sizes) / sizeof(*sizes) };

static int size_of(const struct swept *s)
{
	double per_gpu = s->scenario.batch / s->scenario.tp;
	int i = 0;

	while (i < SIZES - 1 && !(per_gpu <= sizes[i].up_to))
		i++;
	return i;
}

static void group_name(const struct swept *s, int by,
		       char out[SCENARIO_WORD])
{
	const size_t size = SCENARIO_WORD;

	switch (by) {
	case BY_ALL:
		snprintf(out, size, "all");
		break;
	case BY_HW:
		snprintf(out, size, "%s", s->scenario.hw);
		break;
	case BY_STACK:
		snprintf(out, size, "%s", s->scenario.stack);
		break;
	case BY_MODEL:
		snprintf(out, size, "%s", s->scenario.model);
		break;
	case BY_ATTENTION:
		snprintf(out, size, "%s attention",
			 is_tp(&s->scenario) ? "TP" : "DP");
		break;
	case BY_LAYOUT:
		layout_name(s, out, size);
		break;
	case BY_MTP:
		snprintf(out, size, "%s", s->scenario.mtp > 0 ?
			 "with drafts" : "no drafts");
		break;
	default:
		snprintf(out, size, "%s a GPU", sizes[size_of(s)].name);
	}
}

/* A row's group of a kind; false: it is in none. */
static bool is_grouped(const struct compared *c, int row,
		       const struct kind *k, char out[SCENARIO_WORD])
{
	static const int words[PLAYED_KINDS] = { BY_ALL, BY_STACK, BY_HW };
	const struct swept *s = &c->row[row];
	const struct comparison *v = &c->with[row];

	if (v->missing || s->served != (k->by >= BY_SERVED) ||
	    (s->served && k->by - BY_SERVED != (int)v->metric))
		return false;
	group_name(s, s->served ? words[k->of] : k->by, out);
	return true;
}

static double median(double *x, int nr)
{
	qsort(x, (size_t)nr, sizeof(*x), ascending);
	return nr % 2 ? x[nr / 2] : (x[nr / 2 - 1] + x[nr / 2]) / 2;
}

/* One line of the summary over the rows whose group is `name`. */
static void summarise(const struct compared *c, struct group g,
		      struct table *out)
{
	double *size = mem_zeroed((size_t)c->nr, sizeof(*size));
	double sum = 0, bias = 0;
	int n = 0, ten = 0, twenty = 0, inside = 0, to;
	char name[SCENARIO_WORD];

	for (int r = 0; r < c->nr; r++) {
		double error = c->with[r].error;

		if (!is_grouped(c, r, &g.kind, name) || strcmp(name, g.name))
			continue;
		size[n++] = fabs(error);
		sum += fabs(error);
		bias += error;
		ten += fabs(error) <= TEN;
		twenty += fabs(error) <= TWENTY;
		inside += c->with[r].inside;
	}
	to = table_add_row(out, 0);
	table_set(out, to, table_need(out, "by"),
		  by_names[g.kind.by]);
	table_set(out, to, table_need(out, "group"), g.name);
	table_put(out, to, "rows", n);
	table_put(out, to, "mape_pct", units_percent(sum / n));
	table_put(out, to, "median_pct",
		  n ? units_percent(median(size, n)) : NAN);
	table_put(out, to, "bias_pct", units_percent(bias / n));
	table_put(out, to, "within10_pct", units_percent(ten / (double)n));
	table_put(out, to, "within20_pct", units_percent(twenty / (double)n));
	table_put(out, to, "inside_pct", units_percent(inside / (double)n));
	free(size);
}

static bool listed(const struct table *out, const char *by, const char *name)
{
	for (int r = 0; r < out->rows; r++)
		if (strcmp(table_get(out, r, 0), by) == 0 &&
		    strcmp(table_get(out, r, 1), name) == 0)
			return true;
	return false;
}

static void groups_of(const struct compared *c, struct kind k,
		      struct table *out)
{
	char name[SCENARIO_WORD];
	int passes = k.by == BY_BATCH ? SIZES : 1;	/* the smallest first */

	for (int i = 0; i < passes * c->nr; i++) {
		int r = i % c->nr;

		if (is_grouped(c, r, &k, name) &&
		    (passes == 1 || size_of(&c->row[r]) == i / c->nr) &&
		    !listed(out, by_names[k.by], name))
			summarise(c, (struct group){ k, name }, out);
	}
}

void validate_summary(const struct swept *s, const struct comparison *v,
		      int rows, struct table *out)
{
	const struct compared c = { s, v, rows };

	assert(rows >= 0 && (rows == 0 || (s && v)) && out);
	table_need(out, "by");
	table_need(out, "group");
	for (int by = 0; by < BYS; by++)
		for (int of = 0; of < (by < BY_SERVED ? 1 : PLAYED_KINDS);
		     of++)
			groups_of(&c, (struct kind){ by, of }, out);
}
