#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/chart.h"
#include "plots/ends.h"
#include "plots/kinds.h"
#include "plots/labels.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 900.0
#define HEIGHT 560.0
#define LEFT 86.0
#define RIGHT 150.0		/* px for the names at the line ends */
#define BARE 40.0		/* px where none stand there */
#define NAMES 12		/* lines of a figure */

struct lines {
	const struct table *table;	/* not owned */
	const char *name[NAMES];
	int nr;
	bool keyed;		/* the names are a legend */
	struct chart chart;
	struct labels labels;
};

static const char *cell(const struct lines *l, int row, const char *column)
{
	return reading_text(l->table, row, column);
}

static bool is_measured(const struct lines *l, int row)
{
	return strcmp(cell(l, row, "measured"), "yes") == 0;
}

/* An axis is logarithmic where the first row says so. */
static bool is_log(const struct lines *l, const char *column)
{
	return strcmp(cell(l, 0, column), "log") == 0;
}

static bool shown(const struct lines *l, int row, double *x, double *y)
{
	*x = reading_number(l->table, row, "x");
	*y = reading_number(l->table, row, "y");
	return (is_log(l, "x_scale") ? *x > 0 : *x >= 0) &&
	       (is_log(l, "y_scale") ? *y > 0 : *y >= 0);
}

static int line_of(const struct lines *l, int row)
{
	for (int i = 0; i < l->nr; i++)
		if (!strcmp(l->name[i], cell(l, row, "series")))
			return i;
	return -1;
}

static int find_lines(struct lines *l, struct fault *why)
{
	double x, y;
	int any = 0;

	for (int row = 0; row < l->table->rows; row++) {
		any += shown(l, row, &x, &y);
		if (line_of(l, row) >= 0)
			continue;
		if (l->nr == NAMES) {
			fault_at(why, l->table->name, l->table->line[row], 0);
			fault_what(why, "over %d series", NAMES);
			return fault_remedy(why, "draw fewer in one figure");
		}
		l->name[l->nr++] = cell(l, row, "series");
	}
	return any ? 0 : reading_empty(l->table, "y", why);
}

static void choose_scales(struct lines *l)
{
	double x, y, left = INFINITY, right = -INFINITY, low = INFINITY,
	       high = 0;

	for (int row = 0; row < l->table->rows; row++) {
		if (!shown(l, row, &x, &y))
			continue;
		left = fmin(left, x);
		right = fmax(right, x);
		low = fmin(low, y);
		high = fmax(high, y);
	}
	if (is_log(l, "x_scale"))
		l->chart.x = (struct scale){ left / 1.15, right * 1.15, true };
	else
		l->chart.x = (struct scale){ 0, right > 0 ? right * 1.02 : 1,
					     false };
	l->chart.y = is_log(l, "y_scale") ?
		scale_log_round(low / 1.1, high * 1.1) :
		scale_from_zero(high > 0 ? high * 1.02 : 1, l->chart.frame.h);
}

/*
 * Does a line end far from the right edge? Its name beyond that edge would
 * hang on a thread across the figure.
 */
static bool ends_early(const struct lines *l)
{
	const double near = 0.75;	/* of the frame */
	double last[NAMES], x, y;
	bool early = false;

	for (int i = 0; i < l->nr; i++)
		last[i] = 1;	/* of no line */
	for (int row = 0; row < l->table->rows; row++)
		if (!is_measured(l, row) && shown(l, row, &x, &y))
			last[line_of(l, row)] = scale_share(&l->chart.x, x);
	for (int i = 0; i < l->nr; i++)
		early |= last[i] < near;
	return early;
}

/*
 * Who sees no colours tells lines by their shapes: where nothing is written at
 * a line's end, marks are larger, and a shape's second line is dashed.
 */
static struct pen pen_of(int line)
{
	bool again = false;

	for (int i = 0; i < line; i++)
		again |= canvas_series_shape(line) == canvas_series_shape(i);
	return (struct pen){ canvas_series_colour(line), 2.4, again ? 9 : 0 };
}

static struct mark shape_of(const struct lines *l, int line)
{
	return (struct mark){ canvas_series_shape(line), l->keyed ? 4.5 : 3.5,
			      canvas_series_colour(line) };
}

static struct mark mark_of(const struct lines *l, int row)
{
	int i = line_of(l, row);

	return is_measured(l, row) ?
	       (struct mark){ SHAPE_STAR, 9, canvas_series_colour(i) } :
	       shape_of(l, i);
}

/* The points of one line, in the order of its rows. */
static int trace(const struct lines *l, int line, struct point *at)
{
	double x, y;
	int nr = 0;

	for (int row = 0; row < l->table->rows; row++)
		if (line_of(l, row) == line && !is_measured(l, row) &&
		    shown(l, row, &x, &y))
			at[nr++] = chart_at(&l->chart, x, y);
	return nr;
}

static void draw_lines(struct lines *l)
{
	struct line_end end[NAMES];
	struct point *at = mem_zeroed((size_t)l->table->rows + 1,
				      sizeof(*at));
	int ends = 0;

	for (int i = 0; i < l->nr; i++) {
		struct pen pen = pen_of(i);
		int nr = trace(l, i, at);

		canvas_clip(l->chart.canvas, l->chart.frame);
		if (nr > 1)
			canvas_polyline(l->chart.canvas, at, nr, &pen);
		canvas_unclip(l->chart.canvas);
		for (int k = 1; k < nr; k++)
			labels_avoid_line(&l->labels, at[k - 1], at[k]);
		if (!nr || l->keyed)
			continue;
		end[ends].at = at[nr - 1];
		end[ends].colour = pen.colour;
		snprintf(end[ends++].name, END_NAME_MAX, "%.31s", l->name[i]);
	}
	ends_draw(l->chart.canvas, l->chart.frame, end, ends);
	free(at);
}

