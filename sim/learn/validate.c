#include "learn/validate.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/near.h"

/* The first of its units is what a remedy says. */
static const struct {
	const char *name, *unit[3];	/* size: of the longest list */
} metrics[] = {
	[METRIC_TPOT_MS] = { "tpot_ms", { "ms" } },
	[METRIC_STEP_MS] = { "step_ms", { "ms" } },
	[METRIC_TOK_S_GPU] = { "tok_s_gpu", { "tok/s/GPU", "tok/s" } },
	[METRIC_POWER_W] = { "power_w", { "W" } },
	[METRIC_J_PER_TOK] = { "j_per_tok", { "J/tok", "J/token", "J" } },
	[METRIC_TTFT_MS] = { "ttft_ms", { "ms" } },
	[METRIC_TTFT_P99_MS] = { "ttft_p99_ms", { "ms" } },
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
	return fault_remedy(why, "write tpot_ms, step_ms, tok_s_gpu, "
			    "power_w or j_per_tok; of colocated rows ttft_ms "
			    "or ttft_p99_ms too");
}

/* The metric that a misspelt one may have meant, or NULL. */
static const char *metric_near(const char *text)
{
	const char *names[METRICS], *near;

	for (int i = 0; i < METRICS; i++)
		names[i] = metrics[i].name;
	near = near_word(text, names, METRICS);
	return near && strcmp(near, text) == 0 ? NULL : near;
}

/* A blank one is the metric's own. */
static bool is_unit(enum metric m, const char *unit)
{
	bool is = !*unit;

	for (int i = 0; i < 3 && metrics[m].unit[i]; i++) /* size: of it */
		is |= strcmp(unit, metrics[m].unit[i]) == 0;
	return is;
}

static int measured_of(const struct table *t, int row, struct comparison *v,
		       struct fault *why)
{
	const char *unit = table_cell(t, row, "unit");
	const char *text = table_cell(t, row, "value");

	if (metric_of(v->word, &v->metric, why))
		return -1;
	if (v->metric == METRIC_OTHER)
		return 0;
	if (!is_unit(v->metric, unit)) {
		fault_what(why, "%s is in \"%.40s\"",
			   metrics[v->metric].name, unit);
		return fault_remedy(why, "write the value in %s",
				    metrics[v->metric].unit[0]);
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
	if (v->metric == METRIC_POWER_W || v->metric == METRIC_J_PER_TOK) {
		v->predicted = v->metric == METRIC_POWER_W ? a->watt_gpu :
			       a->j_per_tok;
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

double validate_seen(const struct seen *s, enum metric m)
{
	assert(m < METRIC_OTHER);
	switch (m) {
	case METRIC_TTFT_MS:
		return units_ms(s->ttft_s);
	case METRIC_TTFT_P99_MS:
		return units_ms(s->ttft_p99_s);
	case METRIC_TPOT_MS:
		return units_ms(s->tpot_s);
	case METRIC_POWER_W:
		return s->watt_gpu;
	case METRIC_J_PER_TOK:
		return s->watt_gpu / s->tok_s_gpu;
	default:
		return s->tok_s_gpu;
	}
}

/* What requests saw; slower steps make every figure a worse one. */
static void predict_served(struct comparison *v, const struct swept *s)
{
	double slow = validate_seen(&s->seen[SEEN_SLOW], v->metric);
	double fast = validate_seen(&s->seen[SEEN_FAST], v->metric);

	v->predicted = validate_seen(&s->seen[SEEN_AS_IS], v->metric);
	v->low = fmin(v->predicted, fmin(slow, fast));
	v->high = fmax(v->predicted, fmax(slow, fast));
}

static bool is_predicted(enum metric m, bool served)
{
	switch (m) {
	case METRIC_TPOT_MS:
	case METRIC_TOK_S_GPU:
	case METRIC_POWER_W:
	case METRIC_J_PER_TOK:
		return true;
	case METRIC_TTFT_MS:
	case METRIC_TTFT_P99_MS:
		return served;
	case METRIC_STEP_MS:
		return !served;
	default:
		return false;
	}
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

/* Of a row that says how its requests come, in either mode. */
static const char *unsimulated(const struct scenario *s)
{
	if (*s->serving && strcmp(s->mode, "colocated") != 0)
		return "serving says how requests come, and mode=decode has "
		       "none; write mode=colocated";
	return "colocated rows are not predicted without --engine run";
}

static const char *unanswered(const struct comparison *v, const struct swept *s)
{
	if (s->unsimulated)
		return unsimulated(&s->scenario);
	if (s->malformed)
		return "malformed";
	if (!is_predicted(v->metric, s->served))
		return "the metric is not predicted";
	if (s->served)
		return s->answer.fits ? NULL : s->answer.refusal;
	if (isnan(s->answer.step_s) || overflows(s))
		return s->answer.refusal;
	return NULL;
}

/* Why an answer has no such figure. */
static const char *untold(const struct comparison *v, const struct swept *s)
{
	if (s->served && isnan(s->seen[SEEN_AS_IS].ttft_s))
		return "no request is counted: each was sent before warmup "
		       "ended";
	return v->metric == METRIC_TPOT_MS ?
		"an answer of one token has no time between tokens" :
		"the sheets do not tell the metric";
}

int validate_row(const struct table *t, int row, const struct swept *s,
		 struct comparison *v, struct fault *why)
{
	double nan = (double)NAN;

	assert(row >= 0 && row < t->rows);
	*v = (struct comparison){ .metric = METRIC_OTHER, .measured = nan,
		.word = table_cell(t, row, "metric"),
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
	if (s->served)
		predict_served(v, s);
	else
		predict(v, s);
	if (isnan(v->predicted)) {
		v->missing = untold(v, s);
		return 0;
	}
	v->error = v->predicted / v->measured - 1;
	v->inside = v->measured >= v->low && v->measured <= v->high;
	return 0;
}

bool validate_malformed(const struct swept *s, const struct comparison *v)
{
	return *v->fault.what || (s->malformed && !s->unsimulated);
}

/* What a slip may have meant; else what is predicted of such a row. */
static void unpredicted(const struct comparison *v, bool served,
			struct text *out)
{
	const char *near = metric_near(v->word);

	text_addf(out, "metric %s is not predicted", v->word);
	if (near) {
		text_addf(out, "; did you mean %s?", near);
		return;
	}
	for (int i = 0, nr = 0; i < METRICS; i++)
		if (is_predicted((enum metric)i, served))
			text_addf(out, "%s%s", nr++ ? ", " : "; of such a "
				  "row these are: ", metrics[i].name);
}

void validate_reason(const struct swept *s, const struct comparison *v,
		     struct text *out)
{

	if (*v->fault.what)
		text_add(out, v->fault.what);
	else if (validate_malformed(s, v))
		text_add(out, s->fault.what);
	else if (v->missing && !s->unsimulated &&
		 !is_predicted(v->metric, s->served))
		unpredicted(v, s->served, out);
	else if (v->missing)
		text_add(out, v->missing);
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
		validate_reason(&s[r], w, &reason);
		table_add_row(out, in->line[r]);
		for (int c = 0; c < in->columns; c++)
			table_set(out, r, table_column(out, in->head[c]),
				  table_get(in, r, c));
		table_put(out, r, "predicted", w->predicted);
		table_put(out, r, "low", w->low);
		table_put(out, r, "high", w->high);
		table_put(out, r, "error_pct", units_percent(w->error));
		table_put(out, r, "measured_step_ms",
			  units_ms(w->measured_step_s));
		table_put(out, r, "predicted_step_ms",
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
