#include "learn/validate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"

#define TEN 0.10		/* math: within 10 % */
#define TWENTY 0.20		/* math: within 20 % */

static const struct {
	const char *name, *unit, *also;
} metrics[] = {
	[METRIC_TPOT_MS] = { "tpot_ms", "ms", "ms" },
	[METRIC_STEP_MS] = { "step_ms", "ms", "ms" },
	[METRIC_TOK_S_GPU] = { "tok_s_gpu", "tok/s/GPU", "tok/s" },
	[METRIC_POWER_W] = { "power_w", "W", "W" },
	[METRIC_OTHER] = { "ttft_ms", "ms", "ms" },
};

enum { METRICS = sizeof(metrics) / sizeof(*metrics) };

/* Metrics that are none of ours are no fault: they are not predicted. */
static int metric_of(const char *text, enum metric *m, struct fault *why)
{
	*m = METRIC_OTHER;
	for (int i = 0; i < METRICS; i++)
		if (strcmp(text, metrics[i].name) == 0)
			*m = (enum metric)i;
	if (*text)
		return 0;
	fault_what(why, "metric is blank");
	return fault_remedy(why, "write tpot_ms, step_ms, tok_s_gpu or "
			    "power_w");
}

/* The metric that a misspelt one may have meant, or NULL. */
static const char *metric_near(const char *text)
{
	const char *names[METRICS], *near;

	for (int i = 0; i < METRICS; i++)
		names[i] = metrics[i].name;
	near = near_word(text, names, METRICS);
	return near == metrics[METRIC_OTHER].name ? NULL : near;
}

static int measured_of(const struct table *t, int row, struct comparison *v,
		       struct fault *why)
{
	const char *unit = table_get(t, row, table_column(t, "unit"));
	const char *text = table_get(t, row, table_column(t, "value"));

	if (metric_of(table_get(t, row, table_column(t, "metric")),
		      &v->metric, why))
		return -1;
	if (v->metric == METRIC_OTHER)
		return 0;
	if (*unit && strcmp(unit, metrics[v->metric].unit) &&
	    strcmp(unit, metrics[v->metric].also)) {
		fault_what(why, "%s is in \"%.40s\"",
			   metrics[v->metric].name, unit);
		return fault_remedy(why, "write the value in %s",
				    metrics[v->metric].unit);
	}
	if (units_number(text, &v->measured) || !(v->measured > 0)) {
		fault_what(why, "value is \"%.40s\"", text);
		return fault_remedy(why, "write a number above 0");
	}
	return 0;
}

/* The answer's figure for a metric, and the step that a figure implies. */
static void predict(struct comparison *v, const struct swept *s)
{
	const struct answer *a = &s->answer;
	double tokens = s->scenario.tokens_per_step;
	double time_low = a->tok_s_gpu / a->high;
	double time_high = a->tok_s_gpu / a->low;

	v->predicted_step_s = a->step_s;
	if (v->metric == METRIC_TOK_S_GPU) {
		v->predicted = a->tok_s_gpu;
		v->low = a->low;
		v->high = a->high;
		v->measured_step_s = a->step_s * a->tok_s_gpu / v->measured;
		return;
	}
	if (v->metric == METRIC_POWER_W) {
		v->predicted = a->watt_gpu;
		v->low = v->predicted * time_low;
		v->high = v->predicted * time_high;
		return;
	}
	if (v->metric == METRIC_STEP_MS)
		tokens = 1;
	v->predicted = units_ms(a->step_s) / tokens;
	v->low = v->predicted * time_low;
	v->high = v->predicted * time_high;
	v->measured_step_s = v->measured * tokens / units_ms(1);
}

/*
 * More than all of the GPU's HBM: the run was not what the row says. What
 * only exceeds mem_share ran, and was given more.
 */
static bool overflows(const struct swept *s)
{
	const struct held *h = &s->answer.held;

	return h->weights_B + h->kv_B + h->buffer_B >
	       h->budget_B / s->scenario.mem_share;
}

