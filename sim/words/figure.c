#include "words/figure.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"
#include "words/change.h"
#include "words/money.h"
#include "words/tolerance.h"
#include "words/worded.h"

#define FAR 1e60	/* math: beyond it, or under its inverse, is no figure
			   of anything; products of five stay finite */

/* ---- words before and behind ---- */

/* What is longer stands before what it begins with. */
static const struct { const char *words; enum said said; } befores[] = {
	{ ">=|=>|>|\xe2\x89\xa5|no less than|not less than|no fewer than|"
	  "at least|more than|over|above|exceeding|from", SAID_LEAST },
	{ "<=|=<|<|\xe2\x89\xa4|no more than|not more than|at most|less than|"
	  "fewer than|under|below|within|sub-|sub ", SAID_MOST },
	{ "up to|as much as|as many as|as high as", SAID_UP_TO },
	{ "\xe2\x89\x88|\xe2\x88\xbc|~|approximately|approx.|approx|around|"
	  "about|roughly|nearly|almost|circa|ca.", SAID_AROUND },
	{ "==|=|between", SAID_PLAIN },
};

static const struct scale {
	const char *text;
	int power;		/* of ten */
	bool letter;		/* no letter may follow it */
} scales[] = {
	{ "hundred", 2, false },	/* math: */
	{ "thousand", 3, false },	/* math: */
	{ "million", 6, false },	/* math: */
	{ "billion", 9, false },	/* math: */
	{ "trillion", 12, false },	/* math: */
	{ "k", 3, true }, { "m", 6, true },	/* math: */
	{ "b", 9, true }, { "g", 9, true },	/* math: */
	{ "bn", 9, true }, { "mn", 6, true },	/* math: */
	{ "t", 12, true },	/* math: */
};

static const char *blanks(const char *s)
{
	return s + strspn(s, " \t");
}

static const char *before(const char *s, enum said *said)
{
	*said = SAID_PLAIN;
	for (unsigned i = 0; i < sizeof(befores) / sizeof(*befores); i++) {
		int n = near_any(s, befores[i].words);

		if (n == 0)
			continue;
		*said = befores[i].said;
		return blanks(s + n);
	}
	return s;
}

/* Of a single letter the case counts for m: 5m are no 5M. */
static const char *scale_of(const char *s, int *power)
{
	const char *word = blanks(s);

	*power = 0;
	for (unsigned i = 0; i < sizeof(scales) / sizeof(*scales); i++) {
		const char *from = scales[i].letter ? s : word;
		int n = near_begins(from, scales[i].text);

		if (n == 0 || (scales[i].letter &&
		    (isalpha((unsigned char)from[n]) || from[n] == '/')) ||
		    (n == 1 && *from == 'm'))
			continue;
		*power = scales[i].power;
		return from + n;
	}
	return s;
}

/* ---- one number ---- */

struct number {
	double value;
	int place;		/* of its last digit written */
	int zeros;		/* at the end of a whole number */
	int scale;		/* power of ten that a word or letter says */
	bool point;
	bool rough;		/* a half or a third, in words */
	enum part part;		/* of something else, or so many times it */
};

enum {
	DIGITS = 40,	/* size: of a number */
	GROUP = 3	/* math: digits between commas */
};

/* "12,5" and "0,125": a comma that no thousands stand behind is a point. */
static bool is_point(const char *s, const struct number *n, int at)
{
	size_t behind = *s == ',' ? strspn(s + 1, "0123456789") : 0;

	return !n->point && at > 0 && behind > 0 && s[1 + behind] != ',' &&
	       (behind != GROUP || (at == 1 && n->zeros == 1));
}

/* Digits with commas between threes, a point, an exponent, into plain. */
static const char *digits(const char *s, char *plain, struct number *n)
{
	int at = 0, group = -1;

	for (; at < DIGITS; s++) {
		if (isdigit((unsigned char)*s)) {
			plain[at++] = *s;
			n->zeros = *s == '0' ? n->zeros + 1 : 0;
			n->place -= n->point;
			if (group >= 0 && !n->point)
				group++;
		} else if ((*s == '.' && !n->point && s[1] != '.') ||
			   (group < 0 && is_point(s, n, at))) {
			n->point = true;
			plain[at++] = '.';
		} else if (*s == ',' && !n->point && at > 0 &&
			   (group < 0 || group == GROUP)) {
			group = 0;
		} else {
			break;
		}
	}
	plain[at] = '\0';
	if (at == 0 || at == DIGITS)
		return NULL;
	return group >= 0 && group != GROUP ? NULL : s;
}

