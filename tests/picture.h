/*
 * picture: what stands where in a drawn figure, read back from its SVG.
 *
 * Pixels of the page, origin at the top left, y downwards, as plots/canvas.h
 * has them. An SVG of ours holds five digits, so two places are equal within
 * 0.011 px.
 */
#ifndef TESTS_PICTURE_H
#define TESTS_PICTURE_H

#include <stdbool.h>

#include "plots/clip.h"

enum item_kind {
	ITEM_TEXT,		/* at its anchor, on the baseline */
	ITEM_LINE,		/* two points or more, no fill */
	ITEM_CIRCLE,		/* at its centre */
	ITEM_AREA,		/* corners of what is filled */
	ITEM_PATH		/* a plate: its points are not read */
};

enum { ITEM_POINTS = 64, NO_COLOUR = -1 };

struct item {
	enum item_kind kind;
	struct point at[ITEM_POINTS];
	int points;
	double radius;
	double size, angle;	/* of a text: px, degrees upwards */
	bool bold;
	char anchor[8];
	char words[160];
	long stroke, fill;	/* 0xRRGGBB or NO_COLOUR */
	double width, dash;	/* of the stroke */
};

struct picture {
	double width, height;
	struct item *item;	/* owned; in the order of drawing */
	int nr;
};

void picture_read(struct picture *, const char *svg);

/* A figure of a table of plain commas (tests/drawing.h). */
void picture_draw(struct picture *, const char *kind, const char *csv);
void picture_release(struct picture *);

/* The colour that tells items of its kind apart: of a line its stroke. */
long item_colour(const struct item *);

/* The n-th of a kind in a colour, from 0; the test fails where there is none.
   NO_COLOUR: whatever its colour. */
const struct item *picture_nth(const struct picture *, enum item_kind,
			       long colour, int n);
int picture_count(const struct picture *, enum item_kind, long colour);

/* The n-th line in a colour that is so wide, likewise. */
const struct item *picture_stroke(const struct picture *, long colour,
				  double width, int n);

/* Where a value stands on a logarithmic axis: 0 at low, 1 at high. */
double axis_log(double value, double low, double high);

/* The text of these words; fails unless it is there once. */
const struct item *picture_words(const struct picture *, const char *);
int picture_says(const struct picture *, const char *words);

/* A corner, an end or an anchor stands there. */
void item_at(const struct item *, int point, double x, double y);

/* A box from (x, y), so wide and so high. */
void item_box(const struct item *, struct box);

#endif
