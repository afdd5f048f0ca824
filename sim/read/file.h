/*
 * file: whole files in, whole files out.
 */
#ifndef READ_FILE_H
#define READ_FILE_H

#include "base/fault.h"
#include "base/text.h"

/* The file's bytes, NUL-terminated, appended to out. 0, or -1 and the fault. */
int file_read(const char *path, struct text *out, struct fault *);

/*
 * Write beside and rename: path holds the whole text or what it held before.
 * A device or pipe (/dev/stdout) is written in place.
 */
int file_write(const char *path, const struct text *, struct fault *);

#endif
