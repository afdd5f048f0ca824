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
	MOST_DECIMALS = 6,	/* size: of a number of fixed ones */
	EXACT_POWER = 22,	/* math: 10^22 is the last that is a double */
	LEAST_FIXED = -4	/* math: %g writes 0.0001 but 1e-05 */
};

/* Closer to a tie than this the rounding is left to printf. */
#define NEAR_TIE 1e-4	/* size: of the last digit */

static const double power[EXACT_POWER + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7,		/* math: */
	1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,	/* math: */
	1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };	/* math: */

/*
 * The decimal exponent of x > 0, or one too few: that of the power of two in
 * its bits; of a denormal number it is one that scaled() does not have.
 */
static int decimal_exponent(double x)
{
	const double log10_2 = 0.30102999566398120; /* math: */
	const int above = 400;	/* math: 2^-1075 is above 10^-400 */
	uint64_t bits;

	memcpy(&bits, &x, sizeof(bits));
	return (int)(((int)(bits >> 52) - 1023) * log10_2 +	/* math: */
		     above) - above;
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
	int64_t below;

	for (;; e++) {
		int k = digits - 1 - e;

		if (k > EXACT_POWER || -k > EXACT_POWER)
			return false;
		y = k >= 0 ? x * power[k] : x / power[-k];
		if (y < power[digits])
			break;
	}
	below = (int64_t)y;
	rest = y - (double)below;
	if (fabs(rest - 1.0 / 2) < NEAR_TIE + y * 1e-15) /* math: 2^-50 */
		return false;
	*m = (uint64_t)(below + (rest > 1.0 / 2));
	*exponent = e;
	if (*m == (uint64_t)power[digits]) {
		*m /= 10;	/* math: rounded up to a digit more */
		(*exponent)++;
	}
	return true;
}

/* So many digits of m, zeros in front. */
static void digits_of(uint64_t m, int digits, char *out)
{
	for (int i = digits - 1; i >= 0; i--, m /= 10)	/* math: */
		out[i] = (char)('0' + (int)(m % 10));	/* math: */
}

/* The digits of m, and how many are left without trailing zeros. */
static int spell(uint64_t m, int digits, char *out)
{
	int nr = digits;

	digits_of(m, digits, out);
	while (nr > 1 && out[nr - 1] == '0')
		nr--;
	return nr;
}

/* Each returns the end of what it wrote. */
static char *copy(char *out, const char *from, int nr)
{
	for (int i = 0; i < nr; i++)
		out[i] = from[i];
	return out + nr;
}

static char *zeros(char *out, int nr)
{
	while (nr-- > 0)
		*out++ = '0';
	return out;
}

static char *fixed(char *out, const char *digit, int nr, int exponent)
{
	int whole = exponent + 1;

	if (exponent < 0) {
		out = zeros(copy(out, "0.", 2), -whole);
		return copy(out, digit, nr);
	}
	if (nr <= whole)
		return zeros(copy(out, digit, nr), whole - nr);
	out = copy(out, digit, whole);
	*out++ = '.';
	return copy(out, digit + whole, nr - whole);
}

/* d.ddde+dd: an exponent of two digits, as scaled() lets none of three in. */
static char *scientific(char *out, const char *digit, int nr, int exponent)
{
	int size = abs(exponent);

	*out++ = digit[0];
	if (nr > 1) {
		*out++ = '.';
		out = copy(out, digit + 1, nr - 1);
	}
	*out++ = 'e';
	*out++ = exponent < 0 ? '-' : '+';
	*out++ = (char)('0' + size / 10);	/* math: */
	*out++ = (char)('0' + size % 10);	/* math: */
	return out;
}

char *text_digits(char *out, uint64_t n)
{
	char digit[TEXT_DIGITS];
	int nr = 0;

	do {
		digit[nr++] = (char)('0' + n % 10);	/* math: */
		n /= 10;				/* math: */
	} while (n);
	while (nr > 0)
		*out++ = digit[--nr];
	return out;
}

/* What most numbers of a table are. */
static void add_whole(struct text *t, uint64_t n)
{
	char *start = text_room(t, TEXT_DIGITS);

	text_wrote(t, (size_t)(text_digits(start, n) - start));
}

void text_number(struct text *t, double x, int digits)
{
	const size_t most = 2 * MOST_DIGITS + 8; /* size: -0.000 or e+22 */
	char digit[MOST_DIGITS], *start, *end;
	int exponent, nr;
	uint64_t m;

	assert(isfinite(x) && digits >= 1 && digits <= MOST_DIGITS);
	if (x >= 1 && x < INT32_MAX && x < power[digits] &&
	    x == (int32_t)x) {
		add_whole(t, (uint64_t)x);
		return;
	}
	if (!(x > 0 || x < 0)) {
		text_add(t, signbit(x) ? "-0" : "0");
		return;
	}
	if (!scaled(fabs(x), digits, &exponent, &m)) {
		text_addf(t, "%.*g", digits, x);
		return;
	}
	start = end = text_room(t, most);
	if (x < 0)
		*end++ = '-';
	nr = spell(m, digits, digit);
	end = exponent < LEAST_FIXED || exponent >= digits ?
		scientific(end, digit, nr, exponent) :
		fixed(end, digit, nr, exponent);
	text_wrote(t, (size_t)(end - start));
}

void text_fixed(struct text *t, double x, int decimals)
{
	const double most = 1e10;	/* size: a millionth is certain there */
	double y = x * power[decimals], rest;
	char *start, *end;
	uint64_t m;

	assert(decimals >= 0 && decimals <= MOST_DECIMALS);
	m = y >= 0 && y < most ? (uint64_t)y : 0;
	rest = y - (double)m;
	if (!(y >= 0 && y < most) || signbit(x) ||
	    fabs(rest - 1.0 / 2) < NEAR_TIE) {
		text_addf(t, "%.*f", decimals, x);
		return;
	}
	m += rest > 1.0 / 2;
	start = text_room(t, TEXT_DIGITS + MOST_DECIMALS + 1);
	end = text_digits(start, m / (uint64_t)power[decimals]);
	if (decimals) {
		*end++ = '.';
		digits_of(m % (uint64_t)power[decimals], decimals, end);
		end += decimals;
	}
	text_wrote(t, (size_t)(end - start));
}
