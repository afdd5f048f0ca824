#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/chart.h"
#include "plots/kinds.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 900.0
#define TOP 156.0		/* px of the first frame */
#define DOWN 300.0		/* px from one row of frames to the next */
#define FOOT 104.0		/* px below the last frame */
#define FRAME_W 332.0
#define FRAME_H 196.0

enum {
	COLUMNS = 2,		/* panels beside each other */
	PANELS = 8
};

enum line { LINE_CLAIMED, LINE_PREDICTED, LINE_LOW, LINE_HIGH };

static const char *const columns[] = { "claimed", "predicted", "low", "high" };

struct panels {
	const struct table *table;	/* not owned */
	int first[PANELS];		/* the row that names each */
	int nr;
	struct point *at;		/* room for two lines; owned */
	struct chart chart;		/* of the panel that is drawn */
};

static int panel_of(const struct panels *p, int row)
{
	for (int i = 0; i < p->nr; i++)
		if (!strcmp(reading_text(p->table, p->first[i], "panel"),
			    reading_text(p->table, row, "panel")))
			return i;
	return -1;
}

static int find_panels(struct panels *p, struct fault *why)
{
	for (int row = 0; row < p->table->rows; row++) {
		if (panel_of(p, row) >= 0)
			continue;
		if (p->nr == PANELS) {
			fault_at(why, p->table->name, p->table->line[row], 0);
			fault_what(why, "over %d panels", PANELS);
			return fault_remedy(why, "draw fewer in one figure");
		}
		p->first[p->nr++] = row;
	}
	return 0;
}

static bool is_log(const struct panels *p, int panel)
{
	return !strcmp(reading_text(p->table, p->first[panel], "y_scale"),
		       "log");
}

/* Where a row has a value of this line, and whether it has. */
static bool shown(const struct panels *p, int row, enum line line,
		  struct point *value)
{
	value->x = reading_number(p->table, row, "x");
	value->y = reading_number(p->table, row, columns[line]);
	return reading_is_shown(value->x) && reading_is_shown(value->y);
}

static bool any(const struct panels *p)
{
	struct point v;

	for (int row = 0; row < p->table->rows; row++)
		if (shown(p, row, LINE_CLAIMED, &v) ||
		    shown(p, row, LINE_PREDICTED, &v))
			return true;
	return false;
}

static void choose_scales(struct panels *p, int panel)
{
	double left = INFINITY, right = 0, low = INFINITY, high = 0;
	struct point v;

	for (int row = 0; row < p->table->rows; row++)
		for (int i = 0; i <= LINE_HIGH; i++) {
			if (panel_of(p, row) != panel ||
			    !shown(p, row, (enum line)i, &v))
				continue;
			left = fmin(left, v.x);
			right = fmax(right, v.x);
			low = fmin(low, v.y);
			high = fmax(high, v.y);
		}
	if (!(high > 0))
		left = right = low = high = 1;
	p->chart.x = (struct scale){ left / 1.25, right * 1.25, true };
	p->chart.y = is_log(p, panel) ? scale_log_round(low / 1.1, high) :
		scale_from_zero(high * 1.04, p->chart.frame.h);
}

/* A notch where a row stands. */
static void notches_at(const struct panels *p, int panel, struct notches *n)
{
	char text[16];	/* size: a number */
	struct point v;

	n->nr = 0;
	for (int row = 0; row < p->table->rows; row++) {
		int seen = 0;

		if (panel_of(p, row) != panel ||
		    (!shown(p, row, LINE_CLAIMED, &v) &&
		     !shown(p, row, LINE_PREDICTED, &v)))
			continue;
		for (int i = 0; i < n->nr; i++)
			seen += !(fabs(n->notch[i].at - v.x) > 0);
		if (!seen)
			notches_add(n, v.x, notch_text(v.x, text,
						       sizeof(text)));
	}
}

static int trace(const struct panels *p, int panel, enum line line,
		 struct point *at)
{
	struct point v;
	int nr = 0;

	for (int row = 0; row < p->table->rows; row++)
		if (panel_of(p, row) == panel && shown(p, row, line, &v))
			at[nr++] = chart_at(&p->chart, v.x, v.y);
	return nr;
}

