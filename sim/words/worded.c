#include "words/worded.h"

#include <assert.h>
#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/near.h"

#define NR(a) ((int)(sizeof(a) / sizeof(*(a))))

/* Each is its place. */
static const char *const ones[] = { "zero", "one", "two", "three", "four",
	"five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
	"nineteen" };
/* From twenty on. */
static const char *const tens[] = { "twenty", "thirty", "forty", "fifty",
	"sixty", "seventy", "eighty", "ninety" };

/* Words, what is longer before what it begins with, and what they are: parts
   of one, and times it. */
struct worth { const char *words; double is; };

static const struct worth parts[] = {
	{ "halves|halved|half", 2 }, { "thirds|third", 3 },	/* math: */
	{ "quarters|quarter|fourths|fourth", 4 },		/* math: */
	{ "fifths|fifth", 5 }, { "sixths|sixth", 6 },		/* math: */
	{ "sevenths|seventh", 7 }, { "eighths|eighth", 8 },	/* math: */
	{ "ninths|ninth", 9 }, { "tenths|tenth", 10 },		/* math: */
	{ "twelfths|twelfth", 12 }, { "fifteenths|fifteenth", 15 }, /* math: */
	{ "sixteenths|sixteenth", 16 },				/* math: */
	{ "twentieths|twentieth", 20 },				/* math: */
	{ "thirtieths|thirtieth", 30 },				/* math: */
	{ "fortieths|fortieth", 40 }, { "fiftieths|fiftieth", 50 }, /* math: */
	{ "hundredths|hundredth", 100 },			/* math: */
	{ "thousandths|thousandth", 1000 },			/* math: */
}, multiples[] = {
	{ "twice|doubled|doubles|doubling|double", 2 },
	{ "thrice|tripled|triples|triple", 3 },			/* math: */
	{ "quadrupled|quadruple", 4 },				/* math: */
	{ "an order of magnitude|one order of magnitude", 10 },	/* math: */
	{ "hundredfold", 100 },					/* math: */
};

#define TEN 10		/* math: */
#define HUNDRED 100	/* math: */
#define DOZEN 12	/* math: */

/* The letters of the word that s begins with, when it ends there. */
static int whole(const char *s, const char *word)
{
	int n = near_begins(s, word);

	return n > 0 && !isalnum((unsigned char)s[n]) ? n : 0;
}

static const char *behind(const char *s)
{
	return s + strspn(s, " \t-");
}

/* Behind one of the list, which one into x; NULL: none. */
static const char *one_of(const char *s, const char *const *list, int nr,
			  double *x)
{
	for (int i = 0; i < nr; i++) {
		int n = whole(s, list[i]);

		if (n == 0)
			continue;
		*x = i;
		return s + n;
	}
	return NULL;
}

/* The same of words with what they are. */
static const char *worth_of(const char *s, const struct worth *list, int nr,
			    double *x)
{
	for (int i = 0; i < nr; i++) {
		int n = near_any(s, list[i].words);

		if (n == 0 || isalnum((unsigned char)s[n]))
			continue;
		*x = list[i].is;
		return s + n;
	}
	return NULL;
}

/* Behind any of the words given, and the blanks that follow; else s. */
static const char *skip(const char *s, const char *word)
{
	int n = whole(s, word);

	return n > 0 ? behind(s + n) : s;
}

static bool is_scale(const char *s)
{
	int n = near_any(s, "hundred|thousand|million|billion|trillion|dozen");

	return n > 0 && !isalnum((unsigned char)s[n]);
}

static const char *below_hundred(const char *s, double *x)
{
	const char *end = one_of(s, ones, NR(ones), x), *more;
	double one;

	if (end)
		return end;
	end = one_of(s, tens, NR(tens), x);
	if (!end)
		return NULL;
	*x = TEN * (*x + 2);
	more = one_of(behind(end), ones, TEN, &one);
	if (!more || one < 1)
		return end;
	*x += one;
	return more;
}