/* Behind " x 10^" or " \xc3\x97 10^"; or NULL. */
static const char *times_ten(const char *s)
{
	const char *word = blanks(s);
	int n = near_any(word, "x|*|\xc3\x97");
	const char *ten = blanks(word + n);

	return n > 0 && strncmp(ten, "10^", strlen("10^")) == 0 ?
	       ten + strlen("10^") - 1 : NULL;
}

static const char *exponent(const char *s, int *power)
{
	const char *ten = times_ten(s);
	char *end;
	long e;

	*power = 0;
	if (ten)
		s = ten;
	else if (*s != 'e' && *s != 'E')
		return s;
	if (!isdigit((unsigned char)s[1]) &&
	    !((s[1] == '+' || s[1] == '-') && isdigit((unsigned char)s[2])))
		return s;
	e = strtol(s + 1, &end, 10);	/* math: decimal */
	if (e < -99 || e > 99)		/* math: two digits of exponent */
		return NULL;
	*power = (int)e;
	return end;
}

/* Behind a number in words; NULL: none. */
static const char *in_words(const char *s, struct number *n)
{
	struct worded w;

	s = worded_read(&w, s);
	if (s)
		*n = (struct number){ .value = w.value, .place = w.place,
			.zeros = w.zeros, .rough = w.place < 0,
			.part = w.part };
	return s;
}

/* NULL: none. */
static const char *number(const char *s, struct number *n)
{
	char plain[DIGITS + 1];
	const char *words;
	int power = 0;

	*n = (struct number){ 0 };
	s += money_sign(s);
	words = in_words(s, n);
	s = words ? words : digits(s, plain, n);
	if (!s || (!words && strcmp(plain, ".") == 0))
		return NULL;
	if (!words) {
		s = exponent(s, &power);
		n->value = strtod(plain, NULL);
	}
	if (!s)
		return NULL;
	s = n->part ? s : scale_of(s, &n->scale);
	power += n->scale;
	n->value *= pow(10.0, power);	/* math: */
	n->place += power;
	if (n->point)
		n->zeros = 0;
	return n->value <= FAR && (n->value >= 1 / FAR || !(n->value > 0)) ?
	       s : NULL;
}

/* ---- how far its digits go ---- */

static int order(double x)
{
	const double grain = 1e-12;	/* math: of log10 */

	return x > 0 ? (int)floor(log10(x) + grain) : 0;
}

static void spread(struct figure *f)
{
	double half = pow(10.0, f->place) / 2;	/* math: decimal places */

	if (f->said == SAID_AROUND)
		half = fmax(half, (f->shown == 1 ? TOLERANCE_ROUND :
				   TOLERANCE_AROUND) * f->value);
	f->low = fmax(f->value - half, 0);
	f->high = f->value + half;
	if (f->said == SAID_LEAST) {
		f->low = f->value;
		f->high = (double)INFINITY;
	}
	if (f->said == SAID_MOST) {
		f->low = 0;
		f->high = f->value;
	}
}

static void single(struct figure *f, const struct number *n)
{
	int two = order(n->value) - 1;

	f->value = n->value;
	f->place = n->place + n->zeros;
	f->shown = order(n->value) - f->place + 1;
	f->scaled = n->scale > 0;
	/* a whole number that ends in zeros has two digits at least */
	if (n->place >= 0 && n->value > 0 && f->place > two && !n->rough &&
	    (n->zeros > 0 || n->place > 0))
		f->place = two;
	f->digits = order(n->value) - f->place + 1;
	spread(f);
}

void figure_refine(struct figure *f, int place, int digits)
{
	int by_digits = order(f->value) - digits + 1;
	int loose = by_digits > place ? by_digits : place;

	assert(digits >= 0);
	if (f->said == SAID_RANGE || f->place <= 0)
		return;		/* every digit counts as it is */
	if (loose < 0)
		loose = 0;
	if (loose >= f->place)
		return;
	f->place = loose;
	f->digits = order(f->value) - loose + 1;
	spread(f);
}

/* ---- ranges ---- */

/* Where the second number of a range begins; or NULL. */
static const char *second(const char *s)
{
	int n;

	s = blanks(s);
	n = near_any(s, "..|-|\xe2\x80\x93|\xe2\x80\x94|to |and ");
	return n > 0 ? blanks(s + n) : NULL;
}