/* There along the lower edge and back again along the upper one. */
static void draw_band(const struct panels *p, int panel)
{
	struct point *ring = p->at;
	int low = trace(p, panel, LINE_LOW, ring);
	int high = trace(p, panel, LINE_HIGH, ring + low);

	for (int i = 0; i < high / 2; i++) {
		struct point swap = ring[low + i];

		ring[low + i] = ring[low + high - 1 - i];
		ring[low + high - 1 - i] = swap;
	}
	if (low > 1 && low == high)
		canvas_area(p->chart.canvas, ring, low + high,
			    canvas_mix(BLUE, WHITE, 0.16));
}

static void draw_marked(const struct panels *p, int panel, enum line line)
{
	bool claimed = line == LINE_CLAIMED;
	unsigned colour = claimed ? VERMILION : BLUE;
	struct pen pen = { colour, claimed ? 1.4 : 2.4, claimed ? 4 : 0 };
	struct mark m = { claimed ? SHAPE_DIAMOND : SHAPE_CIRCLE,
			  claimed ? 6 : 3.6, colour };
	int nr = trace(p, panel, line, p->at);

	if (nr > 1)
		canvas_polyline(p->chart.canvas, p->at, nr, &pen);
	for (int i = 0; i < nr; i++)
		canvas_mark(p->chart.canvas, p->at[i], &m);
}

static void draw_panel(struct panels *p, int panel)
{
	struct font name = { INK, 15, true, ANCHOR_START, 0 };
	struct box f = { 86 + (panel % COLUMNS) * (FRAME_W + 106),
			 TOP + (panel / COLUMNS) * DOWN, FRAME_W, FRAME_H };
	struct notches x;

	p->chart.frame = f;
	p->chart.x_label = reading_text(p->table, p->first[panel], "x_label");
	p->chart.y_label = reading_text(p->table, p->first[panel], "y_label");
	choose_scales(p, panel);
	notches_at(p, panel, &x);
	canvas_clip(p->chart.canvas, f);
	draw_band(p, panel);
	canvas_unclip(p->chart.canvas);
	chart_draw(&p->chart, &x, NULL);
	draw_marked(p, panel, LINE_PREDICTED);
	draw_marked(p, panel, LINE_CLAIMED);
	canvas_text(p->chart.canvas, (struct point){ f.x, f.y - 14 },
		    reading_text(p->table, p->first[panel], "panel"), &name);
}

static void draw_legend(struct canvas *c)
{
	const struct legend_item item[] = {
		{ "claimed", { SHAPE_DIAMOND, 6, VERMILION },
		  { VERMILION, 1.4, 4 }, 0 },
		{ "simulated, 80 % band", { SHAPE_CIRCLE, 3.6, BLUE },
		  { BLUE, 2.4, 0 }, 0 },
	};

	legend_draw(c, &(struct legend){ { 86, 98 }, WIDTH - 120, item, 2 });
}

int panels_draw(const struct table *t, struct text *out, struct fault *why)
{
	static const char *const need[] = { "panel", "x", "claimed",
					    "predicted" };
	struct needs needs = { "panels", need, 4 };
	struct panels p = { .table = t };
	struct heading h = { "Claimed and simulated", "",
			     "Model: deeproof run" };
	double rows;

	if (reading_needs(t, &needs, why) || find_panels(&p, why))
		return -1;
	if (!any(&p))
		return reading_empty(t, "predicted", why);
	rows = ceil((double)p.nr / COLUMNS);
	p.at = mem_zeroed(2 * (size_t)t->rows + 1, sizeof(*p.at));
	p.chart.canvas = canvas_open(WIDTH, TOP + DOWN * (rows - 1) +
				     FRAME_H + FOOT);
	reading_heading(t, &h);
	canvas_heading(p.chart.canvas, &h);
	draw_legend(p.chart.canvas);
	for (int i = 0; i < p.nr; i++)
		draw_panel(&p, i);
	canvas_close(p.chart.canvas, out);
	free(p.at);
	return 0;
}
