#include "plots/kinds.h"

#include <math.h>
#include <stdio.h>

#include "plots/chart.h"
#include "plots/curves.h"
#include "plots/ends.h"
#include "plots/labels.h"
#include "plots/legend.h"
#include "plots/reading.h"
#include "plots/spots.h"

#define WIDTH 900.0
#define HEIGHT 600.0
#define RIGHT 130.0		/* px for the names at the line ends */
#define LOG_FROM 30.0		/* max/min that linear cannot show */
#define NOTCH_ROOM 28.0		/* px between two numbers on the x axis */
#define STACK 13.0		/* px between refusals upon each other */

struct ep {
	struct spots spots;
	struct chart chart;
	struct labels labels;
};

static void choose_scales(struct ep *e)
{
	struct scale x = { INFINITY, 0, true };
	double low = INFINITY, high = 0;
	int i;

	for (i = 0; i < e->spots.nr; i++) {
		const struct spot *s = &e->spots.spot[i];

		x.low = fmin(x.low, s->ep / 1.2);
		x.high = fmax(x.high, s->ep * 1.1);
		if (s->kind == SPOT_REFUSAL)
			continue;
		low = fmin(low, s->value);
		high = fmax(high, fmax(s->value, s->high));
	}
	e->chart.x = x;
	e->chart.y = high / low > LOG_FROM ? scale_log_round(low / 1.2, high) :
		     scale_from_zero(high * 1.02, e->chart.frame.h);
}

/* The number itself as a notch, if there is room beside the others. */
static void try_notch(const struct ep *e, struct notches *n, double ep)
{
	double y = e->chart.y.high, x = chart_at(&e->chart, ep, y).x;
	char text[16];
	int i;

	for (i = 0; i < n->nr; i++)
		if (fabs(chart_at(&e->chart, n->notch[i].at, y).x - x) <
		    NOTCH_ROOM)
			return;
	notches_add(n, ep, notch_text(ep, text, sizeof(text)));
}

/* Powers of two, then what else the table has. */
static void choose_notches(const struct ep *e, struct notches *n)
{
	double power = 1;
	int i;

	n->nr = 0;
	while (power < e->chart.x.low)
		power *= 2;
	for (; power <= e->chart.x.high; power *= 2)
		try_notch(e, n, power);
	for (i = 0; i < e->spots.nr; i++)
		try_notch(e, n, e->spots.spot[i].ep);
}

static struct mark spot_mark(const struct spot *s)
{
	unsigned colour = canvas_series_colour(s->series);

	if (s->kind == SPOT_MEASURED)
		return (struct mark){ SHAPE_STAR, 8, colour };
	if (s->kind == SPOT_REFUSAL)
		return (struct mark){ SHAPE_CROSS, 6, colour };
	if (!s->best)
		return (struct mark){ SHAPE_CIRCLE, 3,
				      canvas_mix(colour, WHITE, 0.45) };
	return (struct mark){ canvas_series_shape(s->series), 4.5, colour };
}

static struct point spot_at(const struct ep *e, const struct spot *s)
{
	struct point at;

	if (s->kind != SPOT_REFUSAL)
		return chart_at(&e->chart, s->ep, s->value);
	at = chart_at(&e->chart, s->ep, e->chart.y.low);
	at.y -= STACK * s->below;
	return at;
}

static void draw_spots(struct ep *e, enum spot_kind kind)
{
	int i;

	for (i = 0; i < e->spots.nr; i++) {
		const struct spot *s = &e->spots.spot[i];
		struct mark m = spot_mark(s);
		struct point at = spot_at(e, s);
		struct box box = { at.x, at.y, 0, 0 };

		if (s->kind != kind || (kind == SPOT_REFUSAL && !s->best))
			continue;
		canvas_mark(e->chart.canvas, at, &m);
		labels_avoid(&e->labels, box_grown(box, m.radius));
	}
}

static bool ends_at_right(const struct ep *e, int series)
{
	int i;
	double ep = spots_line_end(&e->spots, series)->ep;

	for (i = 0; i < e->spots.series.nr; i++) {
		const struct spot *s = spots_line_end(&e->spots, i);

		if (s && s->ep > ep)
			return false;
	}
	return true;
}

/* A line that ends early is named where it ends, if there is room. */
static void name_lines(struct ep *e)
{
	struct line_end end[SERIES_MAX];
	int i, nr = 0;

	e->labels.font = (struct font){ INK, 13, true, ANCHOR_START, 0 };
	for (i = 0; i < e->spots.series.nr; i++) {
		const struct spot *s = spots_line_end(&e->spots, i);
		struct line_end *to = &end[nr];
		struct mark m;

		if (!s)
			continue;
		m = spot_mark(s);
		to->at = spot_at(e, s);
		to->colour = m.colour;
		series_name(&e->spots.series, i, to->name, END_NAME_MAX);
		if (ends_at_right(e, i) ||
		    !labels_put(&e->labels, &m, to->at, to->name))
			nr++;
	}
	ends_draw(e->chart.canvas, e->chart.frame, end, nr);
}

