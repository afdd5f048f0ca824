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
