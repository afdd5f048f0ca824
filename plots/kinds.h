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

#endif
