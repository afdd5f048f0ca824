/*
 * needs: options that do nothing without another one, or beside it. Passed
 * over in silence they would be believed to have had their effect; so they are
 * refused, and help says what they need, both from one table.
 */
#ifndef OPTIONS_NEEDS_H
#define OPTIONS_NEEDS_H

#include <argp.h>
#include <stdbool.h>

#include "base/fault.h"

enum {
	NEEDS_MOST = 96,	/* size: options of a verb that need another */
	NEEDS_DOC = 320		/* size: help of one */
};

/* What was given of a verb's options. */
struct needs_given {
	const struct argp_option *list;	/* ends with a blank; not owned */
	const char *const *arg;		/* [of list]: NULL: not given; "" where
					   it takes no value; not owned */
	unsigned takes;			/* the verb's OPTION_... */
	bool file;			/* a FILE is named */
};

/* 0, or -1 and a fault at the first option that can have no effect. */
int needs_met(const struct needs_given *, struct fault *);

/*
 * What each needs, behind its help; doc holds the texts. What can do nothing
 * in this verb at all stays out of help: left out of the list it would be taken
 * for another option's beginning, as --mode for --model.
 */
void needs_help(struct argp_option *list, unsigned takes,
		char doc[NEEDS_MOST][NEEDS_DOC]);

#endif