static const char *unanswered(const struct comparison *v, const struct swept *s)
{
	if (s->unsimulated)
		return "colocated rows are not predicted";
	if (s->malformed)
		return "malformed";
	if (v->metric == METRIC_OTHER)
		return "the metric is not predicted";
	if (isnan(s->answer.step_s) || overflows(s))
		return s->answer.refusal;
	return NULL;
}

int validate_row(const struct table *t, int row, const struct swept *s,
		 struct comparison *v, struct fault *why)
{
	double nan = (double)NAN;

	*v = (struct comparison){ .metric = METRIC_OTHER, .measured = nan,
		.predicted = nan, .low = nan, .high = nan, .error = nan,
		.measured_step_s = nan, .predicted_step_s = nan,
		.missing = "malformed" };
	fault_at(why, t->name, t->line[row], 0);
	if (measured_of(t, row, v, why)) {
		v->fault = *why;
		return -1;
	}
	v->missing = unanswered(v, s);
	if (v->missing)
		return 0;
	predict(v, s);
	v->error = v->predicted / v->measured - 1;
	v->inside = v->measured >= v->low && v->measured <= v->high;
	return 0;
}

bool validate_malformed(const struct swept *s, const struct comparison *v)
{
	return *v->fault.what || (s->malformed && !s->unsimulated);
}

void validate_reason(const struct table *t, int row, const struct swept *s,
		     const struct comparison *v, struct text *out)
{
	const char *metric = table_get(t, row, table_column(t, "metric"));
	const char *near = metric_near(metric);

	if (*v->fault.what)
		text_add(out, v->fault.what);
	else if (validate_malformed(s, v))
		text_add(out, s->fault.what);
	else if (v->missing && !s->unsimulated && v->metric == METRIC_OTHER)
		text_addf(out, "metric %s is not predicted%s%s%s", metric,
			  near ? "; did you mean " : "", near ? near : "",
			  near ? "?" : "");
	else if (v->missing)
		text_add(out, v->missing);
}

static void put(struct table *t, int row, const char *column, double x)
{
	int c = table_need(t, column);

	if (isfinite(x))
		table_setf(t, row, c, "%.6g", x);
	else
		table_set(t, row, c, "");
}

void validate_table(const struct table *in, const struct swept *s,
		    const struct comparison *v, struct table *out)
{
	static const char *const added[] = { "predicted", "low", "high",
		"error_pct", "inside", "fits", "refusal", "measured_step_ms",
		"predicted_step_ms" };

	for (int c = 0; c < in->columns; c++)
		table_need(out, in->head[c]);
	for (unsigned i = 0; i < sizeof(added) / sizeof(*added); i++)
		table_need(out, added[i]);
	for (int r = 0; r < in->rows; r++) {
		const struct comparison *w = &v[r];
		struct text reason = TEXT_INIT;

		text_addn(&reason, "", 0);
		validate_reason(in, r, &s[r], w, &reason);
		table_add_row(out, in->line[r]);
		for (int c = 0; c < in->columns; c++)
			table_set(out, r, table_column(out, in->head[c]),
				  table_get(in, r, c));
		put(out, r, "predicted", w->predicted);
		put(out, r, "low", w->low);
		put(out, r, "high", w->high);
		put(out, r, "error_pct", units_percent(w->error));
		put(out, r, "measured_step_ms", units_ms(w->measured_step_s));
		put(out, r, "predicted_step_ms",
		    units_ms(w->predicted_step_s));
		table_set(out, r, table_column(out, "inside"),
			  w->missing ? "" : w->inside ? "yes" : "no");
		table_set(out, r, table_column(out, "fits"),
			  s[r].malformed || *w->fault.what ? "" :
			  s[r].answer.fits ? "yes" : "no");
		table_set(out, r, table_column(out, "refusal"),
			  w->missing ? reason.buf : s[r].answer.refusal);
		text_release(&reason);
	}
}

/* ---- groups ---- */

enum { BY_ALL, BY_HW, BY_STACK, BY_MODEL, BY_LAYOUT, BY_MTP, BY_BATCH, BYS };

