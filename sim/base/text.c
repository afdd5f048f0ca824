#include "base/text.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_CAP = 256 /* size: bytes of a text that starts to grow */ };

void text_grow(struct text *t, size_t more)
{
	size_t need = t->len + more + 1;

	assert(need > t->cap);
	t->cap = need < FIRST_CAP ? FIRST_CAP : 2 * need;
	t->buf = mem_resize(t->buf, t->cap, 1);
}

void text_add(struct text *t, const char *s)
{
	text_addn(t, s, strlen(s));
}

void text_addn(struct text *t, const char *s, size_t len)
{
	char *to = text_room(t, len);

	if (len)
		memcpy(to, s, len);
	text_wrote(t, len);
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_addv(t, fmt, ap);
	va_end(ap);
}

void text_addv(struct text *t, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	assert(len >= 0);
	vsnprintf(text_room(t, (size_t)len), (size_t)len + 1, fmt, ap);
	text_wrote(t, (size_t)len);
}

/*
 * A reader trims bare cells, takes a line that starts with # for a comment and
 * one that starts with | for a row between bars, and drops a leading byte-order
 * mark, so those need quotes as well.
 */
static bool needs_quotes(const char *s, size_t len)
{
	static const char bom[] = "\xef\xbb\xbf"; /* units: U+FEFF */

	if (!len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (s[i] == ',' || s[i] == '"' || s[i] == '\r' ||
		    s[i] == '\n')
			return true;
	return strchr(" \t#|", s[0]) || strchr(" \t", s[len - 1]) ||
	       !strncmp(s, bom, sizeof(bom) - 1);
}

void text_cell(struct text *t, const char *s)
{
	size_t len = strlen(s);

	if (!needs_quotes(s, len)) {
		text_addn(t, s, len);
		return;
	}
	text_add(t, "\"");
	for (; *s; s++) {
		if (*s == '"')
			text_add(t, "\"");
		text_addn(t, s, 1);
	}
	text_add(t, "\"");
}

void text_shown(struct text *t, const char *s)
{
	static const char c1[] = "\xc2";	/* of U+0080 to U+009F */

	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		bool high = *s == *c1 && (s[1] & 0xe0) == 0x80;	/* units: */

		if (high)
			c = (unsigned char)*++s;
		if (high || c == 0x7f ||	/* units: DEL */
		    (c < ' ' && c != '\n' && c != '\t'))
			text_addf(t, "\\x%02x", c);
		else
			text_addn(t, s, 1);
	}
}

void text_xml(struct text *t, const char *s)
{
	for (; *s; s++) {
		if (*s == '&')
			text_add(t, "&amp;");
		else if (*s == '<')
			text_add(t, "&lt;");
		else if (*s == '>')
			text_add(t, "&gt;");
		else if (*s == '"')
			text_add(t, "&quot;");
		else
			text_addn(t, s, 1);
	}
	text_addn(t, "", 0);
}

void text_join(char *out, size_t size, const char *const *words)
{
	size_t len = 0;

	assert(size > 0);
	for (; *words; words++) {
		size_t more = strlen(*words), room = size - 1 - len;

		if (more > room)
			more = room;
		memcpy(out + len, *words, more);
		len += more;
	}
	out[len] = '\0';
}

void text_list(char *list, size_t size, const char *between,
	       const char *fmt, ...)
{
	size_t at = strlen(list);
	va_list ap;

	assert(at < size);
	if (at > 0)
		snprintf(list + at, size - at, "%s", between);
	at = strlen(list);
	va_start(ap, fmt);
	vsnprintf(list + at, size - at, fmt, ap);
	va_end(ap);
}

uint32_t text_hash(const char *s)
{
	uint32_t hash = 2166136261u;	/* math: FNV's offset */

	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) *
		       16777619u;	/* math: FNV's prime */
	return hash;
}

void text_release(struct text *t)
{
	free(t->buf);
	*t = (struct text)TEXT_INIT;
}

char *text_bare(char *s)
{
	size_t len;

	assert(s);
	s += strspn(s, " \t");
	len = strlen(s);
	while (len && strchr(" \t", s[len - 1]))
		s[--len] = '\0';
	return s;
}

bool text_said(const char *pairs, const char *here, const char *name)
{
	size_t len = strlen(name);

	assert(pairs && here && name);
	while (pairs < here) {
		pairs += strspn(pairs, " ");
		if (!strncmp(pairs, name, len) &&
		    pairs[len + strspn(pairs + len, " ")] == '=')
			return true;
		pairs += strcspn(pairs, ";,");
		pairs += *pairs != '\0';
	}
	return false;
}
