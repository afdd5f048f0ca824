/*
 * norm: how the terms of a kernel's law are joined, (a^p + b^p + c^p)^(1/p);
 * p = 0 stands for the largest of them. Inline, as each op of a step asks.
 */
#ifndef TIME_NORM_H
#define TIME_NORM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/larger.h"

/*
 * A double with 2^52 added has its whole part in its lowest bits; a third of
 * a double's bits is that of its exponent, and nearly so of the rest. The
 * bits of one have the exponent's bias, two thirds of which are then missing;
 * a little less makes what is off least, 4 %.
 */
#define NORM_WHOLE 0x1p52		/* math: above */
#define NORM_WHOLE_BITS 0x4330000000000000u	/* math: its bits */
#define NORM_BIAS (0x1p40 * (682 - 0.033))	/* math: 2/3 of 1023, less */
#define NORM_MOST 0x1p1000		/* math: 8 x^3 has no room above */

enum {
	NORM_LOW = 12	/* math: bits of a double beyond a whole of 52 */
};

enum norm {
	NORM_LARGEST,		/* p = 0, or only one term is there */
	NORM_SUM,		/* p = 1 */
	NORM_3_2,		/* p = 3/2 */
	NORM_3,			/* p = 3 */
	NORM_POWER,		/* any other */
	NORM_NR
};

static inline double norm_largest(double a, double b, double c)
{
	return larger(a, larger(b, c));
}

/*
 * The cube root of x >= 0, to a unit in the last place; written without a
 * branch or a table, so that a loop of it runs two at a time, and with every
 * compiler and library to the same bit. From 4 % off, twice Halley's step
 * t (t^3 + 2 x) / (2 t^3 + x), which leaves 2/3 e^3 of an error of e: 4e-5,
 * 5e-14; then Newton's, which leaves rounding.
 */
static inline double norm_root3(double x)
{
	uint64_t bits;
	double t, cube;

	memcpy(&bits, &x, sizeof(bits));
	bits = bits >> NORM_LOW | NORM_WHOLE_BITS;
	memcpy(&t, &bits, sizeof(t));
	t = (t - NORM_WHOLE) * (1 / 3.0) +	/* math: the root of three */
	    (NORM_WHOLE + NORM_BIAS);
	memcpy(&bits, &t, sizeof(bits));
	bits <<= NORM_LOW;
	memcpy(&t, &bits, sizeof(t));
	cube = t * t * t;
	t *= (cube + 2 * x) / (2 * cube + x);
	cube = t * t * t;
	t *= (cube + 2 * x) / (2 * cube + x);
	t += (x / (t * t) - t) * (1 / 3.0);	/* math: above */
	return ((x > 0) & (x < NORM_MOST)) ? t : x;
}

/* x^(3/2) = x sqrt(x), and the 2/3rd power is the square of a cube root. */
static inline double norm_3_2(double a, double b, double c)
{
	double root = norm_root3(a * sqrt(a) + b * sqrt(b) + c * sqrt(c));

	return root * root;
}

static inline double norm_3(double a, double b, double c)
{
	return norm_root3(a * a * a + b * b * b + c * c * c);
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
