/*
 * canvas: a page to draw on; libplot's SVG plotter in the house style.
 *
 * Coordinates are CSS pixels, origin at the top left, y downwards. Text is
 * UTF-8; bytes that are none become '?'. Colours are 0xRRGGBB; there is no
 * transparency, so light tints are mixed (canvas_mix). Keep coordinates below
 * 10000: libplot writes five significant digits.
 */
#ifndef PLOTS_CANVAS_H
#define PLOTS_CANVAS_H

#include <stdbool.h>

#include "base/text.h"
#include "plots/clip.h"

enum colour {
	WHITE = 0xffffff,
	INK = 0x1b2733,		/* titles, labels */
	GREY = 0x5b6775,	/* subtitles, tick labels */
	FAINT = 0x8a94a0,	/* source line, axes, leaders */
	GRID = 0xe4e7ea,
	BLUE = 0x0072b2,	/* from here: Okabe and Ito (2008) */
	VERMILION = 0xd55e00,
	GREEN = 0x009e73,
	AMBER = 0xe69f00,
	PURPLE = 0xcc79a7,
	SKY = 0x56b4e9
};

enum anchor { ANCHOR_START, ANCHOR_MIDDLE, ANCHOR_END };

enum shape {
	SHAPE_CIRCLE,
	SHAPE_SQUARE,
	SHAPE_TRIANGLE,
	SHAPE_DIAMOND,
	SHAPE_WEDGE,		/* a triangle on its tip */
	SHAPE_STAR,
	SHAPE_CROSS
};

struct pen {
	unsigned colour;
	double width;
	double dash;		/* length of a dash; 0: solid */
};

struct font {
	unsigned colour;
	double size;
	bool bold;
	enum anchor anchor;
	double angle;		/* degrees, counter-clockwise */
};

struct mark {
	enum shape shape;
	double radius;
	unsigned colour;
};

/* What a figure says about itself. Not owned. */
struct heading {
	const char *title;
	const char *subtitle;
	const char *source;
};

struct canvas;

/* A blank page. Ended by canvas_close, which frees it. */
struct canvas *canvas_open(double width, double height);

/* Append the whole SVG document to out and free the canvas. */
void canvas_close(struct canvas *, struct text *out);

/* Title, grey subtitle and source line; also the SVG's title and desc. */
void canvas_heading(struct canvas *, const struct heading *);

/* Lines and areas are cut at this box until the next call. */
void canvas_clip(struct canvas *, struct box);
void canvas_unclip(struct canvas *);

void canvas_line(struct canvas *, struct point, struct point,
		 const struct pen *);
void canvas_polyline(struct canvas *, const struct point *, int nr,
		     const struct pen *);

/* A filled polygon without an edge. */
void canvas_area(struct canvas *, const struct point *, int nr,
		 unsigned fill);
void canvas_box(struct canvas *, struct box, unsigned fill);

/* A white box with round corners and a light edge, to write upon. */
void canvas_plate(struct canvas *, struct box);

/* Filled, with a thin white edge; a cross is two strokes. */
void canvas_mark(struct canvas *, struct point, const struct mark *);

/* Without that edge: among many, edges hide the marks below them. */
void canvas_bare_mark(struct canvas *, struct point, const struct mark *);

/* The point is the anchor, on the baseline. An empty text draws nothing. */
void canvas_text(struct canvas *, struct point, const char *,
		 const struct font *);
double canvas_text_width(struct canvas *, const char *, const struct font *);

/* The font, made smaller if need be so that the text is no wider. */
struct font canvas_fit(struct canvas *, const char *, struct font,
		       double width);

/* share of a in b: 0 is b, 1 is a. */
unsigned canvas_mix(unsigned a, unsigned b, double share);

/* The colour and the shape of the i-th series; they come round again. */
unsigned canvas_series_colour(int series);
enum shape canvas_series_shape(int series);

/* A colour dark enough for text on white. */
unsigned canvas_text_colour(unsigned colour);

#endif
