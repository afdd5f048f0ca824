#include "plots/kinds.h"

#include <math.h>
#include <stdio.h>

#include "base/units.h"
#include "plots/chart.h"
#include "plots/dots.h"
#include "plots/labels.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 900.0
#define HEIGHT 620.0
#define TERA 1e12		/* units: FLOP/s in a TFLOP/s */
#define LABELS_MAX 14
#define SHARE_RADIUS 30.0	/* px; the mark of an op that takes all */

struct roofline {
	struct dots d;
	struct chart chart;
	struct labels labels;
};

/* Room for every dot and every ridge. */
static void choose_scales(struct roofline *r)
{
	struct scale x = { INFINITY, 0, true }, y = { INFINITY, 0, true };
	int i;

	for (i = 0; i < r->d.nr; i++) {
		x.low = fmin(x.low, r->d.dot[i].intensity / 2);
		x.high = fmax(x.high, r->d.dot[i].intensity * 2);
		y.low = fmin(y.low, r->d.dot[i].flops / TERA / 2);
		y.high = fmax(y.high, r->d.dot[i].flops / TERA * 2);
	}
	for (i = 0; i < r->d.roofs; i++) {
		double ridge = r->d.roof[i].peak_flops / r->d.hbm_Bps;

		x.low = fmin(x.low, ridge / 10);
		x.high = fmax(x.high, ridge * 6);
		y.low = fmin(y.low, r->d.roof[i].peak_flops / TERA / 30);
		y.high = fmax(y.high, r->d.roof[i].peak_flops / TERA * 2);
	}
	r->chart.x = x;
	r->chart.y = y;
}

static void roof_line(struct roofline *r, struct point a, struct point b)
{
	struct canvas *c = r->chart.canvas;

	labels_avoid_line(&r->labels, a, b);
	canvas_line(c, a, b, &(struct pen){ INK, 2, 0 });
}

static double top_flops(const struct roofline *r)
{
	double top = 0;
	int i;

	for (i = 0; i < r->d.roofs; i++)
		top = fmax(top, r->d.roof[i].peak_flops);
	return top;
}

/*
 * The highest roof has its name above it; the others below, where no higher
 * roof is in the way.
 */
static void draw_compute_roof(struct roofline *r, const struct roof *f)
{
	struct font font = { INK, 13, true, ANCHOR_END, 0 };
	double y = f->peak_flops / TERA;
	struct point a = chart_at(&r->chart, f->peak_flops / r->d.hbm_Bps, y);
	struct point b = chart_at(&r->chart, r->chart.x.high, y);
	double below = f->peak_flops < top_flops(r) ? 24 : 0;
	double wide;
	char peak[16], text[112];

	snprintf(text, sizeof(text), "%s: %s TFLOP/s", f->name,
		 notch_text(y, peak, sizeof(peak)));
	roof_line(r, a, b);
	wide = canvas_text_width(r->chart.canvas, text, &font);
	canvas_text(r->chart.canvas, (struct point){ b.x - 4,
						     b.y - 7 + below },
		    text, &font);
	labels_avoid(&r->labels, (struct box){ b.x - 4 - wide,
					       b.y - 19 + below, wide, 16 });
}

static void draw_memory_roof(struct roofline *r)
{
	struct font font = { INK, 13, true, ANCHOR_START, 0 };
	double top = top_flops(r), x = r->chart.x.low;
	struct baseline line = {
		chart_at(&r->chart, x, x * r->d.hbm_Bps / TERA),
		chart_at(&r->chart, top / r->d.hbm_Bps, top / TERA), 7
	};
	char rate[32], text[48];

	canvas_clip(r->chart.canvas, r->chart.frame);
	roof_line(r, line.a, line.b);
	canvas_unclip(r->chart.canvas);
	units_human(r->d.hbm_Bps, DIM_BPS, rate, sizeof(rate));
	snprintf(text, sizeof(text), "HBM: %s", rate);
	if (clip_line(r->chart.frame, &line.a, &line.b))
		labels_along(&r->labels, &line, text, &font);
}

static struct mark dot_mark(const struct dot *d)
{
	double radius = isnan(d->share) ? 6 :
			fmax(3.5, SHARE_RADIUS * sqrt(d->share));

