#include "plots/kinds.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plots/chart.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 900.0
#define PITCH 36.0		/* px from fact to fact */
#define WIDE 18.0		/* px of a bar of 10 % */
#define SLIM 7.0		/* and of one of a standard error */
#define ABOVE 128.0
#define BELOW 92.0
#define FACTS 20		/* bars that can be read */

struct tornado {
	const struct table *table;	/* not owned */
	int facts;
	double base;
	struct chart chart;
};

/* A change of a fact, one way, and how its bars look. */
struct change {
	const char *column;
	double thick;
	unsigned colour;
};

/* Of a tenth: the legend's and the bars'. */
static unsigned light_amber(void)
{
	return canvas_mix(AMBER, WHITE, 0.5);
}

static unsigned light_blue(void)
{
	return canvas_mix(BLUE, WHITE, 0.4);
}

static double at(const struct tornado *t, int row, const char *column)
{
	double x = reading_number(t->table, row, column);

	return isfinite(x) ? x : t->base;
}

static void range(struct tornado *t)
{
	static const char *const all[] = { "err_down", "err_up",
					   "tenth_down", "tenth_up" };
	double low = t->base, high = t->base, room;

	for (int i = 0; i < t->facts; i++)
		for (int k = 0; k < 4; k++) {
			low = fmin(low, at(t, i, all[k]));
			high = fmax(high, at(t, i, all[k]));
		}
	room = (high - low) * 0.06;
	t->chart.x = (struct scale){ low - room, high + room, false };
}

static double middle(const struct tornado *t, int row)
{
	return t->chart.frame.y + PITCH * (row + 0.5);
}

static void bar(const struct tornado *t, int row, const struct change *by)
{
	double zero = chart_at(&t->chart, t->base, 0).x;
	double x = chart_at(&t->chart, at(t, row, by->column), 0).x;

	if (fabs(x - zero) < 0.2)
		return;
	canvas_box(t->chart.canvas, (struct box){ fmin(x, zero),
		middle(t, row) - by->thick / 2, fabs(x - zero), by->thick },
		by->colour);
}

static void name(const struct tornado *t, int row)
{
	struct font key = { INK, 12.5, false, ANCHOR_END, 0 };
	struct font small = { FAINT, 11, false, ANCHOR_END, 0 };
	const char *text = reading_text(t->table, row, "key");
	const char *err = reading_text(t->table, row, "err");
	const char *unit = reading_text(t->table, row, "unit");
	double x = t->chart.frame.x - 12, y = middle(t, row);
	char value[96];

	if (!strcmp(unit, "1") || !strcmp(unit, "count"))
		unit = "";
	snprintf(value, sizeof(value), "%s, %s%s%s%s%s",
		 reading_text(t->table, row, "sheet"),
		 reading_text(t->table, row, "value"), *err ? " \u00b1 " : "",
		 err, *unit ? " " : "", unit);
	key = canvas_fit(t->chart.canvas, text, key, x - 30);
	canvas_text(t->chart.canvas, (struct point){ x, y }, text, &key);
	canvas_text(t->chart.canvas, (struct point){ x, y + 13 }, value,
		    &small);
}

static void facts(const struct tornado *t)
{
	const struct change by[] = {
		{ "tenth_down", WIDE, light_amber() },
		{ "tenth_up", WIDE, light_blue() },
		{ "err_down", SLIM, AMBER },
		{ "err_up", SLIM, BLUE },
	};
	struct pen pen = { INK, 1, 0 };
	double x = chart_at(&t->chart, t->base, 0).x;

	for (int i = 0; i < t->facts; i++) {
		for (int k = 0; k < 4; k++)
			bar(t, i, &by[k]);
		name(t, i);
	}
	canvas_line(t->chart.canvas, (struct point){ x, t->chart.frame.y },
		    (struct point){ x, t->chart.frame.y + t->chart.frame.h },
		    &pen);
}

static void page(struct tornado *t)
{
	const struct legend_item item[] = {
		{ .text = "a standard error less", .patch = AMBER },
		{ .text = "more", .patch = BLUE },
		{ .text = "a tenth less", .patch = light_amber() },
		{ .text = "more", .patch = light_blue() },
	};
	struct notches none = { 0 };
	double left = 270;
	struct heading h = { "What the answer hangs on",
		"Throughput when one fact moves and the others stay; the "
		"facts that move it most", "Model: deeproof explain "
		"--sensitivity" };

	reading_heading(t->table, &h);
	canvas_heading(t->chart.canvas, &h);
	legend_draw(t->chart.canvas, &(struct legend){ { left, 94 },
			WIDTH - left, item, 4 });
	t->chart.frame = (struct box){ left, ABOVE - 14, WIDTH - left - 36,
				       PITCH * t->facts };
	range(t);
	chart_draw(&t->chart, NULL, &none);
	facts(t);
}

int sensitivity_draw(const struct table *table, struct text *out,
		     struct fault *why)
{
	static const char *const columns[] = { "key", "tok_s_gpu",
		"err_down", "err_up", "tenth_down", "tenth_up" };
	struct needs needs = { "a sensitivity figure", columns, 6 };
	struct tornado t = { .table = table,
		.facts = table->rows < FACTS ? table->rows : FACTS,
		.chart = { .y = { 0, 1, false }, .y_label = "",
			   .x_label = "Throughput (tok/s/GPU)" } };

	if (reading_needs(table, &needs, why))
		return -1;
	if (table->rows)
		t.base = reading_number(table, 0, "tok_s_gpu");
	if (!table->rows || !reading_is_shown(t.base))
		return reading_empty(table, "tok_s_gpu above 0", why);
	t.chart.canvas = canvas_open(WIDTH, ABOVE + BELOW + PITCH * t.facts);
	page(&t);
	canvas_close(t.chart.canvas, out);
	return 0;
}