/* "two hundred and fifty", "a dozen", "a" before a thousand. */
static const char *below_thousand(const char *s, double *x)
{
	const char *end = below_hundred(s, x), *more;
	double rest;
	int n;

	if (!end) {
		more = skip(s, "an") > s ? skip(s, "an") : skip(s, "a");
		if (more == s || !is_scale(more))
			return NULL;
		end = more - 1;
		*x = 1;
	}
	n = whole(behind(end), "dozen");
	if (n > 0) {
		*x *= DOZEN;
		return behind(end) + n;
	}
	n = whole(behind(end), "hundred");
	if (n == 0)
		return end;
	end = behind(end) + n;
	*x *= HUNDRED;
	more = below_hundred(skip(behind(end), "and"), &rest);
	if (!more)
		return end;
	*x += rest;
	return more;
}

/* "2/3": of small whole numbers, less than one; NULL: not that. */
static const char *quotient(const char *s, double *x)
{
	char *end;
	long over, under;

	if (!isdigit((unsigned char)*s) || s[1] != '/' ||
	    !isdigit((unsigned char)s[2]))
		return NULL;
	over = *s - '0';
	under = strtol(s + 2, &end, TEN);
	if (over < 1 || over >= under || under > 16 ||	/* size: small */
	    isalnum((unsigned char)*end) || *end == '/' || *end == '.')
		return NULL;
	*x = (double)over / (double)under;
	return end;
}

/* "half", "a third", "two-thirds", "3/4". */
static const char *fraction(const char *s, double *x)
{
	const char *end = quotient(s, x), *part;
	double over = 1, under;

	if (end)
		return end;
	end = one_of(s, ones, NR(ones), &over);
	part = end ? behind(end) : skip(s, "a");
	end = worth_of(part, parts, NR(parts), &under);
	if (!end || over < 1 || over >= under)
		return NULL;
	*x = over / under;
	return end;
}

/* "twice", "tripled", "tenfold", "an order of magnitude". */
static const char *multiple(const char *s, double *x)
{
	const char *end = worth_of(s, multiples, NR(multiples), x);

	if (end)
		return end;
	for (int i = 2; i < NR(ones); i++) {
		int n = near_begins(s, ones[i]);
		int fold = n > 0 ? whole(behind(s + n), "fold") : 0;

		*x = i;
		if (fold > 0)
			return behind(s + n) + fold;
	}
	return NULL;
}

/* Behind "a" or "of a": what half is half of. NULL: of something known. */
static const char *half_of(const char *s)
{
	const char *of = skip(behind(s), "of");
	const char *a = skip(of, "an") > of ? skip(of, "an") : skip(of, "a");

	return a > of || is_scale(of) ? a : NULL;
}

/* Two and a half: behind it. */
static const char *and_a_half(const char *s, struct worded *w)
{
	const char *half = skip(skip(behind(s), "and"), "a");
	int n = whole(half, "half");

	if (n == 0 || half == behind(s))
		return s;
	w->value += 1 / 2.0;
	w->place = -1;
	return half + n;
}

static int zeros_of(double x)
{
	int n = 0;
	long i = (long)x;

	for (; i > 0 && i % TEN == 0; i /= TEN)
		n++;
	return n;
}

const char *worded_read(struct worded *w, const char *s)
{
	const char *end, *of;

	assert(w != NULL && s != NULL);
	*w = (struct worded){ .part = PART_NONE };
	end = multiple(s, &w->value);
	if (end) {
		w->part = PART_TIMES;
		return end;
	}
	end = fraction(s, &w->value);
	if (end) {
		w->place = -1;		/* as "0.5" is read, */
		for (double x = TEN * w->value; x < 1; x *= TEN)
			w->place--;	/* and "0.05" */
		of = half_of(end);
		w->part = of ? PART_NONE : PART_OF;
		return of ? of : end;
	}
	end = below_thousand(s, &w->value);
	if (!end)
		return NULL;
	end = and_a_half(end, w);
	if (w->place == 0)
		w->zeros = zeros_of(w->value);
	return end;
}