static void name_measured(struct ep *e)
{
	int i;

	e->labels.font = (struct font){ INK, 12, false, ANCHOR_START, 0 };
	e->labels.least = OBSTACLE_TEXT;	/* none may go without */
	for (i = 0; i < e->spots.nr; i++) {
		const struct spot *s = &e->spots.spot[i];
		struct mark m = spot_mark(s);

		if (s->kind == SPOT_MEASURED)
			labels_put(&e->labels, &m, spot_at(e, s),
				   reading_text(e->spots.table, s->row, "id"));
	}
}

static bool has_bands(const struct ep *e)
{
	int i;

	for (i = 0; i < e->spots.nr; i++)
		if (e->spots.spot[i].low < e->spots.spot[i].high)
			return true;
	return false;
}

/* Rows of a series and EP beside the best one. */
static bool has_others(const struct ep *e)
{
	int i;

	for (i = 0; i < e->spots.nr; i++)
		if (e->spots.spot[i].kind == SPOT_ANSWER &&
		    !e->spots.spot[i].best)
			return true;
	return false;
}

static double draw_legend(const struct ep *e, struct canvas *c)
{
	struct legend_item item[SERIES_MAX + 3] = { 0 };
	char name[SERIES_MAX][32];
	int i, nr = 0;

	if (has_bands(e)) {
		item[nr].patch = canvas_mix(FAINT, WHITE, 0.3);
		item[nr].line = (struct pen){ GREY, 2.4, 0 };
		item[nr++].text = "predicted, low to high";
	}
	if (spots_count(&e->spots, SPOT_MEASURED)) {
		item[nr].mark = (struct mark){ SHAPE_STAR, 8, GREY };
		item[nr++].text = "measured";
	}
	if (spots_count(&e->spots, SPOT_REFUSAL)) {
		item[nr].mark = (struct mark){ SHAPE_CROSS, 6, GREY };
		item[nr++].text = "does not fit";
	}
	for (i = 0; i < e->spots.series.nr; i++) {
		if (spots_line_end(&e->spots, i))
			continue;	/* its name stands at its end */
		item[nr].patch = canvas_series_colour(i);
		item[nr++].text = series_name(&e->spots.series, i, name[i],
					      sizeof(name[i]));
	}
	return legend_draw(c, &(struct legend){ { 86, 94 }, WIDTH - 120, item,
						nr });
}

static void describe(const struct ep *e, struct canvas *c)
{
	const struct table *t = e->spots.table;
	const char *model = reading_text(t, e->spots.spot[0].row, "model");
	char subtitle[160];
	struct heading h = { "Decode throughput against expert parallelism",
			     subtitle, "Model: deeproof sweep" };

	snprintf(subtitle, sizeof(subtitle), "Predicted%s%s%s%s",
		 spots_count(&e->spots, SPOT_MEASURED) ? " and measured" : "",
		 *model ? "; " : "", model, has_others(e) ?
		 "; the line takes the best row of each EP" : "");
	reading_heading(t, &h);
	canvas_heading(c, &h);
}

static void draw_page(struct ep *e, struct canvas *c)
{
	struct notches notches;
	double top;

	describe(e, c);
	top = draw_legend(e, c) + 18;
	e->chart = (struct chart){
		.canvas = c,
		.frame = { 86, top, WIDTH - 86 - RIGHT, HEIGHT - 96 - top },
		.x_label = "Expert parallel degree (GPUs that share one set "
			   "of experts)",
		.y_label = "Output tokens per second and GPU",
	};
	choose_scales(e);
	choose_notches(e, &notches);
	curves_bands(&e->chart, &e->spots);
	chart_draw(&e->chart, &notches, NULL);
	labels_init(&e->labels, c, e->chart.frame);
	curves_lines(&e->chart, &e->spots, &e->labels);
	draw_spots(e, SPOT_ANSWER);
	draw_spots(e, SPOT_REFUSAL);
	draw_spots(e, SPOT_MEASURED);
	name_lines(e);
	name_measured(e);
	labels_release(&e->labels);
}

int ep_draw(const struct table *table, struct text *out, struct fault *why)
{
	struct ep e;
	struct canvas *c;

	if (spots_read(&e.spots, table, why)) {
		spots_release(&e.spots);
		return -1;
	}
	c = canvas_open(WIDTH, HEIGHT);
	draw_page(&e, c);
	canvas_close(c, out);
	spots_release(&e.spots);
	return 0;
}
