#include "plots/kinds.h"

#include <math.h>
#include <stdio.h>

#include "plots/reading.h"
#include "plots/waterfall.h"

static int too_many(const struct table *t, struct fault *why)
{
	fault_at(why, t->name ? t->name : "", 0, 0);
	fault_what(why, "%d rows are too many rungs", t->rows);
	return fault_remedy(why, "at most %d can be read", FALLS_MAX - 2);
}

/* A rung's bar, from where the last one ended. */
static bool rung(struct waterfall *w, const struct table *t, int row,
		 const char *column)
{
	struct fall *f = &w->fall[w->falls];
	double by = reading_number(t, row, column);

	if (!isfinite(by))
		return false;
	*f = (struct fall){ .name = reading_text(t, row, "mechanism"),
		.from = w->falls ? f[-1].to : 0 };
	f->to = f->from + by;
	w->falls++;
	return true;
}

static void total(struct waterfall *w, const char *name, double us,
		  double rate)
{
	struct fall *f = &w->fall[w->falls++];

	*f = (struct fall){ .name = name, .to = us, .colour = INK,
			    .is_total = true };
	if (isfinite(rate))
		snprintf(f->after, sizeof(f->after), "%.0f", rate);
}

/*
 * Every row a rung: the second column that is needed says what it adds, the
 * last what stands behind it.
 */
static int rungs(struct waterfall *w, const struct table *t,
		 const struct needs *needs, struct fault *why)
{
	const char *added = needs->column[1];
	const char *after = needs->column[needs->nr - 1];
	char numbers[64];	/* size: a column and ", a number" */

	if (reading_needs(t, needs, why))
		return -1;
	if (t->rows > FALLS_MAX - 2)
		return too_many(t, why);
	for (int i = 0; i < t->rows; i++) {
		struct fall *f = &w->fall[w->falls];

		if (!rung(w, t, i, added))
			continue;
		f->colour = waterfall_group(w, reading_text(t, i, "group"));
		snprintf(f->after, sizeof(f->after), "%.0f",
			 reading_number(t, i, after));
	}
	if (w->falls)
		return 0;
	snprintf(numbers, sizeof(numbers), "%s, a number", added);
	return reading_empty(t, numbers, why);
}

/* ---- ladder ---- */

static void measured(struct waterfall *w, const struct table *t)
{
	double rate = reading_number(t, 0, "measured_tok_s_gpu");

	w->mark = reading_number(t, 0, "measured_us_per_token");
	if (!reading_is_shown(w->mark)) {
		w->mark = (double)NAN;
		return;
	}
	snprintf(w->mark_text, sizeof(w->mark_text), "measured: %.0f tok/s",
		 rate);
}

int ladder_draw(const struct table *t, struct text *out, struct fault *why)
{
	static const char *const columns[] = { "mechanism", "us_added",
		"us_per_token", "tok_s_gpu" };
	struct needs needs = { "a ladder", columns, 4 };
	struct waterfall w = { .heading = {
		"From the speed of light to the prediction",
		"What each mechanism adds to the GPU time of an output token",
		"Model: deeproof explain" },
		.x_label = "GPU time of an output token (\u00b5s)",
		.after = "tok/s/GPU", .unit = "\u00b5s",
		.mark = (double)NAN };

	if (rungs(&w, t, &needs, why))
		return -1;
	total(&w, "prediction", w.fall[w.falls - 1].to,
	      reading_number(t, t->rows - 1, "tok_s_gpu"));
	measured(&w, t);
	reading_heading(t, &w.heading);
	waterfall_draw(&w, out);
	return 0;
}

/* ---- waits ---- */

int waits_draw(const struct table *t, struct text *out, struct fault *why)
{
	static const char *const columns[] = { "mechanism", "ms_added",
		"ms_total" };
	struct needs needs = { "a figure of waits", columns, 3 };
	struct waterfall w = { .heading = {
		"What a first token waits for",
		"Median time to the first token, one mechanism more at a time",
		"Model: deeproof run" },
		.x_label = "Time to first token (ms)", .after = "ms",
		.unit = "ms", .mark = (double)NAN };

	if (rungs(&w, t, &needs, why))
		return -1;
	total(&w, "prediction", w.fall[w.falls - 1].to, (double)NAN);
	w.mark = reading_number(t, 0, "measured_ms");
	if (reading_is_shown(w.mark))
		snprintf(w.mark_text, sizeof(w.mark_text),
			 "measured: %.0f ms", w.mark);
	else
		w.mark = (double)NAN;
	reading_heading(t, &w.heading);
	waterfall_draw(&w, out);
	return 0;
}

/* ---- versus ---- */

int versus_draw(const struct table *t, struct text *out, struct fault *why)
{
	static const char *const columns[] = { "mechanism", "us_difference",
		"us_per_token", "us_per_token_versus" };
	struct needs needs = { "a versus figure", columns, 4 };
	struct waterfall w = { .heading = {
		"Where the other layout gains and loses",
		"Difference in the GPU time of an output token, by mechanism",
		"Model: deeproof explain --versus" },
		.x_label = "GPU time of an output token (\u00b5s)",
		.after = "tok/s/GPU", .unit = "\u00b5s",
		.mark = (double)NAN, .legends = 2, .legend = {
		{ .text = "costs the other more", .patch = VERMILION },
		{ .text = "costs it less", .patch = GREEN } } };
	int last = t->rows - 1;

	if (reading_needs(t, &needs, why))
		return -1;
	if (t->rows > FALLS_MAX - 2)
		return too_many(t, why);
	if (!t->rows || !isfinite(reading_number(t, last, "us_per_token")) ||
	    !isfinite(reading_number(t, last, "us_per_token_versus")))
		return reading_empty(t, "us_per_token and "
				     "us_per_token_versus", why);
	total(&w, "this", reading_number(t, last, "us_per_token"),
	      reading_number(t, last, "tok_s_gpu"));
	for (int i = 0; i < t->rows; i++) {
		struct fall *f = &w.fall[w.falls];

		if (rung(&w, t, i, "us_difference"))
			f->colour = f->to > f->from ? VERMILION : GREEN;
	}
	total(&w, "other", reading_number(t, last, "us_per_token_versus"),
	      reading_number(t, last, "tok_s_gpu_versus"));
	reading_heading(t, &w.heading);
	waterfall_draw(&w, out);
	return 0;
}
