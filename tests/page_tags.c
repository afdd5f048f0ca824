#include "tests/page_tags.h"

#include <check.h>
#include <stdbool.h>
#include <string.h>

/* What may stand in the page, and nothing else: a cell adds no tag. */
static const char *const tags[] = { "!doctype", "html", "head", "meta",
	"title", "style", "body", "h1", "h2", "p", "input", "label", "span",
	"main", "svg", "rect", "line", "circle", "text", "table", "tr", "td",
	"th", "a", "article", "div", "blockquote", "small", "code" };

static const char *const attributes[] = { "html", "lang", "charset",
	"http-equiv", "content", "name", "type", "id", "checked", "for",
	"class", "width", "height", "role", "aria-label", "x", "y", "x1",
	"x2", "y1", "y2", "fill", "stroke", "stroke-width", "cx", "cy", "r",
	"text-anchor", "href" };

#define NR(a) ((int)(sizeof(a) / sizeof((a)[0])))

static bool among(const char *const *list, int nr, const char *s, size_t len)
{
	for (int i = 0; i < nr; i++)
		if (strlen(list[i]) == len && !memcmp(list[i], s, len))
			return true;
	return false;
}

/* Behind the tag that begins at s, "<". */
static const char *tag(const char *s)
{
	size_t len;

	s += 1 + (s[1] == '/');
	len = strcspn(s, " >/\n");
	ck_assert_msg(among(tags, NR(tags), s, len), "<%.30s", s);
	s += len;
	while (*s != '>') {
		char quote;

		s += strspn(s, " \n/");
		if (*s == '>')
			break;
		len = strcspn(s, "= >");
		ck_assert_msg(among(attributes, NR(attributes), s, len),
			      "attribute %.40s", s);
		s += len;
		if (*s != '=')
			continue;
		quote = s[1];
		ck_assert(quote == '\'' || quote == '"');
		s = strchr(s + 2, quote);
		ck_assert(s != NULL);
		s++;
	}
	return s + 1;
}

void page_walk(const char *page)
{
	for (const char *s = strchr(page, '<'); s; s = strchr(s, '<'))
		s = tag(s);
}
