/*
 * verbs: a command run as the program runs it, in a process of its own.
 */
#ifndef TESTS_VERBS_H
#define TESTS_VERBS_H

#include "base/text.h"

struct said {
	int status;		/* 0, 1 or 2; -1: it died */
	struct text out, err;	/* "" where nothing was said */
};

/* argv[0] is "deeproof VERB", the rest the words of the line between blanks;
   "a b" in quotes is one word. */
void verb_run(struct said *, int (*verb)(int, char **), const char *line);
void said_release(struct said *);

/* Likewise, with stderr where stdout goes, as a shell's 2>&1 has it. */
void verb_run_in_one(struct said *, int (*verb)(int, char **),
		     const char *line);

#endif
