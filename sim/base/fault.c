#include "base/fault.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A quoted cell may hold a newline; a message is one line all the same. */
static void one_line(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ')
			*s = ' ';
}

int fault_at(struct fault *f, const char *file, int row, int column)
{
	size_t len = strlen(file);

	assert(row >= 0 && column >= 0);
	if (len >= sizeof(f->file))
		len = sizeof(f->file) - 1;
	memcpy(f->file, file, len);
	f->file[len] = f->what[0] = f->remedy[0] = f->about[0] = '\0';
	one_line(f->file);
	f->row = row;
	f->column = column;
	return -1;
}

int fault_about(struct fault *f, const char *name)
{
	snprintf(f->about, sizeof(f->about), "%s", name);
	return -1;
}

int fault_what(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, ap);
	va_end(ap);
	one_line(f->what);
	return -1;
}

int fault_remedy(struct fault *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f->remedy, sizeof(f->remedy), fmt, ap);
	va_end(ap);
	one_line(f->remedy);
	return -1;
}

int fault_option(struct fault *f, const char *option, const char *what,
		 const char *remedy)
{
	assert(option && *what && *remedy);
	fault_at(f, option, 0, 0);
	fault_what(f, "%s", what);
	return fault_remedy(f, "%s", remedy);
}

void fault_named(struct fault *f, const char *file, int row)
{
	struct fault own = *f;

	assert(file && row >= 0);
	if (f->row || !*f->file || f->file[0] == '-' || !row)
		return;
	fault_at(f, file, row, 0);
	fault_about(f, own.about);
	fault_what(f, "%s: %s", own.file, own.what);
	fault_remedy(f, "%s", own.remedy);
}

/* "3:9: ", "3: " or "" */
static void place(const struct fault *f, char *out, size_t size)
{
	if (f->row && f->column)
		snprintf(out, size, "%d:%d: ", f->row, f->column);
	else if (f->row)
		snprintf(out, size, "%d: ", f->row);
	else
		snprintf(out, size, "%s", f->file[0] ? " " : "");
}

void fault_print(const struct fault *f, char *out, int size)
{
	char at[32]; /* size: two ints and their colons */

	assert(size > 0);
	place(f, at, sizeof(at));
	snprintf(out, (size_t)size, "%s%s%s%s%s%s", f->file,
		 f->file[0] ? ":" : "", at, f->what,
		 f->remedy[0] ? "; " : "", f->remedy);
}

int fault_twice(struct fault *f, const char *name)
{
	fault_what(f, "\"%.40s\" is said twice", name);
	return fault_remedy(f, "say it once");
}
