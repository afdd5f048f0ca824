/*
 * svg: mends what libplot's SVG plotter writes. libplot draws labels in
 * Latin-1, anchors them by its own font metrics and gives a viewBox of one by
 * one. Here each label goes through libplot as a key ("#12") and comes back as
 * UTF-8 with a text-anchor; the header is ours, in pixels.
 */
#ifndef PLOTS_SVG_H
#define PLOTS_SVG_H

#include "base/text.h"

struct svg {
	double width, height;
	char *title, *desc;	/* owned */
	struct svg_word {
		char *text;	/* owned; UTF-8 */
		const char *anchor;
	} *word;
	int words, cap;
};

void svg_release(struct svg *);

void svg_describe(struct svg *, const char *title, const char *desc);

/* What stands for a label: "#12". */
struct svg_key {
	char text[16];
};

/* Keep a label; anchor: "start", "middle" or "end", not owned. */
struct svg_key svg_keep(struct svg *, const char *text, const char *anchor);

/* What libplot measures instead of a UTF-8 text. Owned by the caller. */
char *svg_latin1(const char *utf8);

/* Append libplot's document, mended. */
void svg_write(const struct svg *, const char *raw, struct text *out);

#endif
