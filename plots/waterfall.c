#include "plots/waterfall.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plots/chart.h"

#define WIDTH 900.0
#define PITCH 25.0		/* px from bar to bar */
#define THICK 16.0
#define ABOVE 128.0
#define BELOW 92.0
#define AFTER_ROOM 74.0		/* px for the column at the right */
#define NUMBER_ROOM 52.0	/* px for the number at the longest bar */
#define NOTHING 0.005		/* what prints as 0.0 is no bar */

unsigned waterfall_group(struct waterfall *w, const char *group)
{
	static const unsigned colour[FALL_GROUPS] = { BLUE, SKY, VERMILION,
		AMBER, GREEN, PURPLE, GREY, FAINT };
	int i;

	for (i = 0; i < w->legends; i++)
		if (!strcmp(w->legend[i].text, group))
			return w->legend[i].patch;
	if (i == FALL_GROUPS)
		return colour[FALL_GROUPS - 1];
	w->legend[w->legends++] = (struct legend_item){ .text = group,
		.patch = colour[i] };
	return colour[i];
}

static double middle(const struct chart *c, int row)
{
	return c->frame.y + PITCH * (row + 0.5);
}

static double added(const struct fall *f)
{
	return f->to - f->from;
}

static bool is_nothing(const struct fall *f)
{
	return !f->is_total && fabs(added(f)) < NOTHING;
}

static void number(const struct waterfall *w, const struct chart *c, int row)
{
	const struct fall *f = &w->fall[row];
	struct font font = { INK, 12, f->is_total, ANCHOR_START, 0 };
	double x = chart_at(c, fmax(f->from, f->to), 0).x + 6;
	char text[48];

	if (f->is_total)
		snprintf(text, sizeof(text), "%.1f %s", f->to, w->unit);
	else if (is_nothing(f))
		snprintf(text, sizeof(text), "0");
	else
		snprintf(text, sizeof(text), "%s%.1f",
			 added(f) < 0 ? "\u2212" : row ? "+" : "",
			 fabs(added(f)));
	if (is_nothing(f))
		font.colour = FAINT;
	canvas_box(c->canvas, (struct box){ x - 2, middle(c, row) - 8,
		canvas_text_width(c->canvas, text, &font) + 4, 16 }, WHITE);
	canvas_text(c->canvas, (struct point){ x, middle(c, row) + 4 }, text,
		    &font);
}

static void bar(const struct waterfall *w, const struct chart *c, int row)
{
	const struct fall *f = &w->fall[row];
	double low = f->is_total ? 0 : fmin(f->from, f->to);
	double high = fmax(f->from, f->to), y = middle(c, row);
	double left = chart_at(c, low, 0).x, right = chart_at(c, high, 0).x;
	struct pen seam = { FAINT, 1, 2 };
	double end = chart_at(c, f->to, 0).x;

	if (!is_nothing(f))
		canvas_box(c->canvas, (struct box){ left, y - THICK / 2,
			right - left, THICK }, f->colour);
	if (is_nothing(f))
		canvas_line(c->canvas, (struct point){ end, y - THICK / 2 },
			    (struct point){ end, y + THICK / 2 }, &seam);
	if (row + 1 < w->falls)
		canvas_line(c->canvas, (struct point){ end, y + THICK / 2 },
			    (struct point){ end, y + PITCH - THICK / 2 },
			    &seam);
}

static void words(const struct waterfall *w, const struct chart *c, int row)
{
	const struct fall *f = &w->fall[row];
	struct font name = { is_nothing(f) ? FAINT : INK, 12.5, f->is_total,
			     ANCHOR_END, 0 };
	struct font after = { GREY, 12, f->is_total, ANCHOR_END, 0 };
	double y = middle(c, row) + 4;

	canvas_text(c->canvas, (struct point){ c->frame.x - 10, y }, f->name,
		    &name);
	canvas_text(c->canvas, (struct point){ WIDTH - 36, y }, f->after,
		    &after);
}

static double widest(const struct waterfall *w, struct canvas *c)
{
	struct font font = { INK, 12.5, true, ANCHOR_END, 0 };
	double wide = 0;

	for (int i = 0; i < w->falls; i++)
		wide = fmax(wide, canvas_text_width(c, w->fall[i].name,
						    &font));
	return fmin(wide, WIDTH / 3);
}

static double longest(const struct waterfall *w)
{
	double high = isnan(w->mark) ? 0 : w->mark;

	for (int i = 0; i < w->falls; i++)
		high = fmax(high, fmax(w->fall[i].from, w->fall[i].to));
	return high;
}

static void mark(const struct waterfall *w, const struct chart *c)
{
	struct font font = { VERMILION, 12, true, ANCHOR_END, 0 };
	struct pen pen = { VERMILION, 1.5, 5 };
	double x = chart_at(c, w->mark, 0).x;

	if (isnan(w->mark))
		return;
	canvas_line(c->canvas, (struct point){ x, c->frame.y },
		    (struct point){ x, c->frame.y + c->frame.h }, &pen);
	canvas_text(c->canvas, (struct point){ x - 8, c->frame.y + 15 },
		    w->mark_text, &font);
}

void waterfall_draw(const struct waterfall *w, struct text *out)
{
	struct font head = { GREY, 12, false, ANCHOR_END, 0 };
	struct notches none = { 0 };
	struct canvas *c = canvas_open(WIDTH, ABOVE + BELOW +
				       PITCH * w->falls);
	double left = 46 + widest(w, c);
	double wide = WIDTH - left - 36 - AFTER_ROOM;
	struct chart chart = { .canvas = c, .x_label = w->x_label,
		.frame = { left, ABOVE - 14, wide, PITCH * w->falls },
		.y_label = "", .y = { 0, 1, false } };

	canvas_heading(c, &w->heading);
	legend_draw(c, &(struct legend){ { left, 94 }, wide, w->legend,
					 w->legends });
	canvas_text(c, (struct point){ WIDTH - 36, 94 }, w->after, &head);
	chart.x = scale_from_zero(longest(w), wide);
	chart.x.high = fmax(longest(w) * wide / (wide - NUMBER_ROOM),
			    longest(w) > 0 ? 0 : 1);
	chart_draw(&chart, NULL, &none);
	mark(w, &chart);
	for (int i = 0; i < w->falls; i++) {
		bar(w, &chart, i);
		number(w, &chart, i);
		words(w, &chart, i);
	}
	canvas_close(c, out);
}
