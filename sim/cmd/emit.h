/*
 * emit: finished text leaves the program.
 */
#ifndef CMD_EMIT_H
#define CMD_EMIT_H

#include "base/text.h"

/*
 * To path, or to stdout when NULL, whole or not at all as far as the target
 * allows. Releases the text. Returns status, or EXIT_MALFORMED after saying
 * why it could not be written.
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
