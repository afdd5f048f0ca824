/*
 * untold: what a benchmark's file does not say and its rows need.
 */
#ifndef FIT_UNTOLD_H
#define FIT_UNTOLD_H

#include "base/fault.h"
#include "base/table.h"

/*
 * 0; or -1 and one fault at the row's line that names all of it: the GPU (with
 * the sheets that are called as the file's device is), or what a dispatched
 * row is, and how to say it.
 */
int untold_check(const struct table *, int row, struct fault *);

#endif
