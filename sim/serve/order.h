/*
 * order: samples by their size, as millions of gaps between tokens need it.
 */
#ifndef SERVE_ORDER_H
#define SERVE_ORDER_H

#include "serve/run.h"

/* Ascending by s, which is no NaN; equal ones stay as they stood. */
void order_gaps(struct serve_gap *, int nr);

#endif
