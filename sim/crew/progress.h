/*
 * progress: a line on a terminal that says how far we are.
 */
#ifndef CREW_PROGRESS_H
#define CREW_PROGRESS_H

#include <stdint.h>

#include "base/text.h"

typedef void (*progress_fn)(int64_t done, int64_t of);

/*
 * NULL when stderr is no terminal. Time runs from this call; it shows nothing
 * in the first second.
 */
progress_fn progress_stderr(void);

/*
 * "300 of 1000, 2 min left": when done of them took so many seconds and the
 * others take as long each.
 */
void progress_words(int64_t done, int64_t of, double took_s, struct text *out);

#endif
