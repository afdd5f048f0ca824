#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
	MOST_DIGITS = 15,	/* size: a double has as many */
	EXACT_POWER = 22,	/* math: 10^22 is the last that is a double */
	LEAST_FIXED = -4	/* math: %g writes 0.0001 but 1e-05 */
};

/* Closer to a tie than this the rounding is left to printf. */
#define NEAR_TIE 1e-4	/* size: of the last digit */

static const double power[EXACT_POWER + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,		/* math: */
	1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,	/* math: */
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };	/* math: */

/* The decimal exponent of x > 0, or one too few. */
static int decimal_exponent(double x)
{
	const double log10_2 = 0.30102999566398120; /* math: */
	int e;

	(void)frexp(x, &e);
	return (int)floor((e - 1) * log10_2);
}

/*
 * x > 0 as m x 10^(exponent + 1 - digits), m of that many digits. false where
 * one rounding of a double may not be the right one.
 *
 * x 10^k or x / 10^-k with an exact power rounds once, by 2^-53 of the value:
 * of at most 10^15 that is a ninth of the last digit, and of 10^10 a
 * millionth.
 */
static bool scaled(double x, int digits, int *exponent, uint64_t *m)
{
	int e = decimal_exponent(x);
	double y, rest;

	for (;; e++) {
		int k = digits - 1 - e;

		if (k > EXACT_POWER || -k > EXACT_POWER)
			return false;
		y = k >= 0 ? x * power[k] : x / power[-k];
		if (y < power[digits])
			break;
	}
	rest = y - floor(y);
	if (fabs(rest - 1.0 / 2) < NEAR_TIE + y * 1e-15) /* math: 2^-50 */
		return false;
	*m = (uint64_t)(rest < 1.0 / 2 ? y : y + 1);
	*exponent = e;
	if (*m == (uint64_t)power[digits]) {
		*m /= 10;	/* math: rounded up to a digit more */
		(*exponent)++;
	}
	return true;
}

/* The digits of m, and how many are left without trailing zeros. */
static int spell(uint64_t m, int digits, char *out)
{
	int nr = digits;

	for (int i = digits - 1; i >= 0; i--, m /= 10)	/* math: */
		out[i] = (char)('0' + (int)(m % 10));	/* math: */
	while (nr > 1 && out[nr - 1] == '0')
		nr--;
	return nr;
}

static void fixed(struct text *t, const char *digit, int nr, int exponent)
{
	static const char zeros[] = "0000000000000000";
	int whole = exponent + 1;

	if (exponent < 0) {
		text_addn(t, "0.", 2);
		text_addn(t, zeros, (size_t)(-exponent - 1));
		text_addn(t, digit, (size_t)nr);
	} else if (nr <= whole) {
		text_addn(t, digit, (size_t)nr);
		text_addn(t, zeros, (size_t)(whole - nr));
	} else {
		text_addn(t, digit, (size_t)whole);
		text_addn(t, ".", 1);
		text_addn(t, digit + whole, (size_t)(nr - whole));
	}
}

/* d.ddde+dd: an exponent of two digits, as scaled() lets none of three in. */
static void scientific(struct text *t, const char *digit, int nr, int exponent)
{
	int size = abs(exponent);
	char tail[] = { 'e', exponent < 0 ? '-' : '+',
		(char)('0' + size / 10), (char)('0' + size % 10) }; /* math: */

	text_addn(t, digit, 1);
	if (nr > 1) {
		text_addn(t, ".", 1);
		text_addn(t, digit + 1, (size_t)nr - 1);
	}
	text_addn(t, tail, sizeof(tail));
}

void text_number(struct text *t, double x, int digits)
{
	char digit[MOST_DIGITS];
	int exponent, nr;
	uint64_t m;

	assert(isfinite(x) && digits >= 1 && digits <= MOST_DIGITS);
	if (x > 0 || x < 0) {
		if (!scaled(fabs(x), digits, &exponent, &m)) {
			text_addf(t, "%.*g", digits, x);
			return;
		}
		if (x < 0)
			text_addn(t, "-", 1);
		nr = spell(m, digits, digit);
		if (exponent < LEAST_FIXED || exponent >= digits)
			scientific(t, digit, nr, exponent);
		else
			fixed(t, digit, nr, exponent);
	} else {
		text_add(t, signbit(x) ? "-0" : "0");
	}
}
