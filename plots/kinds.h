/*
 * kinds: the figures there are, one file each; figure.c lists them.
 */
#ifndef PLOTS_KINDS_H
#define PLOTS_KINDS_H

#include "plots/figure.h"

int roofline_draw(const struct table *, struct text *out, struct fault *);
int parity_draw(const struct table *, struct text *out, struct fault *);
int ep_draw(const struct table *, struct text *out, struct fault *);
int traffic_draw(const struct table *, struct text *out, struct fault *);
int ladder_draw(const struct table *, struct text *out, struct fault *);
int waits_draw(const struct table *, struct text *out, struct fault *);
int versus_draw(const struct table *, struct text *out, struct fault *);
int sensitivity_draw(const struct table *, struct text *out, struct fault *);
int timeline_draw(const struct table *, struct text *out, struct fault *);
int latency_draw(const struct table *, struct text *out, struct fault *);
int pareto_draw(const struct table *, struct text *out, struct fault *);
int panels_draw(const struct table *, struct text *out, struct fault *);
int lines_draw(const struct table *, struct text *out, struct fault *);
int occupancy_draw(const struct table *, struct text *out, struct fault *);

#endif
