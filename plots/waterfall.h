/*
 * waterfall: bars that begin where the one above ended, a row each: what
 * ladder and versus are drawn with.
 */
#ifndef PLOTS_WATERFALL_H
#define PLOTS_WATERFALL_H

#include <stdbool.h>

#include "plots/legend.h"

#define FALLS_MAX 64
#define FALL_GROUPS 8

struct fall {
	const char *name;	/* not owned */
	double from, to;
	unsigned colour;
	bool is_total;		/* a dark bar from 0 to `to` */
	char after[24];		/* the column at the right; may be empty */
};

struct waterfall {
	struct heading heading;
	const char *x_label;
	const char *after;	/* head of the column at the right */
	const char *unit;	/* of the totals: "us" */
	struct fall fall[FALLS_MAX];
	int falls;
	struct legend_item legend[FALL_GROUPS];
	int legends;
	double mark;		/* a dashed line there; NaN: none */
	char mark_text[48];
};

void waterfall_draw(const struct waterfall *, struct text *out);

/* The colour of a group of mechanisms, entered into the legend once. */
unsigned waterfall_group(struct waterfall *, const char *group);

#endif
