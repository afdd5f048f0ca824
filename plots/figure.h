/*
 * figure: the house style of every plot, on libplot's SVG plotter.
 *
 * Coordinates are CSS pixels, origin at the top left. Text is UTF-8. The SVG
 * is the same bytes on every run and machine.
 */
#ifndef PLOTS_FIGURE_H
#define PLOTS_FIGURE_H

#include "base/fault.h"
#include "base/table.h"
#include "base/text.h"

/*
 * Draw a figure from a table: append a whole SVG document to out. 0, or -1
 * and a fault that names the column or row that the figure lacks. A plot
 * computes nothing that is not in its table.
 */
typedef int (*figure_fn)(const struct table *, struct text *out,
			 struct fault *);

struct figure_kind {
	const char *name;	/* "parity" */
	const char *wants;	/* the columns it reads, for --help */
	const char *shows;	/* one line, for --help */
	figure_fn draw;
};

extern const struct figure_kind figure_kinds[];
extern const int figure_kinds_nr;

const struct figure_kind *figure_find(const char *name);

#endif
