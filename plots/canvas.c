#include "plots/canvas.h"

#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>	/* before plot.h, which needs it */
#include <plot.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plots/shape.h"
#include "plots/svg.h"

#define PX_PER_IN 96.0		/* of CSS */
#define MARGIN 36.0		/* of the heading, left and right */
#define SMALLEST 0.6		/* of a font's size, when it must shrink */

struct canvas {
	plPlotter *pl;
	FILE *stream;
	char *raw;		/* what libplot wrote */
	size_t raw_len;
	struct svg svg;		/* what libplot cannot hold */
	struct box clip;
	locale_t plain, before;
};

/*
 * libplot knows one answer to a lack of memory: exit(EXIT_FAILURE). What it
 * was in when that came, it has not left, and then ours is given.
 */
static int in_libplot;

static void left_by_libplot(void)
{
	if (in_libplot)
		mem_exhausted();
}

static void enter_libplot(void)
{
	static bool told;

	if (!told && atexit(left_by_libplot))
		mem_exhausted();
	told = true;
	in_libplot++;
}

/* A comma as the decimal sign would ruin the SVG. */
static void enter_plain_locale(struct canvas *c)
{
	c->plain = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
	c->before = uselocale(c->plain);
}

static void leave_plain_locale(struct canvas *c)
{
	uselocale(c->before);
	if (c->plain)
		freelocale(c->plain);
}

static plPlotter *open_plotter(FILE *stream, double width, double height)
{
	plPlotterParams *params = pl_newplparams();
	char line[] = "100000";	/* points; a dashed curve stays in one piece */
	char page[128];
	plPlotter *pl;

	snprintf(page, sizeof(page),
		 "letter,xsize=%.4fin,ysize=%.4fin,xorigin=0,yorigin=0",
		 width / PX_PER_IN, height / PX_PER_IN);
	pl_setplparam(params, "PAGESIZE", page);
	pl_setplparam(params, "MAX_LINE_LENGTH", line);
	pl = pl_newpl_r("svg", NULL, stream, NULL, params);
	pl_deleteplparams(params);
	return pl;
}

struct canvas *canvas_open(double width, double height)
{
	struct canvas *c = mem_zeroed(1, sizeof(*c));

	assert(width > 0 && height > 0);
	enter_plain_locale(c);
	enter_libplot();
	c->svg.width = width;
	c->svg.height = height;
	c->stream = open_memstream(&c->raw, &c->raw_len);
	if (!c->stream)
		mem_exhausted();
	c->pl = open_plotter(c->stream, width, height);
	if (!c->pl)
		mem_exhausted();
	pl_openpl_r(c->pl);
	pl_fspace_r(c->pl, 0, 0, width, height);
	pl_erase_r(c->pl);
	canvas_unclip(c);
	return c;
}

void canvas_close(struct canvas *c, struct text *out)
{
	pl_closepl_r(c->pl);
	pl_deletepl_r(c->pl);
	in_libplot--;
	if (fclose(c->stream))
		mem_exhausted();
	svg_write(&c->svg, c->raw, out);
	svg_release(&c->svg);
	leave_plain_locale(c);
	free(c->raw);
	free(c);
}

void canvas_heading(struct canvas *c, const struct heading *h)
{
	struct font title = { INK, 20, true, ANCHOR_START, 0 };
	struct font subtitle = { GREY, 14, false, ANCHOR_START, 0 };
	struct font source = { FAINT, 11, false, ANCHOR_START, 0 };
	double room = c->svg.width - 2 * MARGIN;

	title = canvas_fit(c, h->title, title, room);
	subtitle = canvas_fit(c, h->subtitle, subtitle, room);
	source = canvas_fit(c, h->source, source, room);
	canvas_text(c, (struct point){ MARGIN, 38 }, h->title, &title);
	canvas_text(c, (struct point){ MARGIN, 62 }, h->subtitle, &subtitle);
	canvas_text(c, (struct point){ MARGIN, c->svg.height - 16 },
		    h->source, &source);
	svg_describe(&c->svg, h->title, h->subtitle);
}

void canvas_clip(struct canvas *c, struct box box)
{
	c->clip = box;
}

void canvas_unclip(struct canvas *c)
{
	c->clip = (struct box){ 0, 0, c->svg.width, c->svg.height };
}

/* Red, green or blue as libplot counts it, to 65535. */
static int part(unsigned colour, int shift)
{
	return (int)(colour >> shift & 0xff) * 257;
}

/* Text is always drawn with the pen, so the pen is always on but for fills. */
static void take_pen(struct canvas *c, const struct pen *pen)
{
	double dashes[2] = { pen->dash, pen->dash * 0.7 };

	pl_pentype_r(c->pl, 1);
	pl_filltype_r(c->pl, 0);
	pl_pencolor_r(c->pl, part(pen->colour, 16), part(pen->colour, 8),
		      part(pen->colour, 0));
	pl_flinewidth_r(c->pl, pen->width);
	pl_linemod_r(c->pl, "solid");
	if (pen->dash > 0)
		pl_flinedash_r(c->pl, 2, dashes, 0);
}

static void take_fill(struct canvas *c, unsigned colour)
{
	pl_pentype_r(c->pl, 0);
	pl_filltype_r(c->pl, 1);
	pl_fillcolor_r(c->pl, part(colour, 16), part(colour, 8),
		       part(colour, 0));
}

/* libplot's y grows upwards. */
static double up(const struct canvas *c, double y)
{
	return c->svg.height - y;
}

void canvas_line(struct canvas *c, struct point a, struct point b,
		 const struct pen *pen)
{
	struct point both[2] = { a, b };

	canvas_polyline(c, both, 2, pen);
}

