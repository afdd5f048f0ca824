/*
 * emit: finished text leaves the program.
 */
#ifndef OPTIONS_EMIT_H
#define OPTIONS_EMIT_H

#include <stdbool.h>

#include "base/fault.h"
#include "base/text.h"

/* To stderr, what of it is cells as text_shown has it. */
__attribute__((format(printf, 1, 2)))
void emit_note(const char *fmt, ...);

/* NULL, "-" or "/dev/stdout", which opened anew would be written over. */
bool emit_is_stdout(const char *path);

/* Is each of these named once? Counted twice it would be believed twice. */
int emit_once(const char *const *file, int nr, struct fault *);

/* Whatever the case: PLOT.PNG ends in .png. */
bool emit_ends_in(const char *path, const char *ending);

/*
 * May these be written together? 0, or -1 and the fault: two of them lead to
 * one file or both to stdout, or text would get the name of a picture.
 */
struct emit_name {
	const char *option;	/* "-o", for the fault */
	const char *path;
};

int emit_allowed(const struct emit_name *, int nr, struct fault *);

/*
 * To path, or to stdout, whole or not at all as far as the target allows. What
 * was read is not written over. Releases the text. Returns status, or
 * EXIT_MALFORMED after saying why it could not be written.
 */
int emit(struct text *, const char *path, int status);

/*
 * A text and what belongs to it, in a second file. Neither is written unless
 * both can be; the first to path, or to stdout, then the second. second_path
 * NULL: the first alone. Releases both.
 */
struct pair {
	struct text *first;
	const char *path;
	struct text *second;
	const char *second_path;
};

int emit_pair(const struct pair *, int status);

#endif
