#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/chart.h"
#include "plots/kinds.h"
#include "plots/legend.h"
#include "plots/reading.h"

#define WIDTH 900.0
#define HEIGHT 560.0
#define LEFT 86.0
#define RIGHT 40.0

enum { LINES = 3 };

/* Columns against a column, one frame. */
struct panel {
	const struct table *table;	/* not owned */
	const char *x, *x_label;
	const char *y[LINES], *name[LINES];	/* NULL: no more */
	const char *y_label;
	bool log_y;
	bool marks;		/* rows are few, and points */
	bool stars;		/* the last line is measured: no line */
	double top, bottom;	/* of the frame */
};

static struct pen pen_of(int line)
{
	return (struct pen){ canvas_series_colour(line), 2, 0 };
}

/* Where a row has a value of this line, and whether it has. */
static bool shown(const struct panel *p, int row, int line,
		  struct point *value)
{
	bool measured = p->stars && line > 0;

	value->x = reading_number(p->table, row, measured ?
				  "measured_tok_s_user" : p->x);
	value->y = reading_number(p->table, row, p->y[line]);
	return isfinite(value->x) && isfinite(value->y) && value->x >= 0 &&
	       (p->log_y ? reading_is_shown(value->y) : value->y >= 0);
}

static void choose_scales(const struct panel *p, struct chart *c)
{
	double low = INFINITY, high = 0, far = 0;
	struct point v;

	for (int line = 0; line < LINES && p->y[line]; line++)
		for (int row = 0; row < p->table->rows; row++) {
			if (!shown(p, row, line, &v))
				continue;
			far = fmax(far, v.x);
			low = fmin(low, v.y);
			high = fmax(high, v.y);
		}
	if (!(far > 0))
		far = 1;
	if (!(high > 0))
		high = 1;
	c->x = (struct scale){ 0, far * 1.02, false };
	c->y = p->log_y ? scale_log_round(low / 1.2, high) :
			  scale_from_zero(high * 1.02, c->frame.h);
}

static void draw_line(const struct panel *p, const struct chart *c, int line)
{
	struct point *at = mem_zeroed((size_t)p->table->rows + 1,
				      sizeof(*at));
	struct pen pen = pen_of(line);
	struct mark m = { p->stars && line > 0 ? SHAPE_STAR :
			  canvas_series_shape(line), 4.5, pen.colour };
	struct point v;
	int nr = 0;

	for (int row = 0; row < p->table->rows; row++)
		if (shown(p, row, line, &v))
			at[nr++] = chart_at(c, v.x, v.y);
	if (nr > 1 && !(p->stars && line > 0))
		canvas_polyline(c->canvas, at, nr, &pen);
	for (int i = 0; i < nr && p->marks; i++)
		canvas_mark(c->canvas, at[i], &m);
	free(at);
}

static void draw_panel(const struct panel *p, struct canvas *canvas)
{
	struct chart c = { .canvas = canvas, .x_label = p->x_label,
		.y_label = p->y_label, .frame = { LEFT, p->top,
			WIDTH - LEFT - RIGHT, p->bottom - p->top } };

	choose_scales(p, &c);
	chart_draw(&c, NULL, NULL);
	for (int line = 0; line < LINES && p->y[line]; line++)
		draw_line(p, &c, line);
}

static bool has_points(const struct panel *p, int line)
{
	struct point v;

	for (int row = 0; row < p->table->rows; row++)
		if (shown(p, row, line, &v))
			return true;
	return false;
}

static void draw_legend(const struct panel *p, struct canvas *canvas)
{
	struct legend_item item[LINES] = { 0 };
	int nr = 0;

	for (int line = 0; line < LINES && p->y[line]; line++) {
		if (!has_points(p, line))
			continue;
		item[nr].text = p->name[line];
		if (p->stars && line > 0)
			item[nr].mark = (struct mark){ SHAPE_STAR, 8,
				pen_of(line).colour };
		else
			item[nr].line = pen_of(line);
		nr++;
	}
	legend_draw(canvas, &(struct legend){ { LEFT, 94 }, WIDTH - 120, item,
					      nr });
}

static int check(const struct panel *p, const char *figure, struct fault *why)
{
	const char *column[] = { p->x, p->y[0] };
	struct needs needs = { figure, column, 2 };

	if (reading_needs(p->table, &needs, why))
		return -1;
	if (has_points(p, 0))
		return 0;
	return reading_empty(p->table, p->y[0], why);
}

static struct canvas *page(const struct panel *p, const char *title,
			   const char *source)
{
	struct canvas *c = canvas_open(WIDTH, HEIGHT);
	struct heading h = { title, reading_text(p->table, 0, "model"),
			     source };

	reading_heading(p->table, &h);
	canvas_heading(c, &h);
	draw_legend(p, c);
	return c;
}

int latency_draw(const struct table *t, struct text *out, struct fault *why)
{
	struct panel p = { .table = t, .x = "rate",
		.x_label = "Requests per second",
		.y = { "median_ttft_ms", "p99_ttft_ms" },
		.name = { "P50", "P99" },
		.y_label = "Time to first token (ms)", .log_y = true,
		.marks = true, .top = 116, .bottom = HEIGHT - 96 };
	struct canvas *c;

	if (check(&p, "a latency figure", why))
		return -1;
	c = page(&p, "Waiting for the first token against load",
		 "Model: deeproof run");
	draw_panel(&p, c);
	canvas_close(c, out);
	return 0;
}

int pareto_draw(const struct table *t, struct text *out, struct fault *why)
{
	struct panel p = { .table = t, .x = "tok_s_user",
		.x_label = "Output tokens per second and user",
		.y = { "tok_s_gpu", "measured_tok_s_gpu" },
		.name = { "predicted", "measured" },
		.y_label = "Output tokens per second and GPU",
		.marks = true, .stars = true, .top = 116,
		.bottom = HEIGHT - 96 };
	struct canvas *c;

	if (check(&p, "a Pareto figure", why))
		return -1;
	c = page(&p, "Throughput against interactivity",
		 "Model: deeproof");
	draw_panel(&p, c);
	canvas_close(c, out);
	return 0;
}

int occupancy_draw(const struct table *t, struct text *out, struct fault *why)
{
	struct panel p = { .table = t, .x = "at_s", .x_label = "",
		.y = { "running", "waiting" },
		.name = { "running", "waiting" }, .y_label = "Requests",
		.top = 116, .bottom = 290 };
	struct panel kv = { .table = t, .x = "at_s",
		.x_label = "Seconds from the first request",
		.y = { "kv_tokens" }, .name = { "KV" },
		.y_label = "KV tokens held", .top = 324,
		.bottom = HEIGHT - 96 };
	struct canvas *c;

	if (check(&p, "an occupancy figure", why) ||
	    check(&kv, "an occupancy figure", why))
		return -1;
	c = page(&p, "What runs, waits and is held",
		 "Model: deeproof run --occupancy");
	draw_panel(&p, c);
	draw_panel(&kv, c);
	canvas_close(c, out);
	return 0;
}