void canvas_polyline(struct canvas *c, const struct point *p, int nr,
		     const struct pen *pen)
{
	struct point last = { -1, -1 };
	int i;

	take_pen(c, pen);
	for (i = 1; i < nr; i++) {
		struct point a = p[i - 1], b = p[i];

		if (!clip_line(c->clip, &a, &b))
			continue;
		if (fabs(a.x - last.x) > 0 || fabs(a.y - last.y) > 0) {
			pl_endpath_r(c->pl);
			pl_fmove_r(c->pl, a.x, up(c, a.y));
		}
		pl_fcont_r(c->pl, b.x, up(c, b.y));
		last = b;
	}
	pl_endpath_r(c->pl);
}

static void trace(struct canvas *c, const struct point *p, int nr)
{
	int i;

	pl_fmove_r(c->pl, p[0].x, up(c, p[0].y));
	for (i = 1; i < nr; i++)
		pl_fcont_r(c->pl, p[i].x, up(c, p[i].y));
	pl_closepath_r(c->pl);
	pl_endpath_r(c->pl);
}

void canvas_area(struct canvas *c, const struct point *p, int nr,
		 unsigned fill)
{
	struct point *in;

	if (nr < 3)
		return;
	in = mem_zeroed((size_t)nr * 6, sizeof(*in));
	nr = clip_polygon(c->clip, p, nr, in);
	take_fill(c, fill);
	if (nr >= 3)
		trace(c, in, nr);
	free(in);
}

void canvas_box(struct canvas *c, struct box b, unsigned fill)
{
	struct point ring[4] = { { b.x, b.y }, { b.x + b.w, b.y },
				 { b.x + b.w, b.y + b.h }, { b.x, b.y + b.h } };

	canvas_area(c, ring, 4, fill);
}

void canvas_plate(struct canvas *c, struct box b)
{
	double r = 5, x = b.x, y = up(c, b.y + b.h), w = b.w, h = b.h;

	take_fill(c, WHITE);
	take_pen(c, &(struct pen){ GRID, 1, 0 });
	pl_filltype_r(c->pl, 1);
	pl_fmove_r(c->pl, x + r, y);
	pl_fcont_r(c->pl, x + w - r, y);
	pl_farc_r(c->pl, x + w - r, y + r, x + w - r, y, x + w, y + r);
	pl_fcont_r(c->pl, x + w, y + h - r);
	pl_farc_r(c->pl, x + w - r, y + h - r, x + w, y + h - r,
		  x + w - r, y + h);
	pl_fcont_r(c->pl, x + r, y + h);
	pl_farc_r(c->pl, x + r, y + h - r, x + r, y + h, x, y + h - r);
	pl_fcont_r(c->pl, x, y + r);
	pl_farc_r(c->pl, x + r, y + r, x, y + r, x + r, y);
	pl_closepath_r(c->pl);
	pl_endpath_r(c->pl);
}

static void cross(struct canvas *c, struct point at, const struct mark *m)
{
	struct pen pen = { m->colour, 2, 0 };
	double r = m->radius * 0.8;

	canvas_line(c, (struct point){ at.x - r, at.y - r },
		    (struct point){ at.x + r, at.y + r }, &pen);
	canvas_line(c, (struct point){ at.x - r, at.y + r },
		    (struct point){ at.x + r, at.y - r }, &pen);
}

static void draw_mark(struct canvas *c, struct point at, const struct mark *m,
		      unsigned edge)
{
	struct point ring[SHAPE_CORNERS];

	if (m->shape == SHAPE_CROSS) {
		cross(c, at, m);
		return;
	}
	take_fill(c, m->colour);
	take_pen(c, &(struct pen){ edge, 1.2, 0 });
	pl_filltype_r(c->pl, 1);
	if (m->shape == SHAPE_CIRCLE) {
		pl_fcircle_r(c->pl, at.x, up(c, at.y), m->radius);
		return;
	}
	trace(c, ring, shape_ring(m, at, ring));
}

void canvas_mark(struct canvas *c, struct point at, const struct mark *m)
{
	draw_mark(c, at, m, WHITE);
}

void canvas_bare_mark(struct canvas *c, struct point at, const struct mark *m)
{
	draw_mark(c, at, m, m->colour);
}

static void take_font(struct canvas *c, const struct font *f)
{
	take_pen(c, &(struct pen){ f->colour, 1, 0 });
	pl_fontname_r(c->pl, f->bold ? "Helvetica-Bold" : "Helvetica");
	pl_ffontsize_r(c->pl, f->size);
	pl_ftextangle_r(c->pl, f->angle);
}

void canvas_text(struct canvas *c, struct point at, const char *s,
		 const struct font *f)
{
	static const char *const anchors[] = { "start", "middle", "end" };
	struct svg_key key;

	if (!*s)
		return;
	take_font(c, f);
	key = svg_keep(&c->svg, s, anchors[f->anchor]);
	pl_fmove_r(c->pl, at.x, up(c, at.y));
	pl_alabel_r(c->pl, 'l', 'x', key.text);
}

double canvas_text_width(struct canvas *c, const char *s,
			 const struct font *f)
{
	char *plain;
	double width;

	take_font(c, f);
	plain = svg_latin1(s);
	width = pl_flabelwidth_r(c->pl, plain);
	free(plain);
	return width;
}

struct font canvas_fit(struct canvas *c, const char *s, struct font f,
		       double width)
{
	double is = canvas_text_width(c, s, &f);

	if (is > width)
		f.size *= fmax(width / is, SMALLEST);
	return f;
}
