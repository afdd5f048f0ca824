#include "crew/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE_S 1.0		/* size: what is over sooner shows nothing */
#define BETWEEN_S 0.1		/* size: from one look to the next */

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;	/* units: ns */
}

static void show(int done, int of)
{
	static double next;
	static bool seen;
	double now = now_s();

	if (!(next > 0))
		next = now + PATIENCE_S;
	if (done == of && seen)
		fprintf(stderr, "\r\033[K");	/* math: erase the line */
	else if (done < of && now >= next)
		fprintf(stderr, "\r%d of %d", done, of);
	else
		return;
	seen = done < of;
	next = now + BETWEEN_S;
	fflush(stderr);
}

progress_fn progress_stderr(void)
{
	return isatty(STDERR_FILENO) ? show : NULL;
}
