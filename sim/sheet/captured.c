#include "sheet/captured.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/units.h"

#define MOST 1e6	/* size: beyond it a batch is a slip */

static int whole(const char *text, size_t len, double *x)
{
	if (units_number_of(text, len, x))
		return -1;
	return *x >= 1 && *x <= MOST && *x == floor(*x) ? 0 : -1;
}

/* "8", or "8..256+8", of len characters. */
static int one(struct captured *c, const char *text, size_t len)
{
	const char *dots = NULL, *plus = memchr(text, '+', len);
	double from, to, by = 1;

	for (size_t i = 0; i + 1 < len && !dots; i++)
		if (text[i] == '.' && text[i + 1] == '.')
			dots = text + i;
	if (c->nr == CAPTURED_RUNS || !dots != !plus || plus < dots)
		return -1;
	if (whole(text, dots ? (size_t)(dots - text) : len, &from))
		return -1;
	to = from;
	if (dots && (whole(dots + 2, (size_t)(plus - dots - 2), &to) ||
		     whole(plus + 1, len - (size_t)(plus + 1 - text), &by)))
		return -1;
	if (to < from || (c->nr > 0 && from <= c->run[c->nr - 1].to))
		return -1;
	c->run[c->nr].from = from;
	c->run[c->nr].to = from + floor((to - from) / by) * by;
	c->run[c->nr++].by = by;
	return 0;
}

int captured_parse(struct captured *c, const char *text)
{
	assert(c && text);
	c->nr = 0;
	for (const char *p = text; *p; p += *p == ' ') {
		size_t len = strcspn(p, " ");

		if (one(c, p, len))
			return -1;
		p += len;
	}
	return c->nr > 0 ? 0 : -1;
}

double captured_size(const struct captured *c, double n)
{
	assert(n > 0 && c->nr <= CAPTURED_RUNS);
	for (int i = 0; i < c->nr; i++) {
		double from = c->run[i].from, by = c->run[i].by;

		if (n <= from)
			return from;
		if (n <= c->run[i].to)
			return from + ceil((n - from) / by) * by;
	}
	return n;
}
