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

/* 00 to 99, one behind the other: what is below a hundred is looked up. */
static const char pairs[] =
	"00010203040506070809101112131415161718192021222324"
	"25262728293031323334353637383940414243444546474849"
	"50515253545556575859606162636465666768697071727374"
	"75767778798081828384858687888990919293949596979899";

/* So many digits of m, zeros in front. */
static void digits_of(uint64_t m, int digits, char *out)
{
	int i = digits;

	for (; i >= 2; m /= 100)		/* math: */
		memcpy(out + (i -= 2), pairs + 2 * (m % 100), 2); /* math: */
	if (i)
		out[0] = (char)('0' + (int)(m % 10));	/* math: */
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

/*
 * Each of what follows returns the end of what it wrote. There is room for
 * more, so whole buffers are moved and what is too much is written over.
 */
enum { MOVED = 16 /* size: the most digits, and one */ };

static char *fixed(char *out, const char *digit, int nr, int exponent)
{
	int whole = exponent + 1;

	if (exponent < 0) {
		memcpy(out, "0.000", sizeof("0.000") - 1);
		memcpy(out + 2 - whole, digit, MOVED);
		return out + 2 - whole + nr;
	}
	memcpy(out, digit, MOVED);	/* zeros that it ends with, too */
	if (nr <= whole)
		return out + whole;
	memcpy(out + whole + 1, digit + whole, MOVED);
	out[whole] = '.';
	return out + nr + 1;
}

/* d.ddde+dd: an exponent of two digits, as scaled() lets none of three in. */
static char *scientific(char *out, const char *digit, int nr, int exponent)
{
	int size = abs(exponent);

	*out++ = digit[0];
	if (nr > 1) {
		*out = '.';
		memcpy(out + 1, digit + 1, MOVED);
		out += nr;
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
	int at = TEXT_DIGITS;

	for (; n >= 10; n /= 100)			/* math: */
		memcpy(digit + (at -= 2), pairs + 2 * (n % 100), 2); /* math: */
	if (n || at == TEXT_DIGITS)
		digit[--at] = (char)('0' + n);
	memcpy(out, digit + at, (size_t)(TEXT_DIGITS - at));
	return out + TEXT_DIGITS - at;
}

char *text_spell(char *out, double x, int digits)
{
	char digit[2 * MOVED] = { 0 };
	int exponent, nr;
	uint64_t m;

	assert(isfinite(x) && digits >= 1 && digits <= MOST_DIGITS);
	if (x >= 1 && x < INT32_MAX && x < power[digits] &&
	    x == (int32_t)x)	/* what most numbers of a table are */
		return text_digits(out, (uint64_t)x);
	if (!(x > 0 || x < 0)) {
		*out = '-';
		out += signbit(x) != 0;
		*out = '0';
		return out + 1;
	}
	if (!scaled(fabs(x), digits, &exponent, &m))
		return out + snprintf(out, TEXT_SPELT, "%.*g", digits, x);
	if (x < 0)
		*out++ = '-';
	nr = spell(m, digits, digit);
	return exponent < LEAST_FIXED || exponent >= digits ?
		scientific(out, digit, nr, exponent) :
		fixed(out, digit, nr, exponent);
}

char *text_respell(struct text_spelt *kept, char *out, double x, int digits)
{
	if (!kept->len || memcmp(&kept->x, &x, sizeof(x))) {
		kept->x = x;
		kept->len = (int)(text_spell(kept->text, x, digits) -
				  kept->text);
	}
	memcpy(out, kept->text, TEXT_SPELT);
	return out + kept->len;
}

void text_number(struct text *t, double x, int digits)
{
	char *start = text_room(t, TEXT_SPELT);

	text_wrote(t, (size_t)(text_spell(start, x, digits) - start));
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
