#include "plots/svg.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/*
 * Not libplot's "Helvetica,sans-serif": font matching may resolve that list
 * to a font that is 15 % wider than the one libplot measured.
 */
#define FONTS "Arial,Helvetica,'Liberation Sans','Nimbus Sans',sans-serif"
#define FAMILY " font-family=\""
#define TRANSFORM "transform=\""

void svg_release(struct svg *s)
{
	for (int i = 0; i < s->words; i++)
		free(s->word[i].text);
	free(s->word);
	free(s->title);
	free(s->desc);
	memset(s, 0, sizeof(*s));
}

/* The length of the UTF-8 sequence at s, 0 when it is none. */
static int sequence(const unsigned char *s)
{
	int nr = *s < 0x80 ? 1 : *s < 0xc2 ? 0 : *s < 0xe0 ? 2 :
		    *s < 0xf0 ? 3 : *s < 0xf5 ? 4 : 0;

	for (int i = 1; i < nr; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xf0 && s[1] < 0x90))
		return 0;	/* longer than need be */
	if ((*s == 0xed && s[1] > 0x9f) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;	/* a surrogate, or beyond Unicode */
	if (*s == 0xef && s[1] == 0xbf && s[2] > 0xbd)
		return 0;	/* U+FFFE and U+FFFF are not XML */
	return nr;
}

/* XML allows neither control characters nor broken UTF-8. */
static char *sound(const char *text)
{
	char *copy = mem_copy(text), *s = copy;

	while (*s) {
		int nr = sequence((const unsigned char *)s);

		if (nr == 0)
			*s = '?';
		else if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = ' ';
		s += nr ? nr : 1;
	}
	return copy;
}

void svg_describe(struct svg *s, const char *title, const char *desc)
{
	free(s->title);
	free(s->desc);
	s->title = sound(title);
	s->desc = sound(desc);
}

struct svg_key svg_keep(struct svg *s, const char *text, const char *anchor)
{
	struct svg_key key;

	assert(s && text && anchor);
	s->word = mem_grow(s->word, s->words, &s->cap, sizeof(*s->word));
	s->word[s->words].text = sound(text);
	s->word[s->words].anchor = anchor;
	snprintf(key.text, sizeof(key.text), "#%d", s->words++);
	return key;
}

/*
 * Others than Latin-1 count as wide as an n. A backslash is libplot's own, and
 * its '-' is the minus sign of Adobe's ISO encoding, wider than a hyphen.
 */
char *svg_latin1(const char *utf8)
{
	char *copy = sound(utf8), *to = copy;
	const unsigned char *s = (const unsigned char *)copy;
	int nr;

	for (; *s; s += nr) {
		nr = sequence(s);	/* before it is written over */
		if (*s == '\\')
			*to++ = '/';
		else if (*s == '-')
			*to++ = '(';
		else if (*s < 0x80)
			*to++ = (char)*s;
		else if ((*s == 0xc2 && s[1] >= 0xa0) || *s == 0xc3)
			*to++ = (char)((*s & 0x03) << 6 | (s[1] & 0x3f));
		else
			*to++ = 'n';
	}
	*to = '\0';
	return copy;
}

static void write_head(const struct svg *s, struct text *out)
{
	text_add(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	text_addf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" "
		  "width=\"%g\" height=\"%g\" viewBox=\"0 0 %g %g\" "
		  "role=\"img\">\n", s->width, s->height, s->width, s->height);
	text_add(out, "<title>");
	text_xml(out, s->title ? s->title : "");
	text_add(out, "</title>\n<desc>");
	text_xml(out, s->desc ? s->desc : "");
	text_addf(out, "</desc>\n<rect width=\"%g\" height=\"%g\" "
		  "fill=\"white\"/>\n", s->width, s->height);
}

/* The group that holds all: from libplot's unit square to our pixels. */
static void write_group(const struct svg *s, const char *line, size_t len,
			struct text *out)
{
	const char *rest = strstr(line, TRANSFORM);

	if (rest && rest < line + len)
		rest = strchr(rest + strlen(TRANSFORM), '"') + 1;
	else
		rest = line + strlen("<g");	/* an empty page has none */
	text_addf(out, "<g transform=\"translate(0,%g) scale(1,-1)\" "
		  "font-family=\"" FONTS "\"", s->height);
	text_addn(out, rest, (size_t)(line + len - rest));
}

/* <text ... font-family="..." ...>#12</text> */
static void write_word(const struct svg *s, const char *line, size_t len,
		       struct text *out)
{
	const char *end = memchr(line, '>', len);
	const char *family = strstr(line, FAMILY);
	const struct svg_word *w;
	int nr;

	assert(end && family && family < end);
	nr = atoi(end + strlen(">#"));
	assert(nr >= 0 && nr < s->words);
	w = &s->word[nr];
	text_addn(out, line, (size_t)(family - line));
	family = strchr(family + strlen(FAMILY), '"') + 1;
	text_addn(out, family, (size_t)(end - family));
	text_addf(out, "text-anchor=\"%s\">", w->anchor);
	text_xml(out, w->text);
	text_add(out, "</text>\n");
}

void svg_write(const struct svg *s, const char *raw, struct text *out)
{
	const char *line, *next;
	bool inside = false;

	assert(s && raw && out);
	write_head(s, out);
	for (line = raw; *line; line = next) {
		size_t len = strcspn(line, "\n");

		len += line[len] == '\n';
		next = line + len;
		if (!strncmp(line, "<g ", 3)) {
			write_group(s, line, len, out);
			inside = true;
		} else if (inside && !strncmp(line, "<text ", 6)) {
			write_word(s, line, len, out);
		} else if (inside) {
			text_addn(out, line, len);
		}
	}
}
