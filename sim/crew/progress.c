#include "crew/progress.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "base/units.h"

#define PATIENCE_S 1.0		/* size: what is over sooner shows nothing */
#define BETWEEN_S 0.1		/* size: from one look to the next */
#define MANY 2			/* size: a unit that there are fewer of is told
				   by the next smaller */

static double started_s;

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;	/* units: ns */
}

void progress_words(int64_t done, int64_t of, double took_s, struct text *out)
{
	double left_s;

	assert(done >= 0 && done <= of && took_s >= 0);
	text_addf(out, "%" PRId64 " of %" PRId64, done, of);
	if (!done)
		return;
	left_s = took_s * (double)(of - done) / (double)done;
	if (left_s < MANY * MIN_S)
		text_addf(out, ", %.0f s left", ceil(left_s));
	else if (left_s < MANY * HOUR_S)
		text_addf(out, ", %.0f min left", ceil(left_s / MIN_S));
	else
		text_addf(out, ", %.0f h left", ceil(left_s / HOUR_S));
}

static void show(int64_t done, int64_t of)
{
	static double next;
	static bool seen;
	double now = now_s();
	struct text line = TEXT_INIT;

	if (!(next > 0))
		next = started_s + PATIENCE_S;
	if (done == of && seen)
		text_add(&line, "\r\033[K");	/* math: erase the line */
	else if (done < of && now >= next) {
		text_add(&line, "\r");
		progress_words(done, of, now - started_s, &line);
		text_add(&line, "\033[K");
	} else
		return;
	fputs(line.buf, stderr);
	text_release(&line);
	seen = done < of;
	next = now + BETWEEN_S;
	fflush(stderr);
}

progress_fn progress_stderr(void)
{
	started_s = now_s();
	return isatty(STDERR_FILENO) ? show : NULL;
}
