/*
 * norm: how the terms of a kernel's law are joined, (a^p + b^p + c^p)^(1/p);
 * p = 0 stands for the largest of them. Inline, as each op of a step asks.
 */
#ifndef COST_NORM_H
#define COST_NORM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/larger.h"

/*
 * A double with 2^52 added has its whole part in its lowest bits; a third of
 * a double's bits is that of its exponent, and nearly so of the rest. One over
 * a root has that third less than four thirds of the exponent's bias; a little
 * less yet makes what is off least, 3.5 %.
 */
#define NORM_WHOLE 0x1p52		/* math: above */
#define NORM_WHOLE_BITS 0x4330000000000000u	/* math: its bits */
#define NORM_BIAS (0x1p40 * (1364 - 0.067))	/* math: 4/3 of 1023, less */
#define NORM_MOST 0x1p1000		/* math: t^3 has no room above */
#define NORM_THIRD (1 / 3.0)		/* math: the root of three */

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

/*
 * The third term of each is what norm_raise makes of it: of most kernels no
 * batch changes it.
 */
static inline double norm_largest(double a, double b, double c)
{
	return larger(a, larger(b, c));
}

/*
 * The cube root of x >= 0, to a unit in the last place; written without a
 * branch, a table or a division, so that a loop of it runs two at a time, and
 * with every compiler and library to the same bit. With y near 1 over the root
 * and r = 1 - x y^3, that is y (1 - r)^(-1/3), or
 *
 *	y (1 + r / 3 + 2 r^2 / 9 + 14 r^3 / 81 + ...)
 *
 * From 3.5 % off, three terms leave 2e-5 and then one of them 5e-10; the root
 * is x y^2, from which Newton's step, with y^2 for 1 over its square, leaves
 * rounding.
 */
static inline double norm_root3(double x)
{
	uint64_t bits;
	double y, r, more, square, t;

	memcpy(&bits, &x, sizeof(bits));
	bits = bits >> NORM_LOW | NORM_WHOLE_BITS;
	memcpy(&y, &bits, sizeof(y));
	y = (NORM_WHOLE - y) * NORM_THIRD + (NORM_WHOLE + NORM_BIAS);
	memcpy(&bits, &y, sizeof(bits));
	bits <<= NORM_LOW;
	memcpy(&y, &bits, sizeof(y));
	r = 1 - x * y * y * y;
	more = r * (2 / 9.0 + r * (14 / 81.0));	/* math: above */
	y += y * r * (NORM_THIRD + more);
	r = 1 - x * y * y * y;
	y += y * r * NORM_THIRD;
	square = y * y;
	t = x * square;
	t += (x - t * t * t) * (square * NORM_THIRD);
	return ((x > 0) & (x < NORM_MOST)) ? t : x;
}

/* x^(3/2) = x sqrt(x), and the 2/3rd power is the square of a cube root. */
static inline double norm_3_2(double a, double b, double c)
{
	double root = norm_root3(a * sqrt(a) + b * sqrt(b) + c);

	return root * root;
}

static inline double norm_3(double a, double b, double c)
{
	return norm_root3(a * a * a + b * b * b + c);
}

static inline double norm_power(double p, double a, double b, double c)
{
	return pow(pow(a, p) + pow(b, p) + c, 1 / p);
}

static inline enum norm norm_of(double p)
{
	return p == 0 ? NORM_LARGEST : p == 1 ? NORM_SUM :
	       p == 1.5 ? NORM_3_2 :	/* math: 3 / 2 */
	       p == 3 ? NORM_3 :	/* math: 3 */
	       NORM_POWER;
}

/* A term to its norm's power; mostly there is none. */
static inline double norm_raise(double p, double x)
{
	if (x == 0)
		return 0;
	switch (norm_of(p)) {
	case NORM_LARGEST:
	case NORM_SUM:
		return x;
	case NORM_3_2:
		return x * sqrt(x);
	case NORM_3:
		return x * x * x;
	default:
		return pow(x, p);
	}
}

/* The terms, the third of them raised, as their norm has it. */
static inline double norm_join(double p, double a, double b, double c)
{
	switch (norm_of(p)) {
	case NORM_LARGEST:
		return norm_largest(a, b, c);
	case NORM_SUM:
		return a + b + c;
	case NORM_3_2:
		return norm_3_2(a, b, c);
	case NORM_3:
		return norm_3(a, b, c);
	default:
		return norm_power(p, a, b, c);
	}
}

#endif
