#include "options/emit.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "options/options.h"
#include "options/verb.h"
#include "read/file.h"

static int to_stdout(const struct text *t)
{
	if (t->len && fwrite(t->buf, 1, t->len, stdout) != t->len)
		return -1;
	return fflush(stdout);
}

void emit_note(const char *fmt, ...)
{
	struct text said = TEXT_INIT, shown = TEXT_INIT;
	va_list ap;

	assert(fmt);
	va_start(ap, fmt);
	text_addv(&said, fmt, ap);
	va_end(ap);
	text_shown(&shown, said.len ? said.buf : "");
	fputs(shown.len ? shown.buf : "", stderr);
	text_release(&said);
	text_release(&shown);
}

bool emit_is_stdout(const char *path)
{
	return !path || strcmp(path, "-") == 0 ||
	       strcmp(path, "/dev/stdout") == 0;
}

bool emit_ends_in(const char *path, const char *ending)
{
	size_t len = strlen(path), tail = strlen(ending);

	assert(ending && *ending);
	return len > tail && strcasecmp(path + len - tail, ending) == 0;
}

/* Text is no picture, whatever its name says. */
static int picture(const char *path, struct fault *why)
{
	static const char *const ending[] = { ".png", ".pdf", ".jpg", ".jpeg",
		".gif", ".eps", ".ps", ".webp" };

	for (unsigned i = 0; i < sizeof(ending) / sizeof(*ending); i++) {
		if (!emit_ends_in(path, ending[i]))
			continue;
		fault_at(why, path, 0, 0);
		fault_what(why, "what is written here is no %s", ending[i]);
		return fault_remedy(why, "only deeproof plot draws, to .svg, "
				    ".png or .pdf");
	}
	return 0;
}

/* The folder that a path lies in, as the system calls it; owned, or NULL. */
static char *folder(const char *path)
{
	struct text of = TEXT_INIT;
	const char *slash = strrchr(path, '/');
	char *name;

	text_addn(&of, path, slash ? (size_t)(slash - path) : 0);
	text_add(&of, slash ? "/" : ".");
	name = realpath(of.buf, NULL);
	text_release(&of);
	return name;
}

/* Do two names lead to one file, be it there yet or not? */
static bool same(const char *a, const char *b)
{
	const char *x, *y;
	struct stat s, t;
	char *here, *there;
	bool is;

	if (emit_is_stdout(a) || emit_is_stdout(b))
		return emit_is_stdout(a) && emit_is_stdout(b);
	if (!stat(a, &s) && !stat(b, &t))
		return s.st_dev == t.st_dev && s.st_ino == t.st_ino &&
		       S_ISREG(s.st_mode);
	x = strrchr(a, '/');
	y = strrchr(b, '/');
	here = folder(a);
	there = folder(b);
	is = here && there && strcmp(here, there) == 0 &&
	     strcmp(x ? x + 1 : a, y ? y + 1 : b) == 0;
	free(here);
	free(there);
	return is;
}

int emit_once(const char *const *file, int nr, struct fault *why)
{
	assert(nr >= 0);
	assert(file && nr >= 0);
	for (int i = 1; i < nr; i++)
		for (int j = 0; j < i; j++) {
			if (!same(file[i], file[j]))
				continue;
			fault_at(why, file[i], 0, 0);
			fault_what(why, "the file is named twice");
			return fault_remedy(why, "name it once: twice would "
					    "count twice");
		}
	return 0;
}

int emit_allowed(const struct emit_name *out, int nr, struct fault *why)
{
	assert(nr >= 0);
	for (int i = 0; i < nr; i++) {
		if (!emit_is_stdout(out[i].path) && picture(out[i].path, why))
			return -1;
		for (int j = 0; j < i; j++) {
			if (!same(out[i].path, out[j].path))
				continue;
			fault_at(why, out[i].option, 0, 0);
			fault_what(why, "%s and %s would write over each "
				   "other", out[j].option, out[i].option);
			return fault_remedy(why, "name another file");
		}
	}
	return 0;
}

int emit(struct text *t, const char *path, int status)
{
	struct fault why;

	assert(status >= 0 && status <= 2);
	if (!emit_is_stdout(path)) {
		if (file_was_read(path, &why) || file_write(path, t, &why))
			status = options_fault(&why);
	} else if (to_stdout(t)) {
		fprintf(stderr, "deeproof: cannot write the output: %s\n",
			strerror(errno));
		status = EXIT_MALFORMED;
	}
	text_release(t);
	return status;
}

static int pair_write(const struct pair *p, int status)
{
	struct draft second;
	struct fault why;

	if (!p->second_path)	/* not asked for */
		return emit(p->first, p->path, status);
	if (emit_is_stdout(p->second_path)) {
		status = emit(p->first, p->path, status);
		return emit(p->second, NULL, status);
	}
	if (file_was_read(p->second_path, &why) ||
	    draft_make(&second, p->second_path, p->second, &why)) {
		text_release(p->first);
		return options_fault(&why);
	}
	if (emit(p->first, p->path, EXIT_YES) != EXIT_YES) {
		draft_drop(&second);
		return EXIT_MALFORMED;
	}
	return draft_keep(&second, &why) ? options_fault(&why) : status;
}

int emit_pair(const struct pair *p, int status)
{
	assert(status >= 0 && status <= 2);
	status = pair_write(p, status);
	text_release(p->second);
	return status;
}
