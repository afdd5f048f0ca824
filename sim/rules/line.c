#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/rule.h"

enum { LONG = 5 /* size: digits that are hard to read in one */ };

/* Digits, a point, an exponent: how many characters; plain: digits alone. */
static size_t number_at(const char *s, bool *plain)
{
	size_t n = strspn(s, "0123456789"), more;

	*plain = true;
	if (n == 0)
		return 0;
	if (s[n] == '.' && isdigit((unsigned char)s[n + 1])) {
		*plain = false;
		n += 1 + strspn(s + n + 1, "0123456789");
	}
	if (s[n] != 'e' || (s[n + 1] != '+' && s[n + 1] != '-'))
		return n;
	more = strspn(s + n + 2, "0123456789");
	if (more == 0)
		return n;
	*plain = false;
	return n + 2 + more;
}

static bool hard(const char *s, size_t n, bool plain)
{
	return plain ? n >= LONG : memchr(s, 'e', n) != NULL;
}

static bool is_part(char c)
{
	return isalnum((unsigned char)c) || strchr("_-,./:", c) != NULL;
}

static void add(struct text *t, const char *s, size_t n, bool plain)
{
	char number[48];	/* size: a number */

	if (!hard(s, n, plain)) {
		text_addn(t, s, n);
		return;
	}
	quantity_human(strtod(s, NULL), number, sizeof(number));
	text_add(t, number);
}

static void rewrite(char *line, size_t size)
{
	struct text t = TEXT_INIT;
	char before = ' ';

	for (const char *s = line; *s;) {
		bool plain;
		size_t n = number_at(s, &plain);

		if (n == 0 || (before && is_part(before))) {
			text_addn(&t, s, 1);
			before = *s++;
			continue;
		}
		add(&t, s, n, plain);
		s += n;
		before = s[-1];
	}
	snprintf(line, size, "%s", t.len ? t.buf : "");
	text_release(&t);
}

/* What nothing was divided into: "inf times" is as many as it gets. */
static void finite(char *line, size_t size)
{
	static const char inf[] = "inf";
	char number[48];	/* size: a number */

	for (char *s = strstr(line, inf); s; s = strstr(s + 1, inf)) {
		char rest[640];		/* size: the longest line */
		const char *behind = s + strlen(inf);

		if ((s > line && is_part(s[-1])) ||
		    isalnum((unsigned char)*behind))
			continue;
		snprintf(rest, sizeof(rest), "%s", behind);
		quantity_human((double)INFINITY, number, sizeof(number));
		snprintf(s, size - (size_t)(s - line), "%s%s", number, rest);
	}
}

/* A line is cut where it is full, between characters of UTF-8. */
static void whole_characters(char *line)
{
	size_t n = strlen(line);

	while (n > 0 && (line[n - 1] & 0xc0) == 0x80)	/* size: UTF-8 */
		n--;
	if (n > 0 && (line[n - 1] & 0x80))		/* size: UTF-8 */
		line[n - 1] = '\0';
}

void finding_line(char *line, int size, const char *fmt, ...)
{
	assert(size > 0 && fmt);
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, (size_t)size, fmt, ap);
	va_end(ap);
	if (n >= size)
		whole_characters(line);
	finite(line, (size_t)size);
	for (const char *s = line; *s; s++)
		if (isdigit((unsigned char)s[0]) &&
		    (s[1] == 'e' || isdigit((unsigned char)s[1]))) {
			rewrite(line, (size_t)size);
			return;
		}
}
