/*
 * progress: a line on a terminal that says how far we are.
 */
#ifndef CREW_PROGRESS_H
#define CREW_PROGRESS_H

typedef void (*progress_fn)(int done, int of);

/* NULL when stderr is no terminal. It shows nothing in the first second. */
progress_fn progress_stderr(void);

#endif
