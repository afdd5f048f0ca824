/*
 * dots: the ops of a step as points of a roofline, and the roofs over them.
 */
#ifndef PLOTS_DOTS_H
#define PLOTS_DOTS_H

#include "base/fault.h"
#include "base/table.h"

#define ROOFS_MAX 8
#define BOUNDS_MAX 8

struct dot {
	int row;
	double intensity;	/* FLOP/B */
	double flops;		/* reached, FLOP/s */
	double share;		/* of the step's time; NaN: not known */
	double weight;		/* the share, or the time, for the order */
	unsigned colour;	/* of its bound */
};

/* One compute roof; number formats of the same peak share it. */
struct roof {
	char name[64];		/* "BF16", "FP8, FP4" */
	double peak_flops;
};

struct dots {
	const struct table *table;	/* not owned */
	struct dot *dot;		/* owned; the heaviest first */
	int nr;
	struct roof roof[ROOFS_MAX];
	int roofs;
	double hbm_Bps;
};

struct bound {
	const char *name, *text;
	unsigned colour;
};

extern const struct bound dots_bounds[];
extern const int dots_bounds_nr;

/*
 * Rows without a positive intensity and rate are left out. 0, or -1 and a
 * fault; release in either case.
 */
int dots_read(struct dots *, const struct table *, struct fault *);
void dots_release(struct dots *);

#endif
