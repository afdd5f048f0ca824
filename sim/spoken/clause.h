/*
 * clause: a part of a sentence with one figure in it, by the words about it and
 * by what was found before: "P50 210 ms", "4K in", "169.3 per GPU".
 */
#ifndef SPOKEN_CLAUSE_H
#define SPOKEN_CLAUSE_H

#include <stdbool.h>

#include "spoken/sides.h"

/* False: it is of nothing that is known. */
bool clause_read(const struct scan *, const char *clause, struct given *);

#endif