static const char *const by_names[BYS] = { "all", "hw", "stack", "model",
					   "layout", "mtp", "batch" };

struct group {
	const char *by;
	const char *name;
};

/* Attention first, then what carries the experts: "TP8 EP8", "DP EP32". */
static void layout_name(const struct swept *s, char *out, size_t size)
{
	const struct scenario *q = &s->scenario;
	int wide = q->ep > 8;	/* size: GPUs of a board */

	if (q->tp == q->gpus && q->tp > 1)
		snprintf(out, size, q->ep > 1 ? "TP attention, EP" :
			 "TP attention, TP experts");
	else
		snprintf(out, size, wide ? "DP attention, EP > 8" :
			 "DP attention, EP <= 8");
}

static const char *batch_name(const struct swept *s)
{
	static const struct { double up_to; const char *name; } range[] = {
		{ 2, "up to 2" },
		{ 16, "2 to 16" },	/* size: batch ranges */
		{ 64, "16 to 64" },	/* size: */
		{ 256, "64 to 256" } };	/* size: */
	double per_gpu = s->scenario.batch / s->scenario.tp;

	for (unsigned i = 0; i < sizeof(range) / sizeof(*range); i++)
		if (per_gpu <= range[i].up_to)
			return range[i].name;
	return "over 256";
}

static void group_name(const struct swept *s, int by, char *out, size_t size)
{
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
	case BY_LAYOUT:
		layout_name(s, out, size);
		break;
	case BY_MTP:
		snprintf(out, size, "%s", s->scenario.mtp > 0 ?
			 "with drafts" : "no drafts");
		break;
	default:
		snprintf(out, size, "%s a GPU", batch_name(s));
	}
}

static int double_compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *x, int nr)
{
	qsort(x, (size_t)nr, sizeof(*x), double_compare);
	return nr % 2 ? x[nr / 2] : (x[nr / 2 - 1] + x[nr / 2]) / 2;
}

/* One line of the summary over the rows whose group is `name`. */
static void summarise(const struct swept *s, const struct comparison *v,
		      int rows, struct group g, struct table *out)
{
	double *size = mem_zeroed((size_t)rows, sizeof(*size));
	double sum = 0, bias = 0;
	int n = 0, ten = 0, twenty = 0, inside = 0, to, by = 0;
	char name[SCENARIO_WORD];

	while (strcmp(by_names[by], g.by))
		by++;
	for (int r = 0; r < rows; r++) {
		if (v[r].missing)
			continue;
		group_name(&s[r], by, name, sizeof(name));
		if (strcmp(name, g.name))
			continue;
		size[n++] = fabs(v[r].error);
		sum += fabs(v[r].error);
		bias += v[r].error;
		ten += fabs(v[r].error) <= TEN;
		twenty += fabs(v[r].error) <= TWENTY;
		inside += v[r].inside;
	}
	to = table_add_row(out, 0);
	table_set(out, to, table_need(out, "by"), g.by);
	table_set(out, to, table_need(out, "group"), g.name);
	put(out, to, "rows", n);
	put(out, to, "mape_pct", units_percent(sum / n));
	put(out, to, "median_pct", n ? units_percent(median(size, n)) : NAN);
	put(out, to, "bias_pct", units_percent(bias / n));
	put(out, to, "within10_pct", units_percent(ten / (double)n));
	put(out, to, "within20_pct", units_percent(twenty / (double)n));
	put(out, to, "inside_pct", units_percent(inside / (double)n));
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

void validate_summary(const struct swept *s, const struct comparison *v,
		      int rows, struct table *out)
{
	char name[SCENARIO_WORD];

	table_need(out, "by");
	table_need(out, "group");
	for (int by = 0; by < BYS; by++)
		for (int r = 0; r < rows; r++) {
			if (v[r].missing)
				continue;
			group_name(&s[r], by, name, sizeof(name));
			if (!listed(out, by_names[by], name))
				summarise(s, v, rows, (struct group){
					by_names[by], name }, out);
		}
}
