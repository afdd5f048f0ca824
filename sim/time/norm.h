/*
 * norm: how the terms of a kernel's law are joined, (a^p + b^p + c^p)^(1/p);
 * p = 0 stands for the largest of them. Inline, as each op of a step asks.
 */
#ifndef TIME_NORM_H
#define TIME_NORM_H

#include <math.h>

enum norm {
	NORM_LARGEST,		/* p = 0, or only one term is there */
	NORM_SUM,		/* p = 1 */
	NORM_3_2,		/* p = 3/2 */
	NORM_3,			/* p = 3 */
	NORM_POWER,		/* any other */
	NORM_NR
};

/* fmax is a call, for NaN's sake, and there is none here. */
static inline double larger(double a, double b)
{
	return a > b ? a : b;
}

static inline double norm_largest(double a, double b, double c)
{
	return larger(a, larger(b, c));
}

/* x^(3/2) = x sqrt(x), and the 2/3rd power is the square of a cube root. */
static inline double norm_3_2(double a, double b, double c)
{
	double root = cbrt(a * sqrt(a) + b * sqrt(b) + c * sqrt(c));

	return root * root;
}

static inline double norm_3(double a, double b, double c)
{
	return cbrt(a * a * a + b * b * b + c * c * c);
}

static inline double norm_power(double p, double a, double b, double c)
{
	return pow(pow(a, p) + pow(b, p) + pow(c, p), 1 / p);
}

static inline enum norm norm_of(double p)
{
	return p == 0 ? NORM_LARGEST : p == 1 ? NORM_SUM :
	       p == 1.5 ? NORM_3_2 :	/* math: 3 / 2 */
	       p == 3 ? NORM_3 :	/* math: 3 */
	       NORM_POWER;
}

#endif
