#include "cmd/emit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cmd/options.h"
#include "cmd/verb.h"
#include "read/file.h"

static int to_stdout(const struct text *t)
{
	if (t->len && fwrite(t->buf, 1, t->len, stdout) != t->len)
		return -1;
	return fflush(stdout);
}

int emit(struct text *t, const char *path, int status)
{
	struct fault why;

	if (path) {
		if (file_write(path, t, &why))
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

	if (!p->second_path)
		return emit(p->first, p->path, status);
	if (draft_make(&second, p->second_path, p->second, &why)) {
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
	status = pair_write(p, status);
	text_release(p->second);
	return status;
}
