/*
 * larger: of two numbers of which neither is NaN. fmax and fmin are calls, for
 * NaN's sake, and so is hypot, for that of squares without room. Inline, as
 * each op of a step asks. And their order.
 */
#ifndef BASE_LARGER_H
#define BASE_LARGER_H

#include <math.h>

static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

static inline double lesser(double a, double b)
{
	return a < b ? a : b;
}

/* The standard deviation of a sum of two that vary by themselves. */
static inline double both_sd(double a, double b)
{
	return sqrt(a * a + b * b);
}

/* Of doubles, for qsort. */
static inline int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

#endif
