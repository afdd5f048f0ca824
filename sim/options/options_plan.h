/*
 * options_plan: the options of `plan` and of a sweep in parts.
 */
#ifndef OPTIONS_OPTIONS_PLAN_H
#define OPTIONS_OPTIONS_PLAN_H

#include <argp.h>

#include "options/options.h"

enum { MOST_STEPS = 100000 /* size: of what is counted by an option */ };

/* Those of a verb that takes them into a list of argp's; how many. */
int plan_options_list(struct argp_option *list, unsigned takes);

/* As argp's parser of a key. */
error_t plan_options_key(int key, char *arg, struct argp_state *,
			 struct options *);

/* ---- for all options: they end the program where text is none ---- */

/* Above 0: a limit of 0 is a slip, nothing keeps it. */
double options_above(struct argp_state *, const char *name, const char *text);

struct bounds {
	double least, most;	/* both in it; most may be infinite */
};

double options_number(struct argp_state *, const char *name, const char *text,
		      struct bounds);

/* what: "a whole number", or else. */
int options_whole(struct argp_state *, const char *name, const char *text,
		  const char *what);

#endif
