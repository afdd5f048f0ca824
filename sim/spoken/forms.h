/*
 * forms: ways of saying a figure whose words stand about it or apart, and the
 * plain clause that says the same: "needs 2 s to the first token" is "TTFT
 * 2 s". One table.
 */
#ifndef SPOKEN_FORMS_H
#define SPOKEN_FORMS_H

#include <stddef.h>

/* text may not be out. */
void forms_plain(const char *text, char *out, size_t size);

#endif
