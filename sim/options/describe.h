/*
 * describe: a verb's options as a section of the man page, or for the shell's
 * completion, from the same table as its --help.
 */
#ifndef OPTIONS_DESCRIBE_H
#define OPTIONS_DESCRIBE_H

#include <argp.h>

/*
 * For `deeproof VERB --describe=man` (or bash), which `deeproof help` asks of
 * every verb: print and end the program. Else nothing happens. To be called
 * before argp_parse, with what it gets.
 */
void describe_if_asked(const struct argp *, int argc, char **argv);

/* What stands before and after the verbs' own parts. */
void describe_begin(const char *how);
void describe_end(const char *how);

/* Is there such a form? */
int describe_has(const char *how);

#endif
