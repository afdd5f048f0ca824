/*
 * chart: a frame with two axes on a canvas: scales, notches, grid.
 *
 * (Notches are what others call ticks; ticks are simulated time here.)
 */
#ifndef PLOTS_CHART_H
#define PLOTS_CHART_H

#include <stdbool.h>

#include "plots/canvas.h"

#define NOTCHES_MAX 96

/* From low to high, low < high; a log scale needs low > 0. */
struct scale {
	double low, high;
	bool is_log;
};

/* A notch without text is a small one and has no grid line. */
struct notches {
	int nr;
	struct notch {
		double at;
		char text[16];
	} notch[NOTCHES_MAX];
};

struct chart {
	struct canvas *canvas;	/* not owned */
	struct box frame;
	struct scale x, y;
	const char *x_label;	/* not owned */
	const char *y_label;
};

/* 0 at low, 1 at high; beyond the ends below 0 and above 1. */
double scale_share(const struct scale *, double value);

/* From 0 to the round number that covers high, for an axis this long. */
struct scale scale_from_zero(double high, double px);

/* A log scale between the 1, 2 or 5 below low and the one above high. */
struct scale scale_log_round(double low, double high);

/* A number as an axis shows it: "0.5", "2000", "10 000", "2 M". Returns out. */
char *notch_text(double value, char *out, int size);

void notches_add(struct notches *, double at, const char *text);

/* 1-2-5 notches for a scale over so many pixels. */
void notches_of(struct notches *, const struct scale *, double px);

/* Where a pair of values stands on the page. */
struct point chart_at(const struct chart *, double x, double y);

/* Grid, axes and their labels. NULL: the scale's own notches. */
void chart_draw(const struct chart *, const struct notches *x,
		const struct notches *y);

#endif
