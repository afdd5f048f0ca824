#include "plots/kinds.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/chart.h"
#include "plots/labels.h"
#include "plots/legend.h"
#include "plots/reading.h"
#include "plots/series.h"

#define WIDTH 720.0
#define HEIGHT 780.0
#define INNER 0.1
#define OUTER 0.2		/* beyond it a point gets its name */
#define REACH 30.0		/* px; so many names must stay near */

struct pair {
	int row, series;
	double measured, predicted;
};

struct parity {
	const struct table *table;	/* not owned */
	struct pair *pair;
	int pairs;
	struct series series;
	struct chart chart;
	struct labels labels;
};

/* A row's step or, where it is of requests, its own metric in ms. */
static void read_row(struct parity *p, int row)
{
	bool of_step = !p->series.by;
	struct pair v = {
		.row = row,
		.measured = reading_number(p->table, row, of_step ?
					   "measured_step_ms" : "value"),
		.predicted = reading_number(p->table, row, of_step ?
					    "predicted_step_ms" : "predicted"),
	};

	if (!of_step && strcmp(reading_text(p->table, row, "unit"), "ms"))
		return;
	if (!reading_is_shown(v.measured) || !reading_is_shown(v.predicted))
		return;
	v.series = series_of(&p->series, row);
	p->pair[p->pairs++] = v;
}

static double miss(const struct pair *v)
{
	return fabs(v->predicted / v->measured - 1);
}

/* The worst first; among equals the order of the table. */
static int by_miss(const void *a, const void *b)
{
	const struct pair *v = a, *w = b;

	if (miss(v) < miss(w))
		return 1;
	return miss(v) > miss(w) ? -1 : v->row - w->row;
}

/* No row of the table is a step, and each says its metric. */
static bool is_of_requests(const struct table *t)
{
	int i;

	if (table_column(t, "metric") < 0 || table_column(t, "unit") < 0 ||
	    table_column(t, "value") < 0 || table_column(t, "predicted") < 0)
		return false;
	for (i = 0; i < t->rows; i++)
		if (*reading_text(t, i, "measured_step_ms"))
			return false;
	return true;
}

static int read_table(struct parity *p, struct fault *why)
{
	static const char *const column[] = { "id", "hw",
		"measured_step_ms", "predicted_step_ms" };
	static const struct needs needs = { "a parity figure", column,
		sizeof(column) / sizeof(*column) };
	int i;

	if (reading_needs(p->table, &needs, why))
		return -1;
	if (is_of_requests(p->table))
		p->series.by = "metric";
	p->pair = mem_zeroed((size_t)p->table->rows + 1, sizeof(*p->pair));
	for (i = 0; i < p->table->rows; i++)
		read_row(p, i);
	if (p->pairs == 0)
		return reading_empty(p->table, "measured_step_ms and "
				     "predicted_step_ms above 0", why);
	return 0;
}

static void choose_scale(struct parity *p)
{
	double low = INFINITY, high = 0;
	int i;

	for (i = 0; i < p->pairs; i++) {
		const struct pair *v = &p->pair[i];

		low = fmin(low, fmin(v->measured, v->predicted));
		high = fmax(high, fmax(v->measured, v->predicted));
	}
	p->chart.x = scale_log_round(low / 1.1, high * 1.1);
	p->chart.y = p->chart.x;
}

static void draw_band(const struct parity *p, double share, unsigned fill)
{
	const struct chart *c = &p->chart;
	double low = c->x.low / 2, high = c->x.high * 2;
	struct point ring[4] = {
		chart_at(c, low, low * (1 - share)),
		chart_at(c, low, low * (1 + share)),
		chart_at(c, high, high * (1 + share)),
		chart_at(c, high, high * (1 - share)),
	};

	canvas_area(c->canvas, ring, 4, fill);
}

/* y = share * x, dashed; and its name near the lower left end. */
static void draw_edge(struct parity *p, double share, const char *text)
{
	const struct chart *c = &p->chart;
	struct font f = { canvas_text_colour(BLUE), 12, false, ANCHOR_START,
			  0 };
	struct pen pen = { canvas_mix(BLUE, WHITE, 0.5), 1, 7 };
	double low = c->x.low / 2, high = c->x.high * 2;
	struct baseline line = { chart_at(c, low, low * share),
				 chart_at(c, high, high * share),
				 share > 1 ? 6 : -6 };

	canvas_line(c->canvas, line.a, line.b, &pen);
	labels_avoid_line(&p->labels, line.a, line.b);
	if (clip_line(c->frame, &line.a, &line.b))
		labels_along(&p->labels, &line, text, &f);
}

static void draw_bands(struct parity *p)
{
	const struct chart *c = &p->chart;
	struct point a = chart_at(c, c->x.low, c->x.low);
	struct point b = chart_at(c, c->x.high, c->x.high);

	canvas_clip(c->canvas, c->frame);
	draw_edge(p, 1 + OUTER, "+20 %");
	draw_edge(p, 1 - OUTER, "\xe2\x88\x92" "20 %");
	canvas_line(c->canvas, a, b, &(struct pen){ INK, 1.4, 0 });
	canvas_unclip(c->canvas);
}

