#include "read/apart.h"

#include <ctype.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

char apart_by(const char *line, size_t len, char *other)
{
	static const char signs[] = ";\t|";
	bool quoted = false, has[sizeof(signs) - 1] = { false };
	char by = ',';

	*other = 0;
	while (len > 0 && strchr(blanks, *line) && *line != '\t')
		line++, len--;
	if (len > 0 && *line == '|')
		return '|';
	for (size_t i = 0; i < len; i++) {
		const char *at = line[i] ? strchr(signs, line[i]) : NULL;

		quoted ^= line[i] == '"';
		if (!quoted && line[i] == ',')
			return ',';
		if (!quoted && at)
			has[at - signs] = true;
	}
	for (size_t i = 0; i < sizeof(has); i++) {
		if (!has[i])
			continue;
		if (by == ',')
			by = signs[i];
		else
			*other = signs[i];
	}
	return by;
}

char apart_said(const char *line, size_t len)
{
	const char said[] = "sep=";
	const size_t n = sizeof(said) - 1;

	if (len <= n || strncmp(line, said, n) || !strchr(",;\t", line[n]))
		return 0;
	for (size_t i = n + 1; i < len; i++)
		if (!strchr(blanks, line[i]))
			return 0;
	return line[n];
}

const char *apart_name(char sign)
{
	return sign == ';' ? "semicolon" : sign == '\t' ? "tab" :
	       sign == '|' ? "bar" : "comma";
}

char apart_instead(const char *cell, char sign)
{
	const char *at = strpbrk(cell, ";\t|");

	if (sign != ',')
		at = strchr(cell, ',');
	return at && *at != sign ? *at : 0;
}

bool apart_has_decimal(const char *cell)
{
	const size_t group = 3;		/* math: digits of a thousand */
	const char *comma = strchr(cell, ','), *from = comma;
	size_t n = comma ? strspn(comma + 1, "0123456789") : 0;

	if (n == 0 || n == group || strchr(comma + 1, ','))
		return false;
	while (from > cell && (isdigit((unsigned char)from[-1]) ||
			       from[-1] == '.'))
		from--;
	return from < comma && (from == cell ||
				!isalpha((unsigned char)from[-1]));
}

/* Without blanks at both ends, and the marks of what is set bold or as code. */
static size_t cut(const char **s, const char *end)
{
	while (*s < end && strchr(" \t\r\n*`", **s))
		++*s;
	while (end > *s && strchr(" \t\r\n*`", end[-1]))
		end--;
	return (size_t)(end - *s);
}

void bars_cells(const char *line, size_t len,
		void (*cell)(const char *, size_t len, void *of), void *of)
{
	const char *end = line + len, *from;

	while (line < end && strchr(blanks, *line))
		line++;
	while (end > line && strchr(blanks, end[-1]))
		end--;
	line += line < end && *line == '|';
	end -= end > line && end[-1] == '|';
	for (from = line; line <= end; line++) {
		size_t n;

		if (line < end && *line != '|')
			continue;
		n = cut(&from, line);
		cell(from, n, of);
		from = line + 1;
	}
}

bool bars_is_rule(const char *line, size_t len)
{
	bool dash = false;

	for (size_t i = 0; i < len; i++) {
		if (!strchr("|-: \t\r\n", line[i]))
			return false;
		dash |= line[i] == '-';
	}
	return dash;
}
