#include "cmd/progress.h"

#include <stdio.h>
#include <unistd.h>

static void show(int done, int of)
{
	fprintf(stderr, "\r%d of %d", done, of);
	if (done == of)
		fprintf(stderr, "\r\033[K");	/* math: erase the line */
	fflush(stderr);
}

progress_fn progress_stderr(void)
{
	return isatty(STDERR_FILENO) ? show : NULL;
}