/*
 * Rows are few, and marks, or many, and a line alone; or one here and there,
 * where it is told by them.
 */
static void draw_line_marks(const struct lines *l, int line)
{
	const int few = 16;	/* points of a line that are marked */
	const double apart = 45;	/* px between those of many */
	bool many = l->table->rows > few * l->nr;
	struct mark m = shape_of(l, line);
	struct point *at = mem_zeroed((size_t)l->table->rows + 1,
				      sizeof(*at));
	int nr = trace(l, line, at), last = 0;

	for (int i = 0; i < nr && (!many || l->keyed); i++) {
		if (many && i && hypot(at[i].x - at[last].x,
				       at[i].y - at[last].y) < apart)
			continue;
		canvas_mark(l->chart.canvas, at[i], &m);
		last = i;
	}
	free(at);
}

/* A star of a line that is told by its shape has that in it. */
static void draw_star(const struct lines *l, int row, struct point at)
{
	struct mark m = mark_of(l, row);

	canvas_mark(l->chart.canvas, at, &m);
	m = shape_of(l, line_of(l, row));
	m.radius = 3;
	m.colour = WHITE;
	if (l->keyed)
		canvas_bare_mark(l->chart.canvas, at, &m);
}

/* Stars have names. */
static void draw_marks(struct lines *l)
{
	double x, y;

	for (int i = 0; i < l->nr; i++)
		draw_line_marks(l, i);
	for (int row = 0; row < l->table->rows; row++)
		if (is_measured(l, row) && shown(l, row, &x, &y))
			draw_star(l, row, chart_at(&l->chart, x, y));
	l->labels.font = (struct font){ INK, 12, false, ANCHOR_START, 0 };
	l->labels.least = OBSTACLE_TEXT;
	for (int row = 0; row < l->table->rows; row++) {
		struct mark m = mark_of(l, row);

		if (shown(l, row, &x, &y) && *cell(l, row, "label"))
			labels_put(&l->labels, &m,
				   chart_at(&l->chart, x, y),
				   cell(l, row, "label"));
	}
}

static double draw_legend(const struct lines *l, struct canvas *c)
{
	struct legend_item item[NAMES + 1] = { 0 };
	const char *what = cell(l, 0, "stars");
	int nr = 0, stars = 0;

	for (; l->keyed && nr < l->nr; nr++) {
		item[nr].text = l->name[nr];
		item[nr].line = pen_of(nr);
		item[nr].mark = shape_of(l, nr);
	}
	for (int row = 0; row < l->table->rows; row++)
		stars += is_measured(l, row);
	if (stars)
		item[nr++] = (struct legend_item){ *what ? what : "measured",
			{ SHAPE_STAR, 8, GREY }, { 0, 0, 0 }, 0 };
	return !nr ? 70 :		/* below the subtitle */
		legend_draw(c, &(struct legend){ { LEFT, 94 }, WIDTH - 120,
						 item, nr });
}

/* Powers of two, for numbers that are. */
static void doublings(const struct scale *s, struct notches *n)
{
	char text[16];

	n->nr = 0;
	for (double x = 1; x <= s->high; x *= 2)
		if (x >= s->low)
			notches_add(n, x, notch_text(x, text, sizeof(text)));
}

static void draw_page(struct lines *l, struct canvas *c)
{
	struct heading h = { "", "", "Model: deeproof" };
	struct notches x, y;
	bool twos_x, twos_y;
	double top;

	reading_heading(l->table, &h);
	canvas_heading(c, &h);
	choose_scales(l);
	l->keyed = ends_early(l);
	top = draw_legend(l, c) + 18;
	l->chart = (struct chart){ .canvas = c,
		.frame = { LEFT, top, WIDTH - LEFT - (l->keyed ? BARE : RIGHT),
			   HEIGHT - 96 - top },
		.x_label = cell(l, 0, "x_label"),
		.y_label = cell(l, 0, "y_label") };
	choose_scales(l);
	twos_x = !strcmp(cell(l, 0, "x_notches"), "doublings");
	twos_y = !strcmp(cell(l, 0, "y_notches"), "doublings");
	doublings(&l->chart.x, &x);
	doublings(&l->chart.y, &y);
	chart_draw(&l->chart, twos_x ? &x : NULL, twos_y ? &y : NULL);
	labels_init(&l->labels, c, l->chart.frame);
	draw_lines(l);
	draw_marks(l);
	labels_release(&l->labels);
}

int lines_draw(const struct table *t, struct text *out, struct fault *why)
{
	static const char *const column[] = { "series", "x", "y" };
	struct needs needs = { "a figure of lines", column, 3 };
	struct lines l = { .table = t };
	struct canvas *c;

	if (reading_needs(t, &needs, why) || find_lines(&l, why))
		return -1;
	c = canvas_open(WIDTH, HEIGHT);
	draw_page(&l, c);
	canvas_close(c, out);
	return 0;
}
