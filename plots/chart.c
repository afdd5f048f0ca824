#include "plots/chart.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define TEXT_SIZE 13.0
#define ROOM_X 64.0		/* px between labels of a linear axis */
#define ROOM_DECADE 150.0	/* px of a decade that shows 1, 2 and 5 */
#define ROOM_ALL 700.0		/* px of a decade that shows 1 to 9 */
#define ROOM_LABEL 34.0		/* px between the labels of decades */
#define MILLION 999999.5	/* what six digits show as one */
#define CLOSE 1e-9		/* a notch on the very end of a scale */

double scale_share(const struct scale *s, double value)
{
	assert(s->low < s->high);
	if (s->is_log)
		return log(value / s->low) / log(s->high / s->low);
	return (value - s->low) / (s->high - s->low);
}

/* The 1, 2 or 5 times a power of ten that is not below x. */
static double round_up(double x)
{
	double ten = pow(10, floor(log10(x) + CLOSE));
	double lead = x / ten * (1 - CLOSE);

	return ten * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

static double round_down(double x)
{
	double ten = pow(10, floor(log10(x) + CLOSE));
	double lead = x / ten * (1 + CLOSE);

	return ten * (lead >= 5 ? 5 : lead >= 2 ? 2 : 1);
}

static double linear_step(double span, double px)
{
	return round_up(span * ROOM_X / px);
}

struct scale scale_from_zero(double high, double px)
{
	double step;

	if (!(high > 0))
		high = 1;
	step = linear_step(high, px);
	return (struct scale){ 0, step * ceil(high / step - CLOSE), false };
}

struct scale scale_log_round(double low, double high)
{
	low = round_down(low);
	high = round_up(high);
	if (high <= low)
		high = round_up(low * 1.5);
	return (struct scale){ low, high, true };
}

char *notch_text(double value, char *out, int size)
{
	char digits[32];
	int i, at = 0, nr;

	if (!(fabs(value) > 0))
		value = 0;	/* never "-0" */
	if (fabs(value) >= MILLION) {
		snprintf(out, (size_t)size, "%.6g\u00a0M", value / 1e6);
		return out;
	}
	nr = snprintf(digits, sizeof(digits), "%.6g", value);
	if (nr < 5 || strspn(digits, "0123456789") != (size_t)nr) {
		snprintf(out, (size_t)size, "%s", digits);
		return out;
	}
	for (i = 0; i < nr && at < size - 4; i++) {
		if (i > 0 && (nr - i) % 3 == 0) {	/* U+00A0 */
			out[at++] = '\xc2';
			out[at++] = '\xa0';
		}
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

void notches_add(struct notches *n, double at, const char *text)
{
	if (n->nr == NOTCHES_MAX)
		return;
	n->notch[n->nr].at = at;
	snprintf(n->notch[n->nr].text, sizeof(n->notch->text), "%s", text);
	n->nr++;
}

static void linear_notches(struct notches *n, const struct scale *s,
			   double px)
{
	double step = linear_step(s->high - s->low, px);
	double i, last = floor(s->high / step + CLOSE);
	char text[16];

	for (i = ceil(s->low / step - CLOSE); i <= last; i++)
		notches_add(n, i * step,
			    notch_text(i * step, text, sizeof(text)));
}

/* One decade: 1, 2 .. 9, of which a few have a label. */
static void decade_notches(struct notches *n, const struct scale *s,
			   int decade, double decade_px)
{
	int every = (int)ceil(ROOM_LABEL / decade_px);
	char text[16];
	int lead;

	for (lead = 1; lead < 10; lead++) {
		double at = lead * pow(10, decade);
		bool shown = lead == 1 ? decade % every == 0 :
			     decade_px >= (lead == 2 || lead == 5 ?
					   ROOM_DECADE : ROOM_ALL);

		if (at < s->low * (1 - CLOSE) || at > s->high * (1 + CLOSE))
			continue;
		notch_text(at, text, sizeof(text));
		if (shown || decade_px >= ROOM_LABEL)
			notches_add(n, at, shown ? text : "");
	}
}

void notches_of(struct notches *n, const struct scale *s, double px)
{
	int decade, last;
	double decade_px;

	n->nr = 0;
	if (!s->is_log) {
		linear_notches(n, s, px);
		return;
	}
	decade_px = px / log10(s->high / s->low);
	last = (int)floor(log10(s->high) + CLOSE);
	for (decade = (int)floor(log10(s->low) + CLOSE); decade <= last;
	     decade++)
		decade_notches(n, s, decade, decade_px);
}

struct point chart_at(const struct chart *c, double x, double y)
{
	struct box f = c->frame;

	return (struct point){
		f.x + f.w * scale_share(&c->x, x),
		f.y + f.h * (1 - scale_share(&c->y, y))
	};
}

static void draw_x(const struct chart *c, const struct notches *n)
{
	struct font f = { GREY, TEXT_SIZE, false, ANCHOR_MIDDLE, 0 };
	struct pen grid = { GRID, 1, 0 }, axis = { FAINT, 1, 0 };
	double bottom = c->frame.y + c->frame.h;
	int i;

	for (i = 0; i < n->nr; i++) {
		const struct notch *t = &n->notch[i];
		double x = chart_at(c, t->at, c->y.low).x;
		double length = *t->text ? 6 : 3;

		if (*t->text)
			canvas_line(c->canvas, (struct point){ x, c->frame.y },
				    (struct point){ x, bottom }, &grid);
		canvas_line(c->canvas, (struct point){ x, bottom },
			    (struct point){ x, bottom + length }, &axis);
		canvas_text(c->canvas, (struct point){ x, bottom + 21 },
			    t->text, &f);
	}
	f = (struct font){ INK, 14, false, ANCHOR_MIDDLE, 0 };
	canvas_text(c->canvas, (struct point){ c->frame.x + c->frame.w / 2,
					       bottom + 45 }, c->x_label, &f);
}

static double widest(const struct chart *c, const struct notches *n,
		     const struct font *f)
{
	double width = 0;
	int i;

	for (i = 0; i < n->nr; i++)
		width = fmax(width, canvas_text_width(c->canvas,
						      n->notch[i].text, f));
	return width;
}

static void draw_y(const struct chart *c, const struct notches *n)
{
	struct font f = { GREY, TEXT_SIZE, false, ANCHOR_END, 0 };
	struct pen grid = { GRID, 1, 0 }, axis = { FAINT, 1, 0 };
	struct font along = { INK, 14, false, ANCHOR_MIDDLE, 90 };
	double left = c->frame.x, right = left + c->frame.w;
	int i;

	for (i = 0; i < n->nr; i++) {
		const struct notch *t = &n->notch[i];
		double y = chart_at(c, c->x.low, t->at).y;
		double length = *t->text ? 6 : 3;

		if (*t->text)
			canvas_line(c->canvas, (struct point){ left, y },
				    (struct point){ right, y }, &grid);
		canvas_line(c->canvas, (struct point){ left - length, y },
			    (struct point){ left, y }, &axis);
		canvas_text(c->canvas, (struct point){ left - 10, y + 4.5 },
			    t->text, &f);
	}
	canvas_text(c->canvas, (struct point){ left - 24 - widest(c, n, &f),
					       c->frame.y + c->frame.h / 2 },
		    c->y_label, &along);
}

void chart_draw(const struct chart *c, const struct notches *x,
		const struct notches *y)
{
	struct pen axis = { FAINT, 1, 0 };
	double left = c->frame.x, bottom = c->frame.y + c->frame.h;
	struct notches own;

	if (!x) {
		notches_of(&own, &c->x, c->frame.w);
		x = &own;
	}
	draw_x(c, x);
	if (!y) {
		notches_of(&own, &c->y, c->frame.h);
		y = &own;
	}
	draw_y(c, y);
	canvas_line(c->canvas, (struct point){ left, c->frame.y },
		    (struct point){ left, bottom }, &axis);
	canvas_line(c->canvas, (struct point){ left, bottom },
		    (struct point){ left + c->frame.w, bottom }, &axis);
}
