/*
 * says: commands in a folder of a suite's own (tests/folder.h): what the last
 * of them said, and the rows that were read of it. says_open and says_close are
 * a checked fixture.
 */
#ifndef TESTS_SAYS_H
#define TESTS_SAYS_H

#include "base/table.h"
#include "tests/verbs.h"

extern struct said said;
extern struct table told;

void says_open(void);
void says_close(void);

/* verb_run; @x in the line is x in the folder. */
void asks(int (*verb)(int, char **), const char *line);

/* Its status, and a part of what it said on stdout and on stderr; NULL: any. */
void says(int status, const char *out, const char *err);

/* What it said on stdout as rows; a number of them, in a column there is. */
void told_rows(void);
double told_at(int row, const char *column);

#endif
