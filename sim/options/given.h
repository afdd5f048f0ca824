/*
 * given: a verb's command line through argp, its options spelt as people
 * spell them.
 */
#ifndef OPTIONS_GIVEN_H
#define OPTIONS_GIVEN_H

#include <argp.h>

#include "base/fault.h"

/*
 * Parse. argv[0] is "deeproof VERB"; its words may be changed in place. Ends
 * the program: with 2 and one sentence where an option or a value is none, with
 * 0 after --help and after what describe.h answers.
 */
void given_parse(const struct argp *, int argc, char **argv, void *input);

/*
 * Long options with - for _, _ for - or in capitals become those of the list,
 * in place: --mem-share is --mem_share. 0, or -1 and a fault at the first that
 * is none of them, nor the beginning of one.
 */
int given_spell(const struct argp_option *list, int argc, char **argv,
		struct fault *);

/* -1 and what is wrong: a column of one scenario is given a list. */
int given_list(const char *column, const char *text, struct fault *);

#endif