/*
 * "1.5x to 2x", "30 tok/s - 40 tok/s": behind the first number stands a unit,
 * and the same behind the second, or no range is meant. The second number into
 * b, behind it; NULL: none.
 */
static const char *second_unit(const char *s, struct number *b)
{
	const char *unit = blanks(s);

	for (const char *at = unit + 1; *unit && *at; at++) {
		const char *then = second(at), *end;
		size_t n = (size_t)(at - unit);

		if (!then)
			continue;
		while (n > 0 && unit[n - 1] == ' ')
			n--;
		end = number(then, b);
		if (!end)
			continue;
		end = blanks(end);
		for (size_t i = 0; end && i < n; i++)
			if (tolower((unsigned char)end[i]) !=
			    tolower((unsigned char)unit[i]))
				end = NULL;
		if (end && !isalnum((unsigned char)end[n]))
			return end;
	}
	return NULL;
}

static int range(struct figure *f, const struct number *a,
		 const struct number *b)
{
	f->said = SAID_RANGE;
	f->low = a->value;
	if (b->scale > 0 && a->scale == 0)	/* 30-40k */
		f->low *= pow(10.0, b->scale);	/* math: */
	f->high = b->value;
	f->value = (f->low + f->high) / 2;
	f->scaled = b->scale > 0;
	return f->low < f->high ? 0 : 1;
}

/* Does a word of the text stand in the list? */
static bool says(const char *text, const char *words)
{
	while (*text) {
		size_t n = strcspn(text, " ");

		if (near_is(text, n, words))
			return true;
		text = blanks(text + n);
	}
	return false;
}

/* What a part is of, the metric says; "a third less" is a change of 33 %. */
static void part_of(struct figure *f, struct number *n, enum change change)
{
	const double percent = 100;	/* units: of one */

	if (n->part == PART_NONE && change != CHANGE_NONE &&
	    *f->rest == '%')
		f->rest = change == CHANGE_LESS ? "% less" : "% more";
	if (n->part == PART_NONE)
		return;
	if (n->part == PART_TIMES) {
		f->rest = "x";
		return;
	}
	if (change != CHANGE_NONE)
		f->rest = change == CHANGE_LESS ? "% less" : "% more";
	else if (says(f->rest, "less|lower|fewer|smaller|cheaper|off|"
		      "reduction|saved|savings"))
		f->rest = "% less";
	else if (says(f->rest, "more|higher|faster|greater|better|increase"))
		f->rest = "% more";
	else
		f->rest = "of";
	if (*f->rest != '%')
		return;
	n->value *= percent;
	n->place += 2;
}

/* "+45%", "-30 %": so much more, so much less. */
static const char *signed_change(const char *s, enum change *change)
{
	int n = near_any(s, "+|-|\xe2\x88\x92");
	const char *end = s + n + strspn(s + n, "0123456789.");

	if (n == 0 || end == s + n || *blanks(end) != '%')
		return s;
	*change = *s == '+' ? CHANGE_MORE : CHANGE_LESS;
	return s + n;
}

/* "from 1.2 s to 0.4 s": it is where it fell to. */
static int fallen(struct figure *f, const struct number *to)
{
	f->said = SAID_PLAIN;
	single(f, to);
	return 0;
}

int figure_read(struct figure *f, const char *text)
{
	const char *s = blanks(text), *then;
	struct number a, b;
	enum change change;
	enum said said;

	assert(text);
	*f = (struct figure){ 0 };
	s = before(s, &said);
	s = change_read(s, &change);
	s = signed_change(s, &change);
	if (said == SAID_PLAIN)
		s = before(s, &said);
	f->said = said;
	s = number(s, &a);
	if (!s)
		return -1;
	then = second(s);
	if (then && *then == '-')
		return -1;
	if (then && (then = number(then, &b)) != NULL) {
		f->rest = blanks(then);
		return range(f, &a, &b);
	}
	if (!then && (then = second_unit(s, &b)) != NULL) {
		f->rest = then;
		if (said == SAID_LEAST && a.value > b.value)
			return fallen(f, &b);
		return range(f, &a, &b);
	}
	if (*s == '+') {
		s++;
		f->said = SAID_LEAST;
	}
	f->rest = blanks(s);
	part_of(f, &a, change);
	single(f, &a);
	return 0;
}

const char *figure_unit(const char *text)
{
	struct figure f;

	assert(text);
	return figure_read(&f, text) ? "" : f.rest;
}
