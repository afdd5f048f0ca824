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

#endif