	return (struct mark){ SHAPE_CIRCLE, radius, d->colour };
}

static void draw_dots(struct roofline *r)
{
	int i;

	for (i = 0; i < r->d.nr; i++) {	/* the heavy first: below */
		const struct dot *d = &r->d.dot[i];
		struct mark m = dot_mark(d);
		struct point at = chart_at(&r->chart, d->intensity,
					   d->flops / TERA);
		struct box box = { at.x, at.y, 0, 0 };

		canvas_mark(r->chart.canvas, at, &m);
		labels_avoid(&r->labels, box_grown(box, m.radius));
	}
}

static void label_dots(struct roofline *r)
{
	char text[80];
	int i;

	for (i = 0; i < r->d.nr && i < LABELS_MAX; i++) {
		const struct dot *d = &r->d.dot[i];
		struct mark m = dot_mark(d);
		const char *op = reading_text(r->d.table, d->row, "op");

		if (isnan(d->share))
			snprintf(text, sizeof(text), "%.48s", op);
		else
			snprintf(text, sizeof(text), d->share < 0.0995 ?
				 "%.48s, %.1f %%" : "%.48s, %.0f %%", op,
				 d->share * 100);
		labels_put(&r->labels, &m, chart_at(&r->chart, d->intensity,
						    d->flops / TERA), text);
	}
}

static double draw_legend(struct roofline *r, struct canvas *c)
{
	struct legend_item item[BOUNDS_MAX + 1] = { 0 };
	int i, j, nr = 0, shares = 0;

	for (i = 0; i < dots_bounds_nr; i++) {
		for (j = 0; j < r->d.nr; j++)
			if (r->d.dot[j].colour == dots_bounds[i].colour)
				break;
		if (j == r->d.nr)
			continue;
		item[nr].mark = (struct mark){ SHAPE_CIRCLE, 6,
					       dots_bounds[i].colour };
		item[nr++].text = dots_bounds[i].text;
	}
	for (j = 0; j < r->d.nr; j++)
		shares += !isnan(r->d.dot[j].share);
	if (shares > 0) {
		item[nr].mark = (struct mark){ SHAPE_CIRCLE, 8, GRID };
		item[nr++].text = "area: share of the step's time";
	}
	return legend_draw(c, &(struct legend){ { 86, 94 }, WIDTH - 120, item,
						nr });
}

static void describe(const struct roofline *r, struct canvas *c)
{
	char hw[48], subtitle[192];
	const char *model = reading_text(r->d.table, r->d.dot[0].row, "model");
	struct heading h = { "Where the ops of a decode step stand under the "
			     "roofs", subtitle, "Model: deeproof step" };

	reading_hw(reading_text(r->d.table, r->d.dot[0].row, "hw"), hw,
		   sizeof(hw));
	snprintf(subtitle, sizeof(subtitle), "Each dot is an op of one step"
		 "%s%s%s%s", *model || *hw ? "; " : "", model,
		 *model && *hw ? " on " : "", hw);
	reading_heading(r->d.table, &h);
	canvas_heading(c, &h);
}

int roofline_draw(const struct table *table, struct text *out,
		  struct fault *why)
{
	struct roofline r;
	struct canvas *c;
	double top;

	if (dots_read(&r.d, table, why)) {
		dots_release(&r.d);
		return -1;
	}
	c = canvas_open(WIDTH, HEIGHT);
	describe(&r, c);
	top = draw_legend(&r, c) + 18;
	r.chart = (struct chart){
		.canvas = c,
		.frame = { 86, top, WIDTH - 86 - 34, HEIGHT - 96 - top },
		.x_label = "Arithmetic intensity (FLOP per byte of HBM "
			   "traffic)",
		.y_label = "Reached (TFLOP/s)",
	};
	choose_scales(&r);
	chart_draw(&r.chart, NULL, NULL);
	labels_init(&r.labels, c, r.chart.frame);
	for (int i = 0; i < r.d.roofs; i++)
		draw_compute_roof(&r, &r.d.roof[i]);
	draw_memory_roof(&r);
	draw_dots(&r);
	label_dots(&r);
	labels_release(&r.labels);
	dots_release(&r.d);
	canvas_close(c, out);
	return 0;
}