static struct mark pair_mark(const struct pair *v)
{
	return (struct mark){ canvas_series_shape(v->series), 5,
			      canvas_series_colour(v->series) };
}

enum { MANY = 200 /* size: pairs whose edges would hide one another */ };

static void draw_pairs(struct parity *p)
{
	int i;

	for (i = 0; i < p->pairs; i++) {
		const struct pair *v = &p->pair[i];
		struct mark m = pair_mark(v);
		struct point at = chart_at(&p->chart, v->measured,
					   v->predicted);
		struct box box = { at.x, at.y, 0, 0 };

		(p->pairs > MANY ? canvas_bare_mark : canvas_mark)
			(p->chart.canvas, at, &m);
		labels_avoid(&p->labels, box_grown(box, m.radius + 1));
	}
}

static void label_outliers(struct parity *p)
{
	int i;

	qsort(p->pair, (size_t)p->pairs, sizeof(*p->pair), by_miss);
	for (i = 0; i < p->pairs && miss(&p->pair[i]) > OUTER; i++) {
		const struct pair *v = &p->pair[i];
		struct mark m = pair_mark(v);
		const char *text = reading_text(p->table, v->row, "label");

		if (!*text)
			text = reading_text(p->table, v->row, "id");
		labels_put(&p->labels, &m, chart_at(&p->chart, v->measured,
						    v->predicted), text);
	}
}

/* TTFT_P99_MS: "TTFT P99". */
static void spell_metric(char *name)
{
	char *unit = strstr(name, "_MS");

	if (unit)
		*unit = '\0';
	for (; *name; name++)
		if (*name == '_')
			*name = ' ';
}

static double draw_legend(const struct parity *p, struct canvas *c)
{
	struct legend_item item[SERIES_MAX] = { 0 };
	char name[SERIES_MAX][32];
	int i;

	for (i = 0; i < p->series.nr; i++) {
		struct pair v = { .series = i };

		item[i].mark = pair_mark(&v);
		item[i].text = series_name(&p->series, i, name[i],
					   sizeof(name[i]));
		if (p->series.by)
			spell_metric(name[i]);
	}
	return legend_draw(c, &(struct legend){ { 86, 94 }, WIDTH - 120, item,
						p->series.nr });
}

/* The table says it or nobody does: a plot computes nothing. */
static void draw_plate(struct parity *p)
{
	double mape = reading_number(p->table, 0, "mape_pct");
	double within = reading_number(p->table, 0, "within20");
	double rows = reading_number(p->table, 0, "rows");
	struct font f = { INK, 14, true, ANCHOR_END, 0 };
	struct box frame = p->chart.frame, plate;
	char text[96];
	double wide;

	if (isnan(mape) || isnan(within) || isnan(rows))
		return;
	snprintf(text, sizeof(text), "MAPE %.1f %%, %.0f of %.0f within "
		 "20 %%", mape, within, rows);
	wide = canvas_text_width(p->chart.canvas, text, &f);
	plate = (struct box){ frame.x + frame.w - wide - 44,
			      frame.y + frame.h - 52, wide + 32, 36 };
	canvas_plate(p->chart.canvas, plate);
	canvas_text(p->chart.canvas, (struct point){ plate.x + wide + 16,
						     plate.y + 23 },
		    text, &f);
	labels_avoid(&p->labels, plate);
}

static void describe(const struct parity *p, struct canvas *c)
{
	char subtitle[128];
	struct heading h = { "Predicted against measured step time",
			     subtitle, "Predicted: deeproof. Measured: "
			     "published runs." };

	snprintf(subtitle, sizeof(subtitle), "%s, %d %s; the bands "
		 "are \xc2\xb1" "10 %% and \xc2\xb1" "20 %%",
		 p->series.by ? "Requests" : "Decode step", p->pairs,
		 p->pairs == 1 ? "run" : "runs");
	reading_heading(p->table, &h);
	canvas_heading(c, &h);
}

static void draw_page(struct parity *p, struct canvas *c)
{
	double top;

	describe(p, c);
	top = draw_legend(p, c) + 18;
	p->chart = (struct chart){
		.canvas = c,
		.frame = { 86, top, WIDTH - 86 - 34, HEIGHT - 92 - top },
		.x_label = "Measured (ms)",
		.y_label = "Predicted (ms)",
	};
	choose_scale(p);
	canvas_clip(c, p->chart.frame);
	draw_band(p, OUTER, canvas_mix(BLUE, WHITE, 0.06));
	draw_band(p, INNER, canvas_mix(BLUE, WHITE, 0.13));
	canvas_unclip(c);
	chart_draw(&p->chart, NULL, NULL);
	labels_init(&p->labels, c, p->chart.frame);
	p->labels.reach = REACH;
	p->labels.least = OBSTACLE_LEADER;
	draw_bands(p);
	draw_plate(p);
	draw_pairs(p);
	label_outliers(p);
	labels_release(&p->labels);
}

int parity_draw(const struct table *table, struct text *out,
		struct fault *why)
{
	struct parity p = { .table = table, .series.table = table };
	struct canvas *c;

	if (read_table(&p, why)) {
		free(p.pair);
		return -1;
	}
	c = canvas_open(WIDTH, HEIGHT);
	draw_page(&p, c);
	canvas_close(c, out);
	free(p.pair);
	return 0;
}
